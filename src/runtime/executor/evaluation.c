/*
 * What a block calculates: formulas, paths and mappings may take a second on
 * a large payload. Then they are evaluated on a thread beside the core, which
 * waits a moment for them; meanwhile nothing of the run changes. What takes
 * longer lets the run wait and all others go on.
 *
 * On little data nearly everything is quick, and is done at once: a thread
 * would cost more, and on a busy machine come late. What needs more than a few
 * steps is given up there and begun anew on a thread, and an installation of
 * which something took long has its next evaluations on threads.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/mem.h"
#include "runtime/executor/executor_private.h"

enum {
    QUICK_MS = 5,
    SLOW_FOR = 1000, /* evaluations of an installation after a slow one */
    LITTLE_BYTES = 16384,
    STEPS_HERE = 200000 /* of an evaluation on the core: two milliseconds */
};

/* Held by its run and, while it is outstanding, by the core. */
struct evaluation {
    struct exec x; /* as the block has it, with an output of its own */
    enum exec_result (*run)(struct exec *x);
    enum exec_result result;
    struct error why;
    struct executor *executor;
    int64_t n, installation; /* of the run */
    int64_t ms;              /* how long it took the thread */
    unsigned holders;
    bool outstanding; /* a thread has it, or has just ended it */
    bool gone;        /* nobody wants it; its run is freed with it */
};

static void
let_go(struct evaluation *v)
{
    if (--v->holders > 0)
        return;
    buf_clear(&v->x.out);
    output_clear(&v->x.list);
    value_free(v->x.made);
    free(v);
}

void
run_drop(struct run *r)
{
    if (r && r->evaluation && r->evaluation->outstanding)
        r->evaluation->gone = true;
    else
        run_free(r);
}

void
evaluation_free(struct evaluation *v)
{
    if (v)
        let_go(v);
}

/* --- on a thread --------------------------------------------------------- */

static int64_t
thread_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* The processor's time counts: a busy machine makes nothing slow. */
static void
took(struct lane *lane, int64_t ms)
{
    if (ms >= QUICK_MS)
        lane->slow = SLOW_FOR;
    else if (lane->slow > 0)
        lane->slow--;
}

static void
evaluate(void *ctx, const atomic_bool *stopped)
{
    struct evaluation *v = ctx;
    v->x.stopped = stopped;
    struct budget steps = budget_of(BUDGET_MOST);
    int64_t before = thread_ms();
    v->x.budget = &steps;
    v->result = v->run(&v->x);
    v->x.budget = NULL;
    v->ms = thread_ms() - before;
}

/* --- its end ------------------------------------------------------------- */

static void
come_back(struct evaluation *v)
{
    struct lane *lane = lane_of(v->executor, v->installation);
    if (!v->outstanding)
        return;
    v->outstanding = false;
    took(lane, v->ms);
    lane->evaluating--;
    v->executor->evaluating--;
}

static enum err
go_on(struct core *core, void *ctx, struct error *e)
{
    struct evaluation *v = ctx;
    come_back(v);
    lanes_move_up(core, v->executor);
    return v->gone ? ERR_OK
                   : executor_go_on_with(core, v->n, v->installation, e);
}

static void
forget(void *ctx)
{
    struct evaluation *v = ctx;
    come_back(v);
    if (v->gone)
        run_free(v->x.run);
    let_go(v);
}

/* --- its beginning ------------------------------------------------------- */

static void
begin(struct exec *x, enum exec_result (*run)(struct exec *x))
{
    struct lane *lane = lane_of(x->executor, x->run->installation);
    struct evaluation *v = mem_alloc(sizeof *v);
    int64_t wait = executor_time_left(x->core, x->executor);
    *v = (struct evaluation){.x = *x,
                             .run = run,
                             .executor = x->executor,
                             .n = x->run->n,
                             .installation = x->run->installation,
                             .holders = 1};
    v->x.e = &v->why;
    v->x.core = NULL;
    v->x.db = NULL;
    v->x.executor = NULL;
    buf_init(&v->x.out, RUN_OUTPUT_MAX);
    x->run->evaluation = v;
    if (lane->slow || lane->evaluating)
        wait = 0;
    else
        wait = wait > QUICK_MS ? QUICK_MS : wait > 1 ? wait : 1;
    const struct core_background work = {
        .run = evaluate,
        .then = {.run = go_on, .free = forget, .ctx = v},
        .group = v->installation};
    if (core_try_background(x->core, &work, wait))
        return;
    v->holders++;
    v->outstanding = true;
    lane->evaluating++;
    x->executor->evaluating++;
}

static enum exec_result
take(struct exec *x, struct evaluation *v)
{
    enum exec_result result = v->result;
    buf_clear(&x->out);
    x->out = v->x.out;
    buf_init(&v->x.out, 0);
    x->list = v->x.list;
    v->x.list = (struct output){0};
    x->made = v->x.made;
    v->x.made = NULL;
    if (result == EXEC_FAILED)
        *x->e = v->why;
    x->run->evaluation = NULL;
    let_go(v);
    return result;
}

bool
run_is_evaluated(const struct run *r)
{
    return r->evaluation && r->evaluation->outstanding;
}

/* Whether evaluating F copies at most one value that is there. */
static bool
is_copy(const struct compiled_field *f)
{
    switch (f->source.kind) {
    case SOURCE_FORMULA:
        return false;
    case SOURCE_PATH:
        return path_is_singular(f->source.path);
    default:
        return !f->asked || f->field->type != FIELD_FORMULA;
    }
}

/* Whether everything that an evaluation of R can read is little. */
static bool
has_little(const struct run *r)
{
    size_t bytes =
        r->unread.len + r->pages.text.len + r->pages.page.text.len;
    for (size_t i = 0; i < r->compiled->document->count; i++)
        bytes += r->outputs[i].text.len;
    for (size_t i = 0; i < r->depth; i++)
        bytes += r->frames[i].items.text.len;
    return bytes <= LITTLE_BYTES;
}

/* Forgets what an evaluation has left, so that it can begin anew. */
static void
undo(struct exec *x)
{
    buf_reset(&x->out);
    output_clear(&x->list);
    value_free(x->made);
    x->made = NULL;
}

/* False where it takes more than the core has time for: nothing is done. */
static bool
evaluate_here(struct exec *x, struct lane *lane,
              enum exec_result (*run)(struct exec *x), enum exec_result *result)
{
    struct budget steps = budget_of(STEPS_HERE);
    int64_t before = thread_ms();
    x->budget = &steps;
    *result = run(x);
    x->budget = NULL;
    took(lane, thread_ms() - before);
    if (steps.passed)
        undo(x);
    return !steps.passed;
}

enum exec_result
run_evaluate(struct exec *x, const struct compiled_field *f,
             enum exec_result (*run)(struct exec *x))
{
    struct run *r = x->run;
    struct lane *lane = lane_of(x->executor, r->installation);
    if (f && is_copy(f))
        return run(x);
    enum exec_result result;
    if (!r->evaluation && !lane->slow && has_little(r) &&
        evaluate_here(x, lane, run, &result))
        return result;
    if (!r->evaluation)
        begin(x, run);
    if (r->evaluation->outstanding)
        return EXEC_WAIT;
    return take(x, r->evaluation);
}
