/* Paths: what callers see, and segments as plans use them. */
#include "mapping/path/path.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "mapping/path/regex.h"
#include "mapping/path/tree.h"

#define STEPS_MAX 10000000  /* nodes looked at by one query */
#define NODES_MAX (1 << 21) /* nodes that its lists have room for */

void
node_list_init(struct node_list *l)
{
    *l = (struct node_list){0};
}

void
node_list_clear(struct node_list *l)
{
    free(l->nodes);
    node_list_init(l);
}

void
query_clear(struct query *q)
{
    for (size_t i = 0; i < q->count; i++) {
        struct segment *s = &q->segments[i];
        for (size_t k = 0; k < s->count; k++) {
            if (s->selectors[k].kind == SELECT_NAME)
                free(s->selectors[k].name);
            else if (s->selectors[k].kind == SELECT_FILTER)
                expression_free(s->selectors[k].filter);
        }
        free(s->selectors);
    }
    free(q->segments);
}

size_t
query_bytes(const struct query *q)
{
    size_t n = mem_bytes(q->segments);
    for (size_t i = 0; i < q->count; i++) {
        const struct segment *s = &q->segments[i];
        n += mem_bytes(s->selectors);
        for (size_t k = 0; k < s->count; k++) {
            if (s->selectors[k].kind == SELECT_NAME)
                n += mem_bytes(s->selectors[k].name);
            else if (s->selectors[k].kind == SELECT_FILTER)
                n += expression_bytes(s->selectors[k].filter);
        }
    }
    return n;
}

size_t
path_bytes(const struct path *p)
{
    return p ? mem_bytes(p) + mem_bytes(p->text) + query_bytes(&p->query) : 0;
}

void
path_free(struct path *p)
{
    if (!p)
        return;
    query_clear(&p->query);
    free(p->text);
    free(p);
}

bool
path_is_singular(const struct path *p)
{
    return p->query.singular;
}

bool
path_is_relative(const struct path *p)
{
    return p->query.relative;
}

static struct node_ref
beginning(const struct path *p, const struct scope *scope)
{
    return p->query.relative ? scope->current : scope->root;
}

enum err
path_query_span(const struct path *p, size_t first, size_t end,
                struct node_ref node, const struct scope *scope,
                struct node_list *out, struct error *e)
{
    if (!node.tape)
        return ERR_OK;
    struct budget *shared = scope->budget;
    bool scarce = shared && shared->left < STEPS_MAX;
    size_t steps = scarce ? shared->left : STEPS_MAX;
    struct path_run run = {
        .scope = scope, .steps = steps, .nodes = NODES_MAX, .e = e};
    query_run(&run, &p->query, first, end, node, out);
    regex_free(run.regex);
    free(run.pattern);
    if (shared)
        shared->left -= steps - run.steps;
    if (scarce && run.failed != ERR_OK) {
        budget_pass(shared);
        error_set(e, ERR_TOO_BIG, "%s", BUDGET_PASSED);
    }
    if (run.failed != ERR_OK)
        error_prefix(e, "path %s", p->text);
    return run.failed;
}

enum err
path_query(const struct path *p, const struct scope *scope,
           struct node_list *out, struct error *e)
{
    return path_query_span(p, 0, p->query.count, beginning(p, scope), scope,
                           out, e);
}

enum err
path_query_within(const struct path *p, const struct scope *scope,
                  struct node_list *out, size_t *steps, size_t nodes)
{
    struct node_ref from = beginning(p, scope);
    struct path_run run = {.scope = scope, .steps = *steps, .nodes = nodes};
    if (from.tape)
        query_run(&run, &p->query, 0, p->query.count, from, out);
    *steps = run.steps;
    return run.failed;
}

struct node_ref
path_walk(const struct path *p, size_t first, size_t end, struct node_ref node,
          struct budget *budget)
{
    size_t steps = 0;
    node = query_walk(&p->query, first, end, node, &steps);
    if (budget)
        budget_take(budget, steps);
    return node;
}

bool
path_find(const struct path *p, const struct scope *scope, struct node_ref *out)
{
    *out = path_walk(p, 0, p->query.count, beginning(p, scope),
                     scope->budget);
    return out->tape != NULL;
}

/* --- segments ------------------------------------------------------------ */

bool
segment_is_singular(const struct segment *s)
{
    return !s->descendant && s->count == 1 &&
           (s->selectors[0].kind == SELECT_NAME ||
            s->selectors[0].kind == SELECT_INDEX);
}

/* True where S is one name, index or wildcard of the children. */
static bool
is_simple(const struct segment *s)
{
    return segment_is_singular(s) || (!s->descendant && s->count == 1 &&
                                      s->selectors[0].kind == SELECT_WILDCARD);
}

/* The same where both are of a simple segment. */
static bool
selector_equal(const struct selector *x, const struct selector *y)
{
    if (x->kind != y->kind)
        return false;
    if (x->kind == SELECT_INDEX)
        return x->index == y->index;
    return x->kind == SELECT_WILDCARD ||
           (x->name_len == y->name_len &&
            memcmp(x->name, y->name, x->name_len) == 0);
}

bool
segment_equal(const struct path *p, const struct segment *a,
              const struct path *q, const struct segment *b)
{
    if (is_simple(a) && is_simple(b))
        return selector_equal(a->selectors, b->selectors);
    return a->end - a->start == b->end - b->start &&
           memcmp(p->text + a->start, q->text + b->start, a->end - a->start) ==
               0;
}

static bool
is_plain_name(const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        char c = s[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                      c == '_' || (unsigned char)c >= 0x80;
        if (!letter && (i == 0 || c < '0' || c > '9'))
            return false;
    }
    return n > 0;
}

void
path_write_quoted(const char *s, size_t n, struct buf *out)
{
    static const char from[] = "\b\f\n\r\t'\\", to[] = "bfnrt'\\";
    buf_adds(out, "['");
    for (size_t i = 0; i < n; i++) {
        const char *found = s[i] ? strchr(from, s[i]) : NULL;
        if (found)
            buf_addf(out, "\\%c", to[found - from]);
        else if ((unsigned char)s[i] < 0x20)
            buf_addf(out, "\\u%04x", (unsigned)s[i]);
        else
            buf_addc(out, s[i]);
    }
    buf_adds(out, "']");
}

void
path_write_name(const char *name, size_t n, bool first, struct buf *out)
{
    if (is_plain_name(name, n)) {
        buf_adds(out, first ? "" : ".");
        buf_add(out, name, n);
    } else {
        path_write_quoted(name, n, out);
    }
}

void
segment_write(const struct path *p, const struct segment *s, struct buf *out)
{
    const struct selector *x = s->selectors;
    if (!is_simple(s)) {
        if (!s->descendant && p->text[s->start] != '[')
            buf_addc(out, '.');
        buf_add(out, p->text + s->start, s->end - s->start);
    } else if (x->kind == SELECT_WILDCARD) {
        buf_adds(out, "[*]");
    } else if (x->kind == SELECT_INDEX) {
        buf_addf(out, "[%lld]", (long long)x->index);
    } else {
        path_write_name(x->name, x->name_len, false, out);
    }
}

/* --- normalized paths ---------------------------------------------------- */

/* The child of the container I of T that is or holds the node TARGET; writes
 * its step. */
static uint32_t
write_step(const struct tape *t, uint32_t i, uint32_t target, struct buf *out)
{
    bool object = t->nodes[i].type == VALUE_OBJECT;
    size_t position = 0;
    uint32_t at = i + 1, child;
    for (;; position++) {
        child = object ? at + 1 : at;
        if (target < t->nodes[child].next)
            break;
        at = t->nodes[child].next;
    }
    if (!object) {
        buf_addf(out, "[%zu]", position);
        return child;
    }
    struct buf name;
    buf_init(&name, t->text_len);
    tape_string(t, at, &name);
    path_write_quoted(buf_str(&name), name.len, out);
    buf_clear(&name);
    return child;
}

void
path_normalized(struct node_ref node, struct buf *out)
{
    buf_addc(out, '$');
    for (uint32_t i = 0; i < node.index;)
        i = write_step(node.tape, i, node.index, out);
}
