/* What must be true of every tree and every patch, on random ones. */
#include <stdlib.h>
#include <string.h>

#include "tests/unit/test.h"
#include "tests/unit/value/value.h"
#include "value/patch.h"
#include "value/tape.h"

enum { ROUNDS = 3000 };

static void
check_reads_back(const struct value *v, const char *text)
{
    struct error e = {.text = ""};
    struct value *back = read_n(text, strlen(text), &e);
    CHECK_STR(e.text, "");
    CHECK(value_equal(v, back));
    CHECK(value_same(v, back));
    value_free(back);
}

static void
text_and_back_is_the_same(void)
{
    random_start(test_seed());
    for (int i = 0; i < test_rounds(ROUNDS) && !test_failures_here; i++) {
        struct value *v = random_tree(5);
        char *compact = value_to_text(v);
        char *canonical = canonical_text(v);
        char *pretty = pretty_text(v);
        check_reads_back(v, compact);
        check_reads_back(v, canonical);
        check_reads_back(v, pretty);
        struct value *back = must_read(pretty);
        char *again = value_to_text(back);
        CHECK_STR(again, compact); /* the order of keys too */
        value_free(back);
        value_free(v);
        free(again);
        free(compact);
        free(canonical);
        free(pretty);
    }
}

/* Sabotage: take qsort() out of sort_keys() of tape_canonical.c. */
static void
a_tape_has_the_canonical_form_of_its_tree(void)
{
    random_start(test_seed());
    for (int i = 0; i < test_rounds(ROUNDS) && !test_failures_here; i++) {
        struct value *v = random_tree(5);
        char *wanted = canonical_text(v), *text = pretty_text(v);
        struct tape t;
        struct buf got;
        tape_init(&t);
        buf_init(&got, 1 << 20);
        CHECK_INT(tape_read(&t, text, strlen(text), &value_limits_event, "tree",
                            NULL),
                  ERR_OK);
        tape_write_canonical(&t, 0, &got);
        CHECK_STR(buf_str(&got), wanted);
        buf_clear(&got);
        tape_clear(&t);
        value_free(v);
        free(wanted);
        free(text);
    }
}

/* Take the line away in compare.c that compares sizes, or in write.c that
 * sorts, and this fails. */
static void
same_is_what_has_one_canonical_form(void)
{
    random_start(test_seed());
    for (int i = 0; i < test_rounds(ROUNDS) && !test_failures_here; i++) {
        struct value *a = random_tree(2);
        struct value *b = random_below(3) ? random_change(a) : random_tree(2);
        char *x = canonical_text(a), *y = canonical_text(b);
        CHECK(value_same(a, b) == (strcmp(x, y) == 0));
        CHECK(!value_same(a, b) || value_equal(a, b));
        free(x);
        free(y);
        value_free(a);
        value_free(b);
    }
}

/* Take the "before" hints away in patch.c (set_before) and the order of keys
 * is lost: this fails. */
static void
a_patch_and_its_inverse_is_nothing(void)
{
    random_start(test_seed());
    for (int i = 0; i < test_rounds(ROUNDS) && !test_failures_here; i++) {
        struct value *v = random_tree(3);
        struct value *patch = random_patch(v, 1 + random_below(8));
        char *was = value_to_text(v), *patch_text = value_to_text(patch);
        struct value *inverse = NULL, *redo = NULL;
        CHECK_INT(patch_apply(&v, patch, &inverse, NULL), ERR_OK);
        char *changed = value_to_text(v);
        struct error e = {.text = ""};
        CHECK_INT(patch_apply(&v, inverse, &redo, &e), ERR_OK);
        CHECK_STR(e.text, "");
        char *back = value_to_text(v);
        CHECK_STR(back, was);
        CHECK_INT(patch_apply(&v, redo, NULL, NULL), ERR_OK);
        char *again = value_to_text(v);
        CHECK_STR(again, changed);
        if (test_failures_here)
            printf("#   patch %s\n", patch_text);
        value_free(v);
        value_free(patch);
        value_free(inverse);
        value_free(redo);
        free(was);
        free(patch_text);
        free(changed);
        free(back);
        free(again);
    }
}

static void
a_failing_patch_changes_nothing(void)
{
    random_start(test_seed());
    struct value *poison =
        must_read("{\"op\":\"remove\",\"path\":\"/none/x\"}");
    for (int i = 0; i < test_rounds(ROUNDS / 10) && !test_failures_here; i++) {
        struct value *v = random_tree(4);
        struct value *patch = random_patch(v, 1 + random_below(5));
        value_append(patch, value_copy(poison));
        char *was = value_to_text(v);
        const struct value *before = v;
        struct value *inverse = NULL;
        CHECK(patch_apply(&v, patch, &inverse, NULL) != ERR_OK);
        char *is = value_to_text(v);
        CHECK_STR(is, was);
        CHECK(v == before);
        CHECK(!inverse);
        value_free(v);
        value_free(patch);
        free(was);
        free(is);
    }
    value_free(poison);
}

static void
a_diff_leads_there(void)
{
    random_start(test_seed());
    for (int i = 0; i < test_rounds(ROUNDS) && !test_failures_here; i++) {
        struct value *a = random_tree(4);
        struct value *b = random_below(3) ? random_change(a) : random_tree(4);
        struct value *patch = patch_diff(a, b);
        bool same = value_same(a, b);
        CHECK(same == (value_size(patch) == 0));
        struct error e = {.text = ""};
        CHECK_INT(patch_apply(&a, patch, NULL, &e), ERR_OK);
        CHECK_STR(e.text, "");
        char *got = canonical_text(a), *wanted = canonical_text(b);
        CHECK_STR(got, wanted);
        free(got);
        free(wanted);
        value_free(a);
        value_free(b);
        value_free(patch);
    }
}

static void
damaged_texts_are_read_or_refused(void)
{
    random_start(test_seed());
    for (int i = 0; i < test_rounds(ROUNDS) && !test_failures_here; i++) {
        struct value *v = random_tree(3);
        char *text = value_to_text(v);
        size_t n = strlen(text);
        text[random_below((unsigned)n)] = (char)random_below(256);
        struct error e = {.text = ""};
        struct value *back = read_n(text, n, &e);
        if (back) {
            char *again = value_to_text(back);
            check_reads_back(back, again);
            free(again);
        } else {
            CHECK_HAS(e.text, "t.json: line ");
        }
        value_free(back);
        value_free(v);
        free(text);
    }
}

void
test_value_property(void)
{
    static const struct test tests[] = {
        {"text and back is the same", text_and_back_is_the_same},
        {"a tape has the canonical form of its tree",
         a_tape_has_the_canonical_form_of_its_tree},
        {"same is what has one canonical form",
         same_is_what_has_one_canonical_form},
        {"a patch and its inverse is nothing",
         a_patch_and_its_inverse_is_nothing},
        {"a failing patch changes nothing", a_failing_patch_changes_nothing},
        {"a diff leads there", a_diff_leads_there},
        {"damaged texts are read or refused",
         damaged_texts_are_read_or_refused},
        {NULL, NULL}};
    test_run("property", tests);
    failed_tests += test_failures;
}
