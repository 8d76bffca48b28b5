/*
 * Kept sheets: whose they are, within which limits, how long, and what the
 * audit and the seals say of them. Costs about a second.
 */
#include "manager/catalogue/sheet.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "manager/catalogue/purge.h"
#include "manager/session/seal.h"
#include "manager/session/store.h"
#include "store/console.h"
#include "tests/unit/manager/fixture.h"

#define SHEET "target,source\nmemo,canary-41c7\n"

static enum sheet_added added;
static int64_t expires_at;

static enum err
add(struct manager *m, const char *name, const char *text)
{
    return manager_sheet_add(m, name, text, strlen(text), false, &added,
                             &expires_at, &e);
}

static enum err
replace(struct manager *m, const char *name, const char *text)
{
    return manager_sheet_add(m, name, text, strlen(text), true, &added,
                             &expires_at, &e);
}

/* What M reads as NAME; "" where it is refused. Static. */
static const char *
text_of(struct manager *m, const char *name)
{
    static char text[200];
    struct buf b;
    buf_init(&b, SHEET_BYTES);
    bool read = manager_sheet_read(m, name, &b, &e) == ERR_OK;
    snprintf(text, sizeof text, "%s", read ? buf_str(&b) : "");
    buf_clear(&b);
    return text;
}

static size_t
count_of(struct manager *m)
{
    struct sheet_list list;
    CHECK_INT(manager_sheet_list(m, &list, &e), ERR_OK);
    size_t n = list.count;
    sheet_list_clear(&list);
    return n;
}

static void
check_sealed(void)
{
    struct buf report;
    struct manager *m = session_of("ada");
    buf_init(&report, 65536);
    CHECK_INT(seal_check(m, &report, &e), ERR_OK);
    buf_clear(&report);
    manager_close(m);
}

/* The records say which bytes they were by their hash, and nothing that is in
 * them. */
static void
a_sheet_is_kept_read_and_removed(void)
{
    struct sheet_list list;
    fixture_start(1);
    struct manager *m = session_of("eve");
    CHECK_INT(add(m, "globex.csv", SHEET), ERR_OK);
    CHECK_INT(added, SHEET_KEPT);
    CHECK_INT(manager_sheet_list(m, &list, &e), ERR_OK);
    CHECK_INT(list.count, 1);
    CHECK_STR(list.rows[0].name, "globex.csv");
    CHECK_INT(list.rows[0].bytes, strlen(SHEET));
    CHECK_INT(list.rows[0].expires_at - list.rows[0].at,
              (int64_t)SHEET_DAYS * 24 * 60 * 60 * 1000);
    CHECK_INT(expires_at, list.rows[0].expires_at);
    CHECK_STR(text_of(m, "globex.csv"), SHEET);
    CHECK_STR(text_of(m, list.rows[0].id), SHEET);
    sheet_list_clear(&list);
    check_sealed();
    CHECK_INT(manager_sheet_remove(m, "globex.csv", &e), ERR_OK);
    CHECK_INT(count_of(m), 0);
    CHECK_INT(manager_sheet_remove(m, "globex.csv", &e), ERR_NOT_FOUND);
    CHECK_INT(ask_sql("SELECT count(*) FROM audit WHERE action LIKE 'sheet.%'"
                      " AND (before || '' LIKE '%\"hash\":%'"
                      " OR after LIKE '%\"hash\":%')"),
              2);
    CHECK_INT(ask_sql("SELECT count(*) FROM audit WHERE action LIKE 'sheet.%'"
                      " AND coalesce(before, '') || coalesce(after, '')"
                      " || subject_id LIKE '%globex%'"),
              0);
    manager_close(m);
    check_sealed();
    fixture_end();
}

/* Sabotage: "!replace" in keep() of sheet.c. */
static void
another_sheet_replaces_none_unasked(void)
{
    fixture_start(1);
    struct manager *m = session_of("eve");
    CHECK_INT(add(m, "a", "1"), ERR_OK);
    long long records = ask_sql("SELECT count(*) FROM audit");
    CHECK_INT(add(m, "a", "1"), ERR_OK);
    CHECK_INT(added, SHEET_WAS_KEPT);
    CHECK_INT(ask_sql("SELECT count(*) FROM audit"), records);
    CHECK_INT(add(m, "a", "2"), ERR_CONFLICT);
    CHECK_STR(text_of(m, "a"), "1");
    CHECK_INT(replace(m, "a", "2"), ERR_OK);
    CHECK_INT(added, SHEET_REPLACED);
    CHECK_STR(text_of(m, "a"), "2");
    CHECK_INT(count_of(m), 1);
    manager_close(m);
    check_sealed();
    fixture_end();
}

/* Sabotage: "WHERE actor = ?" of SHEET_COLUMNS in console_statements.def. */
static void
a_sheet_is_its_persons_alone(void)
{
    struct sheet_list list;
    fixture_start(1);
    struct manager *eve = session_of("eve"), *ada = session_of("ada");
    CHECK_INT(add(eve, "a", "1"), ERR_OK);
    CHECK_INT(manager_sheet_list(eve, &list, &e), ERR_OK);
    CHECK_INT(count_of(ada), 0);
    CHECK_STR(text_of(ada, "a"), "");
    CHECK_STR(text_of(ada, list.rows[0].id), "");
    CHECK_INT(manager_sheet_remove(ada, "a", &e), ERR_NOT_FOUND);
    CHECK_INT(add(ada, "a", "2"), ERR_OK);
    CHECK_STR(text_of(eve, "a"), "1");
    CHECK_STR(text_of(ada, "a"), "2");
    sheet_list_clear(&list);
    manager_close(eve);
    manager_close(ada);
    fixture_end();
}

/* The right is taken while a session is open. Sabotage:
 * manager_may_see_payloads() behind operation_begin() in manager_sheet_add()
 * and in manager_sheet_read(). */
static void
a_right_that_was_taken_keeps_none(void)
{
    fixture_start(1);
    struct manager *eve = session_of("eve"), *ada = session_of("ada");
    CHECK_INT(add(eve, "a", SHEET), ERR_OK);
    CHECK_INT(manager_access_add(ada, "eve", ROLE_ENGINEER, NULL,
                                 PAYLOADS_CLOSED, NULL, &e),
              ERR_OK);
    CHECK_INT(add(eve, "b", SHEET), ERR_ROLE);
    CHECK_INT(ask_sql("SELECT count(*) FROM sheet WHERE name = 'b'"), 0);
    manager_close(eve);
    manager_close(ada);
    fixture_end();
}

static void
a_right_that_was_taken_reads_none(void)
{
    fixture_start(1);
    struct manager *eve = session_of("eve"), *ada = session_of("ada");
    CHECK_INT(add(eve, "a", SHEET), ERR_OK);
    CHECK_INT(manager_access_add(ada, "eve", ROLE_ENGINEER, NULL,
                                 PAYLOADS_CLOSED, NULL, &e),
              ERR_OK);
    CHECK_STR(text_of(eve, "a"), "");
    CHECK_INT(e.code, ERR_ROLE);
    manager_close(eve);
    manager_close(ada);
    fixture_end();
}

/* Sabotage: both manager_may_see_payloads() of manager_sheet_add() or of
 * manager_sheet_read(), the latter with {"sheet", "body"} in
 * src/store/console.c. */
static void
who_sees_no_payloads_keeps_and_reads_none(void)
{
    struct sheet_list list;
    bool open;
    fixture_start(1);
    struct manager *eve = session_of("eve"), *ada = session_of("ada");
    CHECK_INT(add(eve, "a", SHEET), ERR_OK);
    CHECK_INT(manager_access_add(ada, "eve", ROLE_ENGINEER, NULL,
                                 PAYLOADS_CLOSED, &open, &e),
              ERR_OK);
    manager_close(eve);
    eve = session_of("eve");
    CHECK_STR(text_of(eve, "a"), "");
    CHECK_INT(e.code, ERR_ROLE);
    CHECK_INT(add(eve, "b", SHEET), ERR_ROLE);
    struct db_stmt *q = db_use(manager_db(eve), CS_SHEET_BODY);
    db_int(q, 1);
    db_row(q);
    CHECK(db_end(q, &e) != ERR_OK);
    CHECK_INT(manager_sheet_list(eve, &list, &e), ERR_ROLE);
    CHECK_INT(list.count, 0);
    sheet_list_clear(&list);
    CHECK_INT(manager_sheet_remove(eve, "a", &e), ERR_OK);
    manager_close(eve);
    manager_close(ada);
    check_sealed();
    fixture_end();
}

static void
who_may_not_write_keeps_none(void)
{
    bool open;
    fixture_start(1);
    struct manager *ada = session_of("ada");
    CHECK_INT(manager_access_add(ada, "olaf", ROLE_AUDITOR, NULL,
                                 PAYLOADS_AS_IS, &open, &e),
              ERR_OK);
    struct manager *olaf = session_of("olaf");
    CHECK_INT(add(olaf, "a", SHEET), ERR_ROLE);
    CHECK_INT(count_of(olaf), 0);
    manager_close(olaf);
    manager_close(ada);
    fixture_end();
}

/* Sabotage: either comparison of check_room(), or SHEET_BYTES in
 * check_sheet(), both in sheet.c. */
static void
there_are_limits(void)
{
    char name[40];
    fixture_start(1);
    struct manager *m = session_of("eve");
    char *big = mem_array(SHEET_BYTES + 1, 1);
    for (int i = 0; i < SHEETS_OF_PERSON; i++) {
        snprintf(name, sizeof name, "sheet %d", i);
        CHECK_INT(add(m, name, "x"), ERR_OK);
    }
    CHECK_INT(add(m, "another", "x"), ERR_CONFLICT);
    CHECK_HAS(e.text, "you keep 20");
    CHECK_INT(replace(m, "sheet 0", "y"), ERR_OK);
    CHECK_INT(add(m, "empty", ""), ERR_INVALID);
    CHECK_INT(add(m, "a\nb", "x"), ERR_INVALID);
    run_sql("UPDATE sheet SET bytes = 64 * 1024 * 1024 WHERE name = 'sheet 1'");
    CHECK_INT(replace(m, "sheet 0", "z"), ERR_CONFLICT);
    CHECK_HAS(e.text, "64 MB");
    CHECK_STR(text_of(m, "sheet 0"), "y");
    CHECK_INT(manager_sheet_add(m, "big", big, SHEET_BYTES + 1, false, &added,
                                &expires_at, &e),
              ERR_TOO_BIG);
    free(big);
    manager_close(m);
    fixture_end();
}

/* Sabotage: "expires_at > ?" in either statement, CS_SHEETS_EXPIRED, or
 * operation_seal() in purge.c. */
static void
after_a_week_it_is_gone(void)
{
    struct buf file;
    fixture_start(1);
    struct manager *m = session_of("eve");
    CHECK_INT(add(m, "old", SHEET), ERR_OK);
    CHECK_INT(add(m, "new", "2"), ERR_OK);
    CHECK_INT(manager_purge(m, &e), ERR_OK);
    CHECK_INT(count_of(m), 2);
    run_sql("UPDATE sheet SET expires_at = at WHERE name = 'old'");
    CHECK_INT(count_of(m), 1);
    CHECK_STR(text_of(m, "old"), "");
    CHECK_INT(e.code, ERR_NOT_FOUND);
    CHECK_INT(manager_purge(m, &e), ERR_OK);
    CHECK_INT(ask_sql("SELECT count(*) FROM sheet"), 1);
    CHECK_INT(ask_sql("SELECT count(*) FROM audit WHERE action = 'purge' AND"
                      " before = '{\"sheets\":1}'"),
              1);
    long long records = ask_sql("SELECT count(*) FROM audit");
    CHECK_INT(manager_purge(m, &e), ERR_OK);
    CHECK_INT(ask_sql("SELECT count(*) FROM audit"), records);
    manager_close(m);
    buf_init(&file, 64 << 20);
    CHECK_INT(file_read(store_path(), &file, &e), ERR_OK);
    CHECK(!memmem(file.data, file.len, "canary-41c7", 11));
    buf_clear(&file);
    check_sealed();
    fixture_end();
}

/* What expired makes room for what is added. */
static void
an_old_sheet_leaves_its_name_to_a_new_one(void)
{
    fixture_start(1);
    struct manager *m = session_of("eve");
    CHECK_INT(add(m, "a", "1"), ERR_OK);
    run_sql("UPDATE sheet SET expires_at = at");
    CHECK_INT(add(m, "a", "2"), ERR_OK);
    CHECK_INT(added, SHEET_KEPT);
    CHECK_STR(text_of(m, "a"), "2");
    manager_close(m);
    fixture_end();
}

/* Sabotage: the comparison of the hash in read_body() of sheet.c. */
static void
a_sheet_that_another_program_changed_is_not_read(void)
{
    fixture_start(1);
    struct manager *m = session_of("eve");
    CHECK_INT(add(m, "a", "1"), ERR_OK);
    run_sql("UPDATE sheet SET body = x'32'");
    CHECK_STR(text_of(m, "a"), "");
    CHECK_INT(e.code, ERR_DAMAGED);
    CHECK_HAS(e.text, "hash mismatch");
    manager_close(m);
    fixture_end();
}

/* Somebody else may get the name of a person whose access has ended. Sabotage:
 * remove_own() in access.c. */
static void
an_access_that_ends_takes_its_sheets(void)
{
    bool open;
    fixture_start(1);
    struct manager *eve = session_of("eve"), *ada = session_of("ada");
    CHECK_INT(add(eve, "a", SHEET), ERR_OK);
    manager_close(eve);
    CHECK_INT(manager_access_remove(ada, "eve", &e), ERR_OK);
    CHECK_INT(ask_sql("SELECT count(*) FROM sheet"), 0);
    CHECK_INT(manager_access_add(ada, "eve", ROLE_ENGINEER, NULL,
                                 PAYLOADS_AS_IS, &open, &e),
              ERR_OK);
    eve = session_of("eve");
    CHECK_INT(count_of(eve), 0);
    manager_close(eve);
    manager_close(ada);
    check_sealed();
    fixture_end();
}

void
test_manager_sheet(void)
{
    static const struct test tests[] = {
        {"a sheet is kept, read and removed", a_sheet_is_kept_read_and_removed},
        {"another sheet replaces none unasked",
         another_sheet_replaces_none_unasked},
        {"a sheet is its person's alone", a_sheet_is_its_persons_alone},
        {"who sees no payloads keeps and reads none",
         who_sees_no_payloads_keeps_and_reads_none},
        {"a right that was taken meanwhile keeps none",
         a_right_that_was_taken_keeps_none},
        {"a right that was taken meanwhile reads none",
         a_right_that_was_taken_reads_none},
        {"an access that ends takes its sheets",
         an_access_that_ends_takes_its_sheets},
        {"who may not write keeps none", who_may_not_write_keeps_none},
        {"there are limits of sheets", there_are_limits},
        {"after a week it is gone", after_a_week_it_is_gone},
        {"an old sheet leaves its name to a new one",
         an_old_sheet_leaves_its_name_to_a_new_one},
        {"a sheet that another program changed is not read",
         a_sheet_that_another_program_changed_is_not_read},
        {NULL, NULL}};
    RUN_SUITE("sheet", tests);
}
