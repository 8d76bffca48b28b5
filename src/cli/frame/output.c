/*
 * What commands print: JSON for scripts, tables and lines for people, and
 * diagnostics on stderr. Everything from outside is made visible.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/text.h"
#include "cli/frame/cli.h"
#include "ui/term/width.h"

enum { OUTPUT_MAX = 1 << 30, CELL_MAX = 1 << 20 };

static void
print(const struct buf *b)
{
    if (b->len > 0)
        fwrite(b->data, 1, b->len, stdout);
}

/* S with hidden characters visible, and signs whose width terminals do not
 * agree about written out, so that columns stay aligned. */
static char *
shown_text(const char *s, size_t n)
{
    struct buf out, visible;
    struct grapheme g;
    buf_init(&visible, CELL_MAX * 8);
    buf_init(&out, CELL_MAX * 8);
    text_visible(&visible, s, n);
    for (size_t at = 0; at < visible.len; at += g.used) {
        grapheme_next(visible.data + at, visible.len - at, false, &g);
        buf_adds(&out, g.text);
    }
    buf_clear(&visible);
    return buf_take(&out);
}

/* What a member shows to people: text as it is, else its JSON. */
static char *
cell_text(const struct value *v)
{
    struct buf raw;
    char *shown;
    if (!v || value_is(v, VALUE_NULL))
        return mem_strdup("");
    if (value_is(v, VALUE_STRING) || value_is(v, VALUE_NUMBER)) {
        size_t n;
        const char *text = value_text(v, &n);
        return shown_text(text, n);
    }
    if (value_is(v, VALUE_TRUE) || value_is(v, VALUE_FALSE))
        return mem_strdup(value_is(v, VALUE_TRUE) ? "yes" : "no");
    buf_init(&raw, CELL_MAX);
    value_write(&raw, v);
    shown = shown_text(buf_str(&raw), raw.len);
    buf_clear(&raw);
    return shown;
}

/* The cell of the member KEY: usernames are shown so that no two of them look
 * the same. */
static char *
member_text(const char *key, const struct value *v)
{
    if (strcmp(key, "username") != 0 || !value_is(v, VALUE_STRING))
        return cell_text(v);
    char *name = text_name_dup(value_text(v, NULL));
    char *shown = shown_text(name, strlen(name));
    free(name);
    return shown;
}

static size_t
shown_width(const char *s)
{
    return (size_t)width_text(s, strlen(s), false);
}

static void
add_padded(struct buf *out, const char *s, size_t width, bool last)
{
    buf_adds(out, s);
    for (size_t n = shown_width(s); !last && n < width + 2; n++)
        buf_addc(out, ' ');
}

static size_t
column_count(const struct cli_column *columns)
{
    size_t n = 0;
    while (columns[n].title)
        n++;
    return n;
}

/* The cells of all rows, row by row; the caller frees each and the array. */
static char **
make_cells(const struct value *rows, const struct cli_column *columns, size_t n,
           size_t *widths)
{
    size_t count = value_size(rows);
    char **cells = mem_array(count * n + 1, sizeof *cells);
    for (size_t c = 0; c < n; c++)
        widths[c] = shown_width(columns[c].title);
    for (size_t r = 0; r < count; r++) {
        for (size_t c = 0; c < n; c++) {
            const char *key = columns[c].key;
            char *s = member_text(key, value_get(value_at(rows, r), key));
            cells[r * n + c] = s;
            if (shown_width(s) > widths[c])
                widths[c] = shown_width(s);
        }
    }
    return cells;
}

static void
print_table(const struct value *rows, const struct cli_column *columns)
{
    struct buf out;
    size_t n = column_count(columns);
    size_t *widths = mem_array(n, sizeof *widths);
    char **cells = make_cells(rows, columns, n, widths);
    buf_init(&out, OUTPUT_MAX);
    for (size_t c = 0; c < n; c++)
        add_padded(&out, columns[c].title, widths[c], c + 1 == n);
    buf_addc(&out, '\n');
    for (size_t i = 0; i < value_size(rows) * n; i++) {
        bool last = (i + 1) % n == 0;
        add_padded(&out, cells[i], widths[i % n], last);
        if (last)
            buf_addc(&out, '\n');
        free(cells[i]);
    }
    print(&out);
    buf_clear(&out);
    free(cells);
    free(widths);
}

/* Writes JSON text with every hidden character of its strings as an escape:
 * the same value, and nothing that a terminal would obey. */
static void
print_json_text(const struct buf *json)
{
    struct buf out;
    const char *s = buf_str(json);
    size_t left = json->len;
    uint32_t cp;
    buf_init(&out, OUTPUT_MAX);
    while (left > 0) {
        size_t n = utf8_decode(s, left, &cp);
        if (n == 0 || *s == '\n' || !text_is_hidden(cp))
            buf_add(&out, s, n ? n : 1);
        else if (cp > 0xffff)
            buf_addf(&out, "\\u%04x\\u%04x",
                     0xd800 + (unsigned)((cp - 0x10000) >> 10),
                     0xdc00 + (unsigned)((cp - 0x10000) & 0x3ff));
        else
            buf_addf(&out, "\\u%04x", (unsigned)cp);
        s += n ? n : 1;
        left -= n ? n : 1;
    }
    print(&out);
    buf_clear(&out);
}

void
cli_print_json(struct cli *cli, struct value *v)
{
    struct buf out;
    buf_init(&out, OUTPUT_MAX);
    if (cli->json || !isatty(STDOUT_FILENO))
        value_write(&out, v);
    else
        value_write_pretty(&out, v);
    buf_addc(&out, '\n');
    print_json_text(&out);
    buf_clear(&out);
    value_free(v);
    cli->answered = true;
}

void
cli_print_page(struct cli *cli, struct value *v, struct value *more,
               const struct cli_column *columns, const char *empty)
{
    if (cli->json) {
        struct value *whole = value_object();
        value_set(whole, "data", v);
        while (value_size(more) > 0) {
            char *key = mem_strdup(value_key(more, 0, NULL));
            value_set(whole, key, value_detach(more, key));
            free(key);
        }
        cli_print_json(cli, whole);
    } else {
        if (value_size(v) == 0)
            cli_say(cli, "%s", empty);
        else
            print_table(v, columns);
        value_free(v);
    }
    value_free(more);
}

void
cli_print_list(struct cli *cli, struct value *v,
               const struct cli_column *columns, const char *empty)
{
    cli_print_page(cli, v, NULL, columns, empty);
}

static void
print_line(const char *title, const char *key, const struct value *v,
           size_t width)
{
    struct buf out;
    char *text = member_text(key, v);
    buf_init(&out, CELL_MAX * 2);
    add_padded(&out, title, width, false);
    buf_adds(&out, text);
    buf_addc(&out, '\n');
    print(&out);
    buf_clear(&out);
    free(text);
}

static void
print_members(const struct value *v)
{
    size_t width = 0;
    for (size_t i = 0; i < value_size(v); i++) {
        size_t n = shown_width(value_key(v, i, NULL));
        width = n > width ? n : width;
    }
    for (size_t i = 0; i < value_size(v); i++) {
        char *title = text_visible_dup(value_key(v, i, NULL));
        print_line(title, value_key(v, i, NULL), value_at(v, i), width);
        free(title);
    }
}

void
cli_print_object(struct cli *cli, struct value *v,
                 const struct cli_column *columns)
{
    if (cli->json) {
        cli_print_json(cli, v);
        return;
    }
    if (!columns) {
        print_members(v);
    } else {
        size_t width = 0;
        for (size_t c = 0; columns[c].title; c++) {
            size_t n = shown_width(columns[c].title);
            width = n > width ? n : width;
        }
        for (size_t c = 0; columns[c].title; c++) {
            if (value_get(v, columns[c].key))
                print_line(columns[c].title, columns[c].key,
                           value_get(v, columns[c].key), width);
        }
    }
    value_free(v);
}

void
cli_say(struct cli *cli, const char *format, ...)
{
    struct buf raw;
    va_list ap;
    if (cli->json || cli->quiet)
        return;
    buf_init(&raw, CELL_MAX);
    va_start(ap, format);
    buf_vaddf(&raw, format, ap);
    va_end(ap);
    char *shown = text_visible_dup(buf_str(&raw));
    printf("%s\n", shown);
    free(shown);
    buf_clear(&raw);
}

void
cli_warn(const char *format, ...)
{
    struct buf raw;
    va_list ap;
    buf_init(&raw, CELL_MAX);
    va_start(ap, format);
    buf_vaddf(&raw, format, ap);
    va_end(ap);
    char *shown = text_visible_dup(buf_str(&raw));
    fprintf(stderr, "tailor: %s\n", shown);
    free(shown);
    buf_clear(&raw);
}

static const char *const hints[HINT_COUNT] = {
#define W(name, words) [HINT_##name] = words,
#include "cli/frame/hints.def"
#undef W
};

void
cli_tell(const struct error *e, struct buf *out)
{
    error_tell(e, hints, out);
}

void
cli_warn_error(const struct error *e)
{
    struct buf text;
    buf_init(&text, CELL_MAX);
    cli_tell(e, &text);
    cli_warn("%s", buf_str(&text));
    buf_clear(&text);
}

void
cli_say_waiting(const struct cli *cli, const char *whom, int seconds)
{
    if (isatty(STDERR_FILENO) && !cli->quiet)
        cli_warn("waiting for %s (at most %d s) …", whom, seconds);
}

bool
cli_at_terminal(void)
{
    return isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
}

bool
cli_confirm(struct cli *cli, const char *question, const char *phrase,
            struct error *e)
{
    char line[256];
    if (cli->yes)
        return true;
    if (!cli_at_terminal()) {
        error_set(e, ERR_CHOICE, "%s: not done yet (say --yes to do it)",
                  question);
        return false;
    }
    char *shown = text_visible_dup(question);
    fprintf(stderr, "tailor: %s\nType %s to confirm: ", shown, phrase);
    free(shown);
    if (!fgets(line, sizeof line, stdin))
        line[0] = '\0';
    line[strcspn(line, "\n")] = '\0';
    if (strcmp(line, phrase) == 0)
        return true;
    error_set(e, ERR_CANCELLED, "not confirmed, nothing was changed");
    return false;
}
