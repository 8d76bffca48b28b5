/*
 * A screen of the console as a struct of operations. Actions return what
 * they ask of the loop and never draw; draw never changes anything but what
 * is shown. Any operation may be NULL unless it says otherwise.
 */
#ifndef TAILOR_UI_APP_VIEW_H
#define TAILOR_UI_APP_VIEW_H

#include "base/error.h"
#include "ui/app/action.h"
#include "ui/term/cells.h"
#include "ui/widget/line_edit.h"
#include "ui/widget/reaction.h"
#include "ui/widget/table.h"

struct app;
struct form;
struct view;

/* In the text of a question: they stand for its names, which lose their middle
 * where there is no room, so that nothing else of the text is cut. */
#define QUESTION_WHAT "\1"
#define QUESTION_WHO "\2" /* the installation, where it is about one */
#define QUESTION_INTEGRATION "\3"

/* What a dialog asks. */
struct question {
    char text[400];     /* names the object: "Withdraw v3.3 of \2?" */
    char what[400];     /* the workflow that it is about */
    char name[400];     /* of the customer, "" for none, and the username: it */
    char username[400]; /* is the last that is shortened */
    char integration[400]; /* which installation of the customer; "": none */
    char names[400];   /* of several objects the first, one a line; each that
                          has room is shown */
    size_t of;         /* how many these are, also where NAMES lists fewer */
    char detail[512];  /* what it will do, "" for nothing */
    char spared[64];   /* what it will not touch: shown behind the detail, and
                          free to change while the question is open */
    char yes[64];      /* the label that does it: "Withdraw v3.3" */
    char no[64];       /* the label that does nothing, "" for Back */
    char typed[400];   /* what must be typed first, "" for nothing */
    char basis[65];    /* never shown: stands for what it was judged by */
    char refusal[512]; /* why it would be refused: then nothing is asked */
};

/* Sets what Q is about: the workflow WHAT (NULL: stays), and NAME and USERNAME
 * of the customer. */
void question_about(struct question *q, const char *what, const char *name,
                    const char *username);

struct view_ops {
    enum view_id id;

    /* Makes v->state from ARG (such as an id; borrowed, "" for none). On an
     * error the screen is not opened and close is not called. */
    enum err (*open)(struct view *v, const char *arg, struct error *e);

    /* Ends typing without storing an edit; what was typed is kept, WHY is the
     * reason. NULL: as by Esc. */
    void (*keep)(struct view *v, const char *why);

    /* Frees v->state. Unsaved field text must be kept here: it is also
     * called when the terminal is gone. */
    void (*close)(struct view *v);

    /* True where going back from V passes BELOW by: what that shows is over.
     * NULL: it never is. */
    bool (*passes)(const struct view *v, const struct view *below);

    /* Appends the breadcrumb; NULL: the title of the table of views. */
    void (*title)(const struct view *v, struct buf *out);

    /* Must. Draws into R of C; the hardware cursor goes where the eye is. */
    void (*draw)(struct view *v, struct cells *c, struct rect r);

    /* Does an action that the dispatcher has allowed. A refusal is a sentence
     * in E. REACT_IGNORED hands it to the table, if v->table is set. */
    unsigned (*action)(struct view *v, const struct invocation *invocation,
                       struct error *e);

    /* True while a text field has the focus: keys go to key first. */
    bool (*typing)(const struct view *v);
    /* What the keys do then; NULL, here or as its answer: Enter saves. */
    const char *(*typing_hint)(const struct view *v);

    /* The form of the question that the screen itself is, before something
     * that changes production (form_question()), NULL while it is none: the
     * guard of questions holds for its keys, and what its button does goes to
     * app_confirmed. */
    struct form *(*asks)(const struct view *v);

    /* A key: while typing, before the bindings; else one without a binding,
     * and only where ACT_EDIT is allowed. */
    unsigned (*key)(struct view *v, const struct key *key, struct error *e);

    /* A paste: into the text field while typing, else where ACT_PASTE is
     * allowed (an import). NULL or REACT_IGNORED: it is refused. */
    unsigned (*paste)(struct view *v, const char *text, size_t n,
                      struct error *e);

    /* Refines CTX for ACTION: row, network, the screen's own reason. */
    void (*context)(const struct view *v, enum act action,
                    struct act_context *ctx);

    /* Fills Q for an action that asks first; false: do not ask. Called for
     * all that MUTATES; PRODUCTION, CONFIRM and DANGER are refused where none
     * is asked, for want of an object. Q names the object, and the count where
     * there are several. Called again for the answer, after refresh: only where
     * the same Q comes out is the action done. */
    bool (*question)(struct view *v, const struct invocation *invocation,
                     struct question *q);

    /* Reads again what it shows, after another screen changed something. */
    unsigned (*refresh)(struct view *v);

    /* Appends one line about the marked row. */
    void (*detail)(const struct view *v, struct buf *out);

    /* Filters as one types; NULL: v->table does it, if set. */
    enum err (*filter)(struct view *v, const char *text, struct error *e);

    /* Adds completions for the argument of ACTION, typed so far as ARG. */
    void (*complete)(const struct view *v, enum act action, const char *arg,
                     struct completions *list);

    /* Cancels what is in progress; REACT_IGNORED where nothing is. */
    unsigned (*cancel)(struct view *v);
};

struct view {
    const struct view_ops *ops;
    struct app *app;
    void *state;         /* owned by the screen */
    struct table *table; /* its main table, if set: actions, filter, row */
    char *arg;           /* what it was opened with */
};

#endif
