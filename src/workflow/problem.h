/* A list of problems, each with its place and a sentence that says what to
 * do. */
#ifndef TAILOR_WORKFLOW_PROBLEM_H
#define TAILOR_WORKFLOW_PROBLEM_H

#include "value/value.h"

enum severity {
    PROBLEM_ERROR,  /* keeps a version from being released */
    PROBLEM_WARNING /* should be looked at */
};

struct problem {
    enum severity severity;
    char *block_id;     /* NULL: the document itself */
    char *block;        /* name of the block, or NULL */
    char *field;        /* "formula", "mapping[tax]" …, or NULL */
    char *text;         /* "what: why (what to do)" */
    const char *code;   /* of warn/warnings.def, static, or NULL */
    const char *member; /* of a mapping row, where one is to blame: "target",
                           "write"; static, or NULL */
};

struct problem_list {
    struct problem *items;
    size_t count;
    size_t capacity;
    size_t errors; /* how many are errors */
};

void problem_list_init(struct problem_list *l);
void problem_list_clear(struct problem_list *l);

/* Adds one; the strings are copied, BLOCK_ID, BLOCK and FIELD may be NULL. */
void problem_add(struct problem_list *l, enum severity severity,
                 const char *block_id, const char *block, const char *field,
                 const char *format, ...) __attribute__((format(printf, 6, 7)));

/* "Tax > formula: sentence" as a new string that the caller frees. */
char *problem_sentence(const struct problem *p);

/* [{"severity","blockId","block","field","message"}…], owned by the caller. */
struct value *problem_list_value(const struct problem_list *l);

#endif
