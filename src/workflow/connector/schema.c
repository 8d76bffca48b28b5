/* Targets, types and required members out of JSON Schemas and samples. */
#include "workflow/connector/schema.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "mapping/row/target.h"

#define MAX_DEPTH 12
#define MAX_TARGETS 5000
#define MAX_REFS 8
#define SAMPLE_ELEMENTS 20

struct step {
    const char *name; /* NULL: the elements of a list */
    size_t n;
};

struct walk {
    struct schema_targets *out;
    const struct value *root; /* where "#/…" begins */
    struct step steps[MAX_DEPTH];
    size_t depth;
};

/* What the schema around a value says of it. */
struct duty {
    bool required;
    bool always;
};

static void walk_schema(struct walk *w, const struct value *schema,
                        struct duty duty);

void
schema_targets_init(struct schema_targets *t)
{
    *t = (struct schema_targets){0};
}

void
schema_targets_clear(struct schema_targets *t)
{
    for (size_t i = 0; i < t->count; i++) {
        free(t->items[i].path);
        free(t->items[i].title);
    }
    free(t->items);
    *t = (struct schema_targets){0};
}

static unsigned
type_named(const char *word)
{
    static const struct {
        const char *word;
        unsigned bit;
    } types[] = {{"null", SCHEMA_NULL},     {"boolean", SCHEMA_BOOLEAN},
                 {"number", SCHEMA_NUMBER}, {"integer", SCHEMA_NUMBER},
                 {"string", SCHEMA_STRING}, {"array", SCHEMA_ARRAY},
                 {"object", SCHEMA_OBJECT}};
    for (size_t i = 0; word && i < sizeof types / sizeof *types; i++)
        if (strcmp(types[i].word, word) == 0)
            return types[i].bit;
    return 0;
}

/* The schema that SCHEMA stands for where it is a reference. */
static const struct value *
resolve(const struct walk *w, const struct value *schema)
{
    static const char *const places[] = {"$defs", "definitions"};
    for (int hop = 0; hop < MAX_REFS; hop++) {
        const char *ref = value_get_text(schema, "$ref");
        const struct value *found = NULL;
        if (!ref)
            return schema;
        for (size_t i = 0; i < 2 && !found; i++) {
            size_t n = strlen(places[i]);
            if (strncmp(ref, "#/", 2) == 0 &&
                strncmp(ref + 2, places[i], n) == 0 && ref[2 + n] == '/')
                found = value_get(value_get(w->root, places[i]), ref + 3 + n);
        }
        if (!found)
            return NULL;
        schema = found;
    }
    return NULL;
}

static unsigned
types_of(const struct walk *w, const struct value *schema)
{
    static const char *const unions[] = {"anyOf", "oneOf"};
    const struct value *type = value_get(schema, "type");
    const struct value *values = value_get(schema, "enum");
    unsigned types = type_named(value_text(type, NULL));
    if (value_is(type, VALUE_ARRAY))
        for (size_t i = 0; i < value_size(type); i++)
            types |= type_named(value_text(value_at(type, i), NULL));
    for (size_t i = 0; !types && i < value_size(values); i++)
        types |= schema_type_of(value_at(values, i));
    if (!types && value_get(schema, "properties"))
        types = SCHEMA_OBJECT;
    if (!types && value_get(schema, "items"))
        types = SCHEMA_ARRAY;
    for (size_t u = 0; !types && u < 2; u++) {
        const struct value *list = value_get(schema, unions[u]);
        for (size_t i = 0; i < value_size(list); i++)
            types |= types_of(w, resolve(w, value_at(list, i)));
    }
    return types ? types : SCHEMA_ANY;
}

static char *
path_here(const struct walk *w)
{
    struct target_step steps[MAX_DEPTH] = {0};
    struct target t = {steps, w->depth};
    struct buf text;
    buf_init_any(&text);
    for (size_t i = 0; i < w->depth; i++) {
        const struct step *s = &w->steps[i];
        steps[i].kind = s->name ? TARGET_NAME : TARGET_LIST;
        steps[i].name = s->name ? mem_strndup(s->name, s->n) : NULL;
        steps[i].name_len = s->n;
    }
    target_write(&t, t.count, &text);
    for (size_t i = 0; i < w->depth; i++)
        free(steps[i].name);
    return buf_take(&text);
}

static struct schema_target *
find_exact(const struct schema_targets *t, const char *path)
{
    for (size_t i = 0; i < t->count; i++)
        if (strcmp(t->items[i].path, path) == 0)
            return &t->items[i];
    return NULL;
}

/* Adds the target at the current place, or widens the one that is there. */
static void
emit(struct walk *w, struct schema_target target, const char *title)
{
    struct schema_targets *t = w->out;
    if (w->depth == 0)
        return;
    target.path = path_here(w);
    struct schema_target *there = find_exact(t, target.path);
    if (there || t->count == MAX_TARGETS) {
        if (there && !target.schema && !there->schema)
            there->types |= target.types;
        if (there && target.required)
            there->required = true;
        if (there && target.always)
            there->always = true;
        free(target.path);
        return;
    }
    if (t->count == t->capacity) {
        t->capacity = t->capacity ? 2 * t->capacity : 32;
        t->items = mem_resize(t->items, t->capacity, sizeof *t->items);
    }
    target.title = mem_strdup(title);
    t->items[t->count++] = target;
}

/* Goes to the member NAME, or with NULL to the elements; false: too deep. */
static bool
push(struct walk *w, const char *name, size_t n)
{
    if (w->depth == MAX_DEPTH)
        return false;
    w->steps[w->depth++] = (struct step){name, n};
    return true;
}

static bool
is_required(const struct value *schema, const char *name)
{
    const struct value *list = value_get(schema, "required");
    for (size_t i = 0; i < value_size(list); i++) {
        const char *word = value_text(value_at(list, i), NULL);
        if (word && strcmp(word, name) == 0)
            return true;
    }
    return false;
}

/* What is inside: members, elements, parts of allOf, anyOf, oneOf. */
static void
walk_inside(struct walk *w, const struct value *schema, struct duty duty)
{
    static const char *const parts[] = {"allOf", "anyOf", "oneOf"};
    const struct value *members = value_get(schema, "properties");
    const struct value *items = value_get(schema, "items");
    for (size_t i = 0; i < value_size(members); i++) {
        size_t n;
        const char *name = value_key(members, i, &n);
        bool required = is_required(schema, name);
        if (push(w, name, n)) {
            walk_schema(w, value_at(members, i),
                        (struct duty){required, required && duty.always});
            w->depth--;
        }
    }
    if (value_is(items, VALUE_OBJECT) && push(w, NULL, 0)) {
        walk_schema(w, items, (struct duty){false, false});
        w->depth--;
    }
    for (size_t p = 0; p < sizeof parts / sizeof *parts; p++) {
        const struct value *list = value_get(schema, parts[p]);
        for (size_t i = 0; i < value_size(list) && w->depth < MAX_DEPTH; i++)
            walk_inside(w, resolve(w, value_at(list, i)),
                        (struct duty){duty.required, duty.always && p == 0});
    }
}

static void
walk_schema(struct walk *w, const struct value *schema, struct duty duty)
{
    const char *title = value_get_text(schema, "title");
    schema = resolve(w, schema);
    if (!title)
        title = value_get_text(schema, "title");
    if (w->out->count >= MAX_TARGETS)
        return;
    emit(w,
         (struct schema_target){
             .types = types_of(w, schema),
             .required = duty.required,
             .always = duty.always,
             .leaf = !value_get(schema, "properties") &&
                     !value_get(schema, "items"),
             .schema = schema,
         },
         title);
    walk_inside(w, schema, duty);
}

static void
walk_sample(struct walk *w, const struct value *v)
{
    enum schema_type type = schema_type_of(v);
    if (w->out->count >= MAX_TARGETS)
        return;
    emit(w,
         (struct schema_target){
             .types = type == SCHEMA_NULL ? SCHEMA_ANY : type,
             .leaf = value_size(v) == 0,
         },
         NULL);
    for (size_t i = 0; i < value_size(v); i++) {
        size_t n = 0;
        const char *name = type == SCHEMA_OBJECT ? value_key(v, i, &n) : NULL;
        if (!name && i == SAMPLE_ELEMENTS)
            break;
        if (push(w, name, n)) {
            walk_sample(w, value_at(v, i));
            w->depth--;
        }
    }
}

void
schema_collect(struct schema_targets *out, const struct value *schema,
               const struct value *sample)
{
    struct walk w = {.out = out, .root = schema};
    if (schema)
        walk_schema(&w, schema, (struct duty){true, true});
    if (sample)
        walk_sample(&w, sample);
}

const struct schema_target *
schema_targets_find(const struct schema_targets *t, const char *path)
{
    const struct schema_target *found = NULL;
    struct target target;
    struct buf text;
    if (target_parse(&target, path, NULL))
        return NULL;
    for (size_t i = 0; i < target.count; i++)
        if (target.steps[i].kind == TARGET_INDEX)
            target.steps[i].kind = TARGET_LIST;
    buf_init_any(&text);
    target_write(&target, target.count, &text);
    found = find_exact(t, buf_str(&text));
    buf_clear(&text);
    target_clear(&target);
    return found;
}

bool
schema_is_open(const struct value *schema)
{
    return !value_is(value_get(schema, "additionalProperties"), VALUE_FALSE);
}
