/* Makes workbooks for tests. */
#include "workbook/make.h"

#include <stdlib.h>
#include <string.h>
#include <zip.h>

#include "base/mem.h"

#define REL                                                                    \
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

static const struct part usual[] = {
    {"_rels/.rels", "<Relationships><Relationship Id='rId1' Type='" REL
                    "/officeDocument' Target='xl/workbook.xml'/>"
                    "</Relationships>"},
    {"xl/workbook.xml",
     "<workbook xmlns:r='" REL "'><sheets>"
     "<sheet name='Notes' sheetId='3' state='hidden' r:id='rId1'/>"
     "<sheet name='Mapping' sheetId='1' r:id='rId1'/>"
     "</sheets></workbook>"},
    {"xl/_rels/workbook.xml.rels",
     "<Relationships>"
     "<Relationship Id='rId1' Type='" REL "/worksheet' Target='sheet.xml'/>"
     "<Relationship Id='rId2' Type='" REL "/styles' Target='/xl/styles.xml'/>"
     "<Relationship Id='rId3' Type='" REL "/sharedStrings' "
     "Target='sharedStrings.xml'/></Relationships>"},
    {"xl/styles.xml",
     "<styleSheet><numFmts><numFmt numFmtId='164' formatCode='00000'/>"
     "<numFmt numFmtId='165' formatCode='[h]:mm'/></numFmts>"
     "<cellStyleXfs><xf numFmtId='14'/></cellStyleXfs>"
     "<cellXfs><xf numFmtId='0'/><xf numFmtId='14'/><xf numFmtId='22'/>"
     "<xf numFmtId='164'/><xf numFmtId='165'/><xf numFmtId='11'/></cellXfs>"
     "</styleSheet>"},
    {"xl/sharedStrings.xml",
     "<sst><si><t>target</t></si><si><r><t>so</t></r><r><rPr><b/></rPr>"
     "<t xml:space='preserve'>urce </t></r><rPh><t>no</t></rPh></si>"
     "<si><t>a_x000D_b_x005F_x0041_</t></si></sst>"},
    {NULL, NULL}};

static void
add_parts(zip_t *zip, const struct part *parts)
{
    for (; parts && parts->name; parts++) {
        zip_source_t *s =
            zip_source_buffer(zip, parts->text, strlen(parts->text), 0);
        if (zip_file_add(zip, parts->name, s, 0) < 0)
            zip_source_free(s); /* there already */
    }
}

static void
finish(struct buf *out, zip_t *zip, zip_source_t *source)
{
    zip_stat_t s;
    zip_source_keep(source);
    zip_close(zip);
    zip_source_stat(source, &s);
    zip_source_open(source);
    buf_init_any(out);
    zip_source_read(source, buf_reserve(out, s.size), s.size);
    buf_grew(out, s.size);
    zip_source_close(source);
    zip_source_free(source);
}

void
make_zip(struct buf *out, const struct part *parts)
{
    zip_source_t *source = zip_source_buffer_create(NULL, 0, 0, NULL);
    zip_t *zip = zip_open_from_source(source, ZIP_TRUNCATE, NULL);
    add_parts(zip, parts);
    finish(out, zip, source);
}

void
make_book(struct buf *out, const char *cells, const struct part *more)
{
    char *text = mem_printf("<worksheet><sheetData>%s</sheetData><mergeCells>"
                            "<mergeCell ref='D1:E2'/></mergeCells></worksheet>",
                            cells);
    const struct part sheet[] = {{"xl/sheet.xml", text}, {NULL, NULL}};
    zip_source_t *source = zip_source_buffer_create(NULL, 0, 0, NULL);
    zip_t *zip = zip_open_from_source(source, ZIP_TRUNCATE, NULL);
    add_parts(zip, more);
    add_parts(zip, sheet);
    add_parts(zip, usual);
    finish(out, zip, source);
    free(text);
}

char *
read_bytes(const struct buf *bytes, const char *sheet, const char *key)
{
    struct value *v;
    struct error e;
    char *text;
    if (workbook_read(&v, bytes->data, bytes->len, sheet, &e) != ERR_OK)
        return mem_printf("%s: %s", err_word(e.code), e.text);
    text = value_to_text(value_get(v, key));
    value_free(v);
    return text;
}

static char *
read_made(const char *cells, const struct part *more, const char *key)
{
    struct buf bytes;
    make_book(&bytes, cells, more);
    char *text = read_bytes(&bytes, NULL, key);
    buf_clear(&bytes);
    return text;
}

char *
read_book(const char *cells)
{
    return read_made(cells, NULL, "rows");
}

char *
read_notes(const char *cells, const struct part *more)
{
    return read_made(cells, more, "notes");
}
