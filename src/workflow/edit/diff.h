/* The difference of two documents, in the terms of people: blocks by id, rows
 * by target, tables by key. */
#ifndef TAILOR_WORKFLOW_EDIT_DIFF_H
#define TAILOR_WORKFLOW_EDIT_DIFF_H

#include "workflow/document/document.h"

enum change_kind {
    CHANGE_ADDED,
    CHANGE_REMOVED,
    CHANGE_CHANGED,
    CHANGE_MOVED,
    CHANGE_RENAMED
};

enum change_subject {
    SUBJECT_DOCUMENT,  /* name, format numbers */
    SUBJECT_CONNECTOR, /* field: the app */
    SUBJECT_BLOCK,
    SUBJECT_FIELD,   /* a configuration field of a block */
    SUBJECT_ROW,     /* a mapping row; field: the target */
    SUBJECT_TABLE,   /* field: the table */
    SUBJECT_ENTRY,   /* a row of a value table; field: the key */
    SUBJECT_CONFLICT /* added, or removed because it is resolved; field: where
                        it is, in words */
};

struct change {
    enum change_kind kind;
    enum change_subject subject;
    char *block_id; /* NULL where no block is concerned */
    char *block;    /* its name (in the newer document where it is there) */
    char *field;    /* see the subjects */
    char *table;    /* SUBJECT_ENTRY: the table that it is of; else NULL */
    char *before;   /* as typed or shown; NULL: was not there; "": blank */
    char *after;
    char *text; /* one line in words: "Create cash sale > tax: blank -> Tax" */
    /* Where TEXT shows two values: where each begins in it, and where the first
     * ends; else 0. */
    size_t before_at, before_end, after_at;
};

struct change_list {
    struct change *items;
    size_t count;
    size_t capacity;
};

void change_list_init(struct change_list *l);
void change_list_clear(struct change_list *l);

/* Adds what leads from FROM to TO, in the order of TO, removed blocks at
 * last. Documents of equal hash give no change. */
void diff_documents(const struct document *from, const struct document *to,
                    struct change_list *out);

/* Makes *OUT, which the caller owns, of TO and the blocks that only FROM has,
 * at their old places: to be drawn, never stored. A trigger that was replaced
 * is left out. */
enum err diff_union(struct document **out, const struct document *from,
                    const struct document *to, struct error *e);

/* [{"kind","subject","blockId","block","field","before","after","text"}…],
 * owned by the caller. */
struct value *change_list_value(const struct change_list *l);

#endif
