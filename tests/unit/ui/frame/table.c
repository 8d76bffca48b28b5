/* Tables over many rows. */
#include "ui/widget/table.h"

#include "tests/unit/test.h"
#include "tests/unit/ui/frame/ui.h"
#include "ui/app/action.h"
#include "ui/widget/row_list.h"

struct bench {
    struct sample sample;
    struct table table;
    struct cells cells;
};

static void
draw(struct bench *b)
{
    cells_blank(&b->cells);
    table_draw(&b->table, &b->cells,
               (struct rect){0, 0, b->cells.rows, b->cells.cols});
}

static void
begin(struct bench *b, long long rows, int height)
{
    sample_init(&b->sample, rows);
    struct row_source source = sample_source(&b->sample);
    table_init(&b->table, &source, sample_columns, SAMPLE_COLUMNS);
    cells_init(&b->cells, height + 2, 80, false);
    draw(b);
}

static void
end(struct bench *b)
{
    table_clear(&b->table);
    cells_clear(&b->cells);
    CHECK_INT(b->sample.alive, 0);
}

static void
act(struct bench *b, enum act action, int count)
{
    struct error e = {0};
    table_action(&b->table, &(struct invocation){action, count, ""}, &e);
    draw(b);
}

static const char *
key_now(const struct bench *b)
{
    const struct row *row = table_selected(&b->table);
    return row ? row->key : "none";
}

static long long
index_now(const struct bench *b)
{
    return b->table.first_index + (long long)b->table.selected;
}

/* The window never holds more than the screen shows, however long the list,
 * and a step fetches one row. */
static void
holds_only_what_is_shown(void)
{
    struct bench b;
    begin(&b, 1000000, 20);
    CHECK_INT(b.sample.alive, 20);
    size_t before = b.sample.fetched;
    for (int i = 0; i < 500; i++) {
        act(&b, ACT_DOWN, 0);
        CHECK(b.sample.alive <= 20);
    }
    CHECK_STR(key_now(&b), "0000500");
    CHECK_INT(b.sample.fetched - before, 481);
    act(&b, ACT_PAGE_DOWN, 0);
    CHECK_STR(key_now(&b), "0000520");
    act(&b, ACT_BOTTOM, 0);
    CHECK_STR(key_now(&b), "0999999");
    CHECK_INT(index_now(&b), 999999);
    act(&b, ACT_UP, 30);
    CHECK_STR(key_now(&b), "0999969");
    CHECK_INT(index_now(&b), 999969);
    act(&b, ACT_TOP, 0);
    CHECK_STR(key_now(&b), "0000000");
    act(&b, ACT_BOTTOM, 70000);
    CHECK_STR(key_now(&b), "0069999");
    CHECK_INT(index_now(&b), 69999);
    CHECK(b.sample.most <= 20);
    end(&b);
}

static void
stops_at_both_ends(void)
{
    struct bench b;
    begin(&b, 30, 20);
    act(&b, ACT_UP, 5);
    CHECK_STR(key_now(&b), "0000000");
    act(&b, ACT_PAGE_DOWN, 0);
    CHECK_STR(key_now(&b), "0000020");
    act(&b, ACT_PAGE_DOWN, 0);
    CHECK_STR(key_now(&b), "0000029");
    act(&b, ACT_DOWN, 100);
    CHECK_STR(key_now(&b), "0000029");
    act(&b, ACT_HALF_UP, 0);
    CHECK_STR(key_now(&b), "0000019");
    act(&b, ACT_PAGE_UP, 3);
    CHECK_STR(key_now(&b), "0000000");
    end(&b);
    begin(&b, 0, 20);
    for (int i = ACT_UP; i <= ACT_BOTTOM; i++)
        act(&b, (enum act)i, 3);
    CHECK_STR(key_now(&b), "none");
    end(&b);
}

static void
the_marked_row_stays_the_same_row(void)
{
    struct bench b;
    begin(&b, 1000, 20);
    act(&b, ACT_DOWN, 105);
    size_t line = b.table.selected;
    table_reload(&b.table);
    CHECK_STR(key_now(&b), "0000105");
    CHECK_INT(b.table.selected, line);
    b.sample.gone = 105;
    table_reload(&b.table);
    CHECK_STR(key_now(&b), "0000104"); /* it was the last in the window */
    b.sample.gone = -1;
    act(&b, ACT_UP, 5);
    b.sample.gone = 99;
    table_reload(&b.table);
    CHECK_STR(key_now(&b), "0000100"); /* the next below */
    CHECK_INT(b.sample.alive, 20);
    end(&b);
}

static void
resizing_keeps_the_row(void)
{
    struct bench b;
    begin(&b, 1000, 20);
    act(&b, ACT_DOWN, 15);
    for (int rows = 20; rows >= 0; rows--) {
        cells_resize(&b.cells, rows, 80);
        draw(&b);
        CHECK_STR(key_now(&b), "0000015");
    }
    cells_resize(&b.cells, 50, 80);
    draw(&b);
    CHECK_STR(key_now(&b), "0000015");
    CHECK_INT(b.sample.alive, 48);
    end(&b);
}

static void
filters_and_says_how_many(void)
{
    struct bench b;
    struct error e = {0};
    begin(&b, 1000, 20);
    act(&b, ACT_DOWN, 17);
    CHECK_INT(table_filter(&b.table, "Globex", &e), ERR_OK);
    draw(&b);
    CHECK_STR(key_now(&b), "0000001"); /* the first that matches */
    struct buf line;
    buf_init(&line, 1024);
    cells_row_text(&b.cells, 0, &line);
    CHECK_HAS(buf_str(&line), "/Globex");
    CHECK_HAS(buf_str(&line), "125 of 1,000");
    buf_clear(&line);
    CHECK_INT(table_filter(&b.table, "nobody", &e), ERR_OK);
    draw(&b);
    CHECK_STR(key_now(&b), "none");
    CHECK_INT(table_filter(&b.table, "", &e), ERR_OK);
    draw(&b);
    CHECK_STR(key_now(&b), "0000000");
    end(&b);
}

/* A text that is no filter never means all rows: none is shown, marked or
 * fetched, also after the rows were read again. Sabotage: the look at problem
 * in fetch_into(), in mark_from() or in position_text(). */
static void
a_wrong_filter_shows_no_row(void)
{
    struct bench b;
    struct error e = {0};
    begin(&b, 1000, 20);
    act(&b, ACT_DOWN, 17);
    CHECK_INT(table_filter(&b.table, "sate:todo", &e), ERR_OK);
    for (int i = 0; i < 2; i++) {
        draw(&b);
        CHECK_STR(key_now(&b), "none");
        struct buf all;
        buf_init(&all, 65536);
        cells_dump(&b.cells, &all);
        CHECK_HAS(buf_str(&all), "/sate:todo");
        CHECK_HAS(buf_str(&all), " 0 of 1,000");
        CHECK_HAS(buf_str(&all), "only state: is known");
        CHECK(strstr(buf_str(&all), "EnterpriseCo") == NULL);
        buf_clear(&all);
        act(&b, ACT_MARK_ALL, 0);
        act(&b, ACT_BOTTOM, 0);
        act(&b, ACT_MARK_RANGE, 0);
        CHECK_INT(b.table.marks.count, 0);
        act(&b, ACT_REFRESH, 0);
    }
    CHECK_INT(table_filter(&b.table, "", &e), ERR_OK);
    draw(&b);
    CHECK_STR(key_now(&b), "0000000");
    end(&b);
}

/* Nothing is done to rows that nobody sees. Sabotage: marks_clear() in
 * table_filter(). */
static void
a_filter_drops_the_marks(void)
{
    struct bench b;
    struct error e = {0};
    begin(&b, 1000, 20);
    act(&b, ACT_MARK, 0);
    CHECK_INT(b.table.marks.count, 1);
    CHECK_INT(table_filter(&b.table, "Globex", &e), ERR_OK);
    CHECK_INT(b.table.marks.count, 0);
    draw(&b);
    act(&b, ACT_MARK, 0);
    CHECK_INT(table_filter(&b.table, "Globex", &e), ERR_OK);
    CHECK_INT(b.table.marks.count, 1);
    end(&b);
}

static void
marks_rows_by_key(void)
{
    struct bench b;
    begin(&b, 1000, 20);
    act(&b, ACT_MARK, 0);
    CHECK_STR(key_now(&b), "0000001");
    CHECK(marks_has(&b.table.marks, "0000000"));
    act(&b, ACT_DOWN, 299);
    act(&b, ACT_MARK_RANGE, 0);
    CHECK_INT(b.table.marks.count, 301);
    act(&b, ACT_TOP, 0);
    act(&b, ACT_DOWN, 290);
    act(&b, ACT_MARK, 0); /* takes 290 away */
    CHECK_INT(b.table.marks.count, 300);
    act(&b, ACT_UNMARK_ALL, 0);
    CHECK_INT(b.table.marks.count, 0);
    act(&b, ACT_MARK, 0); /* 291, and then upwards */
    act(&b, ACT_UP, 11);
    act(&b, ACT_MARK_RANGE, 0);
    CHECK_INT(b.table.marks.count, 11);
    act(&b, ACT_MARK_ALL, 0);
    CHECK_INT(b.table.marks.count, 1000);
    end(&b);
}

static void
columns_stay_under_their_names(void)
{
    struct bench b;
    struct error e = {0};
    begin(&b, 100, 20);
    CHECK_INT(table_choose(&b.table, "state customer", &e), ERR_OK);
    for (int cols = 80; cols > 0; cols--) {
        cells_resize(&b.cells, 22, cols);
        draw(&b);
        for (size_t i = 0; i < b.table.shown_count; i++) {
            if (b.table.width[i] < 9)
                continue;
            const struct cell *head = cells_at(&b.cells, 1, b.table.at[i]);
            CHECK_STR(head->text, i == 0 ? "s" : "c");
            struct rect cell = table_cell(&b.table, i);
            CHECK_STR(cells_at(&b.cells, cell.row, cell.col)->text,
                      i == 0 ? "o" : "E");
        }
    }
    CHECK_INT(table_choose(&b.table, "nonsense", &e), ERR_USAGE);
    CHECK_HAS(e.text, "integration");
    CHECK_INT(table_sort(&b.table, "live", &e), ERR_USAGE);
    CHECK_STR(e.text, "The list cannot be sorted by live (by customer, state)");
    CHECK_INT(table_sort(&b.table, "state", &e), ERR_OK);
    CHECK(!b.table.sort_down);
    CHECK_INT(table_sort(&b.table, "state", &e), ERR_OK);
    CHECK(b.table.sort_down);
    end(&b);
}

static int
by_key(const void *a, const void *b, size_t column)
{
    (void)column;
    return strcmp(a, b);
}

static void
key_text(const void *data, struct buf *out)
{
    buf_adds(out, data);
}

static enum style
key_cell(void *ctx, const void *row, struct buf *out)
{
    (void)ctx;
    buf_adds(out, row);
    return STYLE_NORMAL;
}

static enum style
empty_cell(void *ctx, const void *row, struct buf *out)
{
    (void)ctx;
    (void)row;
    (void)out;
    return STYLE_NORMAL;
}

static void
rows_in_memory_filter_and_sort(void)
{
    static const struct row_list_ops ops = {NULL, key_text, by_key};
    static const struct column columns[] = {
        {"name", 10, 0, 0, false, true, key_cell}};
    static char names[3][8] = {"beta", "alpha", "Beta-2"};
    struct row_list *rows = row_list_new(&ops);
    for (int i = 0; i < 3; i++)
        row_list_add(rows, names[i], names[i]);
    struct row_source source = row_list_source(rows);
    struct table t;
    struct cells c;
    struct error e = {0};
    cells_init(&c, 10, 40, false);
    table_init(&t, &source, columns, 1);
    table_draw(&t, &c, (struct rect){0, 0, 10, 40});
    CHECK_INT(t.row_count, 3);
    CHECK_INT(table_sort(&t, "name", &e), ERR_OK);
    table_filter(&t, "BETA", &e);
    CHECK_INT(t.row_count, 2);
    table_filter(&t, "-", &e);
    CHECK_INT(t.row_count, 0);
    CHECK_HAS(buf_str(&t.problem), "no word follows");
    table_filter(&t, "beta -2", &e);
    CHECK_INT(t.row_count, 1);
    CHECK_STR(table_selected(&t)->key, "beta");
    table_clear(&t);
    cells_clear(&c);
    row_list_free(rows);
}

static void
check_line(const struct cells *c, int row, const char *wanted)
{
    struct buf line;
    buf_init(&line, 1024);
    cells_row_text(c, row, &line);
    CHECK_STR(buf_str(&line), wanted);
    buf_clear(&line);
}

/* A column that holds little leaves its place to the name of the row, which is
 * cut in its middle. Sabotage: wanted_width() giving min; cells_fit instead of
 * cells_middle in draw_cell(). */
static void
names_get_the_room(void)
{
    static const struct row_list_ops ops = {NULL, key_text, by_key};
    static const struct column columns[] = {
        {"name", 6, 1, 0, false, true, key_cell},
        {"wide", 20, 0, 0, false, false, empty_cell}};
    static char names[][32] = {
        "Alpine Bikes AB 103883", "Alpine Bikes AB 203883",
        "\u6771\u4eac\u5546\u4e8b\u6771\u4eac\u5546\u4e8b\u6771 17"};
    struct row_list *rows = row_list_new(&ops);
    for (int i = 0; i < 3; i++)
        row_list_add(rows, names[i], names[i]);
    struct row_source source = row_list_source(rows);
    struct table t;
    struct cells c;
    cells_init(&c, 6, 30, false);
    table_init(&t, &source, columns, 2);
    table_draw(&t, &c, (struct rect){0, 0, 6, 30});
    check_line(&c, 2, "\u25b8 Alpine Bikes AB 103883");
    cells_resize(&c, 6, 22);
    table_draw(&t, &c, (struct rect){0, 0, 6, 22});
    check_line(&c, 2, "\u25b8 Alpine\u2026 103883");
    check_line(&c, 3, "  Alpine\u2026 203883");
    check_line(&c, 4, "  \u6771\u4eac\u5546\u2026\u4e8b\u6771 17");
    table_clear(&t);
    cells_clear(&c);
    row_list_free(rows);
}

/* On a wide screen a column takes what it needs, and the next one follows; on
 * a narrow one the name has half of what is left, whatever the shares are.
 * Sabotage: the line with lacking() in share_to_name(). */
static void
columns_take_what_they_need(void)
{
    static const struct row_list_ops ops = {NULL, key_text, by_key};
    static const struct column columns[] = {
        {"name", 6, 1, 0, false, true, key_cell},
        {"also", 6, 6, 0, false, false, key_cell}};
    static char name[] = "NetSuite: Create cash sale";
    struct row_list *rows = row_list_new(&ops);
    row_list_add(rows, name, name);
    struct row_source source = row_list_source(rows);
    struct table t;
    struct cells c;
    cells_init(&c, 6, 132, false);
    table_init(&t, &source, columns, 2);
    table_draw(&t, &c, (struct rect){0, 0, 6, 132});
    check_line(&c, 2,
               "\u25b8 NetSuite: Create cash sale        "
               "NetSuite: Create cash sale");
    cells_resize(&c, 6, 70);
    table_draw(&t, &c, (struct rect){0, 0, 6, 48});
    check_line(
        &c, 2,
        "\u25b8 NetSuite: C\u2026te cash sale  NetSuite: Create ca\u2026");
    table_clear(&t);
    cells_clear(&c);
    row_list_free(rows);
}

/* The place is kept where the row that is looked for is gone. Sabotage:
 * go_to_any() in table_go(). */
static void
going_to_a_row_that_is_gone_keeps_the_place(void)
{
    struct bench b;
    begin(&b, 1000, 20);
    act(&b, ACT_DOWN, 100);
    act(&b, ACT_UP, 5);
    size_t line = b.table.selected;
    b.sample.gone = 95;
    table_reload(&b.table);
    CHECK(!table_go(&b.table, "0000095"));
    CHECK_STR(key_now(&b), "0000096");
    CHECK_INT(b.table.selected, line);
    end(&b);
}

/* Where a part of a thing is gone, the thing is marked, not its neighbour.
 * Sabotage: the loop of go_to_owner(). */
static void
what_is_gone_leaves_the_mark_to_its_owner(void)
{
    static const struct row_list_ops ops = {NULL, key_text, by_key};
    static const struct column columns[] = {
        {"name", 10, 1, 0, false, true, key_cell}};
    static char keys[][16] = {"a", "b", "b/draft/1", "c"};
    struct row_list *rows = row_list_new(&ops);
    for (int i = 0; i < 4; i++)
        row_list_add(rows, keys[i], keys[i]);
    struct row_source source = row_list_source(rows);
    struct table t;
    struct cells c;
    cells_init(&c, 10, 40, false);
    table_init(&t, &source, columns, 1);
    table_draw(&t, &c, (struct rect){0, 0, 10, 40});
    CHECK(table_go(&t, "b/draft/1"));
    row_list_empty(rows);
    for (int i = 0; i < 4; i++)
        if (i != 2)
            row_list_add(rows, keys[i], keys[i]);
    table_reload(&t);
    CHECK_STR(table_selected(&t)->key, "b");
    table_clear(&t);
    cells_clear(&c);
    row_list_free(rows);
}

/* Every list reads the terms of the list of installations. Sabotage:
 * fold_text() of the word, or the dash or the quotes in filter_term_next(). */
static void
small_lists_take_the_same_filter(void)
{
    static const struct row_list_ops ops = {NULL, key_text, by_key};
    static char names[][24] = {"Zo\xc3\xab Ltd", "order sync", "sync order",
                               "state: new-1"};
    static const struct {
        const char *filter;
        size_t rows;
    } cases[] = {{"", 4},           {"zoe", 1},
                 {"ORDER sync", 2}, {"\"order sync\"", 1},
                 {"-sync", 2},      {"-\"order sync\" sync", 1},
                 {"\"state:\"", 1}, {"\"-\"", 1},
                 {"!sync", 0},      {"\"order", 2},
                 {"\"\"", 4},       {"-\"\" sync", 2},
                 {"nobody", 0}};
    static const char *const bad[][2] = {
        {"state:ok", "state: is for the installations"},
        {"-integration:x", "integration: is for the installations"},
        {"-", "no word follows it"},
        {"sync - order", "no word follows it"}};
    struct error e = {0};
    struct row_list *rows = row_list_new(&ops);
    for (size_t i = 0; i < 4; i++)
        row_list_add(rows, names[i], names[i]);
    struct row_source source = row_list_source(rows);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        CHECK_INT(source.filter(source.ctx, cases[i].filter, &e), ERR_OK);
        CHECK_INT(source.count(source.ctx), cases[i].rows);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        CHECK_INT(source.filter(source.ctx, bad[i][0], &e), ERR_USAGE);
        CHECK_HAS(e.text, bad[i][1]);
    }
    row_list_free(rows);
}

/* The columns of the row that look as a bar. */
static int
bar_in(const struct bench *b, int row)
{
    int n = 0;
    for (int col = 0; col < b->cells.cols; col++)
        n += cells_at(&b->cells, row, col)->style == STYLE_BAR;
    return n;
}

/* The name of the marked row is set off by a bar, and no other; in a grid, the
 * marked cell is.
 * Sabotage: the line with STYLE_BAR in table_draw.c. */
static void
the_marked_row_has_a_bar(void)
{
    struct bench b;
    begin(&b, 100, 8);
    int top = b.table.place.row;
    act(&b, ACT_DOWN, 1);
    CHECK_INT(bar_in(&b, top), 0);
    CHECK(bar_in(&b, top + 1) > 5);
    act(&b, ACT_DOWN, 1);
    CHECK_INT(bar_in(&b, top + 1), 0);
    CHECK(bar_in(&b, top + 2) > 5);
    b.table.fixed = true;
    draw(&b);
    CHECK_INT(bar_in(&b, top + 2), 0);
    end(&b);
}

void
test_ui_table(void)
{
    static const struct test tests[] = {
        {"holds only what is shown", holds_only_what_is_shown},
        {"stops at both ends", stops_at_both_ends},
        {"the marked row stays the same row",
         the_marked_row_stays_the_same_row},
        {"the marked row has a bar", the_marked_row_has_a_bar},
        {"resizing keeps the row", resizing_keeps_the_row},
        {"filters and says how many", filters_and_says_how_many},
        {"a wrong filter shows no row", a_wrong_filter_shows_no_row},
        {"marks rows by key", marks_rows_by_key},
        {"a filter drops the marks", a_filter_drops_the_marks},
        {"names get the room", names_get_the_room},
        {"columns take what they need", columns_take_what_they_need},
        {"what is gone leaves the mark to its owner",
         what_is_gone_leaves_the_mark_to_its_owner},
        {"going to a row that is gone keeps the place",
         going_to_a_row_that_is_gone_keeps_the_place},
        {"columns stay under their names", columns_stay_under_their_names},
        {"rows in memory filter and sort", rows_in_memory_filter_and_sort},
        {"small lists take the same filter", small_lists_take_the_same_filter},
        {NULL, NULL}};
    test_run("ui table", tests);
    failed_tests += test_failures;
}
