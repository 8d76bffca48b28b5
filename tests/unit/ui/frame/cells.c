/* The cell buffer. */
#include "base/text.h"
#include "tests/unit/test.h"
#include "tests/unit/ui/frame/ui.h"

static char *
row_text(const struct cells *c, int row)
{
    struct buf b;
    buf_init(&b, 65536);
    cells_row_text(c, row, &b);
    return buf_take(&b);
}

#define CHECK_ROW(c, row, wanted)                                              \
    do {                                                                       \
        char *text_ = row_text(c, row);                                        \
        CHECK_STR(text_, wanted);                                              \
        free(text_);                                                           \
    } while (0)

static void
text_is_clipped_at_cells(void)
{
    struct cells c;
    cells_init(&c, 2, 6, false);
    CHECK_INT(cells_text(&c, 0, 4, 10, STYLE_NORMAL, "abcdef"), 2);
    CHECK_ROW(&c, 0, "    ab");
    CHECK_INT(cells_text(&c, 1, 0, 3, STYLE_NORMAL, "\xe6\x9d\xb1\xe4\xba\xac"),
              2);
    CHECK_ROW(&c, 1, "\xe6\x9d\xb1");
    CHECK_INT(cells_text(&c, 5, 0, 3, STYLE_NORMAL, "x"), 0);
    CHECK_INT(cells_fit(&c, 0, 0, 4, STYLE_NORMAL, "abcdef"), 4);
    CHECK_ROW(&c, 0,
              "abc\xe2\x80\xa6"
              "ab");
    cells_clear(&c);
}

/* No cut text ends in a comma, and of a title the version stays whole.
 * Sabotage: the loop over ends_in_gap() in cells_fit(). */
static void
a_cut_stands_where_one_reads_on(void)
{
    struct cells c;
    cells_init(&c, 1, 30, false);
    CHECK_INT(cells_fit(&c, 0, 0, 12, STYLE_NORMAL, "15 fields, 1 blank"), 10);
    CHECK_ROW(&c, 0, "15 fields\u2026");
    cells_blank(&c);
    cells_middle_words(&c, 0, 0, 26, STYLE_NORMAL,
                       "Order to cash v1.2 draft on v1.1");
    CHECK_ROW(&c, 0, "Order t\u2026v1.2 draft on v1.1");
    cells_blank(&c);
    cells_middle_words(&c, 0, 0, 9, STYLE_NORMAL, "EnterpriseCo");
    CHECK_ROW(&c, 0, "Ente\u2026seCo");
    cells_clear(&c);
}

static void
half_of_a_wide_character_never_stays(void)
{
    struct cells c;
    cells_init(&c, 1, 6, false);
    cells_text(&c, 0, 0, 6, STYLE_NORMAL, "\xe6\x9d\xb1\xe4\xba\xac");
    cells_text(&c, 0, 1, 1, STYLE_NORMAL, "x");
    CHECK_ROW(&c, 0, " x\xe4\xba\xac");
    cells_text(&c, 0, 1, 2, STYLE_NORMAL, "\xe6\x9d\xb1");
    CHECK_ROW(&c, 0, " \xe6\x9d\xb1");
    cells_clear(&c);
}

static void
ascii_has_nothing_else(void)
{
    struct cells c;
    cells_init(&c, 1, 40, true);
    cells_text(&c, 0, 0, 20, STYLE_NORMAL, "M\xc3\xbcller");
    for (int i = 0; i < GLYPH_COUNT; i++)
        cells_glyph(&c, 0, 20 + i, STYLE_NORMAL, (enum glyph)i);
    for (int col = 0; col < 40; col++)
        CHECK((unsigned char)cells_at(&c, 0, col)->text[0] < 0x7f);
    CHECK(strncmp(cells_at(&c, 0, 1)->text, "U", 1) == 0);
    cells_clear(&c);
}

/* No cell ever holds what a terminal would obey or hide: no bytes, however
 * wild, get past the grapheme walk. To see it fail, let grapheme_next copy
 * what width_of gives -1 for. */
static void
no_cell_is_hostile(void)
{
    struct cells c;
    unsigned long seed = test_seed();
    cells_init(&c, 1, 120, false);
    for (int round = 0; round < 3000; round++) {
        char text[60];
        for (size_t i = 0; i < sizeof text; i++) {
            seed = seed * 6364136223846793005ul + 1442695040888963407ul;
            unsigned pick = (unsigned)(seed >> 33);
            static const char *const bits[] = {
                "\x1b[2J",  "\xe2\x80\xae", "\xc2\x9b",
                "\xcc\x88", "\xe6\x9d\xb1", "\xf0\x9f\x87\xa9"};
            const char *bit = bits[pick % 6];
            size_t n = strlen(bit);
            if (pick & 64 && i + n <= sizeof text) {
                memcpy(text + i, bit, n);
                i += n - 1;
            } else
                text[i] = (char)(pick >> 8);
        }
        cells_bytes(&c, 0, (int)(seed >> 60) - 4, 100, STYLE_NORMAL, text,
                    sizeof text);
        for (int col = 0; col < 120; col++) {
            const struct cell *cell = cells_at(&c, 0, col);
            size_t n = strlen(cell->text);
            uint32_t cp;
            for (size_t at = 0; at < n;) {
                size_t len = utf8_decode(cell->text + at, n - at, &cp);
                CHECK(len > 0);
                CHECK(!text_is_hidden(cp));
                at += len ? len : 1;
            }
        }
    }
    cells_clear(&c);
}

void
test_ui_cells(void)
{
    static const struct test tests[] = {
        {"text is clipped at cells", text_is_clipped_at_cells},
        {"a cut stands where one reads on", a_cut_stands_where_one_reads_on},
        {"half of a wide character never stays",
         half_of_a_wide_character_never_stays},
        {"ascii has nothing else", ascii_has_nothing_else},
        {"no cell is hostile", no_cell_is_hostile},
        {NULL, NULL}};
    test_run("ui cells", tests);
    failed_tests += test_failures;
}
