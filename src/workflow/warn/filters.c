/* Warnings of filters that meet texts where they have numbers. */
#include <string.h>

#include "mapping/plan/plan.h"
#include "workflow/warn/warn_private.h"

#define OUTPUT_MAX (16u << 20)

static void
keep_first(void *observer, const char *text, size_t n)
{
    struct buf *example = observer;
    if (example->len == 0)
        warn_show(example, text, n);
}

/* True where the rows of TARGET are elements of the list that the row OUTER
 * makes: "lines[*]" and "lines[*].sku". */
static bool
is_within(const char *target, const char *outer)
{
    size_t n = strlen(outer);
    return n > 0 && outer[n - 1] == ']' && strncmp(target, outer, n) == 0;
}

/* The row I of ROWS with what it needs to be run by itself. */
static void
take_alone(struct mapping_rows *out, const struct mapping_rows *rows, size_t i)
{
    rows_copy(out, rows);
    for (size_t k = 0; k < out->count; k++)
        if (k != i && !is_within(rows->rows[i].target, rows->rows[k].target))
            row_blank(&out->rows[k]);
}

bool
warn_filter_mixes(const struct mapping_rows *rows, size_t i, unsigned language,
                  const struct scope *scope, struct buf *example)
{
    struct scope watched = *scope;
    struct mapping_rows alone;
    struct plan *plan = NULL;
    struct buf out;
    if (!strchr(rows->rows[i].source, '?'))
        return false;
    watched.mixed = keep_first;
    watched.observer = example;
    rows_init(&alone);
    take_alone(&alone, rows, i);
    buf_init(&out, OUTPUT_MAX);
    if (plan_compile(&plan, &alone, language, PLAN_FAST, NULL, NULL) == ERR_OK)
        (void)plan_run(plan, &watched, &out, NULL, NULL);
    buf_clear(&out);
    plan_free(plan);
    rows_clear(&alone);
    return example->len > 0;
}
