/*
 * The mapping grid, for its own files: mapping_rows.c makes the lines,
 * mapping_preview.c what they give, mapping_complete.c completions and help,
 * mapping_change.c edits, mapping_store.c what a row says, mapping_form.c all
 * of that on a form, mapping_members.c the columns of members,
 * mapping_explore.c shows the sample as a tree,
 * mapping_panel.c draws the marked row, mapping_lists.c the lists opened from
 * it, mapping.c is the screen.
 */
#ifndef TAILOR_UI_DRAFT_MAPPING_PRIVATE_H
#define TAILOR_UI_DRAFT_MAPPING_PRIVATE_H

#include "manager/draft/previewing.h"
#include "mapping/coverage/fields.h"
#include "mapping/row/rows.h"
#include "mapping/row/source.h"
#include "ui/draft/draft_view.h"
#include "ui/draft/import_offer.h"
#include "ui/screen/screens.h"
#include "ui/widget/form.h"
#include "ui/widget/grid.h"
#include "ui/widget/row_list.h"

enum mapgrid_column {
    MAPGRID_SIGN,
    MAPGRID_TARGET,
    MAPGRID_SOURCE,
    MAPGRID_GIVES,
    MAPGRID_MEMBERS, /* the first one of members.def */
    MAPGRID_COLUMNS = MAPGRID_MEMBERS + ROW_MEMBERS,
    /* what no column of the grid shows */
    MAPGRID_DEFAULT = MAPGRID_COLUMNS,
    MAPGRID_REQUIRED,
    MAPGRID_NOTE
};

#define MAPGRID_PENDING SIZE_MAX /* index of a row that is not stored yet */

/* A row as shown. */
struct mapgrid_line {
    const struct mapgrid *grid;
    const struct mapping_row *row; /* of mapgrid.rows; pending: an empty one */
    size_t index;                  /* in the document, or MAPGRID_PENDING */
    bool own;                      /* the base version has it otherwise */
    bool failed, blank;
    bool nothing;  /* it has a source that gives nothing on that sample */
    char *problem; /* why it cannot be released so; NULL: it can */
    char *warning; /* what the marked sample shows of it; NULL: nothing */
    char *gives;   /* as it is stored, on the marked sample */
};

/* A row over all samples, counted in samples. */
struct mapgrid_tally {
    size_t good, blank, errors, unknown;
    struct buf failing; /* labels of the first that fail */
    char *error;        /* the first one */
};

/* A document being tried out: rows that cannot be compiled are blank. */
struct mapgrid_trial {
    const struct document *document; /* NULL if none exists */
    struct document *made;           /* that, where it is not the draft's */
    struct previewer *previewer;
    struct preview preview;
    const struct preview_block *block; /* of the last run; NULL: none */
};

/* What a sheet is: pasted (it may have no header row), as the store keeps
 * sheets, or the text of a file. */
enum mapgrid_sheet { MAPGRID_FILE, MAPGRID_PASTED, MAPGRID_PACKED };

enum mapgrid_extra { EXTRA_NONE, EXTRA_DEFAULT, EXTRA_NOTE };

struct mapgrid {
    struct view *view;
    struct console *console;
    struct draft_view draft;
    char *block; /* id */
    bool thin;
    struct document *base; /* the base version; NULL if none exists */
    char *base_label;
    struct previewing previewing; /* the samples, and the live version */
    size_t sample;
    struct problem_list problems;
    struct mapping_rows rows;
    struct mapping_row pending; /* shown while a row is inserted */
    size_t pending_at;          /* before this row; MAPGRID_PENDING: none */
    struct row_list *list;
    struct column columns[MAPGRID_COLUMNS];
    struct grid grid;
    bool columns_chosen; /* by a person; else those that rows have */
    char *go;            /* the row to mark after an edit */
    char *sent;    /* the whole record that the sample gives; NULL: none */
    char *reason;  /* why none exists */
    size_t blanks; /* rows that are required and blank, or only blank */
    size_t errors;
    char *before; /* what the open cell or field held when it was opened */
    struct {      /* all that a row says, while that is edited */
        bool open, storing;
        struct form fields;
        char *row; /* its key */
    } form;
    struct {
        char *key, *text; /* the row, and what was typed there; NULL: none */
        char *gives;
        bool failed;
    } tried;
    struct buf offers; /* the completions, as one line */
    /* all samples */
    struct mapgrid_trial all;
    struct mapgrid_tally *tallies;
    size_t tallied, differs;
    bool counting;
    /* completion */
    struct fields fields;
    bool fields_known;
    struct mapping_rows *others; /* of other installations */
    size_t other_count;
    bool others_known;
    /* default or note, edited in the panel */
    enum mapgrid_extra extra;
    char *extra_of; /* the key of its row */
    struct line_edit extra_line;
    /* import */
    struct import_offer offer;
    struct mapping_rows imported;
    char *target_header, *source_header; /* of the customer's sheets */
    char *sheet;                         /* the last one, to be read again */
    enum mapgrid_sheet sheet_is;
    size_t sheet_size;
};

/* --- mapping_rows.c ------------------------------------------------------- */
/* Fills OUT with all columns. */
void mapgrid_columns(struct column out[MAPGRID_COLUMNS]);
extern const struct row_list_ops mapgrid_list_ops;

/* Reads the version ID, its base version and the samples. */
enum err mapgrid_read(struct mapgrid *m, const char *id, struct error *e);

/* Makes all lines again from the document; the marked row stays the same. */
void mapgrid_show(struct mapgrid *m);
extern const struct draft_part mapgrid_part;

/* The block; the marked line, or NULL. */
const struct block *mapgrid_block(const struct mapgrid *m);
const struct mapgrid_line *mapgrid_marked(const struct mapgrid *m);

/* The row of TARGET in the base version, or NULL. */
const struct value *mapgrid_base_row(const struct mapgrid *m,
                                     const char *target);

/* Goes to the next row (or, BACK, the one before) that is blank, or that has
 * a problem. */
enum err mapgrid_next(struct mapgrid *m, bool blank, bool back,
                      struct error *e);

/* --- mapping_members.c ---------------------------------------------------- */
extern const struct column mapgrid_member_columns[ROW_MEMBERS];

/* The letter of what ROW says beside its source: w when it is written, k that
 * the rest is kept, f how it is written, l where it is looked up, m what it
 * does to a list, + several; 0: nothing. */
char mapgrid_members_sign(const struct mapping_row *row);

/* Appends "write ifPresent   read number de". */
void mapgrid_members_text(const struct mapping_row *row, struct buf *out);

/* The marked column; marks COLUMN where it is shown. */
size_t mapgrid_column(const struct mapgrid *m);
void mapgrid_go_column(struct mapgrid *m, size_t column);

/* Shows the columns of every row, where nobody chose; shows those that are
 * named, and the signs always. */
void mapgrid_show_columns(struct mapgrid *m);
enum err mapgrid_choose_columns(struct mapgrid *m, const char *names,
                                struct error *e);

/* Adds TEXT where it begins as TYPED and is not that. */
void mapgrid_offer(struct completions *list, const char *typed,
                   const char *text);

/* Adds what the member in COLUMN of the marked row can be, as TYPED begins. */
void mapgrid_complete_member(const struct mapgrid *m, size_t column,
                             const char *typed, struct completions *list);

/* --- mapping_store.c ------------------------------------------------------ */

/* The member of a row that COLUMN is: "source", "write"; and what LINE has
 * there as people edit it, a new string. */
const char *mapgrid_column_member(size_t column);
char *mapgrid_column_text(const struct mapgrid_line *line, size_t column);

/* Stores TEXT, as people write it, in COLUMN of LINE, where SEEN is still what
 * it holds (NULL: what LINE shows). A new row is made by its target. */
enum err mapgrid_store(struct mapgrid *m, const struct mapgrid_line *line,
                       size_t column, const char *seen, const char *text,
                       struct error *e);

/* What is typed into: a cell of the grid, the default or note below it, or a
 * field of the form. */
struct mapgrid_open {
    struct line_edit *line;
    size_t column;
    const char *key; /* of the row */
};

/* False where nothing is open. */
bool mapgrid_open(struct mapgrid *m, struct mapgrid_open *out);

/* What is typed as the source of LINE and is not what is stored; NULL: nothing.
 * Borrowed. */
const char *mapgrid_typed_source(const struct mapgrid *m,
                                 const struct mapgrid_line *line);

/* --- mapping_form.c ------------------------------------------------------- */

/* Opens the marked row, with the focus in its first field that has a problem,
 * else in its source. REFUSED where it cannot be edited. */
void mapgrid_form_open(struct mapgrid *m, struct error *e);
void mapgrid_form_close(struct mapgrid *m);

/* Reads the fields again; closes the form where its row is gone, keeps what was
 * typed and says so. */
void mapgrid_form_look(struct mapgrid *m);

/* The first problem of the marked row that the member in COLUMN is to blame
 * for, or NULL. */
const struct problem *mapgrid_form_problem(const struct mapgrid *m,
                                           size_t column);

/* Stores the focused field where its text was changed. */
enum err mapgrid_form_commit(struct mapgrid *m, struct error *e);

/* The column that the focused field edits. */
size_t mapgrid_form_column(const struct mapgrid *m);
const char *mapgrid_form_hint(const struct mapgrid *m);
unsigned mapgrid_form_key(struct mapgrid *m, const struct key *key,
                          struct error *e);
void mapgrid_form_paste(struct mapgrid *m, const char *text, size_t n,
                        struct error *e);
void mapgrid_form_draw(struct mapgrid *m, struct cells *c, struct rect r);

/* --- mapping_kept.c ------------------------------------------------------- */

/* Keeps what is typed in the open cell, default or note, because of WHY. */
void mapgrid_keep(struct mapgrid *m, const char *why);

/* TYPED was left with Esc: says so, as unfinished_tell_left() does.
 */
void mapgrid_tell_left(struct mapgrid *m, const char *typed);

/* Closes the note or default that is open where its row is gone, keeps what was
 * typed and says so. */
void mapgrid_look_at_extra(struct mapgrid *m);

/* MEMBER of the row TARGET ("": a new one) is opened; TYPED is stored there. */
void mapgrid_offer_kept(struct mapgrid *m, const char *target,
                        const char *member);
void mapgrid_stored_kept(struct mapgrid *m, const char *target,
                         const char *member, const char *typed);

/* --- mapping_preview.c ---------------------------------------------------- */

/* Makes the document ready with SOURCE in row INDEX (NULL: as it is). T ends
 * before the draft is edited: mapgrid_trial_end clears it, also where it is all
 * zero. */
void mapgrid_trial_begin(struct mapgrid_trial *t, const struct mapgrid *m,
                         size_t index, const char *source);
/* Runs sample I; t->block is NULL where it says nothing. */
void mapgrid_trial_run(struct mapgrid_trial *t, const struct mapgrid *m,
                       size_t i);
void mapgrid_trial_end(struct mapgrid_trial *t);

/* What LINE gives as it reads on the screen; NULL: not tried yet. Borrowed. */
const char *mapgrid_gives_now(const struct mapgrid *m,
                              const struct mapgrid_line *line, bool *failed);

/* What row I of B gives, as shown, a new string; *FAILED says whether that is
 * an error. A BLANK row sends nothing. */
char *mapgrid_gives(const struct preview_block *b, size_t i, bool blank,
                    bool required, bool *failed);

/* Tries what is typed in the open cell out, now or 150 ms after the last key;
 * and forgets what that gave. */
void mapgrid_try(struct mapgrid *m);
void mapgrid_try_later(struct mapgrid *m);
void mapgrid_try_end(struct mapgrid *m);

/* Begins to count the rows over all samples, beside the input; and ends it. */
void mapgrid_count(struct mapgrid *m);
void mapgrid_count_end(struct mapgrid *m);

/* --- mapping_complete.c --------------------------------------------------- */

/* completion_hook of the open cell or field. */
void mapgrid_complete(void *ctx, const char *text, size_t cursor,
                      struct completions *list);

/* Collects the fields that the block may read, once. */
void mapgrid_learn_fields(struct mapgrid *m);

/* Adds the targets that the block's destination describes and no row fills. */
struct schema_targets;
void mapgrid_targets(const struct mapgrid *m, struct schema_targets *out);

/* Reads the rows of other installations, once. */
enum err mapgrid_learn_others(struct mapgrid *m, struct error *e);

/* --- mapping_change.c ----------------------------------------------------- */
extern const struct grid_ops mapgrid_ops;

/* The actions that change something; REACT_IGNORED for others. */
unsigned mapgrid_change(struct mapgrid *m, const struct invocation *invocation,
                        struct error *e);

/* Patches that put ROW (taken) in the place of row INDEX, or before it; the row
 * INDEX as it is stored, a copy. */
struct value *mapgrid_put_patch(const struct mapgrid *m, size_t index,
                                struct value *row);
struct value *mapgrid_insert_patch(const struct mapgrid *m, size_t index,
                                   struct value *row);
struct value *mapgrid_stored_row(const struct mapgrid *m, size_t index);

/* Stores SOURCE in the marked row. */
enum err mapgrid_set_source(struct mapgrid *m, const char *source,
                            struct error *e);

/* Stores what is typed in the panel. */
enum err mapgrid_extra_commit(struct mapgrid *m, struct error *e);

/* Drops a row that was inserted and has no target yet. */
void mapgrid_drop_pending(struct mapgrid *m);

/* True where row I is among those an action is about: the marked ones, or
 * the one under the mark. */
bool mapgrid_is_meant(const struct mapgrid *m, size_t i);

/* --- mapping_sheet.c ------------------------------------------------------ */

/* Makes a proposal of a sheet (copies) and opens it. */
enum err mapgrid_import(struct mapgrid *m, const char *text, size_t n,
                        enum mapgrid_sheet is, struct error *e);

/* Appends the marked rows (or the one under the mark) as cells for a
 * spreadsheet. */
void mapgrid_copy(const struct mapgrid *m, struct buf *out);

/* Keeps them for paste in this console. */
void mapgrid_keep_cells(struct mapgrid *m);

/* --- mapping_panel.c ------------------------------------------------------ */

/* Rows that the panel wants of ROWS. */
int mapgrid_panel_rows(int rows);
void mapgrid_draw_panel(struct mapgrid *m, struct cells *c, struct rect r);

/* Writes the sample and the counts into one line. */
void mapgrid_draw_status(const struct mapgrid *m, struct cells *c,
                         struct rect r);

/* The mapping grid beneath the screen that is being opened, or NULL with a
 * sentence in E. */
struct mapgrid *mapgrid_beneath(const struct view *v, struct error *e);

#endif
