/* Whether a file's tables, indexes, views and triggers are the program's. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/db_private.h"

/* How often WORDS stands in the migrations. */
static int
count_words(const struct db_schema *schema, const char *words)
{
    int n = 0;
    for (int i = 0; i < schema->version; i++)
        for (const char *p = schema->migrations[i]; (p = strstr(p, words)); p++)
            n++;
    return n;
}

static bool
stands_in(const struct db_schema *schema, const char *sql)
{
    for (int i = 0; i < schema->version; i++)
        if (strstr(schema->migrations[i], sql))
            return true;
    return false;
}

static enum err
altered(struct db *db, const char *type, const char *name, const char *how,
        struct error *e)
{
    enum err err =
        error_set(e, ERR_DAMAGED, "%s: another program %s the %s \"%.80s\"",
                  db->path, how, type, name);
    return error_hint(e, HINT_STORE_CHECK, NULL, NULL, err);
}

/* Whether the migrations make the trigger NAME more often than they drop it. */
static bool
is_made(const struct db_schema *schema, const char *name)
{
    char *create = mem_printf("CREATE TRIGGER %s ", name);
    char *drop = mem_printf("DROP TRIGGER %s;", name);
    bool made = count_words(schema, create) > count_words(schema, drop);
    free(create);
    free(drop);
    return made;
}

/* The error that names the first trigger of the migrations that is gone. */
static enum err
name_missing(struct db *db, struct error *e)
{
    static const char sql[] = "SELECT 1 FROM sqlite_schema WHERE type ="
                              " 'trigger' AND name = ?";
    static const char create[] = "CREATE TRIGGER ";
    sqlite3_stmt *s = NULL;
    char *name = NULL;
    int rc = db_prepare(db, sql, 0, &s);
    for (int i = 0; rc == SQLITE_OK && !name && i < db->schema->version; i++)
        for (const char *p = db->schema->migrations[i];
             !name && (p = strstr(p, create));) {
            p += strlen(create);
            name = mem_strndup(p, strcspn(p, " "));
            sqlite3_bind_text(s, 1, name, -1, SQLITE_TRANSIENT);
            bool gone = db_step(db, s) == SQLITE_DONE;
            sqlite3_reset(s);
            if (!gone || !is_made(db->schema, name)) {
                free(name);
                name = NULL;
            }
        }
    sqlite3_finalize(s);
    enum err err =
        altered(db, "trigger", name ? name : "of a table", "removed", e);
    free(name);
    return err;
}

enum err
db_check_triggers(struct db *db, struct error *e)
{
    static const char sql[] = "SELECT type, name, sql FROM sqlite_schema"
                              " WHERE type IN ('trigger', 'view')";
    sqlite3_stmt *s = NULL;
    enum err err = ERR_OK;
    int found = 0;
    int expected = count_words(db->schema, "CREATE TRIGGER ") -
                   count_words(db->schema, "DROP TRIGGER ");
    int rc = db_prepare(db, sql, 0, &s);
    while (rc == SQLITE_OK && err == ERR_OK &&
           (rc = db_step(db, s)) == SQLITE_ROW) {
        const char *type = (const char *)sqlite3_column_text(s, 0);
        const char *name = (const char *)sqlite3_column_text(s, 1);
        const char *text = (const char *)sqlite3_column_text(s, 2);
        found++;
        if (!text || !stands_in(db->schema, text))
            err = altered(db, type, name, "added or changed", e);
        rc = SQLITE_OK;
    }
    sqlite3_finalize(s);
    if (err == ERR_OK && rc != SQLITE_DONE)
        err = db_fail(db, rc, "read the schema", e);
    if (err == ERR_OK && found < expected)
        err = name_missing(db, e);
    return err;
}

/* --- the whole comparison ------------------------------------------------- */

/* A database in memory with the tables as this program makes them. */
static enum err
make_model(const struct db *db, sqlite3 **out, struct error *e)
{
    struct db model = {.path = db->path, .schema = db->schema};
    int rc = sqlite3_open_v2(":memory:", &model.handle,
                             SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL);
    if (rc == SQLITE_OK)
        rc = db_add_functions(model.handle);
    enum err err =
        rc == SQLITE_OK ? ERR_OK : db_fail(&model, rc, "make the schema", e);
    for (int i = 0; i < db->schema->version && err == ERR_OK; i++)
        err = db_exec(&model, db->schema->migrations[i], "make the schema", e);
    *out = model.handle;
    return err;
}

/* Rows of a schema in the order of type and name. The text of a shadow table
 * is the SQLite library's and may differ between its versions. */
static const char list_sql[] =
    "SELECT type, name, CASE WHEN sql LIKE 'CREATE TABLE ''%' THEN '' ELSE"
    " coalesce(sql, '') END FROM sqlite_schema ORDER BY type, name";

static const char *
column(sqlite3_stmt *s, int i)
{
    const char *text = (const char *)sqlite3_column_text(s, i);
    return text ? text : "";
}

/* Which of the two rows stands first; 0: they are of one name. */
static int
order(sqlite3_stmt *a, bool more_a, sqlite3_stmt *b, bool more_b)
{
    if (!more_a || !more_b)
        return more_a ? -1 : 1;
    int by_type = strcmp(column(a, 0), column(b, 0));
    return by_type ? by_type : strcmp(column(a, 1), column(b, 1));
}

static void
add_difference(struct buf *found, sqlite3_stmt *row, const char *what)
{
    buf_addf(found, "%s %.80s: %s\n", column(row, 0), column(row, 1), what);
}

/* A text index or a part of it: db_check_text_indexes finds what is missing
 * of one, and it can be made again. */
static bool
is_of_text_index(const struct db_schema *schema, sqlite3_stmt *row)
{
    const struct db_text_index *index = schema->text_indexes;
    if (index && strcmp(column(row, 0), "table") == 0 && !*column(row, 2))
        return true;
    for (; index && index->name; index++)
        if (strcmp(column(row, 1), index->name) == 0)
            return true;
    return false;
}

static void
add_missing(const struct db_schema *schema, sqlite3_stmt *row,
            struct buf *found)
{
    if (!is_of_text_index(schema, row))
        add_difference(found, row, "missing");
}

/* Walks both lists at once; *RC_A and *RC_B end as SQLITE_DONE. */
static void
compare_lists(struct db *db, sqlite3_stmt *is, sqlite3_stmt *wanted, int *rc_is,
              int *rc_wanted, struct buf *found)
{
    *rc_is = db_step(db, is);
    *rc_wanted = sqlite3_step(wanted);
    while (*rc_is == SQLITE_ROW || *rc_wanted == SQLITE_ROW) {
        int first =
            order(is, *rc_is == SQLITE_ROW, wanted, *rc_wanted == SQLITE_ROW);
        if (first < 0)
            add_difference(found, is, "another program added it");
        else if (first > 0)
            add_missing(db->schema, wanted, found);
        else if (strcmp(column(is, 2), column(wanted, 2)) != 0)
            add_difference(found, is, "another program changed it");
        if (first <= 0)
            *rc_is = db_step(db, is);
        if (first >= 0)
            *rc_wanted = sqlite3_step(wanted);
    }
}

static enum err
compare_schema(struct db *db, sqlite3 *model, struct buf *found,
               struct error *e)
{
    sqlite3_stmt *is = NULL, *wanted = NULL;
    int rc_wanted = SQLITE_OK;
    int rc = db_prepare(db, list_sql, 0, &is);
    if (rc == SQLITE_OK)
        rc_wanted = sqlite3_prepare_v2(model, list_sql, -1, &wanted, NULL);
    if (rc == SQLITE_OK && rc_wanted == SQLITE_OK)
        compare_lists(db, is, wanted, &rc, &rc_wanted, found);
    sqlite3_finalize(is);
    sqlite3_finalize(wanted);
    if (rc != SQLITE_DONE)
        return db_fail(db, rc, "compare the schema", e);
    return rc_wanted == SQLITE_DONE
               ? ERR_OK
               : db_fail(db, rc_wanted, "compare the schema", e);
}

/* --- texts ---------------------------------------------------------------- */

/* Appends "SELECT sum(instr(column, char(0)) > 0) … FROM TABLE" and the names
 * of the columns; false where TABLE has no text that DB may read. */
static bool
nul_query(const struct db *db, sqlite3 *model, const char *table,
          struct buf *sql, struct buf *columns)
{
    sqlite3_stmt *s = NULL;
    bool any = false;
    sqlite3_prepare_v2(model,
                       "SELECT name FROM pragma_table_info(?)"
                       " WHERE type = 'TEXT'",
                       -1, &s, NULL);
    sqlite3_bind_text(s, 1, table, -1, SQLITE_STATIC);
    buf_adds(sql, "SELECT ");
    while (sqlite3_step(s) == SQLITE_ROW) {
        if (db_is_closed(db, table, column(s, 0)))
            continue;
        buf_addf(sql, "%ssum(instr(\"%s\", char(0)) > 0)", any ? ", " : "",
                 column(s, 0));
        buf_addf(columns, "%s%c", column(s, 0), 0);
        any = true;
    }
    buf_addf(sql, " FROM \"%s\"", table);
    sqlite3_finalize(s);
    return any;
}

static enum err
find_nul(struct db *db, sqlite3 *model, const char *table, struct buf *found,
         struct error *e)
{
    struct buf sql, columns;
    sqlite3_stmt *s = NULL;
    int rc = SQLITE_DONE;
    buf_init(&sql, 16384);
    buf_init(&columns, 4096);
    if (nul_query(db, model, table, &sql, &columns)) {
        const char *name = buf_str(&columns);
        rc = db_prepare(db, buf_str(&sql), 0, &s);
        if (rc == SQLITE_OK && (rc = db_step(db, s)) == SQLITE_ROW) {
            for (int i = 0; i < sqlite3_column_count(s); i++) {
                if (sqlite3_column_int64(s, i))
                    buf_addf(found, "table %s: %s has a NUL byte in it\n",
                             table, name);
                name += strlen(name) + 1;
            }
            rc = SQLITE_DONE;
        }
        sqlite3_finalize(s);
    }
    buf_clear(&sql);
    buf_clear(&columns);
    return rc == SQLITE_DONE ? ERR_OK : db_fail(db, rc, "read all texts", e);
}

static enum err
find_all_nul(struct db *db, sqlite3 *model, struct buf *found, struct error *e)
{
    static const char sql[] =
        "SELECT name FROM sqlite_schema WHERE type = 'table'"
        " AND sql NOT LIKE 'CREATE VIRTUAL%' AND sql NOT LIKE 'CREATE TABLE"
        " ''%' ORDER BY name";
    sqlite3_stmt *s = NULL;
    enum err err = ERR_OK;
    int rc = sqlite3_prepare_v2(model, sql, -1, &s, NULL);
    while (err == ERR_OK && rc == SQLITE_OK && sqlite3_step(s) == SQLITE_ROW)
        err = find_nul(db, model, column(s, 0), found, e);
    sqlite3_finalize(s);
    return err;
}

enum err
db_check_schema(struct db *db, struct buf *found, struct error *e)
{
    sqlite3 *model = NULL;
    size_t before = found->len;
    enum err err = make_model(db, &model, e);
    if (err == ERR_OK)
        err = compare_schema(db, model, found, e);
    /* Tables that are not the program's cannot be asked for its columns. */
    if (err == ERR_OK && found->len == before)
        err = find_all_nul(db, model, found, e);
    sqlite3_close(model);
    return err;
}
