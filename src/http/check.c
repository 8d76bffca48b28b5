/* The pre-filter of requests and the reader of request targets. */
#include "http/check.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/percent.h"
#include "base/text.h"

static bool
is_token_char(unsigned char c)
{
    return c > 0x20 && c < 0x7f && !strchr("\"(),/:;<=>?@[\\]{}", c);
}

static bool
is_token(const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!is_token_char((unsigned char)s[i]))
            return false;
    return n > 0;
}

static bool
field_is(const struct http_field *f, const char *name)
{
    return f->name_len == strlen(name) &&
           strncasecmp(f->name, name, f->name_len) == 0;
}

/* RFC 9110 section 5.5: no control character but the tab in a value. */
static bool
value_is_clean(const struct http_field *f)
{
    for (size_t i = 0; i < f->value_len; i++) {
        unsigned char c = (unsigned char)f->value[i];
        if ((c < 0x20 && c != '\t') || c == 0x7f)
            return false;
    }
    return true;
}

static bool
host_is_clean(const struct http_field *f)
{
    if (f->value_len == 0 || f->value_len > 260)
        return false;
    for (size_t i = 0; i < f->value_len; i++)
        if (!isalnum((unsigned char)f->value[i]) &&
            !memchr("-._:[]", f->value[i], 6))
            return false;
    return true;
}

static int
refuse(int status, struct error *e, enum err err, const char *why)
{
    error_set(e, err, "malformed request: %s (send plain HTTP/1.1)", why);
    return status;
}

static int
check_length(const struct http_field *f, size_t max_body, size_t *length,
             struct error *e)
{
    size_t n = 0;
    if (f->value_len == 0 || f->value_len > 18)
        return refuse(400, e, ERR_INVALID, "Content-Length is not a number");
    for (size_t i = 0; i < f->value_len; i++) {
        if (f->value[i] < '0' || f->value[i] > '9')
            return refuse(400, e, ERR_INVALID,
                          "Content-Length is not a number");
        n = n * 10 + (size_t)(f->value[i] - '0');
    }
    *length = n;
    if (n > max_body) {
        error_set(e, ERR_TOO_BIG,
                  "request: a body of %zu bytes is too big (at most %zu)", n,
                  max_body);
        return 413;
    }
    return 0;
}

/* The fields that decide where a request ends and whom it is for. */
static int
check_framing(const struct http_head *h, size_t *length, struct error *e)
{
    size_t hosts = 0, lengths = 0;
    for (size_t i = 0; i < h->field_count; i++) {
        const struct http_field *f = &h->fields[i];
        if (field_is(f, "transfer-encoding") || field_is(f, "te"))
            return refuse(400, e, ERR_INVALID,
                          "Transfer-Encoding is not spoken here");
        if (field_is(f, "expect") &&
            (f->value_len != 12 ||
             strncasecmp(f->value, "100-continue", 12) != 0))
            return refuse(417, e, ERR_INVALID, "unknown Expect");
        if (field_is(f, "host")) {
            if (!host_is_clean(f))
                return refuse(400, e, ERR_INVALID, "Host is not a valid host");
            hosts++;
        }
        if (field_is(f, "content-length")) {
            int status = check_length(f, h->max_body, length, e);
            if (status)
                return status;
            lengths++;
        }
    }
    if (hosts != 1)
        return refuse(400, e, ERR_INVALID, "it needs exactly one Host");
    if (lengths > 1)
        return refuse(400, e, ERR_INVALID, "more than one Content-Length");
    return 0;
}

/* Fields that say who calls, or what is sent: of two of them one party would
 * take the first and another the last. */
static bool
must_be_single(const struct http_field *f)
{
    static const char *const names[] = {"authorization", "x-alloy-user-token",
                                        "content-type", "idempotency-key"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (field_is(f, names[i]))
            return true;
    return false;
}

static bool
comes_again(const struct http_head *h, size_t i)
{
    for (size_t k = i + 1; k < h->field_count; k++)
        if (h->fields[k].name_len == h->fields[i].name_len &&
            strncasecmp(h->fields[k].name, h->fields[i].name,
                        h->fields[i].name_len) == 0)
            return true;
    return false;
}

static int
check_fields(const struct http_head *h, struct error *e)
{
    if (h->field_count > HTTP_MAX_HEADERS)
        return refuse(431, e, ERR_TOO_BIG, "too many headers");
    for (size_t i = 0; i < h->field_count; i++) {
        if (!is_token(h->fields[i].name, h->fields[i].name_len))
            return refuse(400, e, ERR_INVALID, "bad header name");
        if (!value_is_clean(&h->fields[i]))
            return refuse(400, e, ERR_INVALID, "control character in a header");
        if (must_be_single(&h->fields[i]) && comes_again(h, i))
            return refuse(400, e, ERR_INVALID,
                          "more than one header of a name that may come once");
    }
    return 0;
}

static int
check_line(const struct http_head *h, struct error *e)
{
    static const char *const methods[] = {"GET",    "HEAD",  "POST",   "PUT",
                                          "DELETE", "PATCH", "OPTIONS"};
    bool known = false;
    if (!is_token(h->method, strlen(h->method)))
        return refuse(400, e, ERR_INVALID, "bad method");
    if (strcmp(h->version, "HTTP/1.0") == 0)
        return refuse(505, e, ERR_INVALID, "HTTP/1.0 is not spoken here");
    if (strcmp(h->version, "HTTP/1.1") != 0)
        return refuse(400, e, ERR_INVALID, "bad version");
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
        known |= strcmp(methods[i], h->method) == 0;
    if (!known)
        return refuse(501, e, ERR_INVALID, "unknown method");
    if (strlen(h->uri) > HTTP_MAX_URI)
        return refuse(414, e, ERR_TOO_BIG, "the address is too long");
    return 0;
}

/*
 * A NUL hides the rest of a line from libmicrohttpd, and lines that end in a
 * bare LF or are folded look as others do. What it reports is then not as
 * long as what came, where each line is written as every client writes it
 * ("Name: value" CRLF; the space may be missing before an empty value).
 */
static int
check_size(const struct http_head *h, struct error *e)
{
    size_t most = strlen(h->method) + strlen(h->uri) + strlen(h->version) + 6;
    size_t empty = 0;
    for (size_t i = 0; i < h->field_count; i++) {
        most += h->fields[i].name_len + h->fields[i].value_len + 4;
        empty += h->fields[i].value_len == 0;
    }
    if (h->size > most || h->size + empty < most)
        return refuse(400, e, ERR_INVALID,
                      "the head holds bytes of no header: write lines as "
                      "\"Name: value\" and CRLF");
    return 0;
}

int
http_check_head(const struct http_head *head, size_t *length, struct error *e)
{
    *length = 0;
    int status = check_line(head, e);
    if (!status)
        status = check_fields(head, e);
    if (!status)
        status = check_framing(head, length, e);
    if (!status)
        status = check_size(head, e);
    return status;
}

/* --- the target ----------------------------------------------------------- */

/* Decodes N bytes at S into STORE as a string; NULL where they are no good:
 * broken escapes, control characters (%00 among them), invalid UTF-8. The
 * place in STORE stays valid because its memory was reserved at the start. */
static const char *
decode(struct buf *store, const char *s, size_t n, bool plus)
{
    size_t start = store->len;
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)s[i];
        if (c == '%') {
            int byte = percent_byte(s + i, n - i);
            if (byte < 0)
                return NULL;
            c = (unsigned char)byte;
            i += 2;
        } else if (plus && c == '+') {
            c = ' ';
        }
        if (c < 0x20 || c == 0x7f)
            return NULL;
        buf_addc(store, (char)c);
    }
    const char *text = store->data + start;
    if (utf8_valid_prefix(text, store->len - start) != store->len - start)
        return NULL;
    if (!buf_addc(store, '\0'))
        return NULL;
    return text;
}

static int
read_path(const char *path, size_t n, struct http_request *r, struct buf *store,
          struct error *e)
{
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)path[i] <= 0x20 || (unsigned char)path[i] >= 0x7f ||
            strchr("\"<>\\^`{|}#", path[i]))
            return refuse(400, e, ERR_INVALID, "odd character in the path");
    size_t at = 1;
    while (at < n) {
        const char *end = memchr(path + at, '/', n - at);
        size_t len = end ? (size_t)(end - path) - at : n - at;
        const char *text = decode(store, path + at, len, false);
        if (!text || len == 0 || strcmp(text, ".") == 0 ||
            strcmp(text, "..") == 0)
            return refuse(400, e, ERR_INVALID, "bad path");
        if (r->segment_count == HTTP_MAX_SEGMENTS)
            return refuse(400, e, ERR_INVALID, "the path is too deep");
        r->segments[r->segment_count++] = text;
        at += len + 1;
    }
    return 0;
}

static int
read_query(const char *query, struct http_request *r, struct buf *store,
           struct error *e)
{
    for (const char *p = query; *p; p++)
        if ((unsigned char)*p <= 0x20 || (unsigned char)*p >= 0x7f || *p == '#')
            return refuse(400, e, ERR_INVALID, "odd character in the query");
    while (*query) {
        size_t n = strcspn(query, "&");
        const char *eq = memchr(query, '=', n);
        size_t name_len = eq ? (size_t)(eq - query) : n;
        if (n > 0) {
            const char *name = decode(store, query, name_len, true);
            const char *value =
                eq ? decode(store, eq + 1, n - name_len - 1, true) : "";
            if (!name || !value)
                return refuse(400, e, ERR_INVALID, "bad query");
            if (r->query_count == HTTP_MAX_QUERY)
                return refuse(400, e, ERR_INVALID, "too many parameters");
            r->query[r->query_count++] = (struct http_pair){name, value};
        }
        query += n + (query[n] == '&');
    }
    return 0;
}

int
http_check_uri(const char *uri, struct http_request *r, struct buf *store,
               struct error *e)
{
    size_t path_len = strcspn(uri, "?");
    r->segment_count = r->query_count = 0;
    if (uri[0] != '/')
        return refuse(400, e, ERR_INVALID, "the path must begin with /");
    /* One reservation, so that no later append moves what is pointed at. */
    if (!buf_reserve(store, 2 * strlen(uri) + HTTP_MAX_SEGMENTS +
                                2 * HTTP_MAX_QUERY + 2))
        return refuse(414, e, ERR_TOO_BIG, "the address is too long");
    r->path = store->data + store->len;
    buf_add(store, uri, path_len);
    buf_addc(store, '\0');
    int status = read_path(uri, path_len, r, store, e);
    if (!status && uri[path_len] == '?')
        status = read_query(uri + path_len + 1, r, store, e);
    return status;
}
