/* Which connectors a document pins because its blocks use their apps. */
#include <stdlib.h>
#include <string.h>

#include "mapping/row/members.h"
#include "workflow/edit/patch_private.h"
#include "workflow/edit/pins_private.h"

/* True where a row of MAPPING is looked up in APP. */
static bool
finds_in_app(const struct value *mapping, const char *app)
{
    bool found = false;
    for (size_t i = 0; i < value_size(mapping) && !found; i++) {
        const char *what =
            value_get_text(value_at(mapping, i), row_member(ROW_FIND)->key);
        size_t n = strlen(app);
        found = what && strncmp(what, app, n) == 0 && what[n] == ' ';
    }
    return found;
}

/* True where the block V, or one inside it, uses APP. */
bool
pin_uses(const struct value *v, const char *app)
{
    const char *own = value_get_text(v, "app");
    if ((own && strcmp(own, app) == 0) ||
        finds_in_app(value_get(v, "mapping"), app))
        return true;
    for (size_t i = 0; i < value_size(v); i++) {
        const char *key =
            value_is(v, VALUE_OBJECT) ? value_key(v, i, NULL) : "";
        if (strcmp(key, "sample") && strcmp(key, "schema") &&
            strcmp(key, "mapping") && pin_uses(value_at(v, i), app))
            return true;
    }
    return false;
}

bool
edit_uses_app(const struct document *d, const char *app)
{
    const struct value *blocks = value_get(d->root, "blocks");
    bool used = d->trigger && pin_uses(d->trigger->value, app);
    for (size_t i = 0; i < value_size(blocks) && !used; i++)
        used = pin_uses(value_at(blocks, i), app);
    return used;
}

void
pin_add(struct value *patch, const struct document *d, struct value *pins)
{
    if (value_size(pins) > 0 && !value_get(d->root, "connectors")) {
        op_add(patch, "/connectors", pins);
        return;
    }
    for (size_t i = 0; i < value_size(pins); i++) {
        char *path = edit_join("/connectors", value_key(pins, i, NULL));
        op_add(patch, path, value_copy(value_at(pins, i)));
        free(path);
    }
    value_free(pins);
}

struct value *
pin_needed(const struct document *d, const struct value *blocks,
           const struct connector_set *set)
{
    struct value *pins = value_object();
    for (size_t i = 0; set && i < set->count; i++) {
        const char *app = connector_app(set->items[i]);
        const struct connector *c = connector_set_app(set, app);
        bool used = false;
        if (document_connector(d, app) || value_get(pins, app))
            continue;
        for (size_t k = 0; k < value_size(blocks) && !used; k++)
            used = pin_uses(value_at(blocks, k), app);
        if (used)
            value_set_text(pins, app, connector_hash(c));
    }
    return pins;
}

void
edit_pin_used(struct value *patch, const struct document *d, const char *field,
              const struct value *item, const struct connector_set *set)
{
    struct value *blocks = value_array(), *block = value_object();
    if (item)
        value_set(block, field, value_copy(item));
    value_append(blocks, block);
    pin_add(patch, d, pin_needed(d, blocks, set));
    value_free(blocks);
}

/* True where a block of D that is neither in S nor around one of it uses
 * APP. */
static bool
used_elsewhere(const struct document *d, const struct selection *s,
               const char *app)
{
    size_t k = 0, i = 0;
    bool used = false;
    while (k < d->count && !used) {
        const struct block *b = &d->blocks[k];
        while (i < s->count && s->blocks[i] < b)
            i++;
        if (i < s->count && s->blocks[i] == b) {
            k = b->end;
            continue;
        }
        bool around = i < s->count && block_inside(s->blocks[i], b);
        used = !around && pin_uses(b->value, app);
        k++;
    }
    return used;
}

static bool
used_by_any(const struct selection *s, const char *app)
{
    bool used = false;
    for (size_t i = 0; i < s->count && !used; i++)
        used = pin_uses(s->blocks[i]->value, app);
    return used;
}

void
pin_remove(struct value *patch, const struct document *d,
           const struct selection *s)
{
    const struct value *pins = value_get(d->root, "connectors");
    size_t left = value_size(pins);
    struct value *ops = value_array();
    for (size_t i = 0; i < value_size(pins); i++) {
        const char *app = value_key(pins, i, NULL);
        if (!used_by_any(s, app) || used_elsewhere(d, s, app))
            continue;
        char *path = edit_join("/connectors", app);
        op_remove(ops, path);
        free(path);
        left--;
    }
    if (left == 0 && value_size(ops) > 0)
        op_remove(patch, "/connectors");
    else
        while (value_size(ops) > 0)
            value_append(patch, value_take_at(ops, 0));
    value_free(ops);
}
