/*
 * JSON Patch (RFC 6902): applying, all or nothing, and undoing.
 *
 * The operations work on a copy that takes the place of the document once
 * all have succeeded. While they run, what would undo them is collected in
 * the reverse of the order in which it has to run.
 */
#include "value/patch.h"

#include <string.h>

#include "base/text.h"
#include "value/place.h"
#include "value/pointer.h"
#include "value/tree.h"

struct apply {
    struct value *root;
    struct value *undo; /* operations, last first; NULL where not wanted */
    /* Copies so far: a few operations can double a document many times. */
    size_t copied_nodes;
    size_t copied_bytes;
};

/* One operation, borrowed from the patch. */
struct operation {
    const char *name;
    const char *path;
    size_t path_len;
    const char *from;
    size_t from_len;
    const struct value *item;
    const char *before;
    size_t before_len;
};

struct measure {
    size_t depth;
    size_t nodes;
    size_t bytes;
};

static struct measure
measure_value(const struct value *v)
{
    struct measure m = {.nodes = 1};
    value_text(v, &m.bytes);
    bool container = v->type == VALUE_ARRAY || v->type == VALUE_OBJECT;
    for (size_t i = 0; i < value_size(v); i++) {
        struct measure inner = measure_value(value_at(v, i));
        size_t key_len;
        value_key(v, i, &key_len);
        m.nodes += inner.nodes;
        m.bytes += inner.bytes + key_len;
        m.depth = inner.depth > m.depth ? inner.depth : m.depth;
    }
    m.depth += container;
    return m;
}

/* --- undoing -------------------------------------------------------------- */

/* A new operation at the end of the undo list, to be completed. */
static struct value *
add_undo(struct apply *a, const char *name, const char *path, size_t n)
{
    struct value *op = value_object();
    value_set_text(op, "op", name);
    value_set(op, "path", value_string_n(path, n));
    value_append(a->undo, op);
    return op;
}

/* Notes that the member has to come before KEY (taken, or NULL). */
static void
set_before(struct value *op, struct value *key)
{
    if (key)
        value_set(op, "before", key);
}

/* Where an operation that put something at the place POINTER named has put
 * it: with the index instead of "-". The caller clears OUT. */
static void
resolve_path(struct buf *out, const struct place *place, const char *pointer,
             size_t n)
{
    buf_init(out, n + 24);
    if (!value_is(place->parent, VALUE_ARRAY)) {
        buf_add(out, pointer, n);
        return;
    }
    const char *slash = memrchr(pointer, '/', n);
    buf_add(out, pointer, (size_t)(slash - pointer));
    pointer_add_index(out, place->at);
}

/* The key after position AT of an object, as a new value; NULL where there
 * is none. */
static struct value *
next_key(const struct value *parent, size_t at)
{
    size_t n;
    const char *key = value_key(parent, at + 1, &n);
    return key ? value_string_n(key, n) : NULL;
}

/* --- the two primitive changes -------------------------------------------- */

/* Puts ITEM (taken) at PLACE as "add" does; hands back what it replaced. */
static struct value *
put(struct apply *a, const struct operation *op, const struct place *place,
    struct value *item)
{
    if (!place->parent) {
        struct value *old = a->root;
        a->root = item;
        return old;
    }
    if (place->parent->type == VALUE_ARRAY) {
        value_insert(place->parent, place->at, item);
        return NULL;
    }
    struct value_map *m = (struct value_map *)place->parent;
    if (place->exists) {
        struct value *old = m->members[place->at].item;
        m->members[place->at].item = item;
        return old;
    }
    size_t at = SIZE_MAX;
    if (op->before)
        at = map_find(m, op->before, op->before_len);
    map_insert(m, at == SIZE_MAX ? m->head.size : at, buf_str(&place->key),
               place->key.len, item);
    return NULL;
}

/* Takes what is at PLACE out of its parent. */
static struct value *
take(const struct place *place)
{
    if (place->parent->type == VALUE_ARRAY)
        return value_take_at(place->parent, place->at);
    return map_take((struct value_map *)place->parent, place->at);
}

static enum err
check_depth(const struct place *place, size_t depth, struct error *e)
{
    if (place->depth + depth <= VALUE_DEPTH_MAX)
        return ERR_OK;
    return error_set(e, ERR_TOO_BIG,
                     "the document would be nested more than %d deep (make "
                     "it flatter)",
                     VALUE_DEPTH_MAX);
}

static enum err
count_copy(struct apply *a, const struct value *item, struct error *e)
{
    struct measure m = measure_value(item);
    a->copied_nodes += m.nodes;
    a->copied_bytes += m.bytes;
    if (a->copied_nodes <= value_limits_document.nodes &&
        a->copied_bytes <= value_limits_document.bytes)
        return ERR_OK;
    return error_set(e, ERR_TOO_BIG,
                     "the copies of this patch are too big together (copy "
                     "less)");
}

/* --- the operations ------------------------------------------------------- */

/* Puts ITEM (taken, also on an error) at the path and notes the undo. */
static enum err
add_item(struct apply *a, const struct operation *op, struct value *item,
         struct error *e)
{
    struct place place;
    enum err err = place_find(&place, a->root, op->path, op->path_len, e);
    if (err == ERR_OK)
        err = check_depth(&place, measure_value(item).depth, e);
    if (err != ERR_OK) {
        value_free(item);
    } else {
        struct value *old = put(a, op, &place, item);
        struct buf path;
        resolve_path(&path, &place, op->path, op->path_len);
        if (a->undo && old)
            value_set(add_undo(a, "replace", path.data, path.len), "value",
                      old);
        else if (a->undo)
            add_undo(a, "remove", buf_str(&path), path.len);
        else
            value_free(old);
        buf_clear(&path);
    }
    place_clear(&place);
    return err;
}

static enum err
do_add(struct apply *a, const struct operation *op, struct error *e)
{
    return add_item(a, op, value_copy(op->item), e);
}

/* Finds a place where something is. */
static enum err
find_existing(struct apply *a, const char *path, size_t n, struct place *place,
              struct error *e)
{
    enum err err = place_find(place, a->root, path, n, e);
    if (err == ERR_OK && !place->exists)
        err = place_missing(path, n, e);
    return err;
}

static enum err
do_remove(struct apply *a, const struct operation *op, struct error *e)
{
    struct place place;
    enum err err = find_existing(a, op->path, op->path_len, &place, e);
    if (err == ERR_OK && !place.parent) {
        err = error_set(e, ERR_INVALID,
                        "the whole document cannot be removed (replace it)");
    } else if (err == ERR_OK) {
        struct value *before = next_key(place.parent, place.at);
        struct value *old = take(&place);
        if (a->undo) {
            struct value *undo = add_undo(a, "add", op->path, op->path_len);
            value_set(undo, "value", old);
            set_before(undo, before);
        } else {
            value_free(old);
            value_free(before);
        }
    }
    place_clear(&place);
    return err;
}

static enum err
do_replace(struct apply *a, const struct operation *op, struct error *e)
{
    struct place place;
    enum err err = find_existing(a, op->path, op->path_len, &place, e);
    if (err == ERR_OK)
        err = check_depth(&place, measure_value(op->item).depth, e);
    if (err == ERR_OK) {
        struct value *item = value_copy(op->item);
        struct value **slot = &a->root;
        if (value_is(place.parent, VALUE_ARRAY))
            slot = &as_list(place.parent)->items[place.at];
        else if (place.parent)
            slot = &as_map(place.parent)->members[place.at].item;
        if (a->undo)
            value_set(add_undo(a, "replace", op->path, op->path_len), "value",
                      *slot);
        else
            value_free(*slot);
        *slot = item;
    }
    place_clear(&place);
    return err;
}

static enum err
do_copy(struct apply *a, const struct operation *op, struct error *e)
{
    struct place place;
    enum err err = find_existing(a, op->from, op->from_len, &place, e);
    struct value *item = err == ERR_OK ? place_get(&place, a->root) : NULL;
    place_clear(&place);
    if (!item)
        return err;
    err = count_copy(a, item, e);
    return err == ERR_OK ? add_item(a, op, value_copy(item), e) : err;
}

static enum err
do_test(struct apply *a, const struct operation *op, struct error *e)
{
    struct place place;
    enum err err = find_existing(a, op->path, op->path_len, &place, e);
    if (err == ERR_OK && !value_equal(place_get(&place, a->root), op->item))
        err = place_refuse(ERR_CONFLICT, op->path, op->path_len,
                           "what is there is not what the patch expects (it "
                           "has changed: make a new patch)",
                           e);
    place_clear(&place);
    return err;
}

/* --- moving --------------------------------------------------------------- */

/* A move that is done: where from, where to, and what it replaced. */
struct move {
    const struct operation *op;
    struct place from; /* as it was before */
    struct place to;   /* as it was once the value was taken out */
    struct value *next_from;
    struct value *next_to; /* the keys after both, for the undo */
    struct value *old;
    bool by_copy; /* no move can undo it */
};

/* True where the pointer INNER leads through OUTER to something inside. */
static bool
leads_through(const char *inner, size_t n, const char *outer, size_t m)
{
    return n > m && memcmp(inner, outer, m) == 0 && inner[m] == '/';
}

/* Which key followed a member before the move: the neighbours may be the two
 * members of the move themselves. */
static void
find_neighbours(struct move *m)
{
    m->next_to = next_key(m->to.parent, m->to.at);
    if (m->from.parent != m->to.parent || !value_is(m->to.parent, VALUE_OBJECT))
        return;
    if (m->to.at == m->from.at) { /* the target followed */
        value_free(m->next_from);
        m->next_from = m->next_to ? value_copy(m->next_to) : NULL;
    } else if (m->to.at + 1 == m->from.at) {
        value_free(m->next_to);
        m->next_to = value_string_n(buf_str(&m->from.key), m->from.key.len);
    }
}

/* A move cannot lead back inside of what stands above; and where a value came
 * out of a list, the path of the member it replaced may have changed. */
static bool
needs_copy(const struct move *m)
{
    const struct operation *op = m->op;
    bool replaced = m->to.exists && value_is(m->to.parent, VALUE_OBJECT);
    return leads_through(op->from, op->from_len, op->path, op->path_len) ||
           (replaced && m->from.parent->type == VALUE_ARRAY);
}

/* Undoes with a copy of the moved value: every path is as it was then. */
static void
undo_by_copy(struct apply *a, struct move *m, const struct buf *path,
             const struct value *item)
{
    const struct operation *op = m->op;
    struct value *back = add_undo(a, "add", op->from, op->from_len);
    value_set(back, "value", value_copy(item));
    set_before(back, m->next_from);
    const char *name = m->old ? "replace" : "remove";
    struct value *clear = add_undo(a, name, buf_str(path), path->len);
    if (m->old)
        value_set(clear, "value", m->old);
    value_free(m->next_to);
}

/* Appends what undoes the move of ITEM; what runs first comes last. */
static void
undo_move(struct apply *a, struct move *m, const struct value *item)
{
    const struct operation *op = m->op;
    struct buf path;
    resolve_path(&path, &m->to, op->path, op->path_len);
    if (m->by_copy) {
        undo_by_copy(a, m, &path, item);
        buf_clear(&path);
        return;
    }
    if (m->old) {
        struct value *put_back = add_undo(a, "add", buf_str(&path), path.len);
        value_set(put_back, "value", m->old);
        set_before(put_back, m->next_to);
    } else {
        value_free(m->next_to);
    }
    struct value *back = add_undo(a, "move", op->from, op->from_len);
    value_set(back, "from", value_string_n(buf_str(&path), path.len));
    set_before(back, m->next_from);
    buf_clear(&path);
}

/* Takes the value out, puts it in, and notes the undo. */
static enum err
move_item(struct apply *a, struct move *m, struct error *e)
{
    const struct operation *op = m->op;
    m->next_from = next_key(m->from.parent, m->from.at);
    struct value *item = take(&m->from);
    enum err err = place_find(&m->to, a->root, op->path, op->path_len, e);
    if (err == ERR_OK)
        err = check_depth(&m->to, measure_value(item).depth, e);
    m->by_copy = err == ERR_OK && needs_copy(m);
    if (m->by_copy)
        err = count_copy(a, item, e);
    if (err != ERR_OK) {
        value_free(item);
        value_free(m->next_from);
    } else {
        if (m->to.exists)
            find_neighbours(m);
        m->old = put(a, op, &m->to, item);
        if (a->undo) {
            undo_move(a, m, item);
        } else {
            value_free(m->next_from);
            value_free(m->next_to);
            value_free(m->old);
        }
    }
    place_clear(&m->to);
    return err;
}

static enum err
do_move(struct apply *a, const struct operation *op, struct error *e)
{
    if (leads_through(op->path, op->path_len, op->from, op->from_len))
        return error_set(e, ERR_INVALID,
                         "a value cannot be moved into itself (copy it)");
    struct move m = {.op = op};
    enum err err = find_existing(a, op->from, op->from_len, &m.from, e);
    /* The root can only be moved to where it is. */
    if (err == ERR_OK && m.from.parent)
        err = move_item(a, &m, e);
    else if (err == ERR_OK && op->path_len > 0)
        err = error_set(e, ERR_INVALID, "the path does not start with \"/\"");
    place_clear(&m.from);
    return err;
}

/* --- patches -------------------------------------------------------------- */

static const struct kind {
    const char *name;
    bool needs_value;
    bool needs_from;
    enum err (*run)(struct apply *, const struct operation *, struct error *);
} kinds[] = {
    {"add", true, false, do_add},         {"remove", false, false, do_remove},
    {"replace", true, false, do_replace}, {"move", false, true, do_move},
    {"copy", false, true, do_copy},       {"test", true, false, do_test},
};

static const struct kind *
find_kind(const char *name)
{
    for (size_t i = 0; name && i < sizeof kinds / sizeof kinds[0]; i++) {
        if (strcmp(kinds[i].name, name) == 0)
            return &kinds[i];
    }
    return NULL;
}

/* The string member KEY of an operation; NULL where it is none. */
static const char *
string_member(const struct value *v, const char *key, size_t *n)
{
    const struct value *member = value_get(v, key);
    return value_is(member, VALUE_STRING) ? value_text(member, n) : NULL;
}

static enum err
run_operation(struct apply *a, const struct value *v, struct error *e)
{
    struct operation op = {.name = value_get_text(v, "op"),
                           .item = value_get(v, "value")};
    op.path = string_member(v, "path", &op.path_len);
    op.from = string_member(v, "from", &op.from_len);
    op.before = string_member(v, "before", &op.before_len);
    const struct kind *kind = find_kind(op.name);
    if (!kind)
        return error_set(e, ERR_INVALID,
                         "\"op\" must be add, remove, replace, move, copy or "
                         "test");
    if (!op.path)
        return error_set(e, ERR_INVALID, "\"path\" must be a JSON Pointer");
    if (kind->needs_from && !op.from)
        return error_set(e, ERR_INVALID, "\"from\" must be a JSON Pointer");
    if (kind->needs_value && !op.item)
        return error_set(e, ERR_INVALID, "\"value\" is missing");
    return kind->run(a, &op, e);
}

static struct value *
reverse(struct value *list)
{
    struct value *reversed = value_array();
    while (value_size(list) > 0)
        value_append(reversed, value_take_at(list, value_size(list) - 1));
    value_free(list);
    return reversed;
}

enum err
patch_make(struct value **out, const struct value *root,
           const struct value *patch, struct value **inverse, struct error *e)
{
    *out = NULL;
    if (!value_is(patch, VALUE_ARRAY))
        return error_set(e, ERR_INVALID,
                         "a JSON Patch must be a list of operations");
    struct apply a = {.root = value_copy(root),
                      .undo = inverse ? value_array() : NULL};
    for (size_t i = 0; i < value_size(patch); i++) {
        enum err err = run_operation(&a, value_at(patch, i), e);
        if (err != ERR_OK) {
            error_prefix(e, "operation %zu of the patch", i + 1);
            value_free(a.root);
            value_free(a.undo);
            return err;
        }
    }
    *out = a.root;
    if (inverse)
        *inverse = reverse(a.undo);
    return ERR_OK;
}

enum err
patch_apply(struct value **root, const struct value *patch,
            struct value **inverse, struct error *e)
{
    struct value *changed;
    enum err err = patch_make(&changed, *root, patch, inverse, e);
    if (err == ERR_OK) {
        value_free(*root);
        *root = changed;
    }
    return err;
}
