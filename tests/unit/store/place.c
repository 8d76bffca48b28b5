/* A copy in the place of a store whose process was killed: the log that is
 * left is of another database. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "tests/unit/store/store.h"
#include "tests/unit/test.h"

enum { MANY = 400, LONG = 3000, PART = 50 };

static struct error e;

static struct db *
open_it(const char *name, const struct db_schema *schema, unsigned flags)
{
    struct db *db = NULL;
    CHECK_INT(db_open(&db, scratch_file(name), schema, flags, &e), ERR_OK);
    return db;
}

static void
add(struct db *db, int from, int count)
{
    char text[LONG + 1];
    memset(text, 'x', LONG);
    text[LONG] = '\0';
    for (int i = from; i < from + count; i++) {
        if (!db_in_transaction(db))
            CHECK_INT(db_begin(db, &e), ERR_OK);
        struct db_stmt *q = db_use(db, SMALL_ADD);
        db_int(q, i);
        db_text(q, text);
        CHECK_INT(db_run(q, &e), ERR_OK);
        if (i % PART == 0 || i == from + count - 1)
            CHECK_INT(db_commit(db, &e), ERR_OK);
    }
}

/* The rows of DB, which is checked to be whole; -1 where it is not open. */
static int
rows(struct db *db)
{
    int n = 0;
    if (!db)
        return -1;
    CHECK_INT(db_check(db, &e), ERR_OK);
    struct db_stmt *q = db_use(db, SMALL_ALL);
    while (db_row(q))
        n++;
    CHECK_INT(db_end(q, &e), ERR_OK);
    return n;
}

/* The store NAME is opened by a process that is killed after COUNT rows. */
static void
killed(const char *name, unsigned flags, int from, int count)
{
    int status = -1;
    const char *path = scratch_file(name); /* makes the folder */
    pid_t pid = fork();
    if (pid == 0) {
        struct db *db = NULL;
        if (db_open(&db, path, &small_schema, flags | DB_EXCLUSIVE, &e) ==
            ERR_OK)
            add(db, from, count);
        _exit(db && !test_failures ? 0 : 1);
    }
    waitpid(pid, &status, 0);
    CHECK_INT(status, 0);
}

static void
copy(const char *from, const char *to)
{
    struct buf bytes;
    buf_init(&bytes, 64 << 20);
    CHECK_INT(file_read(scratch_file(from), &bytes, &e), ERR_OK);
    CHECK_INT(file_write(scratch_file(to), bytes.data, bytes.len, 0600, &e),
              ERR_OK);
    buf_clear(&bytes);
}

/* FROM into the file TO as it is, which keeps its inode. */
static void
write_over(const char *from, const char *to)
{
    struct buf bytes;
    buf_init(&bytes, 64 << 20);
    CHECK_INT(file_read(scratch_file(from), &bytes, &e), ERR_OK);
    FILE *f = fopen(scratch_file(to), "w");
    CHECK(f && fwrite(bytes.data, 1, bytes.len, f) == bytes.len);
    if (f)
        fclose(f);
    buf_clear(&bytes);
}

/* The store NAME has COUNT rows, is whole, and a log was set aside. */
static void
check_found(const char *name, unsigned flags, int count)
{
    struct stat st = {0};
    struct db *db = open_it(name, &small_schema, flags);
    CHECK(db && db_is_restored(db));
    CHECK(db && db_set_aside(db) && stat(db_set_aside(db), &st) == 0);
    CHECK(st.st_size > 0);
    CHECK_INT(rows(db), count);
    db_close(db);
}

/* A copy has a rollback journal. Sabotage: the comparison with ROLLBACK in
 * is_of_another. */
static void
a_copy_and_a_log(void)
{
    killed("place-first", DB_CREATE, 1, MANY);
    struct db *db = open_it("place-plain", &small_schema, DB_CREATE);
    add(db, 5000, 3);
    db_close(db);
    copy("place-plain", "place-second");
    copy("place-first-wal", "place-plain-wal");
    check_found("place-plain", 0, 3);
    copy("place-first-wal", "place-plain-wal");
    check_found("place-plain", DB_READ_ONLY, 3);
    copy("place-second", "place-first");
    check_found("place-first", DB_EXCLUSIVE, 3);
}

/* Sabotage: the comparison of the logs in is_of_another. */
static void
another_file(void)
{
    struct db *db =
        open_it("place-moved", &small_schema, DB_CREATE | DB_EXCLUSIVE);
    add(db, 1, 2);
    db_close(db);
    copy("place-moved", "place-moved-copy");
    killed("place-moved", 0, 1000, MANY);
    copy("place-moved-copy", "place-moved");
    check_found("place-moved", DB_EXCLUSIVE, 2);
}

/* Sabotage: the comparison of the changes in is_of_another. */
static void
an_older_file(void)
{
    struct db *db =
        open_it("place-older", &small_schema, DB_CREATE | DB_EXCLUSIVE);
    add(db, 1, 2);
    db_close(db);
    copy("place-older", "place-older-copy");
    db = open_it("place-older", &small_schema, DB_EXCLUSIVE);
    add(db, 1000, MANY);
    db_close(db);
    killed("place-older", 0, 9000, 5);
    write_over("place-older-copy", "place-older");
    check_found("place-older", DB_EXCLUSIVE, 2);
}

/* Nothing of this happens after a kill, however much the log holds, nor where
 * the files were copied together. */
static void
a_kill_alone(void)
{
    int all = 0;
    for (int i = 0; i < 4; i++) {
        int count = i % 2 ? MANY : 1;
        killed("place-killed", i == 0 ? DB_CREATE : 0, 1 + i * 1000, count);
        all += count;
        struct db *db = open_it("place-killed", &small_schema, DB_EXCLUSIVE);
        CHECK(!db_is_restored(db));
        CHECK_INT(rows(db), all);
        db_close(db);
    }
    killed("place-killed", 0, 9000, MANY);
    copy("place-killed", "place-there");
    copy("place-killed-wal", "place-there-wal");
    copy("place-killed-place", "place-there-place");
    struct db *db = open_it("place-there", &small_schema, DB_EXCLUSIVE);
    CHECK(!db_is_restored(db));
    CHECK_INT(rows(db), all + MANY);
    db_close(db);
}

/* The files of a killed store are put back together, as other files or into
 * the same: the log is their own, and nothing but the history tells. Sabotage:
 * compare_history in db_mark_place. */
static void
older_files_with_their_own_log(void)
{
    void (*const put[])(const char *, const char *) = {copy, write_over};
    killed("place-life", DB_CREATE, 1, 5);
    copy("place-life", "place-kept");
    copy("place-life-wal", "place-kept-wal");
    for (int i = 0; i < 2; i++) {
        killed("place-life", 0, 1000 + i, 1);
        put[i]("place-kept", "place-life");
        put[i]("place-kept-wal", "place-life-wal");
        struct db *db = open_it("place-life", &small_schema, DB_EXCLUSIVE);
        CHECK(db && db_is_restored(db));
        CHECK(db && !db_set_aside(db));
        CHECK_INT(rows(db), 5);
        CHECK_INT(db_keep_place(db, &e), ERR_OK);
        db_close(db);
        db = open_it("place-life", &small_schema, DB_EXCLUSIVE);
        CHECK(db && !db_is_restored(db));
        db_close(db);
    }
}

/* Files copied while the store was open are of its last opening, but have
 * fewer commits. Sabotage: the comparison of the commits in follows(). */
static void
files_of_the_same_opening(void)
{
    struct db *db =
        open_it("place-same", &small_schema, DB_CREATE | DB_EXCLUSIVE);
    add(db, 1, 5);
    copy("place-same", "place-part");
    copy("place-same-wal", "place-part-wal");
    add(db, 1000, 1);
    db_close(db);
    copy("place-part", "place-same");
    copy("place-part-wal", "place-same-wal");
    db = open_it("place-same", &small_schema, DB_EXCLUSIVE);
    CHECK(db && db_is_restored(db));
    CHECK_INT(rows(db), 5);
    db_close(db);
}

/* A store that goes on from an older copy has more commits than the one that
 * is put back then, or fewer: it is another history. Sabotage: the comparison
 * of the openings in follows(). */
static void
another_history(void)
{
    struct db *db =
        open_it("place-fork", &small_schema, DB_CREATE | DB_EXCLUSIVE);
    add(db, 1, 5);
    db_close(db);
    copy("place-fork", "place-old");
    db = open_it("place-fork", &small_schema, DB_EXCLUSIVE);
    add(db, 1000, MANY);
    db_close(db);
    copy("place-fork", "place-new");
    copy("place-old", "place-fork");
    db = open_it("place-fork", &small_schema, DB_EXCLUSIVE);
    CHECK_INT(db_keep_place(db, &e), ERR_OK);
    db_close(db);
    copy("place-new", "place-fork");
    db = open_it("place-fork", &small_schema, DB_EXCLUSIVE);
    CHECK(db && db_is_restored(db));
    CHECK_INT(rows(db), 5 + MANY);
    db_close(db);
}

/* PATH-place of the store place-next becomes: its first COUNT numbers, of which
 * the opening is that of another, which the store's was about to follow. */
static void
rewrite_place(int count)
{
    enum { OPENING = 6, NEXT = 7, NUMBERS = 10 };
    char one[] = "1", *n[NUMBERS], *rest = NULL;
    struct buf text, out;
    buf_init(&text, 1000);
    buf_init(&out, 1000);
    const char *path = scratch_file("place-next-place");
    CHECK_INT(file_read(path, &text, &e), ERR_OK);
    char *copied = mem_strdup(buf_str(&text));
    for (int i = 0; i < NUMBERS; i++)
        n[i] = strtok_r(i ? NULL : copied, " \n", &rest);
    n[NEXT] = n[OPENING];
    n[OPENING] = one;
    for (int i = 0; i < count; i++)
        buf_addf(&out, "%s%c", n[i], i + 1 < count ? ' ' : '\n');
    CHECK_INT(file_write(path, out.data, out.len, 0600, &e), ERR_OK);
    free(copied);
    buf_clear(&text);
    buf_clear(&out);
}

/* An opening that ended before it was written, and a place that an older
 * program wrote, are no sign. Sabotage: the comparison with NEXT in follows(),
 * and the opening in compare_history(). */
static void
openings_that_are_not_known(void)
{
    killed("place-next", DB_CREATE, 1, 5);
    for (int numbers = 10; numbers >= 6; numbers -= 4) {
        rewrite_place(numbers);
        struct db *db = open_it("place-next", &small_schema, DB_EXCLUSIVE);
        CHECK(db && !db_is_restored(db));
        db_close(db);
    }
}

/* No program wrote fewer numbers than an older one, or a number of them in
 * between; a file that was cut off has no end of line. Sabotage: the counts,
 * and the comparison with the end of line, in parse_place(). */
static void
a_place_that_was_cut(void)
{
    enum { WIDTH = 21 };
    struct buf text;
    killed("place-cut", DB_CREATE, 1, 5);
    char *path = mem_strdup(scratch_file("place-cut-place"));
    buf_init(&text, 1000);
    CHECK_INT(file_read(path, &text, &e), ERR_OK);
    for (size_t n = 0; n <= 10; n++) {
        for (int line = 0; line < 2; line++) {
            char *cut = mem_printf("%.*s%s", (int)(n * WIDTH - (n > 0)),
                                   buf_str(&text), line ? "\n" : "");
            CHECK_INT(file_write(path, cut, strlen(cut), 0600, &e), ERR_OK);
            free(cut);
            struct db *db = open_it("place-cut", &small_schema, DB_EXCLUSIVE);
            bool is_one = line && (n == 6 || n == 10);
            CHECK(db && db_is_unplaced(db) == !is_one);
            CHECK_INT(db_keep_place(db, &e), ERR_OK);
            db_close(db);
            buf_clear(&text);
            CHECK_INT(file_read(path, &text, &e), ERR_OK);
        }
    }
    free(path);
    buf_clear(&text);
}

/* A store that was opened before comes without PATH-place, or with one that
 * cannot be read: it is taken for a copy until somebody acts on it. Sabotage:
 * unplaced in compare_history(). */
static void
a_place_that_is_missing(void)
{
    killed("place-lone", DB_CREATE, 1, 5);
    for (int i = 0; i < 3; i++) {
        const char *path = scratch_file("place-lone-place");
        if (i == 0)
            CHECK_INT(unlink(path), 0);
        else
            CHECK_INT(file_write(path, "1 2", i == 1 ? 0 : 3, 0600, &e),
                      ERR_OK);
        for (int again = 0; again < 2; again++) {
            struct db *db = open_it("place-lone", &small_schema, DB_EXCLUSIVE);
            CHECK(db && db_is_restored(db) && db_is_unplaced(db));
            CHECK(db && !db_set_aside(db));
            if (again)
                CHECK_INT(db_keep_place(db, &e), ERR_OK);
            db_close(db);
        }
        struct db *db = open_it("place-lone", &small_schema, DB_EXCLUSIVE);
        CHECK(db && !db_is_restored(db) && !db_is_unplaced(db));
        CHECK_INT(rows(db), 5);
        db_close(db);
    }
}

/* One that only an older program has opened, which counts nothing, and a copy
 * that says so itself, need no PATH-place. Sabotage: the opening beside
 * unplaced in compare_history(), write_history in db_forget_history(). */
static void
a_place_that_is_not_needed(void)
{
    struct db *db = open_it("place-fresh", &small_schema, DB_CREATE);
    db_close(db);
    db = open_it("place-fresh", &small_schema, DB_EXCLUSIVE);
    CHECK(db && !db_is_restored(db));
    db_close(db);
    db = open_it("place-fresh", &small_schema, 0);
    CHECK_INT(db_begin(db, &e), ERR_OK);
    CHECK_INT(db_forget_history(db, &e), ERR_OK);
    CHECK_INT(db_commit(db, &e), ERR_OK);
    db_close(db);
    unlink(scratch_file("place-fresh-place"));
    db = open_it("place-fresh", &small_schema, DB_EXCLUSIVE);
    CHECK(db && !db_is_restored(db));
    db_close(db);
}

/* Where PATH-place cannot be written, its store counts no opening that it does
 * not name. Sabotage: history.next in db_mark_place(). */
static void
a_place_that_cannot_be_written(void)
{
    struct db *db =
        open_it("place-full", &small_schema, DB_CREATE | DB_EXCLUSIVE);
    add(db, 1, 2);
    db_close(db);
    for (int i = 0; i < 2; i++) {
        char *path = mem_strdup(scratch_file("place-full-place"));
        if (i == 0) { /* a folder cannot be replaced by a file */
            CHECK_INT(unlink(path), 0);
            db = open_it("place-full", &small_schema, 0);
            CHECK_INT(db_begin(db, &e), ERR_OK);
            CHECK_INT(db_forget_history(db, &e), ERR_OK);
            CHECK_INT(db_commit(db, &e), ERR_OK);
            db_close(db);
            CHECK_INT(mkdir(path, 0700), 0);
        } else
            CHECK_INT(rmdir(path), 0);
        db = open_it("place-full", &small_schema, DB_EXCLUSIVE);
        CHECK(db && !db_is_restored(db));
        add(db, 10 + i, 1);
        db_close(db);
        free(path);
    }
}

/* PATH-place is written as soon as it can be, and what was copied before the
 * last commit is found then. Sabotage: the second write_mark in
 * db_history_keep(). */
static void
a_place_that_is_written_late(void)
{
    struct db *db =
        open_it("place-late", &small_schema, DB_CREATE | DB_EXCLUSIVE);
    db_close(db);
    char *path = mem_strdup(scratch_file("place-late-place"));
    CHECK_INT(unlink(path), 0);
    db = open_it("place-late", &small_schema, 0);
    CHECK_INT(db_begin(db, &e), ERR_OK);
    CHECK_INT(db_forget_history(db, &e), ERR_OK);
    CHECK_INT(db_commit(db, &e), ERR_OK);
    db_close(db);
    CHECK_INT(mkdir(path, 0700), 0); /* no file can have its place */
    db = open_it("place-late", &small_schema, DB_EXCLUSIVE);
    CHECK(db && !db_is_restored(db));
    add(db, 1, 1);
    CHECK(strstr(db_place_problem(db), "place-late-place: "));
    CHECK_INT(rmdir(path), 0);
    add(db, 10, 1);
    CHECK(!db_place_problem(db));
    add(db, 20, 1);
    copy("place-late", "place-early");
    copy("place-late-wal", "place-early-wal");
    add(db, 30, 1);
    db_close(db);
    copy("place-early", "place-late");
    copy("place-early-wal", "place-late-wal");
    db = open_it("place-late", &small_schema, DB_EXCLUSIVE);
    CHECK(db && db_is_restored(db) && !db_is_unplaced(db));
    db_close(db);
    free(path);
}

static void
move(const char *from, const char *to)
{
    char *old = mem_strdup(scratch_file(from));
    CHECK_INT(rename(old, scratch_file(to)), 0);
    free(old);
}

/* Where PATH-place cannot be replaced, here because no longer name is possible
 * beside it, it is written over, and what is put back is found all the same.
 * Sabotage: write_place_over() in write_place(). */
static void
a_place_that_cannot_be_replaced(void)
{
    enum { LONGEST = 255 - (int)sizeof "-journal" + 1 };
    char name[LONGEST + 1], place[300], log[300];
    memset(name, 'x', LONGEST);
    name[LONGEST] = '\0';
    snprintf(place, sizeof place, "%s-place", name);
    snprintf(log, sizeof log, "%s-wal", name);
    struct db *db = open_it("placed", &small_schema, DB_CREATE | DB_EXCLUSIVE);
    db_close(db);
    move("placed", name);
    move("placed-place", place);
    db = open_it(name, &small_schema, DB_EXCLUSIVE);
    CHECK(db && !db_is_restored(db));
    add(db, 1, 1);
    CHECK(!db_place_problem(db));
    copy(name, "placed-early");
    copy(log, "placed-early-wal");
    add(db, 10, 1);
    db_close(db);
    move("placed-early", name);
    move("placed-early-wal", log);
    db = open_it(name, &small_schema, DB_EXCLUSIVE);
    CHECK(db && db_is_restored(db) && !db_is_unplaced(db));
    db_close(db);
}

/* An opening that sets a log aside and then fails does not forget it.
 * Sabotage: the first write_place in db_set_foreign_aside. */
static void
it_is_known_until_it_is_kept(void)
{
    struct db *db = open_it("place-known", &small_schema_2, DB_CREATE);
    db_close(db);
    killed("place-log", DB_CREATE, 1, 5);
    copy("place-log-wal", "place-known-wal");
    CHECK_INT(db_open(&db, scratch_file("place-known"), &small_schema,
                      DB_EXCLUSIVE, &e),
              ERR_NEWER);
    for (int i = 0; i < 2; i++) {
        db = open_it("place-known", &small_schema_2, DB_EXCLUSIVE);
        CHECK(db_is_restored(db));
        CHECK(!db_set_aside(db));
        if (i == 1)
            CHECK_INT(db_keep_place(db, &e), ERR_OK);
        db_close(db);
    }
    db = open_it("place-known", &small_schema_2, DB_EXCLUSIVE);
    CHECK(!db_is_restored(db));
    db_close(db);
}

/* Sabotage: a name of ENDS in db_replace. */
static void
what_is_replaced_is_kept(void)
{
    char *kept = NULL;
    killed("swapped", DB_CREATE, 1, MANY);
    struct db *db = open_it("swapped-fresh", &small_schema, DB_CREATE);
    db_close(db);
    char *path = mem_strdup(scratch_file("swapped"));
    CHECK_INT(db_replace(path, scratch_file("swapped-fresh"), &kept, &e),
              ERR_OK);
    db = open_it("swapped", &small_schema, DB_EXCLUSIVE);
    CHECK(db && !db_is_restored(db));
    CHECK_INT(rows(db), 0);
    db_close(db);
    db = NULL;
    CHECK(kept &&
          db_open(&db, kept, &small_schema, DB_EXCLUSIVE, &e) == ERR_OK);
    CHECK_INT(rows(db), MANY);
    db_close(db);
    free(kept);
    free(path);
}

void
test_store_place(void)
{
    static const struct test tests[] = {
        {"a copy is not read with the log of another", a_copy_and_a_log},
        {"another file with the log of the last is found", another_file},
        {"an older file with the log of the last is found", an_older_file},
        {"a kill alone is no restore", a_kill_alone},
        {"older files with their own log are found",
         older_files_with_their_own_log},
        {"files of the same opening are found", files_of_the_same_opening},
        {"another history is found", another_history},
        {"an opening that is not known is no restore",
         openings_that_are_not_known},
        {"a place that was cut is found", a_place_that_was_cut},
        {"a place that is missing is found", a_place_that_is_missing},
        {"a place that is not needed may be missing",
         a_place_that_is_not_needed},
        {"a place that cannot be written counts nothing",
         a_place_that_cannot_be_written},
        {"a place that cannot be replaced is written over",
         a_place_that_cannot_be_replaced},
        {"a place that is written late counts from then on",
         a_place_that_is_written_late},
        {"what was set aside is known until somebody acts on it",
         it_is_known_until_it_is_kept},
        {"a replaced store is kept with its journals",
         what_is_replaced_is_kept},
        {NULL, NULL}};
    test_run("place", tests);
    failed_tests += test_failures;
    test_failures = 0;
}
