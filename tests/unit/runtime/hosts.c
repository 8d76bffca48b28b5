/* Hosts that do not serve: what one customer waits for keeps nobody else
 * waiting. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "runtime/executor/executor_private.h"
#include "store/runtime.h"
#include "tests/unit/runtime/runtime.h"

enum {
    FEW = 700,
    MANY = 10000,
    FAR_MS = 600000,
    NEAR_MS = 5,
    IN_MEMORY = 64,
    SHARE = 32,
    TWO_SHARES = 48, /* of the 64 calls that may be out at a host … */
    AT_HOST = 64,
    FLOOD = 448 /* … and of the 512 in all at one that is full */
};

static struct world w;

/* --- hosts that do not serve --------------------------------------------- */

static bool
all_have_asked(struct world *world, void *ctx)
{
    (void)ctx;
    return world->arrived >= FEW;
}

/* Sabotage: let keep_waiting() of lane.c always set r->stays, and lane_room()
 * take no runs that wait from those in memory. */
static void
a_host_that_is_down(void)
{
    struct place p;
    executor_set_backoff(w.runtime.executor, FAR_MS);
    place_calls(&w, &p, "GET", "/dead");
    w.dead = "/dead";
    w.arrived = 0;
    place_events(&w, &p, FEW);
    world_serves_another(&w);
    world_until(&w, all_have_asked, NULL);
    world_serves_another(&w);
    CHECK(executor_count(w.runtime.executor) <= IN_MEMORY);
    executor_set_backoff(w.runtime.executor, NEAR_MS);
    place_empty(&w, &p);
}

static bool
its_share_is_held(struct world *world, void *ctx)
{
    (void)ctx;
    return world->held_count >= SHARE;
}

static enum err
look_at_waits(struct core *core, void *ctx, struct error *e)
{
    return executor_waits(core, 0, ctx, e);
}

/* At the very same host and port. Sabotage: let executor_waits() count every
 * lane in "others" (/healthz is 503 then). */
static void
a_host_that_does_not_answer(void)
{
    struct place p;
    struct executor_waits waits;
    place_calls(&w, &p, "GET", "/silent");
    w.silent = "/silent";
    place_events(&w, &p, MANY);
    world_serves_another(&w);
    world_until(&w, its_share_is_held, NULL);
    world_serves_another(&w);
    for (int i = 0; i < 50; i++)
        world_tick(&w);
    CHECK_INT(w.held_count, SHARE);
    CHECK_INT(world_do(&w, look_at_waits, &waits), ERR_OK);
    CHECK_INT(waits.own, 1);
    CHECK_INT(waits.others, 0);
    CHECK(executor_count(w.runtime.executor) <= IN_MEMORY);
    place_empty(&w, &p);
}

static bool
two_shares_are_held(struct world *world, void *ctx)
{
    (void)ctx;
    return world->held_count >= TWO_SHARES;
}

/* Two customers with calls at the very same host leave places there: as many
 * are free as each has taken. Sabotage: let host_room() of gate.c give what is
 * free, whatever the installation has out. */
static void
a_host_of_several_customers(void)
{
    struct place first, second;
    place_calls(&w, &first, "GET", "/silent");
    place_calls(&w, &second, "GET", "/silent");
    w.silent = "/silent";
    place_events(&w, &first, 2 * SHARE);
    world_until(&w, its_share_is_held, NULL);
    place_events(&w, &second, 2 * SHARE);
    world_until(&w, two_shares_are_held, NULL);
    for (int i = 0; i < 50; i++)
        world_tick(&w);
    CHECK_INT(w.held_count, TWO_SHARES);
    world_serves_another(&w);
    place_cancel_all(&w, &second);
    place_empty(&w, &first);
}

/* --- a host that is full ------------------------------------------------- */

static int64_t
next_due_in(void)
{
    int64_t now = clock_now_ms();
    return world_int(&w, RS_RUN_NEXT_DUE, now) - now;
}

/* One that has timed out waits for another attempt. */
static bool
no_call_has_ended(void)
{
    return next_due_in() > FAR_MS;
}

static bool
so_many_are_held(struct world *world, void *most)
{
    return world->held_count >= *(const size_t *)most;
}

/* However many customers have calls at a host that does not answer, the next
 * one has a place there, and one that has a call there waits. Sabotage: give
 * host_room() of gate.c no place where the host is full. */
static void
a_host_that_customers_fill(void)
{
    enum { CROWD = 10 };
    struct place crowd[CROWD];
    size_t full = AT_HOST;
    struct executor_waits waits;
    executor_set_backoff(w.runtime.executor, FAR_MS);
    w.silent = "/silent";
    for (size_t i = 0; i < CROWD; i++) {
        place_calls(&w, &crowd[i], "GET", "/silent");
        place_events(&w, &crowd[i], AT_HOST);
    }
    world_until(&w, so_many_are_held, &full);
    world_serves_another(&w);
    for (int i = 0; i < 50; i++)
        world_tick(&w);
    CHECK(w.held_count < AT_HOST + CROWD);
    CHECK(no_call_has_ended());
    CHECK_INT(world_do(&w, look_at_waits, &waits), ERR_OK);
    CHECK_INT(waits.full_hosts, 1);
    CHECK_INT(waits.own, CROWD);
    executor_set_backoff(w.runtime.executor, NEAR_MS);
    for (size_t i = 1; i < CROWD; i++)
        place_cancel_all(&w, &crowd[i]);
    place_empty(&w, crowd);
}

/* Whether an installation may make one more call; it is out then. */
static bool
calls(struct executor *x, int64_t installation, const char *url)
{
    struct run r = {.n = installation, .installation = installation};
    struct flying f = {
        .run = r.n, .step = (int64_t)x->out, .lane = installation};
    char turn[RUN_TURN_SIZE];
    const struct secret none = {0};
    bool passes = gate_pass(x, &r, url, &none, &f.passage, turn);
    if (passes)
        executor_fly(x, &f);
    return passes;
}

/* Sabotage: let host_room() of gate.c leave nothing to other hosts. */
static void
a_host_that_customers_flood(void)
{
    static struct executor x;
    int64_t newest = 0;
    do
        newest++;
    while (calls(&x, newest, "https://flooded.example.com/"));
    CHECK_INT(x.out, FLOOD);
    CHECK_INT(gate_full_hosts(&x), 1);
    CHECK(!calls(&x, 1, "https://flooded.example.com/"));
    CHECK(calls(&x, newest, "https://quiet.example.com/"));
    for (int64_t i = 1; i <= 2; i++)
        executor_land(&x, i, i - 1);
    CHECK(calls(&x, newest, "https://flooded.example.com/"));
    CHECK(!calls(&x, newest, "https://flooded.example.com/"));
    for (int64_t i = 1; i <= newest; i++)
        for (int64_t step = 0; x.out > 0 && step < 2 * FLOOD; step++)
            executor_land(&x, i, step);
    CHECK_INT(x.out, 0);
    CHECK_INT(gate_full_hosts(&x), 0);
    lanes_free(&x);
    gates_free(&x);
}

/* How many of the SPELLINGS pass for one customer after the other, until a host
 * is full. */
static size_t
calls_until_full(const char *const *spellings, size_t n)
{
    static struct executor x;
    size_t passed = 0;
    while (gate_full_hosts(&x) == 0 && passed < FLOOD) {
        const char *url = spellings[passed % n];
        CHECK(calls(&x, (int64_t)++passed, url));
    }
    for (size_t i = 0; i < passed; i++)
        executor_land(&x, (int64_t)i + 1, (int64_t)i);
    CHECK_INT(x.out, 0);
    lanes_free(&x);
    gates_free(&x);
    return passed;
}

/* Sabotage: let host_gate() of gate.c take the URL as it is written. */
static void
a_host_in_other_spellings(void)
{
    static const char *const names[] = {
        "https://flooded.example.com/",
        "https://Flooded.EXAMPLE.com/a?b=https://c.example.com#d",
        "https://flooded.example.com./",
        "https://flooded.example.com:443/",
        "https://FLOODED.example.com.:0443",
        "HTTPS://flooded.example.com"};
    static const char *const numbers[] = {
        "https://203.0.113.5/", "https://0xcb.0.113.5/", "https://203.0.28933/",
        "https://3405803781:443/"};
    static const char *const long_numbers[] = {
        "https://[2001:db8::5]/", "https://[2001:DB8:0:0::5]:443/",
        "https://[2001:0db8:0000:0000:0000:0000:0000:0005]/"};
    static const char *const others[] = {"https://flooded.example.com/",
                                         "https://flooded.example.com:8443/"};
    CHECK_INT(calls_until_full(names, sizeof names / sizeof *names), AT_HOST);
    CHECK_INT(calls_until_full(numbers, sizeof numbers / sizeof *numbers),
              AT_HOST);
    CHECK_INT(calls_until_full(long_numbers,
                               sizeof long_numbers / sizeof *long_numbers),
              AT_HOST);
    CHECK_INT(calls_until_full(others, sizeof others / sizeof *others),
              2 * AT_HOST - 1);
}

/* A socket whose connections the kernel takes and nobody serves. */
static int
listen_only(int *port)
{
    struct sockaddr_in a = {.sin_family = AF_INET,
                            .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t n = sizeof a;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CHECK_INT(bind(fd, (struct sockaddr *)&a, sizeof a), 0);
    CHECK_INT(listen(fd, 1024), 0);
    CHECK_INT(getsockname(fd, (struct sockaddr *)&a, &n), 0);
    *port = ntohs(a.sin_port);
    return fd;
}

static void
a_host_that_never_connects(void)
{
    struct place p;
    int port, fd = listen_only(&port);
    char *url = mem_printf("https://127.0.0.1:%d/", port);
    place_calls(&w, &p, "GET", url);
    place_events(&w, &p, FEW);
    world_serves_another(&w);
    CHECK(executor_count(w.runtime.executor) <= IN_MEMORY);
    world_serves_another(&w);
    place_empty(&w, &p);
    close(fd);
    free(url);
}

void
test_runtime_hosts(void)
{
    static const struct test tests[] = {
        {"a host that is down", a_host_that_is_down},
        {"a host that does not answer", a_host_that_does_not_answer},
        {"a host of several customers", a_host_of_several_customers},
        {"a host that customers fill", a_host_that_customers_fill},
        {"a host that customers flood", a_host_that_customers_flood},
        {"a host in other spellings", a_host_in_other_spellings},
        {"a host that never connects", a_host_that_never_connects},
        {NULL, NULL}};
    world_start(&w);
    test_run("hosts", tests);
    failed_tests += test_result();
    world_stop(&w);
}
