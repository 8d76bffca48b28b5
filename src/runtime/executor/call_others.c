/* Calls that another run of the same event may have made: none takes effect
 * twice because an event is run again. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "runtime/executor/call_private.h"

/* Whether the call of ROW only asks. */
static bool
asks(const struct call_plan *plan, const struct call_row *row)
{
    const char *method = value_get_text(row->request, "method");
    const char *action = value_get_text(row->request, "action");
    const struct connector_action *a =
        action && plan->connector ? connector_action(plan->connector, action)
                                  : NULL;
    return (a && !a->effect) || !method || strcmp(method, "GET") == 0 ||
           strcmp(method, "HEAD") == 0;
}

/* What RECORD says of the call that another run of the event has made: true
 * where its answer is the one of ROW, too. */
static bool
take_answer(struct exec *x, struct call_row *row,
            const struct key_record *record)
{
    if (!record->kept) {
        error_set(x->e, ERR_REFUSED,
                  "run %s has made this call for the same event, and what the "
                  "app answered is no longer kept (nothing was sent)",
                  record->run);
        return false;
    }
    error_set(&row->failure, ERR_FAILED,
              "run %s made this call for the same event: its answer was taken, "
              "nothing was sent",
              record->run);
    row->state = STEP_DONE;
    x->run->moved = true;
    return true;
}

/* Another run of the event has made the call: what it gave is the answer here,
 * too, and nothing is sent. */
static enum exec_result
take_over(struct exec *x, const struct call_plan *plan, struct call_row *row,
          const struct key_record *record)
{
    if (!take_answer(x, row, record))
        return EXEC_FAILED;
    return call_add_row(x, plan->page, row, x->e) == ERR_OK ? EXEC_DONE
                                                            : EXEC_STORE;
}

/* The same for ROW that is journaled. */
static enum exec_result
end_with_answer(struct exec *x, struct call_row *row,
                const struct key_record *record)
{
    if (!take_answer(x, row, record))
        return EXEC_FAILED;
    struct db_stmt *q = db_use(x->db, RS_STEP_END);
    db_int(q, STEP_DONE);
    db_text_n(q, buf_str(&row->answer->text), row->answer->text.len);
    db_int_or_null(q, 0);
    db_text(q, row->failure.text);
    db_int(q, clock_now_ms());
    db_int(q, row->n);
    return db_run(q, x->e) == ERR_OK ? EXEC_DONE : EXEC_STORE;
}

/* Nobody knows whether another run of the event has made the call: a person
 * looks, and a retry makes it. */
static enum exec_result
park_doubtful(struct exec *x, const struct call_plan *plan,
              struct call_row *row, const struct key_record *record)
{
    if (call_add_row(x, plan->page, row, x->e) != ERR_OK)
        return EXEC_STORE;
    char *why = mem_printf(
        "run %s sent this call for the same event%s, and nobody knows whether "
        "it took effect (look there, then retry or cancel)",
        record->run, record->same ? "" : " with another content");
    enum exec_result result = call_park_unknown(x, row, why);
    free(why);
    return result;
}

/* What the other runs of the event did with the key of ROW; false with *RESULT
 * where there is nothing to heed, or it cannot be read. */
static bool
look_up(struct exec *x, const struct call_plan *plan, struct call_row *row,
        struct key_record *record, enum exec_result *result)
{
    key_hash(row->request, row->hash);
    *result = EXEC_DONE;
    if (asks(plan, row))
        return false;
    if (key_look_up(x, row->key, row->hash, record, &row->answer->text, x->e) ==
        ERR_OK)
        return true;
    *result = EXEC_STORE;
    return false;
}

enum exec_result
call_heed_others(struct exec *x, const struct call_plan *plan,
                 struct call_row *row, bool *ended)
{
    struct key_record record;
    bool once = value_bool_or(value_get(row->request, "once"), false);
    enum exec_result result;
    if (!look_up(x, plan, row, &record, &result))
        return result;
    *ended = record.past == KEY_DONE ||
             (record.past == KEY_UNKNOWN && (once || !record.same));
    if (!*ended)
        return EXEC_DONE;
    return record.past == KEY_DONE ? take_over(x, plan, row, &record)
                                   : park_doubtful(x, plan, row, &record);
}

static enum exec_result
park_behind(struct exec *x, const struct call_row *row, const char *sender)
{
    char *why = mem_printf("run %s is making this call for the same event "
                           "(wait for its answer, then retry or cancel)",
                           sender);
    enum exec_result result = call_park_unknown(x, row, why);
    free(why);
    return result;
}

enum exec_result
call_heed_again(struct exec *x, const struct call_plan *plan,
                struct call_row *row, bool *ended)
{
    struct key_record record;
    bool once = value_bool_or(value_get(row->request, "once"), false);
    enum exec_result result;
    if (!look_up(x, plan, row, &record, &result))
        return result;
    *ended = record.past == KEY_DONE || (once && *record.sender);
    if (!*ended)
        return EXEC_DONE;
    return record.past == KEY_DONE ? end_with_answer(x, row, &record)
                                   : park_behind(x, row, record.sender);
}
