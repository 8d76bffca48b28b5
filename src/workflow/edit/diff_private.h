/* What the parts of the diff share. Used by the diff*.c files only. */
#ifndef TAILOR_WORKFLOW_EDIT_DIFF_PRIVATE_H
#define TAILOR_WORKFLOW_EDIT_DIFF_PRIVATE_H

#include "workflow/edit/diff.h"

/* Where a change is: B is NULL outside of blocks, FIELD may be NULL. */
struct change_at {
    enum change_kind kind;
    enum change_subject subject;
    const struct block *b;
    const char *field;
};

/* Adds a change; BEFORE and AFTER are copied, NULL where it was not there. */
void change_add(struct change_list *l, struct change_at at, const char *before,
                const char *after, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* Appends to the text of the change added last the values that it leads from
 * and to, and keeps where they stand. */
void change_show(struct change_list *l, const char *was, const char *is);

/* Marks in MOVED what must have moved so that the N numbers at WAS, the
 * former places in the present order, came out of order: all that is not in
 * a longest rising sequence. */
void diff_moved(const size_t *was, size_t n, bool *moved);

/* The mapping rows of TO, whose former state is FROM. */
void diff_rows(const struct block *from, const struct block *to,
               struct change_list *out);

/* The value tables. */
void diff_tables(const struct document *from, const struct document *to,
                 struct change_list *out);

/* V as people read it: a text as it is, else JSON; NULL for NULL. A new
 * string. */
char *diff_show(const struct value *v);

#endif
