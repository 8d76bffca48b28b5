/* Pausing many: the keys of the marks are ids of installations. */
#include "ui/screen/pause.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "manager/exchange/runtime.h"
#include "manager/installation/installation.h"
#include "store/console.h"

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

/* The one that is marked may not be the one under the cursor. */
static void
name_marked(struct view *v, struct question *q)
{
    struct installation_list show = {0};
    if (manager_installation_show(console_of(v)->manager,
                                  v->table->marks.keys[0], &show,
                                  NULL) == ERR_OK &&
        show.count > 0)
        question_about(q, NULL, show.rows[0].customer, show.rows[0].username);
    installation_list_clear(&show);
}

enum { NAMES_MOST = 6 };

/* Names the first of the N installations IDS, as the list does. */
static void
name_many(struct view *v, const char *const *ids, size_t n, struct question *q)
{
    q->of = n;
    for (size_t i = 0; i < n && i < NAMES_MOST; i++) {
        struct installation_list show = {0};
        size_t len = strlen(q->names);
        enum err err = manager_installation_show(console_of(v)->manager, ids[i],
                                                 &show, NULL);
        const struct installation_row *row =
            err == ERR_OK && show.count > 0 ? &show.rows[0] : NULL;
        const char *name = !row                       ? ids[i]
                           : strchr(row->title, '\n') ? row->username
                                                      : row->title;
        if (len + 1 + strlen(name) < sizeof q->names)
            snprintf(q->names + len, sizeof q->names - len, "%s%s",
                     len ? "\n" : "", name);
        installation_list_clear(&show);
    }
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
pause_question(struct view *v, const char *id, const char *name,
               const char *username, bool pause, struct question *q)
{
    const char *verb = pause ? "Pause" : "Resume";
    const struct marks *marks = &v->table->marks;
    size_t n = marks->count;
    question_about(q, NULL, name, username);
    if (n == 1)
        name_marked(v, q);
    if (n > 1) {
        snprintf(q->text, sizeof q->text, "%s all workflows of %zu customers?",
                 verb, n);
        snprintf(q->yes, sizeof q->yes, "%s %zu customers", verb, n);
        snprintf(q->typed, sizeof q->typed, "%zu", n);
        name_many(v, (const char *const *)marks->keys, n, q);
    } else {
        snprintf(q->text, sizeof q->text,
                 "%s all workflows of " QUESTION_WHO "?", verb);
        snprintf(q->yes, sizeof q->yes, "%s", verb);
    }
    snprintf(q->detail, sizeof q->detail, "%s",
             pause ? "New events and runs that wait stay until they are "
                     "resumed. " PAUSE_IN_PROGRESS
                   : "The events that wait run.");
    pause_tell_held(console_of(v), n ? (const char *const *)marks->keys : &id,
                    n ? n : 1, q);
    screen_basis(console_of(v)->manager,
                 n ? (const char *const *)marks->keys : &id, n ? n : 1, q);
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
