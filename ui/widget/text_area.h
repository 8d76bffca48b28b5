/*
 * A text of several lines in a field: a line_edit with LINES set, moved in and
 * drawn by rows. Alt-J begins a new line (terminals send Alt-Enter as Esc and
 * Enter, which leave the field), Alt-U undoes; the other keys are those of a
 * line, within the row of the cursor.
 */
#ifndef TAILOR_UI_WIDGET_TEXT_AREA_H
#define TAILOR_UI_WIDGET_TEXT_AREA_H

#include "ui/widget/line_edit.h"

/* How many rows the text has; 1 at least. */
int text_area_rows(const struct line_edit *line);

/* The row and the column of the cursor, from 1. */
void text_area_place(const struct line_edit *line, int *row, int *col);

/* Works KEY in, as line_edit_key(). IGNORED also for Up in the first row and
 * Down in the last one. */
enum edited text_area_key(struct line_edit *line, const struct key *key);

/* Draws the rows around the cursor into R, and puts the screen's cursor
 * there. */
void text_area_draw(struct line_edit *line, struct cells *c, struct rect r,
                    enum style style);

/* Draws its first row, and how many there are, where it is not edited. */
void text_area_draw_closed(const struct line_edit *line, struct cells *c,
                           struct rect r);

/* line_edit_paste() that can be undone. */
enum err text_area_paste(struct line_edit *line, const char *text, size_t n,
                         struct error *e);

#endif
