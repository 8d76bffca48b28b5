/* Codes: JSON, URLs, Base64, digests, name-based UUIDs. */
#include <stdio.h>
#include <string.h>

#include "base/base64.h"
#include "base/digest.h"
#include "base/ident.h"
#include "base/percent.h"
#include "mapping/functions/fn.h"
#include "mapping/functions/sha1.h"

void
fn_json(struct evaluator *ev, struct fvalue *args, unsigned count,
        struct fvalue *out)
{
    (void)count;
    if (args[0].kind == F_MISSING) {
        fvalue_missing(out);
        return;
    }
    struct buf *b = formula_scratch(ev->arena);
    const struct fvalue *error;
    if (!fvalue_write(ev->arena, &args[0], b, &error)) {
        *out = *error;
        return;
    }
    size_t n;
    formula_step(ev->arena, b->len / 16);
    const char *text = formula_scratch_copy(ev->arena, &n);
    fvalue_text(out, text, n);
}

void
fn_encodeurl(struct evaluator *ev, struct fvalue *args, unsigned count,
             struct fvalue *out)
{
    static const char hex[] = "0123456789ABCDEF";
    (void)count;
    struct ftext t = fn_text(&args[0]);
    formula_step(ev->arena, t.n / 16);
    char *text = formula_alloc(ev->arena, 3 * t.n);
    size_t n = 0;
    for (size_t i = 0; i < t.n; i++) {
        unsigned char c = (unsigned char)t.s[i];
        if (percent_is_unreserved(t.s[i])) {
            text[n++] = t.s[i];
            continue;
        }
        text[n++] = '%';
        text[n++] = hex[c >> 4];
        text[n++] = hex[c & 15];
    }
    formula_shrink(ev->arena, text, 3 * t.n, n);
    fvalue_text(out, text, n);
}

void
fn_base64(struct evaluator *ev, struct fvalue *args, unsigned count,
          struct fvalue *out)
{
    (void)count;
    struct ftext t = fn_text(&args[0]);
    size_t length = base64_length(t.n);
    formula_step(ev->arena, t.n / 16);
    char *text = formula_alloc(ev->arena, length + 1);
    base64_encode(text, t.s, t.n);
    fvalue_text(out, text, length);
}

void
fn_sha256(struct evaluator *ev, struct fvalue *args, unsigned count,
          struct fvalue *out)
{
    (void)count;
    struct ftext t = fn_text(&args[0]);
    formula_step(ev->arena, t.n / 8);
    char *hex = formula_alloc(ev->arena, DIGEST_SIZE);
    digest_hex(hex, t.s, t.n);
    fvalue_text(out, hex, DIGEST_SIZE - 1);
}

/* The namespaces of RFC 9562, section 6.6, by their words. */
static const struct {
    const char *word, *uuid;
} namespaces[] = {
    {"DNS", "6ba7b810-9dad-11d1-80b4-00c04fd430c8"},
    {"URL", "6ba7b811-9dad-11d1-80b4-00c04fd430c8"},
    {"OID", "6ba7b812-9dad-11d1-80b4-00c04fd430c8"},
    {"X500", "6ba7b814-9dad-11d1-80b4-00c04fd430c8"},
};

/* The 16 bytes of a namespace given as word or as a UUID. */
static bool
read_namespace(struct ftext t, unsigned char out[16])
{
    char uuid[UUID_SIZE] = "", hex[33];
    for (size_t i = 0; i < sizeof namespaces / sizeof *namespaces; i++)
        if (t.n == strlen(namespaces[i].word) &&
            strncasecmp(t.s, namespaces[i].word, t.n) == 0)
            memcpy(uuid, namespaces[i].uuid, UUID_SIZE);
    if (!uuid[0] && t.n == UUID_SIZE - 1)
        for (size_t i = 0; i < t.n; i++)
            uuid[i] =
                t.s[i] >= 'A' && t.s[i] <= 'F' ? (char)(t.s[i] + 32) : t.s[i];
    if (!uuid_is(uuid))
        return false;
    size_t n = 0;
    for (size_t i = 0; uuid[i]; i++)
        if (uuid[i] != '-')
            hex[n++] = uuid[i];
    hex[n] = '\0';
    return hex_decode(out, hex, 16);
}

void
fn_uuid5(struct evaluator *ev, struct fvalue *args, unsigned count,
         struct fvalue *out)
{
    (void)count;
    unsigned char space[16], digest[SHA1_BYTES];
    char hex[33];
    struct ftext name = fn_text(&args[1]);
    if (!read_namespace(fn_text(&args[0]), space)) {
        FAIL(ev, out, FORMULA_VALUE_ERROR,
             "UUID5: the namespace is DNS, URL, OID, X500 or a UUID");
        return;
    }
    formula_step(ev->arena, name.n / 8);
    sha1_of_two(digest, space, sizeof space, name.s, name.n);
    digest[6] = (unsigned char)((digest[6] & 0x0f) | 0x50);
    digest[8] = (unsigned char)((digest[8] & 0x3f) | 0x80);
    hex_encode(hex, digest, 16);
    char *text = formula_alloc(ev->arena, UUID_SIZE);
    snprintf(text, UUID_SIZE, "%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8,
             hex + 12, hex + 16, hex + 20);
    fvalue_text(out, text, UUID_SIZE - 1);
}
