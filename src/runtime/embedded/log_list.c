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
message_of(struct db_stmt *q)
{
    int state = (int)db_get_int(q, 3);
    return state == RUN_FAILED ? "executionError" : rt_run_state_word(state);
}

static struct value *
log_value(struct db_stmt *q)
{
    struct value *v = value_object();
    value_set_text(v, "_id", db_get_text(q, 1));
    value_set_text(v, "message", message_of(q));
    struct value *data = object_of("executionId", db_get_text(q, 2));
    value_set_text(data, "executionUuid", db_get_text(q, 2));
    if (!db_is_null(q, 7))
        value_set_text(data, "error", db_get_text(q, 7));
    value_set(v, "data", data);
    api_set_time(v, "startedAt", db_get_int(q, 5));
    api_set_time(v, "completedAt", db_get_int(q, 6));
    api_set_time(v, "createdAt", db_get_int(q, 4));
    value_set_bool(v, "customVersion", db_get_int(q, 9) > 0);
    value_set_int(v, "workflowVersion", db_get_int(q, 8));
    value_set_text(v, "forgeWorkflowId", db_get_text(q, 10));
    value_set_text(v, "workflowId", db_get_text(q, 11));
    value_set_text(v, "userId", db_get_text(q, 13));
    struct value *user = object_of("username", db_get_text(q, 14));
    value_set_text(user, "fullName", db_get_text_or_null(q, 15));
    value_set(v, "user", user);
    struct value *workflow = object_of("name", db_get_text(q, 12));
    struct value *integration = object_of("_id", db_get_text(q, 16));
    value_set_text(integration, "name", db_get_text(q, 17));
    value_set_text(integration, "icon", db_get_text_or_null(q, 18));
    value_set(workflow, "integrationId", integration);
    value_set(v, "forgeWorkflow", workflow);
    return v;
}

/* --- filters -------------------------------------------------------------- */

/* What a filter may name, and where RUN_LOG has it. */
enum { MESSAGE = 3, CREATED = 4 };
static const struct {
    const char *name;
    int column;
} columns[] = {{"message", MESSAGE},    {"data.executionId", 2},
               {"forgeWorkflowId", 10}, {"createdAt", CREATED},
               {"userId", 13},          {"forgeWorkflow.integrationId._id", 16},
               {"workflowVersion", 8}};

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

/* The column of RUN_LOG that a filter means by WORD; -1 where none. */
static int
column_of(const char *word)
{
    for (size_t i = 0; word && i < sizeof columns / sizeof *columns; i++)
        if (strcmp(columns[i].name, word) == 0)
            return columns[i].column;
    return -1;
}

static const char *
part(const struct value *filter, const char *name)
{
    return value_get_text(value_get(filter, name), "value");
}

static enum err
check_filters(const struct value *filters, struct error *e)
{
    if (!value_is(filters, VALUE_ARRAY) || value_size(filters) > 20)
        return error_set(e, ERR_INVALID, "filters: no list of at most 20");
    for (size_t i = 0; i < value_size(filters); i++) {
        const struct value *f = value_at(filters, i);
        if (column_of(part(f, "columns")) < 0 ||
            !is_one_of(part(f, "operators"), operators,
                       sizeof operators / sizeof *operators) ||
            !part(f, "userinput"))
            return error_set(e, ERR_INVALID,
                             "filters: entry %zu has no known column, "
                             "operator and input",
                             i + 1);
    }
    return ERR_OK;
}

/* The text that the row's JSON has there; of a time, written to TIME. */
static const char *
column_text(struct db_stmt *q, int column, char time[CLOCK_TEXT_SIZE])
{
    const char *text;
    if (column == MESSAGE)
        return message_of(q);
    if (column != CREATED) {
        text = db_get_text_or_null(q, column);
        return text ? text : "";
    }
    clock_format(time, db_get_int(q, column));
    return time;
}

static bool
fits(struct db_stmt *q, const struct value *filter)
{
    char time[CLOCK_TEXT_SIZE];
    const char *verb = part(filter, "operators");
    const char *wanted = part(filter, "userinput");
    const char *got = column_text(q, column_of(part(filter, "columns")), time);
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
row_fits(struct db_stmt *q, const struct value *filters)
{
    bool result = true;
    for (size_t i = 0; i < value_size(filters); i++) {
        const struct value *f = value_at(filters, i);
        bool or_ = i > 0 && text_equal(part(f, "condition"), "or");
        bool one = fits(q, f);
        result = or_ ? result || one : result && one;
    }
    return result;
}

/* --- the list ------------------------------------------------------------- */

static enum err
read_filters(struct call *call, struct value **out, struct error *e)
{
    const char *text = http_request_query(call->request, "filters");
    *out = NULL;
    if (!text)
        return ERR_OK;
    enum err code = value_read(out, text, strlen(text), &value_limits_document,
                               "filters", e);
    return code == ERR_OK ? check_filters(*out, e) : code;
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
read_look(struct call *call, struct look *l, struct error *e)
{
    *l = (struct look){.size = PAGE_SIZE, .page = 1, .after = INT64_MAX};
    enum err code = query_number(call, "limit", 1, PAGE_MOST, &l->size, e);
    if (code == ERR_OK)
        code = query_number(call, "page", 0, PAGES_MOST, &l->page, e);
    if (code == ERR_OK)
        code = query_number(call, "after", 1, INT64_MAX, &l->after, e);
    if (code == ERR_OK)
        code = read_filters(call, &l->filters, e);
    if (l->page == 0)
        l->page = 1; /* some clients count from 0 */
    return code;
}

/* A row becomes JSON only where it is of the page: the others are many. */
static enum err
look_at_runs(struct call *call, struct look *l, struct value *list,
             struct error *e)
{
    int64_t first = (l->page - 1) * l->size;
    struct db_stmt *q = db_use(call->db, RS_RUN_LOG);
    db_int(q, call->caller.environment);
    db_int(q, l->after);
    db_int(q, LOOKED_AT);
    while (db_row(q)) {
        l->looked_at++;
        l->last = db_get_int(q, 0);
        if (!row_fits(q, l->filters))
            continue;
        if (l->fitting >= first && l->fitting < first + l->size)
            value_append(list, log_value(q));
        l->fitting++;
    }
    return db_end(q, e);
}

enum err
log_list(struct call *call, struct error *e)
{
    struct value *list = value_array();
    struct look look;
    enum err code = read_look(call, &look, e);
    if (code == ERR_OK)
        code = look_at_runs(call, &look, list, e);
    if (code == ERR_OK) {
        struct value *v = value_object();
        value_set(v, "notifications", list);
        value_set(v, "pagination", pagination(&look));
        api_answer(call, v);
    } else {
        value_free(list);
    }
    value_free(look.filters);
    return code;
}

enum err
log_get(struct call *call, struct error *e)
{
    struct value *row = NULL;
    struct db_stmt *q = db_use(call->db, RS_RUN_LOG_ONE);
    db_int(q, call->caller.environment);
    db_text(q, call->params[0]);
    if (db_row(q))
        row = log_value(q);
    enum err code = db_end(q, e);
    if (code == ERR_OK && !row)
        code = error_set(e, ERR_NOT_FOUND, "Log not found");
    if (code == ERR_OK) {
        value_set_text(row, "executionMode", "trigger");
        api_answer_data(call, row);
    } else {
        value_free(row);
    }
    return code;
}
