/*
 * Fuzzes both ways of the terminal: an input as text goes to the cells, which
 * must hold nothing that a terminal obeys or hides; as bytes from the
 * terminal it goes through the key decoder into a line editor.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "ui/term/cells.h"
#include "ui/widget/line_edit.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool condition)
{
    if (!condition)
        abort();
}

/* All is shown text; a wide cell is followed by its right half. */
static void
must_be_showable(const struct cells *c)
{
    for (int col = 0; col < c->cols; col++) {
        const struct cell *cell = cells_at(c, 0, col);
        size_t n = strlen(cell->text);
        for (size_t at = 0; at < n;) {
            uint32_t cp;
            size_t len = utf8_decode(cell->text + at, n - at, &cp);
            must(len > 0 && !text_is_hidden(cp) && width_of(cp) >= 0);
            must(!c->ascii || cp < 0x7f);
            at += len;
        }
        const struct cell *next = cells_at(c, 0, col + 1);
        must((cell->width == 0) == (n == 0));
        must(cell->width != 2 || (next && next->width == 0));
    }
}

static void
check_cells(const char *text, size_t n, bool ascii)
{
    struct cells c;
    cells_init(&c, 1, 40, ascii);
    for (int col = -3; col < 40; col += 7) {
        int used = cells_bytes(&c, 0, col, 25, STYLE_NORMAL, text, n);
        must(used >= 0 && used <= 25);
        must_be_showable(&c);
    }
    cells_clear(&c);
}

static void
check_keys(const char *bytes, size_t n)
{
    struct key_decoder d;
    struct line_edit line;
    struct cells c;
    struct key key;
    enum decoded got;
    key_decoder_init(&d);
    line_edit_init(&line, 100, NULL, NULL);
    cells_init(&c, 1, 20, false);
    for (size_t i = 0; i <= n; i++) {
        if (i < n)
            key_decoder_feed(&d, bytes + i, 1);
        while ((got = key_decoder_next(&d, i == n, &key)) != DECODED_NOTHING) {
            if (got == DECODED_KEY)
                line_edit_key(&line, &key);
            else if (got == DECODED_PASTE)
                line_edit_paste(&line, buf_str(&d.paste), d.paste.len, NULL);
        }
    }
    must(line.text.len <= 100 && line.cursor <= line.text.len);
    must(utf8_valid_prefix(line_edit_text(&line), line.text.len) ==
         line.text.len);
    line_edit_draw(&line, &c, 0, 0, 20, STYLE_FIELD);
    must_be_showable(&c);
    cells_clear(&c);
    line_edit_clear(&line);
    key_decoder_clear(&d);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > 4096)
        return 0;
    check_cells((const char *)data, size, false);
    check_cells((const char *)data, size, true);
    check_keys((const char *)data, size);
    return 0;
}
