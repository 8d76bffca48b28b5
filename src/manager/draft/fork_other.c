/* Giving a customer what another one has. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "manager/catalogue/redact.h"
#include "manager/draft/fork_private.h"
#include "workflow/carry/bare.h"
#include "workflow/connector/schema.h"
#include "workflow/validate/material.h"

/* "items[*]" of "items[*].sku", "custbody_x" of "custbody_x": what stands
 * before the first dot of TARGET, without its "[*]". A new string. */
static char *
first_part(const char *target)
{
    return mem_printf("%.*s", (int)strcspn(target, ".["), target);
}

/* Adds the targets of B that the schema of its action does not describe. */
static void
add_custom(const struct block *b, const struct connector_set *set,
           const struct document *d, struct value *out)
{
    const char *app = block_text(b, "app");
    const struct connector *c =
        connector_set_find(set, document_connector(d, app));
    const struct connector_action *action =
        c ? connector_action(c, block_text(b, "action")) : NULL;
    const struct value *rows = block_field(b, "mapping");
    const struct value *known =
        value_get(action ? action->input : NULL, "properties");
    for (size_t i = 0; known && i < value_size(rows); i++) {
        const char *target =
            value_text_or(value_get(value_at(rows, i), "target"), "$");
        char *part = first_part(target);
        if (*part && *part != '$' && !value_get(known, part)) {
            char *text = mem_printf("%s > %s", b->name, target);
            value_append(out, value_string(text));
            free(text);
        }
        free(part);
    }
}

/* What of the document D is missing at the installation that F is about. */
static enum err
find_missing(struct manager *m, const struct forking *f,
             const struct document *d, struct fork_plan *plan, struct error *e)
{
    struct connector_set set;
    struct need_list needs;
    connector_set_init(&set);
    need_list_init(&needs);
    plan->custom = value_array();
    enum err err = connectors_load(m, d, &set, e);
    if (err == ERR_OK) {
        struct value *facts = pointer_facts(f->p.connected, f->p.answered);
        material_needs(d, &set, facts, &needs);
        plan->needs = need_list_value(&needs);
        value_free(facts);
        for (size_t i = 0; i < d->count; i++)
            if (d->blocks[i].kind->id == KIND_action)
                add_custom(&d->blocks[i], &set, d, plan->custom);
    }
    need_list_clear(&needs);
    connector_set_clear(&set);
    return err;
}

/* That each place that R names is that of a constant that comes along. */
static enum err
check_wanted(const struct fork_request *r, const struct fork_plan *plan,
             struct error *e)
{
    for (size_t i = 0; i < value_size(r->wanted); i++) {
        const char *place = value_text_or(value_at(r->wanted, i), "");
        char *text = mem_printf("constant %s", place);
        bool found = false;
        for (size_t k = 0; k < value_size(plan->along) && !found; k++)
            found =
                strcmp(value_text_or(value_at(plan->along, k), ""), text) == 0;
        free(text);
        if (!found)
            return error_set(e, ERR_INVALID,
                             "%.200s: not a constant that may come along (the "
                             "plan lists what is left out)",
                             place);
    }
    return ERR_OK;
}

enum err
fork_other(struct manager *m, const struct fork_request *r, struct forking *f,
           struct fork_plan *plan, struct document **d, struct error *e)
{
    struct version base;
    struct pointer theirs;
    struct document *base_document = NULL, *bare = NULL;
    struct bare how = {.is_secret = sample_is_secret,
                       .all = r->constants,
                       .wanted = r->wanted,
                       .left_out = plan->left_out = value_array(),
                       .along = plan->along = value_array()};
    enum err err = pointer_load(m, f->source.installation, f->p.workflow,
                                f->pool, &theirs, e);
    if (err == ERR_OK)
        err = fork_base(m, f, f->source.base_no, &base, &base_document, e);
    if (err == ERR_OK)
        err = document_bare(&bare, *d, base_document, &how, e);
    if (err == ERR_OK)
        err = find_missing(m, f, bare, plan, e);
    if (err == ERR_OK) {
        plan->other = mem_strdup(theirs.who);
        err = check_wanted(r, plan, e);
    }
    if (err == ERR_OK) {
        /* No version of this customer leads to one of another. */
        f->parent = base.n;
        value_set_text(f->origin, "copiedFrom", f->source.id);
        value_set_int(f->origin, "leftOut",
                      (int64_t)value_size(plan->left_out));
        value_set_int(f->origin, "constants", (int64_t)how.constants);
        document_free(*d);
        *d = bare;
        bare = NULL;
    }
    document_free(base_document);
    document_free(bare);
    return err;
}
