/*
 * What people can write into a source or a formula of a block: functions,
 * fields of the record that it reads, outputs of the blocks before it, value
 * tables. The mapping grid and the form of a block offer the same.
 */
#ifndef TAILOR_UI_DRAFT_OFFERS_H
#define TAILOR_UI_DRAFT_OFFERS_H

#include "mapping/coverage/fields.h"
#include "ui/widget/line_edit.h"
#include "workflow/preview/preview.h"

/* What is known where the text stands; all borrowed. */
struct offers {
    const struct document *document;
    const char *block;             /* id of the one that reads */
    const struct fields *fields;   /* of the record that it reads */
    const struct preview *preview; /* of the document, on a sample */
    const struct value *outputs;   /* that the sample has, or NULL */
    const char *list; /* whose elements are read ("orders[*].lines[*]"), NULL:
                         not known */
};

/* Fills LIST for TEXT, as a completion_hook does. */
void offers_source(const struct offers *o, const char *text, size_t cursor,
                   struct completions *list);

/* Where the word before CURSOR of TEXT begins that a completion replaces. */
size_t offers_word(const char *text, size_t cursor);

/* Calls VISIT for each block before the one that reads which gives something to
 * others: NAME as it stands before a path ("Tax!"), MADE what it gives as JSON,
 * NULL where that is not known. */
void offers_outputs(const struct offers *o,
                    void (*visit)(void *ctx, const char *name,
                                  const char *made),
                    void *ctx);

/* Makes OUT the first completions of LINE by HOOK, two blanks between. */
void offers_line(completion_hook *hook, void *ctx, const struct line_edit *line,
                 struct buf *out);

/* Appends "NAME(arguments): what it does" of the function at CURSOR of TEXT;
 * nothing where none is there. */
void offers_function_help(const char *text, size_t cursor, struct buf *out);

#endif
