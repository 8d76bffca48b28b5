/*
 * The query plan of every statement of every table: no walk through a whole
 * big table. The exceptions are listed with their reasons, and one that is
 * not needed any more fails too.
 */
#include "base/buf.h"
#include "store/console.h"
#include "store/runtime.h"
#include "tests/unit/store/store.h"
#include "tests/unit/test.h"

static struct error e;

/* Tables that stay small: a SCAN of these is no harm. */
static const char *const small_tables[] = {
    "meta",      "actor",   "integration",         "workflow",
    "connector", "runtime", "runtime_integration", "setting",
    "origin",    "sheet"};

/* Partial indexes that hold few rows of a big table. */
static const char *const small_indexes[] = {
    "document_connector", "outbox_due",    "installation_refused",
    "version_discarded",  "run_worked_on", "run_crashed"};

/* Statements that may scan, and why. Some stop after the first row that an
 * index gives, which the plan does not show. */
static const struct {
    const char *statement;
    const char *why;
} exceptions[] = {
    {"COUNT_ALL", "store info counts what there is"},
    {"AUDIT_HEAD", "stops after the last row"},
    {"COUNT_LIST", "500 rows in the order of their key, dropped once told"},
    {"LOST_OF_DOCUMENT", "the pins that a document has in itself"},
    {"RUN_COUNTS", "one row of totals for each workflow and environment"},
    {"TOKENS_REVOKED", "a restore compares what was taken away, once"},
    {"TOKENS_HAD", "likewise"},
    {"USERS_DELETED", "likewise"},
    {"USERS_GONE", "likewise"},
    {"CREDENTIALS_DELETED", "likewise"},
    {"UNDONE_CHOSEN", "the answers of a row in itself"},
    {"UNDONE_CURRENT", "likewise"},
    {"CONNECTED_UNNAMED", "the apps of a row in itself"},
    {"REL_AUTHORS", "the drafts that one was forked from, by their keys"},
    {"CREDENTIAL_COUNTS", "metrics count all credentials"},
};
static bool exception_used[sizeof exceptions / sizeof exceptions[0]];

static bool
is_small(const char *table, size_t n)
{
    for (size_t i = 0; i < sizeof small_tables / sizeof small_tables[0]; i++)
        if (strlen(small_tables[i]) == n &&
            strncmp(small_tables[i], table, n) == 0)
            return true;
    return false;
}

/* ENUM_…: a store check looks at each row. */
static bool
is_exception(const char *statement)
{
    if (strncmp(statement, "ENUM_", 5) == 0)
        return true;
    for (size_t i = 0; i < sizeof exceptions / sizeof exceptions[0]; i++)
        if (strcmp(exceptions[i].statement, statement) == 0) {
            exception_used[i] = true;
            return true;
        }
    return false;
}

/* The table that SQL calls NAME: "FROM table NAME", "JOIN table NAME", or
 * NAME itself. */
static const char *
table_of(const char *sql, const char *name, size_t n, size_t *length)
{
    static const char *const before[] = {"FROM ", "JOIN ", "from ", "join "};
    for (size_t i = 0; i < 4; i++) {
        const char *p = sql;
        while ((p = strstr(p, before[i]))) {
            p += strlen(before[i]);
            size_t table = strcspn(p, " ,)");
            const char *alias = p + table + (p[table] == ' ');
            if (strncmp(alias, "AS ", 3) == 0)
                alias += 3;
            if (strcspn(alias, " ,)") == n && strncmp(alias, name, n) == 0) {
                *length = table;
                return p;
            }
        }
    }
    *length = n;
    return name;
}

/* True where NAME is a subquery of the plan: its own lines tell how it is
 * found. */
static bool
is_subquery(const char *plan, const char *name, size_t n)
{
    static const char *const words[] = {"CO-ROUTINE ", "MATERIALIZE "};
    for (size_t i = 0; i < 2; i++) {
        const char *p = plan;
        while ((p = strstr(p, words[i]))) {
            p += strlen(words[i]);
            if (strncmp(p, name, n) == 0 && (p[n] == '\n' || p[n] == 0))
                return true;
        }
    }
    return false;
}

/* True where a line of a plan walks through a whole big table. */
static bool
scans(const char *sql, const char *plan, const char *line)
{
    static const char scan[] = "SCAN ";
    if (strncmp(line, scan, strlen(scan)) != 0)
        return false;
    const char *name = line + strlen(scan);
    if (strncmp(name, "CONSTANT", 8) == 0 || *name == '(')
        return false;
    const char *fts = strstr(name, "VIRTUAL TABLE INDEX ");
    if (fts && strpbrk(fts, "M="))
        return false;
    for (size_t i = 0; i < sizeof small_indexes / sizeof small_indexes[0]; i++)
        if (strstr(name, small_indexes[i]))
            return false;
    size_t length = strcspn(name, " ");
    if (is_subquery(plan, name, length))
        return false;
    const char *table = table_of(sql, name, length, &length);
    return !is_small(table, length);
}

/* Lists of runs: a page costs as much as it has rows, however many runs there
 * are. The index that each list walks along; NULL: it is no such list. */
static const char *
index_of_page(const char *statement)
{
    static const char *const pages[][2] = {
        {"RUN_OF_INSTALLED", "run_of_installed"},
        {"RUN_OF_WORKFLOW", "run_of_workflow"},
        {"RUN_FAILED_OF_INSTALLED", "run_failed_of"},
        {"RUN_FAILED_OF_WORKFLOW", "run_failed_of_workflow"}};
    for (size_t i = 0; i < sizeof pages / sizeof pages[0]; i++)
        if (strncmp(statement, pages[i][0], strlen(pages[i][0])) == 0)
            return pages[i][1];
    return NULL;
}

/* True where a line of a plan reads all runs of a state: those that wait, or
 * that have ended, may be all there are. */
static bool
reads_a_state(const char *line)
{
    return strstr(line, "run_by_state (state=?)") != NULL;
}

static void
check_plan(struct db *db, const struct db_statement *s)
{
    struct buf plan;
    buf_init(&plan, 16384);
    CHECK_INT(db_explain(db, s->sql, &plan, &e), ERR_OK);
    if (plan.len == 0 && strncmp(s->sql, "INSERT", 6) != 0)
        test_fail(__FILE__, __LINE__, s->name, e.text, "a plan");
    const char *walks = index_of_page(s->name);
    if (walks && (!strstr(buf_str(&plan), walks) ||
                  strstr(buf_str(&plan), "TEMP B-TREE")))
        test_fail(__FILE__, __LINE__, s->name, buf_str(&plan), walks);
    for (const char *line = buf_str(&plan); *line;) {
        char one[400];
        int n = (int)strcspn(line, "\n");
        snprintf(one, sizeof one, "%.*s", n, line);
        if ((scans(s->sql, buf_str(&plan), one) || reads_a_state(one)) &&
            !is_exception(s->name))
            test_fail(__FILE__, __LINE__, s->name, one, "an index");
        line += n + (line[n] == '\n');
    }
    buf_clear(&plan);
}

static void
check_schema(const char *name, const struct db_schema *schema)
{
    struct db *db;
    CHECK_INT(db_open(&db, scratch_file(name), schema, DB_CREATE, &e), ERR_OK);
    for (int i = 0; i < schema->statement_count; i++)
        check_plan(db, &schema->statements[i]);
    db_close(db);
}

/* Sabotage: the index run_of_workflow in runtime_schema_run_workflow
 * (src/store/runtime_schema.c). */
static void
statements_use_indexes(void)
{
    check_schema("plans-console", &console_schema);
    check_schema("plans-runtime", &runtime_schema);
}

static void
exceptions_are_needed(void)
{
    for (size_t i = 0; i < sizeof exceptions / sizeof exceptions[0]; i++)
        if (!exception_used[i])
            test_fail(__FILE__, __LINE__, exceptions[i].statement,
                      "an exception", "none: it does not scan");
}

/* What the check is worth: a statement without an index fails it. */
static void
a_scan_is_seen(void)
{
    CHECK(scans("SELECT 1 FROM version v WHERE note = ?", "", "SCAN v"));
    CHECK(scans("SELECT 1 FROM audit", "", "SCAN audit"));
    CHECK(scans("SELECT 1 FROM x JOIN installation AS t", "",
                "SCAN t USING INDEX z"));
    CHECK(
        !scans("SELECT 1 FROM (SELECT 1) f", "CO-ROUTINE f\nSCAN f", "SCAN f"));
    CHECK(!scans("SELECT 1 FROM integration i", "", "SCAN i"));
    CHECK(!scans("SELECT 1 FROM version", "", "SEARCH version USING INDEX x"));
    CHECK(reads_a_state("SEARCH run USING INDEX run_by_state (state=?)"));
    CHECK(!reads_a_state("SEARCH r USING INDEX run_by_state (state=? AND n>?"));
}

void
test_store_plans(void)
{
    static const struct test tests[] = {
        {"statements use indexes", statements_use_indexes},
        {"exceptions are needed", exceptions_are_needed},
        {"a scan is seen", a_scan_is_seen},
        {NULL, NULL}};
    test_run("plans", tests);
    failed_tests += test_failures;
    test_failures = 0;
}
