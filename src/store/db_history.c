/* The history of a store that one process uses: its openings and commits are
 * counted in the store and in PATH-place, so that a store that was put back,
 * with or without its own log, is not taken for the one that it replaced. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "store/db_private.h"

/* The row of meta: "OPENING COMMITS". */
#define KEY "history"

enum { LINE = 64 };

static bool
keeps_one(const struct db *db)
{
    return db->schema->meta_set != 0;
}

enum err
db_history_read(struct db *db, struct db_history *out, struct error *e)
{
    *out = (struct db_history){0};
    if (!keeps_one(db))
        return ERR_OK;
    struct db_stmt *q = db_use(db, db->schema->meta_get);
    db_text(q, KEY);
    if (db_row(q)) {
        char *end = NULL;
        out->opening = strtoull(db_get_text(q), &end, 10);
        out->commits = strtoull(end, NULL, 10);
    }
    return db_end(q, e);
}

static enum err
write_history(struct db *db, uint64_t opening, uint64_t commits,
              struct error *e)
{
    char line[LINE];
    snprintf(line, sizeof line, "%" PRIu64 " %" PRIu64, opening, commits);
    struct db_stmt *q = db_use(db, db->schema->meta_set);
    db_text(q, KEY);
    db_text(q, line);
    return db_run(q, e);
}

enum err
db_history_begin(struct db *db, struct error *e)
{
    struct db_history *h = &db->history;
    if (!keeps_one(db) || !h->next)
        return ERR_OK;
    enum err err = write_history(db, h->next, h->commits + 1, e);
    if (err == ERR_DISK_FULL) {
        error_clear(e);
        return ERR_OK;
    }
    if (err != ERR_OK)
        return err;
    h->counted = h->commits + 1;
    db_history_keep(db);
    return ERR_OK;
}

enum err
db_forget_history(struct db *db, struct error *e)
{
    return keeps_one(db) ? write_history(db, 0, 0, e) : ERR_OK;
}

enum err
db_history_count(struct db *db, struct error *e)
{
    struct db_history *h = &db->history;
    h->counted = 0;
    if (!h->next || db_total_changes(db) == db->changes)
        return ERR_OK;
    enum err err = write_history(db, h->next, h->commits + 1, e);
    if (err == ERR_OK)
        h->counted = h->commits + 1;
    return err;
}
