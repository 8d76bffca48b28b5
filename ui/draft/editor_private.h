/*
 * The block editor, for its own files: editor_rows.c makes the lines,
 * editor_form.c edits fields in place, editor_panel.c draws the marked block,
 * editor_change.c makes edits, editor.c is the screen.
 */
#ifndef TAILOR_UI_DRAFT_EDITOR_PRIVATE_H
#define TAILOR_UI_DRAFT_EDITOR_PRIVATE_H

#include "ui/draft/draft_view.h"
#include "ui/draft/trial.h"
#include "ui/screen/screens.h"
#include "ui/widget/form.h"
#include "ui/widget/row_list.h"
#include "workflow/edit/diff.h"
#include "workflow/edit/edit.h"

/* A line of the list: a block, or a branch of the block above it. */
struct editor_row {
    char *id;   /* of the block; of a branch: of the block it belongs to */
    char *list; /* of a branch: "then", "cases/0" …; NULL: a block */
    int number; /* in the order of the document; 0: a branch */
    char *text; /* tree lines and name */
    char *kind, *summary;
    bool added, changed, problem;
};

struct editor {
    struct view *view;
    struct console *console;
    struct draft_view draft;
    struct change_list changes;
    struct problem_list problems;
    struct previewing samples;
    size_t sample;
    struct { /* what was tried last on the samples, and what came of it */
        char *of, *words;
        bool made; /* the marked one gave something */
        size_t good, count;
    } tried;
    struct row_list *rows;
    struct table table;
    struct form form; /* while a block's fields are edited */
    bool editing;
    char *block;                                    /* id, being edited */
    const struct kind_field *field[FORM_ITEMS + 1]; /* of the items; NULL for
                                                       the name */
    char *before[FORM_ITEMS + 1]; /* texts as they were read */
};

/* Makes signs, problems and lines again from the document; the marked line
 * stays the same. */
void editor_show(void *editor);

/* What the list shows. */
extern const struct row_list_ops editor_rows;
extern const struct column editor_columns[];
extern const size_t editor_column_count;
void editor_fill_rows(struct editor *s);

/* The marked line, or NULL; and its block (of a branch: the block it belongs
 * to). */
const struct editor_row *editor_marked(const struct editor *s);
const struct block *editor_block(const struct editor *s);

/* The shown text of FIELD of B, as a new string. */
char *editor_field_text(const struct block *b, const struct kind_field *field);

/* True for fields that a line of text holds. */
bool editor_field_is_line(const struct block *b,
                          const struct kind_field *field);

/* Draws the marked block, or its form, into R. */
void editor_draw_panel(struct editor *s, struct cells *c, struct rect r);
int editor_panel_rows(const struct editor *s);

/* Opens the form on B, at its first required field that is empty. */
void editor_form_open(struct editor *s, const struct block *b);
void editor_form_close(struct editor *s);
unsigned editor_form_key(struct editor *s, const struct key *key,
                         struct error *e);
/* Stores the focused field where its text was changed. */
enum err editor_form_commit(struct editor *s, struct error *e);

/* Applies PATCH (*taken*; RC is how making it ended), shows it and goes to
 * the block GO (NULL: stays). */
enum err editor_apply(struct editor *s, enum err err, struct value *patch,
                      const char *go, struct error *e);

/* Keeps B for paste, and its name for the terminal's clipboard. */
void editor_copy(struct editor *s, const struct block *b);

/* The actions that change something; REACT_IGNORED for others. */
unsigned editor_change(struct editor *s, const struct invocation *invocation,
                       struct error *e);

#endif
