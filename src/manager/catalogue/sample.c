/* Samples: listing, keeping, removing. */
#include "manager/catalogue/sample.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "manager/catalogue/catalogue_private.h"
#include "manager/catalogue/sample_private.h"
#include "manager/session/host_clock.h"
#include "manager/session/operation.h"
#include "value/value.h"

#define SAMPLE_MAX (16 * 1024 * 1024)

/* --- listing -------------------------------------------------------------- */
enum err
sample_scope(struct manager *m, const char *workflow, const char *installation,
             struct sample_scope *out, struct error *e)
{
    *out = (struct sample_scope){.installation = {.n = 0}};
    if (!installation)
        return name_workflow(m, workflow, 0, &out->workflow, e);
    enum err err = name_installation(m, installation, &out->installation, e);
    return err == ERR_OK ? name_workflow_of(m, workflow, out->installation.n,
                                            &out->workflow, e)
                         : err;
}

/* A statement with the bodies where the session may see them. */
static struct db_stmt *
use_samples(struct manager *m, int with, int without)
{
    bool open = manager_may_see_payloads(m, NULL) == ERR_OK;
    return db_use(manager_db(m), open ? with : without);
}

/* Without its body, a customer's sample is called by its id: its label may be
 * what the customer sent. */
static const char *
shown_label(const struct cs_sample *s)
{
    return s->body || !s->installation ? s->label : s->id;
}

/* Likewise WORDS about it, its note and whom it was agreed with, may say what
 * the customer sent, and who works there. */
static const char *
shown_words(const struct cs_sample *s, const char *words)
{
    return s->body || !s->installation || !words ? words : "";
}

static void
add_row(struct sample_list *out, const struct cs_sample *s)
{
    struct pool *pool = out->pool;
    out->rows = mem_resize(out->rows, out->count + 1, sizeof *out->rows);
    out->rows[out->count++] =
        (struct sample_row){.id = pool_text(pool, s->id),
                            .label = pool_text(pool, shown_label(s)),
                            .body = pool_text(pool, s->body),
                            .at = s->at,
                            .own = s->installation != 0,
                            .hash = pool_text(pool, s->hash),
                            .expected = pool_text(pool, s->expected),
                            .blocking = s->blocking != 0,
                            .agreed_with =
                                pool_text(pool, shown_words(s, s->agreed_with)),
                            .note = pool_text(pool, shown_words(s, s->note)),
                            .set_by = pool_text(pool, s->set_by),
                            .agreed_at = s->agreed_at,
                            .expires_at = s->expires_at};
}

enum err
manager_sample_list(struct manager *m, const char *workflow,
                    const char *installation, int limit,
                    struct sample_list *out, struct error *e)
{
    struct sample_scope scope;
    *out = (struct sample_list){.pool = pool_new()};
    enum err err = operation_begin(m, ACTION_SAMPLE_LIST, e);
    if (err == ERR_OK)
        err = sample_scope(m, workflow, installation, &scope, e);
    int64_t now = 0;
    if (err == ERR_OK)
        err = host_clock_expiry(m, &now, e);
    if (err == ERR_OK) {
        struct db_stmt *q = use_samples(m, CS_SAMPLES_OF_WORKFLOW,
                                        CS_SAMPLE_LABELS_OF_WORKFLOW);
        struct cs_sample s;
        db_int(q, scope.workflow.n);
        db_int(q, scope.installation.n);
        db_int(q, now);
        db_int(q, limit);
        while (cs_sample_next(q, &s))
            add_row(out, &s);
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

/* --- looking for one ------------------------------------------------------ */
void
kept_sample_read(struct kept_sample *out, const struct cs_sample *row)
{
    kept_sample_clear(out);
    out->n = row->n;
    snprintf(out->id, sizeof out->id, "%s", row->id);
    out->body = mem_strdup(row->body);
    out->expected = mem_strdup(row->expected);
    out->agreed_with = mem_strdup(row->agreed_with);
    out->note = mem_strdup(row->note);
    out->set_by = mem_strdup(row->set_by);
    snprintf(out->hash, sizeof out->hash, "%s", row->hash ? row->hash : "");
    out->blocking = row->blocking != 0;
    out->agreed_at = row->agreed_at;
}

void
kept_sample_clear(struct kept_sample *s)
{
    free(s->body);
    free(s->expected);
    free(s->agreed_with);
    free(s->note);
    free(s->set_by);
    *s = (struct kept_sample){.n = 0};
}

static struct db_stmt *
use_named(struct manager *m, const struct sample_scope *scope, const char *name)
{
    struct db_stmt *q =
        use_samples(m, CS_SAMPLES_NAMED, CS_SAMPLE_LABELS_NAMED);
    db_int(q, scope->workflow.n);
    db_int_or_null(q, scope->installation.n);
    db_text(q, name);
    return q;
}

/* The sample with LABEL and BODY into OUT, if it is kept. */
static enum err
find_same(struct manager *m, const struct sample_scope *scope,
          const char *label, const struct buf *body, struct kept_sample *out,
          struct error *e)
{
    struct db_stmt *q = use_named(m, scope, label);
    bool unseen = false;
    struct cs_sample s;
    while (cs_sample_next(q, &s)) {
        if (strcmp(s.label, label) != 0)
            continue;
        unseen = unseen || !s.body;
        if (s.body && strcmp(s.body, buf_str(body)) == 0)
            kept_sample_read(out, &s);
    }
    enum err err = db_end(q, e);
    if (err == ERR_OK && unseen)
        err = error_set(e, ERR_CONFLICT,
                        "sample %s already exists, and you may not see it (use "
                        "another name)",
                        label);
    return err;
}

/* The only sample that NAME is the id or the label of. */
static enum err
find_named(struct manager *m, const struct sample_scope *scope,
           const char *name, struct kept_sample *out, struct error *e)
{
    struct db_stmt *q = use_named(m, scope, name);
    struct cs_sample s;
    size_t found = 0;
    operation_no_candidates(m);
    while (cs_sample_next(q, &s)) {
        found++;
        operation_candidate(m, s.id);
        kept_sample_read(out, &s);
    }
    enum err err = db_end(q, e);
    if (err == ERR_OK && found == 0)
        err = error_set(e, ERR_NOT_FOUND, "%s: no such sample %s", name,
                        scope->installation.n ? "of this installation"
                                              : "of the vendor");
    if (err == ERR_OK && found > 1)
        err = error_set(e, ERR_AMBIGUOUS,
                        "%s: %zu samples have this name (give its id)", name,
                        found);
    return err;
}

/* --- keeping -------------------------------------------------------------- */
static enum err
check_room(struct manager *m, const struct sample_scope *scope, struct error *e)
{
    int64_t n = 0;
    if (!scope->installation.n)
        return ERR_OK;
    struct db_stmt *q = db_use(manager_db(m), CS_SAMPLE_COUNT);
    db_int(q, scope->workflow.n);
    db_int(q, scope->installation.n);
    enum err err = db_run_int(q, &n, NULL, e);
    if (err == ERR_OK && n >= SAMPLES_OF_INSTALLATION)
        err = error_set(e, ERR_CONFLICT,
                        "samples: %d are kept for this installation, which is "
                        "the most (remove one first)",
                        SAMPLES_OF_INSTALLATION);
    return err;
}

static enum err
insert(struct manager *m, const struct sample_scope *scope, const char *label,
       const struct buf *body, struct kept_sample *out, struct error *e)
{
    enum err err = check_room(m, scope, e);
    if (err != ERR_OK)
        return err;
    ident_new(out->id);
    struct db_stmt *q = db_use(manager_db(m), CS_SAMPLE_ADD);
    db_text(q, out->id);
    db_int(q, scope->workflow.n);
    db_int_or_null(q, scope->installation.n);
    db_text(q, label);
    db_text_n(q, buf_str(body), body->len);
    db_int(q, operation_now(m));
    db_null(q);
    err = db_run(q, e);
    out->n = db_last_id(manager_db(m));
    out->body = mem_strdup(buf_str(body));
    return err;
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

/* Keeps BODY and what is EXPECTED, each unless it is kept already. */
static enum err
keep_body(struct manager *m, const struct sample_scope *scope,
          const char *label, const struct buf *body,
          const struct sample_expected *expected, bool *fresh, struct error *e)
{
    struct kept_sample s = {.n = 0};
    char hash[DIGEST_SIZE] = "";
    enum err err = find_same(m, scope, label, body, &s, e);
    *fresh = err == ERR_OK && s.n == 0;
    if (*fresh)
        err = insert(m, scope, label, body, &s, e);
    if (err == ERR_OK && expected)
        err = sample_expect(m, scope, &s, expected, hash, e);
    if (err == ERR_OK && (*fresh || *hash))
        err = sample_audit(m, scope, &s, hash, e);
    kept_sample_clear(&s);
    return err;
}

/* Keeps SAMPLE inside an operation. */
static enum err
keep(struct manager *m, const struct sample_scope *scope, const char *label,
     const struct value *sample, const struct sample_expected *expected,
     bool *fresh, struct error *e)
{
    struct buf body;
    buf_init(&body, SAMPLE_MAX);
    value_write_canonical(&body, sample);
    enum err err = buf_failed(&body)
                       ? error_set(e, ERR_TOO_BIG,
                                   "sample: larger than %d bytes", SAMPLE_MAX)
                       : keep_body(m, scope, label, &body, expected, fresh, e);
    buf_clear(&body);
    return err;
}

enum err
sample_store(struct manager *m, int64_t workflow, const char *label,
             const struct value *input, bool *fresh, struct error *e)
{
    struct sample_scope scope = {.workflow = {.n = workflow}};
    struct value *sample = value_object();
    value_set(sample, "input", value_copy(input));
    enum err err = keep(m, &scope, label, sample, NULL, fresh, e);
    value_free(sample);
    return err;
}

enum err
manager_sample_add(struct manager *m, const char *workflow,
                   const char *installation, const char *label,
                   const struct value *sample,
                   const struct sample_expected *expected, bool *fresh,
                   struct error *e)
{
    struct sample_scope scope;
    *fresh = false;
    enum err err = check_title("sample", label, e);
    if (err == ERR_OK)
        err = sample_check_expected(expected, e);
    if (err == ERR_OK)
        err = manager_may_see_payloads(m, e);
    if (err != ERR_OK)
        return err;
    err = operation_begin(m, ACTION_SAMPLE_ADD, e);
    if (err == ERR_OK)
        err = sample_scope(m, workflow, installation, &scope, e);
    if (err == ERR_OK)
        err = keep(m, &scope, label, sample, expected, fresh, e);
    return operation_end(m, err, e);
}

/* --- changing and removing ------------------------------------------------ */
/* Removes STATEMENT's row for S. */
static enum err
remove_row(struct manager *m, int statement, const struct kept_sample *s,
           struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), statement);
    db_int(q, s->n);
    return db_run(q, e);
}

/* Nothing is expected of S any more. */
static enum err
expect_nothing(struct manager *m, const struct kept_sample *s, struct error *e)
{
    if (!*s->hash)
        return ERR_OK;
    enum err err =
        s->blocking ? manager_may(m, ACTION_SAMPLE_BLOCK, e) : ERR_OK;
    operation_seal(m, SEAL_EXPECTATION, s->id);
    return err == ERR_OK ? remove_row(m, CS_EXPECTATION_REMOVE, s, e) : err;
}

enum err
manager_sample_set(struct manager *m, const char *workflow,
                   const char *installation, const char *name,
                   const struct sample_expected *expected, struct error *e)
{
    struct sample_scope scope;
    struct kept_sample s = {.n = 0};
    char hash[DIGEST_SIZE] = "";
    enum err err = sample_check_expected(expected, e);
    if (err == ERR_OK)
        err = manager_may_see_payloads(m, e);
    if (err != ERR_OK)
        return err;
    err = operation_begin(m, ACTION_SAMPLE_SET, e);
    if (err == ERR_OK)
        err = sample_scope(m, workflow, installation, &scope, e);
    if (err == ERR_OK)
        err = find_named(m, &scope, name, &s, e);
    if (err == ERR_OK && !expected)
        err = expect_nothing(m, &s, e);
    else if (err == ERR_OK)
        err = sample_expect(m, &scope, &s, expected, hash, e);
    if (err == ERR_OK && (*hash || (!expected && *s.hash)))
        err = sample_audit(m, &scope, &s, hash, e);
    kept_sample_clear(&s);
    return operation_end(m, err, e);
}

static enum err
keep_until(struct manager *m, const struct sample_scope *scope,
           const struct kept_sample *s, int64_t expires_at, struct error *e)
{
    char until[CLOCK_TEXT_SIZE];
    enum err err =
        s->blocking ? manager_may(m, ACTION_SAMPLE_BLOCK, e) : ERR_OK;
    if (err != ERR_OK)
        return err;
    struct db_stmt *q = db_use(manager_db(m), CS_SAMPLE_KEEP);
    db_int_or_null(q, expires_at);
    db_int(q, s->n);
    err = db_run(q, e);
    if (err != ERR_OK)
        return err;
    clock_format(until, expires_at);
    char *after = expires_at ? mem_printf("{\"expiresAt\":\"%s\"}", until)
                             : mem_strdup("{\"expiresAt\":null}");
    err = operation_audit(m, "sample", s->id,
                          scope->installation.n ? scope->installation.id : NULL,
                          NULL, after, e);
    free(after);
    return err;
}

/* Begins ACTION and finds the sample NAME of what SCOPE becomes. The right to
 * payloads was asked before; in the transaction nobody takes it away. */
static enum err
begin_named(struct manager *m, enum action action, const char *workflow,
            const char *installation, const char *name,
            struct sample_scope *scope, struct kept_sample *s, struct error *e)
{
    enum err err = operation_begin(m, action, e);
    if (err == ERR_OK)
        err = manager_may_see_payloads(m, e);
    if (err == ERR_OK)
        err = sample_scope(m, workflow, installation, scope, e);
    return err == ERR_OK ? find_named(m, scope, name, s, e) : err;
}

enum err
manager_sample_keep(struct manager *m, const char *workflow,
                    const char *installation, const char *name,
                    int64_t expires_at, struct error *e)
{
    struct sample_scope scope;
    struct kept_sample s = {.n = 0};
    enum err err = manager_may_see_payloads(m, e);
    if (err != ERR_OK)
        return err;
    err = begin_named(m, ACTION_SAMPLE_KEEP, workflow, installation, name,
                      &scope, &s, e);
    if (err == ERR_OK)
        err = keep_until(m, &scope, &s, expires_at, e);
    kept_sample_clear(&s);
    return operation_end(m, err, e);
}

enum err
manager_sample_find(struct manager *m, const char *workflow,
                    const char *installation, const char *name,
                    char id[IDENT_SIZE], struct error *e)
{
    struct sample_scope scope;
    struct kept_sample s = {.n = 0};
    enum err err = manager_may_see_payloads(m, e);
    if (err != ERR_OK)
        return err;
    err = begin_named(m, ACTION_SAMPLE_LIST, workflow, installation, name,
                      &scope, &s, e);
    snprintf(id, IDENT_SIZE, "%s", err == ERR_OK ? s.id : "");
    kept_sample_clear(&s);
    return operation_end(m, err, e);
}

enum err
manager_sample_remove(struct manager *m, const char *workflow,
                      const char *installation, const char *name,
                      struct error *e)
{
    struct sample_scope scope;
    struct kept_sample s = {.n = 0};
    enum err err = manager_may_see_payloads(m, e);
    if (err != ERR_OK)
        return err;
    err = begin_named(m, ACTION_SAMPLE_REMOVE, workflow, installation, name,
                      &scope, &s, e);
    if (err == ERR_OK)
        err = expect_nothing(m, &s, e);
    if (err == ERR_OK)
        err = remove_row(m, CS_SAMPLE_REMOVE, &s, e);
    if (err == ERR_OK)
        err = sample_audit(m, &scope, &s, "", e);
    kept_sample_clear(&s);
    return operation_end(m, err, e);
}
