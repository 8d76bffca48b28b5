/* What the user of an installation must do. */
#include <string.h>

#include "runtime/embedded/embedded.h"
#include "runtime/installed/live.h"

struct search {
    const struct installation_row *i;
    struct value *list;
};

static bool
has(const struct value *list, const struct value *need)
{
    for (size_t i = 0; i < value_size(list); i++)
        if (value_equal(value_at(list, i), need))
            return true;
    return false;
}

/* Adds NEEDS (taken) of the workflow ID; one that two versions have once. */
static void
add(struct search *s, const char *id, struct value *needs)
{
    for (size_t i = 0; i < value_size(needs); i++) {
        struct value *v = value_copy(value_at(needs, i));
        value_set_text(v, "workflowId", id);
        if (has(s->list, v))
            value_free(v);
        else
            value_append(s->list, v);
    }
    value_free(needs);
}

/* Its runs wait for what the live version lacks: an app that was disconnected,
 * for example. */
static enum err
add_live(struct route_call *call, struct search *s,
         const struct api_workflow *w, const char *hash, struct error *e)
{
    struct need_list needs;
    need_list_init(&needs);
    enum err err = live_needs(call->core, s->i->n, hash, &needs, e);
    if (err == ERR_OK)
        add(s, w->id, need_list_value(&needs));
    need_list_clear(&needs);
    return err;
}

static enum err
add_needs(struct route_call *call, void *ctx, const struct api_workflow *w,
          struct error *e)
{
    struct search *s = ctx;
    struct installed_row there = {0};
    struct value *needs = NULL;
    bool lives = s->i->state <= RT_INSTALLATION_PAUSED;
    enum err err = lookup_installed(call->db, s->i->n, w->n, &there, e);
    if (err == ERR_OK && there.live && lives)
        err = add_live(call, s, w, there.live_hash, e);
    if (err == ERR_OK && there.awaiting)
        err = lookup_needs(call->db, there.n, &needs, e);
    add(s, w->id, needs);
    return err;
}

enum err
api_set_needs(struct route_call *call, const struct installation_row *i,
              struct value *v, struct error *e)
{
    struct search s = {.i = i, .list = value_array()};
    value_set(v, "needs", s.list);
    return api_each_workflow(call, i->integration, add_needs, &s, e);
}
