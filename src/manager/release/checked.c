/* Checking samples with an expected result. */
#include "manager/release/checked.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "manager/release/checked_private.h"
#include "manager/release/parts.h"
#include "manager/session/host_clock.h"

const char *
checked_verdict_word(enum checked_verdict verdict)
{
    static const char *const words[] = {"agreed", "differs", "notChecked"};
    return words[verdict];
}

/* --- names ---------------------------------------------------------------- */
void
checked_hash(char out[DIGEST_SIZE], const char *sample, const char *expected,
             int64_t at)
{
    struct buf text;
    buf_init_any(&text);
    buf_addf(&text, "{\"agreedAt\":%lld,\"expected\":", (long long)at);
    buf_adds(&text, expected);
    buf_adds(&text, ",\"sample\":");
    buf_adds(&text, sample);
    buf_addc(&text, '}');
    digest_hex(out, buf_str(&text), text.len);
    buf_clear(&text);
}

static int
compare_hashes(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void
checked_set_hash(char out[DIGEST_SIZE], const char *const *hashes, size_t count)
{
    const char **sorted = mem_array(count + 1, sizeof *sorted);
    struct buf text;
    buf_init_any(&text);
    if (count > 0)
        memcpy(sorted, hashes, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, compare_hashes);
    for (size_t i = 0; i < count; i++)
        buf_addf(&text, "%s\n", sorted[i]);
    digest_hex(out, buf_str(&text), text.len);
    buf_clear(&text);
    free(sorted);
}

/* --- one sample ----------------------------------------------------------- */
/* Compares the sample of ROW into S. */
static enum err
compare_sample(struct checked_sample *s, const struct cs_sample *row,
               struct previewer *p, struct error *e)
{
    char hash[DIGEST_SIZE];
    struct value *sample = NULL, *expected = NULL;
    checked_hash(hash, row->body, row->expected, row->agreed_at);
    if (strcmp(hash, row->hash) != 0)
        return error_hint(e, HINT_STORE_CHECK, NULL, NULL,
                          error_set(e, ERR_DAMAGED,
                                    "sample %s: hash mismatch: the content "
                                    "was changed or damaged",
                                    row->label));
    enum err err = value_read(&sample, row->body, strlen(row->body),
                              &value_limits_event, row->label, e);
    if (err == ERR_OK)
        err = value_read(&expected, row->expected, strlen(row->expected),
                         &value_limits_event, row->label, e);
    if (err == ERR_OK)
        agreed_compare(&s->cells, p, sample, expected, row->agreed_at);
    value_free(sample);
    value_free(expected);
    s->verdict = s->cells.total ? CHECKED_DIFFERS : CHECKED_AGREED;
    return err;
}

static enum err
add_sample(struct checked *out, const struct cs_sample *row,
           struct previewer *p, struct error *e)
{
    struct checked_sample *s;
    /* A label may be what the customer sent. */
    bool named = row->body || !row->installation;
    out->samples =
        mem_resize(out->samples, out->count + 1, sizeof *out->samples);
    s = &out->samples[out->count++];
    *s = (struct checked_sample){
        .label = pool_text(out->pool, named ? row->label : row->id),
        .blocking = row->blocking != 0,
        .verdict = CHECKED_CLOSED};
    snprintf(s->id, sizeof s->id, "%s", row->id);
    snprintf(s->hash, sizeof s->hash, "%s", row->hash);
    return row->body ? compare_sample(s, row, p, e) : ERR_OK;
}

/* --- the set -------------------------------------------------------------- */
/* A line for each sample, sorted as the hashes of a set are. */
static void
decide(struct checked *c)
{
    struct buf text;
    char(*lines)[DIGEST_SIZE + 32] = mem_array(c->count + 1, sizeof *lines);
    const char **sorted = mem_array(c->count + 1, sizeof *sorted);
    buf_init_any(&text);
    buf_addf(&text, "%s\nformat %u\n", c->document, c->format);
    for (size_t i = 0; i < c->count; i++) {
        const struct checked_sample *s = &c->samples[i];
        snprintf(lines[i], sizeof lines[i], "%s %s%s", s->hash,
                 checked_verdict_word(s->verdict),
                 s->blocking ? " blocking" : "");
        sorted[i] = lines[i];
    }
    qsort(sorted, c->count, sizeof *sorted, compare_hashes);
    for (size_t i = 0; i < c->count; i++)
        buf_addf(&text, "%s\n", sorted[i]);
    digest_hex(c->decided, buf_str(&text), text.len);
    buf_clear(&text);
    free(sorted);
    free(lines);
}

static void
sum_up(struct checked *c)
{
    const char **hashes = mem_array(c->count + 1, sizeof *hashes);
    c->verdict = CHECKED_AGREED;
    for (size_t i = 0; i < c->count; i++) {
        const struct checked_sample *s = &c->samples[i];
        hashes[i] = s->hash;
        c->agreed += s->verdict == CHECKED_AGREED;
        c->blocking += s->blocking && s->verdict != CHECKED_AGREED;
        if (s->verdict != CHECKED_AGREED)
            c->verdict = s->verdict;
    }
    if (c->count > 0)
        checked_set_hash(c->set, hashes, c->count);
    free(hashes);
    decide(c);
}

/* A statement of rows of samples with their bodies, where the session may
 * see them. */
static struct db_stmt *
use_samples(struct manager *m, int with, int without)
{
    bool open = manager_may_see_payloads(m, NULL) == ERR_OK;
    return db_use(manager_db(m), open ? with : without);
}

/* Adds each row of Q. */
static enum err
add_rows(struct checked *out, struct db_stmt *q, struct previewer *p,
         struct error *e)
{
    enum err err = ERR_OK;
    struct cs_sample row;
    while (err == ERR_OK && cs_sample_next(q, &row))
        err = add_sample(out, &row, p, e);
    enum err ended = db_end(q, err ? NULL : e);
    return err ? err : ended;
}

/* Whose samples are checked, or which. */
struct wanted {
    int64_t workflow, installation;
    const struct value *members; /* NULL: all of them */
};

static enum err
read_samples(struct checked *out, struct manager *m, const struct wanted *w,
             struct previewer *p, struct error *e)
{
    struct db_stmt *q;
    int64_t now;
    enum err err = ERR_OK;
    if (!w->members) {
        err = host_clock_expiry(m, &now, e);
        if (err != ERR_OK)
            return err;
        q = use_samples(m, CS_AGREED_SAMPLES, CS_AGREED_LABELS);
        db_int(q, w->workflow);
        db_int_or_null(q, w->installation);
        db_int(q, now);
        return add_rows(out, q, p, e);
    }
    for (size_t i = 0; err == ERR_OK && i < value_size(w->members); i++) {
        q = use_samples(m, CS_AGREED_MEMBER, CS_AGREED_MEMBER_LABEL);
        db_text(q, value_text_or(value_at(w->members, i), ""));
        err = add_rows(out, q, p, e);
    }
    return err;
}

static enum err
check_wanted(struct checked *out, struct manager *m, const struct wanted *w,
             const struct document *d, const struct connector_set *connectors,
             struct error *e)
{
    struct connector_set own;
    enum err err = ERR_OK;
    connector_set_init(&own);
    if (!connectors)
        err = connectors_load(m, d, &own, e);
    struct previewer *p = previewer_new(d);
    previewer_connectors(p, connectors ? connectors : &own);
    if (err == ERR_OK)
        err = read_samples(out, m, w, p, e);
    previewer_free(p);
    connector_set_clear(&own);
    sum_up(out);
    return err;
}

static void
begin(struct checked *out, const struct document *d)
{
    *out = (struct checked){.format = document_language(d), .pool = pool_new()};
    document_hash(d, out->document);
}

static enum err
count_samples(struct manager *m, const struct wanted *w, int64_t *n,
              struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_AGREED_COUNT);
    db_int(q, w->workflow);
    db_int_or_null(q, w->installation);
    *n = 0;
    return db_run_int(q, n, NULL, e);
}

enum err
checked_run(struct checked *out, struct manager *m, int64_t workflow,
            int64_t installation, const struct document *d,
            const struct connector_set *connectors, struct error *e)
{
    struct wanted w = {workflow, installation, NULL};
    int64_t n = 0;
    begin(out, d);
    enum err err = count_samples(m, &w, &n, e);
    if (err == ERR_OK && n > 0)
        return check_wanted(out, m, &w, d, connectors, e);
    sum_up(out);
    return err;
}

enum err
checked_same(const struct checked *c, struct manager *m, int64_t workflow,
             int64_t installation, unsigned format, bool *same, struct error *e)
{
    bool closed = manager_may_see_payloads(m, NULL) != ERR_OK;
    struct cs_sample row;
    size_t n = 0;
    int64_t now;
    *same = c->format == format &&
            (c->count == 0 || closed == (c->verdict == CHECKED_CLOSED));
    enum err err = host_clock_expiry(m, &now, e);
    if (err != ERR_OK)
        return err;
    struct db_stmt *q = db_use(manager_db(m), CS_AGREED_LABELS);
    db_int(q, workflow);
    db_int_or_null(q, installation);
    db_int(q, now);
    while (cs_sample_next(q, &row)) {
        const struct checked_sample *s = n < c->count ? &c->samples[n] : NULL;
        *same = *same && s && strcmp(s->id, row.id) == 0 &&
                strcmp(s->hash, row.hash) == 0 &&
                s->blocking == (row.blocking != 0);
        n++;
    }
    *same = *same && n == c->count;
    return db_end(q, e);
}

enum err
checked_members(struct checked *out, struct manager *m,
                const struct value *members, const struct document *d,
                struct error *e)
{
    struct wanted w = {0, 0, members};
    begin(out, d);
    return check_wanted(out, m, &w, d, NULL, e);
}

void
checked_clear(struct checked *c)
{
    for (size_t i = 0; i < c->count; i++)
        agreed_cells_clear(&c->samples[i].cells);
    free(c->samples);
    pool_free(c->pool);
    *c = (struct checked){0};
}

/* --- as an operation ------------------------------------------------------ */
/* Leaves only the sample with the label or id NAME. */
static enum err
keep_one(struct checked *c, const char *name, struct error *e)
{
    size_t kept = 0;
    for (size_t i = 0; i < c->count; i++) {
        if (strcmp(c->samples[i].id, name) == 0 ||
            strcmp(c->samples[i].label, name) == 0)
            c->samples[kept++] = c->samples[i];
        else
            agreed_cells_clear(&c->samples[i].cells);
    }
    c->count = kept;
    c->agreed = c->blocking = 0;
    sum_up(c);
    return kept > 0 ? ERR_OK
                    : error_set(e, ERR_NOT_FOUND,
                                "%s: no sample with an expected result", name);
}

static enum err
check_version(struct manager *m, const char *name, struct checked *out,
              struct error *e)
{
    struct name_ref ref;
    struct version v;
    struct document *d = NULL;
    struct pool *pool = pool_new();
    enum err err = name_version(m, name, 0, 0, &ref, e);
    if (err == ERR_OK)
        err = version_load(m, ref.n, pool, &v, e);
    if (err == ERR_OK)
        err = version_document(m, &v, &d, e);
    if (err == ERR_OK)
        err = checked_run(out, m, v.workflow, v.installation, d, NULL, e);
    document_free(d);
    pool_free(pool);
    return err;
}

enum err
manager_check_samples(struct manager *m, const char *name, const char *sample,
                      struct checked *out, struct error *e)
{
    *out = (struct checked){0};
    enum err err = operation_begin(m, ACTION_SAMPLE_CHECK, e);
    if (err == ERR_OK)
        err = check_version(m, name, out, e);
    if (err == ERR_OK && sample)
        err = keep_one(out, sample, e);
    return operation_end(m, err, e);
}

/* --- words ---------------------------------------------------------------- */
#define SHOWN 60 /* bytes of a value in a sentence */

static void
say_value(const char *json, const char *none, struct buf *out)
{
    size_t n = json ? strlen(json) : 0;
    if (!json)
        buf_adds(out, none);
    else if (n <= SHOWN)
        buf_adds(out, json);
    else
        buf_addf(out, "%.*s…", (int)utf8_valid_prefix(json, SHOWN), json);
}

/* "SO-10023 differs at tax: 62.50 expected, 62.49 given". */
static void
say_sample(const struct checked_sample *s, struct buf *out)
{
    const struct agreed_cell *c = s->cells.items;
    buf_addf(out, "%s differs at %s%s%s: ", s->label, c->block,
             *c->path ? " > " : "", c->path);
    if (c->why)
        buf_adds(out, c->why);
    else {
        say_value(c->expected, "nothing", out);
        buf_adds(out, " expected, ");
        say_value(c->given, "nothing", out);
        buf_adds(out, " given");
    }
    if (s->cells.total > 1)
        buf_addf(out, " (and %zu more)", s->cells.total - 1);
}

void
checked_say(const struct checked *c, struct buf *out)
{
    const struct checked_sample *shown = NULL;
    for (size_t i = 0; i < c->count; i++) {
        const struct checked_sample *s = &c->samples[i];
        if (s->verdict == CHECKED_DIFFERS &&
            (!shown || (s->blocking && !shown->blocking)))
            shown = s;
    }
    if (c->count == 0)
        return;
    if (c->verdict == CHECKED_CLOSED) {
        buf_addf(out, "%zu not checked: you may not see what customers sent",
                 c->count);
        return;
    }
    buf_addf(out, "%zu of %zu as agreed", c->agreed, c->count);
    if (!shown)
        return;
    buf_adds(out, "; ");
    say_sample(shown, out);
    if (c->blocking > 0)
        buf_adds(out, "; this blocks the release");
}

enum err
checked_refuse(const struct checked *c, const char *what, const char *version,
               struct error *e)
{
    struct buf text;
    if (c->blocking == 0)
        return ERR_OK;
    if (c->verdict == CHECKED_CLOSED)
        return error_set(e, ERR_REFUSED,
                         "%s: %zu expected results can block the release, and "
                         "you may not see what customers sent (someone who "
                         "may must release it)",
                         what, c->blocking);
    buf_init(&text, 2000);
    checked_say(c, &text);
    error_set(e, ERR_REFUSED, "%s: expected results: %s", what, buf_str(&text));
    buf_clear(&text);
    return error_hint(e, HINT_SAMPLE_CHECK, version, NULL, ERR_REFUSED);
}

struct value *
checked_record(const struct checked *c)
{
    struct value *v = value_object(), *members = value_array();
    struct value *differ = value_array();
    for (size_t i = 0; i < c->count; i++) {
        value_append(members, value_string(c->samples[i].hash));
        if (c->samples[i].verdict == CHECKED_DIFFERS)
            value_append(differ, value_string(c->samples[i].id));
    }
    value_set_text(v, "set", c->set);
    value_set_text(v, "decided", c->decided);
    value_set_int(v, "format", c->format);
    value_set_text(v, "verdict", checked_verdict_word(c->verdict));
    value_set_int(v, "checked", (int64_t)c->count);
    value_set_int(v, "agreed", (int64_t)c->agreed);
    value_set(v, "differ", differ);
    value_set(v, "members", members);
    return v;
}
