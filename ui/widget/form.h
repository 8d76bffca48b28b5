/*
 * A small form: text fields and buttons. Tab moves the focus; Enter in a
 * field goes on to the next, on a button presses it. Nothing else presses, and
 * only a button that was drawn with the focus can be pressed: keys that were
 * typed ahead of the screen cannot.
 */
#ifndef TAILOR_UI_WIDGET_FORM_H
#define TAILOR_UI_WIDGET_FORM_H

#include "ui/widget/line_edit.h"
#include "ui/widget/reaction.h"

struct form_item {
    const char *label; /* borrowed */
    bool button;
    const char *off; /* why the button cannot be pressed, or NULL; borrowed */
    struct line_edit line;
};

struct form {
    struct form_item *items; /* as many as are added; adding may move them */
    size_t count, focus;
    size_t seen;              /* the focus as it was drawn last */
    size_t first, safe, acts; /* of form_question() */
    size_t phrase;            /* of form_ask_phrase() */
    char *wanted;             /* in PHRASE; NULL: nothing is to be typed */
};

/* An empty form; form_clear() frees what it holds and leaves it empty. */
void form_init(struct form *f);
void form_clear(struct form *f);

/* Adds a field of at most MAX bytes with TEXT in it (copied), or a button;
 * returns its index. LABEL is borrowed. */
size_t form_field(struct form *f, const char *label, size_t max,
                  const char *text);
size_t form_button(struct form *f, const char *label);

/* Makes F a question: the button ACTS does something that is hard to take
 * back, the button SAFE does not. FIRST has the focus when it opens. */
void form_question(struct form *f, size_t first, size_t safe, size_t acts);

/* For a question: ACTS is off until FIELD holds exactly WANTED (copied, not
 * ""). Once it does, the next after FIELD is ACTS; before, Enter stays in FIELD
 * and says what is wanted, and Tab goes to what follows FIELD. */
void form_ask_phrase(struct form *f, size_t field, const char *wanted);

/* For a question with a phrase: true where what was typed is what is wanted. */
bool form_phrase_fits(const struct form *f);

/* The question opens again: FIRST has the focus, and the field of
 * form_ask_phrase() is empty. */
void form_rest(struct form *f);

/* True where the button of a question that acts has the focus. */
bool form_acts(const struct form *f);

/* Where it has the focus, the safe button gets it; what was typed stays. */
void form_yield(struct form *f);

/* The text of field I, borrowed. */
const char *form_text(const struct form *f, size_t i);

/* The label of what has the focus: what Enter acts on. */
const char *form_focused(const struct form *f);

/* True where a text field has the focus. */
bool form_typing(const struct form *f);

/* Works KEY in. *PRESSED becomes the index of a button that was pressed, else
 * -1; pressing one that is off, or one not drawn yet, leaves a reason in E. */
unsigned form_key(struct form *f, const struct key *key, int *pressed,
                  struct error *e);

/* A paste goes into the focused field; REFUSED on a button. */
enum err form_paste(struct form *f, const char *text, size_t n,
                    struct error *e);

/* Draws the field I into R, with the label in LABELS columns; of one line only
 * the first row is used. */
void form_draw_field(struct form *f, size_t i, struct cells *c, struct rect r,
                     int labels);

/* How many rows it takes to draw it whole in COLS columns. */
int form_rows(const struct form *f, int cols, int labels, bool ascii);

/* Draws fields one a row, with the labels in LABELS columns, then all buttons
 * in one row, or in several where one has no room for them. In a lower R what
 * is cut ends in an ellipsis. Returns the rows used. */
int form_draw(struct form *f, struct cells *c, struct rect r, int labels);

#endif
