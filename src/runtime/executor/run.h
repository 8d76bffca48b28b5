/*
 * One run in memory: the interpreter's stack, the outputs of its blocks, and
 * what it waits for. Everything in it can be made again from the journal.
 * Used by the files of the executor alone.
 */
#ifndef TAILOR_RUNTIME_EXECUTOR_RUN_H
#define TAILOR_RUNTIME_EXECUTOR_RUN_H

#include "runtime/core/core.h"
#include "runtime/executor/accept.h"
#include "runtime/executor/compiled.h"
#include "store/runtime.h"
#include "value/tape.h"

enum {
    RUN_OUTPUT_MAX = 64 << 20, /* bytes of one block's output */
    RUN_PLACE_SIZE = 256,
    RUN_TURN_SIZE = 320,
    RUN_NESTING = DOCUMENT_MAX_NESTING + 2
};

/* A JSON text, and its tape where set is true. */
struct output {
    struct buf text;
    struct tape tape;
    bool set;
};

/* A list of blocks that is being run. */
struct frame {
    size_t owner; /* index of the logic block around it, 0: the document */
    const char *list;
    size_t list_case;
    size_t next, end; /* blocks: the one to run, and the end of the list */
    bool iterates;
    bool labelled;            /* the element has its label */
    struct output items;      /* of an iterate: its list */
    uint32_t node;            /* the element */
    uint64_t position, count; /* from 1; in all */
    uint64_t done, aside;
};

/* Pages of a search, put together. */
struct pages {
    int64_t next;    /* the page to ask for; 0: nothing is here */
    struct buf text; /* {"items":[item,item */
    uint64_t items;
    struct buf marks; /* one of each page (circle.h) */
    struct page_total {
        bool said;
        uint64_t count; /* on all pages */
    } total;
    struct value *follows; /* what the last page names as the next one; NULL */
    struct value *kept;    /* what one before named; NULL */
    char began[24]; /* where the last page says that it begins; "" nowhere */
    bool reads;  /* a page is in `unread` of the run, and a thread reads it */
    bool came;   /* a page is in `page`, and is added to the others */
    struct output page;
};

struct run {
    struct run *next; /* of all runs in memory */
    int64_t n;
    char id[IDENT_SIZE], execution[RUN_EXECUTION_SIZE];
    char root[IDENT_SIZE]; /* the run that the event began, or this one */
    int key_form;          /* how the keys of its calls are made */
    int64_t installed, installation, user, version;
    char user_id[IDENT_SIZE], workflow_id[IDENT_SIZE];
    char installation_id[IDENT_SIZE];
    int environment;
    struct compiled *compiled;
    struct value *answers;  /* {"blockId":{"field":VALUE}} */
    struct output *outputs; /* by index of the block */
    struct buf unread;      /* the output of the block unread_of, or the input
                               of the run (0): where reads is true it is put
                               on its tape before anything else */
    size_t unread_of;
    bool reads;
    struct output scratch[8]; /* values of tables, during one block */
    size_t scratch_used;
    struct frame frames[RUN_NESTING];
    size_t depth;
    struct pages pages;
    struct evaluation *evaluation; /* what the current block
                                      calculates, or NULL */
    bool begun;                    /* its label is kept */
    bool replays;                  /* what is journaled is not done again */
    int64_t answered;     /* the step (row) that answer belongs to; 0: none */
    struct output answer; /* what a thread has read */
    int64_t later_ms;     /* the current call is not made before that */
    bool large;           /* its document takes much memory */
    bool moved;           /* it did something new since it is in memory */
    bool marked;          /* the journal says that it is worked on */
    bool waits;           /* for a time or a turn, and … */
    bool stays;           /* … in memory */
    int64_t now_ms;       /* NOW(): when it started */
    int64_t set_aside;
};

/* What became of a block. */
enum exec_result {
    EXEC_DONE,   /* x->out holds its output, or nothing */
    EXEC_WAIT,   /* an answer will come */
    EXEC_LATER,  /* it waits for a time or a turn */
    EXEC_PUSHED, /* a list of blocks was pushed */
    EXEC_FAILED, /* x->e says why */
    EXEC_ASIDE,  /* it was set aside before a restart */
    EXEC_END,    /* the run ends here, well */
    EXEC_PARKED, /* the run was parked */
    EXEC_STORE   /* the store failed: x->e */
};

/* The block that a run executes now. */
struct exec {
    struct core *core;
    struct db *db;
    struct executor *executor;
    struct run *run;
    const struct block *block;
    size_t index; /* of the block */
    char place[RUN_PLACE_SIZE];
    struct buf out;
    struct output list;          /* iterate: its elements */
    struct value *made;          /* a call: what its parts evaluate to */
    struct output read;          /* a call: its output, in place of out */
    const atomic_bool *stopped;  /* as in struct scope */
    struct budget *budget;       /* the same; of the whole block */
    struct formula_arena *arena; /* of formulas that share a budget, or NULL */
    struct error *e;
};

/* block/: one function for each kind that runs (kinds.def of workflow). */
#define EXEC_DECLARE_RUNS(id) enum exec_result exec_##id(struct exec *x);
#define EXEC_DECLARE_LATER(id)
#define KIND(id, role, runs, ...) EXEC_DECLARE_##runs(id)
#include "workflow/document/kinds.def"
#undef KIND

/* --- scope.c ------------------------------------------------------------- */

/* Where names are looked up for the current block. */
struct scope run_scope(struct exec *x);

/* The scope of a mapping: as above, with $ as the block's own source where it
 * names one. HOLDER keeps that alive. */
enum exec_result run_mapping_scope(struct exec *x, struct output *holder,
                                   struct scope *out);

/* Appends what the block's mapping builds ("{}" without rows) to OUT. */
enum exec_result run_mapping(struct exec *x, struct buf *out);

/* Appends the value of FIELD as JSON to OUT; for an asked one the answer. */
enum source_outcome run_eval(struct exec *x, const struct compiled_field *f,
                             const struct scope *scope, struct buf *out,
                             struct error *e);

/* Whether the block's condition holds in SCOPE; one that refers to something
 * that is not there does not. */
enum exec_result run_condition(struct exec *x, const struct scope *scope,
                               bool *out);

/* The field NAME of the current block, never NULL. */
const struct compiled_field *run_field(const struct exec *x, const char *name);

/* The value of field NAME as plain text in OUT: strings without quotes, other
 * values as JSON. MISSING if none exists. */
enum source_outcome run_eval_text(struct exec *x, const char *name,
                                  struct buf *out, struct error *e);

/* The same of one field, for example a member of "headers". */
enum source_outcome run_text_of(struct exec *x, const struct compiled_field *f,
                                struct buf *out, struct error *e);

/* Keeps the label that the block's field "label" gives, for searches: of the
 * run outside a loop, else of the current element. WAIT where it
 * is still evaluated. */
enum exec_result run_keep_label(struct exec *x);

void output_clear(struct output *o);
/* Takes TEXT as the output and reads its tape. */
enum err output_read(struct output *o, struct buf *text, struct error *e);
/* The same for the text in O; does nothing where it was read. */
enum err output_complete(struct output *o, struct error *e);

/* --- load.c -------------------------------------------------------------- */

/* Reads run N from the journal. NOT_FOUND where it is not to be run. */
enum err run_load(struct core *core, int64_t n, struct run **out,
                  struct error *e);
void run_free(struct run *r);

/* --- evaluation.c -------------------------------------------------------- */

/* Lets RUN, which calculates and changes nothing but its struct exec, do so on
 * a thread; what it left in out, list, made and e is in X then. WAIT where it
 * takes long: the run goes on when it has ended, and the block asks again.
 * Where all that is evaluated is F (else NULL), and F needs no time, it is
 * done at once. */
enum exec_result run_evaluate(struct exec *x, const struct compiled_field *f,
                              enum exec_result (*run)(struct exec *x));

/* Whether a thread evaluates something of R: nothing of it may change. */
bool run_is_evaluated(const struct run *r);

/* Frees R, when no thread needs it any more. */
void run_drop(struct run *r);
void evaluation_free(struct evaluation *v);

/* --- step.c: the interpreter --------------------------------------------- */

/* Puts the run's `unread` on its tape, in x->list; for run_evaluate. */
enum exec_result run_read_unread(struct exec *x);

/* Does some blocks of R, at most as many as a tick can bear; *ENDED where the
 * run needs no more memory. Errors are the store's. */
enum err run_go_on(struct core *core, struct executor *executor, struct run *r,
                   bool *ended, struct error *e);

/* Pushes the list LIST of logic block OWNER; false where it is empty. */
bool run_push(struct run *r, size_t owner, const char *list, size_t list_case);

/* --- executor.c ---------------------------------------------------------- */

/* Whether the tick has no time left: the run then goes on in the next. */
bool run_gives_way(struct exec *x);

/* --- end.c --------------------------------------------------------------- */

/* Writes what became of the run, counts it for the feed. */
enum err run_end(struct core *core, struct executor *executor, struct run *r,
                 int state, int park, const char *park_app, const char *message,
                 const char *block, struct error *e);

#endif
