/* The fields that samples have. */
#include "mapping/coverage/fields.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "mapping/path/tree.h"

#define FIELDS_MAX 10000
#define PATH_MAX_BYTES 4096

void
fields_init(struct fields *f)
{
    *f = (struct fields){0};
}

void
fields_clear(struct fields *f)
{
    for (size_t i = 0; i < f->count; i++)
        free(f->items[i].path);
    free(f->items);
    free(f->buckets);
    fields_init(f);
}

/* --- by path ------------------------------------------------------------- */

/* The bucket of PATH: its own or the empty one where it belongs. FNV-1a. */
static uint32_t *
bucket(const struct fields *f, const char *path)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    for (const char *c = path; *c; c++)
        hash = (hash ^ (unsigned char)*c) * UINT64_C(1099511628211);
    size_t mask = f->bucket_count - 1;
    for (size_t at = (hash ^ hash >> 32) & mask;; at = (at + 1) & mask) {
        uint32_t i = f->buckets[at];
        if (i == 0 || strcmp(f->items[i - 1].path, path) == 0)
            return &f->buckets[at];
    }
}

static void
grow(struct fields *f)
{
    free(f->buckets);
    f->bucket_count = f->bucket_count ? f->bucket_count * 2 : 64;
    f->buckets = mem_array(f->bucket_count, sizeof *f->buckets);
    for (size_t i = 0; i < f->count; i++)
        *bucket(f, f->items[i].path) = (uint32_t)i + 1;
}

const struct field *
fields_find(const struct fields *f, const char *path)
{
    uint32_t i = f->bucket_count ? *bucket(f, path) : 0;
    return i ? &f->items[i - 1] : NULL;
}

static struct field *
find_or_add(struct fields *f, const char *path, enum value_type type)
{
    if (f->count * 2 >= f->bucket_count)
        grow(f);
    uint32_t *at = bucket(f, path);
    if (*at)
        return &f->items[*at - 1];
    if (f->count >= FIELDS_MAX)
        return NULL;
    if (f->count == f->capacity) {
        f->capacity = f->capacity ? f->capacity * 2 : 32;
        f->items = mem_resize(f->items, f->capacity, sizeof *f->items);
    }
    f->items[f->count] = (struct field){.path = mem_strdup(path), .type = type};
    *at = (uint32_t)f->count + 1;
    return &f->items[f->count++];
}

/* --- adding -------------------------------------------------------------- */

struct walk {
    struct fields *fields;
    const struct tape *tape;
    const uint8_t *used;
    struct buf path; /* of the node being looked at */
};

static void add_children(struct walk *w, uint32_t i);

static void
add_node(struct walk *w, uint32_t i)
{
    const struct tape_node *n = &w->tape->nodes[i];
    if (buf_failed(&w->path))
        return;
    struct field *f = find_or_add(w->fields, buf_str(&w->path), n->type);
    if (!f)
        return;
    f->leaf |= n->type < VALUE_ARRAY || n->length == 0;
    f->used += w->used && w->used[i];
    if (f->last != w->fields->samples) {
        f->last = w->fields->samples;
        f->samples++;
    }
    add_children(w, i);
}

/* The depth of tapes is bounded by their reader, and so is the recursion. */
static void
add_children(struct walk *w, uint32_t i)
{
    const struct tape_node *n = &w->tape->nodes[i];
    uint32_t key = n->type == VALUE_OBJECT;
    size_t length = w->path.len;
    if (n->type < VALUE_ARRAY)
        return;
    for (uint32_t at = i + 1; at < n->next;
         at = w->tape->nodes[at + key].next) {
        if (key) {
            struct buf name;
            buf_init(&name, w->tape->text_len);
            tape_string(w->tape, at, &name);
            path_write_name(buf_str(&name), name.len, length == 0, &w->path);
            buf_clear(&name);
        } else {
            buf_adds(&w->path, length == 0 ? "$[*]" : "[*]");
        }
        add_node(w, at + key);
        w->path.failed = false;
        buf_truncate(&w->path, length);
    }
}

void
fields_add(struct fields *f, struct node_ref root, const uint8_t *used)
{
    struct walk w = {.fields = f, .tape = root.tape, .used = used};
    f->samples++;
    if (!root.tape)
        return;
    buf_init(&w.path, PATH_MAX_BYTES);
    add_children(&w, root.index);
    buf_clear(&w.path);
}
