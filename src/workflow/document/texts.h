/*
 * Every text of a document that is evaluated: sources, formulas, cells. The
 * one walk that validation, renaming and reference lists share.
 */
#ifndef TAILOR_WORKFLOW_DOCUMENT_TEXTS_H
#define TAILOR_WORKFLOW_DOCUMENT_TEXTS_H

#include "workflow/document/document.h"

enum text_kind { TEXT_SOURCE, TEXT_FORMULA, TEXT_CELL };

struct text_place {
    const struct block *block;
    const char *field;   /* "formula", "mapping[tax]", "headers[Accept]" */
    const char *pointer; /* JSON Pointer in the document */
    enum text_kind kind;
    long row; /* of a mapping, or -1 */
    const char *text;
};

/* Calls VISIT for every text of B, or of all blocks of D, in order; empty
 * texts and constants of cells are left out. PLACE is valid during the call. */
void texts_of_block(const struct block *b,
                    void (*visit)(void *context,
                                  const struct text_place *place),
                    void *context);
void texts_of_document(const struct document *d,
                       void (*visit)(void *context,
                                     const struct text_place *place),
                       void *context);

/* The same for the texts that the conflicts of D keep of fields, rows and
 * blocks, on all sides; PLACE->block is NULL where the block is gone. */
void texts_of_conflicts(const struct document *d,
                        void (*visit)(void *context,
                                      const struct text_place *place),
                        void *context);

#endif
