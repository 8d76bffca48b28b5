/* The note of the release screen: stored with the draft when the screen is
 * left; where its line is lost, what nobody looked at is kept aside. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "manager/draft/draft.h"
#include "manager/draft/kept.h"
#include "ui/screen/release_private.h"
#include "ui/screen/unfinished.h"

#define PLACE "note" /* of a kept text */

const char *
release_stored_note(const struct release *s)
{
    const struct version_row *row = release_version(s);
    return row && row->note ? row->note : "";
}

/* The note that is typed and not stored, or NULL. */
static const char *
new_note(const struct release *s)
{
    const char *text = s->form.count ? form_text(&s->form, s->note) : "";
    bool is_new = s->stage == STAGE_PLAN && release_version(s) &&
                  !text_equal(text, release_stored_note(s)) &&
                  !text_equal(text, s->given_up);
    return is_new ? text : NULL;
}

/* What was kept of the note is stored now: it need not be kept. */
static void
forget(struct release *s, const char *stored)
{
    struct kept_list list;
    struct manager *m = s->console->manager;
    if (manager_draft_kept(m, s->draft, &list, NULL) == ERR_OK)
        for (size_t i = 0; i < list.count; i++) {
            const struct kept_list one = {.rows = &list.rows[i], .count = 1};
            if (strcmp(one.rows->place, PLACE) == 0 &&
                text_equal(one.rows->text, stored))
                manager_draft_forget(m, s->draft, &one, NULL, NULL);
        }
    kept_list_clear(&list);
}

enum err
release_store_note(struct release *s, struct error *e)
{
    const char *text = new_note(s);
    if (!text)
        return ERR_OK;
    if (unfinished_is_secret(text))
        return error_set(e, ERR_REFUSED,
                         "it may hold a secret, and notes are in the audit for "
                         "good");
    enum err err = manager_draft_note(s->console->manager, s->draft, text, e);
    if (err != ERR_OK)
        return err;
    s->pasted = false;
    release_read_row(s);
    forget(s, text);
    if (*text)
        app_say(s->console->app, MESSAGE_INFO,
                "The note is saved with draft %s", release_version(s)->label);
    return ERR_OK;
}

void
release_give_up_note(struct release *s)
{
    free(s->given_up);
    s->given_up = mem_strdup(form_text(&s->form, s->note));
}

/* Keeps TEXT with the draft, for this person alone. */
static void
keep_aside(struct release *s, const char *text, const char *why)
{
    const struct kept_text kept = {
        .place = PLACE, .label = PLACE, .text = text, .why = why};
    char *title = mem_printf("The note of %s", release_version(s)->label);
    unfinished_keep(s->console, s->draft, title, &kept);
    free(title);
    release_give_up_note(s);
}

void
release_keep_note(struct release *s, const char *why)
{
    struct error e = {0};
    const char *text = new_note(s);
    if (!text)
        return;
    bool meant = !why || (*text && !s->pasted);
    if (!meant || release_store_note(s, &e) != ERR_OK)
        keep_aside(s, text, why ? why : e.text);
}

void
release_offer_note(const struct release *s)
{
    struct kept_list list;
    const char *text = NULL;
    if (manager_draft_kept(s->console->manager, s->draft, &list, NULL) ==
        ERR_OK)
        for (size_t i = 0; i < list.count; i++)
            if (strcmp(list.rows[i].place, PLACE) == 0)
                text = list.rows[i].text;
    app_offer(s->console->app, text);
    if (text)
        app_say(s->console->app, MESSAGE_INFO,
                "A note was not stored: %.300s (Ctrl-Y brings it back)",
                *text ? text : "(emptied)");
    kept_list_clear(&list);
}
