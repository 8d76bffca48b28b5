/*
 * Fuzzes the value layer: what is read and written is read as the same, a
 * patch and its inverse leave nothing, a diff leads there. An input is a JSON
 * text; {"doc": …, "patch": …} and [a, b] are used as a patch and a diff.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "value/patch.h"
#include "value/pointer.h"
#include "value/tape.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool condition)
{
    if (!condition)
        abort();
}

static void
must_read_as(const struct buf *text, const struct value *v)
{
    struct value *back = NULL;
    must(value_read(&back, buf_str(text), text->len, &value_limits_event,
                    "fuzz", NULL) == ERR_OK);
    must(value_same(v, back));
    value_free(back);
}

static void
check_writers(const struct value *v)
{
    static void (*const writers[])(struct buf *, const struct value *) = {
        value_write, value_write_canonical, value_write_pretty};
    for (size_t i = 0; i < sizeof writers / sizeof writers[0]; i++) {
        struct buf b;
        buf_init(&b, 1u << 28);
        writers[i](&b, v);
        must_read_as(&b, v);
        buf_clear(&b);
    }
}

static void
check_tape(const char *text, size_t n, const struct value *v)
{
    struct tape t;
    struct buf b;
    tape_init(&t);
    buf_init(&b, n);
    must(tape_read(&t, text, n, &value_limits_event, "fuzz", NULL) == ERR_OK);
    tape_write(&t, 0, &b);
    must_read_as(&b, v);
    for (size_t i = 0; i < value_size(v); i++) {
        size_t key_len;
        const char *key = value_key(v, i, &key_len);
        must(!key || tape_member(&t, 0, key, key_len) > 0);
    }
    buf_clear(&b);
    tape_clear(&t);
}

static void
check_patch(const struct value *v)
{
    struct value *doc = value_copy(value_get(v, "doc")), *inverse = NULL;
    char *was = value_to_text(doc);
    struct error e;
    if (patch_apply(&doc, value_get(v, "patch"), &inverse, &e) == ERR_OK)
        must(patch_apply(&doc, inverse, NULL, &e) == ERR_OK);
    char *is = value_to_text(doc);
    must(strcmp(was, is) == 0);
    free(was);
    free(is);
    value_free(doc);
    value_free(inverse);
}

static void
check_diff(const struct value *from, const struct value *to)
{
    struct value *v = value_copy(from), *patch = patch_diff(from, to);
    must(patch_apply(&v, patch, NULL, NULL) == ERR_OK);
    must(value_same(v, to));
    value_free(v);
    value_free(patch);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    struct value *v = NULL;
    struct error e;
    if (value_read(&v, text, size, &value_limits_event, "fuzz", &e) != ERR_OK)
        return 0;
    check_writers(v);
    check_tape(text, size, v);
    if (value_get(v, "doc") && value_get(v, "patch"))
        check_patch(v);
    if (value_is(v, VALUE_ARRAY) && value_size(v) == 2)
        check_diff(value_at(v, 0), value_at(v, 1));
    if (value_is(v, VALUE_STRING))
        pointer_get(v, value_text(v, NULL), NULL);
    value_free(v);
    return 0;
}
