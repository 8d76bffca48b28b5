/* Validation: every problem of a document at once, the same in console,
 * command line and runtime. */
#ifndef TAILOR_WORKFLOW_VALIDATE_VALIDATE_H
#define TAILOR_WORKFLOW_VALIDATE_VALIDATE_H

#include "workflow/connector/connector.h"
#include "workflow/document/document.h"
#include "workflow/problem.h"

/* Adds every problem of D to OUT (initialised), in the order of the
 * document. SET holds the connectors that D pins; one that is not there is a
 * problem. A version may be released where out->errors stays 0. */
void validate_document(const struct document *d,
                       const struct connector_set *set,
                       struct problem_list *out);

/* The same for a workflow that stays a draft: its trigger may be of a kind
 * that no runtime starts yet. */
void validate_draft(const struct document *d, const struct connector_set *set,
                    struct problem_list *out);

/* The first errors of D as one INVALID error ("… and 3 more"), or OK. */
enum err validate_or_error(const struct document *d,
                           const struct connector_set *set, struct error *e);

#endif
