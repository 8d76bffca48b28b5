/*
 * The question before something that is hard to take back. Back has the
 * focus, or the field where a name must be typed first. Only Enter on the
 * focused button answers; what has the focus is what Enter does, because
 * drawing and pressing read the same field.
 */
#ifndef TAILOR_UI_WIDGET_DIALOG_H
#define TAILOR_UI_WIDGET_DIALOG_H

#include "ui/app/view.h"
#include "ui/widget/form.h"

#define DIALOG_NO "Back"

enum answer { ANSWER_OPEN, ANSWER_NO, ANSWER_YES };

struct dialog {
    bool open;
    struct question question;
    struct form form;
    size_t field, no, yes; /* items of the form; field only where typed */
};

/* Opens D with Q (copied). */
void dialog_open(struct dialog *d, const struct question *q);
void dialog_close(struct dialog *d);

/* Works KEY in; says in E why Yes is off, and what does nothing here. */
enum answer dialog_key(struct dialog *d, const struct key *key,
                       struct error *e);

/* A paste into the field; REFUSED if none exists. */
enum err dialog_paste(struct dialog *d, const char *text, size_t n,
                      struct error *e);

/* Rows it needs at COLS, of the MOST that there are, and drawing it: what it
 * asks and what must be typed take several rows where they are long. Names lose
 * their middle where these do not do. */
int dialog_rows(const struct dialog *d, int most, int cols, bool ascii);
void dialog_draw(struct dialog *d, struct cells *c, struct rect r);

#endif
