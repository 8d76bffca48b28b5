/* One runtime: contact and feed. */
#include "remote/peer.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/ident.h"
#include "base/mem.h"
#include "base/text.h"
#include "remote/history.h"
#include "remote/protocol.h"
#include "remote/retry.h"

#define FEED_WAIT_S 25
#define HEARD_EVERY_MS INT64_C(60000)
#define FEED_TIME_OUT_MS ((FEED_WAIT_S + 15) * 1000L)
#define CONTACT_TIME_OUT_MS 8000L /* a small answer: who is slow is down */
#define PAGE 1000
#define BATCH 500
#define PROGRESS_EVERY_MS INT64_C(10000)
/* A feed that could go on for so long counts as well. */
#define LOST_FORGOTTEN_MS (10 * 60 * 1000L)

/* --- life ----------------------------------------------------------------- */

struct peer *
peer_new(struct peers *all, const struct runtime_row *row)
{
    struct peer *p = mem_alloc(sizeof *p);
    p->all = all;
    p->n = row->n;
    p->id = mem_strdup(row->id);
    if (!row->altered) {
        p->at.cursor = row->feed_cursor;
        snprintf(p->at.feed_hash, sizeof p->at.feed_hash, "%s",
                 row->feed_hash ? row->feed_hash : "");
    }
    p->limit = BATCH;
    p->owed = true;
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
    outbox_waits_clear(&p->waiting);
    peer_forget_calls(p);
    value_free(p->kept);
    free(p->page);
    free(p->why);
    free(p->id);
    free(p);
}

void
peer_update(struct peer *p, const struct runtime_row *row)
{
    p->dirty = true;
    p->look = true;
    p->fresh = !row->remote_id;
    peer_take_kept(p, row);
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
    peer_aside_forget(p);
    memset(p->failures, 0, sizeof p->failures);
}

void
peer_say(const struct peer *p, const char *sentence)
{
    if (p->all->say)
        p->all->say(p->all->context, p->name, sentence);
}

void
peer_progress(struct peer *p, const char *what, int64_t count)
{
    int64_t now = clock_monotonic_ms();
    char *text;
    if (!p->told_at)
        p->told_at = now;
    if (!p->all->progress || now - p->told_at < PROGRESS_EVERY_MS)
        return;
    p->told_at = now;
    text = mem_printf("%" PRId64 " %s read", count, what);
    peer_say(p, text);
    free(text);
}

/* --- failures --------------------------------------------- */

void
peer_trouble(struct peer *p, enum peer_does what, const struct error *why)
{
    uint32_t random;
    struct error ignored;
    bool is_new = strcmp(p->trouble.text, why->text) != 0;
    random_bytes(&random, sizeof random);
    p->trouble = *why;
    p->failures[what]++;
    p->next_attempt =
        clock_monotonic_ms() + retry_delay_ms(p->failures[what], random);
    p->phase = PEER_CONTACT;
    p->caught_up = false;
    forget_token(p); /* it may have been replaced meanwhile */
    value_free(p->kept);
    p->kept = NULL;
    if (is_new)
        peer_say(p, why->text);
    manager_runtime_trouble(p->all->m, p->n, why, &ignored);
    if (p->owed)
        manager_runtime_tried(p->all->m, p->n, &ignored);
    p->meet = false;
    p->owed = false;
}

bool
peer_fails(const struct peer *p, enum peer_does what)
{
    for (int i = 0; i < DOES_COUNT; i++)
        if (p->failures[i] && i != (int)what)
            return true;
    return false;
}

void
peer_well(struct peer *p, enum peer_does what)
{
    bool failed = p->failures[what] > 0;
    p->failures[what] = 0;
    p->next_attempt = 0;
    if (peer_fails(p, DOES_COUNT))
        return;
    if (failed || what == DOES_MEET)
        error_clear(&p->trouble);
    if (failed && what != DOES_MEET) /* the contact ends it in the store */
        p->meet = true;
}

/* --- contact -------------------------------------------------------------- */

void
peer_say_held(struct peer *p)
{
    struct error e;
    error_set(&e, ERR_REFUSED,
              "runtime %s: was restored from a backup and is held: nothing "
              "runs there (read its notice in the list of runtimes, then "
              "accept the restore)",
              p->name);
    manager_runtime_trouble(p->all->m, p->n, &e, NULL);
    peer_say(p, e.text);
    p->trouble = e;
    p->phase = PEER_STEADY;
}

/* Why the runtime's history is not the one that this store has read, or NULL.
 * A runtime of an older protocol tells only that its feed is shorter. */
static char *
history_differs(const struct peer *p, const struct protocol_info *info)
{
    const struct peer_position *at = &p->met;
    if (info->feed_head < at->cursor)
        return mem_printf("its feed ends at record %" PRId64 ", this store "
                          "has read it up to %" PRId64
                          ": it was put back to an older state",
                          info->feed_head, at->cursor);
    if (info->protocol < PROTOCOL_HISTORY)
        return NULL;
    if (at->cursor > 0 && at->feed_hash[0] &&
        strcmp(at->feed_hash, info->feed_hash) != 0)
        return mem_printf("its history up to record %" PRId64
                          " is not the one that this store has read: it was "
                          "put back to an older state",
                          at->cursor);
    if (at->receipt_sequence > 0 &&
        strcmp(at->receipt_head, info->receipt_head) != 0)
        return mem_printf("it does not have receipt %" PRId64
                          " any more: it was put back to an older state",
                          at->receipt_sequence);
    return NULL;
}

/* What was compared is one restore: the next one is another. */
static bool
is_compared(const struct peer *p, const struct protocol_info *info)
{
    return p->compared && strcmp(p->restore, info->restore) == 0;
}

static char *
copy_reason(const struct peer *p, const struct protocol_info *info,
            bool *behind)
{
    char *why = history_differs(p, info);
    *behind = false;
    if (why)
        return why;
    if (info->held && p->altered)
        return mem_strdup(COPY_ALTERED ", and it was restored from a backup "
                                       "and is held");
    if (info->held && !is_compared(p, info))
        return mem_strdup("it was restored from a backup and is held");
    if (!info->held && p->known_held && !p->compared)
        return mem_strdup("it was restored from a backup and resumed");
    *behind = true;
    if (p->altered)
        return mem_strdup(COPY_ALTERED);
    if (p->copy_asked)
        return mem_strdup("a full copy was asked for");
    *behind = info->feed_head - p->at.cursor > BOUNDS_FEED_MOST;
    if (*behind)
        return mem_printf("its feed is %" PRId64 " records ahead",
                          info->feed_head - p->at.cursor);
    return NULL;
}

static void
choose_phase(struct peer *p, const struct protocol_info *info)
{
    bool behind;
    char *why = copy_reason(p, info, &behind);
    p->held = info->held;
    p->in_doubt = info->in_doubt;
    p->compared = is_compared(p, info);
    memcpy(p->restore, info->restore, sizeof p->restore);
    if (why || (p->at.cursor == 0 && info->feed_head > 0 && !p->compared))
        peer_copy_begin(p, why, behind);
    else if (p->held)
        peer_say_held(p);
    else
        p->phase = PEER_STEADY;
    free(why);
}

static void
on_info(void *context, const struct client_answer *a)
{
    struct peer *p = context;
    struct protocol_info info;
    struct runtime_contact contact;
    struct error e = a->error;
    enum err err = e.code;
    bool taken = false;
    p->busy = false;
    if (!err)
        err = protocol_read_info(a->body, clock_now_ms(), &info, &e);
    if (!err && strcmp(info.environment, p->environment) != 0)
        err = error_set(&e, ERR_CONFLICT,
                        "runtime %s: it says %s, this store %s: nothing was "
                        "sent to it (check its URL, its token and the "
                        "environment that it was added with)",
                        p->name, info.environment, p->environment);
    if (!err)
        err = peer_take_back(p, &info, &taken, &e);
    if (taken)
        return;
    if (!err) {
        char *differs = history_differs(p, &info);
        contact = (struct runtime_contact){info.runtime_id,
                                           info.protocol,
                                           info.clock_skew_ms,
                                           info.feed_head,
                                           info.held,
                                           *info.restore ? info.restore : NULL,
                                           peer_fails(p, DOES_MEET),
                                           a->certificate_ends,
                                           differs != NULL};
        free(differs);
        err = manager_runtime_contact(p->all->m, p->n, &contact, &e);
    }
    if (err) {
        peer_trouble(p, DOES_MEET, &e);
        return;
    }
    peer_well(p, DOES_MEET);
    peer_bounds(p, &info);
    p->meet = false;
    p->dirty = true;
    p->look = true;
    if (info.clock_skew_ms > 2000 || info.clock_skew_ms < -2000)
        peer_say(p, "its clock differs from this one by more than 2 seconds");
    choose_phase(p, &info);
}

/* --- the feed ------------------------------------------------------------- */

/* True where the copy must be taken again: records are no longer kept, or
 * one is missing. */
static bool
lost_thread(const struct error *e)
{
    return e->code == ERR_STALE || e->code == ERR_CONFLICT;
}

/* A full copy leads on where records are no longer kept. A runtime that says
 * so again has a pause first, each time a longer one: whatever it answers in
 * between, its copies do not follow upon each other without end. */
static void
leave_feed(struct peer *p, const struct error *why)
{
    struct error e;
    int64_t now = clock_monotonic_ms();
    p->lost = now - p->lost_at < LOST_FORGOTTEN_MS ? p->lost + 1 : 1;
    p->lost_at = now;
    if (p->lost % 2) {
        peer_copy_begin(p, why->text, why->code == ERR_STALE);
        return;
    }
    error_set(&e, why->code,
              "runtime %s: its feed does not go on after a full copy: %s "
              "(look at its log)",
              p->name, why->text);
    p->failures[DOES_READ] = p->lost / 2 - 1;
    peer_trouble(p, DOES_READ, &e);
}

enum err
peer_check_page(const struct peer *p, size_t count, bool more, struct error *e)
{
    if (!more || count >= PROTOCOL_PAGE_LEAST)
        return ERR_OK;
    return error_set(e, ERR_INVALID,
                     "runtime %s: a page of %zu entries is not the last (at "
                     "least %d are expected)",
                     p->name, count, PROTOCOL_PAGE_LEAST);
}

static void
take_facts(struct peer *p, const struct fact_page *page)
{
    p->at.cursor = page->cursor;
    if (page->head > p->head_seen)
        p->head_seen = page->head;
    if (page->count) {
        snprintf(p->at.feed_hash, sizeof p->at.feed_hash, "%s",
                 page->feed_hash ? page->feed_hash : "");
        p->look = true;
        p->all->active_at = clock_monotonic_ms();
    }
    p->caught_up = page->cursor >= page->head ||
                   (!p->all->follow && page->cursor >= p->head_wanted);
    p->unread = p->caught_up ? 0 : p->unread + (int64_t)page->count;
    peer_progress(p, "records", p->unread);
    peer_well(p, DOES_READ);
}

/* After a pause and a contact it goes on from here. */
static enum err
check_end(struct peer *p, struct error *e)
{
    enum err err = bounds_feed(p->name, p->unread, BOUNDS_FEED_MOST, e);
    if (err)
        p->unread = 0;
    return err;
}

/* A page without facts writes nothing else. Whether this could be written does
 * not matter: the next answer is written again. */
static void
note_heard(struct peer *p, const struct client_answer *a)
{
    int64_t now = clock_monotonic_ms();
    if (p->heard_at && now - p->heard_at < HEARD_EVERY_MS)
        return;
    if (manager_runtime_heard(p->all->m, p->n, a->certificate_ends, NULL) ==
        ERR_OK)
        p->heard_at = now;
}

static void
on_feed(void *context, const struct client_answer *a)
{
    struct peer *p = context;
    struct fact_page page;
    struct error e = a->error;
    enum err err = e.code;
    p->feeding = false;
    if (p->phase != PEER_STEADY || p->asked != p->at.cursor)
        return; /* a failure or a copy meanwhile: that comes first */
    if (!err)
        err = protocol_read_feed(a->body, p->at.cursor, &page, &e);
    if (!err) {
        err = peer_check_page(p, page.count, page.head > page.cursor, &e);
        if (!err)
            err = history_check_page(a->body, p->at.cursor, p->at.feed_hash,
                                     p->protocol >= PROTOCOL_HISTORY, &e);
        if (!err)
            err = manager_apply_facts(p->all->m, p->id, &page, &e);
        if (!err)
            take_facts(p, &page);
        if (!err)
            err = check_end(p, &e);
        if (!err && p->all->follow)
            note_heard(p, a);
        protocol_clear_page(&page);
    }
    if (err && lost_thread(&e))
        leave_feed(p, &e);
    else if (err)
        peer_trouble(p, DOES_READ, &e);
}

/* A feed that failed is asked for an answer at once: until it comes, nobody
 * knows whether the failure is over. */
static void
ask_feed(struct peer *p)
{
    bool waits = p->all->follow && !p->failures[DOES_READ];
    char path[240];
    snprintf(path, sizeof path,
             "/manage/v1/feed?after=%" PRId64 "&wait=%d&limit=%d%s%s",
             p->at.cursor, waits ? FEED_WAIT_S : 0, PAGE,
             p->at.feed_hash[0] ? "&hash=" : "", p->at.feed_hash);
    p->asked = p->at.cursor;
    p->feeding = peer_get(p, path, FEED_TIME_OUT_MS, on_feed);
}

static void
ask_info(struct peer *p)
{
    char path[160];
    p->met = p->at;
    snprintf(path, sizeof path,
             "/manage/v1/info?cursor=%" PRId64 "&receipt=%" PRId64,
             p->at.cursor, p->at.receipt_sequence);
    p->busy = peer_get(p, path, CONTACT_TIME_OUT_MS, on_info);
}

void
peer_nudge(struct peer *p)
{
    p->next_attempt = 0;
    peer_aside_forget(p);
    p->dirty = true;
    p->meet = true;
    p->owed = true;
}

/* --- steps ---------------------------------------------------------------- */

static void
step_steady(struct peer *p)
{
    if (!p->busy && p->meet) {
        ask_info(p);
        return;
    }
    if (!p->busy && p->dirty)
        peer_deliver(p);
    if (p->phase == PEER_STEADY && !p->busy && p->look)
        peer_copy_step(p);
    if (p->phase == PEER_STEADY && !p->feeding &&
        (p->all->follow || !p->caught_up || p->busy))
        ask_feed(p);
}

/* Nothing of what the last contact showed is left to do, and a feed that
 * failed was read again. */
static bool
is_in_step(const struct peer *p)
{
    bool is_read = p->at.cursor >= p->head_wanted && !p->failures[DOES_READ];
    return p->phase == PEER_STEADY && !peer_calls(p) && !p->dirty && !p->look &&
           !p->meet && is_read;
}

/* Whoever asked for a contact waits for this word (wait_for_contact). */
static void
tell_in_step(struct peer *p)
{
    struct error ignored;
    if (!p->owed || !is_in_step(p))
        return;
    p->owed = false;
    manager_runtime_tried(p->all->m, p->n, &ignored);
}

void
peer_step(struct peer *p)
{
    if (p->gone || p->all->stopping || p->next_attempt > clock_monotonic_ms())
        return;
    switch (p->phase) {
    case PEER_CONTACT:
        if (!p->busy)
            ask_info(p);
        break;
    case PEER_USERS:
    case PEER_STATE:
        if (!p->busy)
            peer_copy_step(p);
        break;
    case PEER_VERSIONS:
        if (!p->busy)
            peer_copy_step(p);
        if (p->phase == PEER_STEADY)
            step_steady(p);
        break;
    case PEER_STEADY:
        peer_aside_due(p);
        peer_beside_due(p);
        step_steady(p);
        break;
    }
    tell_in_step(p);
}

bool
peer_settled(const struct peer *p)
{
    return p->phase == PEER_STEADY && !peer_calls(p) && !p->dirty && !p->look &&
           p->caught_up;
}
