/* What a document asks from the user: the fields of the install forms. */
#ifndef TAILOR_WORKFLOW_DOCUMENT_ASK_H
#define TAILOR_WORKFLOW_DOCUMENT_ASK_H

#include "workflow/document/document.h"

struct ask {
    const struct block *block;
    const char *app;   /* of the block; "accountVariables" for variables */
    const char *field; /* name in forms: "url", the variable's name,
                          "headers[name]" */
    const char *label;
    const char *type; /* string, number, boolean */
    bool required;
    const struct value *options; /* [{"label","value"}…] or NULL */
};

/* Calls VISIT for each, in the order of the document; ASK is valid during the
 * call. */
void ask_each(const struct document *d,
              void (*visit)(void *context, const struct ask *ask),
              void *context);

/* The fields of B in the shape of the headless API: [{"name","displayName",
 * "type","required","options"?}…], owned by the caller; empty where it asks
 * nothing. */
struct value *ask_form(const struct block *b);

/* Checks the answer V for ASK: its type, its options. INVALID with a
 * sentence. */
enum err ask_check(const struct ask *ask, const struct value *v,
                   struct error *e);

#endif
