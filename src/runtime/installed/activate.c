/* Making an installation active: the facts, and what comes back with it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "runtime/executor/accept.h"
#include "runtime/installed/feed.h"
#include "runtime/installed/install.h"

static enum err
tell_installed(struct core *core, const struct installation_row *i,
               struct error *e)
{
    struct value *fact = value_object();
    value_set_text(fact, "installationId", i->id);
    value_set_text(fact, "userId", i->user_id);
    value_set_text(fact, "integrationId", i->integration_id);
    value_set_text(fact, "state", "active");
    return feed_add(core, i->environment, "installed", fact, e);
}

enum err
install_tell_connected(struct core *core, const struct installation_row *i,
                       struct error *e)
{
    struct value *facts = value_array();
    struct rs_connected c;
    struct db_stmt *q = db_use(core_db(core), RS_CONNECTED_LIST);
    db_int(q, i->n);
    while (rs_connected_next(q, &c)) {
        struct value *fact = value_object();
        value_set_text(fact, "installationId", i->id);
        live_set_connected(fact, &c);
        value_append(facts, fact);
    }
    enum err err = db_end(q, e);
    for (size_t k = 0; k < value_size(facts) && err == ERR_OK; k++)
        err = feed_add(core, i->environment, "connected",
                       value_copy(value_at(facts, k)), e);
    value_free(facts);
    return err;
}

enum err
install_tell_answered(struct core *core, const struct installation_row *i,
                      struct error *e)
{
    struct value *fact = value_object(), *fields = value_array();
    enum err err = live_list_answered(core_db(core), i->n, fields, e);
    size_t n = value_size(fields);
    value_set_text(fact, "installationId", i->id);
    value_set(fact, "fields", fields);
    if (err == ERR_OK && n > 0)
        return feed_add(core, i->environment, "answered", fact, e);
    value_free(fact);
    return err;
}

struct revival {
    int64_t installed;
    char workflow_id[IDENT_SIZE];
    char hash[DIGEST_SIZE];
    int64_t live;
};

/* The user-specific versions that were live when it was uninstalled. */
static enum err
own_versions(struct core *core, int64_t installation, struct revival **out,
             size_t *count, struct error *e)
{
    struct revival *list = NULL;
    size_t n = 0;
    struct rs_installed d;
    struct db_stmt *q = db_use(core_db(core), RS_INSTALLED_ALL);
    db_int(q, installation);
    while (rs_installed_next(q, &d)) {
        if (!d.live_installation)
            continue;
        list = mem_resize(list, n + 1, sizeof *list);
        list[n].installed = d.n;
        snprintf(list[n].workflow_id, IDENT_SIZE, "%s", d.workflow_id);
        list[n].live = d.live;
        snprintf(list[n].hash, DIGEST_SIZE, "%s", d.live_hash);
        n++;
    }
    *out = list;
    *count = n;
    return db_end(q, e);
}

/* Lets a version that needs its user await that. */
static enum err
revive(struct core *core, const struct installation_row *i,
       const struct revival *r, struct error *e)
{
    struct need_list needs;
    struct live_place place;
    struct newest_base base = {0};
    need_list_init(&needs);
    enum err err = live_needs(core, i->n, r->hash, &needs, e);
    if (err == ERR_OK && needs.count > 0) {
        err = live_place_of(core_db(core), r->installed, &place, e);
        if (err == ERR_OK)
            err = lookup_newest_base(core_db(core), r->workflow_id, &base, e);
        if (err == ERR_OK && base.version)
            err = live_set(core, &place, base.version, "install", NULL, e);
        if (err == ERR_OK && base.version)
            err = live_await(core, &place, r->live, &needs, NULL, e);
    }
    need_list_clear(&needs);
    return err;
}

enum err
install_activate(struct core *core, const struct installation_row *i,
                 struct error *e)
{
    struct revival *list = NULL;
    size_t n = 0;
    struct db_stmt *q = db_use(core_db(core), RS_INSTALLATION_STATE);
    db_int(q, RT_INSTALLATION_ACTIVE);
    db_int(q, clock_now_ms());
    db_int(q, i->n);
    enum err err = db_run(q, e);
    if (err == ERR_OK)
        err = tell_installed(core, i, e);
    if (err == ERR_OK)
        err = install_tell_connected(core, i, e);
    if (err == ERR_OK)
        err = install_tell_answered(core, i, e);
    if (err == ERR_OK && i->state == RT_INSTALLATION_UNINSTALLED)
        err = own_versions(core, i->n, &list, &n, e);
    for (size_t k = 0; k < n && err == ERR_OK; k++)
        err = revive(core, i, &list[k], e);
    free(list);
    return err;
}

/* --- what awaiting versions need ----------------------------------------- */

struct awaiting {
    int64_t installed, version;
    char hash[DIGEST_SIZE];
    char *needs;
};

static enum err
read_awaiting(struct core *core, int64_t installation, struct awaiting **out,
              size_t *count, struct error *e)
{
    struct awaiting *list = NULL;
    size_t n = 0;
    struct rs_installed d;
    struct db_stmt *q = db_use(core_db(core), RS_INSTALLED_AWAITINGS);
    db_int(q, installation);
    while (rs_installed_next(q, &d)) {
        list = mem_resize(list, n + 1, sizeof *list);
        list[n].installed = d.n;
        list[n].version = d.awaiting;
        list[n].needs = mem_strdup(d.needs);
        snprintf(list[n].hash, DIGEST_SIZE, "%s", d.awaiting_hash);
        n++;
    }
    *out = list;
    *count = n;
    return db_end(q, e);
}

static enum err
refresh(struct core *core, int64_t installation, const struct awaiting *a,
        struct error *e)
{
    struct need_list needs;
    struct live_place place;
    need_list_init(&needs);
    enum err err = live_needs(core, installation, a->hash, &needs, e);
    struct value *list = need_list_value(&needs);
    char *text = value_to_text(list);
    bool same = a->needs && strcmp(a->needs, text) == 0;
    if (err == ERR_OK && !same)
        err = live_place_of(core_db(core), a->installed, &place, e);
    if (err == ERR_OK && !same)
        err = live_await(core, &place, a->version, &needs, NULL, e);
    free(text);
    value_free(list);
    need_list_clear(&needs);
    return err;
}

enum err
install_refresh(struct core *core, int64_t installation, struct error *e)
{
    struct awaiting *list = NULL;
    size_t n = 0;
    enum err err = read_awaiting(core, installation, &list, &n, e);
    for (size_t i = 0; i < n; i++) {
        if (err == ERR_OK)
            err = refresh(core, installation, &list[i], e);
        free(list[i].needs);
    }
    free(list);
    return err;
}

/* --- the end ------------------------------------------------------------- */

static enum err
end_runs(struct core *core, int64_t installation, struct error *e)
{
    int64_t *list = NULL;
    size_t n = 0;
    struct rs_installed d;
    struct db_stmt *q = db_use(core_db(core), RS_INSTALLED_ALL);
    db_int(q, installation);
    while (rs_installed_next(q, &d)) {
        list = mem_resize(list, n + 1, sizeof *list);
        list[n++] = d.n;
    }
    enum err err = db_end(q, e);
    for (size_t k = 0; k < n && err == ERR_OK; k++)
        err = runs_cancel_all(core, list[k], e);
    free(list);
    return err;
}

enum err
install_end(struct core *core, const struct installation_row *i,
            const char *key, struct error *e)
{
    struct db_stmt *q = db_use(core_db(core), RS_INSTALLATION_STATE);
    db_int(q, RT_INSTALLATION_UNINSTALLED);
    db_int(q, clock_now_ms());
    db_int(q, i->n);
    enum err err = db_run(q, e);
    if (err == ERR_OK)
        err = end_runs(core, i->n, e);
    if (err != ERR_OK)
        return err;
    struct value *fact = value_object();
    value_set_text(fact, "installationId", i->id);
    value_set_text(fact, "userId", i->user_id);
    value_set_text(fact, "integrationId", i->integration_id);
    value_set_text(fact, "state", "uninstalled");
    if (key)
        value_set_text(fact, "key", key);
    return feed_add(core, i->environment, "uninstalled", fact, e);
}
