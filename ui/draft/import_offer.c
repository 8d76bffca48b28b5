/* What an import would do. */
#include "ui/draft/import_offer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "mapping/row/changes.h"
#include "mapping/sheet/sheet.h"
#include "value/value.h"

#define LINE_KEY "%zu" /* the number of the line */

static void
line_free(void *data)
{
    struct import_line *line = data;
    free(line->name);
    free(line->now);
    free(line->wanted);
    free(line->problem);
    value_free(line->changes);
    free(line);
}

static void
line_text(const void *data, struct buf *out)
{
    const struct import_line *line = data;
    buf_addf(out, "%s %s %s", line->name, line->now ? line->now : "",
             line->wanted ? line->wanted : "");
    buf_addc(out, ' ');
    row_changes_words(line->changes, out);
}

static const struct row_list_ops ops = {line_free, line_text, NULL};

void
import_offer_begin(struct import_offer *o, const char *into,
                   struct draft_view *draft, import_apply apply, void *ctx)
{
    char source[IDENT_SIZE];
    memcpy(source, o->source, sizeof source);
    import_offer_clear(o);
    import_offer_copied(o, source);
    o->lines = row_list_new(&ops);
    o->changes = value_object();
    o->into = mem_strdup(into);
    o->draft = draft;
    o->revision = draft_view_revision(draft);
    o->apply = apply;
    o->ctx = ctx;
}

void
import_offer_copied(struct import_offer *o, const char *source)
{
    snprintf(o->source, sizeof o->source, "%s", source);
}

bool
import_offer_is_old(const struct import_offer *o)
{
    return o->revision != draft_view_revision(o->draft);
}

void
import_offer_clear(struct import_offer *o)
{
    row_list_free(o->lines);
    value_free(o->changes);
    free(o->into);
    *o = (struct import_offer){.lines = NULL};
}

void
import_offer_add(struct import_offer *o, enum import_kind kind,
                 const char *name, const char *now, const char *wanted,
                 const char *problem, unsigned odd)
{
    struct import_line *line = mem_alloc(sizeof *line);
    char *key = mem_printf(LINE_KEY, row_list_count(o->lines));
    line->kind = kind;
    line->name = mem_strdup(name);
    line->now = mem_strdup(now);
    line->wanted = mem_strdup(wanted);
    line->problem = mem_strdup(problem);
    line->odd = odd;
    o->counts[kind]++;
    o->unknown += (odd & IMPORT_UNKNOWN) != 0;
    o->lossy += (odd & IMPORT_LOSSY) != 0;
    row_list_add(o->lines, key, line);
    free(key);
}

void
import_offer_changing(struct import_offer *o, struct value *changes)
{
    struct import_line *line =
        row_list_data(o->lines, row_list_count(o->lines) - 1);
    bool any = value_size(changes) > 0 && line->kind != IMPORT_REFUSED;
    line->changes = any ? changes : NULL;
    if (any)
        proposal_count_changes(o->changes, changes);
    else
        value_free(changes);
}

/* True where the line I changes something. */
static bool
is_change(const struct import_offer *o, size_t i)
{
    const struct import_line *line = row_list_data(o->lines, i);
    return line->kind == IMPORT_ADDED || line->kind == IMPORT_CHANGED;
}

static bool
is_chosen(const struct marks *chosen, size_t i)
{
    char key[24];
    snprintf(key, sizeof key, LINE_KEY, i);
    return chosen->count == 0 || marks_has(chosen, key);
}

size_t
import_offer_changes(const struct import_offer *o, const struct marks *chosen)
{
    size_t n = 0;
    for (size_t i = 0; i < row_list_count(o->lines); i++)
        n += is_change(o, i) && is_chosen(chosen, i);
    return n;
}

enum err
import_offer_apply(const struct import_offer *o, const struct marks *chosen,
                   struct error *e)
{
    struct marks left = {0};
    for (size_t i = 0; i < row_list_count(o->lines); i++) {
        const struct import_line *line = row_list_data(o->lines, i);
        if (is_change(o, i) && !is_chosen(chosen, i))
            marks_set(&left, line->name, true);
    }
    draft_view_copied(o->draft, o->source);
    enum err err = o->apply(o->ctx, &left, e);
    draft_view_copied(o->draft, "");
    marks_clear(&left);
    return err;
}

static const struct value *
row_called(const struct value *rows, const char *text,
           const char *(*name)(const struct value *row))
{
    for (size_t i = 0; i < value_size(rows); i++) {
        if (strcmp(name(value_at(rows, i)), text) == 0)
            return value_at(rows, i);
    }
    return NULL;
}

struct value *
import_offer_rows(const struct value *after, const struct value *before,
                  const struct marks *left,
                  const char *(*name)(const struct value *row))
{
    struct value *rows = value_array();
    for (size_t i = 0; i < value_size(after); i++) {
        const struct value *row = value_at(after, i);
        if (marks_has(left, name(row)))
            row = row_called(before, name(row), name);
        if (row)
            value_append(rows, value_copy(row));
    }
    return rows;
}
