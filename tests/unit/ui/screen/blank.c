/* Texts that have to be there and are NULL, as only another program can make
 * them: every screen says that the store is damaged, and none crashes. */
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "store/db.h"
#include "tests/unit/test.h"
#include "tests/unit/ui/screen/store.h"
#include "ui/screen/console.h"
#include "ui/term/script.h"

#define DRAFT "Enter F\nEnter\n"

/* Where the rows of each table are seen; SILENT: no screen reads those texts,
 * or finds the rows without them. */
static const struct {
    const char *table, *script;
    bool silent;
} places[] = {
    {"meta", ":audit", true},
    {"actor", ":audit", true},
    {"integration", "Enter", false},
    {"workflow", "Enter F", false},
    {"document", DRAFT, false},
    {"connector", DRAFT "i\n'netsuite\nEnter", true},
    {"runtime", ":runtimes", false},
    {"end_user", "Enter", false},
    {"installation", "j Enter", true},
    {"version", "Enter F", false},
    {"draft", DRAFT, false},
    {"draft_edit", DRAFT "u", false},
    {"outbox", ":runtimes\nEnter", true},
    {"audit", ":audit", false},
};

static void
run(const char *path, const char *sql)
{
    sqlite3 *h = NULL;
    char *why = NULL;
    if (sqlite3_open(path, &h) != SQLITE_OK ||
        sqlite3_exec(h,
                     "PRAGMA foreign_keys=OFF; PRAGMA synchronous=OFF;"
                     "PRAGMA writable_schema=ON;",
                     NULL, NULL, NULL) != SQLITE_OK ||
        sqlite3_exec(h, sql, NULL, NULL, &why) != SQLITE_OK)
        test_fail(__FILE__, __LINE__, sql, why, "no error");
    sqlite3_free(why);
    sqlite3_close(h);
}

/* The rows of QUERY about TABLE, joined; the caller frees. */
static char *
ask(const char *path, const char *query, const char *table)
{
    struct buf out;
    sqlite3 *h = NULL;
    sqlite3_stmt *q = NULL;
    buf_init(&out, 1 << 20);
    CHECK_INT(sqlite3_open(path, &h), SQLITE_OK);
    CHECK_INT(sqlite3_prepare_v2(h, query, -1, &q, NULL), SQLITE_OK);
    if (sqlite3_bind_parameter_count(q) > 0)
        sqlite3_bind_text(q, 1, table, -1, SQLITE_STATIC);
    while (sqlite3_step(q) == SQLITE_ROW)
        buf_adds(&out, (const char *)sqlite3_column_text(q, 0));
    sqlite3_finalize(q);
    sqlite3_close(h);
    return buf_take(&out);
}

/* Takes NOT NULL from TABLE, the texts from its rows (but the one that lets
 * alice in), and gives NOT NULL back. */
static void
blank(const char *path, const char *table)
{
    char *loose = ask(path,
                      "SELECT 'UPDATE sqlite_schema SET sql=' ||"
                      " quote(replace(sql, ' NOT NULL', '')) ||"
                      " ' WHERE name=' || quote(name) FROM sqlite_schema"
                      " WHERE name=?",
                      table);
    char *back = ask(path,
                     "SELECT 'UPDATE sqlite_schema SET sql=' || quote(sql) ||"
                     " ' WHERE name=' || quote(name) FROM sqlite_schema"
                     " WHERE name=?",
                     table);
    char *drop = ask(path,
                     "SELECT 'DROP TRIGGER ' || name || ';' FROM sqlite_schema"
                     " WHERE type='trigger'",
                     table);
    char *make = ask(path,
                     "SELECT sql || ';' FROM sqlite_schema"
                     " WHERE type='trigger'",
                     table);
    char *take = ask(path,
                     "SELECT 'UPDATE ' || m.name || ' SET ' || c.name ||"
                     " '=NULL' || CASE m.name WHEN 'actor' THEN"
                     " ' WHERE name<>''alice''' ELSE '' END || ';'"
                     " FROM sqlite_schema m JOIN pragma_table_info(m.name) c"
                     " WHERE m.name=? AND c.type='TEXT' AND c.\"notnull\""
                     " AND c.pk=0",
                     table);
    char *all = mem_printf("%s%s%s", drop, take, make);
    CHECK(*take);
    run(path, loose);
    run(path, all);
    run(path, back);
    free(loose);
    free(back);
    free(drop);
    free(make);
    free(take);
    free(all);
}

/* Plays SCRIPT as alice; whether the store's damage was said. */
static bool
says_damage(struct small_store *s, const char *script)
{
    char *whole = mem_printf("%s\n:save-screen screen\n", script);
    char *path = mem_printf("%s/screen", s->folder);
    struct buf out;
    struct error e = {0};
    const struct console_options options = {
        .store = s->path, .actor = "alice", .exe = "/bin/true"};
    buf_init(&out, 1 << 20);
    enum err err = console_run(
        &options, script_open(whole, 24, 200, false, s->folder), &e);
    if (err == ERR_OK)
        CHECK_INT(file_read(path, &out, &e), ERR_OK);
    bool said = err == ERR_DAMAGED || strstr(buf_str(&out), "is NULL") ||
                strstr(buf_str(&out), "run store check");
    CHECK(!strstr(buf_str(&out), "(null)"));
    unlink(path);
    buf_clear(&out);
    free(whole);
    free(path);
    return said;
}

/* Sabotage: the "" in there() of src/store/db_stmt.c. */
static void
a_text_that_is_null_crashes_no_screen(void)
{
    struct small_store s;
    struct buf kept;
    struct error e;
    const struct visit look = {.actor = "alice", .rows = 24, .cols = 80};
    buf_init(&kept, 64 << 20);
    small_store_make(&s, true);
    small_store_play(&s, &look,
                     "Enter F\ni\n'math\nEnter Ctrl-U\n'Tax\nEnter\n'=1\nEnter",
                     &kept);
    buf_reset(&kept);
    CHECK_INT(file_read(s.path, &kept, &e), ERR_OK);
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        CHECK_INT(file_write(s.path, buf_str(&kept), kept.len, 0600, &e),
                  ERR_OK);
        blank(s.path, places[i].table);
        if (!says_damage(&s, places[i].script) && !places[i].silent)
            test_fail(__FILE__, __LINE__, places[i].table, "", "damage");
    }
    buf_clear(&kept);
    small_store_remove(&s);
}

void
test_console_blank(void)
{
    static const struct test tests[] = {
        {"a text that is NULL crashes no screen",
         a_text_that_is_null_crashes_no_screen},
        {NULL, NULL}};
    test_run("console blank", tests);
    failed_tests += test_failures;
}
