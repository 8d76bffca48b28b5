/* The clock of the store's host: judged, kept, and what expires by it. */
#include "manager/session/host_clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "manager/session/operation.h"

#define DAY_MS ((int64_t)24 * 60 * 60 * 1000)
#define DOUBT_MS (3 * DAY_MS)
#define KEEP_MS ((int64_t)10 * 60 * 1000) /* it is written no more often */

/* --- judging -------------------------------------------------------------- */

static bool
is_near(int64_t a, int64_t b)
{
    return a - b <= DAY_MS && b - a <= DAY_MS;
}

/* How long ago it was looked at, as far as that is known: on the same start of
 * the machine, or since a later one, no less time has passed than this. */
static int64_t
passed(const struct host_clock *c, int64_t boot)
{
    return boot > c->boot ? boot - c->boot : 0;
}

enum host_clock_verdict
host_clock_judge(const struct host_clock *c, int64_t wall, int64_t boot)
{
    if (is_near(wall, c->right) || is_near(wall, c->right + passed(c, boot)))
        return HOST_CLOCK_RIGHT;
    return wall > c->right ? HOST_CLOCK_AHEAD : HOST_CLOCK_BEHIND;
}

/* How much of the time since the last look counts, a day at most: a store that
 * another machine used, and a wrong clock seen now and then, prove no more. A
 * machine that was started since counts by its clock. */
static int64_t
counted(const struct host_clock *c, int64_t wall, int64_t boot)
{
    int64_t ms = boot >= c->boot ? boot - c->boot : wall - c->seen;
    return ms < 0 ? 0 : ms < DAY_MS ? ms : DAY_MS;
}

int64_t
host_clock_trusted(const struct host_clock *c, int64_t wall, int64_t boot)
{
    return host_clock_judge(c, wall, boot) == HOST_CLOCK_AHEAD
               ? c->right + counted(c, wall, boot)
               : wall;
}

/* The look that begins a doubt counts nothing: before it the clock may have
 * been right. */
static void
doubt(struct host_clock *c, int sign, int64_t ms)
{
    int64_t since = c->doubted * sign;
    c->doubted = sign * (since > 0 ? since + ms : 1);
}

void
host_clock_look(struct host_clock *c, int64_t wall, int64_t boot)
{
    enum host_clock_verdict v = host_clock_judge(c, wall, boot);
    int64_t ms = counted(c, wall, boot);
    if (v != HOST_CLOCK_RIGHT)
        doubt(c, v == HOST_CLOCK_AHEAD ? 1 : -1, ms);
    if (v == HOST_CLOCK_RIGHT || c->doubted >= DOUBT_MS ||
        -c->doubted >= DOUBT_MS) {
        c->right = wall;
        c->doubted = 0;
    } else {
        c->right += ms;
    }
    c->boot = boot;
    c->seen = wall;
}

/* --- in the store --------------------------------------------------------- */

void
host_clock_write(const struct host_clock *c, char out[HOST_CLOCK_TEXT_SIZE])
{
    snprintf(out, HOST_CLOCK_TEXT_SIZE,
             "%" PRId64 " %" PRId64 " %" PRId64 " %" PRId64, c->right, c->boot,
             c->seen, c->doubted);
}

enum err
host_clock_read(struct manager *m, struct host_clock *c, struct error *e)
{
    char text[HOST_CLOCK_TEXT_SIZE], *at = text;
    enum err err = operation_meta(m, HOST_CLOCK_KEY, text, sizeof text, e);
    int64_t *parts[] = {&c->right, &c->boot, &c->seen, &c->doubted};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        *parts[i] = err == ERR_OK ? strtoll(at, &at, 10) : 0;
    return err;
}

enum err
host_clock_expiry(struct manager *m, int64_t *out, struct error *e)
{
    struct host_clock c;
    enum err err = host_clock_read(m, &c, e);
    *out = host_clock_trusted(&c, operation_now(m), clock_boot_ms());
    return err;
}

static bool
is_worth_keeping(const struct host_clock *was, const struct host_clock *is)
{
    return !was->doubted != !is->doubted || is->boot < was->boot ||
           is->boot - was->boot >= KEEP_MS || is->seen < was->seen ||
           is->seen - was->seen >= KEEP_MS;
}

/* A clock that is doubted, or believed though it was: WAS says what the store
 * expected. */
static enum err
record(struct manager *m, const struct host_clock *was,
       const struct host_clock *is, struct error *e)
{
    char expected[CLOCK_TEXT_SIZE], shown[CLOCK_TEXT_SIZE];
    clock_format(expected, was->right);
    clock_format(shown, is->seen);
    char *after = mem_printf("{\"expected\":\"%s\",\"shown\":\"%s\","
                             "\"trusted\":%s}",
                             expected, shown, is->doubted ? "false" : "true");
    enum err err = operation_audit(m, "store", "", NULL, NULL, after, e);
    free(after);
    return err;
}

static enum err
keep(struct manager *m, const struct host_clock *was,
     const struct host_clock *is, struct error *e)
{
    char text[HOST_CLOCK_TEXT_SIZE];
    host_clock_write(is, text);
    struct db_stmt *q = db_use(manager_db(m), CS_META_SET);
    db_text(q, HOST_CLOCK_KEY);
    db_text(q, text);
    enum err err = db_run(q, e);
    if (err == ERR_OK && !was->doubted != !is->doubted)
        return record(m, was, is, e);
    operation_unaudited(m, "when the clock was looked at");
    return err;
}

/* Looks within the open operation; *IS becomes what is to be kept. */
static enum err
look(struct manager *m, struct host_clock *was, struct host_clock *is,
     struct error *e)
{
    enum err err = host_clock_read(m, was, e);
    *is = *was;
    host_clock_look(is, operation_now(m), clock_boot_ms());
    return err;
}

enum err
host_clock_keep(struct manager *m, struct error *e)
{
    struct host_clock was, is;
    enum err err = operation_begin(m, ACTION_SHEET_LIST, e);
    if (err == ERR_OK)
        err = look(m, &was, &is, e);
    err = operation_end(m, err, e);
    if (err != ERR_OK || !is_worth_keeping(&was, &is))
        return err;
    err = operation_begin(m, ACTION_CLOCK, e);
    if (err == ERR_OK)
        err = look(m, &was, &is, e);
    if (err == ERR_OK)
        err = keep(m, &was, &is, e);
    return operation_end(m, err, e);
}
