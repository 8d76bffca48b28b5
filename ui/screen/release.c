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
#include "manager/draft/draft.h"
#include "manager/exchange/exchange.h"
#include "manager/release/release.h"
#include "store/console.h"
#include "ui/screen/release_lines.h"
#include "ui/screen/screens.h"
#include "ui/widget/form.h"

enum { NOTE_MOST = 2000 };

/* How far it is. */
enum stage { STAGE_PLAN, STAGE_SENT, STAGE_LIVE, STAGE_AWAITING, STAGE_ENDED };

struct release {
    struct console *console;
    char *draft;             /* id */
    struct version_list row; /* its row, also where no plan can be made */
    struct release_plan plan;
    enum err verdict; /* of the plan: OK, STALE, CHOICE, or why not */
    struct error why;
    struct release_lines lines;
    int first, room; /* row of the lines at the top; rows that are shown */
    int rows;        /* of all lines, as drawn last */
    bool read;       /* the last of them was shown */
    struct form form;
    size_t note, back, go; /* items of it */
    char go_label[160];
    char off[1100]; /* why the button is off */
    enum stage stage;
    char key[IDENT_SIZE];
    char progress[600];
};

/* --- the plan ------------------------------------------------------------- */

static bool
may_go(const struct release *s)
{
    return s->verdict == ERR_OK || s->verdict == ERR_STALE ||
           s->verdict == ERR_CHOICE;
}

/* The draft as a row, or NULL where it cannot be read. */
static const struct version_row *
version_of(const struct release *s)
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

static void
make_plan(struct release *s)
{
    const char *drafts[] = {s->draft};
    /* What is stale or in the way is on the screen: the button overrides it. */
    const struct release_options options = {
        .dry_run = true, .stale_ok = true, .replace_awaiting = true};
    release_lines_clear(&s->lines);
    s->read = false;
    release_plan_clear(&s->plan);
    error_clear(&s->why);
    version_list_clear(&s->row);
    if (manager_version_show(s->console->manager, s->draft, NULL, NULL, &s->row,
                             NULL) != ERR_OK)
        s->row.count = 0;
    s->verdict = manager_release(s->console->manager, drafts, 1, &options,
                                 &s->plan, &s->why);
    if (s->verdict == ERR_OK && s->plan.items[0].refusal) {
        s->why = *s->plan.items[0].refusal;
        s->verdict = ERR_REFUSED;
    }
    if (!may_go(s))
        say_cannot(s);
    if (s->plan.count > 0)
        release_lines_say_plan(&s->lines, s->console->manager, s->draft,
                               &s->plan.items[0]);
}

/* What must be typed where the release is dangerous, or NULL. */
static const char *
wanted_name(const struct release *s)
{
    return s->plan.count ? release_item_phrase(&s->plan.items[0]) : NULL;
}

static const char *
stored_note(const struct release *s)
{
    const struct version_row *row = version_of(s);
    return row && row->note ? row->note : "";
}

/* Keeps the note that was typed with the draft, for the next time and for
 * whoever takes the draft over. */
static void
keep_note(struct release *s)
{
    struct app *app = s->console->app;
    const char *text = s->form.count ? form_text(&s->form, s->note) : "";
    const struct version_row *row = version_of(s);
    struct error e = {0};
    if (s->stage != STAGE_PLAN || !row || text_equal(text, stored_note(s)))
        return;
    if (manager_draft_note(s->console->manager, s->draft, text, &e) != ERR_OK)
        app_say(app, MESSAGE_ERROR, "The note is not saved: %.300s", e.text);
    else if (*text)
        app_say(app, MESSAGE_INFO, "The note is saved with draft %s",
                row->label);
}

static void
make_form(struct release *s)
{
    const struct release_item *item = s->plan.count ? &s->plan.items[0] : NULL;
    form_clear(&s->form);
    form_init(&s->form);
    s->note = form_field(&s->form, "note", NOTE_MOST, stored_note(s));
    const char *wanted = wanted_name(s);
    size_t typed = wanted ? form_field(&s->form, "type name", 300, "") : 0;
    s->back = form_button(&s->form, "Back");
    const struct version_row *row = version_of(s);
    bool replaces = item && *item->awaiting.id;
    snprintf(s->go_label, sizeof s->go_label, "Release%s%s%s%s", row ? " " : "",
             row ? row->label : "", replaces ? ", take back " : "",
             replaces ? item->awaiting.label : "");
    s->go = form_button(&s->form, s->go_label);
    /* The name has the focus first: typed at once, it never is the note. */
    form_question(&s->form, wanted ? typed : s->note, s->back, s->go);
    if (wanted)
        form_guard(&s->form, typed, wanted);
}

/* Why releasing is refused now, whatever was typed. */
static void
judge(struct release *s)
{
    const char *why = app_refusal(s->console->app, ACT_RELEASE_NOW);
    s->off[0] = '\0';
    if (!may_go(s))
        app_tell(&s->why, s->off, sizeof s->off);
    else if (why)
        snprintf(s->off, sizeof s->off, "release: %s", why);
    s->form.items[s->go].off = s->off[0] ? s->off : NULL;
}

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
    make_plan(s);
    make_form(s);
    return ERR_OK;
}

static void
release_close(struct view *v)
{
    struct release *s = v->state;
    keep_note(s);
    release_lines_clear(&s->lines);
    release_plan_clear(&s->plan);
    version_list_clear(&s->row);
    form_clear(&s->form);
    free(s->draft);
    free(s);
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
    const struct version_row *row = version_of(s);
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

/* The runtime's word, or where the request stands. */
static void
look_at_answer(struct release *s)
{
    const struct release_item *item = &s->plan.items[0];
    const char *who = item->who ? item->who : "new installations";
    struct outbox_status status = {0};
    struct error e = {0};
    if (s->stage != STAGE_SENT)
        return;
    if (manager_outbox_status(s->console->manager, s->key, &status, &e) !=
        ERR_OK) {
        app_tell(&e, s->progress, sizeof s->progress);
        return;
    }
    bool awaiting = strcmp(status.outcome, "awaiting") == 0;
    if (status.state == OUTBOX_DONE) {
        struct buf now;
        buf_init(&now, 64);
        screen_time(&now, clock_now_ms());
        snprintf(
            s->progress, sizeof s->progress,
            "%s %s %s, confirmed by the runtime at %s", item->version.label,
            awaiting ? "now waits for" : "is live for", who, buf_str(&now));
        buf_clear(&now);
        end(s, awaiting ? STAGE_AWAITING : STAGE_LIVE, MESSAGE_INFO);
    } else if (status.state == OUTBOX_REFUSED) {
        snprintf(s->progress, sizeof s->progress,
                 "the runtime answered %s: "
                 "%.400s (nothing has changed there)",
                 *status.outcome ? status.outcome : "refused", status.error);
        end(s, STAGE_ENDED, MESSAGE_ERROR);
    } else if (status.uncertain || status.state == OUTBOX_UNKNOWN)
        snprintf(s->progress, sizeof s->progress,
                 "unknown, retrying: sent, but not answered yet%s%.300s",
                 *status.error ? ": " : "", status.error);
    else
        snprintf(s->progress, sizeof s->progress,
                 "queued: %s stays live until the runtime answers%s%.300s",
                 item->live.label, *status.error ? ": " : "", status.error);
}

/* Shows what releasing does now; what was typed as the note is kept. */
static void
show_again(struct release *s)
{
    keep_note(s);
    make_plan(s);
    make_form(s);
}

/* True where two plans of one draft promise the same. */
static bool
same_plan(const struct release_plan *a, const struct release_plan *b)
{
    const struct release_item *x = a->items, *y = b->items;
    if (a->count == 0 || b->count == 0)
        return false;
    return strcmp(x->hash, y->hash) == 0 &&
           strcmp(x->live.id, y->live.id) == 0 &&
           strcmp(x->awaiting.id, y->awaiting.id) == 0 &&
           x->material == y->material && x->stale == y->stale &&
           text_equal(x->paused, y->paused);
}

/* False where releasing would do something else than the screen says: another
 * session has changed it. Then the screen says what it would do. */
static bool
still_as_shown(struct release *s, struct error *e)
{
    struct release_plan shown = s->plan;
    s->plan = (struct release_plan){0};
    make_plan(s);
    bool same = same_plan(&shown, &s->plan);
    release_plan_clear(&shown);
    if (!same) {
        show_again(s);
        error_set(e, ERR_CONFLICT,
                  "Not released: it changed while this screen was open (look "
                  "at it again)");
    }
    return same;
}

static void
release_now(struct release *s, struct error *e)
{
    const char *drafts[] = {s->draft};
    char hash[65] = "";
    if (s->plan.count)
        memcpy(hash, s->plan.items[0].hash, sizeof hash);
    const char *shown[] = {*hash ? hash : NULL};
    const struct release_options options = {
        .note = form_text(&s->form, s->note),
        .replace_awaiting = s->verdict == ERR_CHOICE ||
                            (s->plan.count && *s->plan.items[0].awaiting.id),
        .stale_ok = s->plan.count && s->plan.items[0].stale,
        .shown = shown};
    struct release_plan plan = {0};
    enum err rc =
        manager_release(s->console->manager, drafts, 1, &options, &plan, e);
    if (rc != ERR_OK) { /* it has changed under the screen: show it again */
        release_plan_clear(&plan);
        show_again(s);
        return;
    }
    release_plan_clear(&s->plan);
    s->plan = plan;
    memcpy(s->key, plan.items[0].key, IDENT_SIZE);
    s->stage = STAGE_SENT;
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

/* --- drawing -------------------------------------------------------------- */

/* Draws the lines into R, and where they are more than fit, which of them
 * these are. Returns the rows used. */
static int
draw_lines(struct release *s, struct cells *c, struct rect r)
{
    s->rows = release_lines_rows(&s->lines, r.cols, c->ascii);
    s->room = s->rows > r.rows ? r.rows - 1 : r.rows;
    if (s->first > s->rows - s->room)
        s->first = s->rows > s->room ? s->rows - s->room : 0;
    r.rows = s->room;
    int used = release_lines_draw(&s->lines, c, r, s->first);
    s->read = s->read || s->first + used >= s->rows;
    if (s->rows > s->room) {
        cells_textf(c, r.row + used, r.col, r.cols, STYLE_KEY,
                    "lines %d-%d of %d%s%s", s->first + 1, s->first + used,
                    s->rows, s->first + used < s->rows ? "  PgDn more" : "",
                    s->first > 0 ? "  PgUp back" : "");
        used++;
    }
    return used;
}

/* What one does next, with the keys as they are bound. */
static char *
next_steps(const struct release *s)
{
    const struct keymap *keys = app_keymap(s->console->app);
    const struct release_item *item = &s->plan.items[0];
    struct buf out;
    buf_init(&out, 1000);
    if (item->customer) {
        keymap_keys(keys, VIEW_RELEASE, ACT_OPEN, 1, &out);
        buf_addf(&out, " opens %.100s, ", item->customer);
    }
    keymap_keys(keys, VIEW_RELEASE, ACT_BACK, 1, &out);
    buf_adds(&out, " goes back");
    if (item->customer && s->stage == STAGE_LIVE)
        buf_addf(&out, "; its runs: tailor run list --installation %s",
                 item->installation_id);
    return buf_take(&out);
}

/* What the runtime says, or how far the request is, and what one does next. */
static void
draw_progress(const struct release *s, struct cells *c, struct rect r)
{
    struct rect at = {r.row, r.col + RELEASE_LABELS, r.rows,
                      r.cols - RELEASE_LABELS};
    char *steps = next_steps(s);
    cells_text(c, r.row, r.col, RELEASE_LABELS - 1, STYLE_FAINT, "now");
    at.rows = r.rows - 1;
    int used = cells_wrapped(c, at,
                             s->stage == STAGE_LIVE    ? STYLE_GOOD
                             : s->stage == STAGE_ENDED ? STYLE_BAD
                                                       : STYLE_WARNING,
                             s->progress);
    at.row += used;
    at.rows = r.rows - used;
    cells_wrapped(c, at, STYLE_FAINT, steps);
    cells_cursor(c, r.row, at.col);
    free(steps);
}

/* The rows of the progress: as many as its sentences take, of ROWS that leave
 * some of the plan in sight. */
static int
progress_rows(const struct release *s, int rows, int cols)
{
    int width = cols - RELEASE_LABELS, most = rows - 3;
    char *steps = next_steps(s);
    int wanted =
        width_text(s->progress, strlen(s->progress), false) / width + 2 +
        width_text(steps, strlen(steps), false) / width + 1;
    free(steps);
    return wanted < most ? wanted : most;
}

static void
release_draw(struct view *v, struct cells *c, struct rect r)
{
    struct release *s = v->state;
    bool plan = s->stage == STAGE_PLAN;
    judge(s);
    int form = plan ? form_rows(&s->form, r.cols, RELEASE_LABELS, c->ascii)
                    : progress_rows(s, r.rows, r.cols);
    release_object_draw(version_of(s), c, r);
    int used = 1 + draw_lines(s, c,
                              (struct rect){r.row + 1, r.col, r.rows - form - 1,
                                            r.cols});
    used += used + form < r.rows;
    struct rect below = {r.row + used, r.col, form, r.cols};
    if (plan)
        form_draw(&s->form, c, below, RELEASE_LABELS);
    else
        draw_progress(s, c, below);
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
release_action(struct view *v, const struct call *call, struct error *e)
{
    struct release *s = v->state;
    if (call->action == ACT_OPEN && s->stage != STAGE_PLAN) {
        screen_open(v->app, &installation_screen,
                    s->plan.items[0].installation_id, NULL);
        return REACT_PAINT;
    }
    if (call->action == ACT_PAGE_DOWN || call->action == ACT_PAGE_UP)
        return scroll(s, call->action == ACT_PAGE_DOWN);
    if (call->action != ACT_RELEASE_NOW)
        return REACT_IGNORED;
    judge(s);
    if (s->stage != STAGE_PLAN)
        error_set(e, ERR_REFUSED, "it is released already");
    else if (s->off[0])
        error_set(e, ERR_REFUSED, "%s", s->off);
    else if (still_as_shown(s, e))
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
release_question(struct view *v, const struct call *call, struct question *q)
{
    const struct release *s = v->state;
    const struct release_item *item = s->plan.count ? &s->plan.items[0] : NULL;
    if (call->action != ACT_RELEASE_NOW || !item)
        return false;
    const char *name = wanted_name(s);
    question_about(q, item->workflow, item->customer, item->username);
    const char *who = item->who ? QUESTION_WHO : "new installations";
    snprintf(q->text, sizeof q->text, "Release %s of " QUESTION_WHAT " for %s?",
             item->version.label, who);
    snprintf(q->yes, sizeof q->yes, "%.60s", s->go_label);
    snprintf(q->typed, sizeof q->typed, "%s", name ? name : "");
    return true;
}

static unsigned
release_key(struct view *v, const struct key *key, struct error *e)
{
    struct release *s = v->state;
    int pressed = -1;
    if (s->stage != STAGE_PLAN)
        return REACT_IGNORED;
    if (key->kind == KEY_KIND_ESCAPE)
        return REACT_CLOSE;
    judge(s);
    unsigned reaction = form_key(&s->form, key, &pressed, e);
    read_first(s);
    if (pressed == (int)s->back)
        return REACT_CLOSE;
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
    form_paste(&s->form, text, n, e);
    return REACT_PAINT;
}

static void
release_detail(const struct view *v, struct buf *out)
{
    const struct release *s = v->state;
    const char *wanted = wanted_name(s);
    if (s->stage != STAGE_PLAN)
        return;
    if (wanted)
        buf_addf(out,
                 "Nothing is released yet. Type %.300s, then Tab goes to "
                 "Release. Up goes to the note",
                 wanted);
    else
        buf_adds(out, "Nothing is released yet. Tab goes from the note to "
                      "Back and to Release");
}

const struct view_ops release_screen = {
    .id = VIEW_RELEASE,
    .open = release_open,
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
