/*
 * How far the wall clock is trusted. It may be set back, which must not revive
 * what has expired; and it may jump ahead, which must not delete what is
 * young. The monotonic clock tells the second while tailord runs. After a stop
 * it may also be that the stop was long, so the clock is then believed after
 * some days. A clock that is far behind is wrong, or was wrong before: it too
 * is believed after some days.
 */
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "runtime/core/core_private.h"
#include "store/runtime.h"

enum { KEEP_TIME_MS = 1000, DAY_MS = 24 * 3600 * 1000, DAYS = 3 };

struct kept {
    const char *key;
    int64_t *value;
};

enum { KEPT = 5 };

static void
list_kept(struct core_time *t, struct kept out[KEPT])
{
    out[0] = (struct kept){"clock", &t->kept_ms};
    out[1] = (struct kept){"clockExpected", &t->right_ms};
    out[2] = (struct kept){"clockAheadSince", &t->ahead_since};
    out[3] = (struct kept){"clockHighest", &t->high_ms};
    out[4] = (struct kept){"clockBehindSince", &t->behind_since};
}

/* --- what the clock shows ------------------------------------------------- */

static int64_t
expected(const struct core_time *t, int64_t mono)
{
    return t->right_ms + mono - t->right_mono;
}

static bool
is_ahead(const struct core_time *t, int64_t wall, int64_t mono)
{
    return wall - expected(t, mono) > DAY_MS;
}

static bool
is_behind(const struct core_time *t, int64_t wall, int64_t mono)
{
    return expected(t, mono) - wall > DAY_MS;
}

static void
believe(struct core_time *t, int64_t wall)
{
    t->right_ms = wall;
    t->ahead_since = 0;
    t->behind_since = 0;
    t->leapt = false;
}

/* Believes the clock once it has been doubted SINCE long enough. */
static void
wait_out(struct core_time *t, int64_t wall, int64_t right, int64_t since)
{
    t->right_ms = right;
    if (right - since >= (int64_t)DAYS * DAY_MS)
        believe(t, wall);
}

/* A jump from a clock that was known to be wrong may have set it right. */
static void
doubt_ahead(struct core_time *t, int64_t wall, int64_t right)
{
    if (t->ahead_since == 0) {
        t->ahead_since = right;
        t->leapt = t->looked && t->behind_since == 0;
        t->behind_since = 0;
        log_event(LOG_WARNING, "clock jumped ahead", "does",
                  "old runs are not deleted for 3 days", NULL);
    }
    wait_out(t, wall, right, t->ahead_since);
}

static void
doubt_behind(struct core_time *t, int64_t wall, int64_t right)
{
    if (t->behind_since == 0) {
        t->behind_since = right;
        t->ahead_since = 0;
        t->leapt = false;
        log_event(LOG_WARNING, "clock is behind", "does",
                  "calls to hosts whose certificate is not trusted wait", NULL);
    }
    wait_out(t, wall, right, t->behind_since);
}

static void
look(struct core *core)
{
    struct core_time *t = &core->time;
    int64_t wall = clock_now_ms(), mono = clock_monotonic_ms();
    if (is_ahead(t, wall, mono))
        doubt_ahead(t, wall, expected(t, mono));
    else if (is_behind(t, wall, mono))
        doubt_behind(t, wall, expected(t, mono));
    else
        believe(t, wall);
    t->right_mono = mono;
    t->looked = true;
    (void)core_time_ms(core);
}

/* At half its pace it meets a clock that was set back, and never stands
 * still. A clock that may be wrong does not raise it for good. */
int64_t
core_time_ms(struct core *core)
{
    struct core_time *t = &core->time;
    int64_t wall = clock_now_ms(), mono = clock_monotonic_ms();
    int64_t least = t->high_ms + (mono - t->high_mono) / 2;
    if (wall <= least)
        return least;
    if (!is_ahead(t, wall, mono)) {
        t->high_ms = wall;
        t->high_mono = mono;
    }
    return wall;
}

bool
core_clock_is_steady(struct core *core)
{
    look(core);
    core->time.keep = true;
    return core->time.ahead_since == 0;
}

bool
core_clock_is_doubted(struct core *core)
{
    look(core);
    return core->time.ahead_since != 0 || core->time.behind_since != 0;
}

/* --- what the store keeps ------------------------------------------------- */

static enum err
read_one(struct core *core, const struct kept *k, struct error *e)
{
    struct db_stmt *q = db_use(core->db, RS_META_GET);
    db_text(q, k->key);
    if (db_row(q))
        *k->value = strtoll(db_get_text(q), NULL, 10);
    return db_end(q, e);
}

enum err
core_time_opened(struct core *core, struct error *e)
{
    struct core_time *t = &core->time;
    struct kept list[KEPT];
    enum err err = ERR_OK;
    if (t->looked)
        return ERR_OK; /* opened again: what is in memory is newer */
    list_kept(t, list);
    for (size_t i = 0; i < KEPT && err == ERR_OK; i++)
        err = read_one(core, &list[i], e);
    if (t->right_ms == 0)
        t->right_ms = t->kept_ms > 0 ? t->kept_ms : clock_now_ms();
    if (t->high_ms == 0)
        t->high_ms = t->kept_ms;
    t->kept_ms = 0;
    t->right_mono = t->high_mono = clock_monotonic_ms();
    look(core);
    return err;
}

static enum err
write_one(struct core *core, const struct kept *k, struct error *e)
{
    char text[24];
    snprintf(text, sizeof text, "%lld", (long long)*k->value);
    struct db_stmt *q = db_use(core->db, RS_META_SET);
    db_text(q, k->key);
    db_text(q, text);
    return db_run(q, e);
}

enum err
core_time_keep(struct core *core, bool changed, struct error *e)
{
    struct core_time *t = &core->time;
    struct kept list[KEPT];
    int64_t since = clock_now_ms() - t->kept_ms;
    enum err err = ERR_OK;
    if (!t->keep && (!changed || (since >= 0 && since < KEEP_TIME_MS)))
        return ERR_OK;
    look(core);
    t->kept_ms = clock_now_ms();
    t->keep = false;
    list_kept(t, list);
    for (size_t i = 0; i < KEPT && err == ERR_OK; i++)
        err = write_one(core, &list[i], e);
    return err;
}
