/*
 * The integration file: an integration with its workflows as one JSON file,
 * which "tailor integration add" reads and "integration export" writes. The
 * format is described in doc/workflow-document.md.
 */
#ifndef TAILOR_WORKFLOW_INTEGRATION_INTEGRATION_FILE_H
#define TAILOR_WORKFLOW_INTEGRATION_INTEGRATION_FILE_H

#include "workflow/connector/connector.h"
#include "workflow/document/document.h"
#include "workflow/problem.h"

struct integration_workflow {
    const char *key;
    const char *name;
    struct document *document;
};

struct integration_sample {
    const char *event;
    const char *name;
    const struct value *body;
};

struct integration_file {
    struct value *root;
    const char *key; /* slug */
    const char *name;
    const char *app;
    const char *icon; /* "" where none */
    struct integration_workflow *workflows;
    size_t workflow_count;
    struct integration_sample *samples;
    size_t sample_count;
};

/* Parses N bytes at TEXT into *OUT, which the caller owns. Documents in the
 * file may leave out "connectors": the pins are then taken from SET, the
 * newest of each app. Errors: INVALID with the place. */
enum err integration_file_parse(struct integration_file **out, const char *text,
                                size_t n, const char *name,
                                const struct connector_set *set,
                                struct error *e);
void integration_file_free(struct integration_file *f);

/* Validates all workflows, as drafts: one whose trigger no runtime starts yet
 * is not a problem of the file. Problems carry the workflow's key before the
 * block's name. */
void integration_file_validate(const struct integration_file *f,
                               const struct connector_set *set,
                               struct problem_list *out);

#endif
