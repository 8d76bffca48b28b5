/* The core's tick: commit first, effects after. */
#include "runtime/core/core.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "runtime/runtime.h"
#include "store/runtime.h"
#include "tests/unit/http/http.h"
#include "tests/unit/test.h"

struct bench {
    char folder[64], store[96];
    struct runtime runtime;
    struct core *core;
};

/* What the work of a test did and saw; found through the runtime's id, which
 * is a pointer here. */
static struct log {
    char text[256];
    int freed;
} seen;

static void
note(const char *word)
{
    size_t n = strlen(seen.text);
    snprintf(seen.text + n, sizeof seen.text - n, "%s ", word);
}

static void
bench_open(struct bench *b, enum err (*opened)(struct core *, struct error *))
{
    struct outbound_options outbound = {0};
    struct core_options o = {
        .runtime = &b->runtime, .outbound = &outbound, .opened = opened};
    struct db *db = NULL;
    struct error e = {0};
    *b = (struct bench){0};
    seen = (struct log){0};
    snprintf(b->folder, sizeof b->folder, "/tmp/test-core-XXXXXX");
    CHECK(mkdtemp(b->folder) != NULL);
    snprintf(b->store, sizeof b->store, "%s/store.db", b->folder);
    o.store = b->store;
    CHECK_INT(
        db_open(&db, b->store, &runtime_schema, DB_CREATE | DB_EXCLUSIVE, &e),
        ERR_OK);
    db_close(db);
    if (core_new(&b->core, &o, &e) != ERR_OK) {
        test_fail(__FILE__, __LINE__, e.text, NULL, NULL);
        exit(1);
    }
}

static void
bench_close(struct bench *b)
{
    char path[160];
    core_free(b->core);
    unlink(b->store);
    snprintf(path, sizeof path, "%s-wal", b->store);
    unlink(path);
    snprintf(path, sizeof path, "%s-shm", b->store);
    unlink(path);
    rmdir(b->folder);
}

static void
set_meta(struct core *core, const char *key, const char *value)
{
    struct db_stmt *q = db_use(core_db(core), RS_META_SET);
    db_text(q, key);
    db_text(q, value);
    CHECK_INT(db_run(q, NULL), ERR_OK);
}

static bool
has_meta(struct core *core, const char *key)
{
    struct db_stmt *q = db_use(core_db(core), RS_META_GET);
    db_text(q, key);
    bool there = db_row(q);
    db_end(q, NULL);
    return there;
}

static void
count_free(void *ctx)
{
    (void)ctx;
    seen.freed++;
}

/* --- rolled back ---------------------------------------------------------- */

static enum err
later(struct core *core, void *ctx, struct error *e)
{
    (void)core;
    (void)e;
    note(ctx);
    return ERR_OK;
}

static struct core_work
work(enum err (*run)(struct core *, void *, struct error *), const char *word)
{
    return (struct core_work){
        .run = run, .free = count_free, .ctx = (void *)(uintptr_t)word};
}

static enum err
fails(struct core *core, void *ctx, struct error *e)
{
    (void)ctx;
    set_meta(core, "failed", "1");
    core_at(core, 0, work(later, "never"));
    return error_set(e, ERR_STALE, "test: it must be undone");
}

static enum err
works(struct core *core, void *ctx, struct error *e)
{
    (void)ctx;
    (void)e;
    set_meta(core, "worked", "1");
    core_at(core, 0, work(later, "later"));
    return ERR_OK;
}

static enum err
open_rollback(struct core *core, struct error *e)
{
    (void)e;
    core_at(core, 0, work(fails, ""));
    core_at(core, 0, work(works, ""));
    return ERR_OK;
}

/* Without core_effects_drop() in do_job the word "never" is seen. */
static void
test_rollback(void)
{
    struct bench b;
    bench_open(&b, open_rollback);
    for (int i = 0; i < 4; i++)
        CHECK_INT(core_tick(b.core, NULL, 0, NULL), ERR_OK);
    CHECK_STR(seen.text, "later ");
    CHECK_INT(seen.freed, 4);
    CHECK(!has_meta(b.core, "failed"));
    CHECK(has_meta(b.core, "worked"));
    bench_close(&b);
}

/* --- timers --------------------------------------------------------------- */

static enum err
open_timers(struct core *core, struct error *e)
{
    int64_t now = clock_monotonic_ms();
    (void)e;
    core_at(core, now + 40, work(later, "c"));
    core_at(core, now + 20, work(later, "b"));
    core_at(core, 0, work(later, "a"));
    core_at(core, now + 40, work(later, "d"));
    core_at(core, now + 3600000, work(later, "never"));
    return ERR_OK;
}

static void
test_timers(void)
{
    struct bench b;
    int64_t end = clock_monotonic_ms() + 10000;
    bench_open(&b, open_timers);
    while (!strstr(seen.text, "d") && clock_monotonic_ms() < end)
        core_tick(b.core, NULL, 1000, NULL);
    CHECK_STR(seen.text, "a b c d ");
    bench_close(&b);
    CHECK_INT(seen.freed, 5);
}

/* --- left to the next tick ------------------------------------------------ */

/* In the tick that asks for more there is no time after that. */
static bool
comes_after_it(struct core *core, const void *ctx)
{
    (void)ctx;
    return core_tick_number(core) == 2;
}

static enum err
ask_for_more(struct core *core, void *ctx, struct error *e)
{
    (void)e;
    note(ctx);
    core_at(core, 0, work(later, "asked"));
    return ERR_OK;
}

static enum err
open_left(struct core *core, struct error *e)
{
    struct core_work left = work(later, "left");
    left.waits = comes_after_it;
    (void)e;
    core_at(core, 0, work(ask_for_more, "first"));
    core_at(core, 0, left);
    return ERR_OK;
}

static void
test_left_to_the_next_tick(void)
{
    struct bench b;
    struct core_counts counts;
    bench_open(&b, open_left);
    for (int i = 0; i < 2; i++)
        CHECK_INT(core_tick(b.core, NULL, 0, NULL), ERR_OK);
    CHECK_STR(seen.text, "first ");
    CHECK_INT(seen.freed, 1);
    core_get_counts(b.core, &counts);
    CHECK_INT((int)counts.savepoints, 1);
    CHECK_INT(core_tick(b.core, NULL, 0, NULL), ERR_OK);
    CHECK_STR(seen.text, "first left asked ");
    bench_close(&b);
    CHECK_INT(seen.freed, 3);
}

/* --- a commit that fails -------------------------------------------------- */

static enum err
write_much(struct core *core, void *ctx, struct error *e)
{
    static char big[200000];
    (void)ctx;
    (void)e;
    memset(big, 'x', sizeof big - 1);
    note("write");
    set_meta(core, "big", big);
    core_at(core, 0, work(later, "effect"));
    return ERR_OK;
}

static enum err
open_failing(struct core *core, struct error *e)
{
    (void)e;
    note("open");
    if (!has_meta(core, "big"))
        core_at(core, 0, work(write_much, ""));
    return ERR_OK;
}

/* The file may not grow, so the commit fails: the effect stays in, and once
 * there is room again the work is done from the start. */
static void
test_failed_commit(void)
{
    struct bench b;
    struct rlimit old, small;
    bench_open(&b, open_failing);
    CHECK_INT(core_tick(b.core, NULL, 0, NULL), ERR_OK);
    getrlimit(RLIMIT_FSIZE, &old);
    small = (struct rlimit){65536, old.rlim_max};
    setrlimit(RLIMIT_FSIZE, &small);
    core_tick(b.core, NULL, 0, NULL);
    setrlimit(RLIMIT_FSIZE, &old);
    CHECK(strstr(seen.text, "write") != NULL);
    CHECK(strstr(seen.text, "effect") == NULL);
    struct core_counts counts;
    core_get_counts(b.core, &counts);
    CHECK_INT((int)counts.failed_commits, 1);
    for (int i = 0; i < 10 && !strstr(seen.text, "effect"); i++)
        CHECK_INT(core_tick(b.core, NULL, 500, NULL), ERR_OK);
    CHECK(strstr(seen.text, "effect") != NULL);
    CHECK(has_meta(b.core, "big"));
    bench_close(&b);
}

/* --- commands where nothing can be written ------------------------------- */

struct asked {
    struct core *core;
    enum err (*run)(struct core *, void *, struct error *);
    bool outside;
    bool once;
    atomic_bool is_done;
    struct error e;
};

static enum err
look(struct core *core, void *ctx, struct error *e)
{
    (void)ctx;
    return has_meta(core, "big") ? error_set(e, ERR_STALE, "test: it is there")
                                 : ERR_OK;
}

static enum err
write_little(struct core *core, void *ctx, struct error *e)
{
    (void)ctx;
    (void)e;
    set_meta(core, "little", "1");
    return ERR_OK;
}

static void *
ask(void *ctx)
{
    struct asked *a = ctx;
    core_do(
        a->core,
        (struct core_work){
            .run = a->run, .ctx = a, .outside = a->outside, .once = a->once},
        &a->e);
    atomic_store(&a->is_done, true);
    return NULL;
}

/* What A gets from a core all of whose ticks fail. */
static enum err
asked(struct bench *b, struct asked a)
{
    pthread_t thread;
    a.core = b->core;
    CHECK_INT(pthread_create(&thread, NULL, ask, &a), 0);
    while (!atomic_load(&a.is_done))
        CHECK_INT(core_tick(b->core, NULL, 100, NULL), ERR_OK);
    pthread_join(thread, NULL);
    return a.e.code;
}

static enum err
open_too_much(struct core *core, struct error *e)
{
    return write_much(core, NULL, e);
}

/* Sabotage: the call of only_reads() in finish_alone()
 * (src/runtime/core/finish.c), and work.once in it. */
static void
test_reads_on_a_full_disk(void)
{
    struct bench b;
    struct rlimit old, small;
    struct core_counts counts;
    bench_open(&b, open_too_much);
    getrlimit(RLIMIT_FSIZE, &old);
    small = (struct rlimit){65536, old.rlim_max};
    setrlimit(RLIMIT_FSIZE, &small);
    CHECK_INT(asked(&b, (struct asked){.run = look}), ERR_OK);
    CHECK(asked(&b, (struct asked){.run = write_little}) != ERR_OK);
    CHECK_INT(asked(&b, (struct asked){.run = look, .outside = true}), ERR_OK);
    CHECK(asked(&b, (struct asked){.run = look, .once = true}) != ERR_OK);
    setrlimit(RLIMIT_FSIZE, &old);
    core_get_counts(b.core, &counts);
    CHECK((int)counts.failed_commits >= 3);
    CHECK(!has_meta(b.core, "little"));
    CHECK(strstr(seen.text, "effect") == NULL);
    CHECK_INT(asked(&b, (struct asked){.run = write_little}), ERR_OK);
    CHECK(has_meta(b.core, "little"));
    bench_close(&b);
}

/* --- other threads -------------------------------------------------------- */

static void *
run_core(void *ctx)
{
    core_run(ctx, NULL, NULL);
    return NULL;
}

static enum err
add_one(struct core *core, void *ctx, struct error *e)
{
    (void)core;
    ++*(int *)ctx;
    return *(int *)ctx == 50 ? error_set(e, ERR_REFUSED, "test: fifty")
                             : ERR_OK;
}

static void
test_threads(void)
{
    struct bench b;
    pthread_t thread;
    struct error e = {0};
    int count = 0, refused = 0;
    bench_open(&b, NULL);
    CHECK_INT(pthread_create(&thread, NULL, run_core, b.core), 0);
    for (int i = 0; i < 100; i++)
        refused +=
            core_do(b.core, (struct core_work){.run = add_one, .ctx = &count},
                    &e) == ERR_REFUSED;
    CHECK_INT(count, 100);
    CHECK_INT(refused, 1);
    core_stop(b.core);
    pthread_join(thread, NULL);
    CHECK_INT(
        core_do(b.core, (struct core_work){.run = add_one, .ctx = &count}, &e),
        ERR_CANCELLED);
    bench_close(&b);
}

static const struct test tests[] = {
    {"what is rolled back has no effect", test_rollback},
    {"timers in their order", test_timers},
    {"what is left of a tick comes first in the next",
     test_left_to_the_next_tick},
    {"a commit that fails lets nothing out", test_failed_commit},
    {"reads are answered on a full disk", test_reads_on_a_full_disk},
    {"commands of other threads", test_threads},
    {NULL, NULL},
};

void
test_http_core(void)
{
    test_run("core", tests);
    failed_tests += test_failures;
}
