/* Renaming: every reference follows, whatever the name; and back again. */
#include "tests/unit/test.h"
#include "tests/unit/workflow/workflow.h"

#include "workflow/edit/diff.h"
#include "workflow/edit/edit.h"
#include "workflow/validate/validate.h"

static const char referring[] =
    "{'format':1,'formulas':1,'name':'N',"
    "'trigger':{'id':'1','kind':'event','name':'New order','event':'e'},"
    "'blocks':["
    "{'id':'2','kind':'map','name':'Tax','mapping':["
    "  {'target':'lines','source':'lines'},{'target':'sum','source':'=1'}]},"
    "{'id':'3','kind':'math','name':'Sum',"
    "  'formula':'=Tax!sum + SUM(Tax!lines[*].x)+Tax!sum'},"
    "{'id':'4','kind':'text','name':'Text',"
    "  'formula':'=\\\"Tax!sum is not a reference\\\" & Tax!sum'},"
    "{'id':'5','kind':'iterate','name':'Each','list':'Tax!lines',"
    "  'label':'=Tax!sum & @.id','blocks':["
    "  {'id':'6','kind':'api','name':'Call',"
    "   'url':'=\\\"https://x.example/\\\" & Tax!sum',"
    "   'headers':{'X-Sum':'=Tax!sum','X-Plain':'Tax!sum'},'mapping':["
    "     {'target':'a','source':'Tax!sum'},"
    "     {'target':'b','source':'\\\"Tax!sum\\\"'},"
    "     {'target':'c','source':'=IF(Tax!sum > 1, @.x, Sum!result)'}]}]},"
    "{'id':'7','kind':'branch','name':'Ways','cases':[{'name':'a',"
    "  'condition':'=Tax!sum > 5','blocks':[]}]}]}";

static const char *const names[] = {
    "VAT",  "Tax rate", "it's",   "A!B",       "1+1", "Ümsatz €",  "TRUE",
    "a\"b", "税",       "$",      "@",         "#",   "Tax!sum",   "lines[0]",
    "=1",   "x.y",      "  lead", "IF(1,2,3)", "e1",  "R2-D2 (\\)"};

static size_t
count_has(const char *text, const char *part)
{
    size_t n = 0;
    for (const char *p = strstr(text, part); p; p = strstr(p + 1, part))
        n++;
    return n;
}

static struct document *
renamed(const struct document *d, const char *block, const char *name)
{
    struct value *patch = NULL;
    struct document *to = NULL;
    struct error e = {0};
    edit_rename(&patch, d, block, name, &e);
    CHECK_STR(e.text, "");
    if (patch)
        document_patch(&to, d, patch, NULL, &e);
    CHECK_STR(e.text, "");
    value_free(patch);
    return to;
}

/* Sabotage: without texts_of_document in edit_rename this fails.
 *
 * After renaming, all references are right (a branch does not run yet, which
 * is the one problem there was before too), no text but the references
 * changed, and the diff says nothing but the new name. */
static void
references_follow(void)
{
    struct connector_set set;
    struct document *d = case_document(referring);
    char was[DIGEST_SIZE], is[DIGEST_SIZE];
    connector_set_init(&set);
    document_hash(d, was);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct document *to = renamed(d, "Tax", names[i]);
        struct document *back = to ? renamed(to, names[i], "Tax") : NULL;
        struct problem_list problems;
        struct change_list changes;
        struct buf text;
        if (!to || !back)
            break;
        problem_list_init(&problems);
        change_list_init(&changes);
        buf_init(&text, 1 << 20);
        validate_document(to, &set, &problems);
        CHECK_INT(problems.errors, 1);
        diff_documents(d, to, &changes);
        CHECK_INT(changes.count, 1);
        document_write(to, &text);
        /* the texts that only look like a reference: two constants, one text
         * inside a formula */
        if (!strstr(names[i], "Tax"))
            CHECK_INT(count_has(buf_str(&text), "Tax!sum"), 3);
        document_hash(back, is);
        CHECK_STR(is, was);
        if (test_failures_here) {
            printf("# renamed to %s: %s\n", names[i], buf_str(&text));
            i = sizeof names / sizeof *names;
        }
        problem_list_clear(&problems);
        change_list_clear(&changes);
        buf_clear(&text);
        document_free(to);
        document_free(back);
    }
    document_free(d);
}

void
test_workflow_rename(void)
{
    static const struct test tests[] = {
        {"references follow whatever the name", references_follow},
        {NULL, NULL}};
    test_run("rename", tests);
    failed_tests += test_result();
}
