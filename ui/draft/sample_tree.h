/*
 * A sample as a tree of lines that fold: the record that a block reads and the
 * outputs of the blocks before it. Pure: it knows no screen. Each line has the
 * path that reads it. Texts of many megabytes are read once; what is shown is
 * an array of numbers, so folding and searching do not depend on a screen.
 */
#ifndef TAILOR_UI_DRAFT_SAMPLE_TREE_H
#define TAILOR_UI_DRAFT_SAMPLE_TREE_H

#include "ui/widget/table.h"

#define SAMPLE_TREE_NONE UINT32_MAX

struct sample_tree;

/* An empty tree, which the caller frees. */
struct sample_tree *sample_tree_new(void);
void sample_tree_free(struct sample_tree *t); /* NULL is OK */

/* Adds the JSON text of N bytes (copied). PREFIX stands before its paths: ""
 * for the record, "Tax!" for the output of a block. Elements of a list behind
 * the first begin folded. Errors: those of tape_read, TOO_BIG. */
enum err sample_tree_add(struct sample_tree *t, const char *prefix,
                         const char *text, size_t n, struct error *e);

/* Lines in all, and those that folds and filter leave. */
size_t sample_tree_count(const struct sample_tree *t);
size_t sample_tree_shown(struct sample_tree *t);

/* The lines that are shown, as the source of a table; its rows are read by the
 * cells below. Its keys are the numbers of lines. */
struct row_source sample_tree_source(struct sample_tree *t);
uint32_t sample_tree_line(const struct row *row); /* NONE for NULL */

/* Shows the lines whose path or value has the words of TEXT, with what they
 * are in; "" shows all again, as they were folded. USAGE where TEXT is not a
 * filter. */
enum err sample_tree_filter(struct sample_tree *t, const char *text,
                            struct error *e);

/* The first line that the filter found, or NONE. */
uint32_t sample_tree_found(const struct sample_tree *t);

/* True where LINE has lines in it; is it folded. */
bool sample_tree_holds(const struct sample_tree *t, uint32_t line);
bool sample_tree_folded(const struct sample_tree *t, uint32_t line);

/* Folds or unfolds LINE; folds all but what LINE is in. */
void sample_tree_fold(struct sample_tree *t, uint32_t line, bool fold);
void sample_tree_fold_others(struct sample_tree *t, uint32_t line);

/* Unfolds what LINE is in, so that it is shown where no filter hides it. */
void sample_tree_reveal(struct sample_tree *t, uint32_t line);

/* The line around LINE, or NONE. */
uint32_t sample_tree_parent(const struct sample_tree *t, uint32_t line);

/* Appends the path that reads LINE: with POSITIONS "lines[0].sku", else
 * "lines[*].sku". OUT has failed where it is longer than OUT may be. */
void sample_tree_path(const struct sample_tree *t, uint32_t line,
                      bool positions, struct buf *out);

/* True where the path to LINE goes through a list. */
bool sample_tree_in_list(const struct sample_tree *t, uint32_t line);

/* The first line whose path, with or without positions, is PATH, or NONE. */
uint32_t sample_tree_find(const struct sample_tree *t, const char *path);

/* Appends the JSON text of LINE, as much of it as OUT takes; of a text or
 * number MOST bytes. */
void sample_tree_value(const struct sample_tree *t, uint32_t line, size_t most,
                       struct buf *out);

/* Cells of a line: its name under COLUMNS columns a level up to MOST, and
 * what it holds. */
void sample_tree_indent(struct sample_tree *t, int columns, int most);
enum style sample_tree_name_cell(void *ctx, const void *row, struct buf *out);
enum style sample_tree_value_cell(void *ctx, const void *row, struct buf *out);

#endif
