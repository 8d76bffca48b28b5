/*
 * Random backups, restores, syncs and accepts, on a runtime and a console's
 * store that are both real; between them are no sockets, but what they say is
 * what they would send. The model knows which restore was shown last to whom
 * accepts: no other one may end, and that one must. The number of steps is
 * TEST_STEPS (300 by default); the seed is printed and set by TEST_SEED.
 */
#include <signal.h>
#include <sodium.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "manager/exchange/exchange.h"
#include "manager/exchange/runtime.h"
#include "remote/protocol.h"
#include "runtime/daemon/command.h"
#include "runtime/daemon/restore.h"
#include "store/runtime.h"
#include "tests/unit/manager/fixture.h"
#include "tests/unit/restores/restores.h"
#include "tests/unit/runtime/runtime.h"

#define RUNTIME "us-1"
#define REMOTE_ID "5b0000000000000000000001"

enum { COPIES = 2, QUEUED_MOST = 500 };

int failed_tests;

struct accepted {
    char key[IDENT_SIZE];
    int restore; /* that was shown when it was given */
};

struct console_copy {
    struct buf store;
    int shown;
    bool there;
};

static struct model {
    uint64_t random;
    struct world w;
    struct manager *m;
    int64_t n; /* row of the runtime in the console's store */
    char id[IDENT_SIZE];
    struct buf backups[COPIES];
    bool has_backup[COPIES];
    struct console_copy consoles[COPIES];
    int restores; /* so far */
    int held;     /* the restore that the runtime is held for, or 0 */
    int shown;    /* the restore that the console has compared last, or 0 */
    bool down;
    struct accepted queued[QUEUED_MOST];
    size_t count;
    int ended, refused, early; /* what happened, so that a run shows it */
} md;

/* xorshift64* */
static uint64_t
draw(uint64_t below)
{
    md.random ^= md.random >> 12;
    md.random ^= md.random << 25;
    md.random ^= md.random >> 27;
    return (md.random * 2685821657736338717u >> 33) % below;
}

static void
must(enum err err)
{
    if (err != ERR_OK) {
        printf("# the model broke: %s\n", e.text);
        exit(1);
    }
}

/* --- the runtime ---------------------------------------------------------- */

struct told {
    bool held;
    char restore[IDENT_SIZE];
};

static enum err
look_at(struct core *core, void *ctx, struct error *why)
{
    struct told *t = ctx;
    enum err err = runtime_held(core_db(core), &t->held, why);
    return err == ERR_OK ? runtime_restore(core_db(core), t->restore, why)
                         : err;
}

static struct told
told(void)
{
    struct told t = {.held = false};
    CHECK_INT(world_do(&md.w, look_at, &t), ERR_OK);
    return t;
}

static char *
file_of(const struct buf *bytes, const char *name)
{
    char *path = runtime_path(&md.w.runtime, name);
    must(file_write(path, bytes->data, bytes->len, 0600, &e));
    return path;
}

static void
take_file(const char *path, struct buf *out)
{
    buf_init(out, 64 << 20);
    must(file_read(path, out, &e));
}

/* What `tailord backup` writes. */
static void
back_up(size_t i)
{
    buf_clear(&md.backups[i]);
    world_back_up(&md.w, &md.backups[i]);
    char *path = file_of(&md.backups[i], "backup.db");
    must(restore_mark(path, &e));
    buf_clear(&md.backups[i]);
    take_file(path, &md.backups[i]);
    md.has_backup[i] = true;
    unlink(path);
    free(path);
}

/* What `tailord restore` makes of a backup. */
static void
restored_by_command(const struct buf *backup, struct buf *out)
{
    char *from = file_of(backup, "backup.db");
    char *store = file_of(backup, "other.db");
    struct command_place place = {.store = store};
    struct value *arguments = value_array(), *said = NULL;
    value_append(arguments, value_string(from));
    must(restore_command(&place, arguments, &said, &e));
    take_file(store, out);
    value_free(said);
    value_free(arguments);
    unlink(from);
    unlink(store);
    free(from);
    free(store);
}

static void
restore(size_t i, bool by_command)
{
    struct buf store;
    if (!md.has_backup[i])
        return;
    if (by_command) {
        restored_by_command(&md.backups[i], &store);
        world_put_back(&md.w, &store);
        buf_clear(&store);
    } else {
        world_put_back(&md.w, &md.backups[i]);
    }
    md.held = ++md.restores;
    CHECK(told().held);
}

/* --- the console ---------------------------------------------------------- */

static void
copy_store(size_t i)
{
    struct console_copy *c = &md.consoles[i];
    manager_close(md.m);
    buf_clear(&c->store);
    take_file(store_path(), &c->store);
    c->shown = md.shown;
    c->there = true;
    md.m = session_of("ada");
}

static void
put_store_back(size_t i)
{
    struct console_copy *c = &md.consoles[i];
    if (!c->there)
        return;
    manager_close(md.m);
    must(file_write(store_path(), c->store.data, c->store.len, 0600, &e));
    md.shown = c->shown;
    md.m = session_of("ada");
}

static struct told
known(void)
{
    struct runtime_list list;
    struct told t = {.held = false};
    must(manager_runtime_list(md.m, &list, &e));
    t.held = list.rows[0].compared;
    md.n = list.rows[0].n;
    snprintf(md.id, sizeof md.id, "%s", list.rows[0].id);
    runtime_list_clear(&list);
    return t;
}

static void
compare(const struct told *t)
{
    struct full_copy copy = {.why = "it is held", .held = t->held};
    struct state_page page = {
        .feed_cursor = 0, .restore = t->restore, .hash = "0"};
    memcpy(copy.restore, t->restore, IDENT_SIZE);
    must(manager_copy_begin(md.m, md.id, &copy, &e));
    must(manager_apply_state(md.m, md.id, &page, &copy, true, &e));
    md.shown = md.held;
}

/* What sync does first: a contact, and a full copy where the store says that
 * this restore was not compared. */
static void
meet(void)
{
    struct told t = told();
    struct runtime_contact c = {.remote_id = REMOTE_ID,
                                .protocol = 2,
                                .held = t.held,
                                .restore = *t.restore ? t.restore : NULL};
    must(manager_runtime_contact(md.m, md.n, &c, &e));
    if (t.held && !known().held)
        compare(&t);
    if (!t.held)
        md.shown = 0;
    else
        CHECK_INT(md.shown, md.held);
}

static int
restore_of(const char *key)
{
    for (size_t i = 0; i < md.count; i++)
        if (strcmp(md.queued[i].key, key) == 0)
            return md.queued[i].restore;
    return 0;
}

/* The runtime decides what ROW asks: it goes on where the restore is the one
 * that was shown, and only there. (A runtime that was put back may have decided
 * the same request before; it gives its first answer then.) */
static void
deliver_one(const struct outbox_row *row)
{
    struct receipt receipt;
    bool back;
    bool ends = md.held && restore_of(row->key) == md.held;
    char *items = mem_printf("[%s]", row->body);
    struct value *answer = world_request(&md.w, row->key, row->kind, items);
    CHECK_INT(told().held, md.held && !ends);
    md.ended += ends;
    if (ends)
        md.held = 0;
    must(protocol_read_receipt(answer, row->key, &receipt, &e));
    md.refused += !receipt.done;
    must(manager_apply_receipts(md.m, md.id, &receipt, 1, &back, &e));
    protocol_clear_receipt(&receipt);
    value_free(answer);
    free(items);
}

static void
deliver(void)
{
    const struct outbox_ask ask = {.runtime = md.n, .limit = 1};
    struct outbox_batch batch;
    must(manager_outbox_due(md.m, &ask, &batch, &e));
    while (batch.count) {
        must(manager_outbox_sent(md.m, &batch, &e));
        deliver_one(&batch.rows[0]);
        outbox_batch_clear(&batch);
        must(manager_outbox_due(md.m, &ask, &batch, &e));
    }
    outbox_batch_clear(&batch);
}

/* The command: only after a comparison, whatever the store was told before. */
static void
accept_restore(void)
{
    struct accepted *a = &md.queued[md.count];
    enum err err = manager_runtime_accept_restore(md.m, RUNTIME, NULL, a->key, &e);
    CHECK_INT(err, md.shown ? ERR_OK : ERR_REFUSED);
    md.early += err != ERR_OK;
    a->restore = md.shown;
    md.count += err == ERR_OK;
}

/* --- steps ---------------------------------------------------------------- */

static void
step(void)
{
    switch (draw(9)) {
    case 0:
        back_up(draw(COPIES));
        break;
    case 1:
        restore(draw(COPIES), draw(2));
        break;
    case 2:
        md.down = !md.down;
        break;
    case 3:
        copy_store(draw(COPIES));
        break;
    case 4:
        put_store_back(draw(COPIES));
        break;
    case 5: /* a start of tailord restores nothing */
        world_crash(&md.w);
        break;
    case 6:
        if (!md.down)
            meet();
        break;
    case 7: /* a follower that has noticed nothing yet */
        if (!md.down)
            deliver();
        break;
    default:
        if (md.count < QUEUED_MOST)
            accept_restore();
        if (!md.down && draw(2))
            deliver();
    }
}

static bool
each_outcome_was_seen(void)
{
    return md.ended > 0 && md.refused > 0 && md.early > 0;
}

/* Some seeds need more than MOST steps until each outcome was seen. */
static bool
goes_on(int i, int most)
{
    return !test_failures_here &&
           (i < most || (i < 50 * most && !each_outcome_was_seen()));
}

static void
only_what_was_shown_is_accepted(void)
{
    /* Sabotage: the comparison of "restore" in decide_resumeRuntime(), or
     * "restore IS ?10" in RUNTIME_CONTACT. */
    const char *seed = getenv("TEST_SEED"), *steps = getenv("TEST_STEPS");
    unsigned long long number = seed ? strtoull(seed, NULL, 10) : 1;
    int most = steps ? atoi(steps) : test_rounds(300);
    md.random = number * 2654435761u + 88172645463325252u;
    printf("# seed %llu\n", number);
    for (int i = 0; goes_on(i, most); i++)
        step();
    printf("# %d restores, %d ended, %d accepts refused by the runtime, %d by "
           "the console\n",
           md.restores, md.ended, md.refused, md.early);
    CHECK(each_outcome_was_seen());
}

static void
without_a_restore_nothing_is_accepted(void)
{
    /* Sabotage: the question whether "restore" is there in
     * decide_resumeRuntime(). */
    back_up(0);
    restore(0, true);
    struct value *answer =
        world_request(&md.w, NULL, "resumeRuntime", "[{}]");
    CHECK_STR(value_get_text(answer, "outcome"), "refused");
    CHECK(told().held);
    value_free(answer);
}

int
main(void)
{
    static const struct test tests[] = {
        {"only what was shown is accepted", only_what_was_shown_is_accepted},
        {"without a restore nothing is accepted",
         without_a_restore_nothing_is_accepted},
        {NULL, NULL},
    };
    signal(SIGPIPE, SIG_IGN);
    log_open(-1, LOG_ERROR);
    if (sodium_init() < 0)
        return 1;
    fixture_start(1);
    world_start(&md.w);
    md.m = session_of("ada");
    known();
    RUN_SUITE("restores", tests);
    manager_close(md.m);
    world_stop(&md.w);
    fixture_end();
    test_restores_kept();
    test_restores_missing();
    for (size_t i = 0; i < COPIES; i++) {
        buf_clear(&md.backups[i]);
        buf_clear(&md.consoles[i].store);
    }
    return failed_tests ? 1 : 0;
}
