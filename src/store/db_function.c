/* The SQL functions that our statements use: name_has, name_begins. */
#include "store/db_internal.h"
#include "store/fold.h"

static void
apply(sqlite3_context *context, sqlite3_value **args,
      bool (*f)(const char *, size_t, const char *, size_t))
{
    const char *name = (const char *)sqlite3_value_text(args[0]);
    const char *folded = (const char *)sqlite3_value_text(args[1]);
    if (!name || !folded) {
        sqlite3_result_int(context, 0);
        return;
    }
    sqlite3_result_int(context,
                       f(name, (size_t)sqlite3_value_bytes(args[0]), folded,
                         (size_t)sqlite3_value_bytes(args[1])));
}

static void
name_has(sqlite3_context *context, int n, sqlite3_value **args)
{
    (void)n;
    apply(context, args, fold_has);
}

static void
name_begins(sqlite3_context *context, int n, sqlite3_value **args)
{
    (void)n;
    apply(context, args, fold_begins);
}

enum err
db_add_functions(struct db *db, struct error *e)
{
    static const int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC;
    int rc = sqlite3_create_function(db->handle, "name_has", 2, flags, NULL,
                                     name_has, NULL, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_create_function(db->handle, "name_begins", 2, flags, NULL,
                                     name_begins, NULL, NULL);
    return rc == SQLITE_OK ? ERR_OK : db_fail(db, rc, "add functions", e);
}
