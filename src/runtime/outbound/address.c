/* What the address of a call may be. */
#include "runtime/outbound/address.h"

#include <stdlib.h>
#include <string.h>

#include "base/percent.h"
#include "base/text.h"

enum { SHOWN_MAX = 120 };

/* Replaces "%XX" at the end of B by its byte, as long as it ends so. */
static void
collapse(struct buf *b)
{
    int byte;
    while (b->len > 2 && (byte = percent_byte(b->data + b->len - 3, 3)) >= 0) {
        buf_truncate(b, b->len - 3);
        buf_addc(b, (char)byte);
    }
}

/* The first part of PATH (decoded) that is a dot segment, or NULL. Some
 * servers take a backslash for a slash. */
static const char *
dot_segment(const struct buf *path)
{
    const char *at = buf_str(path), *end = at + path->len;
    for (const char *p = at; p <= end; p++) {
        if (p < end && *p != '/' && *p != '\\')
            continue;
        if (p - at == 1 && *at == '.')
            return ".";
        if (p - at == 2 && at[0] == '.' && at[1] == '.')
            return "..";
        at = p + 1;
    }
    return NULL;
}

static enum err
check_path(const char *path, size_t n, struct error *e)
{
    struct buf decoded, shown;
    const char *segment;
    buf_init(&decoded, n);
    for (size_t i = 0; i < n; i++) {
        buf_addc(&decoded, path[i]);
        collapse(&decoded);
    }
    segment = dot_segment(&decoded);
    buf_clear(&decoded);
    if (!segment)
        return ERR_OK;
    buf_init(&shown, 10 * SHOWN_MAX);
    text_visible(&shown, path, n < SHOWN_MAX ? n : SHOWN_MAX);
    error_set(e, ERR_INVALID,
              "the path %s%s has the part \"%s\", so the call would go to "
              "another path (check the values in the path)",
              buf_str(&shown), n > SHOWN_MAX ? "..." : "", segment);
    buf_clear(&shown);
    return ERR_INVALID;
}

static bool
is_port(const char *s)
{
    size_t n = strspn(s, "0123456789");
    long port = n > 0 && n < 6 ? strtol(s, NULL, 10) : 0;
    return s[n] == '\0' && port > 0 && port < 65536;
}

/* How many bytes of S are a name of labels or an IPv4 address; 0: none. */
static size_t
name_length(const char *s)
{
    size_t n = strcspn(s, ":");
    char before = '.';
    for (size_t i = 0; i < n; i++) {
        bool joint = s[i] == '.' || s[i] == '-';
        if (!joint && (s[i] == '~' || !percent_is_unreserved(s[i])))
            return 0;
        if ((s[i] == '.' && (before == '.' || before == '-')) ||
            (s[i] == '-' && before == '.'))
            return 0;
        before = s[i];
    }
    return n < 254 && before != '-' ? n : 0;
}

bool
address_is_host(const char *text)
{
    size_t n = strspn(text + (*text == '['), "0123456789abcdefABCDEF:.");
    if (*text == '[')
        n = n > 1 && text[n + 1] == ']' ? n + 2 : 0;
    else
        n = name_length(text);
    return n > 0 &&
           (text[n] == '\0' || (text[n] == ':' && is_port(text + n + 1)));
}

enum err
address_check(const struct buf *url, struct error *e)
{
    if (buf_failed(url))
        return error_set(e, ERR_TOO_BIG, "the address is longer than %zu bytes",
                         url->max);
    const char *host = strstr(buf_str(url), "://");
    host = host ? host + 3 : buf_str(url);
    const char *path = host + strcspn(host, "/\\?#");
    return check_path(path, strcspn(path, "?#"), e);
}
