/*
 * What the stand-in got, for tests and for people:
 *   GET  /standin/summary            counts by type
 *   GET  /standin/records?type=&account=&after=&limit=
 *   GET  /standin/orders             the purchase orders that a search finds
 *   POST /standin/faults             {"path","times","status"} or {"hold":true}
 *   POST /standin/release            sends the answers that were held back
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "standin/standin.h"

static struct value *
record_json(const struct standin_record *r)
{
    struct value *v = value_object();
    value_set_int(v, "id", r->id);
    value_set_text(v, "type", r->type);
    value_set_text(v, "account", r->account);
    value_set_text(v, "idempotencyKey", r->key);
    value_set_int(v, "attempts", r->attempts);
    if (*r->headers)
        value_set_text(v, "headers", r->headers);
    value_set(v, "body", value_copy(r->body));
    return v;
}

static void
add_to_count(struct value *counts, const char *type)
{
    int64_t n = value_int_or(value_get(counts, type), 0);
    value_set_int(counts, type, n + 1);
}

static void
summary(const struct standin *s, struct http_answer *answer)
{
    struct value *v = value_object();
    struct value *counts = value_object();
    for (size_t i = 0; i < s->record_count; i++)
        add_to_count(counts, s->records[i].type);
    value_set(v, "records", counts);
    value_set_int(v, "calls", (int64_t)s->calls);
    value_set_int(v, "refused", (int64_t)s->refused);
    value_set_int(v, "held", (int64_t)s->held_count);
    http_answer_json(answer, 200, v);
}

static bool
wanted(const struct standin_record *r, const char *type, const char *account)
{
    return (!type || strcmp(type, r->type) == 0) &&
           (!account || strcmp(account, r->account) == 0);
}

static void
list(const struct standin *s, const struct http_request *request,
     struct http_answer *answer)
{
    const char *type = http_request_query(request, "type");
    const char *account = http_request_query(request, "account");
    const char *after = http_request_query(request, "after");
    const char *limit = http_request_query(request, "limit");
    size_t left = limit ? strtoul(limit, NULL, 10) : 1000;
    struct value *v = value_object();
    struct value *data = value_array();
    for (size_t i = after ? strtoul(after, NULL, 10) : 0;
         i < s->record_count && left > 0; i++) {
        if (!wanted(&s->records[i], type, account))
            continue;
        value_append(data, record_json(&s->records[i]));
        left--;
    }
    value_set(v, "data", data);
    http_answer_json(answer, 200, v);
}

static void
add_fault(struct standin *s, const struct http_request *request,
          struct http_answer *answer)
{
    struct error e;
    struct value *body = NULL;
    if (http_request_payload(request, &value_limits_event, &body, &e) !=
        ERR_OK) {
        http_answer_error(answer, &e);
        return;
    }
    s->faults = mem_resize(s->faults, s->fault_count + 1, sizeof *s->faults);
    s->faults[s->fault_count++] = (struct standin_fault){
        .path = mem_strdup(value_text_or(value_get(body, "path"), "/")),
        .times = (unsigned)value_int_or(value_get(body, "times"), 1),
        .status = (int)value_int_or(value_get(body, "status"), 0),
        .hold = value_bool_or(value_get(body, "hold"), false)};
    value_free(body);
    http_answer_json(answer, 201, value_object());
}

void
standin_inspect(struct standin *s, const struct http_request *request,
                struct http_answer *answer)
{
    const char *what = request->segment_count > 1 ? request->segments[1] : "";
    bool post = strcmp(request->method, "POST") == 0;
    if (!post && strcmp(what, "summary") == 0) {
        summary(s, answer);
    } else if (!post && strcmp(what, "records") == 0) {
        list(s, request, answer);
    } else if (!post && strcmp(what, "orders") == 0) {
        struct value *v = value_object();
        value_set(v, "data", value_copy(s->orders));
        http_answer_json(answer, 200, v);
    } else if (post && strcmp(what, "faults") == 0) {
        add_fault(s, request, answer);
    } else if (post && strcmp(what, "release") == 0) {
        struct value *v = value_object();
        value_set_int(v, "released", (int64_t)standin_release_held(s));
        http_answer_json(answer, 200, v);
    } else {
        struct error e;
        error_set(&e, ERR_NOT_FOUND,
                  "%s: not here (summary, records, orders, faults, release)",
                  request->path);
        http_answer_error(answer, &e);
    }
}
