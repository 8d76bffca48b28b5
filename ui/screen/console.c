/* The console's session: store, screens, what wakes it. */
#include "ui/screen/console.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "manager/exchange/runtime.h"
#include "manager/session/sessions.h"
#include "remote/lock.h"
#include "remote/wait.h"
#include "ui/screen/fetching.h"
#include "ui/screen/memory_file.h"
#include "ui/screen/screens.h"
#include "ui/screen/unfinished.h"
#include "ui/term/term.h"

#define NOT_THE_STORE "store replaced: quit and start again"

/* Several commits in a row are one refresh. A follower's lock is looked at
 * again after its end was heard of: the lock goes a moment later. */
enum { SETTLE_MS = 30, LOCK_MS = 1000 };

static const struct view_ops *const screens[] = {
    &installations_screen, &installation_screen, &drafts_screen,
    &versions_screen,      &editor_screen,       &palette_screen,
    &action_screen,        &mapping_screen,      &samples_screen,
    &fields_screen,        &suggestions_screen,  &record_screen,
    &explorer_screen,      &tables_screen,       &table_screen,
    &import_screen,        &diff_screen,         &run_screen,
    &other_version_screen, &release_screen,      &releases_screen,
    &audit_screen,         &runtimes_screen,     &conflicts_screen,
    &carry_screen};

/* --- what is known of the runtimes ---------------------------------------- */

/* What a person must know before the facts on the screen are believed: that no
 * process syncs them, since when they are old; else which runtime was restored
 * and runs nothing, or cannot be reached and when it last told something new
 * (it may have answered after that). */
static void
notice_text(const struct console *c, const struct runtime_list *list,
            struct buf *out)
{
    int64_t newest = 0;
    for (size_t i = 0; i < list->count; i++) {
        if (list->rows[i].heard_at > newest)
            newest = list->rows[i].heard_at;
    }
    if (list->count > 0 && !sync_lock_is_held(c->store)) {
        buf_addf(out, "no sync%s", newest ? " since " : "");
        screen_time(out, newest);
        return;
    }
    for (size_t i = 0; i < list->count && !out->len; i++) {
        const struct runtime_row *r = &list->rows[i];
        if (r->held)
            buf_addf(out, "%s held (restored)", r->name);
        if (r->held || !r->last_error)
            continue;
        buf_addf(out, "%s lost%s", r->name, r->heard_at ? ", heard " : "");
        screen_time(out, r->heard_at);
    }
}

/* Whether the file is still the store that was opened; says it once if it is
 * not. */
static bool
check_place(struct console *c)
{
    struct error e = {0};
    if (manager_check_place(c->manager, &e) != ERR_STALE)
        return true;
    if (!c->lost)
        app_say_error(c->app, MESSAGE_ERROR, &e);
    c->lost = true;
    app_notice(c->app, NOT_THE_STORE);
    return false;
}

/* Shows the notice, and as of when facts are. */
static void
look_at_runtimes(struct console *c)
{
    if (!check_place(c))
        return;
    struct runtime_list list = {0};
    struct buf notice, as_of;
    const struct runtime_row *oldest = NULL;
    buf_init(&notice, 200);
    buf_init(&as_of, sizeof c->as_of - 1);
    if (manager_runtime_list(c->manager, &list, NULL) != ERR_OK)
        list.count = 0;
    for (size_t i = 0; i < list.count; i++) {
        const struct runtime_row *r = &list.rows[i];
        if (!oldest || r->heard_at < oldest->heard_at)
            oldest = r;
    }
    notice_text(c, &list, &notice);
    if (oldest)
        screen_as_of(&as_of, oldest);
    snprintf(c->as_of, sizeof c->as_of, "%s", buf_str(&as_of));
    app_notice(c->app, notice.len ? buf_str(&notice) : NULL);
    buf_reset(&notice);
    screen_zone(&notice, clock_now_ms());
    app_zone(c->app, buf_str(&notice));
    buf_clear(&notice);
    buf_clear(&as_of);
    runtime_list_clear(&list);
}

/* The environments of all runtimes, in capitals; a new string. */
static char *
environments(struct manager *m)
{
    struct runtime_list list = {0};
    struct buf out;
    buf_init(&out, 200);
    if (manager_runtime_list(m, &list, NULL) != ERR_OK)
        list.count = 0;
    for (size_t i = 0; i < list.count; i++) {
        bool told = false;
        for (size_t k = 0; k < i; k++)
            told = told || text_equal(list.rows[k].environment,
                                      list.rows[i].environment);
        if (!told)
            buf_addf(&out, "%s%s", out.len ? ", " : "",
                     list.rows[i].environment);
    }
    for (size_t i = 0; i < out.len; i++)
        out.data[i] = (char)toupper((unsigned char)out.data[i]);
    runtime_list_clear(&list);
    return buf_take(&out);
}

/* --- the rights of the person --------------------------------------------- */

static bool
sees_payloads(const struct console *c)
{
    struct error ignored = {0};
    return manager_may_see_payloads(c->manager, &ignored) == ERR_OK;
}

#define UNKEPT "What you were typing is not stored and could not be kept"

/* Shows what was typed and could be kept nowhere, if anything. */
static bool
show_unkept(struct console *c, bool last, const char *why)
{
    if (c->unkept.len == 0)
        return false;
    struct buf text;
    buf_init_any(&text);
    buf_addf(&text, "%s. " UNKEPT ": copy it here (y copies all).\n\n%s", why,
             buf_str(&c->unkept));
    (last ? app_last : app_show)(c->app, "not stored", buf_str(&text));
    buf_clear(&text);
    buf_reset(&c->unkept);
    return true;
}

/* Nothing of the store is shown any more, only what the person has typed. */
static bool
end_session(struct console *c)
{
    static const char why[] = "An admin removed your access";
    c->ended = true;
    app_notice(c->app, NULL);
    app_close_all(c->app, why);
    if (!show_unkept(c, true, why))
        app_quit(c->app);
    return false;
}

/* What a session began without, its connection and its questions to runtimes
 * stay without: the right is told, and is there in the next. */
static void
tell_given_payloads(struct console *c)
{
    bool waited = c->payloads_wait;
    c->payloads_wait = manager_payloads_wait(c->manager);
    if (c->payloads_wait && !waited)
        app_say(c->app, MESSAGE_INFO,
                "You may see what customers sent: quit and start the console "
                "again");
}

/* Follows what an admin has done to the rights of the person; false where that
 * closed the screens. Who has lost the right to see what customers sent keeps
 * nothing of it, on the screen or in memory: every screen is closed, whatever
 * it has read and computed. Who has lost all access is out. */
static bool
follow_rights(void *owner)
{
    struct console *c = owner;
    struct error e = {0};
    bool saw = c->payloads;
    if (c->ended)
        return true;
    if (manager_look_at_rights(c->manager, &e) != ERR_OK)
        return true; /* nothing else can be read then, either */
    enum role role = manager_role(c->manager);
    c->payloads = sees_payloads(c);
    if (role == ROLE_NONE)
        return end_session(c);
    if (role != c->role) {
        app_say(c->app, MESSAGE_WARNING, "Your role is %s (it was %s)",
                role_word(role), role_word(c->role));
        app_role(c->app, role, manager_read_only(c->manager));
        c->role = role;
        show_unkept(c, false, "Your role may not change drafts");
    }
    tell_given_payloads(c);
    if (!saw || c->payloads)
        return true;
    run_samples_clear(&c->runs);
    app_restart(c->app, "You may no longer see what customers sent: all "
                        "screens were closed");
    return false;
}

void
console_follow_rights(struct console *c)
{
    follow_rights(c);
}

/* --- waking --------------------------------------------------------------- */

static void
refresh_due(void *ctx)
{
    struct console *c = ctx;
    c->refresh_due = false;
    if (c->ended)
        return;
    look_at_runtimes(c);
    app_refresh(c->app);
    console_look_at_queued(c);
}

static void
lock_due(void *ctx)
{
    struct console *c = ctx;
    if (!c->ended)
        look_at_runtimes(c);
}

/* Somebody has committed, or a follower has begun or ended; this session's own
 * commits come here too. */
static void
woken(void *ctx, short events)
{
    struct console *c = ctx;
    unsigned why = wake_drain(c->wake);
    (void)events;
    if (why)
        follow_rights(c);
    if (why & WAKE_FOLLOWER)
        app_alarm(c->app, LOCK_MS, lock_due, c);
    if (!why || c->refresh_due)
        return;
    c->refresh_due = true;
    app_alarm(c->app, SETTLE_MS, refresh_due, c);
}

/* What belongs to no screen: the tour. */
static unsigned
session_action(void *owner, const struct invocation *invocation,
               struct error *e)
{
    struct console *c = owner;
    (void)e;
    if (invocation->action != ACT_TOUR)
        return REACT_IGNORED;
    c->tour = !c->tour;
    c->done_on = NULL;
    return REACT_PAINT;
}

/* Where the lock cannot be watched, the next commit shows the same. */
static void
watch_follower(struct console *c)
{
    char *path = sync_lock_path(c->store);
    sync_lock_is_held(c->store); /* makes the file */
    wake_follower(c->wake, path, NULL);
    free(path);
}

/* --- the session ---------------------------------------------------------- */

/* ROLE where the session ended because its person has no access any more. */
static enum err
end_of(const struct console *c, struct error *e)
{
    if (manager_role(c->manager) != ROLE_NONE)
        return ERR_OK;
    return error_hint(e, HINT_ROLE_ADD, manager_actor(c->manager), NULL,
                      error_set(e, ERR_ROLE,
                                "an admin removed the access of %s: the "
                                "console was closed",
                                manager_actor(c->manager)));
}

/* What was not shown any more: the terminal may be there still. */
static void
print_unkept(const struct console *c)
{
    if (c->unkept.len > 0)
        fprintf(stderr, "tailor: " UNKEPT ":\n");
    for (const char *at = buf_str(&c->unkept); *at;) {
        struct buf line;
        size_t n = strcspn(at, "\n");
        buf_init_any(&line);
        text_visible(&line, at, n);
        fprintf(stderr, "%s\n", buf_str(&line));
        buf_clear(&line);
        at += n + (at[n] == '\n');
    }
}

static void
screen_left(void *owner)
{
    const struct console *c = owner;
    if (!c->ended && !c->lost)
        memory_file_screen_left(c->memory);
}

/* Begins with what the last console left, unless this one may leave nothing:
 * a session by SSH, an auditor's and a --read-only one write no file. */
static void
begin_memory(struct console *c, const struct console_options *options)
{
    if (!options->fresh && !options->remote && !options->temporary &&
        !manager_read_only(c->manager))
        c->memory = memory_file_open(c->app, &c->folded, c->store,
                                     manager_actor(c->manager));
}

/* Shows the changes of other sessions, or says why not. */
static void
watch_others(struct console *c)
{
    struct error e = {0};
    if (wake_open(&c->wake, c->manager, &e) == ERR_OK) {
        watch_follower(c);
        app_watch(c->app, wake_fd(c->wake), POLLIN, woken, c);
    } else
        app_say(c->app, MESSAGE_WARNING,
                "other sessions' changes do not appear by themselves: %s (F5 "
                "reads again)",
                e.text);
}

static enum err
session(struct console *c, const struct console_options *options,
        struct screen *screen, struct error *ended)
{
    buf_init_any(&c->unkept);
    char *environment = environments(c->manager);
    const struct app_facts facts = {.environment =
                                        *environment ? environment : NULL,
                                    .actor = manager_actor(c->manager),
                                    .role = manager_role(c->manager),
                                    .read_only = manager_read_only(c->manager),
                                    .thin = options->thin,
                                    .temporary = options->temporary,
                                    .owner = c,
                                    .tip = tour_tip,
                                    .left = screen_left,
                                    .before = follow_rights,
                                    .secret = unfinished_is_secret,
                                    .action = session_action};
    c->app = app_new(screen, &facts);
    c->fetching = fetching_new(c, options->fetch);
    c->role = manager_role(c->manager);
    c->payloads = sees_payloads(c);
    for (size_t i = 0; i < sizeof screens / sizeof screens[0]; i++)
        app_register(c->app, screens[i]);
    app_open(c->app, &installations_screen, "");
    watch_others(c);
    look_at_runtimes(c);
    begin_memory(c, options);
    app_run(c->app);
    memory_file_close(c->memory, !c->ended && !c->lost);
    c->memory = NULL; /* screens are left below, too */
    fetching_free(c->fetching);
    c->fetching = NULL;
    app_free(c->app);
    print_unkept(c);
    buf_clear(&c->unkept);
    clip_clear(&c->clip);
    run_samples_clear(&c->runs);
    row_clip_clear(&c->row_clip);
    marks_clear(&c->folded);
    marks_clear(&c->opened);
    free(c->queued);
    wake_close(c->wake);
    free(environment);
    return end_of(c, ended);
}

static enum err
open_store(struct console *c, const struct console_options *options,
           struct error *e)
{
    const struct manager_session how = {.actor = options->actor,
                                        .session = options->session,
                                        .read_only = options->read_only};
    *c = (struct console){.store = options->store,
                          .remote = options->remote,
                          .exe = options->exe,
                          .tour = options->tour};
    enum err err = manager_open(&c->manager, options->store, &how, e);
    if (err == ERR_OK && options->remote)
        err = manager_session_check(c->manager, e);
    return err;
}

enum err
console_run(const struct console_options *options, struct screen *screen,
            struct error *e)
{
    struct console c;
    enum err err = open_store(&c, options, e);
    if (err == ERR_OK)
        err = session(&c, options, screen, e);
    else
        screen->ops->close(screen);
    manager_close(c.manager);
    return err;
}

static void
exhausted(const char *sentence)
{
    term_emergency();
    fprintf(stderr, "tailor: %s\n", sentence);
}

enum err
console_main(const struct console_options *options, struct error *e)
{
    const struct term_options look = {.ascii = options->ascii,
                                      .thin = options->thin};
    struct console c;
    struct screen *screen;
    /* the store first: its trouble is said on an untouched terminal */
    enum err err = open_store(&c, options, e);
    mem_on_exhausted(exhausted);
    if (err == ERR_OK)
        err = term_open(&look, &screen, e);
    if (err == ERR_OK)
        err = session(&c, options, screen, e);
    manager_close(c.manager);
    return err;
}

void
console_knows_state(struct console *c, const char *id, int state)
{
    if (strcmp(c->known.draft, id) == 0)
        c->known.state = state;
}
