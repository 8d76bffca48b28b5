/* Two JSON values compared cell by cell. */
#include <stdlib.h>

#include "base/mem.h"
#include "mapping/path/tree.h"
#include "workflow/preview/agreed_private.h"

#define PLACE_MAX_BYTES 4096

void
agreed_cells_add(struct agreed_cells *out, const char *block, const char *path,
                 const struct value *expected, const struct value *given,
                 const char *why)
{
    out->total++;
    if (out->count == AGREED_CELLS)
        return;
    if (!out->items)
        out->items = mem_array(AGREED_CELLS, sizeof *out->items);
    out->items[out->count++] = (struct agreed_cell){
        .block = mem_strdup(block),
        .path = mem_strdup(path),
        .expected = expected ? value_to_text(expected) : NULL,
        .given = given ? value_to_text(given) : NULL,
        .why = mem_strdup(why)};
}

void
agreed_cells_clear(struct agreed_cells *cells)
{
    for (size_t i = 0; i < cells->count; i++) {
        free(cells->items[i].block);
        free(cells->items[i].path);
        free(cells->items[i].expected);
        free(cells->items[i].given);
        free(cells->items[i].why);
    }
    free(cells->items);
    *cells = (struct agreed_cells){0};
}

/* --- comparing ------------------------------------------------------------ */
/* Where a comparison stands. */
struct place {
    struct agreed_cells *out;
    const char *block;
    struct buf path;
};

static void compare(struct place *at, const struct value *expected,
                    const struct value *given);

/* Compares member NAME, and leaves the path as it was. */
static void
compare_member(struct place *at, const char *name, size_t n,
               const struct value *expected, const struct value *given)
{
    size_t length = at->path.len;
    path_write_name(name, n, length == 0, &at->path);
    compare(at, expected, given);
    at->path.failed = false;
    buf_truncate(&at->path, length);
}

static void
compare_objects(struct place *at, const struct value *expected,
                const struct value *given)
{
    size_t n;
    for (size_t i = 0; i < value_size(expected); i++) {
        const char *key = value_key(expected, i, &n);
        compare_member(at, key, n, value_at(expected, i),
                       value_get_n(given, key, n));
    }
    for (size_t i = 0; i < value_size(given); i++) {
        const char *key = value_key(given, i, &n);
        if (!value_get_n(expected, key, n))
            compare_member(at, key, n, NULL, value_at(given, i));
    }
}

static void
compare_lists(struct place *at, const struct value *expected,
              const struct value *given)
{
    size_t more = value_size(expected) > value_size(given)
                      ? value_size(expected)
                      : value_size(given);
    for (size_t i = 0; i < more; i++) {
        size_t length = at->path.len;
        buf_addf(&at->path, "%s[%zu]", length == 0 ? "$" : "", i);
        compare(at, value_at(expected, i), value_at(given, i));
        at->path.failed = false;
        buf_truncate(&at->path, length);
    }
}

/* The depth of values is bounded by their reader, and so is the recursion. */
static void
compare(struct place *at, const struct value *expected,
        const struct value *given)
{
    if (value_is(expected, VALUE_OBJECT) && value_is(given, VALUE_OBJECT))
        compare_objects(at, expected, given);
    else if (value_is(expected, VALUE_ARRAY) && value_is(given, VALUE_ARRAY))
        compare_lists(at, expected, given);
    else if (!expected || !given || !value_equal(expected, given))
        agreed_cells_add(at->out, at->block, buf_str(&at->path), expected,
                         given, NULL);
}

void
agreed_cells_compare(struct agreed_cells *out, const char *block,
                     const char *path, const struct value *expected,
                     const struct value *given)
{
    struct place at = {.out = out, .block = block};
    buf_init(&at.path, PLACE_MAX_BYTES);
    buf_adds(&at.path, path);
    compare(&at, expected, given);
    buf_clear(&at.path);
}
