/* A workbook of one sheet, all of whose cells are texts. */
#include <stdlib.h>
#include <string.h>
#include <zip.h>

#include "base/mem.h"
#include "base/text.h"
#include "workbook/workbook.h"

/* What a cell of a spreadsheet holds, and the widths that columns get. */
enum { CELL_MAX = 32767, WIDTH_MIN = 10, WIDTH_MAX = 60, COLUMNS_MAX = 100 };

#define XML "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
#define OPC "http://schemas.openxmlformats.org/package/2006/"
#define OFFICE                                                                 \
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define MAIN "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
#define TYPE "application/vnd.openxmlformats-officedocument.spreadsheetml."

/* The parts that are always the same. Style 0 and 1 show texts ("@", so that
 * what is typed there stays text), 1 in bold. */
static const struct {
    const char *name, *text;
} parts[] = {
    {"[Content_Types].xml",
     XML "<Types xmlns=\"" OPC "content-types\">"
         "<Default Extension=\"rels\" ContentType=\"application/"
         "vnd.openxmlformats-package.relationships+xml\"/>"
         "<Default Extension=\"xml\" ContentType=\"application/xml\"/>"
         "<Override PartName=\"/xl/workbook.xml\" ContentType=\"" TYPE
         "sheet.main+xml\"/>"
         "<Override PartName=\"/xl/worksheets/sheet1.xml\" ContentType=\"" TYPE
         "worksheet+xml\"/>"
         "<Override PartName=\"/xl/styles.xml\" ContentType=\"" TYPE
         "styles+xml\"/></Types>"},
    {"_rels/.rels",
     XML "<Relationships xmlns=\"" OPC "relationships\">"
         "<Relationship Id=\"rId1\" Type=\"" OFFICE "/officeDocument\" "
         "Target=\"xl/workbook.xml\"/></Relationships>"},
    {"xl/workbook.xml",
     XML "<workbook xmlns=\"" MAIN "\" xmlns:r=\"" OFFICE "\"><sheets>"
         "<sheet name=\"Mapping\" sheetId=\"1\" r:id=\"rId1\"/></sheets>"
         "</workbook>"},
    {"xl/_rels/workbook.xml.rels",
     XML "<Relationships xmlns=\"" OPC "relationships\">"
         "<Relationship Id=\"rId1\" Type=\"" OFFICE "/worksheet\" "
         "Target=\"worksheets/sheet1.xml\"/>"
         "<Relationship Id=\"rId2\" Type=\"" OFFICE "/styles\" "
         "Target=\"styles.xml\"/></Relationships>"},
    {"xl/styles.xml",
     XML "<styleSheet xmlns=\"" MAIN "\"><fonts count=\"2\">"
         "<font><sz val=\"11\"/><name val=\"Calibri\"/></font>"
         "<font><b/><sz val=\"11\"/><name val=\"Calibri\"/></font></fonts>"
         "<fills count=\"2\"><fill><patternFill patternType=\"none\"/></fill>"
         "<fill><patternFill patternType=\"gray125\"/></fill></fills>"
         "<borders count=\"1\"><border><left/><right/><top/><bottom/>"
         "<diagonal/></border></borders><cellStyleXfs count=\"1\">"
         "<xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/>"
         "</cellStyleXfs><cellXfs count=\"2\">"
         "<xf numFmtId=\"49\" fontId=\"0\" fillId=\"0\" borderId=\"0\" "
         "xfId=\"0\" applyNumberFormat=\"1\"/>"
         "<xf numFmtId=\"49\" fontId=\"1\" fillId=\"0\" borderId=\"0\" "
         "xfId=\"0\" applyNumberFormat=\"1\" applyFont=\"1\"/></cellXfs>"
         "</styleSheet>"},
};

/* --- the sheet ----------------------------------------------------------- */

/* True where "_xHHHH_" stands at S, which would be read as a character. */
static bool
is_escape(const char *s, size_t n)
{
    return n >= 7 && s[0] == '_' && s[1] == 'x' && s[6] == '_' &&
           strspn(s + 2, "0123456789abcdefABCDEF") >= 4;
}

static void
add_character(struct buf *out, const char *s, size_t n, uint32_t cp)
{
    bool control = (cp < 0x20 && cp != '\t' && cp != '\n') || cp >= 0xfffe;
    if (cp == '&')
        buf_adds(out, "&amp;");
    else if (cp == '<')
        buf_adds(out, "&lt;");
    else if (cp == '>')
        buf_adds(out, "&gt;");
    else if (control && cp <= 0xffff)
        buf_addf(out, "_x%04X_", (unsigned)cp);
    else
        buf_add(out, s, n);
}

static void
add_text(struct buf *out, const char *s, size_t n)
{
    uint32_t cp;
    for (size_t i = 0, step; i < n; i += step) {
        step = utf8_decode(s + i, n - i, &cp);
        if (is_escape(s + i, n - i))
            buf_adds(out, "_x005F");
        add_character(out, s + i, step, cp);
    }
}

static enum err
add_cell(struct buf *out, const struct value *cell, bool header,
         struct error *e)
{
    size_t n = 0;
    const char *text = value_text(cell, &n);
    if (!text || n == 0) {
        buf_adds(out, "<c s=\"0\"/>");
        return ERR_OK;
    }
    if (utf8_length(text, n) > CELL_MAX)
        return error_set(e, ERR_TOO_BIG,
                         "a text has more than the %d characters that a cell "
                         "of a workbook holds (take CSV)",
                         CELL_MAX);
    buf_addf(out, "<c s=\"%d\" t=\"inlineStr\"><is><t xml:space=\"preserve\">",
             header ? 1 : 0);
    add_text(out, text, n);
    buf_adds(out, "</t></is></c>");
    return ERR_OK;
}

/* The widths of the columns, by their longest texts. */
static void
add_widths(struct buf *out, const struct value *rows)
{
    size_t columns = value_size(value_at(rows, 0));
    buf_adds(out, "<cols>");
    for (size_t c = 0; c < columns && c < COLUMNS_MAX; c++) {
        size_t width = WIDTH_MIN, n = 0;
        for (size_t r = 0; r < value_size(rows); r++) {
            const char *text = value_text(value_at(value_at(rows, r), c), &n);
            size_t wide = text ? utf8_length(text, n) + 2 : 0;
            width = wide > width ? wide : width;
        }
        width = width < WIDTH_MAX ? width : WIDTH_MAX;
        buf_addf(out,
                 "<col min=\"%zu\" max=\"%zu\" width=\"%zu\" style=\"0\" "
                 "customWidth=\"1\"/>",
                 c + 1, c + 1, width);
    }
    buf_adds(out, "</cols>");
}

static enum err
write_sheet(struct buf *out, const struct value *rows, struct error *e)
{
    enum err err = ERR_OK;
    buf_adds(out, XML "<worksheet xmlns=\"" MAIN "\"><sheetViews>"
                      "<sheetView workbookViewId=\"0\"><pane ySplit=\"1\" "
                      "topLeftCell=\"A2\" state=\"frozen\"/></sheetView>"
                      "</sheetViews>");
    if (value_size(value_at(rows, 0)) > 0)
        add_widths(out, rows);
    buf_adds(out, "<sheetData>");
    for (size_t r = 0; err == ERR_OK && r < value_size(rows); r++) {
        const struct value *row = value_at(rows, r);
        buf_addf(out, "<row r=\"%zu\">", r + 1);
        for (size_t c = 0; err == ERR_OK && c < value_size(row); c++)
            err = add_cell(out, value_at(row, c), r == 0, e);
        buf_adds(out, "</row>");
    }
    buf_adds(out, "</sheetData></worksheet>");
    return err;
}

/* --- the zip file -------------------------------------------------------- */

/* The same workbook is the same bytes: no part says when it was made. */
static bool
add_part(zip_t *zip, const char *name, const char *text, size_t n)
{
    enum { FIRST_OF_1980 = 1 << 5 | 1 };
    zip_source_t *source = zip_source_buffer(zip, text, n, 0);
    zip_int64_t at = source ? zip_file_add(zip, name, source, 0) : -1;
    if (at < 0)
        zip_source_free(source);
    return at >= 0 && zip_file_set_dostime(zip, (zip_uint64_t)at, 0,
                                           FIRST_OF_1980, 0) == 0;
}

static bool
take_bytes(struct buf *out, zip_source_t *source)
{
    zip_stat_t s;
    zip_stat_init(&s);
    if (zip_source_stat(source, &s) != 0 || zip_source_open(source) != 0)
        return false;
    char *room = buf_reserve(out, s.size);
    zip_int64_t got = room ? zip_source_read(source, room, s.size) : -1;
    if (got > 0)
        buf_grew(out, (size_t)got);
    zip_source_close(source);
    return got == (zip_int64_t)s.size;
}

static bool
pack(struct buf *out, const struct buf *sheet)
{
    zip_source_t *source = zip_source_buffer_create(NULL, 0, 0, NULL);
    zip_t *zip =
        source ? zip_open_from_source(source, ZIP_TRUNCATE, NULL) : NULL;
    bool done = zip != NULL;
    if (!zip) {
        zip_source_free(source);
        return false;
    }
    zip_source_keep(source);
    for (size_t i = 0; done && i < sizeof parts / sizeof *parts; i++)
        done =
            add_part(zip, parts[i].name, parts[i].text, strlen(parts[i].text));
    done = done && add_part(zip, "xl/worksheets/sheet1.xml", buf_str(sheet),
                            sheet->len);
    done = done && zip_close(zip) == 0;
    if (!done)
        zip_discard(zip);
    done = done && take_bytes(out, source);
    zip_source_free(source);
    return done;
}

enum err
workbook_write(struct buf *out, const struct value *rows, struct error *e)
{
    struct buf sheet;
    buf_init_any(&sheet);
    enum err err = write_sheet(&sheet, rows, e);
    if (err == ERR_OK && !pack(out, &sheet))
        err = error_set(e, ERR_FAILED, "the workbook cannot be made");
    buf_clear(&sheet);
    return err;
}
