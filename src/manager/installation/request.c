/* Requests besides releases: users, pause, uninstall, runs, events. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "manager/exchange/copy.h"
#include "manager/exchange/outbox.h"
#include "manager/exchange/runtime.h"
#include "manager/session/names.h"
#include "manager/session/note.h"
#include "manager/session/operation.h"
#include "value/value.h"

/* What a request is about; names are NULL where it has none. */
struct subject {
    const char *installation, *workflow;
    struct name_ref installation_ref, workflow_ref;
    int64_t runtime;
};

static enum err
resolve(struct manager *m, struct subject *s, struct error *e)
{
    int64_t integration = 0, state = 0;
    bool missing = false;
    struct db_stmt *q;
    bool runs = false;
    enum err err =
        name_installation(m, s->installation, &s->installation_ref, e);
    if (err)
        return err;
    q = db_use(manager_db(m), CS_REL_INSTALLATION);
    db_int(q, s->installation_ref.n);
    struct cs_installation_place place;
    if (cs_installation_place_next(q, &place)) {
        s->runtime = place.runtime;
        state = place.state;
        missing = place.missing_since != 0;
        integration = place.integration;
    }
    err = db_end(q, e);
    if (!err && state == INSTALLATION_UNINSTALLED)
        return error_set(e, ERR_REFUSED, "%s: is uninstalled", s->installation);
    if (!err && missing)
        return error_set(e, ERR_REFUSED,
                         "%s: its runtime was restored and does not know it "
                         "(the customer must install it again, or an admin "
                         "uninstalls it here)",
                         s->installation);
    if (err || !s->workflow)
        return err;
    err = name_workflow(m, s->workflow, integration, &s->workflow_ref, e);
    if (err)
        return err;
    q = db_use(manager_db(m), CS_REL_WORKFLOW_OF_INSTALLATION);
    db_int(q, s->installation_ref.n);
    db_int(q, s->workflow_ref.n);
    runs = db_row(q);
    err = db_end(q, e);
    return err || runs
               ? err
               : error_set(e, ERR_NOT_FOUND, "%s: does not run workflow %s",
                           s->installation, s->workflow);
}

/* Queues ITEM (taken) as KIND and audits AFTER (taken, may be NULL): what may
 * be kept of it for ever. */
static enum err
ask(struct manager *m, const struct subject *s, const char *kind,
    struct value *item, struct value *after, char key[IDENT_SIZE],
    struct error *e)
{
    struct outbox_new row = {.runtime = s->runtime,
                             .kind = kind,
                             .installation = s->installation_ref.n,
                             .workflow = s->workflow_ref.n};
    char *text = after ? value_to_text(after) : NULL;
    enum err err = outbox_add(m, &row, item, NULL, key, e);
    if (!err)
        err = operation_audit(m, "installation", s->installation_ref.id,
                              s->installation_ref.id, NULL, text, e);
    free(text);
    value_free(after);
    return err;
}

static struct value *
item_of(const struct subject *s)
{
    struct value *item = value_object();
    value_set_text(item, "installationId", s->installation_ref.id);
    if (s->workflow)
        value_set_text(item, "workflowId", s->workflow_ref.id);
    return item;
}

/* ITEM (borrowed) as an audit record keeps it, with NOTE. */
static struct value *
with_note(const struct value *item, const char *note)
{
    struct value *after = value_copy(item);
    if (note && *note)
        value_set_text(after, "note", note);
    return after;
}

static enum err
begin_pause(struct manager *m, bool pause, struct error *e)
{
    return operation_begin(
        m, pause ? ACTION_INSTALLATION_PAUSE : ACTION_INSTALLATION_RESUME, e);
}

static enum err
ask_pause(struct manager *m, struct subject *s, bool pause, bool cancel_runs,
          const char *note, char key[IDENT_SIZE], struct error *e)
{
    enum err err = note_check(note, e);
    if (!err)
        err = resolve(m, s, e);
    if (!err) {
        struct value *item = item_of(s);
        if (pause)
            value_set_bool(item, "cancelRuns", cancel_runs);
        err = ask(m, s, pause ? "pause" : "resume", item, with_note(item, note),
                  key, e);
    }
    return err ? err : copy_condition(m, s->installation_ref.n, e);
}

enum err
manager_installation_pause(struct manager *m, const char *installation,
                           const char *workflow, bool pause, bool cancel_runs,
                           const char *note, char key[IDENT_SIZE],
                           struct error *e)
{
    struct subject s = {.installation = installation, .workflow = workflow};
    enum err err = begin_pause(m, pause, e);
    if (!err)
        err = ask_pause(m, &s, pause, cancel_runs, note, key, e);
    return operation_end(m, err, e);
}

enum err
manager_installation_pause_all(struct manager *m, const char *const *ids,
                               size_t count, bool pause, struct error *e)
{
    if (count > PAUSE_MOST)
        return error_set(e, ERR_TOO_BIG,
                         "%zu installations are selected, but the limit is %d "
                         "(narrow the filter)",
                         count, PAUSE_MOST);
    enum err err = begin_pause(m, pause, e);
    for (size_t i = 0; i < count && !err; i++) {
        struct subject s = {.installation = ids[i]};
        err = ask_pause(m, &s, pause, false, NULL, NULL, e);
        if (err && count > 1)
            error_prefix(e, "none of %zu installations is %s", count,
                         pause ? "paused" : "resumed");
    }
    return operation_end(m, err, e);
}

/* How much of its runtime's feed this store has, and its hash, which tells the
 * feed from that of a restored runtime: an uninstall that is delivered late
 * does not end what the customer installed again meanwhile. */
static enum err
set_seen(struct manager *m, const struct subject *s, struct value *item,
         struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_RUNTIME_SEEN);
    struct cs_seen_feed seen;
    db_int(q, s->runtime);
    if (cs_seen_feed_next(q, &seen)) {
        value_set_int(item, "seen", seen.feed_cursor);
        if (seen.feed_hash && *seen.feed_hash)
            value_set_text(item, "seenHash", seen.feed_hash);
    }
    return db_end(q, e);
}

enum err
manager_installation_uninstall(struct manager *m, const char *installation,
                               const char *note, char key[IDENT_SIZE],
                               struct error *e)
{
    struct subject s = {.installation = installation};
    enum err err = operation_begin(m, ACTION_INSTALLATION_UNINSTALL, e);
    if (!err)
        err = note_check(note, e);
    if (!err)
        err = resolve(m, &s, e);
    if (!err) {
        struct value *item = item_of(&s);
        struct value *after = with_note(item, note);
        enum err seen = set_seen(m, &s, item, e);
        err = ask(m, &s, "uninstall", item, after, key, seen ? NULL : e);
        err = seen ? seen : err;
    }
    return operation_end(m, err, e);
}

enum err
manager_credential_retry(struct manager *m, const char *installation,
                         const char *app, char key[IDENT_SIZE], struct error *e)
{
    struct subject s = {.installation = installation};
    enum err err = operation_begin(m, ACTION_CREDENTIAL_RETRY, e);
    if (!err)
        err = resolve(m, &s, e);
    if (!err) {
        struct value *item = item_of(&s);
        if (app)
            value_set_text(item, "app", app);
        err = ask(m, &s, "retryCredential", item, value_copy(item), key, e);
    }
    return operation_end(m, err, e);
}

enum err
manager_run_start(struct manager *m, const char *installation,
                  const char *workflow, const struct value *input,
                  char key[IDENT_SIZE], struct error *e)
{
    struct subject s = {.installation = installation, .workflow = workflow};
    enum err err = operation_begin(m, ACTION_RUN_START, e);
    if (!err)
        err = resolve(m, &s, e);
    if (!err) {
        struct value *item = item_of(&s), *after = value_copy(item);
        value_set_bool(after, "input", input != NULL);
        if (input)
            value_set(item, "input", value_copy(input));
        err = ask(m, &s, "start", item, after, key, e);
    }
    return operation_end(m, err, e);
}

enum err
manager_event_send(struct manager *m, const char *installation,
                   const char *event, const struct value *data,
                   char key[IDENT_SIZE], struct error *e)
{
    struct subject s = {.installation = installation};
    enum err err = operation_begin(m, ACTION_EVENT_SEND, e);
    if (!err)
        err = resolve(m, &s, e);
    if (!err) {
        struct value *item = item_of(&s), *after;
        value_set_text(item, "event", event);
        after = value_copy(item);
        value_set(item, "data", value_copy(data));
        err = ask(m, &s, "event", item, after, key, e);
    }
    return operation_end(m, err, e);
}

static enum err
add_user(struct manager *m, const char *username, const char *full_name,
         const char *runtime, char key[IDENT_SIZE], struct error *e)
{
    struct name_ref ref;
    struct value *item;
    struct outbox_new row = {.kind = "user"};
    char id[IDENT_SIZE], *text;
    enum err err = name_runtime(m, runtime, &ref, e);
    if (err)
        return err;
    if (!*username)
        return error_set(e, ERR_INVALID, "user: an empty username");
    if (text_first_hidden(username))
        return error_set(e, ERR_INVALID,
                         "user: the username has an invisible character "
                         "(U+%04X), so that it would look like another name",
                         (unsigned)text_first_hidden(username));
    ident_new(id);
    item = value_object();
    value_set_text(item, "userId", id);
    value_set_text(item, "username", username);
    value_set_text(item, "fullName", full_name ? full_name : username);
    text = value_to_text(item);
    row.runtime = ref.n;
    err = outbox_add(m, &row, item, NULL, key, e);
    if (!err)
        err = operation_audit(m, "user", id, NULL, NULL, text, e);
    free(text);
    return err;
}

enum err
manager_user_add(struct manager *m, const char *username, const char *full_name,
                 const char *runtime, char key[IDENT_SIZE], struct error *e)
{
    enum err err = operation_begin(m, ACTION_USER_ADD, e);
    if (!err)
        err = add_user(m, username, full_name, runtime, key, e);
    return operation_end(m, err, e);
}
