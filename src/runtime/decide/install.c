/* Decisions about users and installations. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "runtime/decide/decide.h"
#include "runtime/decide/receipts.h"
#include "runtime/executor/accept.h"
#include "runtime/installed/feed.h"
#include "runtime/installed/install.h"
#include "runtime/installed/lookup.h"
#include "runtime/installed/name.h"

enum { WORKFLOWS_MAX = 1000 };

/* --- users ---------------------------------------------------------------- */

static enum err
add_user(struct item *i, const char *id, const char *username,
         const char *full_name, struct error *e)
{
    int64_t now = clock_now_ms();
    struct value *fact = value_object();
    struct db_stmt *q = db_use(i->db, RS_USER_ADD);
    db_text(q, id);
    db_int(q, i->r->environment);
    db_text(q, username);
    db_text(q, full_name);
    db_int(q, now);
    db_int(q, now);
    enum err err = db_run(q, e);
    value_set_text(fact, "userId", id);
    value_set_text(fact, "username", username);
    value_set_text(fact, "fullName", full_name);
    if (err == ERR_OK)
        return feed_add(i->r->core, i->r->environment, "user", fact, e);
    value_free(fact);
    if (err == ERR_CONFLICT)
        error_set(e, err, "username %s: there is another user of that name",
                  username);
    return err;
}

enum err
decide_user(struct item *i, struct error *e)
{
    const char *id = NULL;
    const char *username = value_get_text(i->value, "username");
    const char *full_name = NULL;
    bool known = false, same = false;
    enum err err = item_id(i, "userId", &id, e);
    if (err == ERR_OK && (!username || !*username))
        err = error_set(e, ERR_INVALID, "username: missing");
    if (err == ERR_OK)
        err = name_check_user(username, e);
    if (err == ERR_OK)
        err = name_read(i->value, "fullName", &full_name, e);
    if (err != ERR_OK)
        return err;
    struct db_stmt *q = db_use(i->db, RS_USER_ANYWHERE);
    db_text(q, id);
    struct rs_known_user u;
    if (rs_known_user_next(q, &u)) {
        known = true;
        same = u.environment == i->r->environment && !u.deleted_at &&
               strcmp(u.username, username) == 0;
    }
    err = db_end(q, e);
    if (err == ERR_OK && known && !same)
        err = error_set(e, ERR_CONFLICT,
                        "user %s: it is known by another name, or deleted", id);
    if (err == ERR_OK && !known)
        err = name_check_new_user(username, e);
    if (err == ERR_OK && !known)
        err = add_user(i, id, username, full_name, e);
    if (err != ERR_OK)
        return err;
    value_set_text(i->answer, "userId", id);
    return item_done(i, known ? "exists" : "created");
}

/* --- installing ----------------------------------------------------------- */

struct newest {
    int64_t workflow, version;
};

static enum err
newest_bases(struct db *db, int64_t integration, struct newest *out, size_t *n,
             struct error *e)
{
    *n = 0;
    struct db_stmt *q = db_use(db, RS_INSTALLATION_WORKFLOWS);
    db_int(q, integration);
    struct rs_newest_base b;
    while (*n < WORKFLOWS_MAX && rs_newest_base_next(q, &b))
        out[(*n)++] = (struct newest){b.workflow, b.version};
    return db_end(q, e);
}

static enum err
restore(struct item *i, int64_t installed, int64_t base, struct error *e)
{
    struct live_place place;
    enum err err = live_place_of(i->db, installed, &place, e);
    return err == ERR_OK ? live_restore(i->r->core, &place, base, e) : err;
}

/* Puts every workflow of the integration that has a base version live. */
static enum err
install_workflows(struct item *i, const struct installation_row *row,
                  struct error *e)
{
    struct newest *list = mem_array(WORKFLOWS_MAX, sizeof *list);
    size_t n = 0;
    enum err err = newest_bases(i->db, row->integration, list, &n, e);
    for (size_t k = 0; k < n && err == ERR_OK; k++) {
        struct installed_row there;
        struct live_place place;
        err = lookup_installed(i->db, row->n, list[k].workflow, &there, e);
        if (err == ERR_OK && !there.n)
            err = live_install(i->r->core, row->n, list[k].workflow,
                               list[k].version, &place, e);
        else if (err == ERR_OK && !there.live)
            err = restore(i, there.n, list[k].version, e);
    }
    free(list);
    return err;
}

static enum err
find_integration(struct item *i, const char *id, int64_t *out, struct error *e)
{
    struct rs_integration found = {0};
    struct db_stmt *q = db_use(i->db, RS_INTEGRATION_BY_ID);
    db_text(q, id);
    rs_integration_next(q, &found);
    *out = found.n;
    enum err err = db_end(q, e);
    if (err == ERR_OK && !*out)
        err = error_set(e, ERR_NOT_FOUND, "integration %s: not found", id);
    return err;
}

/* The installation to make or to revive; *ROW is that which is there. */
static enum err
begin(struct item *i, struct installation_row *row, struct error *e)
{
    const char *id = NULL, *user_id = NULL, *integration_id = NULL;
    int64_t user = 0, integration = 0, n = 0;
    enum err err = item_id(i, "installationId", &id, e);
    if (err == ERR_OK)
        err = item_id(i, "userId", &user_id, e);
    if (err == ERR_OK)
        err = item_id(i, "integrationId", &integration_id, e);
    if (err == ERR_OK)
        err = lookup_user(i->db, i->r->environment, user_id, &user, e);
    if (err == ERR_OK)
        err = find_integration(i, integration_id, &integration, e);
    if (err == ERR_OK)
        err = install_begin(i->r->core, user, integration, id, &n, e);
    if (err == ERR_OK)
        err = lookup_installation_n(i->db, n, row, e);
    if (err == ERR_OK && row->state <= RT_INSTALLATION_PAUSED &&
        strcmp(row->id, id) != 0)
        err = error_set(e, ERR_CONFLICT,
                        "the user has installed it before (installation %s)",
                        row->id);
    return err;
}

enum err
decide_install(struct item *i, struct error *e)
{
    struct installation_row row = {0};
    enum err err = begin(i, &row, e);
    if (err != ERR_OK)
        return err;
    value_set_text(i->answer, "installationId", row.id);
    if (row.state <= RT_INSTALLATION_PAUSED)
        return item_done(i, "exists");
    err = install_connect(i->r->core, row.user, row.n, NULL, e);
    if (err == ERR_OK)
        err = install_activate(i->r->core, &row, e);
    if (err == ERR_OK)
        err = install_workflows(i, &row, e);
    if (err == ERR_OK)
        err = runs_on_installation(i->r->core, row.n, e);
    return err == ERR_OK ? item_done(i, "installed") : err;
}

/* --- uninstalling --------------------------------------------------------- */

/* Whether the feed has the record SEEN that whoever asks has seen, with all
 * before it: a restore may have put other records in its place. An older
 * console does not say which hash it had. */
static enum err
feed_has(const struct item *i, int64_t seen, bool *has, struct error *e)
{
    char hash[DIGEST_SIZE];
    int64_t first = 0, head = 0;
    const char *wanted = value_get_text(i->value, "seenHash");
    enum err err =
        receipts_feed_ends(i->db, i->r->environment, &first, &head, e);
    if (err == ERR_OK)
        err = feed_hash_at(i->db, i->r->environment, seen, hash, e);
    *has = seen <= head && (!wanted || strcmp(wanted, hash) == 0);
    return err;
}

/* *SINCE says whether ID was installed again behind the record SEEN. */
static enum err
installed_since(struct item *i, const char *id, int64_t seen, bool *since,
                struct error *e)
{
    struct db_stmt *q = db_use(i->db, RS_FEED_INSTALLED_SINCE);
    db_int(q, i->r->environment);
    db_int(q, seen);
    db_text(q, id);
    *since = db_row(q);
    return db_end(q, e);
}

/* *GOOD says whether the installation ID is the one that whoever asks has seen;
 * else the item is answered. An older console does not say what it has. */
static enum err
check_seen(struct item *i, const char *id, bool *good, struct error *e)
{
    const struct value *v = value_get(i->value, "seen");
    int64_t seen = value_int_or(v, -1);
    bool has = false, since = false;
    *good = !v && !value_get(i->value, "seenHash");
    if (*good)
        return ERR_OK;
    if (seen < 0)
        return error_set(e, ERR_USAGE, "seen: not a number of the feed");
    enum err err = feed_has(i, seen, &has, e);
    if (err == ERR_OK && has)
        err = installed_since(i, id, seen, &since, e);
    *good = err == ERR_OK && has && !since;
    if (err != ERR_OK || *good)
        return err;
    return item_refuse(i, "stale",
                       since ? "the customer has installed it again since this "
                               "was asked for"
                             : "the runtime was restored since this was asked "
                               "for, and the installation may be a newer one "
                               "(sync, then ask again)");
}

enum err
decide_uninstall(struct item *i, struct error *e)
{
    const char *id = NULL;
    struct installation_row row;
    enum err err = item_id(i, "installationId", &id, e);
    if (err == ERR_OK)
        err = lookup_installation(i->db, i->r->environment, id, &row, e);
    if (err != ERR_OK || row.state == RT_INSTALLATION_UNINSTALLED)
        return err == ERR_OK ? item_done(i, "uninstalled") : err;
    bool good = false;
    err = check_seen(i, id, &good, e);
    if (err != ERR_OK || !good)
        return err;
    err = install_end(i->r->core, &row, i->r->key, e);
    return err == ERR_OK ? item_done(i, "uninstalled") : err;
}
