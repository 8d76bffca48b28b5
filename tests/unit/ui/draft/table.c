/* The value table grid. */
#include "manager/draft/draft.h"
#include "base/mem.h"
#include "tests/unit/ui/draft/grids.h"

#define TO_TABLE                                                               \
    TO_MAPPING "T\n:new-table Shipping codes\n"                                \
               "i\n'UPS\nEnter\n'UPS-G\nEnter\n"                          \
               "i\n'=x\nEnter\n'12\nEnter\n"

static void
check_rows(const char *script, const char *rows)
{
    char wanted[300];
    fixture_start(1);
    char *shown = console_shows("eve", script);
    char *stored = stored_tables();
    snprintf(wanted, sizeof wanted,
             "{\"Shipping codes\":{\"columns\":[\"key\",\"value\"],"
             "\"rows\":[%s]}}",
             rows);
    CHECK_STR(stored, wanted);
    free(shown);
    free(stored);
    fixture_end();
}

static void
a_table_is_made_and_edited(void)
{
    check_rows(TO_TABLE, "[\"UPS\",\"UPS-G\"],[\"=x\",12]");
    check_rows(TO_TABLE "g\nd", "[\"=x\",12]");
    check_rows(TO_TABLE "g\nd\nu", "[\"UPS\",\"UPS-G\"],[\"=x\",12]");
    check_rows(TO_TABLE "g\nJ", "[\"=x\",12],[\"UPS\",\"UPS-G\"]");
    check_rows(TO_TABLE "g\nEnter\nCtrl-U\n'\"007\"\nEnter",
               "[\"UPS\",\"007\"],[\"=x\",12]");
    check_rows(TO_TABLE "g\nh\nEnter\nCtrl-U\n'DHL\nEnter",
               "[\"DHL\",\"UPS-G\"],[\"=x\",12]");
    /* Enter ends the typing of a key: d is a command. Sabotage: grid_edit()
     * after table_go() in table_key(). */
    check_rows(TO_TABLE "g\nh\nEnter\nCtrl-U\n'DHL\nEnter\nd", "[\"=x\",12]");
    /* a key that is there is refused, the cell stays open */
    check_rows(TO_TABLE "g\nh\nEnter\nCtrl-U\n'=x\nEnter\nEsc",
               "[\"UPS\",\"UPS-G\"],[\"=x\",12]");
}

/* A new row is typed in one go, and what is typed is in sight in the smallest
 * window, also behind many rows. Sabotage: grid_edit() in table_key(), or
 * table_go() in insert_row(). */
#define ROW(key) "i\n'" key "\nEnter\n'1\nEnter\n"
static void
a_new_row_goes_on_to_its_value(void)
{
    fixture_start(1);
    char *small = console_shows(
        "eve", TO_TABLE ROW("a") ROW("b") ROW("c") ROW("d") ROW("e") ROW("f")
                   ROW("g") "g\n!resize 12 40\ni\n'DHL\nEnter\n'a value to "
                            "see\n");
    CHECK_HAS(small, "DHL");
    CHECK_HAS(small, "a value to see");
    free(small);
    fixture_end();
    check_rows(TO_TABLE "i\n'DHL\nEnter\nEsc",
               "[\"UPS\",\"UPS-G\"],[\"=x\",12],[\"DHL\",\"\"]");
    check_rows(TO_TABLE "i\n'DHL\nEsc", "[\"UPS\",\"UPS-G\"],[\"=x\",12]");
}

static void
a_sheet_is_a_proposal(void)
{
    fixture_start(1);
    check_golden("table-import", "eve",
                 TO_TABLE "!paste key\tvalue\\nUPS\tU\\nnew\ttrue\\n\tlost\\n"
                          "new\tagain",
                 16, 80, false);
    fixture_end();
    check_rows(
        TO_TABLE
        "!paste UPS\tU\\nnew\ttrue\\n\tlost\na\nEnter\n!later 300\nTab\n!later 300\nEnter\n!later 1000",
        "[\"UPS\",\"U\"],[\"=x\",12],[\"new\",true]");
    check_rows(
        TO_TABLE
        "!paste UPS\tU\\nnew\ttrue\nj\nSpace\na\nEnter\n!later 300\nTab\n!later 300\nEnter\n!later 1000",
        "[\"UPS\",\"UPS-G\"],[\"=x\",12],[\"new\",true]");
    check_rows(TO_TABLE "!paste UPS\tU\na\nEnter\n!later 300\nTab\n!later 300\nEnter\n!later 1000\nu",
               "[\"UPS\",\"UPS-G\"],[\"=x\",12]");
}

/* Rows store nothing of a cell that is half typed. Sabotage:
 * grid_refuse_cells(). */
static void
rows_are_refused_in_an_open_cell(void)
{
    static const char *const grids[] = {TO_TABLE, TO_MAPPING};
    for (size_t i = 0; i < sizeof grids / sizeof *grids; i++) {
        char *keys = mem_printf("%se\n'half typed\n!paste UPS	U\nEsc\nM\n",
                                grids[i]);
        fixture_start(1);
        free(console_shows("eve", grids[i]));
        char *before = i == 0 ? stored_tables() : stored_mapping();
        fixture_end();
        fixture_start(1);
        char *shown = console_shows("eve", keys);
        char *after = i == 0 ? stored_tables() : stored_mapping();
        CHECK_HAS(shown, "paste: refused, it holds rows and a cell is open");
        CHECK_HAS(shown, "Not saved: ");
        CHECK_STR(after, before);
        free(after);
        free(shown);
        free(before);
        free(keys);
        fixture_end();
    }
}

/* Ada takes eve's draft over.
 * Sabotage: the question in history_step. */
static void
anothers_edit_is_undone_after_a_question(void)
{
    static const char ask[] = "F\nEnter\nj\nEnter\nT\nEnter\nu";
    fixture_start(1);
    free(console_shows("eve", TO_TABLE));
    struct manager *m = session_of("ada");
    struct version_list list = {0};
    CHECK_INT(manager_draft_list(m, NULL, NULL, false, &list, &e), ERR_OK);
    CHECK_INT(manager_draft_take(m, list.rows[0].id, NULL, &e), ERR_OK);
    version_list_clear(&list);
    manager_close(m);
    char *before = stored_tables();
    char *shown = console_shows("ada", ask);
    char *after = stored_tables();
    CHECK_HAS(shown, "Undo another's change?");
    CHECK_HAS(shown, "eve");
    CHECK_STR(after, before);
    free(after);
    free(shown);
    shown = console_shows(
        "ada", "F\nEnter\nj\nEnter\nT\nEnter\nu\n!later 300\nTab\n!later 300\nEnter\n!later 1000");
    after = stored_tables();
    CHECK_HAS(shown, "Undone");
    CHECK(strcmp(after, before) != 0);
    free(after);
    free(before);
    free(shown);
    fixture_end();
}

static void
the_grid_is_as_it_was(void)
{
    fixture_start(1);
    check_golden("table", "eve", TO_TABLE, 14, 80, false);
    fixture_end();
}

static const struct test tests[] = {
    {"a table is made and edited", a_table_is_made_and_edited},
    {"another's edit is undone after a question",
     anothers_edit_is_undone_after_a_question},
    {"a new row goes on to its value", a_new_row_goes_on_to_its_value},
    {"a sheet is a proposal", a_sheet_is_a_proposal},
    {"rows are refused in an open cell", rows_are_refused_in_an_open_cell},
    {"the grid is as it was", the_grid_is_as_it_was},
    {NULL, NULL},
};

void
test_grids_table(void)
{
    RUN_SUITE("grids table", tests);
}
