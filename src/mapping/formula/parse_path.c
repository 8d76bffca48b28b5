/* The parser: references to sources and to other blocks. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "mapping/formula/parser_private.h"
#include "mapping/path/tree.h"

/* --- references ---------------------------------------------------------- */

/* Splits a path of many nodes into a list part and the longest singular rest,
 * so that an element without the rest keeps its place in the list. S is the
 * text that X is of. */
static bool
compile_many(struct formula_reference *r, const char *s,
             const struct formula_extent *x)
{
    for (size_t i = 0; i < x->count; i++) {
        char *rest = mem_printf("@%.*s", (int)(x->end - x->segments[i]),
                                s + x->segments[i]);
        struct path *compiled = NULL;
        enum err err =
            path_compile(&compiled, rest, strlen(rest), PATH_BARE, NULL);
        free(rest);
        if (err == ERR_OK && path_is_singular(compiled)) {
            r->rest = compiled;
            path_free(r->path);
            r->path = NULL;
            return path_compile(&r->path, s + x->start,
                                x->segments[i] - x->start, PATH_BARE,
                                NULL) == ERR_OK;
        }
        path_free(compiled);
    }
    return true;
}

/* Compiles R, a path of many nodes, so that elements keep their places. One
 * behind a name has its own text, which begins with @ in place of the name. */
static bool
keep_places(struct parser *p, struct formula_reference *r,
            const struct formula_extent *x)
{
    struct formula_extent own;
    if (!r->local)
        return compile_many(r, p->s, x);
    if (!language_has(p->f->language, CHANGE_NAMED_PATHS))
        return true;
    return formula_scan_path(r->text, strlen(r->text), 0, &own) &&
           compile_many(r, r->text, &own);
}

static bool
compile_path(struct parser *p, struct formula_reference *r,
             const struct formula_extent *x)
{
    struct error e;
    error_clear(&e);
    const char *text = r->text + r->level;
    if (path_compile(&r->path, text, strlen(text), PATH_BARE, &e) != ERR_OK) {
        parser_stop(p, x->start, "%s", e.text);
        return false;
    }
    r->singular = path_is_singular(r->path);
    if (!r->singular && x->count > 0 && !keep_places(p, r, x)) {
        parser_stop(p, x->start, "the path %s does not compile", text);
        return false;
    }
    return true;
}

void
formula_bind(struct formula *f, size_t reference,
             const struct formula_binding *b)
{
    struct formula_reference *r = &f->references[reference];
    struct formula_extent x;
    char *text = mem_printf(
        "@%s", r->text + r->path->query.segments[b->segments - 1].end);
    path_free(r->path);
    path_free(r->rest);
    r->path = r->rest = NULL;
    r->bound = true;
    r->level = b->level;
    r->through = b->through;
    r->step = b->step;
    /* It is the rest of a path that has compiled, so that it does too. */
    if (path_compile(&r->path, text, strlen(text), PATH_BARE, NULL) == ERR_OK)
        r->singular = path_is_singular(r->path);
    if (!r->singular && formula_scan_path(text, strlen(text), 0, &x))
        compile_many(r, text, &x);
    free(text);
    parser_note_fixed(f);
}

const struct local_name *
parser_local(const struct parser *p, size_t at, size_t n)
{
    for (size_t i = p->local_count; i-- > 0;) {
        const struct local_name *l = &p->locals[i];
        if (l->n == n && strncasecmp(p->s + l->at, p->s + at, n) == 0)
            return l;
    }
    return NULL;
}

struct formula_reference *
parser_reference(struct parser *p, size_t at)
{
    struct formula *f = p->f;
    PARSER_GROW(f->references, f->reference_count, f->reference_capacity);
    struct formula_reference *r = &f->references[f->reference_count++];
    *r = (struct formula_reference){.at = at, .block_end = at};
    return r;
}

/* A path at p->at, of the block that R may name already. */
uint32_t
parse_path(struct parser *p, struct formula_reference *r)
{
    struct formula_extent x;
    if (!formula_scan_path(p->s, p->n, p->at, &x))
        return parser_stop(p, p->at,
                           "the path has no end: a bracket or quote is "
                           "open, or it has too many parts");
    r->end = x.end;
    while (x.end - x.start > r->level + 1 &&
           p->s[x.start + r->level + 1] == '@')
        r->level++;
    size_t name = formula_scan_name(p->s, p->n, x.start) - x.start;
    const struct local_name *l =
        r->block || name == 0 ? NULL : parser_local(p, x.start, name);
    if (l) {
        r->local = true;
        r->slot = l->slot;
        r->text = mem_printf("@%.*s", (int)(x.end - x.start - name),
                             p->s + x.start + name);
    } else if (x.end == x.start) {
        r->text = mem_strdup("$");
    } else {
        r->text = mem_strndup(p->s + x.start, x.end - x.start);
    }
    p->at = x.end;
    x.start += r->level;
    if (!compile_path(p, r, &x))
        return 0;
    uint32_t index = (uint32_t)(r - p->f->references);
    return parser_node(p, NODE_REFERENCE, r->at, index);
}

/* Tax!result: the block's name ends at END. */
uint32_t
parse_block(struct parser *p, size_t end)
{
    struct formula_reference *r = parser_reference(p, p->at);
    size_t n;
    r->block = p->s[p->at] == '\'' ? formula_unquote(p->s, p->at, end, &n)
                                   : mem_strndup(p->s + p->at, end - p->at);
    r->block_end = end;
    p->at = end + 1;
    return parse_path(p, r);
}

uint32_t
parse_quoted_block(struct parser *p)
{
    size_t end = formula_scan_quoted(p->s, p->n, p->at);
    if (end == 0 || end >= p->n || p->s[end] != '!')
        return parser_stop(p, p->at,
                           "' begins the name of a block: write "
                           "'Block name'!path, and texts in \"quotes\"");
    return parse_block(p, end);
}
