/*
 * Random operations, mishaps and crashes on several installations, compared
 * with a small model of what must be true. MODEL_OPERATIONS sets how many
 * (30,000 by default); the seed is printed and set by TEST_SEED.
 *
 * Sabotages that it finds: the comparison of sequences in copy_move; the key
 * of a request made anew for each attempt (peer and world both send rows as
 * they are); release_refuse() for awaiting versions; the undo stack
 * of a draft not kept across a crash.
 */
#include "tests/unit/manager/release/world.h"

#include "base/clock.h"
#include "base/mem.h"
#include "store/console.h"
#include "tests/unit/test.h"

enum { INSTALLATIONS = 5, WORKFLOWS = 2, DRAFTS = 24, UNDO = 64, KEPT = 64 };

static const char *const workflow_keys[WORKFLOWS] = {"refund", "sale"};

/* What a draft's document is: its formula's number and its questions. */
struct content {
    int number, asks;
};

struct draft {
    char id[25], live_when_made[25], parent[25];
    size_t installation, workflow;
    struct content edits[UNDO];
    int count, top; /* edits[top] is what it is now */
    bool released, discarded;
};

/* A pointer as the console shows it. */
struct shown {
    char live[25], releasing[25], awaiting[25];
    bool own; /* live is user-specific */
};

/* Every version that was ever live, in order, by the runtime's word; the
 * console may be behind, but never goes back. */
struct history {
    char (*live)[25];
    size_t count, capacity;
    size_t seen; /* what the console showed last */
};

struct model {
    struct world w;
    uint64_t random;
    struct draft drafts[DRAFTS];
    struct history history[INSTALLATIONS][WORKFLOWS];
    char released[INSTALLATIONS][WORKFLOWS][KEPT][25];
    size_t released_count[INSTALLATIONS][WORKFLOWS];
    bool uninstalled[INSTALLATIONS]; /* as the console knows it */
    int64_t requests;                /* queued so far */
    int64_t operations[16];
    int number; /* of the next formula: no two contents are equal */
};

static struct model md;

/* xorshift64* */
static uint64_t
draw(uint64_t below)
{
    md.random ^= md.random >> 12;
    md.random ^= md.random << 25;
    md.random ^= md.random >> 27;
    return ((md.random * 2685821657736338717u) >> 33) % below;
}

static bool
chance(int percent)
{
    return draw(100) < (uint64_t)percent;
}

/* The operation gave what the model says. */
static void
check_result(const char *what, enum err got, enum err wanted,
             const struct error *e)
{
    if (got == wanted)
        return;
    printf("# %s: got %s (%s), wanted %s\n", what, err_word(got),
           got ? e->text : "", err_word(wanted));
    test_failures_here++;
}

/* --- looking -------------------------------------------------------------- */

static void
keep(char out[25], const char *id)
{
    snprintf(out, 25, "%s", id ? id : "");
}

static struct shown
look(size_t i, size_t k)
{
    struct installed_workflow_list list;
    const struct installed_workflow_row *row =
        world_row(&md.w, i, workflow_keys[k], &list);
    struct shown s;
    keep(s.live, row->live_id);
    keep(s.releasing, row->releasing_id);
    keep(s.awaiting, row->awaiting_id);
    s.own = row->live_label && strchr(row->live_label, '.');
    installed_workflow_list_clear(&list);
    return s;
}

static struct fake_pointer *
truth(size_t i, size_t k)
{
    struct installed_workflow_list list;
    struct fake_installation *f = fake_at(md.w.rt, i);
    static char ids[WORKFLOWS][25];
    if (!*ids[k]) {
        keep(ids[k], world_row(&md.w, 0, workflow_keys[k], &list)->workflow_id);
        installed_workflow_list_clear(&list);
    }
    return fake_pointer(md.w.rt, f->id, ids[k]);
}

/* Keeps the histories up with the runtime. */
static void
record_truth(void)
{
    for (size_t i = 0; i < INSTALLATIONS; i++)
        for (size_t k = 0; k < WORKFLOWS; k++) {
            struct history *h = &md.history[i][k];
            const char *live = truth(i, k)->live;
            CHECK(*live); /* invariant 1 */
            if (h->count && strcmp(h->live[h->count - 1], live) == 0)
                continue;
            if (h->count == h->capacity) {
                h->capacity = h->capacity ? 2 * h->capacity : 64;
                h->live = mem_resize(h->live, h->capacity, 25);
            }
            keep(h->live[h->count++], live);
        }
}

/* The console shows a version that was live, and never an older one again. */
static void
check_shown(size_t i, size_t k)
{
    struct history *h = &md.history[i][k];
    struct shown s = look(i, k);
    size_t at = h->seen;
    while (at < h->count && strcmp(h->live[at], s.live) != 0)
        at++;
    CHECK(at < h->count);
    if (at < h->count)
        h->seen = at;
}

static bool
same(const struct shown *a, const struct shown *b)
{
    return strcmp(a->live, b->live) == 0 &&
           strcmp(a->releasing, b->releasing) == 0 &&
           strcmp(a->awaiting, b->awaiting) == 0;
}

/* --- drafts --------------------------------------------------------------- */

static struct draft *
some_draft(void)
{
    struct draft *d = &md.drafts[draw(DRAFTS)];
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
    struct draft *d = &md.drafts[draw(DRAFTS)];
    size_t i = draw(INSTALLATIONS), k = draw(WORKFLOWS);
    struct shown s = look(i, k);
    bool from_awaiting = *s.awaiting && chance(30);
    struct error e;
    enum err err;
    memset(d, 0, sizeof *d);
    d->installation = i;
    d->workflow = k;
    keep(d->live_when_made, s.live);
    keep(d->parent, from_awaiting ? s.awaiting : s.live);
    err = manager_draft_fork(md.w.m, world_installation(i), workflow_keys[k],
                             from_awaiting ? s.awaiting : NULL, DRAFT_ANOTHER,
                             d->id, &e);
    check_result("fork", err, ERR_OK, &e);
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
    if (chance(25)) {
        c.asks++;
        check_result("ask", world_ask(&md.w, d->id, &e),
                     is_open(d) ? ERR_OK : ERR_REFUSED, &e);
    } else {
        c.number = ++md.number;
        check_result("edit", world_edit(&md.w, d->id, c.number, &e),
                     is_open(d) ? ERR_OK : ERR_REFUSED, &e);
    }
    if (is_open(d))
        push(d, c);
}

static void
do_undo(void)
{
    struct draft *d = some_draft();
    bool redo = chance(40), can;
    struct error e;
    enum err err;
    if (!d || d->top == 0)
        return; /* what is older than the model remembers may be undone */
    can = is_open(d) && (redo ? d->top + 1 < d->count : true);
    err = redo ? manager_draft_redo(md.w.m, d->id, NULL, true, NULL, &e)
               : manager_draft_undo(md.w.m, d->id, NULL, true, NULL, &e);
    check_result(redo ? "redo" : "undo", err, can ? ERR_OK : ERR_REFUSED, &e);
    if (can)
        d->top += redo ? 1 : -1;
}

/* The document is what the edits made of it, also after crashes. */
static void
check_content(const struct draft *d)
{
    const struct content *c = &d->edits[d->top];
    struct draft_content now;
    struct error e;
    char wanted[24];
    const struct value *blocks;
    if (!is_open(d) || c->number < 0)
        return;
    check_result("read", manager_draft_read(md.w.m, d->id, &now, &e), ERR_OK,
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
    switch (draw(3)) {
    case 0:
        check_result("ready", manager_draft_ready(md.w.m, d->id, &e), wanted,
                     &e);
        break;
    case 1:
        check_result("discard", manager_draft_discard(md.w.m, d->id, &e),
                     d->released ? ERR_REFUSED : ERR_OK, &e);
        d->discarded |= is_open(d);
        break;
    default:
        if (!d->discarded)
            return;
        check_result("restore", manager_draft_restore(md.w.m, d->id, &e),
                     ERR_OK, &e);
        d->discarded = false;
    }
}

/* --- releases ------------------------------------------------------------- */

static void
remember_released(size_t i, size_t k, const char *id)
{
    size_t *n = &md.released_count[i][k];
    keep(md.released[i][k][*n < KEPT ? (*n)++ : draw(KEPT)], id);
}

/* What the shared refusals say, in their order. */
static enum err
foretell(size_t i, const struct shown *s, const char *expected,
         const char *parent, const struct release_options *o)
{
    if (md.uninstalled[i])
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
    return (struct release_options){.stale_ok = chance(30),
                                    .replace_awaiting = chance(50)};
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
    s = look(d->installation, d->workflow);
    wanted = is_open(d) ? foretell(d->installation, &s, d->live_when_made,
                                   d->parent, &o)
                        : ERR_CONFLICT;
    check_result("release", manager_release(md.w.m, drafts, 1, &o, &plan, &e),
                 wanted, &e);
    if (wanted == ERR_OK) {
        d->released = true;
        md.requests++;
        remember_released(d->installation, d->workflow, d->id);
        s = look(d->installation, d->workflow);
        CHECK_STR(s.releasing, d->id);
        CHECK_STR(plan.items[0].version.id, d->id);
    }
    release_plan_clear(&plan);
}

static void
do_rollback(void)
{
    size_t i = draw(INSTALLATIONS), k = draw(WORKFLOWS);
    struct release_options o = some_options();
    struct release_plan plan;
    struct shown s = look(i, k);
    const char *to;
    struct error e;
    enum err wanted;
    if (!md.released_count[i][k])
        return;
    to = md.released[i][k][draw(md.released_count[i][k])];
    wanted =
        strcmp(to, s.live) == 0 ? ERR_REFUSED : foretell(i, &s, s.live, "", &o);
    check_result("rollback",
                 manager_rollback(md.w.m, world_installation(i),
                                  workflow_keys[k], to, &o, &plan, &e),
                 wanted, &e);
    if (wanted == ERR_OK) {
        md.requests++;
        remember_released(i, k, plan.items[0].version.id);
    }
    release_plan_clear(&plan);
}

static void
do_base(bool upgrade)
{
    size_t i = draw(INSTALLATIONS), k = draw(WORKFLOWS);
    struct release_options o = some_options();
    struct release_plan plan;
    struct shown s = look(i, k);
    struct error e;
    enum err wanted =
        s.own == upgrade ? ERR_REFUSED : foretell(i, &s, s.live, "", &o);
    enum err got = upgrade
                       ? manager_upgrade(md.w.m, world_installation(i),
                                         workflow_keys[k], NULL, &o, &plan, &e)
                       : manager_base(md.w.m, world_installation(i),
                                      workflow_keys[k], NULL, &o, &plan, &e);
    /* The newest base is live already: nothing to do, nothing to refuse. */
    if (upgrade && !s.own && got == ERR_OK && plan.count == 0)
        wanted = ERR_OK;
    else if (got == ERR_OK)
        md.requests++;
    check_result(upgrade ? "upgrade" : "base", got, wanted, &e);
    release_plan_clear(&plan);
}

static void
do_withdraw(void)
{
    size_t i = draw(INSTALLATIONS), k = draw(WORKFLOWS);
    struct release_options o = {0};
    struct release_plan plan;
    struct shown s = look(i, k);
    struct error e;
    enum err wanted = *s.awaiting ? ERR_OK : ERR_NOT_FOUND;
    check_result("withdraw",
                 manager_withdraw(md.w.m, world_installation(i),
                                  workflow_keys[k], &o, &plan, &e),
                 wanted, &e);
    md.requests += wanted == ERR_OK;
    release_plan_clear(&plan);
}

static void
do_new_base(void)
{
    struct release_options o = {0};
    struct release_plan plan;
    size_t k = draw(WORKFLOWS);
    struct error e;
    char id[25];
    const char *drafts[1] = {id};
    check_result(
        "base draft",
        manager_draft_new(md.w.m, workflow_keys[k], DRAFT_ANOTHER, id, &e),
        ERR_OK, &e);
    check_result("base edit", world_edit(&md.w, id, ++md.number, &e), ERR_OK,
                 &e);
    check_result("base release",
                 manager_release(md.w.m, drafts, 1, &o, &plan, &e), ERR_OK, &e);
    md.requests++;
    release_plan_clear(&plan);
}

static void
do_pause(void)
{
    size_t i = draw(INSTALLATIONS);
    struct error e;
    enum err wanted = md.uninstalled[i] ? ERR_REFUSED : ERR_OK;
    check_result("pause",
                 manager_installation_pause(md.w.m, world_installation(i), NULL,
                                            chance(50), false, NULL, NULL, &e),
                 wanted, &e);
    md.requests += wanted == ERR_OK;
}

/* --- the world ------------------------------------------------------------ */

static void
do_customer(void)
{
    size_t i = draw(INSTALLATIONS);
    if (chance(80))
        fake_accept(md.w.rt, i, draw(WORKFLOWS));
    else if (fake_at(md.w.rt, i)->uninstalled)
        fake_reinstall(md.w.rt, i);
    else if (chance(20))
        fake_uninstall(md.w.rt, i);
    record_truth();
}

/* What the console knows of uninstalls follows the feed. */
static void
read_states(void)
{
    for (size_t i = 0; i < INSTALLATIONS; i++) {
        struct installation_list list;
        struct error e;
        check_result(
            "show",
            manager_installation_show(md.w.m, world_installation(i), &list, &e),
            ERR_OK, &e);
        md.uninstalled[i] = list.rows[0].state == INSTALLATION_UNINSTALLED;
        installation_list_clear(&list);
    }
}

static void
do_delivery(void)
{
    enum mishap mishap = chance(50) ? WENT_WELL : (enum mishap)draw(MISHAPS);
    world_deliver(&md.w, mishap);
    if (chance(10))
        world_late(&md.w);
    record_truth();
}

static void
do_feed(void)
{
    if (world_feed(&md.w, 1 + draw(8), chance(20)))
        read_states();
}

/* --- one step, and the whole ---------------------------------------------- */

static void
step(void)
{
    static const int weights[] = {10, 14, 8, 5, 9,  4,  3, 3,
                                  3,  1,  1, 5, 22, 10, 2};
    int x = (int)draw(100), n = 0;
    while (x >= weights[n])
        x -= weights[n++];
    md.operations[n]++;
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
    default:
        world_crash(&md.w);
    }
}

/* Invariant 2, for one that this step is not about: operations of the console
 * change at most one pointer. */
static void
check_step(void)
{
    struct shown before[INSTALLATIONS], after;
    size_t k = draw(WORKFLOWS);
    int changed = 0, n;
    int64_t deliveries = md.operations[12] + md.operations[13];
    for (size_t i = 0; i < INSTALLATIONS; i++)
        before[i] = look(i, k);
    step();
    for (size_t i = 0; i < INSTALLATIONS; i++) {
        after = look(i, k);
        changed += !same(&before[i], &after);
    }
    n = deliveries == md.operations[12] + md.operations[13] ? 1 : INSTALLATIONS;
    CHECK(changed <= n);
}

/* Everything has arrived: the copy is the truth, nothing is releasing, and
 * each request was decided exactly once. */
static void
check_settled(void)
{
    world_settle(&md.w);
    record_truth();
    read_states();
    for (size_t i = 0; i < INSTALLATIONS; i++)
        for (size_t k = 0; k < WORKFLOWS; k++) {
            struct shown s = look(i, k);
            CHECK_STR(s.live, truth(i, k)->live);
            CHECK_STR(s.awaiting, truth(i, k)->awaiting);
            CHECK_STR(s.releasing, "");
            md.history[i][k].seen = md.history[i][k].count - 1;
        }
    for (size_t i = 0; i < DRAFTS; i++)
        if (*md.drafts[i].id)
            check_content(&md.drafts[i]);
    CHECK_INT(fake_requests(md.w.rt), md.requests);
}

static void
run(int64_t operations)
{
    for (int64_t n = 1; n <= operations && !test_failures_here; n++) {
        if (n % 10 == 0)
            check_step();
        else
            step();
        check_shown(draw(INSTALLATIONS), draw(WORKFLOWS));
        if (n % 200 == 0)
            check_settled();
        if (n % 5000 == 0)
            world_audit_count(&md.w);
        if (test_failures_here)
            printf("# after operation %lld\n", (long long)n);
    }
}

static void
test_model(void)
{
    const char *wanted = getenv("MODEL_OPERATIONS");
    int64_t operations = wanted ? strtoll(wanted, NULL, 10) : 30000;
    int64_t start = clock_monotonic_ms();
    md.random = test_seed() * 2654435761u + 88172645463325252u;
    world_open(&md.w, INSTALLATIONS);
    md.requests = fake_requests(md.w.rt);
    md.number = 1; /* which the base versions hold: no edit may change nothing */
    record_truth();
    run(operations);
    check_settled();
    printf("# %lld operations, %lld requests, %lld facts in %lld ms\n",
           (long long)operations, (long long)md.requests,
           (long long)fake_head(md.w.rt),
           (long long)(clock_monotonic_ms() - start));
    for (size_t i = 0; i < INSTALLATIONS; i++)
        for (size_t k = 0; k < WORKFLOWS; k++)
            free(md.history[i][k].live);
    world_close(&md.w);
}

static const struct test tests[] = {
    {"random operations, mishaps and crashes", test_model}, {NULL, NULL}};

int
main(void)
{
    test_run("model", tests);
    return test_result();
}
