/*
 * Kept sheets: what a customer sent (CSV or a workbook), taken apart
 * (mapping/sheet/packed.h) and put into the store, so that a session, which has
 * no files, can import it. A sheet belongs to who
 * added it and goes after a week. It is data of a customer, as a sample is.
 */
#ifndef TAILOR_MANAGER_CATALOGUE_SHEET_H
#define TAILOR_MANAGER_CATALOGUE_SHEET_H

#include <stddef.h>

#include "base/buf.h"
#include "base/ident.h"
#include "manager/session/manager.h"
#include "manager/session/pool.h"

#define SHEET_DAYS 7
#define SHEET_BYTES (4 * 1024 * 1024)   /* of one */
#define SHEETS_OF_PERSON 20             /* how many */
#define SHEETS_BYTES (64 * 1024 * 1024) /* of all in the store */

struct sheet_row {
    const char *id;
    const char *name;
    int64_t bytes;
    int64_t at, expires_at;
};

struct sheet_list {
    struct sheet_row *rows;
    size_t count;
    struct pool *pool;
};

/* The session's own sheets, the newest first; ROLE where it may not see
 * payloads: their names may be those of a customer's files. */
enum err manager_sheet_list(struct manager *m, struct sheet_list *out,
                            struct error *e);
void sheet_list_clear(struct sheet_list *list);

enum sheet_added { SHEET_KEPT, SHEET_WAS_KEPT, SHEET_REPLACED };

/* Keeps N bytes at BYTES as NAME for SHEET_DAYS. CONFLICT where the session has
 * another sheet of that name and not REPLACE, or no room; TOO_BIG; ROLE where
 * it may not see payloads. *EXPIRES_AT is when it will be removed. */
enum err manager_sheet_add(struct manager *m, const char *name,
                           const void *bytes, size_t n, bool replace,
                           enum sheet_added *added, int64_t *expires_at,
                           struct error *e);

/* Appends the bytes of the session's sheet NAME (or its id) to OUT. */
enum err manager_sheet_read(struct manager *m, const char *name,
                            struct buf *out, struct error *e);

/* The id of the session's sheet NAME (or id): what a question is about. */
enum err manager_sheet_find(struct manager *m, const char *name,
                            char id[IDENT_SIZE], struct error *e);

/* Removes the session's sheet NAME (or its id). */
enum err manager_sheet_remove(struct manager *m, const char *name,
                              struct error *e);

#endif
