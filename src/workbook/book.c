/* The parts of a workbook beside its cells. */
#include "workbook/book.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "workbook/xml.h"

enum {
    SHEETS_MAX = 1000,
    STYLES_MAX = 65536,
    TEXTS_MAX = 1 << 20,
    TEXT_BYTES_MAX = 32 << 20
};

/* --- relations ----------------------------------------------------------- */

/* What a part points to. */
struct relation {
    char *id, *type, *target;
};

struct relations {
    const char *folder; /* of the part, for relative targets */
    struct relation *items;
    size_t count;
};

/* TARGET as the name of a part, as a new string. */
static char *
part_name(const char *folder, const char *target)
{
    if (*target == '/')
        return mem_strdup(target + 1);
    while (text_starts(target, "./"))
        target += 2;
    return mem_printf("%s%s", folder, target);
}

static void
start_relation(void *context, const char *name, const char **attributes)
{
    struct relations *r = context;
    const char *id = xml_attribute(attributes, "Id");
    const char *type = xml_attribute(attributes, "Type");
    const char *target = xml_attribute(attributes, "Target");
    const char *mode = xml_attribute(attributes, "TargetMode");
    if (strcmp(name, "Relationship") != 0 || !id || !type || !target ||
        (mode && strcmp(mode, "External") == 0) ||
        r->count >= PACKAGE_ENTRIES_MAX)
        return;
    const char *last = strrchr(type, '/');
    r->items = mem_resize(r->items, r->count + 1, sizeof *r->items);
    r->items[r->count++] =
        (struct relation){mem_strdup(id), mem_strdup(last ? last + 1 : type),
                          part_name(r->folder, target)};
}

static void
end_nothing(void *context, const char *name)
{
    (void)context;
    (void)name;
}

static void
relations_clear(struct relations *r)
{
    for (size_t i = 0; i < r->count; i++) {
        free(r->items[i].id);
        free(r->items[i].type);
        free(r->items[i].target);
    }
    free(r->items);
}

static enum err
relations_read(struct relations *r, struct package *p, const char *part,
               const char *folder, struct error *e)
{
    struct xml_reader xml = {
        .start = start_relation, .end = end_nothing, .context = r};
    *r = (struct relations){.folder = folder};
    return xml_read(&xml, p, part, e);
}

/* The target of the first relation of TYPE with ID (NULL: any), or NULL. */
static const char *
find_target(const struct relations *r, const char *type, const char *id)
{
    for (size_t i = 0; i < r->count; i++)
        if (strcmp(r->items[i].type, type) == 0 &&
            (!id || strcmp(r->items[i].id, id) == 0))
            return r->items[i].target;
    return NULL;
}

/* --- sheets -------------------------------------------------------------- */

struct book_reading {
    struct book *book;
    const struct relations *relations;
    struct xml_reader xml;
};

static void
start_workbook(void *context, const char *name, const char **attributes)
{
    struct book_reading *r = context;
    struct book *b = r->book;
    if (strcmp(name, "workbookPr") == 0)
        b->from_1904 = xml_is_set(attributes, "date1904");
    if (strcmp(name, "sheet") != 0 || b->sheet_count >= SHEETS_MAX)
        return;
    const char *title = xml_attribute(attributes, "name");
    const char *id = xml_attribute(attributes, "id");
    const char *state = xml_attribute(attributes, "state");
    const char *part = id ? find_target(r->relations, "worksheet", id) : NULL;
    b->sheets = mem_resize(b->sheets, b->sheet_count + 1, sizeof *b->sheets);
    b->sheets[b->sheet_count++] =
        (struct book_sheet){.name = mem_strdup(title ? title : ""),
                            .part = part ? mem_strdup(part) : NULL,
                            .hidden = state && strcmp(state, "visible") != 0};
}

/* --- styles -------------------------------------------------------------- */

struct format {
    long id;
    struct book_style style;
};

struct styles_reading {
    struct book *book;
    struct format *formats;
    size_t count;
    bool in_cells; /* within cellXfs */
};

/* True for a code that writes zeros in front: more than one before anything
 * else. */
static bool
is_padded(const char *code)
{
    size_t zeros = strspn(code, "0");
    return zeros > 1 && (code[zeros] == '\0' || code[zeros] == ';');
}

static void
add_format(struct styles_reading *r, const char **attributes)
{
    const char *id = xml_attribute(attributes, "numFmtId");
    const char *code = xml_attribute(attributes, "formatCode");
    if (!id || !code || r->count >= STYLES_MAX)
        return;
    r->formats = mem_resize(r->formats, r->count + 1, sizeof *r->formats);
    r->formats[r->count++] = (struct format){
        strtol(id, NULL, 10), {serial_of_code(code), is_padded(code)}};
}

static void
add_style(struct styles_reading *r, const char **attributes)
{
    struct book *b = r->book;
    const char *text = xml_attribute(attributes, "numFmtId");
    long id = text ? strtol(text, NULL, 10) : 0;
    struct book_style style = {serial_of_id(id), false};
    if (b->style_count >= STYLES_MAX)
        return;
    for (size_t i = 0; i < r->count; i++)
        if (r->formats[i].id == id)
            style = r->formats[i].style;
    b->styles = mem_resize(b->styles, b->style_count + 1, sizeof *b->styles);
    b->styles[b->style_count++] = style;
}

static void
start_style(void *context, const char *name, const char **attributes)
{
    struct styles_reading *r = context;
    if (strcmp(name, "numFmt") == 0)
        add_format(r, attributes);
    else if (strcmp(name, "cellXfs") == 0)
        r->in_cells = true;
    else if (strcmp(name, "xf") == 0 && r->in_cells)
        add_style(r, attributes);
}

static void
end_style(void *context, const char *name)
{
    struct styles_reading *r = context;
    if (strcmp(name, "cellXfs") == 0)
        r->in_cells = false;
}

static enum err
read_styles(struct book *b, const char *part, struct error *e)
{
    struct styles_reading r = {.book = b};
    struct xml_reader xml = {
        .start = start_style, .end = end_style, .context = &r};
    enum err err = xml_read(&xml, b->package, part, e);
    free(r.formats);
    return err;
}

/* --- shared texts -------------------------------------------------------- */

struct texts_reading {
    struct book *book;
    struct xml_reader xml;
    struct buf text;
    size_t bytes;
    bool in_text;
    int phonetic; /* depth of rPh: how a text is pronounced */
};

static void
start_text(void *context, const char *name, const char **attributes)
{
    struct texts_reading *r = context;
    (void)attributes;
    if (strcmp(name, "si") == 0)
        buf_reset(&r->text);
    r->phonetic += strcmp(name, "rPh") == 0;
    r->in_text = strcmp(name, "t") == 0 && r->phonetic == 0;
}

static void
add_shared(struct texts_reading *r)
{
    struct book *b = r->book;
    struct buf plain;
    r->bytes += r->text.len + 1;
    if (b->text_count >= TEXTS_MAX || r->bytes > TEXT_BYTES_MAX) {
        r->xml.failed = error_set(r->xml.e, ERR_TOO_BIG,
                                  "the workbook has more than %d texts or "
                                  "%d MB of them",
                                  TEXTS_MAX, TEXT_BYTES_MAX >> 20);
        return;
    }
    if (b->text_count == b->text_capacity) {
        b->text_capacity = b->text_capacity ? b->text_capacity * 2 : 64;
        b->texts = mem_resize(b->texts, b->text_capacity, sizeof *b->texts);
    }
    buf_init_any(&plain);
    book_add_text(&plain, buf_str(&r->text), r->text.len);
    b->texts[b->text_count++] = buf_take(&plain);
}

static void
end_text(void *context, const char *name)
{
    struct texts_reading *r = context;
    if (strcmp(name, "si") == 0)
        add_shared(r);
    r->phonetic -= strcmp(name, "rPh") == 0;
    r->in_text = false;
}

static void
take_text(void *context, const char *s, size_t n)
{
    struct texts_reading *r = context;
    if (r->in_text)
        buf_add(&r->text, s, n);
}

static enum err
read_texts(struct book *b, const char *part, struct error *e)
{
    struct texts_reading r = {.book = b};
    r.xml = (struct xml_reader){
        .start = start_text, .end = end_text, .text = take_text, .context = &r};
    buf_init_any(&r.text);
    enum err err = xml_read(&r.xml, b->package, part, e);
    buf_clear(&r.text);
    return err;
}

void
book_add_text(struct buf *out, const char *s, size_t n)
{
    char utf8[4], *end;
    for (size_t i = 0; i < n; i++) {
        char digits[5] = "";
        if (n - i >= 7 && s[i] == '_' && s[i + 1] == 'x' && s[i + 6] == '_')
            memcpy(digits, s + i + 2, 4);
        bool escape = strspn(digits, "0123456789abcdefABCDEF") == 4;
        unsigned long cp = strtoul(digits, &end, 16);
        /* Half of a pair, and the character that no text has, stay as they
         * are. */
        escape = escape && cp > 0 && (cp < 0xd800 || cp > 0xdfff);
        if (escape)
            buf_add(out, utf8, utf8_encode(utf8, (uint32_t)cp));
        else
            buf_addc(out, s[i]);
        i += escape ? 6 : 0;
    }
}

/* --- all ----------------------------------------------------------------- */

static enum err
read_sheets(struct book *b, const char *part, const struct relations *r,
            struct error *e)
{
    struct book_reading reading = {.book = b, .relations = r};
    struct xml_reader xml = {
        .start = start_workbook, .end = end_nothing, .context = &reading};
    return xml_read(&xml, b->package, part, e);
}

/* The workbook's own relations, whose folder is kept in *FOLDER. */
static enum err
read_main(struct book *b, const char *part, struct error *e)
{
    const char *slash = strrchr(part, '/');
    size_t n = slash ? (size_t)(slash - part) + 1 : 0;
    char *folder = mem_strndup(part, n);
    char *name = mem_printf("%s_rels/%s.rels", folder, part + n);
    struct relations r;
    enum err err = relations_read(&r, b->package, name, folder, e);
    const char *styles = find_target(&r, "styles", NULL);
    const char *texts = find_target(&r, "sharedStrings", NULL);
    if (err == ERR_OK)
        err = read_sheets(b, part, &r, e);
    if (err == ERR_OK && styles)
        err = read_styles(b, styles, e);
    if (err == ERR_OK && texts)
        err = read_texts(b, texts, e);
    relations_clear(&r);
    free(folder);
    free(name);
    return err;
}

enum err
book_read(struct book *b, struct package *p, struct error *e)
{
    struct relations r;
    *b = (struct book){.package = p};
    enum err err = relations_read(&r, p, "_rels/.rels", "", e);
    const char *part = find_target(&r, "officeDocument", NULL);
    if (err == ERR_NOT_FOUND || (err == ERR_OK && !part))
        err = error_set(e, ERR_INVALID,
                        "not a workbook: its zip file holds something else");
    if (err == ERR_OK)
        err = read_main(b, part, e);
    if (err == ERR_NOT_FOUND)
        err = error_set(e, ERR_INVALID,
                        "the workbook is damaged: a part that it names is "
                        "missing");
    relations_clear(&r);
    return err;
}

void
book_clear(struct book *b)
{
    for (size_t i = 0; i < b->sheet_count; i++) {
        free(b->sheets[i].name);
        free(b->sheets[i].part);
    }
    for (size_t i = 0; i < b->text_count; i++)
        free(b->texts[i]);
    free(b->sheets);
    free(b->texts);
    free(b->styles);
    *b = (struct book){.package = NULL};
}
