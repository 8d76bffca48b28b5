/* The console's store: schema, statement table, words for its numbers. */
#include "store/console.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "store/console_kept.h"
#include "store/console_schema.h"
#include "store/console_sql.h"
#include "store/db_private.h"

static const struct db_statement statements[] = {
#define S(name, sql) {#name, sql, NULL},
#define R(name, row, sql) {#name, sql, &cs_##row##_type},
#define W(name, sql) {#name, sql, &db_whole_row},
#include "store/console_statements.def"
#include "store/expiry_statements.def"
#include "store/lost_statements.def"
#include "store/release_statements.def"
#include "store/seal_statements.def"
#include "store/synthetic_statements.def"
#undef S
#undef R
#undef W
};

static const char *const migrations[] = {
    console_schema_1,        console_schema_2,        console_schema_3,
    console_schema_4,        console_schema_history,  console_schema_entries,
    console_schema_numbers,  console_schema_pausing,  console_schema_trouble,
    console_schema_paused,   console_schema_status,   console_schema_restore,
    console_schema_undone,   console_schema_missing,  console_schema_restores,
    console_schema_expected, console_schema_accepted, console_schema_ids,
    console_schema_switches, console_schema_sheets,   console_schema_kept,
    console_schema_expires,  console_schema_lost,     console_schema_deliveries,
    console_schema_reported, console_schema_contact,  console_schema_copy,
    console_schema_clock,    console_schema_inputs};

static const struct db_payload payloads[] = {{"sample", "body"},
                                             {"expectation", "expected"},
                                             {"sheet", "body"},
                                             {"kept_text", "text"},
                                             {NULL, NULL}};

static const struct db_text_index text_indexes[] = {
    {"installation_text", "tokenize='trigram', detail='none'",
     "SELECT search, n FROM installation"},
    {"installation_word", "tokenize='ascii', detail='none'",
     "SELECT word_starts(search), n FROM installation"},
    {NULL, NULL, NULL}};

const struct db_schema console_schema = {
    .what = "console store of tailor",
    .application_id = 0x746c7231, /* "tlr1" */
    .version = sizeof migrations / sizeof migrations[0],
    .migrations = migrations,
    .session = console_session,
    .text_indexes = text_indexes,
    .payloads = payloads,
    .statements = statements,
    .statement_count = CONSOLE_STATEMENT_COUNT,
};

#define WORD(words, i)                                                         \
    ((i) >= 0 && (size_t)(i) < sizeof(words) / sizeof *(words) ? (words)[i]    \
                                                               : "?")

const char *
version_state_word(int state)
{
    static const char *const words[] = {"draft", "ready", "released",
                                        "discarded"};
    return WORD(words, state);
}

const char *
installation_state_word(int state)
{
    static const char *const words[] = {"active", "paused", "uninstalled"};
    return WORD(words, state);
}

static const char *const conditions[] = {"unknown version",
                                         "failing",
                                         "parked",
                                         "to do",
                                         "awaiting",
                                         "paused",
                                         "ok",
                                         "uninstalled",
                                         "turned off",
                                         "pausing",
                                         "resuming",
                                         "missing",
                                         "paused, unknown version",
                                         "paused, failing",
                                         "paused, parked",
                                         "paused, to do",
                                         "paused, awaiting"};

const char *
installation_condition_word(int condition)
{
    return WORD(conditions, condition);
}

const char *
installation_pending_word(const char *kind)
{
    return !kind                        ? NULL
           : strcmp(kind, "pause") == 0 ? conditions[CONDITION_PAUSING]
                                        : conditions[CONDITION_RESUMING];
}

int
installation_condition_trouble(int condition)
{
    return condition < CONDITION_PAUSED_WITH
               ? condition
               : condition - CONDITION_PAUSED_WITH;
}

unsigned
installation_conditions_found(int condition)
{
    unsigned set = 1u << condition;
    for (int i = CONDITION_PAUSED_WITH; i < CONDITION_COUNT; i++)
        if (condition == CONDITION_PAUSED ||
            condition == installation_condition_trouble(i))
            set |= 1u << i;
    return set;
}

int
installation_condition_at(int place)
{
    int pairs = 2 * (CONDITION_COUNT - CONDITION_PAUSED_WITH);
    if (place-- == 0)
        return CONDITION_MISSING;
    if (place >= pairs)
        return place - pairs / 2;
    return place % 2 ? CONDITION_PAUSED_WITH + place / 2 : place / 2;
}

static enum err
run_for(struct db *db, int statement, int64_t installation, struct error *e)
{
    struct db_stmt *q = db_use(db, statement);
    db_int(q, installation);
    return db_run(q, e);
}

enum err
console_name_installation(struct db *db, int64_t n, const char *customer,
                          const char *username, struct error *e)
{
    enum err err = run_for(db, CS_TEXT_DROP, n, e);
    if (err == ERR_OK)
        err = run_for(db, CS_WORD_DROP, n, e);
    if (err == ERR_OK) {
        struct db_stmt *q = db_use(db, CS_INSTALLATION_NAME);
        db_text(q, customer);
        db_text(q, username);
        db_int(q, n);
        err = db_run(q, e);
    }
    if (err == ERR_OK)
        err = run_for(db, CS_TEXT_ADD, n, e);
    return err == ERR_OK ? run_for(db, CS_WORD_ADD, n, e) : err;
}

enum err
console_search_rebuild(struct db *db, struct error *e)
{
    /* A defensive connection writes no parts of an index. */
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DEFENSIVE, 0, NULL);
    enum err err = db_exec(db, console_search_again, "search indexes", e);
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    return err;
}
