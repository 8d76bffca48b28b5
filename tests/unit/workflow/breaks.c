/* What an edit breaks is named: what is wrong, and what reads something else.
 */
#include "tests/unit/test.h"
#include "tests/unit/workflow/workflow.h"

#include "workflow/edit/selection.h"
#include "workflow/validate/breaks.h"

static const char base[] =
    "{'format':1,'formulas':1,'name':'N',"
    "'trigger':{'id':'1','kind':'event','name':'New order','event':'e'},"
    "'blocks':["
    "{'id':'2','kind':'math','name':'Tax','formula':'=ROUND(total, 2)'},"
    "{'id':'3','kind':'if','name':'Check','condition':'=Tax!result > 0',"
    " 'then':[{'id':'4','kind':'map','name':'Send','source':'lines[0]',"
    "   'mapping':[{'target':'tax','source':'Tax!result'},"
    "              {'target':'sku','source':'sku'}]}]},"
    "{'id':'5','kind':'iterate','name':'Each','list':'lines','label':'sku',"
    " 'blocks':[{'id':'6','kind':'text','name':'T','formula':'=UPPER(sku)'},"
    "  {'id':'7','kind':'map','name':'M','mapping':["
    "    {'target':'a','source':'T!result'}]}]},"
    "{'id':'8','kind':'math','name':'Wrong before','formula':'=Gone!result'}]}";

/* Another workflow, with a block of the same name and another trigger. */
static const char other[] =
    "{'format':1,'formulas':1,'name':'O',"
    "'trigger':{'id':'21','kind':'event','name':'New invoice','event':'i'},"
    "'blocks':[{'id':'22','kind':'math','name':'Tax','formula':'=1'}]}";

struct trial {
    struct document *from, *in; /* IN: what is pasted into */
    struct selection s;
    struct value *patch, *origins;
};

static struct trial
trial(const char *ids, const char *in)
{
    struct trial t = {case_document(base), case_document(in), {0}, NULL, NULL};
    const char *list[8];
    char copy[8][64];
    size_t n = 0;
    for (unsigned id; sscanf(ids, "%u", &id) == 1 && n < 8; n++) {
        snprintf(copy[n], sizeof copy[n], "%s", case_uuid(id));
        list[n] = copy[n];
        ids += strcspn(ids, " ");
    }
    selection_make(&t.s, t.from, list, n, NULL);
    return t;
}

/* Ends T: its patch on IN breaks WANTED, a sentence a line. */
static void
breaks(struct trial *t, const char *wanted)
{
    struct connector_set set;
    struct problem_list list;
    struct document *to = NULL;
    struct buf got;
    buf_init_any(&got);
    connector_set_init(&set);
    problem_list_init(&list);
    document_patch(&to, t->origins ? t->in : t->from, t->patch, NULL, NULL);
    CHECK(to != NULL);
    if (to)
        breaks_of_edit(&(struct edit_made){t->from, to, t->origins, &set},
                       &list);
    for (size_t i = 0; i < list.count; i++) {
        char *sentence = problem_sentence(&list.items[i]);
        buf_addf(&got, "%s\n", sentence);
        free(sentence);
    }
    CHECK_STR(buf_str(&got), wanted);
    buf_clear(&got);
    problem_list_clear(&list);
    document_free(to);
    document_free(t->from);
    document_free(t->in);
    selection_clear(&t->s);
    value_free(t->patch);
    value_free(t->origins);
}

static void
removed(const char *ids, const char *wanted)
{
    struct trial t = trial(ids, base);
    edit_remove_all(&t.patch, &t.s, NULL);
    breaks(&t, wanted);
}

static void
pasted(const char *ids, const char *in, const char *wanted)
{
    struct trial t = trial(ids, in);
    const struct pasting how = {NULL, false, &t.origins};
    edit_paste_all(&t.patch, t.in, &t.s,
                   (struct edit_place){PLACE_END, NULL, NULL}, &how, NULL);
    breaks(&t, wanted);
}

static void
wrapped(const char *ids, enum kind_id kind, const char *wanted)
{
    struct trial t = trial(ids, base);
    char id[UUID_SIZE];
    edit_wrap(&t.patch, &t.s, kind_get(kind), id, NULL);
    breaks(&t, wanted);
}

/* Sabotage: was_wrong() and the origins in add_wrong(). */
static void
what_is_wrong_now_is_named(void)
{
    removed("6", "M > mapping[a]: there is no block \"T\" (add it before this "
                 "one, or correct the name)\n");
    removed("2 3", "");
    removed("7", "");
    removed("2",
            "Check > condition: there is no block \"Tax\" (add it before "
            "this one, or correct the name)\n"
            "Send > mapping[tax]: there is no block \"Tax\" (add it before "
            "this one, or correct the name)\n");
    pasted("4", base, "");
    wrapped("2", KIND_iterate,
            "Check > condition: \"Tax\" stands inside \"Iterate\", which has "
            "another value for each element (use it inside, or move it out)\n"
            "Send > mapping[tax]: \"Tax\" stands inside \"Iterate\", which has "
            "another value for each element (use it inside, or move it out)\n"
            "Tax > formula: \"total\" is now of each element of "
            "\"Iterate\"\n");
}

/* Sabotage: tell() in look_at_reference(). */
static void
what_reads_something_else_is_named(void)
{
    pasted("2 3", base, "");
    pasted("2", other,
           "Tax 2 > formula: \"total\" is now of \"New invoice\"\n");
    pasted("4", other,
           "Send > source: \"lines[0]\" is now of \"New invoice\"\n"
           "Send > mapping[tax]: \"Tax\" is now of \"Tax\"\n");
    pasted("6 7", base, "T 2 > formula: \"sku\" is now of \"New order\"\n");
    wrapped("2 3 5", KIND_if, "");
    wrapped("5", KIND_iterate,
            "Each > list: \"lines\" is now of each element of \"Iterate\"\n");
}

void
test_workflow_breaks(void)
{
    static const struct test tests[] = {
        {"what is wrong now is named", what_is_wrong_now_is_named},
        {"what reads something else is named",
         what_reads_something_else_is_named},
        {NULL, NULL}};
    test_run("breaks", tests);
    failed_tests += test_result();
}
