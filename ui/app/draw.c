/* The frame around the screens: header, message line, hints, prompt. */
#include <stdio.h>
#include <string.h>

#include "ui/app/app_private.h"

bool
app_too_small(const struct app *app)
{
    return app->cells.rows < APP_MIN_ROWS || app->cells.cols < APP_MIN_COLS;
}

static void
view_name(const struct view *v, struct buf *out)
{
    if (v->ops->title)
        v->ops->title(v, out);
    else
        buf_adds(out, view_title(v->ops->id));
}

/* Writes the crumbs without LEFT_OUT of them, for which an ellipsis stands.
 * First goes the first screen, then what lies between: the second (whose
 * installation it is) and the last stay. */
static void
crumbs_without(const struct app *app, size_t left_out, struct buf *out)
{
    bool ascii = app->cells.ascii;
    size_t last = app->depth - 1, until = left_out < 2 ? 0 : left_out;
    bool gap = false;
    buf_reset(out);
    for (size_t i = 0; i < app->depth; i++) {
        bool hidden =
            i != last && i != 1 && (i == 0 ? left_out > 0 : i <= until);
        if (hidden && gap)
            continue;
        if (out->len)
            buf_addf(out, " %s ", glyph_text(GLYPH_CRUMB, ascii));
        if (hidden)
            buf_adds(out, glyph_text(GLYPH_ELLIPSIS, ascii));
        else
            view_name(&app->stack[i], out);
        gap = hidden;
    }
}

static int
columns_of(const struct buf *text, bool ascii)
{
    return text->len ? width_text(text->data, text->len, ascii) : 0;
}

/* A part of the right end of the header. */
struct fact {
    const char *text; /* NULL: none */
    enum style style;
    int width; /* columns that it got */
};

/* Columns that the crumbs keep beside what must be known. */
enum { CRUMBS_LEAST = 17 };

enum { FACT_READ_ONLY, FACT_ENVIRONMENT, FACT_ACTOR, FACT_NOTICE, FACTS };

/* The fewest columns in which a fact is cut; 0: it is whole or not there. An
 * actor loses the middle of the name, not the role. */
static const int cut_least[FACTS] = {[FACT_ACTOR] = 16, [FACT_NOTICE] = 12};

/* Gives each of FACTS, the first first, its columns of ROOM. One that has too
 * little room takes none from those before it, and those after it get none.
 * Who acts and on what is known beside any notice, which has room to begin;
 * the crumbs keep KEEP columns, and no more than they must. */
static void
share_room(struct fact *facts, int room, int keep, bool ascii)
{
    int least = keep < CRUMBS_LEAST ? keep : CRUMBS_LEAST;
    int reserved = facts[FACT_NOTICE].text ? cut_least[FACT_NOTICE] + 2 : 0;
    for (int i = 0; i < FACTS; i++) {
        struct fact *f = &facts[i];
        int left = room - 2 - least - (i == FACT_ACTOR ? reserved : 0);
        int need = f->text ? width_text(f->text, strlen(f->text), ascii) : 0;
        if (need > left && (!cut_least[i] || left < cut_least[i]))
            return;
        f->width = need < left ? need : left;
        room -= need ? f->width + 2 : 0;
    }
}

/* Among several environments production is the one that counts. */
static enum style
environment_style(const char *environment)
{
    return environment && strstr(environment, "PROD") ? STYLE_PRODUCTION
                                                      : STYLE_TITLE;
}

/* The right end of the header, from the right: read-only mark, actor,
 * notice, environment. Returns the columns that are left. */
static int
draw_facts(struct app *app, int room, int keep)
{
    static const int order[] = {FACT_READ_ONLY, FACT_ACTOR, FACT_NOTICE,
                                FACT_ENVIRONMENT};
    struct cells *c = &app->cells;
    struct buf who;
    buf_init(&who, 512);
    buf_addf(&who, "%s %s %s", app->actor ? app->actor : "",
             glyph_text(GLYPH_DOT, c->ascii), role_name(app->role));
    struct fact facts[FACTS] = {
        [FACT_READ_ONLY] = {app->read_only ? "READ-ONLY" : NULL,
                            STYLE_READ_ONLY, 0},
        [FACT_ENVIRONMENT] = {app->environment,
                              environment_style(app->environment), 0},
        [FACT_NOTICE] = {app->notice, STYLE_WARNING, 0},
        [FACT_ACTOR] = {app->actor ? buf_str(&who) : NULL, STYLE_NORMAL, 0},
    };
    share_room(facts, room, keep, c->ascii);
    for (size_t i = 0; i < FACTS; i++) {
        const struct fact *f = &facts[order[i]];
        if (f->width == 0)
            continue;
        room -= f->width;
        if (order[i] == FACT_ACTOR)
            cells_middle(c, 0, room, f->width, f->style, f->text);
        else
            cells_fit(c, 0, room, f->width, f->style, f->text);
        room -= 2;
    }
    buf_clear(&who);
    return room;
}

/* Draws the name of screen I of the stack, cut in its middle. */
static int
draw_crumb(struct app *app, size_t i, int col, int width)
{
    struct buf name;
    buf_init(&name, 8192);
    view_name(&app->stack[i], &name);
    int used = cells_middle_words(&app->cells, 0, col, width, STYLE_TITLE,
                                  buf_str(&name));
    buf_clear(&name);
    return used;
}

static int
crumb_columns(const struct app *app, size_t i)
{
    struct buf name;
    buf_init(&name, 8192);
    view_name(&app->stack[i], &name);
    int columns = columns_of(&name, app->cells.ascii);
    buf_clear(&name);
    return columns;
}

/* Columns that the customer keeps in a header, where the window has them. */
enum { CUSTOMER_LEAST = 14 };

/* Draws the second crumb, the customer, and the last one, where even they have
 * no room: both lose their middle, the customer first. */
static void
draw_cut_crumbs(struct app *app, int room)
{
    struct cells *c = &app->cells;
    const char *crumb = glyph_text(GLYPH_CRUMB, c->ascii);
    const char *dots = glyph_text(GLYPH_ELLIPSIS, c->ascii);
    size_t last = app->depth - 1;
    int col = 0;
    if (last > 0)
        col += cells_textf(c, 0, 0, room, STYLE_TITLE, "%s %s ", dots, crumb);
    if (last > 1) {
        int left = room - col - (last > 2 ? 7 : 3);
        int second = crumb_columns(app, 1), wanted = crumb_columns(app, last);
        int least = left / 2 < CUSTOMER_LEAST ? left / 2 : CUSTOMER_LEAST;
        int most = left - (second < least ? second : least);
        wanted = wanted < most ? wanted : most;
        col += draw_crumb(app, 1, col, left - wanted);
        col += cells_textf(c, 0, col, room - col, STYLE_TITLE, " %s ", crumb);
        if (last > 2)
            col += cells_textf(c, 0, col, room - col, STYLE_TITLE, "%s %s ",
                               dots, crumb);
    }
    draw_crumb(app, last, col, room - col);
}

/* The zone of all times, beside the facts; the crumbs of CRUMBS columns come
 * first. */
static void
draw_zone(struct app *app, int room, int crumbs)
{
    if (!app->zone)
        return;
    int width = (int)strlen(app->zone);
    if (crumbs + 2 + width <= room)
        cells_text(&app->cells, 0, room - width, width, STYLE_FAINT, app->zone);
}

static void
draw_header(struct app *app)
{
    struct cells *c = &app->cells;
    struct buf crumbs;
    buf_init(&crumbs, 8192);
    crumbs_without(app, 0, &crumbs);
    int width = columns_of(&crumbs, c->ascii), half = c->cols / 2;
    int room = draw_facts(app, c->cols, width < half ? width : half);
    draw_zone(app, room, width);
    for (size_t left_out = 1;
         left_out < app->depth && columns_of(&crumbs, c->ascii) > room;
         left_out++)
        crumbs_without(app, left_out, &crumbs);
    if (columns_of(&crumbs, c->ascii) > room)
        draw_cut_crumbs(app, room);
    else
        cells_text(c, 0, 0, room, STYLE_TITLE, buf_str(&crumbs));
    buf_clear(&crumbs);
}

static void
draw_message(struct app *app, int row)
{
    static const enum style styles[] = {STYLE_MESSAGE, STYLE_WARNING,
                                        STYLE_ERROR};
    struct cells *c = &app->cells;
    const struct view *v = app_top(app);
    const struct message *m = messages_shown(&app->messages);
    if (m) {
        cells_fit(c, row, 0, c->cols, styles[m->level], m->text);
        return;
    }
    struct buf text;
    buf_init(&text, 4096);
    if (app->tip)
        app->tip(app->owner, &text);
    bool rows = !app->thin && !app->dialog.open; /* it names another row */
    if (text.len == 0 && rows && v->ops->detail)
        v->ops->detail(v, &text);
    cells_fit(c, row, 0, c->cols, STYLE_MESSAGE, buf_str(&text));
    buf_clear(&text);
}

/* Draws "KEY label" within ROOM columns; returns the columns used, 0 where
 * it does not fit or has no key. What is off stands in brackets. */
static int
draw_hint(struct app *app, int row, int col, int room, enum act action)
{
    struct cells *c = &app->cells;
    const struct act_info *info = act_info(action);
    struct buf key;
    buf_init(&key, 64);
    bool off = app_refusal(app, action) != NULL;
    size_t keys =
        keymap_keys(&app->keymap, app_top(app)->ops->id, action, 1, &key);
    int label = width_text(info->label, strlen(info->label), c->ascii);
    int need = columns_of(&key, c->ascii) + 1 + label + 2 * off;
    int used = 0;
    if (keys > 0 && need <= room) {
        if (off)
            used = cells_text(c, row, col, 1, STYLE_OFF, "(");
        used += cells_text(c, row, col + used, room,
                           off ? STYLE_OFF : STYLE_KEY, buf_str(&key));
        used++;
        used += cells_text(c, row, col + used, room,
                           off ? STYLE_OFF : STYLE_FAINT, info->label);
        if (off)
            used += cells_text(c, row, col + used, 1, STYLE_OFF, ")");
    }
    buf_clear(&key);
    return used;
}

static bool
is_own(enum act action)
{
    return act_info(action)->views != ~0u;
}

/* True where ACTION, of the view, belongs on the hint line in PASS: first what
 * is for now, then what is the screen's own, also where it is off, then what
 * every screen has. */
static bool
is_hint(struct app *app, enum act action, enum view_id view, int pass)
{
    unsigned flags = act_info(action)->flags;
    if (action == ACT_HELP || !act_applies(action, view))
        return false;
    if (pass == 0)
        return (flags & ACT_NOW) && !app_refusal(app, action);
    return (flags & ACT_HINT) && !(flags & ACT_NOW) &&
           is_own(action) == (pass == 1) &&
           (pass == 1 || !app_refusal(app, action));
}

/* Where there is room the way back; help always. */
static void
draw_hints(struct app *app, int row)
{
    struct cells *c = &app->cells;
    enum view_id view = app_top(app)->ops->id;
    int help = draw_hint(app, row, 0, c->cols, ACT_HELP);
    cells_fill(c, (struct rect){row, 0, 1, c->cols}, STYLE_NORMAL);
    int room = c->cols - (help ? help + 2 : 0), col = 0;
    for (int pass = 0; pass < 3; pass++) {
        for (int i = ACT_NONE + 1; i < ACT_COUNT; i++) {
            enum act action = (enum act)i;
            bool hint = is_hint(app, action, view, pass);
            int used = hint ? draw_hint(app, row, col, room - col, action) : 0;
            col += used ? used + 2 : 0;
        }
    }
    if (app->depth > 1) {
        int used = draw_hint(app, row, col, room - col, ACT_BACK);
        col += used ? used + 2 : 0;
    }
    draw_hint(app, row, col, c->cols - col, ACT_HELP);
}

/* What the keys do while a question is open: TEXT, once they do it. */
static const char *
question_hint(struct app *app, const char *text)
{
    return app->held              ? "Enter pressed. Any key stops it"
           : app_guard_holds(app) ? ""
                                  : text;
}

static const char *
typing_hint(struct app *app)
{
    const struct view *v = app_top(app);
    const char *own = v->ops->typing_hint ? v->ops->typing_hint(v) : NULL;
    if (!app_is_asking(app))
        return own ? own : "Enter save  Tab complete  Esc cancel  F1 help";
    return question_hint(app, "Tab switch  Enter choose  Esc back  F1 help");
}

enum { WHOLE_LIST_LEAST = 6, WHOLE_ROWS = 3 };

int
app_draw_whole(struct cells *c, struct rect r, const char *text,
               const char *reason)
{
    int rows = r.rows - WHOLE_ROWS - 1;
    struct rect below = {r.row + rows + 1, r.col + 2, WHOLE_ROWS, r.cols - 2};
    struct buf whole;
    if (rows < WHOLE_LIST_LEAST)
        return r.rows;
    buf_init(&whole, 4096);
    if (*reason)
        buf_addf(&whole, "(%s) ", reason);
    buf_adds(&whole, text);
    cells_line(c, r.row + rows, r.col, r.cols, STYLE_FAINT);
    cells_wrapped(c, below, STYLE_NORMAL, buf_str(&whole));
    buf_clear(&whole);
    return rows;
}

/* Draws as many hints of TEXT as fit whole; two blanks separate them. */
static void
draw_fixed_hints(struct cells *c, int row, const char *text)
{
    size_t n = strlen(text);
    while (n > 0 && width_text(text, n, c->ascii) > c->cols) {
        n--;
        while (n > 0 && (text[n] != ' ' || text[n + 1] != ' '))
            n--;
    }
    cells_bytes(c, row, 0, c->cols, STYLE_FAINT, text, n);
}

static void
draw_bottom(struct app *app)
{
    struct cells *c = &app->cells;
    int row = c->rows - 1;
    const char *no_keys = app_paste_hint(app);
    if (!no_keys)
        no_keys = app_typing_hint(app);
    if (no_keys)
        draw_fixed_hints(c, row, no_keys);
    else if (app->dialog.open)
        draw_fixed_hints(
            c, row, question_hint(app, "Tab switch  Enter choose  Esc back"));
    else if (app->prompt.kind != PROMPT_CLOSED)
        prompt_draw(&app->prompt, c, row);
    else if (app_is_typing(app))
        draw_fixed_hints(c, row, typing_hint(app));
    else if (app->count > 0)
        cells_textf(c, row, 0, c->cols, STYLE_PROMPT, "%d", app->count);
    else
        draw_hints(app, row);
}

/* As much as there is room for, whole words if possible: the window may be
 * as small as one cell. */
static void
draw_too_small(struct cells *c)
{
    char text[80];
    int row = 0, col = 0;
    snprintf(text, sizeof text, "window too small: at least %dx%d",
             APP_MIN_COLS, APP_MIN_ROWS);
    for (const char *word = text; *word && row < c->rows;) {
        int n = (int)strcspn(word, " ");
        if (col > 0 && col + n > c->cols) {
            row++;
            col = 0;
            continue;
        }
        cells_textf(c, row, col, c->cols - col, STYLE_NORMAL, "%.*s", n, word);
        col += n + 1;
        word += n + (word[n] == ' ');
    }
}

void
app_draw(struct app *app)
{
    struct cells *c = &app->cells;
    cells_blank(c);
    if (app_too_small(app)) {
        draw_too_small(c);
        return;
    }
    if (!app->depth)
        return;
    struct view *v = app_top(app);
    struct rect content = {1, 0, c->rows - 3, c->cols};
    v->ops->draw(v, c, content);
    draw_header(app);
    if (app->dialog.open) {
        int rows = dialog_rows(&app->dialog, c->rows - 3, c->cols, c->ascii);
        dialog_draw(&app->dialog, c,
                    (struct rect){c->rows - 2 - rows, 0, rows, c->cols});
    }
    int row = c->cursor_row, col = c->cursor_col;
    draw_message(app, c->rows - 2);
    cells_cursor(c, row, col);
    draw_bottom(app);
}
