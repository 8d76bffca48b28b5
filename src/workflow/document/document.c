/* Documents: the tree, the index of its blocks, canonical form and name. */
#include "workflow/document/document.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "mapping/formula/formula.h"
#include "value/patch.h"
#include "workflow/document/shape.h"

/* Where the blocks of one list hang. */
struct hook {
    const struct block *parent;
    const char *list;
    size_t list_case;
};

static void index_list(struct document *d, const struct value *list,
                       struct hook hook);

static void
index_inner(struct document *d, const struct block *b)
{
    for (const struct kind_field *f = b->kind->fields; f->name; f++) {
        const struct value *v = value_get(b->value, f->name);
        struct hook hook = {b, f->name, 0};
        if (f->type == FIELD_BLOCKS)
            index_list(d, v, hook);
        for (size_t i = 0; f->type == FIELD_CASES && i < value_size(v); i++) {
            hook.list_case = i;
            index_list(d, value_get(value_at(v, i), "blocks"), hook);
        }
    }
}

static void
index_block(struct document *d, struct value *v, struct hook hook, size_t i)
{
    struct block *b = &d->blocks[d->count++];
    *b = (struct block){
        .id = value_get_text(v, "id"),
        .name = value_get_text(v, "name"),
        .kind = kind_find(value_get_text(v, "kind")),
        .value = v,
        .parent = hook.parent,
        .list = hook.list,
        .list_case = hook.list_case,
        .index = i,
        .depth = hook.parent ? hook.parent->depth + 1 : 0,
    };
    index_inner(d, b);
    b->end = d->count;
}

static void
index_list(struct document *d, const struct value *list, struct hook hook)
{
    for (size_t i = 0; i < value_size(list); i++)
        index_block(d, value_at(list, i), hook, i);
}

/* How many objects with a "kind" V may hold, as blocks: enough room. */
static size_t
count_blocks(const struct value *block)
{
    const struct kind *kind = kind_find(value_get_text(block, "kind"));
    size_t n = 1;
    for (const struct kind_field *f = kind->fields; f->name; f++) {
        const struct value *v = value_get(block, f->name);
        if (f->type != FIELD_BLOCKS && f->type != FIELD_CASES)
            continue;
        for (size_t i = 0; i < value_size(v); i++) {
            const struct value *item = value_at(v, i);
            if (f->type == FIELD_BLOCKS) {
                n += count_blocks(item);
                continue;
            }
            const struct value *list = value_get(item, "blocks");
            for (size_t k = 0; k < value_size(list); k++)
                n += count_blocks(value_at(list, k));
        }
    }
    return n;
}

static int
compare_ids(const void *a, const void *b)
{
    const struct block *const *x = a, *const *y = b;
    return strcmp((*x)->id, (*y)->id);
}

static int
compare_names(const void *a, const void *b)
{
    const struct block *const *x = a, *const *y = b;
    int c = strcmp((*x)->name, (*y)->name);
    return c ? c : (*x > *y) - (*x < *y);
}

static enum err
index_document(struct document *d, struct error *e)
{
    struct value *trigger = value_get(d->root, "trigger");
    const struct value *blocks = value_get(d->root, "blocks");
    size_t n = trigger ? 1 : 0;
    for (size_t i = 0; i < value_size(blocks); i++)
        n += count_blocks(value_at(blocks, i));
    d->blocks = mem_array(n, sizeof *d->blocks);
    if (trigger) {
        index_block(d, trigger, (struct hook){NULL, "", 0}, 0);
        d->trigger = d->blocks;
    }
    index_list(d, blocks, (struct hook){NULL, "blocks", 0});
    d->by_id = mem_array(n, sizeof *d->by_id);
    d->by_name = mem_array(n, sizeof *d->by_name);
    for (size_t i = 0; i < n; i++)
        d->by_id[i] = d->by_name[i] = &d->blocks[i];
    qsort(d->by_id, n, sizeof *d->by_id, compare_ids);
    qsort(d->by_name, n, sizeof *d->by_name, compare_names);
    for (size_t i = 1; i < n; i++)
        if (strcmp(d->by_id[i - 1]->id, d->by_id[i]->id) == 0)
            return error_set(e, ERR_INVALID,
                             "document: the blocks \"%.60s\" and \"%.60s\" "
                             "have one id (give one of them a new UUID)",
                             d->by_id[i - 1]->name, d->by_id[i]->name);
    return ERR_OK;
}

enum err
document_from_value(struct document **out, struct value *root, struct error *e)
{
    struct document *d = mem_alloc(sizeof *d);
    d->root = root;
    *out = NULL;
    enum err err = shape_check(root, e);
    if (!err)
        err = index_document(d, e);
    if (err)
        document_free(d);
    else
        *out = d;
    return err;
}

/* NAME is that of a text that is no document of this form. */
static enum err
parse(struct document **out, const char *text, size_t n, const char *name,
      bool *is_json, struct error *e)
{
    struct value *root;
    *out = NULL;
    enum err err = value_read(&root, text, n, &value_limits_document, name, e);
    *is_json = err == ERR_OK;
    return err ? err : document_from_value(out, root, e);
}

enum err
document_parse(struct document **out, const char *text, size_t n,
               const char *name, struct error *e)
{
    bool is_json;
    enum err err = parse(out, text, n, name, &is_json, e);
    if (err && is_json)
        error_prefix(e, "%s", name);
    return err;
}

struct document *
document_new(const char *name)
{
    struct value *root = value_object();
    struct document *d = NULL;
    value_set_int(root, "format", DOCUMENT_OLDEST);
    value_set_int(root, "formulas", FORMULA_LANGUAGE);
    value_set_text(root, "name", name);
    document_from_value(&d, root, NULL);
    return d;
}

void
document_free(struct document *d)
{
    if (!d)
        return;
    value_free(d->root);
    free(d->by_id);
    free(d->by_name);
    free(d->blocks);
    free(d);
}

size_t
document_bytes(const struct document *d)
{
    return d ? mem_bytes(d) + value_bytes(d->root) + mem_bytes(d->by_id) +
                   mem_bytes(d->by_name) + mem_bytes(d->blocks)
             : 0;
}

void
document_write(const struct document *d, struct buf *out)
{
    value_write_canonical(out, d->root);
}

void
document_hash(const struct document *d, char out[DIGEST_SIZE])
{
    struct buf text;
    buf_init_any(&text);
    document_write(d, &text);
    digest_hex(out, buf_str(&text), text.len);
    buf_clear(&text);
}

/* Reads back what the patch made, so that every document is one that the
 * parser takes. The exact inverse holds only where parsing dropped nothing. */
static enum err
reread(struct document **out, const struct document *d,
       const struct value *patched, struct value **inverse, struct buf *text,
       struct error *e)
{
    struct buf before;
    size_t start = text->len;
    bool is_json;
    buf_init(&before, DOCUMENT_MAX_BYTES);
    value_write_canonical(&before, patched);
    enum err err =
        buf_failed(&before)
            ? error_set(e, ERR_TOO_BIG, "document: larger than %d bytes",
                        DOCUMENT_MAX_BYTES)
            : parse(out, buf_str(&before), before.len, "document", &is_json, e);
    if (!err)
        document_write(*out, text);
    if (!err && inverse &&
        (text->len - start != before.len ||
         memcmp(text->data + start, before.data, before.len) != 0)) {
        value_free(*inverse);
        *inverse = patch_diff((*out)->root, d->root);
    }
    buf_clear(&before);
    return err;
}

enum err
document_edit(struct document **out, const struct document *d,
              const struct value *patch, struct value **inverse,
              struct buf *text, struct error *e)
{
    struct value *root = NULL;
    *out = NULL;
    if (inverse)
        *inverse = NULL;
    enum err err = patch_make(&root, d->root, patch, inverse, e);
    if (!err)
        err = reread(out, d, root, inverse, text, e);
    value_free(root);
    if (err && inverse) {
        value_free(*inverse);
        *inverse = NULL;
    }
    return err;
}

enum err
document_patch(struct document **out, const struct document *d,
               const struct value *patch, struct value **inverse,
               struct error *e)
{
    struct buf text;
    buf_init(&text, DOCUMENT_MAX_BYTES);
    enum err err = document_edit(out, d, patch, inverse, &text, e);
    buf_clear(&text);
    return err;
}

unsigned
document_language(const struct document *d)
{
    return (unsigned)value_int_or(value_get(d->root, "formulas"),
                                  FORMULA_OLDEST);
}

const char *
document_name(const struct document *d)
{
    return value_get_text(d->root, "name");
}

const char *
document_connector(const struct document *d, const char *app)
{
    return value_get_text(value_get(d->root, "connectors"), app);
}

const struct block *
document_block(const struct document *d, const char *id)
{
    const struct block key = {.id = id}, *k = &key;
    const struct block **hit =
        bsearch(&k, d->by_id, d->count, sizeof *d->by_id, compare_ids);
    return hit ? *hit : NULL;
}

const struct block *
document_block_named(const struct document *d, const char *name, size_t n)
{
    size_t low = 0, high = d->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const char *at = d->by_name[middle]->name;
        int c = strncmp(at, name, n);
        if (c < 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == d->count || strlen(d->by_name[low]->name) != n ||
        memcmp(d->by_name[low]->name, name, n) != 0)
        return NULL;
    return d->by_name[low];
}

const struct block *
document_block_find(const struct document *d, const char *id_or_name)
{
    const struct block *b = document_block(d, id_or_name);
    return b ? b : document_block_named(d, id_or_name, strlen(id_or_name));
}

const struct value *
document_table(const struct document *d, const char *name, size_t n)
{
    return value_get_n(value_get(d->root, "tables"), name, n);
}

const struct value *
table_lookup(const struct value *table, const char *key, size_t n)
{
    const struct value *rows = value_get(table, "rows");
    for (size_t i = 0; i < value_size(rows); i++) {
        const struct value *row = value_at(rows, i);
        size_t len;
        const char *cell = value_text(value_at(row, 0), &len);
        if (cell && len == n && memcmp(cell, key, n) == 0)
            return value_at(row, 1);
    }
    return NULL;
}
