/* What a release recorded of the samples that it checked. */
#include "manager/release/proof.h"

#include <stdio.h>
#include <string.h>

#include "manager/release/checked_private.h"
#include "manager/release/parts.h"

/* The member "expected" of the record of the release of VERSION, which the
 * caller owns; NULL: it has none. A record of another content is one of what
 * had the id before. */
static enum err
read_record(struct manager *m, const struct version *version, bool *released,
            struct value **out, struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_RELEASE_RECORD);
    struct value *v = NULL;
    enum err err = ERR_OK;
    db_text(q, version->id);
    *out = NULL;
    *released = db_row(q);
    if (*released) {
        const char *after = db_get_text(q);
        err = value_read(&v, after, strlen(after), &value_limits_document,
                         "audit record", e);
    }
    enum err ended = db_end(q, err ? NULL : e);
    const char *hash = value_get_text(v, "hash");
    if (hash && strcmp(hash, version->hash) != 0)
        *released = false;
    else if (v)
        *out = value_detach(v, "expected");
    value_free(v);
    return err ? err : ended;
}

static void
take_record(struct checked_proof *p, const struct value *record)
{
    p->recorded = true;
    snprintf(p->set, sizeof p->set, "%s",
             value_text_or(value_get(record, "set"), ""));
    snprintf(p->verdict, sizeof p->verdict, "%s",
             value_text_or(value_get(record, "verdict"), ""));
    p->format = value_int_or(value_get(record, "format"), 0);
    p->checked = value_int_or(value_get(record, "checked"), 0);
    p->agreed = value_int_or(value_get(record, "agreed"), 0);
}

static enum err
prove(struct manager *m, const struct version *v, const struct value *record,
      struct checked_proof *out, struct error *e)
{
    struct document *d = NULL;
    take_record(out, record);
    enum err err = version_document(m, v, &d, e);
    if (err == ERR_OK)
        err = checked_members(&out->now, m, value_get(record, "members"), d, e);
    document_free(d);
    out->provable = err == ERR_OK && (int64_t)out->now.count == out->checked &&
                    strcmp(out->now.set, out->set) == 0;
    return err;
}

enum err
manager_check_proof(struct manager *m, const char *name,
                    struct checked_proof *out, struct error *e)
{
    struct name_ref ref;
    struct version v;
    struct value *record = NULL;
    struct pool *pool = pool_new();
    bool released = false;
    *out = (struct checked_proof){.recorded = false};
    enum err err = operation_begin(m, ACTION_SAMPLE_CHECK, e);
    if (err == ERR_OK)
        err = name_version(m, name, 0, 0, &ref, e);
    if (err == ERR_OK)
        err = version_load(m, ref.n, pool, &v, e);
    if (err == ERR_OK)
        err = read_record(m, &v, &released, &record, e);
    if (err == ERR_OK && !released)
        err = error_set(e, ERR_NOT_FOUND, "%s: no release of it is recorded",
                        name);
    if (err == ERR_OK && record)
        err = prove(m, &v, record, out, e);
    value_free(record);
    pool_free(pool);
    return operation_end(m, err, e);
}

void
checked_proof_clear(struct checked_proof *p)
{
    checked_clear(&p->now);
    *p = (struct checked_proof){.recorded = false};
}
