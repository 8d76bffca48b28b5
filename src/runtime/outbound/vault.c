/* The vault: keys by number, sealing, opening. */
#include "runtime/outbound/vault.h"

#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/ident.h"
#include "base/mem.h"

enum {
    KEY_BYTES = crypto_aead_xchacha20poly1305_ietf_KEYBYTES,
    NONCE_BYTES = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
    TAG_BYTES = crypto_aead_xchacha20poly1305_ietf_ABYTES,
    KEYS_MAX = 1000,
    LINE_BYTES = 2 * KEY_BYTES + 1 /* 64 digits and a newline */
};

/* The file has a line of 64 hexadecimal digits for each key; the first line
 * is key 1, the last one seals. */
struct vault {
    char *path;
    unsigned char (*keys)[KEY_BYTES];
    size_t count;
};

void
vault_wipe(struct buf *b)
{
    if (b->data)
        sodium_memzero(b->data, b->capacity);
    buf_clear(b);
}

static enum err
write_keys(const struct vault *v, struct error *e)
{
    struct buf text;
    char line[LINE_BYTES + 1];
    buf_init_any(&text);
    /* Growing would leave copies of keys behind. */
    (void)buf_reserve(&text, v->count * LINE_BYTES);
    for (size_t i = 0; i < v->count; i++) {
        hex_encode(line, v->keys[i], KEY_BYTES);
        buf_adds(&text, line);
        buf_addc(&text, '\n');
    }
    enum err err = file_write(v->path, text.data, text.len, 0600, e);
    sodium_memzero(line, sizeof line);
    vault_wipe(&text);
    return err;
}

static enum err
add_key(struct vault *v, struct error *e)
{
    if (v->count == KEYS_MAX)
        return error_set(e, ERR_REFUSED, "vault: it has %d keys already",
                         KEYS_MAX);
    unsigned char(*keys)[KEY_BYTES] = mem_array(v->count + 1, sizeof *keys);
    if (v->count) {
        memcpy(keys, v->keys, v->count * sizeof *keys);
        sodium_memzero(v->keys, v->count * sizeof *keys);
    }
    free(v->keys);
    v->keys = keys;
    random_bytes(v->keys[v->count++], KEY_BYTES);
    enum err err = write_keys(v, e);
    if (err != ERR_OK)
        sodium_memzero(v->keys[--v->count], KEY_BYTES);
    return err;
}

static enum err
parse_keys(struct vault *v, const struct buf *text, struct error *e)
{
    size_t n = text->len / LINE_BYTES;
    bool good = n > 0 && n <= KEYS_MAX && text->len % LINE_BYTES == 0;
    v->keys = mem_array(good ? n : 1, sizeof *v->keys);
    for (size_t i = 0; good && i < n; i++)
        good = hex_decode(v->keys[i], text->data + i * LINE_BYTES, KEY_BYTES) &&
               text->data[(i + 1) * LINE_BYTES - 1] == '\n';
    if (!good)
        return error_set(e, ERR_DAMAGED,
                         "vault %s: not a file of keys (put your copy of it "
                         "back)",
                         v->path);
    v->count = n;
    return ERR_OK;
}

static enum err
read_keys(struct vault *v, const struct stat *st, struct error *e)
{
    struct buf text;
    if (st->st_mode & 077)
        return error_set(e, ERR_REFUSED,
                         "vault %s: readable by others (run chmod 600; if it "
                         "may have leaked, run \"tailord vault rotate\" and "
                         "have customers connect again)",
                         v->path);
    buf_init(&text, KEYS_MAX * LINE_BYTES);
    (void)buf_reserve(&text, KEYS_MAX * LINE_BYTES);
    enum err err = file_read(v->path, &text, e);
    if (err == ERR_OK)
        err = parse_keys(v, &text, e);
    vault_wipe(&text);
    return err;
}

enum err
vault_open(struct vault **out, const char *path, struct error *e)
{
    struct stat st;
    struct vault *v = mem_alloc(sizeof *v);
    v->path = mem_strdup(path);
    enum err err = ERR_OK;
    if (stat(path, &st) == 0)
        err = read_keys(v, &st, e);
    else if (errno != ENOENT)
        err = error_errno(e, ERR_IO, path);
    if (err == ERR_OK)
        *out = v;
    else
        vault_close(v);
    return err;
}

void
vault_close(struct vault *v)
{
    if (!v)
        return;
    if (v->keys)
        sodium_memzero(v->keys, v->count * sizeof *v->keys);
    free(v->keys);
    free(v->path);
    free(v);
}

const char *
vault_path(const struct vault *v)
{
    return v->path;
}

bool
vault_stands(const struct vault *v)
{
    struct vault *there = NULL;
    struct stat st;
    struct error why;
    /* A pipe would keep who reads it waiting. */
    if (stat(v->path, &st) != 0 || !S_ISREG(st.st_mode) ||
        vault_open(&there, v->path, &why) != ERR_OK)
        return false;
    bool same = there->count == v->count &&
                (v->count == 0 || sodium_memcmp(there->keys, v->keys,
                                                v->count * KEY_BYTES) == 0);
    vault_close(there);
    return same;
}

int64_t
vault_key_no(const struct vault *v)
{
    return (int64_t)v->count;
}

enum err
vault_rotate(struct vault *v, struct error *e)
{
    return add_key(v, e);
}

void
vault_derive(const struct vault *v, const char *purpose,
             unsigned char key[DIGEST_BYTES])
{
    digest_hmac(key, v->keys[0], KEY_BYTES, purpose, strlen(purpose));
}

/* The associated data; the parts cannot run into each other. */
static char *
name_text(const struct vault_name *name)
{
    return mem_printf("%zu:%s%zu:%s%zu:%s", strlen(name->user_id),
                      name->user_id, strlen(name->app), name->app,
                      strlen(name->credential_id), name->credential_id);
}

enum err
vault_seal(const struct vault *v, const struct vault_name *name,
           const void *plain, size_t n, struct buf *out, struct error *e)
{
    char *ad = name_text(name);
    unsigned char *at =
        (unsigned char *)buf_reserve(out, NONCE_BYTES + n + TAG_BYTES);
    if (at) {
        random_bytes(at, NONCE_BYTES);
        crypto_aead_xchacha20poly1305_ietf_encrypt(
            at + NONCE_BYTES, NULL, plain, n, (const unsigned char *)ad,
            strlen(ad), NULL, at, v->keys[v->count - 1]);
        buf_grew(out, NONCE_BYTES + n + TAG_BYTES);
    }
    free(ad);
    return at ? ERR_OK
              : error_set(e, ERR_TOO_BIG, "credential: it is too long");
}

enum err
vault_unseal(const struct vault *v, const struct vault_name *name,
             int64_t key_no, const void *sealed, size_t n, struct buf *out,
             struct error *e)
{
    const unsigned char *from = sealed;
    bool good = key_no >= 1 && (size_t)key_no <= v->count &&
                n >= NONCE_BYTES + TAG_BYTES;
    size_t room = good ? n - NONCE_BYTES - TAG_BYTES : 0;
    char *ad = name_text(name);
    unsigned char *at = good ? (unsigned char *)buf_reserve(out, room) : NULL;
    if (at && crypto_aead_xchacha20poly1305_ietf_decrypt(
                  at, NULL, NULL, from + NONCE_BYTES, n - NONCE_BYTES,
                  (const unsigned char *)ad, strlen(ad), from,
                  v->keys[key_no - 1]) == 0)
        buf_grew(out, room);
    else
        good = false;
    free(ad);
    return good ? ERR_OK
                : error_set(e, ERR_DAMAGED,
                            "credential of %s: it does not open (its key is "
                            "lost, or it was changed; connect again)",
                            name->app);
}
