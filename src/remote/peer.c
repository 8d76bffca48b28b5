/* One runtime: contact, copy, feed. */
#include "remote/peer.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/ident.h"
#include "base/mem.h"
#include "base/text.h"
#include "remote/protocol.h"
#include "remote/retry.h"

#define FEED_WAIT_S 25
#define FEED_TIME_OUT_MS ((FEED_WAIT_S + 15) * 1000L)
#define CONTACT_TIME_OUT_MS 8000L /* a small answer: who is slow is down */
#define PAGE 1000
#define BATCH 500

/* --- life ----------------------------------------------------------------- */

struct peer *
peer_new(struct peers *all, const struct runtime_row *row)
{
    struct peer *p = mem_alloc(sizeof *p);
    p->all = all;
    p->n = row->n;
    p->id = mem_strdup(row->id);
    p->cursor = row->feed_cursor;
    p->limit = BATCH;
    peer_update(p, row);
    return p;
}

static void
forget_token(struct peer *p)
{
    if (p->token)
        explicit_bzero(p->token, strlen(p->token));
    FREE_NULL(p->token);
}

static void
forget_settings(struct peer *p)
{
    FREE_NULL(p->name);
    FREE_NULL(p->environment);
    FREE_NULL(p->url);
    FREE_NULL(p->ca_file);
    FREE_NULL(p->pin);
    FREE_NULL(p->token_file);
    forget_token(p);
}

void
peer_free(struct peer *p)
{
    if (!p)
        return;
    forget_settings(p);
    outbox_batch_clear(&p->batch);
    free(p->page);
    free(p->id);
    free(p);
}

void
peer_update(struct peer *p, const struct runtime_row *row)
{
    p->dirty = true;
    if (p->name && text_equal(p->name, row->name) &&
        text_equal(p->environment, row->environment) &&
        text_equal(p->url, row->url) && text_equal(p->ca_file, row->ca_file) &&
        text_equal(p->pin, row->pin) &&
        text_equal(p->token_file, row->token_file))
        return;
    forget_settings(p);
    p->name = mem_strdup(row->name);
    p->environment = mem_strdup(row->environment);
    p->url = mem_strdup(row->url);
    p->ca_file = mem_strdup(row->ca_file);
    p->pin = mem_strdup(row->pin);
    p->token_file = mem_strdup(row->token_file);
    p->phase = PEER_CONTACT;
    p->next_attempt = 0;
    p->failures = 0;
}

static void
say(const struct peer *p, const char *sentence)
{
    if (p->all->say)
        p->all->say(p->all->context, p->name, sentence);
}

/* --- calls and their failures --------------------------------------------- */

/* The token file holds one line. */
static enum err
read_token(struct peer *p, struct error *e)
{
    struct buf text;
    enum err err;
    if (p->token)
        return ERR_OK;
    if (!p->token_file)
        return error_set(e, ERR_INVALID,
                         "runtime %s: no token file (runtime set %s "
                         "--token-file FILE)",
                         p->name, p->name);
    buf_init(&text, 4096);
    err = file_read(p->token_file, &text, e);
    if (err)
        error_prefix(e, "runtime %s: token file", p->name);
    else
        p->token = mem_strndup(buf_str(&text), strcspn(buf_str(&text), "\r\n"));
    if (text.data)
        explicit_bzero(text.data, text.len);
    buf_clear(&text);
    return err;
}

bool
peer_call(struct peer *p, const char *method, const char *path,
          const char *body, size_t body_len, long time_out_ms,
          client_done *done)
{
    struct client_request request = {method, path, body, body_len, time_out_ms};
    struct error e;
    enum err err = read_token(p, &e);
    if (!err) {
        struct client_target target = {p->name, p->url, p->ca_file, p->pin,
                                       p->token};
        err = client_start(p->all->client, &target, &request, done, p, &e);
    }
    if (err)
        peer_trouble(p, &e);
    return !err;
}

void
peer_trouble(struct peer *p, const struct error *why)
{
    uint32_t random;
    struct error ignored;
    random_bytes(&random, sizeof random);
    p->trouble = *why;
    p->failures++;
    p->next_attempt =
        clock_monotonic_ms() + retry_delay_ms(p->failures, random);
    p->phase = PEER_CONTACT;
    p->caught_up = false;
    forget_token(p); /* it may have been replaced meanwhile */
    say(p, why->text);
    manager_runtime_trouble(p->all->m, p->n, why->text, &ignored);
}

void
peer_well(struct peer *p)
{
    p->failures = 0;
    p->next_attempt = 0;
    error_clear(&p->trouble);
}

/* --- contact -------------------------------------------------------------- */

static void
begin_copy(struct peer *p)
{
    p->phase = PEER_USERS;
    FREE_NULL(p->page);
    p->first_page = true;
    say(p, "taking a full copy of its users and installations");
}

static void
choose_phase(struct peer *p, const struct protocol_info *info)
{
    struct error e;
    bool behind = info->feed_head < p->cursor;
    p->held = info->held;
    if (info->held) {
        error_set(&e, ERR_REFUSED,
                  "runtime %s: was restored from a backup and is held: "
                  "nothing runs there (compare, then runtime resume %s)",
                  p->name, p->name);
        manager_runtime_trouble(p->all->m, p->n, e.text, NULL);
        say(p, e.text);
        p->trouble = e;
        p->phase = PEER_STEADY;
        return;
    }
    if (behind || (p->cursor == 0 && info->feed_head > 0))
        begin_copy(p);
    else
        p->phase = PEER_STEADY;
}

static void
on_info(void *context, const struct client_answer *a)
{
    struct peer *p = context;
    struct protocol_info info;
    struct runtime_contact contact;
    struct error e = a->error;
    enum err err = e.code;
    p->busy = false;
    if (!err)
        err = protocol_read_info(a->body, clock_now_ms(), &info, &e);
    if (!err && strcmp(info.environment, p->environment) != 0)
        err = error_set(&e, ERR_CONFLICT,
                        "runtime %s: it says %s, this store %s: nothing was "
                        "sent to it (check the URL and the token, or runtime "
                        "set --environment)",
                        p->name, info.environment, p->environment);
    if (!err) {
        contact = (struct runtime_contact){info.runtime_id, info.protocol,
                                           info.clock_skew_ms, info.feed_head,
                                           info.held};
        err = manager_runtime_contact(p->all->m, p->n, &contact, &e);
    }
    if (err) {
        peer_trouble(p, &e);
        return;
    }
    peer_well(p);
    p->dirty = true;
    if (info.clock_skew_ms > 2000 || info.clock_skew_ms < -2000)
        say(p, "its clock differs from this one by more than 2 seconds");
    choose_phase(p, &info);
}

/* --- the copy ------------------------------------------------------------- */

static void on_page(void *context, const struct client_answer *a);

static void
ask_page(struct peer *p)
{
    char path[1200];
    snprintf(path, sizeof path, "/manage/v1/%s?limit=%d%s%s",
             p->phase == PEER_USERS ? "users" : "state", PAGE,
             p->page ? "&after=" : "", p->page ? p->page : "");
    p->busy = peer_call(p, "GET", path, NULL, 0, 0, on_page);
}

/* The cursor goes back into a URL: only what needs no escaping is taken. */
static bool
cursor_is_plain(const char *s)
{
    return strlen(s) < 1000 &&
           strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                     "0123456789-._~") == strlen(s);
}

static enum err
take_page(struct peer *p, const struct state_page *page, struct error *e)
{
    bool users = p->phase == PEER_USERS;
    bool last = !users && !page->cursor;
    enum err err;
    if (page->cursor && !cursor_is_plain(page->cursor))
        return error_set(e, ERR_INVALID,
                         "runtime %s: a cursor that is not plain text",
                         p->name);
    if (p->first_page)
        p->first_cursor = page->feed_cursor;
    p->first_page = false;
    err = manager_apply_state(p->all->m, p->id, page, p->first_cursor, last, e);
    if (err)
        return err;
    FREE_NULL(p->page);
    p->page = mem_strdup(page->cursor);
    if (page->cursor)
        return ERR_OK;
    p->phase = users ? PEER_STATE : PEER_STEADY;
    if (last)
        p->cursor = p->first_cursor;
    return ERR_OK;
}

static void
on_page(void *context, const struct client_answer *a)
{
    struct peer *p = context;
    struct state_page page;
    struct error e = a->error;
    enum err err = e.code;
    p->busy = false;
    if (!err)
        err = protocol_read_state(a->body, p->phase == PEER_USERS, &page, &e);
    if (!err) {
        err = take_page(p, &page, &e);
        protocol_clear_state(&page);
    }
    if (err)
        peer_trouble(p, &e);
    p->all->active_at = clock_monotonic_ms();
}

/* --- the feed ------------------------------------------------------------- */

/* True where the copy must be taken again: records are no longer kept, or
 * one is missing. */
static bool
lost_thread(const struct error *e)
{
    return e->code == ERR_STALE || e->code == ERR_CONFLICT;
}

static void
on_feed(void *context, const struct client_answer *a)
{
    struct peer *p = context;
    struct fact_page page;
    struct error e = a->error;
    enum err err = e.code;
    p->feeding = false;
    if (p->phase != PEER_STEADY)
        return; /* a failure meanwhile: contact comes first */
    if (!err)
        err = protocol_read_feed(a->body, p->cursor, &page, &e);
    if (!err) {
        err = manager_apply_facts(p->all->m, p->id, &page, &e);
        if (!err) {
            p->cursor = page.cursor;
            p->caught_up = page.cursor >= page.head;
            if (page.count)
                p->all->active_at = clock_monotonic_ms();
            peer_well(p);
        }
        protocol_clear_page(&page);
    }
    if (err && lost_thread(&e))
        begin_copy(p);
    else if (err)
        peer_trouble(p, &e);
}

static void
ask_feed(struct peer *p)
{
    char path[160];
    snprintf(path, sizeof path,
             "/manage/v1/feed?after=%" PRId64 "&wait=%d&limit=%d", p->cursor,
             p->all->follow ? FEED_WAIT_S : 0, PAGE);
    p->feeding = peer_call(p, "GET", path, NULL, 0, FEED_TIME_OUT_MS, on_feed);
}

/* --- steps ---------------------------------------------------------------- */

void
peer_step(struct peer *p)
{
    if (p->gone || p->all->stopping || p->next_attempt > clock_monotonic_ms())
        return;
    switch (p->phase) {
    case PEER_CONTACT:
        if (!p->busy)
            p->busy = peer_call(p, "GET", "/manage/v1/info", NULL, 0,
                                CONTACT_TIME_OUT_MS, on_info);
        break;
    case PEER_USERS:
    case PEER_STATE:
        if (!p->busy)
            ask_page(p);
        break;
    case PEER_STEADY:
        if (!p->busy && p->dirty)
            peer_deliver(p);
        if (p->phase == PEER_STEADY && !p->feeding && !p->held &&
            (p->all->follow || !p->caught_up || p->busy))
            ask_feed(p);
        break;
    }
}

bool
peer_settled(const struct peer *p)
{
    return p->phase == PEER_STEADY && !p->busy && !p->dirty &&
           (p->caught_up || p->held);
}
