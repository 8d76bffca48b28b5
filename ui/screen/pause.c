/* Pausing many: the keys of the marks are ids of installations. */
#include "ui/screen/pause.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "manager/exchange/runtime.h"
#include "manager/installation/installation.h"
#include "store/console.h"
#include "ui/screen/asked.h"

const char *
pause_refusal(bool pause, bool is_paused, const char *pending)
{
    int asked = pause ? CONDITION_PAUSING : CONDITION_RESUMING;
    if (text_equal(pending, installation_condition_word(asked)))
        return pause ? "a pause is requested already"
                     : "a resume is requested already";
    if (pending || is_paused != pause)
        return NULL;
    return pause ? "it is paused already" : "it is not paused";
}

void
pause_tell_held(struct console *c, const char *const *ids, size_t n,
                struct question *q)
{
    struct runtime_list list = {0};
    const char *held = NULL;
    if (manager_runtime_list(c->manager, &list, NULL) != ERR_OK)
        list.count = 0;
    for (size_t i = 0; i < list.count; i++) {
        const struct runtime_row *r = &list.rows[i];
        for (size_t k = 0; r->held && !held && k < n; k++) {
            struct installation_list show = {0};
            if (manager_installation_show(c->manager, ids[k], &show, NULL) ==
                    ERR_OK &&
                show.count > 0 && text_equal(show.rows[0].runtime, r->name))
                held = r->name;
            installation_list_clear(&show);
        }
    }
    size_t len = strlen(q->detail);
    if (held)
        snprintf(q->detail + len, sizeof q->detail - len,
                 " %.60s is held (restored): this waits until an admin lets it "
                 "go on.",
                 held);
    runtime_list_clear(&list);
}

void
pause_question(struct view *v, const char *id, bool pause, struct question *q)
{
    struct console *c = console_of(v);
    const char *verb = pause ? "Pause" : "Resume";
    const struct marks *marks = &v->table->marks;
    size_t n = marks->count ? marks->count : 1;
    const char *const *ids =
        marks->count ? (const char *const *)marks->keys : &id;
    char object[ASKED_OBJECT];
    asked_installations(c->manager, ids, n, q, object);
    snprintf(q->text, sizeof q->text, "%s all workflows of %s?", verb, object);
    snprintf(q->yes, sizeof q->yes, "%s", verb);
    if (n > 1) {
        snprintf(q->yes, sizeof q->yes, "%s %zu installations", verb, n);
        snprintf(q->typed, sizeof q->typed, "%zu", n);
    }
    snprintf(q->detail, sizeof q->detail, "%s",
             pause ? "New events and runs that wait stay until they are "
                     "resumed. " PAUSE_IN_PROGRESS
                   : "The events that wait run.");
    pause_tell_held(c, ids, n, q);
    screen_basis(c->manager, ids, n, q);
}

void
pause_installations(struct view *v, const char *id, bool pause, struct error *e)
{
    struct console *c = console_of(v);
    struct marks *marks = &v->table->marks;
    size_t n = marks->count ? marks->count : 1;
    const char *const *ids =
        marks->count ? (const char *const *)marks->keys : &id;
    if (manager_installation_pause_all(c->manager, ids, n, pause, e) != ERR_OK)
        return;
    char what[100];
    snprintf(what, sizeof what, "%s of %zu installation%s",
             pause ? "Pause" : "Resume", n, n == 1 ? "" : "s");
    console_queued(c, NULL, what);
    marks_clear(marks);
}
