/* Runs over all workflows, with the filters of the embedded API. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "runtime/embedded/embedded.h"
#include "runtime/embedded/query.h"

enum { PAGE_SIZE = 10, PAGE_MOST = 100, LOOKED_AT = 1000 };
enum { PAGES_MOST = 1000000 };

static struct value *
object_of(const char *key, const char *text)
{
    struct value *v = value_object();
    value_set_text(v, key, text);
    return v;
}

static const char *
message_of(const struct rs_logged_run *r)
{
    return r->state == RUN_FAILED ? "executionError"
                                  : rt_run_state_word((int)r->state);
}

static struct value *
log_value(const struct rs_logged_run *r)
{
    struct value *v = value_object();
    value_set_text(v, "_id", r->id);
    value_set_text(v, "message", message_of(r));
    struct value *data = object_of("executionId", r->execution);
    value_set_text(data, "executionUuid", r->execution);
    if (r->message)
        value_set_text(data, "error", r->message);
    value_set(v, "data", data);
    api_set_time(v, "startedAt", r->started_at);
    api_set_time(v, "completedAt", r->stopped_at);
    api_set_time(v, "createdAt", r->accepted_at);
    value_set_bool(v, "customVersion", r->fork_no > 0);
    value_set_int(v, "workflowVersion", r->base_no);
    value_set_text(v, "forgeWorkflowId", r->workflow_id);
    value_set_text(v, "workflowId", r->installed_id);
    value_set_text(v, "userId", r->user_id);
    struct value *user = object_of("username", r->username);
    value_set_text(user, "fullName", r->full_name);
    value_set(v, "user", user);
    struct value *workflow = object_of("name", r->workflow);
    struct value *integration = object_of("_id", r->integration_id);
    value_set_text(integration, "name", r->integration);
    api_set_icon(integration, r->icon);
    value_set(workflow, "integrationId", integration);
    value_set(v, "forgeWorkflow", workflow);
    return v;
}

/* --- filters -------------------------------------------------------------- */

/* What a filter may name. */
enum column {
    MESSAGE,
    EXECUTION,
    WORKFLOW,
    CREATED,
    USER,
    INTEGRATION,
    BASE_VERSION,
    COLUMNS
};
static const char *const columns[COLUMNS] = {
    [MESSAGE] = "message",
    [EXECUTION] = "data.executionId",
    [WORKFLOW] = "forgeWorkflowId",
    [CREATED] = "createdAt",
    [USER] = "userId",
    [INTEGRATION] = "forgeWorkflow.integrationId._id",
    [BASE_VERSION] = "workflowVersion"};

static const char *const operators[] = {"equals",   "notequals", "greaterthan",
                                        "lessthan", "contains",  "notcontains"};

static bool
is_one_of(const char *word, const char *const *list, size_t n)
{
    for (size_t i = 0; word && i < n; i++)
        if (strcmp(list[i], word) == 0)
            return true;
    return false;
}

/* What a filter means by WORD; COLUMNS where nothing. */
static enum column
column_of(const char *word)
{
    enum column c = MESSAGE;
    while (c < COLUMNS && !text_equal(word, columns[c]))
        c++;
    return c;
}

static const char *
part(const struct value *filter, const char *name)
{
    return value_get_text(value_get(filter, name), "value");
}

/* What is compared with: a text, or a number as it was written. */
static const char *
input(const struct value *filter)
{
    size_t digits = 0;
    const struct value *v = value_get(value_get(filter, "userinput"), "value");
    return value_is(v, VALUE_NUMBER) ? value_text(v, &digits)
                                     : part(filter, "userinput");
}

static enum err
check_filters(const struct value *filters, struct error *e)
{
    if (!value_is(filters, VALUE_ARRAY) || value_size(filters) > 20)
        return error_set(e, ERR_INVALID, "filters: no list of at most 20");
    for (size_t i = 0; i < value_size(filters); i++) {
        const struct value *f = value_at(filters, i);
        if (column_of(part(f, "columns")) == COLUMNS ||
            !is_one_of(part(f, "operators"), operators,
                       sizeof operators / sizeof *operators) ||
            !input(f))
            return error_set(e, ERR_INVALID,
                             "filters: entry %zu has no known column, "
                             "operator and input",
                             i + 1);
    }
    return ERR_OK;
}

/* The text that the row's JSON has there; a time or a number is written to
 * TEXT. */
static const char *
column_text(const struct rs_logged_run *r, enum column column,
            char text[CLOCK_TEXT_SIZE])
{
    switch (column) {
    case MESSAGE:
        return message_of(r);
    case EXECUTION:
        return r->execution;
    case WORKFLOW:
        return r->workflow_id;
    case USER:
        return r->user_id;
    case INTEGRATION:
        return r->integration_id;
    case CREATED:
        clock_format(text, r->accepted_at);
        return text;
    default:
        *text = '\0';
        if (r->base_no)
            snprintf(text, CLOCK_TEXT_SIZE, "%lld", (long long)r->base_no);
        return text;
    }
}

static bool
fits(const struct rs_logged_run *r, const struct value *filter)
{
    char text[CLOCK_TEXT_SIZE];
    const char *verb = part(filter, "operators");
    const char *wanted = input(filter);
    const char *got = column_text(r, column_of(part(filter, "columns")), text);
    if (strcmp(verb, "equals") == 0)
        return strcmp(got, wanted) == 0;
    if (strcmp(verb, "notequals") == 0)
        return strcmp(got, wanted) != 0;
    if (strcmp(verb, "contains") == 0)
        return strstr(got, wanted) != NULL;
    if (strcmp(verb, "notcontains") == 0)
        return strstr(got, wanted) == NULL;
    bool number = strspn(got, "0123456789") == strlen(got);
    long a = strtol(got, NULL, 10), b = strtol(wanted, NULL, 10);
    int order = number ? (a > b) - (a < b) : strcmp(got, wanted);
    return strcmp(verb, "greaterthan") == 0 ? order > 0 : order < 0;
}

/* "and" and "or" bind from left to right, as the filters stand. */
static bool
row_fits(const struct rs_logged_run *r, const struct value *filters)
{
    bool result = true;
    for (size_t i = 0; i < value_size(filters); i++) {
        const struct value *f = value_at(filters, i);
        bool or_ = i > 0 && text_equal(part(f, "condition"), "or");
        bool one = fits(r, f);
        result = or_ ? result || one : result && one;
    }
    return result;
}

/* --- the list ------------------------------------------------------------- */

static enum err
read_filters(struct route_call *call, struct value **out, struct error *e)
{
    const char *text = http_request_query(call->request, "filters");
    *out = NULL;
    if (!text)
        return ERR_OK;
    enum err err = value_read(out, text, strlen(text), &value_limits_document,
                              "filters", e);
    return err == ERR_OK ? check_filters(*out, e) : err;
}

/* What is asked for of the list, and what a look at it found. */
struct look {
    struct value *filters;     /* NULL: none */
    int64_t size, page, after; /* AFTER: only runs older than this row */
    int64_t fitting, looked_at, last;
};

static struct value *
pagination(const struct look *l)
{
    struct value *v = value_object();
    value_set_int(v, "totalItems", l->fitting);
    value_set_int(v, "totalPages", (l->fitting + l->size - 1) / l->size);
    value_set_int(v, "currentPage", l->page);
    value_set_int(v, "pageSize", l->size);
    if (l->looked_at == LOOKED_AT) {
        char cursor[24];
        snprintf(cursor, sizeof cursor, "%lld", (long long)l->last);
        value_set_text(v, "cursor", cursor);
    }
    return v;
}

static enum err
read_look(struct route_call *call, struct look *l, struct error *e)
{
    *l = (struct look){.size = PAGE_SIZE, .page = 1, .after = INT64_MAX};
    enum err err = query_number(call, "limit", 1, PAGE_MOST, &l->size, e);
    if (err == ERR_OK)
        err = query_number(call, "page", 1, PAGES_MOST, &l->page, e);
    if (err == ERR_OK)
        err = query_number(call, "after", 1, INT64_MAX, &l->after, e);
    if (err == ERR_OK)
        err = read_filters(call, &l->filters, e);
    return err;
}

/* A row becomes JSON only where it is of the page: the others are many. */
static enum err
look_at_runs(struct route_call *call, struct look *l, struct value *list,
             struct error *e)
{
    int64_t first = (l->page - 1) * l->size;
    struct db_stmt *q = db_use(call->db, RS_RUN_LOG);
    db_int(q, call->caller.environment);
    db_int(q, l->after);
    db_int(q, LOOKED_AT);
    struct rs_logged_run r;
    while (rs_logged_run_next(q, &r)) {
        l->looked_at++;
        l->last = r.n;
        if (!row_fits(&r, l->filters))
            continue;
        if (l->fitting >= first && l->fitting < first + l->size)
            value_append(list, log_value(&r));
        l->fitting++;
    }
    return db_end(q, e);
}

enum err
log_list(struct route_call *call, struct error *e)
{
    struct value *list = value_array();
    struct look look;
    enum err err = read_look(call, &look, e);
    if (err == ERR_OK)
        err = look_at_runs(call, &look, list, e);
    if (err == ERR_OK) {
        struct value *v = value_object();
        value_set(v, "notifications", list);
        value_set(v, "pagination", pagination(&look));
        api_answer(call, v);
    } else {
        value_free(list);
    }
    value_free(look.filters);
    return err;
}

enum err
log_get(struct route_call *call, struct error *e)
{
    struct value *row = NULL;
    struct db_stmt *q = db_use(call->db, RS_RUN_LOG_ONE);
    db_int(q, call->caller.environment);
    db_text(q, call->params[0]);
    struct rs_logged_run r;
    if (rs_logged_run_next(q, &r))
        row = log_value(&r);
    enum err err = db_end(q, e);
    if (err == ERR_OK && !row)
        err = route_not_found(NOT_FOUND_LOG, e);
    if (err == ERR_OK) {
        value_set_text(row, "executionMode", "trigger");
        api_answer_data(call, row);
    } else {
        value_free(row);
    }
    return err;
}
