/* The line editor. */
#include "ui/widget/line_edit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

void
completions_add(struct completions *list, const char *text)
{
    completions_add_help(list, text, NULL);
}

void
completions_add_help(struct completions *list, const char *text,
                     const char *help)
{
    if (list->count == COMPLETIONS_MOST)
        return;
    list->help[list->count] = mem_strdup(help);
    list->items[list->count++] = mem_strdup(text);
}

void
completions_clear(struct completions *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free(list->items[i]);
        free(list->help[i]);
    }
    list->count = 0;
}

static void
list_drop(struct line_edit *line)
{
    completions_clear(&line->list);
    FREE_NULL(line->typed);
}

void
line_edit_init(struct line_edit *line, size_t max, completion_hook *hook,
               void *ctx)
{
    *line = (struct line_edit){.complete = hook, .complete_ctx = ctx};
    buf_init(&line->text, max);
}

void
line_edit_clear(struct line_edit *line)
{
    list_drop(line);
    while (line->step_count > 0)
        free(line->steps[--line->step_count]);
    buf_clear(&line->text);
    line->cursor = line->first = 0;
}

void
line_edit_set(struct line_edit *line, const char *text)
{
    list_drop(line);
    buf_reset(&line->text);
    buf_adds(&line->text, text);
    line->cursor = line->text.len;
    line->first = 0;
}

const char *
line_edit_text(const struct line_edit *line)
{
    return buf_str(&line->text);
}

/* Puts N bytes in place of those from FROM to the cursor. */
static bool
replace(struct line_edit *line, size_t from, const char *s, size_t n)
{
    struct buf *b = &line->text;
    size_t cut = line->cursor - from, tail = b->len - line->cursor;
    if (n > cut && !buf_reserve(b, n - cut)) {
        b->failed = false; /* full: the text stays as it was */
        return false;
    }
    if (b->data) {
        memmove(b->data + from + n, b->data + line->cursor, tail);
        memcpy(b->data + from, s, n);
    }
    if (n > cut)
        buf_grew(b, n - cut);
    else
        buf_truncate(b, b->len - (cut - n));
    line->cursor = from + n;
    return true;
}

static size_t
before(const struct line_edit *line)
{
    return grapheme_before(line_edit_text(line), line->cursor, false);
}

static size_t
after(const struct line_edit *line)
{
    if (line->cursor >= line->text.len)
        return line->text.len;
    struct grapheme g;
    grapheme_next(line->text.data + line->cursor, line->text.len - line->cursor,
                  false, &g);
    return line->cursor + g.used;
}

static size_t
word_before(const struct line_edit *line)
{
    size_t at = line->cursor;
    const char *s = line_edit_text(line);
    while (at > 0 && s[at - 1] == ' ')
        at--;
    while (at > 0 && s[at - 1] != ' ')
        at--;
    return at;
}

static enum edited
cut_to(struct line_edit *line, size_t from, size_t to)
{
    if (from == to)
        return EDITED_MOVED;
    line->cursor = to;
    replace(line, from, "", 0);
    return EDITED_CHANGED;
}

static enum edited
move_to(struct line_edit *line, size_t at)
{
    line->cursor = at;
    return EDITED_MOVED;
}

static void
show_choice(struct line_edit *line)
{
    struct completions *list = &line->list;
    char *typed = line->typed;
    line->typed = NULL;
    const char *item =
        line->chosen < list->count ? list->items[line->chosen] : NULL;
    buf_reset(&line->text);
    buf_adds(&line->text, typed);
    line->cursor = line->text.len;
    if (item)
        replace(line, list->from, item, strlen(item));
    line->typed = typed;
}

/* Tab completes; again it goes to the next, past the last back to what was
 * typed. The text after the cursor stays out of it. */
static enum edited
complete(struct line_edit *line, int step)
{
    if (!line->complete || line->cursor != line->text.len)
        return EDITED_IGNORED;
    struct completions *list = &line->list;
    if (!line->typed) {
        list->from = line->cursor;
        line->complete(line->complete_ctx, line_edit_text(line), line->cursor,
                       list);
        if (list->count == 0)
            return EDITED_IGNORED;
        line->typed = mem_strdup(line_edit_text(line));
        line->chosen = step > 0 ? 0 : list->count - 1;
    } else
        line->chosen =
            (line->chosen + list->count + 1 + (size_t)step) % (list->count + 1);
    show_choice(line);
    if (list->count == 1)
        list_drop(line);
    return EDITED_CHANGED;
}

static enum edited
control_key(struct line_edit *line, uint32_t letter)
{
    switch (letter) {
    case 'a':
        return move_to(line, 0);
    case 'e':
        return move_to(line, line->text.len);
    case 'u':
        return cut_to(line, 0, line->cursor);
    case 'k':
        return cut_to(line, line->cursor, line->text.len);
    case 'w':
        return cut_to(line, word_before(line), line->cursor);
    case 'c':
        return EDITED_CANCEL;
    default:
        return EDITED_IGNORED;
    }
}

static enum edited
special_key(struct line_edit *line, const struct key *key)
{
    switch (key->kind) {
    case KEY_KIND_ENTER:
        return EDITED_DONE;
    case KEY_KIND_ESCAPE:
        return EDITED_CANCEL;
    case KEY_KIND_LEFT:
        return move_to(line, before(line));
    case KEY_KIND_RIGHT:
        return move_to(line, after(line));
    case KEY_KIND_HOME:
        return move_to(line, 0);
    case KEY_KIND_END:
        return move_to(line, line->text.len);
    case KEY_KIND_BACKSPACE:
        return cut_to(line, before(line), line->cursor);
    case KEY_KIND_DELETE:
        return cut_to(line, line->cursor, after(line));
    default:
        return EDITED_IGNORED;
    }
}

static enum edited
insert_character(struct line_edit *line, uint32_t cp)
{
    char s[4];
    size_t n = utf8_encode(s, cp);
    if (text_is_hidden(cp))
        return EDITED_MOVED;
    return replace(line, line->cursor, s, n) ? EDITED_CHANGED : EDITED_MOVED;
}

bool
line_edit_is_choosing(const struct line_edit *line)
{
    return line->typed && line->list.count > 0;
}

enum edited
line_edit_key(struct line_edit *line, const struct key *key)
{
    if (key->kind == KEY_KIND_TAB)
        return complete(line, key->mods & KEY_MOD_SHIFT ? -1 : 1);
    if (key->kind == KEY_KIND_ESCAPE && line_edit_is_choosing(line)) {
        line->chosen = line->list.count; /* one step back: to what was typed */
        show_choice(line);
        list_drop(line);
        return EDITED_CHANGED;
    }
    list_drop(line);
    if (key_is_text(key))
        return insert_character(line, key->codepoint);
    if (key->kind == KEY_KIND_CHAR)
        return key->mods == KEY_MOD_CTRL ? control_key(line, key->codepoint)
                                         : EDITED_IGNORED;
    return special_key(line, key);
}

enum edited
line_edit_insert(struct line_edit *line, const char *text)
{
    list_drop(line);
    return replace(line, line->cursor, text, strlen(text)) ? EDITED_CHANGED
                                                           : EDITED_MOVED;
}

static bool
is_blank(char c)
{
    return c == '\n' || c == '\r' || c == '\t';
}

static enum err
check_paste(const char *text, size_t n, struct error *e)
{
    for (size_t at = 0; at < n;) {
        uint32_t cp;
        size_t len = utf8_decode(text + at, n - at, &cp);
        if (len == 0)
            return error_set(e, ERR_INVALID,
                             "paste: byte \\x%02X is not UTF-8 text "
                             "(nothing was inserted)",
                             (unsigned char)text[at]);
        if (text_is_hidden(cp) && !is_blank(text[at]))
            return error_set(e, ERR_INVALID,
                             "paste: it holds the invisible character U+%04X "
                             "(nothing was inserted)",
                             (unsigned)cp);
        at += len;
    }
    return ERR_OK;
}

enum err
line_edit_paste(struct line_edit *line, const char *text, size_t n,
                struct error *e)
{
    while (n > 0 && is_blank(text[n - 1]))
        n--;
    enum err err = check_paste(text, n, e);
    if (err)
        return err;
    char *flat = mem_strndup(text, n);
    size_t len = 0;
    for (size_t i = 0; i < n; i++) {
        bool end = text[i] == '\r' || text[i] == '\n';
        if (text[i] == '\n' && i > 0 && text[i - 1] == '\r')
            continue;
        flat[len++] = line->lines && end ? '\n'
                      : line->lines      ? text[i]
                      : is_blank(text[i]) ? ' '
                                          : text[i];
    }
    list_drop(line);
    if (!replace(line, line->cursor, flat, len))
        err = error_set(e, ERR_TOO_BIG,
                        "paste: %zu bytes do not fit, the field holds %zu "
                        "(nothing was inserted)",
                        n, line->text.max);
    free(flat);
    return err;
}

/* Scrolls so that the cursor is within WIDTH columns, and back where the end of
 * the text leaves room. */
static void
scroll(struct line_edit *line, bool ascii, int width)
{
    const char *s = line_edit_text(line);
    if (line->first > line->cursor || line->first > line->text.len)
        line->first = line->cursor;
    size_t from = 0, end = line->text.len;
    int rest = width_text(s, end, ascii);
    while (from < line->first && rest >= width) {
        struct grapheme g;
        grapheme_next(s + from, end - from, ascii, &g);
        rest -= g.width;
        from += g.used;
    }
    line->first = from;
    while (line->first < line->cursor &&
           width_text(s + line->first, line->cursor - line->first, ascii) >=
               width) {
        struct grapheme g;
        grapheme_next(s + line->first, line->text.len - line->first, ascii, &g);
        line->first += g.used;
    }
}

void
line_edit_draw(struct line_edit *line, struct cells *c, int row, int col,
               int width, enum style style)
{
    scroll(line, c->ascii, width);
    const char *s = line_edit_text(line);
    cells_bytes(c, row, col, width, style, s + line->first,
                line->text.len - line->first);
    int at = width_text(s + line->first, line->cursor - line->first, c->ascii);
    cells_cursor(c, row, col + (at < width ? at : width - 1));
}

/* How wide the words are where help stands beside them, else WIDTH. */
static int
words_width(const struct completions *list, int width, bool ascii)
{
    int most = 0;
    bool help = false;
    for (size_t i = 0; i < list->count; i++) {
        int w = width_text(list->items[i], strlen(list->items[i]), ascii);
        most = w > most ? w : most;
        help = help || list->help[i];
    }
    return help && most + 4 < width ? most : width - 2;
}

int
line_edit_draw_list(const struct line_edit *line, struct cells *c, int row,
                    int col, int rows, int width)
{
    const struct completions *list = &line->list;
    size_t count = list->count;
    int words = words_width(list, width, c->ascii);
    if (!line_edit_is_choosing(line) || rows <= 0)
        return 0;
    size_t first = line->chosen >= (size_t)rows && line->chosen < count
                       ? line->chosen - (size_t)rows + 1
                       : 0;
    size_t shown = count - first < (size_t)rows ? count - first : (size_t)rows;
    for (size_t i = 0; i < shown; i++) {
        int y = row - (int)shown + 1 + (int)i;
        bool chosen = first + i == line->chosen;
        cells_fill(c, (struct rect){y, col, 1, width}, STYLE_NORMAL);
        if (chosen)
            cells_glyph(c, y, col, STYLE_ROW_NAME, GLYPH_MARK_ROW);
        cells_fit(c, y, col + 2, words, chosen ? STYLE_BAR : STYLE_NORMAL,
                  list->items[first + i]);
        if (list->help[first + i])
            cells_fit(c, y, col + words + 4, width - words - 4, STYLE_FAINT,
                      list->help[first + i]);
    }
    return (int)shown;
}
