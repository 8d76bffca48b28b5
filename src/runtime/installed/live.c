/* The pointers that say what runs. */
#include "runtime/installed/live.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "runtime/executor/accept.h"
#include "runtime/installed/feed.h"
#include "runtime/installed/reading.h"
#include "runtime/runtime.h"
#include "store/runtime.h"

/* --- documents ------------------------------------------------------------ */

enum err
live_document_text(struct db *db, const char *hash, struct buf *out,
                   struct error *e)
{
    bool found = false;
    struct db_stmt *q = db_use(db, RS_DOCUMENT_GET);
    db_text(q, hash);
    if (db_row(q)) {
        size_t n = 0;
        const char *body = db_get_text_n(q, &n);
        found = buf_add(out, body, n);
    }
    enum err err = db_end(q, e);
    if (err == ERR_OK && !found)
        err = error_set(e, ERR_NOT_FOUND, "document %.12s: not found", hash);
    return err;
}

enum err
live_document_of(const char *hash, const struct buf *text,
                 struct document **out, struct error *e)
{
    char name[DIGEST_SIZE];
    digest_hex(name, text->data, text->len);
    if (strcmp(name, hash) != 0)
        return error_set(e, ERR_DAMAGED,
                         "document %.12s: its bytes have another hash "
                         "(restore the store from a backup)",
                         hash);
    return document_parse(out, text->data, text->len, hash, e);
}

enum err
live_document(struct db *db, const char *hash, struct document **out,
              struct error *e)
{
    struct buf text;
    buf_init_any(&text);
    enum err err = live_document_text(db, hash, &text, e);
    if (err == ERR_OK)
        err = live_document_of(hash, &text, out, e);
    buf_clear(&text);
    return err;
}

enum err
live_connectors(struct db *db, const struct document *d,
                struct connector_set *set, struct error *e)
{
    const struct value *pins = value_get(d->root, "connectors");
    enum err err = ERR_OK;
    for (size_t i = 0; i < value_size(pins) && err == ERR_OK; i++) {
        const char *hash = value_text_or(value_at(pins, i), "");
        struct connector *c = NULL;
        if (connector_set_find(set, hash))
            continue;
        struct error missing = {0};
        struct buf text;
        buf_init_any(&text);
        err = live_document_text(db, hash, &text, &missing);
        if (err == ERR_OK)
            err = connector_parse(&c, text.data, text.len, hash, e);
        else if (err == ERR_NOT_FOUND)
            err = ERR_OK; /* counts as not connected */
        else
            error_set(e, err, "%s", missing.text);
        if (c)
            connector_set_add(set, c);
        buf_clear(&text);
    }
    return err;
}

/* --- what an installation has --------------------------------------------- */

static struct value *
scopes_of(const struct rs_connected *c)
{
    struct value *v = NULL;
    return value_read(&v, c->scopes, strlen(c->scopes), &value_limits_document,
                      "scopes", NULL) == ERR_OK
               ? v
               : value_array();
}

void
live_set_connected(struct value *v, const struct rs_connected *c)
{
    value_set_text(v, "app", c->app);
    value_set_text(v, "credentialId", c->id);
    value_set(v, "scopes", scopes_of(c));
    value_set_text(v, "state", rt_credential_state_word((int)c->state));
    if (c->message)
        value_set_text(v, "message", c->message);
}

enum err
live_list_answered(struct db *db, int64_t installation, struct value *list,
                   struct error *e)
{
    struct rs_answered a;
    struct db_stmt *q = db_use(db, RS_STATE_ANSWERED);
    db_int(q, installation);
    while (rs_answered_next(q, &a)) {
        struct value *v = value_object();
        value_set_text(v, "blockId", a.block);
        value_set_text(v, "field", a.field);
        value_append(list, v);
    }
    return db_end(q, e);
}

static enum err
add_connected(struct db *db, int64_t installation, struct value *facts,
              struct error *e)
{
    struct value *connected = value_object();
    struct rs_connected c;
    struct db_stmt *q = db_use(db, RS_CONNECTED_LIST);
    db_int(q, installation);
    while (rs_connected_next(q, &c))
        value_set(connected, c.app, scopes_of(&c));
    value_set(facts, "connected", connected);
    return db_end(q, e);
}

static enum err
add_answers(struct db *db, int64_t installation, struct value *facts,
            struct error *e)
{
    struct value *answers = value_object();
    struct rs_answer a;
    struct db_stmt *q = db_use(db, RS_ANSWER_LIST);
    db_int(q, installation);
    while (rs_answer_next(q, &a)) {
        struct value *fields = value_get(answers, a.block), *v = NULL;
        if (!fields) {
            value_set(answers, a.block, value_object());
            fields = value_get(answers, a.block);
        }
        if (value_read(&v, a.value, a.value_length, &value_limits_document,
                       "answer", NULL) == ERR_OK)
            value_set(fields, a.field, v);
    }
    value_set(facts, "answers", answers);
    return db_end(q, e);
}

enum err
live_facts(struct db *db, int64_t installation, struct value **out,
           struct error *e)
{
    struct value *facts = value_object();
    enum err err = add_connected(db, installation, facts, e);
    if (err == ERR_OK)
        err = add_answers(db, installation, facts, e);
    if (err == ERR_OK)
        *out = facts;
    else
        value_free(facts);
    return err;
}

enum err
live_asks(struct core *core, const char *hash, const struct asks **out,
          struct error *e)
{
    struct runtime *r = core_runtime(core);
    enum err err =
        asks_has(&r->asks, hash) ? ERR_OK : reading_check(core, hash, e);
    if (err != ERR_OK)
        return err;
    return asks_get(&r->asks, &r->documents, core_db(core), hash, out, e);
}

enum err
live_needs(struct core *core, int64_t installation, const char *hash,
           struct need_list *out, struct error *e)
{
    const struct asks *asks = NULL;
    struct value *facts = NULL;
    enum err err = live_asks(core, hash, &asks, e);
    if (err == ERR_OK)
        err = live_facts(core_db(core), installation, &facts, e);
    if (err == ERR_OK)
        material_undone(&asks->demands, facts, out);
    value_free(facts);
    return err;
}

/* --- places and versions -------------------------------------------------- */

enum err
live_place_of(struct db *db, int64_t installed, struct live_place *out,
              struct error *e)
{
    *out = (struct live_place){0};
    struct rs_installed_owner o;
    struct db_stmt *q = db_use(db, RS_INSTALLED_OWNER);
    db_int(q, installed);
    if (rs_installed_owner_next(q, &o)) {
        out->installed = installed;
        out->installation = o.installation;
        snprintf(out->installation_id, IDENT_SIZE, "%s", o.installation_id);
        snprintf(out->workflow_id, IDENT_SIZE, "%s", o.workflow_id);
        out->environment = (int)o.environment;
    }
    enum err err = db_end(q, e);
    if (err == ERR_OK && !out->installed)
        err = error_set(e, ERR_NOT_FOUND, "the workflow is not installed");
    return err;
}

struct version {
    char id[IDENT_SIZE];
    char hash[DIGEST_SIZE];
};

static enum err
read_version(struct db *db, int64_t n, struct version *out, struct error *e)
{
    bool found = false;
    *out = (struct version){0};
    struct rs_version v;
    struct db_stmt *q = db_use(db, RS_VERSION_BY_N);
    db_int(q, n);
    if (rs_version_next(q, &v)) {
        found = true;
        snprintf(out->id, sizeof out->id, "%s", v.id);
        snprintf(out->hash, sizeof out->hash, "%s", v.hash);
    }
    enum err err = db_end(q, e);
    if (err == ERR_OK && !found)
        err = error_set(e, ERR_NOT_FOUND, "the version is not here");
    return err;
}

static enum err
pointers(struct db *db, int64_t installed, int64_t *live, int64_t *awaiting,
         struct error *e)
{
    struct rs_pointers p = {0};
    struct db_stmt *q = db_use(db, RS_INSTALLED_POINTERS);
    db_int(q, installed);
    rs_pointers_next(q, &p);
    *live = p.live;
    *awaiting = p.awaiting;
    return db_end(q, e);
}

static struct value *
place_fact(const struct live_place *place)
{
    struct value *fact = value_object();
    value_set_text(fact, "installationId", place->installation_id);
    value_set_text(fact, "workflowId", place->workflow_id);
    return fact;
}

static struct value *
version_fact(const struct live_place *place, const struct version *v,
             const char *key)
{
    struct value *fact = place_fact(place);
    value_set_text(fact, "versionId", v->id);
    value_set_text(fact, "hash", v->hash);
    if (key)
        value_set_text(fact, "key", key);
    return fact;
}

/* --- changes -------------------------------------------------------------- */

static enum err
store_awaiting(struct db *db, int64_t installed, int64_t version,
               const char *needs, struct error *e)
{
    struct db_stmt *q = db_use(db, RS_INSTALLED_AWAITING);
    db_int_or_null(q, version);
    db_text(q, needs);
    db_int(q, clock_now_ms());
    db_int(q, installed);
    return db_run(q, e);
}

static enum err
store_live(struct db *db, int64_t installed, int64_t version, struct error *e)
{
    int64_t now = clock_now_ms();
    struct db_stmt *q = db_use(db, RS_INSTALLED_LIVE);
    db_int(q, version);
    db_int(q, now);
    db_int(q, installed);
    enum err err = db_run(q, e);
    if (err != ERR_OK)
        return err;
    q = db_use(db, RS_WAS_LIVE_ADD);
    db_int(q, installed);
    db_int(q, version);
    db_int(q, now);
    return db_run(q, e);
}

/* Sets with STATEMENT whether PLACE is ON; CHANGED: it was not so before. */
static enum err
mark(struct core *core, const struct live_place *place,
     enum runtime_statement statement, bool on, bool *changed, struct error *e)
{
    struct db *db = core_db(core);
    struct db_stmt *q = db_use(db, statement);
    db_int(q, on);
    db_int(q, clock_now_ms());
    db_int(q, place->installed);
    enum err err = db_run(q, e);
    *changed = err == ERR_OK && db_changes(db) != 0;
    return err;
}

enum err
live_todo(struct core *core, const struct live_place *place, bool on,
          struct error *e)
{
    bool changed;
    enum err err = mark(core, place, RS_INSTALLED_TODO, on, &changed, e);
    if (!changed)
        return err;
    struct value *fact = place_fact(place);
    value_set_bool(fact, "on", on);
    return feed_add(core, place->environment, "todo", fact, e);
}

static enum err
tell_switch(struct core *core, const struct live_place *place, const char *kind,
            struct error *e)
{
    return feed_add(core, place->environment, kind, place_fact(place), e);
}

enum err
live_switch(struct core *core, const struct live_place *place, bool on,
            struct error *e)
{
    bool changed;
    enum err err = mark(core, place, RS_INSTALLED_ACTIVE, on, &changed, e);
    if (!changed)
        return err;
    err = (on ? runs_resume : runs_stop)(core, place->installed, e);
    return err == ERR_OK
               ? tell_switch(core, place, on ? "activated" : "deactivated", e)
               : err;
}

enum err
live_remove(struct core *core, const struct live_place *place, struct error *e)
{
    struct db_stmt *q = db_use(core_db(core), RS_INSTALLED_REMOVE);
    db_int(q, clock_now_ms());
    db_int(q, place->installed);
    enum err err = db_run(q, e);
    return err == ERR_OK ? tell_switch(core, place, "removed", e) : err;
}

/* A version without the block that said "to do" settles it. */
static enum err
settle_todo(struct core *core, const struct live_place *place, const char *hash,
            struct error *e)
{
    int64_t todo = 0;
    const struct asks *asks = NULL;
    struct db_stmt *q = db_use(core_db(core), RS_INSTALLED_IS_TODO);
    db_int(q, place->installed);
    enum err err = db_run_int(q, &todo, NULL, e);
    if (err != ERR_OK || !todo)
        return err;
    err = live_asks(core, hash, &asks, e);
    return err == ERR_OK && !asks->todo ? live_todo(core, place, false, e)
                                        : err;
}

enum err
live_set(struct core *core, const struct live_place *place, int64_t version,
         const char *cause, const char *key, struct error *e)
{
    struct db *db = core_db(core);
    struct version v, before = {0};
    int64_t live, awaiting;
    enum err err = read_version(db, version, &v, e);
    if (err == ERR_OK)
        err = pointers(db, place->installed, &live, &awaiting, e);
    if (err == ERR_OK && live && live != version)
        err = read_version(db, live, &before, e);
    if (err == ERR_OK)
        err = store_live(db, place->installed, version, e);
    if (err == ERR_OK && awaiting == version)
        err = store_awaiting(db, place->installed, 0, NULL, e);
    if (err != ERR_OK)
        return err;
    struct value *fact = version_fact(place, &v, key);
    value_set_text(fact, "previousVersionId", before.id[0] ? before.id : NULL);
    value_set_text(fact, "cause", cause);
    err = feed_add(core, place->environment, "live", fact, e);
    return err == ERR_OK ? settle_todo(core, place, v.hash, e) : err;
}

enum err
live_await(struct core *core, const struct live_place *place, int64_t version,
           const struct need_list *needs, const char *key, struct error *e)
{
    struct version v;
    struct buf text;
    struct value *list = need_list_value(needs);
    buf_init_any(&text);
    value_write(&text, list);
    enum err err = read_version(core_db(core), version, &v, e);
    if (err == ERR_OK)
        err = store_awaiting(core_db(core), place->installed, version,
                             buf_str(&text), e);
    buf_clear(&text);
    if (err != ERR_OK) {
        value_free(list);
        return err;
    }
    struct value *fact = version_fact(place, &v, key);
    value_set(fact, "needs", list);
    return feed_add(core, place->environment, "awaiting", fact, e);
}

enum err
live_or_await(struct core *core, const struct live_place *place,
              int64_t version, const char *cause, const char *key, bool *live,
              struct error *e)
{
    struct version v;
    struct need_list needs;
    need_list_init(&needs);
    enum err err = read_version(core_db(core), version, &v, e);
    if (err == ERR_OK)
        err = live_needs(core, place->installation, v.hash, &needs, e);
    *live = needs.count == 0;
    if (err == ERR_OK)
        err = *live ? live_set(core, place, version, cause, key, e)
                    : live_await(core, place, version, &needs, key, e);
    need_list_clear(&needs);
    return err;
}

enum err
live_install(struct core *core, int64_t installation, int64_t workflow,
             int64_t version, struct live_place *out, struct error *e)
{
    char id[IDENT_SIZE];
    int64_t now = clock_now_ms();
    ident_new(id);
    struct db_stmt *q = db_use(core_db(core), RS_INSTALLED_ADD);
    db_text(q, id);
    db_int(q, installation);
    db_int(q, workflow);
    db_int(q, version);
    db_int(q, now);
    db_int(q, now);
    enum err err = db_run(q, e);
    if (err == ERR_OK)
        err = live_place_of(core_db(core), db_last_id(core_db(core)), out, e);
    if (err == ERR_OK)
        err = live_set(core, out, version, "install", NULL, e);
    return err;
}

static enum err
last_fork(struct db *db, int64_t installed, int64_t *version, struct error *e)
{
    *version = 0;
    struct rs_was_live last;
    struct db_stmt *q = db_use(db, RS_WAS_LIVE_LAST);
    db_int(q, installed);
    if (rs_was_live_next(q, &last) && last.fork_no > 0)
        *version = last.version;
    return db_end(q, e);
}

enum err
live_restore(struct core *core, const struct live_place *place, int64_t base,
             struct error *e)
{
    int64_t fork = 0;
    bool live = false;
    enum err err = last_fork(core_db(core), place->installed, &fork, e);
    if (err == ERR_OK)
        err = live_set(core, place, base, "install", NULL, e);
    if (err == ERR_OK)
        err = live_switch(core, place, true, e);
    if (err == ERR_OK && fork)
        err = live_or_await(core, place, fork, "install", NULL, &live, e);
    return err;
}
