/* Every column of every table: what another program writes is found. */
#include "tests/unit/manager/release/release.h"
#include "tests/unit/manager/release/world.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "manager/catalogue/catalogue.h"
#include "manager/catalogue/sample.h"
#include "manager/catalogue/sheet.h"
#include "manager/draft/kept.h"
#include "manager/session/audit.h"
#include "manager/session/store.h"
#include "store/db.h"
#include "tests/unit/test.h"
#include "value/value.h"

static struct world w;

/* Columns that no record tells, and why that is no harm. */
static const struct {
    const char *column;
    const char *why;
} unsealed[] = {
    {"setting.*", "an actor's own view"},
    {"runtime_integration.*", "publishing again writes it"},
    {"document.n", "the number of a row, which nothing names"},
    {"actor.n", "likewise"},
    {"connector.n", "likewise"},
    {"sample.n", "likewise"},
    {"expectation.n", "likewise"},
    {"sheet.n", "likewise"},
    {"sheet.body", "reading compares its hash, which is sealed"},
    {"kept_text.n", "likewise"},
    {"kept_text.text", "its hash is sealed, and compared when it is read"},
    {"kept_text.blind", "likewise"},
    {"release_receipt.n", "likewise"},
    {"runtime.protocol", "the next contact writes it"},
    {"runtime.last_contact", "likewise"},
    {"runtime.last_error", "likewise"},
    {"runtime.trouble", "likewise"},
    {"runtime.clock_skew_ms", "likewise"},
    {"runtime.feed_head", "the next contact writes it"},
    {"runtime.tried_at", "the next contact writes it"},
    {"runtime.heard_at", "the next answer writes it"},
    {"runtime.certificate_ends", "likewise"},
    {"runtime.copy_asked", "the next full copy ends it"},
    {"end_user.copy", "the next full copy writes it"},
    {"end_user.missing_since", "likewise; its record is in the audit"},
    {"end_user.missing_accepted", "likewise"},
    {"installation.copy", "the next full copy writes it"},
    {"installation.missing_since", "likewise; its record is in the audit"},
    {"installation.missing_accepted", "likewise"},
    {"installed_workflow.live_unknown", "a copy of what the runtime says"},
    {"installed_workflow.awaiting_unknown", "likewise"},
    {"installed_workflow.live_reported", "likewise"},
    {"installed_workflow.awaiting_reported", "likewise"},
    {"unknown_version.*", "a copy of the runtime's list; imports have records"},
    {"installation.state", "a copy of what the runtime says"},
    {"installation.condition", "likewise"},
    {"installation.connected", "likewise"},
    {"installation.answered", "likewise"},
    {"installation.credentials", "likewise"},
    {"installation.changed_at", "likewise"},
    {"installation.as_of", "likewise"},
    {"installed_workflow.releasing", "ends with the receipt"},
    {"installed_workflow.active", "a copy of what the runtime says"},
    {"installed_workflow.off", "likewise"},
    {"installed_workflow.todo", "likewise"},
    {"end_user.deleted_at", "likewise"},
    {"installed_workflow.failed", "likewise"},
    {"installed_workflow.parked", "likewise"},
    {"installed_workflow.set_aside", "likewise"},
    {"installed_workflow.needs", "likewise"},
    {"installed_workflow.as_of", "likewise"}};

static bool
is_unsealed(const char *table, const char *column)
{
    char both[128], all[128];
    snprintf(both, sizeof both, "%s.%s", table, column);
    snprintf(all, sizeof all, "%s.*", table);
    for (size_t i = 0; i < sizeof unsealed / sizeof *unsealed; i++)
        if (strcmp(unsealed[i].column, both) == 0 ||
            strcmp(unsealed[i].column, all) == 0)
            return true;
    return false;
}

static sqlite3 *
open_raw(void)
{
    sqlite3 *handle = NULL;
    if (sqlite3_open(w.path, &handle) != SQLITE_OK)
        abort();
    return handle;
}

static void
raw(const char *sql)
{
    sqlite3 *handle = open_raw();
    char *why = NULL;
    if (sqlite3_exec(handle, sql, NULL, NULL, &why) != SQLITE_OK)
        test_fail(__FILE__, __LINE__, sql, why, "no error");
    sqlite3_free(why);
    sqlite3_close(handle);
}

/* The rows of QUERY, "a;b" lines joined; the caller frees. */
static char *
ask(const char *query)
{
    struct buf out;
    sqlite3_stmt *s = NULL;
    sqlite3 *handle = open_raw();
    buf_init(&out, 1 << 20);
    sqlite3_prepare_v2(handle, query, -1, &s, NULL);
    while (s && sqlite3_step(s) == SQLITE_ROW)
        buf_addf(&out, "%s;\n", (const char *)sqlite3_column_text(s, 0));
    sqlite3_finalize(s);
    sqlite3_close(handle);
    return buf_take(&out);
}

/* Runs SQL as a hostile program does: no triggers, keys or checks. */
static void
alter(const char *sql)
{
    char *make = ask("SELECT sql FROM sqlite_schema WHERE type='trigger'");
    char *drop = ask("SELECT 'DROP TRIGGER ' || name FROM sqlite_schema"
                     " WHERE type='trigger'");
    char *all = mem_printf("PRAGMA foreign_keys=OFF;"
                           "PRAGMA ignore_check_constraints=ON;"
                           "PRAGMA synchronous=OFF;%s%s;%s",
                           drop, sql, make);
    raw(all);
    free(make);
    free(drop);
    free(all);
}

/* Whether store check finds SQL; the store is put back as it was. */
static void
check_found(const char *what, const char *sql)
{
    struct buf kept, report;
    struct error e;
    struct manager *m = NULL;
    struct manager_session session = {.actor = "root"};
    buf_init(&kept, 64 << 20);
    buf_init(&report, 65536);
    CHECK_INT(file_read(w.path, &kept, &e), ERR_OK);
    alter(sql);
    CHECK_INT(manager_open(&m, w.path, &session, &e), ERR_OK);
    if (m && manager_store_check(m, &report, &e) != ERR_DAMAGED)
        test_fail(__FILE__, __LINE__, what, buf_str(&report), "a finding");
    manager_close(m);
    int fd = open(w.path, O_WRONLY | O_TRUNC);
    CHECK_INT(write(fd, kept.data, kept.len), kept.len);
    close(fd);
    buf_clear(&kept);
    buf_clear(&report);
}

/* The runtime has connected an app, and a restore has undone that: what was
 * known of it is still there, as that is what people wanted. */
static void
undo_connection(void)
{
    const struct fake_installation *i = fake_at(w.rt, 0);
    struct fact connected = {.sequence = w.cursor + 1,
                             .kind = FACT_CONNECTED,
                             .installation_id = i->id,
                             .app = "http",
                             .credential_id = "cccccccccccccccccccccccc"};
    struct fact other = connected;
    struct fact_page page = {.facts = &connected,
                             .count = 1,
                             .cursor = w.cursor + 1,
                             .head = w.cursor + 1,
                             .hash = "0"};
    struct state_entry user = {.user_id = i->user,
                               .username = "user-0",
                               .full_name = "User 0",
                               .installation_id = i->id,
                               .integration_id = i->integration};
    struct state_page state = {.entries = &user, .count = 1, .hash = "0"};
    struct full_copy copy = {.why = "test"};
    struct error e;
    CHECK_INT(manager_apply_facts(w.m, w.runtime, &page, &e), ERR_OK);
    state.feed_cursor = page.cursor;
    CHECK_INT(manager_apply_state(w.m, w.runtime, &state, &copy, true, &e),
              ERR_OK);
    other.sequence = ++page.cursor;
    other.app = "mail";
    page.facts = &other;
    page.head = page.cursor;
    CHECK_INT(manager_apply_facts(w.m, w.runtime, &page, &e), ERR_OK);
}

static void
check_good(void)
{
    struct buf report;
    struct error e;
    buf_init(&report, 65536);
    if (manager_store_check(w.m, &report, &e) != ERR_OK)
        test_fail(__FILE__, __LINE__, "store", buf_str(&report), "no finding");
    buf_clear(&report);
}

/* A store with at least one row in every table, but for undo_connection(). */
static void
fill(void)
{
    struct error e;
    struct value *v = value_object();
    bool fresh;
    char id[25];
    char hash[65];
    struct buf text;
    world_open(&w, 2);
    buf_init(&text, 1 << 20);
    CHECK_INT(file_read(TAILOR_SRCDATADIR "/connectors/http.json", &text, &e),
              ERR_OK);
    CHECK_INT(manager_connector_add(w.m, text.data, text.len, "http", hash, &e),
              ERR_OK);
    buf_clear(&text);
    world_release(&w, 0, "sale", 5, false, id);
    world_settle(&w);
    CHECK_INT(world_fork(&w, 1, "sale", 7, false, id, &e), ERR_OK);
    const struct kept_text typed = {
        .place = "p", .label = "l", .text = "t", .why = "w"};
    CHECK_INT(manager_draft_keep(w.m, id, &typed, &e), ERR_OK);
    CHECK_INT(manager_sample_add(w.m, "sale", NULL, "one", v, NULL, &fresh, &e),
              ERR_OK);
    struct value *expected = value_object();
    value_set_int(expected, "Tax", 1);
    CHECK_INT(manager_sample_set(w.m, "sale", NULL, "one",
                                 &(struct sample_expected){.blocks = expected},
                                 &e),
              ERR_OK);
    value_free(expected);
    value_free(v);
    enum sheet_added added;
    int64_t expires_at;
    CHECK_INT(
        manager_sheet_add(w.m, "s", "1", 1, false, &added, &expires_at, &e),
        ERR_OK);
    world_release(&w, 1, "refund", 6, false, id);
    manager_close(world_session(&w, "mallory", ROLE_ENGINEER));
    CHECK_INT(manager_setting_set(w.m, "a", "1", &e), ERR_OK);
}

/* A column that is added to a table is protected or named above. Sabotage:
 * take any column out of seal_statements.def. */
static void
test_every_column(void)
{
    fill();
    undo_connection();
    check_good();
    char *columns = ask(
        "SELECT m.name || '.' || c.name || '.' || c.type FROM sqlite_schema m"
        " JOIN pragma_table_info(m.name) c WHERE m.type='table' AND m.sql NOT"
        " LIKE 'CREATE VIRTUAL%' AND m.sql NOT LIKE 'CREATE TABLE ''%'");
    int seen = 0;
    char *rest = columns;
    for (char *line; (line = strsep(&rest, "\n")) && *line;) {
        char *table = strsep(&line, "."), *column = strsep(&line, ".");
        char sql[300];
        if (is_unsealed(table, column))
            continue;
        bool text = strncmp(line, "TEXT", 4) == 0;
        snprintf(sql, sizeof sql, "UPDATE %s SET %s=coalesce(%s,%s)%s%s", table,
                 column, column, text ? "''" : "0", text ? "||'x'" : "+1000000",
                 strcmp(table, "actor") ? "" : " WHERE name='mallory'");
        check_found(sql, sql);
        seen++;
    }
    CHECK(seen > 90);
    free(columns);
    world_close(&w);
}

/* A resume that another program puts before its pause leaves a customer
 * paused. Sabotage: seal_check() without check_order(). */
static void
test_order_of_requests(void)
{
    struct error e;
    struct buf report;
    fill();
    buf_init(&report, 65536);
    for (int i = 0; i < 2; i++)
        CHECK_INT(manager_installation_pause(w.m, world_installation(0), "sale",
                                             i == 0, false, NULL, NULL, &e),
                  ERR_OK);
    CHECK_INT(manager_store_check(w.m, &report, &e), ERR_OK);
    check_found("a pause behind its resume",
                "UPDATE outbox SET n = (SELECT max(n) + 1 FROM outbox)"
                " WHERE kind = 'pause'");
    buf_clear(&report);
    world_close(&w);
}

/* What the tools of a damaged store say: DAMAGED, by one of them at least. */
static void
check_tools(const char *what, bool in_audit)
{
    struct buf report;
    struct error e;
    struct audit_verdict v;
    struct manager *m = NULL;
    struct manager_session session = {.actor = "root", .read_only = true};
    int out = open("/dev/null", O_WRONLY);
    enum err found = manager_open(&m, w.path, &session, &e), verify = found,
             export = found;
    buf_init(&report, 65536);
    if (m) {
        found = manager_store_check(m, &report, &e);
        verify = audit_verify(m, NULL, &v, &e);
        export = audit_export(m, out, "export", &e);
    }
    if (found != ERR_DAMAGED ||
        (in_audit && (verify != ERR_DAMAGED || export != ERR_DAMAGED)))
        test_fail(__FILE__, __LINE__, what, e.text, "DAMAGED");
    manager_close(m);
    buf_clear(&report);
    close(out);
}

/* Every text that never is NULL, as NULL. Sabotage: "is NULL" in
 * there() of src/store/db_stmt.c, or the NULL of read_text() in
 * audit.c. */
static void
test_null_texts(void)
{
    int seen = 0;
    fill();
    char *columns = ask(
        "SELECT m.name || '.' || c.name FROM sqlite_schema m JOIN"
        " pragma_table_info(m.name) c WHERE m.type='table' AND c.type ="
        " 'TEXT' AND c.\"notnull\" AND c.pk = 0 AND m.sql NOT LIKE"
        " 'CREATE VIRTUAL%' AND m.name NOT IN ('unknown_version', 'undone')");
    char *rest = columns;
    for (char *line; (line = strsep(&rest, "\n")) && *line;) {
        struct buf kept;
        struct error e;
        char *table = strsep(&line, "."), *column = strsep(&line, ";");
        char sql[300];
        buf_init(&kept, 64 << 20);
        CHECK_INT(file_read(w.path, &kept, &e), ERR_OK);
        snprintf(sql, sizeof sql,
                 "SELECT quote(sql) FROM sqlite_schema WHERE"
                 " name='%s'",
                 table);
        char *old = ask(sql);
        old[strlen(old) - 2] = 0;
        snprintf(sql, sizeof sql,
                 "PRAGMA writable_schema=ON; UPDATE sqlite_schema SET sql="
                 "replace(sql,' NOT NULL','') WHERE name='%s'",
                 table);
        raw(sql);
        snprintf(sql, sizeof sql, "UPDATE %s SET %s=NULL%s", table, column,
                 strcmp(table, "actor") ? "" : " WHERE name='mallory'");
        alter(sql);
        char *back = mem_printf("PRAGMA writable_schema=ON; UPDATE"
                                " sqlite_schema SET sql=%s WHERE name='%s'",
                                old, table);
        raw(back);
        check_tools(sql, strcmp(table, "audit") == 0);
        int fd = open(w.path, O_WRONLY | O_TRUNC);
        CHECK_INT(write(fd, kept.data, kept.len), kept.len);
        close(fd);
        buf_clear(&kept);
        free(old);
        free(back);
        seen++;
    }
    CHECK(seen > 40);
    free(columns);
    world_close(&w);
}

/* Another document in the place of one, under its own right hash. */
#define SWAP_DOCUMENT(kind)                                                    \
    "UPDATE document SET body='{}', "                                          \
    "hash='44136fa355b3678a1146ad16f7e8649e94fb"                               \
    "4fc21fe77e8310c060f61caaff8a' WHERE n=(SELECT max(n) FROM document WHERE" \
    " kind='" kind "')"

/* Rows removed and added. Sabotage: one of the two loops of judge_all, or for
 * documents check_all_lost and for requests CS_SEAL_ANSWERED in seal_check.c.
 */
static void
test_rows(void)
{
    static const char *const changes[] = {
        "DELETE FROM actor WHERE name='mallory'",
        "INSERT INTO actor(name,role,added_at,added_by) VALUES('eve',4,1,'x')",
        "DELETE FROM outbox WHERE state=0",
        "DELETE FROM release_receipt",
        "DELETE FROM draft_edit",
        "DELETE FROM draft",
        "UPDATE draft SET body='{}' WHERE version=(SELECT max(v.n) FROM"
        " version v JOIN draft d ON d.version=v.n WHERE v.state=2)",
        "DELETE FROM sample",
        "DELETE FROM sheet",
        "DELETE FROM meta",
        "DELETE FROM document WHERE kind='workflow' AND n=(SELECT max(n) FROM"
        " document WHERE kind='workflow')",
        "DELETE FROM document WHERE kind='connector'",
        SWAP_DOCUMENT("workflow"),
        SWAP_DOCUMENT("connector"),
        "UPDATE document SET kind='connector' WHERE kind='workflow'",
        "UPDATE document SET kind='workflow' WHERE kind='connector'",
        "DELETE FROM audit",
        "UPDATE outbox SET state=2 WHERE state=0",
        "UPDATE outbox SET state=3 WHERE state=0",
        "UPDATE outbox SET state=0 WHERE kind='release' AND state=2",
        "UPDATE outbox SET state=1 WHERE kind='release' AND state=2",
        "UPDATE outbox SET state=3 WHERE kind='release' AND state=2",
        "UPDATE outbox SET state=0 WHERE kind='publish'",
        "UPDATE outbox SET state=1 WHERE state=0",
        "UPDATE outbox SET state=0 WHERE kind='document' AND state=2",
        "UPDATE actor SET role=4 WHERE name='mallory'",
        "UPDATE integration SET four_eyes=1-four_eyes",
        "UPDATE installed_workflow SET live=previous WHERE previous NOTNULL"};
    fill();
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++)
        check_found(changes[i], changes[i]);
    world_close(&w);
}

/* What restores have undone, and by which credential an app is connected.
 * Sabotage: restored_seal() in audit_page() of apply_state.c or of
 * apply_facts.c, seal_connected() in copy.c. */
static void
test_restores(void)
{
    static const char *const changes[] = {
        "DELETE FROM undone",
        "INSERT INTO undone SELECT runtime, subject, workflow, 'b', aspect,"
        " wanted, got FROM undone",
        "UPDATE runtime SET restored_why = NULL",
        "UPDATE installation SET connected_by = NULL",
        "UPDATE installation SET connected_by = '{}' WHERE connected_by IS"
        " NULL"};
    struct error e;
    fill();
    undo_connection();
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++)
        check_found(changes[i], changes[i]);
    char key[IDENT_SIZE];
    CHECK_INT(manager_runtime_accept_restore(w.m, "rt", NULL, key, &e), ERR_OK);
    check_good();
    char *left = ask("SELECT count(*) FROM undone");
    CHECK_STR(left, "0;\n");
    free(left);
    char *notices = ask("SELECT count(*) > 0 FROM audit WHERE action='notice'");
    CHECK_STR(notices, "1;\n");
    free(notices);
    check_found("a base version is queued again after a notice",
                "UPDATE outbox SET state=1 WHERE kind='publish'");
    world_close(&w);
}

/* What another program wrote stays a finding while deliveries go on and end.
 * Sabotage: "iif(delivery_hash IS NOT" in release_statements.def. */
static void
test_deliveries(void)
{
    fill();
    CHECK(world_deliver(&w, REQUEST_LOST));
    check_good();
    alter("UPDATE outbox SET attempts=7 WHERE state=0");
    w.altered = true;
    world_settle(&w);
    check_found("an attempt more, delivered", "");
    world_close(&w);
}

/* A search that fails names the remedy. Sabotage: is_index_damage in
 * src/store/db_error.c. */
static void
check_search(struct manager *m, const char *change)
{
    static const char *const texts[] = {"us", "user", "user-0"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct installation_filter filter = {.text = texts[i]};
        struct installation_list list;
        struct error e;
        enum err err =
            manager_installation_list(m, &filter, NULL, 10, &list, &e);
        if (err != ERR_OK && e.hint != HINT_STORE_REINDEX)
            test_fail(__FILE__, __LINE__, change, e.text, "the remedy");
        installation_list_clear(&list);
    }
}

/* A damaged search index is found and made again. Sabotage: check_itself and
 * check_content in src/store/db_index.c, console_search_rebuild in
 * manager_store_reindex. */
static void
test_search_index(void)
{
    static const char *const changes[] = {
        "DELETE FROM installation_text_data",
        "DELETE FROM installation_word_data",
        "DELETE FROM installation_word_data WHERE id=1",
        "UPDATE installation_text_config SET v=99",
        "DELETE FROM installation_word_config",
        "DROP TABLE installation_word_idx",
        "DROP TABLE installation_text_data",
        "DROP TABLE installation_word",
        "UPDATE installation_text_data SET block=zeroblob(length(block))",
        "DELETE FROM installation_word_idx",
        "DELETE FROM installation_text_idx",
        "INSERT INTO installation_text(installation_text, rowid, search)"
        " SELECT 'delete', n, search FROM installation LIMIT 1",
        "INSERT INTO installation_word(rowid, letters) VALUES(1, 'zq')",
        "INSERT INTO installation_word(installation_word) "
        "VALUES('delete-all')"};
    struct manager_session session = {.actor = "root", .read_only = true};
    struct error e;
    fill();
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        struct buf report;
        struct manager *m = NULL;
        buf_init(&report, 65536);
        raw(changes[i]);
        CHECK_INT(manager_open(&m, w.path, &session, &e), ERR_OK);
        check_search(m, changes[i]);
        if (manager_store_check(m, &report, &e) != ERR_DAMAGED ||
            e.hint != HINT_STORE_REINDEX)
            test_fail(__FILE__, __LINE__, changes[i], e.text, "a finding");
        manager_close(m);
        CHECK_INT(manager_store_reindex(w.m, &e), ERR_OK);
        if (manager_store_check(w.m, &report, &e) != ERR_OK)
            test_fail(__FILE__, __LINE__, changes[i], e.text, "a repair");
        buf_clear(&report);
    }
    world_close(&w);
}

/* Another holds the lock for writing: nothing is damaged for that. Sabotage:
 * SQLITE_BUSY in check_itself(). */
static void
test_check_beside_a_writer(void)
{
    struct manager_session session = {.actor = "root", .read_only = true};
    struct manager *m = NULL;
    struct buf report;
    struct error e;
    fill();
    buf_init(&report, 65536);
    CHECK_INT(manager_open(&m, w.path, &session, &e), ERR_OK);
    CHECK_INT(db_begin(manager_db(w.m), &e), ERR_OK);
    CHECK_INT(manager_store_check(m, &report, &e), ERR_OK);
    db_rollback(manager_db(w.m));
    manager_close(m);
    buf_clear(&report);
    world_close(&w);
}

void
test_release_seals(void)
{
    static const struct test tests[] = {
        {"every column is protected", test_every_column},
        {"a text that is NULL is found", test_null_texts},
        {"rows that come and go are found", test_rows},
        {"what restores have undone is protected", test_restores},
        {"another state of a request stays a finding", test_deliveries},
        {"another order of requests is found", test_order_of_requests},
        {"a damaged search index is found and made again", test_search_index},
        {"a check beside a writer is good", test_check_beside_a_writer},
        {NULL, NULL}};
    test_run("seals", tests);
    failed_tests += test_failures;
    test_failures = 0;
}
