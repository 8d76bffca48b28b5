/* What the screens of the console share. */
#include "ui/screen/screens.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/ident.h"
#include "base/mem.h"
#include "base/text.h"
#include "manager/draft/draft.h"
#include "manager/exchange/exchange.h"
#include "manager/exchange/runtime.h"
#include "manager/installation/installation.h"
#include "manager/release/release.h"
#include "remote/lock.h"
#include "store/console.h"

enum { SYNC_IDLE_SECONDS = 60 };

struct console *
console_of(const struct view *v)
{
    return app_owner(v->app);
}

void
console_deliver(struct console *c)
{
    struct error e = {0};
    if (c->remote) { /* a session cannot open the tokens */
        if (!sync_lock_is_held(c->store))
            app_say(c->app, MESSAGE_WARNING,
                    "queued, but nothing delivers it: tailor sync --follow "
                    "does not run on this host");
        return;
    }
    if (sync_ensure(c->store, c->exe, SYNC_IDLE_SECONDS, 0, &e) != ERR_OK)
        app_say_error(c->app, MESSAGE_WARNING, &e);
}

void
console_queued(struct console *c, const char *key, const char *what)
{
    free(c->queued);
    c->queued = mem_strdup(what);
    snprintf(c->queued_key, sizeof c->queued_key, "%s", key ? key : "");
    app_say(c->app, MESSAGE_INFO, "%s: queued, the runtime decides", what);
    console_deliver(c);
}

/* The answer to the one request that was queued, as a sentence about it in
 * TEXT, with its LEVEL; false where there is none yet. */
static bool
answer_to_queued(struct console *c, char text[600], enum message_level *level)
{
    struct outbox_status status = {0};
    int64_t waiting = 0;
    bool one = c->queued_key[0] != '\0';
    enum err err =
        one ? manager_outbox_status(c->manager, c->queued_key, &status, NULL)
            : manager_outbox_count(c->manager, 0, &waiting, NULL);
    bool refused = one && status.state == OUTBOX_REFUSED;
    if (err != ERR_OK || waiting > 0 ||
        (one && !refused && status.state != OUTBOX_DONE))
        return false;
    *level = refused ? MESSAGE_ERROR : MESSAGE_INFO;
    snprintf(text, 600, refused ? "refused by the runtime: %.500s" : "%s",
             refused ? status.error
             : one   ? "confirmed by the runtime"
                     : "answered by the runtime (see the state)");
    return true;
}

void
console_look_at_queued(struct console *c)
{
    char text[600];
    enum message_level level;
    if (!c->queued || !answer_to_queued(c, text, &level))
        return;
    app_say(c->app, level, "%s: %s", c->queued, text);
    FREE_NULL(c->queued);
}

void
screen_time(struct buf *out, int64_t ms)
{
    time_t then = (time_t)(ms / 1000), today = time(NULL);
    struct tm t, now;
    char text[32];
    if (ms == 0 || !localtime_r(&then, &t) || !localtime_r(&today, &now))
        return;
    bool year = t.tm_year == now.tm_year;
    bool day = year && t.tm_yday == now.tm_yday;
    size_t n = day    ? strftime(text, sizeof text, "%H:%M", &t)
               : year ? strftime(text, sizeof text, "%e %b", &t)
                      : strftime(text, sizeof text, "%e %b %Y", &t);
    buf_add(out, text + (n && *text == ' '), n - (n && *text == ' '));
}

void
screen_zone(struct buf *out, int64_t ms)
{
    time_t then = (time_t)(ms / 1000);
    struct tm t;
    buf_adds(out, "UTC");
    if (!localtime_r(&then, &t) || t.tm_gmtoff == 0)
        return;
    long minutes = labs(t.tm_gmtoff) / 60;
    buf_addf(out, "%c%ld", t.tm_gmtoff < 0 ? '-' : '+', minutes / 60);
    if (minutes % 60)
        buf_addf(out, ":%02ld", minutes % 60);
}

void
screen_as_of(struct buf *out, const struct runtime_row *runtime)
{
    if (runtime->heard_at == 0)
        return;
    screen_time(out, runtime->heard_at);
    buf_addc(out, ' ');
    screen_zone(out, runtime->heard_at);
}

char *
screen_word(const char *arg, size_t i)
{
    for (arg += strspn(arg, " "); *arg; arg += strspn(arg, " ")) {
        size_t n = strcspn(arg, " ");
        if (i-- == 0)
            return mem_strndup(arg, n);
        arg += n;
    }
    return NULL;
}

bool
screen_open(struct app *app, const struct view_ops *screen, ...)
{
    struct buf arg;
    va_list ap;
    buf_init(&arg, 65536);
    va_start(ap, screen);
    for (const char *word; (word = va_arg(ap, const char *)) != NULL;)
        buf_addf(&arg, "%s%s", arg.len ? " " : "", word);
    va_end(ap);
    bool opened = app_open(app, screen, buf_str(&arg));
    buf_clear(&arg);
    return opened;
}

void
screen_author(const struct console *c, const char *author, struct buf *out)
{
    bool mine = author && strcmp(author, manager_actor(c->manager)) == 0;
    buf_adds(out, mine ? "yours" : author ? author : "");
}

/* What is being changed in the base of WORKFLOW may be what a fork is for. */
static void
tell_base_draft(struct console *c, const char *workflow)
{
    struct version_list list = {0};
    if (manager_version_list(c->manager, workflow, NULL, &list, NULL) != ERR_OK)
        list.count = 0;
    for (size_t i = list.count; i-- > 0;) {
        const struct version_row *r = &list.rows[i];
        if (r->state != VERSION_DRAFT && r->state != VERSION_READY)
            continue;
        app_say(c->app, MESSAGE_INFO,
                "Base draft %s by %s exists (:unfinished-work lists it)",
                r->label, r->author);
        break;
    }
    version_list_clear(&list);
}

/* The newest released version in LIST of those that are for everybody. */
static const struct version_row *
newest_base_of(const struct version_list *list)
{
    const struct version_row *newest = NULL;
    for (size_t i = 0; i < list->count; i++) {
        const struct version_row *r = &list->rows[i];
        bool counts = !r->installation_id && r->released_at > 0;
        if (counts && (!newest || r->base_no > newest->base_no))
            newest = r;
    }
    return newest;
}

/* The new draft ID was made of what is live: where a newer base is out, says
 * so, and how it is forked. */
static void
tell_newer_base(struct console *c, const char *id, const char *workflow)
{
    struct version_list draft = {0}, all = {0};
    if (manager_version_show(c->manager, id, NULL, NULL, &draft, NULL) ==
            ERR_OK &&
        manager_version_list(c->manager, workflow, NULL, &all, NULL) ==
            ERR_OK) {
        const struct version_row *d = &draft.rows[0];
        const struct version_row *newest = newest_base_of(&all);
        bool own = d->parent_label && strchr(d->parent_label, '.');
        if (newest && d->parent_label && newest->base_no > d->base_no)
            app_say(c->app, MESSAGE_WARNING,
                    own ? "%s is on %s, but %s is out (carry its edits there: "
                          "Esc, a, carry edits)"
                        : "%s is on %s, but %s is out (fork that: Esc, a, "
                          "versions, F on it)",
                    d->label, d->parent_label, newest->label);
    }
    version_list_clear(&draft);
    version_list_clear(&all);
}

static void
fork_as(struct app *app, const char *installation, const char *workflow,
        const char *from, enum draft_choice choice)
{
    struct console *c = app_owner(app);
    struct error e = {0};
    char id[IDENT_SIZE];
    enum err err = manager_draft_fork(c->manager, installation, workflow, from,
                                      choice, id, &e);
    if (err == ERR_OK || err == ERR_CHOICE)
        tell_base_draft(c, workflow);
    if (err == ERR_OK && !from)
        tell_newer_base(c, id, workflow);
    if (err == ERR_OK)
        screen_open(app, &editor_screen, id, NULL);
    else if (err == ERR_CHOICE)
        screen_open(app, &drafts_screen, installation, workflow, from, NULL);
    else
        app_say_error(app, MESSAGE_ERROR, &e);
}

void
screen_fork(struct app *app, const char *installation, const char *workflow,
            const char *from)
{
    fork_as(app, installation, workflow, from, DRAFT_ASK);
}

void
screen_fork_another(struct app *app, const char *installation,
                    const char *workflow, const char *from)
{
    fork_as(app, installation, workflow, from, DRAFT_ANOTHER);
}

static void
tell_effect(struct question *q, const struct release_item *item)
{
    const char *to = item->version.label, *live = item->live.label;
    char base[3 * VERSION_LABEL_SIZE + 40] = "";
    if (item->forked_from)
        snprintf(base, sizeof base, " (not %s, which %s was forked from)",
                 item->forked_from, live);
    if (item->material)
        snprintf(q->detail, sizeof q->detail,
                 "%s%s waits for the customer, %s stays live", to, base, live);
    else
        snprintf(q->detail, sizeof q->detail,
                 "%s%s goes live at once in place of %s, which stays among the "
                 "versions",
                 to, base, live);
}

void
screen_tell_plan(struct question *q, const struct release_plan *plan,
                 enum err err, const struct error *e)
{
    const struct release_item *item = plan->count ? &plan->items[0] : NULL;
    const struct error *refusal = err != ERR_OK ? e
                                  : item        ? item->refusal
                                                : NULL;
    if (refusal)
        app_tell(refusal, q->refusal, sizeof q->refusal);
    else if (!item)
        snprintf(q->refusal, sizeof q->refusal, "it is live already");
    else
        tell_effect(q, item);
    if (q->detail[0])
        snprintf(q->spared, sizeof q->spared,
                 "; %lld other installations are not touched",
                 (long long)item->others);
}

static void
add_versions(const struct installed_workflow_row *w, struct buf *out)
{
    const char *const ids[] = {
        w->workflow_id, w->live_id,          w->live_unknown, w->releasing_id,
        w->awaiting_id, w->awaiting_unknown, w->pending};
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++)
        buf_addf(out, "%s ", ids[i] ? ids[i] : "-");
    buf_addf(out, "%d %d\n", w->active, w->off);
}

void
screen_add_basis(struct manager *m, const char *id, struct buf *out)
{
    struct installation_list show = {0};
    struct installed_workflow_list list = {0};
    if (manager_installation_show(m, id, &show, NULL) == ERR_OK &&
        show.count > 0)
        buf_addf(out, "%s %d %s %lld\n", id, show.rows[0].state,
                 show.rows[0].pending ? show.rows[0].pending : "-",
                 (long long)show.rows[0].changed_at);
    if (manager_installation_workflows(m, id, &list, NULL) != ERR_OK)
        list.count = 0;
    for (size_t k = 0; k < list.count; k++)
        add_versions(&list.rows[k], out);
    buf_addf(out, "%lld\n", (long long)list.last_move);
    installation_list_clear(&show);
    installed_workflow_list_clear(&list);
}

void
screen_basis(struct manager *m, const char *const *ids, size_t n,
             struct question *q)
{
    struct buf all;
    buf_init_any(&all);
    for (size_t i = 0; i < n && i < PAUSE_MOST; i++)
        screen_add_basis(m, ids[i], &all);
    digest_hex(q->basis, buf_str(&all), all.len);
    buf_clear(&all);
}
