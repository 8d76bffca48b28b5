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

/* The numbers that columns hold. Order matters: conditions sort from what
 * needs a person to what does not. */
enum version_state {
    VERSION_DRAFT,
    VERSION_READY,
    VERSION_RELEASED,
    VERSION_DISCARDED
};
enum installation_state {
    INSTALLATION_ACTIVE,
    INSTALLATION_PAUSED,
    INSTALLATION_UNINSTALLED
};
enum installation_condition {
    CONDITION_UNKNOWN, /* a live or awaiting version is not in this store */
    CONDITION_FAILING,
    CONDITION_PARKED,
    CONDITION_TO_DO,
    CONDITION_AWAITING,
    CONDITION_PAUSED,
    CONDITION_OK,
    CONDITION_UNINSTALLED,
    CONDITION_OFF,     /* nothing else, but a workflow is turned off */
    CONDITION_PAUSING, /* asked for; the runtime has not answered */
    CONDITION_RESUMING,
    CONDITION_MISSING, /* the runtime was put back to before it was there */
    CONDITION_PAUSED_WITH, /* paused, and the first of those above, and so on */
    CONDITION_COUNT = CONDITION_PAUSED_WITH + CONDITION_PAUSED
};
enum outbox_state {
    OUTBOX_QUEUED,  /* never sent, or known not to have arrived */
    OUTBOX_UNKNOWN, /* sent, no answer: ask before sending again */
    OUTBOX_DONE,    /* answered: see its receipt */
    OUTBOX_REFUSED  /* answered with a refusal */
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
