/*
 * Mapping rows: the ordered list of target, source, default, required and
 * note that an engineer sees as a grid and a customer as a sheet. Workflow
 * documents hold it as an array of objects with defaults left out.
 */
#ifndef TAILOR_MAPPING_ROW_ROWS_H
#define TAILOR_MAPPING_ROW_ROWS_H

#include "base/error.h"
#include "mapping/row/members.h"
#include "value/value.h"

#define MAPPING_ROWS_MAX 5000 /* rows of one mapping */

struct mapping_row {
    char *target;           /* never NULL */
    char *source;           /* as typed; "" is to be filled; never NULL */
    struct value *fallback; /* the default; NULL: none */
    bool required;
    char *note;              /* NULL: none */
    char *more[ROW_MEMBERS]; /* members.def; NULL: what holds without */
};

struct mapping_rows {
    struct mapping_row *rows;
    size_t count;
    size_t capacity;
};

void rows_init(struct mapping_rows *r);
void rows_clear(struct mapping_rows *r);

/* Reads ARRAY (NULL: zero rows) into R, replacing what it held; borrows
 * ARRAY. Errors: INVALID with the number of the row and the member. Targets
 * and sources are not compiled here: a wrong one must stay editable. */
enum err rows_read(struct mapping_rows *r, const struct value *array,
                   struct error *e);

/* ROW as a new object, defaults left out; the caller owns it. */
struct value *row_object(const struct mapping_row *row);

/* The rows as a new array, each as row_object has it; the caller owns it. */
struct value *rows_value(const struct mapping_rows *r);

/* Replaces OUT by a copy of R. */
void rows_copy(struct mapping_rows *out, const struct mapping_rows *r);

/* The row whose target is written TARGET, or NULL. */
struct mapping_row *rows_find(const struct mapping_rows *r, const char *target);

/* Appends a row of TARGET and SOURCE (NULL is ""), both copied; the result
 * is borrowed until rows are added or removed. */
struct mapping_row *rows_add(struct mapping_rows *r, const char *target,
                             const char *source);

/* Appends a copy of ROW, with all that it says. */
void rows_add_copy(struct mapping_rows *r, const struct mapping_row *row);

/* Sets the source of TARGET, adding a row at the end if none exists. */
struct mapping_row *rows_set(struct mapping_rows *r, const char *target,
                             const char *source);

/* A row by itself: TO becomes a copy of FROM, to be emptied by row_clear. */
void row_copy(struct mapping_row *to, const struct mapping_row *from);
void row_clear(struct mapping_row *row);

/* Takes from ROW all but its target, its note and what it is to the rows
 * inside it: it is to be filled. */
void row_blank(struct mapping_row *row);

/* True where A and B have the same members of members.def. */
bool row_same_more(const struct mapping_row *a, const struct mapping_row *b);

/* True where A and B say the same of their target. */
bool row_same(const struct mapping_row *a, const struct mapping_row *b);

/* Sets the member M of ROW to TEXT (copied; NULL or "": without). */
void row_set(struct mapping_row *row, enum row_member m, const char *text);

/* The word of the choice M of ROW: of the members with words. */
bool row_is(const struct mapping_row *row, enum row_member m, const char *word);

/* Removes the row I (I < count). */
void rows_remove(struct mapping_rows *r, size_t i);

#endif
