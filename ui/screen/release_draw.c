/* The release screen as it is drawn: the plan and its form, or what the runtime
 * says. */
#include <stdlib.h>
#include <string.h>

#include "ui/screen/release_private.h"
#include "ui/term/width.h"

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
    if (item->customer && s->stage == STAGE_LIVE) {
        buf_adds(&out, "; to undo the release: ");
        keymap_keys(keys, VIEW_RELEASE, ACT_OPEN, 1, &out);
        buf_adds(&out, ", then ");
        keymap_keys(keys, VIEW_INSTALLATION, ACT_ACTIONS, 1, &out);
        buf_addf(&out,
                 " and \"%s\"; its runs: tailor run list --installation %s",
                 act_info(ACT_ROLL_BACK)->label, item->installation_id);
    }
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

void
release_draw(struct view *v, struct cells *c, struct rect r)
{
    struct release *s = v->state;
    bool plan = s->stage == STAGE_PLAN;
    release_judge(s);
    int form = plan ? form_rows(&s->form, r.cols, RELEASE_LABELS, c->ascii)
                    : progress_rows(s, r.rows, r.cols);
    release_object_draw(release_version(s), c, r);
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
