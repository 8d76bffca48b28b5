/*
 * The console's store: its schema and its table of statements. Operations
 * on it live in src/manager; SQL lives in the .def tables here.
 */
#ifndef TAILOR_STORE_CONSOLE_H
#define TAILOR_STORE_CONSOLE_H

#include "store/console_rows.h"
#include "store/db.h"

/* CS_NAME for each row of the tables. */
enum console_statement {
#define S(name, sql) CS_##name,
#define R(name, row, sql) CS_##name,
#define W(name, sql) CS_##name,
#include "store/console_statements.def"
#include "store/expiry_statements.def"
#include "store/lost_statements.def"
#include "store/release_statements.def"
#include "store/seal_statements.def"
#include "store/synthetic_statements.def"
#undef S
#undef R
#undef W
    CONSOLE_STATEMENT_COUNT
};

extern const struct db_schema console_schema;

/* The numbers that columns hold, and that statements and indexes name ("state
 * = 2"): what a store has been written with never changes, and a test holds
 * them (tests/unit/store/numbers.c). Order matters: conditions sort from what
 * needs a person to what does not. */
enum version_state {
    VERSION_DRAFT = 0,
    VERSION_READY = 1,
    VERSION_RELEASED = 2,
    VERSION_DISCARDED = 3
};
enum installation_state {
    INSTALLATION_ACTIVE = 0,
    INSTALLATION_PAUSED = 1,
    INSTALLATION_UNINSTALLED = 2
};
enum installation_condition {
    CONDITION_UNKNOWN = 0, /* a live or awaiting version is not in this store */
    CONDITION_FAILING = 1,
    CONDITION_PARKED = 2,
    CONDITION_TO_DO = 3,
    CONDITION_AWAITING = 4,
    CONDITION_PAUSED = 5,
    CONDITION_OK = 6,
    CONDITION_UNINSTALLED = 7,
    CONDITION_OFF = 8,     /* nothing else, but a workflow is turned off */
    CONDITION_PAUSING = 9, /* asked for; the runtime has not answered */
    CONDITION_RESUMING = 10,
    CONDITION_MISSING =
        11, /* its runtime was put back to before it was there */
    /* paused, and the first of those above, and so on */
    CONDITION_PAUSED_WITH = 12,
    CONDITION_COUNT = CONDITION_PAUSED_WITH + CONDITION_PAUSED
};
enum outbox_state {
    OUTBOX_QUEUED = 0,  /* never sent, or known not to have arrived */
    OUTBOX_UNKNOWN = 1, /* sent, no answer: ask before sending again */
    OUTBOX_DONE = 2,    /* answered: see its receipt */
    OUTBOX_REFUSED = 3  /* answered with a refusal */
};

/* The word for each number ("draft", "to do", …), static; "?" outside. */
const char *version_state_word(int state);
const char *installation_state_word(int state);
const char *installation_condition_word(int condition);

/* The word for a request of KIND ("pause", "resume") that waits for the
 * runtime; NULL for NULL. */
const char *installation_pending_word(const char *kind);

/* The condition without the pause: CONDITION_FAILING for "paused, failing";
 * CONDITION itself where it is not paused or has nothing else. */
int installation_condition_trouble(int condition);

/* The conditions that the word of CONDITION (before CONDITION_PAUSED_WITH)
 * finds, a bit each: "paused" all that are paused, "failing" all that fail,
 * paused or not. */
unsigned installation_conditions_found(int condition);

/* The condition at PLACE, from 0, of the list in the order of conditions: what
 * needs a person first. Each has one place below CONDITION_COUNT. */
int installation_condition_at(int place);

/* Gives installation N the name CUSTOMER and puts it and USERNAME, in place of
 * what was there, into the indexes that filters use. Call it in the
 * transaction that inserts or renames: SQLite lets no trigger write to a
 * virtual table while the schema is not trusted. Changes db_last_id. */
enum err console_name_installation(struct db *db, int64_t n,
                                   const char *customer, const char *username,
                                   struct error *e);

/* Makes the search indexes again, within a transaction. */
enum err console_search_rebuild(struct db *db, struct error *e);

#endif
