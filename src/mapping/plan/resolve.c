/*
 * What rows read: the list that each group follows, said by a row of its own
 * or taken from the paths, and each path as a stretch from the record, an
 * element or another block's output.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "mapping/plan/tree.h"

static const struct segment *
segment_at(const struct path *p, size_t i)
{
    return &p->query.segments[i];
}

bool
plan_is_wildcard(const struct path *p, size_t i)
{
    const struct segment *s = segment_at(p, i);
    return !s->descendant && s->count == 1 &&
           s->selectors[0].kind == SELECT_WILDCARD;
}

size_t
plan_first_plural(const struct path *p, size_t first)
{
    while (first < p->query.count && segment_is_singular(segment_at(p, first)))
        first++;
    return first;
}

/* --- origins ------------------------------------------------------------- */

static bool
step_equal(struct origin_step step, const struct path *p, size_t i)
{
    if (!step.path)
        return plan_is_wildcard(p, i);
    return segment_equal(step.path, segment_at(step.path, step.segment), p,
                         segment_at(p, i));
}

/* How many steps PATH, from $ or BLOCK, goes along with the origin of G. */
static size_t
common_steps(const struct plan_group *g, const char *block,
             const struct path *path)
{
    size_t i = 0;
    if (g->kind == LIST_UNKNOWN || g->kind == LIST_FORMULA ||
        g->origin_base == BASE_CURRENT || path->query.relative ||
        !text_equal(g->origin_block, block))
        return 0;
    while (i < g->origin_count && i < path->query.count &&
           step_equal(g->origin[i], path, i))
        i++;
    return i;
}

/* True where PATH, from $ or BLOCK, goes through the elements of G. */
static bool
follows(const struct plan_group *g, const char *block, const struct path *path)
{
    return g->kind != LIST_UNKNOWN && g->origin_count > 0 &&
           common_steps(g, block, path) == g->origin_count;
}

/* Where the list of G goes through others, PATH may go through a part of them
 * and then another way: it means what the current element came from. True with
 * R beginning there. */
static bool
follows_outer(const struct plan *p, size_t group, const char *block,
              const struct path *path, struct reading *r)
{
    const struct plan_group *g = &p->groups[group];
    size_t common = common_steps(g, block, path);
    size_t own = g->kind == LIST_NODES ? g->from.end - g->from.first : 0;
    size_t before = g->origin_count - own; /* steps of the groups around */
    bool found = false;
    for (size_t i = before, level = 0; own > 0 && i < common; i++) {
        if (segment_is_singular(
                segment_at(g->origin[i].path, g->origin[i].segment)))
            continue;
        r->level = level++;
        r->first = i + 1;
        found = true;
    }
    r->base = found ? BASE_OUTER : r->base;
    r->group = found ? group : r->group;
    return found;
}

static void
add_origin(struct plan_group *g, struct origin_step step)
{
    g->origin = mem_resize(g->origin, g->origin_count + 1, sizeof *g->origin);
    g->origin[g->origin_count++] = step;
}

/* The origin of G is that of what it reads from and then its own segments. */
static void
set_origin(struct plan *p, struct plan_group *g)
{
    const struct reading *r = &g->from;
    g->origin_base = r->base;
    g->origin_block = r->block;
    if (r->base == BASE_GROUP || r->base == BASE_OUTER) {
        const struct plan_group *parent = &p->groups[r->group];
        /* A path from an outer list has all its steps before R->FIRST. */
        size_t n = r->base == BASE_OUTER ? r->first : parent->origin_count;
        g->origin_base = parent->origin_base;
        g->origin_block = parent->origin_block;
        for (size_t i = 0; i < n; i++)
            add_origin(g, parent->origin[i]);
    }
    for (size_t i = r->first; i < r->end; i++)
        add_origin(g, (struct origin_step){r->path, i});
    if (g->kind == LIST_CHILDREN)
        add_origin(g, (struct origin_step){NULL, 0});
}

static void
write_step(struct origin_step step, struct buf *out)
{
    if (!step.path)
        buf_adds(out, "[*]");
    else
        segment_write(step.path, segment_at(step.path, step.segment), out);
}

/* What a path begins with, and whether "." follows it. */
static void
write_tail(struct buf *out, size_t start, const struct buf *steps)
{
    const char *s = buf_str(steps);
    bool bare = out->len == start && s[0] == '.' && s[1] != '.';
    if (out->len == start && !bare)
        buf_addc(out, '$');
    buf_adds(out, s + bare);
}

void
plan_origin_write(const struct plan *p, const struct plan_group *g,
                  struct buf *out)
{
    struct buf steps;
    size_t start = out->len;
    buf_init_any(&steps);
    (void)p;
    if (g->origin_base == BASE_CURRENT)
        buf_addc(out, '@');
    if (g->origin_block) {
        source_write_block(out, g->origin_block);
        buf_addc(out, '!');
        start = out->len;
    }
    for (size_t i = 0; i < g->origin_count; i++)
        write_step(g->origin[i], &steps);
    write_tail(out, start, &steps);
    buf_clear(&steps);
}

void
plan_list_path(const struct plan_group *g, size_t steps, struct buf *out)
{
    struct buf written;
    size_t start = out->len;
    buf_init_any(&written);
    for (size_t i = 0; i < steps; i++)
        write_step(g->origin[i], &written);
    write_tail(out, start, &written);
    buf_clear(&written);
}

/* The origin of G as a new string that the caller frees. */
static char *
origin_text(const struct plan *p, const struct plan_group *g)
{
    struct buf out;
    buf_init_any(&out);
    if (g->kind == LIST_FORMULA)
        buf_adds(&out, "a formula");
    else
        plan_origin_write(p, g, &out);
    return buf_take(&out);
}

/* --- lists --------------------------------------------------------------- */

/* Makes G follow the segments from FIRST to END - 1 of the path of row ROW,
 * which begin at BASE. The last one can give several nodes, or FIRST to END
 * is one node whose children are the elements. */
static void
set_list(struct plan *p, struct plan_group *g, size_t row, struct reading from)
{
    g->row = row;
    g->kind = LIST_NODES;
    size_t plural = plan_first_plural(from.path, from.first);
    if (plural >= from.end) {
        g->kind = LIST_CHILDREN;
    } else if (plural == from.end - 1 && plan_is_wildcard(from.path, plural)) {
        g->kind = LIST_CHILDREN;
        from.end--;
    }
    g->from = from;
    set_origin(p, g);
}

/* Where the path of S begins for a row in GROUP: at the elements that it goes
 * through, else at its own beginning. */
static struct reading
beginning(const struct plan *p, size_t group, const struct source *s)
{
    struct reading r = {.path = s->path,
                        .end = s->path->query.count,
                        .block = s->block,
                        .group = PLAN_NONE,
                        .slot = PLAN_NO_SLOT};
    if (s->path->query.relative) {
        r.base = group == PLAN_NONE ? BASE_CURRENT : BASE_GROUP;
        r.group = group;
        return r;
    }
    for (size_t g = group; g != PLAN_NONE; g = p->groups[g].parent) {
        if (follows(&p->groups[g], s->block, s->path)) {
            r.base = BASE_GROUP;
            r.group = g;
            r.first = p->groups[g].origin_count;
            return r;
        }
        if (follows_outer(p, g, s->block, s->path, &r))
            return r;
    }
    r.base = s->block ? BASE_BLOCK : BASE_ROOT;
    return r;
}

/* A row of its own says which list G follows. */
static void
declare_list(struct plan_compiler *c, struct plan_group *g)
{
    struct plan *p = c->plan;
    size_t i = g->declared;
    const struct source *s = &p->rows[i].source;
    if (s->kind == SOURCE_FORMULA) {
        g->row = i;
        g->kind = LIST_FORMULA;
    } else if (s->kind == SOURCE_PATH) {
        set_list(p, g, i, beginning(p, g->parent, s));
        p->rows[i].from = g->from;
    } else if (s->kind != SOURCE_BLANK && !p->rows[i].broken) {
        plan_problem_add(c, i,
                         "a list is followed by its path or a formula, "
                         "not by a %s",
                         source_kind_word(s->kind));
    }
}

static bool
is_within(const struct plan *p, size_t group, size_t wanted)
{
    while (group != PLAN_NONE && group != wanted)
        group = p->groups[group].parent;
    return group == wanted;
}

/* Takes the list of the group N from the path of row I, where it has one. */
static bool
infer_list(struct plan *p, size_t n, size_t i)
{
    struct plan_group *g = &p->groups[n];
    const struct source *s = &p->rows[i].source;
    if (s->kind != SOURCE_PATH || s->path->query.relative)
        return false;
    struct reading from = beginning(p, g->parent, s);
    bool inside = (from.base == BASE_GROUP || from.base == BASE_OUTER) &&
                  from.group == g->parent;
    if (g->parent != PLAN_NONE && !inside)
        return false;
    size_t plural = plan_first_plural(s->path, from.first);
    if (plural == s->path->query.count)
        return false;
    from.end = plural + 1;
    set_list(p, g, i, from);
    return true;
}

static void
find_list(struct plan_compiler *c, size_t n)
{
    struct plan *p = c->plan;
    struct plan_group *g = &p->groups[n];
    if (g->declared != PLAN_NONE)
        declare_list(c, g);
    bool broken = g->declared != PLAN_NONE && p->rows[g->declared].broken;
    for (size_t i = 0; i < p->row_count; i++) {
        const struct plan_row *row = &p->rows[i];
        if (!is_within(p, row->group, n))
            continue;
        broken |= row->broken;
        g->filled |= row->source.kind != SOURCE_BLANK || row->fallback;
        if (g->kind == LIST_UNKNOWN)
            infer_list(p, n, i);
    }
    if (g->kind != LIST_UNKNOWN || broken || !g->filled)
        return;
    struct buf list;
    buf_init_any(&list);
    target_write(&p->rows[g->first_row].target, g->depth, &list);
    plan_problem_add(c, g->first_row,
                     "no row says which list %s follows (add a row %s with "
                     "the list as its source, such as lines[*])",
                     buf_str(&list), buf_str(&list));
    buf_clear(&list);
}

/* --- rows ---------------------------------------------------------------- */

static void
refuse_origin(struct plan_compiler *c, size_t i, const struct plan_group *g)
{
    struct plan *p = c->plan;
    const struct plan_row *row = &p->rows[i];
    const struct path *path = row->source.path;
    struct plan_group own = {.kind = LIST_UNKNOWN};
    struct reading from = {.base = BASE_ROOT,
                           .block = row->source.block,
                           .path = path,
                           .end = plan_first_plural(path, 0) + 1};
    set_list(p, &own, i, from);
    char *mine = origin_text(p, &own), *other = origin_text(p, g);
    struct buf list;
    buf_init(&list, 1u << 16);
    target_write(&row->target, g->depth, &list);
    plan_problem_add(c, i,
                     "it follows the list %s, but row %zu makes %s follow %s "
                     "(take both from one list)",
                     mine, g->row + 1, buf_str(&list), other);
    buf_clear(&list);
    free(mine);
    free(other);
    free(own.origin);
}

/* Refuses a path that goes through more lists than its target, where no row
 * says whether the elements are those of the outer or of the inner one. */
static void
refuse_levels(struct plan_compiler *c, size_t i, const struct plan_group *g)
{
    struct plan *p = c->plan;
    const struct plan_row *row = &p->rows[i];
    struct buf list;
    char *followed = origin_text(p, g);
    buf_init(&list, 1u << 16);
    target_write(&row->target, g->depth, &list);
    plan_problem_add(c, i,
                     "its source goes through more lists than its target: "
                     "%s follows %s (add a row %s with %s for a list in each "
                     "element, or with the whole list, such as "
                     "orders[*].lines[*], for one element each)",
                     buf_str(&list), followed, buf_str(&list), followed);
    buf_clear(&list);
    free(followed);
}

static void
resolve_path(struct plan_compiler *c, size_t i)
{
    struct plan *p = c->plan;
    struct plan_row *row = &p->rows[i];
    row->from = beginning(p, row->group, &row->source);
    bool plural =
        plan_first_plural(row->source.path, row->from.first) < row->from.end;
    row->read = plural ? READ_NODES : READ_NODE;
    if (!plural || row->group == PLAN_NONE || row->from.base == BASE_OUTER)
        return;
    const struct plan_group *g = &p->groups[row->group];
    if (row->from.base == BASE_GROUP && row->from.group == row->group) {
        if (g->declared == PLAN_NONE && !row->source.path->query.relative &&
            language_has(p->language, CHANGE_MIXED_LEVELS))
            refuse_levels(c, i, g);
        return;
    }
    if (g->kind != LIST_UNKNOWN)
        refuse_origin(c, i, g);
}

/* What a formula under the group of a row spreads over its elements. */
struct spreading {
    struct plan_compiler *c;
    size_t row;
};

/* A name of LET may be used for the whole list too. */
static void
refuse_named(struct spreading *s, const struct formula_list *l)
{
    plan_problem_add(s->c, s->row,
                     "%.200s is named by LET, which does not say whether it is "
                     "the current element or the whole list (write it where it "
                     "is used)",
                     l->text);
}

/* A list that a group of the row follows is that group's element, as in the
 * path of a row. */
static void
bind_spread(void *context, const struct formula_list *l)
{
    struct spreading *s = context;
    struct plan *p = s->c->plan;
    unsigned level = 0;
    for (size_t g = p->rows[s->row].group; g != PLAN_NONE;
         g = p->groups[g].parent, level++) {
        struct reading r = {.path = l->path};
        bool own = follows(&p->groups[g], l->block, l->path);
        if (!own && !follows_outer(p, g, l->block, l->path, &r))
            continue;
        struct formula_binding to = {.level = level,
                                     .through = !own,
                                     .step = r.level,
                                     .segments = own ? p->groups[g].origin_count
                                                     : r.first};
        p->groups[g].outer |= !own;
        if (l->named)
            refuse_named(s, l);
        else
            formula_bind(p->rows[s->row].source.formula, l->reference, &to);
        return;
    }
}

static void
resolve_row(struct plan_compiler *c, size_t i)
{
    static const enum read_kind kinds[] = {
        [SOURCE_BLANK] = READ_NOTHING,     [SOURCE_PATH] = READ_NODE,
        [SOURCE_POSITION] = READ_POSITION, [SOURCE_CONSTANT] = READ_CONSTANT,
        [SOURCE_FORMULA] = READ_FORMULA,
    };
    struct plan_row *row = &c->plan->rows[i];
    if (row->broken || row->declares)
        return;
    row->read = kinds[row->source.kind];
    if (row->read == READ_NODE)
        resolve_path(c, i);
    struct spreading s = {c, i};
    if (row->read == READ_FORMULA && row->group != PLAN_NONE &&
        language_has(c->plan->language, CHANGE_WHOLE_LIST))
        formula_spread(row->source.formula, bind_spread, &s);
    if (row->read == READ_POSITION && row->group == PLAN_NONE)
        plan_problem_add(c, i,
                         "# is the position within a list, and this "
                         "target is in none");
}

/* Gives room to what the elements of groups came from, where rows read it. */
static void
keep_outer(struct plan *p)
{
    for (size_t i = 0; i < p->row_count; i++)
        if (p->rows[i].from.base == BASE_OUTER)
            p->groups[p->rows[i].from.group].outer = true;
    for (size_t i = 0; i < p->group_count; i++)
        if (p->groups[i].from.base == BASE_OUTER)
            p->groups[p->groups[i].from.group].outer = true;
    for (size_t i = 0; i < p->group_count; i++) {
        struct plan_group *g = &p->groups[i];
        if (!g->outer)
            continue;
        g->first_outer = p->outer_count;
        p->outer_count += g->from.end - g->from.first;
    }
}

void
plan_resolve(struct plan_compiler *c)
{
    for (size_t i = 0; i < c->plan->group_count; i++)
        find_list(c, i);
    for (size_t i = 0; i < c->plan->row_count; i++)
        resolve_row(c, i);
    keep_outer(c->plan);
    for (size_t i = 0; i < c->plan->row_count; i++)
        plan_members_settle(c, i);
}
