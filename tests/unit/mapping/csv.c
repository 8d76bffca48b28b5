/* CSV: cells, separators, quotes, and the encodings of files. */
#include "mapping/sheet/csv.h"
#include "base/mem.h"
#include "mapping/mapping.h"
#include "mapping/sheet/encoding.h"
#include "mapping/sheet/sheet.h"

/* What TEXT reads as: cells in <>, records in lines; or the error. */
static char *
shown(const char *text, size_t n, char separator)
{
    struct csv c;
    struct error e = {0};
    struct buf out;
    csv_init(&c);
    buf_init(&out, 1u << 20);
    if (csv_read(&c, text, n, separator, &e) != ERR_OK)
        buf_adds(&out, e.text);
    for (size_t i = 0; i < c.count; i++) {
        for (size_t k = 0; k < c.records[i].count; k++)
            buf_addf(&out, "<%s>", c.records[i].cells[k]);
        buf_addc(&out, '\n');
    }
    csv_clear(&c);
    return buf_take(&out);
}

static void
forms(void)
{
    static const struct {
        const char *text, *wanted;
    } cases[] = {
        {"", ""},
        {"a,b\r\nc,d\r\n", "<a><b>\n<c><d>\n"},
        {"a,b\nc,d", "<a><b>\n<c><d>\n"},
        {"a,b\rc,d\r", "<a><b>\n<c><d>\n"},
        {"\xef\xbb\xbf"
         "a;b\nc;d,e\n",
         "<a><b>\n<c><d,e>\n"},
        {"a\tb\nc\t\"d\te\"\n", "<a><b>\n<c><d\te>\n"},
        {"\"a,b;c\",d\n", "<a,b;c><d>\n"},
        {"\"a \"\"q\"\"\",\"\"\n", "<a \"q\"><>\n"},
        {"\"two\nlines\",x\ny,\"c\r\nd\"\n", "<two\nlines><x>\n<y><c\r\nd>\n"},
        {"a,b\n\n\nc,d\n\n", "<a><b>\n<c><d>\n"},
        {"a,b\n\"\"\n,\n", "<a><b>\n<>\n<><>\n"},
        {"a, b \n", "<a>< b >\n"},
        {"5\" pipe,b\n", "<5\" pipe><b>\n"},
        {"a,b,c\nd\n", "<a><b><c>\n<d>\n"},
        {"\xc3\xa4,\xf0\x9f\x98\x80\n", "<\xc3\xa4><\xf0\x9f\x98\x80>\n"},
        {"a,b\n\"c", "line 2: a cell in quotes does not end"},
        {"a,b\n\"c\"d,e\n", "line 2: text after the closing quote"},
        {"a,b\n\n\xff,c\n", "line 3, byte 6 of the file: not UTF-8"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *got = shown(cases[i].text, strlen(cases[i].text), 0);
        if (cases[i].wanted[0] == 'l')
            CHECK_HAS(got, cases[i].wanted);
        else
            CHECK_STR(got, cases[i].wanted);
        free(got);
    }
    char *got = shown("a\0b,c", 5, 0);
    CHECK_HAS(got, "line 1: a NUL character");
    free(got);
}

/* Every cell is read as it was written, whatever is in it. Leave one of the
 * characters out of csv_write_cell and this fails. */
static void
cells_round_trip(void)
{
    static const char *const parts[] = {",",    ";", "\t", "\"", "\r", "\n",
                                        "\r\n", " ", "'",  "=",  "a",  "é",
                                        "-",    "@", "+",  ""};
    srand48((long)test_seed());
    for (int round = 0; round < 2000; round++) {
        struct buf cells[3], text;
        static const char separators[] = ",;\t";
        char separator = separators[lrand48() % 3];
        buf_init(&text, 1u << 20);
        for (int i = 0; i < 3; i++) {
            buf_init(&cells[i], 1000);
            buf_addc(&cells[i], 'x');
            buf_reset(&cells[i]);
            for (long k = lrand48() % 6; k > 0; k--)
                buf_adds(
                    &cells[i],
                    parts[(size_t)lrand48() % (sizeof parts / sizeof *parts)]);
            struct buf marked;
            buf_init(&marked, 1000);
            csv_mark_text(&marked, buf_str(&cells[i]), cells[i].len);
            CHECK(marked.len == 0 || !strchr("=+-@\t\r", marked.data[0]));
            if (i > 0)
                buf_addc(&text, separator);
            csv_write_cell(&text, buf_str(&marked), marked.len, separator);
            buf_clear(&marked);
        }
        buf_adds(&text, "\r\n");
        struct csv c;
        struct error e = {0};
        csv_init(&c);
        CHECK_INT(csv_read(&c, text.data, text.len, 0, &e), ERR_OK);
        CHECK_INT(c.count, 1);
        for (size_t i = 0; c.count == 1 && i < 3; i++) {
            const char *cell = c.records[0].cells[i];
            cell += csv_is_marked_text(cell, c.records[0].lengths[i]);
            CHECK_STR(cell, buf_str(&cells[i]));
        }
        csv_clear(&c);
        buf_clear(&text);
        for (int i = 0; i < 3; i++)
            buf_clear(&cells[i]);
    }
}

/* What TEXT of N bytes is as UTF-8, or why it is refused. */
static char *
decoded(const char *text, size_t n, const char *encoding)
{
    struct buf out;
    struct error e;
    buf_init_any(&out);
    if (sheet_decode(&out, text, n, encoding, &e) == ERR_OK)
        return buf_take(&out);
    buf_clear(&out);
    return mem_strdup(e.text);
}

/* Windows-1252 only where it is declared; UTF-16 by its byte order mark. */
static void
encodings(void)
{
    static const struct {
        const char *text;
        size_t n;
        const char *encoding, *wanted;
    } cases[] = {
        {"\x80 5", 3, "windows-1252", "\xe2\x82\xac 5"},
        {"\x80 5", 3, NULL, "\x80 5"}, /* csv_read refuses it */
        {"\xe4\x96", 2, "Windows-1252", "\xc3\xa4\xe2\x80\x93"},
        {"ab\x81", 3, "windows-1252",
         "byte 3: windows-1252 does not have 0x81"},
        {"\xff\xfe"
         "a\0\x3d\xd8\x00\xde",
         8, NULL, "a\xf0\x9f\x98\x80"},
        {"\xfe\xff\0a\0\xe4", 6, NULL, "a\xc3\xa4"},
        {"\xff\xfe\x3d\xd8", 4, NULL, "byte 3: half a character of UTF-16"},
        {"\xff\xfe"
         "a\0b",
         5, NULL, "byte 5: half a character of UTF-16"},
        {"\xc3\xa4", 2, "UTF-8", "\xc3\xa4"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *got = decoded(cases[i].text, cases[i].n, cases[i].encoding);
        CHECK_STR(got, cases[i].wanted);
        free(got);
    }
    char *got = decoded("a", 1, "latin-9");
    CHECK_HAS(got, "latin-9: no encoding of a sheet");
    free(got);
}

/* What a cell lost on its way through a spreadsheet. */
static void
losses(void)
{
    static const struct {
        const char *cell, *before, *said;
    } cases[] = {
        {"1.23E+19", NULL, "its digits are lost"},
        {"1,23457E+15", NULL, "its digits are lost"},
        {"1234567890123450000", NULL, "the last ones may be lost"},
        {"TRUE", NULL, "a boolean"},
        {"17", "\"0017\"", "without the leading zeros"},
        {"17", "=\"0017\"", "without the leading zeros"},
        {"17", "0017", "without the leading zeros"},
        {"0017", "\"0017\"", NULL},
        {"18", "\"0017\"", NULL},
        {"17", NULL, NULL},
        {"true", NULL, NULL},
        {"1E-5", NULL, NULL},
        {"1234567890123456789", NULL, NULL},
        {"=1.5E+3", NULL, NULL},
        {"", "0", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *loss = sheet_loss(cases[i].cell, cases[i].before);
        if (cases[i].said)
            CHECK_HAS(loss, cases[i].said);
        else
            CHECK_STR(loss, NULL);
    }
}

void
test_mapping_csv(void)
{
    static const struct test tests[] = {{"forms", forms},
                                        {"cells round trip", cells_round_trip},
                                        {"encodings", encodings},
                                        {"losses", losses},
                                        {NULL, NULL}};
    test_run("csv", tests);
    failed_tests += test_failures;
}
