/* What a release will do before it happens, and the form that asks for it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/digest.h"
#include "base/mem.h"
#include "base/text.h"
#include "manager/draft/draft.h"
#include "ui/screen/asked.h"
#include "ui/screen/release_private.h"

/* FIRST_MS: a delay that is not felt; SLICE_MS: keys wait no longer. */
enum { NOTE_MOST = 2000, FIRST_MS = 100, SLICE_MS = 30 };

#define YES "yes"
#define NO "no"

static bool
may_go(const struct release *s)
{
    return s->verdict == ERR_OK || s->verdict == ERR_STALE ||
           s->verdict == ERR_CHOICE;
}

const struct version_row *
release_version(const struct release *s)
{
    return s->row.count ? &s->row.rows[0] : NULL;
}

static void
say_cannot(struct release *s)
{
    char text[2000];
    app_tell(&s->why, text, sizeof text);
    release_lines_say(&s->lines, "cannot yet", STYLE_BAD, "%s", text);
}

/* --- samples -------------------------------------------------------------- */

static void
say_plan(struct release *s)
{
    release_lines_clear(&s->lines);
    s->read = false;
    if (!may_go(s))
        say_cannot(s);
    if (s->plan.count > 0)
        release_lines_say_plan(&s->lines, s->console->manager, s->draft,
                               &s->plan.items[0], &s->sending);
}

/* Looks at some more samples, and says at the end what they showed: it has to
 * be read before the button is reached. */
static void
count_due(void *context)
{
    struct release *s = context;
    if (sending_step(&s->sending, SLICE_MS)) {
        app_alarm(s->console->app, 1, count_due, s);
        return;
    }
    say_plan(s);
    if (form_acts(&s->form))
        form_yield(&s->form);
    app_changed(s->console->app);
}

void
release_count_end(struct release *s)
{
    app_alarm_cancel(s->console->app, count_due, s);
    sending_end(&s->sending);
}

/* The samples that are looked at in time are in the first picture. */
static void
count_begin(struct release *s)
{
    release_count_end(s);
    if (s->plan.count > 0 &&
        sending_begin(&s->sending, s->console->manager, s->draft, NULL) ==
            ERR_OK &&
        sending_step(&s->sending, FIRST_MS))
        app_alarm(s->console->app, 1, count_due, s);
}

void
release_read_row(struct release *s)
{
    version_list_clear(&s->row);
    if (manager_version_show(s->console->manager, s->draft, NULL, NULL, &s->row,
                             NULL) != ERR_OK)
        s->row.count = 0;
}

/* --- plan ----------------------------------------------------------------- */

/* What the plan stands on: the draft as it was changed last, and where it goes.
 * The content alone is not enough: who read a draft that was edited and changed
 * back meanwhile may have read the edit. */
static void
set_basis(struct release *s)
{
    const struct version_row *row = release_version(s);
    const char *id = s->plan.count ? s->plan.items[0].installation_id : NULL;
    struct buf all;
    buf_init_any(&all);
    if (row)
        asked_add_basis(row, &all);
    if (id)
        screen_add_basis(s->console->manager, id, &all);
    digest_hex(s->basis.basis, buf_str(&all), all.len);
    buf_clear(&all);
}

void
release_plan_make(struct release *s)
{
    const char *drafts[] = {s->draft};
    /* What is stale or in the way is on the screen: the button overrides it. */
    const struct release_options options = {
        .dry_run = true, .stale_ok = true, .replace_awaiting = true};
    release_plan_clear(&s->plan);
    error_clear(&s->why);
    release_read_row(s);
    s->verdict = manager_release(s->console->manager, drafts, 1, &options,
                                 &s->plan, &s->why);
    if (s->verdict == ERR_OK && s->plan.items[0].refusal) {
        s->why = *s->plan.items[0].refusal;
        s->verdict = ERR_REFUSED;
    }
    set_basis(s);
    count_begin(s);
    say_plan(s);
}

const char *
release_wanted_name(const struct release *s)
{
    return s->plan.count ? release_item_phrase(&s->plan.items[0]) : NULL;
}

bool
release_runs(const struct release *s)
{
    return s->run != SIZE_MAX && strcmp(form_text(&s->form, s->run), YES) == 0;
}

/* What the button does, as it stands on it. */
static void
label_button(struct release *s)
{
    const struct version_row *row = release_version(s);
    const struct release_item *item = s->plan.count ? &s->plan.items[0] : NULL;
    bool replaces = item && *item->awaiting.id;
    snprintf(s->go_label, sizeof s->go_label, "Release%s%s%s%s%s",
             row ? " " : "", row ? row->label : "",
             replaces ? ", take back " : "",
             replaces ? item->awaiting.label : "",
             release_runs(s) ? " and run" : "");
}

void
release_form_make(struct release *s)
{
    const struct release_item *item = s->plan.count ? &s->plan.items[0] : NULL;
    form_clear(&s->form);
    form_init(&s->form);
    s->note = form_field(&s->form, "note", NOTE_MOST, release_stored_note(s));
    const char *wanted = release_wanted_name(s);
    size_t typed = wanted ? form_field(&s->form, "type name", 300, "") : 0;
    bool can_run = item && item->can_run && !item->material;
    s->run = can_run ? form_field(&s->form, "run it", 3, NO) : SIZE_MAX;
    s->back = form_button(&s->form, "Back");
    label_button(s);
    s->go = form_button(&s->form, s->go_label);
    /* The name has the focus first: typed at once, it never is the note. */
    form_question(&s->form, wanted ? typed : s->note, s->back, s->go);
    if (wanted)
        form_ask_phrase(&s->form, typed, wanted);
}

void
release_judge(struct release *s)
{
    const char *why = app_refusal(s->console->app, ACT_RELEASE_NOW);
    s->off[0] = '\0';
    if (!may_go(s))
        app_tell(&s->why, s->off, sizeof s->off);
    else if (why)
        snprintf(s->off, sizeof s->off, "release: %s", why);
    else if (s->run != SIZE_MAX && !release_runs(s) &&
             strcmp(form_text(&s->form, s->run), NO) != 0)
        snprintf(s->off, sizeof s->off, "run it: type " YES " or " NO);
    s->form.items[s->go].off = s->off[0] ? s->off : NULL;
    label_button(s);
}

void
release_show_again(struct release *s)
{
    struct error e = {0};
    char *typed = mem_strdup(form_text(&s->form, s->note));
    if (release_store_note(s, &e) != ERR_OK)
        app_say(s->console->app, MESSAGE_ERROR, "The note is not saved: %.300s",
                e.text);
    release_plan_make(s);
    release_form_make(s);
    line_edit_set(&s->form.items[s->note].line, typed);
    free(typed);
}

/* True where two plans of one draft promise the same. */
static bool
same_plan(const struct release_plan *a, const struct release_plan *b)
{
    const struct release_item *x = a->items, *y = b->items;
    if (a->count == 0 || b->count == 0)
        return false;
    return strcmp(x->hash, y->hash) == 0 &&
           strcmp(x->expected.decided, y->expected.decided) == 0 &&
           text_equal(x->version.author, y->version.author) &&
           strcmp(x->live.id, y->live.id) == 0 &&
           strcmp(x->awaiting.id, y->awaiting.id) == 0 &&
           x->material == y->material && x->stale == y->stale &&
           text_equal(x->paused, y->paused) && text_equal(x->held, y->held);
}

bool
release_is_as_shown(struct release *s, struct error *e)
{
    struct release_plan shown = s->plan;
    struct question basis = s->basis;
    s->plan = (struct release_plan){0};
    release_plan_make(s);
    bool same =
        same_plan(&shown, &s->plan) && strcmp(basis.basis, s->basis.basis) == 0;
    release_plan_clear(&shown);
    if (!same) {
        release_show_again(s);
        error_set(e, ERR_CONFLICT,
                  "Not released: it changed while this screen was open (look "
                  "at it again)");
    }
    return same;
}
