/* What holds for every three documents that are carried. */
#include <stdlib.h>

#include "tests/unit/test.h"
#include "tests/unit/ui/canvas/canvas.h"
#include "tests/unit/workflow/carry_model.h"

#include "base/mem.h"
#include "workflow/carry/carry.h"
#include "workflow/carry/resolve.h"

static struct document *
copy_of(const struct document *d)
{
    struct document *copy = NULL;
    document_from_value(&copy, value_copy(d->root), NULL);
    return copy;
}

char *
carry_conflict_key(const struct conflict *c)
{
    return mem_printf("%s %s %d %s",
                      c->state == CONFLICT_GONE ? "gone" : "conflict",
                      conflict_subject_word(c->subject), model_number(c->block),
                      c->field ? c->field : "");
}

void
carry_check_law(const struct document *base, const struct document *ours,
                const struct document *theirs, const struct document *wanted)
{
    struct document *out = NULL;
    struct carry_edits edits;
    struct error e = {0};
    char got[DIGEST_SIZE] = "", want[DIGEST_SIZE];
    CHECK_INT(carry_edits(&out, &edits, base, ours, theirs, &e), ERR_OK);
    if (out)
        document_hash(out, got);
    document_hash(wanted, want);
    CHECK_STR(got, want);
    document_free(out);
    carry_edits_clear(&edits);
}

/* The conflict I of A is the conflict K of B. */
static void
check_left(const struct document *a, size_t i, const struct document *b,
           size_t k)
{
    struct conflict x, y;
    document_conflict(a, i, &x);
    document_conflict(b, k, &y);
    char *got = carry_conflict_key(&x), *wanted = carry_conflict_key(&y);
    CHECK_STR(got, wanted);
    free(got);
    free(wanted);
}

/* Each conflict can be resolved in each way, or is refused with a reason; the
 * inverse leads back. */
void
carry_check_resolving(const struct document *first, uint64_t *seed)
{
    struct document *d = copy_of(first), *next = NULL;
    size_t left = document_conflicts(d);
    while (left > 0) {
        struct value *patch = NULL, *inverse = NULL;
        struct document *back = NULL;
        struct error e = {0};
        char was[DIGEST_SIZE], is[DIGEST_SIZE] = "";
        size_t i = random_below(seed, (unsigned)left);
        enum conflict_choice how = random_below(seed, 3);
        if (conflict_resolve(&patch, d, i, how, &e) != ERR_OK ||
            document_patch(&next, d, patch, &inverse, &e) != ERR_OK) {
            CHECK(*e.text);
            value_free(patch);
            CHECK_INT(conflict_resolve(&patch, d, i, CHOOSE_NOW, &e), ERR_OK);
            CHECK_INT(document_patch(&next, d, patch, &inverse, &e), ERR_OK);
        }
        document_patch(&back, next, inverse, NULL, &e);
        document_hash(d, was);
        if (back)
            document_hash(back, is);
        CHECK_STR(is, was);
        CHECK_INT(document_conflicts(next), --left);
        for (size_t k = 0; k < left; k++)
            check_left(next, k, d, k + (k >= i));
        document_free(back);
        value_free(patch);
        value_free(inverse);
        document_free(d);
        d = next;
    }
    document_free(d);
}
