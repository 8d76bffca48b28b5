/* The evaluator: nodes, references and calls. */
#include "mapping/formula/eval.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "mapping/formula/repeats.h"

static void evaluate(struct evaluator *ev, uint32_t index, struct fvalue *out);

void
evaluate_kid(struct evaluator *ev, const struct formula_node *node, unsigned i,
             struct fvalue *out)
{
    evaluate(ev, ev->f->kids[node->first + i], out);
}

/* --- references ---------------------------------------------------------- */

/* A path of many nodes: a list, in which an element that lacks the singular
 * rest is missing, so that positions never shift. */
static void
query_many(struct evaluator *ev, const struct formula_reference *r,
           struct scope *scope, struct fvalue *out)
{
    struct node_list *found = &ev->arena->nodes;
    struct formula_arena *a = ev->arena;
    size_t before = found->capacity, each = sizeof *found->nodes;
    size_t left = a->byte_limit > a->held ? a->byte_limit - a->held : 0;
    found->count = 0;
    if (path_query_within(r->path, scope, found, &a->steps, left / each) !=
            ERR_OK ||
        !formula_hold(a, (found->capacity - before) * each))
        formula_exhaust_steps(a, "a path gives too much: name the field "
                                 "instead of searching for it");
    struct fvalue *items = fvalue_list(ev->arena, out, found->count);
    for (size_t i = 0; i < found->count; i++) {
        struct node_ref node = found->nodes[i];
        if (r->rest) {
            scope->current = found->nodes[i];
            if (!path_find(r->rest, scope, &node))
                continue;
        }
        fvalue_node(ev->arena, &items[i], node);
    }
}

static void
query(struct evaluator *ev, const struct formula_reference *r,
      struct scope *scope, struct fvalue *out)
{
    struct node_ref node;
    if (!r->singular)
        query_many(ev, r, scope, out);
    else if (path_find(r->path, scope, &node))
        fvalue_node(ev->arena, out, node);
    else
        fvalue_missing(out);
}

static void
evaluate_block(struct evaluator *ev, const struct formula_reference *r,
               struct fvalue *out)
{
    const struct scope *s = ev->scope;
    struct node_ref output = {NULL, 0};
    if (s->output)
        output = s->output(s->context, r->block, strlen(r->block));
    if (!output.tape) {
        FAIL(ev, out, FORMULA_REF_ERROR,
             "the block \"%s\" has not run, or does not exist", r->block);
        return;
    }
    struct scope inner = *s;
    inner.root = inner.current = output;
    query(ev, r, &inner, out);
}

/* name.path, where LET made the name. */
static void
evaluate_local_path(struct evaluator *ev, const struct formula_reference *r,
                    struct fvalue *out)
{
    const struct fvalue *local = &ev->locals[r->slot];
    bool as_outside = formula_has(ev->arena, CHANGE_NAMED_PATHS);
    if (as_outside && fvalue_is_blank(local)) {
        fvalue_missing(out);
        if (!r->singular)
            fvalue_list(ev->arena, out, 0);
        return;
    }
    if (local->kind == F_ERROR || local->kind == F_MISSING) {
        *out = *local;
        return;
    }
    if (local->kind != F_NODE) {
        FAIL(ev, out, FORMULA_REF_ERROR,
             "a name of LET that is not an object has no fields");
        return;
    }
    struct scope inner = *ev->scope;
    inner.current = (struct node_ref){local->tape, local->length};
    query(ev, r, &inner, out);
}

/* The scope LEVEL lists further out; NULL where there are not so many. */
static const struct scope *
outer_scope(const struct scope *s, unsigned level)
{
    for (; s && level > 0; level--)
        s = s->outer;
    return s;
}

static void
evaluate_reference(struct evaluator *ev, uint32_t index, struct fvalue *out)
{
    const struct formula_reference *r = &ev->f->references[index];
    const struct scope *scope = outer_scope(ev->scope, r->level);
    struct node_ref node;
    if (r->block && !r->bound) {
        evaluate_block(ev, r, out);
    } else if (r->local) {
        evaluate_local_path(ev, r, out);
    } else if (!scope) {
        FAIL(ev, out, FORMULA_REF_ERROR,
             "%.*s has a value under a target with [*] only, one @ more for "
             "each [*]",
             (int)r->level + 1, r->text);
    } else if (r->singular && !r->through) {
        if (path_find(r->path, scope, &node))
            fvalue_node(ev->arena, out, node);
        else
            fvalue_missing(out);
    } else {
        struct scope inner = *scope;
        if (r->through)
            inner.current = scope->came_from[r->step];
        query(ev, r, &inner, out);
    }
}

/* --- calls --------------------------------------------------------------- */

/* Turns V into what TYPE says; false: *ERROR holds an error value. */
static bool
convert(struct evaluator *ev, char type, struct fvalue *v, struct fvalue *error)
{
    struct ftext text;
    struct decimal number;
    bool boolean;
    switch (type) {
    case 't':
        if (v->kind == F_TEXT)
            return true;
        if (!fvalue_to_text(ev->arena, v, &text, error))
            return false;
        fvalue_text(v, text.s, text.n);
        return true;
    case 'n':
        if (v->kind == F_NUMBER)
            return true;
        if (!fvalue_to_number(ev->arena, v, &number, error))
            return false;
        fvalue_number(v, &number);
        return true;
    case 'b':
        if (!fvalue_to_boolean(ev->arena, v, &boolean, error))
            return false;
        fvalue_boolean(v, boolean);
        return true;
    case 'l':
        fvalue_to_list(ev->arena, v, error);
        *v = *error;
        return true;
    default:
        return true;
    }
}

static void
name_error(struct evaluator *ev, const struct formula_function *fn,
           struct fvalue *error)
{
    struct fvalue plain = *error;
    FAIL(ev, error, (enum formula_error)plain.error, "%s: %s", fn->name,
         plain.text);
}

/* True where argument I, which is blank, is a setting that the formula gives:
 * a function cannot go by its default then. One that the formula leaves out
 * or writes as NULL is none. */
static bool
is_blank_setting(const struct evaluator *ev, const struct formula_node *node,
                 const struct formula_function *fn, unsigned i, char type)
{
    const struct formula *f = ev->f;
    const struct formula_node *kid = &f->nodes[f->kids[node->first + i]];
    bool setting =
        (fn->flags & FN_BLANK && i >= fn->min) || fn->flags & FN_SETTINGS;
    return setting && (type == 'n' || type == 'b' || type == 't') &&
           kid->kind != NODE_CONSTANT &&
           formula_has(ev->arena, CHANGE_BLANK_SETTING);
}

/* Calls FN with single values where it wants such. */
static void
apply(struct evaluator *ev, const struct formula_node *node,
      const struct formula_function *fn, struct fvalue *args, unsigned count,
      struct fvalue *out)
{
    formula_step(ev->arena, 1 + count);
    for (unsigned i = 0; i < count; i++) {
        char type = function_type(fn, i);
        if (args[i].kind == F_ERROR && !(fn->flags & FN_ERRORS)) {
            *out = args[i];
            return;
        }
        if (fvalue_is_blank(&args[i]) && type != 'v') {
            if ((fn->flags & FN_BLANK &&
                 (i == 0 || (type == 'n' && i < fn->min))) ||
                is_blank_setting(ev, node, fn, i, type)) {
                fvalue_missing(out);
                return;
            }
            if (i >= fn->min && fn->max != FUNCTION_ANY) {
                fvalue_missing(&args[i]);
                continue;
            }
        }
        if (!convert(ev, type, &args[i], out)) {
            if (args[i].kind != F_ERROR)
                name_error(ev, fn, out);
            return;
        }
    }
    ev->call = node;
    fn->call(ev, args, count, out);
}

/* Makes lists of the arguments that are spread or taken as lists; returns how
 * many calls the longest one gives. */
static uint32_t
spread_lists(struct evaluator *ev, const struct formula_function *fn,
             struct fvalue *args, unsigned count)
{
    uint32_t n = 0;
    for (unsigned i = 0; i < count; i++) {
        if (function_type(fn, i) == 'v' || !fvalue_is_list(&args[i]))
            continue;
        struct fvalue list;
        fvalue_to_list(ev->arena, &args[i], &list);
        args[i] = list;
        if (function_is_single(fn, i) && list.length > n)
            n = list.length;
    }
    return n;
}

/* The arguments of call K. */
static void
take_arguments(struct evaluator *ev, const struct formula_function *fn,
               const struct fvalue *args, unsigned count, uint32_t k,
               struct fvalue *one)
{
    for (unsigned i = 0; i < count; i++) {
        one[i] = args[i];
        if (!function_is_single(fn, i) || args[i].kind != F_LIST)
            continue;
        uint32_t at = args[i].length == 1 ? 0 : k;
        if (at < args[i].length)
            one[i] = args[i].items[at];
        else
            FAIL(ev, &one[i], FORMULA_NA_ERROR,
                 "%s: its lists have different lengths", fn->name);
    }
}

/* Calls FN for each element of its list arguments. */
static void
apply_each(struct evaluator *ev, const struct formula_node *node,
           const struct formula_function *fn, struct fvalue *args,
           unsigned count, struct fvalue *out)
{
    struct fvalue *one = formula_alloc(ev->arena, count * sizeof *one);
    uint32_t n = spread_lists(ev, fn, args, count);
    struct repeats repeats;
    repeats_begin(&repeats, ev->arena, fn, args, count, n);
    struct fvalue *items = fvalue_list(ev->arena, out, n);
    for (uint32_t k = 0; k < n; k++) {
        uint32_t first = repeats_first(&repeats, k);
        if (first < k) {
            items[k] = items[first];
            continue;
        }
        take_arguments(ev, fn, args, count, k, one);
        apply(ev, node, fn, one, count, &items[k]);
    }
}

static void evaluate_function(struct evaluator *ev,
                              const struct formula_node *node,
                              struct fvalue *out);

static void
evaluate_call(struct evaluator *ev, const struct formula_node *node,
              struct fvalue *out)
{
    struct formula_arena *a = ev->arena;
    bool keep = kept_is_for(ev, node);
    const struct fvalue *known = keep ? kept_find(a, node) : NULL;
    if (known) {
        *out = *known;
        return;
    }
    evaluate_function(ev, node, out);
    if (keep)
        kept_add(a, node, out);
}

static void
evaluate_function(struct evaluator *ev, const struct formula_node *node,
                  struct fvalue *out)
{
    const struct formula_function *fn = &formula_functions[node->data];
    if (fn->lazy) {
        fn->lazy(ev, node, out);
        return;
    }
    struct fvalue *args = formula_alloc(ev->arena, node->count * sizeof *args);
    bool each = false;
    for (unsigned i = 0; i < node->count; i++) {
        evaluate_kid(ev, node, i, &args[i]);
        each |= fvalue_is_list(&args[i]) && function_is_single(fn, i);
    }
    if (each)
        apply_each(ev, node, fn, args, node->count, out);
    else
        apply(ev, node, fn, args, node->count, out);
}

const struct pattern *
evaluate_pattern(struct evaluator *ev, unsigned i, const struct fvalue *text,
                 struct fvalue *out)
{
    const struct formula_node *kid =
        &ev->f->nodes[ev->f->kids[ev->call->first + i]];
    if (kid->kind == NODE_CONSTANT && ev->f->constants[kid->data].pattern)
        return ev->f->constants[kid->data].pattern;
    return pattern_of(ev->arena, (struct ftext){text->text, text->length}, out);
}

static struct zone **
find_zone(struct formula_arena *a, const char *name)
{
    for (unsigned i = 0; i < FORMULA_ZONES; i++)
        if (a->zones[i] && strcmp(zone_name(a->zones[i]), name) == 0)
            return &a->zones[i];
    return NULL;
}

const struct zone *
evaluate_zone(struct evaluator *ev, const struct fvalue *name,
              struct fvalue *out)
{
    struct formula_arena *a = ev->arena;
    const char *wanted = ev->scope->zone ? ev->scope->zone : "UTC";
    size_t length = strlen(wanted);
    if (name && name->kind == F_TEXT && name->length > 0) {
        wanted = name->text;
        length = name->length;
    }
    char text[ZONE_NAME_SIZE];
    snprintf(text, sizeof text, "%.*s",
             (int)(length < sizeof text ? length : sizeof text), wanted);
    struct zone **known = find_zone(a, text);
    if (known)
        return *known;
    struct zone *z = zone_load(text);
    if (!z) {
        FAIL(ev, out, FORMULA_VALUE_ERROR,
             "\"%s\" is not a valid time zone: write one like Europe/Berlin, "
             "+02:00 or Z",
             text);
        return NULL;
    }
    formula_step(a, 2000);
    zone_free(a->zones[a->zone_next]);
    a->zones[a->zone_next] = z;
    a->zone_next = (a->zone_next + 1) % FORMULA_ZONES;
    return z;
}

/* --- nodes --------------------------------------------------------------- */

static void
evaluate_position(struct evaluator *ev, struct fvalue *out)
{
    if (ev->scope->position == 0)
        FAIL(ev, out, FORMULA_REF_ERROR,
             "# has a value under a target with [*] only");
    else
        fvalue_int(out, (int64_t)ev->scope->position);
}

static void
evaluate_let(struct evaluator *ev, const struct formula_node *node,
             struct fvalue *out)
{
    const struct formula *f = ev->f;
    for (unsigned i = 0; i + 1 < node->count; i += 2) {
        uint32_t slot = f->nodes[f->kids[node->first + i]].data;
        evaluate_kid(ev, node, i + 1, &ev->locals[slot]);
    }
    evaluate_kid(ev, node, node->count - 1u, out);
}

static void
evaluate_list(struct evaluator *ev, const struct formula_node *node,
              struct fvalue *out)
{
    struct fvalue list;
    struct fvalue *items = fvalue_list(ev->arena, &list, node->count);
    bool flat = formula_has(ev->arena, CHANGE_LISTS_FLAT);
    for (unsigned i = 0; i < node->count; i++) {
        evaluate_kid(ev, node, i, &items[i]);
        if (flat && fvalue_is_list(&items[i])) {
            FAIL(ev, out, FORMULA_VALUE_ERROR,
                 "{ } holds single values, and element %u is a list", i + 1);
            return;
        }
    }
    *out = list;
}

/* -x, +x and x% are x times -1, 1 and 0.01. */
static void
evaluate_sign(struct evaluator *ev, const struct formula_node *node,
              struct fvalue *out)
{
    struct fvalue x, factor;
    evaluate_kid(ev, node, 0, &x);
    if (node->kind == NODE_PLUS) {
        *out = x;
        return;
    }
    fvalue_int(&factor, node->kind == NODE_NEGATE ? -1 : 100);
    evaluate_binary(ev, node->kind == NODE_NEGATE ? OP_MULTIPLY : OP_DIVIDE, &x,
                    &factor, out);
}

static bool
join_texts(struct evaluator *ev, struct fvalue *parts, unsigned count,
           struct fvalue *out)
{
    size_t n = 0;
    for (unsigned i = 0; i < count; i++) {
        if (!convert(ev, 't', &parts[i], out))
            return false;
        n += parts[i].length;
    }
    formula_step(ev->arena, n / 16);
    char *text = formula_alloc(ev->arena, n);
    size_t at = 0;
    for (unsigned i = 0; i < count; i++) {
        memcpy(text + at, parts[i].text, parts[i].length);
        at += parts[i].length;
    }
    fvalue_text(out, text, n);
    return true;
}

static void
evaluate_concat(struct evaluator *ev, const struct formula_node *node,
                struct fvalue *out)
{
    struct fvalue *parts =
        formula_alloc(ev->arena, node->count * sizeof *parts);
    bool lists = false;
    for (unsigned i = 0; i < node->count; i++) {
        evaluate_kid(ev, node, i, &parts[i]);
        lists |= fvalue_is_list(&parts[i]);
    }
    if (!lists) {
        join_texts(ev, parts, node->count, out);
        return;
    }
    struct fvalue joined = parts[0];
    for (unsigned i = 1; i < node->count; i++) {
        struct fvalue left = joined;
        evaluate_binary(ev, OP_CONCAT, &left, &parts[i], &joined);
    }
    *out = joined;
}

static void
evaluate_operator(struct evaluator *ev, const struct formula_node *node,
                  struct fvalue *out)
{
    struct fvalue x, y;
    evaluate_kid(ev, node, 0, &x);
    evaluate_kid(ev, node, 1, &y);
    evaluate_binary(ev, (enum formula_operator)node->op, &x, &y, out);
}

static void
evaluate(struct evaluator *ev, uint32_t index, struct fvalue *out)
{
    const struct formula_node *node = &ev->f->nodes[index];
    formula_step(ev->arena, 1);
    switch (node->kind) {
    case NODE_CONSTANT:
        *out = ev->f->constants[node->data].value;
        return;
    case NODE_REFERENCE:
        evaluate_reference(ev, node->data, out);
        return;
    case NODE_LOCAL:
        *out = ev->locals[node->data];
        return;
    case NODE_POSITION:
        evaluate_position(ev, out);
        return;
    case NODE_BINARY:
        evaluate_operator(ev, node, out);
        return;
    case NODE_CONCAT:
        evaluate_concat(ev, node, out);
        return;
    case NODE_LIST:
        evaluate_list(ev, node, out);
        return;
    case NODE_CALL:
        evaluate_call(ev, node, out);
        return;
    case NODE_LET:
        evaluate_let(ev, node, out);
        return;
    default:
        evaluate_sign(ev, node, out);
    }
}

/* Evaluates F up to the value; false where the budget ended it. The only
 * frame that a passed budget returns to. */
static bool
run(struct evaluator *ev, struct fvalue *out)
{
    if (setjmp(ev->arena->escape))
        return false;
    ev->locals = formula_alloc(ev->arena, ev->f->locals * sizeof *ev->locals);
    evaluate(ev, ev->f->root, out);
    return true;
}

static enum formula_outcome
failed(struct error *e, enum formula_error error, const char *reason)
{
    error_set(e, ERR_INVALID, "%s: %s", formula_error_name(error), reason);
    return FORMULA_ERROR;
}

enum formula_outcome
formula_eval_with(struct formula_arena *arena, const struct formula *f,
                  const struct scope *scope, struct buf *out, struct error *e)
{
    struct evaluator ev = {.f = f, .scope = scope, .arena = arena};
    struct fvalue v;
    if (scope->stopped && atomic_load(scope->stopped))
        return failed(e, FORMULA_NUM_ERROR, "the evaluation was stopped");
    formula_arena_reset(arena, scope, f->language);
    bool good = run(&ev, &v);
    formula_arena_settle(arena, scope);
    if (!good)
        return failed(e, FORMULA_NUM_ERROR, arena->exhausted);
    if (v.kind == F_MISSING)
        return FORMULA_MISSING;
    size_t before = out->len;
    const struct fvalue *error;
    if (fvalue_write(arena, &v, out, &error))
        return FORMULA_VALUE;
    buf_truncate(out, before);
    return failed(e, (enum formula_error)error->error, error->text);
}

enum formula_outcome
formula_eval(const struct formula *f, const struct scope *scope,
             struct buf *out, struct error *e)
{
    struct formula_arena *arena = formula_arena_new();
    enum formula_outcome outcome = formula_eval_with(arena, f, scope, out, e);
    formula_arena_free(arena);
    return outcome;
}
