/* The inside of the SQLite wrapper, for db*.c alone. */
#ifndef TAILOR_STORE_DB_PRIVATE_H
#define TAILOR_STORE_DB_PRIVATE_H

#include <sqlite3.h>

#include "store/db.h"

struct db_stmt {
    struct db *db;
    int id;
    sqlite3_stmt *handle; /* NULL: not prepared yet */
    int next;             /* parameter to bind next, from 1 */
    bool in_use;
    bool stepped;
    struct error *error; /* the first error of this use, NULL: none */
    const struct db_row_type *type; /* of its rows, once one was read */
    int *places;                    /* of the type's columns in the results */
};

/* Which opening for writing was the last one, and how many commits the store
 * has; opening 0: not known. NEXT is the opening that the next counted commit
 * writes, so that a kill in between is not taken for another history; 0: none
 * is counted. COUNTED is what COMMITS will be after the open transaction; 0: it
 * is not counted. */
struct db_history {
    uint64_t opening, next, commits, counted;
};

/* A file, whatever its name: inode numbers are used again, so the time of its
 * birth belongs to it. */
struct db_identity {
    uint64_t inode, born;
};

/* What the file PATH-place says of a store that was open. */
struct db_place {
    uint64_t restored; /* why: it was found and db_keep_place not called; 0 */
    struct db_identity store, log;
    uint64_t changes;          /* of the first page, as the file had it */
    struct db_history history; /* opening 0: an older program wrote the file */
    uint64_t salts;            /* of the log, as it was last; 0: not known */
};

/* What SQLite asks the system of a store's file, with a lock that is refused
 * where the file is not the one under its name. */
struct db_guard {
    sqlite3_io_methods methods; /* first: the file points to it */
    const sqlite3_io_methods *own;
};

/* What begins and ends transactions and their savepoints. */
enum db_turn {
    TURN_BEGIN_ALONE,
    TURN_BEGIN_WRITE,
    TURN_BEGIN_READ,
    TURN_COMMIT,
    TURN_SAVEPOINT,
    TURN_RELEASE,
    TURN_COUNT
};

struct db {
    sqlite3 *handle; /* NULL: a reopening failed */
    struct db_guard guard; /* of its file */
    char *path;
    const struct db_schema *schema;
    unsigned flags;
    int busy_ms;
    int64_t busy_until;   /* the wait that goes on (monotonic, ms) */
    int64_t ending_until; /* all waits, as the process shall end; 0: not */
    struct db_stmt *statements;      /* one for each of the schema's table */
    sqlite3_stmt *turns[TURN_COUNT]; /* NULL: not prepared yet */
    const char *begin_file;          /* NULL: no transaction is open */
    int begin_line;
    int savepoints;
    struct error ended;   /* why SQLite itself rolled back; OK: it did not */
    struct db_copy *copy; /* that is being made, or NULL */
    bool restored;        /* see db_is_restored */
    bool unplaced;        /* see db_is_unplaced */
    char *aside;          /* see db_set_aside */
    struct db_history history;
    int64_t changes; /* db_total_changes at the begin of the transaction */
    int place;       /* PATH-place, open for the history; -1 */
    struct db_place marked;   /* what PATH-place says, but for the history */
    struct error place_error; /* why PATH-place was not written; OK: it was */
};

/* Opens DB's path with its flags, settings applied and read back. */
enum err db_connect(struct db *db, struct error *e);

/* Before SQLite opens DB's path: renames a write-ahead log beside it that
 * belongs to another database. DAMAGED where it cannot be renamed. */
enum err db_set_foreign_aside(struct db *db, struct error *e);

/* After it was opened DB_EXCLUSIVE and before anything is written: compares the
 * store's history with PATH-place (db_is_restored), and notes there which files
 * these are. Where it cannot be written, db_place_problem says so, and a
 * restored store is not opened. BUSY where PATH was replaced meanwhile. */
enum err db_mark_place(struct db *db, struct error *e);

/* The history that the store itself has, where its schema keeps one. */
enum err db_history_read(struct db *db, struct db_history *out,
                         struct error *e);

/* Once the store is open and migrated: a new opening, on disk. On a full disk
 * the store keeps the opening that it has. */
enum err db_history_begin(struct db *db, struct error *e);

/* Within a transaction that is about to be committed: counts it, where it has
 * changed anything. */
enum err db_history_count(struct db *db, struct error *e);

/* After the commit: writes the history into the open PATH-place, unsynced, so
 * that there it may be older than in the store, never newer. Where PATH-place
 * could not be written before, tries it again. */
void db_history_keep(struct db *db);

/* Finalises every statement and closes the handle. */
void db_disconnect(struct db *db);

/* Maps the SQLite result RC to ours, with "PATH: WHAT: why (what to do)". */
enum err db_fail(struct db *db, int rc, const char *what, struct error *e);
/* The same, where a copy of DB was written to PATH: its disk may be full. */
enum err db_fail_copy(struct db *db, int rc, const char *path, struct error *e);

/* The columns of the current row by their places, from 0, for what reads rows
 * by name; like the functions of db.h without the place. */
int64_t db_column_int(struct db_stmt *q, int column);
const char *db_column_text(struct db_stmt *q, int column);
const char *db_column_text_n(struct db_stmt *q, int column, size_t *n);
const char *db_column_text_or_null(struct db_stmt *q, int column);
const char *db_column_text_n_or_null(struct db_stmt *q, int column, size_t *n);
/* NULL for NULL. */
const void *db_column_blob(struct db_stmt *q, int column, size_t *n);

/* sqlite3_step() and sqlite3_prepare_v3() on DB's connection. A change that a
 * killed process left half done is undone first, also where the connection only
 * reads and was open before; READONLY_ROLLBACK where the account may not write
 * the store. */
int db_step(struct db *db, sqlite3_stmt *s);
int db_prepare(struct db *db, const char *sql, unsigned flags,
               sqlite3_stmt **out);

/* Runs constant SQL without values; WHAT is for the message. */
enum err db_exec(struct db *db, const char *sql, const char *what,
                 struct error *e);

/* The first column of the first row of constant SQL, as text into OUT. */
enum err db_exec_text(struct db *db, const char *sql, char *out, size_t size,
                      struct error *e);

/* True where A.B is the column of payloads, closed to this connection. */
bool db_is_closed(const struct db *db, const char *a, const char *b);

/* Compares triggers and views with the migrations' text, which is cheap:
 * DAMAGED where one was added, changed or removed. */
enum err db_check_triggers(struct db *db, struct error *e);

/* Appends one line for each table, index, view and trigger that differs from
 * what the program makes, and for each column that has a NUL byte. */
enum err db_check_schema(struct db *db, struct buf *found, struct error *e);

/* A line for each text index that differs from what it is made from. */
enum err db_check_text_indexes(struct db *db, struct buf *found,
                               struct error *e);

/* Registers the SQL functions that our statements and migrations use; gives
 * SQLite's result. */
int db_add_functions(sqlite3 *handle);

/* Brings the opened file to the schema's version; makes it where it is new.
 * Keeps a copy beside the file before it changes an old one. */
enum err db_migrate(struct db *db, int from, struct error *e);

/* The file PATH as SQLite must be given it, owned by the caller: ":memory:" and
 * "file:…" it reads in its own way, and would take another file than the one
 * that was checked. */
char *db_file_name(const char *path);

/* sqlite3_open_v2 of the file PATH. */
int db_open_file(const char *path, int flags, sqlite3 **out);
/* From here on no transaction begins in HANDLE's file where another one has its
 * name (SQLITE_READONLY_DBMOVED). G has to live until HANDLE is closed. */
void db_guard(sqlite3 *handle, struct db_guard *g);

#endif
