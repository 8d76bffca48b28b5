/* The store that the tests of the manager work on. */
#include "tests/unit/manager/fixture.h"

#include <dirent.h>
#include <glob.h>
#include <limits.h>
#include <sqlite3.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/file.h"
#include "manager/catalogue/catalogue.h"
#include "manager/draft/draft.h"
#include "manager/draft/editing.h"
#include "manager/session/store.h"
#include "store/console.h"
#include "value/value.h"
#include "workflow/edit/edit.h"

struct error e;

static char folder[64];
static char path[128];

const char *
store_path(void)
{
    return path;
}

const char *
beside_store(const char *name)
{
    static char other[200];
    snprintf(other, sizeof other, "%s/%s", folder, name);
    return other;
}

struct manager *
session_of(const char *actor)
{
    struct manager *m = NULL;
    struct manager_session s = {.actor = actor, .session = "test"};
    if (manager_open(&m, path, &s, &e) != ERR_OK) {
        printf("# %s\n", e.text);
        abort();
    }
    return m;
}

static sqlite3 *
open_raw(void)
{
    sqlite3 *handle;
    if (sqlite3_open(path, &handle) != SQLITE_OK)
        abort();
    sqlite3_busy_timeout(handle, 5000);
    return handle;
}

void
run_sql(const char *sql)
{
    sqlite3 *handle = open_raw();
    char *why = NULL;
    if (sqlite3_exec(handle, sql, NULL, NULL, &why) != SQLITE_OK)
        test_fail(__FILE__, __LINE__, sql, why, "no error");
    sqlite3_free(why);
    sqlite3_close(handle);
}

/* The triggers as SQL that makes them (MAKE) or drops them. */
static char *
triggers_sql(sqlite3 *handle, bool make)
{
    const char *sql = make ? "SELECT sql FROM sqlite_schema WHERE type="
                             "'trigger'"
                           : "SELECT 'DROP TRIGGER ' || name FROM"
                             " sqlite_schema WHERE type='trigger'";
    struct buf out;
    sqlite3_stmt *s = NULL;
    buf_init(&out, 1 << 20);
    sqlite3_prepare_v2(handle, sql, -1, &s, NULL);
    while (s && sqlite3_step(s) == SQLITE_ROW)
        buf_addf(&out, "%s;", (const char *)sqlite3_column_text(s, 0));
    sqlite3_finalize(s);
    return buf_take(&out);
}

void
run_sql_without_triggers(const char *sql)
{
    sqlite3 *handle = open_raw();
    char *make = triggers_sql(handle, true);
    char *drop = triggers_sql(handle, false);
    sqlite3_close(handle);
    run_sql(drop);
    run_sql(sql);
    run_sql(make);
    free(make);
    free(drop);
}

long long
ask_sql(const char *sql)
{
    sqlite3 *handle = open_raw();
    sqlite3_stmt *s = NULL;
    long long n = -1;
    if (sqlite3_prepare_v2(handle, sql, -1, &s, NULL) != SQLITE_OK)
        test_fail(__FILE__, __LINE__, sql, sqlite3_errmsg(handle), "no error");
    else if (sqlite3_step(s) == SQLITE_ROW)
        n = sqlite3_column_int64(s, 0);
    sqlite3_finalize(s);
    sqlite3_close(handle);
    return n;
}

const char *
digest_sql(const char *query)
{
    static char hash[2][DIGEST_SIZE];
    static int turn;
    struct buf all;
    sqlite3 *handle = open_raw();
    sqlite3_stmt *s = NULL;
    buf_init(&all, 64 << 20);
    if (sqlite3_prepare_v2(handle, query, -1, &s, NULL) != SQLITE_OK)
        test_fail(__FILE__, __LINE__, query, sqlite3_errmsg(handle), "");
    while (s && sqlite3_step(s) == SQLITE_ROW)
        for (int i = 0; i < sqlite3_column_count(s); i++) {
            const char *text = (const char *)sqlite3_column_text(s, i);
            buf_addf(&all, "%s|", text ? text : "NULL");
        }
    sqlite3_finalize(s);
    sqlite3_close(handle);
    turn = !turn;
    digest_hex(hash[turn], buf_str(&all), all.len);
    buf_clear(&all);
    return hash[turn];
}

char *
read_data(const char *name, size_t *n)
{
    char file[PATH_MAX];
    struct buf text;
    snprintf(file, sizeof file, "%s/%s", TAILOR_SRCDATADIR, name);
    buf_init(&text, 10 << 20);
    if (file_read(file, &text, &e) != ERR_OK) {
        printf("# %s\n", e.text);
        abort();
    }
    *n = text.len;
    return buf_take(&text);
}

/* TEXT (taken) without the workflow that stays a draft, so that drafts are
 * those that tests make. */
static char *
without_waiting(char *text, size_t *n)
{
    struct value *root = NULL;
    value_read(&root, text, *n, &value_limits_document, "file", &e);
    struct value *workflows = value_get(root, "workflows");
    for (size_t i = value_size(workflows); i-- > 0;) {
        const char *key = value_get_text(value_at(workflows, i), "key");
        if (strcmp(key, "new-and-updated-orders") == 0)
            value_free(value_take_at(workflows, i));
    }
    free(text);
    text = value_to_text(root);
    *n = strlen(text);
    value_free(root);
    return text;
}

static void
fill_catalogue(struct manager *m)
{
    static const char *const integrations[] = {
        "integrations/netsuite-order-to-cash.json",
        "integrations/order-sync.json"};
    size_t n;
    glob_t files = {0};
    CHECK_INT(glob(TAILOR_SRCDATADIR "/connectors/*.json", 0, NULL, &files), 0);
    for (size_t i = 0; i < files.gl_pathc; i++) {
        const char *name = files.gl_pathv[i] + strlen(TAILOR_SRCDATADIR);
        char hash[65];
        char *text = read_data(name, &n);
        CHECK_INT(manager_connector_add(m, text, n, name, hash, &e), ERR_OK);
        free(text);
    }
    globfree(&files);
    for (int i = 0; i < 2; i++) {
        struct integration_added added;
        char *text = without_waiting(read_data(integrations[i], &n), &n);
        if (manager_integration_add(m, text, n, integrations[i], &added, &e))
            test_fail(__FILE__, __LINE__, integrations[i], e.text, "");
        free(text);
    }
}

const char *
installation_id(int i)
{
    static char id[4][IDENT_SIZE];
    static int turn;
    turn = (turn + 1) % 4;
    snprintf(id[turn], IDENT_SIZE, "%024x", 0x1000000 + i);
    return id[turn];
}

static void
fill_customers(int customers)
{
    struct buf sql;
    struct db *db;
    buf_init(&sql, 32 << 20);
    buf_adds(&sql, "BEGIN; INSERT INTO runtime(n,id,name,environment,url,"
                   "added_at) VALUES(1,'r1','us-1','production',"
                   "'https://localhost',0);");
    for (int i = 1; i <= customers; i++) {
        buf_addf(&sql,
                 "INSERT INTO end_user(n,id,runtime,username,full_name) "
                 "VALUES(%d,'%024x',1,'user%d',"
                 "'Customer %d Ltd');",
                 i, 0x2000000 + i, i, i);
        buf_addf(&sql,
                 "INSERT INTO installation(n,id,end_user,integration,runtime,"
                 "condition,customer,created_at,changed_at,as_of)"
                 " SELECT %d,'%s',%d,n,1,6,'Customer %d Ltd',1,%d,1"
                 " FROM integration WHERE key='" CASH "';",
                 i, installation_id(i), i, i, 1000 + i);
        buf_addf(&sql,
                 "INSERT INTO installed_workflow(installation,workflow,live,"
                 "as_of) SELECT %d,w.n,v.n,1 FROM workflow w JOIN version v ON"
                 " v.workflow=w.n WHERE w.key='order-to-cash';",
                 i);
    }
    buf_adds(&sql, "COMMIT;");
    run_sql(buf_str(&sql));
    buf_clear(&sql);
    CHECK_INT(db_open(&db, path, &console_schema, 0, &e), ERR_OK);
    CHECK_INT(db_begin(db, &e), ERR_OK);
    for (int i = 1; i <= customers; i++) {
        char name[64], user[32];
        snprintf(name, sizeof name, "Customer %d Ltd", i);
        snprintf(user, sizeof user, "user%d", i);
        CHECK_INT(console_name_installation(db, i, name, user, &e), ERR_OK);
    }
    struct db_stmt *q = db_use(db, CS_RUNTIME_RENEWED);
    db_text(q, "r1");
    CHECK_INT(db_run(q, &e), ERR_OK);
    CHECK_INT(db_commit(db, &e), ERR_OK);
    db_close(db);
}

void
fixture_start(int customers)
{
    static const struct {
        const char *name;
        enum role role;
    } actors[] = {{"rita", ROLE_RELEASER},
                  {"eve", ROLE_ENGINEER},
                  {"ed", ROLE_ENGINEER},
                  {"olga", ROLE_AUDITOR}};
    snprintf(folder, sizeof folder, "/tmp/tailor-test-manager-XXXXXX");
    if (!mkdtemp(folder))
        abort();
    snprintf(path, sizeof path, "%s/store", folder);
    CHECK_INT(manager_store_init(path, "ada", "init", &e), ERR_OK);
    struct manager *m = session_of("ada");
    for (int i = 0; i < 4; i++)
        CHECK_INT(manager_access_add(m, actors[i].name, actors[i].role, NULL,
                                     PAYLOADS_AS_IS, NULL, &e),
                  ERR_OK);
    fill_catalogue(m);
    fill_customers(customers);
    CHECK_INT(manager_store_seal(m, &e), ERR_OK);
    manager_close(m);
}

void
fixture_end(void)
{
    DIR *d = opendir(folder);
    char file[400];
    for (struct dirent *f; d && (f = readdir(d));) {
        snprintf(file, sizeof file, "%s/%s", folder, f->d_name);
        unlink(file);
    }
    if (d)
        closedir(d);
    rmdir(folder);
}

/* The revision of NOW, where the change ended with R. */
static enum err
take_revision(enum err err, struct draft_content *now, int64_t *after)
{
    if (err != ERR_OK)
        return err;
    if (after)
        *after = now->revision;
    draft_content_clear(now);
    return ERR_OK;
}

enum err
edit_text(struct manager *m, const char *draft, int64_t revision,
          const char *patch, int64_t *after)
{
    struct value *v = NULL;
    if (value_read(&v, patch, strlen(patch), &value_limits_document, "patch",
                   &e) != ERR_OK)
        return ERR_INVALID;
    struct draft_content seen = {.revision = revision}, now;
    enum err err = manager_draft_edit(m, draft, &seen, v, &now, &e);
    value_free(v);
    return take_revision(err, &now, after);
}

enum err
undo_at(struct manager *m, const char *draft, int64_t revision, int64_t *after)
{
    struct draft_content seen = {.revision = revision}, now;
    enum err err = manager_draft_undo(m, draft, &seen, false, &now, &e);
    return take_revision(err, &now, after);
}

enum err
redo_at(struct manager *m, const char *draft, int64_t revision, int64_t *after)
{
    struct draft_content seen = {.revision = revision}, now;
    enum err err = manager_draft_redo(m, draft, &seen, false, &now, &e);
    return take_revision(err, &now, after);
}

const char *
fork_for(struct manager *m, int i)
{
    static char id[IDENT_SIZE];
    if (manager_draft_fork(m, installation_id(i), "order-to-cash", NULL,
                           DRAFT_ANOTHER, id, &e) != ERR_OK)
        test_fail(__FILE__, __LINE__, "fork", e.text, "");
    return id;
}

void
map_row(const char *actor, const char *draft, const char *target,
        const char *source)
{
    struct manager *m = session_of(actor);
    struct editing ed;
    struct value *patch = NULL;
    CHECK_INT(manager_draft_take(m, draft, NULL, &e), ERR_OK);
    CHECK_INT(editing_begin(&ed, m, draft, &e), ERR_OK);
    enum err err =
        edit_row_set(&patch, ed.now.document, CASH_SALE, target, source, &e);
    CHECK_INT(editing_apply(&ed, err, patch, &e), ERR_OK);
    editing_end(&ed);
    manager_close(m);
}
