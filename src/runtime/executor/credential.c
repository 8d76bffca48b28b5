/* Credentials that apps refuse: suspect, tried again, refused. */
#include "runtime/executor/credential.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "runtime/executor/executor_private.h"
#include "runtime/installed/feed.h"
#include "runtime/runtime.h"
#include "store/runtime.h"

/* In units of the executor's first backoff (500 ms): tried after 2 s, 4 s …
 * 60 s; refused after that many refusals and at least 10 minutes. */
enum {
    FIRST_TRY = 4,
    LONGEST_TRY = 120,
    REFUSED_AFTER = 1200,
    REFUSALS = 8,
    LOOK = 2,
    APP_SIZE = 64
};

struct trust {
    int state; /* enum rt_credential_state */
    int64_t refusals, refused_ms, try_ms, probe;
    char app[APP_SIZE];
    bool found;
    bool is_lent; /* to a run, which has neither ended nor been parked */
};

static struct executor *
of(struct core *core)
{
    return core_runtime(core)->executor;
}

static enum err
read_trust(struct core *core, int64_t n, struct trust *t, struct error *e)
{
    *t = (struct trust){.found = false};
    struct db_stmt *q = db_use(core_db(core), RS_CREDENTIAL_TRUST);
    db_int(q, n);
    struct rs_credential_trust c;
    if (rs_credential_trust_next(q, &c)) {
        t->found = true;
        t->state = (int)c.state;
        t->refusals = c.refusals;
        t->refused_ms = c.refused_at;
        t->try_ms = c.try_at;
        t->probe = c.probe;
        t->is_lent = c.tries != 0;
        snprintf(t->app, sizeof t->app, "%s", c.app);
    }
    return db_end(q, e);
}

static enum err
save_trust(struct core *core, int64_t n, const struct trust *t,
           const char *message, struct error *e)
{
    struct db_stmt *q = db_use(core_db(core), RS_CREDENTIAL_TRUST_SET);
    db_int(q, t->state);
    db_int(q, t->refusals);
    db_int_or_null(q, t->refused_ms);
    db_int(q, t->try_ms);
    db_int_or_null(q, t->probe);
    db_text(q, message);
    db_int(q, clock_now_ms());
    db_int(q, n);
    return db_run(q, e);
}

/* --- what is said of it --------------------------------------------------- */

char *
credential_words(int state, const struct credential_answer *a)
{
    if (a->clock_is_off)
        return mem_strdup(a->message);
    return mem_printf(state == CREDENTIAL_REFUSED
                          ? "the app refused the credential (connect the app "
                            "again, or retry the credential): %s"
                          : "the app refused the credential; tailord tries it "
                            "again by itself: %s",
                      a->message);
}

static struct value *
fact_of(const struct rs_credential_use *u, const struct trust *t,
        const char *message)
{
    struct value *fact = value_object();
    value_set_text(fact, "installationId", u->installation_id);
    value_set_text(fact, "app", u->app);
    value_set_text(fact, "state", rt_credential_state_word(t->state));
    if (message)
        value_set_text(fact, "message", message);
    return fact;
}

/* One fact for each installation that uses the credential. */
static enum err
tell(struct core *core, int64_t n, const struct trust *t, const char *message,
     struct error *e)
{
    struct value *facts = value_array();
    int environment = 0;
    struct rs_credential_use u;
    struct db_stmt *q = db_use(core_db(core), RS_CREDENTIAL_USES);
    db_int(q, n);
    while (rs_credential_use_next(q, &u)) {
        environment = (int)u.environment;
        value_append(facts, fact_of(&u, t, message));
    }
    enum err err = db_end(q, e);
    log_event(t->state == CREDENTIAL_OK ? LOG_INFO : LOG_WARNING, "credential",
              "app", t->app, "state", rt_credential_state_word(t->state), NULL);
    while (err == ERR_OK && value_size(facts) > 0)
        err = feed_add(core, environment, "credential", value_take_at(facts, 0),
                       e);
    value_free(facts);
    return err;
}

enum err
credential_leaves(struct core *core, int64_t n, struct error *e)
{
    struct db_stmt *q = db_use(core_db(core), RS_RUN_RELEASE_ATTEMPTS);
    db_int(q, n);
    db_int(q, clock_now_ms());
    enum err err = db_run(q, e);
    if (err == ERR_OK)
        executor_look(core);
    return err == ERR_OK ? sweep_credential(core, n, e) : err;
}

/* Its state is another one: what was said to anybody of the one before is no
 * longer true. */
static enum err
state_changed(struct core *core, int64_t n, const struct trust *t,
              const char *message, struct error *e)
{
    enum err err = tell(core, n, t, message, e);
    return err == ERR_OK ? sweep_credential(core, n, e) : err;
}

/* --- trying again --------------------------------------------------------- */

static void look_again(struct core *core, struct executor *x);

/* A run that was cancelled, paused or removed before the app answered it keeps
 * nobody waiting. A clock that was set back lets no time wait for hours. */
static bool
is_due(const struct executor *x, const struct trust *t, int64_t now)
{
    return (t->probe && !t->is_lent) || now >= t->try_ms ||
           t->try_ms - now > LONGEST_TRY * x->backoff_ms;
}

/* Only RUN tries it, until it is answered or that takes too long. */
static enum err
lend(struct core *core, int64_t n, int64_t run, struct error *e)
{
    struct db_stmt *q = db_use(core_db(core), RS_CREDENTIAL_TRY);
    db_int(q, run);
    db_int(q, clock_now_ms() + LONGEST_TRY * of(core)->backoff_ms);
    db_int(q, n);
    return db_run(q, e);
}

static enum err
release_one(struct core *core, int64_t n, int64_t run, struct error *e)
{
    struct db_stmt *q = db_use(core_db(core), RS_RUN_RELEASE_ONE);
    db_int(q, run);
    enum err err = db_run(q, e);
    if (err == ERR_OK)
        err = lend(core, n, run, e);
    if (err == ERR_OK)
        executor_look(core);
    return err;
}

/* Lets the oldest run that waits for suspect credential N try it, once it is
 * due. */
static enum err
try_suspect(struct core *core, int64_t n, struct error *e)
{
    struct trust t;
    int64_t run = 0;
    enum err err = read_trust(core, n, &t, e);
    if (err != ERR_OK || t.state != CREDENTIAL_SUSPECT ||
        !is_due(of(core), &t, clock_now_ms()))
        return err;
    struct db_stmt *q = db_use(core_db(core), RS_RUN_WAITING_FOR);
    db_int(q, n);
    err = db_run_int(q, &run, NULL, e);
    return err == ERR_OK && run ? release_one(core, n, run, e) : err;
}

static void
look_is_over(void *ctx)
{
    struct executor *x = ctx;
    x->suspect_looks--;
}

static enum err
look_at_suspects(struct core *core, void *ctx, struct error *e)
{
    struct executor *x = ctx;
    int64_t *list = NULL;
    size_t count = 0;
    struct db_stmt *q = db_use(core_db(core), RS_CREDENTIAL_SUSPECTS);
    while (db_row(q)) {
        list = mem_resize(list, count + 1, sizeof *list);
        list[count++] = db_get_int(q);
    }
    enum err err = db_end(q, e);
    for (size_t i = 0; i < count && err == ERR_OK; i++)
        err = try_suspect(core, list[i], e);
    free(list);
    x->suspects = count > 0;
    if (count > 0 && x->suspect_looks == 1) /* this one */
        look_again(core, x);
    return err;
}

static void
look_again(struct core *core, struct executor *x)
{
    x->suspect_looks++;
    core_at(core, clock_monotonic_ms() + LOOK * x->backoff_ms,
            (struct core_work){
                .run = look_at_suspects, .free = look_is_over, .ctx = x});
}

static void
look_soon(struct core *core, struct executor *x)
{
    x->suspects = true;
    if (x->suspect_looks == 0)
        look_again(core, x);
}

enum err
credential_may_call(struct core *core, int64_t n, int64_t run, bool *may,
                    struct error *e)
{
    struct trust t;
    *may = false;
    look_soon(core, of(core));
    enum err err = read_trust(core, n, &t, e);
    if (err != ERR_OK || !t.found || t.state == CREDENTIAL_REFUSED)
        return err;
    *may = t.state == CREDENTIAL_OK || t.probe == run ||
           is_due(of(core), &t, clock_now_ms());
    return *may && t.state == CREDENTIAL_SUSPECT ? lend(core, n, run, e) : err;
}

/* --- answers -------------------------------------------------------------- */

/* Whether an answer shows that the app knows whose call it was. */
static bool
shows_trust(int status)
{
    return (status >= 200 && status < 300) ||
           (status >= 400 && status < 500 && status != 401 && status != 403 &&
            status != 407 && status != 408 && status != 429);
}

static int64_t
try_after(const struct executor *x, int64_t refusals)
{
    int64_t units = FIRST_TRY;
    for (int64_t i = 1; i < refusals && units < LONGEST_TRY; i++)
        units *= 2;
    return (units < LONGEST_TRY ? units : LONGEST_TRY) * x->backoff_ms;
}

/* Counts a refusal of what was tried in its turn; calls that were out before
 * say nothing new. */
static enum err
refused(struct core *core, const struct credential_answer *a, struct trust *t,
        struct error *e)
{
    struct executor *x = of(core);
    int before = t->state;
    int64_t now = clock_now_ms();
    if (before == CREDENTIAL_REFUSED ||
        (before == CREDENTIAL_SUSPECT && t->probe != a->run))
        return ERR_OK;
    if (!t->refused_ms || a->clock_is_off)
        t->refused_ms = now;
    if (!a->clock_is_off || t->refusals < REFUSALS / 2)
        t->refusals++;
    t->probe = 0;
    t->try_ms = now + try_after(x, t->refusals);
    t->state = t->refusals >= REFUSALS &&
                       now - t->refused_ms >= REFUSED_AFTER * x->backoff_ms
                   ? CREDENTIAL_REFUSED
                   : CREDENTIAL_SUSPECT;
    char *words = credential_words(t->state, a);
    enum err err = save_trust(core, a->n, t, words, e);
    if (err == ERR_OK && t->state != before)
        err = state_changed(core, a->n, t, words, e);
    free(words);
    look_soon(core, x);
    return err;
}

static enum err
works(struct core *core, int64_t n, struct trust *t, struct error *e)
{
    t->state = CREDENTIAL_OK;
    t->refusals = t->refused_ms = t->try_ms = t->probe = 0;
    enum err err = save_trust(core, n, t, NULL, e);
    return err == ERR_OK ? state_changed(core, n, t, NULL, e) : err;
}

/* Neither taken nor refused: another try, and no refusal more. */
static enum err
undecided(struct core *core, const struct credential_answer *a,
          const struct trust *t, struct error *e)
{
    if (t->probe != a->run)
        return ERR_OK;
    struct db_stmt *q = db_use(core_db(core), RS_CREDENTIAL_TRY);
    db_null(q);
    db_int(q, clock_now_ms() + try_after(of(core), t->refusals));
    db_int(q, a->n);
    return db_run(q, e);
}

enum err
credential_take(struct core *core, const struct credential_answer *a,
                struct error *e)
{
    struct trust t;
    bool is_refusal = a->status == 401;
    if (!is_refusal && !of(core)->suspects)
        return ERR_OK;
    enum err err = read_trust(core, a->n, &t, e);
    if (err != ERR_OK || !t.found)
        return err;
    if (is_refusal)
        return refused(core, a, &t, e);
    if (t.state == CREDENTIAL_OK)
        return ERR_OK;
    return shows_trust(a->status) ? works(core, a->n, &t, e)
                                  : undecided(core, a, &t, e);
}

/* --- a person asks -------------------------------------------------------- */

static enum err
retry_one(struct core *core, int64_t n, int64_t run, int64_t *waiting,
          struct error *e)
{
    struct trust t;
    int64_t count = 0;
    struct db_stmt *q = db_use(core_db(core), RS_RUN_COUNT_WAITING_FOR);
    db_int(q, n);
    enum err err = db_run_int(q, &count, NULL, e);
    *waiting += count;
    if (err == ERR_OK)
        err = read_trust(core, n, &t, e);
    int before = t.state;
    if (err != ERR_OK || before == CREDENTIAL_OK)
        return err == ERR_OK ? sweep_credential(core, n, e) : err;
    t.state = CREDENTIAL_SUSPECT;
    t.refusals = t.refused_ms = t.try_ms = t.probe = 0;
    err = save_trust(core, n, &t, NULL, e);
    if (err == ERR_OK && before != CREDENTIAL_SUSPECT)
        err = tell(core, n, &t, NULL, e);
    if (err == ERR_OK)
        err = run ? lend(core, n, run, e) : try_suspect(core, n, e);
    look_soon(core, of(core));
    return err;
}

enum err
credential_retry(struct core *core, int64_t installation, const char *app,
                 int64_t run, int64_t *waiting, struct error *e)
{
    int64_t *list = NULL;
    size_t count = 0;
    *waiting = 0;
    struct db_stmt *q = db_use(core_db(core), RS_CREDENTIAL_OF_INSTALLATION);
    db_int(q, installation);
    db_text(q, app);
    while (db_row(q)) {
        list = mem_resize(list, count + 1, sizeof *list);
        list[count++] = db_get_int(q);
    }
    enum err err = db_end(q, e);
    if (err == ERR_OK && count == 0)
        err = error_set(e, ERR_NOT_FOUND,
                        "%s: not connected (the customer must connect it)",
                        app ? app : "credential");
    for (size_t i = 0; i < count && err == ERR_OK; i++)
        err = retry_one(core, list[i], run, waiting, e);
    free(list);
    return err;
}

void
credentials_opened(struct core *core)
{
    look_soon(core, of(core));
}
