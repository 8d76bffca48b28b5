/* Opening: what is a store, what is not, and what is said about it. */
#include <fcntl.h>
#include <pwd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "tests/unit/store/store.h"
#include "tests/unit/test.h"

static struct error e;

static struct db *
make(const char *name)
{
    struct db *db = NULL;
    CHECK_INT(db_open(&db, scratch_file(name), &small_schema, DB_CREATE, &e),
              ERR_OK);
    return db;
}

static enum err
open_as(const char *name, const struct db_schema *schema, unsigned flags)
{
    struct db *db;
    enum err err = db_open(&db, scratch_file(name), schema, flags, &e);
    db_close(db);
    return err;
}

static void
a_new_store_has_the_settings(void)
{
    struct buf out;
    buf_init(&out, 4096);
    struct db *db = make("new");
    CHECK_INT(db_describe(db, &out, &e), ERR_OK);
    CHECK_HAS(buf_str(&out), "journal_mode delete\n");
    CHECK_HAS(buf_str(&out), "synchronous 3\n");
    CHECK_HAS(buf_str(&out), "foreign_keys 1\n");
    db_close(db);
    struct stat st;
    CHECK_INT(stat(scratch_file("new"), &st), 0);
    CHECK_INT(st.st_mode & 0777, 0600);
    CHECK_INT(open_as("new", &small_schema, DB_CREATE), ERR_CONFLICT);
    CHECK_INT(open_as("new", &small_schema, 0), ERR_OK);
    buf_clear(&out);
}

static void
what_is_no_store_is_told(void)
{
    CHECK_INT(open_as("absent", &small_schema, 0), ERR_NOT_FOUND);
    CHECK_HAS(e.text, "not found");
    static const char text[] = "this is a letter to my aunt, and no database"
                               " of any kind, whatever one may think of it."
                               " It goes on for a while, for SQLite reads the"
                               " first hundred bytes.";
    file_write(scratch_file("letter"), text, sizeof text, 0600, &e);
    CHECK_INT(open_as("letter", &small_schema, 0), ERR_DAMAGED);
    CHECK_HAS(e.text, "not a store");
    file_write(scratch_file("empty"), "", 0, 0600, &e);
    CHECK_INT(open_as("empty", &small_schema, 0), ERR_DAMAGED);
    CHECK_HAS(e.text, "not a small store");
    CHECK_INT(open_as(".", &small_schema, 0), ERR_DAMAGED);
}

static void
versions_are_kept_apart(void)
{
    db_close(make("old"));
    CHECK_INT(open_as("old", &small_schema_2, 0), ERR_REFUSED);
    CHECK_HAS(e.text, "older program");
    CHECK_INT(open_as("old", &small_schema_2, DB_UPGRADE), ERR_OK);
    CHECK_INT(open_as("old", &small_schema, 0), ERR_NEWER);
    CHECK_HAS(e.text, "newer program");
    CHECK_INT(open_as("old", &small_schema_2, DB_READ_ONLY), ERR_OK);
}

/* Sabotage: the line of check_identity for negative numbers. */
static void
a_negative_version_is_refused(void)
{
    db_close(make("negative"));
    raw_sql("negative", "PRAGMA user_version=-5");
    CHECK_INT(open_as("negative", &small_schema_2, DB_UPGRADE), ERR_DAMAGED);
    CHECK_INT(open_as("negative", &small_schema_2, 0), ERR_DAMAGED);
    CHECK_INT(open_as("negative", &small_schema_2, DB_READ_ONLY), ERR_DAMAGED);
}

/* What another program can do to the schema; OPENS where writing does not
 * refuse it at once. Sabotage: a line of db_check_triggers or
 * compare_lists. */
static void
another_schema_is_found(void)
{
    static const struct {
        const char *sql, *says;
        bool opens;
    } changes[] = {
        {"CREATE TRIGGER evil BEFORE INSERT ON small BEGIN SELECT"
         " RAISE(IGNORE); END",
         "trigger evil: another program added it", false},
        {"DROP TRIGGER small_no_delete", "trigger small_no_delete: missing",
         false},
        {"DROP TRIGGER small_no_delete; CREATE TRIGGER small_no_delete BEFORE"
         " DELETE ON small BEGIN SELECT 1; END",
         "trigger small_no_delete: another program changed it", false},
        {"CREATE VIEW look AS SELECT 1", "view look: another program added it",
         false},
        {"CREATE TABLE extra(n)", "table extra: another program added it",
         true},
        {"DROP TABLE child", "table child: missing", true},
        {"ALTER TABLE child ADD COLUMN x INT",
         "table child: another program changed it", true},
        {"CREATE INDEX more ON small(t)", "index more: another program added",
         true}};
    db_close(make("schema"));
    CHECK_INT(open_as("schema", &small_schema, 0), ERR_OK);
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        struct db *db = NULL;
        unlink(scratch_file("schema"));
        db_close(make("schema"));
        raw_sql("schema", changes[i].sql);
        CHECK_INT(open_as("schema", &small_schema, 0),
                  changes[i].opens ? ERR_OK : ERR_DAMAGED);
        if (strncmp(changes[i].sql, "DROP TRIGGER", 12) == 0 &&
            !strchr(changes[i].sql, ';'))
            CHECK_HAS(e.text, "removed the trigger \"small_no_delete\"");
        CHECK_INT(db_open(&db, scratch_file("schema"), &small_schema,
                          DB_READ_ONLY, &e),
                  ERR_OK);
        CHECK_INT(db_check(db, &e), ERR_DAMAGED);
        CHECK_HAS(e.text, changes[i].says);
        CHECK(!strchr(e.text, '\n'));
        db_close(db);
    }
}

/* Sabotage: fail_column in db_column_text_or_null; find_all_nul in
 * db_check_schema. */
static void
a_nul_byte_in_a_text_is_damage(void)
{
    size_t n = 0;
    struct db *db = make("nul");
    struct db_stmt *q = db_use(db, SMALL_ADD);
    db_int(q, 1);
    db_text_n(q, "seen\0hidden", 11);
    CHECK_INT(db_run(q, &e), ERR_OK);
    q = db_use(db, SMALL_GET);
    db_int(q, 1);
    CHECK(db_row(q));
    CHECK_STR(db_get_text_n(q, &n), "seen");
    CHECK_INT(n, 11);
    CHECK_INT(db_end(q, &e), ERR_OK);
    q = db_use(db, SMALL_GET);
    db_int(q, 1);
    CHECK(db_row(q));
    db_get_text(q);
    CHECK_INT(db_end(q, &e), ERR_DAMAGED);
    CHECK_HAS(e.text, "NUL byte");
    CHECK_INT(db_check(db, &e), ERR_DAMAGED);
    CHECK_HAS(e.text, "table small: t has a NUL byte");
    db_close(db);
}

static void
a_read_only_store_cannot_be_written(void)
{
    struct db *db = make("ro");
    db_close(db);
    CHECK_INT(db_open(&db, scratch_file("ro"), &small_schema, DB_READ_ONLY, &e),
              ERR_OK);
    struct db_stmt *q = db_use(db, SMALL_ADD);
    db_int(q, 1);
    db_text(q, "x");
    CHECK_INT(db_run(q, &e), ERR_READ_ONLY);
    CHECK_INT(db_run(db_use(db, SMALL_ALL), &e), ERR_OK);
    CHECK(db_backup(db, scratch_file("ro-copy"), &e) != ERR_OK);
    db_close(db);
}

/* Runs F in a child that is nobody; its result is the exit status. */
static int
as_nobody(int (*f)(void))
{
    struct passwd *nobody = getpwnam("nobody");
    pid_t pid = fork();
    if (pid == 0) {
        if (!nobody || setgid(nobody->pw_gid) || setuid(nobody->pw_uid))
            _exit(99);
        _exit(f());
    }
    int status = 0;
    waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 98;
}

static int
open_forbidden(void)
{
    return open_as("secret", &small_schema, 0) == ERR_IO &&
                   strstr(e.text, "Permission denied")
               ? 0
               : 1;
}

static int
open_readable(void)
{
    return open_as("readable", &small_schema, 0) == ERR_IO &&
                   open_as("readable", &small_schema, DB_READ_ONLY) == ERR_OK
               ? 0
               : 1;
}

static void
missing_rights_are_told(void)
{
    if (geteuid() != 0) {
        printf("skip open: missing rights are told: needs root\n");
        return;
    }
    db_close(make("secret"));
    db_close(make("readable"));
    CHECK_INT(chmod(scratch_file("readable"), 0644), 0);
    CHECK_INT(as_nobody(open_forbidden), 0);
    CHECK_INT(as_nobody(open_readable), 0);
}

/* Sabotage: check_mode() in db_connect(): SQLite makes files beside the store,
 * and the setting that cannot be read back says nothing of WAL. */
static void
a_reader_is_told_of_wal_mode(void)
{
    db_close(make("wal"));
    raw_sql("wal", "PRAGMA journal_mode=WAL");
    CHECK_INT(open_as("wal", &small_schema, DB_READ_ONLY), ERR_DAMAGED);
    CHECK_HAS(e.text, "switched the store to WAL mode");
    CHECK_HAS(e.text, "PRAGMA journal_mode=DELETE");
    CHECK(access(scratch_file("wal-wal"), F_OK) != 0);
    CHECK(access(scratch_file("wal-shm"), F_OK) != 0);
    CHECK_INT(open_as("wal", &small_schema, 0), ERR_OK);
    CHECK_INT(open_as("wal", &small_schema, DB_READ_ONLY), ERR_OK);
}

/* A writer is killed in the middle of a large change of the file NAME. */
static void
interrupt_a_change(const char *name)
{
    char *journal = mem_printf("%s-journal", name);
    raw_sql_and_end(name, "PRAGMA cache_size=1; BEGIN; WITH RECURSIVE c(n) AS"
                          " (SELECT 1 UNION ALL SELECT n+1 FROM c WHERE n<500)"
                          " INSERT INTO small SELECT n+9, hex(zeroblob(500))"
                          " FROM c");
    CHECK_INT(access(scratch_file(journal), F_OK), 0);
    free(journal);
}

static int
open_interrupted(void)
{
    return open_as("hot", &small_schema, DB_READ_ONLY) == ERR_READ_ONLY &&
                   strstr(e.text, "a change was interrupted and must be undone")
               ? 0
               : 1;
}

/* Sabotage: SQLITE_READONLY_ROLLBACK in describe(). */
static void
who_may_not_write_is_told_of_an_interrupted_change(void)
{
    if (geteuid() != 0) {
        printf("skip open: an interrupted change: needs root\n");
        return;
    }
    db_close(make("hot"));
    interrupt_a_change("hot");
    CHECK_INT(chmod(scratch_file("hot"), 0644), 0);
    CHECK_INT(chmod(scratch_file("hot-journal"), 0644), 0);
    CHECK_INT(as_nobody(open_interrupted), 0);
    CHECK_INT(open_as("hot", &small_schema, DB_READ_ONLY), ERR_OK);
    CHECK_INT(as_nobody(open_interrupted), 1);
}

static int
count_rows(struct db *db)
{
    struct db_stmt *q = db_use(db, SMALL_ALL);
    int n = 0;
    while (db_row(q))
        n++;
    CHECK_INT(db_end(q, &e), ERR_OK);
    return n;
}

/* The account may write the store, the connection that is open may not.
 * Sabotage: is_undone(). */
static void
a_reader_undoes_what_is_interrupted_later(void)
{
    struct db *reader = NULL;
    int64_t before = 0, after = 0;
    db_close(make("later"));
    raw_sql("later", "INSERT INTO small VALUES (1, 'kept')");
    CHECK_INT(db_open(&reader, scratch_file("later"), &small_schema,
                      DB_READ_ONLY, &e),
              ERR_OK);
    interrupt_a_change("later");
    CHECK_INT(count_rows(reader), 1);
    CHECK(access(scratch_file("later-journal"), F_OK) != 0);
    CHECK_INT(db_data_version(reader, &before, &e), ERR_OK);
    interrupt_a_change("later");
    CHECK_INT(db_data_version(reader, &after, &e), ERR_OK);
    interrupt_a_change("later");
    CHECK_INT(db_begin_read(reader, &e), ERR_OK);
    CHECK_INT(count_rows(reader), 1);
    db_rollback(reader);
    interrupt_a_change("later");
    CHECK_INT(db_check(reader, &e), ERR_OK);
    db_close(reader);
}

static void
an_exclusive_store_keeps_others_out(void)
{
    struct db *db;
    struct db *other = NULL;
    CHECK_INT(db_open(&db, scratch_file("mine"), &small_schema,
                      DB_CREATE | DB_EXCLUSIVE, &e),
              ERR_OK);
    int status = -1;
    pid_t pid = fork();
    if (pid == 0) {
        /* A child has no locks of its parent's. */
        enum err err =
            db_open(&other, scratch_file("mine"), &small_schema, 0, &e);
        _exit(err == ERR_BUSY ? 0 : 1);
    }
    waitpid(pid, &status, 0);
    CHECK_INT(status, 0);
    db_close(db);
    CHECK_INT(open_as("mine", &small_schema, DB_EXCLUSIVE), ERR_OK);
}

static void
a_backup_is_a_store(void)
{
    struct db *db = make("source");
    struct db_stmt *q = db_use(db, SMALL_ADD);
    db_int(q, 7);
    db_text(q, "kept");
    CHECK_INT(db_run(q, &e), ERR_OK);
    CHECK_INT(db_backup(db, scratch_file("copy"), &e), ERR_OK);
    CHECK_INT(db_backup(db, scratch_file("copy"), &e), ERR_CONFLICT);
    db_close(db);
    CHECK_INT(db_open(&db, scratch_file("copy"), &small_schema, 0, &e), ERR_OK);
    q = db_use(db, SMALL_GET);
    db_int(q, 7);
    CHECK(db_row(q));
    CHECK_STR(db_get_text(q), "kept");
    CHECK_INT(db_end(q, &e), ERR_OK);
    db_close(db);
}

static void
damage_is_found(void)
{
    struct db *db = make("torn");
    CHECK_INT(db_begin(db, &e), ERR_OK);
    for (int i = 0; i < 2000; i++) {
        struct db_stmt *q = db_use(db, SMALL_ADD);
        db_int(q, i);
        db_text(q, "some text to fill the pages of this file with");
        CHECK_INT(db_run(q, &e), ERR_OK);
    }
    CHECK_INT(db_commit(db, &e), ERR_OK);
    CHECK_INT(db_check(db, &e), ERR_OK);
    db_close(db);
    int fd = open(scratch_file("torn"), O_WRONLY);
    char noise[3000];
    memset(noise, 0x5a, sizeof noise);
    CHECK_INT(pwrite(fd, noise, sizeof noise, 5L * 4096 + 8), sizeof noise);
    close(fd);
    CHECK_INT(db_open(&db, scratch_file("torn"), &small_schema, 0, &e), ERR_OK);
    CHECK_INT(db_check(db, &e), ERR_DAMAGED);
    db_close(db);
}

void
test_store_open(void)
{
    static const struct test tests[] = {
        {"a new store has the settings", a_new_store_has_the_settings},
        {"what is no store is told", what_is_no_store_is_told},
        {"versions are kept apart", versions_are_kept_apart},
        {"a negative version is refused", a_negative_version_is_refused},
        {"another schema is found", another_schema_is_found},
        {"a NUL byte in a text is damage", a_nul_byte_in_a_text_is_damage},
        {"a read-only store cannot be written",
         a_read_only_store_cannot_be_written},
        {"missing rights are told", missing_rights_are_told},
        {"a reader is told of WAL mode", a_reader_is_told_of_wal_mode},
        {"a reader undoes what is interrupted later",
         a_reader_undoes_what_is_interrupted_later},
        {"who may not write is told of an interrupted change",
         who_may_not_write_is_told_of_an_interrupted_change},
        {"an exclusive store keeps others out",
         an_exclusive_store_keeps_others_out},
        {"a backup is a store", a_backup_is_a_store},
        {"damage is found", damage_is_found},
        {NULL, NULL}};
    test_run("open", tests);
    failed_tests += test_failures;
    test_failures = 0;
}
