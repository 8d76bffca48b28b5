/* Samples. */
#include "manager/catalogue/sample.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "manager/catalogue/catalogue_private.h"
#include "manager/catalogue/sample_private.h"
#include "manager/session/names.h"
#include "manager/session/operation.h"
#include "value/value.h"

#define SAMPLE_MAX (16 * 1024 * 1024)

/* The samples of a workflow, with their bodies where the session may see
 * them. */
static struct db_stmt *
use_samples(struct manager *m)
{
    bool open = manager_may_see_payloads(m, NULL) == ERR_OK;
    return db_use(manager_db(m),
                  open ? CS_SAMPLES_OF_WORKFLOW : CS_SAMPLE_LABELS_OF_WORKFLOW);
}

enum err
manager_sample_list(struct manager *m, const char *workflow, int limit,
                    struct sample_list *out, struct error *e)
{
    struct name_ref w;
    *out = (struct sample_list){.pool = pool_new()};
    enum err err = operation_begin(m, ACTION_SAMPLE_LIST, e);
    if (err == ERR_OK)
        err = name_workflow(m, workflow, 0, &w, e);
    if (err == ERR_OK) {
        struct db_stmt *q = use_samples(m);
        db_int(q, w.n);
        db_int(q, operation_now(m));
        db_int(q, limit);
        struct cs_sample s;
        while (cs_sample_next(q, &s)) {
            out->rows =
                mem_resize(out->rows, out->count + 1, sizeof *out->rows);
            out->rows[out->count++] =
                (struct sample_row){.id = pool_text(out->pool, s.id),
                                    .label = pool_text(out->pool, s.label),
                                    .body = pool_text(out->pool, s.body),
                                    .at = s.at};
        }
        err = db_end(q, e);
    }
    return operation_end(m, err, e);
}

void
sample_list_clear(struct sample_list *list)
{
    free(list->rows);
    pool_free(list->pool);
    *list = (struct sample_list){0};
}

static enum err
is_there(struct manager *m, int64_t workflow, const char *label,
         const struct buf *body, bool *found, struct error *e)
{
    *found = false;
    struct db_stmt *q = use_samples(m);
    db_int(q, workflow);
    db_int(q, 0);
    db_int(q, 1000);
    bool unseen = false;
    struct cs_sample s;
    while (cs_sample_next(q, &s)) {
        if (strcmp(s.label, label) != 0)
            continue;
        unseen = unseen || !s.body;
        *found = *found || (s.body && strcmp(s.body, buf_str(body)) == 0);
    }
    enum err err = db_end(q, e);
    if (err == ERR_OK && unseen)
        err = error_set(e, ERR_CONFLICT,
                        "sample %s already exists, and you may not see it (use "
                        "another name)",
                        label);
    return err;
}

static enum err
insert(struct manager *m, int64_t workflow, int64_t installation,
       const char *label, const struct buf *body, struct error *e)
{
    char id[IDENT_SIZE];
    ident_new(id);
    struct db_stmt *q = db_use(manager_db(m), CS_SAMPLE_ADD);
    db_text(q, id);
    db_int(q, workflow);
    db_int_or_null(q, installation);
    db_text(q, label);
    db_text_n(q, buf_str(body), body->len);
    db_int(q, operation_now(m));
    db_null(q);
    enum err err = db_run(q, e);
    return err == ERR_OK ? operation_audit(m, "sample", id, NULL, NULL, NULL, e)
                         : err;
}

struct value *
sample_value(struct value *v)
{
    size_t known = (value_get(v, "input") != NULL) +
                   (value_is(value_get(v, "outputs"), VALUE_OBJECT)) +
                   (value_is(value_get(v, "lookups"), VALUE_OBJECT));
    if (value_get(v, "input") && known == value_size(v))
        return v;
    struct value *sample = value_object();
    value_set(sample, "input", v);
    return sample;
}

/* Keeps SAMPLE inside an operation. */
static enum err
keep(struct manager *m, int64_t workflow, int64_t installation,
     const char *label, const struct value *sample, bool *fresh,
     struct error *e)
{
    bool found = false;
    struct buf body;
    buf_init(&body, SAMPLE_MAX);
    value_write_canonical(&body, sample);
    enum err err = buf_failed(&body)
                       ? error_set(e, ERR_TOO_BIG,
                                   "sample: larger than %d bytes", SAMPLE_MAX)
                       : is_there(m, workflow, label, &body, &found, e);
    *fresh = err == ERR_OK && !found;
    if (*fresh)
        err = insert(m, workflow, installation, label, &body, e);
    buf_clear(&body);
    return err;
}

enum err
sample_keep(struct manager *m, int64_t workflow, int64_t installation,
            const char *label, const struct value *input, bool *fresh,
            struct error *e)
{
    struct value *sample = value_object();
    value_set(sample, "input", value_copy(input));
    enum err err = keep(m, workflow, installation, label, sample, fresh, e);
    value_free(sample);
    return err;
}

enum err
manager_sample_keep(struct manager *m, const char *workflow, const char *label,
                    const struct value *sample, bool *fresh, struct error *e)
{
    struct name_ref w;
    *fresh = false;
    enum err err = check_title("sample", label, e);
    if (err == ERR_OK)
        err = manager_may_see_payloads(m, e);
    if (err != ERR_OK)
        return err;
    err = operation_begin(m, ACTION_SAMPLE_ADD, e);
    if (err == ERR_OK)
        err = name_workflow(m, workflow, 0, &w, e);
    if (err == ERR_OK)
        err = keep(m, w.n, 0, label, sample, fresh, e);
    return operation_end(m, err, e);
}
