/* Edits of the cases of a branch, there and back. */
#include "tests/unit/test.h"
#include "tests/unit/workflow/workflow.h"
#include "workflow/edit/edit.h"

static const char with_cases[] =
    "{'format':1,'formulas':1,'name':'N',"
    "'trigger':{'id':'1','kind':'event','name':'New order','event':'e'},"
    "'blocks':[{'id':'2','kind':'branch','name':'Where','cases':["
    "  {'name':'a','condition':'=x'},"
    "  {'name':'b','condition':'=y','blocks':["
    "    {'id':'3','kind':'math','name':'M','formula':'=1'}]}]},"
    " {'id':'4','kind':'branch','name':'Empty'},"
    " {'id':'5','kind':'math','name':'Other','formula':'=1'}]}";

static char *
canonical(const struct value *v)
{
    struct buf out;
    buf_init_any(&out);
    if (v)
        value_write_canonical(&out, v);
    return buf_take(&out);
}

/* The cases of BLOCK after PATCH (*taken*), and after the inverse of it as
 * before. */
static void
check_cases(struct document *d, struct value *patch, const char *block,
            const char *wanted)
{
    struct document *to = NULL, *back = NULL;
    struct value *inverse = NULL;
    struct error e = {0};
    char was[DIGEST_SIZE], is[DIGEST_SIZE] = "";
    CHECK_INT(document_patch(&to, d, patch, &inverse, &e), ERR_OK);
    CHECK_STR(e.text, "");
    struct value *right = case_value(wanted);
    char *is_text = canonical(
        to ? block_field(document_block_find(to, block), "cases") : NULL);
    char *right_text = canonical(right);
    CHECK_STR(is_text, right_text);
    if (to && document_patch(&back, to, inverse, NULL, &e) == ERR_OK)
        document_hash(back, is);
    document_hash(d, was);
    CHECK_STR(is, was);
    free(is_text);
    free(right_text);
    value_free(right);
    document_free(to);
    document_free(back);
    value_free(patch);
    value_free(inverse);
}

#define A "{'name':'a','condition':'=x'}"
#define B                                                                      \
    "{'name':'b','condition':'=y','blocks':["                                  \
    "{'id':'3','kind':'math','name':'M','formula':'=1'}]}"

static void
cases_are_added_and_set(void)
{
    struct document *d = case_document(with_cases);
    struct value *patch;
    struct error e = {0};
    CHECK_INT(edit_case_set(&patch, d, "Where", 2, "name", "c", &e), ERR_OK);
    check_cases(d, patch, "Where", "[" A "," B ",{'name':'c'}]");
    CHECK_INT(edit_case_set(&patch, d, "Empty", 0, "name", "c", &e), ERR_OK);
    check_cases(d, patch, "Empty", "[{'name':'c'}]");
    CHECK_INT(edit_case_set(&patch, d, "Where", 0, "condition", "=z", &e),
              ERR_OK);
    check_cases(d, patch, "Where", "[{'condition':'=z','name':'a'}," B "]");
    CHECK_INT(edit_case_set(&patch, d, "Where", 0, "condition", "", &e),
              ERR_OK);
    check_cases(d, patch, "Where", "[{'name':'a'}," B "]");
    document_free(d);
}

/* A case takes its blocks along. */
static void
cases_change_places(void)
{
    struct document *d = case_document(with_cases);
    struct value *patch;
    struct error e = {0};
    CHECK_INT(edit_case_move(&patch, d, "Where", 1, 0, &e), ERR_OK);
    check_cases(d, patch, "Where", "[" B "," A "]");
    CHECK_INT(edit_case_move(&patch, d, "Where", 0, 1, &e), ERR_OK);
    check_cases(d, patch, "Where", "[" B "," A "]");
    document_free(d);
}

/* Sabotage: holds in edit_case_remove(). */
static void
no_block_is_lost_with_its_case(void)
{
    struct document *d = case_document(with_cases);
    struct value *patch;
    struct error e = {0};
    CHECK_INT(edit_case_remove(&patch, d, "Where", 0, &e), ERR_OK);
    check_cases(d, patch, "Where", "[" B "]");
    CHECK_INT(edit_case_remove(&patch, d, "Where", 1, &e), ERR_INVALID);
    CHECK_STR(e.text, "case 2: it holds 1 block (move or cut them first)");
    error_clear(&e);
    CHECK_INT(edit_case_remove(&patch, d, "Where", 2, &e), ERR_INVALID);
    error_clear(&e);
    CHECK_INT(edit_case_move(&patch, d, "Where", 0, 2, &e), ERR_INVALID);
    error_clear(&e);
    CHECK_INT(edit_case_set(&patch, d, "Where", 3, "name", "x", &e),
              ERR_INVALID);
    error_clear(&e);
    CHECK_INT(edit_case_set(&patch, d, "Other", 0, "name", "x", &e),
              ERR_INVALID);
    CHECK_STR(e.text, "Other: only a branch has cases");
    error_clear(&e);
    document_free(d);
}

void
test_workflow_branch_cases(void)
{
    static const struct test tests[] = {
        {"cases are added and set", cases_are_added_and_set},
        {"cases change places", cases_change_places},
        {"no block is lost with its case", no_block_is_lost_with_its_case},
        {NULL, NULL}};
    test_run("branch cases", tests);
    failed_tests += test_failures;
}
