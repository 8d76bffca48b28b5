/* Carrying edits: one example a rule, with the document that must come out. */
#include "tests/unit/test.h"
#include "tests/unit/workflow/workflow.h"

#include "base/mem.h"
#include "workflow/carry/carry.h"
#include "workflow/carry/resolve.h"
#include "workflow/document/conflicts.h"
#include "workflow/edit/edit.h"
#include "workflow/edit/summary.h"
#include "workflow/validate/validate.h"

#define TAX(formula)                                                           \
    "{'id':'2','kind':'math','name':'Tax','formula':'" formula "'}"
#define SEND(rows) "{'id':'3','kind':'map','name':'Send','mapping':[" rows "]}"
#define ROW(target, source) "{'target':'" target "','source':'" source "'}"
#define IF(id, name, blocks)                                                   \
    "{'id':'" id "','kind':'if','name':'" name "','condition':'=a'"            \
    ",'then':[" blocks "]}"
#define MATH(id, name)                                                         \
    "{'id':'" id "','kind':'math','name':'" name "','formula':'=1'}"

/* The document with BLOCKS, and what MORE adds to it ("" or ",'tables':…"). */
static struct document *
of(const char *blocks, const char *more)
{
    char *text = mem_printf("{'format':%d,'formulas':2,'name':'N','trigger':"
                            "{'id':'1','kind':'event','name':'Order',"
                            "'event':'e'},'blocks':[%s]%s}",
                            strstr(more, "conflicts") ? 3 : 1, blocks, more);
    struct document *d = case_document(text);
    free(text);
    return d;
}

static char *
text_of(const struct document *d)
{
    struct buf text;
    buf_init_any(&text);
    if (d)
        document_write(d, &text);
    return buf_take(&text);
}

struct example {
    const char *name, *base, *ours, *theirs;
    const char *wanted, *conflicts; /* that come out */
    const char *states;             /* of the edits, in words */
};

static const struct example examples[] = {
    {"both sides' changes of different things",
     TAX("=1") "," SEND(ROW("a", "x")),
     TAX("=2") "," SEND(ROW("a", "x") "," ROW("tax", "Tax!result")),
     TAX("=1") "," SEND(ROW("a", "y") "," ROW("b", "z")),
     TAX("=2") "," SEND(
         ROW("a", "y") "," ROW("tax", "Tax!result") "," ROW("b", "z")),
     "", "2 clean 0 same 0 conflict 0 gone"},
    {"the same change on both sides is one", TAX("=1") "," SEND(""),
     TAX("=2") "," SEND(ROW("a", "x")), TAX("=2") "," SEND(ROW("a", "x")),
     TAX("=2") "," SEND(ROW("a", "x")), "", "0 clean 2 same 0 conflict 0 gone"},
    {"one field, two values", TAX("=1"), TAX("=2"), TAX("=3"), TAX("=3"),
     "{'state':'conflict','subject':'field','block':'2','kind':'math',"
     "'name':'Tax','field':'formula','base':'=1','ours':'=2','theirs':'=3'}",
     "0 clean 0 same 1 conflict 0 gone"},
    {"a row that the new base removed can come back", SEND(ROW("a", "x")),
     SEND(ROW("a", "y")), SEND(""), SEND(""),
     "{'state':'conflict','subject':'row','block':'3','kind':'map',"
     "'name':'Send','field':'a','base':" ROW("a", "x") ",'ours':" ROW("a",
                                                                      "y") "}",
     "0 clean 0 same 1 conflict 0 gone"},
    {"a field of a block that is gone", TAX("=1"), TAX("=2"), "", "",
     "{'state':'gone','subject':'field','block':'2','kind':'math',"
     "'name':'Tax','field':'formula','base':'=1','ours':'=2'}",
     "0 clean 0 same 0 conflict 1 gone"},
    {"a block whose list is gone", IF("4", "When", ""),
     IF("4", "When", MATH("5", "New")), "", "",
     "{'state':'gone','subject':'block','block':'5','kind':'math','name':'New',"
     "'ours':" MATH("5", "New") "}",
     "0 clean 0 same 0 conflict 1 gone"},
    {"references follow a name that the new base gave", TAX("=1") "," SEND(""),
     TAX("=1") "," SEND(ROW("tax", "Tax!result")),
     "{'id':'2','kind':'math','name':'VAT','formula':'=1'}," SEND(""),
     "{'id':'2','kind':'math','name':'VAT','formula':'=1'}," SEND(
         ROW("tax", "VAT!result")),
     "", "1 clean 0 same 0 conflict 0 gone"},
    {"references of the new base follow a name that the own version gave",
     TAX("=1") "," SEND(""),
     "{'id':'2','kind':'math','name':'VAT','formula':'=1'}," SEND(""),
     TAX("=1") "," SEND(ROW("tax", "Tax!result")),
     "{'id':'2','kind':'math','name':'VAT','formula':'=1'}," SEND(
         ROW("tax", "VAT!result")),
     "", "1 clean 0 same 0 conflict 0 gone"},
    {"names are exchanged", MATH("5", "A") "," MATH("6", "B"),
     MATH("5", "B") "," MATH("6", "A"),
     MATH("5", "A") "," MATH("6", "B") "," SEND(ROW("a", "A!result")),
     MATH("5", "B") "," MATH("6", "A") "," SEND(ROW("a", "B!result")), "",
     "2 clean 0 same 0 conflict 0 gone"},
    {"two new blocks of one name: each text reads its own", SEND(""),
     MATH("5", "A") "," SEND(ROW("a", "A!result")),
     MATH("6", "A") "," SEND(ROW("b", "A!result")),
     MATH("5", "A 2") "," MATH("6", "A") "," SEND(
         ROW("a", "\\u0027A 2\\u0027!result") "," ROW("b", "A!result")),
     "", "2 clean 0 same 0 conflict 0 gone"},
    {"a block of another name takes the place of a removed one", MATH("5", "A"),
     MATH("6", "A"), MATH("5", "A") "," SEND(""), MATH("6", "A") "," SEND(""),
     "", "2 clean 0 same 0 conflict 0 gone"},
    {"what read a removed block never reads its namesake", MATH("5", "A"),
     MATH("6", "A"), MATH("5", "A") "," SEND(ROW("a", "A!result")),
     MATH("6", "A 2") "," SEND(ROW("a", "A!result")), "",
     "2 clean 0 same 0 conflict 0 gone"},
    {"what read a block that is gone never reads its namesake",
     MATH("5", "A") "," SEND(""), MATH("5", "A") "," SEND(ROW("a", "A!result")),
     MATH("6", "A") "," SEND(""),
     MATH("6", "A") "," SEND(ROW("a", "\\u0027A 2\\u0027!result")), "",
     "1 clean 0 same 0 conflict 0 gone"},
    {"what the new base put into a removed block", IF("4", "When", ""), "",
     IF("4", "When", MATH("5", "New")), IF("4", "When", MATH("5", "New")),
     "{'state':'conflict','subject':'block','block':'4','kind':'if',"
     "'name':'When','base':{'id':'4','kind':'if','name':'When',"
     "'condition':'=a'},'theirs':{'id':'4','kind':'if','name':'When',"
     "'condition':'=a'}}",
     "0 clean 0 same 1 conflict 0 gone"},
    {"a block that could not leave a removed one",
     IF("4", "When", MATH("5", "A")) "," IF("6", "Else", ""),
     IF("6", "Else", MATH("5", "A")), IF("4", "When", MATH("5", "A")),
     IF("4", "When", MATH("5", "A")),
     "{'state':'gone','subject':'place','block':'5','kind':'math','name':'A',"
     "'base':{'parent':'4','parentName':'When','list':'then','after':[]},"
     "'ours':{'parent':'6','parentName':'Else','list':'then','after':[]},"
     "'theirs':{'parent':'4','parentName':'When','list':'then','after':[]}},"
     "{'state':'conflict','subject':'block','block':'4','kind':'if',"
     "'name':'When','base':{'id':'4','kind':'if','name':'When',"
     "'condition':'=a'},'theirs':{'id':'4','kind':'if','name':'When',"
     "'condition':'=a'}}",
     "0 clean 0 same 1 conflict 1 gone"},
    {"a removed block that the new base moved",
     IF("4", "When", MATH("5", "A")) "," IF("6", "Else", ""),
     IF("6", "Else", ""),
     IF("4", "When", "") "," IF("6", "Else", MATH("5", "A")),
     IF("6", "Else", MATH("5", "A")),
     "{'state':'conflict','subject':'block','block':'5','kind':'math',"
     "'name':'A','base':" MATH("5", "A") ",'theirs':" MATH("5", "A") "}",
     "1 clean 0 same 1 conflict 0 gone"},
    {"a new block stays in its list when the one before it moves",
     MATH("5", "A") "," IF("6", "Else", "") "," MATH("7", "B"),
     MATH("5", "A") "," MATH("8", "New") "," IF("6", "Else", "") "," MATH("7",
                                                                          "B"),
     IF("6", "Else", MATH("5", "A")) "," MATH("7", "B"),
     MATH("8", "New") "," IF("6", "Else", MATH("5", "A")) "," MATH("7", "B"),
     "", "1 clean 0 same 0 conflict 0 gone"},
    {"wrapping a block that the new base changed", MATH("5", "A"),
     IF("4", "When", MATH("5", "A")),
     "{'id':'5','kind':'math','name':'A','formula':'=7'}",
     IF("4", "When", "{'id':'5','kind':'math','name':'A','formula':'=7'}"), "",
     "2 clean 0 same 0 conflict 0 gone"},
    {"two moves of one block into each other",
     IF("4", "When", "") "," IF("6", "Else", ""),
     IF("6", "Else", IF("4", "When", "")), IF("4", "When", IF("6", "Else", "")),
     IF("4", "When", IF("6", "Else", "")),
     "{'state':'gone','subject':'place','block':'4','kind':'if','name':'When',"
     "'base':{'list':'blocks','after':[]},"
     "'ours':{'parent':'6','parentName':'Else','list':'then','after':[]},"
     "'theirs':{'list':'blocks','after':[]}}",
     "0 clean 0 same 0 conflict 1 gone"},
};

/* Sabotage: goes_with_parent(), loses(), refers_to(), carry_same_list() in
 * carry_spot(), set_names(). */
static void
examples_come_out(void)
{
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        const struct example *x = &examples[i];
        struct document *base = of(x->base, ""), *ours = of(x->ours, "");
        struct document *theirs = of(x->theirs, ""), *out = NULL;
        char *more = *x->conflicts
                         ? mem_printf(",'conflicts':[%s]", x->conflicts)
                         : mem_strdup("");
        struct document *wanted = of(x->wanted, more);
        struct carry_edits edits;
        struct error e = {0};
        char states[100];
        int before = test_failures_here;
        CHECK_INT(carry_edits(&out, &edits, base, ours, theirs, &e), ERR_OK);
        snprintf(states, sizeof states,
                 "%zu clean %zu same %zu conflict %zu gone",
                 edits.states[CARRY_CLEAN], edits.states[CARRY_SAME],
                 edits.states[CARRY_CONFLICT], edits.states[CARRY_GONE]);
        char *got = text_of(out), *want = text_of(wanted);
        CHECK_STR(got, want);
        CHECK_STR(states, x->states);
        if (before != test_failures_here)
            printf("#   %s\n", x->name);
        free(got);
        free(want);
        free(more);
        document_free(base);
        document_free(ours);
        document_free(theirs);
        document_free(wanted);
        document_free(out);
        carry_edits_clear(&edits);
    }
}

/* --- what cannot be told apart -------------------------------------------- */

static void
check_refused(const char *base, const char *ours, const char *theirs,
              const char *why)
{
    struct document *b = of(base, ""), *o = of(ours, ""), *t = of(theirs, "");
    struct document *out = NULL;
    struct carry_edits edits;
    struct error e = {0};
    CHECK_INT(carry_edits(&out, &edits, b, o, t, &e), ERR_INVALID);
    CHECK_HAS(e.text, why);
    CHECK(!out);
    carry_edits_clear(&edits);
    document_free(b);
    document_free(o);
    document_free(t);
}

static void
unclear_documents_are_refused(void)
{
    const char *branch = "{'id':'7','kind':'branch','name':'Ways','cases':["
                         "{'name':'a','condition':'=1'}]}";
    const char *other = "{'id':'7','kind':'branch','name':'Ways','cases':["
                        "{'name':'b','condition':'=1'}]}";
    check_refused(TAX("=1"), TAX("=1"),
                  "{'id':'2','kind':'text','name':'Tax','formula':'=1'}",
                  "Tax: it is of another kind");
    check_refused(branch, other, branch, "Ways: it has other cases");
    check_refused(SEND(""), SEND(ROW("a", "x") "," ROW("a", "y")), SEND(""),
                  "Send: two of its rows");
    check_refused("", MATH("5", "A") "," MATH("6", "A"), "",
                  "A: two blocks have this name");
}

/* --- conflicts in documents ----------------------------------------------- */

#define CONFLICT                                                               \
    ",'conflicts':[{'state':'conflict','subject':'row','block':'3',"           \
    "'kind':'map','name':'Send','field':'a','base':" ROW(                      \
        "a", "x") ",'ours':" ROW("a", "Tax!result") ",'theirs':" ROW("a",      \
                                                                     "y") "}]"

/* Sabotage: check_conflicts() in validate(). */
static void
conflicts_keep_a_version_from_being_released(void)
{
    struct document *d = of(TAX("=1") "," SEND(ROW("a", "=1+1")), CONFLICT);
    struct problem_list problems;
    struct connector_set set;
    connector_set_init(&set);
    problem_list_init(&problems);
    validate_document(d, &set, &problems);
    CHECK_INT(problems.errors, 1);
    CHECK_STR(problems.items[0].field, "mapping[a]");
    CHECK_STR(problems.items[0].block, "Send");
    CHECK_HAS(problems.items[0].text, "conflict 1, Send > a: ");
    CHECK_INT(value_int_or(value_get(d->root, "format"), 0), 3);
    problem_list_clear(&problems);
    connector_set_clear(&set);
    document_free(d);
}

/* Sabotage: texts_of_conflicts() in edit_rename(). */
static void
references_in_conflicts_follow_a_name(void)
{
    struct document *d = of(TAX("=1") "," SEND(ROW("a", "y")), CONFLICT);
    struct document *renamed = NULL, *resolved = NULL;
    struct value *patch = NULL;
    struct error e = {0};
    CHECK_INT(edit_rename(&patch, d, "Tax", "Levy", &e), ERR_OK);
    CHECK_INT(document_patch(&renamed, d, patch, NULL, &e), ERR_OK);
    value_free(patch);
    CHECK_INT(conflict_resolve(&patch, renamed, 0, CHOOSE_OURS, &e), ERR_OK);
    CHECK_INT(document_patch(&resolved, renamed, patch, NULL, &e), ERR_OK);
    char *text = text_of(resolved);
    CHECK_HAS(text, "\"source\":\"Levy!result\"");
    CHECK(!strstr(text, "conflicts"));
    free(text);
    text = summary_edit(renamed, resolved);
    CHECK_HAS(text, "conflict Send > a resolved");
    free(text);
    value_free(patch);
    document_free(d);
    document_free(renamed);
    document_free(resolved);
}

void
test_workflow_carry_examples(void)
{
    static const struct test tests[] = {
        {"each rule has its example", examples_come_out},
        {"what cannot be told apart is refused", unclear_documents_are_refused},
        {"conflicts keep a version from being released",
         conflicts_keep_a_version_from_being_released},
        {"references in conflicts follow a name",
         references_in_conflicts_follow_a_name},
        {NULL, NULL},
    };
    test_run("carry examples", tests);
    failed_tests += test_result();
}
