/* Outbound HTTP(S): the rules of calls to apps, over http/client.h. */
#include "runtime/outbound/outbound.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "http/client.h"
#include "runtime/outbound/answer_headers.h"
#include "runtime/outbound/places.h"
#include "runtime/outbound/url.h"

enum {
    ANSWER_HEAD_MAX = 256 << 10,
    NEEDS_PLACE = 1 << 20,  /* an answer that is larger */
    WAITING_MAX = 64 << 20, /* bytes of those that wait after a turn */
    TURN_MS = 2000,
    CONNECTION_SECONDS = 3600 /* a certificate that has expired ends no later */
};

/* 8 large answers may be in memory, from the time they come until they are
 * written, 2 of them of one group. */
static const struct places_limits answers = {.all = 8, .second = 4, .group = 2};

struct transfer {
    struct transfer *next;       /* in `ended` */
    struct transfer *next_large; /* in `large` */
    size_t bytes;                /* of its answer, when it was asked last */
    int64_t since_ms; /* it has its place; 0: it was not seen with it yet */
    bool paused;
    int64_t run;
    struct outbound *owner;
    struct outbound_url target;
    int64_t group;
    int64_t started_ms;
    void (*done)(void *ctx, struct outbound_result *result);
    void *ctx;
    struct outbound_result *result;
};

struct outbound {
    struct http_client *http;
    bool own_ca_only, allow_loopback;
    char **allow;
    char *ca_file;
    size_t count;
    struct places *places;
    int64_t turn_ms;
    struct transfer *large; /* those that hold a place, or wait */
    struct transfer *ended; /* never started: told by the next collect */
};

/* --- while a call runs ---------------------------------------------------- */

static bool
address_allowed(void *ctx, const struct sockaddr *address)
{
    const struct transfer *t = ctx;
    if (t->target.allowed)
        return true;
    if (outbound_address_is_loopback(address))
        return t->owner->allow_loopback;
    return !t->target.plain && !outbound_address_is_inside(address);
}

/* Whether TOTAL bytes may come, or must wait for a place. */
static bool
has_place(void *ctx, size_t total)
{
    struct transfer *t = ctx;
    struct outbound_result *r = t->result;
    if (total <= NEEDS_PLACE)
        return true;
    if (!r->place) {
        r->place = places_ask(t->owner->places, t->group, 1);
        t->next_large = t->owner->large;
        t->owner->large = t;
    }
    t->bytes = total;
    t->paused = !place_is_held(r->place);
    return !t->paused;
}

/* What has come of T beyond what every answer may have in memory. */
static size_t
bytes_beyond(const struct transfer *t)
{
    return t->bytes > NEEDS_PLACE ? t->bytes - NEEDS_PLACE : 0;
}

static size_t
bytes_waiting(const struct outbound *o)
{
    size_t n = 0;
    for (const struct transfer *t = o->large; t; t = t->next_large)
        n += place_is_held(t->result->place) ? 0 : bytes_beyond(t);
    return n;
}

/* Gives the place of T to those that wait, behind whom T waits now. */
static void
end_turn(struct transfer *t)
{
    place_give_back(t->result->place);
    t->result->place = places_ask(t->owner->places, t->group, 1);
    t->since_ms = 0;
}

/* Ends the turns that are over at NOW: hosts that send slowly, or nothing more,
 * would keep the answers of all others out until their calls time out. */
static void
end_turns(struct outbound *o, int64_t now)
{
    for (struct transfer *t = o->large; t; t = t->next_large) {
        if (!place_is_held(t->result->place))
            t->since_ms = 0;
        else if (!t->since_ms)
            t->since_ms = now;
        else if (places_waiting(o->places) > 0 &&
                 now - t->since_ms >= o->turn_ms &&
                 bytes_waiting(o) + bytes_beyond(t) <= WAITING_MAX)
            end_turn(t);
    }
}

static void
leave_large(struct transfer *t)
{
    struct transfer **at = &t->owner->large;
    while (*at && *at != t)
        at = &(*at)->next_large;
    if (*at)
        *at = t->next_large;
}

static void
take_header(void *ctx, const char *line, size_t n)
{
    struct transfer *t = ctx;
    answer_header_take(t->result, line, n);
}

/* --- how it ended --------------------------------------------------------- */

static void
free_transfer(struct transfer *t)
{
    outbound_result_free(t->result);
    free(t);
}

static void
tell(struct transfer *t)
{
    struct outbound_result *r = t->result;
    t->result = NULL;
    t->owner->count--;
    t->done(t->ctx, r);
    free_transfer(t);
}

/* What END says in words, without secrets; sets what else follows from it. A
 * certificate that becomes valid only later is not a permanent failure: so it
 * seems to a clock that is behind. */
static const char *
explain(struct outbound_result *r, const struct http_call_end *end)
{
    r->permanent = true;
    switch (end->fate) {
    case HTTP_CALL_REFUSED:
        r->code = ERR_REFUSED;
        return "url: workflows cannot call this address (an operator can allow "
               "its host and port)";
    case HTTP_CALL_BAD_URL:
        r->code = ERR_REFUSED;
        return "url: not a valid address (expected https://HOST/PATH)";
    case HTTP_CALL_NOT_TRUSTED:
    case HTTP_CALL_EXPIRED:
    case HTTP_CALL_OTHER_KEY:
        r->code = ERR_REFUSED;
        r->distrusted = true;
        return "url: the certificate of the host is not trusted (it may be "
               "expired, for another host, or from an unknown authority)";
    case HTTP_CALL_UNFIT:
        r->code = ERR_REFUSED;
        r->distrusted = true;
        return end->why;
    case HTTP_CALL_NOT_TRUSTED_YET:
        r->code = ERR_REFUSED;
        r->distrusted = true;
        r->permanent = false;
        return "url: the certificate of the host is not valid yet (check the "
               "clock of this server)";
    case HTTP_CALL_HEAD_TOO_BIG:
        r->code = ERR_TOO_BIG;
        return "the app received the call, but the headers of its answer are "
               "too big";
    default:
        r->code = ERR_UNREACHABLE;
        r->permanent = false;
        return end->fate == HTTP_CALL_TIMED_OUT ? "no answer in time"
                                                : end->kind;
    }
}

static void
explain_too_big(struct outbound_result *r)
{
    r->code = ERR_TOO_BIG;
    r->permanent = true;
    snprintf(r->message, sizeof r->message,
             "the app received the call and answered HTTP %d, but the answer "
             "is too big (at most %zu bytes)",
             r->status, r->body.max);
}

static void
finish(void *ctx, struct http_call_end *end)
{
    struct transfer *t = ctx;
    struct outbound_result *r = t->result;
    leave_large(t);
    if (end->fate == HTTP_CALL_CUT) {
        free_transfer(t);
        return;
    }
    r->status = end->status;
    r->sent = end->sent;
    r->body = end->body;
    end->body = (struct buf){0};
    r->duration_ms = clock_monotonic_ms() - t->started_ms;
    snprintf(r->content_type, sizeof r->content_type, "%s", end->content_type);
    answer_headers_end(r);
    if (end->fate == HTTP_CALL_TOO_BIG)
        explain_too_big(r);
    else if (end->fate != HTTP_CALL_ANSWERED)
        snprintf(r->message, sizeof r->message, "%s", explain(r, end));
    else if (r->compression && r->body.len)
        answer_refuse_compressed(r);
    tell(t);
}

/* --- one call ------------------------------------------------------------- */

static void
end_unstarted(struct transfer *t, enum err err, const char *why)
{
    t->result->code = ERR_REFUSED;
    t->result->permanent = err != ERR_FAILED;
    snprintf(t->result->message, sizeof t->result->message, "%.255s", why);
    t->next = t->owner->ended;
    t->owner->ended = t;
}

/* The CA file is trusted beside the system's authorities, or alone. */
static enum err
start(struct transfer *t, const struct outbound_request *r, struct error *e)
{
    const struct outbound *o = t->owner;
    const struct http_call call = {
        .method = r->method,
        .url = r->url,
        .headers = r->headers,
        .header_count = r->header_count,
        .body = r->body,
        .body_len = r->body_len,
        .trust = {.ca_file = o->ca_file,
                  .system = !o->ca_file || !o->own_ca_only},
        .timeout_ms = r->timeout_ms,
        .answer_max = r->max_answer,
        .once = r->once,
        .counted = true,
        .may_connect = address_allowed,
        .may_hold = has_place,
        .header = take_header,
        .done = finish,
        .ctx = t,
    };
    const char *wrong = outbound_url_examine(&t->target, r->url, o->allow);
    if (wrong)
        return error_set(e, ERR_REFUSED, "%s", wrong);
    return http_client_start(o->http, &call, e);
}

void
outbound_start(struct outbound *o, const struct outbound_request *r,
               void (*done)(void *ctx, struct outbound_result *result),
               void *ctx)
{
    struct transfer *t = mem_alloc(sizeof *t);
    struct error e;
    t->owner = o;
    t->group = r->group;
    t->run = r->run;
    t->started_ms = clock_monotonic_ms();
    t->done = done;
    t->ctx = ctx;
    t->result = mem_alloc(sizeof *t->result);
    t->result->retry_after_ms = -1;
    o->count++;
    enum err err = start(t, r, &e);
    if (err)
        end_unstarted(t, err, e.text);
}

static bool
one_may_go_on(const struct outbound *o)
{
    for (const struct transfer *t = o->large; t; t = t->next_large)
        if (t->paused && place_is_held(t->result->place))
            return true;
    return false;
}

void
outbound_collect(struct outbound *o)
{
    struct transfer *ended = o->ended;
    o->ended = NULL;
    while (ended) {
        struct transfer *next = ended->next;
        tell(ended);
        ended = next;
    }
    end_turns(o, clock_monotonic_ms());
    if (one_may_go_on(o))
        http_client_resume(o->http);
    http_client_collect(o->http);
}

/* --- the set -------------------------------------------------------------- */

static char **
copy_list(const char *const *list)
{
    size_t n = 0;
    while (list && list[n])
        n++;
    char **copy = mem_array(n + 1, sizeof *copy);
    for (size_t i = 0; i < n; i++)
        copy[i] = mem_strdup(list[i]);
    return copy;
}

static enum err
check_ca(const char *file, struct error *e)
{
    enum err err = file ? http_ca_check(file, e) : ERR_OK;
    return err == ERR_OK ? ERR_OK : error_prefix(e, "caFile");
}

enum err
outbound_new(struct outbound **out, const struct outbound_options *options,
             struct error *e)
{
    const struct http_client_options http = {
        .user_agent = "tailord/" TAILOR_VERSION,
        .plain = true,
        .connection_s =
            options->connection_s ? options->connection_s : CONNECTION_SECONDS,
        .answer_head_max = ANSWER_HEAD_MAX,
    };
    enum err err = check_ca(options->ca_file, e);
    if (err != ERR_OK)
        return err;
    struct http_client *client = http_client_new(&http);
    if (!client)
        return error_set(e, ERR_FAILED, "libcurl did not start");
    struct outbound *o = mem_alloc(sizeof *o);
    o->http = client;
    o->own_ca_only = options->own_ca_only;
    o->allow_loopback = options->allow_loopback;
    o->allow = copy_list(options->allow);
    o->ca_file = mem_strdup(options->ca_file);
    o->places = places_new(&answers);
    o->turn_ms = options->turn_ms ? options->turn_ms : TURN_MS;
    *out = o;
    return ERR_OK;
}

enum err
outbound_reload(struct outbound *o, struct error *e)
{
    http_client_retire(o->http);
    return check_ca(o->ca_file, e);
}

void
outbound_free(struct outbound *o)
{
    if (!o)
        return;
    http_client_free(o->http);
    for (struct transfer *t = o->ended, *next; t; t = next) {
        next = t->next;
        free_transfer(t);
    }
    places_free(o->places);
    for (char **p = o->allow; *p; p++)
        free(*p);
    free(o->allow);
    free(o->ca_file);
    free(o);
}

void
outbound_result_free(struct outbound_result *result)
{
    if (!result)
        return;
    buf_clear(&result->body);
    place_give_back(result->place);
    free(result);
}

void
outbound_wait(struct outbound *o, int timeout_ms)
{
    int look_ms = (int)(o->turn_ms / 4);
    bool now = o->ended || one_may_go_on(o);
    if (places_waiting(o->places) > 0 &&
        (timeout_ms < 0 || timeout_ms > look_ms))
        timeout_ms = look_ms;
    http_client_wait(o->http, NULL, 0, now ? 0 : timeout_ms);
}

void
outbound_wakeup(struct outbound *o)
{
    http_client_wake(o->http);
}

size_t
outbound_count(const struct outbound *o)
{
    return o->count;
}

size_t
outbound_paused(const struct outbound *o)
{
    return http_client_paused(o->http);
}

size_t
outbound_waiting(const struct outbound *o)
{
    return places_waiting(o->places);
}

bool
outbound_waits(const struct outbound *o, int64_t run)
{
    for (const struct transfer *t = o->large; t; t = t->next_large)
        if (t->run == run && !place_is_held(t->result->place))
            return true;
    return false;
}

uint64_t
outbound_judged(const struct outbound *o)
{
    return http_client_judged(o->http);
}
