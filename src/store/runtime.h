/*
 * tailord's store: its schema and its table of statements. What is done with
 * them lives in src/runtime; SQL lives in the .def tables here.
 */
#ifndef TAILOR_STORE_RUNTIME_H
#define TAILOR_STORE_RUNTIME_H

#include <stdint.h>

#include "store/db.h"
#include "store/runtime_rows.h"

/* RS_NAME for each row of the tables. */
enum runtime_statement {
#define S(name, sql) RS_##name,
#define R(name, row, sql) RS_##name,
#include "store/runtime_statements.def"
#undef S
#undef R
    RUNTIME_STATEMENT_COUNT
};

extern const struct db_schema runtime_schema;

/* The numbers that columns hold, and that statements and indexes name ("state
 * = 4"): what a store has been written with never changes, and a test holds
 * them (tests/unit/store/numbers.c). */
enum rt_environment { ENVIRONMENT_DEVELOPMENT = 0, ENVIRONMENT_PRODUCTION = 1 };
enum rt_token_kind { TOKEN_API_KEY = 0, TOKEN_MANAGE = 1, TOKEN_READ = 2 };
/* Of tokens, the kind of the token is added. */
enum rt_taken { TAKEN_USER = 0, TAKEN_CREDENTIAL = 1, TAKEN_TOKEN = 2 };
enum rt_installation_state {
    RT_INSTALLATION_ACTIVE = 0,
    RT_INSTALLATION_PAUSED = 1,
    RT_INSTALLATION_UNINSTALLED = 2,
    RT_INSTALLATION_OPEN = 3 /* begun; its questions are not answered yet */
};
enum rt_run_state {
    RUN_ACCEPTED = 0, /* journaled, not begun */
    RUN_RUNNING = 1,
    RUN_DONE = 2,
    RUN_FAILED = 3,
    RUN_PARKED = 4,
    RUN_CANCELLED = 5
};
/* due_at of a run that waits for its turn at a limit, not for a time. */
#define RUN_DUE_NEVER (INT64_C(1) << 62)
/* What a parked run waits for. */
enum rt_park {
    PARK_NONE = 0,
    PARK_PAUSED = 1,     /* a resume of its installation or workflow */
    PARK_HELD = 2,       /* an admin, after a restore */
    PARK_CREDENTIAL = 3, /* a working credential of an app */
    PARK_UNKNOWN = 4,    /* a person: nobody knows whether a call took effect */
    PARK_CRASHED = 5,    /* a person: tailord was killed each time it ran */
    PARK_RESTORED = 6    /* a person: it may have ended after the backup */
};
/* What is done with many runs: after a decision about an installed workflow,
 * in this order, and once with all that are open. */
enum rt_sweep {
    SWEEP_CANCEL = 0,     /* they are cancelled */
    SWEEP_RESUME = 1,     /* what a pause parked goes on */
    SWEEP_STOP = 2,       /* what waits is parked: it is paused or turned off */
    SWEEP_CREDENTIAL = 3, /* what waits for a credential that works goes on */
    WALK_RESTORED = 10,   /* those of a restored store are parked */
    WALK_CLOCK = 11,      /* their times are set back with the clock, by `at` */
    WALK_TURNS = 12,      /* none waits for a turn that it had before a start */
    WALK_CREDENTIALS = 13 /* those whose credential works go on */
};
enum rt_step_state {
    STEP_SENT = 0, /* journaled; it may have gone out */
    STEP_DONE = 1,
    STEP_FAILED = 2,
    STEP_ASIDE = 3,  /* its element was set aside */
    STEP_UNKNOWN = 4 /* sent, and no answer says what became of it */
};
/* What an app's answers say of a credential. */
enum rt_credential_state {
    CREDENTIAL_OK = 0,
    CREDENTIAL_REFUSED = 1, /* too often; a person must connect or retry it */
    CREDENTIAL_SUSPECT = 2  /* lately; one run at a time tries it again */
};
enum rt_link_purpose { LINK_INSTALL = 0, LINK_RECONNECT = 1, LINK_UPGRADE = 2 };

/* "development" or "production", static; the number for a word, or -1. */
const char *rt_environment_word(int environment);
int rt_environment_of_word(const char *word);

/* The word of what a run is parked for ("paused" …; "" for none), and of a
 * step's state, static. */
const char *rt_park_word(int park);
const char *rt_step_state_word(int state);

/* What a run is parked for by its word; PARK_NONE for what is none. */
int rt_park_of_word(const char *word);

/* The word of a credential's state ("ok" …), static. */
const char *rt_credential_state_word(int state);

/* The state for a run's word, or -1. */
int rt_run_state_of_word(const char *word);

/* The word of a run's state ("accepted", "done" …), static. */
const char *rt_run_state_word(int state);

/* How many of C are in STATE (enum rt_run_state). */
int64_t rt_run_count(const struct rs_run_counts *c, int state);

#endif
