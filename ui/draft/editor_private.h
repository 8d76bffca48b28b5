/*
 * The block editor, for its own files: editor_shape.c makes what stands on the
 * blocks and which of them are shown, editor_rows.c the lines of the list,
 * editor_canvas.c the canvas, editor_lanes.c counts the samples on its lanes,
 * editor_move.c goes about on both,
 * editor_place.c says where a block is inserted,
 * editor_form.c edits fields in place, editor_cases.c the cases of a branch,
 * action_choice.c lists actions for it and takes one,
 * editor_explore.c shows the sample for it,
 * editor_curl.c takes a curl command, editor_field.c makes fields text and
 * values, editor_offers.c says what they can hold, editor_form_draw.c draws
 * them, editor_panel.c draws the marked block,
 * editor_change.c makes edits, editor_clip.c those of copied blocks,
 * editor_wrap.c puts blocks into others, editor_breaks.c says what an edit
 * would break, editor.c is the screen.
 */
#ifndef TAILOR_UI_DRAFT_EDITOR_PRIVATE_H
#define TAILOR_UI_DRAFT_EDITOR_PRIVATE_H

#include "mapping/coverage/fields.h"
#include "ui/canvas/draw.h"
#include "ui/canvas/move.h"
#include "ui/canvas/place.h"
#include "ui/draft/draft_view.h"
#include "ui/draft/trial.h"
#include "ui/screen/screens.h"
#include "ui/widget/form.h"
#include "ui/widget/row_list.h"
#include "workflow/document/readers.h"
#include "workflow/edit/diff.h"
#include "workflow/edit/selection.h"

/* A line of the list: a block, or a branch of the block above it. */
struct editor_row {
    char *id;   /* of the block; of a branch: of the block it belongs to */
    char *list; /* of a branch: "then", "cases/0" …; NULL: a block */
    int number; /* in reading order; 0: a branch */
    char *text; /* tree lines and name */
    char *kind, *summary;
    const char *sign; /* of its change, static; " ": none */
    enum style style; /* of the signs */
    bool problem;
};

/* What list and canvas draw: the blocks of the document, what stands on them
 * and which of them are shown. */
struct editor_shape {
    struct outline outline;
    struct face *faces; /* by block */
    char **summaries;   /* of the faces */
    struct reading_list readings;
    bool *folded; /* by block */
    size_t *open; /* by block: which of its lanes, where they are tabs */
    struct picture picture;
    int rows, cols; /* of the canvas, as drawn last */
    int top;        /* the first row of the picture that is shown */
    bool listed;    /* the list is drawn, alone or beside the canvas */
    bool map_below; /* the map stands below the canvas, not beside it */
};

/* A line of the form: a field of the block, or a member of one by its name. */
struct editor_item {
    const struct kind_field *field; /* NULL: the name of the block */
    char *member; /* of "headers"; "": one that is added; NULL: the field */
    size_t at;    /* of "cases": which; MEMBER is "name" or "condition" */
    char *label;  /* "url", "headers Accept", "case 2 when" */
    char *before; /* the text as it was read */
    bool fixed;   /* not typed into here */
    bool is_new;  /* of a case: what is typed adds it */
};

struct editor {
    struct view *view;
    struct console *console;
    struct draft_view draft;
    struct change_list changes;
    struct problem_list problems;
    struct editor_shape shape;
    char *sought; /* the name that was gone to last, NULL: none */
    size_t slot;  /* which of the places near the mark; the palette steps it */
    struct previewing previewing;
    size_t sample;
    struct { /* what was tried last on the samples, and what came of it */
        char *of, *words;
        bool made;            /* the marked one gave something */
        bool passed;          /* or it does not come to the block */
        size_t good, skipped; /* of those that are tried so far … */
        size_t next, count;   /* … and how many these are, and all will be */
    } tried;
    struct {             /* how many samples go through each lane */
        size_t *samples; /* as canvas_paint.samples; NULL: not counted */
        size_t count;    /* of lanes */
        int64_t revision;
    } lanes;
    struct row_list *rows;
    struct table table;
    struct form form; /* while a block's fields are edited */
    bool editing;
    char *block;              /* id, being edited */
    struct editor_item *item; /* of the form, form.count of them */
    char *notice;      /* what the form says of a curl line, NULL: nothing */
    struct buf offers; /* the completions of the focused one, as one line */
    struct {           /* what the block being edited reads */
        char *of;      /* which revision and block; NULL: not known */
        struct fields fields;
    } known;
};

/* Makes signs, problems and lines again from the document; the marked line
 * stays the same. */
void editor_show(void *editor);

/* What the list shows. */
extern const struct row_list_ops editor_rows;
extern const struct column editor_columns[];
extern const size_t editor_column_count;
void editor_fill_rows(struct editor *s);

/* Makes the shape again from the document and what the session keeps of folds;
 * editor_shape_clear() frees it. */
void editor_shape_make(struct editor *s);
void editor_shape_clear(struct editor *s);

/* Folds the block ID, or unfolds it: in every version of the workflow, now and
 * in later sessions. Nothing is shown yet. */
void editor_fold(struct editor *s, const char *id, bool folded);

/* Reads again what is folded, and shows it. */
void editor_fold_changed(struct editor *s);

/* The marked spot; SPOT_NONE in a document without blocks. */
struct spot editor_spot(const struct editor *s);

/* Goes to SPOT, or to the block with ID: unfolds what is around it and opens
 * its lanes. False where no such block exists. */
void editor_go_spot(struct editor *s, struct spot spot);
bool editor_go(struct editor *s, const char *id);

/* True where the canvas is shown and not the list. */
bool editor_is_canvas(const struct editor *s);

/* Makes the picture fit the document, the folds and the mark, which stands on
 * a card of it afterwards. */
void editor_follow(struct editor *s);

/* Draws the canvas into R; its map along the first row of R; appends the path
 * to the marked spot. */
void editor_draw_canvas(struct editor *s, struct cells *c, struct rect r);
void editor_draw_map(const struct editor *s, struct cells *c, struct rect r);
void editor_path(const struct editor *s, bool ascii, struct buf *out);

/* Counts the samples that go through each lane, 150 ms after the last edit;
 * ends that and forgets what was counted. */
void editor_lanes_later(struct editor *s);
void editor_lanes_end(struct editor *s);

/* Ends trying the marked block on samples, which the panel goes on with. */
void editor_try_end(struct editor *s);

/* Where the next block is inserted: the usual place near the mark, or the one
 * that was chosen in the palette. */
struct place editor_place(const struct editor *s);

/* The actions that go about; REACT_IGNORED for others. */
unsigned editor_move(struct editor *s, const struct invocation *invocation,
                     struct error *e);

/* The marked line, or NULL; and its block (of a branch: the block it belongs
 * to). */
const struct editor_row *editor_marked(const struct editor *s);
const struct block *editor_block(const struct editor *s);

/* The shown text of FIELD of B, as a new string; where the customer is asked
 * for it, EDITOR_ASKED. */
#define EDITOR_ASKED "asked from the user"
char *editor_field_text(const struct block *b, const struct kind_field *field);

/* The same of what ITEM edits. */
char *editor_member_text(const struct block *b, const struct editor_item *item);

/* For an item of FIELD_CASES: the patch that makes it TEXT. An empty name
 * removes the case. */
enum err editor_case_patch(const struct document *d, const char *block,
                           const struct editor_item *item, const char *text,
                           struct value **out, struct error *e);
bool editor_item_is_case(const struct editor_item *item);

#define EDITOR_FIELD_MOST 65536 /* bytes that are edited as one text */

/* True where ITEM of B is a text of several lines: JSON and code. */
bool editor_item_has_lines(const struct block *b,
                           const struct editor_item *item);

/* What the whole field of ITEM is with TEXT typed there, a new value; NULL:
 * nothing. INVALID with a sentence. */
enum err editor_item_value(const struct block *b,
                           const struct editor_item *item, const char *text,
                           struct value **out, struct error *e);

/* The connector that B pins, or NULL. */
const struct connector *editor_connector(const struct editor *s,
                                         const struct block *b);

/* completion_hook of the fields of the form. */
void editor_complete_field(void *ctx, const char *text, size_t cursor,
                           struct completions *list);

/* True where the focused field takes a path of the sample. */
bool editor_asks_path(const struct editor *s);

/* True where Tab completes the focused field: what is typed there is not
 * finished, or has to be begun. Else Tab goes to the next field. */
bool editor_tab_completes(const struct editor *s);

/* Makes s->offers 150 ms after the last key; ends that; forgets what the block
 * can read. */
void editor_offers_later(struct editor *s);
void editor_offers_end(struct editor *s);
void editor_offers_forget(struct editor *s);

/* Appends what the focused field is, or what the function at the cursor does.
 */
void editor_field_help(const struct editor *s, struct buf *out);

/* Draws the fields of the form that fit R, those around the focus; returns the
 * rows used. */
int editor_draw_form(struct editor *s, struct cells *c, struct rect r);

/* Below them: the list that Tab goes through, and true; false while it does
 * not. Else what the focused field can be, its problem and its help; returns
 * the rows used. */
bool editor_draw_choices(const struct editor *s, struct cells *c,
                         struct rect r);
int editor_draw_help(const struct editor *s, struct cells *c, struct rect r);

/* The first problem of the item I of the form, or NULL. */
const struct problem *editor_item_problem(const struct editor *s, size_t i);

/* Draws the marked block, or its form, into R. */
void editor_draw_panel(struct editor *s, struct cells *c, struct rect r);
int editor_panel_rows(const struct editor *s);

/* Opens the form on B, at its first required field that is empty. */
void editor_form_open(struct editor *s, const struct block *b);

/* The same, with the focus in the first field of B that has a problem. */
void editor_form_open_problem(struct editor *s, const struct block *b);

/* What the keys do in the field that has the focus. */
const char *editor_form_hint(const struct editor *s);
void editor_form_close(struct editor *s);

/* Closes the form where its block is no longer in the document, and says so. */
void editor_form_look(struct editor *s);

/* Keeps what is typed in the form and not stored, because of WHY. */
void editor_form_keep(struct editor *s, const char *why);

/* The same for the focused field, before its form is made again, unless it may
 * hold a secret; returns what to tell of it, a new string, NULL: nothing was
 * typed. */
char *editor_form_set_aside(struct editor *s, const char *why);

unsigned editor_form_key(struct editor *s, const struct key *key,
                         struct error *e);
/* True where N bytes at TEXT are a curl command: its fields become those of the
 * block, or it is refused with a message; the text is kept nowhere. */
bool editor_curl_take(struct editor *s, const char *text, size_t n);

/* Makes the form again where its fields are others now; the focus goes to the
 * field with LABEL, or stays near where it is. */
void editor_form_again(struct editor *s, const char *label);

/* Adds the items of the cases of B to the form; moves the focused one down or
 * up; appends what the focused item of one is. */
void editor_cases_add(struct editor *s, const struct block *b,
                      const struct kind_field *f,
                      void (*add)(struct editor *s, const struct block *b,
                                  struct editor_item item));
void editor_case_move(struct editor *s, bool down, struct error *e);
void editor_case_help(const struct editor_item *item, struct buf *out);

/* For the list of actions: the connector of the block whose form is open, NULL
 * where none is known; stores the action KEY of it, and goes on to the mapping.
 */
const struct connector *editor_form_connector(const struct editor *s);
void editor_take_action(struct editor *s, const char *key);

/* A paste into the focused field; returns the reaction. */
unsigned editor_form_paste(struct editor *s, const char *text, size_t n,
                           struct error *e);
/* Stores the focused field where its text was changed. */
enum err editor_form_commit(struct editor *s, struct error *e);
/* The same as the screen closes, without anyone to see an error: what cannot be
 * stored is kept, what may hold a secret is neither. */
void editor_form_leave(struct editor *s);

/* Applies PATCH (*taken*; ERR is how making it ended), shows it and goes to
 * the block GO (NULL: stays). */
enum err editor_apply(struct editor *s, enum err err, struct value *patch,
                      const char *go, struct error *e);

/* What an action is about: the blocks that Space has marked, else that of the
 * marked row. selection_clear() frees it, also after an error. */
enum err editor_selection(const struct editor *s, struct selection *out,
                          struct error *e);

/* Keeps the blocks of the selection for paste, and their names for the
 * terminal's clipboard; keeps them and deletes them; inserts copies of what was
 * kept. Each says what it did. */
void editor_copy(struct editor *s, struct error *e);
void editor_cut(struct editor *s, struct error *e);
void editor_paste_blocks(struct editor *s, const char *slot, struct error *e);

/* Puts the blocks of the selection into a new block of the kind NAME, and
 * opens its fields; removes the block around them and keeps them. */
void editor_wrap(struct editor *s, const char *name, struct error *e);
void editor_unwrap(struct editor *s, struct error *e);
void editor_wrap_complete(const char *arg, struct completions *list);

/* An edit that is not made yet: PATCH on the document of the editor. */
struct foreseen {
    const struct document *from; /* what its blocks come from */
    const struct value *patch;
    const struct value *origins; /* see breaks.h */
};

/* Appends what it would break; returns how many places. As a question: says so
 * in the detail of Q; true where there are any. */
size_t editor_breaks_words(const struct editor *s, const struct foreseen *edit,
                           struct buf *out);
bool editor_breaks_question(const struct editor *s, const struct foreseen *edit,
                            struct question *q);

/* Fill Q where a paste, :wrap NAME, or :unwrap would break something. */
bool editor_paste_question(struct editor *s, const char *slot,
                           struct question *q);
bool editor_wrap_question(const struct editor *s, const char *name,
                          struct question *q);
bool editor_unwrap_question(const struct editor *s, struct question *q);

/* How many blocks Space has marked; removes the marks of all else. */
size_t editor_marked_count(const struct editor *s);
void editor_keep_marks(struct editor *s);

/* The actions that change something; REACT_IGNORED for others. */
unsigned editor_change(struct editor *s, const struct invocation *invocation,
                       struct error *e);

#endif
