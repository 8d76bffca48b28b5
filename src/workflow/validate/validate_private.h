/* What the parts of validation share. Used in this folder only. */
#ifndef TAILOR_WORKFLOW_VALIDATE_VALIDATE_PRIVATE_H
#define TAILOR_WORKFLOW_VALIDATE_VALIDATE_PRIVATE_H

#include "mapping/row/rows.h"
#include "workflow/validate/validate.h"

struct check {
    const struct document *d;
    const struct connector_set *set;
    const struct block *b; /* the block that is checked, or NULL */
    bool is_draft;         /* it need not be startable */
    bool unreached;        /* it comes after a Stop Workflow to do */
    const char *member;    /* of the row that is checked, or NULL */
    struct problem_list *out;
};

/* Adds a problem of the block that is checked. FIELD may be NULL. */
void check_fail(struct check *c, const char *field, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void check_warn(struct check *c, const char *field, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* An error where the block is reached, else a warning: for what is still to
 * be filled before the Stop Workflow is removed. */
void check_unfilled(struct check *c, const char *field, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The connector that the document pins for APP, or NULL. */
const struct connector *check_connector(const struct check *c, const char *app);

/* Whether the document is small enough to be looked at; adds a problem where
 * it is not. */
bool check_size(struct check *c);

/* The rows of the block: each right in itself, and what the schema of the
 * destination asks. */
void check_mapping_rows(struct check *c);

/* What ROW looks up, and where; what the block keeps for such rows. */
void check_lookups(struct check *c, const char *field,
                   const struct mapping_row *row);
void check_kept_reference(struct check *c);

/* Texts: do they parse, may they refer to what they refer to. */
void check_texts(struct check *c);

/* The validators that kinds.def names. */
#define KIND_VALIDATORS(V)                                                     \
    V(none)                                                                    \
    V(event)                                                                   \
    V(schedule)                                                                \
    V(poll)                                                                    \
    V(action)                                                                  \
    V(api)                                                                     \
    V(mapping)                                                                 \
    V(code)                                                                    \
    V(branch)                                                                  \
    V(iterate)                                                                 \
    V(delay)                                                                   \
    V(variables)                                                               \
    V(stop)
#define DECLARE(name) void check_##name(struct check *c);
KIND_VALIDATORS(DECLARE)
#undef DECLARE

#endif
