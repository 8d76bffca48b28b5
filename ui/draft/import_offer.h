/*
 * What an import would do, as the grid beneath offers it to the import
 * screen: nothing is changed before it is applied.
 */
#ifndef TAILOR_UI_DRAFT_IMPORT_OFFER_H
#define TAILOR_UI_DRAFT_IMPORT_OFFER_H

#include "ui/app/view.h"
#include "ui/draft/draft_view.h"
#include "ui/widget/marks.h"
#include "ui/widget/row_list.h"

enum import_kind {
    IMPORT_ADDED,
    IMPORT_CHANGED,
    IMPORT_SAME,
    IMPORT_LEFT,    /* not in the sheet: stays as it is */
    IMPORT_REFUSED, /* cannot be taken; the others can */
    IMPORT_KINDS
};

struct import_line {
    enum import_kind kind;
    char *name;    /* the target, or the key */
    char *now;     /* NULL if none exists */
    char *wanted;  /* NULL: stays as it is */
    char *problem; /* why it is refused, or what is odd about it; NULL */
    unsigned odd;  /* enum import_odd */
    /* What it changes beside its source, by mapping/row/changes.h; NULL: none
     */
    struct value *changes;
};

enum import_odd {
    IMPORT_UNKNOWN = 1, /* it reads a field that no sample has */
    IMPORT_LOSSY = 2    /* a spreadsheet seems to have changed it: PROBLEM */
};

/* Makes the changes, but those of the names LEFT, in one edit. */
typedef enum err (*import_apply)(void *ctx, const struct marks *left,
                                 struct error *e);

/* Reads the sheet again, with its first row as its header. */
typedef enum err (*import_again)(void *ctx, struct error *e);

struct import_offer {
    struct row_list *lines; /* of struct import_line; NULL: no offer */
    size_t counts[IMPORT_KINDS], unknown, lossy;
    struct value *changes; /* how many lines change each member beside it */
    char *into;            /* "Create cash sale of Customer 1 Ltd" */
    struct draft_view *draft;
    int64_t revision; /* of DRAFT, that it was made on */
    import_apply apply;
    import_again header; /* NULL: the header is known */
    void *ctx;
    char source[IDENT_SIZE]; /* the version that it was copied from, or "" */
};

/* Begins an empty offer in place of the one before, for DRAFT (borrowed) as it
 * is now; INTO is copied. The source stays. */
void import_offer_begin(struct import_offer *o, const char *into,
                        struct draft_view *draft, import_apply apply,
                        void *ctx);

/* What is offered, now and after it is read in another way, was copied out of
 * the version SOURCE (an id); "": it was not. */
void import_offer_copied(struct import_offer *o, const char *source);

/* True where DRAFT has changed since: the lines show what it held before. */
bool import_offer_is_old(const struct import_offer *o);
void import_offer_clear(struct import_offer *o);

/* Adds a line; strings are copied and may be NULL except NAME. */
void import_offer_add(struct import_offer *o, enum import_kind kind,
                      const char *name, const char *now, const char *wanted,
                      const char *problem, unsigned odd);

/* CHANGES, which it takes, is what the line that was added last changes beside
 * its source. */
void import_offer_changing(struct import_offer *o, struct value *changes);

/* The lines that would change something, of those with a key in CHOSEN; where
 * that is empty, of all. */
size_t import_offer_changes(const struct import_offer *o,
                            const struct marks *chosen);

/* Makes those changes, and no others. */
enum err import_offer_apply(const struct import_offer *o,
                            const struct marks *chosen, struct error *e);

/* The rows AFTER, but those that NAME calls as one of LEFT as they are in
 * BEFORE, where they are; a new array. */
struct value *import_offer_rows(const struct value *after,
                                const struct value *before,
                                const struct marks *left,
                                const char *(*name)(const struct value *row));

/* The offer of the grid V, which is beneath the import screen. */
struct import_offer *mapping_offer(const struct view *v);
struct import_offer *table_offer(const struct view *v);

#endif
