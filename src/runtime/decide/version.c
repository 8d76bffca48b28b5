/* Decisions about versions: publish, release, base, withdraw. */
#include <string.h>

#include "base/clock.h"
#include "runtime/decide/decide.h"
#include "runtime/executor/accept.h"
#include "runtime/installed/feed.h"
#include "runtime/installed/live.h"
#include "runtime/installed/lookup.h"
#include "runtime/installed/trigger.h"
#include "runtime/runtime.h"

/* What a release, base or withdraw is about. */
struct subject {
    struct installation_row installation;
    struct installed_row installed;
    int64_t workflow;
    const char *workflow_id;
    const char *version_id;
    struct live_place place;
};

static enum err
find_subject(struct item *i, struct subject *s, struct error *e)
{
    const char *id = NULL;
    int64_t integration = 0;
    enum err err = item_id(i, "installationId", &id, e);
    if (err == ERR_OK)
        err = item_id(i, "workflowId", &s->workflow_id, e);
    if (err == ERR_OK)
        err = item_id(i, "versionId", &s->version_id, e);
    if (err == ERR_OK)
        err = lookup_installation(i->db, i->r->environment, id,
                                  &s->installation, e);
    if (err == ERR_OK)
        err = lookup_workflow(i->db, s->workflow_id, &s->workflow, &integration,
                              e);
    if (err == ERR_OK)
        err = lookup_installed(i->db, s->installation.n, s->workflow,
                               &s->installed, e);
    if (err != ERR_OK)
        return err;
    if (s->installation.state == RT_INSTALLATION_UNINSTALLED)
        return error_set(e, ERR_REFUSED, "installation %s: it was uninstalled",
                         id);
    if (!s->installed.n || !s->installed.live)
        return error_set(e, ERR_REFUSED,
                         "workflow %s: it is not installed there",
                         s->workflow_id);
    return live_place_of(i->db, s->installed.n, &s->place, e);
}

/* The item's document must be here and be a workflow that this runtime can
 * start: one that nothing starts would be shown as active. */
static enum err
check_hash(struct item *i, const char **hash, struct error *e)
{
    const struct asks *asks = NULL;
    *hash = value_get_text(i->value, "hash");
    if (!*hash || strlen(*hash) != DIGEST_SIZE - 1)
        return error_set(e, ERR_USAGE, "hash: not a valid SHA-256");
    enum err err = live_asks(i->r->core, *hash, &asks, e);
    if (err == ERR_NOT_FOUND)
        error_set(e, err, "document %.12s: not found (send it first)", *hash);
    if (err == ERR_OK && asks->trigger && !asks->trigger->runs)
        err = error_set(e, ERR_INVALID,
                        "trigger: this runtime cannot start workflows by %s",
                        asks->trigger->name);
    return err;
}

static bool
is_same(const struct version_row *v, int64_t workflow, int64_t installation,
        int64_t base_no, int64_t fork_no, const char *hash)
{
    return v->workflow == workflow && v->installation == installation &&
           v->base_no == base_no && v->fork_no == fork_no &&
           strcmp(v->hash, hash) == 0;
}

static enum err
another_content(const char *id, struct error *e)
{
    return error_set(e, ERR_CONFLICT,
                     "version %s: it is here with another content", id);
}

/* The row of the item's version, added where it is new. INSTALLATION 0: a
 * base version. */
static enum err
put_version(struct item *i, const char *id, int64_t workflow,
            int64_t installation, struct version_row *out, struct error *e)
{
    const char *hash = NULL;
    int64_t base_no = value_int_or(value_get(i->value, "base"), 0);
    int64_t fork_no = value_int_or(value_get(i->value, "fork"), 0);
    enum err err = check_hash(i, &hash, e);
    if (err == ERR_OK)
        err = lookup_version(i->db, id, out, e);
    if (err != ERR_OK)
        return err;
    if (out->n)
        return is_same(out, workflow, installation, base_no, fork_no, hash)
                   ? ERR_OK
                   : another_content(id, e);
    if (base_no < 1 || (installation ? fork_no < 1 : fork_no != 0))
        return error_set(e, ERR_USAGE, "base, fork: they name no version");
    struct db_stmt *q = db_use(i->db, RS_VERSION_ADD);
    db_text(q, id);
    db_int(q, workflow);
    db_int_or_null(q, installation);
    db_int(q, base_no);
    db_int(q, fork_no);
    db_text(q, hash);
    db_int(q, clock_now_ms());
    db_text(q, i->r->actor);
    err = db_run(q, e);
    if (err == ERR_CONFLICT)
        error_set(e, err, "version %s: another version has its number", id);
    return err == ERR_OK ? lookup_version(i->db, id, out, e) : err;
}

/* --- publish -------------------------------------------------------------- */

static enum err
tell_published(struct item *i, const char *workflow_id, const char *version_id,
               int64_t base_no, struct error *e)
{
    struct value *fact = value_object();
    value_set_text(fact, "workflowId", workflow_id);
    value_set_text(fact, "versionId", version_id);
    value_set_int(fact, "base", base_no);
    value_set_text(fact, "key", i->r->key);
    return feed_add(i->r->core, i->r->environment, "published", fact, e);
}

/* Whether NEWEST is what the console has in mind. An older console names its
 * number alone, which two consoles may have given to two versions; a console
 * may know a version of another one under a number of its own. */
static bool
is_expected(const struct item *i, const struct newest_base *newest)
{
    const struct value *id = value_get(i->value, "expectedBaseId");
    const char *hash = value_get_text(i->value, "expectedBaseHash");
    if (!id)
        return value_int_or(value_get(i->value, "expectedBase"), -1) ==
               newest->base_no;
    return strcmp(value_text_or(id, ""), newest->id) == 0 &&
           (!hash || strcmp(hash, newest->hash) == 0);
}

static enum err
refuse_publish(struct item *i, const struct newest_base *newest)
{
    if (!newest->version)
        return item_refuse(i, "stale", "no base version is here yet");
    return item_refuse(i, "stale",
                       "the newest base version is v%lld (%s), not the one "
                       "that was expected",
                       (long long)newest->base_no, newest->id);
}

enum err
decide_publish(struct item *i, struct error *e)
{
    const char *workflow_id = NULL, *id = NULL;
    int64_t workflow, integration;
    struct newest_base newest;
    int64_t base_no = value_int_or(value_get(i->value, "base"), 0);
    struct version_row v = {0};
    enum err err = item_id(i, "workflowId", &workflow_id, e);
    if (err == ERR_OK)
        err = item_id(i, "versionId", &id, e);
    if (err == ERR_OK)
        err = lookup_workflow(i->db, workflow_id, &workflow, &integration, e);
    if (err == ERR_OK)
        err = lookup_newest_base(i->db, workflow_id, &newest, e);
    if (err == ERR_OK)
        err = lookup_version(i->db, id, &v, e);
    if (err != ERR_OK)
        return err;
    if (v.n) { /* published before, by another console of this runtime */
        err = put_version(i, id, workflow, 0, &v, e);
        return err == ERR_OK ? item_done(i, "released") : err;
    }
    if (!is_expected(i, &newest) || base_no <= newest.base_no)
        return refuse_publish(i, &newest);
    err = put_version(i, id, workflow, 0, &v, e);
    if (err == ERR_OK)
        err = tell_published(i, workflow_id, id, base_no, e);
    return err == ERR_OK ? item_done(i, "released") : err;
}

/* --- release and base ----------------------------------------------------- */

/* Whether HASH is that of the content that the item names as MEMBER. An older
 * console does not name it, nor one that does not have the version. */
static bool
is_content(const struct item *i, const char *member, const char *hash)
{
    const char *expected = value_get_text(i->value, member);
    return !expected || strcmp(expected, hash) == 0;
}

/* Whether the version that awaits, which is not the item's, is the one that the
 * engineer saw and replaces. An older console does not say which. */
static bool
may_replace(const struct item *i, const struct installed_row *d)
{
    const struct value *seen = value_get(i->value, "expectedAwaiting");
    return value_bool_or(value_get(i->value, "replaceAwaiting"), false) &&
           (!seen || strcmp(value_text_or(seen, ""), d->awaiting_id) == 0) &&
           is_content(i, "expectedAwaitingHash", d->awaiting_hash);
}

/* Whether the pointers are as the engineer saw them. */
static enum err
check_pointers(struct item *i, const struct subject *s, bool *good)
{
    const char *expected = value_get_text(i->value, "expectedLive");
    const struct installed_row *d = &s->installed;
    char label[48];
    lookup_label(label, d->base_no, d->fork_no);
    *good = false;
    if (!expected || strcmp(expected, d->live_id) != 0)
        return item_refuse(
            i, "stale", "%s is live, not the version that was expected", label);
    if (!is_content(i, "expectedLiveHash", d->live_hash))
        return item_refuse(i, "stale",
                           "%s is live with other content than was expected",
                           label);
    if (d->awaiting && strcmp(d->awaiting_id, s->version_id) != 0 &&
        !may_replace(i, d))
        return item_refuse(i, "refused",
                           "another version awaits the user (replace it, or "
                           "fork from it)");
    *good = true;
    return ERR_OK;
}

/* Takes the awaiting version away, with its fact. */
static enum err
drop_awaiting(struct item *i, const struct subject *s, struct error *e)
{
    int64_t now = clock_now_ms();
    struct value *fact = value_object();
    struct db_stmt *q = db_use(i->db, RS_INSTALLED_AWAITING);
    db_null(q);
    db_null(q);
    db_int(q, now);
    db_int(q, s->installed.n);
    enum err err = db_run(q, e);
    if (err == ERR_OK) {
        q = db_use(i->db, RS_WITHDRAWN_ADD);
        db_int(q, s->installed.n);
        db_int(q, s->installed.awaiting);
        db_int(q, now);
        err = db_run(q, e);
    }
    value_set_text(fact, "installationId", s->installation.id);
    value_set_text(fact, "workflowId", s->workflow_id);
    value_set_text(fact, "versionId", s->installed.awaiting_id);
    value_set_text(fact, "key", i->r->key);
    if (err == ERR_OK)
        return feed_add(i->r->core, i->r->environment, "withdrawn", fact, e);
    value_free(fact);
    return err;
}

static enum err
forget_withdrawn(struct item *i, const struct subject *s, int64_t version,
                 struct error *e)
{
    struct db_stmt *q = db_use(i->db, RS_WITHDRAWN_DROP);
    db_int(q, s->installed.n);
    db_int(q, version);
    return db_run(q, e);
}

static bool
is_to_run(const struct item *i)
{
    return value_bool_or(value_get(i->value, "runNow"), false);
}

/* The run of its release, where one is asked for. A version that waits has
 * none, nor has one that the vendor's app turned off, which would run whenever
 * that turns it on: nobody may believe that it ran. */
static enum err
run_now(struct item *i, const struct subject *s, bool live, struct error *e)
{
    struct run_ids ids;
    if (!is_to_run(i))
        return ERR_OK;
    const char *why = !live ? "it waits for the customer and was not run"
                      : !s->installed.active
                          ? "it is turned off for this customer and was not run"
                          : NULL;
    if (why) {
        value_set_text(i->answer, "message", why);
        return ERR_OK;
    }
    enum err err =
        runs_start(i->r->core, s->installed.n, NULL, 0, "release", &ids, e);
    if (err == ERR_OK && ids.waits)
        item_run_waits(i, ids.waits);
    return err;
}

static enum err
change_live(struct item *i, struct subject *s, const struct version_row *v,
            const char *cause, struct error *e)
{
    bool live = true, good = false;
    if (s->installed.live == v->n)
        return item_done(i, "live");
    enum err err = check_pointers(i, s, &good);
    if (err != ERR_OK || !good)
        return err;
    if (is_to_run(i))
        err = trigger_check_no_input(i->db, v->hash, e);
    if (err == ERR_OK && s->installed.awaiting && s->installed.awaiting != v->n)
        err = drop_awaiting(i, s, e);
    if (err == ERR_OK)
        err = forget_withdrawn(i, s, v->n, e);
    if (err == ERR_OK)
        err = live_or_await(i->r->core, &s->place, v->n, cause, i->r->key,
                            &live, e);
    if (err == ERR_OK)
        err = run_now(i, s, live, e);
    return err == ERR_OK ? item_done(i, live ? "live" : "awaiting") : err;
}

enum err
decide_release(struct item *i, struct error *e)
{
    struct subject s = {0};
    struct version_row v = {0};
    enum err err = find_subject(i, &s, e);
    if (err == ERR_OK)
        err = put_version(i, s.version_id, s.workflow, s.installation.n, &v, e);
    return err == ERR_OK ? change_live(i, &s, &v, "release", e) : err;
}

enum err
decide_base(struct item *i, struct error *e)
{
    struct subject s = {0};
    struct version_row v = {0};
    enum err err = find_subject(i, &s, e);
    if (err == ERR_OK)
        err = lookup_version(i->db, s.version_id, &v, e);
    if (err == ERR_OK && (!v.n || v.installation || v.workflow != s.workflow))
        err = error_set(e, ERR_NOT_FOUND,
                        "version %s: no base version of that id was published "
                        "here",
                        s.version_id);
    const char *shown = value_get_text(i->value, "hash");
    if (err == ERR_OK && shown && strcmp(shown, v.hash) != 0)
        err = another_content(s.version_id, e);
    return err == ERR_OK ? change_live(i, &s, &v, "base", e) : err;
}

/* --- withdraw ------------------------------------------------------------- */

/* Another version than the one that is taken back waits, and would go live. */
static enum err
refuse_withdrawal(struct item *i, const struct subject *s, struct error *e)
{
    struct version_row waits = {0};
    char label[48];
    enum err err = lookup_version(i->db, s->installed.awaiting_id, &waits, e);
    if (err != ERR_OK)
        return err;
    lookup_label(label, waits.base_no, waits.fork_no);
    return item_refuse(i, "stale",
                       "another version waits for the user: %s (%s)", label,
                       s->installed.awaiting_id);
}

static enum err
withdraw_awaiting(struct item *i, const struct subject *s, struct error *e)
{
    if (!is_content(i, "expectedAwaitingHash", s->installed.awaiting_hash))
        return item_refuse(i, "stale",
                           "the version that waits has other content than was "
                           "expected");
    enum err err = drop_awaiting(i, s, e);
    return err == ERR_OK ? item_done(i, "withdrawn") : err;
}

static enum err
has_row(struct db *db, int statement, int64_t a, int64_t b, bool *found,
        struct error *e)
{
    int64_t n = 0;
    struct db_stmt *q = db_use(db, statement);
    db_int(q, a);
    db_int(q, b);
    return db_run_int(q, &n, found, e);
}

enum err
decide_withdraw(struct item *i, struct error *e)
{
    struct subject s = {0};
    struct version_row v = {0};
    bool was_live = false, withdrawn = false;
    enum err err = find_subject(i, &s, e);
    if (err == ERR_OK && s.installed.awaiting &&
        strcmp(s.installed.awaiting_id, s.version_id) == 0)
        return withdraw_awaiting(i, &s, e);
    if (err == ERR_OK)
        err = lookup_version(i->db, s.version_id, &v, e);
    if (err == ERR_OK)
        err = has_row(i->db, RS_WAS_LIVE_HAS, s.installed.n, v.n, &was_live, e);
    if (err == ERR_OK)
        err =
            has_row(i->db, RS_WITHDRAWN_HAS, s.installed.n, v.n, &withdrawn, e);
    if (err != ERR_OK)
        return err;
    if (was_live)
        return item_refuse(i, "acceptedBefore",
                           "its user has accepted it before");
    if (s.installed.awaiting)
        return refuse_withdrawal(i, &s, e);
    if (withdrawn)
        return item_done(i, "withdrawn");
    return item_refuse(i, "refused", "the version does not await its user");
}
