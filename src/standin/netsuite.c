/*
 * The NetSuite-shaped half of the stand-in: record API (create, read, change,
 * list), a SuiteQL-like search of purchase orders with paging, the metadata
 * catalog, and NetSuite's error format.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "standin/standin.h"
#include "value/patch.h"

enum { PAGE_MAX = 1000 };

/* The record types it knows and what a new one must have. */
static const struct {
    const char *type;
    const char *required;
} types[] = {
    {"cashSale", "entity"},      {"salesOrder", "entity"},
    {"purchaseOrder", "entity"}, {"customer", "companyName"},
    {"invoice", "entity"},       {"itemFulfillment", "createdFrom"},
};

/* NetSuite's error body: title, status, o:errorDetails. */
static void
refuse(struct http_answer *answer, int status, const char *title,
       const char *code, const char *path, const char *detail)
{
    struct value *v = value_object();
    struct value *details = value_array();
    struct value *first = value_object();
    value_set_text(v, "type",
                   "https://www.rfc-editor.org/rfc/rfc9110.html#section-15.5");
    value_set_text(v, "title", title);
    value_set_int(v, "status", status);
    value_set_text(first, "detail", detail);
    if (path)
        value_set_text(first, "o:errorPath", path);
    value_set_text(first, "o:errorCode", code);
    value_append(details, first);
    value_set(v, "o:errorDetails", details);
    http_answer_json(answer, status, v);
}

static const char *
idempotency_key(const struct http_request *request)
{
    const char *key =
        http_request_header(request, "X-NetSuite-Idempotency-Key");
    if (!key)
        key = http_request_header(request, "Idempotency-Key");
    return key ? key : "";
}

static const char *
required_field(const char *type)
{
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (strcmp(types[i].type, type) == 0)
            return types[i].required;
    }
    return NULL;
}

/* True where BODY is a record that NetSuite would take; answers otherwise. */
static bool
check_record(const char *type, const struct value *body,
             struct http_answer *answer)
{
    char detail[256];
    const char *required = required_field(type);
    if (!value_is(body, VALUE_OBJECT)) {
        refuse(answer, 400, "Bad Request", "INVALID_CONTENT", NULL,
               "Invalid content in the request body: a JSON object is "
               "expected.");
        return false;
    }
    if (required && !value_get(body, required)) {
        snprintf(detail, sizeof detail,
                 "Error while accessing a resource. Please enter value(s) "
                 "for: %s",
                 required);
        refuse(answer, 400, "Bad Request", "USER_ERROR", required, detail);
        return false;
    }
    const struct value *tax = value_get(body, "taxTotal");
    if (tax && !value_is(tax, VALUE_NUMBER)) {
        refuse(answer, 400, "Bad Request", "INVALID_CONTENT", "taxTotal",
               "Invalid value for the field taxTotal: a number is expected.");
        return false;
    }
    return true;
}

static struct value *
read_body(const struct http_request *request, struct http_answer *answer)
{
    struct value *body = NULL;
    struct error e;
    if (http_request_payload(request, &value_limits_event, &body, &e) != ERR_OK)
        refuse(answer, 400, "Bad Request", "INVALID_CONTENT", NULL, e.text);
    return body;
}

static void
answer_location(struct http_answer *answer, const struct http_request *request,
                const struct standin_record *r)
{
    const char *host = http_request_header(request, "Host");
    char *location = mem_printf("https://%s/services/rest/record/v1/%s/%u",
                                host ? host : "", r->type, r->id);
    http_answer_header(answer, "Location", location);
    free(location);
}

static void
create_record(struct standin *s, const struct http_request *request,
              const struct standin_account *a, struct http_answer *answer)
{
    const char *type = request->segments[4];
    struct value *body = read_body(request, answer);
    if (!body)
        return;
    if (!check_record(type, body, answer)) {
        value_free(body);
        return;
    }
    const struct standin_record *r =
        standin_keep(s, type, a->account, idempotency_key(request), body);
    answer->status = 204;
    answer_location(answer, request, r);
}

static struct standin_record *
own_record(struct standin *s, const struct http_request *request,
           const struct standin_account *a)
{
    unsigned id = (unsigned)strtoul(request->segments[5], NULL, 10);
    struct standin_record *r = standin_find(s, id);
    bool own = r && strcmp(r->account, a->account) == 0 &&
               strcmp(r->type, request->segments[4]) == 0;
    return own ? r : NULL;
}

static void
read_record(struct standin_record *r, struct http_answer *answer)
{
    char id[16];
    struct value *v = value_copy(r->body);
    snprintf(id, sizeof id, "%u", r->id);
    value_set_text(v, "id", id);
    http_answer_json(answer, 200, v);
}

/* PATCH: the members of the body replace those of the record. */
static void
change_record(const struct http_request *request, struct standin_record *r,
              struct http_answer *answer)
{
    struct value *body = read_body(request, answer);
    for (size_t i = 0; i < value_size(body); i++)
        value_set(r->body, value_key(body, i, NULL),
                  value_copy(value_at(body, i)));
    if (body) {
        answer->status = 204;
        answer_location(answer, request, r);
    }
    value_free(body);
}

static void
one_record(struct standin *s, const struct http_request *request,
           const struct standin_account *a, struct http_answer *answer)
{
    struct standin_record *r = own_record(s, request, a);
    if (!r)
        refuse(answer, 404, "Not Found", "NONEXISTENT_ID", NULL,
               "The record instance does not exist. Provide a valid record "
               "instance ID.");
    else if (strcmp(request->method, "GET") == 0)
        read_record(r, answer);
    else if (strcmp(request->method, "PATCH") == 0)
        change_record(request, r, answer);
    else
        refuse(answer, 405, "Method Not Allowed", "METHOD_NOT_ALLOWED", NULL,
               "Use GET or PATCH.");
}

static unsigned
number_param(const struct http_request *request, const char *name,
             unsigned fallback)
{
    const char *text = http_request_query(request, name);
    return text ? (unsigned)strtoul(text, NULL, 10) : fallback;
}

/* The page of ITEMS that limit and offset name, as NetSuite wraps it. */
static void
answer_page(const struct http_request *request, const struct value *items,
            struct http_answer *answer)
{
    unsigned limit = number_param(request, "limit", PAGE_MAX);
    unsigned offset = number_param(request, "offset", 0);
    size_t total = value_size(items);
    if (limit == 0 || limit > PAGE_MAX || offset % limit != 0) {
        refuse(answer, 400, "Bad Request", "INVALID_PARAMETER", NULL,
               "limit must be 1 to 1000 and offset a multiple of it.");
        return;
    }
    struct value *v = value_object();
    struct value *page = value_array();
    for (size_t i = offset; i < total && i < (size_t)offset + limit; i++)
        value_append(page, value_copy(value_at(items, i)));
    value_set(v, "links", value_array());
    value_set_int(v, "count", (int64_t)value_size(page));
    value_set_bool(v, "hasMore", (size_t)offset + limit < total);
    value_set(v, "items", page);
    value_set_int(v, "offset", offset);
    value_set_int(v, "totalResults", (int64_t)total);
    http_answer_json(answer, 200, v);
}

static void
list_records(struct standin *s, const struct http_request *request,
             const struct standin_account *a, struct http_answer *answer)
{
    struct value *items = value_array();
    for (size_t i = 0; i < s->record_count; i++) {
        const struct standin_record *r = &s->records[i];
        if (strcmp(r->account, a->account) != 0 ||
            strcmp(r->type, request->segments[4]) != 0)
            continue;
        char id[16];
        struct value *item = value_object();
        snprintf(id, sizeof id, "%u", r->id);
        value_set_text(item, "id", id);
        value_append(items, item);
    }
    answer_page(request, items, answer);
    value_free(items);
}

/* SuiteQL-like: any SELECT from purchase orders gives the sample orders. */
static void
search(struct standin *s, const struct http_request *request,
       struct http_answer *answer)
{
    const char *prefer = http_request_header(request, "Prefer");
    struct value *body = read_body(request, answer);
    const char *q = value_get_text(body, "q");
    if (!body)
        return;
    if (!prefer || strcmp(prefer, "transient") != 0)
        refuse(answer, 400, "Bad Request", "INVALID_HEADER", NULL,
               "The header Prefer: transient is required.");
    else if (!q || strncasecmp(q, "select ", 7) != 0)
        refuse(answer, 400, "Bad Request", "INVALID_PARAMETER", "q",
               "Invalid search query: it must begin with SELECT.");
    else if (strcasestr(q, "purchaseorder") || strcasestr(q, "purchord"))
        answer_page(request, s->orders, answer);
    else
        refuse(answer, 400, "Bad Request", "INVALID_PARAMETER", "q",
               "Invalid search query: this stand-in knows purchase orders "
               "only.");
    value_free(body);
}

/* A JSON Schema of a record type: what its records have, custom ones too. */
static void
describe(struct standin *s, const struct http_request *request,
         struct http_answer *answer)
{
    const char *type = request->segments[5];
    struct value *v = value_object();
    struct value *properties = value_object();
    for (size_t i = 0; i < s->record_count; i++) {
        if (strcmp(s->records[i].type, type) != 0)
            continue;
        for (size_t k = 0; k < value_size(s->records[i].body); k++)
            value_set(properties, value_key(s->records[i].body, k, NULL),
                      value_object());
    }
    if (required_field(type))
        value_set(properties, required_field(type), value_object());
    value_set_text(v, "type", "object");
    value_set(v, "properties", properties);
    http_answer_json(answer, 200, v);
}

static bool
has_shape(const struct http_request *request, size_t segments,
          const char *third, const char *fourth)
{
    return request->segment_count == segments &&
           strcmp(request->segments[1], "rest") == 0 &&
           strcmp(request->segments[2], third) == 0 &&
           strcmp(request->segments[3], "v1") == 0 &&
           (!fourth || strcmp(request->segments[4], fourth) == 0);
}

void
standin_netsuite(struct standin *s, const struct http_request *request,
                 struct http_answer *answer)
{
    struct error e;
    bool post = strcmp(request->method, "POST") == 0;
    const struct standin_account *a = standin_authenticate(s, request, &e);
    if (!a)
        refuse(answer, 401, "Unauthorized", "INVALID_LOGIN", NULL, e.text);
    else if (has_shape(request, 5, "query", "suiteql") && post)
        search(s, request, answer);
    else if (has_shape(request, 6, "record", "metadata-catalog"))
        describe(s, request, answer);
    else if (has_shape(request, 5, "record", NULL) &&
             required_field(request->segments[4]))
        post ? create_record(s, request, a, answer)
             : list_records(s, request, a, answer);
    else if (has_shape(request, 6, "record", NULL))
        one_record(s, request, a, answer);
    else
        refuse(answer, 404, "Not Found", "RECORD_TYPE_NOT_FOUND", NULL,
               "No such record type or resource.");
}
