/*
 * Release: what will happen before it happens, then what the runtime says.
 * It is never one key: Tab leads from the note to Back, then to Release.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "manager/exchange/exchange.h"
#include "manager/installation/installation.h"
#include "store/console.h"
#include "ui/screen/release_private.h"
#include "ui/screen/standing.h"
#include "ui/screen/unfinished.h"

/* --- life ----------------------------------------------------------------- */

static enum err
release_open(struct view *v, const char *arg, struct error *e)
{
    if (!*arg)
        return error_set(e, ERR_USAGE, "release: of what?");
    struct release *s = mem_alloc(sizeof *s);
    s->console = console_of(v);
    s->draft = screen_word(arg, 0);
    form_init(&s->form);
    v->state = s;
    release_plan_make(s);
    release_form_make(s);
    release_offer_note(s);
    return ERR_OK;
}

/* The note may have a paste in it also once another item has the focus. */
static void
note_paste(struct release *s)
{
    s->pasted = s->pasted || app_field_has_paste(s->console->app);
}

static void
release_close(struct view *v)
{
    struct release *s = v->state;
    release_keep_note(s, "the screen was closed");
    free(s->given_up);
    release_count_end(s);
    release_lines_clear(&s->lines);
    release_plan_clear(&s->plan);
    version_list_clear(&s->row);
    form_clear(&s->form);
    free(s->draft);
    free(s);
}

static void
release_keep(struct view *v, const char *why)
{
    note_paste(v->state);
    release_keep_note(v->state, why);
}

/* What was edited is released: from here one goes back to where the customer
 * is, not to a draft that is none. */
static bool
release_passes(const struct view *v, const struct view *below)
{
    enum stage stage = ((const struct release *)v->state)->stage;
    enum view_id id = below->ops->id;
    return (stage == STAGE_SENT || stage == STAGE_LIVE ||
            stage == STAGE_AWAITING) &&
           (id == VIEW_EDITOR || id == VIEW_MAPPING || id == VIEW_TABLES ||
            id == VIEW_TABLE || id == VIEW_DRAFTS);
}

static void
release_title(const struct view *v, struct buf *out)
{
    const struct release *s = v->state;
    const struct version_row *row = release_version(s);
    buf_addf(out, "release %s", row ? row->label : "");
}

/* --- after it ------------------------------------------------------------- */

static void
end(struct release *s, enum stage stage, enum message_level level)
{
    s->stage = stage;
    s->console->live_seen = s->console->live_seen || stage == STAGE_LIVE;
    app_say(s->console->app, level, "%s", s->progress);
}

/* Says what is live now where that is not what was when S was released: the
 * runtime was restored, or rolled back. The plan is of another time then. */
static void
say_live(struct release *s, const struct installed_workflow_row *row)
{
    struct plan_version *live = &s->plan.items[0].live;
    if (!row->live_id || strcmp(row->live_label, live->label) == 0)
        return;
    release_lines_clear(&s->lines);
    release_lines_say(&s->lines, "replaces", STYLE_WARNING,
                      "%s, which is live now: %s was when this was released, "
                      "and its differences were shown",
                      row->live_label, live->label);
    snprintf(live->label, sizeof live->label, "%s", row->live_label);
}

static void
look_at_live(struct release *s)
{
    const struct release_item *item = &s->plan.items[0];
    struct installed_workflow_list list = {0};
    if (!item->installation_id ||
        manager_installation_workflows(
            s->console->manager, item->installation_id, &list, NULL) != ERR_OK)
        return;
    for (size_t i = 0; i < list.count; i++) {
        if (text_equal(list.rows[i].workflow_key, item->workflow))
            say_live(s, &list.rows[i]);
    }
    installed_workflow_list_clear(&list);
}

/* The requests of a release, and how many have which fate. */
struct standing {
    struct outbox_status *at; /* one for each request */
    size_t count, done, refused, awaiting;
};

static enum err
look_at_requests(const struct release *s, struct standing *out, struct error *e)
{
    const struct release_item *item = &s->plan.items[0];
    enum err err = ERR_OK;
    *out = (struct standing){.count = item->request_count};
    out->at = mem_array(out->count + 1, sizeof *out->at);
    for (size_t i = 0; i < out->count && !err; i++) {
        struct outbox_status *one = &out->at[i];
        err = manager_outbox_status(s->console->manager, item->requests[i].key,
                                    one, e);
        out->done += one->state == OUTBOX_DONE;
        out->refused += one->state == OUTBOX_REFUSED;
        out->awaiting +=
            one->state == OUTBOX_DONE && strcmp(one->outcome, "awaiting") == 0;
    }
    return err;
}

/* Each with the name of its runtime, where there are several: what was not
 * confirmed first, since the end of a long text is not shown. */
static void
add_standings(const struct release *s, const struct standing *st,
              struct buf *out)
{
    const struct release_item *item = &s->plan.items[0];
    for (int confirmed = 0; confirmed < 2; confirmed++)
        for (size_t i = 0; i < st->count; i++) {
            if ((st->at[i].state == OUTBOX_DONE) != confirmed)
                continue;
            if (st->count > 1)
                buf_addf(out, "%s%s: ", out->len ? "; " : "",
                         item->requests[i].runtime);
            standing_words(&st->at[i], s->plan.items[0].live.label, out);
        }
}

/* All of them have done it; what one said with its answer is what it did not
 * do, as running what is turned off. */
static void
add_confirmed(const struct release *s, const struct standing *st,
              struct buf *out)
{
    const struct release_item *item = &s->plan.items[0];
    buf_addf(out, "%s %s %s, confirmed by ", item->version.label,
             st->awaiting ? "now waits for" : "is live for",
             item->who ? item->who : "new installations");
    if (st->count > 1)
        buf_addf(out, "%zu runtimes at ", st->count);
    else
        buf_adds(out, "the runtime at ");
    screen_time(out, clock_now_ms());
    if (st->count == 1 && *st->at[0].error)
        buf_addf(out, "; %s", st->at[0].error);
    else if (s->and_run && !st->awaiting)
        buf_adds(out, "; a run of it was accepted");
}

/* A runtime said what of it was not done, as a run that waits. */
static bool
has_remark(const struct standing *st)
{
    bool has = false;
    for (size_t i = 0; i < st->count; i++)
        has = has || *st->at[i].error;
    return has;
}

/* The release has ended when every runtime has answered, and well only where
 * each of them did it. */
static void
judge_requests(struct release *s, const struct standing *st)
{
    const struct release_item *item = &s->plan.items[0];
    bool ended = st->done + st->refused == st->count;
    struct buf text;
    buf_init_any(&text);
    if (!ended)
        look_at_live(s);
    if (st->count == 0)
        buf_addf(&text, "%s is released; no runtime offers %s yet",
                 item->version.label, item->integration);
    else if (st->done == st->count)
        add_confirmed(s, st, &text);
    else
        add_standings(s, st, &text);
    snprintf(s->progress, sizeof s->progress, "%s", buf_str(&text));
    buf_clear(&text);
    if (st->done == st->count)
        end(s, st->awaiting || st->count == 0 ? STAGE_AWAITING : STAGE_LIVE,
            has_remark(st) ? MESSAGE_WARNING : MESSAGE_INFO);
    else if (ended)
        end(s, STAGE_ENDED, MESSAGE_ERROR);
}

/* What the runtimes say, or where the requests stand. */
static void
look_at_answer(struct release *s)
{
    struct standing st;
    struct error e = {0};
    if (s->stage != STAGE_SENT)
        return;
    if (look_at_requests(s, &st, &e) == ERR_OK)
        judge_requests(s, &st);
    else
        app_tell(&e, s->progress, sizeof s->progress);
    free(st.at);
}

static void
release_now(struct release *s, struct error *e)
{
    const char *drafts[] = {s->draft};
    const struct release_item *item = s->plan.count ? s->plan.items : NULL;
    const char *shown[] = {item && *item->hash ? item->hash : NULL};
    const char *decided[] = {item ? item->expected.decided : NULL};
    const struct release_options options = {
        .note = form_text(&s->form, s->note),
        .replace_awaiting = s->verdict == ERR_CHOICE ||
                            (s->plan.count && *s->plan.items[0].awaiting.id),
        .stale_ok = s->plan.count && s->plan.items[0].stale,
        .run_now = release_runs(s),
        .shown = shown,
        .shown_decided = decided,
        .asked = item ? &s->plan : NULL};
    struct release_plan plan = {0};
    enum err err =
        manager_release(s->console->manager, drafts, 1, &options, &plan, e);
    if (err != ERR_OK) { /* it has changed under the screen: show it again */
        release_plan_clear(&plan);
        release_show_again(s);
        return;
    }
    release_plan_clear(&s->plan);
    s->plan = plan;
    s->stage = STAGE_SENT;
    s->and_run = options.run_now;
    release_count_end(s);
    console_knows_state(s->console, s->draft, VERSION_RELEASED);
    console_deliver(s->console);
    look_at_answer(s);
}

static unsigned
release_refresh(struct view *v)
{
    struct release *s = v->state;
    if (s->stage == STAGE_SENT)
        look_at_answer(s);
    return REACT_PAINT;
}

/* --- actions and keys ----------------------------------------------------- */

/* Up and Down move the focus of the form, so a page is what scrolls. */
static unsigned
scroll(struct release *s, bool down)
{
    int page = s->room > 1 ? s->room - 1 : 1; /* one row stays in sight */
    s->first += down ? page : -page;
    if (s->first > s->rows - s->room)
        s->first = s->rows - s->room;
    if (s->first < 0)
        s->first = 0;
    return REACT_PAINT;
}

/* The button gets the focus only when all that it does was shown: until then
 * what leads to it shows the next page. */
static void
read_first(struct release *s)
{
    if (!form_acts(&s->form) || s->read)
        return;
    form_yield(&s->form);
    scroll(s, true);
    app_say(s->console->app, MESSAGE_WARNING,
            "%s is reached when all %d lines were shown (Tab shows more)",
            s->go_label, s->rows);
}

static unsigned
release_action(struct view *v, const struct invocation *invocation,
               struct error *e)
{
    struct release *s = v->state;
    if (invocation->action == ACT_OPEN && s->stage != STAGE_PLAN) {
        char *id = mem_strdup(s->plan.items[0].installation_id);
        app_return_or_open(v->app, &installation_screen, id);
        free(id); /* the release screen may be gone */
        return REACT_PAINT;
    }
    if (invocation->action == ACT_PAGE_DOWN ||
        invocation->action == ACT_PAGE_UP)
        return scroll(s, invocation->action == ACT_PAGE_DOWN);
    if (invocation->action != ACT_RELEASE_NOW)
        return REACT_IGNORED;
    release_judge(s);
    if (s->stage != STAGE_PLAN)
        error_set(e, ERR_REFUSED, "it is released already");
    else if (s->off[0])
        error_set(e, ERR_REFUSED, "%s", s->off);
    else if (release_is_as_shown(s, e))
        release_now(s, e);
    return REACT_PAINT;
}

static void
release_context(const struct view *v, enum act action, struct act_context *ctx)
{
    const struct release *s = v->state;
    if (action == ACT_OPEN)
        ctx->has_row =
            s->stage != STAGE_PLAN && s->plan.items[0].installation_id;
}

static bool
release_typing(const struct view *v)
{
    return ((const struct release *)v->state)->stage == STAGE_PLAN;
}

static struct form *
release_asks(const struct view *v)
{
    return release_typing(v) ? &((struct release *)v->state)->form : NULL;
}

/* For the action by its name; the form on the screen asks by itself. */
static bool
release_question(struct view *v, const struct invocation *invocation,
                 struct question *q)
{
    const struct release *s = v->state;
    const struct release_item *item = s->plan.count ? &s->plan.items[0] : NULL;
    if (invocation->action != ACT_RELEASE_NOW || !item)
        return false;
    const char *name = release_wanted_name(s);
    question_about(q, item->workflow, item->customer, item->username);
    snprintf(q->integration, sizeof q->integration, "%s",
             item->integration ? item->integration : "");
    const char *who = item->who ? QUESTION_WHO : "new installations";
    snprintf(q->text, sizeof q->text,
             "Release %s of " QUESTION_WHAT " for %s%s?", item->version.label,
             who, release_runs(s) ? ", and run it" : "");
    snprintf(q->yes, sizeof q->yes, "%.60s", s->go_label);
    snprintf(q->typed, sizeof q->typed, "%s", name ? name : "");
    return true;
}

/* Back, after a name that did not fit: that is why Tab led there. */
static void
tell_misfit(const struct release *s)
{
    const struct form *f = &s->form;
    const char *typed = f->wanted ? form_text(f, f->phrase) : "";
    if (*typed && !form_phrase_fits(f))
        app_say(s->console->app, MESSAGE_WARNING,
                "Not released: \"%.200s\" was typed, the name is \"%.200s\"",
                typed, f->wanted);
}

/* Leaves the screen. A note that cannot be stored holds it there once, so that
 * it can be read and copied; Ctrl-Y has it from then on. */
static unsigned
leave(struct release *s, struct error *e)
{
    struct error why = {0};
    struct app *app = s->console->app;
    if (release_store_note(s, &why) == ERR_OK)
        return REACT_CLOSE;
    bool left = unfinished_leave(app, form_text(&s->form, s->note));
    release_give_up_note(s);
    error_set(e, why.code,
              "The note is not saved: %.300s (Esc again leaves without it%s)",
              why.text, left ? ", Ctrl-Y brings it back in a text field" : "");
    return REACT_PAINT;
}

static unsigned
release_key(struct view *v, const struct key *key, struct error *e)
{
    struct release *s = v->state;
    int pressed = -1;
    if (s->stage != STAGE_PLAN)
        return REACT_IGNORED;
    note_paste(s);
    if (key->kind == KEY_KIND_ESCAPE)
        return leave(s, e);
    release_judge(s);
    unsigned reaction = form_key(&s->form, key, &pressed, e);
    read_first(s);
    if (pressed == (int)s->back) {
        tell_misfit(s);
        return leave(s, e);
    }
    if (pressed == (int)s->go)
        app_confirmed(v->app, ACT_RELEASE_NOW);
    return reaction;
}

static unsigned
release_paste(struct view *v, const char *text, size_t n, struct error *e)
{
    struct release *s = v->state;
    if (s->stage != STAGE_PLAN)
        return REACT_IGNORED;
    s->pasted = form_paste(&s->form, text, n, e) == ERR_OK || s->pasted;
    return REACT_PAINT;
}

static void
release_detail(const struct view *v, struct buf *out)
{
    const struct release *s = v->state;
    const char *wanted = release_wanted_name(s);
    if (s->stage != STAGE_PLAN)
        return;
    if (s->off[0])
        buf_addf(out, "Nothing can be released: %s", s->off);
    else if (wanted)
        buf_addf(out,
                 "Nothing is released yet. Type %.300s: once it fits, Tab goes "
                 "to Release, before to Back",
                 wanted);
    else
        buf_adds(out, "Nothing is released yet. Tab goes from the note to "
                      "Back and to Release");
}

const struct view_ops release_screen = {
    .id = VIEW_RELEASE,
    .open = release_open,
    .keep = release_keep,
    .close = release_close,
    .passes = release_passes,
    .title = release_title,
    .draw = release_draw,
    .action = release_action,
    .context = release_context,
    .typing = release_typing,
    .asks = release_asks,
    .question = release_question,
    .key = release_key,
    .paste = release_paste,
    .refresh = release_refresh,
    .detail = release_detail,
};
