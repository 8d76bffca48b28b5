/* The window of a table over its source; only for table*.c. */
#ifndef TAILOR_UI_WIDGET_TABLE_PRIVATE_H
#define TAILOR_UI_WIDGET_TABLE_PRIVATE_H

#include "ui/widget/table.h"

/* Frees the rows of the window. */
void window_drop(struct table *t);

/* Fetches so that the window holds HEIGHT rows where there are so many. */
void window_fit(struct table *t, size_t height);

/* Scrolls by up to N rows; returns by how many rows the content moved. */
size_t window_down(struct table *t, size_t n);
size_t window_up(struct table *t, size_t n);

/* Fills the window from its first, its last or the row KEY, which comes to
 * line LINE as far as there are rows; false where there is no such row. */
void window_first(struct table *t);
void window_last(struct table *t);
bool window_at(struct table *t, const char *key, size_t line);
bool window_index(struct table *t, long long index);

#endif
