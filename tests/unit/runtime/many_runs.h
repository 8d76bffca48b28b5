/*
 * Many runs of one installation, for the tests of what is done with them in
 * parts.
 */
#ifndef TAILOR_TEST_RUNTIME_MANY_RUNS_H
#define TAILOR_TEST_RUNTIME_MANY_RUNS_H

#include "runtime/installed/lookup.h"
#include "tests/unit/runtime/runtime.h"

enum { MANY_AT_ONCE = 100 }; /* runs of a part */

struct many {
    const struct place *p;
    struct installation_row i;
    int64_t installed, changes;
};

/* Installs a workflow of a calculation and a call. */
void many_install(struct world *w, struct place *p);
/* The same, paused, with COUNT runs. */
void many_park(struct world *w, struct place *p, int count);
/* Cancels all of them and waits for that. */
void many_end(struct world *w, struct many *m);

/* Fills what is not known of M but M->p. */
enum err many_find(struct core *core, struct many *m, struct error *e);
/* Gives its installation STATE (enum rt_installation_state); tells nobody. */
enum err many_set_state(struct core *core, const struct many *m, int state,
                        struct error *e);

/* How many decisions are not done; needs no tick. */
int many_undone(struct core *core);
/* How many runs are in STATE (enum rt_run_state); needs no tick. */
int64_t many_runs(struct core *core, int state);
/* Whether no decision is left to be done, for world_until(). */
bool many_are_dealt_with(struct world *world, void *ctx);

#endif
