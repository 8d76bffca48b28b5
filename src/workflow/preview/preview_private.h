/* The inside of previews, for the preview*.c files only. */
#ifndef TAILOR_WORKFLOW_PREVIEW_PREVIEW_PRIVATE_H
#define TAILOR_WORKFLOW_PREVIEW_PREVIEW_PRIVATE_H

#include "mapping/row/source.h"
#include "workflow/preview/preview.h"

/* A text of a block ready to be evaluated. */
struct preview_text {
    bool there;           /* the block has it */
    struct source source; /* where PROBLEM is NULL */
    char *problem;        /* why it cannot be evaluated */
    bool asked;           /* PROBLEM is that it is asked from the user */
};

/* Which block's output a text reads; ROW is a mapping row or -1. */
struct preview_use {
    const struct block *reader;
    const struct block *read;
    long row;
};

struct preview_step {
    struct preview_text from;    /* "source" or "list" */
    struct preview_text formula; /* "formula" or "condition" */
    struct preview_text url, zone;
    struct mapping_rows rows;
    bool has_rows;
    struct plan *plan; /* NULL where rows are wrong: PLAN_PROBLEM says why */
    struct plan_runner *runner;
    char *plan_problem;
};

struct previewer {
    const struct document *document;
    struct preview_step *steps; /* one for each block */
    struct preview_use *uses;
    size_t use_count;
    size_t use_capacity;
    const struct connector_set *connectors; /* NULL: not known */
    struct tape tables; /* the value tables as one tape */
    struct buf tables_text;
    void (*visit)(void *context, const struct block *b,
                  const struct scope *scope);
    void *visit_context;
    void (*meet)(void *context, const struct block *b,
                 const struct scope *scope);
    void *meet_context;
    void (*listen)(void *context, const struct block *b,
                   enum preview_state state, const char *made,
                   const char *reason);
    void *listen_context;
};

/* The index of B in its document. */
size_t preview_index(const struct previewer *p, const struct block *b);

/* --- one walk ------------------------------------------------------------- */
#define MADE_MAX (16u << 20) /* bytes of what one block makes */

/* A JSON text with its tape: a block's output. */
struct json_text {
    struct buf text;
    struct tape tape;
    bool known;
};

struct walk {
    struct previewer *p;
    struct preview *out;
    struct json_text *outputs; /* by block */
    const struct value *sample_outputs;
    struct json_text lookups; /* what the sample knows of look-ups */
    bool unresolved; /* a row looked up what it does not know */
    struct scope scope;   /* $ and @ of the blocks being walked */
    const struct block *mapping; /* whose rows are evaluated */
    const char *ended_at; /* name of the Stop Workflow that ended it */
    bool element_failed;  /* a block failed for the current element */
};

void json_text_init(struct json_text *t);
void json_text_clear(struct json_text *t);

/* Reads the text that was written into T. False where it cannot be. */
bool json_text_close(struct json_text *t, struct error *e);

/* Its root; a tape of NULL where it is not known. */
struct node_ref json_text_root(const struct json_text *t);

/* scope.output, scope.is_list and scope.lookup of a struct walk. */
bool walk_is_list(void *context, const char *block, const char *path);
struct node_ref walk_output(void *context, const char *name, size_t n);
bool walk_lookup(void *context, const char *table, size_t table_len,
                 const char *key, size_t key_len, struct node_ref *value,
                 bool *has_table);

/* scope.resolve, of a struct walk. */
enum scope_resolved walk_resolve(void *resolver, const char *what,
                                 const char *key, size_t key_len,
                                 struct node_ref *value);

struct preview_block *walk_result(struct walk *w, const struct block *b);

/* Counts STATE for B; MADE (may be NULL) is copied, REASON is taken. */
void walk_note(struct walk *w, const struct block *b, enum preview_state state,
               const char *made, char *reason);

/* The same for the blocks FROM to TO, which are skipped. */
void walk_skip(struct walk *w, size_t from, size_t to, const char *reason);

/* The block that the row ROW of B (-1: its other texts) reads and whose
 * output is not known, or NULL. */
const struct block *walk_unknown(const struct walk *w, const struct block *b,
                                 long row);

/* True where B reads, outside its mapping, what is not known; it is noted. */
bool walk_reads_unknown(struct walk *w, const struct block *b);

/* Evaluates T of B into OUT; true where there is a value. A failure is noted,
 * *FAILED says so. */
bool walk_evaluate(struct walk *w, const struct block *b,
                   const struct preview_text *t, struct buf *out, bool *failed);

/* Whether the condition of B is true; a failure is noted, *FAILED says so. */
bool walk_condition(struct walk *w, const struct block *b, bool *failed);

/* Takes MADE as what B made, and as its output. */
void walk_finish(struct walk *w, const struct block *b, struct json_text *made);

/* Gives B the output that the sample has for it; false where it has none. */
bool walk_take_sampled(struct walk *w, const struct block *b);

/* Tells PLAN, compiled from ROWS of B, what the schema of B says, where the
 * connectors are known. */
void preview_expect(const struct previewer *p, const struct block *b,
                    struct plan *plan, const struct mapping_rows *rows);

/* The steps of map, action and api blocks. */
void preview_step_map(struct walk *w, const struct block *b);
void preview_step_send(struct walk *w, const struct block *b);

#endif
