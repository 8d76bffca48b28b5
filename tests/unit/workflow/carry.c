/* Carrying the edits of an own version to another base: examples, and documents
 * and edits made by chance, where a model says what must come out. */
#include "workflow/carry/carry.h"
#include "tests/unit/test.h"
#include "tests/unit/ui/canvas/canvas.h"
#include "tests/unit/workflow/carry_model.h"
#include "tests/unit/workflow/workflow.h"

#include "base/mem.h"
#include "base/text.h"
#include "workflow/document/conflicts.h"

enum { ROUNDS = 2000 };

/* --- one tuple ------------------------------------------------------------ */

struct tuple {
    struct model base, ours, theirs, want;
    struct value *conflicts; /* what must be in conflict: key to true, or to
                                false where it may be */
    bool placed[IDS];        /* by OURS, in the result */
    bool reordered;          /* a side changed the order inside of a list */
    struct document *b, *o, *t, *out;
    struct carry_edits edits;
    struct error e;
};

static void
expect(struct tuple *u, const char *state, const char *subject, int block,
       const char *field)
{
    char *key = mem_printf("%s %s %d %s", state, subject, block, field);
    value_set_bool(u->conflicts, key, true);
    free(key);
}

static void
allow(struct tuple *u, const char *subject, int block)
{
    char *key = mem_printf("conflict %s %d ", subject, block);
    value_set_bool(u->conflicts, key, false);
    free(key);
}

/* --- what the model expects ----------------------------------------------- */

static bool
same_list(const struct model *a, const struct model *b, int i)
{
    return a->b[i].parent == b->b[i].parent && a->b[i].list == b->b[i].list;
}

static bool
changed_order(const struct model *a, const struct model *b)
{
    for (int p = 0; p < IDS; p++)
        for (int q = p + 1; q < IDS; q++) {
            int i = a->order[p], k = a->order[q];
            bool together = a->b[i].there && b->b[i].there && a->b[k].there &&
                            b->b[k].there && same_list(a, b, i) &&
                            same_list(a, b, k) &&
                            a->b[i].parent == a->b[k].parent &&
                            a->b[i].list == a->b[k].list;
            int pi = 0, pk = 0;
            while (b->order[pi] != i)
                pi++;
            while (b->order[pk] != k)
                pk++;
            if (together && pi > pk)
                return true;
        }
    for (int i = 0; i < IDS; i++)
        if (memcmp(a->b[i].row_at, b->b[i].row_at, sizeof a->b[i].row_at) != 0)
            return true;
    return false;
}

static bool
same_content(const struct model_block *a, const struct model_block *b)
{
    bool same = model_same_text(a->field, b->field) && a->note == b->note;
    for (int t = 0; t < TARGETS && same; t++)
        same = model_same_text(a->row[t], b->row[t]);
    return same;
}

static bool
touched(const struct tuple *u, int i)
{
    const struct model_block *a = &u->base.b[i], *t = &u->theirs.b[i];
    return a->name != t->name || !same_content(a, t) ||
           !same_list(&u->base, &u->theirs, i);
}

static void
want_name(struct tuple *u, int i)
{
    const struct model_block *a = &u->base.b[i], *o = &u->ours.b[i];
    const struct model_block *t = &u->theirs.b[i];
    if (a->there && o->name != a->name) {
        if (!t->there)
            expect(u, "gone", "name", i, "");
        else if (t->name == a->name)
            u->want.b[i].name = o->name;
        else if (t->name != o->name)
            expect(u, "conflict", "name", i, "");
    } else if (!a->there && t->there && t->name != o->name) {
        expect(u, "conflict", "name", i, "");
    }
}

static void
want_added(struct tuple *u, int i)
{
    const struct model_block *o = &u->ours.b[i], *t = &u->theirs.b[i];
    if (t->there) {
        if (!same_content(o, t))
            expect(u, "conflict", "block", i, "");
        if (same_list(&u->ours, &u->theirs, i))
            allow(u, "place", i);
        else
            expect(u, "conflict", "place", i, "");
        return;
    }
    if (o->parent >= 0 && !u->want.b[o->parent].there) {
        expect(u, "gone", "block", i, "");
        return;
    }
    u->want.b[i] = *o;
    u->placed[i] = true;
}

static void
want_place(struct tuple *u, int i)
{
    int p = u->ours.b[i].parent;
    if (same_list(&u->base, &u->ours, i))
        return;
    if (!u->theirs.b[i].there)
        expect(u, "gone", "place", i, "");
    else if (same_list(&u->base, &u->theirs, i)) {
        if (p >= 0 && (!u->want.b[p].there || model_inside(&u->want, p, i))) {
            expect(u, "gone", "place", i, "");
            return;
        }
        u->want.b[i].parent = p;
        u->want.b[i].list = u->ours.b[i].list;
        u->placed[i] = true;
    } else if (same_list(&u->ours, &u->theirs, i))
        allow(u, "place", i);
    else
        expect(u, "conflict", "place", i, "");
}

/* One number, or text, of three; true where OURS is to be taken. */
static bool
want_cell(struct tuple *u, int i, const char *subject, const char *field,
          const bool same[3])
{
    bool own = !same[0], agree = same[1], theirs = !same[2];
    if (!own)
        return false;
    if (i >= 0 && !u->theirs.b[i].there) {
        expect(u, "gone", subject, i, field);
        return false;
    }
    if (agree)
        return false;
    if (theirs)
        expect(u, "conflict", subject, i, field);
    return !theirs;
}

#define SAME(f, a, o, t) ((const bool[]){f(a, o), f(o, t), f(a, t)})

static bool
same_int(int a, int b)
{
    return a == b;
}

static void
want_content(struct tuple *u, int i)
{
    static const char *const fields[] = {"label", "formula", "source",
                                         "condition", "list"};
    const struct model_block *a = &u->base.b[i], *o = &u->ours.b[i];
    const struct model_block *t = &u->theirs.b[i];
    struct model_block *w = &u->want.b[i];
    if (want_cell(u, i, "field", fields[a->kind],
                  SAME(model_same_text, a->field, o->field, t->field)))
        w->field = o->field;
    if (want_cell(u, i, "field", "note",
                  SAME(same_int, a->note, o->note, t->note)))
        w->note = o->note;
    for (int k = 0; k < TARGETS; k++) {
        char target[16];
        snprintf(target, sizeof target, "t%d", k);
        if (want_cell(u, i, "row", target,
                      SAME(model_same_text, a->row[k], o->row[k], t->row[k])))
            w->row[k] = o->row[k];
    }
}

/* The blocks of OURS inside PARENT, in reading order. */
static void
want_blocks(struct tuple *u, int parent, int list)
{
    for (int k = 0; k < IDS; k++) {
        int i = u->ours.order[k];
        const struct model_block *o = &u->ours.b[i];
        if (!o->there || o->parent != parent ||
            (parent >= 0 && o->list != list))
            continue;
        want_name(u, i);
        if (u->base.b[i].there) {
            want_place(u, i);
            want_content(u, i);
        } else
            want_added(u, i);
        for (int l = 0; l < 2; l++)
            want_blocks(u, i, l);
    }
}

/* True where the block I, which OURS removed, goes with the one around it. */
static bool
goes_along(const struct tuple *u, int i)
{
    int p = u->base.b[i].parent;
    return p >= 0 && u->base.b[i].there && !u->ours.b[i].there &&
           !u->ours.b[p].there && u->theirs.b[i].there &&
           u->theirs.b[i].parent == p;
}

static void
want_removed(struct tuple *u)
{
    struct model before = u->want;
    for (int x = 0; x < IDS; x++) {
        bool lost = false;
        if (!u->base.b[x].there || u->ours.b[x].there ||
            !u->theirs.b[x].there || goes_along(u, x))
            continue;
        for (int y = 0; y < IDS; y++)
            if (before.b[y].there && model_inside(&before, y, x))
                lost = lost || !u->base.b[y].there || touched(u, y) ||
                       (y != x && !goes_along(u, y));
        if (lost)
            expect(u, "conflict", "block", x, "");
        for (int y = 0; y < IDS && !lost; y++)
            if (before.b[y].there && model_inside(&before, y, x))
                u->want.b[y].there = false;
    }
}

static void
want_all(struct tuple *u)
{
    const struct model *a = &u->base, *o = &u->ours, *t = &u->theirs;
    u->want = *t;
    if (want_cell(u, -1, "workflow", "name",
                  SAME(same_int, a->title, o->title, t->title)))
        u->want.title = o->title;
    want_blocks(u, -1, 0);
    for (int i = 0; i < KEYS && a->has_table; i++) {
        char key[16];
        snprintf(key, sizeof key, "k%d", i);
        if (want_cell(u, -1, "entry", key,
                      SAME(same_int, a->entry[i], o->entry[i], t->entry[i])))
            u->want.entry[i] = o->entry[i];
    }
    want_removed(u);
}

/* --- what came out -------------------------------------------------------- */

static void
check_text(const struct tuple *u, const struct block *b, const char *field,
           struct model_text want)
{
    char *got = model_plain(u->out, value_text_or(block_field(b, field), NULL));
    char *wanted = model_expected(u->out, want);
    CHECK_STR(got, wanted);
    free(got);
    free(wanted);
}

static void
check_rows(const struct tuple *u, const struct block *b,
           const struct model_block *w)
{
    const struct value *rows = block_field(b, "mapping");
    size_t n = 0;
    for (int t = 0; t < TARGETS; t++) {
        char target[16];
        const struct value *row = NULL;
        snprintf(target, sizeof target, "t%d", t);
        for (size_t i = 0; i < value_size(rows); i++)
            if (text_equal(value_get_text(value_at(rows, i), "target"), target))
                row = value_at(rows, i);
        char *got = model_plain(u->out, value_get_text(row, "source"));
        char *wanted = model_expected(u->out, w->row[t]);
        CHECK_STR(got, wanted);
        n += w->row[t].number != 0;
        free(got);
        free(wanted);
    }
    CHECK_INT(value_size(rows), n);
}

/* A name is as wanted; one that another block has, or had before OURS removed
 * that, may have a number. */
static void
check_name(const struct tuple *u, const struct block *b, int i)
{
    char name[24];
    bool shared = false;
    int wanted = u->want.b[i].name;
    for (int k = 0; k < IDS; k++)
        shared =
            shared ||
            (k != i && u->theirs.b[k].there &&
             (u->theirs.b[k].name == wanted || u->want.b[k].name == wanted));
    for (int k = 0; k < IDS; k++)
        shared = shared ||
                 (k != i && u->want.b[k].there && u->want.b[k].name == wanted);
    snprintf(name, sizeof name, "N%d ", wanted);
    if (shared && strncmp(b->name, name, strlen(name)) == 0)
        return;
    name[strlen(name) - 1] = '\0';
    CHECK_STR(b->name, name);
}

static void
check_block(const struct tuple *u, const struct block *b)
{
    static const char *const fields[] = {"label", "formula", "source",
                                         "condition", "list"};
    int i = model_number(b->id);
    const struct model_block *w = &u->want.b[i];
    int parent = b->parent ? model_number(b->parent->id) : -1;
    char note[24] = "";
    if (w->note)
        snprintf(note, sizeof note, "note %d", w->note);
    CHECK(w->there || u->reordered);
    if (!u->reordered) {
        CHECK_INT(parent, w->parent);
        CHECK_INT(strcmp(b->list, "else") == 0, w->list);
    }
    check_name(u, b, i);
    check_text(u, b, fields[w->kind], w->field);
    CHECK_STR(value_text_or(block_field(b, "note"), ""), note);
    if (w->kind == M_MAP)
        check_rows(u, b, w);
}

static void
check_entries(const struct tuple *u)
{
    const struct value *table = document_table(u->out, "T", 1);
    size_t n = 0;
    for (int i = 0; i < KEYS; i++) {
        char key[16];
        snprintf(key, sizeof key, "k%d", i);
        CHECK_INT(value_int_or(table_lookup(table, key, strlen(key)), 0),
                  u->want.entry[i]);
        n += u->want.entry[i] != 0;
    }
    CHECK_INT(value_size(value_get(table, "rows")), n);
}

/* --- order ---------------------------------------------------------------- */

/* The block before the one at I of D in its list that the block's list in
 * OTHER has too; NULL: none. */
static const struct block *
before(const struct document *d, const struct block *b,
       const struct document *other)
{
    const struct block *found = NULL;
    for (const struct block *p = d->blocks; p < b; p++) {
        const struct block *there = document_block(other, p->id);
        const struct block *self = document_block(other, b->id);
        if (p->parent == b->parent && strcmp(p->list, b->list) == 0 && there &&
            text_equal(there->parent ? there->parent->id : NULL,
                       self->parent ? self->parent->id : NULL) &&
            strcmp(there->list, self->list) == 0)
            found = p;
    }
    return found;
}

static void
check_order(const struct tuple *u, const struct block *b)
{
    int i = model_number(b->id);
    const struct document *d = u->placed[i] ? u->o : u->t;
    const struct block *there = document_block(d, b->id);
    const struct block *was = there ? before(d, there, u->out) : NULL;
    const struct block *is = u->placed[i] ? NULL : before(u->out, b, u->t);
    if (u->placed[i] && b->index > 0)
        for (const struct block *p = u->out->blocks; p < b; p++)
            if (p->parent == b->parent && strcmp(p->list, b->list) == 0)
                is = p;
    while (!u->placed[i] && is && u->placed[model_number(is->id)])
        is = before(u->out, is, u->t);
    while (!u->placed[i] && was && u->placed[model_number(was->id)])
        was = before(d, was, u->out);
    CHECK_STR(is ? is->id : "first", was ? was->id : "first");
}

/* --- conflicts ------------------------------------------------------------ */

static void
check_conflicts(const struct tuple *u)
{
    struct value *found = value_object();
    for (size_t i = 0; i < document_conflicts(u->out); i++) {
        struct conflict c;
        document_conflict(u->out, i, &c);
        char *key = carry_conflict_key(&c);
        if (!value_get(u->conflicts, key))
            test_fail(__FILE__, __LINE__, "a conflict", key, "none");
        if (value_get(found, key))
            test_fail(__FILE__, __LINE__, "a conflict", "twice", key);
        value_set_bool(found, key, true);
        free(key);
    }
    for (size_t i = 0; i < value_size(u->conflicts); i++) {
        const char *key = value_key(u->conflicts, i, NULL);
        if (value_bool_or(value_at(u->conflicts, i), false) &&
            !value_get(found, key))
            test_fail(__FILE__, __LINE__, "a conflict", "none", key);
    }
    value_free(found);
}

/* --- by chance ------------------------------------------------------------ */

static bool
of_two_kinds(const struct tuple *u)
{
    return u->ours.b[BOTH_ID].there && u->theirs.b[BOTH_ID].there &&
           u->ours.b[BOTH_ID].kind != u->theirs.b[BOTH_ID].kind;
}

static void
check_tuple(struct tuple *u, uint64_t *seed)
{
    want_all(u);
    for (size_t i = 0; i < u->out->count; i++)
        check_block(u, &u->out->blocks[i]);
    for (int i = 0; i < IDS && !u->reordered; i++)
        CHECK_INT(document_block(u->out, model_id(i)) != NULL,
                  u->want.b[i].there);
    check_entries(u);
    CHECK_INT(u->edits.states[CARRY_CONFLICT] + u->edits.states[CARRY_GONE],
              document_conflicts(u->out));
    if (!u->reordered) {
        check_conflicts(u);
        for (size_t i = 1; i < u->out->count; i++)
            check_order(u, &u->out->blocks[i]);
    }
    carry_check_resolving(u->out, seed);
    carry_check_law(u->b, u->o, u->b, u->o);
    carry_check_law(u->b, u->b, u->t, u->t);
    carry_check_law(u->b, u->o, u->o, u->o);
}

static void
one_tuple(uint64_t *seed, size_t *checked)
{
    struct tuple u = {.conflicts = value_object()};
    bool reorder = random_below(seed, 4) == 0;
    model_random(&u.base, seed);
    u.ours = u.theirs = u.base;
    model_edit(&u.ours, seed, OURS_FROM, reorder);
    model_edit(&u.theirs, seed, THEIRS_FROM, reorder);
    u.reordered =
        changed_order(&u.base, &u.ours) || changed_order(&u.base, &u.theirs);
    u.b = model_document(&u.base);
    u.o = model_document(&u.ours);
    u.t = model_document(&u.theirs);
    enum err err = carry_edits(&u.out, &u.edits, u.b, u.o, u.t, &u.e);
    if (of_two_kinds(&u)) {
        CHECK_INT(err, ERR_INVALID);
        CHECK_HAS(u.e.text, "another kind");
    } else {
        CHECK_INT(err, ERR_OK);
        if (!err)
            check_tuple(&u, seed);
        ++*checked;
    }
    carry_edits_clear(&u.edits);
    document_free(u.b);
    document_free(u.o);
    document_free(u.t);
    document_free(u.out);
    value_free(u.conflicts);
}

static void
carry_is_as_the_model_says(void)
{
    uint64_t seed = test_seed();
    size_t checked = 0, wanted = (size_t)test_rounds(ROUNDS);
    while (checked < wanted && !test_failures_here) {
        uint64_t was = seed;
        one_tuple(&seed, &checked);
        if (test_failures_here)
            printf("#   of tuple %zu, state %llu\n", checked,
                   (unsigned long long)was);
    }
}

void
test_workflow_carry(void)
{
    static const struct test tests[] = {
        {"random edits of both sides come out as the model says",
         carry_is_as_the_model_says},
        {NULL, NULL},
    };
    test_run("carry", tests);
    failed_tests += test_result();
}
