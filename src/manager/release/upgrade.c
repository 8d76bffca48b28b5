/* Upgrade of many installations: a plan, or chunks of one transaction each. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "manager/exchange/outbox.h"
#include "manager/installation/installation.h"
#include "manager/release/parts.h"
#include "workflow/validate/material.h"

#define CHUNK 500
#define SAMPLES_OF_CHUNK 100 /* that are checked: the largest take a second */
#define SLICE 5000 /* rows that one read of the filter looks at */

struct many {
    struct manager *m;
    const struct upgrade_options *options;
    struct upgrade_plan *plan;
    struct version to;
    struct document *document;
    struct connector_set connectors;
    int64_t workflow;
    int64_t *installations; /* row numbers: run the workflow, fit the filter */
    size_t count;
    size_t checked; /* samples of the chunk */
    /* The facts of the last installation and what they mean: most
     * installations have connected and answered the same. */
    char *last_facts;
    bool last_material;
    int64_t prepared[64]; /* runtimes that the document is queued for */
    size_t prepared_count;
};

static bool
limit_reached(const struct many *u)
{
    return u->options->limit > 0 &&
           u->plan->at_once + u->plan->must_ask >= u->options->limit;
}

static bool
is_material(struct many *u, const struct pointer *p)
{
    char *facts = mem_printf("%s\n%s", p->connected ? p->connected : "",
                             p->answered ? p->answered : "");
    struct need_list needs;
    struct value *v;
    if (u->last_facts && strcmp(facts, u->last_facts) == 0) {
        free(facts);
        return u->last_material;
    }
    v = pointer_facts(p->connected, p->answered);
    need_list_init(&needs);
    material_needs(u->document, &u->connectors, v, &needs);
    u->last_material = needs.count > 0;
    need_list_clear(&needs);
    value_free(v);
    free(u->last_facts);
    u->last_facts = facts;
    return u->last_material;
}

/* Why this installation is left as it is, or NULL. */
static const char *
skip_reason(const struct many *u, const struct pointer *p,
            const struct version *live)
{
    if (p->state == INSTALLATION_UNINSTALLED)
        return "uninstalled";
    if (p->removed)
        return "its runtime was removed from this store";
    if (p->missing)
        return "missing at its runtime";
    if (p->releasing)
        return "another version is releasing";
    if (p->live_unknown)
        return "its live version is not in this store";
    if (p->live == 0)
        return "its live version is not known here";
    if (live->installation)
        return "a user-specific version is live";
    if (live->n == u->to.n)
        return "has it already";
    if (live->base_no > u->to.base_no)
        return "a newer base is live";
    if (p->awaiting)
        return "another version awaits the customer";
    return NULL;
}

/* Its sentence; NULL where all is as agreed. */
static const char *
say_expected(const struct many *u, const struct checked *expected)
{
    const char *kept;
    struct buf text;
    if (expected->verdict == CHECKED_AGREED)
        return NULL;
    buf_init(&text, 2000);
    checked_say(expected, &text);
    kept = pool_text(u->plan->pool, buf_str(&text));
    buf_clear(&text);
    return kept;
}

static void
keep_row(struct many *u, const struct pointer *p, enum upgrade_fate fate,
         const char *reason, const struct checked *expected)
{
    struct upgrade_plan *plan = u->plan;
    struct upgrade_row *row;
    if (fate == UPGRADE_AT_ONCE)
        plan->at_once++;
    else if (fate == UPGRADE_MUST_ASK)
        plan->must_ask++;
    else
        plan->skipped++;
    if (plan->count >= UPGRADE_ROWS_KEPT)
        return;
    row = &plan->rows[plan->count++];
    row->fate = fate;
    snprintf(row->installation_id, sizeof row->installation_id, "%s",
             p->installation_id);
    row->customer = pool_text(plan->pool, p->customer);
    row->username = pool_text(plan->pool, p->username);
    row->who = pool_text(plan->pool, p->who);
    row->reason = reason;
    row->expected = expected ? say_expected(u, expected) : NULL;
    row->key = plan->key_count;
}

/* Room for the key of one request more. */
static char *
next_key(struct upgrade_plan *plan)
{
    size_t n = plan->key_count++;
    if ((n & (n - 1)) == 0) /* a power of two, or none */
        plan->keys = mem_resize(plan->keys, n ? 2 * n : 1, sizeof *plan->keys);
    plan->keys[n][0] = 0;
    return plan->keys[n];
}

static enum err
prepare_runtime(struct many *u, int64_t runtime, struct error *e)
{
    enum err err;
    for (size_t i = 0; i < u->prepared_count; i++)
        if (u->prepared[i] == runtime)
            return ERR_OK;
    err = outbox_add_document(u->m, runtime, u->to.hash, e);
    if (!err && u->prepared_count < 64)
        u->prepared[u->prepared_count++] = runtime;
    return err;
}

static enum err
queue_one(struct many *u, const struct pointer *p, bool material,
          const struct checked *expected, struct error *e)
{
    static const struct release_options plain;
    struct handover c = {.p = *p, .to = u->to, .expected = p->live};
    struct value *after;
    int64_t lead = 0;
    char *text;
    enum err err = prepare_runtime(u, p->runtime, e);
    if (!err)
        err = change_queue(u->m, "base", &c, &plain, &lead, next_key(u->plan),
                           e);
    if (err)
        return err;
    after = value_object();
    value_set_text(after, "versionId", u->to.id);
    value_set_text(after, "label", u->plan->to.label);
    value_set_bool(after, "material", material);
    if (u->options->note && *u->options->note)
        value_set_text(after, "note", u->options->note);
    if (expected->count)
        value_set(after, "expected", checked_record(expected));
    text = value_to_text(after);
    err = operation_audit(u->m, "version", u->to.id, p->installation_id, NULL,
                          text, e);
    free(text);
    value_free(after);
    return err;
}

/* Keeps that P is upgraded; STALE where a person was asked about others. */
static enum err
keep_choice(struct many *u, const struct pointer *p, bool material,
            struct error *e)
{
    struct upgrade_plan *plan = u->plan;
    size_t n = plan->choice_count++;
    if ((n & (n - 1)) == 0) /* a power of two, or none */
        plan->choices =
            mem_resize(plan->choices, n ? 2 * n : 1, sizeof *plan->choices);
    plan->choices[n] = (struct upgrade_choice){
        p->installation, p->live, material, pool_text(plan->pool, p->who)};
    return u->options->asked
               ? upgrade_check_choice(u->options->asked, &plan->choices[n], e)
               : ERR_OK;
}

/* Upgrades P, unless what is EXPECTED of its samples blocks it. */
static enum err
judge(struct many *u, const struct pointer *p, const struct checked *expected,
      struct error *e)
{
    bool material;
    if (expected->blocking > 0) {
        keep_row(u, p, UPGRADE_SKIPPED, "its expected results block it",
                 expected);
        return ERR_OK;
    }
    material = is_material(u, p);
    keep_row(u, p, material ? UPGRADE_MUST_ASK : UPGRADE_AT_ONCE, NULL,
             expected);
    enum err err = keep_choice(u, p, material, e);
    return err || u->options->dry_run ? err
                                      : queue_one(u, p, material, expected, e);
}

static enum err
one(struct many *u, int64_t installation, struct pool *pool, struct error *e)
{
    struct version live = {0};
    struct pointer p;
    struct checked expected;
    const char *why;
    enum err err = pointer_load(u->m, installation, u->workflow, pool, &p, e);
    if (!err && p.live)
        err = version_load(u->m, p.live, pool, &live, e);
    if (err)
        return err;
    why = skip_reason(u, &p, &live);
    if (why) {
        keep_row(u, &p, UPGRADE_SKIPPED, why, NULL);
        return ERR_OK;
    }
    if (limit_reached(u))
        return ERR_OK;
    err = checked_run(&expected, u->m, u->workflow, installation, u->document,
                      &u->connectors, e);
    u->checked += expected.count;
    if (!err)
        err = judge(u, &p, &expected, e);
    checked_clear(&expected);
    return err;
}

/* The installations from *AT on, at most those before TO, in one transaction;
 * *AT is then behind the last. */
static enum err
chunk(struct many *u, size_t *at, size_t to, struct error *e)
{
    struct upgrade_plan before = *u->plan;
    struct pool *pool = pool_new();
    size_t i = *at;
    u->checked = 0;
    enum err err = operation_begin(
        u->m, u->options->dry_run ? ACTION_RELEASE_PLAN : ACTION_UPGRADE, e);
    while (i < to && !err && !limit_reached(u) && u->checked < SAMPLES_OF_CHUNK)
        err = one(u, u->installations[i++], pool, e);
    err = operation_end(u->m, err, e);
    pool_free(pool);
    *at = i;
    if (err) { /* nothing of this chunk happened */
        u->plan->at_once = before.at_once;
        u->plan->must_ask = before.must_ask;
        u->plan->skipped = before.skipped;
        u->plan->count = before.count;
        u->plan->key_count = before.key_count;
        u->plan->choice_count = before.choice_count;
    }
    return err;
}

static enum err
load_installations(struct many *u, struct error *e)
{
    struct db_stmt *q = db_use(manager_db(u->m), CS_REL_INSTALLED);
    size_t capacity = 0;
    db_int(q, u->workflow);
    while (db_row(q)) {
        if (u->count == capacity) {
            capacity = capacity ? 2 * capacity : 1024;
            u->installations =
                mem_resize(u->installations, capacity, sizeof(int64_t));
        }
        u->installations[u->count++] = db_get_int(q);
    }
    return db_end(q, e);
}

static enum err
load(struct many *u, const char *workflow, struct error *e)
{
    struct name_ref w, to = {0};
    enum err err = name_workflow(u->m, workflow, 0, &w, e);
    if (err)
        return err;
    u->workflow = w.n;
    err = u->options->to ? name_version(u->m, u->options->to, w.n, 0, &to, e)
                         : newest_base(u->m, w.n, &to.n, e);
    if (err)
        return err;
    if (to.n == 0)
        return error_set(e, ERR_NOT_FOUND, "%s: has no base version yet",
                         workflow);
    err = version_load(u->m, to.n, u->plan->pool, &u->to, e);
    if (!err && (u->to.installation || u->to.state != VERSION_RELEASED ||
                 u->to.workflow != w.n))
        return error_set(e, ERR_REFUSED,
                         "%s: not a released base version of %s",
                         u->options->to, workflow);
    if (!err && u->options->to)
        err = version_check_taken(u->m, &u->to, u->options->to, e);
    if (!err)
        err = plan_version_fill(u->m, to.n, u->plan->pool, &u->plan->to, e);
    if (!err)
        err = version_document(u->m, &u->to, &u->document, e);
    if (!err)
        err = connectors_load(u->m, u->document, &u->connectors, e);
    return err ? err : load_installations(u, e);
}

static int
compare_numbers(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static bool
has_number(const struct installation_numbers *sorted, int64_t n)
{
    return sorted->count && bsearch(&n, sorted->numbers, sorted->count,
                                    sizeof n, compare_numbers);
}

/* Keeps of the installations those that the list shows for the filter. */
static enum err
narrow(struct many *u, const char *workflow, struct error *e)
{
    const struct installation_filter filter = {.text = u->options->filter,
                                               .strict = true};
    struct installation_numbers found = {.count = 0};
    int64_t position = 0;
    size_t kept = 0;
    enum err err = ERR_OK;
    while (!err && position >= 0)
        err = manager_installation_numbers(u->m, &filter, SLICE, &position,
                                           &found, e);
    if (found.count)
        qsort(found.numbers, found.count, sizeof *found.numbers,
              compare_numbers);
    for (size_t i = 0; i < u->count; i++)
        if (has_number(&found, u->installations[i]))
            u->installations[kept++] = u->installations[i];
    u->count = kept;
    free(found.numbers);
    if (!err && kept == 0)
        err = error_hint(e, HINT_FILTER_LIST, NULL, NULL,
                         error_set(e, ERR_NOT_FOUND,
                                   "filter %.60s: no installation with the "
                                   "workflow %.60s fits",
                                   u->options->filter, workflow));
    return err;
}

/* Plans once more, before anything is queued, and compares with what a person
 * was asked about. */
static enum err
check_asked(struct many *u, const char *workflow, struct error *e)
{
    const struct upgrade_plan *asked = u->options->asked;
    struct upgrade_options look = *u->options;
    struct upgrade_plan now = {.count = 0};
    look.dry_run = true;
    look.asked = NULL;
    look.progress = NULL;
    if (strcmp(asked->to.id, u->plan->to.id) != 0)
        return error_set(e, ERR_STALE,
                         "%s: changed since it was shown: it was to %s, now it "
                         "is to %s (look at it again)",
                         workflow, asked->to.label, u->plan->to.label);
    enum err err = manager_upgrade_many(u->m, workflow, &look, &now, e);
    if (!err)
        err = upgrade_check_asked(asked, &now, e);
    upgrade_plan_clear(&now);
    return err;
}

enum err
manager_upgrade_many(struct manager *m, const char *workflow,
                     const struct upgrade_options *options,
                     struct upgrade_plan *plan, struct error *e)
{
    struct many u = {.m = m, .options = options, .plan = plan};
    enum err err;
    memset(plan, 0, sizeof *plan);
    plan->rows = mem_array(UPGRADE_ROWS_KEPT, sizeof *plan->rows);
    plan->pool = pool_new();
    connector_set_init(&u.connectors);
    err = operation_begin(m, ACTION_RELEASE_PLAN, e);
    if (!err)
        err = load(&u, workflow, e);
    err = operation_end(m, err, e);
    if (!err && options->filter)
        err = narrow(&u, workflow, e);
    if (!err && options->asked)
        err = check_asked(&u, workflow, e);
    for (size_t at = 0; at < u.count && !err && !limit_reached(&u);) {
        err = chunk(&u, &at, at + CHUNK < u.count ? at + CHUNK : u.count, e);
        if (!err && options->progress)
            options->progress(options->context, (int64_t)at, (int64_t)u.count);
    }
    upgrade_sort_choices(plan);
    connector_set_clear(&u.connectors);
    document_free(u.document);
    free(u.installations);
    free(u.last_facts);
    return err;
}

void
upgrade_plan_clear(struct upgrade_plan *plan)
{
    free(plan->rows);
    free(plan->keys);
    free(plan->choices);
    pool_free(plan->pool);
    memset(plan, 0, sizeof *plan);
}
