/* What is read of a workbook. */
#include "base/file.h"
#include "test.h"
#include "workbook/make.h"
#include "workbook/serial.h"

#define ROW(cells) "<row r='1'>" cells "</row>"

static void
check(const char *cells, const char *rows)
{
    char *text = read_book(cells);
    CHECK_STR(text, rows);
    free(text);
}

static void
texts_come_as_they_are(void)
{
    check(ROW("<c r='A1' t='s'><v>0</v></c><c r='B1' t='s'><v>1</v></c>"),
          "[[1,\"target\",\"source \"]]");
    check(ROW("<c t='inlineStr'><is><r><t>00</t></r><r><t>17</t></r></is></c>"
              "<c t='str'><v>TRUE</v></c>"),
          "[[1,\"0017\",\"TRUE\"]]");
    check(ROW("<c t='s'><v>2</v></c>"), "[[1,\"a\\rb_x0041_\"]]");
}

static void
cells_stand_where_they_say(void)
{
    check("<row r='3'><c r='C3'><v>1</v></c><c r='AA3'/></row><row r='4'/>"
          "<row r='7'><c r='A7'><v>2</v></c></row>",
          "[[3,\"\",\"\",\"1\"],[7,\"2\"]]");
}

static void
numbers_keep_their_stored_digits(void)
{
    check(ROW("<c><v>19.90</v></c><c><v>0.30000000000000004</v></c>"
              "<c s='5'><v>1.23E+19</v></c><c s='3'><v>17</v></c>"),
          "[[1,\"19.90\",\"0.30000000000000004\",\"1.23E+19\",\"17\"]]");
    check(ROW("<c t='b'><v>1</v></c><c t='b'><v>0</v></c>"
              "<c t='e'><v>#N/A</v></c>"),
          "[[1,\"TRUE\",\"FALSE\",\"#N/A\"]]");
}

static void
dates_are_iso(void)
{
    check(ROW("<c s='1'><v>46307</v></c><c s='2'><v>46307.5869097222</v></c>"
              "<c s='2'><v>0.5</v></c><c s='4'><v>1.1</v></c>"
              "<c t='d'><v>2026-10-12</v></c><c s='0'><v>46307</v></c>"),
          "[[1,\"2026-10-12\",\"2026-10-12T14:05:09\",\"12:00:00\","
          "\"26:24:00\",\"2026-10-12\",\"46307\"]]");
}

/* The text of serial NUMBER as a date, "none" where it is none. */
static const char *
day(const char *number, bool from_1904)
{
    static char text[64];
    struct buf out;
    buf_init_any(&out);
    bool done = serial_write(&out, number, SERIAL_DATE, from_1904);
    snprintf(text, sizeof text, "%s", done ? buf_str(&out) : "none");
    buf_clear(&out);
    return text;
}

static void
both_date_systems_are_known(void)
{
    CHECK_STR(day("1", false), "1900-01-01");
    CHECK_STR(day("59", false), "1900-02-28");
    CHECK_STR(day("60", false), "none"); /* a leap day that never was */
    CHECK_STR(day("61", false), "1900-03-01");
    CHECK_STR(day("0", true), "1904-01-01");
    CHECK_STR(day("44845", true), "2026-10-12");
    CHECK_STR(day("2958465", false), "9999-12-31");
    CHECK_STR(day("2958466", false), "none");
    CHECK_STR(day("-1", false), "none");
    CHECK_STR(day("1x", false), "none");
}

static void
formats_say_what_is_a_date(void)
{
    static const struct {
        const char *code;
        enum serial_kind kind;
    } cases[] = {
        {"dd.mm.yyyy", SERIAL_DATE},     {"[$-409]d-mmm-yy;@", SERIAL_DATE},
        {"hh:mm AM/PM", SERIAL_DATE},    {"[hh]:mm:ss", SERIAL_DURATION},
        {"General", SERIAL_NONE},        {"0.00E+00", SERIAL_NONE},
        {"#,##0 \"days\"", SERIAL_NONE}, {"[Red]0.0", SERIAL_NONE},
        {"0\\d", SERIAL_NONE},           {"\"", SERIAL_NONE},
        {"0;yyyy", SERIAL_NONE}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        CHECK_INT(serial_of_code(cases[i].code), cases[i].kind);
}

static void
what_is_not_as_it_seems_is_said(void)
{
    static const struct part macros[] = {
        {"xl/vbaProject.bin", "x"},
        {"xl/externalLinks/externalLink1.xml", "<x/>"},
        {NULL, NULL}};
    char *notes = read_notes(
        "<row r='1' hidden='1'><c><f>A2</f><v>7</v></c><c><f>B2</f></c>"
        "<c t='e'><v>#REF!</v></c><c s='5'><v>1.23E+19</v></c>"
        "<c s='3'><v>17</v></c><c s='1'><v>-3</v></c></row>",
        macros);
    CHECK_HAS(notes, "read the sheet \\\"Mapping\\\"; not read: \\\"Notes\\\"");
    CHECK_HAS(notes, "macros");
    CHECK_HAS(notes, "links to other workbooks");
    CHECK_HAS(notes, "1 formula of the spreadsheet was read by its stored "
                     "value: A1");
    CHECK_HAS(notes, "no stored value and counts as empty: B1");
    CHECK_HAS(notes, "1 merged area has its value in its first cell: D1:E2");
    CHECK_HAS(notes, "1 cell holds an error: C1");
    CHECK_HAS(notes, "more digits than a spreadsheet keeps, so that its last "
                     "ones are lost: D1");
    CHECK_HAS(notes, "leading zeros that it does not have: E1");
    CHECK_HAS(notes, "that the calendar does not have: F1");
    CHECK_HAS(notes, "1 hidden row was read as well: 1");
    free(notes);
}

static void
a_sheet_is_found_by_its_name(void)
{
    struct buf bytes;
    make_book(&bytes, ROW("<c><v>1</v></c>"), NULL);
    char *named = read_bytes(&bytes, "notes", "rows");
    char *missing = read_bytes(&bytes, "Other", "rows");
    CHECK_STR(named, "[[1,\"1\"]]");
    CHECK_STR(missing, "notFound: the workbook has no sheet Other (it has "
                       "Notes, Mapping)");
    free(named);
    free(missing);
    buf_clear(&bytes);
}

/* A sheet that LibreOffice saved. */
static void
a_recorded_workbook_is_read(void)
{
    const char *top = getenv("TOP_SRCDIR");
    char path[4096];
    struct buf bytes;
    snprintf(path, sizeof path, "%s/tests/data/libreoffice.xlsx",
             top ? top : "..");
    buf_init_any(&bytes);
    CHECK_INT(file_read(path, &bytes, NULL), ERR_OK);
    char *rows = read_bytes(&bytes, NULL, "rows");
    CHECK_STR(rows,
              "[[1,\"target\",\"source\",\"note\"],[2,\"id\",\"number\"],"
              "[3,\"zip\",\"0017\"],[4,\"big\",\"1.23456789012346E+019\"],"
              "[5,\"flag\",\"true\"],[6,\"when\",\"2026-10-12\","
              "\"a \\\"note\\\"\"]]");
    free(rows);
    buf_clear(&bytes);
}

void
test_read(void)
{
    static const struct test tests[] = {
        {"texts come as they are", texts_come_as_they_are},
        {"cells stand where they say", cells_stand_where_they_say},
        {"numbers keep their stored digits", numbers_keep_their_stored_digits},
        {"dates are ISO 8601", dates_are_iso},
        {"both date systems are known", both_date_systems_are_known},
        {"formats say what is a date", formats_say_what_is_a_date},
        {"what is not as it seems is said", what_is_not_as_it_seems_is_said},
        {"a sheet is found by its name", a_sheet_is_found_by_its_name},
        {"a recorded workbook is read", a_recorded_workbook_is_read},
        {NULL, NULL}};
    test_run("workbook", tests);
}
