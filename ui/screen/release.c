/*
 * Release: what will happen before it happens, then what the runtime says.
 * It is never one key: the note is a field, Tab leads to Back, then to
 * Release.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "manager/draft/draft.h"
#include "manager/exchange/exchange.h"
#include "manager/release/release.h"
#include "store/console.h"
#include "ui/screen/installation_rows.h"
#include "ui/screen/screens.h"
#include "ui/widget/form.h"

enum { LABELS = 13, NOTE_MOST = 2000, LINES_MOST = 60 };

/* How far it is. */
enum stage { STAGE_PLAN, STAGE_SENT, STAGE_LIVE, STAGE_AWAITING, STAGE_ENDED };

/* A line of the plan, as shown. */
struct said {
    const char *label; /* static */
    char *text;
    enum style style;
};

struct release {
    struct console *console;
    char *draft; /* id */
    struct release_plan plan;
    enum err verdict; /* of the plan: OK, STALE, CHOICE, or why not */
    struct error why;
    struct said lines[LINES_MOST];
    size_t line_count;
    struct form form;
    size_t note, typed, back, go; /* items; typed SIZE_MAX: none */
    char go_label[160];
    char off[1100]; /* why the button is off */
    enum stage stage;
    char key[IDENT_SIZE];
    char progress[600];
};

/* --- lines ---------------------------------------------------------------- */

static void say(struct release *s, const char *label, enum style style,
                const char *format, ...) __attribute__((format(printf, 4, 5)));

static void
say(struct release *s, const char *label, enum style style, const char *format,
    ...)
{
    struct buf text;
    va_list ap;
    if (s->line_count == LINES_MOST)
        return;
    buf_init(&text, 8192);
    va_start(ap, format);
    buf_vaddf(&text, format, ap);
    va_end(ap);
    s->lines[s->line_count++] = (struct said){label, buf_take(&text), style};
}

static void
say_list(struct release *s, const char *label, const char *const *list,
         enum style style)
{
    for (size_t i = 0; list && list[i]; i++)
        say(s, i ? "" : label, style, "%s", list[i]);
}

static void
clear_lines(struct release *s)
{
    for (size_t i = 0; i < s->line_count; i++)
        free(s->lines[i].text);
    s->line_count = 0;
}

/* True where row I of LOG is an edit of AUTHOR that is in effect; a redo puts
 * the edit of whoever made it back. */
static bool
is_in_effect_by(const struct draft_log *log, size_t i, const char *author)
{
    const struct draft_edit_row *row = &log->rows[i];
    if (row->kind == EDIT_UNDO || row->undone)
        return false;
    while (row->kind != EDIT_CHANGE && row->of > 0)
        row = &log->rows[row->of - 1];
    return text_equal(row->author, author);
}

/* Who made the edits that are in effect: "alice 4 changes, bob 1 change". */
static void
say_authors(struct release *s)
{
    struct draft_log log = {0};
    struct buf text;
    buf_init(&text, 4096);
    if (manager_draft_log(s->console->manager, s->draft, &log, NULL) != ERR_OK)
        log.count = 0;
    for (size_t i = 0; i < log.count; i++) {
        int changes = 0;
        bool told = false;
        for (size_t k = 0; k < log.count; k++) {
            bool same = text_equal(log.rows[i].author, log.rows[k].author);
            told = told || (same && k < i);
            changes += is_in_effect_by(&log, k, log.rows[i].author);
        }
        if (!told && changes > 0)
            buf_addf(&text, "%s%s %d change%s", text.len ? ", " : "",
                     log.rows[i].author, changes, changes == 1 ? "" : "s");
    }
    if (text.len)
        say(s, "written by", STYLE_NORMAL, "%s", buf_str(&text));
    buf_clear(&text);
    draft_log_clear(&log);
}

static void
say_effect(struct release *s, const struct release_item *item)
{
    struct buf needs;
    buf_init(&needs, 4096);
    needs_value_words(&needs, item->needs);
    if (!item->installation_id)
        say(s, "goes out", STYLE_NORMAL,
            "as a base version: new installations get it");
    else if (item->material)
        say(s, "waits", STYLE_WARNING, "for %s: %s; %s stays live until then",
            item->customer, buf_str(&needs), item->live.label);
    else
        say(s, "goes live", STYLE_NORMAL,
            "at once, for %s only; nothing to connect or answer",
            item->customer);
    if (*item->live.id)
        say(s, "replaces", STYLE_NORMAL,
            "%s by %s; runs under way finish on it", item->live.label,
            item->live.author ? item->live.author : "?");
    buf_clear(&needs);
}

/* What runs on installation alone does not run again by a release. */
static void
say_run(struct release *s, const struct release_item *item)
{
    struct value *v = NULL;
    int64_t revision;
    if (!item->installation_id ||
        manager_draft_read(s->console->manager, s->draft, &v, &revision,
                           NULL) != ERR_OK)
        return;
    if (text_equal(value_get_text(value_get(v, "trigger"), "kind"),
                   "installation"))
        say(s, "then", STYLE_WARNING,
            "it runs when asked to: tailor run start %s %s",
            item->installation_id, item->workflow);
    value_free(v);
}

static void
say_plan(struct release *s, const struct release_item *item)
{
    const char *const *undone = (const char *const *)item->undone;
    say_effect(s, item);
    if (item->stale)
        say(s, "STALE", STYLE_BAD,
            "%s went live since this draft was made; a release undoes:",
            item->live.label);
    say_list(s, "undoes", undone, STYLE_BAD);
    if (*item->awaiting.id)
        say(s, "in the way", STYLE_WARNING,
            "%s waits for the customer and would be withdrawn (or fork that "
            "version: Back, a, fork this version)",
            item->awaiting.label);
    say_list(s, "loses", (const char *const *)item->lost, STYLE_WARNING);
    say_authors(s);
    if (item->triggers && item->triggers[0])
        say_list(s, "triggers", (const char *const *)item->triggers,
                 STYLE_WARNING);
    else
        say(s, "triggers", STYLE_NORMAL, "the same");
    say_run(s, item);
    if (item->installation_id && item->others == 0)
        say(s, "others", STYLE_GOOD, "no other installation has this workflow");
    else if (item->installation_id)
        say(s, "others", STYLE_GOOD,
            "%lld installation%s of this workflow %s not touched",
            (long long)item->others, item->others == 1 ? "" : "s",
            item->others == 1 ? "is" : "are");
    if (*item->hash)
        say(s, "document", STYLE_FAINT, "%.4s %.4s", item->hash,
            item->hash + 4);
    /* Last: where they are many, nothing else is out of sight. */
    say_list(s, "changes", (const char *const *)item->changes, STYLE_NORMAL);
}

/* --- the plan ------------------------------------------------------------- */

static bool
may_go(const struct release *s)
{
    return s->verdict == ERR_OK || s->verdict == ERR_STALE ||
           s->verdict == ERR_CHOICE;
}

static void
make_plan(struct release *s)
{
    const char *drafts[] = {s->draft};
    const struct release_options options = {.dry_run = true};
    clear_lines(s);
    release_plan_clear(&s->plan);
    error_clear(&s->why);
    s->verdict = manager_release(s->console->manager, drafts, 1, &options,
                                 &s->plan, &s->why);
    if (!may_go(s))
        say(s, "cannot yet", STYLE_BAD, "%s", s->why.text);
    if (s->plan.count > 0)
        say_plan(s, &s->plan.items[0]);
}

/* What must be typed where the release is dangerous, or NULL. */
static const char *
wanted_name(const struct release *s)
{
    const struct release_item *item = s->plan.count ? &s->plan.items[0] : NULL;
    if (!item || (!item->stale && item->installation_id))
        return NULL;
    return item->installation_id ? item->customer : item->workflow;
}

static void
make_form(struct release *s)
{
    const struct release_item *item = s->plan.count ? &s->plan.items[0] : NULL;
    const char *note = item ? item->version.note : NULL;
    form_clear(&s->form);
    form_init(&s->form);
    s->note = form_field(&s->form, "note", NOTE_MOST, note ? note : "");
    s->typed =
        wanted_name(s) ? form_field(&s->form, "type name", 300, "") : SIZE_MAX;
    s->back = form_button(&s->form, "Back");
    bool replaces = item && *item->awaiting.id;
    snprintf(s->go_label, sizeof s->go_label, "Release%s%s%s%s",
             item ? " " : "", item ? item->version.label : "",
             replaces ? ", take back " : "",
             replaces ? item->awaiting.label : "");
    s->go = form_button(&s->form, s->go_label);
}

/* Why the release button is off now, or NULL. */
static void
judge(struct release *s)
{
    const char *name = wanted_name(s);
    const char *why = app_refusal(s->console->app, ACT_RELEASE_NOW);
    s->off[0] = '\0';
    if (!may_go(s))
        snprintf(s->off, sizeof s->off, "%s", s->why.text);
    else if (why)
        snprintf(s->off, sizeof s->off, "release: %s", why);
    else if (name && strcmp(form_text(&s->form, s->typed), name) != 0)
        snprintf(s->off, sizeof s->off, "type %.300s first", name);
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
    clear_lines(s);
    release_plan_clear(&s->plan);
    form_clear(&s->form);
    free(s->draft);
    free(s);
}

static void
release_title(const struct view *v, struct buf *out)
{
    const struct release *s = v->state;
    const char *label = s->plan.count ? s->plan.items[0].version.label : "";
    buf_addf(out, "release %s", label);
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
    const char *who = item->customer ? item->customer : "new installations";
    struct outbox_status status = {0};
    struct error e = {0};
    if (s->stage != STAGE_SENT)
        return;
    if (manager_outbox_status(s->console->manager, s->key, &status, &e) !=
        ERR_OK) {
        snprintf(s->progress, sizeof s->progress, "%.500s", e.text);
        return;
    }
    bool awaiting = strcmp(status.outcome, "awaiting") == 0;
    if (status.state == OUTBOX_DONE) {
        snprintf(s->progress, sizeof s->progress, "%s %s %s (%s)",
                 item->version.label,
                 awaiting ? "now waits for" : "is live for", who,
                 "the runtime's word");
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
    if (rc != ERR_OK) { /* it has changed under the screen: show it anew */
        release_plan_clear(&plan);
        make_plan(s);
        make_form(s);
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

/* How many bytes of TEXT go on a line of WIDTH columns: whole words. */
static size_t
line_bytes(const char *text, int width, bool ascii)
{
    size_t n = strlen(text), fits = 0;
    if (width_text(text, n, ascii) <= width)
        return n;
    for (size_t i = 0; i < n; i++) {
        if (text[i] == ' ' && width_text(text, i, ascii) <= width)
            fits = i;
    }
    return fits ? fits : n; /* one long word is cut by what draws it */
}

/* Draws LINE from row AT on, in as many rows as it takes; returns the row
 * after it. */
static int
draw_line(const struct said *line, struct cells *c, struct rect r, int at)
{
    const char *text = line->text;
    cells_fit(c, r.row + at, r.col, LABELS - 1, STYLE_FAINT, line->label);
    do {
        size_t n = line_bytes(text, r.cols - LABELS, c->ascii);
        char *part = mem_strndup(text, n);
        cells_fit(c, r.row + at, r.col + LABELS, r.cols - LABELS, line->style,
                  part);
        free(part);
        text += n + strspn(text + n, " ");
        at++;
    } while (*text && at < r.rows);
    return at;
}

/* How many rows LINE takes in WIDTH columns. */
static int
line_rows(const struct said *line, int width, bool ascii)
{
    const char *text = line->text;
    int rows = 0;
    do {
        text += line_bytes(text, width, ascii);
        text += strspn(text, " ");
        rows++;
    } while (*text);
    return rows;
}

static int
draw_lines(const struct release *s, struct cells *c, struct rect r)
{
    int at = 0;
    for (size_t i = 0; i < s->line_count && at < r.rows; i++) {
        size_t left = s->line_count - i;
        int rows = line_rows(&s->lines[i], r.cols - LABELS, c->ascii);
        if (at + rows > r.rows - (left > 1)) {
            cells_textf(c, r.row + at, r.col + LABELS, r.cols - LABELS,
                        STYLE_FAINT, "and %zu more (D on the blocks)", left);
            return at + 1;
        }
        at = draw_line(&s->lines[i], c, r, at);
    }
    return at;
}

static void
release_draw(struct view *v, struct cells *c, struct rect r)
{
    struct release *s = v->state;
    int form = s->typed == SIZE_MAX ? 3 : 4;
    judge(s);
    struct rect top = {r.row, r.col, r.rows - form - 1, r.cols};
    int used = draw_lines(s, c, top);
    struct rect below = {r.row + used + (used + form < r.rows), r.col, form,
                         r.cols};
    if (s->stage == STAGE_PLAN)
        form_draw(&s->form, c, below, LABELS);
    else {
        cells_text(c, below.row, r.col, LABELS - 1, STYLE_FAINT, "now");
        cells_fit(c, below.row, r.col + LABELS, r.cols - LABELS,
                  s->stage == STAGE_LIVE    ? STYLE_GOOD
                  : s->stage == STAGE_ENDED ? STYLE_BAD
                                            : STYLE_WARNING,
                  s->progress);
        cells_text(c, below.row + 1, r.col + LABELS, r.cols - LABELS,
                   STYLE_FAINT, "Enter or Esc goes back");
        cells_cursor(c, below.row, r.col + LABELS);
    }
}

/* --- actions and keys ----------------------------------------------------- */

static unsigned
release_action(struct view *v, const struct call *call, struct error *e)
{
    struct release *s = v->state;
    if (call->action == ACT_OPEN && s->stage != STAGE_PLAN)
        return REACT_CLOSE;
    if (call->action != ACT_RELEASE_NOW)
        return REACT_IGNORED;
    judge(s);
    if (s->stage != STAGE_PLAN)
        error_set(e, ERR_REFUSED, "it is released already");
    else if (s->off[0])
        error_set(e, ERR_REFUSED, "%s", s->off);
    else
        release_now(s, e);
    return REACT_PAINT;
}

static void
release_context(const struct view *v, enum act action, struct act_context *ctx)
{
    const struct release *s = v->state;
    if (action == ACT_OPEN)
        ctx->has_row = s->stage != STAGE_PLAN;
}

static bool
release_typing(const struct view *v)
{
    return ((const struct release *)v->state)->stage == STAGE_PLAN;
}

/* For the action by its name; the form on the screen asks by itself. */
static bool
release_question(struct view *v, const struct call *call, struct question *q)
{
    const struct release *s = v->state;
    const struct release_item *item = s->plan.count ? &s->plan.items[0] : NULL;
    const char *name = wanted_name(s);
    if (call->action != ACT_RELEASE_NOW || !item)
        return false;
    snprintf(q->text, sizeof q->text, "Release %s of %.80s for %.80s?",
             item->version.label, item->workflow,
             item->customer ? item->customer : "everybody");
    snprintf(q->yes, sizeof q->yes, "%.60s", s->go_label);
    snprintf(q->typed, sizeof q->typed, "%.120s", name ? name : "");
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
    if (pressed == (int)s->back)
        return REACT_CLOSE;
    if (pressed == (int)s->go)
        app_confirmed(v->app, &(struct call){ACT_RELEASE_NOW, 0, NULL});
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
    if (s->stage == STAGE_PLAN)
        buf_adds(out, "Nothing has happened yet. Tab goes from the note to "
                      "Back and to Release");
}

const struct view_ops release_screen = {
    .id = VIEW_RELEASE,
    .open = release_open,
    .close = release_close,
    .title = release_title,
    .draw = release_draw,
    .action = release_action,
    .context = release_context,
    .typing = release_typing,
    .asking = release_typing,
    .question = release_question,
    .key = release_key,
    .paste = release_paste,
    .refresh = release_refresh,
    .detail = release_detail,
};
