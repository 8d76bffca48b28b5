/* What a row says, one member after the other: as people write it, and stored.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "ui/draft/mapping_private.h"
#include "workflow/edit/edit.h"

const char *
mapgrid_column_member(size_t column)
{
    switch (column) {
    case MAPGRID_TARGET:
        return "target";
    case MAPGRID_DEFAULT:
        return "default";
    case MAPGRID_REQUIRED:
        return "required";
    case MAPGRID_NOTE:
        return "note";
    default:
        return column < MAPGRID_MEMBERS
                   ? "source"
                   : row_member((enum row_member)(column - MAPGRID_MEMBERS))
                         ->key;
    }
}

char *
mapgrid_column_text(const struct mapgrid_line *line, size_t column)
{
    const struct mapping_row *row = line->row;
    switch (column) {
    case MAPGRID_SIGN:
    case MAPGRID_GIVES:
        return mem_strdup("");
    case MAPGRID_TARGET:
        return mem_strdup(row->target);
    case MAPGRID_SOURCE:
        return mem_strdup(row->source);
    case MAPGRID_DEFAULT:
        return row->fallback ? value_to_text(row->fallback) : mem_strdup("");
    case MAPGRID_REQUIRED:
        return mem_strdup(row->required ? "yes" : "no");
    case MAPGRID_NOTE:
        return mem_strdup(row->note ? row->note : "");
    default: {
        const char *text = row->more[column - MAPGRID_MEMBERS];
        return mem_strdup(text ? text : "");
    }
    }
}

/* --- one member of a row -------------------------------------------------- */

/* The member NAME of the row that the person saw at INDEX with TARGET. */
struct member {
    const struct mapgrid *m;
    size_t index;
    const char *target, *name;
    const struct value *item; /* what it is to be; NULL: nothing */
};

/* The index of the row in B, also where rows were moved; SIZE_MAX: gone. */
static size_t
find_row(const struct member *at, const struct block *b)
{
    const struct value *rows = b ? block_field(b, "mapping") : NULL;
    const struct value *row = value_at(rows, at->index);
    if (text_equal(value_get_text(row, "target"), at->target))
        return at->index;
    long found = b ? edit_row_index(b, at->target) : -1;
    return found < 0 ? SIZE_MAX : (size_t)found;
}

/* A member as text: text as it is, other JSON as such, "" for nothing. */
static char *
member_text(const struct value *row, const char *name)
{
    const struct value *v = value_get(row, name);
    const char *text = value_text_or(v, NULL);
    return text && strcmp(name, "default") != 0 ? mem_strdup(text)
           : v                                  ? value_to_text(v)
                                                : mem_strdup("");
}

static char *
stored_member(const struct draft_cell *c, const struct document *document)
{
    const struct member *at = c->ctx;
    const struct block *b = document_block(document, at->m->block);
    size_t i = find_row(at, b);
    return i == SIZE_MAX
               ? NULL
               : member_text(value_at(block_field(b, "mapping"), i), at->name);
}

static enum err
member_patch(const struct draft_cell *c, const struct document *document,
             struct value **out, struct error *e)
{
    const struct member *at = c->ctx;
    const struct block *b = document_block(document, at->m->block);
    size_t i = find_row(at, b);
    struct value *row = value_copy(value_at(block_field(b, "mapping"), i));
    (void)e;
    if (at->item)
        value_set(row, at->name, value_copy(at->item));
    else
        value_remove(row, at->name);
    *out = mapgrid_put_patch(at->m, i, row);
    return ERR_OK;
}

/* Sets what COLUMN of the row LINE is to ITEM (taken). SEEN and TYPED: as of a
 * cell; SEEN NULL: the line shows what it is. */
static enum err
set_member(struct mapgrid *m, const struct mapgrid_line *line, size_t column,
           struct value *item, const char *seen, const char *typed,
           struct error *e)
{
    const char *member = mapgrid_column_member(column);
    char *target = mem_strdup(line->row->target);
    char *label = strcmp(member, "source") == 0
                      ? mem_strdup(target)
                      : mem_printf("%s of %s", member, target);
    struct member at = {m, line->index, target, member, item};
    const struct value *rows = block_field(mapgrid_block(m), "mapping");
    char *shown = member_text(value_at(rows, line->index), member);
    struct draft_cell cell = {.label = label,
                              .seen = seen ? seen : shown,
                              .typed = typed,
                              .text = stored_member,
                              .patch = member_patch,
                              .ctx = &at};
    enum err err = draft_view_store(&m->draft, &cell, e);
    free(shown);
    free(label);
    free(target);
    value_free(item);
    return err;
}

/* --- the target ----------------------------------------------------------- */

static enum err
check_target(const struct mapgrid *m, size_t index, const char *text,
             struct error *e)
{
    if (!*text)
        return error_set(e, ERR_INVALID,
                         "a row has a target (Esc, then d deletes the row)");
    for (size_t i = 0; i < m->rows.count; i++) {
        if (i != index && strcmp(m->rows.rows[i].target, text) == 0)
            return error_set(e, ERR_INVALID,
                             "%.200s: row %zu fills it already (change that "
                             "one)",
                             text, i + 1);
    }
    return ERR_OK;
}

/* The patch of a new row at PENDING_AT, or of another target for LINE. */
static struct value *
target_patch(const struct mapgrid *m, const struct mapgrid_line *line,
             const char *target)
{
    bool fresh = line->index == MAPGRID_PENDING;
    size_t end = m->rows.count;
    struct value *row =
        fresh ? value_object() : mapgrid_stored_row(m, line->index);
    value_set_text(row, "target", target);
    return fresh ? mapgrid_insert_patch(
                       m, m->pending_at < end ? m->pending_at : end, row)
                 : mapgrid_put_patch(m, line->index, row);
}

/* A new row, or another target for one. */
static enum err
store_target(struct mapgrid *m, const struct mapgrid_line *line,
             const char *text, struct error *e)
{
    enum err err =
        mapgrid_block(m)
            ? check_target(m, line->index, text, e)
            : error_set(e, ERR_NOT_FOUND, "mapping: the block was removed");
    if (err != ERR_OK)
        return err;
    char *target = mem_strdup(text);
    err = draft_view_apply_text(&m->draft, target, ERR_OK,
                                target_patch(m, line, target), e);
    if (err == ERR_OK) {
        mapgrid_drop_pending(m);
        free(m->go);
        m->go = target;
    } else
        free(target);
    return err;
}

/* --- what people write ---------------------------------------------------- */

/* TEXT as the JSON that COLUMN holds, NULL for nothing. */
static enum err
read_json(size_t column, const char *text, struct value **out, struct error *e)
{
    if (column == MAPGRID_NOTE || column == MAPGRID_SOURCE) {
        *out = value_string(text);
        return ERR_OK;
    }
    enum err err = value_read(out, text, strlen(text), &value_limits_document,
                              "default", e);
    return err == ERR_OK
               ? err
               : error_prefix(e, "the default is JSON, text in quotes");
}

static enum err
read_required(const char *text, struct value **out, struct error *e)
{
    bool yes = strcasecmp(text, "yes") == 0;
    if (!yes && *text && strcasecmp(text, "no") != 0)
        return error_set(e, ERR_INVALID, "required: \"%.60s\" is not yes or no",
                         text);
    *out = yes ? value_bool(true) : NULL;
    return ERR_OK;
}

static enum err
read_column(size_t column, const char *text, struct value **out,
            struct error *e)
{
    char *stored = NULL;
    *out = NULL;
    if (column == MAPGRID_REQUIRED)
        return read_required(text, out, e);
    if (column < MAPGRID_MEMBERS || column >= MAPGRID_DEFAULT)
        return *text ? read_json(column, text, out, e) : ERR_OK;
    enum err err = row_member_read((enum row_member)(column - MAPGRID_MEMBERS),
                                   text, &stored, e);
    *out = stored ? value_string(stored) : NULL;
    free(stored);
    return err;
}

enum err
mapgrid_store(struct mapgrid *m, const struct mapgrid_line *line, size_t column,
              const char *seen, const char *text, struct error *e)
{
    struct value *item;
    char *now = mapgrid_column_text(line, column);
    bool same = line->index != MAPGRID_PENDING && text_equal(text, now);
    free(now);
    if (column == MAPGRID_TARGET)
        return same ? ERR_OK : store_target(m, line, text, e);
    enum err err = read_column(column, text, &item, e);
    if (err != ERR_OK)
        return err;
    bool word = column == MAPGRID_REQUIRED; /* stored as true, or not at all */
    const char *was = !word || !seen ? seen : strcmp(seen, "yes") ? "" : "true";
    return set_member(m, line, column, item, was,
                      !word  ? text
                      : item ? "true"
                             : "",
                      e);
}
