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

/* The numbers that columns hold. */
enum rt_environment { ENVIRONMENT_DEVELOPMENT, ENVIRONMENT_PRODUCTION };
enum rt_token_kind { TOKEN_API_KEY, TOKEN_MANAGE, TOKEN_READ };
/* Of tokens, the kind of the token is added. */
enum rt_taken { TAKEN_USER, TAKEN_CREDENTIAL, TAKEN_TOKEN };
enum rt_installation_state {
    RT_INSTALLATION_ACTIVE,
    RT_INSTALLATION_PAUSED,
    RT_INSTALLATION_UNINSTALLED,
    RT_INSTALLATION_OPEN /* begun; its questions are not answered yet */
};
enum rt_run_state {
    RUN_ACCEPTED, /* journaled, not begun */
    RUN_RUNNING,
    RUN_DONE,
    RUN_FAILED,
    RUN_PARKED,
    RUN_CANCELLED
};
/* due_at of a run that waits for its turn at a limit, not for a time. */
#define RUN_DUE_NEVER (INT64_C(1) << 62)
/* What a parked run waits for. */
enum rt_park {
    PARK_NONE,
    PARK_PAUSED,     /* a resume of its installation or workflow */
    PARK_HELD,       /* an admin, after a restore */
    PARK_CREDENTIAL, /* a working credential of an app */
    PARK_UNKNOWN,    /* a person: nobody knows whether a call took effect */
    PARK_CRASHED,    /* a person: tailord was killed whenever it worked on it */
    PARK_RESTORED    /* a person: it may have ended after the backup was made */
};
/* What is done with many runs: after a decision about an installed workflow,
 * in this order, and once with all that are open. */
enum rt_sweep {
    SWEEP_CANCEL,     /* they are cancelled */
    SWEEP_RESUME,     /* what a pause parked goes on */
    SWEEP_STOP,       /* what waits is parked: it is paused or turned off */
    SWEEP_CREDENTIAL, /* what waits for a credential that works goes on */
    WALK_RESTORED = 10, /* those of a restored store are parked */
    WALK_CLOCK,      /* their times are set back with the clock, by `at` */
    WALK_TURNS,      /* none waits for a turn that it had before a start */
    WALK_CREDENTIALS /* those whose credential works go on */
};
enum rt_step_state {
    STEP_SENT, /* journaled; it may have gone out */
    STEP_DONE,
    STEP_FAILED,
    STEP_ASIDE,  /* its element was set aside */
    STEP_UNKNOWN /* sent, and no answer says what became of it */
};
/* What an app's answers say of a credential. */
enum rt_credential_state {
    CREDENTIAL_OK,
    CREDENTIAL_REFUSED, /* too often; a person must connect or retry it */
    CREDENTIAL_SUSPECT  /* lately; one run at a time tries it again */
};
enum rt_link_purpose { LINK_INSTALL, LINK_RECONNECT, LINK_UPGRADE };

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
