/* Seals: making them. */
#include "manager/session/seal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ident.h"
#include "base/mem.h"
#include "manager/session/manager_private.h"
#include "manager/session/seal_private.h"
#include "value/value.h"

const struct seal_info seal_table[SEAL_COUNT] = {
#define SEAL(id, word) {word, CS_SEAL_##id, CS_SEALS_##id},
#include "manager/session/seals.def"
#undef SEAL
};

enum seal
seal_of_word(const char *word)
{
    int i = 0;
    while (i < SEAL_COUNT && strcmp(seal_table[i].word, word) != 0)
        i++;
    return (enum seal)i;
}

bool
seal_next(struct db_stmt *q, struct seal_row *row)
{
    struct buf text;
    buf_init_any(&text);
    bool found = db_next_whole(q, &row->n, &row->name, &text);
    digest_hex(row->hash, buf_str(&text), text.len);
    buf_clear(&text);
    return found;
}

enum err
seal_read(struct db *db, enum seal seal, const char *name,
          char hash[DIGEST_SIZE], struct error *e)
{
    struct seal_row row;
    struct db_stmt *q = db_use(db, seal_table[seal].one);
    db_text(q, name);
    bool found = seal_next(q, &row) && row.name;
    snprintf(hash, DIGEST_SIZE, "%s", found ? row.hash : "");
    return db_end(q, e);
}

char *
seal_subject(enum seal seal, const char *name)
{
    return mem_printf("%s:%s", seal_table[seal].word, name);
}

enum err
seal_add(struct db *db, enum seal seal, const char *name, struct value *seals,
         struct error *e)
{
    char hash[DIGEST_SIZE];
    enum err err = seal_read(db, seal, name, hash, e);
    if (err == ERR_OK) {
        char *subject = seal_subject(seal, name);
        value_set_text(seals, subject, hash);
        free(subject);
    }
    return err;
}

/* --- the pending ones of an operation ------------------------------------- */

void
operation_seal(struct manager *m, enum seal seal, const char *name)
{
    for (size_t i = m->pending_count; i > 0; i--)
        if (m->pending[i - 1].seal == seal &&
            strcmp(m->pending[i - 1].name, name) == 0)
            return;
    m->pending =
        mem_resize(m->pending, m->pending_count + 1, sizeof *m->pending);
    m->pending[m->pending_count++] =
        (struct pending_seal){seal, mem_strdup(name)};
}

void
operation_seal_pair(struct manager *m, enum seal seal, int64_t a, int64_t b)
{
    char name[64];
    snprintf(name, sizeof name, "%lld/%lld", (long long)a, (long long)b);
    operation_seal(m, seal, name);
}

enum err
operation_remove(struct manager *m, struct db_stmt *q, int remove,
                 enum seal seal, size_t *count, struct error *e)
{
    char(*ids)[IDENT_SIZE] = NULL;
    size_t n = 0;
    while (db_row(q)) {
        ids = mem_resize(ids, n + 1, sizeof *ids);
        snprintf(ids[n++], IDENT_SIZE, "%s", db_get_text(q));
    }
    enum err err = db_end(q, e);
    for (size_t i = 0; err == ERR_OK && i < n; i++) {
        operation_seal(m, seal, ids[i]);
        q = db_use(m->db, remove);
        db_text(q, ids[i]);
        err = db_run(q, e);
    }
    *count += n;
    free(ids);
    return err;
}

void
operation_no_seals(struct manager *m)
{
    for (size_t i = 0; i < m->pending_count; i++)
        free(m->pending[i].name);
    m->pending_count = 0;
}

enum err
operation_take_seals(struct manager *m, char **out, struct error *e)
{
    struct value *seals = value_object();
    enum err err = ERR_OK;
    for (size_t i = 0; err == ERR_OK && i < m->pending_count; i++)
        err = seal_add(m->db, m->pending[i].seal, m->pending[i].name, seals, e);
    *out = err == ERR_OK && m->pending_count ? value_to_text(seals) : NULL;
    value_free(seals);
    if (err == ERR_OK)
        operation_no_seals(m);
    return err;
}

/* --- all rows ------------------------------------------------------------- */

/* A slice of the rows after *AFTER, in one record. */
static enum err
seal_slice(struct manager *m, enum seal seal, int64_t *after, bool *more,
           struct error *e)
{
    struct value *seals = value_object();
    struct seal_row row;
    struct db_stmt *q = db_use(m->db, seal_table[seal].slice);
    *more = false;
    db_int(q, *after);
    while (seal_next(q, &row)) {
        *more = true;
        *after = row.n;
        if (!row.name)
            continue;
        char *subject = seal_subject(seal, row.name);
        value_set_text(seals, subject, row.hash);
        free(subject);
    }
    enum err err = db_end(q, e);
    if (err == ERR_OK && value_size(seals)) {
        char *text = value_to_text(seals);
        struct audit_entry entry = {.at = m->now,
                                    .origin = "store",
                                    .actor = m->actor,
                                    .session = m->session,
                                    .action = action_table[m->action].name,
                                    .subject_kind = "store",
                                    .subject_id = "",
                                    .seals = text};
        err = operation_audit_as(m, &entry, e);
        free(text);
    }
    value_free(seals);
    return err;
}

enum err
seal_all(struct manager *m, struct error *e)
{
    enum err err = ERR_OK;
    for (int i = 0; err == ERR_OK && i < SEAL_COUNT; i++) {
        int64_t after = INT64_MIN;
        bool more = true;
        while (err == ERR_OK && more)
            err = seal_slice(m, (enum seal)i, &after, &more, e);
    }
    return err;
}
