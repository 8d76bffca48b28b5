/*
 * Rows by the names of their columns: every statement that names a row gives
 * exactly its columns, and what is read is what stands there.
 */
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/console.h"
#include "store/db_private.h"
#include "store/runtime.h"
#include "tests/unit/store/store.h"
#include "tests/unit/test.h"

static struct error e;

static bool
has_member(const struct db_row_type *type, const char *name)
{
    const struct db_column *c = type->columns();
    while (*c->name && strcmp(c->name, name) != 0)
        c++;
    return *c->name;
}

static bool
has_result(sqlite3_stmt *s, const char *name)
{
    int i = sqlite3_column_count(s);
    while (--i >= 0 && strcmp(sqlite3_column_name(s, i), name) != 0)
        continue;
    return i >= 0;
}

/* A result without a member, a member without a result, a name twice. */
static void
check_statement(struct db *db, int id)
{
    const struct db_statement *s = &db->schema->statements[id];
    struct db_stmt *q = db_use(db, id);
    int members = 0;
    for (const struct db_column *c = s->row->columns(); *c->name; c++) {
        members++;
        if (!has_result(q->handle, c->name))
            test_fail(__FILE__, __LINE__, s->name, "no such column", c->name);
    }
    for (int i = 0; i < sqlite3_column_count(q->handle); i++) {
        const char *name = sqlite3_column_name(q->handle, i);
        if (!has_member(s->row, name))
            test_fail(__FILE__, __LINE__, s->name, name, s->row->name);
    }
    CHECK_INT(sqlite3_column_count(q->handle), members);
    CHECK_INT(db_end(q, &e), ERR_OK);
}

static void
check_schema(const char *name, const struct db_schema *schema)
{
    struct db *db;
    CHECK_INT(db_open(&db, scratch_file(name), schema, DB_CREATE, &e), ERR_OK);
    for (int i = 0; i < schema->statement_count; i++)
        if (schema->statements[i].row &&
            schema->statements[i].row != &db_whole_row)
            check_statement(db, i);
    db_close(db);
}

/* Sabotage: leave created_at out of USER_LIST_OF_WORKFLOW
 * (src/store/runtime_statements.def). */
static void
statements_give_the_columns_of_their_rows(void)
{
    check_schema("columns-console", &console_schema);
    check_schema("columns-runtime", &runtime_schema);
}

static void
check_one_column(const char *name, const struct db_schema *schema)
{
    struct db *db;
    CHECK_INT(db_open(&db, scratch_file(name), schema, DB_CREATE, &e), ERR_OK);
    for (int i = 0; i < schema->statement_count; i++) {
        const struct db_statement *s = &schema->statements[i];
        struct db_stmt *q = db_use(db, i);
        if (!s->row && sqlite3_column_count(q->handle) > 1)
            test_fail(__FILE__, __LINE__, s->name, "it has no row", "R(…)");
        CHECK_INT(db_end(q, &e), ERR_OK);
    }
    db_close(db);
}

/* Sabotage: S(…) instead of R(…) for FEED_LAST
 * (src/store/runtime_statements.def) or AUDIT_HEAD
 * (src/store/console_statements.def). */
static void
what_has_no_row_has_one_column(void)
{
    check_one_column("columns-one-console", &console_schema);
    check_one_column("columns-one-runtime", &runtime_schema);
}

static void
add_user(struct db *db, const char *id, const char *full_name)
{
    struct db_stmt *q = db_use(db, RS_USER_ADD);
    db_text(q, id);
    db_int(q, ENVIRONMENT_PRODUCTION);
    db_text(q, "name of it");
    db_text(q, full_name);
    db_int(q, 5);
    db_int(q, 6);
    CHECK_INT(db_run(q, &e), ERR_OK);
}

/* The row has its columns in another order than the statement. Sabotage: read
 * the result I instead of q->places[i] in db_next (src/store/db_columns.c). */
static void
a_row_is_read_by_its_names(void)
{
    struct db *db;
    struct rs_user u = {0};
    CHECK_INT(db_open(&db, scratch_file("columns-read"), &runtime_schema,
                      DB_CREATE, &e),
              ERR_OK);
    add_user(db, "u1", NULL);
    struct db_stmt *q = db_use(db, RS_USER_BY_ID);
    db_text(q, "u1");
    db_int(q, ENVIRONMENT_PRODUCTION);
    CHECK(rs_user_next(q, &u));
    CHECK_INT(u.n, 1);
    CHECK_STR(u.id, "u1");
    CHECK_STR(u.username, "name of it");
    CHECK(u.full_name == NULL);
    CHECK_INT(u.created_at, 5);
    CHECK(!rs_user_next(q, &u));
    CHECK_INT(db_end(q, &e), ERR_OK);
    db_close(db);
}

/* Takes a row for its first column, where the store must stop the program. */
static void
read_one_of_many(void)
{
    struct db *db;
    if (db_open(&db, scratch_file("columns-number"), &runtime_schema, DB_CREATE,
                &e) != ERR_OK ||
        !freopen("/dev/null", "w", stderr))
        _exit(1);
    struct db_stmt *q = db_use(db, RS_RUN_COUNTS);
    if (db_row(q))
        db_get_int(q);
    _exit(0);
}

/* Sabotage: the assertion of only() (src/store/db_stmt.c). */
static void
a_row_is_not_read_in_part(void)
{
    int status = 0;
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0)
        read_one_of_many();
    CHECK_INT(waitpid(pid, &status, 0), pid);
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

void
test_store_columns(void)
{
    static const struct test tests[] = {
        {"statements give the columns of their rows",
         statements_give_the_columns_of_their_rows},
        {"what has no row has one column", what_has_no_row_has_one_column},
        {"a row is read by its names", a_row_is_read_by_its_names},
        {"a row is not read in part", a_row_is_not_read_in_part},
        {NULL, NULL}};
    test_run("columns", tests);
    failed_tests += test_failures;
    test_failures = 0;
}
