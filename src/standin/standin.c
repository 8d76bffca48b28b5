/* The stand-in: configuration, what it keeps, and its faults. */
#include "standin/standin.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "standin/orders.h"

static enum err
read_account(struct standin_account *a, const struct value *v, struct error *e)
{
    a->account = mem_strdup(value_get_text(v, "account"));
    a->consumer_key = mem_strdup(value_get_text(v, "consumerKey"));
    a->consumer_secret = mem_strdup(value_get_text(v, "consumerSecret"));
    a->token = mem_strdup(value_get_text(v, "tokenId"));
    a->token_secret = mem_strdup(value_get_text(v, "tokenSecret"));
    if (!a->account || !a->consumer_key || !a->consumer_secret || !a->token ||
        !a->token_secret)
        return error_set(e, ERR_INVALID,
                         "configuration: an account lacks one of account, "
                         "consumerKey, consumerSecret, tokenId, tokenSecret");
    return ERR_OK;
}

enum err
standin_configure(struct standin *s, const struct value *config,
                  struct error *e)
{
    const struct value *accounts = value_get(config, "accounts");
    s->account_count = value_size(accounts);
    s->accounts = mem_array(s->account_count, sizeof *s->accounts);
    for (size_t i = 0; i < s->account_count; i++) {
        enum err err = read_account(&s->accounts[i], value_at(accounts, i), e);
        if (err != ERR_OK)
            return err;
    }
    s->isv_token = mem_strdup(value_get_text(config, "isvToken"));
    if (!s->isv_token)
        return error_set(e, ERR_INVALID, "configuration: isvToken is missing");
    s->orders = orders_purchase(
        (unsigned)value_int_or(value_get(config, "purchaseOrders"), 0),
        (unsigned long)value_int_or(value_get(config, "seed"), 1));
    return ERR_OK;
}

static void
clear_records(struct standin *s)
{
    for (size_t i = 0; i < s->record_count; i++) {
        struct standin_record *r = &s->records[i];
        free(r->type);
        free(r->account);
        free(r->key);
        free(r->headers);
        value_free(r->body);
    }
    free(s->records);
}

void
standin_clear(struct standin *s)
{
    standin_release_held(s);
    for (size_t i = 0; i < s->account_count; i++) {
        struct standin_account *a = &s->accounts[i];
        free(a->account);
        free(a->consumer_key);
        free(a->consumer_secret);
        free(a->token);
        free(a->token_secret);
    }
    free(s->accounts);
    free(s->isv_token);
    value_free(s->orders);
    clear_records(s);
    for (size_t i = 0; i < s->fault_count; i++)
        free(s->faults[i].path);
    free(s->faults);
    for (size_t i = 0; i < s->nonce_count; i++)
        free(s->nonces[i]);
    free(s->nonces);
    free(s->held);
    free(s->held_answers);
    *s = (struct standin){.calls = 0};
}

static struct standin_record *
find_by_key(struct standin *s, const char *type, const char *account,
            const char *key)
{
    if (!*key)
        return NULL;
    for (size_t i = s->record_count; i > 0; i--) {
        struct standin_record *r = &s->records[i - 1];
        if (text_equal(r->key, key) && text_equal(r->account, account) &&
            text_equal(r->type, type))
            return r;
    }
    return NULL;
}

struct standin_record *
standin_keep(struct standin *s, const char *type, const char *account,
             const char *key, struct value *body)
{
    struct standin_record *r = find_by_key(s, type, account, key);
    if (r) {
        r->attempts++;
        value_free(body);
        return r;
    }
    if (s->record_count == s->record_capacity) {
        s->record_capacity = s->record_capacity ? s->record_capacity * 2 : 64;
        s->records =
            mem_resize(s->records, s->record_capacity, sizeof *s->records);
    }
    r = &s->records[s->record_count++];
    *r = (struct standin_record){.type = mem_strdup(type),
                                 .account = mem_strdup(account),
                                 .key = mem_strdup(key),
                                 .id = (unsigned)s->record_count,
                                 .attempts = 1,
                                 .body = body,
                                 .headers = mem_strdup("")};
    return r;
}

struct standin_record *
standin_find(struct standin *s, unsigned id)
{
    return id >= 1 && id <= s->record_count ? &s->records[id - 1] : NULL;
}

/* The fault that applies to PATH, used up by one; NULL without. */
static struct standin_fault *
take_fault(struct standin *s, const char *path)
{
    for (size_t i = 0; i < s->fault_count; i++) {
        struct standin_fault *f = &s->faults[i];
        if (f->times > 0 && text_starts(path, f->path)) {
            f->times--;
            return f;
        }
    }
    return NULL;
}

static void
dispatch(struct standin *s, const struct http_request *request,
         struct http_answer *answer)
{
    const char *area = request->segment_count ? request->segments[0] : "";
    if (strcmp(area, "services") == 0) {
        standin_netsuite(s, request, answer);
    } else if (strcmp(area, "isv") == 0) {
        standin_isv(s, request, answer);
    } else {
        struct error e;
        error_set(&e, ERR_NOT_FOUND,
                  "%s: not here (paths begin with /services/rest/, /isv/ or "
                  "/standin/)",
                  request->path);
        http_answer_error(answer, &e);
    }
}

static void
hold(struct standin *s, struct http_request *request,
     struct http_answer *answer)
{
    size_t n = s->held_count + 1;
    s->held = mem_resize(s->held, n, sizeof(struct http_request *));
    s->held_answers = mem_resize(s->held_answers, n, sizeof *s->held_answers);
    s->held[s->held_count] = request;
    s->held_answers[s->held_count] = *answer;
    s->held_count = n;
}

bool
standin_handle(struct standin *s, struct http_request *request,
               struct http_answer *answer)
{
    http_answer_header(answer, "X-Standin", "a test part, not NetSuite");
    if (request->segment_count > 0 &&
        strcmp(request->segments[0], "standin") == 0) {
        standin_inspect(s, request, answer);
        return true;
    }
    s->calls++;
    struct standin_fault *fault = take_fault(s, request->path);
    if (fault && fault->status != 0) {
        struct value *v = value_object();
        value_set_text(v, "title", "asked to fail by a fault");
        value_set_int(v, "status", fault->status);
        http_answer_json(answer, fault->status, v);
        return true;
    }
    dispatch(s, request, answer);
    if (answer->status >= 400)
        s->refused++;
    if (!fault || !fault->hold)
        return true;
    hold(s, request, answer);
    return false;
}

size_t
standin_release_held(struct standin *s)
{
    size_t n = s->held_count;
    for (size_t i = 0; i < n; i++)
        http_request_answer(s->held[i], &s->held_answers[i]);
    s->held_count = 0;
    return n;
}
