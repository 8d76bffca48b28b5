/* Headless installations, and an installation as the embedded API shows it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "runtime/embedded/embedded.h"
#include "runtime/installed/install.h"
#include "workflow/document/ask.h"

enum { BLOCKS_MAX = 1000 };

/* --- forms ---------------------------------------------------------------- */

struct forms {
    int64_t installation;
    const struct value *wanted; /* ids of workflows; NULL: all */
    struct value *list;
};

/* Whether ID is among the first COUNT of IDS. */
static bool
has_id(const struct value *ids, size_t count, const char *id)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(value_text_or(value_at(ids, i), ""), id) == 0)
            return true;
    return false;
}

/* The list of ids that STATEMENT finds for the installation; NULL: none. */
static enum err
read_ids(struct route_call *call, int statement, int64_t installation,
         struct value **out, struct error *e)
{
    enum err read = ERR_OK;
    *out = NULL;
    struct db_stmt *q = db_use(call->db, statement);
    db_int(q, installation);
    size_t n = 0;
    const char *text = db_row(q) ? db_get_text_n_or_null(q, &n) : NULL;
    if (text)
        read = value_read(out, text, n, &value_limits_document, "ids", e);
    enum err err = db_end(q, e);
    return err == ERR_OK ? read : err;
}

/* The workflows that the installation was begun with; NULL: all. */
static enum err
read_wanted(struct route_call *call, int64_t installation, struct value **out,
            struct error *e)
{
    return read_ids(call, RS_INSTALLATION_WANTED, installation, out, e);
}

/* Adds FORM, of a block of the workflow ID. */
static void
add_block_form(struct forms *f, const char *id, const struct value *form)
{
    static const char *const members[] = {"app", "blockId", "fields"};
    struct value *v = value_object();
    value_set_text(v, "workflowId", id);
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        value_set(v, members[i], value_copy(value_get(form, members[i])));
    value_append(f->list, v);
}

/* The hash of the document whose questions the user answers: of the version
 * that awaits, else of the live one, else of the newest base. */
static enum err
asked_hash(struct route_call *call, int64_t installation,
           const struct api_workflow *w, char hash[65], struct error *e)
{
    struct installed_row there = {0};
    enum err err = lookup_installed(call->db, installation, w->n, &there, e);
    const char *asked = there.awaiting ? there.awaiting_hash
                        : there.live   ? there.live_hash
                                       : w->hash;
    snprintf(hash, 65, "%s", asked);
    return err;
}

static enum err
add_forms(struct route_call *call, void *ctx, const struct api_workflow *w,
          struct error *e)
{
    struct forms *f = ctx;
    const struct asks *asks = NULL;
    char hash[65];
    if (!w->base ||
        (f->wanted && !has_id(f->wanted, value_size(f->wanted), w->id)))
        return ERR_OK;
    enum err err = asked_hash(call, f->installation, w, hash, e);
    if (err == ERR_OK)
        err = live_asks(call->core, hash, &asks, e);
    for (size_t i = 0; err == ERR_OK && i < value_size(asks->forms); i++)
        add_block_form(f, w->id, value_at(asks->forms, i));
    return err;
}

static enum err
form_of(struct route_call *call, const struct installation_row *i,
        struct value **out, struct error *e)
{
    struct value *wanted = NULL;
    struct forms f = {.installation = i->n, .list = value_array()};
    enum err err = read_wanted(call, i->n, &wanted, e);
    f.wanted = wanted;
    if (err == ERR_OK)
        err = api_each_workflow(call, i->integration, add_forms, &f, e);
    if (err == ERR_OK)
        *out = f.list;
    else
        value_free(f.list);
    value_free(wanted);
    return err;
}

/* Puts the answers that are known into the fields of the forms. */
static enum err
fill_form(struct route_call *call, const struct installation_row *i,
          struct value *form, struct error *e)
{
    struct value *facts = NULL;
    enum err err = live_facts(call->db, i->n, &facts, e);
    const struct value *answers = value_get(facts, "answers");
    for (size_t b = 0; b < value_size(form); b++) {
        struct value *block = value_at(form, b);
        const char *id = value_get_text(block, "blockId");
        const struct value *fields = value_get(block, "fields");
        for (size_t k = 0; k < value_size(fields); k++) {
            struct value *field = value_at(fields, k);
            const char *name = value_get_text(field, "name");
            const struct value *known =
                value_get(value_get(answers, id), name ? name : "");
            if (known)
                value_set(field, "value", value_copy(known));
        }
    }
    value_free(facts);
    return err;
}

static enum err
set_connected(struct route_call *call, const struct installation_row *i,
              struct value *v, struct error *e)
{
    struct value *ids = value_object();
    struct db_stmt *q = db_use(call->db, RS_CONNECTED_LIST);
    db_int(q, i->n);
    struct rs_connected c;
    while (rs_connected_next(q, &c))
        value_set_text(ids, c.app, c.id);
    value_set(v, "credentialIds", ids);
    return db_end(q, e);
}

static enum err
set_workflows(struct route_call *call, const struct installation_row *i,
              struct value *v, struct error *e)
{
    struct value *ids = value_array();
    struct db_stmt *q = db_use(call->db, RS_INSTALLED_OF_INSTALLATION);
    db_int(q, i->n);
    while (db_row(q))
        value_append(ids, value_string(db_get_text(q)));
    value_set(v, "workflowIds", ids);
    return db_end(q, e);
}

enum err
api_installation_value(struct route_call *call,
                       const struct installation_row *i, struct value **out,
                       struct error *e)
{
    struct value *v = value_object(), *form = NULL;
    value_set_text(v, "installationId", i->id);
    value_set_text(v, "integrationId", i->integration_id);
    value_set_text(v, "userId", i->user_id);
    enum err err = form_of(call, i, &form, e);
    if (err == ERR_OK)
        err = fill_form(call, i, form, e);
    if (form)
        value_set(v, "formData", form);
    if (err == ERR_OK)
        err = set_connected(call, i, v, e);
    if (err == ERR_OK)
        err = set_workflows(call, i, v, e);
    if (err == ERR_OK)
        err = api_set_needs(call, i, v, e);
    api_set_time(v, "installedAt", i->created_ms);
    value_set_bool(v, "enabled", i->state == RT_INSTALLATION_ACTIVE);
    if (err == ERR_OK)
        *out = v;
    else
        value_free(v);
    return err;
}

/* --- headless ------------------------------------------------------------- */

/* BODY's workflowIds, all of INTEGRATION, copies of USER's; NULL where it
 * names none. None may be there twice: so there are no more of them to look
 * up than the integration has. */
static enum err
check_wanted(struct route_call *call, const struct value *body, int64_t user,
             int64_t integration, const struct value **out, struct error *e)
{
    const struct value *ids = value_get(body, "workflowIds");
    enum err err = ERR_OK;
    *out = value_size(ids) > 0 ? ids : NULL;
    if (ids && !value_is(ids, VALUE_NULL) && !value_is(ids, VALUE_ARRAY))
        return error_set(e, ERR_INVALID, "workflowIds: not a list of ids");
    for (size_t i = 0; i < value_size(ids) && err == ERR_OK; i++) {
        const char *id = value_text_or(value_at(ids, i), "");
        struct api_workflow w = {0};
        if (has_id(ids, i, id))
            return error_set(e, ERR_INVALID,
                             "workflowIds: \"%s\" is there twice (give each "
                             "workflow once)",
                             id);
        err = api_find_workflow(call, id, user, &w, e);
        if (err == ERR_NOT_FOUND ||
            (err == ERR_OK && w.integration != integration))
            err = error_set(e, ERR_NOT_FOUND,
                            "workflowIds: \"%s\" is not a workflow of this "
                            "integration",
                            id);
        api_workflow_clear(&w);
    }
    return err;
}

/* Keeps IDS for completeInstallation; none: what was kept is dropped. */
static enum err
keep_ids(struct route_call *call, int statement, int64_t installation,
         const struct value *ids, struct error *e)
{
    char *text = value_size(ids) ? value_to_text(ids) : NULL;
    struct db_stmt *q = db_use(call->db, statement);
    db_text(q, text);
    db_int(q, installation);
    enum err err = db_run(q, e);
    free(text);
    return err;
}

/* BODY's user and the active integration that it names. */
static enum err
find_both(struct route_call *call, const struct value *body, struct api_user *u,
          struct api_integration *g, struct error *e)
{
    const char *name = value_get_text(body, "integrationId");
    enum err err = api_call_user(call, body, u, e);
    if (err == ERR_OK && !name)
        err = error_set(e, ERR_USAGE, "integrationId is missing");
    if (err == ERR_OK)
        err = api_find_integration(call, name, g, e);
    if (err == ERR_OK)
        err = api_link_allows(call, g->n, e);
    if (err == ERR_OK && !g->active)
        err = error_set(e, ERR_REFUSED, "integration %s: it is not active",
                        g->name);
    return err;
}

/* Where BODY names an installation, it must be this one. */
static enum err
check_named(const struct value *body, const struct installation_row *i,
            struct error *e)
{
    const struct value *id = value_get(body, "installationId");
    return !id || value_is(id, VALUE_NULL) ||
                   strcmp(value_text_or(id, ""), i->id) == 0
               ? ERR_OK
               : route_not_found(NOT_FOUND_INSTALLATION, e);
}

/* Live runs must not change with a dialog that may be left: an installation
 * that runs gets its credentials when it is completed. */
static enum err
start_credentials(struct route_call *call, const struct installation_row *i,
                  const struct value *ids, struct error *e)
{
    bool runs = i->state <= RT_INSTALLATION_PAUSED;
    enum err err = install_check_credentials(call->core, i->user, ids, e);
    if (err == ERR_OK)
        err =
            keep_ids(call, RS_INSTALLATION_CHOOSE, i->n, runs ? ids : NULL, e);
    return err == ERR_OK ? install_connect(call->core, i->user, i->n,
                                           runs ? NULL : ids, e)
                         : err;
}

/* The credentials that IDS choose take effect; without any, those that the
 * installation was started with. */
static enum err
connect_kept(struct route_call *call, const struct installation_row *i,
             const struct value *ids, struct error *e)
{
    struct value *kept = NULL;
    enum err err = install_connect(call->core, i->user, i->n, ids, e);
    if (err == ERR_OK && !value_size(ids))
        err = read_ids(call, RS_INSTALLATION_CHOSEN, i->n, &kept, e);
    if (err == ERR_OK && kept)
        err = install_connect(call->core, i->user, i->n, kept, e);
    value_free(kept);
    return err == ERR_OK ? keep_ids(call, RS_INSTALLATION_CHOOSE, i->n, NULL, e)
                         : err;
}

/* An edit takes effect at once, and replaces what a start has chosen. */
static enum err
edit_credentials(struct route_call *call, const struct installation_row *i,
                 const struct value *ids, struct error *e)
{
    return value_size(ids) ? connect_kept(call, i, ids, e)
                           : install_connect(call->core, i->user, i->n, ids, e);
}

/* The user's installation of the integration that BODY names, begun where
 * there is none, with the credentials that BODY chooses. STARTS: BODY also
 * says which workflows are wanted. */
static enum err
begin_of(struct route_call *call, const struct value *body, bool starts,
         struct installation_row *out, struct error *e)
{
    struct api_user u = {0};
    struct api_integration g = {0};
    const struct value *wanted = NULL;
    int64_t n = 0;
    enum err err = find_both(call, body, &u, &g, e);
    if (err == ERR_OK && starts)
        err = check_wanted(call, body, u.n, g.n, &wanted, e);
    if (err == ERR_OK)
        err = install_begin(call->core, u.n, g.n, NULL, &n, e);
    if (err == ERR_OK)
        err = lookup_installation_of(call->db, u.n, g.n, out, e);
    if (err == ERR_OK)
        err = check_named(body, out, e);
    if (err == ERR_OK)
        err = api_check_apps(call, out, value_get(body, "credentialIds"), e);
    if (err == ERR_OK && starts)
        err = keep_ids(call, RS_INSTALLATION_WANT, n, wanted, e);
    if (err == ERR_OK)
        err = (starts ? start_credentials : edit_credentials)(
            call, out, value_get(body, "credentialIds"), e);
    api_integration_clear(&g);
    api_user_clear(&u);
    return err;
}

enum err
headless_start(struct route_call *call, struct error *e)
{
    const struct value *body = NULL;
    struct value *form = NULL;
    struct installation_row i;
    enum err err = api_body(call, &body, e);
    if (err == ERR_OK)
        err = begin_of(call, body, true, &i, e);
    if (err == ERR_OK)
        err = form_of(call, &i, &form, e);
    if (err == ERR_OK) {
        struct value *v = value_object();
        value_set(v, "data", form);
        value_set_text(v, "installationId", i.id);
        api_answer(call, v);
    }
    return err;
}

static bool
is_list_or_none(const struct value *v)
{
    return !v || value_is(v, VALUE_NULL) || value_is(v, VALUE_ARRAY);
}

/* Each block and each field of DATA is there once: what is looked up is then
 * no more than the workflows ask for. */
static enum err
check_data(const struct value *data, struct error *e)
{
    if (!is_list_or_none(data))
        return error_set(e, ERR_INVALID, "data: not a list");
    if (value_size(data) > BLOCKS_MAX)
        return error_set(e, ERR_INVALID, "data: more than %d blocks",
                         BLOCKS_MAX);
    for (size_t i = 0; i < value_size(data); i++)
        if (api_is_repeated(data, i, "blockId", "workflowId"))
            return error_set(e, ERR_INVALID,
                             "data: block %s is there twice (give each block "
                             "once)",
                             value_get_text(value_at(data, i), "blockId"));
    for (size_t i = 0; i < value_size(data); i++)
        if (!is_list_or_none(value_get(value_at(data, i), "fields")))
            return error_set(e, ERR_INVALID,
                             "data: the fields of a block: not a list");
    return ERR_OK;
}

static enum err
take_fields(struct route_call *call, const struct installation_row *i,
            const struct value *block, struct error *e)
{
    struct api_workflow w;
    const char *id = value_get_text(block, "blockId");
    const struct value *fields = value_get(block, "fields");
    char hash[65] = "";
    enum err err = api_find_workflow(call, value_get_text(block, "workflowId"),
                                     i->user, &w, e);
    if (err == ERR_OK && w.integration != i->integration)
        err = route_not_found(NOT_FOUND_WORKFLOW, e);
    if (err == ERR_OK)
        err = asked_hash(call, i->n, &w, hash, e);
    for (size_t k = 0; k < value_size(fields) && err == ERR_OK; k++) {
        const struct value *f = value_at(fields, k);
        const char *name = value_get_text(f, "name");
        const struct value *v = value_get(f, "value");
        if (!id || !name || !v)
            err = error_set(e, ERR_USAGE,
                            "data: each field needs blockId, name and value");
        else if (api_is_repeated(fields, k, "name", "name"))
            err = error_set(e, ERR_INVALID,
                            "data: field %s of block %s is there twice (give "
                            "each field once)",
                            name, id);
        else
            err = install_answer(call->core, i->n, &w, hash, id, name, v, e);
    }
    api_workflow_clear(&w);
    return err;
}

/* The link that brought the user here has done its work. */
static enum err
use_link(struct route_call *call, struct error *e)
{
    if (!call->caller.link_id[0])
        return ERR_OK;
    struct db_stmt *q = db_use(call->db, RS_LINK_USE);
    db_int(q, clock_now_ms());
    db_text(q, call->caller.link_id);
    return db_run(q, e);
}

/* The installation that BODY names, of the user that it names. */
static enum err
find_named(struct route_call *call, const struct value *body,
           struct installation_row *i, struct error *e)
{
    const char *id = value_get_text(body, "installationId");
    if (!id)
        return error_set(e, ERR_USAGE, "installationId is missing");
    struct api_user u = {0};
    enum err err = api_installation_by_id(call, id, i, e);
    if (err == ERR_OK && api_names_user(call, body))
        err = api_call_user(call, body, &u, e);
    if (err == ERR_OK && u.n && u.n != i->user)
        err = route_not_found(NOT_FOUND_INSTALLATION, e);
    api_user_clear(&u);
    return err == ERR_OK ? api_link_allows(call, i->integration, e) : err;
}

/* Installs the workflows that BODY names, else those it was begun with. */
static enum err
finish(struct route_call *call, const struct installation_row *i,
       const struct value *body, struct error *e)
{
    const struct value *wanted = NULL;
    struct value *begun = NULL;
    enum err err =
        check_wanted(call, body, i->user, i->integration, &wanted, e);
    if (err == ERR_OK && !wanted)
        err = read_wanted(call, i->n, &begun, e);
    if (err == ERR_OK)
        err = install_finish(call->core, call, i, wanted ? wanted : begun, e);
    value_free(begun);
    return err;
}

enum err
headless_complete(struct route_call *call, struct error *e)
{
    const struct value *body = NULL;
    struct installation_row i = {0};
    enum err err = api_body(call, &body, e);
    const struct value *data = value_get(body, "data");
    if (err == ERR_OK)
        err = check_data(data, e);
    if (err == ERR_OK)
        err = find_named(call, body, &i, e);
    if (err == ERR_OK)
        err = api_check_apps(call, &i, value_get(body, "credentialIds"), e);
    if (err == ERR_OK)
        err = connect_kept(call, &i, value_get(body, "credentialIds"), e);
    for (size_t k = 0; k < value_size(data) && err == ERR_OK; k++)
        err = take_fields(call, &i, value_at(data, k), e);
    if (err == ERR_OK)
        err = finish(call, &i, body, e);
    if (err == ERR_OK)
        err = use_link(call, e);
    if (err == ERR_OK)
        api_answer_message(call, "Installation completed successfully");
    return err;
}

enum err
headless_edit(struct route_call *call, struct error *e)
{
    const struct value *body = NULL;
    struct value *v = NULL;
    struct installation_row i;
    enum err err = api_body(call, &body, e);
    if (err == ERR_OK)
        err = begin_of(call, body, false, &i, e);
    if (err == ERR_OK)
        err = api_installation_value(call, &i, &v, e);
    if (err == ERR_OK) {
        value_set(v, "installedData", value_copy(value_get(v, "formData")));
        api_answer_data(call, v);
    }
    return err;
}
