/* Purging: a part of what has expired in each operation. */
#include "manager/catalogue/purge.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/ident.h"
#include "base/mem.h"
#include "manager/session/host_clock.h"
#include "manager/session/operation.h"

enum { PART = 100 };

/* What goes with a row: its statement by the row's id. */
struct removal {
    int statement;
    enum seal seal;
};

/* What expires, and its name in the record. */
static const struct kind {
    int expired; /* the ids of those that have, PART at most */
    struct removal removals[2];
    size_t count;
    const char *word;
    bool payloads; /* sealing reads them: not without the right to see them */
} kinds[] = {
    {CS_SHEETS_EXPIRED, {{CS_SHEET_PURGE, SEAL_SHEET}}, 1, "sheets", false},
    {CS_SAMPLES_EXPIRED,
     {{CS_EXPECTATION_PURGE, SEAL_EXPECTATION}, {CS_SAMPLE_PURGE, SEAL_SAMPLE}},
     2,
     "samples",
     true},
    {CS_INPUTS_ENDED, {{CS_INPUT_PURGE, SEAL_REQUEST}}, 1, "inputs", false}};

enum { KINDS = sizeof kinds / sizeof *kinds };

struct part {
    char ids[PART][IDENT_SIZE];
    size_t count;
};

static enum err
find(struct manager *m, const struct kind *kind, struct part *out,
     struct error *e)
{
    int64_t now;
    out->count = 0;
    enum err err = host_clock_expiry(m, &now, e);
    if (err != ERR_OK)
        return err;
    struct db_stmt *q = db_use(manager_db(m), kind->expired);
    db_int(q, now);
    while (out->count < PART && db_row(q))
        snprintf(out->ids[out->count++], IDENT_SIZE, "%s", db_get_text(q));
    return db_end(q, e);
}

static enum err
remove_part(struct manager *m, const struct kind *kind, const struct part *part,
            struct error *e)
{
    enum err err = ERR_OK;
    for (size_t i = 0; err == ERR_OK && i < part->count * kind->count; i++) {
        const char *id = part->ids[i / kind->count];
        const struct removal *r = &kind->removals[i % kind->count];
        struct db_stmt *q = db_use(manager_db(m), r->statement);
        operation_seal(m, r->seal, id);
        db_text(q, id);
        err = db_run(q, e);
    }
    if (err != ERR_OK || part->count == 0)
        return err;
    char *was = mem_printf("{\"%s\":%zu}", kind->word, part->count);
    err = operation_audit(m, "store", "", NULL, was, NULL, e);
    free(was);
    return err;
}

/* Removes a part of what has expired of KIND. Looks without the right to write
 * first: most often nothing has. */
static enum err
purge(struct manager *m, const struct kind *kind, struct part *part,
      struct error *e)
{
    enum err err = operation_begin(m, ACTION_SHEET_LIST, e);
    if (err == ERR_OK)
        err = find(m, kind, part, e);
    err = operation_end(m, err, e);
    if (err != ERR_OK || part->count == 0)
        return err;
    err = operation_begin(m, ACTION_PURGE, e);
    if (err == ERR_OK)
        err = find(m, kind, part, e);
    if (err == ERR_OK)
        err = remove_part(m, kind, part, e);
    return operation_end(m, err, e);
}

enum err
manager_purge(struct manager *m, struct error *e)
{
    enum err err = manager_may(m, ACTION_PURGE, e);
    if (err == ERR_OK)
        err = host_clock_keep(m, e);
    for (size_t i = 0; err == ERR_OK && i < KINDS; i++) {
        struct part part;
        if (kinds[i].payloads && manager_may_see_payloads(m, NULL) != ERR_OK)
            continue;
        do
            err = purge(m, &kinds[i], &part, e);
        while (err == ERR_OK && part.count == PART);
    }
    return err;
}
