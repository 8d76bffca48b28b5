/* Edits of several blocks as one, on documents and selections made by chance:
 * a model that knows nothing of patches says what must come out. */
#include "tests/unit/test.h"
#include "tests/unit/ui/canvas/canvas.h"
#include "tests/unit/workflow/selection_model.h"
#include "tests/unit/workflow/workflow.h"

#include "base/mem.h"
#include "workflow/edit/diff.h"
#include "workflow/edit/selection.h"

enum { ROUNDS = 300, SELECTED_MOST = 64 };

/* --- one round ------------------------------------------------------------ */

struct round {
    uint64_t *seed;
    struct document *d;
    struct value *model;
    struct value *chosen, *roots;
    struct selection s;
    struct error e;
};

static const char *
any_id(const struct round *r)
{
    return r->d->blocks[random_below(r->seed, (unsigned)r->d->count)].id;
}

static void
choose(struct round *r)
{
    const char *ids[SELECTED_MOST];
    size_t n = 0;
    unsigned share = 1 + random_below(r->seed, 8);
    r->chosen = value_array();
    while (n + 2 < SELECTED_MOST && (n == 0 || random_below(r->seed, share)))
        ids[n++] = any_id(r);
    ids[n++] = "00000000-0000-4000-8000-ffffffffffff"; /* no longer there */
    for (size_t i = 0; i + 1 < n; i++) {
        if (model_index(r->chosen, ids[i]) < 0)
            value_append(r->chosen, value_string(ids[i]));
    }
    r->roots = model_outermost(r->d, r->model, r->chosen);
    selection_make(&r->s, r->d, ids, n, &r->e);
}

/* Applies PATCH (*taken*); the result is WANTED (a model, *taken*), nothing in
 * it changed, and the inverse leads back to the same hash. */
static struct document *
check_edit(struct round *r, struct value *patch, struct value *wanted)
{
    struct document *to = NULL, *back = NULL;
    struct value *inverse = NULL;
    char was[DIGEST_SIZE], is[DIGEST_SIZE] = "";
    if (document_patch(&to, r->d, patch, &inverse, &r->e) == ERR_OK) {
        struct value *m = model_of(to);
        char *got = model_text(m), *want = model_text(wanted);
        CHECK_STR(got, want);
        model_check_unchanged(r->d, to);
        document_patch(&back, to, inverse, NULL, &r->e);
        document_hash(r->d, was);
        if (back)
            document_hash(back, is);
        CHECK_STR(is, was);
        free(got);
        free(want);
        value_free(m);
    } else {
        CHECK_HAS(r->e.text, "deep");
    }
    document_free(back);
    value_free(inverse);
    value_free(patch);
    value_free(wanted);
    return to;
}

/* --- removing ------------------------------------------------------------- */

/* Sabotage: block_inside() in keep_outermost(); the order in take_out(). */
static void
remove_some(struct round *r)
{
    struct value *patch = NULL;
    CHECK_INT(edit_remove_all(&patch, &r->s, &r->e), ERR_OK);
    document_free(
        check_edit(r, patch, model_without(r->model, r->chosen, false)));
}

/* --- moving --------------------------------------------------------------- */

/* The list and the index in M without the moved ones that PLACE means; false
 * where it means none. */
static bool
place_in_model(const struct round *r, struct edit_place place, char **key,
               size_t *index)
{
    const struct value *list;
    long at;
    *index = 0;
    if (place.where == PLACE_END ||
        strcmp(model_key(r->model, place.ref), "") == 0)
        *key = mem_strdup("blocks");
    else if (place.where == PLACE_INTO)
        *key =
            mem_printf("%s/%s/0", place.ref,
                       strncmp(place.list, "cases", 5) ? place.list : "cases");
    else
        *key = mem_strdup(model_key(r->model, place.ref));
    list = value_get(r->model, *key);
    at = place.ref ? model_index(list, place.ref) : -1;
    if (place.where == PLACE_AFTER && at < 0) /* the trigger */
        at = -1;
    long before = place.where == PLACE_BEFORE  ? at
                  : place.where == PLACE_AFTER ? at + 1
                                               : (long)value_size(list);
    for (long i = 0; i < before; i++)
        *index += !model_is_outermost(r->model, r->chosen,
                                value_text(value_at(list, (size_t)i), NULL));
    return true;
}

static struct value *
model_with(const struct round *r, struct value *m, const char *key,
           size_t index)
{
    if (!value_get(m, key))
        value_set(m, key, value_array());
    for (size_t i = 0; i < value_size(r->roots); i++)
        value_insert(value_get(m, key), index + i,
                     value_copy(value_at(r->roots, i)));
    return m;
}

static struct edit_place
any_place(struct round *r)
{
    const struct block *b =
        &r->d->blocks[random_below(r->seed, (unsigned)r->d->count)];
    struct edit_place place = {random_below(r->seed, 4), b->id, NULL};
    const char *list = strcmp(b->kind->name, "if") == 0        ? "else"
                       : strcmp(b->kind->name, "iterate") == 0 ? "blocks"
                       : strcmp(b->kind->name, "branch") == 0  ? "cases/0"
                                                               : NULL;
    if (place.where == PLACE_INTO && list)
        place.list = list;
    else if (place.where == PLACE_INTO ||
             (place.where == PLACE_BEFORE && b == r->d->trigger))
        place.where = PLACE_AFTER;
    if (place.where == PLACE_END)
        place.ref = NULL;
    return place;
}

/* Sabotage: place_without() in edit_move_all(). */
static void
move_some(struct round *r)
{
    struct edit_place place = any_place(r);
    struct value *patch = NULL;
    bool trigger = r->s.blocks[0] == r->d->trigger;
    bool itself = place.ref && model_goes_along(r->model, r->chosen, place.ref) &&
                  (place.where == PLACE_INTO ||
                   !model_is_outermost(r->model, r->chosen, place.ref));
    enum err err = edit_move_all(&patch, &r->s, place, &r->e);
    CHECK_INT(err, trigger || itself ? ERR_INVALID : ERR_OK);
    if (err)
        return;
    char *key;
    size_t index;
    place_in_model(r, place, &key, &index);
    struct value *wanted =
        model_with(r, model_without(r->model, r->chosen, true), key, index);
    document_free(check_edit(r, patch, wanted));
    free(key);
}

/* --- wrapping ------------------------------------------------------------- */

/* Whether the roots follow one another in one list, and where. */
static bool
is_run(const struct round *r, const char **key, long *first)
{
    const char *id = value_text(value_at(r->roots, 0), NULL);
    *key = model_key(r->model, id);
    *first = model_index(value_get(r->model, *key), id);
    for (size_t i = 1; i < value_size(r->roots); i++) {
        id = value_text(value_at(r->roots, i), NULL);
        if (model_index(value_get(r->model, *key), id) != *first + (long)i)
            return false;
    }
    return true;
}

/* Unwrapping gives back the document. */
static void
unwrap_again(struct round *r, const struct document *wrapped, const char *id)
{
    struct document *back = NULL;
    struct value *patch = NULL;
    char was[DIGEST_SIZE], is[DIGEST_SIZE] = "";
    CHECK_INT(edit_unwrap(&patch, wrapped, id, &r->e), ERR_OK);
    CHECK_INT(document_patch(&back, wrapped, patch, NULL, &r->e), ERR_OK);
    document_hash(r->d, was);
    if (back)
        document_hash(back, is);
    CHECK_STR(is, was);
    document_free(back);
    value_free(patch);
}

/* Sabotage: check_run() in edit_wrap(). */
static void
wrap_some(struct round *r)
{
    static const struct {
        enum kind_id kind;
        const char *list;
    } kinds[] = {
        {KIND_if, "then"}, {KIND_iterate, "blocks"}, {KIND_branch, "cases"}};
    unsigned k = random_below(r->seed, 3);
    struct value *patch = NULL;
    char id[UUID_SIZE];
    const char *key;
    long first;
    bool run = is_run(r, &key, &first) && r->s.blocks[0] != r->d->trigger;
    CHECK_INT(edit_wrap(&patch, &r->s, kind_get(kinds[k].kind), id, &r->e),
              run ? ERR_OK : ERR_INVALID);
    if (!patch)
        return;
    struct value *wanted = model_without(r->model, r->chosen, true);
    char *inner = mem_printf("%s/%s/0", id, kinds[k].list);
    value_insert(value_get(wanted, key), (size_t)first, value_string(id));
    wanted = model_with(r, wanted, inner, 0);
    struct document *to = check_edit(r, patch, wanted);
    if (to)
        unwrap_again(r, to, id);
    document_free(to);
    free(inner);
}

/* --- pasting -------------------------------------------------------------- */

/* M with its ids, where ORIGINS names them, as they were. */
static struct value *
model_back(const struct value *m, const struct value *origins)
{
    struct value *out = value_object();
    for (size_t i = 0; i < value_size(m); i++) {
        const char *key = value_key(m, i, NULL), *slash = strchr(key, '/');
        const char *owner = model_owner(key);
        const char *was = owner ? value_get_text(origins, owner) : NULL;
        char *name = was ? mem_printf("%s%s", was, slash) : mem_strdup(key);
        struct value *list = value_array();
        for (size_t k = 0; k < value_size(value_at(m, i)); k++) {
            const char *id = value_text(value_at(value_at(m, i), k), NULL);
            const char *from = value_get_text(origins, id);
            value_append(list, value_string(from ? from : id));
        }
        value_set(out, name, list);
        free(name);
    }
    return out;
}

/* Beside the originals every copy has an id of its own. */
static void
paste_beside(struct round *r)
{
    struct document *to = NULL;
    struct value *patch = NULL;
    const struct pasting how = {NULL, true, NULL};
    struct edit_place end = {PLACE_END, NULL, NULL};
    if (r->s.blocks[0] == r->d->trigger)
        return;
    CHECK_INT(edit_paste_all(&patch, r->d, &r->s, end, &how, &r->e), ERR_OK);
    CHECK_INT(document_patch(&to, r->d, patch, NULL, &r->e), ERR_OK);
    if (to)
        model_check_unchanged(r->d, to);
    document_free(to);
    value_free(patch);
}

/* What is pasted into a document without the blocks stands there as they
 * stood; what stood there stays. Sabotage: document_block() in copy_id(). */
static void
paste_some(struct round *r)
{
    struct document *without = NULL, *to = NULL;
    struct value *patch = NULL, *origins = NULL;
    bool keep = random_below(r->seed, 2);
    paste_beside(r);
    const struct pasting how = {NULL, keep, &origins};
    CHECK_INT(edit_remove_all(&patch, &r->s, &r->e), ERR_OK);
    CHECK_INT(document_patch(&without, r->d, patch, NULL, &r->e), ERR_OK);
    value_free(patch);
    if (!without || r->s.blocks[0] == r->d->trigger) {
        document_free(without);
        return;
    }
    struct edit_place end = {PLACE_END, NULL, NULL};
    CHECK_INT(edit_paste_all(&patch, without, &r->s, end, &how, &r->e), ERR_OK);
    CHECK_INT(document_patch(&to, without, patch, NULL, &r->e), ERR_OK);
    if (to) {
        struct value *m = model_of(to), *back = model_back(m, origins);
        struct value *left = model_without(r->model, r->chosen, true);
        struct value *wanted = model_with(
            r, left, "blocks", value_size(value_get(left, "blocks")));
        char *got = model_text(back), *want = model_text(wanted);
        CHECK_STR(got, want);
        if (keep)
            model_check_unchanged(r->d, to);
        for (size_t i = 0; !keep && i < value_size(origins); i++)
            CHECK(!document_block(r->d, value_key(origins, i, NULL)));
        free(got);
        free(want);
        value_free(m);
        value_free(back);
        value_free(wanted);
    }
    document_free(without);
    document_free(to);
    value_free(patch);
    value_free(origins);
}

/* --- both versions in one ------------------------------------------------- */

/* With nothing but removed blocks, both in one is the older one. */
static void
check_old_places(const struct round *r, const struct document *without)
{
    struct document *both = NULL;
    char was[DIGEST_SIZE], is[DIGEST_SIZE] = "";
    CHECK_INT(diff_union(&both, r->d, without, NULL), ERR_OK);
    document_hash(r->d, was);
    if (both)
        document_hash(both, is);
    CHECK_STR(is, was);
    document_free(both);
}

/* R's document with one block at its end, and then without the chosen ones:
 * the block may have come out of one of them. NULL where that is none. */
static struct document *
newer_of(struct round *r)
{
    struct document *moved = NULL, *newer = NULL;
    struct value *patch = NULL;
    struct selection s = {0};
    const char *ids[SELECTED_MOST], *id = any_id(r);
    size_t n = 0;
    if (selection_make(&s, r->d, &id, 1, NULL) == ERR_OK &&
        edit_move_all(&patch, &s, (struct edit_place){PLACE_END, NULL, NULL},
                      NULL) == ERR_OK)
        document_patch(&moved, r->d, patch, NULL, NULL);
    selection_clear(&s);
    value_free(patch);
    patch = NULL;
    for (; n < value_size(r->roots); n++)
        ids[n] = value_text(value_at(r->roots, n), NULL);
    if (moved && selection_make(&s, moved, ids, n, NULL) == ERR_OK &&
        edit_remove_all(&patch, &s, NULL) == ERR_OK)
        document_patch(&newer, moved, patch, NULL, NULL);
    selection_clear(&s);
    value_free(patch);
    document_free(moved);
    return newer;
}

/* The union of a document and what random edits made of it has all blocks of
 * both once; without those of the older one it is the newer one again.
 * Sabotage: take_kept() in diff_union(). */
static void
unite(struct round *r)
{
    struct document *to = NULL, *both = NULL, *newer = newer_of(r);
    struct value *patch = NULL, *gone = value_array();
    if (r->s.blocks[0] == r->d->trigger || !newer ||
        edit_remove_all(&patch, &r->s, &r->e) != ERR_OK ||
        document_patch(&to, r->d, patch, NULL, &r->e) != ERR_OK)
        goto end;
    check_old_places(r, to);
    CHECK_INT(diff_union(&both, r->d, newer, &r->e), ERR_OK);
    CHECK_INT(both ? both->count : 0, r->d->count);
    for (size_t i = 0; both && i < r->d->count; i++) {
        const char *was = r->d->blocks[i].id;
        CHECK(document_block(both, was) != NULL);
        if (!document_block(newer, was))
            value_append(gone, value_string(was));
    }
    if (both) {
        struct value *m = model_of(both), *n = model_of(newer);
        struct value *left = value_object();
        for (size_t i = 0; i < value_size(m); i++) {
            struct value *list = value_array();
            for (size_t k = 0; k < value_size(value_at(m, i)); k++) {
                const char *b = value_text(value_at(value_at(m, i), k), NULL);
                if (model_index(gone, b) < 0)
                    value_append(list, value_string(b));
            }
            value_set(left, value_key(m, i, NULL), list);
        }
        char *got = model_text(left), *want = model_text(n);
        CHECK_STR(got, want);
        model_check_unchanged(newer, both);
        free(got);
        free(want);
        value_free(m);
        value_free(n);
        value_free(left);
    }
end:
    value_free(patch);
    value_free(gone);
    document_free(to);
    document_free(newer);
    document_free(both);
}

/* --- rounds --------------------------------------------------------------- */

static void
rounds(void (*edit)(struct round *r))
{
    uint64_t seed = test_seed();
    for (int i = 0; i < ROUNDS && !test_failures_here; i++) {
        struct round r = {.seed = &seed, .d = random_document(&seed)};
        r.model = model_of(r.d);
        if (r.d->count > 0) {
            choose(&r);
            if (value_size(r.roots) > 1 &&
                strcmp(model_key(r.model, value_text(value_at(r.roots, 0), NULL)),
                       "") == 0)
                CHECK_HAS(r.e.text, "is the trigger");
            else
                edit(&r);
            selection_clear(&r.s);
            value_free(r.chosen);
            value_free(r.roots);
        }
        value_free(r.model);
        document_free(r.d);
    }
}

static void
removing(void)
{
    rounds(remove_some);
}

static void
moving(void)
{
    rounds(move_some);
}

static void
wrapping(void)
{
    rounds(wrap_some);
}

static void
pasting(void)
{
    rounds(paste_some);
}

static void
uniting(void)
{
    rounds(unite);
}

void
test_workflow_selection(void)
{
    static const struct test tests[] = {
        {"several blocks are removed as one edit", removing},
        {"several blocks move as one edit, in their order", moving},
        {"blocks of one lane are wrapped, and unwrapped again", wrapping},
        {"several blocks are pasted as they stood", pasting},
        {"both versions in one have each block once", uniting},
        {NULL, NULL}};
    test_run("several blocks", tests);
    failed_tests += test_result();
}
