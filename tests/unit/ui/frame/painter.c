/*
 * What is sent to a terminal, shown again by a small one: it obeys the
 * sequences of ECMA-48 that the painter is told of, and nothing else.
 */
#include "ui/term/painter.h"
#include "base/text.h"
#include "tests/unit/test.h"
#include "tests/unit/ui/frame/ui.h"

enum { ROWS_MOST = 12, COLS_MOST = 30, STEPS = 4000 };

/* --- the terminal --------------------------------------------------------- */

static const char *
ansi_bytes(enum sequence sequence, int a, int b)
{
    static const char *const formats[] = {
        [SEQUENCE_CLEAR] = "\033[H\033[2J", [SEQUENCE_PLACE] = "\033[%d;%dH",
        [SEQUENCE_ROW] = "\033[%dd",        [SEQUENCE_COLUMN] = "\033[%dG",
        [SEQUENCE_RIGHT] = "\033[%dC",      [SEQUENCE_ERASE_END] = "\033[K",
        [SEQUENCE_ERASE] = "\033[%dX",      [SEQUENCE_REGION] = "\033[%d;%dr",
        [SEQUENCE_SCROLL_UP] = "\n",        [SEQUENCE_SCROLL_DOWN] = "\033M",
        [SEQUENCE_PLAIN] = "\033[m",        [SEQUENCE_BOLD] = "\033[1m",
        [SEQUENCE_DIM] = "\033[2m",         [SEQUENCE_UNDERLINE] = "\033[4m",
        [SEQUENCE_REVERSE] = "\033[7m",     [SEQUENCE_COLOUR] = "\033[3%dm"};
    static char bytes[40];
    bool from_0 = sequence == SEQUENCE_PLACE || sequence == SEQUENCE_ROW ||
                  sequence == SEQUENCE_COLUMN || sequence == SEQUENCE_REGION;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
#pragma GCC diagnostic ignored "-Wformat-extra-args"
    snprintf(bytes, sizeof bytes, formats[sequence], a + from_0, b + from_0);
#pragma GCC diagnostic pop
    return bytes;
}

/* One that can place the cursor, scroll and be cleared, as a vt100. */
static const char *
old_bytes(enum sequence sequence, int a, int b)
{
    bool none = sequence == SEQUENCE_ROW || sequence == SEQUENCE_COLUMN ||
                sequence == SEQUENCE_ERASE;
    return none ? NULL : ansi_bytes(sequence, a, b);
}

struct glass {
    char text[ROWS_MOST][COLS_MOST][GRAPHEME_SIZE];
    struct look look[ROWS_MOST][COLS_MOST];
    int rows, cols, row, col, top, bottom;
    struct look pen;
    bool beyond; /* the next character begins a row: that is never wanted */
    int unknown; /* sequences and moves that it does not know */
};

/* Where a part of a wide character goes, the other goes as well. */
static void
glass_break(struct glass *g, int row, int col)
{
    bool right = g->text[row][col][0] == '\0';
    bool left = col + 1 < g->cols && g->text[row][col + 1][0] == '\0';
    if (right && col > 0)
        strcpy(g->text[row][col - 1], " ");
    if (left)
        strcpy(g->text[row][col + 1], " ");
}

static void
glass_blank(struct glass *g, int row, int from, int to)
{
    for (int col = from; col < to && col < g->cols; col++) {
        glass_break(g, row, col);
        strcpy(g->text[row][col], " ");
        g->look[row][col] = g->pen;
    }
}

static void
glass_scroll(struct glass *g, bool up)
{
    size_t moving = (size_t)(g->bottom - g->top);
    int to = up ? g->top : g->top + 1, from = up ? g->top + 1 : g->top;
    memmove(g->text[to], g->text[from], moving * sizeof g->text[0]);
    memmove(g->look[to], g->look[from], moving * sizeof g->look[0]);
    glass_blank(g, up ? g->bottom : g->top, 0, g->cols);
}

static void
glass_look(struct glass *g, int n)
{
    if (n == 0)
        g->pen = (struct look){-1, 0};
    else if (n >= 30)
        g->pen.colour = (short)(n - 30);
    else
        g->pen.attributes |= n == 1   ? LOOK_BOLD
                             : n == 2 ? LOOK_DIM
                             : n == 4 ? LOOK_UNDERLINE
                                      : LOOK_REVERSE;
}

static void
glass_obey(struct glass *g, char final, const int *n, int count)
{
    g->beyond = false;
    if (final == 'H' || final == 'd')
        g->row = n[0] > 0 ? n[0] - 1 : 0;
    if (final == 'H')
        g->col = n[1] > 0 ? n[1] - 1 : 0;
    else if (final == 'G')
        g->col = n[0] - 1;
    else if (final == 'C')
        g->col += n[0];
    else if (final == 'X' || final == 'K')
        glass_blank(g, g->row, g->col, final == 'X' ? g->col + n[0] : g->cols);
    else if (final == 'r') {
        g->top = n[0] - 1;
        g->bottom = n[1] - 1;
        g->row = g->col = 3; /* a terminal may leave it anywhere */
    }
    for (int i = 0; final == 'm' && i < count; i++)
        glass_look(g, n[i]);
    for (int i = 0; final == 'J' && i < g->rows; i++)
        glass_blank(g, i, 0, g->cols);
    g->unknown +=
        !strchr("HdGCXKrmJ", final) || g->row >= g->rows || g->col >= g->cols;
}

/* Obeys the sequence at S, behind Escape; returns its end. */
static const char *
glass_sequence(struct glass *g, const char *s)
{
    int n[8] = {0}, count = 1;
    if (*s == 'M') {
        if (g->row == g->top)
            glass_scroll(g, false);
        return s + 1;
    }
    for (s++; *s && (*s == ';' || (*s >= '0' && *s <= '9')); s++) {
        if (*s == ';')
            count++;
        else
            n[count - 1] = n[count - 1] * 10 + *s - '0';
    }
    glass_obey(g, *s, n, count);
    return s + 1;
}

static void
glass_control(struct glass *g, char c)
{
    g->unknown += g->beyond || !strchr("\r\n\b", c);
    if (c == '\r')
        g->col = 0;
    else if (c == '\b')
        g->col--;
    else if (g->row == g->bottom)
        glass_scroll(g, true);
    else
        g->row++;
}

static void
glass_write(struct glass *g, const char *text, size_t n)
{
    uint32_t cp;
    utf8_decode(text, n, &cp);
    int width = cp >= 0x2e80 ? 2 : 1;
    g->unknown += g->beyond;
    glass_break(g, g->row, g->col);
    if (width == 2)
        glass_break(g, g->row, g->col + 1);
    memcpy(g->text[g->row][g->col], text, n);
    g->text[g->row][g->col][n] = '\0';
    g->look[g->row][g->col] = g->pen;
    if (width == 2)
        g->text[g->row][g->col + 1][0] = '\0';
    g->col += width;
    g->beyond = g->col >= g->cols;
    if (g->beyond)
        g->col = g->cols - 1;
}

static void
glass_show(struct glass *g, const char *s, size_t n)
{
    uint32_t cp;
    for (const char *end = s + n; s < end;) {
        size_t len = utf8_decode(s, (size_t)(end - s), &cp);
        if (*s == '\033') {
            s = glass_sequence(g, s + 1);
            continue;
        }
        if (cp < ' ')
            glass_control(g, *s);
        else
            glass_write(g, s, len);
        s += len;
    }
}

/* --- random screens ------------------------------------------------------- */

struct session_of_paint {
    unsigned long seed;
    struct painter painter;
    struct cells wanted;
    struct glass glass;
    size_t sent;
};

static int
below(struct session_of_paint *s, int n)
{
    s->seed = s->seed * 6364136223846793005ul + 1442695040888963407ul;
    return (int)((s->seed >> 33) % (unsigned)n);
}

static void
write_something(struct session_of_paint *s)
{
    static const char *const texts[] = {"x",
                                        "abc",
                                        "        ",
                                        "\u2500\u2500\u2500",
                                        "\u4e1c\u4eac",
                                        "a long text without end"};
    struct cells *c = &s->wanted;
    cells_text(c, below(s, c->rows), below(s, c->cols), c->cols,
               (enum style)below(s, STYLE_COUNT), texts[below(s, 6)]);
}

/* Moves a part of the rows, as a list that scrolls does. */
static void
move_rows(struct session_of_paint *s)
{
    struct cells *c = &s->wanted;
    int by = 1 + below(s, c->rows / 2), top = below(s, c->rows - by);
    size_t n = (size_t)(c->rows - top - by) * (size_t)c->cols;
    struct cell *to = c->cell + top * c->cols, *from = to + by * c->cols;
    bool up = below(s, 2);
    memmove(up ? to : from, up ? from : to, n * sizeof *to);
}

static void
change_something(struct session_of_paint *s)
{
    int kind = below(s, 12);
    if (kind == 0)
        cells_blank(&s->wanted);
    else if (kind < 4)
        move_rows(s);
    for (int i = below(s, kind == 5 ? 30 : 3); i >= 0; i--)
        write_something(s);
    cells_cursor(&s->wanted, below(s, s->wanted.rows),
                 below(s, s->wanted.cols));
    if (kind == 6)
        s->painter.shown_valid = false;
}

static bool
marks(struct look look)
{
    return look.attributes & (LOOK_UNDERLINE | LOOK_REVERSE);
}

/* True where the glass shows the cell at (ROW, COL). */
static bool
is_right(const struct session_of_paint *s, int row, int col)
{
    const struct cell *cell = cells_at(&s->wanted, row, col);
    struct look look = s->painter.looks[cell->style];
    struct look seen = s->glass.look[row][col];
    bool blank = strcmp(cell->text, " ") == 0;
    if (strcmp(cell->text, s->glass.text[row][col]) != 0)
        return false;
    return cell->width == 0 || (blank && !marks(look) && !marks(seen)) ||
           (look.colour == seen.colour && look.attributes == seen.attributes);
}

static bool
all_is_right(const struct session_of_paint *s)
{
    bool right = s->glass.unknown == 0 &&
                 s->glass.row == s->wanted.cursor_row &&
                 s->glass.col == s->wanted.cursor_col;
    for (int row = 0; row < s->wanted.rows; row++) {
        for (int col = 0; col < s->wanted.cols; col++)
            right = right && is_right(s, row, col);
    }
    return right;
}

static void
paint(struct session_of_paint *s)
{
    struct buf bytes;
    buf_init_any(&bytes);
    painter_paint(&s->painter, &s->wanted, &bytes);
    glass_show(&s->glass, buf_str(&bytes), bytes.len);
    s->sent = bytes.len;
    buf_clear(&bytes);
}

static void
begin(struct session_of_paint *s, int rows, int cols,
      const struct painter_terminal *terminal)
{
    *s = (struct session_of_paint){.seed = test_seed()};
    painter_init(&s->painter, terminal);
    for (int i = 0; i < STYLE_COUNT; i++)
        s->painter.looks[i] =
            theme_look(THEME_DEFAULT, (enum style)i, 8, false);
    cells_init(&s->wanted, rows, cols, false);
    s->glass = (struct glass){.rows = rows,
                              .cols = cols,
                              .bottom = rows - 1,
                              .pen = {2, LOOK_REVERSE}};
}

static void
end(struct session_of_paint *s)
{
    cells_clear(&s->wanted);
    painter_clear(&s->painter);
}

/* Sabotage: move_shown() in brush_scroll(); UNKNOWN in put(). */
static void
the_terminal_shows_what_is_wanted(void)
{
    static const struct painter_terminal terminals[] = {{ansi_bytes, false},
                                                        {old_bytes, false}};
    for (int i = 0; i < 2; i++) {
        struct session_of_paint s;
        int right = 0, rounds = test_rounds(STEPS);
        begin(&s, ROWS_MOST, COLS_MOST, &terminals[i]);
        for (int step = 0; step < rounds; step++) {
            change_something(&s);
            paint(&s);
            right += all_is_right(&s);
        }
        CHECK_INT(right, rounds);
        end(&s);
    }
}

/* --- what it costs -------------------------------------------------------- */

static const struct painter_terminal ansi = {ansi_bytes, false};

/* Fills the rows FROM up to TO, each with a letter: the row FURTHER down has
 * the next one. */
static void
write_rows(struct cells *c, int from, int to, int further)
{
    for (int row = from; row < to; row++) {
        for (int col = 0; col < c->cols; col++)
            cells_textf(c, row, col, 1, STYLE_NORMAL, "%c",
                        'a' + row + further);
    }
}

/* Sabotage: brush_scroll() in painter_paint(). */
static void
rows_that_moved_are_not_sent_again(void)
{
    struct session_of_paint s;
    begin(&s, ROWS_MOST, COLS_MOST, &ansi);
    write_rows(&s.wanted, 0, ROWS_MOST, 0);
    paint(&s);
    write_rows(&s.wanted, 2, ROWS_MOST - 2, 1);
    paint(&s);
    CHECK(all_is_right(&s));
    CHECK(s.sent < 80);
    end(&s);
}

/* Sabotage: joined(); the attributes of LOOK in brush_look(). */
static void
a_look_is_sent_as_its_difference(void)
{
    struct session_of_paint s;
    struct buf bytes;
    begin(&s, 1, 20, &ansi);
    paint(&s);
    cells_text(&s.wanted, 0, 0, 1, STYLE_BAD, "!");
    cells_text(&s.wanted, 0, 1, 1, STYLE_ROW_NAME, "a");
    cells_text(&s.wanted, 0, 2, 1, STYLE_BAD, "!");
    cells_text(&s.wanted, 0, 3, 1, STYLE_NORMAL, " ");
    cells_text(&s.wanted, 0, 4, 1, STYLE_NORMAL, "b");
    buf_init_any(&bytes);
    painter_paint(&s.painter, &s.wanted, &bytes);
    CHECK_STR(buf_str(&bytes), "\033[1;31m!\033[0;1ma\033[31m! \033[mb\r");
    buf_clear(&bytes);
    end(&s);
}

/* Sabotage: erase(). */
static void
blanks_are_erased(void)
{
    struct session_of_paint s;
    struct buf bytes;
    begin(&s, 1, 20, &ansi);
    cells_text(&s.wanted, 0, 0, 20, STYLE_NORMAL, "abcdefghijklmnopqrst");
    paint(&s);
    cells_text(&s.wanted, 0, 2, 9, STYLE_NORMAL, "         ");
    cells_text(&s.wanted, 0, 13, 9, STYLE_NORMAL, "       ");
    buf_init_any(&bytes);
    painter_paint(&s.painter, &s.wanted, &bytes);
    CHECK_STR(buf_str(&bytes), "ab\033[9X\033[11C\033[K\r");
    buf_clear(&bytes);
    end(&s);
}

/* Sabotage: corner_scrolls in put(). */
static void
the_last_cell_does_not_scroll(void)
{
    static const struct painter_terminal terminal = {ansi_bytes, true};
    struct session_of_paint s;
    begin(&s, 2, 5, &terminal);
    cells_text(&s.wanted, 1, 0, 5, STYLE_NORMAL, "abcde");
    paint(&s);
    CHECK_STR(s.glass.text[1][3], "d");
    CHECK_STR(s.glass.text[1][4], " ");
    end(&s);
}

void
test_ui_painter(void)
{
    static const struct test tests[] = {
        {"the terminal shows what is wanted",
         the_terminal_shows_what_is_wanted},
        {"rows that moved are not sent again",
         rows_that_moved_are_not_sent_again},
        {"a look is sent as its difference", a_look_is_sent_as_its_difference},
        {"blanks are erased", blanks_are_erased},
        {"the last cell does not scroll", the_last_cell_does_not_scroll},
        {NULL, NULL}};
    test_run("painter", tests);
    failed_tests += test_failures;
}
