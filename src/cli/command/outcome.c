/* What became of what a command queued. */
#include "cli/command/outcome.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "remote/lock.h"
#include "remote/wait.h"
#include "store/console.h"

/* How long --wait waits, and how long a sync on demand stays. */
enum {
    WAIT_MS = 60000,
    IDLE_SECONDS = 60,
    QUIET_MS = 2000,
    START_MS = 300,
    BEGIN_MS = 2000
};

#define NOBODY_DELIVERS                                                        \
    "queued, but nothing delivers it: tailor sync --follow does not run on "   \
    "this host (ask its administrator)"

enum err
outcome_wait_ms(const struct cli *cli, int *out, struct error *e)
{
    long long seconds = WAIT_MS / 1000;
    enum err err = cli_option_number(cli, "timeout", 1, seconds, &seconds, e);
    *out = seconds < 86400 ? (int)seconds * 1000 : 86400000;
    return err;
}

void
outcomes_clear(struct outcomes *o)
{
    free(o->at);
    *o = (struct outcomes){.count = 0};
}

void
outcomes_of_plan(struct outcomes *o, const struct release_plan *plan)
{
    for (size_t i = 0; i < plan->count; i++) {
        const struct release_item *item = &plan->items[i];
        o->at = mem_resize(o->at, o->count + item->request_count + 1,
                           sizeof *o->at);
        for (size_t r = 0; r < item->request_count; r++) {
            struct outcome_of *one = &o->at[o->count++];
            *one = (struct outcome_of){.err = ERR_OK};
            memcpy(one->key, item->requests[r].key, IDENT_SIZE);
            if (item->request_count > 1)
                one->runtime = item->requests[r].runtime;
        }
    }
}

struct outcomes
outcomes_of_item(const struct outcomes *o, const struct release_plan *plan,
                 size_t i)
{
    size_t at = 0;
    for (size_t k = 0; k < i; k++)
        at += plan->items[k].request_count;
    return o->count
               ? (struct outcomes){o->at + at, plan->items[i].request_count}
               : (struct outcomes){.count = 0};
}

/* The word for a status: the outcome, else where the request stands. */
static const char *
status_word(const struct outbox_status *s)
{
    if (s->other)
        return "refused";
    if (s->outcome[0])
        return s->outcome;
    if (s->state == OUTBOX_DONE)
        return "delivered";
    if (s->uncertain)
        return "unknown, retrying";
    return s->state == OUTBOX_QUEUED ? "queued" : "sent";
}

static void
take_status(struct outcome_of *o, const struct outbox_status *s)
{
    snprintf(o->word, sizeof o->word, "%s", status_word(s));
    snprintf(o->message, sizeof o->message, "%s", s->error);
}

static bool
is_late(enum err err)
{
    return err == ERR_UNREACHABLE || err == ERR_OUTCOME_UNKNOWN;
}

/* Whether ERR says more of a whole than BEFORE does. */
static bool
is_worse(enum err err, enum err before)
{
    return err && (!before || (is_late(before) && !is_late(err)));
}

struct outcome_of *
outcomes_worst(const struct outcomes *o)
{
    struct outcome_of *worst = o->count ? o->at : NULL;
    for (size_t i = 1; i < o->count; i++)
        if (is_worse(o->at[i].err, worst->err))
            worst = &o->at[i];
    return worst;
}

/* Makes sure that what is queued is delivered; *FOLLOWED says whether it is. A
 * session cannot open the tokens: the host's own sync delivers. */
static enum err
ensure_sync(struct cli *cli, bool *followed, struct error *e)
{
    *followed = true;
    if (!cli->remote)
        return sync_ensure(cli->store, NULL, IDLE_SECONDS, BEGIN_MS, e);
    *followed = sync_lock_is_held(cli->store);
    if (*followed)
        sync_nudge(cli->store);
    else if (cli_has(cli, "wait"))
        return error_set(e, ERR_UNREACHABLE, NOBODY_DELIVERS);
    else
        cli_warn(NOBODY_DELIVERS);
    return ERR_OK;
}

/* Waits for KEY until END and says so once it takes a while, unless *TOLD. The
 * process that delivers may end meanwhile; then another one is started. */
static enum err
wait_for_one(struct cli *cli, const char *key, int64_t end, bool *told,
             struct outbox_status *status, struct error *e)
{
    bool followed;
    for (;;) {
        int64_t left = end - clock_monotonic_ms();
        int ms = left < 0 ? 0 : left < QUIET_MS ? (int)left : QUIET_MS;
        enum err err = wait_for_request(cli->manager, key, ms, status, e);
        left = end - clock_monotonic_ms();
        if (!is_late(err) || status->state == OUTBOX_REFUSED || left <= 0)
            return err;
        if (!*told)
            cli_say_waiting(cli, "the runtime", (int)(left + 999) / 1000);
        *told = true;
        err = ensure_sync(cli, &followed, e);
        if (err)
            return err;
    }
}

/* Waits for what is queued of O, which is delivered side by side: what one
 * runtime does not answer takes no time from what is behind it. */
static enum err
wait_for_all(struct cli *cli, struct outcomes *o, struct error *e)
{
    int ms = 0;
    enum err first = outcome_wait_ms(cli, &ms, e);
    int64_t end = clock_monotonic_ms() + ms;
    bool told = false;
    if (first)
        return first;
    for (size_t i = 0; i < o->count; i++) {
        struct outbox_status status = {.state = 0};
        struct error why;
        if (!o->at[i].key[0])
            continue;
        enum err err =
            wait_for_one(cli, o->at[i].key, end, &told, &status, &why);
        take_status(&o->at[i], &status);
        o->at[i].err = err;
        if (is_worse(err, first)) {
            first = err;
            *e = why;
            if (o->at[i].runtime)
                error_prefix(e, "%s", o->at[i].runtime);
        }
    }
    return first;
}

enum err
outcomes_follow(struct cli *cli, struct error *e)
{
    bool followed;
    return ensure_sync(cli, &followed, e);
}

enum err
outcomes_ask(struct cli *cli, const char *const *runtimes, size_t n,
             struct error *e)
{
    int64_t since = clock_now_ms();
    int ms = 0;
    bool ended = true, followed;
    enum err err = outcome_wait_ms(cli, &ms, e);
    int64_t end = clock_monotonic_ms() + ms;
    while (!err && ended) {
        int64_t left = end - clock_monotonic_ms();
        if (left <= 0)
            return error_set(e, ERR_UNREACHABLE,
                             "the runtime was not reached in time");
        err = ensure_sync(cli, &followed, e);
        ended = false;
        if (!err)
            err = wait_for_contact(cli->manager, runtimes, n, since, (int)left,
                                   &ended, e);
        if (!err && ended) /* it has not begun yet */
            poll(NULL, 0, START_MS);
    }
    return err;
}

enum err
outcomes_deliver(struct cli *cli, struct outcomes *o, struct error *e)
{
    bool followed;
    enum err err = ensure_sync(cli, &followed, e);
    if (err == ERR_OK && followed && cli_has(cli, "wait"))
        return wait_for_all(cli, o, e);
    for (size_t i = 0; err == ERR_OK && i < o->count; i++)
        if (o->at[i].key[0])
            snprintf(o->at[i].word, sizeof o->at[i].word, "queued");
    return err;
}

enum err
outcome_deliver(struct cli *cli, const char *key, struct value *more,
                struct outcome_of *out, struct error *e)
{
    *out = (struct outcome_of){.word = ""};
    struct outcomes one = {.count = 1, .at = out};
    memcpy(out->key, key, IDENT_SIZE);
    enum err err = outcomes_deliver(cli, &one, e);
    if (err == ERR_OK) {
        struct value *v = more ? more : value_object();
        value_set_text(v, "key", key);
        value_set_text(v, "status", out->word);
        if (out->message[0])
            value_set_text(v, "message", out->message);
        cli_print_object(cli, v, NULL);
    } else {
        value_free(more);
    }
    return err;
}

enum err
outcome_deliver_one(struct cli *cli, const char *key, struct value *more,
                    struct error *e)
{
    struct outcome_of out;
    return outcome_deliver(cli, key, more, &out, e);
}
