/* Transactions that know who opened them, and commits in doubt. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "store/db_private.h"

static const char *const turns[TURN_COUNT] = {
    [TURN_BEGIN_ALONE] = "BEGIN EXCLUSIVE",
    [TURN_BEGIN_WRITE] = "BEGIN IMMEDIATE",
    [TURN_BEGIN_READ] = "BEGIN",
    [TURN_COMMIT] = "COMMIT",
    [TURN_SAVEPOINT] = "SAVEPOINT step",
    [TURN_RELEASE] = "RELEASE step",
};

/* Does TURN and gives SQLite's result. It is prepared once for a connection:
 * tailord has a savepoint for all that it does, and reading the text of one
 * costs several times as much as the savepoint. */
static int
do_turn(struct db *db, enum db_turn turn)
{
    sqlite3_stmt **s = &db->turns[turn];
    int rc = SQLITE_OK;
    if (!*s)
        rc = sqlite3_prepare_v3(db->handle, turns[turn], -1,
                                SQLITE_PREPARE_PERSISTENT, s, NULL);
    if (rc != SQLITE_OK)
        return rc;
    rc = sqlite3_step(*s);
    sqlite3_reset(*s);
    return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static enum err
turn_or_fail(struct db *db, enum db_turn turn, struct error *e)
{
    int rc = do_turn(db, turn);
    return rc == SQLITE_OK ? ERR_OK : db_fail(db, rc, turns[turn], e);
}

static enum err
begin(struct db *db, enum db_turn turn, const char *file, int line,
      struct error *e)
{
    if (db->begin_file) {
        fprintf(stderr, "tailor: %s:%d: a transaction is open since %s:%d\n",
                file, line, db->begin_file, db->begin_line);
        abort();
    }
    if (!db->handle)
        return db_fail(db, SQLITE_CANTOPEN, turns[turn], e);
    enum err err = turn_or_fail(db, turn, e);
    if (err != ERR_OK)
        return err;
    db->begin_file = file;
    db->begin_line = line;
    db->changes = db_total_changes(db);
    error_clear(&db->ended);
    return ERR_OK;
}

enum err
db_begin_at(struct db *db, const char *file, int line, struct error *e)
{
    return begin(db, TURN_BEGIN_WRITE, file, line, e);
}

enum err
db_begin_alone_at(struct db *db, const char *file, int line, struct error *e)
{
    return begin(db, TURN_BEGIN_ALONE, file, line, e);
}

enum err
db_begin_read_at(struct db *db, const char *file, int line, struct error *e)
{
    return begin(db, TURN_BEGIN_READ, file, line, e);
}

/* What came before is rolled back: what comes after must not be kept alone. */
static enum err
refuse_the_rest(const struct db *db, struct error *e)
{
    if (e)
        *e = db->ended;
    return db->ended.code;
}

/* After an I/O error SQLite cannot say whether the commit is on disk: only a
 * connection that starts anew, and rolls back what was not, can. */
static enum err
doubt(struct db *db, struct error *e)
{
    struct error ignored;
    db_disconnect(db);
    if (db_connect(db, &ignored) != ERR_OK)
        db_disconnect(db);
    if (e)
        e->code = ERR_OUTCOME_UNKNOWN;
    return ERR_OUTCOME_UNKNOWN;
}

enum err
db_commit(struct db *db, struct error *e)
{
    assert(db->begin_file && db->savepoints == 0);
    if (db->ended.code) {
        db_rollback(db);
        return refuse_the_rest(db, e);
    }
    enum err err = db_history_count(db, e);
    if (err != ERR_OK) {
        db_rollback(db);
        return err;
    }
    int rc = do_turn(db, TURN_COMMIT);
    if (rc == SQLITE_OK) {
        db->begin_file = NULL;
        db_history_keep(db);
        return ERR_OK;
    }
    err = db_fail(db, rc, "COMMIT", e);
    int family = rc & 0xff;
    /* CORRUPT: it met damage in this transaction and refuses to commit it. */
    bool before_the_point = family == SQLITE_BUSY || family == SQLITE_FULL ||
                            family == SQLITE_CONSTRAINT ||
                            family == SQLITE_CORRUPT;
    if (before_the_point) {
        db_rollback(db);
        return err;
    }
    db->begin_file = NULL;
    return doubt(db, e);
}

enum err
db_empty_log(struct db *db, struct error *e)
{
    char busy[8] = "";
    enum err err = db_exec_text(db, "PRAGMA wal_checkpoint(TRUNCATE)", busy,
                                sizeof busy, e);
    return err == ERR_OK && *busy == '1'
               ? error_set(e, ERR_BUSY, "log of the store: it is in use")
               : err;
}

void
db_rollback(struct db *db)
{
    if (!db->begin_file)
        return;
    db->begin_file = NULL;
    db->savepoints = 0;
    if (db->handle && !sqlite3_get_autocommit(db->handle))
        sqlite3_exec(db->handle, "ROLLBACK", NULL, NULL, NULL);
}

bool
db_in_transaction(const struct db *db)
{
    return db->begin_file != NULL;
}

enum err
db_savepoint(struct db *db, struct error *e)
{
    assert(db->begin_file);
    if (db->ended.code)
        return refuse_the_rest(db, e);
    enum err err = turn_or_fail(db, TURN_SAVEPOINT, e);
    if (err == ERR_OK)
        db->savepoints++;
    return err;
}

enum err
db_savepoint_release(struct db *db, struct error *e)
{
    assert(db->savepoints > 0);
    db->savepoints--;
    return turn_or_fail(db, TURN_RELEASE, e);
}

void
db_savepoint_rollback(struct db *db)
{
    assert(db->savepoints > 0);
    db->savepoints--;
    sqlite3_exec(db->handle, "ROLLBACK TO step; RELEASE step", NULL, NULL,
                 NULL);
}
