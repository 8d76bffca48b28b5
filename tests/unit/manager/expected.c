/*
 * Samples with an expected result: kept, changed, removed, by whom, within
 * which limits, and what the audit and the seals say of them. Costs about a
 * second.
 */
#include "base/file.h"
#include "manager/catalogue/purge.h"
#include "manager/catalogue/redact.h"
#include "manager/catalogue/sample.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "manager/release/checked.h"
#include "manager/session/seal.h"
#include "manager/session/store.h"
#include "store/console.h"
#include "tests/unit/manager/fixture.h"
#include "value/value.h"

#define WORKFLOW "order-to-cash"

static struct value *
json(const char *text)
{
    struct value *v = NULL;
    CHECK_INT(
        value_read(&v, text, strlen(text), &value_limits_event, "test", &e),
        ERR_OK);
    return v;
}

/* Keeps {"input":{"id":ID}} for WHOSE installation (0: the vendor) as "S". */
static enum err
add(struct manager *m, int whose, int id, const char *expected, bool blocking)
{
    char text[64];
    bool fresh;
    snprintf(text, sizeof text, "{\"input\":{\"id\":%d}}", id);
    struct value *sample = json(text), *blocks = json(expected);
    struct sample_expected x = {.blocks = blocks,
                                .agreed_with = "Dana",
                                .note = "as told on the call",
                                .set_blocking = true,
                                .blocking = blocking};
    enum err err =
        manager_sample_add(m, WORKFLOW, whose ? installation_id(whose) : NULL,
                           "S", sample, &x, &fresh, &e);
    value_free(sample);
    value_free(blocks);
    return err;
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

static void
it_is_kept_with_who_and_when(void)
{
    struct sample_list list;
    fixture_start(1);
    struct manager *m = session_of("eve");
    long long others = ask_sql("SELECT count(*) FROM sample");
    CHECK_INT(add(m, 1, 7, "{\"Create cash sale\":{\"tax\":62.50}}", false),
              ERR_OK);
    CHECK_INT(
        manager_sample_list(m, WORKFLOW, installation_id(1), 1, &list, &e),
        ERR_OK);
    CHECK_INT(list.count, 1);
    const struct sample_row *s = &list.rows[0];
    CHECK(s->own && !s->blocking && s->agreed_at > 0);
    CHECK_STR(s->expected, "{\"Create cash sale\":{\"tax\":62.50}}");
    CHECK_STR(s->agreed_with, "Dana");
    CHECK_STR(s->set_by, "eve");
    CHECK_STR(s->note, "as told on the call");
    sample_list_clear(&list);
    CHECK_INT(ask_sql("SELECT count(*) FROM sample"), others + 1);
    CHECK_INT(ask_sql("SELECT count(*) FROM audit WHERE action='sample.add' AND"
                      " after LIKE '%\"expected\":\"%' AND after NOT LIKE"
                      " '%62.50%' AND installation IS NOT NULL"),
              1);
    manager_close(m);
    check_sealed();
    fixture_end();
}

/* Sabotage: is_same() in sample_expected.c. */
static void
twice_is_once(void)
{
    fixture_start(1);
    struct manager *m = session_of("eve");
    CHECK_INT(add(m, 1, 7, "{\"A\":1}", false), ERR_OK);
    long long records = ask_sql("SELECT count(*) FROM audit");
    CHECK_INT(add(m, 1, 7, "{\"A\":1}", false), ERR_OK);
    CHECK_INT(ask_sql("SELECT count(*) FROM audit"), records);
    CHECK_INT(add(m, 1, 7, "{\"A\":2}", false), ERR_OK);
    CHECK_INT(ask_sql("SELECT count(*) FROM expectation"), 1);
    CHECK_INT(ask_sql("SELECT count(*) FROM audit"), records + 1);
    manager_close(m);
    check_sealed();
    fixture_end();
}

static void
it_is_the_installations_alone(void)
{
    struct sample_list list;
    fixture_start(2);
    struct manager *m = session_of("eve");
    CHECK_INT(add(m, 1, 7, "{\"A\":1}", false), ERR_OK);
    for (int i = 0; i < 3; i++) {
        const char *whose = i == 0 ? NULL : installation_id(i);
        size_t found = 0;
        CHECK_INT(manager_sample_list(m, WORKFLOW, whose, 100, &list, &e),
                  ERR_OK);
        for (size_t k = 0; k < list.count; k++)
            found += strcmp(list.rows[k].label, "S") == 0;
        CHECK_INT(found, i == 1);
        sample_list_clear(&list);
    }
    manager_close(m);
    fixture_end();
}

/* Sabotage: manager_may() in sample_expect() or expect_nothing(). */
static void
what_blocks_is_a_releasers(void)
{
    struct sample_expected unmark = {.set_blocking = true, .blocking = false};
    fixture_start(1);
    struct manager *eve = session_of("eve"), *rita = session_of("rita");
    const char *whose = installation_id(1);
    CHECK_INT(add(eve, 1, 7, "{\"A\":1}", true), ERR_ROLE);
    CHECK_INT(ask_sql("SELECT count(*) FROM sample WHERE label='S'"), 0);
    CHECK_INT(add(rita, 1, 7, "{\"A\":1}", true), ERR_OK);
    CHECK_INT(add(eve, 1, 7, "{\"A\":2}", false), ERR_ROLE);
    CHECK_INT(manager_sample_set(eve, WORKFLOW, whose, "S", &unmark, &e),
              ERR_ROLE);
    CHECK_INT(manager_sample_set(eve, WORKFLOW, whose, "S", NULL, &e),
              ERR_ROLE);
    CHECK_INT(manager_sample_remove(eve, WORKFLOW, whose, "S", &e), ERR_ROLE);
    CHECK_INT(ask_sql("SELECT blocking FROM expectation"), 1);
    CHECK_INT(manager_sample_set(rita, WORKFLOW, whose, "S", &unmark, &e),
              ERR_OK);
    CHECK_INT(manager_sample_remove(eve, WORKFLOW, whose, "S", &e), ERR_OK);
    CHECK_INT(ask_sql("SELECT count(*) FROM expectation"), 0);
    manager_close(eve);
    manager_close(rita);
    check_sealed();
    fixture_end();
}

/* Sabotage: the row "expectation" of payloads in src/store/console.c;
 * shown_label() in sample.c; shown_words() of agreed_with there. */
static void
who_sees_no_payloads_sees_none_of_it(void)
{
    struct sample_list list;
    bool open;
    fixture_start(1);
    struct manager *m = session_of("ada");
    CHECK_INT(add(m, 1, 7, "{\"A\":1}", true), ERR_OK);
    CHECK_INT(manager_access_add(m, "cleo", ROLE_ADMIN, NULL, PAYLOADS_CLOSED,
                                 &open, &e),
              ERR_OK);
    manager_close(m);
    m = session_of("cleo");
    CHECK_INT(add(m, 1, 8, "{\"A\":1}", false), ERR_ROLE);
    CHECK_INT(manager_sample_remove(m, WORKFLOW, installation_id(1), "S", &e),
              ERR_ROLE);
    CHECK_INT(
        manager_sample_list(m, WORKFLOW, installation_id(1), 1, &list, &e),
        ERR_OK);
    CHECK(list.count == 1 && !list.rows[0].body && !list.rows[0].expected);
    CHECK(list.rows[0].blocking && list.rows[0].hash);
    CHECK_STR(list.rows[0].label, list.rows[0].id);
    CHECK_STR(list.rows[0].note, "");
    CHECK_STR(list.rows[0].agreed_with, "");
    sample_list_clear(&list);
    for (int closed = 0; closed < 2; closed++) {
        struct db_stmt *q =
            db_use(manager_db(m),
                   closed ? CS_SEALS_EXPECTATION : CS_AGREED_MEMBER_LABEL);
        db_int(q, 0);
        db_row(q);
        CHECK((db_end(q, &e) != ERR_OK) == (closed == 1));
    }
    manager_close(m);
    fixture_end();
}

static void
there_are_limits(void)
{
    fixture_start(1);
    struct manager *m = session_of("eve");
    struct buf big;
    for (int i = 0; i < SAMPLES_AGREED; i++)
        CHECK_INT(add(m, 1, i, "{\"A\":1}", false), ERR_OK);
    CHECK_INT(add(m, 1, SAMPLES_AGREED, "{\"A\":1}", false), ERR_CONFLICT);
    CHECK_HAS(e.text, "100 are kept");
    CHECK_INT(add(m, 0, 0, "{\"A\":1}", false), ERR_OK);
    buf_init(&big, 1 << 20);
    buf_adds(&big, "{\"A\":\"");
    for (int i = 0; i < SAMPLE_AGREED_MAX; i++)
        buf_addc(&big, 'x');
    buf_adds(&big, "\"}");
    CHECK_INT(add(m, 0, 1, buf_str(&big), false), ERR_TOO_BIG);
    CHECK_INT(add(m, 0, 2, "[]", false), ERR_INVALID);
    buf_clear(&big);
    manager_close(m);
    fixture_end();
}

/* A store of the format before this table keeps its samples, and their
 * seals. */
static void
an_older_store_gets_the_table(void)
{
    struct manager *m = NULL;
    struct manager_session ada = {.actor = "ada", .upgrade = true};
    fixture_start(1);
    const char *samples = digest_sql("SELECT * FROM sample");
    char before[DIGEST_SIZE];
    snprintf(before, sizeof before, "%s", samples);
    run_sql("DROP TABLE expectation; DROP TABLE sheet; DROP TABLE kept_text;"
            " DROP INDEX sample_expires;"
            " DROP INDEX end_user_missing;"
            " DROP INDEX installation_missing;"
            " ALTER TABLE end_user DROP COLUMN missing_accepted;"
            " ALTER TABLE installation DROP COLUMN missing_accepted;"
            " ALTER TABLE outbox DROP COLUMN delivery_hash;"
            " ALTER TABLE runtime DROP COLUMN contact_hash;"
            " ALTER TABLE runtime DROP COLUMN copy_asked;"
            " ALTER TABLE installed_workflow DROP COLUMN live_reported;"
            " ALTER TABLE installed_workflow DROP COLUMN awaiting_reported;"
            " DELETE FROM meta WHERE key = 'clock';"
            " DROP INDEX outbox_input;"
            " PRAGMA user_version=15");
    long long newest = ask_sql("SELECT max(at) FROM audit");
    CHECK_INT(manager_open(&m, store_path(), &ada, &e), ERR_OK);
    manager_close(m);
    CHECK_INT(ask_sql("SELECT count(*) FROM expectation"), 0);
    CHECK_INT(ask_sql("SELECT CAST(value AS INTEGER) FROM meta"
                      " WHERE key = 'clock'"),
              newest);
    CHECK_STR(digest_sql("SELECT * FROM sample"), before);
    m = session_of("eve");
    CHECK_INT(add(m, 1, 7, "{\"A\":1}", false), ERR_OK);
    manager_close(m);
    check_sealed();
    fixture_end();
}

/* True where the bytes WORDS stand in the store's file. */
static bool
is_in_the_file(const char *words)
{
    struct buf file;
    buf_init(&file, 64 << 20);
    CHECK_INT(file_read(store_path(), &file, &e), ERR_OK);
    bool found = memmem(file.data, file.len, words, strlen(words)) != NULL;
    buf_clear(&file);
    return found;
}

/* Sabotage: secure_delete in src/store/db.c. */
static void
what_is_removed_is_not_left_in_the_file(void)
{
    fixture_start(1);
    struct manager *m = session_of("eve");
    CHECK_INT(add(m, 1, 7, "{\"A\":\"canary-77ad\"}", false), ERR_OK);
    CHECK(is_in_the_file("canary-77ad"));
    CHECK_INT(manager_sample_remove(m, WORKFLOW, installation_id(1), "S", &e),
              ERR_OK);
    manager_close(m);
    CHECK(!is_in_the_file("canary-77ad"));
    check_sealed();
    fixture_end();
}

static bool
is_there(const char *label)
{
    struct sample_list list;
    struct manager *m = session_of("eve");
    bool found = false;
    CHECK_INT(
        manager_sample_list(m, WORKFLOW, installation_id(1), 100, &list, &e),
        ERR_OK);
    for (size_t i = 0; i < list.count; i++)
        found = found || strcmp(list.rows[i].label, label) == 0;
    sample_list_clear(&list);
    manager_close(m);
    return found;
}

/* It goes with what is expected of it, and the record of it says so. Sabotage:
 * either row of removals in purge.c. */
static void
a_sample_is_kept_for_a_time(void)
{
    fixture_start(1);
    struct manager *m = session_of("eve");
    CHECK_INT(add(m, 1, 7, "{\"A\":\"canary-77ad\"}", false), ERR_OK);
    CHECK_INT(manager_sample_keep(m, WORKFLOW, installation_id(1), "S",
                                  INT64_MAX, &e),
              ERR_OK);
    CHECK_INT(manager_purge(m, &e), ERR_OK);
    CHECK(is_there("S"));
    CHECK_INT(manager_sample_keep(m, WORKFLOW, installation_id(1), "S", 1, &e),
              ERR_OK);
    CHECK(!is_there("S"));
    check_sealed();
    CHECK_INT(manager_sample_keep(m, WORKFLOW, installation_id(1), "S", 0, &e),
              ERR_OK);
    CHECK_INT(manager_purge(m, &e), ERR_OK);
    CHECK(is_there("S"));
    CHECK_INT(manager_sample_keep(m, WORKFLOW, installation_id(1), "S", 1, &e),
              ERR_OK);
    CHECK_INT(manager_purge(m, &e), ERR_OK);
    CHECK_INT(ask_sql("SELECT count(*) FROM expectation"), 0);
    CHECK_INT(ask_sql("SELECT count(*) FROM audit WHERE action = 'purge' AND"
                      " before = '{\"samples\":1}'"),
              1);
    manager_close(m);
    CHECK(!is_in_the_file("canary-77ad"));
    check_sealed();
    fixture_end();
}

/* What blocks would end with it. Sabotage: s->blocking in keep_until(). */
static void
what_blocks_is_kept_as_long_as_a_releaser_says(void)
{
    fixture_start(1);
    struct manager *ada = session_of("ada"), *eve = session_of("eve");
    CHECK_INT(add(ada, 1, 7, "{\"A\":1}", true), ERR_OK);
    CHECK_INT(
        manager_sample_keep(eve, WORKFLOW, installation_id(1), "S", 1, &e),
        ERR_ROLE);
    CHECK_INT(
        manager_sample_keep(ada, WORKFLOW, installation_id(1), "S", 1, &e),
        ERR_OK);
    manager_close(ada);
    manager_close(eve);
    fixture_end();
}

static void
check_redacted(const char *text, const char *redacted, const char *names)
{
    const char *more[] = {"E-Mail"};
    struct value *sample = value_object();
    struct buf found;
    buf_init(&found, 1000);
    value_set(sample, "input", json(text));
    sample_redact(sample, NULL, more, 1, &found);
    char *left = value_to_text(value_get(sample, "input"));
    CHECK_STR(left, redacted);
    CHECK_STR(buf_str(&found), names);
    free(left);
    value_free(sample);
    buf_clear(&found);
}

/* Sabotage: is_secret() in redact.c. */
static void
secrets_are_redacted(void)
{
    check_redacted("{\"id\":1,\"a\":[{\"Api_Key\":\"k\",\"note\":\"x\"}]}",
                   "{\"id\":1,\"a\":[{\"Api_Key\":\"[redacted]\","
                   "\"note\":\"x\"}]}",
                   "Api_Key");
    check_redacted("{\"a\":{\"email\":\"x\"},\"email\":7,\"password\":[1]}",
                   "{\"a\":{\"email\":\"[redacted]\"},"
                   "\"email\":\"[redacted]\",\"password\":\"[redacted]\"}",
                   "email, password");
    check_redacted("{\"X-Api-Key\":1,\"dbPassword\":2,\"newPassword\":3,"
                   "\"user_password\":4,\"secretAccessKey\":5,"
                   "\"token_secret\":6,\"passwordless\":7,\"broken\":8}",
                   "{\"X-Api-Key\":\"[redacted]\","
                   "\"dbPassword\":\"[redacted]\","
                   "\"newPassword\":\"[redacted]\","
                   "\"user_password\":\"[redacted]\","
                   "\"secretAccessKey\":\"[redacted]\","
                   "\"token_secret\":\"[redacted]\",\"passwordless\":7,"
                   "\"broken\":8}",
                   "X-Api-Key, dbPassword, newPassword, user_password, "
                   "secretAccessKey, token_secret");
    check_redacted("{\"token\":null,\"secret\":\"\",\"tokens\":2}",
                   "{\"token\":null,\"secret\":\"\",\"tokens\":2}", "");
}

/* A key of a look-up is what a field held: it goes with it. One that stands in
 * the sample elsewhere, or that a formula made, stays. Sabotage:
 * sample_holds(before, key) in redact.c. */
static void
keys_of_look_ups_are_redacted_with_their_fields(void)
{
    static const char text[] =
        "{\"input\":{\"email\":\"a@x.example\",\"name\":\"Ana\",\"pin\":7},"
        "\"lookups\":{\"a find by e, take id\":{\"a@x.example\":1,\"Ana\":2,"
        "\"ANA\":3,\"7\":4},\"reference c\":null}}";
    const char *more[] = {"email", "pin"};
    struct value *v = json(text);
    struct buf found;
    buf_init(&found, 1000);
    sample_redact(v, NULL, more, 2, &found);
    char *left = value_to_text(value_get(v, "lookups"));
    CHECK_STR(left, "{\"a find by e, take id\":{\"Ana\":2,\"ANA\":3},"
                    "\"reference c\":null}");
    free(left);
    value_free(v);
    buf_clear(&found);
}

static void
the_set_has_no_order(void)
{
    const char *one[] = {"b", "a", "c"}, *other[] = {"c", "b", "a"};
    char x[DIGEST_SIZE], y[DIGEST_SIZE], z[DIGEST_SIZE];
    checked_set_hash(x, one, 3);
    checked_set_hash(y, other, 3);
    checked_set_hash(z, one, 2);
    CHECK_STR(x, y);
    CHECK(strcmp(x, z) != 0);
    checked_hash(x, "{\"input\":1}", "{\"A\":1}", 1);
    checked_hash(y, "{\"input\":1}", "{\"A\":2}", 1);
    CHECK(strcmp(x, y) != 0);
}

void
test_manager_expected(void)
{
    static const struct test tests[] = {
        {"it is kept with who and when", it_is_kept_with_who_and_when},
        {"twice is once", twice_is_once},
        {"it is the installation's alone", it_is_the_installations_alone},
        {"what blocks is a releaser's", what_blocks_is_a_releasers},
        {"who sees no payloads sees none of it",
         who_sees_no_payloads_sees_none_of_it},
        {"there are limits", there_are_limits},
        {"an older store gets the table", an_older_store_gets_the_table},
        {"what is removed is not left in the file",
         what_is_removed_is_not_left_in_the_file},
        {"a sample is kept for a time", a_sample_is_kept_for_a_time},
        {"what blocks is kept as long as a releaser says",
         what_blocks_is_kept_as_long_as_a_releaser_says},
        {"secrets are redacted", secrets_are_redacted},
        {"keys of look-ups are redacted with their fields",
         keys_of_look_ups_are_redacted_with_their_fields},
        {"the set has no order", the_set_has_no_order},
        {NULL, NULL}};
    RUN_SUITE("expected", tests);
}
