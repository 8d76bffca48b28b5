/*
 * What the screens of the console share; for ui/screen and ui/draft only.
 * Screens are opened with ids in the view's argument, parted by blanks:
 *
 *   installation  INSTALLATION          versions  INSTALLATION WORKFLOW
 *   drafts        INSTALLATION WORKFLOW editor    VERSION
 *   mapping       VERSION BLOCK         diff      VERSION VERSION
 *   release       DRAFT                 audit     INSTALLATION or nothing
 *   releases      DRAFT DRAFT …
 *   conflicts     DRAFT                 carry     INSTALLATION WORKFLOW BASE
 *   run           RUNTIME INSTALLATION            OWN-VERSION
 *                 RUN                   other-version
 *                                       INSTALLATION WORKFLOW VERSION
 */
#ifndef TAILOR_UI_SCREEN_SCREENS_H
#define TAILOR_UI_SCREEN_SCREENS_H

#include "base/buf.h"
#include "base/ident.h"
#include "manager/draft/version.h"
#include "manager/session/manager.h"
#include "ui/app/app.h"
#include "ui/screen/clip.h"
#include "ui/screen/run_samples.h"

struct fetching;
struct memory_file;
struct runtime_row;
struct wake;

/* What the person has seen of the draft that was on the screen last: their own
 * changes, and those that a message told. */
struct draft_known {
    char draft[IDENT_SIZE];
    int64_t revision;
    int state; /* enum version_state */
    char author[65];
    char news[160]; /* "ada at 14:05 changed this draft"; "" before */
};

/* What app_owner of the console's app is. */
struct console {
    struct manager *manager;
    const char *store; /* path; borrowed */
    const char *exe;   /* starts sync on demand, borrowed */
    bool remote;       /* the host delivers what is queued */
    struct app *app;
    struct wake *wake;
    struct fetching *fetching;
    struct memory_file *memory; /* NULL: nothing is kept */
    bool refresh_due;
    enum role role;     /* as the header shows it */
    bool payloads;      /* the person may see what customers sent */
    bool payloads_wait; /* ... in the next session */
    bool lost;          /* the file is not the store that was opened */
    bool tour;
    struct clip clip;         /* blocks copied last: for any draft */
    struct run_samples runs;  /* that were fetched to try drafts on */
    struct row_clip row_clip; /* rows copied last */
    bool canvas;              /* the editor shows the canvas and not the list */
    struct marks folded;      /* the blocks that are folded, "WORKFLOW/BLOCK" */
    struct marks opened;      /* lanes that are open as tabs, "BLOCK/LANE" */
    struct draft_known known;
    bool live_seen;                 /* a release of this session went live */
    const struct view_ops *done_on; /* the tour ends on this screen, or NULL */
    char *queued; /* what was queued last, until it is answered */
    char queued_key[IDENT_SIZE]; /* of the outbox; "": of several requests */
    struct buf unkept;           /* what was typed and could be kept nowhere */
    bool ended;                  /* the person has no access any more */
    char as_of[64];              /* since when the copy of the facts is true */
};

extern const struct view_ops installations_screen, installation_screen,
    action_screen, drafts_screen, versions_screen, editor_screen,
    palette_screen, mapping_screen, samples_screen, fields_screen,
    suggestions_screen, record_screen, explorer_screen, tables_screen,
    table_screen, import_screen, diff_screen, release_screen, releases_screen,
    audit_screen, runtimes_screen, conflicts_screen, carry_screen, run_screen,
    other_version_screen;

struct console *console_of(const struct view *v);

/* Follows what an admin has done to the rights of the person since the last
 * call, which may close every screen. */
void console_follow_rights(struct console *c);

/* This session itself has brought the draft ID into STATE (enum version_state):
 * no message says it again. */
void console_knows_state(struct console *c, const char *id, int state);

/* Starts the delivery of what was queued; trouble becomes a message. */
void console_deliver(struct console *c);

/* The same for the request KEY (NULL: several requests), and says that WHAT is
 * queued; the runtime's answer becomes a message when it comes. */
void console_queued(struct console *c, const char *key, const char *what);

/* Says that what was queued is answered, if it is. */
void console_look_at_queued(struct console *c);

/* The words to do next in job A; "" where the tour is over. */
void tour_tip(void *console, struct buf *out);

/* Appends the time as people at this place read it: "14:06" today, else "12
 * Oct", and "12 Oct 2025" in another year; nothing for 0. */
void screen_time(struct buf *out, int64_t ms);

/* Appends the zone that screen_time uses at MS: "UTC", "UTC+2", "UTC+5:30". */
void screen_zone(struct buf *out, int64_t ms);

/* When RUNTIME answered last, which its facts are as old as, and its zone. */
void screen_as_of(struct buf *out, const struct runtime_row *runtime);

/* The Ith word of ARG as a new string, NULL if none exists. */
char *screen_word(const char *arg, size_t i);

/* Opens SCREEN with the words up to NULL as its argument; false where it did
 * not open. */
bool screen_open(struct app *app, const struct view_ops *screen, ...)
    __attribute__((sentinel));

/* Opens the plan of carrying the edits of the own version of INSTALLATION (the
 * live one, else the newest released) to BASE, a version of WORKFLOW; NULL: the
 * newest base. */
void screen_carry(struct app *app, const char *installation,
                  const char *workflow, const char *base, struct error *e);

/* Opens what the version NAME of another customer would bring to WORKFLOW of
 * INSTALLATION (ids). Errors: those of manager_version_show; INVALID where it
 * is not another one's. */
void screen_other_version(struct app *app, const char *installation,
                          const char *workflow, const char *name,
                          struct error *e);

/* Makes a draft of the next base version of WORKFLOW (an id) and opens it;
 * where one is open, the unfinished work. Asks before that, in Q, with how many
 * customers it concerns; NAME is the workflow's. */
void screen_base_draft(struct app *app, const char *workflow, struct error *e);
void screen_ask_base_draft(struct manager *m, const char *workflow,
                           const char *name, struct question *q);

/* Appends "yours" or the author's name. */
void screen_author(const struct console *c, const char *author,
                   struct buf *out);

/* Forks WORKFLOW (id) of INSTALLATION (id) and opens the draft; where drafts
 * are open, the screen that lists them. FROM: a version, or NULL: the live
 * one. */
void screen_fork(struct app *app, const char *installation,
                 const char *workflow, const char *from);

/* The same without asking: another new draft. */
void screen_fork_another(struct app *app, const char *installation,
                         const char *workflow, const char *from);

/* What the palette gives to the editor beneath it. */
struct kind;
struct connector;
void editor_insert(struct view *v, const struct kind *kind,
                   const struct connector *connector, const char *action);

/* What it asks of it: the slot for the block, which it closes when it is left,
 * steps to another place, names and draws behind itself. What is left of R is
 * for the palette. */
#define EDITOR_SLOT                                                            \
    "slot" /* argument of ACT_PASTE: to the place chosen in the                \
              palette, not the usual one */
void editor_slot_close(struct view *v);
void editor_slot_step(struct view *v, bool next);
void editor_slot_words(const struct view *v, struct buf *out);
struct rect editor_draw_slot(struct view *v, struct cells *c, struct rect r);

/* What tours and tests want to know of the editor: the number of blocks of
 * kind WORD, whether a form is open, whether FIELD of the marked is filled. */
const struct document *editor_document(const struct view *v);
bool editor_is_open(const struct view *v);
bool editor_is_naming(const struct view *v); /* in the field of its name */
const struct document *mapping_document(const struct view *v);

/* What is in progress for the installation of V, or for the marked one. */
enum tour_work { TOUR_NOTHING, TOUR_DRAFT, TOUR_RELEASING };
enum tour_work installation_work(const struct view *v);
enum tour_work installations_work(const struct view *v);

/* Puts into Q what PLAN, made by a dry run that returned RC and E, will do, or
 * why it is refused. */
struct release_plan;
void screen_tell_plan(struct question *q, const struct release_plan *plan,
                      enum err err, const struct error *e);

/* Adds to OUT what the installation ID is, and which change made it so: other
 * text after it changed and changed back. */
void screen_add_basis(struct manager *m, const char *id, struct buf *out);

/* Makes Q stand on the state and the versions of the N installations IDS as
 * the store has them: when any of these changes, also back, Q is another
 * question. */
void screen_basis(struct manager *m, const char *const *ids, size_t n,
                  struct question *q);

#endif
