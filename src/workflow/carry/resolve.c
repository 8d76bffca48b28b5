/* Resolving conflicts: each choice is an edit like any other. */
#include "workflow/carry/resolve.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "workflow/carry/carry_private.h"

/* One conflict of a document and the value that is chosen (NULL: not there). */
struct choice {
    const struct document *d;
    struct conflict c;
    const struct value *v;
};

static enum err
nothing_to_do(struct value **out)
{
    *out = value_array();
    return ERR_OK;
}

/* Moves the operations of FROM (*taken*) to the end of *TO, which is made. */
static void
join(struct value **to, struct value *from)
{
    if (!*to)
        *to = value_array();
    while (value_size(from) > 0)
        value_append(*to, value_take_at(from, 0));
    value_free(from);
}

/* --- blocks --------------------------------------------------------------- */

/* Gives a block all fields of the value chosen, except its name and the blocks
 * inside it. */
static enum err
set_content(struct value **out, const struct choice *s, const struct block *b,
            struct error *e)
{
    struct value *one = NULL;
    const struct value *note = value_get(s->v, "note");
    enum err err =
        edit_set(&one, s->d, b->id, "note", note ? value_copy(note) : NULL, e);
    join(out, one);
    for (const struct kind_field *f = b->kind->fields; f->name && !err; f++) {
        const struct value *v = value_get(s->v, f->name);
        if (f->type == FIELD_BLOCKS || f->type == FIELD_CASES)
            continue;
        err = edit_set(&one, s->d, b->id, f->name, v ? value_copy(v) : NULL, e);
        join(out, one);
    }
    return err;
}

static enum err
set_block(struct value **out, const struct choice *s, struct error *e)
{
    const struct block *b = document_block(s->d, s->c.block);
    if (!b && !s->v)
        return nothing_to_do(out);
    if (!b)
        return error_set(e, ERR_NOT_FOUND,
                         "%.200s: the block is no longer there", s->c.name);
    return s->v ? set_content(out, s, b, e) : edit_remove(out, s->d, b->id, e);
}

static enum err
set_trigger(struct value **out, const struct choice *s, struct error *e)
{
    struct edit_place place = {PLACE_END, NULL, NULL};
    if (s->v)
        return edit_insert(out, s->d, value_copy(s->v), place, NULL, e);
    return s->d->trigger ? edit_remove(out, s->d, s->d->trigger->id, e)
                         : nothing_to_do(out);
}

/* True where B stands in the list that the place V names. */
static bool
is_in_list(const struct block *b, const struct value *v)
{
    char list[DOCUMENT_MAX_NAME];
    carry_list_name(b, list);
    return text_equal(b->parent ? b->parent->id : NULL,
                      value_get_text(v, "parent")) &&
           text_equal(list, value_get_text(v, "list"));
}

/* The place that V names in D. */
static struct edit_place
place_of(const struct document *d, const struct value *v)
{
    const struct value *after = value_get(v, "after");
    for (size_t i = 0; i < value_size(after); i++) {
        const char *id = value_text_or(value_at(after, i), "");
        const struct block *b = document_block(d, id);
        if (b && is_in_list(b, v))
            return (struct edit_place){PLACE_AFTER, b->id, NULL};
    }
    for (size_t i = 0; i < d->count; i++)
        if (d->blocks[i].index == 0 && is_in_list(&d->blocks[i], v))
            return (struct edit_place){PLACE_BEFORE, d->blocks[i].id, NULL};
    const char *parent = value_get_text(v, "parent");
    if (!parent)
        return (struct edit_place){PLACE_END, NULL, NULL};
    return (struct edit_place){PLACE_INTO, parent, value_get_text(v, "list")};
}

static enum err
set_place(struct value **out, const struct choice *s, struct error *e)
{
    return s->v ? edit_move(out, s->d, s->c.block, place_of(s->d, s->v), e)
                : nothing_to_do(out);
}

/* --- rows ----------------------------------------------------------------- */

static enum err
set_row(struct value **out, const struct choice *s, struct error *e)
{
    const struct block *b = document_block(s->d, s->c.block);
    if (s->v)
        return edit_row_put(out, s->d, s->c.block, value_copy(s->v), SIZE_MAX,
                            e);
    return b && edit_row_index(b, s->c.field) >= 0
               ? edit_row_unset(out, s->d, s->c.block, s->c.field,
                                EDIT_ROW_REMOVE, e)
               : nothing_to_do(out);
}

static enum err
set_row_place(struct value **out, const struct choice *s, struct error *e)
{
    const struct block *b = document_block(s->d, s->c.block);
    const struct value *after = value_get(s->v, "after");
    long at = -1, own = b ? edit_row_index(b, s->c.field) : -1;
    for (size_t i = 0; i < value_size(after) && b && at < 0; i++)
        at = edit_row_index(b, value_text_or(value_at(after, i), ""));
    /* What stands before it moves up by one when it is taken out. */
    size_t to = (size_t)(at + (at < own || own < 0));
    return s->v ? edit_row_move(out, s->d, s->c.block, s->c.field, to, e)
                : nothing_to_do(out);
}

/* --- tables --------------------------------------------------------------- */

static enum err
set_entry(struct value **out, const struct choice *s, struct error *e)
{
    const struct value *there =
        document_table(s->d, s->c.table, strlen(s->c.table));
    if (!there)
        return error_set(e, ERR_NOT_FOUND,
                         "%.200s: the value table is no longer there",
                         s->c.table);
    struct value *table = value_copy(there);
    struct value *rows = value_get(table, "rows");
    if (!rows) {
        value_set(table, "rows", value_array());
        rows = value_get(table, "rows");
    }
    size_t i = 0;
    while (i < value_size(rows) &&
           !text_equal(value_text(value_at(value_at(rows, i), 0), NULL),
                       s->c.field))
        i++;
    if (i < value_size(rows) && s->v)
        value_replace_at(rows, i, value_copy(s->v));
    else if (i < value_size(rows))
        value_free(value_take_at(rows, i));
    else if (s->v)
        value_append(rows, value_copy(s->v));
    if (value_size(rows) == 0)
        value_remove(table, "rows");
    return edit_table(out, s->d, s->c.table, table, e);
}

static enum err
set_table(struct value **out, const struct choice *s, struct error *e)
{
    if (!s->v && !document_table(s->d, s->c.table, strlen(s->c.table)))
        return nothing_to_do(out);
    return edit_table(out, s->d, s->c.table, s->v ? value_copy(s->v) : NULL, e);
}

/* --- all ------------------------------------------------------------------ */

static enum err
set_value(struct value **out, const struct choice *s, struct error *e)
{
    switch (s->c.subject) {
    case CONFLICT_WORKFLOW:
        *out = carry_replacement(s->c.field, s->v);
        return ERR_OK;
    case CONFLICT_CONNECTOR:
        return edit_pin(out, s->d, s->c.field, value_text(s->v, NULL), e);
    case CONFLICT_BLOCK:
        return set_block(out, s, e);
    case CONFLICT_TRIGGER:
        return set_trigger(out, s, e);
    case CONFLICT_NAME:
        return edit_rename(out, s->d, s->c.block, value_text_or(s->v, ""), e);
    case CONFLICT_PLACE:
        return set_place(out, s, e);
    case CONFLICT_ROW:
        return set_row(out, s, e);
    case CONFLICT_ROW_PLACE:
        return set_row_place(out, s, e);
    case CONFLICT_TABLE:
        return set_table(out, s, e);
    case CONFLICT_ENTRY:
        return set_entry(out, s, e);
    default:
        return edit_set(out, s->d, s->c.block, s->c.field,
                        s->v ? value_copy(s->v) : NULL, e);
    }
}

/* True where C has the block and the names that its subject needs: a person
 * may have written it. */
static bool
is_whole(const struct conflict *c)
{
    bool block = c->subject != CONFLICT_WORKFLOW &&
                 c->subject != CONFLICT_CONNECTOR &&
                 c->subject != CONFLICT_TABLE && c->subject != CONFLICT_ENTRY;
    bool field =
        c->subject == CONFLICT_FIELD || c->subject == CONFLICT_ROW ||
        c->subject == CONFLICT_ROW_PLACE || c->subject == CONFLICT_ENTRY ||
        c->subject == CONFLICT_WORKFLOW || c->subject == CONFLICT_CONNECTOR;
    bool table = c->subject == CONFLICT_TABLE || c->subject == CONFLICT_ENTRY;
    return (!block || c->block) && (!field || c->field) && (!table || c->table);
}

/* The operation that takes the conflict I out of D. */
static struct value *
take_out(const struct document *d, size_t i)
{
    struct value *op = value_object();
    char *path = document_conflicts(d) == 1 ? mem_strdup("/conflicts")
                                            : mem_printf("/conflicts/%zu", i);
    value_set_text(op, "op", "remove");
    value_set_text(op, "path", path);
    free(path);
    return op;
}

enum err
conflict_resolve(struct value **out, const struct document *d, size_t i,
                 enum conflict_choice choice, struct error *e)
{
    struct choice s = {.d = d};
    enum err err = ERR_OK;
    *out = NULL;
    if (i >= document_conflicts(d))
        return error_set(e, ERR_NOT_FOUND, "conflict %zu: not found", i + 1);
    document_conflict(d, i, &s.c);
    s.v = choice == CHOOSE_OURS ? s.c.ours : s.c.theirs;
    if (choice == CHOOSE_NOW)
        err = nothing_to_do(out);
    else if (s.c.state == CONFLICT_GONE && choice == CHOOSE_OURS)
        err = error_set(e, ERR_INVALID,
                        "conflict %zu: the new base no longer has what the own "
                        "version changed (leave it as it is)",
                        i + 1);
    else if (s.c.state == CONFLICT_GONE)
        err = nothing_to_do(out);
    else if (!is_whole(&s.c))
        err = error_set(e, ERR_INVALID,
                        "conflict %zu: it is not complete (leave it as it is)",
                        i + 1);
    else
        err = set_value(out, &s, e);
    if (err) {
        value_free(*out);
        *out = NULL;
        return err;
    }
    value_append(*out, take_out(d, i));
    return ERR_OK;
}
