/* Sheets in: what an import would add, change and leave. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/text.h"
#include "mapping/plan/plan.h"
#include "mapping/row/source.h"
#include "mapping/row/target.h"
#include "mapping/sheet/columns_private.h"
#include "mapping/sheet/csv.h"

#define ABSENT SIZE_MAX
#define SHEET_ROWS_MAX 10000
#define NO_BREAK_SPACE "\xc2\xa0"

/* One reading of a sheet. */
struct import {
    struct mapping_proposal *out;
    const struct mapping_rows *now;
    unsigned language;
    struct csv csv;
    size_t columns[COLUMN_COUNT]; /* ABSENT where the sheet has none */
    size_t first;                 /* record after the header */
    char **now_plain;             /* targets of NOW, by plain_target */
    char **plain;                 /* targets of the sheet's rows, so too */
    size_t plain_count;
};

/* --- columns ------------------------------------------------------------- */

static bool
is_marked(const struct csv_record *r, size_t column)
{
    return column < r->count &&
           csv_is_marked_text(r->cells[column], r->lengths[column]);
}

/* The cell without the mark of csv_mark_text, as a new string. */
static char *
cell_text(const struct csv_record *r, size_t column)
{
    if (column >= r->count)
        return mem_strdup("");
    return mem_strdup(r->cells[column] + is_marked(r, column));
}

/* TEXT without the spaces around it, in place. */
static char *
trim(char *text)
{
    size_t n = strlen(text), skip = strspn(text, " \t\r\n");
    while (n > skip && strchr(" \t\r\n", text[n - 1]))
        n--;
    memmove(text, text + skip, n - skip);
    text[n - skip] = '\0';
    return text;
}

/* The first column from FROM on whose header is NAME, in any case and with any
 * blanks around it, or ABSENT. */
static size_t
next_column(const struct csv_record *header, const char *name, size_t from)
{
    for (size_t i = from; i < header->count; i++) {
        char *text = trim(cell_text(header, i));
        for (char *s; (s = strstr(text, NO_BREAK_SPACE));)
            memcpy(s, "  ", 2);
        bool found = strcasecmp(trim(text), name) == 0;
        free(text);
        if (found)
            return i;
    }
    return ABSENT;
}

static size_t
find_column(const struct csv_record *header, const char *name)
{
    return next_column(header, name, 0);
}

static bool
find_columns(struct import *im, const struct sheet_form *form)
{
    if (im->csv.count == 0)
        return false;
    for (size_t i = 0; i < im->csv.count && i < HEADER_ROWS; i++) {
        for (int c = 0; c < COLUMN_COUNT; c++)
            im->columns[c] =
                find_column(&im->csv.records[i], sheet_header(form, c));
        im->first = i + 1;
        if (im->columns[COLUMN_TARGET] != ABSENT &&
            im->columns[COLUMN_SOURCE] != ABSENT)
            return true;
    }
    return false;
}

/* Refuses a header that names a column twice: which one is meant? */
static enum err
refuse_twins(const struct import *im, const struct sheet_form *form,
             struct error *e)
{
    const struct csv_record *header = &im->csv.records[im->first - 1];
    for (int c = 0; c < COLUMN_COUNT; c++) {
        const char *name = sheet_header(form, c);
        size_t first = im->columns[c];
        size_t second =
            first == ABSENT ? ABSENT : next_column(header, name, first + 1);
        if (second != ABSENT)
            return error_set(e, ERR_INVALID,
                             "line %zu: the columns %zu and %zu are both "
                             "\"%s\" (rename one)",
                             header->line, first + 1, second + 1, name);
    }
    return ERR_OK;
}

/* Cells that were pasted may have no header: the columns are in the usual
 * order then. */
static void
assume_columns(struct import *im)
{
    im->first = 0;
    for (size_t c = 0; c < COLUMN_COUNT; c++)
        im->columns[c] =
            c < COLUMN_MORE && c < im->csv.records[0].count ? c : ABSENT;
}

/* The cells of a workbook; C is empty afterwards. */
static void
take_cells(struct import *im, struct csv *c)
{
    csv_clear(&im->csv);
    im->csv = *c;
    csv_init(c);
}

static enum err
read_sheet(struct import *im, const char *text, size_t n,
           const struct sheet_form *form, struct error *e)
{
    const char *others = ";\t,|";
    bool typed = form && form->cells;
    char separator = form ? form->separator : 0;
    enum err err = ERR_OK;
    if (typed)
        take_cells(im, form->cells);
    else
        err = csv_read(&im->csv, text, n, separator, e);
    if (err != ERR_OK)
        return err;
    if (find_columns(im, form))
        return refuse_twins(im, form, e);
    /* The header may hold more of another separator than of its own. */
    struct csv found = im->csv;
    for (csv_init(&im->csv); !typed && !separator && *others; others++)
        if (csv_read(&im->csv, text, n, *others, NULL) == ERR_OK &&
            find_columns(im, form)) {
            csv_clear(&found);
            return refuse_twins(im, form, e);
        }
    csv_clear(&im->csv);
    im->csv = found;
    if (!form || !form->pasted || im->csv.count == 0)
        return sheet_refuse_columns(&im->csv, form, e);
    assume_columns(im);
    return ERR_OK;
}

/* --- rows ---------------------------------------------------------------- */

/* TARGET as the program writes it, "$.a" being "a", as a new string. */
static char *
plain_target(const char *target)
{
    struct target t;
    struct buf out;
    if (target_parse(&t, target, NULL) != ERR_OK)
        return mem_strdup(target);
    buf_init_any(&out);
    target_write(&t, t.count, &out);
    target_clear(&t);
    return buf_take(&out);
}

/* The row that is there now for the target that reads PLAIN. */
static const struct mapping_row *
find_same(const struct import *im, const char *plain)
{
    for (size_t i = 0; i < im->now->count; i++)
        if (strcmp(plain, im->now_plain[i]) == 0)
            return &im->now->rows[i];
    return NULL;
}

static struct proposal_row *
add_row(struct mapping_proposal *p, enum proposal_kind kind)
{
    if (p->count == p->capacity) {
        p->capacity = p->capacity ? p->capacity * 2 : 16;
        p->rows = mem_resize(p->rows, p->capacity, sizeof *p->rows);
    }
    p->rows[p->count] = (struct proposal_row){.kind = kind};
    return &p->rows[p->count++];
}

__attribute__((format(printf, 2, 3))) static void
refuse(struct proposal_row *row, const char *format, ...)
{
    struct buf text;
    va_list ap;
    if (row->problem)
        return;
    buf_init(&text, 4096);
    va_start(ap, format);
    buf_vaddf(&text, format, ap);
    va_end(ap);
    row->problem = buf_take(&text);
}

/* A boolean as spreadsheets write it is the JSON one. */
static void
plain_boolean(char *text)
{
    static const char *const words[] = {"true", "false"};
    for (int i = 0; i < 2; i++)
        if (strcasecmp(text, words[i]) == 0)
            memcpy(text, words[i], strlen(words[i]));
}

static void
read_default(struct proposal_row *row, char *text)
{
    struct error e;
    plain_boolean(text);
    value_free(row->wanted.fallback);
    row->wanted.fallback = NULL;
    if (trim(text)[0] &&
        value_read(&row->wanted.fallback, text, strlen(text),
                   &value_limits_document, "default", &e) != ERR_OK)
        refuse(row, "%s (text stands in double quotes)", e.text);
}

static void
read_required(struct proposal_row *row, char *text)
{
    static const char *const yes[] = {"yes", "y", "true", "1", "x", "required"};
    static const char *const no[] = {"", "no", "n", "false", "0"};
    trim(text);
    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
        if (strcasecmp(text, yes[i]) == 0) {
            row->wanted.required = true;
            return;
        }
    row->wanted.required = false;
    for (size_t i = 0; i < sizeof no / sizeof *no; i++)
        if (strcasecmp(text, no[i]) == 0)
            return;
    refuse(row, "required is yes or no, not %s", text);
}

/* A cell of a column of members.def. */
static void
read_more(struct import *im, const struct csv_record *record,
          struct proposal_row *row, enum row_member m)
{
    char *read;
    struct error e;
    if (im->columns[COLUMN_MORE + m] == ABSENT)
        return;
    char *text = cell_text(record, im->columns[COLUMN_MORE + m]);
    if (row_member_read(m, text, &read, &e) != ERR_OK)
        refuse(row, "%s", e.text);
    else
        row_set(&row->wanted, m, read);
    free(read);
    free(text);
}

/* The cells of RECORD over what the row has now; columns that the sheet does
 * not have stay. */
static void
read_cells(struct import *im, const struct csv_record *record,
           struct proposal_row *row)
{
    free(row->wanted.source);
    row->wanted.source = cell_text(record, im->columns[COLUMN_SOURCE]);
    if (!is_marked(record, im->columns[COLUMN_SOURCE])) {
        row->loss = sheet_loss(row->wanted.source, row->now.source);
        im->out->lossy += row->loss != NULL;
        plain_boolean(row->wanted.source);
    }
    if (im->columns[COLUMN_DEFAULT] != ABSENT) {
        char *text = cell_text(record, im->columns[COLUMN_DEFAULT]);
        read_default(row, text);
        free(text);
    }
    if (im->columns[COLUMN_REQUIRED] != ABSENT) {
        char *text = cell_text(record, im->columns[COLUMN_REQUIRED]);
        read_required(row, text);
        free(text);
    }
    if (im->columns[COLUMN_NOTE] != ABSENT) {
        char *text = cell_text(record, im->columns[COLUMN_NOTE]);
        free(row->wanted.note);
        row->wanted.note = text[0] ? mem_strdup(text) : NULL;
        free(text);
    }
    for (enum row_member m = 0; m < ROW_MEMBERS; m++)
        read_more(im, record, row, m);
}

/* Refuses characters that nobody means, whatever the format of the rows. */
static void
refuse_odd(struct proposal_row *row, const char *what, const char *text)
{
    size_t odd;
    const char *why;
    if (language_odd_character(text, strlen(text), &odd, &why))
        refuse(row, "the %s, column %zu: %s", what, utf8_length(text, odd) + 1,
               why);
}

static void
check_row(struct import *im, struct proposal_row *row)
{
    struct error e;
    struct target t;
    struct source s;
    const char *source = row->wanted.source;
    if (target_parse(&t, row->wanted.target, &e) != ERR_OK)
        refuse(row, "%s", e.text);
    else
        target_clear(&t);
    if (source_compile(&s, source, strlen(source), im->language, &e) !=
        ERR_OK) {
        refuse(row, "%s", e.text);
    } else {
        if (s.kind == SOURCE_PATH || s.kind == SOURCE_FORMULA)
            refuse_odd(row, "source", source);
        source_clear(&s);
    }
    refuse_odd(row, "target", row->wanted.target);
    for (size_t i = 0; i + 1 < im->plain_count; i++)
        if (strcmp(im->plain[im->plain_count - 1], im->plain[i]) == 0)
            refuse(row, "line %zu has the same target", im->out->rows[i].line);
}

static bool
is_empty_cell(const struct import *im, const struct csv_record *record,
              enum sheet_column column)
{
    if (im->columns[column] == ABSENT)
        return true;
    char *text = cell_text(record, im->columns[column]);
    bool empty = !trim(text)[0];
    free(text);
    return empty;
}

/* True for the title of a section: TARGET is a text that is no path, and no
 * cell but the note says anything else. */
static bool
is_heading(const struct import *im, const struct csv_record *record,
           const char *target)
{
    struct target t;
    for (int c = COLUMN_SOURCE; c < COLUMN_COUNT; c++)
        if (c != COLUMN_NOTE && !is_empty_cell(im, record, c))
            return false;
    if (target_parse(&t, target, NULL) != ERR_OK)
        return true;
    target_clear(&t);
    return false;
}

static void
add_heading(struct mapping_proposal *p, size_t line)
{
    p->headings =
        mem_resize(p->headings, p->heading_count + 1, sizeof *p->headings);
    p->headings[p->heading_count++] = line;
}

static void
import_record(struct import *im, const struct csv_record *record)
{
    char *target = trim(cell_text(record, im->columns[COLUMN_TARGET]));
    bool empty = !target[0] && is_empty_cell(im, record, COLUMN_SOURCE);
    bool heading = target[0] && is_heading(im, record, target);
    if (heading)
        add_heading(im->out, record->line);
    if (empty || heading) {
        free(target);
        return;
    }
    struct proposal_row *row = add_row(im->out, PROPOSAL_ADDED);
    char *plain = plain_target(target);
    const struct mapping_row *now = find_same(im, plain);
    im->plain[im->plain_count++] = plain;
    row->line = record->line;
    if (now) {
        row_copy(&row->now, now);
        row_copy(&row->wanted, now);
        free(target);
    } else {
        row->wanted.target = target;
        row->wanted.source = mem_strdup("");
    }
    read_cells(im, record, row);
    if (now)
        row->kind = row_same(&row->now, &row->wanted) ? PROPOSAL_SAME
                                                      : PROPOSAL_CHANGED;
    check_row(im, row);
}

static void
add_left_rows(struct import *im)
{
    size_t from_sheet = im->out->count;
    for (size_t i = 0; i < im->now->count; i++) {
        bool found = false;
        for (size_t k = 0; k < from_sheet && !found; k++)
            found = text_equal(im->out->rows[k].now.target,
                               im->now->rows[i].target);
        if (!found)
            row_copy(&add_row(im->out, PROPOSAL_LEFT)->now, &im->now->rows[i]);
    }
}

/* --- the result ---------------------------------------------------------- */

static struct proposal_row *
row_of(struct mapping_proposal *p, const char *target)
{
    for (size_t i = 0; i < p->count; i++)
        if (text_equal(p->rows[i].wanted.target, target))
            return &p->rows[i];
    return NULL;
}

/* The rows after a confirm: those that are there, in their order, and then
 * the new ones, without what is refused. */
static void
build_result(struct import *im)
{
    struct mapping_proposal *p = im->out;
    rows_clear(&p->result);
    for (size_t i = 0; i < im->now->count; i++) {
        const struct mapping_row *row = &im->now->rows[i];
        const struct proposal_row *from = row_of(p, row->target);
        bool change = from && !from->problem;
        rows_add_copy(&p->result, change ? &from->wanted : row);
    }
    for (size_t i = 0; i < p->count; i++) {
        if (p->rows[i].kind != PROPOSAL_ADDED || p->rows[i].problem)
            continue;
        if (p->result.count < MAPPING_ROWS_MAX)
            rows_add_copy(&p->result, &p->rows[i].wanted);
        else
            refuse(&p->rows[i], "a mapping has at most %d rows",
                   MAPPING_ROWS_MAX);
    }
}

/* Refuses the rows that cannot stand beside the others; true where there
 * were any. */
static bool
refuse_conflicts(struct import *im, struct plan **plan)
{
    struct plan_problems problems;
    bool refused = false;
    plan_problems_init(&problems);
    plan_compile(plan, &im->out->result, im->language, PLAN_FAST, &problems,
                 NULL);
    for (size_t i = 0; i < problems.count; i++) {
        struct mapping_row *bad = &im->out->result.rows[problems.items[i].row];
        struct proposal_row *row = row_of(im->out, bad->target);
        if (row && !row->problem) {
            refuse(row, "%s",
                   problems.items[i].text + problems.items[i].reason);
            refused = true;
        }
    }
    plan_problems_clear(&problems);
    return refused;
}

static void
check_fields(struct import *im, const struct plan *plan,
             const struct scope *samples, size_t count)
{
    const struct mapping_rows *result = &im->out->result;
    for (size_t i = 0; samples && count > 0 && i < result->count; i++) {
        struct proposal_row *row = row_of(im->out, result->rows[i].target);
        if (row && !row->problem)
            row->unknown = proposal_reads_unknown(plan, i, &result->rows[i],
                                                  samples, count);
    }
}

static void
add_up(struct mapping_proposal *p)
{
    for (size_t i = 0; i < p->count; i++) {
        if (p->rows[i].problem)
            p->problems++;
        else
            p->counts[p->rows[i].kind]++;
        p->unknown += p->rows[i].unknown;
    }
}

/* Targets are compared often, so their plain forms are made once. */
static void
begin_plain(struct import *im)
{
    im->now_plain = mem_array(im->now->count, sizeof(char *));
    for (size_t i = 0; i < im->now->count; i++)
        im->now_plain[i] = plain_target(im->now->rows[i].target);
    im->plain = mem_array(im->csv.count, sizeof(char *));
}

static void
end_plain(struct import *im)
{
    for (size_t i = 0; i < im->now->count; i++)
        free(im->now_plain[i]);
    for (size_t i = 0; i < im->plain_count; i++)
        free(im->plain[i]);
    free(im->now_plain);
    free(im->plain);
}

enum err
proposal_read(struct mapping_proposal *out, const char *text, size_t n,
              const struct sheet_form *form, const struct mapping_rows *now,
              unsigned language, const struct scope *samples, size_t count,
              struct error *e)
{
    struct import im = {.out = out, .now = now, .language = language};
    struct plan *plan = NULL;
    *out = (struct mapping_proposal){0};
    csv_init(&im.csv);
    rows_init(&out->result);
    enum err err = read_sheet(&im, text, n, form, e);
    if (err == ERR_OK && im.csv.count > SHEET_ROWS_MAX)
        err = error_set(e, ERR_TOO_BIG, "a sheet has at most %d rows",
                        SHEET_ROWS_MAX);
    if (err == ERR_OK) {
        begin_plain(&im);
        for (size_t i = im.first; i < im.csv.count; i++)
            import_record(&im, &im.csv.records[i]);
        add_left_rows(&im);
        build_result(&im);
        if (refuse_conflicts(&im, &plan))
            build_result(&im);
        check_fields(&im, plan, samples, count);
        add_up(out);
        end_plain(&im);
    }
    plan_free(plan);
    csv_clear(&im.csv);
    return err;
}
