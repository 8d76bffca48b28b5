/* What documents ask of a customer, kept by hash. */
#include "runtime/installed/asks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "workflow/document/ask.h"

void
asks_cache_init(struct asks_cache *c, size_t max)
{
    *c = (struct asks_cache){.max = max};
}

static void
destroy(struct asks *a)
{
    value_free(a->forms);
    value_free(a->missing);
    need_list_clear(&a->demands);
    free(a);
}

static void
drop(struct asks_cache *c, struct asks **at)
{
    struct asks *a = *at;
    *at = a->next;
    c->bytes -= a->bytes;
    destroy(a);
}

void
asks_cache_clear(struct asks_cache *c)
{
    for (size_t i = 0; i < ASKS_BUCKETS; i++)
        while (c->buckets[i])
            drop(c, &c->buckets[i]);
}

/* The place of HASH in its bucket; *place is NULL where it is not there. */
static struct asks **
place_of(struct asks_cache *c, const char *hash)
{
    char start[5] = {0};
    memcpy(start, hash, strnlen(hash, sizeof start - 1));
    struct asks **at = &c->buckets[strtoul(start, NULL, 16) % ASKS_BUCKETS];
    while (*at && strcmp((*at)->hash, hash) != 0)
        at = &(*at)->next;
    return at;
}

bool
asks_has(struct asks_cache *c, const char *hash)
{
    return *place_of(c, hash) != NULL;
}

/* The place of the one that was used longest ago. */
static struct asks **
oldest(struct asks_cache *c)
{
    struct asks **found = NULL;
    for (size_t i = 0; i < ASKS_BUCKETS; i++)
        for (struct asks **at = &c->buckets[i]; *at; at = &(*at)->next)
            if (!found || (*at)->used < (*found)->used)
                found = at;
    return found;
}

static void
keep_small(struct asks_cache *c, const struct asks *last)
{
    struct asks **at;
    while (c->bytes > c->max && (at = oldest(c)) && *at != last)
        drop(c, at);
}

/* --- what is derived ------------------------------------------------------ */

static void
add_form(struct value *forms, const struct block *b)
{
    struct value *fields = ask_form(b);
    const char *app = block_text(b, "app");
    if (value_size(fields) == 0) {
        value_free(fields);
        return;
    }
    struct value *v = value_object();
    value_set_text(v, "app",
                   b->kind->id == KIND_variables ? "accountVariables"
                   : *app                        ? app
                                                 : b->kind->name);
    value_set_text(v, "blockId", b->id);
    value_set(v, "fields", fields);
    value_append(forms, v);
}

static struct value *
missing_connectors(const struct document *d, const struct connector_set *set)
{
    const struct value *pins = value_get(d->root, "connectors");
    struct value *missing = value_array();
    for (size_t i = 0; i < value_size(pins); i++) {
        const char *hash = value_text_or(value_at(pins, i), "");
        if (!connector_set_find(set, hash))
            value_append(missing, value_string(hash));
    }
    return missing;
}

static size_t
bytes_of(const struct asks *a)
{
    size_t n = mem_bytes(a) + value_bytes(a->forms) + value_bytes(a->missing) +
               mem_bytes(a->demands.items);
    for (size_t i = 0; i < a->demands.count; i++) {
        const struct need *d = &a->demands.items[i];
        n += mem_bytes(d->app) + mem_bytes(d->scope) + mem_bytes(d->block_id) +
             mem_bytes(d->field) + mem_bytes(d->label);
    }
    return n;
}

static bool
has_todo(const struct document *d)
{
    for (size_t i = 0; i < d->count; i++)
        if (d->blocks[i].kind->id == KIND_stop &&
            strcmp(block_text(&d->blocks[i], "reason"), "todo") == 0)
            return true;
    return false;
}

static struct asks *
derive(const char *hash, const struct document *d,
       const struct connector_set *set)
{
    struct asks *a = mem_alloc(sizeof *a);
    snprintf(a->hash, sizeof a->hash, "%s", hash);
    a->forms = value_array();
    for (size_t i = 0; i < d->count; i++)
        add_form(a->forms, &d->blocks[i]);
    material_demands(d, set, &a->demands);
    a->trigger = d->trigger ? d->trigger->kind : NULL;
    a->todo = has_todo(d);
    a->missing = missing_connectors(d, set);
    a->bytes = bytes_of(a);
    return a;
}

/* False where a connector is here that was missing: it may ask for more. */
static bool
is_good(struct db *db, const struct asks *a)
{
    struct error missing;
    for (size_t i = 0; i < value_size(a->missing); i++)
        if (parsed_check_here(db, value_text_or(value_at(a->missing, i), ""),
                              &missing) == ERR_OK)
            return false;
    return true;
}

static struct asks *
put(struct asks_cache *c, struct asks *a)
{
    struct asks **at = place_of(c, a->hash);
    c->bytes += a->bytes;
    a->used = ++c->uses;
    a->next = *at;
    *at = a;
    return a;
}

void
asks_note(struct asks_cache *c, const char *hash, const struct document *d,
          const struct connector_set *connectors)
{
    struct asks **at = place_of(c, hash);
    if (*at)
        drop(c, at);
    keep_small(c, put(c, derive(hash, d, connectors)));
}

static enum err
add(struct asks_cache *c, struct parsed_cache *documents, struct db *db,
    const char *hash, struct asks **out, struct error *e)
{
    const struct parsed *p = NULL;
    enum err err = parsed_get(documents, db, hash, &p, e);
    if (err != ERR_OK)
        return err;
    c->derived++;
    c->derived_bytes += p->bytes;
    *out = put(c, derive(hash, p->document, &p->connectors));
    return ERR_OK;
}

enum err
asks_get(struct asks_cache *c, struct parsed_cache *documents, struct db *db,
         const char *hash, const struct asks **out, struct error *e)
{
    enum err err = parsed_check_here(db, hash, e);
    if (err != ERR_OK)
        return err;
    struct asks **at = place_of(c, hash);
    if (*at && !is_good(db, *at))
        drop(c, at);
    struct asks *a = *place_of(c, hash);
    if (!a)
        err = add(c, documents, db, hash, &a, e);
    if (err != ERR_OK)
        return err;
    a->used = ++c->uses;
    keep_small(c, a);
    *out = a;
    return ERR_OK;
}
