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
#include "tests/unit/manager/release/model.h"

#include "base/clock.h"
#include "base/mem.h"
#include "tests/unit/test.h"

struct model model;
const char *const model_workflows[WORKFLOWS] = {"refund", "sale"};

/* xorshift64* */
uint64_t
model_draw(uint64_t below)
{
    model.random ^= model.random >> 12;
    model.random ^= model.random << 25;
    model.random ^= model.random >> 27;
    return ((model.random * 2685821657736338717u) >> 33) % below;
}

bool
model_chance(int percent)
{
    return model_draw(100) < (uint64_t)percent;
}

/* The operation gave what the model says. */
void
model_check(const char *what, enum err got, enum err wanted,
             const struct error *e)
{
    if (got == wanted)
        return;
    printf("# %s: got %s (%s), wanted %s\n", what, err_word(got),
           got ? e->text : "", err_word(wanted));
    test_failures_here++;
}

/* --- looking -------------------------------------------------------------- */

void
model_keep(char out[25], const char *id)
{
    snprintf(out, 25, "%s", id ? id : "");
}

struct shown
model_look(size_t i, size_t k)
{
    struct installed_workflow_list list;
    const struct installed_workflow_row *row =
        world_row(&model.w, i, model_workflows[k], &list);
    struct shown s;
    model_keep(s.live, row->live_id);
    model_keep(s.releasing, row->releasing_id);
    model_keep(s.awaiting, row->awaiting_id);
    s.own = row->live_label && strchr(row->live_label, '.');
    installed_workflow_list_clear(&list);
    return s;
}

static struct fake_pointer *
truth(size_t i, size_t k)
{
    struct installed_workflow_list list;
    struct fake_installation *f = fake_at(model.w.rt, i);
    static char ids[WORKFLOWS][25];
    if (!*ids[k]) {
        model_keep(ids[k], world_row(&model.w, 0, model_workflows[k], &list)->workflow_id);
        installed_workflow_list_clear(&list);
    }
    return fake_pointer(model.w.rt, f->id, ids[k]);
}

/* Keeps the histories up with the runtime. */
void
model_record_truth(void)
{
    for (size_t i = 0; i < INSTALLATIONS; i++)
        for (size_t k = 0; k < WORKFLOWS; k++) {
            struct history *h = &model.history[i][k];
            const char *live = truth(i, k)->live;
            CHECK(*live); /* invariant 1 */
            if (h->count && strcmp(h->live[h->count - 1], live) == 0)
                continue;
            if (h->count == h->capacity) {
                h->capacity = h->capacity ? 2 * h->capacity : 64;
                h->live = mem_resize(h->live, h->capacity, 25);
            }
            model_keep(h->live[h->count++], live);
        }
}

/* The console shows a version that was live, and never an older one again. */
static void
check_shown(size_t i, size_t k)
{
    struct history *h = &model.history[i][k];
    struct shown s = model_look(i, k);
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

/* --- one step, and the whole ---------------------------------------------- */

static void
step(void)
{
    static const int weights[] = {10, 14, 8, 5, 9,  4,  3, 3,
                                  3,  1,  1, 5, 22, 10, 2};
    int x = (int)model_draw(100), n = 0;
    while (x >= weights[n])
        x -= weights[n++];
    model.operations[n]++;
    if (n < MODEL_ACTS)
        model_act(n);
    else
        world_crash(&model.w);
}

/* Invariant 2, for one that this step is not about: operations of the console
 * change at most one pointer. */
static void
check_step(void)
{
    struct shown before[INSTALLATIONS], after;
    size_t k = model_draw(WORKFLOWS);
    int changed = 0, n;
    int64_t deliveries = model.operations[ACT_DELIVERY] + model.operations[ACT_FEED];
    for (size_t i = 0; i < INSTALLATIONS; i++)
        before[i] = model_look(i, k);
    step();
    for (size_t i = 0; i < INSTALLATIONS; i++) {
        after = model_look(i, k);
        changed += !same(&before[i], &after);
    }
    n = deliveries == model.operations[ACT_DELIVERY] + model.operations[ACT_FEED] ? 1 : INSTALLATIONS;
    CHECK(changed <= n);
}

/* Everything has arrived: the copy is the truth, nothing is releasing, and
 * each request was decided exactly once. */
static void
check_settled(void)
{
    world_settle(&model.w);
    model_record_truth();
    model_read_states();
    for (size_t i = 0; i < INSTALLATIONS; i++)
        for (size_t k = 0; k < WORKFLOWS; k++) {
            struct shown s = model_look(i, k);
            CHECK_STR(s.live, truth(i, k)->live);
            CHECK_STR(s.awaiting, truth(i, k)->awaiting);
            CHECK_STR(s.releasing, "");
            model.history[i][k].seen = model.history[i][k].count - 1;
        }
    for (size_t i = 0; i < DRAFTS; i++)
        if (*model.drafts[i].id)
            model_check_content(&model.drafts[i]);
    CHECK_INT(fake_requests(model.w.rt), model.requests);
}

static void
run(int64_t operations)
{
    for (int64_t n = 1; n <= operations && !test_failures_here; n++) {
        if (n % 10 == 0)
            check_step();
        else
            step();
        check_shown(model_draw(INSTALLATIONS), model_draw(WORKFLOWS));
        if (n % 200 == 0)
            check_settled();
        if (n % 5000 == 0)
            world_audit_count(&model.w);
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
    model.random = test_seed() * 2654435761u + 88172645463325252u;
    world_open(&model.w, INSTALLATIONS);
    model.requests = fake_requests(model.w.rt);
    model.number = 1; /* which the base versions hold: no edit may change nothing */
    model_record_truth();
    run(operations);
    check_settled();
    printf("# %lld operations, %lld requests, %lld facts in %lld ms\n",
           (long long)operations, (long long)model.requests,
           (long long)fake_head(model.w.rt),
           (long long)(clock_monotonic_ms() - start));
    for (size_t i = 0; i < INSTALLATIONS; i++)
        for (size_t k = 0; k < WORKFLOWS; k++)
            free(model.history[i][k].live);
    world_close(&model.w);
}

static const struct test tests[] = {
    {"random operations, mishaps and crashes", test_model}, {NULL, NULL}};

int
main(void)
{
    test_run("model", tests);
    return test_result();
}
