/* Taking a credential away from the installations that it serves. */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "runtime/executor/credential.h"
#include "runtime/installed/feed.h"
#include "runtime/installed/install.h"

struct served {
    int64_t n; /* row of the installation */
    char id[IDENT_SIZE];
    int environment;
    bool lives; /* it is active or paused */
};

static enum err
read_served(struct core *core, int64_t credential, struct served **out,
            size_t *count, struct error *e)
{
    struct served *list = NULL;
    size_t n = 0;
    struct db_stmt *q = db_use(core_db(core), RS_CONNECTED_TO);
    db_int(q, credential);
    struct rs_installation i;
    while (rs_installation_next(q, &i)) {
        list = mem_resize(list, n + 1, sizeof *list);
        list[n].n = i.n;
        snprintf(list[n].id, IDENT_SIZE, "%s", i.id);
        list[n].environment = (int)i.environment;
        list[n++].lives = i.state <= RT_INSTALLATION_PAUSED;
    }
    *out = list;
    *count = n;
    return db_end(q, e);
}

static enum err
wipe(struct core *core, int64_t credential, struct error *e)
{
    struct db_stmt *q = db_use(core_db(core), RS_CONNECTED_DROP);
    db_int(q, credential);
    enum err err = db_run(q, e);
    if (err != ERR_OK)
        return err;
    q = db_use(core_db(core), RS_CREDENTIAL_DELETE);
    db_int(q, clock_now_ms());
    db_int(q, credential);
    return db_run(q, e);
}

/* The console is told, and versions that wait need the app from here on. */
static enum err
tell(struct core *core, const struct served *s, const char *app,
     struct error *e)
{
    struct value *fact = value_object();
    value_set_text(fact, "installationId", s->id);
    value_set_text(fact, "app", app);
    enum err err = feed_add(core, s->environment, "disconnected", fact, e);
    return err == ERR_OK && s->lives ? install_refresh(core, s->n, e) : err;
}

enum err
install_disconnect(struct core *core, int64_t credential, const char *app,
                   struct error *e)
{
    struct served *list = NULL;
    size_t n = 0;
    enum err err = read_served(core, credential, &list, &n, e);
    if (err == ERR_OK)
        err = credential_leaves(core, credential, e);
    if (err == ERR_OK)
        err = wipe(core, credential, e);
    for (size_t i = 0; i < n && err == ERR_OK; i++)
        err = tell(core, &list[i], app, e);
    free(list);
    return err;
}
