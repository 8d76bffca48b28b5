/* One installation: its workflows and versions, its apps, what was done. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "manager/exchange/runtime.h"
#include "manager/release/release.h"
#include "store/console.h"
#include "ui/screen/asked.h"
#include "ui/screen/installation_rows.h"
#include "ui/screen/pause.h"

/* --- columns -------------------------------------------------------------- */

static enum style
cell_workflow(void *ctx, const void *row, struct buf *out)
{
    const struct place_row *p = row;
    (void)ctx;
    buf_adds(out, p->workflow_name ? p->workflow_name : "");
    return STYLE_NORMAL;
}

static enum style
cell_version(void *ctx, const void *row, struct buf *out)
{
    const struct place_row *p = row;
    (void)ctx;
    buf_adds(out, p->label);
    return STYLE_NORMAL;
}

static enum style
cell_state(void *ctx, const void *row, struct buf *out)
{
    const struct place_row *p = row;
    (void)ctx;
    buf_adds(out, p->state);
    return p->is_awaiting || strcmp(p->state, "releasing") == 0 ? STYLE_WARNING
           : p->is_live                                         ? STYLE_GOOD
                                                                : STYLE_NORMAL;
}

static enum style
cell_when(void *ctx, const void *row, struct buf *out)
{
    (void)ctx;
    buf_adds(out, ((const struct place_row *)row)->when);
    return STYLE_FAINT;
}

static enum style
cell_what(void *ctx, const void *row, struct buf *out)
{
    (void)ctx;
    buf_adds(out, ((const struct place_row *)row)->what);
    return STYLE_NORMAL;
}

static const struct column columns[] = {
    {"workflow", 14, 1, 0, false, true, cell_workflow},
    {"version", 7, 0, 0, false, true, cell_version},
    {"state", 9, 0, 0, false, false, cell_state},
    {"since", 6, 0, 2, false, false, cell_when},
    {"what", 16, 3, 0, false, false, cell_what},
};
enum { COLUMNS = sizeof columns / sizeof columns[0] };

/* --- life ----------------------------------------------------------------- */

static enum err
installation_open(struct view *v, const char *arg, struct error *e)
{
    struct installation_shown *s = mem_alloc(sizeof *s);
    buf_init(&s->apps, 65536);
    buf_init(&s->as_of, 200);
    s->rows = row_list_new(&place_rows);
    struct row_source source = row_list_source(s->rows);
    table_init(&s->table, &source, columns, COLUMNS);
    s->table.sort_column = SIZE_MAX;
    s->table.empty = "no workflow";
    v->state = s;
    v->table = &s->table;
    enum err err = installation_read(console_of(v), arg, s, e);
    if (err != ERR_OK && v->ops->close)
        v->ops->close(v);
    return err;
}

static void
installation_close(struct view *v)
{
    struct installation_shown *s = v->state;
    table_clear(&s->table);
    row_list_free(s->rows);
    installation_list_clear(&s->show);
    audit_list_clear(&s->audit);
    buf_clear(&s->apps);
    buf_clear(&s->as_of);
    release_plan_clear(&s->asked);
    free(s);
}

static const struct installation_row *
shown(const struct view *v)
{
    const struct installation_shown *s = v->state;
    return s->show.count > 0 ? &s->show.rows[0] : NULL;
}

static void
installation_title(const struct view *v, struct buf *out)
{
    const struct installation_row *row = shown(v);
    buf_adds(out, row ? row->title : "");
}

static unsigned
installation_refresh(struct view *v)
{
    struct installation_shown *s = v->state;
    struct error e = {0};
    if (installation_read(console_of(v), v->arg, s, &e) != ERR_OK)
        app_say_error(v->app, MESSAGE_ERROR, &e);
    table_reload(&s->table);
    return REACT_PAINT;
}

/* --- drawing -------------------------------------------------------------- */

/* What ACTION of the audit is in words. */
static const char *
audit_words(const char *action)
{
    static const struct {
        const char *action, *words;
    } known[] = {
#define W(action, words) {action, words},
#include "ui/screen/audit_words.def"
#undef W
    };
    for (size_t i = 0; action && i < sizeof known / sizeof known[0]; i++) {
        if (strcmp(known[i].action, action) == 0)
            return known[i].words;
    }
    return action ? action : "";
}

static void
draw_audit(const struct installation_shown *s, struct cells *c, struct rect r)
{
    for (size_t i = 0; i < s->audit.count && (int)i < r.rows; i++) {
        const struct audit_entry *a = &s->audit.rows[i].entry;
        struct buf when;
        int row = r.row + (int)i;
        buf_init(&when, 64);
        screen_time(&when, a->at);
        cells_fit(c, row, r.col + 2, 12, STYLE_FAINT, buf_str(&when));
        cells_fit(c, row, r.col + 14, 16, STYLE_NORMAL,
                  a->actor ? a->actor : "");
        cells_fit(c, row, r.col + 32, r.cols - 32, STYLE_NORMAL,
                  audit_words(a->action));
        buf_clear(&when);
    }
}

/* The command that lists the failed runs of ROW; 1 where there is a line. */
static int
draw_failed(const struct installation_row *row, struct cells *c, struct rect r)
{
    if (row->failed == 0)
        return 0;
    cells_textf(c, r.row, r.col + 2, r.cols - 2, STYLE_NORMAL,
                "failed       tailor run list --installation %s/%s --state "
                "failed",
                row->username, row->integration_key);
    return 1;
}

/* What runs: of an active installation its workflows may be paused. */
static void
state_words(const struct installation_shown *s, struct buf *out)
{
    int state = s->show.rows[0].state;
    bool some = state == INSTALLATION_ACTIVE && s->paused > 0;
    bool all = some && s->paused == s->workflows;
    buf_adds(out, installation_state_word(all ? INSTALLATION_PAUSED : state));
    if (some && !all)
        buf_addf(out, " (%zu of %zu workflows paused)", s->paused,
                 s->workflows);
}

static void
draw_facts(const struct view *v, struct cells *c, struct rect r)
{
    const struct installation_shown *s = v->state;
    const struct installation_row *row = shown(v);
    struct rect rest = {r.row + 3, r.col, r.rows - 3, r.cols};
    struct buf state;
    buf_init(&state, 200);
    state_words(s, &state);
    cells_line(c, r.row, r.col, r.cols, STYLE_FAINT);
    cells_textf(c, r.row + 1, r.col + 2, r.cols - 2, STYLE_NORMAL,
                "%s on %s (%s), %s as of %s", row->integration_name,
                row->runtime, row->environment, buf_str(&state),
                buf_str(&s->as_of));
    cells_textf(c, r.row + 2, r.col + 2, r.cols - 2, STYLE_NORMAL,
                "connected    %s", s->apps.len ? buf_str(&s->apps) : "nothing");
    int failed = rest.rows > 0 ? draw_failed(row, c, rest) : 0;
    rest.row += failed + 1;
    rest.rows -= failed + 1;
    if (rest.rows > 0)
        cells_text(c, rest.row - 1, r.col + 2, r.cols - 2, STYLE_HEADER,
                   "what was done last");
    draw_audit(s, c, rest);
    buf_clear(&state);
}

static void
installation_draw(struct view *v, struct cells *c, struct rect r)
{
    struct installation_shown *s = v->state;
    int need = (int)row_list_count(s->rows) + 2;
    int top = need < r.rows - 4 ? need : r.rows - 4;
    if (!shown(v) || r.rows < 9)
        top = r.rows;
    if (top < r.rows)
        draw_facts(v, c,
                   (struct rect){r.row + top, r.col, r.rows - top, r.cols});
    table_draw(&s->table, c, (struct rect){r.row, r.col, top, r.cols});
}

/* --- actions -------------------------------------------------------------- */

static const struct place_row *
marked_row(const struct view *v)
{
    const struct installation_shown *s = v->state;
    const struct row *row = table_selected(&s->table);
    return row ? row->data : NULL;
}

/* Why ACTION is off for the marked row, or NULL. */
static const char *
row_refusal(const struct place_row *p, enum act action)
{
    switch (action) {
    case ACT_WITHDRAW:
    case ACT_FORK_AGAIN:
    case ACT_COPY_CALL:
        return p && p->is_awaiting ? NULL : "no waiting version is marked";
    case ACT_RETURN_TO_BASE:
    case ACT_CARRY:
        return p && p->own ? NULL : "a base version is live";
    case ACT_PAUSE:
        return p ? p->no_pause : NULL;
    case ACT_RESUME:
        return p ? p->no_resume : NULL;
    case ACT_OPEN:
        return p && p->version ? NULL : "nothing is live";
    default:
        return NULL;
    }
}

static void
installation_context(const struct view *v, enum act action,
                     struct act_context *ctx)
{
    const char *why = row_refusal(marked_row(v), action);
    if (why)
        ctx->off = why;
}

/* What was queued goes out; the row says releasing until it is answered. */
static void
queued(struct view *v, const char *what, const struct release_plan *plan)
{
    const struct release_item *item = plan->count ? &plan->items[0] : NULL;
    char text[200];
    snprintf(text, sizeof text, "%s %s", what, item ? item->version.label : "");
    console_queued(console_of(v), item ? release_item_key(item) : NULL, text);
    installation_refresh(v);
}

static void
change_version(struct view *v, enum act action, struct error *e)
{
    const struct place_row *p = marked_row(v);
    struct manager *m = console_of(v)->manager;
    struct installation_shown *s = v->state;
    struct release_plan plan = {0};
    const struct release_options options = {.asked = &s->asked};
    enum err err;
    if (action == ACT_WITHDRAW)
        err = manager_withdraw(m, v->arg, p->workflow, &options, &plan, e);
    else if (action == ACT_ROLL_BACK)
        err =
            manager_rollback(m, v->arg, p->workflow, NULL, &options, &plan, e);
    else
        err = manager_base(m, v->arg, p->workflow, NULL, &options, &plan, e);
    if (err == ERR_OK)
        queued(v, act_info(action)->label, &plan);
    release_plan_clear(&plan);
}

/* True where resuming must resume the whole installation: none of its
 * workflows runs while that is paused. */
static bool
resumes_all(struct view *v, bool pause)
{
    return !pause && shown(v)->state == INSTALLATION_PAUSED;
}

static void
pause_workflow(struct view *v, bool pause, struct error *e)
{
    const struct place_row *p = marked_row(v);
    bool all = resumes_all(v, pause);
    char key[IDENT_SIZE];
    if (manager_installation_pause(console_of(v)->manager, v->arg,
                                   all ? NULL : p->workflow, pause, false, NULL,
                                   key, e) != ERR_OK)
        return;
    char text[400];
    snprintf(text, sizeof text, "%s of %.300s", pause ? "Pause" : "Resume",
             all ? shown(v)->who : p->name);
    console_queued(console_of(v), key, text);
}

static void
copy_call(struct view *v, const struct place_row *p)
{
    struct buf text;
    buf_init(&text, 4096);
    buf_addf(&text, "update({workflowIds:[\"%s\"],versionIds:[\"%s\"]})",
             p->workflow, p->version);
    app_copy(v->app, "the call", buf_str(&text), text.len);
    buf_clear(&text);
}

static unsigned
installation_action(struct view *v, const struct invocation *invocation,
                    struct error *e)
{
    const struct place_row *p = marked_row(v);
    if (!p)
        return REACT_IGNORED;
    switch ((enum act)invocation->action) {
    case ACT_OPEN:
        screen_open(v->app, &editor_screen, p->version, NULL);
        break;
    case ACT_FORK:
        screen_fork(v->app, v->arg, p->workflow, NULL);
        break;
    case ACT_FORK_AGAIN:
        screen_fork_another(v->app, v->arg, p->workflow, p->version);
        break;
    case ACT_CARRY:
        screen_carry(v->app, v->arg, p->workflow, NULL, e);
        break;
    case ACT_BASE_DRAFT:
        screen_base_draft(v->app, p->workflow, e);
        break;
    case ACT_FORK_OTHER:
        screen_other_version(v->app, v->arg, p->workflow, invocation->arg, e);
        break;
    case ACT_OPEN_VERSIONS:
        screen_open(v->app, &versions_screen, v->arg, p->workflow, NULL);
        break;
    case ACT_WITHDRAW:
    case ACT_ROLL_BACK:
    case ACT_RETURN_TO_BASE:
        change_version(v, (enum act)invocation->action, e);
        break;
    case ACT_PAUSE:
    case ACT_RESUME:
        pause_workflow(v, invocation->action == ACT_PAUSE, e);
        break;
    case ACT_COPY_CALL:
        copy_call(v, p);
        break;
    default:
        return REACT_IGNORED;
    }
    return REACT_PAINT;
}

/* --- questions ------------------------------------------------------------ */

static void
ask_about_version(struct view *v, enum act action, const struct place_row *p,
                  struct question *q)
{
    struct manager *m = console_of(v)->manager;
    const struct installation_row *row = shown(v);
    struct installation_shown *s = v->state;
    struct release_options options = {.dry_run = true};
    struct error e = {0};
    char version[VERSION_LABEL_SIZE + 3] = "";
    bool back = action == ACT_ROLL_BACK;
    enum err err = back ? manager_rollback(m, v->arg, p->workflow, NULL,
                                           &options, &s->asked, &e)
                        : manager_base(m, v->arg, p->workflow, NULL, &options,
                                       &s->asked, &e);
    if (s->asked.count > 0)
        snprintf(version, sizeof version, back ? ", %s," : " %s",
                 s->asked.items[0].version.label);
    asked_installation(q, p->name, row);
    snprintf(q->text, sizeof q->text,
             "%s " QUESTION_WHAT " %s%s for " QUESTION_WHO "?",
             back ? "Roll" : "Return",
             back ? "back to the version that was live before"
                  : "to the base version",
             version);
    snprintf(q->yes, sizeof q->yes, "%s %.40s",
             back ? "Roll back" : "Return to base", p->name);
    snprintf(q->typed, sizeof q->typed, "%s", row->phrase);
    screen_tell_plan(q, &s->asked, err, &e);
}

static void
ask_about_withdrawal(struct view *v, const struct place_row *p,
                     struct question *q)
{
    struct installation_shown *s = v->state;
    const struct release_options options = {.dry_run = true};
    manager_withdraw(console_of(v)->manager, v->arg, p->workflow, &options,
                     &s->asked, NULL);
    asked_installation(q, p->name, shown(v));
    snprintf(q->text, sizeof q->text,
             "Withdraw %s of " QUESTION_WHAT " for " QUESTION_WHO "?",
             p->label);
    snprintf(q->yes, sizeof q->yes, "Withdraw %s", p->label);
    snprintf(q->detail, sizeof q->detail,
             "The live version stays live. If the customer has "
             "accepted it already, it stays accepted.");
}

static void
ask_about_pause(struct view *v, struct question *q, bool pause,
                const struct place_row *p)
{
    const char *verb = pause ? "Pause" : "Resume";
    const char *what = resumes_all(v, pause) ? "all workflows" : p->name;
    asked_installation(q, what, shown(v));
    snprintf(q->text, sizeof q->text,
             "%s " QUESTION_WHAT " of " QUESTION_WHO "?", verb);
    snprintf(q->yes, sizeof q->yes, "%s %.50s", verb, what);
    snprintf(q->detail, sizeof q->detail, "%s",
             pause ? "New events and runs that wait stay until it is "
                     "resumed. " PAUSE_IN_PROGRESS
                   : "The events that wait run.");
    const char *id = shown(v)->id;
    pause_tell_held(console_of(v), &id, 1, q);
}

static bool
installation_question(struct view *v, const struct invocation *invocation,
                      struct question *q)
{
    const struct place_row *p = marked_row(v);
    const struct installation_row *row = shown(v);
    enum act action = (enum act)invocation->action;
    if (!p || !row)
        return false;
    release_plan_clear(&((struct installation_shown *)v->state)->asked);
    if (action == ACT_ROLL_BACK || action == ACT_RETURN_TO_BASE)
        ask_about_version(v, action, p, q);
    else if (action == ACT_BASE_DRAFT)
        screen_ask_base_draft(console_of(v)->manager, p->workflow, p->name, q);
    else if (action == ACT_WITHDRAW)
        ask_about_withdrawal(v, p, q);
    else if (action == ACT_PAUSE || action == ACT_RESUME)
        ask_about_pause(v, q, action == ACT_PAUSE, p);
    else
        return false;
    screen_basis(console_of(v)->manager, (const char *const *)&v->arg, 1, q);
    return true;
}

enum tour_work
installation_work(const struct view *v)
{
    const struct installation_shown *s = v->state;
    enum tour_work work = TOUR_NOTHING;
    for (size_t i = 0; i < row_list_count(s->rows); i++) {
        const struct place_row *p = row_list_data(s->rows, i);
        if (p->is_draft)
            return TOUR_DRAFT;
        if (strcmp(p->state, "releasing") == 0)
            work = TOUR_RELEASING;
    }
    return work;
}

static void
installation_detail(const struct view *v, struct buf *out)
{
    const struct place_row *p = marked_row(v);
    if (!p)
        return;
    buf_addf(out, "%s %s: %s, %s", p->name, p->label, p->state, p->what);
}

const struct view_ops installation_screen = {
    .id = VIEW_INSTALLATION,
    .open = installation_open,
    .close = installation_close,
    .title = installation_title,
    .draw = installation_draw,
    .action = installation_action,
    .context = installation_context,
    .question = installation_question,
    .refresh = installation_refresh,
    .detail = installation_detail,
};
