/* A model of what must be true of several installations: what its files share.
 */
#ifndef TAILOR_TEST_MODEL_H
#define TAILOR_TEST_MODEL_H

#include "tests/unit/manager/release/world.h"

enum { INSTALLATIONS = 5, WORKFLOWS = 2, DRAFTS = 24, UNDO = 64, KEPT = 64 };

/* What a draft's document is: its formula's number and its questions. */
struct content {
    int number, asks;
};

struct draft {
    char id[25], live_when_made[25], parent[25];
    size_t installation, workflow;
    struct content edits[UNDO];
    int count, top; /* edits[top] is what it is now */
    bool released, discarded;
};

/* A pointer as the console shows it. */
struct shown {
    char live[25], releasing[25], awaiting[25];
    bool own; /* live is user-specific */
};

/* Every version that was ever live, in order, by the runtime's word; the
 * console may be behind, but never goes back. */
struct history {
    char (*live)[25];
    size_t count, capacity;
    size_t seen; /* what the console showed last */
};

struct model {
    struct world w;
    uint64_t random;
    struct draft drafts[DRAFTS];
    struct history history[INSTALLATIONS][WORKFLOWS];
    char released[INSTALLATIONS][WORKFLOWS][KEPT][25];
    size_t released_count[INSTALLATIONS][WORKFLOWS];
    bool uninstalled[INSTALLATIONS]; /* as the console knows it */
    int64_t requests;                /* queued so far */
    int64_t operations[16];
    int number; /* of the next formula: no two contents are equal */
};

extern struct model model;
extern const char *const model_workflows[WORKFLOWS];

/* A random number below BELOW; true in PERCENT of 100. */
uint64_t model_draw(uint64_t below);
bool model_chance(int percent);

/* The operation WHAT gave what the model says. */
void model_check(const char *what, enum err got, enum err wanted,
                 const struct error *e);

void model_keep(char out[25], const char *id);

/* How the console shows workflow K of installation I. */
struct shown model_look(size_t i, size_t k);

/* Keeps the histories up with the runtime. */
void model_record_truth(void);

/* One random operation of the console, of a customer, or of the line between
 * console and runtime: act N of MODEL_ACTS. */
enum { MODEL_ACTS = 14, ACT_DELIVERY = 12, ACT_FEED = 13 };
void model_act(int n);

/* What the console knows of uninstalls follows the feed. */
void model_read_states(void);

/* The document is what the edits made of it, also after crashes. */
void model_check_content(const struct draft *d);

#endif
