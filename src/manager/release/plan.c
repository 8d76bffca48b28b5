/* The plan of a release: what it replaces, needs, undoes and loses. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "manager/exchange/removed.h"
#include "manager/release/parts.h"
#include "workflow/validate/material.h"
#include "workflow/validate/validate.h"

#define LINES_MAX 200

void
release_plan_init(struct release_plan *plan, size_t n)
{
    memset(plan, 0, sizeof *plan);
    plan->items = mem_array(n, sizeof *plan->items);
    plan->values = mem_array(n, sizeof *plan->values);
    plan->pool = pool_new();
}

void
release_plan_clear(struct release_plan *plan)
{
    for (size_t i = 0; i < plan->value_count; i++)
        value_free(plan->values[i]);
    free(plan->values);
    for (size_t i = 0; i < plan->count; i++) {
        struct release_item *item = &plan->items[i];
        const char **lists[] = {
            item->undone,    item->lost,         item->rivals,
            item->changes,   item->base_changes, item->own_changes,
            item->own_edits, item->authors,      item->blanks,
            item->warnings,  item->triggers,     item->runtimes};
        for (size_t k = 0; k < sizeof lists / sizeof *lists; k++)
            free(lists[k]);
        free(item->requests);
        checked_clear(&item->expected);
    }
    free(plan->items);
    pool_free(plan->pool);
    memset(plan, 0, sizeof *plan);
}

char *
release_plan_request(struct release_plan *plan, struct release_item *item,
                     const char *runtime)
{
    struct release_request *r;
    item->requests = mem_resize(item->requests, item->request_count + 1,
                                sizeof *item->requests);
    r = &item->requests[item->request_count++];
    *r = (struct release_request){.runtime = pool_text(plan->pool, runtime)};
    return r->key;
}

const char *
release_item_key(const struct release_item *item)
{
    return item->request_count ? item->requests[0].key : NULL;
}

const char *
release_item_phrase(const struct release_item *item)
{
    if (!item->installation_id)
        return item->workflow;
    return item->stale ? item->phrase : NULL;
}

enum err
plan_version_fill(struct manager *m, int64_t n, struct pool *pool,
                  struct plan_version *out, struct error *e)
{
    struct version v;
    enum err err;
    memset(out, 0, sizeof *out);
    if (n == 0)
        return ERR_OK;
    err = version_load(m, n, pool, &v, e);
    if (err)
        return err;
    out->n = n;
    memcpy(out->id, v.id, IDENT_SIZE);
    snprintf(out->hash, sizeof out->hash, "%s", v.hash);
    version_label(out->label, v.base_no, v.fork_no);
    out->author = v.author;
    out->note = v.note;
    out->base_no = v.base_no;
    out->fork_no = v.fork_no;
    return ERR_OK;
}

void
plan_line_add(const char ***lines, size_t *n, struct pool *pool,
              const char *text)
{
    *lines = mem_resize(*lines, *n + 2, sizeof **lines);
    (*lines)[(*n)++] = pool_text(pool, text);
    (*lines)[*n] = NULL;
}

/* Targets of B's mapping that nothing fills: "Create cash sale: memo, tax". */
static void
blanks_of(const struct block *b, struct buf *out)
{
    const struct value *rows = block_field(b, "mapping");
    for (size_t i = 0; i < value_size(rows); i++) {
        const struct value *row = value_at(rows, i);
        if (value_get(row, "source") || value_get(row, "default"))
            continue;
        if (out->len == 0)
            buf_addf(out, "%s: ", b->name);
        else
            buf_adds(out, ", ");
        buf_adds(out, value_text_or(value_get(row, "target"), "?"));
    }
}

static const char **
blank_lines(const struct document *d, struct pool *pool)
{
    const char **lines = mem_array(1, sizeof *lines);
    size_t n = 0;
    for (size_t i = 0; i < d->count && n < LINES_MAX; i++) {
        struct buf text;
        buf_init(&text, 2000);
        blanks_of(&d->blocks[i], &text);
        if (text.len)
            plan_line_add(&lines, &n, pool, buf_str(&text));
        buf_clear(&text);
    }
    return lines;
}

/* What leads from version FROM to version TO, in lines. */
static enum err
version_lines(struct manager *m, int64_t from, int64_t to, struct pool *pool,
              const char ***out, struct error *e)
{
    struct version a, b;
    struct document *da = NULL, *db = NULL;
    enum err err = version_load(m, from, pool, &a, e);
    if (!err)
        err = version_load(m, to, pool, &b, e);
    if (!err)
        err = version_document(m, &a, &da, e);
    if (!err)
        err = version_document(m, &b, &db, e);
    if (!err)
        *out = plan_diff_lines(da, db, pool);
    document_free(da);
    document_free(db);
    return err;
}

static void
fill_needs(const struct connector_set *set, struct release_plan *plan,
           const struct handover *c, struct release_item *item)
{
    struct need_list needs;
    if (!c->p.installation)
        return;
    need_list_init(&needs);
    struct value *facts = pointer_facts(c->p.connected, c->p.answered);
    material_needs(c->to_document, set, facts, &needs);
    value_free(facts);
    item->material = needs.count > 0;
    item->can_run = c->to_document->trigger &&
                    c->to_document->trigger->kind->id == KIND_installation;
    item->needs = plan->values[plan->value_count++] = need_list_value(&needs);
    need_list_clear(&needs);
}

/* The problems that keep nothing from being released, as the editor says
 * them. */
static void
fill_warnings(const struct connector_set *set, struct release_plan *plan,
              const struct handover *c, struct release_item *item)
{
    struct problem_list problems;
    size_t n = 0;
    item->warnings = mem_array(1, sizeof *item->warnings);
    problem_list_init(&problems);
    validate_document(c->to_document, set, &problems);
    for (size_t i = 0; i < problems.count && n < LINES_MAX; i++) {
        char *sentence = problem_sentence(&problems.items[i]);
        if (problems.items[i].severity == PROBLEM_WARNING)
            plan_line_add(&item->warnings, &n, plan->pool, sentence);
        free(sentence);
    }
    problem_list_clear(&problems);
}

/* What the new document asks for and what is to be looked at in it. */
static enum err
fill_document(struct manager *m, const struct handover *c,
              struct release_plan *plan, struct release_item *item,
              struct error *e)
{
    struct connector_set set;
    connector_set_init(&set);
    enum err err = connectors_load(m, c->to_document, &set, e);
    if (!err) {
        fill_needs(&set, plan, c, item);
        fill_warnings(&set, plan, c, item);
        item->blanks = blank_lines(c->to_document, plan->pool);
    }
    connector_set_clear(&set);
    return err;
}

/* Says that the runtimes NAMES, if any, do nothing yet. */
static void
fill_held(const struct buf *names, struct release_plan *plan,
          struct release_item *item)
{
    if (names->len == 0)
        return;
    char *text = mem_printf("%.*s: restored, runs nothing: this waits until "
                            "an admin lets it go on",
                            (int)names->len, names->data);
    item->held = pool_text(plan->pool, text);
    free(text);
}

static enum err
fill_runtimes(struct manager *m, const struct handover *c,
              struct release_plan *plan, struct release_item *item,
              struct error *e)
{
    const char **names = mem_array(1, sizeof *names);
    size_t n = 0;
    enum err err = ERR_OK;
    struct buf held;
    buf_init(&held, 2000);
    if (c->p.installation) {
        plan_line_add(&names, &n, plan->pool, c->p.runtime_name);
        if (c->p.held)
            buf_adds(&held, c->p.runtime_name);
    } else {
        struct db_stmt *q = db_use(manager_db(m), CS_REL_RUNTIMES);
        db_int(q, c->integration);
        struct cs_offering_runtime row;
        while (cs_offering_runtime_next(q, &row)) {
            plan_line_add(&names, &n, plan->pool, row.name);
            if (row.held)
                buf_addf(&held, "%s%s", held.len ? ", " : "", row.name);
        }
        err = db_end(q, e);
    }
    fill_held(&held, plan, item);
    buf_clear(&held);
    item->runtimes = names;
    return err;
}

/* What went live since the draft was made, and what an awaiting version
 * would have brought. */
static enum err
fill_losses(struct manager *m, const struct handover *c,
            struct release_plan *plan, struct release_item *item,
            struct error *e)
{
    enum err err = ERR_OK;
    item->stale = item->live.n != c->expected;
    if (item->stale && item->live.n && c->expected)
        err = version_lines(m, c->expected, item->live.n, plan->pool,
                            &item->undone, e);
    if (!err && item->awaiting.n && !c->revives && item->live.n)
        err = version_lines(m, item->live.n, item->awaiting.n, plan->pool,
                            &item->lost, e);
    return err;
}

/* The open drafts that were made on what this replaces. */
static enum err
fill_rivals(struct manager *m, const struct handover *c,
            struct release_plan *plan, struct release_item *item,
            struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_REL_RIVALS);
    struct cs_rival_draft row;
    size_t n = 0;
    item->rivals = mem_array(1, sizeof *item->rivals);
    db_int(q, c->to.workflow);
    db_int_or_null(q, c->p.installation);
    db_int(q, c->to.n);
    db_int(q, c->p.live);
    while (n < LINES_MAX && cs_rival_draft_next(q, &row)) {
        char label[VERSION_LABEL_SIZE];
        version_label(label, row.base_no, row.fork_no);
        char *text = mem_printf(
            "%s by %s, %lld edit%s%s: stale once %s is live", label, row.author,
            (long long)row.edits, row.edits == 1 ? "" : "s",
            row.state == VERSION_READY ? ", marked ready" : "",
            item->version.label);
        plan_line_add(&item->rivals, &n, plan->pool, text);
        free(text);
    }
    return db_end(q, e);
}

static enum err
fill_names(struct manager *m, const struct handover *c,
           struct release_item *item, struct error *e)
{
    bool alike;
    item->integration = c->p.integration;
    item->workflow = c->p.workflow_key;
    item->workflow_name = c->p.workflow_name;
    item->installation_id = c->p.installation_id;
    item->environment = c->p.environment;
    if (!c->p.installation)
        return ERR_OK;
    item->customer = c->p.customer;
    item->username = c->p.username;
    item->who = c->p.who;
    enum err err = customer_alike(m, item->customer, item->username, &alike, e);
    item->phrase = customer_phrase(item->customer, alike, item->username,
                                   item->installation_id);
    return err;
}

/* A run keeps the version that is live when it begins, and none begins before
 * the resume. */
static void
fill_paused(const struct handover *c, struct release_plan *plan,
            struct release_item *item)
{
    const char *word = c->p.pending ? c->p.pending : "paused";
    char *text;
    if (!c->p.installation || c->p.state == INSTALLATION_UNINSTALLED ||
        (!c->p.pending && c->p.active && c->p.state != INSTALLATION_PAUSED))
        return;
    text = mem_printf("%s of %s is %s: events wait until it is resumed, and "
                      "each then runs on the version that is live",
                      c->p.workflow_name, c->p.customer, word);
    item->paused = pool_text(plan->pool, text);
    free(text);
}

/* An own version that a base version replaces which is not its own base. */
static void
fill_forked_from(const struct handover *c, struct release_plan *plan,
                 struct release_item *item)
{
    const struct plan_version *live = &item->live;
    char label[VERSION_LABEL_SIZE];
    if (c->to.fork_no != 0 || live->fork_no == 0 ||
        live->base_no == c->to.base_no)
        return;
    version_label(label, live->base_no, 0);
    item->forked_from = pool_text(plan->pool, label);
}

enum err
release_plan_add(struct manager *m, struct release_plan *plan,
                 const struct handover *c, struct error *e)
{
    struct release_item *item = &plan->items[plan->count++];
    enum err err = fill_names(m, c, item, e);
    if (err)
        return err;
    fill_paused(c, plan, item);
    item->unseen = c->p.live_unknown != NULL;
    document_hash(c->to_document, item->hash);
    item->version.n = c->to.n;
    memcpy(item->version.id, c->to.id, IDENT_SIZE);
    version_label(item->version.label, c->to.base_no, c->to.fork_no);
    item->version.author = c->to.author;
    item->version.note = c->to.note;
    item->version.base_no = c->to.base_no;
    item->version.fork_no = c->to.fork_no;
    err = plan_version_fill(m, c->p.live, plan->pool, &item->live, e);
    fill_forked_from(c, plan, item);
    if (!err)
        err =
            plan_version_fill(m, c->p.awaiting, plan->pool, &item->awaiting, e);
    if (!err)
        err = fill_runtimes(m, c, plan, item, e);
    if (!err)
        err = release_plan_changes(m, c, plan, item, e);
    if (!err)
        err = fill_document(m, c, plan, item, e);
    if (!err)
        err = fill_losses(m, c, plan, item, e);
    if (!err)
        err = fill_rivals(m, c, plan, item, e);
    if (!err)
        err = release_plan_authors(m, c, plan, item, e);
    return err ? err : release_plan_others(m, c, plan, item, e);
}

enum err
release_plan_samples(struct manager *m, const struct handover *c,
                     struct release_item *item, struct error *e)
{
    return checked_run(&item->expected, m, c->to.workflow, c->p.installation,
                       c->to_document, NULL, e);
}

/* --- refusals ------------------------------------------------------------- */

static enum err
refuse_releasing(struct manager *m, const struct handover *c, struct pool *pool,
                 struct error *e)
{
    struct plan_version v;
    enum err err = plan_version_fill(m, c->p.releasing, pool, &v, e);
    if (err)
        return err;
    error_set(e, ERR_CONFLICT, "%s of %s: %s is releasing", c->p.workflow_key,
              c->p.customer, v.label);
    return error_hint(e, HINT_RUNTIME_ANSWER, c->p.runtime_name, NULL,
                      ERR_CONFLICT);
}

static enum err
refuse_awaiting(struct manager *m, const struct handover *c,
                const struct release_item *item, struct error *e)
{
    operation_no_candidates(m);
    operation_candidate(m, item->awaiting.id);
    error_set(e, ERR_CHOICE, "%s of %s: %s awaits the customer",
              c->p.workflow_key, c->p.customer, item->awaiting.label);
    return error_hint(e, HINT_REPLACE_WAITING, NULL, NULL, ERR_CHOICE);
}

enum err
handover_unknown(const struct handover *c, const char *stands, enum err err,
                 enum hint hint, struct error *e)
{
    error_set(e, err,
              "%s of %s: the version that %s at %s is not in this store",
              c->p.workflow_key, c->p.customer, stands, c->p.runtime_name);
    return error_hint(e, hint, c->p.runtime_name, NULL, err);
}

static enum err
refuse_stale(const struct handover *c, const struct release_item *item,
             struct error *e)
{
    if (!c->p.installation)
        error_set(e, ERR_STALE,
                  "%s: base %s was released since this draft "
                  "was made",
                  c->p.workflow_key, item->live.label);
    else
        error_set(e, ERR_STALE,
                  "%s of %s: %s by %s went live since this draft was made",
                  c->p.workflow_key, c->p.customer,
                  item->live.n ? item->live.label : "another version",
                  item->live.author ? item->live.author : "someone");
    return error_hint(e, HINT_ALLOW_STALE, NULL, NULL, ERR_STALE);
}

/* Only the release of a draft may replace a live version unseen: what goes back
 * names what it goes back from. */
static enum err
guard_unseen(const struct handover *c, struct error *e)
{
    bool is_draft = c->to.state == VERSION_DRAFT;
    return handover_unknown(c, "is live", ERR_STALE,
                            is_draft ? HINT_REPLACE_UNSEEN : HINT_VERSION_FETCH,
                            e);
}

enum err
release_plan_judge(struct manager *m, struct release_plan *plan,
                   struct release_item *item, bool dry_run, enum err err,
                   const struct error *why, struct error *e)
{
    bool refusal = err == ERR_REFUSED || err == ERR_CONFLICT ||
                   err == ERR_STALE || err == ERR_CHOICE;
    if (!err)
        return ERR_OK;
    if ((!dry_run || !refusal) && e)
        *e = *why;
    if (!dry_run || !refusal)
        return err;
    item->refusal = pool_error(plan->pool, why);
    operation_no_candidates(m);
    return ERR_OK;
}

enum err
release_refuse(struct manager *m, const struct handover *c,
               const struct release_item *item, const struct release_options *o,
               struct error *e)
{
    if (c->p.installation && c->p.state == INSTALLATION_UNINSTALLED)
        return error_set(e, ERR_REFUSED,
                         "%s: is uninstalled (the customer must install it "
                         "again first)",
                         c->p.customer);
    if (c->p.installation && c->p.removed)
        return removed_check(m, c->p.runtime, e);
    if (c->p.installation && c->p.missing)
        return error_set(e, ERR_REFUSED,
                         "%s: its runtime was restored and does not know the "
                         "installation (the customer must install it again "
                         "first)",
                         c->p.customer);
    if (c->p.releasing) {
        struct pool *pool = pool_new();
        enum err err = refuse_releasing(m, c, pool, e);
        pool_free(pool);
        return err;
    }
    if (c->p.live_unknown && !o->stale_ok)
        return guard_unseen(c, e);
    if (item->stale && !o->stale_ok)
        return refuse_stale(c, item, e);
    if (c->p.awaiting_unknown && !o->replace_awaiting)
        return handover_unknown(c, "waits for the customer", ERR_STALE,
                                HINT_REPLACE_UNSEEN_WAITING, e);
    if (item->awaiting.n && !c->revives && !o->replace_awaiting)
        return refuse_awaiting(m, c, item, e);
    return ERR_OK;
}
