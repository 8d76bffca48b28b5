/* What becomes of each edit of an own version on a newer base, before the
 * draft is made. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "manager/draft/fork.h"
#include "ui/screen/conflict_values.h"
#include "ui/screen/screens.h"
#include "ui/widget/row_list.h"

enum { PANEL = 6 }; /* rows of the values of the marked conflict */

struct carrying {
    struct fork_plan plan; /* the rows are borrowed from it */
    char *installation, *workflow, *from, *carry;
    struct row_list *rows;
    struct table table;
};

static void
edit_text(const void *data, struct buf *out)
{
    const struct carry_edit *one = data;
    buf_addf(out, "%s %s", carry_state_word(one->state), one->text);
}

static const struct row_list_ops ops = {NULL, edit_text, NULL};

static enum style
cell_state(void *ctx, const void *row, struct buf *out)
{
    const struct carry_edit *one = row;
    (void)ctx;
    buf_adds(out, carry_state_word(one->state));
    return one->state == CARRY_CLEAN  ? STYLE_GOOD
           : one->state == CARRY_SAME ? STYLE_FAINT
                                      : STYLE_BAD;
}

static enum style
cell_edit(void *ctx, const void *row, struct buf *out)
{
    (void)ctx;
    buf_adds(out, ((const struct carry_edit *)row)->text);
    return STYLE_NORMAL;
}

static const struct column columns[] = {
    {"state", 8, 0, 0, false, true, cell_state},
    {"edit", 30, 1, 0, false, false, cell_edit},
};

static struct fork_request
request_of(const struct carrying *s)
{
    return (struct fork_request){.installation = s->installation,
                                 .workflow = s->workflow,
                                 .from = s->from,
                                 .carry = s->carry,
                                 .choice = DRAFT_ANOTHER};
}

static enum err
carry_read(struct carrying *s, struct manager *m, struct error *e)
{
    struct fork_request request = request_of(s);
    request.plan_only = true;
    row_list_empty(s->rows);
    fork_plan_clear(&s->plan);
    enum err err = manager_draft_further(m, &request, &s->plan, e);
    for (size_t i = 0; i < s->plan.edits.count; i++) {
        char *key = mem_printf("%zu", i);
        row_list_add(s->rows, key, &s->plan.edits.items[i]);
        free(key);
    }
    table_reload(&s->table);
    return err;
}

static void
carry_close(struct view *v)
{
    struct carrying *s = v->state;
    table_clear(&s->table);
    row_list_free(s->rows);
    fork_plan_clear(&s->plan);
    free(s->installation);
    free(s->workflow);
    free(s->from);
    free(s->carry);
    free(s);
}

static enum err
carry_open(struct view *v, const char *arg, struct error *e)
{
    struct carrying *s = mem_alloc(sizeof *s);
    *s = (struct carrying){.installation = screen_word(arg, 0),
                           .workflow = screen_word(arg, 1),
                           .from = screen_word(arg, 2),
                           .carry = screen_word(arg, 3),
                           .rows = row_list_new(&ops)};
    struct row_source source = row_list_source(s->rows);
    table_init(&s->table, &source, columns, sizeof columns / sizeof *columns);
    s->table.sort_column = SIZE_MAX;
    s->table.empty = "no edit to carry";
    v->state = s;
    v->table = &s->table;
    enum err err = s->carry ? carry_read(s, console_of(v)->manager, e)
                            : error_set(e, ERR_USAGE, "carry: of what?");
    if (err != ERR_OK)
        carry_close(v);
    return err;
}

static void
carry_title(const struct view *v, struct buf *out)
{
    const struct carrying *s = v->state;
    buf_addf(out, "Edits of %s on %s", s->plan.carried, s->plan.from);
}

static void
carry_draw(struct view *v, struct cells *c, struct rect r)
{
    struct carrying *s = v->state;
    const struct row *row = table_selected(&s->table);
    const struct carry_edit *one = row ? row->data : NULL;
    int panel = one && one->base && r.rows > 2 * PANEL ? PANEL : 0;
    table_draw(&s->table, c,
               (struct rect){r.row, r.col, r.rows - panel, r.cols});
    if (panel)
        conflict_values_draw(
            &(struct conflict_values){one->base, one->ours, one->theirs, NULL},
            c, (struct rect){r.row + r.rows - panel, r.col, panel, r.cols});
}

/* The whole edit, and the values of a conflict: one may be longer than its
 * rows. */
static void
show_edit(struct view *v, const struct carry_edit *one)
{
    struct buf text;
    buf_init_any(&text);
    buf_addf(&text, "%s\n", one->text);
    if (one->base)
        buf_addf(&text,
                 "\nold base\n  %s\n\nown version\n  %s\n\nnew base\n  %s\n",
                 one->base, one->ours, one->theirs);
    app_show(v->app, "Edit", buf_str(&text));
    buf_clear(&text);
}

static void
carry_detail(const struct view *v, struct buf *out)
{
    const struct carrying *s = v->state;
    const size_t *states = s->plan.edits.states;
    buf_addf(out, "%zu clean, %zu the same, %zu in conflict, %zu gone%s%s",
             states[CARRY_CLEAN], states[CARRY_SAME], states[CARRY_CONFLICT],
             states[CARRY_GONE],
             s->plan.language ? "; the new base has another format of formulas"
                              : "",
             s->plan.newer ? "; a newer base is released" : "");
}

static unsigned
carry_refresh(struct view *v)
{
    struct error e = {0};
    if (carry_read(v->state, console_of(v)->manager, &e) != ERR_OK)
        app_say_error(v->app, MESSAGE_ERROR, &e);
    return REACT_PAINT;
}

/* Makes the draft as it is shown. */
static unsigned
carry_action(struct view *v, const struct invocation *invocation,
             struct error *e)
{
    struct carrying *s = v->state;
    struct fork_plan made;
    const struct row *row = table_selected(&s->table);
    if (invocation->action == ACT_OPEN && row) {
        show_edit(v, row->data);
        return REACT_PAINT;
    }
    if (invocation->action != ACT_FORK)
        return REACT_IGNORED;
    struct fork_request request = request_of(s);
    request.asked = s->plan.hash;
    if (manager_draft_further(console_of(v)->manager, &request, &made, e) ==
        ERR_OK)
        screen_open(v->app, &editor_screen, made.id, NULL);
    fork_plan_clear(&made);
    return REACT_PAINT;
}

const struct view_ops carry_screen = {
    .id = VIEW_CARRY,
    .open = carry_open,
    .close = carry_close,
    .title = carry_title,
    .draw = carry_draw,
    .action = carry_action,
    .refresh = carry_refresh,
    .detail = carry_detail,
};

/* --- the way to it -------------------------------------------------------- */

/* The released base and own version that are meant: BASE, else the newest
 * base; the live own version, else the newest released one. */
static void
find_versions(const struct version_list *list, const char *base,
              const struct version_row **from, const struct version_row **own)
{
    *from = *own = NULL;
    for (size_t i = 0; i < list->count; i++) {
        const struct version_row *row = &list->rows[i];
        bool is_live = *own && strcmp((*own)->status, "live") == 0;
        if (row->released_at == 0)
            continue;
        if (row->installation_id && !is_live)
            *own = row;
        else if (!row->installation_id && (!base || strcmp(base, row->id) == 0))
            *from = row;
    }
}

void
screen_carry(struct app *app, const char *installation, const char *workflow,
             const char *base, struct error *e)
{
    struct console *c = app_owner(app);
    struct version_list list = {0};
    const struct version_row *from, *own;
    if (manager_version_list(c->manager, workflow, installation, &list, e) ==
        ERR_OK) {
        find_versions(&list, base, &from, &own);
        if (!own)
            error_set(e, ERR_NOT_FOUND,
                      "Carry edits: no own version is released");
        else if (!from)
            error_set(e, ERR_NOT_FOUND,
                      "Carry edits: no released base version is marked");
        else
            screen_open(app, &carry_screen, installation, workflow, from->id,
                        own->id, NULL);
    }
    version_list_clear(&list);
}
