/* A table of versions, as the screens of drafts and of versions show it. */
#ifndef TAILOR_UI_SCREEN_VERSION_TABLE_H
#define TAILOR_UI_SCREEN_VERSION_TABLE_H

#include "ui/screen/screens.h"
#include "ui/widget/row_list.h"

struct version_table {
    struct console *console;
    struct version_list list;
    struct row_list *rows; /* their data are rows of the list */
    struct table table;
};

/* OF_ALL: the rows are versions of more than one workflow, and say of which. T
 * is cleared with version_table_clear; EMPTY is borrowed. */
void version_table_init(struct version_table *t, struct console *c, bool of_all,
                        const char *empty);
void version_table_clear(struct version_table *t);

/* Shows the rows of LIST (*taken*). */
void version_table_set(struct version_table *t, struct version_list *list);

/* The marked version, or NULL; borrowed until the next version_table_set. */
const struct version_row *version_table_marked(const struct version_table *t);

/* The short name of what a draft was made on: "on live v3", "on v3 (stale)". */
void version_origin(const struct version_row *v, struct buf *out);

#endif
