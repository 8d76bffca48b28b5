/* The names of edits: "adding Note", "moving Note to no of Large?". */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "workflow/edit/diff.h"
#include "workflow/edit/summary.h"

/* What an edit is called by the changes that it makes: by the first row that
 * fits any of them, because the others follow from that. */
static const struct edit_name {
    enum change_subject subject;
    enum change_kind kind;
    const char *verb, *many; /* MANY: what several are */
} names[] = {
    {SUBJECT_CONFLICT, CHANGE_REMOVED, "resolving the conflict", "conflicts"},
    {SUBJECT_BLOCK, CHANGE_RENAMED, "renaming", "blocks"},
    {SUBJECT_BLOCK, CHANGE_ADDED, "adding", "blocks"},
    {SUBJECT_BLOCK, CHANGE_REMOVED, "removing", "blocks"},
    {SUBJECT_BLOCK, CHANGE_MOVED, "moving", "blocks"},
    {SUBJECT_ROW, CHANGE_ADDED, "adding row", "rows"},
    {SUBJECT_ROW, CHANGE_REMOVED, "removing row", "rows"},
    {SUBJECT_ROW, CHANGE_CHANGED, "changing row", "rows"},
    {SUBJECT_ROW, CHANGE_MOVED, "moving row", "rows"},
    {SUBJECT_FIELD, CHANGE_ADDED, "setting", "fields"},
    {SUBJECT_FIELD, CHANGE_CHANGED, "changing", "fields"},
    {SUBJECT_FIELD, CHANGE_REMOVED, "clearing", "fields"},
    {SUBJECT_TABLE, CHANGE_ADDED, "adding table", "tables"},
    {SUBJECT_TABLE, CHANGE_REMOVED, "removing table", "tables"},
    {SUBJECT_TABLE, CHANGE_CHANGED, "changing table", "tables"},
    {SUBJECT_ENTRY, CHANGE_ADDED, "adding key", "keys"},
    {SUBJECT_ENTRY, CHANGE_REMOVED, "removing key", "keys"},
    {SUBJECT_ENTRY, CHANGE_CHANGED, "changing key", "keys"},
    {SUBJECT_ENTRY, CHANGE_MOVED, "moving key", "keys"},
    {SUBJECT_DOCUMENT, CHANGE_RENAMED, "renaming the workflow to", "names"},
    {SUBJECT_DOCUMENT, CHANGE_CHANGED, "changing the format of", "formats"},
    {SUBJECT_CONNECTOR, CHANGE_ADDED, "pinning connector", "connectors"},
    {SUBJECT_CONNECTOR, CHANGE_CHANGED, "pinning connector", "connectors"},
    {SUBJECT_CONNECTOR, CHANGE_REMOVED, "removing connector", "connectors"},
};

/* An edit. */
struct naming {
    const struct document *from, *to;
    const struct value *patch; /* NULL: not known */
};

/* How many blocks that both documents have the patch takes out and puts in
 * again, *FIRST is the first of them; where two change places, only that says
 * which was moved. */
static size_t
count_moved(const struct naming *n, const struct block **first)
{
    size_t count = 0;
    *first = NULL;
    for (size_t i = 0; i < value_size(n->patch); i++) {
        const struct value *value = value_get(value_at(n->patch, i), "value");
        if (value_is(value, VALUE_ARRAY)) /* into a list that was empty */
            value = value_at(value, 0);
        const char *id = value_get_text(value, "id");
        const struct block *b = id ? document_block(n->to, id) : NULL;
        if (!b || !document_block(n->from, id))
            continue;
        *first = *first ? *first : b;
        count++;
    }
    return count;
}

/* True where the block around B is added, or removed, too: B goes with it. */
static bool
goes_along(const struct naming *n, const struct change *c)
{
    const struct document *here = c->kind == CHANGE_ADDED ? n->to : n->from;
    const struct document *there = c->kind == CHANGE_ADDED ? n->from : n->to;
    const struct block *b = document_block(here, c->block_id);
    return b && b->parent && !document_block(there, b->parent->id);
}

/* True where NAME names the change C of the edit. */
static bool
fits(const struct naming *n, const struct edit_name *name,
     const struct change *c)
{
    if (name->subject != c->subject || name->kind != c->kind)
        return false;
    bool whole = c->subject == SUBJECT_BLOCK &&
                 (c->kind == CHANGE_ADDED || c->kind == CHANGE_REMOVED);
    return !whole || !goes_along(n, c);
}

/* "Note to no of Large?": the block with ID, and its lane where that is another
 * than it was. */
static void
add_moved(const struct naming *n, const char *id, struct buf *out)
{
    const struct block *was = document_block(n->from, id);
    const struct block *b = document_block(n->to, id);
    buf_adds(out, b->name);
    if (text_equal(was->parent ? was->parent->id : NULL,
                   b->parent ? b->parent->id : NULL) &&
        strcmp(was->list, b->list) == 0 && was->list_case == b->list_case)
        return;
    if (!b->parent)
        buf_adds(out, " out of all blocks");
    else
        buf_addf(out, " to %s of %s", block_lane_label(b), b->parent->name);
}

/* Where the change C is. */
static void
add_place(const struct change *c, struct buf *out)
{
    switch (c->subject) {
    case SUBJECT_BLOCK:
        if (c->kind == CHANGE_RENAMED)
            buf_addf(out, "%s to %s", c->before, c->after);
        else
            buf_adds(out, c->block);
        break;
    case SUBJECT_FIELD:
    case SUBJECT_ROW:
        buf_addf(out, "%s of %s", c->field, c->block);
        break;
    case SUBJECT_ENTRY:
        buf_addf(out, "%s of table %s", c->field, c->table);
        break;
    case SUBJECT_DOCUMENT:
        buf_adds(out, c->kind == CHANGE_RENAMED ? c->after : c->field);
        break;
    case SUBJECT_CONFLICT:
    case SUBJECT_TABLE:
    case SUBJECT_CONNECTOR:
        buf_adds(out, c->field);
        break;
    }
}

/* Appends "adding 3 rows" for NAME, "adding row". */
static void
add_count(const struct edit_name *name, size_t count, struct buf *out)
{
    buf_addf(out, "%.*s %zu %s", (int)strcspn(name->verb, " "), name->verb,
             count, name->many);
}

/* The same of COUNT blocks that the differences say have moved. */
static void
add_moves(const struct naming *n, const struct edit_name *name,
          const struct change *first, size_t count, struct buf *out)
{
    const struct block *moved;
    size_t put_in = count_moved(n, &moved);
    const char *id = put_in ? moved->id : first->block_id;
    if ((put_in ? put_in : count) > 1) {
        add_count(name, put_in ? put_in : count, out);
        return;
    }
    buf_addf(out, "%s ", name->verb);
    add_moved(n, id, out);
}

/* Appends NAME of the changes of L that it fits; false where it fits none. */
static bool
add_name(const struct naming *n, const struct edit_name *name,
         const struct change_list *l, struct buf *out)
{
    const struct change *first = NULL;
    size_t count = 0;
    for (size_t i = 0; i < l->count; i++) {
        if (!fits(n, name, &l->items[i]))
            continue;
        first = first ? first : &l->items[i];
        count++;
    }
    if (!first)
        return false;
    if (first->subject == SUBJECT_BLOCK && first->kind == CHANGE_MOVED)
        add_moves(n, name, first, count, out);
    else if (count > 1)
        add_count(name, count, out);
    else {
        buf_addf(out, "%s ", name->verb);
        add_place(first, out);
    }
    return true;
}

char *
summary_edit_name(const struct document *from, const struct document *to,
                  const struct value *patch)
{
    const struct naming n = {from, to, patch};
    struct change_list changes;
    struct buf out;
    bool named = false;
    change_list_init(&changes);
    buf_init_any(&out);
    diff_documents(from, to, &changes);
    for (size_t i = 0; i < sizeof names / sizeof names[0] && !named; i++)
        named = add_name(&n, &names[i], &changes, &out);
    if (!named)
        buf_adds(&out, changes.count > 0 ? changes.items[0].text
                                         : "a change without effect");
    change_list_clear(&changes);
    return buf_take(&out);
}
