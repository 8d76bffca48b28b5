/* Forks: drafts for one installation, and taking a version further. */
#include "manager/draft/fork.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/mem.h"
#include "base/text.h"
#include "manager/draft/fork_private.h"

/* --- what may be forked --------------------------------------------------- */

/* That SOURCE may be forked for the installation that F is about. */
static enum err
check_source(const struct forking *f, struct error *e)
{
    const struct version *source = &f->source;
    if (source->workflow != f->p.workflow)
        return error_set(e, ERR_INVALID,
                         "draft: that version is of another workflow (see "
                         "version list)");
    if (fork_is_of_other(f) &&
        (!f->others || source->state != VERSION_RELEASED))
        return error_set(e, ERR_REFUSED,
                         f->others
                             ? "draft: that version of another installation "
                               "is not released"
                             : "draft: that version is another installation's "
                               "(fork a base version, or one of %s)",
                         f->p.customer);
    if (!source->installation && source->state != VERSION_RELEASED)
        return error_set(e, ERR_REFUSED,
                         "draft: that base version is not released yet");
    return ERR_OK;
}

bool
fork_is_of_other(const struct forking *f)
{
    return f->source.installation &&
           f->source.installation != f->p.installation;
}

static enum err
next_fork(struct manager *m, const struct draft_seed *seed, int64_t *out,
          struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_VERSION_NEXT_FORK);
    db_int(q, seed->installation);
    db_int(q, seed->workflow);
    db_int(q, seed->base_no);
    return db_run_int(q, out, NULL, e);
}

static enum err
nothing_to_fork(const struct pointer *p, struct error *e)
{
    error_set(e, ERR_REFUSED, "draft: %s for %s",
              p->live_unknown ? "the live version is not in this store"
                              : "no version is live yet",
              p->customer);
    return error_hint(e, p->live_unknown ? HINT_FORK_FETCHED : HINT_FORK_FROM,
                      p->runtime_name, NULL, ERR_REFUSED);
}

/* --- the edits of an own version ------------------------------------------ */

enum err
fork_base(struct manager *m, const struct forking *f, int64_t base_no,
          struct version *out, struct document **d, struct error *e)
{
    char label[VERSION_LABEL_SIZE];
    struct name_ref ref;
    version_label(label, base_no, 0);
    enum err err =
        name_version(m, label, f->p.workflow, f->p.installation, &ref, e);
    if (err == ERR_OK)
        err = version_load(m, ref.n, f->pool, out, e);
    if (err == ERR_OK)
        err = version_document(m, out, d, e);
    return err;
}

static enum err
check_carried(const struct forking *f, const struct version *own,
              struct error *e)
{
    if (f->source.installation)
        return error_set(e, ERR_INVALID,
                         "draft: edits are carried to a base version (choose "
                         "one, such as v%lld)",
                         (long long)f->source.base_no);
    if (own->workflow != f->p.workflow ||
        own->installation != f->p.installation)
        return error_set(e, ERR_INVALID,
                         "draft: the version whose edits are carried is not an "
                         "own version of %s",
                         f->p.customer);
    if (own->state != VERSION_RELEASED)
        return error_set(e, ERR_REFUSED,
                         "draft: the version whose edits are carried is not "
                         "released");
    return ERR_OK;
}

/* Makes of *D, the new base, the document with the edits of the own version
 * CARRY. */
static enum err
carry_own(struct manager *m, struct forking *f, const char *carry,
          struct fork_plan *plan, struct document **d, struct error *e)
{
    struct name_ref ref;
    struct version own, base;
    struct document *ours = NULL, *old = NULL, *out = NULL;
    enum err err =
        name_version(m, carry, f->p.workflow, f->p.installation, &ref, e);
    if (err == ERR_OK)
        err = version_load(m, ref.n, f->pool, &own, e);
    if (err == ERR_OK)
        err = check_carried(f, &own, e);
    if (err == ERR_OK)
        err = version_document(m, &own, &ours, e);
    if (err == ERR_OK)
        err = fork_base(m, f, own.base_no, &base, &old, e);
    if (err == ERR_OK)
        err = carry_edits(&out, &plan->edits, old, ours, *d, e);
    if (err == ERR_OK) {
        version_label(plan->carried, own.base_no, own.fork_no);
        version_label(plan->base, own.base_no, 0);
        plan->language = document_language(ours) != document_language(*d);
        value_set_text(f->origin, "carried", own.id);
        for (size_t i = 0; i < CARRY_STATES; i++)
            value_set_int(f->origin, carry_state_word((enum carry_state)i),
                          (int64_t)plan->edits.states[i]);
        document_free(*d);
        *d = out;
    }
    document_free(ours);
    document_free(old);
    return err;
}

/* --- making --------------------------------------------------------------- */

static enum err
load_source(struct manager *m, struct forking *f, const char *from,
            struct document **d, struct error *e)
{
    struct name_ref ref = {.n = f->p.live};
    enum err err = ERR_OK;
    if (from)
        err = name_version(m, from, f->p.workflow, f->p.installation, &ref, e);
    else if (!f->p.live)
        err = nothing_to_fork(&f->p, e);
    if (err == ERR_OK)
        err = version_load(m, ref.n, f->pool, &f->source, e);
    if (err == ERR_OK)
        err = check_source(f, e);
    return err == ERR_OK ? version_document(m, &f->source, d, e) : err;
}

static enum err
insert(struct manager *m, const struct forking *f, const struct document *d,
       struct fork_plan *plan, struct error *e)
{
    struct draft_seed seed = {.workflow = f->p.workflow,
                              .installation = f->p.installation,
                              .base_no = f->source.base_no,
                              .parent = f->parent,
                              .live_when_made = f->p.live,
                              .origin = f->origin};
    enum err err = next_fork(m, &seed, &seed.fork_no, e);
    return err == ERR_OK ? draft_insert_copy(m, &seed, d, plan->id, e) : err;
}

/* That constants are chosen only of a version that could bring them. */
static enum err
check_constants(const struct fork_request *r, const struct forking *f,
                struct error *e)
{
    bool chosen = r->constants || value_size(r->wanted) > 0;
    return chosen && !fork_is_of_other(f)
               ? error_set(e, ERR_INVALID,
                           "draft: constants are chosen of a version of "
                           "another customer (name one)")
               : ERR_OK;
}

/* That what is made is what was shown, where it had to be. */
static enum err
check_asked(const struct fork_request *r, const struct fork_plan *plan,
            struct error *e)
{
    if (r->asked && strcmp(r->asked, plan->hash) != 0)
        return error_set(e, ERR_CONFLICT,
                         "draft: it is no longer what was shown (look at it "
                         "again)");
    if (!r->asked && !r->plan_only && value_size(plan->along) > 0)
        return error_set(e, ERR_REFUSED,
                         "draft: constants or texts of %s come along (look at "
                         "the plan first)",
                         plan->other);
    return ERR_OK;
}

/* Names the plan of the document D. Edits that are carried belong on the newest
 * base: one that is released meanwhile makes another plan of it. */
static enum err
name_plan(struct manager *m, const struct fork_request *r,
          const struct forking *f, const struct document *d,
          struct fork_plan *plan, struct error *e)
{
    int64_t newest;
    document_hash(d, plan->hash);
    if (!r->carry)
        return ERR_OK;
    enum err err = newest_base(m, f->p.workflow, &newest, e);
    char *text = mem_printf("%s %lld", plan->hash, (long long)newest);
    plan->newer = newest != f->source.n;
    digest_hex(plan->hash, text, strlen(text));
    free(text);
    return err;
}

static enum err
make(struct manager *m, const struct fork_request *r, struct forking *f,
     struct fork_plan *plan, struct error *e)
{
    struct document *d = NULL;
    enum err err = load_source(m, f, r->from, &d, e);
    if (err == ERR_OK) {
        f->parent = f->source.n;
        version_label(plan->from, f->source.base_no, f->source.fork_no);
    }
    if (err == ERR_OK)
        err = check_constants(r, f, e);
    if (err == ERR_OK && r->carry)
        err = carry_own(m, f, r->carry, plan, &d, e);
    else if (err == ERR_OK && fork_is_of_other(f))
        err = fork_other(m, r, f, plan, &d, e);
    if (err == ERR_OK)
        err = name_plan(m, r, f, d, plan, e);
    if (err == ERR_OK)
        err = check_asked(r, plan, e);
    if (err == ERR_OK && !r->plan_only)
        err = insert(m, f, d, plan, e);
    document_free(d);
    return err;
}

static enum err
make_or_resume(struct manager *m, const struct fork_request *r,
               struct forking *f, struct fork_plan *plan, struct error *e)
{
    struct name_ref i, w;
    enum err err = name_installation(m, r->installation, &i, e);
    if (err == ERR_OK)
        err = name_workflow_of(m, r->workflow, i.n, &w, e);
    if (err == ERR_OK)
        err = pointer_load(m, i.n, w.n, f->pool, &f->p, e);
    if (err == ERR_OK && !r->plan_only)
        err = draft_look_for_open(m, w.n, i.n, r->choice, &plan->resumed,
                                  plan->id, e);
    return err == ERR_OK && !plan->resumed ? make(m, r, f, plan, e) : err;
}

static enum err
further(struct manager *m, const struct fork_request *r, bool others,
        struct fork_plan *plan, struct error *e)
{
    struct forking f = {
        .pool = pool_new(), .origin = value_object(), .others = others};
    *plan = (struct fork_plan){.resumed = false};
    enum err err = operation_begin(
        m, r->plan_only ? ACTION_DRAFT_LIST : ACTION_DRAFT_FORK, e);
    if (err == ERR_OK)
        err = make_or_resume(m, r, &f, plan, e);
    err = operation_end(m, err, e);
    value_free(f.origin);
    pool_free(f.pool);
    return err;
}

enum err
manager_draft_further(struct manager *m, const struct fork_request *request,
                      struct fork_plan *plan, struct error *e)
{
    return further(m, request, true, plan, e);
}

enum err
manager_draft_fork(struct manager *m, const char *installation,
                   const char *workflow, const char *from,
                   enum draft_choice choice, char id[IDENT_SIZE],
                   struct error *e)
{
    struct fork_request request = {.installation = installation,
                                   .workflow = workflow,
                                   .from = from,
                                   .choice = choice};
    struct fork_plan plan;
    enum err err = further(m, &request, false, &plan, e);
    if (err == ERR_OK || *plan.id)
        snprintf(id, IDENT_SIZE, "%s", plan.id);
    fork_plan_clear(&plan);
    return err;
}

void
fork_plan_clear(struct fork_plan *plan)
{
    carry_edits_clear(&plan->edits);
    value_free(plan->needs);
    value_free(plan->custom);
    value_free(plan->left_out);
    value_free(plan->along);
    free(plan->other);
    *plan = (struct fork_plan){.resumed = false};
}
