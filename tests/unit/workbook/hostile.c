/* Workbooks that somebody made to do harm, and damaged ones. */
#include <stdlib.h>

#include "base/mem.h"
#include "test.h"
#include "workbook/make.h"
#include "workbook/package.h"

/* What is said of a workbook with these parts in the place of the usual. */
static void
check_refused(const struct part *more, const char *why)
{
    struct buf bytes;
    make_book(&bytes, "<row><c><v>1</v></c></row>", more);
    char *said = read_bytes(&bytes, NULL, "rows");
    CHECK_HAS(said, why);
    free(said);
    buf_clear(&bytes);
}

static void
entities_are_refused(void)
{
    const struct part laughs[] = {
        {"xl/sheet.xml",
         "<!DOCTYPE x [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;'>]>"
         "<worksheet><sheetData><row><c t='str'><v>&b;</v></c></row>"
         "</sheetData></worksheet>"},
        {NULL, NULL}};
    check_refused(laughs, "invalid: the part xl/sheet.xml of the workbook has "
                          "a document type definition");
}

/* A part of SIZE equal bytes, as XML. */
static char *
big_part(size_t size)
{
    char *text = mem_alloc(size + 16);
    memcpy(text, "<x>", 3);
    memset(text + 3, ' ', size);
    memcpy(text + 3 + size, "</x>", 5);
    return text;
}

static void
bombs_are_refused(void)
{
    char *text = big_part((4 << 20) + 100);
    const struct part bomb[] = {{"xl/media/image1.png", text}, {NULL, NULL}};
    check_refused(bomb, "tooBig: the workbook expands to more than 300 times");
    free(text);
}

static void
many_parts_are_refused(void)
{
    enum { COUNT = PACKAGE_ENTRIES_MAX };
    static struct part parts[COUNT + 1];
    static char names[COUNT][8];
    for (int i = 0; i < COUNT; i++) {
        snprintf(names[i], sizeof names[i], "x/%d", i);
        parts[i] = (struct part){names[i], ""};
    }
    check_refused(parts, "tooBig: the workbook has more than 2000 parts");
}

static void
deep_parts_are_refused(void)
{
    struct buf deep;
    buf_init_any(&deep);
    for (int i = 0; i < 200; i++)
        buf_adds(&deep, "<x>");
    const struct part parts[] = {{"xl/sheet.xml", buf_str(&deep)},
                                 {NULL, NULL}};
    check_refused(parts, "tooBig: the part xl/sheet.xml of the workbook is "
                         "nested too deeply");
    buf_clear(&deep);
}

static void
damaged_sheets_are_refused(void)
{
    static const struct {
        const char *cells, *why;
    } cases[] = {
        {"<row><c t='s'><v>99</v></c></row>", "has no text"},
        {"<row r='2'/><row r='1'/>", "row 1 of the sheet comes after row 2"},
        {"<row r='1'><c r='B1'><v>1</v></c><c r='A1'><v>1</v></c></row>",
         "are not in their order"},
        {"<row r='1'><c r='ZZZ1'><v>1</v></c></row>", "more than 1000 columns"},
        {"<row>", "is not XML"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *said = read_book(cases[i].cells);
        CHECK_HAS(said, cases[i].why);
        free(said);
    }
}

/* A part that is named and missing, also for a caller that asks for no
 * message. */
static void
missing_parts_are_refused(void)
{
    static const struct part parts[] = {
        {"xl/_rels/workbook.xml.rels",
         "<Relationships><Relationship Id='rId1' Type='x/worksheet' "
         "Target='none.xml'/></Relationships>"},
        {NULL, NULL}};
    struct buf bytes;
    struct value *v;
    check_refused(parts, "invalid: the workbook is damaged: a part that it "
                         "names is missing");
    make_book(&bytes, "", parts);
    CHECK_INT(workbook_read(&v, bytes.data, bytes.len, NULL, NULL),
              ERR_INVALID);
    buf_clear(&bytes);
}

static void
what_is_no_workbook_is_refused(void)
{
    static const struct part other[] = {{"word/document.xml", "<x/>"},
                                        {NULL, NULL}};
    struct buf bytes, old;
    make_zip(&bytes, other);
    buf_init_any(&old);
    buf_adds(&old, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1");
    char *word = read_bytes(&bytes, NULL, "rows");
    buf_truncate(&bytes, bytes.len / 2);
    char *cut = read_bytes(&bytes, NULL, "rows");
    char *password = read_bytes(&old, NULL, "rows");
    CHECK_HAS(word, "not a workbook: its zip file holds something else");
    CHECK_HAS(cut, "not a workbook: its zip file cannot be read");
    CHECK_HAS(password, "a workbook with a password");
    free(word);
    free(cut);
    free(password);
    buf_clear(&bytes);
    buf_clear(&old);
}

void
test_hostile(void)
{
    static const struct test tests[] = {
        {"entities are refused", entities_are_refused},
        {"bombs are refused", bombs_are_refused},
        {"many parts are refused", many_parts_are_refused},
        {"deep parts are refused", deep_parts_are_refused},
        {"missing parts are refused", missing_parts_are_refused},
        {"damaged sheets are refused", damaged_sheets_are_refused},
        {"what is no workbook is refused", what_is_no_workbook_is_refused},
        {NULL, NULL}};
    test_run("workbook", tests);
}
