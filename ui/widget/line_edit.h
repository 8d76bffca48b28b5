/*
 * One line of text being edited, with a list of completions that its owner
 * fills. Moves and deletes by grapheme.
 */
#ifndef TAILOR_UI_WIDGET_LINE_EDIT_H
#define TAILOR_UI_WIDGET_LINE_EDIT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/error.h"
#include "ui/term/cells.h"
#include "ui/term/key.h"

#define COMPLETIONS_MOST 200
#define LINE_EDIT_STEPS 100 /* that a text of several lines can undo */

/* What may replace the bytes from FROM to the cursor. */
struct completions {
    size_t from;
    char *items[COMPLETIONS_MOST];
    char *help[COMPLETIONS_MOST]; /* or NULL */
    size_t count;
};

/* Copies TEXT into the list; left out when it is full. */
void completions_add(struct completions *list, const char *text);

/* The same with a word of HELP (copied, may be NULL) beside it in the list. */
void completions_add_help(struct completions *list, const char *text,
                          const char *help);

/* Empties LIST, which was filled outside of a line. */
void completions_clear(struct completions *list);

/* Fills LIST (empty, from = CURSOR) for TEXT with the cursor at CURSOR. */
typedef void completion_hook(void *ctx, const char *text, size_t cursor,
                             struct completions *list);

struct line_edit {
    struct buf text;
    size_t cursor; /* byte offset, at a grapheme */
    size_t first;  /* byte offset of the first grapheme shown */
    completion_hook *complete;
    void *complete_ctx;
    struct completions list; /* while one cycles by Tab */
    size_t chosen;           /* in the list, count: the text as typed */
    char *typed;             /* the text that Tab completed */
    bool lines;              /* of several lines: text_area.h */
    int top;                 /* the first row of them that is shown */
    char *steps[LINE_EDIT_STEPS]; /* the text before each change, the last one
                                     last */
    size_t step_count;
    bool step_typed;    /* the last one was typed, up to … */
    size_t step_cursor; /* … here */
};

enum edited {
    EDITED_IGNORED, /* not a key of the editor */
    EDITED_MOVED,   /* cursor only, or nothing to move */
    EDITED_CHANGED,
    EDITED_DONE,  /* Enter */
    EDITED_CANCEL /* Esc, Ctrl-C */
};

/* An empty line of at most MAX bytes; HOOK may be NULL. */
void line_edit_init(struct line_edit *line, size_t max, completion_hook *hook,
                    void *ctx);
void line_edit_clear(struct line_edit *line);

/* Replaces the text (copies); the cursor goes to its end. */
void line_edit_set(struct line_edit *line, const char *text);

/* The text, borrowed until the next change. */
const char *line_edit_text(const struct line_edit *line);

/* True while Tab cycles through several completions. */
bool line_edit_is_choosing(const struct line_edit *line);

/* Works KEY in. Tab cycles through the completions, where there are any; Esc
 * then goes back to what was typed. */
enum edited line_edit_key(struct line_edit *line, const struct key *key);

/* Inserts TEXT at the cursor; MOVED where it does not fit. */
enum edited line_edit_insert(struct line_edit *line, const char *text);

/* Inserts a paste at the cursor, line ends and tabs as blanks, or as they are
 * in a text of several lines. Errors:
 * INVALID where it holds control or invisible characters or bytes that are
 * not text, TOO_BIG past the maximum; then nothing is inserted. */
enum err line_edit_paste(struct line_edit *line, const char *text, size_t n,
                         struct error *e);

/* Draws the part around the cursor into WIDTH columns and puts the screen's
 * cursor there. */
void line_edit_draw(struct line_edit *line, struct cells *c, int row, int col,
                    int width, enum style style);

/* Draws the completions, at most ROWS of them, upwards from ROW, over
 * whatever is there. Returns the rows used. */
int line_edit_draw_list(const struct line_edit *line, struct cells *c, int row,
                        int col, int rows, int width);

#endif
