/*
 * Which blocks of a document read which others: every reference to the output
 * of a block in the sources and formulas of another.
 */
#ifndef TAILOR_WORKFLOW_DOCUMENT_READERS_H
#define TAILOR_WORKFLOW_DOCUMENT_READERS_H

#include "workflow/document/document.h"

/* The block READER reads the output of READ: indices in document->blocks. */
struct reading {
    size_t reader, read;
};

struct reading_list {
    struct reading *items; /* by reader; the same pair stands once */
    size_t count, capacity;
};

/* Fills L (all zero) with the readings of D. */
void readers_of_document(const struct document *d, struct reading_list *l);
void reading_list_clear(struct reading_list *l);

/* True where READER reads READ. */
bool reading_list_has(const struct reading_list *l, size_t reader, size_t read);

#endif
