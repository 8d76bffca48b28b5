/*
 * A draft on a screen: what the editors of its parts (blocks, a mapping, value
 * tables) share. It holds the open document and its revision, makes edits,
 * undoes them, reads what other sessions change and says who made that. An
 * editor fills a struct draft_part and knows only how to show its part and how
 * to make the patch of an edit of it.
 */
#ifndef TAILOR_UI_DRAFT_DRAFT_VIEW_H
#define TAILOR_UI_DRAFT_DRAFT_VIEW_H

#include "manager/draft/kept.h"
#include "ui/draft/opened.h"
#include "ui/screen/screens.h"
#include "ui/screen/unfinished.h"

/* What an editor does for its part. */
struct draft_part {
    /* Makes what it shows again from the document. */
    void (*show)(void *editor);

    /* What the document no longer has of it ("the block"); NULL: it is there.
     * The operation may be NULL: the part is the whole document. */
    const char *(*gone)(const void *editor);

    /* Marks the block ID, which an undo brought back; NULL: it shows no blocks.
     */
    void (*go)(void *editor, const char *id);
};

struct draft_view {
    struct view *view;
    const struct draft_part *part;
    void *editor; /* borrowed; what the operations of PART are given */
    struct opened opened;
    int64_t saved_at; /* the last edit of this view; 0: none */
    int64_t asked;    /* the revision that an open question is about */
    char *contested;  /* the label of the last cell in conflict, NULL: none */
    char *theirs;     /* what the message said that it holds */
    bool replace;     /* the person has said to replace THEIRS */
    bool leaving;     /* draft_view_leave() was called */
    struct kept_list kept; /* what the person typed and was not stored */
};

/* Makes D empty: draft_view_clear then does nothing. */
void draft_view_init(struct draft_view *d, struct view *v,
                     const struct draft_part *part, void *editor);

/* Reads the version ID; nothing is shown yet. Errors: those of opened_read. */
enum err draft_view_read(struct draft_view *d, const char *id, struct error *e);
void draft_view_clear(struct draft_view *d);

/* The document that is shown, NULL before draft_view_read; what it is compared
 * with, or NULL; the connectors that it may use; the draft's id, revision and
 * row; whether it may still be edited. All borrowed. */
const struct document *draft_view_document(const struct draft_view *d);
const struct document *draft_view_base(const struct draft_view *d);
const struct connector_set *draft_view_connectors(const struct draft_view *d);
const char *draft_view_id(const struct draft_view *d);
int64_t draft_view_revision(const struct draft_view *d);
const struct version_row *draft_view_version(const struct draft_view *d);
bool draft_view_is_open(const struct draft_view *d);

/* --- edits ---------------------------------------------------------------- */

/* What the next edit brings was copied out of the version SOURCE (an id, "":
 * it was not). */
void draft_view_copied(struct draft_view *d, const char *source);

/* Makes one edit of PATCH (*taken*), made on draft_view_document; ERR is how
 * making it ended. Shows what came of it. CONFLICT where another session was
 * faster: nothing was changed, its change is shown, E says whose it is. */
enum err draft_view_apply(struct draft_view *d, enum err err,
                          struct value *patch, struct error *e);

/* The same for a PATCH that stores what a person has TYPED. Once
 * draft_view_leave() was called nothing else changes the draft: REFUSED, also
 * for what may hold a secret. */
enum err draft_view_apply_text(struct draft_view *d, const char *typed,
                               enum err err, struct value *patch,
                               struct error *e);

/* OK where nobody has changed the draft since REVISION, so that what was made
 * ready then may be done. Else CONFLICT with who did. */
enum err draft_view_check(const struct draft_view *d, int64_t revision,
                          struct error *e);

/* A cell, a field, or a member of a row: one text of a document. */
struct draft_cell {
    const char *label; /* names it in messages */
    const char *seen;  /* what it held when the person began */
    const char *typed; /* what they have typed; NULL: nothing is typed */

    /* What it holds in DOCUMENT, a new string; NULL: it is not there. */
    char *(*text)(const struct draft_cell *c, const struct document *document);

    /* Makes the patch that changes it in DOCUMENT, as edit.h does. */
    enum err (*patch)(const struct draft_cell *c,
                      const struct document *document, struct value **out,
                      struct error *e);
    const void *ctx; /* of the editor */
};

/* Call it when a cell is opened: forgets the conflict of another cell. */
void draft_view_begin_cell(struct draft_view *d);

/* Stores a cell, unless what is typed is what was seen. Another's edit
 * elsewhere in the draft is read first. Where another changed the cell itself:
 * CONFLICT with what it holds; where the view is typed in, the person is asked
 * whether to replace that, and the answer is the view's Enter or Esc. Else the
 * errors of PATCH and of manager_draft_edit. */
enum err draft_view_store(struct draft_view *d, const struct draft_cell *c,
                          struct error *e);

/* Says that WHAT, where TEXT was typed, is gone, and what TEXT was, unless that
 * may hold a secret. */
void draft_view_say_gone(struct draft_view *d, const char *what,
                         const char *text);

/* Call it before texts are stored because the screen closes (also when the
 * terminal is gone): a cell that another changed is then never replaced, and
 * one that is empty, or may hold a secret, is not stored. */
void draft_view_leave(struct draft_view *d);

/* --- text that was not stored --------------------------------------------- */

/* Keeps what is TYPED at PLACE, which people know as LABEL, and could not be
 * stored because of WHY, as unfinished_keep() does. */
void draft_view_keep(struct draft_view *d, const char *place, const char *label,
                     const char *typed, const char *why);

/* Says that text of the person is kept, as the screen opens. */
void draft_view_tell_kept(struct draft_view *d);

/* The field PLACE is opened: what is kept of it is offered for Ctrl-Y. */
void draft_view_offer_kept(struct draft_view *d, const char *place);

/* TYPED is stored at PLACE: it need not be kept. */
void draft_view_stored_kept(struct draft_view *d, const char *place,
                            const char *typed);

/* --- what all editors do alike -------------------------------------------- */

/* Reads and shows what has changed: after another session's commit, and on F5.
 * Returns the reaction for the view. */
unsigned draft_view_refresh(struct draft_view *d);

/* The actions of a draft whatever its part: undo, redo, take over, mark ready,
 * read again, value tables, differences, release. REACT_IGNORED for others. */
unsigned draft_view_action(struct draft_view *d,
                           const struct invocation *invocation,
                           struct error *e);
void draft_view_context(const struct draft_view *d, enum act action,
                        struct act_context *ctx);
bool draft_view_question(const struct draft_view *d,
                         const struct invocation *invocation,
                         struct question *q);

/* Appends "saved 14:05", "released: read only", "eve's draft: read only (a,
 * take over)". */
void draft_view_status(const struct draft_view *d, struct buf *out);

/* Draws a rule in the first row of R, with the status at its right end. */
void draft_view_draw_rule(const struct draft_view *d, struct cells *c,
                          struct rect r);

#endif
