/* What an edit breaks. */
#include "workflow/validate/breaks.h"

#include <string.h>

#include "base/text.h"
#include "mapping/row/source.h"
#include "workflow/document/texts.h"

/* The block of FROM that the block ID of TO was, or NULL. */
static const struct block *
block_before(const struct edit_made *edit, const char *id)
{
    const char *was = edit->origins ? value_get_text(edit->origins, id) : id;
    return was ? document_block(edit->from, was) : NULL;
}

/* --- what is wrong now ---------------------------------------------------- */

static bool
was_wrong(const struct problem_list *before, const char *id, const char *field)
{
    bool found = false;
    for (size_t i = 0; i < before->count && !found; i++) {
        const struct problem *p = &before->items[i];
        found = p->severity == PROBLEM_ERROR && text_equal(p->block_id, id) &&
                text_equal(p->field, field);
    }
    return found;
}

static void
add_wrong(const struct edit_made *edit, struct problem_list *out)
{
    struct problem_list before, after;
    problem_list_init(&before);
    problem_list_init(&after);
    validate_draft(edit->from, edit->set, &before);
    validate_draft(edit->to, edit->set, &after);
    for (size_t i = 0; i < after.count; i++) {
        const struct problem *p = &after.items[i];
        const struct block *was =
            p->block_id ? block_before(edit, p->block_id) : NULL;
        if (was && p->severity == PROBLEM_ERROR &&
            !was_wrong(&before, was->id, p->field))
            problem_add(out, PROBLEM_ERROR, p->block_id, p->block, p->field,
                        "%s", p->text);
    }
    problem_list_clear(&before);
    problem_list_clear(&after);
}

/* --- what means something else now ---------------------------------------- */

/* The block whose element, or whose body, $ is in B: the innermost around it
 * that repeats its blocks, else the trigger; NULL where a document has none. */
static const struct block *
scope_of(const struct document *d, const struct block *b)
{
    const struct block *around = b->parent;
    while (around && around->kind->id != KIND_iterate)
        around = around->parent;
    return around ? around : d->trigger;
}

/* True where $ and @ of FIELD of B are not what comes in there: the rows of a
 * block that names its source read that, and @ is the element of its list. */
static bool
has_own_scope(const struct block *b, const struct text_place *place,
              const char *path)
{
    bool row = place->row >= 0;
    bool each = b->kind->id == KIND_filter || b->kind->id == KIND_find;
    if (row && *block_text(b, "source"))
        return true;
    if (b->kind->id == KIND_iterate && strcmp(place->field, "label") == 0)
        return true;
    return *path == '@' && (row || each);
}

struct looking {
    const struct edit_made *edit;
    struct problem_list *out;
    const struct text_place *place;
    const struct block *was;
    bool told; /* one line a text */
};

static bool
is_same(const struct edit_made *edit, const struct block *now,
        const struct block *was)
{
    const struct block *before = now ? block_before(edit, now->id) : NULL;
    if (now && !before) /* not looked at: the same by its id */
        before = document_block(edit->from, now->id);
    return before == was;
}

static void
tell(struct looking *l, const char *path, const struct block *now)
{
    const struct block *b = l->place->block;
    problem_add(l->out, PROBLEM_WARNING, b->id, b->name, l->place->field,
                now->kind->id == KIND_iterate
                    ? "\"%.60s\" is now of each element of \"%.60s\""
                    : "\"%.60s\" is now of \"%.60s\"",
                path, now->name);
    l->told = true;
}

static void
look_at_reference(void *context, const char *name, const char *path)
{
    struct looking *l = context;
    const struct edit_made *edit = l->edit;
    const struct block *b = l->place->block;
    if (l->told)
        return;
    if (name) {
        size_t n = strlen(name);
        const struct block *now = document_block_named(edit->to, name, n);
        const struct block *was = document_block_named(edit->from, name, n);
        /* Copies that read each other may have other names. */
        bool copy = edit->origins && now && block_before(edit, now->id);
        if (now && !copy && !is_same(edit, now, was))
            tell(l, name, now);
    } else if (!has_own_scope(b, l->place, path)) {
        const struct block *now = scope_of(edit->to, b);
        const struct block *was = scope_of(edit->from, l->was);
        if (now && was && !is_same(edit, now, was))
            tell(l, path, now);
    }
}

static void
look_at_text(void *context, const struct text_place *place)
{
    struct looking *l = context;
    l->place = place;
    l->was = block_before(l->edit, place->block->id);
    l->told = false;
    if (l->was && (place->kind != TEXT_CELL || *place->text == '='))
        source_references(place->text, look_at_reference, l);
}

void
breaks_of_edit(const struct edit_made *edit, struct problem_list *out)
{
    struct looking l = {.edit = edit, .out = out};
    add_wrong(edit, out);
    texts_of_document(edit->to, look_at_text, &l);
}
