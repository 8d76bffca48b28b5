/* What the end user must do before a version may be live. */
#include "workflow/validate/material.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "mapping/row/lookup.h"
#include "mapping/row/members.h"
#include "workflow/document/ask.h"

void
need_list_init(struct need_list *l)
{
    *l = (struct need_list){0};
}

void
need_list_clear(struct need_list *l)
{
    for (size_t i = 0; i < l->count; i++) {
        free(l->items[i].app);
        free(l->items[i].scope);
        free(l->items[i].block_id);
        free(l->items[i].field);
        free(l->items[i].label);
    }
    free(l->items);
    *l = (struct need_list){0};
}

/* A need that was found; only the label is owned. */
struct found {
    enum need_kind kind;
    const char *app;
    const char *scope;
    const char *block_id;
    const char *field;
    char *label;
};

/* Adds NEED, whose label is taken, unless it is there. */
static void
add(struct need_list *l, struct found need)
{
    for (size_t i = 0; need.kind != NEED_ANSWER && i < l->count; i++) {
        const struct need *n = &l->items[i];
        if (n->kind == need.kind && strcmp(n->app, need.app) == 0 &&
            (need.kind == NEED_CONNECT || strcmp(n->scope, need.scope) == 0)) {
            free(need.label);
            return;
        }
    }
    if (l->count == l->capacity) {
        l->capacity = l->capacity ? 2 * l->capacity : 4;
        l->items = mem_resize(l->items, l->capacity, sizeof *l->items);
    }
    l->items[l->count++] = (struct need){
        .kind = need.kind,
        .app = mem_strdup(need.app),
        .scope = mem_strdup(need.scope),
        .block_id = mem_strdup(need.block_id),
        .field = mem_strdup(need.field),
        .label = need.label,
    };
}

static bool
holds_text(const struct value *list, const char *text)
{
    for (size_t i = 0; i < value_size(list); i++) {
        const char *t = value_text(value_at(list, i), NULL);
        if (t && strcmp(t, text) == 0)
            return true;
    }
    return false;
}

/* APP must be connected, with what its ACTION needs ("": nothing more). */
static void
demand_app(const struct document *d, const struct connector_set *set,
           const char *action, const char *app, struct need_list *out)
{
    const struct connector *c =
        connector_set_find(set, document_connector(d, app));
    const char *name = c ? connector_name(c) : app;
    if (c && !connector_needs_credential(c))
        return;
    add(out, (struct found){.kind = NEED_CONNECT,
                            .app = app,
                            .label = mem_printf("Connect %s", name)});
    const struct connector_action *a = c ? connector_action(c, action) : NULL;
    for (size_t i = 0; a && i < value_size(a->scopes); i++) {
        const char *scope = value_text(value_at(a->scopes, i), NULL);
        add(out, (struct found){.kind = NEED_SCOPE,
                                .app = app,
                                .scope = scope,
                                .label = mem_printf("Allow %s in %s (%s)",
                                                    a->name, name, scope)});
    }
}

/* The apps that rows of B are looked up in. */
static void
demand_looked_up(const struct document *d, const struct connector_set *set,
                 const struct block *b, struct need_list *out)
{
    const struct value *rows =
        kind_field(b->kind, "mapping") ? block_field(b, "mapping") : NULL;
    for (size_t i = 0; i < value_size(rows); i++) {
        const char *text =
            value_get_text(value_at(rows, i), row_member(ROW_FIND)->key);
        struct row_lookup l;
        struct row_find f = {0};
        if (!text || row_lookup_read(&l, LOOKUP_FIND, text, NULL) != ERR_OK)
            continue;
        if (row_find_read(&f, l.what, NULL) == ERR_OK)
            demand_app(d, set, f.action, f.app, out);
        row_find_clear(&f);
        free(l.what);
    }
}

static void
demand_answer(void *context, const struct ask *ask)
{
    if (ask->required)
        add(context, (struct found){.kind = NEED_ANSWER,
                                    .block_id = ask->block->id,
                                    .field = ask->field,
                                    .label = mem_strdup(ask->label)});
}

void
material_demands(const struct document *d, const struct connector_set *set,
                 struct need_list *demands)
{
    for (size_t i = 0; i < d->count; i++) {
        const struct block *b = &d->blocks[i];
        const char *app = block_text(b, "app");
        const char *auth_app = value_get_text(block_field(b, "auth"), "app");
        if (*app)
            demand_app(d, set, block_text(b, "action"), app, demands);
        if (auth_app)
            demand_app(d, set, "", auth_app, demands);
        demand_looked_up(d, set, b, demands);
    }
    ask_each(d, demand_answer, demands);
}

/* Who must first connect an app is not asked for its scopes as well. */
static bool
is_undone(const struct need *n, const struct value *facts)
{
    if (n->kind == NEED_ANSWER) {
        const struct value *answers = value_get(facts, "answers");
        const struct value *given =
            value_get(value_get(answers, n->block_id), n->field);
        return value_type(given) == VALUE_NULL;
    }
    const struct value *granted =
        value_get(value_get(facts, "connected"), n->app);
    if (n->kind == NEED_CONNECT)
        return !granted;
    return granted && !holds_text(granted, n->scope);
}

void
material_undone(const struct need_list *demands, const struct value *facts,
                struct need_list *out)
{
    for (size_t i = 0; i < demands->count; i++) {
        const struct need *n = &demands->items[i];
        if (is_undone(n, facts))
            add(out, (struct found){.kind = n->kind,
                                    .app = n->app,
                                    .scope = n->scope,
                                    .block_id = n->block_id,
                                    .field = n->field,
                                    .label = mem_strdup(n->label)});
    }
}

void
material_needs(const struct document *d, const struct connector_set *set,
               const struct value *facts, struct need_list *out)
{
    struct need_list demands;
    need_list_init(&demands);
    material_demands(d, set, &demands);
    material_undone(&demands, facts, out);
    need_list_clear(&demands);
}

struct value *
need_list_value(const struct need_list *l)
{
    static const char *const kinds[] = {"connect", "scope", "answer"};
    struct value *list = value_array();
    for (size_t i = 0; i < l->count; i++) {
        const struct need *n = &l->items[i];
        struct value *v = value_object();
        const struct {
            const char *key, *text;
        } parts[] = {{"app", n->app},
                     {"scope", n->scope},
                     {"blockId", n->block_id},
                     {"field", n->field},
                     {"label", n->label}};
        value_set_text(v, "kind", kinds[n->kind]);
        for (size_t p = 0; p < sizeof parts / sizeof *parts; p++)
            if (parts[p].text)
                value_set_text(v, parts[p].key, parts[p].text);
        value_append(list, v);
    }
    return list;
}

/* What must be done, behind its verb: a label that says the verb again
 * ("Connect HTTP" after "connect") goes without it. */
static const char *
need_object(const char *verb, const char *label, const char *app)
{
    size_t n = strlen(verb);
    if (label && strncasecmp(label, verb, n) == 0 && label[n] == ' ')
        return label + n + 1;
    return label ? label : app ? app : "";
}

void
need_words(const struct value *needs, struct buf *out)
{
    for (size_t i = 0; i < value_size(needs); i++) {
        const struct value *need = value_at(needs, i);
        const char *kind = value_text_or(value_get(need, "kind"), "do");
        const char *app = value_get_text(need, "app");
        const char *scope = value_get_text(need, "scope");
        const char *label = value_get_text(need, "label");
        buf_adds(out, i ? ", " : "");
        if (strcmp(kind, "scope") == 0)
            buf_addf(out, "allow %s of %s", scope ? scope : "", app ? app : "");
        else
            buf_addf(out, "%s %s", kind, need_object(kind, label, app));
    }
}
