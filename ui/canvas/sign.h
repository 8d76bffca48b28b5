/* Signs of blocks: what changed, what became of them in a run, what has a
 * problem, what reads what; and what a folded block says for those that it
 * holds. */
#ifndef TAILOR_UI_CANVAS_SIGN_H
#define TAILOR_UI_CANVAS_SIGN_H

#include "ui/canvas/draw.h"

/* True where F has a sign. */
bool sign_is_set(const struct face *f);

/* The two cells of the signs of F, from COL on. */
void sign_draw(const struct face *f, struct cells *c, int row, int col);

/* "5 blocks ~2 !1": what BLOCK holds, by FACES; a new string. */
char *sign_folded(const struct outline *o, const struct face *faces,
                  size_t block, bool ascii);

/* Appends " ~2 !1" for the blocks of LANE; nothing where they have no sign. */
void sign_lane(const struct outline *o, const struct face *faces, size_t lane,
               bool ascii, struct buf *out);

/* The sign of a change, its style, and its word. */
const char *sign_of(enum face_change change, bool ascii);
enum style sign_style(enum face_change change);
const char *sign_word(enum face_change change);

/* The same of what became of a block in a run. */
const char *sign_run(enum face_run run, bool ascii);
enum style sign_run_style(enum face_run run);
const char *sign_run_word(enum face_run run);

#endif
