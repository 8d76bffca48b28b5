/* The difference of two documents: the list, the document, its blocks. */
#include "workflow/edit/diff.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "workflow/document/conflicts.h"
#include "workflow/edit/diff_private.h"
#include "workflow/edit/edit.h"

void
change_list_init(struct change_list *l)
{
    *l = (struct change_list){0};
}

void
change_list_clear(struct change_list *l)
{
    for (size_t i = 0; i < l->count; i++) {
        struct change *c = &l->items[i];
        free(c->block_id);
        free(c->block);
        free(c->field);
        free(c->table);
        free(c->before);
        free(c->after);
        free(c->text);
    }
    free(l->items);
    *l = (struct change_list){0};
}

void
change_add(struct change_list *l, struct change_at at, const char *before,
           const char *after, const char *format, ...)
{
    struct buf text;
    va_list ap;
    buf_init_any(&text);
    va_start(ap, format);
    if (!buf_vaddf(&text, format, ap))
        buf_adds(&text, "a long change");
    va_end(ap);
    if (l->count == l->capacity) {
        l->capacity = l->capacity ? 2 * l->capacity : 8;
        l->items = mem_resize(l->items, l->capacity, sizeof *l->items);
    }
    l->items[l->count++] = (struct change){
        .kind = at.kind,
        .subject = at.subject,
        .block_id = mem_strdup(at.b ? at.b->id : NULL),
        .block = mem_strdup(at.b ? at.b->name : NULL),
        .field = mem_strdup(at.field),
        .before = mem_strdup(before),
        .after = mem_strdup(after),
        .text = buf_take(&text),
    };
}

void
change_show(struct change_list *l, const char *was, const char *is)
{
    struct change *c = &l->items[l->count - 1];
    struct buf text;
    buf_init_any(&text);
    buf_addf(&text, "%s: ", c->text);
    c->before_at = text.len;
    buf_addf(&text, "%.200s", was);
    c->before_end = text.len;
    buf_adds(&text, " -> ");
    c->after_at = text.len;
    buf_addf(&text, "%.200s", is);
    free(c->text);
    c->text = buf_take(&text);
}

char *
diff_show(const struct value *v)
{
    if (!v)
        return NULL;
    return value_is(v, VALUE_STRING) ? mem_strdup(value_text(v, NULL))
                                     : value_to_text(v);
}

void
diff_moved(const size_t *was, size_t n, bool *moved)
{
    size_t *length = mem_array(n, sizeof *length);
    size_t *before = mem_array(n, sizeof *before);
    size_t best = SIZE_MAX;
    bool rising = true;
    for (size_t i = 1; i < n && rising; i++)
        rising = was[i - 1] < was[i];
    for (size_t i = 0; i < n && !rising; i++) {
        length[i] = 1;
        before[i] = SIZE_MAX;
        for (size_t k = 0; k < i; k++)
            if (was[k] < was[i] && length[k] + 1 > length[i]) {
                length[i] = length[k] + 1;
                before[i] = k;
            }
        if (best == SIZE_MAX || length[i] > length[best])
            best = i;
    }
    for (size_t i = 0; i < n; i++)
        moved[i] = !rising;
    for (size_t i = best; i != SIZE_MAX; i = before[i])
        moved[i] = false;
    free(length);
    free(before);
}

static bool
same_json(const struct value *a, const struct value *b)
{
    struct buf x, y;
    if (!a || !b)
        return a == b;
    buf_init_any(&x);
    buf_init_any(&y);
    value_write_canonical(&x, a);
    value_write_canonical(&y, b);
    bool same = x.len == y.len && !memcmp(buf_str(&x), buf_str(&y), x.len);
    buf_clear(&x);
    buf_clear(&y);
    return same;
}

/* The cases of a branch without their blocks, which are compared alone. */
static struct value *
bare_cases(const struct value *cases)
{
    struct value *copy = cases ? value_copy(cases) : NULL;
    for (size_t i = 0; i < value_size(copy); i++)
        value_remove(value_at(copy, i), "blocks");
    return copy;
}

static void
field_changed(const struct block *to, const char *field,
              const struct value *before, const struct value *after,
              struct change_list *out)
{
    char *was = diff_show(before), *is = diff_show(after);
    enum change_kind kind = !before  ? CHANGE_ADDED
                            : !after ? CHANGE_REMOVED
                                     : CHANGE_CHANGED;
    change_add(out, (struct change_at){kind, SUBJECT_FIELD, to, field}, was, is,
               "%s > %s", to->name, field);
    change_show(out, was ? was : "not set", is ? is : "not set");
    free(was);
    free(is);
}

static void
diff_field(const struct block *from, const struct block *to,
           const struct kind_field *f, struct change_list *out)
{
    const struct value *a = block_field(from, f->name);
    const struct value *b = block_field(to, f->name);
    if (f->type == FIELD_MAPPING) {
        diff_rows(from, to, out);
    } else if (f->type == FIELD_CASES) {
        struct value *was = bare_cases(a), *is = bare_cases(b);
        if (!same_json(was, is))
            field_changed(to, f->name, was, is, out);
        value_free(was);
        value_free(is);
    } else if (f->type != FIELD_BLOCKS && !same_json(a, b)) {
        field_changed(to, f->name, a, b, out);
    }
}

static void
diff_fields(const struct block *from, const struct block *to,
            struct change_list *out)
{
    static const char *const words[] = {"note", "kind"};
    for (size_t i = 0; i < 2; i++) {
        const struct value *a = block_field(from, words[i]);
        const struct value *b = block_field(to, words[i]);
        if (!same_json(a, b))
            field_changed(to, words[i], a, b, out);
    }
    for (const struct kind_field *f = to->kind->fields; f->name; f++)
        diff_field(from, to, f, out);
    for (const struct kind_field *f = from->kind->fields; f->name; f++)
        if (!kind_field(to->kind, f->name) && block_field(from, f->name) &&
            f->type != FIELD_BLOCKS && f->type != FIELD_CASES)
            field_changed(to, f->name, block_field(from, f->name), NULL, out);
}

static bool
same_list(const struct block *a, const struct block *b)
{
    return text_equal(a->parent ? a->parent->id : NULL,
                      b->parent ? b->parent->id : NULL) &&
           strcmp(a->list, b->list) == 0 && a->list_case == b->list_case;
}

/* The blocks of TO in the list whose first block is FIRST that FROM has in the
 * same list: where each is in TO, and which place it had in FROM. */
static size_t
shared_of_list(const struct document *from, const struct document *to,
               size_t first, size_t *who, size_t *was)
{
    const struct block *b = &to->blocks[first];
    size_t n = 0;
    for (size_t k = first; k < to->count && same_list(b, &to->blocks[k]);
         k = to->blocks[k].end) {
        const struct block *old = document_block(from, to->blocks[k].id);
        if (old && same_list(old, b)) {
            was[n] = old->index;
            who[n++] = k;
        }
    }
    return n;
}

/* Whether each block of TO that FROM has too stands in another list, or in
 * another order with those that it shares its list with. */
static bool *
find_moved(const struct document *from, const struct document *to)
{
    bool *moved = mem_array(to->count, sizeof *moved);
    size_t *was = mem_array(to->count, sizeof *was);
    size_t *who = mem_array(to->count, sizeof *who);
    bool *marks = mem_array(to->count, sizeof *marks);
    for (size_t i = 0; i < to->count; i++) {
        const struct block *old = document_block(from, to->blocks[i].id);
        moved[i] = old && !same_list(old, &to->blocks[i]);
    }
    for (size_t i = 0; i < to->count; i++) {
        if (to->blocks[i].index != 0)
            continue;
        size_t n = shared_of_list(from, to, i, who, was);
        diff_moved(was, n, marks);
        for (size_t k = 0; k < n; k++)
            moved[who[k]] |= marks[k];
    }
    free(was);
    free(who);
    free(marks);
    return moved;
}

/* FROM with the names of TO, so that references that only follow a renamed
 * block are no change; the caller frees it. */
static struct document *
with_names_of(const struct document *from, const struct document *to)
{
    struct document *d = NULL;
    document_from_value(&d, value_copy(from->root), NULL);
    for (size_t i = 0; i < to->count; i++) {
        const struct block *b = document_block(d, to->blocks[i].id);
        struct document *renamed = NULL;
        struct value *patch = NULL;
        if (b && strcmp(b->name, to->blocks[i].name) != 0 &&
            edit_rename(&patch, d, b->id, to->blocks[i].name, NULL) == ERR_OK &&
            document_patch(&renamed, d, patch, NULL, NULL) == ERR_OK) {
            document_free(d);
            d = renamed;
        }
        value_free(patch);
    }
    return d;
}

static void
diff_block(const struct document *from, const struct document *renamed,
           const struct block *b, bool moved, struct change_list *out)
{
    const struct block *old = document_block(from, b->id);
    struct change_at at = {CHANGE_ADDED, SUBJECT_BLOCK, b, NULL};
    if (!old) {
        change_add(out, at, NULL, b->name, "added %s block %s", b->kind->name,
                   b->name);
        return;
    }
    if (strcmp(old->name, b->name) != 0) {
        at.kind = CHANGE_RENAMED;
        change_add(out, at, old->name, b->name, "renamed %s to %s", old->name,
                   b->name);
    }
    if (moved) {
        at.kind = CHANGE_MOVED;
        change_add(out, at, NULL, NULL, "moved %s", b->name);
    }
    diff_fields(document_block(renamed, b->id), b, out);
}

static void
diff_connectors(const struct document *from, const struct document *to,
                struct change_list *out)
{
    const struct value *a = value_get(from->root, "connectors");
    const struct value *b = value_get(to->root, "connectors");
    for (size_t i = 0; i < value_size(b); i++) {
        const char *app = value_key(b, i, NULL);
        const char *is = value_text(value_at(b, i), NULL);
        const char *was = value_get_text(a, app);
        if (!was || strcmp(was, is) != 0)
            change_add(out,
                       (struct change_at){was ? CHANGE_CHANGED : CHANGE_ADDED,
                                          SUBJECT_CONNECTOR, NULL, app},
                       was, is, "connector %s: %.12s -> %.12s", app,
                       was ? was : "none", is);
    }
    for (size_t i = 0; i < value_size(a); i++) {
        const char *app = value_key(a, i, NULL);
        const char *was = value_text(value_at(a, i), NULL);
        if (!value_get(b, app))
            change_add(out,
                       (struct change_at){CHANGE_REMOVED, SUBJECT_CONNECTOR,
                                          NULL, app},
                       was, NULL, "connector %s: %.12s -> none", app, was);
    }
}

static void
diff_language(const struct document *from, const struct document *to,
              struct change_list *out)
{
    char was[16], is[16];
    snprintf(was, sizeof was, "%u", document_language(from));
    snprintf(is, sizeof is, "%u", document_language(to));
    if (strcmp(was, is) != 0)
        change_add(out,
                   (struct change_at){CHANGE_CHANGED, SUBJECT_DOCUMENT, NULL,
                                      "formulas"},
                   was, is, "format of formulas: %s -> %s", was, is);
}

/* True where D has the conflict C, whatever its values. */
static bool
has_conflict(const struct document *d, const struct conflict *c)
{
    for (size_t i = 0; i < document_conflicts(d); i++) {
        struct conflict other;
        document_conflict(d, i, &other);
        if (other.subject == c->subject && text_equal(other.block, c->block) &&
            text_equal(other.table, c->table) &&
            text_equal(other.field, c->field))
            return true;
    }
    return false;
}

/* The conflicts of A that B does not have, as KIND. */
static void
diff_conflicts(const struct document *a, const struct document *b,
               enum change_kind kind, struct change_list *out)
{
    for (size_t i = 0; i < document_conflicts(a); i++) {
        struct conflict c;
        document_conflict(a, i, &c);
        if (has_conflict(b, &c))
            continue;
        const struct block *block = c.block ? document_block(a, c.block) : NULL;
        char *place = conflict_place(&c, block ? block->name : NULL);
        change_add(out,
                   (struct change_at){kind, SUBJECT_CONFLICT, block, place},
                   NULL, NULL, "conflict %s%s", place,
                   kind == CHANGE_ADDED ? "" : " resolved");
        free(place);
    }
}

void
diff_documents(const struct document *from, const struct document *to,
               struct change_list *out)
{
    struct document *renamed = with_names_of(from, to);
    bool *moved = find_moved(from, to);
    const char *was = document_name(from), *is = document_name(to);
    if (strcmp(was, is) != 0)
        change_add(
            out,
            (struct change_at){CHANGE_RENAMED, SUBJECT_DOCUMENT, NULL, "name"},
            was, is, "renamed the workflow %s to %s", was, is);
    diff_language(from, to, out);
    diff_connectors(from, to, out);
    for (size_t i = 0; i < to->count; i++)
        diff_block(from, renamed, &to->blocks[i], moved[i], out);
    diff_tables(from, to, out);
    for (size_t i = 0; i < from->count; i++) {
        const struct block *b = &from->blocks[i];
        if (!document_block(to, b->id))
            change_add(
                out, (struct change_at){CHANGE_REMOVED, SUBJECT_BLOCK, b, NULL},
                b->name, NULL, "removed %s block %s", b->kind->name, b->name);
    }
    diff_conflicts(to, from, CHANGE_ADDED, out);
    diff_conflicts(from, to, CHANGE_REMOVED, out);
    free(moved);
    document_free(renamed);
}

struct value *
change_list_value(const struct change_list *l)
{
    static const char *const kinds[] = {"added", "removed", "changed", "moved",
                                        "renamed"};
    static const char *const subjects[] = {"document", "connector", "block",
                                           "field",    "row",       "table",
                                           "entry",    "conflict"};
    struct value *list = value_array();
    for (size_t i = 0; i < l->count; i++) {
        const struct change *c = &l->items[i];
        struct value *v = value_object();
        value_set_text(v, "kind", kinds[c->kind]);
        value_set_text(v, "subject", subjects[c->subject]);
        value_set_text(v, "blockId", c->block_id);
        value_set_text(v, "block", c->block);
        value_set_text(v, "field", c->field);
        value_set_text(v, "before", c->before);
        value_set_text(v, "after", c->after);
        value_set_text(v, "text", c->text);
        value_append(list, v);
    }
    return list;
}
