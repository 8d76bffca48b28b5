/* The release screen, for the files of this folder that make it up. */
#ifndef TAILOR_UI_SCREEN_RELEASE_PRIVATE_H
#define TAILOR_UI_SCREEN_RELEASE_PRIVATE_H

#include "manager/draft/sending.h"
#include "manager/draft/version.h"
#include "manager/release/release.h"
#include "ui/screen/release_lines.h"
#include "ui/screen/screens.h"
#include "ui/widget/form.h"

/* How far it is. */
enum stage { STAGE_PLAN, STAGE_SENT, STAGE_LIVE, STAGE_AWAITING, STAGE_ENDED };

struct release {
    struct console *console;
    char *draft;             /* id */
    struct version_list row; /* its row, also where no plan can be made */
    struct release_plan plan;
    struct question basis; /* of the plan: its basis alone */
    enum err verdict; /* of the plan: OK, STALE, CHOICE, or why not */
    struct error why;
    struct sending sending; /* what it sends otherwise, counted in slices */
    struct release_lines lines;
    int first, room; /* row of the lines at the top; rows that are shown */
    int rows;        /* of all lines, as drawn last */
    bool read;       /* the last of them was shown */
    struct form form;
    /* Items of it; RUN is SIZE_MAX where it is nothing that can be run. */
    size_t note, run, back, go;
    char go_label[200];
    char off[1100]; /* why the button is off */
    enum stage stage;
    bool and_run; /* it was released to be run */
    char progress[2000];
    bool pasted;    /* a paste went into the fields since the note was stored */
    char *given_up; /* a note that could not be stored and was left so */
};

/* The draft as a row, or NULL where it cannot be read. */
const struct version_row *release_version(const struct release *s);

/* Reads that row again. */
void release_read_row(struct release *s);

/* Asks what releasing the draft would do, and says it in the lines. */
void release_plan_make(struct release *s);

/* Ends the count of the samples. */
void release_count_end(struct release *s);

/* What must be typed where the release is dangerous, or NULL. */
const char *release_wanted_name(const struct release *s);

/* --- release_note.c ------------------------------------------------------- */

/* The note that the draft has, "" for none. */
const char *release_stored_note(const struct release *s);

/* Stores the note that was typed with the draft, for the next time and for the
 * person who takes the draft over. Errors: those of manager_draft_note; REFUSED
 * where it may hold a secret. */
enum err release_store_note(struct release *s, struct error *e);

/* The same where the screen closes for the reason WHY (NULL: as by Esc) and
 * nobody left it: the line may be lost. A note that cannot be stored is kept
 * with the draft, for Ctrl-Y; with a reason one that was emptied or has a paste
 * in it, too. */
void release_keep_note(struct release *s, const char *why);

/* Offers for Ctrl-Y the note that was kept last, and says so. */
void release_offer_note(const struct release *s);

/* The note as it is typed now is not stored any more: it is shown elsewhere. */
void release_give_up_note(struct release *s);

/* --- release_plan.c ------------------------------------------------------- */

/* True where it is to be run with its release. */
bool release_runs(const struct release *s);

/* Makes the fields and buttons again, for the plan. */
void release_form_make(struct release *s);

/* Why releasing is refused now, whatever was typed. */
void release_judge(struct release *s);

/* Shows what releasing does now; what was typed as the note is kept. */
void release_show_again(struct release *s);

/* False where releasing would do something else than the screen says: another
 * session has changed it. Then the screen says what it would do. */
bool release_is_as_shown(struct release *s, struct error *e);

void release_draw(struct view *v, struct cells *c, struct rect r);

#endif
