/* What a version of another customer would bring to this one, what it lacks
 * here and what is left out, before the draft is made. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "manager/draft/fork.h"
#include "manager/installation/installation.h"
#include "ui/draft/lines.h"
#include "ui/screen/asked.h"
#include "ui/screen/screens.h"
#include "workflow/validate/material.h"

#define PLACE "place " /* before the place, in the key of what is left out */

struct other_version {
    char *installation, *workflow, *from; /* ids */
    struct fork_plan plan;                /* as it is shown */
    struct fork_plan asked; /* with what is marked, as it was asked about */
    struct row_list *rows;
    struct table table;
};

static const struct column columns[] = {
    {"what", 14, 0, 0, false, true, line_cell_0},
    {"of the version", 30, 1, 0, false, false, line_cell_1},
};

/* --- the plan ------------------------------------------------------------- */

static void
add(struct other_version *s, const char *key, const char *what,
    const char *text, enum style style)
{
    line_add(s->rows, key, mem_strdup(what), mem_strdup(text), NULL)->style =
        style;
}

/* A row for each text of LIST; KEY and the text, or the number, is its key. */
static void
add_each(struct other_version *s, const char *key, const char *what,
         const struct value *list, enum style style)
{
    for (size_t i = 0; i < value_size(list); i++) {
        const char *text = value_text_or(value_at(list, i), "");
        char *name = strcmp(key, PLACE) == 0 ? mem_printf("%s%s", key, text)
                                             : mem_printf("%s%zu", key, i);
        add(s, name, what, text, style);
        free(name);
    }
}

static void
show(struct other_version *s)
{
    struct buf needs;
    buf_init_any(&needs);
    need_words(s->plan.needs, &needs);
    if (needs.len)
        add(s, "needs", "missing here", buf_str(&needs), STYLE_WARNING);
    add_each(s, "custom ", "not described", s->plan.custom, STYLE_WARNING);
    add_each(s, "along ", "comes along", s->plan.along, STYLE_CHANGED);
    add_each(s, PLACE, "left out", s->plan.left_out, STYLE_FAINT);
    buf_clear(&needs);
}

static struct fork_request
request_of(const struct other_version *s)
{
    return (struct fork_request){.installation = s->installation,
                                 .workflow = s->workflow,
                                 .from = s->from,
                                 .choice = DRAFT_ANOTHER};
}

static enum err
other_read(struct other_version *s, struct manager *m, struct error *e)
{
    struct fork_request request = request_of(s);
    request.plan_only = true;
    row_list_empty(s->rows);
    fork_plan_clear(&s->plan);
    enum err err = manager_draft_further(m, &request, &s->plan, e);
    if (err == ERR_OK)
        show(s);
    table_reload(&s->table);
    return err;
}

/* The places that are marked, an array. */
static struct value *
wanted_of(const struct other_version *s)
{
    const struct marks *marks = &s->table.marks;
    struct value *wanted = value_array();
    for (size_t i = 0; i < marks->count; i++) {
        if (text_starts(marks->keys[i], PLACE))
            value_append(wanted, value_string(marks->keys[i] + strlen(PLACE)));
    }
    return wanted;
}

/* Makes s->asked: the plan with what is marked. CONFLICT where what is shown is
 * no longer the plan. */
static enum err
plan_asked(struct other_version *s, struct manager *m, struct error *e)
{
    struct fork_request request = request_of(s);
    struct fork_plan now;
    struct value *wanted = wanted_of(s);
    request.plan_only = true;
    request.asked = s->plan.hash;
    enum err err = manager_draft_further(m, &request, &now, e);
    request.asked = NULL;
    request.wanted = wanted;
    fork_plan_clear(&s->asked);
    if (err == ERR_OK)
        err = manager_draft_further(m, &request, &s->asked, e);
    fork_plan_clear(&now);
    value_free(wanted);
    return err;
}

/* Makes the draft as it was asked about. */
static void
make(struct view *v, struct error *e)
{
    struct other_version *s = v->state;
    struct manager *m = console_of(v)->manager;
    struct fork_request request = request_of(s);
    struct fork_plan made;
    struct value *wanted = wanted_of(s);
    request.wanted = wanted;
    request.asked = s->asked.hash;
    if (manager_draft_further(m, &request, &made, e) == ERR_OK)
        screen_open(v->app, &editor_screen, made.id, NULL);
    fork_plan_clear(&made);
    value_free(wanted);
}

/* --- life ----------------------------------------------------------------- */

static void
other_close(struct view *v)
{
    struct other_version *s = v->state;
    table_clear(&s->table);
    row_list_free(s->rows);
    fork_plan_clear(&s->plan);
    fork_plan_clear(&s->asked);
    free(s->installation);
    free(s->workflow);
    free(s->from);
    free(s);
}

static enum err
other_open(struct view *v, const char *arg, struct error *e)
{
    struct other_version *s = mem_alloc(sizeof *s);
    *s = (struct other_version){.installation = screen_word(arg, 0),
                                .workflow = screen_word(arg, 1),
                                .from = screen_word(arg, 2),
                                .rows = row_list_new(&line_ops)};
    struct row_source source = row_list_source(s->rows);
    table_init(&s->table, &source, columns, sizeof columns / sizeof *columns);
    s->table.sort_column = SIZE_MAX;
    s->table.empty = "nothing is left out, missing here or to be looked at";
    v->state = s;
    v->table = &s->table;
    enum err err = s->from ? other_read(s, console_of(v)->manager, e)
                           : error_set(e, ERR_USAGE, "fork: of what?");
    if (err != ERR_OK)
        other_close(v);
    return err;
}

static unsigned
other_refresh(struct view *v)
{
    struct error e = {0};
    if (other_read(v->state, console_of(v)->manager, &e) != ERR_OK)
        app_say_error(v->app, MESSAGE_ERROR, &e);
    return REACT_PAINT;
}

/* --- what is shown -------------------------------------------------------- */

static void
other_title(const struct view *v, struct buf *out)
{
    const struct other_version *s = v->state;
    buf_addf(out, "%s of %s", s->plan.from,
             s->plan.other ? s->plan.other : "?");
}

static void
other_draw(struct view *v, struct cells *c, struct rect r)
{
    table_draw(&((struct other_version *)v->state)->table, c, r);
}

/* The whole marked row, and what can be done with it. */
static void
other_detail(const struct view *v, struct buf *out)
{
    const struct other_version *s = v->state;
    const struct row *row = table_selected(&s->table);
    const struct text_line *line = row ? row->data : NULL;
    if (!line)
        return;
    bool left = text_starts(row->key, PLACE);
    buf_addf(out, "%s: %s%s", line->cell[0], line->cell[1],
             !left ? ""
             : marks_has(&s->table.marks, row->key)
                 ? " (comes along, Space leaves it out)"
                 : " (Space takes it along)");
}

/* --- actions -------------------------------------------------------------- */

/* The whole row: it may be longer than the screen is wide. */
static void
show_row(struct view *v, const struct row *row)
{
    const struct text_line *line = row->data;
    struct buf text;
    buf_init_any(&text);
    buf_addf(&text, "%s\n\n%s\n", line->cell[0], line->cell[1]);
    app_show(v->app, line->cell[0], buf_str(&text));
    buf_clear(&text);
}

static unsigned
other_action(struct view *v, const struct invocation *invocation,
             struct error *e)
{
    struct other_version *s = v->state;
    const struct row *row = table_selected(&s->table);
    if (invocation->action == ACT_OPEN && row)
        show_row(v, row);
    else if (invocation->action == ACT_FORK)
        make(v, e);
    else
        return REACT_IGNORED;
    return REACT_PAINT;
}

static void
other_context(const struct view *v, enum act action, struct act_context *ctx)
{
    const struct other_version *s = v->state;
    const struct row *row = table_selected(&s->table);
    if (action == ACT_FORK)
        ctx->has_row = true; /* there may be nothing to list */
    else if (action == ACT_MARK && row && !text_starts(row->key, PLACE))
        ctx->off = "only what is left out can be taken along";
}

/* Lists in Q what comes along. */
static void
name_along(const struct value *along, struct question *q)
{
    struct buf names;
    buf_init(&names, sizeof q->names);
    q->of = value_size(along);
    for (size_t i = 0; i < q->of; i++) {
        const char *text = value_text_or(value_at(along, i), "");
        if (names.len + strlen(text) + 2 > sizeof q->names)
            break;
        buf_addf(&names, "%s%s", i ? "\n" : "", text);
    }
    snprintf(q->names, sizeof q->names, "%s", buf_str(&names));
    buf_clear(&names);
}

static void
name_customer(struct view *v, struct question *q)
{
    const struct other_version *s = v->state;
    struct manager *m = console_of(v)->manager;
    struct installation_list list = {.count = 0};
    if (manager_installation_show(m, s->installation, &list, NULL) == ERR_OK &&
        list.count > 0)
        asked_installation(q, NULL, &list.rows[0]);
    installation_list_clear(&list);
}

/* Asked where something of the other customer comes along. */
static bool
other_question(struct view *v, const struct invocation *invocation,
               struct question *q)
{
    struct other_version *s = v->state;
    struct error e = {.code = ERR_OK};
    if (invocation->action != ACT_FORK)
        return false;
    if (plan_asked(s, console_of(v)->manager, &e) != ERR_OK) {
        app_tell(&e, q->refusal, sizeof q->refusal);
        return true;
    }
    if (value_size(s->asked.along) == 0)
        return false;
    name_customer(v, q);
    name_along(s->asked.along, q);
    snprintf(q->text, sizeof q->text,
             "Take along %zu %s of %.100s for " QUESTION_WHO "?", q->of,
             q->of == 1 ? "text or constant" : "texts and constants",
             s->asked.other);
    snprintf(q->yes, sizeof q->yes, "Take along");
    snprintf(q->basis, sizeof q->basis, "%.64s", s->asked.hash);
    return true;
}

const struct view_ops other_version_screen = {
    .id = VIEW_OTHER_VERSION,
    .open = other_open,
    .close = other_close,
    .title = other_title,
    .draw = other_draw,
    .action = other_action,
    .context = other_context,
    .question = other_question,
    .refresh = other_refresh,
    .detail = other_detail,
};

/* --- the way to it -------------------------------------------------------- */

void
screen_other_version(struct app *app, const char *installation,
                     const char *workflow, const char *name, struct error *e)
{
    struct console *c = app_owner(app);
    struct version_list list = {0};
    if (manager_version_show(c->manager, name, workflow, installation, &list,
                             e) == ERR_OK) {
        const struct version_row *row = &list.rows[0];
        if (!row->installation_id ||
            strcmp(row->installation_id, installation) == 0)
            error_set(e, ERR_INVALID,
                      "%s: not a version of another customer (its name is "
                      "CUSTOMER/INTEGRATION:VERSION)",
                      row->label);
        else
            screen_open(app, &other_version_screen, installation, workflow,
                        row->id, NULL);
    }
    version_list_clear(&list);
}
