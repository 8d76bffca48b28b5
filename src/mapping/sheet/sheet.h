/*
 * Sheets: mapping rows as the CSV that customers fill in, out and in without
 * loss, and the proposal that an import is until somebody confirms it.
 */
#ifndef TAILOR_MAPPING_SHEET_SHEET_H
#define TAILOR_MAPPING_SHEET_SHEET_H

#include "mapping/language.h"
#include "mapping/row/rows.h"
#include "mapping/scope.h"

struct csv;

/* The form of a sheet; NULL or 0 is the usual. */
struct sheet_form {
    const char *target; /* header of the target column; "target" */
    const char *source; /* header of the source column; "source" */
    char separator;     /* ',' when writing; found out when reading */
    bool bom;           /* begin with a byte order mark */
    bool pasted;        /* reading: the header row may be missing */
    /* writing: what each row gives, beside its source; NULL: no such column */
    char *const *gives;
    struct csv *cells; /* reading: taken from here instead of a text */
};

/* Appends ROWS as CSV: target and source, and the columns default, required,
 * note and those of members.def where a row uses them. */
void sheet_write(const struct mapping_rows *rows, const struct sheet_form *form,
                 struct buf *out);

/* The same for a workbook, whose cells are all texts: a list of rows, each a
 * list of texts, the header first. The caller owns it. */
struct value *sheet_rows(const struct mapping_rows *rows,
                         const struct sheet_form *form);

enum proposal_kind {
    PROPOSAL_ADDED,   /* a target that is new */
    PROPOSAL_CHANGED, /* another source, default, required or note */
    PROPOSAL_SAME,    /* in the sheet as it is */
    PROPOSAL_LEFT     /* not in the sheet: stays as it is */
};

struct proposal_row {
    enum proposal_kind kind;
    struct mapping_row now;    /* target NULL: ADDED */
    struct mapping_row wanted; /* target NULL: LEFT */
    size_t line;               /* of the sheet, from 1; 0: LEFT */
    bool unknown;              /* its source names a field that no sample has */
    char *problem;             /* why the row is refused; NULL: it is not */
    const char *loss; /* what its source lost in a spreadsheet; NULL: nothing */
};

struct mapping_proposal {
    struct proposal_row *rows;
    size_t count;
    size_t capacity;
    size_t counts[PROPOSAL_LEFT + 1]; /* of each kind, not refused */
    size_t problems;                  /* rows that are refused */
    size_t unknown;                   /* rows with an unknown field */
    size_t lossy;                     /* rows with a loss */
    size_t *headings;                 /* lines of the sheet that hold titles */
    size_t heading_count;
    struct mapping_rows result; /* the rows after a confirm */
};

/* Reads the sheet of N bytes at TEXT as a proposal against NOW, rows of the
 * format LANGUAGE, to be emptied by proposal_clear. SAMPLES (scopes of COUNT
 * samples) may be NULL. Errors: INVALID where the sheet cannot be read or has
 * no such columns (the message names those it has). Wrong rows are not errors
 * but problems. */
enum err proposal_read(struct mapping_proposal *out, const char *text, size_t n,
                       const struct sheet_form *form,
                       const struct mapping_rows *now, unsigned language,
                       const struct scope *samples, size_t count,
                       struct error *e);
void proposal_clear(struct mapping_proposal *p);

/* What ROW would change beside its source, as row_changes has it: empty where
 * it changes nothing. The caller owns it. */
struct value *proposal_changes(const struct proposal_row *row);

/* Adds to COUNTS, an object, one for each member that CHANGES names. */
void proposal_count_changes(struct value *counts, const struct value *changes);

/* Appends COUNTS as "2 write, 1 default"; nothing without any. */
void proposal_counts_words(const struct value *counts, struct buf *out);

/* Says which lines were taken as headings, those with a text that is not a path
 * and with no source; NULL without any. The caller frees it. */
char *proposal_headings(const struct mapping_proposal *p);

/* What CELL lost in a spreadsheet, as a phrase, where it looks so beside
 * BEFORE, which was there (may be NULL); NULL where it does not. */
const char *sheet_loss(const char *cell, const char *before);

/* The word for KIND: "added", "changed", "same", "left". */
const char *proposal_kind_word(enum proposal_kind kind);

#endif
