/* Questions of screens to runtimes. */
#include "ui/screen/fetching.h"

#include <poll.h>
#include <stdlib.h>

#include "base/mem.h"
#include "fetch/ask.h"
#include "ui/screen/screens.h"

struct asked {
    struct asked *next;
    enum act action; /* that wants the answer */
    char *runtime;
    enum fetch_question question;
    struct value *arguments;     /* NULL once they are sent */
    fetching_answered *answered; /* NULL: given up */
    void *ctx;
};

struct fetching {
    struct console *console;
    struct fetch *fetch; /* NULL: none is started */
    bool watched;        /* the first question is under way */
    struct asked *first; /* in the order they are asked */
};

struct fetching *
fetching_new(struct console *c, struct fetch *given)
{
    struct fetching *f = mem_alloc(sizeof *f);
    *f = (struct fetching){.console = c, .fetch = given};
    return f;
}

static void
asked_free(struct asked *a)
{
    free(a->runtime);
    value_free(a->arguments);
    free(a);
}

/* --- the process that asks ------------------------------------------------ */

static enum err
ensure(struct fetching *f, bool payloads, struct error *e)
{
    struct runtime_list list = {.count = 0};
    struct manager *m = f->console->manager;
    const struct questioner who = {.actor = manager_actor(m),
                                   .payloads = payloads};
    if (f->console->remote && (!f->fetch || fetch_fd(f->fetch) < 0))
        return error_set(e, ERR_UNREACHABLE,
                         "this session can ask no runtime (leave the console "
                         "and begin another session)");
    if (f->fetch)
        return ERR_OK;
    enum err err = manager_runtime_list(m, &list, e);
    if (err == ERR_OK)
        err = fetch_start(&f->fetch, &list, &who, e);
    runtime_list_clear(&list);
    return err;
}

/* A process of this console knows the runtimes and rights of its start: the
 * next question has another one. */
static void
end_process(struct fetching *f)
{
    if (f->console->remote)
        return;
    fetch_end(f->fetch);
    f->fetch = NULL;
}

/* --- asking and answering ------------------------------------------------- */

static void ask_next(struct fetching *f);

static bool
needs_payloads(const struct asked *a)
{
    return question_rules[a->question].rights & PAYLOADS;
}

enum err
fetching_may(struct console *c, enum act action, struct error *e)
{
    const struct act_context ctx = {.role = manager_role(c->manager),
                                    .read_only = manager_read_only(c->manager)};
    const char *off = act_refusal_of_role(action, &ctx);
    return off ? error_set(e, ERR_ROLE, "%s", off) : ERR_OK;
}

/* Whether the person may have what A asks for, still. */
static enum err
may_have(struct fetching *f, const struct asked *a, struct error *e)
{
    enum err err = fetching_may(f->console, a->action, e);
    if (err == ERR_OK && needs_payloads(a))
        err = manager_may_see_payloads(f->console->manager, e);
    return err;
}

/* The first question is over: tells who asked it, unless it was given up or the
 * right to see its answer is gone, and goes on to the next. */
static void
finish(struct fetching *f, struct value *body, struct error *why)
{
    /* who lost the right meanwhile has no screen that waits any more */
    console_follow_rights(f->console);
    struct asked *a = f->first;
    f->first = a->next;
    if (why->code == ERR_OK)
        may_have(f, a, why);
    if (why->code != ERR_OK || !a->answered) {
        value_free(body);
        body = NULL;
    }
    if (a->answered)
        a->answered(a->ctx, body, why);
    asked_free(a);
    app_changed(f->console->app);
    ask_next(f);
}

static void too_late(void *ctx);

static void
end_watch(struct fetching *f, int fd)
{
    app_unwatch(f->console->app, fd);
    app_alarm_cancel(f->console->app, too_late, f);
    f->watched = false;
}

static void
readable(void *ctx, short events)
{
    struct fetching *f = ctx;
    struct error e = {.code = ERR_OK};
    struct value *body = NULL;
    bool whole = false;
    int fd = fetch_fd(f->fetch);
    (void)events;
    fetch_receive(f->fetch, &whole, f->first->answered ? &body : NULL, &e);
    if (!whole && e.code == ERR_OK)
        return;
    end_watch(f, fd);
    end_process(f);
    finish(f, body, &e);
}

/* tailor-fetch itself hangs: what it would answer now answers nothing. */
static void
too_late(void *ctx)
{
    struct fetching *f = ctx;
    struct error e = {.code = ERR_OK};
    end_watch(f, fetch_fd(f->fetch));
    fetch_hand_over(f->fetch);
    end_process(f);
    error_set(&e, ERR_UNREACHABLE, "runtime %s: no answer in time (try again)",
              f->first->runtime);
    finish(f, NULL, &e);
}

/* Sends the first question. */
static enum err
send_first(struct fetching *f, struct error *e)
{
    struct asked *a = f->first;
    struct error none = {.code = ERR_OK};
    bool payloads =
        manager_may_see_payloads(f->console->manager, &none) == ERR_OK;
    error_clear(&none);
    if (may_have(f, a, e) != ERR_OK || ensure(f, payloads, e) != ERR_OK)
        return e->code;
    struct value *arguments = a->arguments;
    a->arguments = NULL;
    return fetch_send(f->fetch, a->runtime, a->question, arguments, payloads,
                      e);
}

static void
send_due(void *ctx)
{
    struct fetching *f = ctx;
    struct error e = {.code = ERR_OK};
    if (!f->first || f->watched)
        return;
    if (f->first->answered && send_first(f, &e) == ERR_OK) {
        f->watched = true;
        app_watch(f->console->app, fetch_fd(f->fetch), POLLIN, readable, f);
        app_alarm(f->console->app, FETCH_MOST_MS, too_late, f);
        return;
    }
    end_process(f);
    finish(f, NULL, &e);
}

/* At the next turn of the loop: who asks has gone on by then, and what cannot
 * be asked is told as what is answered. */
static void
ask_next(struct fetching *f)
{
    if (f->first && !f->watched)
        app_alarm(f->console->app, 0, send_due, f);
}

void
fetching_ask(struct fetching *f, enum act action, const char *runtime,
             enum fetch_question question, struct value *arguments,
             fetching_answered *answered, void *ctx)
{
    struct asked *a = mem_alloc(sizeof *a), **at = &f->first;
    *a = (struct asked){.action = action,
                        .runtime = mem_strdup(runtime),
                        .question = question,
                        .arguments = arguments,
                        .answered = answered,
                        .ctx = ctx};
    while (*at)
        at = &(*at)->next;
    *at = a;
    ask_next(f);
}

void
fetching_give_up(struct fetching *f, const void *ctx)
{
    for (struct asked *a = f ? f->first : NULL; a; a = a->next) {
        if (a->ctx == ctx)
            a->answered = NULL;
    }
}

void
fetching_free(struct fetching *f)
{
    if (!f)
        return;
    if (f->watched)
        end_watch(f, fetch_fd(f->fetch));
    app_alarm_cancel(f->console->app, send_due, f);
    for (struct asked *a = f->first; a;) {
        struct asked *next = a->next;
        asked_free(a);
        a = next;
    }
    end_process(f);
    free(f);
}
