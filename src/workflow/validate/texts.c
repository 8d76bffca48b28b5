/* Validation of formulas, paths and what they refer to. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "mapping/row/source.h"
#include "workflow/document/texts.h"
#include "workflow/validate/validate_private.h"

struct reference {
    struct check *c;
    const char *field;
};

/* The block of the document whose name differs from NAME in case only. */
static const struct block *
similar(const struct document *d, const char *name)
{
    for (size_t i = 0; i < d->count; i++)
        if (strcasecmp(d->blocks[i].name, name) == 0)
            return &d->blocks[i];
    return NULL;
}

/* The block that holds B (or B itself) in a list of OUTER; OUTER NULL: of
 * the document. */
static const struct block *
branch_of(const struct block *b, const struct block *outer)
{
    while (b->parent != outer)
        b = b->parent;
    return b;
}

/* Whether a run that comes to AT may have passed REF, which stands before
 * it in the text; says so where it may not. */
static void
check_passed(struct check *c, const char *field, const struct block *ref,
             const struct block *at)
{
    const struct block *outer = ref->parent;
    while (outer && !block_inside(at, outer) && outer != at) {
        if (outer->kind->id == KIND_iterate) {
            check_fail(c, field,
                       "\"%s\" stands inside \"%s\", which has another value "
                       "for each element (use it inside, or move it out)",
                       ref->name, outer->name);
            return;
        }
        outer = outer->parent;
    }
    if (!outer)
        return;
    const struct block *a = branch_of(ref, outer), *b = branch_of(at, outer);
    bool one_only = outer->kind->id == KIND_if ||
                    strcmp(block_text(outer, "match"), "first") == 0;
    if (one_only &&
        (strcmp(a->list, b->list) != 0 || a->list_case != b->list_case))
        check_fail(c, field,
                   "\"%s\" stands in another branch of \"%s\" and has not run "
                   "when this one does (move it before \"%s\")",
                   ref->name, outer->name, outer->name);
}

static void
check_reference(void *context, const char *name, const char *path)
{
    const struct reference *r = context;
    struct check *c = r->c;
    (void)path;
    if (!name)
        return;
    const struct block *ref = document_block_named(c->d, name, strlen(name));
    const struct block *near = ref ? NULL : similar(c->d, name);
    if (!ref && near)
        check_fail(c, r->field,
                   "there is no block \"%.60s\" (did you mean \"%s\"?)", name,
                   near->name);
    else if (!ref)
        check_fail(c, r->field,
                   "there is no block \"%.60s\" (add it before this one, or "
                   "correct the name)",
                   name);
    else if (ref == c->b)
        check_fail(c, r->field, "the block refers to itself");
    else if (!ref->kind->output)
        check_fail(c, r->field,
                   "\"%s\" is a block of kind %s and has no output", ref->name,
                   ref->kind->name);
    else if (ref > c->b)
        check_fail(c, r->field, "\"%s\" comes later (move it before \"%s\")",
                   ref->name, c->b->name);
    else if (block_inside(c->b, ref))
        check_fail(c, r->field,
                   "\"%s\" is around this block and not finished yet (its "
                   "element is $)",
                   ref->name);
    else
        check_passed(c, r->field, ref, c->b);
}

static void
check_compiles(struct check *c, const struct text_place *place)
{
    struct source s;
    struct error e = {0};
    size_t n = strlen(place->text);
    if (place->kind == TEXT_FORMULA && *place->text != '=') {
        check_fail(c, place->field,
                   "a formula begins with \"=\" (write =%.60s)", place->text);
        return;
    }
    if (source_compile(&s, place->text, n, document_language(c->d), &e)) {
        check_fail(c, place->field, "%s", e.text);
        return;
    }
    if (s.kind == SOURCE_CONSTANT && strcmp(place->field, "list") == 0 &&
        s.json[0] != '[')
        check_fail(c, place->field,
                   "a constant is never a list (name a list, such as lines)");
    source_clear(&s);
}

static void
check_text(void *context, const struct text_place *place)
{
    struct check *c = context;
    struct reference r = {c, place->field};
    /* The plan of a mapping reports rows that do not compile. */
    if (place->row < 0)
        check_compiles(c, place);
    source_references(place->text, check_reference, &r);
}

void
check_texts(struct check *c)
{
    texts_of_block(c->b, check_text, c);
}
