/* Places of a document in words. */
#include "workflow/document/place.h"

#include <string.h>

#include "base/text.h"
#include "value/pointer.h"
#include "workflow/document/document.h"

/* The name that V has under KEY, NULL where it has none that can be read. */
static const char *
name_of(const struct value *v, const char *key)
{
    size_t n;
    const char *text =
        value_is(v, VALUE_OBJECT) ? value_text(value_get(v, key), &n) : NULL;
    bool reads = text && n == strlen(text) && n <= DOCUMENT_MAX_NAME;
    return reads && !text_is_blank(text) ? text : NULL;
}

static void
add_name(struct buf *out, const char *name)
{
    text_visible(out, name, strlen(name));
}

/* Appends the N bytes at WORD, a key as a pointer has it. */
static void
add_key(struct buf *out, const char *word, size_t n)
{
    char key[400];
    size_t len = 0;
    for (size_t i = 0; i < n && len < sizeof key; i++) {
        bool escaped = word[i] == '~' && i + 1 < n;
        i += escaped;
        key[len++] = !escaped ? word[i] : word[i] == '0' ? '~' : '/';
    }
    buf_adds(out, out->len ? " > " : "");
    text_visible(out, key, len);
}

/* Appends the element V of a list, the one that WORD (N bytes) counts from 0:
 * a row by its target, else by its place, counted from 1. */
static void
add_element(struct buf *out, const struct value *v, const char *word, size_t n)
{
    const char *name = name_of(v, "target");
    size_t i = 0;
    for (size_t k = 0; k < n; k++)
        i = 10 * i + (size_t)(word[k] - '0');
    if (!name)
        buf_addf(out, " > item %zu", i + 1);
    else {
        buf_addc(out, '[');
        add_name(out, name);
        buf_addc(out, ']');
    }
}

void
place_name(const struct value *root, const char *pointer, struct buf *out)
{
    const struct value *at = root;
    struct buf prefix;
    buf_init_any(&prefix);
    buf_reset(out);
    while (*pointer == '/') {
        bool in_list = value_is(at, VALUE_ARRAY);
        size_t n = 1 + strcspn(pointer + 1, "/");
        buf_add(&prefix, pointer, n);
        at = pointer_get(root, buf_str(&prefix), NULL);
        const char *block = value_get(at, "kind") ? name_of(at, "name") : NULL;
        if (block) {
            buf_reset(out);
            add_name(out, block);
        } else if (in_list)
            add_element(out, at, pointer + 1, n - 1);
        else
            add_key(out, pointer + 1, n - 1);
        pointer += n;
    }
    if (out->len == 0)
        buf_adds(out, "document");
    buf_clear(&prefix);
}
