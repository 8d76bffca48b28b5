/*
 * Targets: where a mapping row puts its value. A singular path that may hold
 * "[*]": lineItems[*].sku; [*].sku where the whole output is a list. "$." may
 * be left out; "$" alone is the whole output.
 */
#ifndef TAILOR_MAPPING_ROW_TARGET_H
#define TAILOR_MAPPING_ROW_TARGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"

enum target_step_kind { TARGET_NAME, TARGET_INDEX, TARGET_LIST };

struct target_step {
    enum target_step_kind kind;
    char *name; /* of TARGET_NAME, unescaped */
    size_t name_len;
    uint64_t index; /* of TARGET_INDEX */
};

struct target {
    struct target_step *steps;
    size_t count;
};

/* Parses TEXT into *OUT, which target_clear empties. Errors: INVALID with
 * the column and what a target may be. */
enum err target_parse(struct target *out, const char *text, struct error *e);
void target_clear(struct target *t);
size_t target_bytes(const struct target *t); /* of memory, beside *T */

/* True where TEXT is the whole output; where it begins with [*]: the whole
 * output is a list. */
bool target_is_all(const char *text);
bool target_is_list(const char *text);

/* Appends the first COUNT steps of T as text ("lineItems[*].sku"). */
void target_write(const struct target *t, size_t count, struct buf *out);

#endif
