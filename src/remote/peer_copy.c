/* Full copies of a runtime, and the versions that only it has. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "manager/exchange/versions.h"
#include "remote/peer.h"
#include "remote/protocol.h"

#define PAGE 1000

/* Nothing is read of a copy that would have no end. */
static enum err
check_said(const struct peer *p, struct error *e)
{
    enum err err =
        bounds_rows(p->name, "users", p->said_users, BOUNDS_ENTRIES_MOST, e);
    return err ? err
               : bounds_rows(p->name, "installations", p->said_installations,
                             BOUNDS_ENTRIES_MOST, e);
}

void
peer_copy_begin(struct peer *p, const char *why, bool behind)
{
    struct error e;
    enum err err;
    free(p->why);
    p->why = mem_strdup(why);
    p->copy = (struct full_copy){.why = p->why,
                                 .asked = p->copy_asked,
                                 .behind = behind,
                                 .held = p->held,
                                 .in_doubt = p->in_doubt};
    memcpy(p->copy.restore, p->restore, sizeof p->copy.restore);
    FREE_NULL(p->page);
    p->pages_left = p->users;
    p->rows = p->unread = p->told_at = 0;
    p->caught_up = false;
    p->phase = PEER_USERS;
    if (p->all->say) {
        char *text = why ? mem_printf("%s; taking a full copy", why)
                         : mem_strdup("taking a full copy of its users and "
                                      "installations");
        p->all->say(p->all->context, p->name, text);
        free(text);
    }
    err = check_said(p, &e);
    if (!err)
        err = manager_copy_begin(p->all->m, p->id, &p->copy, &e);
    if (err)
        peer_trouble(p, DOES_COPY, &e);
}

/* --- pages ---------------------------------------------------------------- */

/* The cursor goes back into a URL: only what needs no escaping is taken. */
static bool
cursor_is_plain(const char *s)
{
    return strlen(s) < 60 &&
           strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                     "0123456789-._~") == strlen(s);
}

static const char *
what_is_read(const struct peer *p)
{
    return p->phase == PEER_USERS   ? "users"
           : p->phase == PEER_STATE ? "installations"
                                    : "versions";
}

/* Every list ends: a cursor is new, and no more pages come than the runtime
 * said that it has entries. */
static enum err
check_cursor(struct peer *p, const char *cursor, size_t count, struct error *e)
{
    const char *what = what_is_read(p);
    enum err err = peer_check_page(p, count, cursor != NULL, e);
    p->rows += (int64_t)count;
    if (!err)
        err = bounds_rows(p->name, what, p->rows, BOUNDS_ENTRIES_MOST, e);
    if (!err)
        peer_progress(p, what, p->rows);
    if (err || !cursor)
        return err;
    if (!cursor_is_plain(cursor))
        return error_set(e, ERR_INVALID,
                         "runtime %s: a cursor that is not plain text",
                         p->name);
    if ((p->page && strcmp(p->page, cursor) == 0) || --p->pages_left <= 0)
        return error_set(e, ERR_INVALID,
                         "runtime %s: its list does not end: more pages than "
                         "it said, or the same again",
                         p->name);
    return ERR_OK;
}

static void
next_list(struct peer *p)
{
    FREE_NULL(p->page);
    p->rows = 0;
    if (p->phase == PEER_USERS) {
        p->phase = PEER_STATE;
        p->pages_left = p->installations;
    } else if (p->held) {
        peer_say_held(p);
    } else {
        p->phase = PEER_STEADY;
    }
}

/* All pages of a copy are of one restore, or it is taken anew. */
static enum err
check_restore(const struct peer *p, const char *restore, struct error *e)
{
    if (strcmp(p->copy.restore, restore ? restore : "") == 0)
        return ERR_OK;
    return error_set(e, ERR_CONFLICT,
                     "runtime %s: it was restored, or its restore was "
                     "accepted, while the full copy was taken (the copy is "
                     "taken again)",
                     p->name);
}

static enum err
take_page(struct peer *p, const struct state_page *page, struct error *e)
{
    bool last = p->phase == PEER_STATE && !page->cursor;
    enum err err = check_cursor(p, page->cursor, page->count, e);
    if (!err)
        err = check_restore(p, page->restore, e);
    if (!err)
        err = bounds_copy(p->name, page->feed_cursor, p->head_wanted, e);
    if (!err)
        err = manager_apply_state(p->all->m, p->id, page, &p->copy, last, e);
    if (err)
        return err;
    FREE_NULL(p->page);
    p->page = mem_strdup(page->cursor);
    if (page->cursor)
        return ERR_OK;
    if (last) {
        p->at.cursor = p->copy.cursor;
        snprintf(p->at.feed_hash, sizeof p->at.feed_hash, "%s", p->copy.hash);
        p->at.receipt_sequence = 0;
        p->compared = p->held;
        p->altered = false;
        p->copy_asked = 0;
        p->look = true;
    }
    next_list(p);
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
        peer_trouble(p, DOES_COPY, &e);
    p->all->active_at = clock_monotonic_ms();
}

/* --- versions ------------------------------------------------------------- */

static void
end_versions(struct peer *p)
{
    p->look = false;
    FREE_NULL(p->page);
    p->phase = PEER_STEADY;
    peer_well(p, DOES_COPY);
}

static enum err
take_versions(struct peer *p, const struct version_page *page, struct error *e)
{
    enum err err = check_cursor(p, page->cursor, page->count, e);
    if (!err && !cursor_is_plain(page->position))
        err =
            error_set(e, ERR_INVALID,
                      "runtime %s: a position that is not plain text", p->name);
    if (!err)
        err = manager_apply_versions(p->all->m, p->id, page, e);
    if (err)
        return err;
    FREE_NULL(p->page);
    p->page = mem_strdup(page->cursor);
    return ERR_OK;
}

static void
on_versions(void *context, const struct client_answer *a)
{
    struct peer *p = context;
    struct version_page page;
    struct error e = a->error;
    enum err err = e.code;
    p->busy = false;
    if (!err)
        err = protocol_read_versions(a->body, &page, &e);
    if (!err) {
        err = take_versions(p, &page, &e);
        protocol_clear_versions(&page);
    }
    if (err)
        peer_trouble(p, DOES_COPY, &e);
}

/* What is not a matter of the line will be the same next time. */
static bool
is_final(const struct client_answer *a, const struct error *why)
{
    return a->fate == CLIENT_ANSWERED &&
           (why->code == ERR_NOT_FOUND || why->code == ERR_INVALID ||
            why->code == ERR_TOO_BIG || why->code == ERR_CONFLICT);
}

static void
give_up(struct peer *p, const struct error *why)
{
    struct error e;
    if (manager_versions_give_up(p->all->m, p->id, why->text, &e))
        peer_trouble(p, DOES_COPY, &e);
}

static void
on_document(void *context, const struct client_answer *a)
{
    struct peer *p = context;
    struct error e = a->error;
    enum err err = e.code;
    p->busy = false;
    if (!err)
        err = manager_take_document(p->all->m, p->id, p->wanted, a->body, &e);
    if (err && is_final(a, &e))
        give_up(p, &e);
    else if (err)
        peer_trouble(p, DOES_COPY, &e);
}

static void
ask_document(struct peer *p, const char *hash)
{
    char path[120];
    snprintf(p->wanted, sizeof p->wanted, "%s", hash);
    snprintf(path, sizeof path, "/manage/v1/documents/%s", hash);
    p->busy = peer_get(p, path, 0, on_document);
}

static void
import(struct peer *p)
{
    struct error e;
    enum err err = manager_versions_import(p->all->m, p->id, &e);
    if (err == ERR_CONFLICT || err == ERR_INVALID)
        give_up(p, &e);
    else if (err)
        peer_trouble(p, DOES_COPY, &e);
    p->all->active_at = clock_monotonic_ms();
}

static void
ask_versions(struct peer *p, const char *after)
{
    char path[160];
    if (p->phase != PEER_VERSIONS) {
        p->pages_left = p->versions;
        p->rows = 0;
    }
    p->phase = PEER_VERSIONS;
    snprintf(path, sizeof path, "/manage/v1/versions?limit=%d%s%s", PAGE,
             *after ? "&after=" : "", after);
    p->busy = peer_get(p, path, 0, on_versions);
}

/* One thing that is due: a page of the list, a document, or an import. */
static void
look_for_versions(struct peer *p)
{
    struct versions_due due;
    struct error e;
    if (p->protocol < PROTOCOL_HISTORY) {
        end_versions(p);
    } else if (manager_versions_due(p->all->m, p->id, &due, &e)) {
        peer_trouble(p, DOES_COPY, &e);
    } else if (p->page) {
        ask_versions(p, p->page);
    } else if (due.list) {
        ask_versions(p, due.after);
    } else if (due.import) {
        import(p);
    } else if (due.hash[0]) {
        ask_document(p, due.hash);
    } else {
        end_versions(p);
    }
}

void
peer_copy_step(struct peer *p)
{
    char path[160];
    if (p->phase == PEER_VERSIONS || p->phase == PEER_STEADY) {
        look_for_versions(p);
        return;
    }
    snprintf(path, sizeof path, "/manage/v1/%s?limit=%d%s%s",
             p->phase == PEER_USERS ? "users" : "state", PAGE,
             p->page ? "&after=" : "", p->page ? p->page : "");
    p->busy = peer_get(p, path, 0, on_page);
}
