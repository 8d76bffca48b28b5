/* Large answers: few are in memory, and customers take turns. */
#include <arpa/inet.h>
#include <unistd.h>

#include "base/clock.h"
#include "http/client.h"
#include "runtime/outbound/places.h"
#include "tests/unit/http/http.h"
#include "tests/unit/http/sink.h"
#include "tests/unit/test.h"

static const struct places_limits limits = {.all = 8, .second = 4, .group = 2};

static struct place *
ask(struct places *p, int64_t group)
{
    return places_ask(p, group, 1);
}

/* Sabotage: let next_in_turn() of places.c find none. */
static void
test_places_take_turns(void)
{
    struct places *p = places_new(&limits);
    struct place *held[8], *waits[4];
    for (int i = 0; i < 8; i++) { /* 0, 0, 1, 1, and one each */
        held[i] = ask(p, i < 4 ? i / 2 : i);
        CHECK(place_is_held(held[i]));
    }
    for (int i = 0; i < 3; i++) /* many of one, and one of another */
        waits[i] = ask(p, 100);
    waits[3] = ask(p, 101);
    CHECK_INT(places_waiting(p), 4);
    place_give_back(held[0]);
    place_give_back(held[1]);
    CHECK(place_is_held(waits[0]) && place_is_held(waits[3]));
    for (int i = 2; i < 7; i++)
        place_give_back(held[i]);
    CHECK(place_is_held(waits[1]) && !place_is_held(waits[2]));
    held[0] = ask(p, 102); /* the one that waits may not have it */
    CHECK(place_is_held(held[0]));
    place_give_back(waits[0]);
    place_give_back(held[7]);
    CHECK(place_is_held(waits[2]));
    place_give_back(waits[1]);
    place_give_back(waits[2]);
    places_free(p);
    place_give_back(waits[3]);
    place_give_back(held[0]);
}

/* Sabotage: let may_hold() of places.c not count a group, or next_in_turn()
 * take the first that it finds. */
static void
test_no_group_takes_all(void)
{
    struct places *p = places_new(&limits);
    struct place *held[4];
    for (int i = 0; i < 4; i++)
        held[i] = ask(p, i);
    struct place *many[] = {ask(p, 0), ask(p, 0)};
    struct place *other = ask(p, 1);
    place_give_back(held[3]);
    CHECK(place_is_held(many[0]));
    place_give_back(held[0]);
    CHECK(place_is_held(other) && !place_is_held(many[1]));
    place_give_back(held[1]);
    CHECK(place_is_held(many[1]));
    struct place *third = ask(p, 0);
    place_give_back(held[2]);
    CHECK(!place_is_held(third));
    place_give_back(third);
    place_give_back(many[0]);
    place_give_back(many[1]);
    place_give_back(other);
    places_free(p);
}

/* Four groups with two slow answers each, then a fifth. Sabotage: let
 * may_hold() of places.c give a second place as long as any is free. */
static void
test_four_groups_leave_a_place(void)
{
    struct places *p = places_new(&limits);
    struct place *slow[8];
    for (int i = 0; i < 8; i++)
        slow[i] = ask(p, i / 2);
    struct place *fifth = ask(p, 100);
    CHECK(place_is_held(fifth));
    CHECK_INT(places_waiting(p), 2);
    for (int i = 0; i < 8; i++) /* nobody is forgotten */
        place_give_back(slow[i]);
    CHECK_INT(places_waiting(p), 0);
    place_give_back(fifth);
    places_free(p);
}

/* A second place and, of another group, a first one. Sabotage: let
 * place_give_back() give one place only. */
static void
test_one_given_back_may_serve_two(void)
{
    struct places *p = places_new(&limits);
    struct place *held[4];
    for (int i = 0; i < 4; i++)
        held[i] = ask(p, i);
    struct place *second = ask(p, 1), *again = ask(p, 0);
    CHECK_INT(places_waiting(p), 2);
    place_give_back(held[0]);
    CHECK(place_is_held(second) && place_is_held(again));
    for (int i = 1; i < 4; i++)
        place_give_back(held[i]);
    place_give_back(again);
    place_give_back(second);
    places_free(p);
}

/* Light ones of others come before it, but do not pass it. Sabotage: let
 * places_ask() of places.c not look at first_waits(), or next_in_turn() take
 * who may hold a place at once. */
static void
test_light_ones_do_not_pass_a_heavy_one(void)
{
    struct places *p = places_new(&limits);
    struct place *held[] = {places_ask(p, 0, 3), places_ask(p, 1, 3)};
    struct place *heavy = places_ask(p, 2, 6), *light = places_ask(p, 3, 1);
    CHECK(!place_is_held(heavy) && !place_is_held(light));
    place_give_back(held[0]);
    CHECK(!place_is_held(heavy) && !place_is_held(light));
    place_give_back(held[1]);
    CHECK(place_is_held(heavy) && place_is_held(light));
    CHECK_INT(places_weight(p), 7);
    place_give_back(heavy);
    place_give_back(light);
    places_free(p);
}

/* Sabotage: let place_weigh() of places.c hold whatever it weighs, or not let
 * the next hold. */
static void
test_what_grows_waits_for_room(void)
{
    struct places *p = places_new(&limits);
    struct place *first = places_ask(p, 0, 2), *second = places_ask(p, 1, 2);
    CHECK(place_weigh(first, 6));
    CHECK(!place_weigh(second, 3));
    CHECK_INT(places_weight(p), 6);
    CHECK(place_weigh(first, 5) && place_is_held(second));
    CHECK(!place_weigh(second, 100)); /* alone, then */
    place_give_back(first);
    CHECK(place_is_held(second));
    CHECK_INT(places_weight(p), 8);
    place_give_back(second);
    places_free(p);
}

enum { LARGE_CALLS = 4 };

/* Calls whose answers are large. */
struct larges {
    struct sink sink;
    char url[128];
    struct outbound *outbound;
    struct outbound_result *results[LARGE_CALLS];
};

static void
larges_open(struct larges *l)
{
    *l = (struct larges){0};
    sink_start(&l->sink);
    snprintf(l->url, sizeof l->url, "https://localhost:%s/huge", l->sink.port);
    l->outbound = sink_caller(&l->sink, true, NULL);
}

/* The results outlive what they came from. */
static void
larges_close(struct larges *l)
{
    outbound_free(l->outbound);
    for (size_t i = 0; i < LARGE_CALLS; i++)
        outbound_result_free(l->results[i]);
    sink_stop(&l->sink);
}

static void
start_large(struct larges *l, size_t i, int64_t group, unsigned timeout_ms)
{
    struct outbound_request r = {.method = "GET",
                                 .url = l->url,
                                 .group = group,
                                 .timeout_ms = timeout_ms};
    outbound_start(l->outbound, &r, sink_keep, &l->results[i]);
}

/* Until all calls but PAUSED have ended. */
static void
until_paused(struct larges *l, size_t paused)
{
    const char *patience = getenv("TEST_PATIENCE");
    int64_t end =
        clock_monotonic_ms() + 20000 * (patience ? atoi(patience) : 1);
    while (outbound_count(l->outbound) > paused ||
           outbound_paused(l->outbound) < outbound_count(l->outbound)) {
        if (clock_monotonic_ms() > end) {
            test_fail(__FILE__, __LINE__, "the calls do not end", NULL, NULL);
            exit(1);
        }
        outbound_wait(l->outbound, 5);
        outbound_collect(l->outbound);
        sink_serve(&l->sink);
    }
}

static void
drop_result(struct larges *l, size_t i)
{
    outbound_result_free(l->results[i]);
    l->results[i] = NULL;
}

/* What came holds its place until it is freed. Sabotage: let has_place()
 * return true; leave place_give_back() out of outbound_result_free(); leave
 * http_client_resume() out of outbound_collect(). */
static void
test_large_answers_wait(void)
{
    struct larges l;
    larges_open(&l);
    for (size_t i = 0; i < LARGE_CALLS; i++)
        start_large(&l, i, i == LARGE_CALLS - 1, 0);
    until_paused(&l, 1);
    CHECK_INT(outbound_paused(l.outbound), 1);
    CHECK(l.results[LARGE_CALLS - 1] != NULL);
    drop_result(&l, l.results[0] ? 0 : 1);
    until_paused(&l, 0);
    for (size_t i = 0; i < LARGE_CALLS; i++) {
        CHECK(!l.results[i] || l.results[i]->code == ERR_OK);
        CHECK(!l.results[i] || l.results[i]->body.len == HUGE_ANSWER);
    }
    larges_close(&l);
}

/* Whether a call that waits for a place for as long as it may last ends
 * well, once it has one. */
static bool
outlives_its_time(struct larges *l, unsigned ms)
{
    start_large(l, 0, 0, 0);
    start_large(l, 1, 0, 0);
    until_paused(l, 0);
    start_large(l, 2, 0, ms);
    until_paused(l, 1);
    int64_t end = clock_monotonic_ms() + ms;
    while (outbound_paused(l->outbound) && clock_monotonic_ms() < end) {
        outbound_wait(l->outbound, 5);
        outbound_collect(l->outbound);
    }
    drop_result(l, 0);
    until_paused(l, 0);
    bool well = l->results[2]->code == ERR_OK;
    drop_result(l, 1);
    drop_result(l, 2);
    return well;
}

/* On a busy machine a call with little time may end before it waits: with more
 * time it does not. Sabotage: let pause_answer() or go_on() not set the time.
 */
static void
test_waiting_is_not_counted(void)
{
    struct larges l;
    bool well = false;
    larges_open(&l);
    for (unsigned ms = 250; ms <= 8000 && !well; ms *= 2)
        well = outlives_its_time(&l, ms);
    CHECK(well);
    larges_close(&l);
}

/* A call that waits is cut like all others. */
static void
test_end_while_answers_wait(void)
{
    struct larges l;
    larges_open(&l);
    for (size_t i = 0; i < LARGE_CALLS; i++)
        start_large(&l, i, 0, 0);
    until_paused(&l, 2);
    larges_close(&l);
}

/* --- a call that takes turns ---------------------------------------------- */

/* A host whose answer has no end, and a call of it. */
struct drip {
    int listener, peer; /* the peer: -1 until the call is there */
    char url[64];
    int64_t sent_ms; /* when some of it was */
    struct http_client *client;
    bool holds, ended;
    enum http_call_fate fate;
};

static bool
drip_holds(void *ctx, size_t total)
{
    (void)total;
    return ((struct drip *)ctx)->holds;
}

static void
drip_ends(void *ctx, struct http_call_end *end)
{
    struct drip *d = ctx;
    d->ended = true;
    d->fate = end->fate;
}

static void
drip_open(struct drip *d)
{
    struct sockaddr_in at = {.sin_family = AF_INET};
    socklen_t n = sizeof at;
    *d = (struct drip){.peer = -1, .holds = true};
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    d->listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    CHECK(bind(d->listener, (struct sockaddr *)&at, n) == 0 &&
          listen(d->listener, 1) == 0 &&
          getsockname(d->listener, (struct sockaddr *)&at, &n) == 0);
    snprintf(d->url, sizeof d->url, "http://127.0.0.1:%d/", ntohs(at.sin_port));
    d->client = http_client_new(
        &(struct http_client_options){.user_agent = "test", .plain = true});
}

static void
drip_close(struct drip *d)
{
    http_client_free(d->client);
    close(d->peer);
    close(d->listener);
}

/* Sends some bytes more, few enough to take a minute. */
static void
drip_serve(struct drip *d)
{
    static const char head[] =
        "HTTP/1.1 200 OK\r\nContent-Length: 15000000\r\n\r\n";
    static const char some[1000] = "";
    if (d->peer < 0) {
        d->peer = accept(d->listener, NULL, NULL);
        if (d->peer >= 0)
            send(d->peer, head, sizeof head - 1, MSG_NOSIGNAL);
    } else if (clock_monotonic_ms() - d->sent_ms >= 4) {
        send(d->peer, some, sizeof some, MSG_DONTWAIT | MSG_NOSIGNAL);
        d->sent_ms = clock_monotonic_ms();
    }
}

/* The call goes on for MS, and then until its answer waits. */
static void
drip_turn(struct drip *d, int64_t ms)
{
    int64_t end = clock_monotonic_ms() + ms;
    d->holds = true;
    http_client_resume(d->client);
    while (!d->ended && !http_client_paused(d->client)) {
        d->holds = clock_monotonic_ms() < end;
        drip_serve(d);
        http_client_wait(d->client, NULL, 0, 5);
        http_client_collect(d->client);
    }
}

/* 2 s. Sabotage: let pause_answer() of client_call.c take nothing from the time
 * that is left. */
static void
test_all_turns_have_one_time(void)
{
    enum { TIME_MS = 1200, TURN_MS = 300, TURNS = 12 };
    struct drip d;
    int turns = 0;
    drip_open(&d);
    struct http_call call = {.method = "GET",
                             .url = d.url,
                             .trust = {.system = true},
                             .timeout_ms = TIME_MS,
                             .may_hold = drip_holds,
                             .done = drip_ends,
                             .ctx = &d};
    CHECK_INT(http_client_start(d.client, &call, NULL), ERR_OK);
    while (!d.ended && turns < TURNS) {
        drip_turn(&d, TURN_MS);
        turns++;
    }
    CHECK(d.ended);
    CHECK_INT(d.fate, HTTP_CALL_TIMED_OUT);
    drip_close(&d);
}

void
test_http_large(void)
{
    static const struct test tests[] = {
        {"places take turns", test_places_take_turns},
        {"no group takes all", test_no_group_takes_all},
        {"four groups leave a place", test_four_groups_leave_a_place},
        {"one given back may serve two", test_one_given_back_may_serve_two},
        {"light ones do not pass a heavy one",
         test_light_ones_do_not_pass_a_heavy_one},
        {"what grows waits for room", test_what_grows_waits_for_room},
        {"large answers wait for a place", test_large_answers_wait},
        {"waiting for a place is not counted", test_waiting_is_not_counted},
        {"all turns of a call have one time", test_all_turns_have_one_time},
        {"an end while answers wait", test_end_while_answers_wait},
        {NULL, NULL},
    };
    test_run("large", tests);
    failed_tests += test_failures;
}
