/* JSON Pointer (RFC 6901): finding places in trees. */
#include "value/pointer.h"

#include <string.h>

#include "base/text.h"
#include "value/place.h"
#include "value/tree.h"

enum { SHOWN_MAX = 200 }; /* bytes of a pointer in a message */

enum err
place_refuse(enum err err, const char *pointer, size_t n, const char *why,
             struct error *e)
{
    struct buf b;
    size_t shown = n < SHOWN_MAX ? n : SHOWN_MAX;
    buf_init(&b, SHOWN_MAX * 8);
    text_visible(&b, pointer, shown);
    error_set(e, err, "\"%s%s\": %s", buf_str(&b), shown < n ? "…" : "", why);
    buf_clear(&b);
    return err;
}

enum err
place_missing(const char *pointer, size_t n, struct error *e)
{
    return place_refuse(ERR_NOT_FOUND, pointer, n,
                        "there is nothing at this path (look at the document)",
                        e);
}

/* Appends the word of N bytes at P, unescaped; false where "~" is followed by
 * neither 0 nor 1. */
static bool
unescape_word(struct buf *out, const char *p, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (p[i] != '~') {
            buf_addc(out, p[i]);
        } else if (i + 1 < n && (p[i + 1] == '0' || p[i + 1] == '1')) {
            i++;
            buf_addc(out, p[i] == '0' ? '~' : '/');
        } else {
            return false;
        }
    }
    return true;
}

/* The index that WORD says, SIZE for "-", or SIZE_MAX where it says none. */
static size_t
read_index(const struct buf *word, size_t size)
{
    const char *s = buf_str(word);
    if (word->len == 1 && *s == '-')
        return size;
    if (word->len == 0 || word->len > 10 || (*s == '0' && word->len > 1))
        return SIZE_MAX;
    size_t index = 0;
    for (size_t i = 0; i < word->len; i++) {
        if (s[i] < '0' || s[i] > '9')
            return SIZE_MAX;
        index = index * 10 + (size_t)(s[i] - '0');
    }
    return index;
}

/* Points PLACE at the member or element of PARENT that its key says; false
 * where there cannot be one. */
static bool
step_into(struct place *place, struct value *parent)
{
    size_t size = value_size(parent);
    place->parent = parent;
    place->depth++;
    if (value_is(parent, VALUE_ARRAY))
        place->at = read_index(&place->key, size);
    else if (value_is(parent, VALUE_OBJECT))
        place->at =
            map_find(as_map(parent), buf_str(&place->key), place->key.len);
    else
        return false;
    place->exists = place->at < size;
    if (place->at == SIZE_MAX && parent->type == VALUE_OBJECT)
        place->at = size;
    return place->at <= size;
}

enum err
place_find(struct place *place, struct value *root, const char *pointer,
           size_t n, struct error *e)
{
    *place = (struct place){.exists = true};
    buf_init(&place->key, n);
    if (n > 0 && *pointer != '/')
        return place_refuse(ERR_INVALID, pointer, n,
                            "a JSON Pointer is empty or starts with \"/\"", e);
    const char *p = pointer, *end = pointer + n;
    while (p < end) {
        struct value *parent = place_get(place, root);
        if (!parent)
            return place_missing(pointer, (size_t)(p - pointer), e);
        p++;
        const char *slash = memchr(p, '/', (size_t)(end - p));
        const char *stop = slash ? slash : end;
        buf_reset(&place->key);
        if (!unescape_word(&place->key, p, (size_t)(stop - p)))
            return place_refuse(ERR_INVALID, pointer, n,
                                "\"~\" must be followed by 0 or 1", e);
        p = stop;
        if (!step_into(place, parent))
            return place_missing(pointer, (size_t)(p - pointer), e);
    }
    return ERR_OK;
}

struct value *
place_get(const struct place *place, struct value *root)
{
    if (!place->parent)
        return root;
    return place->exists ? value_at(place->parent, place->at) : NULL;
}

void
place_clear(struct place *place)
{
    buf_clear(&place->key);
}

struct value *
pointer_get(const struct value *root, const char *pointer, struct error *e)
{
    struct place place;
    struct value *found = NULL;
    size_t n = strlen(pointer);
    /* The tree is only looked at: the cast gives no right to change it. */
    struct value *tree = (struct value *)(uintptr_t)root;
    if (place_find(&place, tree, pointer, n, e) == ERR_OK) {
        found = place_get(&place, tree);
        if (!found)
            place_missing(pointer, n, e);
    }
    place_clear(&place);
    return found;
}

static size_t
node_at(const struct tape *t, uint32_t node, const struct buf *word)
{
    const struct tape_node *parent = &t->nodes[node];
    if (parent->type == VALUE_OBJECT) {
        uint32_t found = tape_member(t, node, buf_str(word), word->len);
        return found ? found : SIZE_MAX;
    }
    size_t index = parent->type == VALUE_ARRAY
                       ? read_index(word, parent->length)
                       : SIZE_MAX;
    if (index >= parent->length)
        return SIZE_MAX;
    for (node++; index > 0; index--)
        node = t->nodes[node].next;
    return node;
}

size_t
pointer_find(const struct tape *t, const char *pointer)
{
    struct buf word;
    size_t node = t->count ? 0 : SIZE_MAX;
    buf_init(&word, strlen(pointer));
    while (*pointer == '/' && node != SIZE_MAX) {
        size_t n = strcspn(++pointer, "/");
        buf_reset(&word);
        node = unescape_word(&word, pointer, n)
                   ? node_at(t, (uint32_t)node, &word)
                   : SIZE_MAX;
        pointer += n;
    }
    buf_clear(&word);
    return *pointer ? SIZE_MAX : node;
}

void
pointer_add_key(struct buf *out, const char *key, size_t n)
{
    buf_addc(out, '/');
    for (size_t i = 0; i < n; i++) {
        if (key[i] == '~')
            buf_adds(out, "~0");
        else if (key[i] == '/')
            buf_adds(out, "~1");
        else
            buf_addc(out, key[i]);
    }
}

void
pointer_add_index(struct buf *out, size_t i)
{
    buf_addf(out, "/%zu", i);
}
