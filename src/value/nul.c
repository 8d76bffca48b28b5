/* Finding NUL characters in what will be used as C strings. */
#include <string.h>

#include "base/text.h"
#include "value/pointer.h"
#include "value/value.h"

static bool
is_data(const char *key, const char *const *data)
{
    for (; data && *data; data++)
        if (strcmp(key, *data) == 0)
            return true;
    return false;
}

static bool
has_nul(const char *s, size_t n)
{
    return memchr(s, '\0', n) != NULL;
}

static bool
find_in_member(const struct value *v, size_t i, const char *const *data,
               struct buf *place)
{
    size_t n;
    const char *key = value_key(v, i, &n);
    size_t mark = place->len;
    pointer_add_key(place, key, n);
    if (has_nul(key, n) ||
        (!is_data(key, data) && value_find_nul(value_at(v, i), data, place)))
        return true;
    buf_truncate(place, mark);
    return false;
}

bool
value_find_nul(const struct value *v, const char *const *data,
               struct buf *place)
{
    size_t n = 0;
    const char *text = value_text(v, &n);
    if (text)
        return has_nul(text, n);
    bool object = value_is(v, VALUE_OBJECT);
    for (size_t i = 0; i < value_size(v); i++) {
        size_t mark = place->len;
        if (object) {
            if (find_in_member(v, i, data, place))
                return true;
            continue;
        }
        pointer_add_index(place, i);
        if (value_find_nul(value_at(v, i), data, place))
            return true;
        buf_truncate(place, mark);
    }
    return false;
}

enum err
value_refuse_nul(const struct value *v, const char *const *data,
                 const char *name, struct error *e)
{
    struct buf place;
    enum err err = ERR_OK;
    buf_init(&place, 4096);
    if (value_find_nul(v, data, &place)) {
        struct buf shown;
        buf_init(&shown, 400);
        if (place.len > 1)
            text_visible(&shown, place.data + 1,
                         place.len < 80 ? place.len - 1 : 80);
        err = error_set(e, ERR_INVALID,
                        "%s: %s: the text has a NUL character (U+0000) "
                        "(remove it)",
                        name, shown.len ? buf_str(&shown) : "value");
        buf_clear(&shown);
    }
    buf_clear(&place);
    return err;
}
