/* The editable grid. */
#include "ui/widget/grid.h"

#include "tests/unit/test.h"
#include "tests/unit/ui/frame/ui.h"
#include "ui/app/action.h"

struct bench {
    struct sample sample;
    struct grid grid;
    struct cells cells;
    struct error e;
    char last[256]; /* what the source of the last row was */
};

static void
begin(struct bench *b)
{
    *b = (struct bench){0};
    sample_init(&b->sample, 0);
    struct row_source source = sample_grid_source(&b->sample);
    grid_init(&b->grid, &source, sample_grid_columns, 2, &sample_grid_ops,
              &b->sample);
    snprintf(b->last, sizeof b->last, "%s", b->sample.cells[2].text[1]);
    b->grid.column = 1;
    cells_init(&b->cells, 10, 60, false);
    grid_draw(&b->grid, &b->cells, (struct rect){0, 0, 10, 60});
}

static void
end(struct bench *b)
{
    grid_clear(&b->grid);
    cells_clear(&b->cells);
}

static void
press(struct bench *b, const char *names)
{
    char name[32];
    int n;
    struct key key;
    for (; sscanf(names, "%31s%n", name, &n) == 1; names += n) {
        CHECK(key_parse(name, &key));
        grid_key(&b->grid, &key, &b->e);
        cells_blank(&b->cells);
        grid_draw(&b->grid, &b->cells, (struct rect){0, 0, 10, 60});
    }
}

static void
a_cell_is_edited_in_place(void)
{
    struct bench b;
    begin(&b);
    CHECK(grid_edit(&b.grid, NULL));
    press(&b, "Ctrl-U n o Enter");
    CHECK_STR(b.sample.cells[0].text[1], "no");
    CHECK(!b.grid.editing);
    CHECK_STR(table_selected(&b.grid.table)->key, "1");
    CHECK(grid_edit(&b.grid, "=1"));
    press(&b, "Esc");
    CHECK_STR(b.sample.cells[1].text[1], "Tax!result");
    b.grid.column = 0;
    CHECK(!grid_edit(&b.grid, NULL));
    end(&b);
}

static void
a_refused_text_stays_open(void)
{
    struct bench b;
    begin(&b);
    grid_edit(&b.grid, "bad");
    press(&b, "Enter");
    CHECK_HAS(b.e.text, "no such field");
    CHECK(b.grid.editing);
    CHECK_STR(line_edit_text(&b.grid.line), "bad");
    CHECK_STR(b.sample.cells[0].text[1], "orderNumber");
    press(&b, "Down");
    CHECK_STR(table_selected(&b.grid.table)->key, "0");
    end(&b);
}

/* Sabotage: leaves_cell() in grid.c. */
static void
tab_completes_and_stays(void)
{
    struct bench b;
    begin(&b);
    grid_edit(&b.grid, "orderT");
    press(&b, "Tab");
    CHECK_STR(line_edit_text(&b.grid.line), "orderTotal");
    press(&b, "x Tab");
    CHECK_HAS(b.e.text, "No completion");
    CHECK_STR(b.sample.cells[0].text[1], "orderNumber");
    CHECK_STR(line_edit_text(&b.grid.line), "orderTotalx");
    CHECK(b.grid.editing);
    CHECK_INT(b.grid.column, 1);
    end(&b);
}

static void
type_in_last(struct bench *b, const char *text)
{
    begin(b);
    b->sample.grid = &b->grid;
    CHECK(table_go(&b->grid.table, "2"));
    CHECK(grid_edit(&b->grid, text));
}

static void
check_closed(struct bench *b, const char *done)
{
    CHECK(!b->grid.editing);
    CHECK_STR(b->sample.done, done);
    press(b, "x Enter");
    CHECK_STR(b->sample.cells[1].text[1], "Tax!result");
    CHECK_STR(b->sample.cells[2].text[1], b->last);
    end(b);
}

/* Another engineer cuts the row. Sabotage: close_lost() in grid_reload(). */
static void
a_row_that_is_cut_closes_its_cell(void)
{
    struct bench b;
    type_in_last(&b, "typed");
    grid_reload(&b.grid);
    CHECK(b.grid.editing);
    b.sample.cut = 1;
    grid_reload(&b.grid);
    check_closed(&b, "gone: typed");
}

/* Sabotage: close_lost() at the beginning of grid_commit(). */
static void
nothing_is_stored_in_the_row_in_its_place(void)
{
    struct bench b;
    type_in_last(&b, "typed");
    b.sample.cut = 1;
    table_reload(&b.grid.table);
    CHECK_INT(grid_commit(&b.grid, &b.e), ERR_CONFLICT);
    check_closed(&b, "gone: typed");
}

/* Storing a cell may give its row another key. Sabotage: "committing" in
 * grid_reload(). */
static void
a_row_that_storing_renames_is_not_gone(void)
{
    struct bench b;
    type_in_last(&b, "cut");
    CHECK_INT(grid_commit(&b.grid, &b.e), ERR_OK);
    check_closed(&b, "");
}

/* Sabotage: close_lost() behind the error in grid_commit(). */
static void
a_refused_text_of_a_row_that_is_cut_is_closed(void)
{
    struct bench b;
    type_in_last(&b, "cut");
    b.sample.refuses = true;
    CHECK_INT(grid_commit(&b.grid, &b.e), ERR_CONFLICT);
    check_closed(&b, "gone: cut");
}

void
test_ui_grid(void)
{
    static const struct test tests[] = {
        {"a cell is edited in place", a_cell_is_edited_in_place},
        {"a refused text stays open", a_refused_text_stays_open},
        {"tab completes and stays", tab_completes_and_stays},
        {"a row that is cut closes its cell",
         a_row_that_is_cut_closes_its_cell},
        {"nothing is stored in the row in its place",
         nothing_is_stored_in_the_row_in_its_place},
        {"a row that storing renames is not gone",
         a_row_that_storing_renames_is_not_gone},
        {"a refused text of a row that is cut is closed",
         a_refused_text_of_a_row_that_is_cut_is_closed},
        {NULL, NULL}};
    test_run("ui grid", tests);
    failed_tests += test_failures;
}
