/* SSH public keys (RFC 4253, section 6.6, RFC 5656, RFC 8709, and OpenSSH's
 * PROTOCOL.u2f): each part of a key is a length of four bytes and its bytes. */
#include "manager/session/ssh_key.h"

#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "base/mem.h"

enum { LINE_MAX_BYTES = 16384, LENGTH = 4, UNCOMPRESSED = 4 };

/* The parts of a key behind its type, a letter each: (k)ey of SIZE bytes,
 * (m)ultiple precision number, name of the (c)urve, (p)oint of SIZE bytes,
 * (a)pplication. */
struct key_type {
    const char *name, *parts, *curve;
    size_t size;
};

static const struct key_type types[] = {
    {"ssh-ed25519", "k", "", 32},
    {"ssh-rsa", "mm", "", 0},
    {"ecdsa-sha2-nistp256", "cp", "nistp256", 65},
    {"ecdsa-sha2-nistp384", "cp", "nistp384", 97},
    {"ecdsa-sha2-nistp521", "cp", "nistp521", 133},
    {"sk-ssh-ed25519@openssh.com", "ka", "", 32},
    {"sk-ecdsa-sha2-nistp256@openssh.com", "cpa", "nistp256", 65},
};

struct bytes {
    const unsigned char *at;
    size_t n;
};

static bool
take(struct bytes *from, struct bytes *part)
{
    if (from->n < LENGTH)
        return false;
    size_t n = (size_t)from->at[0] << 24 | (size_t)from->at[1] << 16 |
               (size_t)from->at[2] << 8 | from->at[3];
    if (n > from->n - LENGTH)
        return false;
    *part = (struct bytes){from->at + LENGTH, n};
    *from = (struct bytes){part->at + n, from->n - LENGTH - n};
    return true;
}

static bool
is_text(const struct bytes *b, const char *text)
{
    return b->n == strlen(text) && memcmp(b->at, text, b->n) == 0;
}

/* A positive number without a zero byte that it does not need: sshd leaves
 * those out, so that two forms would be one key. */
static bool
is_number(const struct bytes *b)
{
    return b->n > 0 && b->at[0] < 0x80 &&
           (b->at[0] != 0 || (b->n > 1 && b->at[1] >= 0x80));
}

static bool
is_part(char letter, const struct bytes *b, const struct key_type *type)
{
    switch (letter) {
    case 'k':
        return b->n == type->size;
    case 'm':
        return is_number(b);
    case 'c':
        return is_text(b, type->curve);
    case 'p':
        return b->n == type->size && b->at[0] == UNCOMPRESSED;
    default:
        return b->n > 0;
    }
}

static bool
is_whole(struct bytes key, const struct key_type *type)
{
    struct bytes part;
    bool good = take(&key, &part) && is_text(&part, type->name);
    for (const char *p = type->parts; *p && good; p++)
        good = take(&key, &part) && is_part(*p, &part, type);
    return good && key.n == 0;
}

static const struct key_type *
find_type(const char *name, size_t n)
{
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (strlen(types[i].name) == n && memcmp(name, types[i].name, n) == 0)
            return &types[i];
    return NULL;
}

/* The base64 of LINE, behind its type. */
static size_t
find_body(const char *line, const char **body)
{
    *body = line + strcspn(line, " ");
    *body += strspn(*body, " ");
    return strcspn(*body, " ");
}

/* Whether the N characters of BODY are the one form of a key of TYPE. */
static bool
is_key(const char *body, size_t n, const struct key_type *type)
{
    size_t size = 0;
    char *key = mem_array(n + 1, 1);
    bool good = base64_decode(key, &size, body, n) &&
                base64_length(size) == n &&
                is_whole((struct bytes){(unsigned char *)key, size}, type);
    char *again = mem_array(base64_length(size) + 1, 1);
    base64_encode(again, key, size);
    good = good && memcmp(again, body, n) == 0;
    free(again);
    free(key);
    return good;
}

static bool
is_one_line(const char *line)
{
    size_t n = 0;
    while ((unsigned char)line[n] >= 0x20 && line[n] != 0x7f)
        n++;
    return line[n] == '\0' && n < LINE_MAX_BYTES;
}

enum err
ssh_key_read(const char *line, char **out, struct error *e)
{
    const char *body;
    size_t n = find_body(line, &body);
    const struct key_type *type = find_type(line, strcspn(line, " "));
    *out = NULL;
    if (!is_one_line(line) || !type || !is_key(body, n, type))
        return error_set(e, ERR_INVALID,
                         "key: not an OpenSSH public key (give the .pub file "
                         "as ssh-keygen writes it, \"ssh-ed25519 AAAA…\", not "
                         "the private key, and without options)");
    const char *comment = body + n + strspn(body + n, " ");
    size_t end = strlen(comment);
    while (end > 0 && comment[end - 1] == ' ')
        end--;
    *out = mem_printf("%s %.*s%s%.*s", type->name, (int)n, body,
                      end > 0 ? " " : "", (int)end, comment);
    return ERR_OK;
}

bool
ssh_key_is_same(const char *a, const char *b)
{
    const char *text[2] = {a, b};
    char *keys[2] = {NULL, NULL};
    size_t sizes[2] = {0, 0};
    bool good = a && b;
    for (int i = 0; i < 2 && good; i++) {
        const char *body;
        size_t n = find_body(text[i], &body);
        keys[i] = mem_array(n + 1, 1);
        good = base64_decode(keys[i], &sizes[i], body, n);
    }
    good =
        good && sizes[0] == sizes[1] && memcmp(keys[0], keys[1], sizes[0]) == 0;
    free(keys[0]);
    free(keys[1]);
    return good;
}
