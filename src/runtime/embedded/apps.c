/* Which apps an installation uses: no credential of another is taken for it. */
#include <string.h>

#include "runtime/embedded/embedded.h"
#include "runtime/installed/live.h"

struct use {
    int64_t installation;
    const char *app;
    bool found;
};

static enum err
look_at(struct route_call *call, struct use *u, const char *hash,
        struct error *e)
{
    const struct asks *asks = NULL;
    enum err err = !u->found && hash && *hash
                       ? live_asks(call->core, hash, &asks, e)
                       : ERR_OK;
    if (err != ERR_OK || !asks)
        return err;
    /* What a connector asks for that is not here yet is not known. */
    u->found = value_size(asks->missing) > 0;
    for (size_t i = 0; i < asks->demands.count && !u->found; i++) {
        const char *app = asks->demands.items[i].app;
        u->found = app && strcmp(app, u->app) == 0;
    }
    return ERR_OK;
}

/* The versions of W that the installation has or may get. */
static enum err
look_at_workflow(struct route_call *call, void *ctx,
                 const struct api_workflow *w, struct error *e)
{
    struct use *u = ctx;
    struct installed_row there = {0};
    enum err err = lookup_installed(call->db, u->installation, w->n, &there, e);
    if (err == ERR_OK && there.live)
        err = look_at(call, u, there.live_hash, e);
    if (err == ERR_OK && there.awaiting)
        err = look_at(call, u, there.awaiting_hash, e);
    return err == ERR_OK && w->base ? look_at(call, u, w->hash, e) : err;
}

/* The app of the user's credential ID; empty: not one of the user. */
static enum err
read_app(struct route_call *call, int64_t user, const char *id, struct buf *out,
         struct error *e)
{
    struct rs_credential c;
    struct db_stmt *q = db_use(call->db, RS_CREDENTIAL_BY_ID);
    db_int(q, user);
    db_text(q, id);
    if (rs_credential_next(q, &c))
        buf_adds(out, c.app);
    return db_end(q, e);
}

static enum err
check_one(struct route_call *call, const struct installation_row *i,
          const char *id, struct error *e)
{
    struct buf app;
    buf_init_any(&app);
    enum err err = read_app(call, i->user, id, &app, e);
    struct use u = {.installation = i->n, .app = buf_str(&app)};
    if (err == ERR_OK && app.len)
        err = api_each_workflow(call, i->integration, look_at_workflow, &u, e);
    if (err == ERR_OK && app.len && !u.found)
        err = error_set(e, ERR_INVALID,
                        "credentialIds: \"%s\" is a credential of %s, which "
                        "this integration does not use (leave it out)",
                        id, buf_str(&app));
    buf_clear(&app);
    return err;
}

enum err
api_check_apps(struct route_call *call, const struct installation_row *i,
               const struct value *ids, struct error *e)
{
    enum err err = ERR_OK;
    for (size_t k = 0; k < value_size(ids) && err == ERR_OK; k++)
        err = check_one(call, i, value_text_or(value_at(ids, k), ""), e);
    return err;
}
