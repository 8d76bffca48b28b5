/* The audit records of sessions. */
#include "manager/session/sessions.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "manager/session/operation.h"
#include "value/value.h"

enum { COMMAND_MAX = 2000, REFUSED_EVERY_MS = 60000, COUNT_TEXT_MAX = 128 };

static const enum action actions[] = {
    [SESSION_STARTED] = ACTION_SESSION_START,
    [SESSION_ENDED] = ACTION_SESSION_END,
    [SESSION_READ] = ACTION_SESSION_COMMAND,
};

/* Sets the command of a session in V: visible, and not longer than a record
 * should be. */
static void
set_command(struct value *v, const char *command)
{
    char *text = text_visible_dup(command);
    size_t length = strlen(text);
    if (length > COMMAND_MAX) {
        size_t kept = COMMAND_MAX;
        while (kept > 0 && ((unsigned char)text[kept] & 0xC0) == 0x80)
            kept--;
        text[kept] = '\0';
        value_set_int(v, "commandBytes", (int64_t)strlen(command));
    }
    value_set_text(v, "command", text);
    free(text);
}

/* What the record of EVENT says, as JSON that the caller frees. */
static char *
describe(const struct manager *m, enum session_event event,
         const struct session_facts *facts)
{
    struct value *v = value_object();
    if (facts->command && event != SESSION_ENDED)
        set_command(v, facts->command);
    if (event == SESSION_ENDED)
        value_set_int(v, "exit", facts->exit_code);
    if (event != SESSION_ENDED)
        value_set_text(v, "how", facts->sandbox);
    value_set_text(v, "role", role_word(manager_role(m)));
    char *text = value_to_text(v);
    value_free(v);
    return text;
}

enum err
manager_session_record(struct manager *m, enum session_event event,
                       const struct session_facts *facts, struct error *e)
{
    char *after = describe(m, event, facts);
    enum err err = operation_begin(m, actions[event], e);
    if (err == ERR_OK)
        err = operation_audit(m, "session", manager_session_id(m), NULL, NULL,
                              after, e);
    free(after);
    return operation_end(m, err, e);
}

/* Whether the audit has EVENT of the session of M; of its actor where the
 * statement S asks for one. */
static enum err
has_record(struct manager *m, int s, enum session_event event,
           bool *has, struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), s);
    db_text(q, manager_session_id(m));
    db_text(q, action_table[actions[event]].name);
    if (event == SESSION_STARTED)
        db_text(q, manager_actor(m));
    *has = db_row(q);
    return db_end(q, e);
}

enum err
manager_session_check(struct manager *m, struct error *e)
{
    bool started = false, ended = true;
    enum err err =
        has_record(m, CS_SESSION_STARTED, SESSION_STARTED, &started, e);
    if (err == ERR_OK)
        err = has_record(m, CS_SESSION_ENDED, SESSION_ENDED, &ended, e);
    if (err == ERR_OK && (!started || ended))
        err = error_set(e, ERR_REFUSED,
                        "session %s: the audit has no session of %s with this "
                        "id that goes on (begin one by SSH)",
                        manager_session_id(m), manager_actor(m));
    return err;
}

/* --- refused sessions ----------------------------------------------------- */
/* Attempts that no record counts yet, and when the last record was written.
 * Kept as a setting of the actor, who has no others: it has no role. */
struct refused {
    int64_t count, recorded_at;
};

#define REFUSED_SETTING "session.refused"

static enum err
read_refused(struct manager *m, struct refused *r, struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_SETTING_GET);
    db_text(q, manager_actor(m));
    db_text(q, REFUSED_SETTING);
    struct value *v = NULL;
    struct error unread;
    const char *text = db_row(q) ? db_get_text(q) : "";
    if (value_read(&v, text, strlen(text), &value_limits_document,
                   REFUSED_SETTING, &unread) == ERR_OK) {
        r->count = value_int_or(value_get(v, "count"), 0);
        r->recorded_at = value_int_or(value_get(v, "recordedAt"), 0);
    }
    value_free(v);
    return db_end(q, e);
}

static enum err
write_refused(struct manager *m, const struct refused *r, struct error *e)
{
    char text[COUNT_TEXT_MAX];
    snprintf(text, sizeof text, "{\"count\":%lld,\"recordedAt\":%lld}",
             (long long)r->count, (long long)r->recorded_at);
    struct db_stmt *q = db_use(manager_db(m), CS_SETTING_SET);
    db_text(q, manager_actor(m));
    db_text(q, REFUSED_SETTING);
    db_text(q, text);
    return db_run(q, e);
}

static enum err
record_refused(struct manager *m, int64_t count, struct error *e)
{
    char after[COUNT_TEXT_MAX];
    snprintf(after, sizeof after, "{\"count\":%lld,\"role\":\"none\"}",
             (long long)count);
    return operation_audit(m, "session", manager_session_id(m), NULL, NULL,
                           after, e);
}

static enum err
count_refused(struct manager *m, struct error *e)
{
    struct refused r = {0, 0};
    int64_t now = operation_now(m);
    enum err err = read_refused(m, &r, e);
    r.count++;
    /* A clock that was set back does not silence the record. */
    bool due = now < r.recorded_at || now - r.recorded_at >= REFUSED_EVERY_MS;
    if (err == ERR_OK && due) {
        err = record_refused(m, r.count, e);
        r = (struct refused){0, now};
    } else {
        operation_unaudited(m, "a count that the next record will tell");
    }
    return err == ERR_OK ? write_refused(m, &r, e) : err;
}

enum err
manager_session_refused(struct manager *m, struct error *e)
{
    enum err err = operation_begin(m, ACTION_SESSION_REFUSED, e);
    if (err == ERR_OK)
        err = count_refused(m, e);
    return operation_end(m, err, e);
}
