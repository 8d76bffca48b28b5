/* Sheets pasted into the mapping grid, and files. */
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "manager/catalogue/sheet.h"
#include "mapping/sheet/packed.h"
#include "tests/unit/ui/draft/grids.h"
#include "value/value.h"

#define APPLY "\na\nEnter\n!later 300\n"
#define SHEET                                                                  \
    "target\tsource\\nemail\tcustomer.mail\\n"                                 \
    "taxTotal\t=ROUND(total * 0.05, 2)\\ntranId\torderNumber\\n"               \
    "new.field\tcurrency\\nbad[\tcurrency\\n"

static void
a_paste_is_a_proposal(void)
{
    fixture_start(1);
    check_golden("import", "eve", TO_MAPPING "!paste " SHEET, 24, 80, false);
    char *stored = stored_mapping();
    CHECK(!strstr(stored, "customer.mail"));
    free(stored);
    fixture_end();
}

/* One edit, so that one undo takes it all back; what was refused stays out,
 * what is not in the sheet stays. */
static void
it_is_applied_in_one_edit(void)
{
    fixture_start(1);
    check_golden("import-asks", "eve", TO_MAPPING "!paste " SHEET APPLY, 24, 80,
                 false);
    fixture_end();
    fixture_start(1);
    char *shown =
        console_shows("eve", TO_MAPPING "!paste " SHEET APPLY
                                        "Tab\n!later 300\nEnter\n!later 1000");
    char *stored = stored_mapping();
    CHECK_HAS(shown, "3 rows imported, u undoes it");
    CHECK_HAS(stored, "{\"source\":\"customer.mail\",\"target\":\"email\"}");
    CHECK_HAS(stored, "\"source\":\"=ROUND(total * 0.05, 2)\"");
    CHECK_HAS(stored, "\"target\":\"new.field\"");
    CHECK_HAS(stored, "\"target\":\"memo\"");
    CHECK(!strstr(stored, "bad["));
    free(stored);
    free(shown);
    fixture_end();
    fixture_start(1);
    shown = console_shows("eve",
                          TO_MAPPING "!paste " SHEET APPLY
                                     "Tab\n!later 300\nEnter\n!later 1000\nu");
    stored = stored_mapping();
    CHECK(!strstr(stored, "customer.mail") && !strstr(stored, "new.field"));
    free(stored);
    free(shown);
    fixture_end();
}

/* Where rows are marked only these are taken, of what the sheet changes and of
 * what it adds; a filter takes none away, and the question says so. Sabotage:
 * is_chosen(), or marks_has() in import_offer_rows(). */
static void
marked_rows_alone_are_taken(void)
{
    static const struct {
        const char *keys, *asks, *detail;
        bool email, tax, added;
    } cases[] = {{"", "Import 3 rows into", "2 changed", true, true, true},
                 {"\nSpace", "Import 1 of 3 rows into", "Only the marked", true,
                  false, false},
                 {"\nj Space j Space j Space", "Import 2 of 3 rows into",
                  "Only the marked", false, true, true},
                 {"\n/\n'email\nEnter", "Import 3 rows into", "that the filter",
                  true, true, true},
                 {"\n/\n'email\nEnter Space", "Import 1 of 3 rows into",
                  "Only the marked", true, false, false}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        fixture_start(1);
        char *script =
            mem_printf(TO_MAPPING "!paste " SHEET "%s" APPLY, cases[i].keys);
        char *shown = console_shows("eve", script);
        CHECK_HAS(shown, cases[i].asks);
        CHECK_HAS(shown, cases[i].detail);
        free(shown);
        fixture_end();
        fixture_start(1);
        char *whole =
            mem_printf("%sTab\n!later 300\nEnter\n!later 1000", script);
        shown = console_shows("eve", whole);
        char *stored = stored_mapping();
        CHECK_INT(strstr(stored, "customer.mail\"") != NULL, cases[i].email);
        CHECK_INT(strstr(stored, "ROUND(total") != NULL, cases[i].tax);
        CHECK_INT(strstr(stored, "new.field") != NULL, cases[i].added);
        CHECK_HAS(stored, "\"target\":\"email\"");
        CHECK_HAS(stored, "\"target\":\"taxTotal\"");
        free(stored);
        free(shown);
        free(whole);
        free(script);
        fixture_end();
    }
}

static void
marks_on_rows_that_stay_import_nothing(void)
{
    fixture_start(1);
    char *shown = console_shows("eve", TO_MAPPING "!paste " SHEET
                                                  "\nj j Space\n:import-sheet");
    CHECK_HAS(shown, "the marked rows change nothing");
    free(shown);
    fixture_end();
}

#define WRITES                                                                 \
    "target\tsource\twrite\tdefault\trequired\\n"                              \
    "email\tcustomer.email\tclear\t\tno\\n"                                    \
    "memo\tnote\tif present\t0\tyes\\n"

/* A row whose source is the same may still empty the customer's field. The row,
 * the line below, the row alone and the question say so. Sabotage:
 * import_offer_changing() in offer_rows(), proposal_counts_words() in
 * counts_text(). */
static void
what_a_sheet_changes_beside_the_source_is_shown(void)
{
    fixture_start(1);
    check_golden("import-members", "eve", TO_MAPPING "!paste " WRITES, 24, 80,
                 false);
    fixture_end();
    fixture_start(1);
    char *shown = console_shows("eve", TO_MAPPING "!paste " WRITES
                                                  "\nj\nEnter\n!wait 50");
    CHECK_HAS(shown, "write always -> ifPresent");
    CHECK_HAS(shown, "default none -> 0");
    CHECK_HAS(shown, "required no -> yes");
    CHECK(!strstr(shown, "[ Import ]"));
    free(shown);
    fixture_end();
    fixture_start(1);
    shown = console_shows("eve", TO_MAPPING "!paste " WRITES APPLY);
    CHECK_HAS(shown, "also changed (&): 2 write, 1 default,");
    free(shown);
    fixture_end();
}

static void
enter_alone_changes_nothing(void)
{
    fixture_start(1);
    char *shown = console_shows("eve", TO_MAPPING "!paste " SHEET APPLY
                                                  "Enter\nEsc\n!wait 50");
    char *stored = stored_mapping();
    CHECK(!strstr(stored, "customer.mail"));
    CHECK_HAS(shown, "Create cash sale mapping");
    free(stored);
    free(shown);
    fixture_end();
}

static void
a_file_and_the_customers_own_headers(void)
{
    static const char sheet[] =
        "\xef\xbb\xbfNetsuite;YourApp\r\n'=1+1;email\r\n";
    fixture_start(1);
    const char *file = beside_store("sheet.csv");
    CHECK_INT(file_write(file, sheet, sizeof sheet - 1, 0600, &e), ERR_OK);
    char *script =
        mem_printf(TO_MAPPING ":import %s\n:headers YourApp,Netsuite" APPLY
                              "Tab\n!later 300\nEnter\n!later 1000",
                   file);
    char *shown = console_shows("eve", script);
    char *stored = stored_mapping();
    CHECK_HAS(stored, "{\"source\":\"=1+1\",\"target\":\"email\"}");
    free(stored);
    free(shown);
    free(script);
    fixture_end();
}

/* Keeps SHEET of eve as "globex.csv", a text; or where ROWS is set as the
 * workbook of these, which tailor-sheet took apart. */
static void
keep(const char *sheet, const char *rows)
{
    struct manager *m = session_of("eve");
    struct sheet_content c;
    struct buf packed;
    enum sheet_added added;
    int64_t expires_at;
    struct value *answer = NULL;
    sheet_content_init(&c);
    buf_init_any(&packed);
    buf_adds(&c.text, sheet);
    if (rows) {
        CHECK_INT(value_read(&answer, rows, strlen(rows), &value_limits_event,
                             "rows", &e),
                  ERR_OK);
        sheet_content_take(&c, answer);
        value_free(answer);
    }
    CHECK_INT(sheet_pack(&packed, &c, &e), ERR_OK);
    CHECK_INT(manager_sheet_add(m, "globex.csv", buf_str(&packed), packed.len,
                                true, &added, &expires_at, &e),
              ERR_OK);
    buf_clear(&packed);
    sheet_content_clear(&c);
    manager_close(m);
}

/* I asks for it, and Tab has its name. The other headers are read again from
 * what the store has. Sabotage: mapping_complete(), or
 * MAPGRID_PACKED in read_sheet(). */
static void
a_kept_sheet_is_imported_by_its_name(void)
{
    static const struct {
        const char *sheet, *rows;
    } kinds[] = {{"Netsuite;YourApp\n'=1+1;email\n", NULL},
                 {"", "{\"rows\":[[1,\"Netsuite\",\"YourApp\"],"
                      "[2,\"'=1+1\",\"email\"]],\"notes\":[\"a note\"]}"}};
    for (size_t i = 0; i < 2; i++) {
        fixture_start(1);
        keep(kinds[i].sheet, kinds[i].rows);
        char *shown = console_shows(
            "eve", TO_MAPPING "I\nTab\nEnter\n:headers YourApp,Netsuite" APPLY
                              "Tab\n!later 300\nEnter\n!later 1000");
        char *stored = stored_mapping();
        CHECK_HAS(shown, "1 row imported, u undoes it");
        CHECK_HAS(stored, "{\"source\":\"=1+1\",\"target\":\"email\"}");
        free(stored);
        free(shown);
        fixture_end();
    }
}

/* The same in a value table, where what lost digits is said and what holds an
 * error is refused. Sabotage: tablegrid_complete(), or "packed" in
 * sheet_source_open(). */
static void
a_kept_sheet_fills_a_value_table(void)
{
    static const char *const kinds[][2] = {
        {"key;value\nUPS;'007\nDHL;12\n", NULL},
        {"", "{\"rows\":[[1,\"key\",\"value\",\"\"],[2,\"UPS\",\"'007\",\"\"],"
             "[4,\"DHL\",\"12\"]],\"notes\":[\"a note\"]}"},
    };
    for (size_t i = 0; i < 2; i++) {
        fixture_start(1);
        keep(kinds[i][0], kinds[i][1]);
        char *shown = console_shows("eve", TO_MAPPING
                                    "T\n:new-table Codes\nI\nTab\nEnter" APPLY
                                    "Tab\n!later 300\nEnter\n!later 1000");
        char *stored = stored_tables();
        CHECK_HAS(shown, "2 rows imported, u undoes it");
        CHECK_HAS(stored, "\"rows\":[[\"UPS\",\"007\"],[\"DHL\",12]]");
        free(stored);
        free(shown);
        fixture_end();
    }
}

static void
cells_that_nobody_means_fill_no_value_table(void)
{
    static const char *const kinds[][2] = {
        {"{\"rows\":[[1,\"UPS\",\"#N/A\"]],\"notes\":[],\"errorCell\":\"B1\"}",
         "the cell B1 holds an error of the spreadsheet"},
        {"{\"rows\":[[1,\"UPS\",\"1.23E+19\"]],\"notes\":[]}", "digits"},
    };
    for (size_t i = 0; i < 2; i++) {
        fixture_start(1);
        keep("", kinds[i][0]);
        char *shown = console_shows("eve", TO_MAPPING "T\n:new-table Codes\n"
                                                      "I\nTab\nEnter");
        CHECK_HAS(shown, kinds[i][1]);
        free(shown);
        fixture_end();
    }
}

/* What gives nothing until another writes would hold the console for ever; in
 * a console "-" is a file, too. Sabotage: S_ISREG in file_open(). */
static void
what_is_no_file_is_not_waited_for(void)
{
    static const char *const names[] = {"sheet.fifo", "/dev/tty", "/dev", "-"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        fixture_start(1);
        char *fifo = mem_strdup(beside_store(names[0]));
        CHECK_INT(mkfifo(fifo, 0600), 0);
        char *script =
            mem_printf(TO_MAPPING ":import %s", i == 0 ? fifo : names[i]);
        char *shown = console_shows("eve", script);
        CHECK_HAS(shown, i == 0 || i == 2 ? "not a regular file" : names[i]);
        CHECK_HAS(shown, "Create cash sale mapping");
        free(shown);
        free(script);
        unlink(fifo);
        free(fifo);
        fixture_end();
    }
}

/* Sabotage: r->loss in offer_rows(). */
static void
what_a_spreadsheet_has_changed_is_said(void)
{
    fixture_start(1);
    keep("", "{\"rows\":[[1,\"target\",\"source\"],"
             "[2,\"memo\",\"1.23E+19\"]],"
             "\"notes\":[\"macros were not looked at\"]}");
    check_golden("import-lossy", "eve", TO_MAPPING ":import sheet:globex.csv\n",
                 24, 80, false);
    fixture_end();
}

/* Sabotage: ask_for_headers(). */
static void
a_sheet_with_other_headers_says_what_to_type(void)
{
    static const char sheet[] = "YourApp,Netsuite\nemail,customer.mail\n";
    fixture_start(1);
    const char *file = beside_store("sheet.csv");
    CHECK_INT(file_write(file, sheet, sizeof sheet - 1, 0600, &e), ERR_OK);
    char *script = mem_printf(TO_MAPPING ":import %s", file);
    char *shown = console_shows("eve", script);
    CHECK_HAS(shown, "No columns \"target\" and \"source\": type :headers "
                     "YourApp,Netsuite\n");
    free(shown);
    free(script);
    fixture_end();
}

/* Sabotage: m->offer.header in offer_rows(), list_lines() in import_action().
 */
static void
the_first_row_becomes_a_header_by_a_key(void)
{
    fixture_start(1);
    char *before = console_shows(
        "eve", TO_MAPPING "!paste Netsuite\tYour app\\nemail\tcustomer.mail");
    fixture_end();
    fixture_start(1);
    char *shown = console_shows(
        "eve", TO_MAPPING "!paste Netsuite\tYour app\\nemail\tcustomer.mail\n"
                          "a\n'first is\nEnter\na\n'first is\nEnter\n");
    CHECK_HAS(before, "a header? a, first is header");
    CHECK_HAS(before, "1 refused");
    CHECK(!strstr(shown, "1 refused"));
    CHECK_HAS(before, "0 added, 1 changed, 0 the same, 14 left, 1 refused");
    CHECK_HAS(shown, "0 added, 1 changed, 0 the same, 14 left; 1 reads");
    CHECK(!strstr(shown, "Netsuite"));
    CHECK_HAS(shown, "the header of this sheet is known");
    free(before);
    free(shown);
    fixture_end();
}

static void
what_cannot_be_read_says_why(void)
{
    static const char *const scripts[][2] = {
        {TO_MAPPING "!paste tranId\torderNumber",
         "0 added, 0 changed, 1 the same"},
        {TO_MAPPING "!paste tranId\torderNumber\na\n'import\nEnter",
         "the sheet changes nothing"},
        {TO_MAPPING ":import /nowhere", "/nowhere"},
        {TO_MAPPING ":headers one", "TARGET,SOURCE"},
        {TO_MAPPING "!paste \"open", "import"},
        {"!paste a\tb", "paste: refused"},
        {TO_MAPPING ":import sheet:no", "sheet no: not found among your"},
    };
    for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++) {
        fixture_start(1);
        char *shown = console_shows("eve", scripts[i][0]);
        if (i != 4)
            CHECK_HAS(shown, scripts[i][1]);
        free(shown);
        fixture_end();
    }
}

/* Sabotage: complete_path(), add_path(). */
static void
a_path_is_completed(void)
{
    fixture_start(1);
    const char *file = beside_store("spreadsheet.csv");
    CHECK_INT(file_write(file, "a", 1, 0600, &e), ERR_OK);
    char *begin = mem_printf("%.*s", (int)(strlen(file) - 10), file);
    char *keys = mem_printf(TO_MAPPING "I\n'%s\nTab", begin);
    char *shown = console_shows_at("eve", keys, 24, 200, false, false);
    CHECK_HAS(shown, "spreadsheet.csv");
    free(shown);
    free(keys);
    free(begin);
    fixture_end();
}

static const struct test tests[] = {
    {"a path is completed", a_path_is_completed},
    {"a paste is a proposal", a_paste_is_a_proposal},
    {"it is applied in one edit", it_is_applied_in_one_edit},
    {"marked rows alone are taken", marked_rows_alone_are_taken},
    {"a kept sheet is imported by its name",
     a_kept_sheet_is_imported_by_its_name},
    {"a kept sheet fills a value table", a_kept_sheet_fills_a_value_table},
    {"cells that nobody means fill no value table",
     cells_that_nobody_means_fill_no_value_table},
    {"what is no file is not waited for", what_is_no_file_is_not_waited_for},
    {"what a spreadsheet has changed is said",
     what_a_spreadsheet_has_changed_is_said},
    {"marks on rows that stay import nothing",
     marks_on_rows_that_stay_import_nothing},
    {"what a sheet changes beside the source is shown",
     what_a_sheet_changes_beside_the_source_is_shown},
    {"Enter alone changes nothing", enter_alone_changes_nothing},
    {"a file and the customer's own headers",
     a_file_and_the_customers_own_headers},
    {"a sheet with other headers says what to type",
     a_sheet_with_other_headers_says_what_to_type},
    {"the first row becomes a header by a key",
     the_first_row_becomes_a_header_by_a_key},
    {"what cannot be read says why", what_cannot_be_read_says_why},
    {NULL, NULL},
};

void
test_grids_import(void)
{
    RUN_SUITE("grids import", tests);
}
