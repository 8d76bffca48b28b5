/* The console's schema: what its triggers refuse, what its indexes hold. */
#include "store/console.h"
#include "store/console_schema.h"

#include <sqlite3.h>

#include "tests/unit/store/store.h"
#include "tests/unit/test.h"

static struct error e;

/* Runs SQL behind the wrapper's back; the message, or "" where it worked. */
static const char *
sql(const char *path, const char *text)
{
    static char message[300];
    sqlite3 *handle;
    char *why = NULL;
    sqlite3_open(path, &handle);
    int rc = sqlite3_exec(handle, text, NULL, NULL, &why);
    snprintf(message, sizeof message, "%s", rc == SQLITE_OK ? "" : why);
    sqlite3_free(why);
    sqlite3_close(handle);
    return message;
}

#define FILL                                                                   \
    "INSERT INTO integration VALUES(1,'i','k','N','app',NULL,1,0,0);"          \
    "INSERT INTO workflow VALUES(1,'w',1,'k','N',1,0);"                        \
    "INSERT INTO document VALUES(1,'h','workflow','{}');"                      \
    "INSERT INTO version(n,id,workflow,base_no,author,hash,state,created_at,"  \
    "created_by,changed_at) VALUES(1,'v1',1,1,'a','h',2,0,'a',0),"             \
    "(2,'v2',1,2,'a','h',0,0,'a',0);"                                          \
    "INSERT INTO draft_edit VALUES(2,1,0,0,0,'[]','[]','a',0);"                \
    "INSERT INTO audit VALUES(1,0,'store','a','s','x','k','i',NULL,NULL,NULL," \
    "'p','h',NULL);"                                                           \
    "INSERT INTO runtime(n,id,name,environment,url,added_at)"                  \
    " VALUES(1,'r','r','production','u',0);"                                   \
    "INSERT INTO end_user(n,id,runtime,username,full_name) "                   \
    "VALUES(1,'u',1,'ada','Ada Ltd');"                                         \
    "INSERT INTO installation(n,id,end_user,integration,runtime,customer,"     \
    "created_at,changed_at,as_of) VALUES(1,'t',1,1,1,'Ada Ltd',0,0,0);"        \
    "INSERT INTO outbox(n,key,runtime,kind,body,actor,created_at)"             \
    " VALUES(1,'q',1,'release','{}','a',0);"                                   \
    "INSERT INTO release_receipt VALUES(1,1,1,1,'done',0,'{}','h');"

static void
what_is_final_stays(void)
{
    static const struct {
        const char *sql;
        const char *says;
    } refused[] = {
        {"UPDATE document SET body='x'", "never changes"},
        {"DELETE FROM document", "never changes"},
        {"UPDATE audit SET actor='x'", "never changes"},
        {"DELETE FROM audit", "never changes"},
        {"UPDATE draft_edit SET patch='x'", "never rewritten"},
        {"DELETE FROM draft_edit", "never rewritten"},
        {"UPDATE version SET hash='x' WHERE n=1", "never changes"},
        {"UPDATE version SET state=0 WHERE n=1", "never changes"},
        {"UPDATE version SET base_no=9 WHERE n=1", "never changes"},
        {"DELETE FROM version WHERE n=2", "never deleted"},
        {"DELETE FROM installation", "never deleted"},
        {"UPDATE release_receipt SET outcome='x'", "never changes"},
        {"INSERT OR REPLACE INTO document VALUES(1,'h','workflow','x')",
         "never changes"},
        {"INSERT OR REPLACE INTO audit SELECT sequence,1,origin,actor,session,"
         "action,subject_kind,subject_id,installation,before,after,"
         "previous_hash,hash,seals FROM audit",
         "never changes"},
    };
    struct db *db;
    const char *path = scratch_file("console");
    CHECK_INT(db_open(&db, path, &console_schema, DB_CREATE, &e), ERR_OK);
    db_close(db);
    CHECK_STR(sql(path, FILL), "");
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        char recursive[600];
        snprintf(recursive, sizeof recursive, "PRAGMA recursive_triggers=ON; %s",
                 refused[i].sql);
        CHECK_HAS(sql(path, recursive), refused[i].says);
    }
    CHECK_STR(sql(path, "UPDATE version SET hash='x', revision=1 WHERE n=2"),
              "");
}

/* The row that MATCH finds, 0 where none. */
static int
rows_of(sqlite3 *handle, const char *match)
{
    sqlite3_stmt *s = NULL;
    sqlite3_prepare_v2(handle,
                       "SELECT rowid FROM installation_word WHERE"
                       " installation_word MATCH ?",
                       -1, &s, NULL);
    sqlite3_bind_text(s, 1, match, -1, SQLITE_STATIC);
    int n = sqlite3_step(s) == SQLITE_ROW ? sqlite3_column_int(s, 0) : 0;
    sqlite3_finalize(s);
    return n;
}

#define ROW(n)                                                                 \
    "INSERT INTO installation(n,id,end_user,integration,runtime,customer,"     \
    "created_at,changed_at,as_of) VALUES(" n ",'i" n "',1,1,1,'',1,1,1);"

/* Sabotage: without CS_WORD_DROP in console_name_installation() row 2 is still
 * found by "x". */
static void
words_are_indexed(void)
{
    struct db *db;
    const char *path = scratch_file("words");
    CHECK_INT(db_open(&db, path, &console_schema, DB_CREATE, &e), ERR_OK);
    db_close(db);
    CHECK_STR(sql(path, ROW("1") ROW("2")), "");
    CHECK_INT(db_open(&db, path, &console_schema, 0, &e), ERR_OK);
    CHECK_INT(db_begin(db, &e), ERR_OK);
    CHECK_INT(
        console_name_installation(db, 1, "Ada B. Löwe & 3 Co", "u-17", &e),
        ERR_OK);
    CHECK_INT(console_name_installation(db, 2, "x", "x", &e), ERR_OK);
    CHECK_INT(console_name_installation(db, 2, "Yo", "yo", &e), ERR_OK);
    CHECK_INT(db_commit(db, &e), ERR_OK);
    db_close(db);
    static const char *const found[] = {"\"ad\"", "\"b\"",   "\"lo\"", "\"3\"",
                                        "\"co\"", "\"l\" *", "\"17\""};
    sqlite3 *handle;
    sqlite3_open(scratch_file("words"), &handle);
    for (int i = 0; i < 7; i++)
        CHECK_INT(rows_of(handle, found[i]), 1);
    CHECK_INT(rows_of(handle, "\"yo\""), 2);
    CHECK_INT(rows_of(handle, "\"x\""), 0);
    CHECK_INT(rows_of(handle, "\"we\""), 0);
    sqlite3_close(handle);
}

/* A store of the first version: its names are found by what the newer one
 * looks at. Sabotage: the UPDATE of search in console_schema_2. */
static void
an_older_store_is_indexed_anew(void)
{
    struct db *db;
    sqlite3 *handle;
    const char *path = scratch_file("older");
    int64_t n = 0;
    CHECK_INT(sqlite3_open(path, &handle), SQLITE_OK);
    CHECK_INT(sqlite3_exec(handle, console_schema_1, NULL, NULL, NULL),
              SQLITE_OK);
    CHECK_INT(
        sqlite3_exec(handle,
                     "INSERT INTO end_user(n,id,runtime,username,full_name) "
                     "VALUES(1,'u',1,'U-17','Zoë');" ROW(
                         "1") "UPDATE installation SET customer='Zoë',"
                              "state=1,condition=0;"
                              "PRAGMA application_id=0x746c7231;"
                              "PRAGMA user_version=1",
                     NULL, NULL, NULL),
        SQLITE_OK);
    sqlite3_close(handle);
    CHECK_INT(db_open(&db, path, &console_schema, DB_UPGRADE, &e), ERR_OK);
    struct db_stmt *q = db_use(db, CS_RAW_TEXT);
    db_text(q, "\"u-1\" AND \"zoe\"");
    db_int(q, 10);
    CHECK_INT(db_run_int(q, &n, NULL, &e), ERR_OK);
    CHECK_INT(n, 1);
    q = db_use(db, CS_RAW_CONDITION); /* it was failing and is paused */
    db_int(q, CONDITION_PAUSED_WITH + CONDITION_FAILING);
    db_int(q, 10);
    CHECK_INT(db_run_int(q, &n, NULL, &e), ERR_OK);
    CHECK_INT(n, 1);
    db_close(db);
    CHECK_INT(sqlite3_open(path, &handle), SQLITE_OK);
    CHECK_INT(rows_of(handle, "\"17\""), 1);
    sqlite3_close(handle);
}

static void
words_for_numbers(void)
{
    CHECK_STR(installation_condition_word(CONDITION_TO_DO), "to do");
    CHECK_STR(installation_condition_word(CONDITION_COUNT - 1),
              "paused, awaiting");
    CHECK_STR(installation_condition_word(CONDITION_COUNT), "?");
    CHECK_INT(installation_condition_at(0), CONDITION_MISSING);
    CHECK_INT(installation_condition_at(1), CONDITION_UNKNOWN);
    CHECK_INT(installation_condition_at(4),
              CONDITION_PAUSED_WITH + CONDITION_FAILING);
    CHECK_INT(installation_condition_at(11), CONDITION_PAUSED);
    CHECK_INT(installation_condition_at(16), CONDITION_RESUMING);
    CHECK_STR(version_state_word(VERSION_READY), "ready");
    CHECK_STR(version_state_word(77), "?");
}

void
test_store_console(void)
{
    static const struct test tests[] = {
        {"what is final stays", what_is_final_stays},
        {"words are indexed", words_are_indexed},
        {"an older store is indexed anew", an_older_store_is_indexed_anew},
        {"words for numbers", words_for_numbers},
        {NULL, NULL}};
    test_run("console schema", tests);
    failed_tests += test_failures;
    test_failures = 0;
}
