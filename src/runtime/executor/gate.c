/*
 * Limits of calls that are out: in all, of an installation, at a host, of an
 * account as its connector says. Each is counted in memory; a run that is
 * stopped waits in the journal, under the name of the limit.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "runtime/executor/executor_private.h"
#include "runtime/outbound/url.h"

enum {
    CALLS = 512,        /* out at once */
    CALLS_OF_LANE = 32, /* of one installation */
    CALLS_AT_HOST = 64,
    CALLS_ELSEWHERE = 64, /* that a host which is full leaves to others */
    QUIET_MS = 60000,     /* without a full host before the log says it again */
    SECOND_MS = 1000,
    RATE_MAX = 1000, /* starts that are remembered */
    TAKEN_AT_ONCE = 64,
    SITE_MAX = 290 /* with what stands before it in RUN_TURN_SIZE */
};

/* What all installations have out at a host and port. */
struct host {
    struct host *next;
    char *name;
    size_t gates, out; /* that share it; their calls */
    int64_t full_ms;   /* when it was full last (monotonic); 0: never */
};

struct gate {
    struct gate *next;
    char *name;        /* as a run's turn in the journal */
    struct host *host; /* NULL: an account */
    int64_t lane;      /* the installation (row) at a host */
    size_t out;        /* calls */
    size_t concurrent; /* at most; 0: any number */
    int64_t *starts;   /* of the last calls (monotonic), a ring */
    size_t rate, at;   /* its size, its oldest */
    int64_t window_ms; /* in which there may be as many */
    bool waited_for;   /* runs in the journal may wait for it … */
    int64_t waited_ms; /* … since it let none through (monotonic) … */
    int64_t waiter;    /* … those of this installation (row) … */
    bool several;      /* … and perhaps of others */
    int64_t last;      /* the installation (row) that was let through last */
    int64_t *tickets;  /* runs (rows) that were let through and have not come
                          yet, the last TAKEN_AT_ONCE; NULL: none … */
    size_t ticket;     /* … and where the next one goes */
};

/* --- a fair share -------------------------------------------------------- */

static size_t
at_most(size_t n, size_t most)
{
    return n < most ? n : most;
}

/* A quarter of what is free: however many installations have calls out that do
 * not end, the next one finds places. */
size_t
gate_share(const struct executor *x)
{
    size_t left = x->out < CALLS ? CALLS - x->out : 0;
    return left ? at_most(left / 4 + 1, CALLS_OF_LANE) : 0;
}

/* --- gates --------------------------------------------------------------- */

static struct gate *
gate_named(struct executor *x, const char *name)
{
    for (struct gate *g = x->gates; g; g = g->next)
        if (strcmp(g->name, name) == 0)
            return g;
    struct gate *g = mem_alloc(sizeof *g);
    g->name = mem_strdup(name);
    g->next = x->gates;
    x->gates = g;
    return g;
}

static struct host *
host_named(struct executor *x, const char *name)
{
    for (struct host *h = x->hosts; h; h = h->next)
        if (strcmp(h->name, name) == 0)
            return h;
    struct host *h = mem_alloc(sizeof *h);
    h->name = mem_strdup(name);
    h->next = x->hosts;
    x->hosts = h;
    return h;
}

static void
leave_host(struct executor *x, struct host *host)
{
    struct host **at = &x->hosts;
    if (!host || --host->gates > 0)
        return;
    while (*at != host)
        at = &(*at)->next;
    *at = host->next;
    free(host->name);
    free(host);
}

static void
gate_free(struct executor *x, struct gate *g)
{
    leave_host(x, g->host);
    free(g->starts);
    free(g->tickets);
    free(g->name);
    free(g);
}

void
gates_free(struct executor *x)
{
    while (x->gates) {
        struct gate *g = x->gates;
        x->gates = g->next;
        gate_free(x, g);
    }
}

/* When one more call may start, by the rate alone (monotonic); 0: now. */
static int64_t
rate_ms(const struct gate *g)
{
    if (!g->starts || !g->starts[g->at])
        return 0;
    int64_t then = g->starts[g->at] + g->window_ms;
    return then > clock_monotonic_ms() ? then : 0;
}

/* Starts that the rate allows now. */
static size_t
rate_room(const struct gate *g)
{
    size_t room = 0;
    int64_t now = clock_monotonic_ms();
    if (!g->starts)
        return SIZE_MAX;
    while (room < g->rate) {
        int64_t start = g->starts[(g->at + room) % g->rate];
        if (start && start + g->window_ms > now)
            break;
        room++;
    }
    return room;
}

/* Nothing is lost with it: no call, nobody who waits, no start that the rate
 * counts. */
static bool
is_idle(const struct gate *g)
{
    return g->out == 0 && !g->waited_for &&
           (!g->starts || rate_room(g) == g->rate);
}

static bool
is_full(const struct host *h)
{
    return h->out >= CALLS_AT_HOST;
}

/* An installation may have as many calls at a host as are free there. Where
 * none is, one that has no call there has one all the same: the next customer
 * does not wait for the calls of others. */
static size_t
host_room(const struct executor *x, const struct gate *gate)
{
    if (is_full(gate->host))
        return gate->out == 0 && x->out < CALLS - CALLS_ELSEWHERE;
    size_t share = at_most(CALLS_AT_HOST - gate->host->out, CALLS_OF_LANE);
    return share > gate->out ? share - gate->out : 0;
}

static size_t
room(const struct executor *x, const struct gate *g)
{
    if (g->host)
        return host_room(x, g);
    size_t rate = rate_room(g);
    if (!g->concurrent)
        return rate;
    return at_most(rate, g->concurrent > g->out ? g->concurrent - g->out : 0);
}

/* --- calls that are out -------------------------------------------------- */

static struct flying **
find_flying(struct executor *x, int64_t run, int64_t step)
{
    struct flying **at = &x->flying[(uint64_t)run % EXECUTOR_BUCKETS];
    while (*at && ((*at)->run != run || (*at)->step != step))
        at = &(*at)->next;
    return at;
}

bool
executor_flies(struct executor *x, int64_t run, int64_t step)
{
    return *find_flying(x, run, step) != NULL;
}

bool
executor_calls(const struct executor *x, int64_t run)
{
    const struct flying *f = x->flying[(uint64_t)run % EXECUTOR_BUCKETS];
    while (f && f->run != run)
        f = f->next;
    return f != NULL;
}

/* Says it once until the host was not full for a minute. */
static void
note_full(struct host *h)
{
    int64_t now = clock_monotonic_ms(), before = h->full_ms;
    h->full_ms = now;
    if (!before || now - before > QUIET_MS)
        log_event(LOG_WARNING, "host is full", "host", h->name, "message",
                  "as many calls are out there as may be; an installation "
                  "that has none there makes one call at a time",
                  NULL);
}

static void
count_start(struct gate *g)
{
    if (!g)
        return;
    g->out++;
    if (g->host && ++g->host->out >= CALLS_AT_HOST)
        note_full(g->host);
    if (g->starts) {
        g->starts[g->at] = clock_monotonic_ms();
        g->at = (g->at + 1) % g->rate;
    }
}

static void
count_end(struct executor *x, struct gate *g)
{
    struct gate **at = &x->gates;
    if (!g)
        return;
    g->out--;
    if (g->host)
        g->host->out--;
    if (!is_idle(g))
        return;
    while (*at != g)
        at = &(*at)->next;
    *at = g->next;
    gate_free(x, g);
}

void
executor_fly(struct executor *x, const struct flying *flying)
{
    struct flying **at = find_flying(x, flying->run, flying->step);
    *at = mem_alloc(sizeof **at);
    **at = *flying;
    (*at)->next = NULL;
    x->out++;
    lane_of(x, flying->lane)->out++;
    count_start(flying->passage.account);
    count_start(flying->passage.host);
    memory_called(x, flying->run);
}

void
executor_land(struct executor *x, int64_t run, int64_t step)
{
    struct flying **at = find_flying(x, run, step), *f = *at;
    if (!f)
        return;
    *at = f->next;
    x->out--;
    x->landed++;
    lane_of(x, f->lane)->out--;
    count_end(x, f->passage.account);
    count_end(x, f->passage.host);
    free(f);
}

/* --- an account's limits ------------------------------------------------- */

static void
set_rate(struct gate *g, double per_second)
{
    double rate = per_second < RATE_MAX ? per_second : RATE_MAX;
    if (rate <= 0)
        return;
    size_t size = rate < 1 ? 1 : (size_t)rate;
    if (g->rate != size) {
        free(g->starts);
        g->starts = mem_array(size, sizeof *g->starts);
        g->rate = size;
        g->at = 0;
    }
    g->window_ms = (int64_t)(SECOND_MS * (double)size / rate);
}

static struct gate *
account_gate(struct executor *x, const struct secret *secret)
{
    char name[RUN_TURN_SIZE], account[DIGEST_SIZE];
    const struct value *limit =
        secret->connector ? connector_rate_limit(secret->connector) : NULL;
    if (!secret->n || !limit)
        return NULL;
    account_name(account, secret, x->account_key);
    snprintf(name, sizeof name, "account %s", account);
    struct gate *g = gate_named(x, name);
    size_t n = 0;
    const char *rate = value_text(value_get(limit, "perSecond"), &n);
    int64_t calls = value_int_or(value_get(limit, "concurrent"), 0);
    g->concurrent = calls > 0 ? (size_t)calls : 0;
    if (n)
        set_rate(g, strtod(rate, NULL));
    return g;
}

/* Appends what all spellings of the host and port of URL have in common. The
 * client refuses a URL that it cannot read; those share a name. */
static void
add_site(struct buf *out, const char *url)
{
    struct buf site;
    buf_init(&site, SITE_MAX);
    if (outbound_url_site(&site, url))
        buf_add(out, site.data, site.len);
    buf_clear(&site);
}

static struct gate *
host_gate(struct executor *x, int64_t lane, const char *url)
{
    struct buf name;
    buf_init(&name, RUN_TURN_SIZE - 1);
    buf_addf(&name, "host %lld ", (long long)lane);
    size_t at = name.len;
    add_site(&name, url);
    struct gate *g = gate_named(x, buf_str(&name));
    if (!g->host) {
        g->host = host_named(x, buf_str(&name) + at);
        g->host->gates++;
        g->lane = lane;
    }
    buf_clear(&name);
    return g;
}

/* Where the ticket of RUN (row) is, or NULL. */
static int64_t *
find_ticket(const struct gate *g, int64_t run)
{
    for (size_t i = 0; g->tickets && i < TAKEN_AT_ONCE; i++)
        if (g->tickets[i] == run)
            return &g->tickets[i];
    return NULL;
}

/* Whether runs of other installations wait for the account, so that R comes
 * after them: a run that makes one call after the other would find its own
 * place free each time. */
static bool
others_are_next(const struct gate *g, const struct run *r)
{
    return g->waited_for && (g->several || g->waiter != r->installation) &&
           !find_ticket(g, r->n);
}

static void
take_ticket(struct gate *g, const struct run *r)
{
    int64_t *ticket = g ? find_ticket(g, r->n) : NULL;
    if (ticket)
        *ticket = 0;
}

/* The first limit that R has to wait for, or NULL. */
static struct gate *
find_shut(const struct executor *x, const struct passage *p,
          const struct run *r)
{
    if (p->account && (!room(x, p->account) || others_are_next(p->account, r)))
        return p->account;
    return room(x, p->host) ? NULL : p->host;
}

static void
wait_for(struct executor *x, struct gate *g, int64_t lane)
{
    if (!g->waited_for) {
        g->waited_ms = clock_monotonic_ms();
        g->waiter = lane;
    }
    g->several = g->several || g->waiter != lane;
    g->waited_for = x->gate_waited_for = true;
}

bool
gate_pass(struct executor *x, const struct run *r, const char *url,
          const struct secret *secret, struct passage *out,
          char turn[RUN_TURN_SIZE])
{
    struct lane *lane = lane_of(x, r->installation);
    turn[0] = '\0';
    *out = (struct passage){NULL, NULL};
    if (lane->out >= gate_share(x)) {
        lane->refused = x->landed;
        return false;
    }
    *out = (struct passage){account_gate(x, secret),
                            host_gate(x, r->installation, url)};
    struct gate *shut = find_shut(x, out, r);
    if (!shut || shut == out->account)
        take_ticket(out->account, r);
    if (!shut)
        return true;
    if (shut == out->host)
        out->account = NULL;
    wait_for(x, shut, r->installation);
    snprintf(turn, RUN_TURN_SIZE, "%s", shut->name);
    return false;
}

const char *
gate_message(const struct passage *stopped)
{
    const struct gate *g = stopped->account;
    if (!g)
        return "as many calls are out as the host may have";
    if (g->concurrent && g->out >= g->concurrent)
        return "as many calls are out as the account may have";
    return rate_room(g) == 0
               ? "as many calls started as the rate limit of the account "
                 "allows"
               : "another integration of the customer is next to call the "
                 "account";
}

/* --- turns --------------------------------------------------------------- */

/* RUN goes on, and passes though others wait. */
static enum err
end_turn(struct core *core, struct gate *g, const struct rs_turn *run,
         struct error *e)
{
    struct db_stmt *q = db_use(core_db(core), RS_RUN_GO_ON);
    db_int(q, clock_now_ms());
    db_int(q, run->n);
    executor_again(core, run->n, run->lane);
    if (!g->host && !g->tickets)
        g->tickets = mem_array(TAKEN_AT_ONCE, sizeof *g->tickets);
    if (!g->host) {
        g->tickets[g->ticket] = run->n;
        g->ticket = (g->ticket + 1) % TAKEN_AT_ONCE;
    }
    return db_run(q, e);
}

/* The run that has waited longest of the first installation behind LANE. */
static enum err
find_behind(struct core *core, const struct gate *g, int64_t lane,
            struct rs_turn *out, bool *found, struct error *e)
{
    struct db_stmt *q = db_use(core_db(core), RS_RUN_OF_TURN);
    db_text(q, g->name);
    db_int(q, lane);
    *found = rs_turn_next(q, out);
    return db_end(q, e);
}

/* The run whose turn it is: the installations that wait follow one another. */
static enum err
next_turn(struct core *core, struct gate *g, struct rs_turn *out, bool *found,
          struct error *e)
{
    int64_t last = g->last;
    enum err err = find_behind(core, g, last, out, found, e);
    if (err == ERR_OK && !*found && last)
        err = find_behind(core, g, 0, out, found, e);
    if (err != ERR_OK || !*found)
        return err;
    if (out->lane == last) { /* no other waits */
        g->waiter = last;
        g->several = false;
    }
    g->last = out->lane;
    return err;
}

static enum err
let_through(struct core *core, struct gate *g, size_t most, struct error *e)
{
    enum err err = ERR_OK;
    bool found = true;
    size_t n = 0;
    while (n < most && err == ERR_OK && found) {
        struct rs_turn next;
        err = next_turn(core, g, &next, &found, e);
        if (err == ERR_OK && found) {
            err = end_turn(core, g, &next, e);
            n++;
        }
    }
    if (err == ERR_OK && n == 0)
        g->waited_for = g->several = false;
    g->waited_ms = clock_monotonic_ms();
    return err;
}

enum err
gates_open(struct core *core, struct executor *x, int64_t *alarm_ms,
           struct error *e)
{
    enum err err = ERR_OK;
    bool waited_for = false;
    for (struct gate **at = &x->gates; *at && err == ERR_OK;) {
        struct gate *g = *at;
        size_t most = g->waited_for ? at_most(room(x, g), TAKEN_AT_ONCE) : 0;
        int64_t next = g->waited_for ? rate_ms(g) : 0;
        if (most)
            err = let_through(core, g, most, e);
        if (next && next < *alarm_ms)
            *alarm_ms = next;
        waited_for = waited_for || g->waited_for;
        if (is_idle(g)) {
            *at = g->next;
            gate_free(x, g);
        } else {
            at = &g->next;
        }
    }
    x->gate_waited_for = waited_for || err != ERR_OK;
    return err;
}

/* --- hosts that are full ------------------------------------------------- */

size_t
gate_full_hosts(const struct executor *x)
{
    size_t full = 0;
    for (const struct host *h = x->hosts; h; h = h->next)
        full += is_full(h);
    return full;
}

enum err
gate_lanes_waiting(struct core *core, struct executor *x, int64_t ms,
                   void (*each)(struct lane *lane, void *ctx), void *ctx,
                   struct error *e)
{
    int64_t before = clock_monotonic_ms() - ms;
    enum err err = ERR_OK;
    for (const struct gate *g = x->gates; g && err == ERR_OK; g = g->next) {
        struct rs_turn next;
        bool waited_for = false; /* or those that waited were cancelled */
        if (g->host && g->waited_for && g->waited_ms <= before)
            err = find_behind(core, g, 0, &next, &waited_for, e);
        if (waited_for)
            each(lane_of(x, g->lane), ctx);
    }
    return err;
}
