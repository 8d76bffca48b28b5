/* CSV: reading in all its forms, writing, and marking what is no formula. */
#include "mapping/sheet/csv.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/text.h"

#define CSV_MAX (16u << 20)
#define BOM "\xef\xbb\xbf"

void
csv_init(struct csv *c)
{
    *c = (struct csv){0};
}

static void
record_clear(struct csv_record *r)
{
    for (size_t i = 0; i < r->count; i++)
        free(r->cells[i]);
    free(r->cells);
    free(r->lengths);
}

void
csv_clear(struct csv *c)
{
    for (size_t i = 0; i < c->count; i++)
        record_clear(&c->records[i]);
    free(c->records);
    csv_init(c);
}

/* --- reading ------------------------------------------------------------- */

struct csv_reader {
    const char *s;
    size_t n, at;
    size_t line;
    char separator;
    struct buf cell;
    struct error *e;
};

/* The separator that a first line "sep=;" names, as Excel reads and writes
 * it, and the bytes of that line in *LINE; 0 where there is none. */
static char
named_separator(const char *s, size_t n, size_t *line)
{
    bool quoted = n > 5 && s[0] == '"';
    const char *t = s + quoted;
    size_t left = n - quoted, end = 5 + quoted;
    *line = 0;
    if (left < 5 || strncasecmp(t, "sep=", 4) != 0 || !strchr(",;|\t", t[4]) ||
        t[4] == '\0' || (quoted && s[6] != '"'))
        return 0;
    end += quoted;
    if (end < n && s[end] == '\r')
        end++;
    if (end < n && s[end] == '\n')
        end++;
    else if (end < n && s[end - 1] != '\r')
        return 0;
    *line = end;
    return t[4];
}

/* The separator that the first record has most of, outside of quotes. */
static char
find_separator(const char *s, size_t n)
{
    static const char separators[] = {',', ';', '\t', '|'};
    size_t counts[sizeof separators] = {0}, best = 0;
    bool quoted = false;
    for (size_t i = 0; i < n; i++) {
        if (s[i] == '"')
            quoted = !quoted;
        else if (!quoted && (s[i] == '\n' || s[i] == '\r'))
            break;
        for (size_t k = 0; !quoted && k < sizeof separators; k++)
            counts[k] += s[i] == separators[k];
    }
    for (size_t k = 1; k < sizeof separators; k++)
        if (counts[k] > counts[best])
            best = k;
    return separators[best];
}

/* Goes over a line end: LF, CRLF or CR. False where there is none. */
static bool
skip_line_end(struct csv_reader *r)
{
    if (r->at >= r->n || (r->s[r->at] != '\n' && r->s[r->at] != '\r'))
        return false;
    bool pair =
        r->s[r->at] == '\r' && r->at + 1 < r->n && r->s[r->at + 1] == '\n';
    r->at += pair ? 2 : 1;
    r->line++;
    return true;
}

static enum err
read_quoted(struct csv_reader *r)
{
    size_t began = r->line;
    for (r->at++; r->at < r->n; r->at++) {
        char c = r->s[r->at];
        if (c == '"') {
            if (r->at + 1 >= r->n || r->s[r->at + 1] != '"') {
                r->at++;
                return ERR_OK;
            }
            r->at++;
        }
        bool crlf = c == '\r' && r->at + 1 < r->n && r->s[r->at + 1] == '\n';
        r->line += c == '\n' || (c == '\r' && !crlf);
        buf_addc(&r->cell, c);
    }
    return error_set(r->e, ERR_INVALID,
                     "line %zu: a cell in quotes does not end (a quote within "
                     "one is written twice)",
                     began);
}

/* One cell into r->cell; *QUOTED says whether it stood in quotes. */
static enum err
read_cell(struct csv_reader *r, bool *quoted)
{
    buf_reset(&r->cell);
    *quoted = r->at < r->n && r->s[r->at] == '"';
    if (*quoted) {
        enum err err = read_quoted(r);
        if (err != ERR_OK)
            return err;
        if (r->at < r->n && !strchr("\r\n", r->s[r->at]) &&
            r->s[r->at] != r->separator)
            return error_set(r->e, ERR_INVALID,
                             "line %zu: text after the closing quote of a cell "
                             "(a quote within one is written twice)",
                             r->line);
        return ERR_OK;
    }
    size_t start = r->at;
    while (r->at < r->n && r->s[r->at] != r->separator && r->s[r->at] != '\n' &&
           r->s[r->at] != '\r')
        r->at++;
    buf_add(&r->cell, r->s + start, r->at - start);
    return ERR_OK;
}

static void
add_cell(struct csv_record *record, const struct buf *cell)
{
    record->cells =
        mem_resize(record->cells, record->count + 1, sizeof(char *));
    record->lengths =
        mem_resize(record->lengths, record->count + 1, sizeof(size_t));
    record->cells[record->count] = mem_strndup(buf_str(cell), cell->len);
    record->lengths[record->count++] = cell->len;
}

static struct csv_record *
add_record(struct csv *c, size_t line)
{
    if (c->count == c->capacity) {
        c->capacity = c->capacity ? c->capacity * 2 : 16;
        c->records = mem_resize(c->records, c->capacity, sizeof *c->records);
    }
    c->records[c->count] = (struct csv_record){.line = line};
    return &c->records[c->count++];
}

static enum err
read_record(struct csv *c, struct csv_reader *r)
{
    struct csv_record *record = add_record(c, r->line);
    bool quoted = false;
    for (;;) {
        enum err err = read_cell(r, &quoted);
        if (err != ERR_OK)
            return err;
        add_cell(record, &r->cell);
        if (r->at >= r->n || r->s[r->at] != r->separator)
            break;
        r->at++;
    }
    skip_line_end(r);
    if (record->count == 1 && record->lengths[0] == 0 && !quoted) {
        record_clear(record);
        c->count--;
    }
    return ERR_OK;
}

/* The line of byte AT of the text. */
static size_t
line_of(const char *s, size_t at)
{
    size_t line = 1;
    for (size_t i = 0; i < at; i++)
        line += s[i] == '\n' || (s[i] == '\r' && s[i + 1] != '\n');
    return line;
}

static enum err
check_text(const char *s, size_t n, size_t skipped, struct error *e)
{
    if (n > CSV_MAX)
        return error_set(e, ERR_TOO_BIG, "a sheet has at most %u MB",
                         CSV_MAX >> 20);
    size_t valid = utf8_valid_prefix(s, n);
    if (valid < n)
        return error_set(e, ERR_INVALID,
                         "line %zu, byte %zu of the file: not UTF-8 (save the "
                         "sheet as \"CSV UTF-8\", or say its encoding)",
                         line_of(s, valid), skipped + valid + 1);
    const char *nul = memchr(s, '\0', n);
    if (nul)
        return error_set(e, ERR_INVALID, "line %zu: a NUL character",
                         line_of(s, (size_t)(nul - s)));
    return ERR_OK;
}

enum err
csv_read(struct csv *c, const char *text, size_t n, char separator,
         struct error *e)
{
    size_t mark = n >= 3 && memcmp(text, BOM, 3) == 0 ? 3 : 0;
    csv_clear(c);
    text += mark;
    n -= mark;
    enum err err = check_text(text, n, mark, e);
    if (err != ERR_OK)
        return err;
    size_t skip;
    char named = named_separator(text, n, &skip);
    struct csv_reader r = {.s = text, .n = n, .line = 1, .e = e};
    r.at = skip;
    r.line += skip > 0;
    r.separator = separator ? separator
                  : named   ? named
                            : find_separator(text, n);
    c->separator = r.separator;
    buf_init(&r.cell, CSV_MAX);
    while (err == ERR_OK && r.at < r.n)
        err = read_record(c, &r);
    buf_clear(&r.cell);
    if (err != ERR_OK)
        csv_clear(c);
    return err;
}

/* --- writing ------------------------------------------------------------- */

void
csv_write_cell(struct buf *out, const char *cell, size_t n, char separator)
{
    bool quote = n > 0 && (cell[0] == ' ' || cell[n - 1] == ' ');
    /* A cell that begins as a byte order mark does would be read as one. */
    quote |= n >= 3 && memcmp(cell, BOM, 3) == 0;
    /* The other separators too, so that finding it out is not misled. */
    for (size_t i = 0; i < n && !quote; i++)
        quote =
            cell[i] == separator || (cell[i] && strchr("\",;|\t\r\n", cell[i]));
    if (!quote) {
        buf_add(out, cell, n);
        return;
    }
    buf_addc(out, '"');
    for (size_t i = 0; i < n; i++) {
        if (cell[i] == '"')
            buf_addc(out, '"');
        buf_addc(out, cell[i]);
    }
    buf_addc(out, '"');
}

static bool
is_dangerous(char c)
{
    return c && strchr("=+-@\t\r'", c);
}

/* True where the N bytes at CELL are a number that a spreadsheet would write
 * in another way (padded, with an exponent, or of more than 15 digits), or a
 * word that it writes for a boolean. */
static bool
is_fragile(const char *cell, size_t n)
{
    size_t digits = 0;
    bool point = false;
    if ((n == 4 && strncasecmp(cell, "true", n) == 0) ||
        (n == 5 && strncasecmp(cell, "false", n) == 0))
        return cell[0] != 't' && cell[0] != 'f';
    for (size_t i = 0; i < n; i++) {
        if (cell[i] >= '0' && cell[i] <= '9')
            digits++;
        else if (cell[i] == '.' && !point && digits > 0)
            point = true;
        else
            return digits > 0 && i + 1 < n && (cell[i] | 0x20) == 'e' &&
                   strspn(cell + i + 1, "+-0123456789") >= n - i - 1;
    }
    return digits > 15 || (digits > 1 && cell[0] == '0' && cell[1] != '.') ||
           (point && strchr("0.", cell[n - 1]));
}

void
csv_mark_text(struct buf *out, const char *cell, size_t n)
{
    if (n > 0 && (is_dangerous(cell[0]) || is_fragile(cell, n)))
        buf_addc(out, '\'');
    buf_add(out, cell, n);
}

bool
csv_is_marked_text(const char *cell, size_t n)
{
    return n > 1 && cell[0] == '\'' &&
           (is_dangerous(cell[1]) || is_fragile(cell + 1, n - 1));
}
