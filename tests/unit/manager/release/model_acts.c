/* The acts of the model: what engineers, customers and the line between console
 * and runtime do, each with what it must give. */
#include "tests/unit/manager/release/model.h"

#include "store/console.h"
#include "tests/unit/test.h"

/* --- drafts --------------------------------------------------------------- */

static struct draft *
some_draft(void)
{
    struct draft *d = &model.drafts[model_draw(DRAFTS)];
    return *d->id ? d : NULL;
}

static void
push(struct draft *d, struct content c)
{
    if (d->top + 1 == UNDO) { /* forget the oldest */
        memmove(d->edits, d->edits + 1, (UNDO - 1) * sizeof *d->edits);
        d->top--;
    }
    d->edits[++d->top] = c;
    d->count = d->top + 1;
}

static bool
is_open(const struct draft *d)
{
    return !d->released && !d->discarded;
}

static void
do_fork(void)
{
    struct draft *d = &model.drafts[model_draw(DRAFTS)];
    size_t i = model_draw(INSTALLATIONS), k = model_draw(WORKFLOWS);
    struct shown s = model_look(i, k);
    bool from_awaiting = *s.awaiting && model_chance(30);
    struct error e;
    enum err err;
    memset(d, 0, sizeof *d);
    d->installation = i;
    d->workflow = k;
    model_keep(d->live_when_made, s.live);
    model_keep(d->parent, from_awaiting ? s.awaiting : s.live);
    err = manager_draft_fork(
        model.w.m, world_installation(i), model_workflows[k],
        from_awaiting ? s.awaiting : NULL, DRAFT_ANOTHER, d->id, &e);
    model_check("fork", err, ERR_OK, &e);
    d->edits[0].number = -1; /* as the version it was made from */
    d->count = 1;
}

static void
do_edit(void)
{
    struct draft *d = some_draft();
    struct content c;
    struct error e;
    if (!d)
        return;
    c = d->edits[d->top];
    if (model_chance(25)) {
        c.asks++;
        model_check("ask", world_ask(&model.w, d->id, &e),
                    is_open(d) ? ERR_OK : ERR_REFUSED, &e);
    } else {
        c.number = ++model.number;
        model_check("edit", world_edit(&model.w, d->id, c.number, &e),
                    is_open(d) ? ERR_OK : ERR_REFUSED, &e);
    }
    if (is_open(d))
        push(d, c);
}

static void
do_undo(void)
{
    struct draft *d = some_draft();
    bool redo = model_chance(40), can;
    struct error e;
    enum err err;
    if (!d || d->top == 0)
        return; /* what is older than the model remembers may be undone */
    can = is_open(d) && (redo ? d->top + 1 < d->count : true);
    err = redo ? manager_draft_redo(model.w.m, d->id, NULL, true, NULL, &e)
               : manager_draft_undo(model.w.m, d->id, NULL, true, NULL, &e);
    model_check(redo ? "redo" : "undo", err, can ? ERR_OK : ERR_REFUSED, &e);
    if (can)
        d->top += redo ? 1 : -1;
}

/* The document is what the edits made of it, also after crashes. */
void
model_check_content(const struct draft *d)
{
    const struct content *c = &d->edits[d->top];
    struct draft_content now;
    struct error e;
    char wanted[24];
    const struct value *blocks;
    if (!is_open(d) || c->number < 0)
        return;
    model_check("read", manager_draft_read(model.w.m, d->id, &now, &e), ERR_OK,
                &e);
    blocks = value_get(now.document->root, "blocks");
    snprintf(wanted, sizeof wanted, "=1+%d", c->number);
    CHECK_STR(value_get_text(value_at(blocks, 0), "formula"), wanted);
    CHECK((int)value_size(blocks) >= 1 + c->asks);
    draft_content_clear(&now);
}

static void
do_hand_over(void)
{
    struct draft *d = some_draft();
    enum err wanted;
    struct error e;
    if (!d)
        return;
    wanted = is_open(d) ? ERR_OK : ERR_REFUSED;
    switch (model_draw(3)) {
    case 0:
        model_check("ready", manager_draft_ready(model.w.m, d->id, NULL, &e), wanted,
                    &e);
        break;
    case 1:
        model_check("discard", manager_draft_discard(model.w.m, d->id, NULL, &e),
                    d->released ? ERR_REFUSED : ERR_OK, &e);
        d->discarded |= is_open(d);
        break;
    default:
        if (!d->discarded)
            return;
        model_check("restore", manager_draft_restore(model.w.m, d->id, &e),
                    ERR_OK, &e);
        d->discarded = false;
    }
}

/* --- releases ------------------------------------------------------------- */

static void
remember_released(size_t i, size_t k, const char *id)
{
    size_t *n = &model.released_count[i][k];
    model_keep(model.released[i][k][*n < KEPT ? (*n)++ : model_draw(KEPT)], id);
}

/* What the shared refusals say, in their order. */
static enum err
foretell(size_t i, const struct shown *s, const char *expected,
         const char *parent, const struct release_options *o)
{
    if (model.uninstalled[i])
        return ERR_REFUSED;
    if (*s->releasing)
        return ERR_CONFLICT;
    if (strcmp(s->live, expected) != 0 && !o->stale_ok)
        return ERR_STALE;
    if (*s->awaiting && strcmp(s->awaiting, parent) != 0 &&
        !o->replace_awaiting)
        return ERR_CHOICE;
    return ERR_OK;
}

static struct release_options
some_options(void)
{
    return (struct release_options){.stale_ok = model_chance(30),
                                    .replace_awaiting = model_chance(50)};
}

static void
do_release(void)
{
    struct draft *d = some_draft();
    struct release_options o = some_options();
    struct release_plan plan;
    struct shown s;
    struct error e;
    enum err wanted;
    const char *drafts[1];
    if (!d)
        return;
    drafts[0] = d->id;
    s = model_look(d->installation, d->workflow);
    wanted = is_open(d) ? foretell(d->installation, &s, d->live_when_made,
                                   d->parent, &o)
                        : ERR_CONFLICT;
    model_check("release", manager_release(model.w.m, drafts, 1, &o, &plan, &e),
                wanted, &e);
    if (wanted == ERR_OK) {
        d->released = true;
        model.requests++;
        remember_released(d->installation, d->workflow, d->id);
        s = model_look(d->installation, d->workflow);
        CHECK_STR(s.releasing, d->id);
        CHECK_STR(plan.items[0].version.id, d->id);
    }
    release_plan_clear(&plan);
}

static void
do_rollback(void)
{
    size_t i = model_draw(INSTALLATIONS), k = model_draw(WORKFLOWS);
    struct release_options o = some_options();
    struct release_plan plan;
    struct shown s = model_look(i, k);
    const char *to;
    struct error e;
    enum err wanted;
    if (!model.released_count[i][k])
        return;
    to = model.released[i][k][model_draw(model.released_count[i][k])];
    wanted =
        strcmp(to, s.live) == 0 ? ERR_REFUSED : foretell(i, &s, s.live, "", &o);
    model_check("rollback",
                manager_rollback(model.w.m, world_installation(i),
                                 model_workflows[k], to, &o, &plan, &e),
                wanted, &e);
    if (wanted == ERR_OK) {
        model.requests++;
        remember_released(i, k, plan.items[0].version.id);
    }
    release_plan_clear(&plan);
}

static void
do_base(bool upgrade)
{
    size_t i = model_draw(INSTALLATIONS), k = model_draw(WORKFLOWS);
    struct release_options o = some_options();
    struct release_plan plan;
    struct shown s = model_look(i, k);
    struct error e;
    enum err wanted =
        s.own == upgrade ? ERR_REFUSED : foretell(i, &s, s.live, "", &o);
    enum err got =
        upgrade ? manager_upgrade(model.w.m, world_installation(i),
                                  model_workflows[k], NULL, &o, &plan, &e)
                : manager_base(model.w.m, world_installation(i),
                               model_workflows[k], NULL, &o, &plan, &e);
    /* The newest base is live already: nothing to do, nothing to refuse. */
    if (upgrade && !s.own && got == ERR_OK && plan.count == 0)
        wanted = ERR_OK;
    else if (got == ERR_OK)
        model.requests++;
    model_check(upgrade ? "upgrade" : "base", got, wanted, &e);
    release_plan_clear(&plan);
}

static void
do_withdraw(void)
{
    size_t i = model_draw(INSTALLATIONS), k = model_draw(WORKFLOWS);
    struct release_options o = {0};
    struct release_plan plan;
    struct shown s = model_look(i, k);
    struct error e;
    enum err wanted = *s.awaiting ? ERR_OK : ERR_NOT_FOUND;
    model_check("withdraw",
                manager_withdraw(model.w.m, world_installation(i),
                                 model_workflows[k], &o, &plan, &e),
                wanted, &e);
    model.requests += wanted == ERR_OK;
    release_plan_clear(&plan);
}

static void
do_new_base(void)
{
    struct release_options o = {0};
    struct release_plan plan;
    size_t k = model_draw(WORKFLOWS);
    struct error e;
    char id[25];
    const char *drafts[1] = {id};
    model_check(
        "base draft",
        manager_draft_new(model.w.m, model_workflows[k], DRAFT_ANOTHER, id, &e),
        ERR_OK, &e);
    model_check("base edit", world_edit(&model.w, id, ++model.number, &e),
                ERR_OK, &e);
    model_check("base release",
                manager_release(model.w.m, drafts, 1, &o, &plan, &e), ERR_OK,
                &e);
    model.requests++;
    release_plan_clear(&plan);
}

static void
do_pause(void)
{
    size_t i = model_draw(INSTALLATIONS);
    struct error e;
    enum err wanted = model.uninstalled[i] ? ERR_REFUSED : ERR_OK;
    model_check("pause",
                manager_installation_pause(model.w.m, world_installation(i),
                                           NULL, model_chance(50), false, NULL,
                                           NULL, &e),
                wanted, &e);
    model.requests += wanted == ERR_OK;
}

/* --- the world ------------------------------------------------------------ */

static void
do_customer(void)
{
    size_t i = model_draw(INSTALLATIONS);
    if (model_chance(80))
        fake_accept(model.w.rt, i, model_draw(WORKFLOWS));
    else if (fake_at(model.w.rt, i)->uninstalled)
        fake_reinstall(model.w.rt, i);
    else if (model_chance(20))
        fake_uninstall(model.w.rt, i);
    model_record_truth();
}

/* What the console knows of uninstalls follows the feed. */
void
model_read_states(void)
{
    for (size_t i = 0; i < INSTALLATIONS; i++) {
        struct installation_list list;
        struct error e;
        model_check("show",
                    manager_installation_show(model.w.m, world_installation(i),
                                              &list, &e),
                    ERR_OK, &e);
        model.uninstalled[i] = list.rows[0].state == INSTALLATION_UNINSTALLED;
        installation_list_clear(&list);
    }
}

static void
do_delivery(void)
{
    enum mishap mishap =
        model_chance(50) ? WENT_WELL : (enum mishap)model_draw(MISHAPS);
    world_deliver(&model.w, mishap);
    if (model_chance(10))
        world_late(&model.w);
    model_record_truth();
}

static void
do_feed(void)
{
    if (world_feed(&model.w, 1 + model_draw(8), model_chance(20)))
        model_read_states();
}

void
model_act(int n)
{
    switch (n) {
    case 0:
        do_fork();
        break;
    case 1:
        do_edit();
        break;
    case 2:
        do_undo();
        break;
    case 3:
        do_hand_over();
        break;
    case 4:
        do_release();
        break;
    case 5:
        do_rollback();
        break;
    case 6:
        do_base(false);
        break;
    case 7:
        do_base(true);
        break;
    case 8:
        do_withdraw();
        break;
    case 9:
        do_new_base();
        break;
    case 10:
        do_pause();
        break;
    case 11:
        do_customer();
        break;
    case 12:
        do_delivery();
        break;
    case 13:
        do_feed();
        break;
    }
}
