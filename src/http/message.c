/* Reading requests and filling answers. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "http/server.h"
#include "value/tape.h"

enum { ANSWER_MAX = 64 * 1024 * 1024 };

const char *
http_request_header(const struct http_request *r, const char *name)
{
    for (size_t i = 0; i < r->header_count; i++)
        if (strcasecmp(r->headers[i].name, name) == 0)
            return r->headers[i].value;
    return NULL;
}

const char *
http_request_query(const struct http_request *r, const char *name)
{
    for (size_t i = 0; i < r->query_count; i++)
        if (strcmp(r->query[i].name, name) == 0)
            return r->query[i].value;
    return NULL;
}

bool
http_request_match(const struct http_request *r, size_t from,
                   const char *pattern, const char **params)
{
    size_t at = from, found = 0;
    while (*pattern == '/') {
        pattern++;
        size_t n = strcspn(pattern, "/");
        if (n == 0)
            break;
        if (at == r->segment_count)
            return false;
        if (*pattern == '{')
            params[found++] = r->segments[at];
        else if (strlen(r->segments[at]) != n ||
                 strncmp(r->segments[at], pattern, n) != 0)
            return false;
        pattern += n;
        at++;
    }
    return at == r->segment_count;
}

static enum err
refuse_mark(const struct http_request *r, struct error *e)
{
    if (r->body_len >= 3 && memcmp(r->body, "\xef\xbb\xbf", 3) == 0)
        return error_set(e, ERR_INVALID,
                         "request body: it begins with a byte order mark "
                         "(send UTF-8 without one)");
    return ERR_OK;
}

enum err
http_request_tape(const struct http_request *r,
                  const struct value_limits *limits, struct tape *out,
                  struct error *e)
{
    enum err err = refuse_mark(r, e);
    const char *text = r->body_len ? r->body : "{}";
    return err == ERR_OK ? tape_read(out, text, r->body_len ? r->body_len : 2,
                                     limits, "request body", e)
                         : err;
}

enum err
http_request_payload(const struct http_request *r,
                     const struct value_limits *limits, struct value **out,
                     struct error *e)
{
    if (r->body_len == 0) {
        *out = value_object();
        return ERR_OK;
    }
    enum err err = refuse_mark(r, e);
    return err == ERR_OK ? value_read(out, r->body, r->body_len, limits,
                                      "request body", e)
                         : err;
}

enum err
http_request_json(const struct http_request *r,
                  const struct value_limits *limits, const char *const *data,
                  struct value **out, struct error *e)
{
    enum err err = http_request_payload(r, limits, out, e);
    if (err == ERR_OK)
        err = value_refuse_nul(*out, data, "request body", e);
    if (err != ERR_OK) {
        value_free(*out);
        *out = NULL;
    }
    return err;
}

void
http_answer_init(struct http_answer *a, int status)
{
    *a = (struct http_answer){.status = status};
    buf_init(&a->body, ANSWER_MAX);
}

void
http_answer_clear(struct http_answer *a)
{
    buf_clear(&a->body);
    for (size_t i = 0; i < a->header_count; i++) {
        free((char *)(uintptr_t)a->headers[i].name);
        free((char *)(uintptr_t)a->headers[i].value);
    }
    a->header_count = 0;
}

void
http_answer_json(struct http_answer *a, int status, struct value *v)
{
    a->status = status;
    a->content_type = NULL;
    buf_reset(&a->body);
    value_write(&a->body, v);
    value_free(v);
    if (buf_failed(&a->body)) {
        struct error e;
        error_set(&e, ERR_TOO_BIG, "answer: it is too big (ask for less)");
        buf_clear(&a->body);
        http_answer_error(a, &e);
    }
}

/* May be given an answer that was never initialised but for zeroes. */
void
http_answer_error(struct http_answer *a, const struct error *e)
{
    http_answer_clear(a);
    http_answer_init(a, err_http_status(e->code));
    struct value *v = value_object();
    value_set_text(v, "message", e->text);
    value_set_text(v, "error", err_word(e->code));
    value_write(&a->body, v);
    value_free(v);
}

void
http_answer_header(struct http_answer *a, const char *name, const char *value)
{
    size_t room = sizeof a->headers / sizeof *a->headers;
    if (a->header_count == room)
        return;
    char *copy = mem_strdup(value);
    for (char *p = copy; *p; p++)
        if ((unsigned char)*p < 0x20 || *p == 0x7f)
            *p = ' ';
    a->headers[a->header_count++] = (struct http_pair){mem_strdup(name), copy};
}
