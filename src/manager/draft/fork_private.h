/* What making a fork shares, for the files of this folder only. */
#ifndef TAILOR_MANAGER_DRAFT_FORK_PRIVATE_H
#define TAILOR_MANAGER_DRAFT_FORK_PRIVATE_H

#include "manager/draft/fork.h"
#include "manager/draft/parts.h"
#include "manager/release/parts.h"

/* One fork that is being made. */
struct forking {
    struct pointer p;      /* the installed workflow that it is for */
    struct version source; /* what it is made of */
    int64_t parent;        /* what its row names as that */
    bool others;           /* SOURCE may be another installation's */
    struct pool *pool;
    struct value *origin; /* what the audit record says of it */
};

/* True where SOURCE is of another installation. */
bool fork_is_of_other(const struct forking *f);

/* The base version BASE_NO of the workflow, and its document. */
enum err fork_base(struct manager *m, const struct forking *f, int64_t base_no,
                   struct version *out, struct document **d, struct error *e);

/* Makes of *D, a version of another installation, what this one may have of
 * it, and says what is missing here. INVALID where R names the place of a
 * constant that does not come along. */
enum err fork_other(struct manager *m, const struct fork_request *r,
                    struct forking *f, struct fork_plan *plan,
                    struct document **d, struct error *e);

#endif
