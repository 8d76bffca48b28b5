/* Samples: recorded inputs to try a draft on, kept with a workflow. */
#ifndef TAILOR_MANAGER_CATALOGUE_SAMPLE_H
#define TAILOR_MANAGER_CATALOGUE_SAMPLE_H

#include <stddef.h>

#include "base/ident.h"
#include "manager/session/manager.h"
#include "manager/session/pool.h"

struct value;

struct sample_row {
    const char *id;
    const char *label;
    const char *body; /* JSON: {"input":…} or with "outputs" by block name and
                         "lookups" (preview.h), or NULL */
    int64_t at;
};

struct sample_list {
    struct sample_row *rows;
    size_t count;
    struct pool *pool;
};

/* The newest LIMIT samples of WORKFLOW that have not expired; with body NULL
 * where the session may not see payloads. */
enum err manager_sample_list(struct manager *m, const char *workflow, int limit,
                             struct sample_list *out, struct error *e);
void sample_list_clear(struct sample_list *list);

/* V (*taken*) as a sample: itself where it is {"input":…}, with "outputs"
 * and "lookups" or without, else {"input":V}. The caller owns the result. */
struct value *sample_value(struct value *v);

/* Keeps SAMPLE (borrowed), as sample_value gives it, for WORKFLOW under LABEL;
 * *FRESH is false where it was kept already. */
enum err manager_sample_keep(struct manager *m, const char *workflow,
                             const char *label, const struct value *sample,
                             bool *fresh, struct error *e);

#endif
