/*
 * The SQLite wrapper: the only place that calls SQLite. A store file is
 * opened by its schema (application id, migrations, table of statements);
 * settings are read back; every error carries the statement's name; a
 * transaction knows who opened it.
 *
 * Reading and writing:
 *
 *     struct db_stmt *q = db_use(db, CS_WORKFLOW_BY_ID);
 *     db_text(q, id);                  values are bound in order
 *     while (db_row(q))                true for each row
 *         n = db_get_int(q);         what has several columns: db_columns.h
 *     return db_end(q, e);             the first error of it all, or ERR_OK
 */
#ifndef TAILOR_STORE_DB_H
#define TAILOR_STORE_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"

struct db;
struct db_stmt;

struct db_row_type;

struct db_statement {
    const char *name;
    const char *sql;
    const struct db_row_type *row; /* db_columns.h; NULL: at most one column */
};

/* A text index (FTS5) over one column: its options, and the SELECT of the text
 * and the row that it holds. */
struct db_text_index {
    const char *name, *options, *source;
};

/* A column with customers' data. */
struct db_payload {
    const char *table, *column;
};

/* What makes a SQLite file one of our stores. Static and constant. */
struct db_schema {
    const char *what;       /* "console store", for messages */
    int32_t application_id; /* PRAGMA application_id */
    int version;            /* PRAGMA user_version this program writes */
    /* migrations[i] is SQL that takes version i to i + 1; VERSION of them. */
    const char *const *migrations;
    /* SQL that each connection for writing runs first (temporary triggers);
     * NULL: none. */
    const char *session;
    /* Where customers' data lies that not everybody may see; the last has no
     * table; NULL: nowhere. */
    const struct db_payload *payloads;
    const struct db_text_index *text_indexes; /* the last has no name; NULL */
    const struct db_statement *statements;
    int statement_count;
    /* META_GET and META_SET of that table, for a store that keeps its history
     * (db_is_restored); both 0: none. */
    int meta_get, meta_set;
};

enum db_flags {
    DB_CREATE = 1,       /* make the file; an existing one is ERR_CONFLICT */
    DB_READ_ONLY = 2,    /* query_only, and an authorizer that allows reading */
    DB_EXCLUSIVE = 4,    /* one process, WAL (tailord); else DELETE + EXTRA */
    DB_UPGRADE = 8,      /* migrate an older store after a backup beside it */
    DB_OLDER = 32,       /* open an older store as it is (to look who may) */
    DB_NO_PAYLOADS = 64, /* an authorizer denies schema->payloads */
    DB_BULK = 16         /* filling a synthetic store: fast and not durable */
};

/* Opens the store at PATH (copied). A hot journal is recovered first, also
 * for DB_READ_ONLY. A write-ahead log beside it that belongs to another
 * database (a copy was put in the place of a store whose process was killed) is
 * renamed to PATH-before-restore-TIME-wal. Errors: NOT_FOUND, CONFLICT
 * (DB_CREATE), DAMAGED (no SQLite file, no store of ours, settings that do not
 * hold, or, for writing, a trigger or view that is not the program's), NEWER
 * (made by a newer program), REFUSED (older and no DB_UPGRADE), BUSY, IO. */
enum err db_open(struct db **out, const char *path,
                 const struct db_schema *schema, unsigned flags,
                 struct error *e);

/* Closes; NULL is OK. An open transaction is rolled back. Every statement
 * must have been ended (asserted, with its name). */
void db_close(struct db *db);

/* DB_NO_PAYLOADS from now on. Not within a statement. */
void db_deny_payloads(struct db *db);

/* The path given to db_open, borrowed. */
const char *db_path(const struct db *db);

/* True where another file, or none, has the place of the one that is open. */
bool db_is_replaced(struct db *db);

/* True where the store is not what it was last, at this opening or, for
 * DB_EXCLUSIVE, at one before it, until db_keep_place says that its user has
 * acted on it: a log of another database lay beside it and was set aside, or
 * its history (the last opening, and the commits until now) is older than, or
 * another one than, the one that PATH-place has. */
bool db_is_restored(const struct db *db);

/* True where db_is_restored because PATH-place is missing or says nothing
 * beside a store whose openings were counted before. */
bool db_is_unplaced(const struct db *db);
enum err db_keep_place(struct db *db, struct error *e);

/* Why PATH-place could not be written, borrowed until the next commit, which
 * tries it again; NULL where it is up to date. Until then a copy of the store
 * that is put back is not found by its history. */
const char *db_place_problem(const struct db *db);

/* Takes the history out of DB, not opened with DB_EXCLUSIVE: a copy that is
 * known for one otherwise needs no PATH-place. */
enum err db_forget_history(struct db *db, struct error *e);

/* The name of the log that this opening set aside, borrowed, or NULL. */
const char *db_set_aside(const struct db *db);

/* --- statements ----------------------------------------------------------- */

/* Statement ID of the schema's table, prepared at first use and kept. It
 * must not be in use. Errors show in db_row, db_end and db_run. */
struct db_stmt *db_use(struct db *db, int id);

/* Bind the next parameter. Text and blobs are borrowed until db_end; NULL
 * binds NULL; db_int_or_null binds NULL for 0. */
void db_int(struct db_stmt *q, int64_t n);
void db_int_or_null(struct db_stmt *q, int64_t n);
void db_text(struct db_stmt *q, const char *s);
void db_text_n(struct db_stmt *q, const char *s, size_t n);
void db_blob(struct db_stmt *q, const void *p, size_t n);
void db_null(struct db_stmt *q);

/* Binds two values for INSTALLATION_FITS: F, borrowed until db_end, and whether
 * every row fits. */
struct row_filter;
void db_filter(struct db_stmt *q, struct row_filter *f);

/* Steps to the next row: true where there is one; false at the end and after
 * an error, which db_end tells. */
bool db_row(struct db_stmt *q);

/* The only column of the current row (asserted): a statement of several names
 * its row, which db_next reads (db_columns.h). Text is borrowed until the next
 * step and is never NULL: for a NULL, which no column that they read may hold,
 * it is "", and db_end returns DAMAGED. So what is read of a row is used only
 * after db_end. Where the column may be NULL, the others are called, and give
 * NULL for it. The length of text goes to N. A text with a NUL byte in it is
 * DAMAGED likewise; those with N take it. */
int64_t db_get_int(struct db_stmt *q);
const char *db_get_text(struct db_stmt *q);
const char *db_get_text_n(struct db_stmt *q, size_t *n);
const char *db_get_text_or_null(struct db_stmt *q);
const char *db_get_text_n_or_null(struct db_stmt *q, size_t *n);

/* Reads the text in COLUMN of the row N (rowid) of TABLE: all of it into OUT
 * where it has at most MOST bytes, else its first HEAD bytes; no more than
 * that is loaded. *BYTES receives its whole length, -1 if none exists. */
enum err db_read_text(struct db *db, const char *table, const char *column,
                      int64_t n, size_t most, size_t head, struct buf *out,
                      int64_t *bytes, struct error *e);

/* Ends the use of Q: resets, unbinds, returns the first error. */
enum err db_end(struct db_stmt *q, struct error *e);

/* Steps Q to its end and ends it. A constraint that fails is CONFLICT; a
 * trigger that refuses is REFUSED with the trigger's words. */
enum err db_run(struct db_stmt *q, struct error *e);

/* The first column of the only row: db_row and db_end in one. *FOUND (may be
 * NULL) says whether there was a row; *N is left alone where not. */
enum err db_run_int(struct db_stmt *q, int64_t *n, bool *found,
                    struct error *e);

/* Rows changed by the last statement; rowid of the last insert. */
int64_t db_changes(struct db *db);
int64_t db_last_id(struct db *db);
/* Rows changed since the connection was opened, by triggers too. */
int64_t db_total_changes(struct db *db);

/* --- transactions --------------------------------------------------------- */

/* BEGIN IMMEDIATE; waits a bounded time for another writer (BUSY). A second
 * begin is a programming error and asserts, naming the first one's place. */
#define db_begin(db, e) db_begin_at((db), __FILE__, __LINE__, (e))
enum err db_begin_at(struct db *db, const char *file, int line,
                     struct error *e);

/* BEGIN EXCLUSIVE, to replace the file: waits for readers, too, and keeps them
 * out until the end. */
#define db_begin_alone(db, e) db_begin_alone_at((db), __FILE__, __LINE__, (e))
enum err db_begin_alone_at(struct db *db, const char *file, int line,
                           struct error *e);

/* BEGIN (deferred), for several reads that must agree; ended by
 * db_rollback. */
#define db_begin_read(db, e) db_begin_read_at((db), __FILE__, __LINE__, (e))
enum err db_begin_read_at(struct db *db, const char *file, int line,
                          struct error *e);

/* COMMIT. On ERR_OK the transaction is on disk. On ERR_OUTCOME_UNKNOWN an I/O
 * error came in the middle: the connection has been closed and opened again,
 * and the caller must look whether what it wrote is there (db_usable says
 * whether opening worked). On any other error nothing was changed. */
enum err db_commit(struct db *db, struct error *e);

/* Outside of a transaction: writes what the log of an exclusive store holds to
 * the store and empties the log, so that neither has what was erased. BUSY
 * while the store is copied. */
enum err db_empty_log(struct db *db, struct error *e);

/* ROLLBACK; harmless where no transaction is open. */
void db_rollback(struct db *db);

bool db_in_transaction(const struct db *db);

/* False after a reopening that failed: every use then gives an error. */
bool db_usable(const struct db *db);

/* Savepoints inside a transaction, nested; each is ended by one of the two. */
enum err db_savepoint(struct db *db, struct error *e);
enum err db_savepoint_release(struct db *db, struct error *e);
void db_savepoint_rollback(struct db *db);

/* --- whole files ---------------------------------------------------------- */

/* PRAGMA integrity_check and foreign_key_check, the schema (of a store that is
 * not older than the program) compared with the program's, texts with a NUL
 * byte, and the text indexes: OK, or DAMAGED with the first findings. */
enum err db_check(struct db *db, struct error *e);

/* A consistent copy at PATH (VACUUM INTO), which must not exist; synced. */
enum err db_backup(struct db *db, const char *path, struct error *e);

/* The same in slices, between which DB is used as always; what it changes
 * meanwhile is in the copy too. PATH must not exist; one copy of a store at a
 * time (BUSY). db_copy_step copies PAGES pages outside of any transaction and
 * sets *DONE at the end; after that, or after an error, db_copy_stop closes
 * the copy's file, which db_sync then brings to the disk and the caller
 * unlinks where it failed. db_copy_stop may be called
 * again. db_copy_free may be called by any thread; the others by the one that
 * owns DB, or after it has ended. FAILED if DB had to be opened again. */
struct db_copy;
enum err db_copy_begin(struct db *db, const char *path, struct db_copy **out,
                       struct error *e);
enum err db_copy_step(struct db_copy *c, int pages, bool *done,
                      struct error *e);
void db_copy_stop(struct db_copy *c);
void db_copy_free(struct db_copy *c);

/* Syncs the file PATH and its folder. */
enum err db_sync(const char *path, struct error *e);

/* Puts the store FRESH, which no process uses, in the place of PATH: it is on
 * the disk before it has the name. What PATH was is kept beside it, with its
 * journals, as PATH-before-restore-TIME: *KEPT, for the caller to free, or NULL
 * where there was none. IO: PATH is as it was, or it is FRESH and a journal of
 * the other is left, which db_open sets aside. */
enum err db_replace(const char *path, const char *fresh, char **kept,
                    struct error *e);

/* Keeps every process from opening the store PATH until db_let_in(*FD); -1
 * if none exists. BUSY where one has it open. No connection of this
 * process to it may be open. */
enum err db_lock_out(const char *path, int *fd, struct error *e);
void db_let_in(int fd);

/* Opens PATH for writing and closes it again, which rolls a hot journal
 * back; for sessions that will drop the right to write. */
enum err db_recover(const char *path, struct error *e);

/* A number that changes whenever another connection has committed. */
enum err db_data_version(struct db *db, int64_t *out, struct error *e);

/* The bytes of the file that rows and indexes take, as the open transaction
 * has left them. */
enum err db_bytes_used(struct db *db, int64_t *out, struct error *e);

/* The version of the schema that the file has now. */
enum err db_version(struct db *db, int64_t *out, struct error *e);

/* The version of the SQLite library that the program runs with. */
const char *db_library_version(void);

/* Library version and the settings read back, one "name value" a line. */
enum err db_describe(struct db *db, struct buf *out, struct error *e);

/* The query plan of SQL, one step a line, for the test that refuses scans;
 * SQL must be text of a statement table. */
enum err db_explain(struct db *db, const char *sql, struct buf *out,
                    struct error *e);

/* Lowers the wait for other writers from its default of 5 s (tests). */
void db_set_busy_ms(struct db *db, int ms);

#endif
