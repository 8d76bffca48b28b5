/* A model of workflow documents that knows nothing of patches and of the
 * engine: blocks as numbers, references by number, order by one list. */
#ifndef TAILOR_TEST_CARRY_MODEL_H
#define TAILOR_TEST_CARRY_MODEL_H

#include "workflow/document/conflicts.h"
#include "workflow/document/document.h"

enum {
    IDS = 26,       /* block 0 is the trigger */
    BASE_IDS = 11,  /* that a base may have */
    BOTH_ID = 11,   /* that both sides may add */
    OURS_FROM = 12, /* that only the own version adds … */
    THEIRS_FROM = 19,
    NAMES = 40,
    TARGETS = 6,
    KEYS = 6
};

enum model_kind { M_EVENT, M_MATH, M_MAP, M_IF, M_ITERATE };

/* A text with a number and perhaps a reference: "=N3!result+7". */
struct model_text {
    int number; /* 0: the text is not there */
    int ref;    /* a block, or -1 */
};

struct model_block {
    bool there;
    enum model_kind kind;
    int name;
    int parent; /* a block, or -1 */
    int list;   /* of it: 0, or 1 for the "else" of an if */
    int note;   /* 0: none */
    struct model_text field;
    struct model_text row[TARGETS];
    int row_at[TARGETS]; /* targets in order; those that are not there are
                            passed over */
};

struct model {
    struct model_block b[IDS];
    int order[IDS]; /* blocks of one list stand in this order */
    int title;
    bool has_table;
    int entry[KEYS]; /* 0: not there */
};

const char *model_id(int i);      /* static until the next call but one */
int model_number(const char *id); /* the block of that id, -1: none */
struct document *model_document(const struct model *m);

/* A random base; then random edits, with the ids from FIRST on for new blocks.
 * REORDER: also the order inside of lists. */
void model_random(struct model *m, uint64_t *seed);
void model_edit(struct model *m, uint64_t *seed, int first, bool reorder);

/* TEXT with the names that blocks have in D replaced by their ids: "=@7+12";
 * "=@?+12" where no block has the name. A new string. */
char *model_plain(const struct document *d, const char *text);

/* The same of what the model says, where only the blocks of D exist. */
char *model_expected(const struct document *d, struct model_text t);

bool model_same_text(struct model_text a, struct model_text b);

/* True where X stands inside Y or is it. */
bool model_inside(const struct model *m, int x, int y);

/* --- what holds for every three documents --------------------------------- */

/* OURS carried from BASE to THEIRS is WANTED. */
void carry_check_law(const struct document *base, const struct document *ours,
                     const struct document *theirs,
                     const struct document *wanted);

/* Each conflict of FIRST can be resolved in each way, or is refused with a
 * reason; the inverse leads back. */
void carry_check_resolving(const struct document *first, uint64_t *seed);

/* What C is about, as a new string. */
char *carry_conflict_key(const struct conflict *c);

#endif
