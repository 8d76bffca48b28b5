/* Runs over all workflows, with the filters of the embedded API. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "runtime/embedded/embedded.h"
#include "runtime/embedded/query.h"

enum { PAGE_SIZE = 10, PAGE_MOST = 100, LOOKED_AT = 20000 };
enum { PAGES_MOST = 1000000 };

static struct value *
object_of(const char *key, const char *text)
{
    struct value *v = value_object();
    value_set_text(v, key, text);
    return v;
}

static struct value *
log_value(struct db_stmt *q)
{
    int state = (int)db_get_int(q, 3);
    struct value *v = value_object();
    value_set_text(v, "_id", db_get_text(q, 1));
    value_set_text(v, "message",
                   state == RUN_FAILED ? "executionError"
                                       : rt_run_state_word(state));
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
    value_set_text(user, "fullName", db_get_text(q, 15));
    value_set(v, "user", user);
    struct value *workflow = object_of("name", db_get_text(q, 12));
    struct value *integration = object_of("_id", db_get_text(q, 16));
    value_set_text(integration, "name", db_get_text(q, 17));
    value_set_text(integration, "icon", db_get_text(q, 18));
    value_set(workflow, "integrationId", integration);
    value_set(v, "forgeWorkflow", workflow);
    return v;
}

/* --- filters -------------------------------------------------------------- */

static const char *const columns[] = {
    "message",        "data.executionId", "forgeWorkflowId",
    "createdAt",      "userId",           "forgeWorkflow.integrationId._id",
    "workflowVersion"};

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
        if (!is_one_of(part(f, "columns"), columns,
                       sizeof columns / sizeof *columns) ||
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

/* Follows "a.b.c"; every column is a name or a number. */
static const char *
column_text(const struct value *row, const char *path)
{
    const struct value *v = row;
    while (v && *path) {
        size_t n = strcspn(path, ".");
        v = value_get_n(v, path, n);
        path += n + (path[n] == '.');
    }
    size_t n;
    return value_is(v, VALUE_NUMBER) ? value_text(v, &n)
                                     : value_text_or(v, NULL);
}

static bool
fits(const struct value *row, const struct value *filter)
{
    const char *verb = part(filter, "operators");
    const char *wanted = part(filter, "userinput");
    const char *got = column_text(row, part(filter, "columns"));
    if (!got)
        got = "";
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
row_fits(const struct value *row, const struct value *filters)
{
    bool result = true;
    for (size_t i = 0; i < value_size(filters); i++) {
        const struct value *f = value_at(filters, i);
        bool or_ = i > 0 && text_equal(part(f, "condition"), "or");
        bool one = fits(row, f);
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

static struct value *
pagination(int64_t total, int64_t page, int64_t size)
{
    struct value *v = value_object();
    value_set_int(v, "totalItems", total);
    value_set_int(v, "totalPages", (total + size - 1) / size);
    value_set_int(v, "currentPage", page);
    value_set_int(v, "pageSize", size);
    return v;
}

enum err
log_list(struct call *call, struct error *e)
{
    struct value *filters = NULL, *list = value_array();
    int64_t size = PAGE_SIZE, page = 1, total = 0;
    enum err code = query_number(call, "limit", 1, PAGE_MOST, &size, e);
    if (code == ERR_OK)
        code = query_number(call, "page", 0, PAGES_MOST, &page, e);
    if (code == ERR_OK)
        code = read_filters(call, &filters, e);
    if (page == 0)
        page = 1; /* some clients count from 0 */
    if (code == ERR_OK) {
        struct db_stmt *q = db_use(call->db, RS_RUN_LOG);
        db_int(q, call->caller.environment);
        db_int(q, INT64_MAX);
        db_int(q, LOOKED_AT);
        while (db_row(q)) {
            struct value *row = log_value(q);
            bool here = false;
            if (row_fits(row, filters)) {
                here = total >= (page - 1) * size && total < page * size;
                total++;
            }
            if (here)
                value_append(list, row);
            else
                value_free(row);
        }
        code = db_end(q, e);
    }
    if (code == ERR_OK) {
        struct value *v = value_object();
        value_set(v, "notifications", list);
        list = NULL;
        value_set(v, "pagination", pagination(total, page, size));
        api_answer(call, v);
    }
    value_free(list);
    value_free(filters);
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
