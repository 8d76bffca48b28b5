/* Hostile runtimes that speak the protocol well: each word has its shape. */
#include "tests/unit/manager/release/hostile.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "store/console.h"
#include "tests/unit/test.h"

sqlite3 *
hostile_open_raw(const struct world *w)
{
    sqlite3 *handle = NULL;
    if (sqlite3_open(w->path, &handle) != SQLITE_OK)
        abort();
    return handle;
}

void
hostile_raw(const struct world *w, const char *sql)
{
    sqlite3 *handle = hostile_open_raw(w);
    CHECK_INT(sqlite3_exec(handle, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(handle);
}

void
hostile_own(const struct world *w, const char *id, const char *sql)
{
    struct error e;
    struct db *db = manager_db(w->m);
    hostile_raw(w, sql);
    CHECK_INT(db_begin(db, &e), ERR_OK);
    struct db_stmt *q = db_use(db, CS_RUNTIME_RENEWED);
    db_text(q, id);
    CHECK_INT(db_run(q, &e), ERR_OK);
    CHECK_INT(db_commit(db, &e), ERR_OK);
}

int64_t
hostile_raw_int(const struct world *w, const char *sql)
{
    sqlite3 *handle = hostile_open_raw(w);
    sqlite3_stmt *s = NULL;
    int64_t n = -1;
    if (sqlite3_prepare_v2(handle, sql, -1, &s, NULL) == SQLITE_OK &&
        sqlite3_step(s) == SQLITE_ROW)
        n = sqlite3_column_int64(s, 0);
    sqlite3_finalize(s);
    sqlite3_close(handle);
    return n;
}

void
hostile_open(struct world *w, struct hostile_ids *ids, size_t n)
{
    struct installed_workflow_list list;
    world_open(w, n);
    snprintf(ids->workflow, sizeof ids->workflow, "%s",
             world_row(w, 0, "sale", &list)->workflow_id);
    installed_workflow_list_clear(&list);
    snprintf(ids->integration, sizeof ids->integration, "%s",
             fake_at(w->rt, 0)->integration);
}

enum err
hostile_apply(struct world *w, struct fact *f, size_t n, struct error *e)
{
    struct fact_page page = {f, n, 0, 0, "x", NULL};
    enum err err;
    for (size_t i = 0; i < n; i++)
        f[i].sequence = w->cursor + 1 + (int64_t)i;
    page.cursor = page.head = w->cursor + (int64_t)n;
    err = manager_apply_facts(w->m, w->runtime, &page, e);
    if (!err)
        w->cursor = page.cursor;
    return err;
}

struct value *
hostile_big_text(int round)
{
    char *text = mem_printf("%08d%0*d", round, BIG - 8, 0);
    struct value *v = value_string(text);
    free(text);
    return v;
}

struct value *
hostile_list_of(struct value *one)
{
    struct value *v = value_array();
    value_append(v, one);
    return v;
}
