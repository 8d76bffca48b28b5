/*
 * Previews: what each block of a document would make and send on a sample,
 * with the mapping engine of the runtime (src/mapping). Nothing is sent; what
 * an app would answer comes from the sample, else it is known only after a
 * run. A sample is {"input":BODY,"outputs":{BLOCK NAME:VALUE},"lookups":
 * {WHAT:{KEY:VALUE}}}, the last as mapping/plan/answers.h reads it.
 */
#ifndef TAILOR_WORKFLOW_PREVIEW_PREVIEW_H
#define TAILOR_WORKFLOW_PREVIEW_PREVIEW_H

#include "mapping/plan/questions.h"
#include "workflow/connector/connector.h"
#include "workflow/document/document.h"

#define PREVIEW_ELEMENTS 2500 /* of one list that are looked at */

/* A document made ready for previews of many samples. */
struct previewer;

/* Compiles D, which is borrowed until preview_free. A block that is not right
 * yet says so in its results. */
struct previewer *previewer_new(const struct document *d);
void previewer_free(struct previewer *p); /* NULL is OK */

/* Tells P the connectors that the document pins (borrowed until P is freed):
 * what clears a field of their apps, which fields are dates or numbers.
 * Without, null clears, and nothing is known of fields. */
void previewer_connectors(struct previewer *p, const struct connector_set *set);

/* scope.lookup of the document's value tables; CONTEXT is the previewer. */
bool previewer_lookup(void *context, const char *table, size_t table_len,
                      const char *key, size_t key_len, struct node_ref *value,
                      bool *has_table);

/* Calls VISIT in every following run before the mapping of a block is
 * evaluated, with what it is evaluated on (for coverage); NULL: no more. */
void previewer_visit(struct previewer *p,
                     void (*visit)(void *context, const struct block *b,
                                   const struct scope *scope),
                     void *context);

/* The document that P was made of, borrowed. */
const struct document *previewer_document(const struct previewer *p);

enum preview_state {
    PREVIEW_MADE,    /* computed */
    PREVIEW_SENT,    /* a run would send it */
    PREVIEW_UNKNOWN, /* known only after a run; the reason says what for */
    PREVIEW_FAILED,
    PREVIEW_SKIPPED, /* a run does not come here with this sample */
    PREVIEW_STATES
};

/* Calls MEET in every following run each time a block is met, with what its
 * texts are read from; NULL: no more. */
void previewer_meet(struct previewer *p,
                    void (*meet)(void *context, const struct block *b,
                                 const struct scope *scope),
                    void *context);

/* Calls LISTEN in every following run each time a block is met, with what it
 * came to: JSON or NULL, and why; NULL: no more. */
void previewer_listen(struct previewer *p,
                      void (*listen)(void *context, const struct block *b,
                                     enum preview_state state,
                                     const char *made, const char *reason),
                      void *context);

/* "made", "sends", "unknown", "failed", "skipped". */
const char *preview_state_word(enum preview_state state);

/* What one block came to. A block in a loop is met once per element: the
 * states are counted, and state, made and reason tell of the first element,
 * or the first one that failed. */
struct preview_block {
    const struct block *block; /* of the document */
    enum preview_state state;
    size_t counts[PREVIEW_STATES];
    char *made;   /* JSON that it makes or sends; NULL: none */
    char *where;  /* method and URL, or app and action; NULL: sends nothing */
    char *reason; /* why it failed, is unknown or skipped; NULL: none */
    struct plan_report report;       /* of its mapping; count 0: has none */
    bool *row_unknown;               /* rows that read what is not known */
    const struct mapping_rows *rows; /* borrowed from the previewer */
};

/* What a row came to in one sample. */
enum preview_row {
    PREVIEW_ROW_SKIPPED, /* its mapping was not evaluated */
    PREVIEW_ROW_BLANK,   /* evaluated: no value, no key */
    PREVIEW_ROW_GIVEN    /* a value, its default, an error; or known only after
                            a run */
};

/* What row I of B came to; SKIPPED where B has no such row. */
enum preview_row preview_row(const struct preview_block *b, size_t i);

struct preview {
    struct preview_block *blocks; /* in the order of the document */
    size_t count;
    bool truncated; /* a list had more than PREVIEW_ELEMENTS elements */
    /* What its mappings look up in apps and cross references, and what of that
     * the sample does not know. */
    struct questions asked, open;
};

/* Walks the document with SAMPLE (borrowed); NOW_MS is NOW() of formulas.
 * *OUT is cleared with preview_clear before P is freed. Errors: INVALID where
 * SAMPLE is not a sample. */
enum err preview_run(struct preview *out, struct previewer *p,
                     const struct value *sample, int64_t now_ms,
                     struct error *e);
void preview_clear(struct preview *p);

/* --- many samples --------------------------------------------------------- */
/* A sample with the name people know it by; both borrowed. */
struct preview_sample {
    const char *label;
    const struct value *value;
};

/* What became of a row or a block over the samples, counted in samples. */
struct preview_tally {
    size_t good;      /* filled; made or sent */
    size_t cleared;   /* a row that sends what clears the field */
    size_t kept;      /* a row that is not sent, by its write policy */
    size_t blank;     /* no value, no key */
    size_t defaulted; /* only its default */
    size_t errors;
    size_t unknown;
    size_t skipped;
    size_t differs;          /* from what the live version gives */
    const char *first_error; /* label of the sample; NULL: none */
    const char *first_differs;
    char *error; /* of that sample */
};

struct preview_total {
    const struct block *block;
    struct preview_tally tally;
    struct preview_tally *row_tallies; /* of its mapping rows */
    const struct mapping_rows *rows;   /* borrowed from the previewer */
};

struct preview_totals {
    struct preview_total *blocks;
    size_t count;
    size_t samples;
    size_t differs; /* samples of which any block differs from live */
    struct questions asked, open; /* as in struct preview, of all samples */
};

/* Runs the COUNT samples through P and, where LIVE is given, compares what
 * each block makes with what the block of the same id makes there. Errors:
 * INVALID if one is not a sample. */
enum err preview_all(struct preview_totals *out, struct previewer *p,
                     struct previewer *live,
                     const struct preview_sample *samples, size_t count,
                     int64_t now_ms, struct error *e);
void preview_totals_clear(struct preview_totals *t);

/* The sample that the trigger of D itself holds as {"input":…}, owned by the
 * caller; NULL where it has none. */
struct value *preview_own_sample(const struct document *d);

#endif
