/* Edits: the cases of edits.json there and back, and a random walk. */
#include "tests/unit/test.h"
#include "tests/unit/workflow/workflow.h"

#include <stdint.h>

#include "mapping/language.h"
#include "workflow/edit/edit.h"
#include "workflow/edit/summary.h"

static const char base[] =
    "{'format':1,'formulas':1,'name':'N','connectors':{'netsuite':"
    "'0000000000000000000000000000000000000000000000000000000000000000'},"
    "'trigger':{'id':'1','kind':'event','name':'New order','event':'e',"
    "  'label':'orderNumber'},"
    "'blocks':["
    "{'id':'2','kind':'math','name':'Tax','formula':'=ROUND(total, 2)'},"
    "{'id':'3','kind':'if','name':'Check','condition':'=Tax!result > 0',"
    " 'then':[{'id':'4','kind':'action','name':'Send','app':'netsuite',"
    "   'action':'createCashSale','mapping':["
    "   {'target':'tax','source':'Tax!result'},"
    "   {'target':'memo'},"
    "   {'target':'note','source':'=\\\"Tax!\\\" & Tax!result'}]}]},"
    "{'id':'5','kind':'iterate','name':'Each','list':'lines','blocks':["
    "  {'id':'6','kind':'text','name':'T','formula':'=UPPER(@.sku)'},"
    "  {'id':'7','kind':'map','name':'M','mapping':["
    "    {'target':'a','source':'T!result'}]}]}],"
    "'tables':{'Shipping':{'columns':['k','v'],'rows':[['a','b']]}}}";

/* Applies PATCH to *D; checks that the inverse leads back to the same hash
 * and that the patch leaves no written-out default. */
static void
apply(struct document **d, struct value *patch)
{
    struct document *to = NULL, *back = NULL;
    struct value *inverse = NULL;
    struct error e = {0};
    char was[DIGEST_SIZE], is[DIGEST_SIZE];
    document_patch(&to, *d, patch, &inverse, &e);
    CHECK_STR(e.text, "");
    if (!to) {
        value_free(patch);
        return;
    }
    document_patch(&back, to, inverse, NULL, &e);
    CHECK_STR(e.text, "");
    document_hash(*d, was);
    if (back)
        document_hash(back, is);
    CHECK_STR(back ? is : "", was);
    document_free(back);
    document_free(*d);
    *d = to;
    value_free(patch);
    value_free(inverse);
}

/* One step of a case: its "do" and arguments. */
static enum err
step(struct value **patch, const struct document *d, const struct value *s,
     const struct connector_set *set, struct error *e)
{
    const char *what = value_get_text(s, "do");
    const char *block = value_get_text(s, "block");
    const char *to = value_get_text(s, "to");
    const char *where = value_text_or(value_get(s, "where"), "");
    struct edit_place place = {PLACE_END, value_get_text(s, "ref"),
                               value_get_text(s, "list")};
    if (strcmp(where, "before") == 0)
        place.where = PLACE_BEFORE;
    else if (strcmp(where, "after") == 0)
        place.where = PLACE_AFTER;
    else if (strcmp(where, "into") == 0)
        place.where = PLACE_INTO;
    if (strcmp(what, "insert") == 0) {
        const struct kind *k = kind_find(value_get_text(s, "kind"));
        return edit_insert(
            patch, d,
            edit_new_block(d, k, value_get_text(s, "name"),
                           value_get(s, "config")),
            place,
            connector_set_app(set, value_text_or(value_get(s, "pin"), "")), e);
    }
    if (strcmp(what, "move") == 0)
        return edit_move(patch, d, block, place, e);
    if (strcmp(what, "remove") == 0)
        return edit_remove(patch, d, block, e);
    if (strcmp(what, "duplicate") == 0)
        return edit_duplicate(patch, d, block, e);
    if (strcmp(what, "rename") == 0)
        return edit_rename(patch, d, block, to, e);
    if (strcmp(what, "set") == 0) {
        const struct value *v = value_get(s, "value");
        return edit_set(patch, d, block, value_get_text(s, "field"),
                        v ? value_copy(v) : NULL, e);
    }
    if (strcmp(what, "row") == 0)
        return edit_row_set(patch, d, block, value_get_text(s, "target"),
                            value_get_text(s, "source"), e);
    if (strcmp(what, "row remove") == 0)
        return edit_row_unset(patch, d, block, value_get_text(s, "target"),
                              EDIT_ROW_REMOVE, e);
    if (strcmp(what, "row move") == 0)
        return edit_row_move(patch, d, block, value_get_text(s, "target"),
                             (size_t)value_int_or(value_get(s, "index"), 0), e);
    if (strcmp(what, "table") == 0) {
        const struct value *v = value_get(s, "value");
        return edit_table_set(patch, d, value_get_text(s, "table"),
                              value_get_text(s, "key"),
                              v ? value_copy(v) : NULL, e);
    }
    if (strcmp(what, "name") == 0)
        return edit_document_name(patch, d, to, e);
    return error_set(e, ERR_FAILED, "unknown step %s", what);
}

/* Sabotage: without unpin in edit_remove, "remove unpins" fails.
 *
 * Each case of edits.json: steps on the base document; then "summary" tells
 * what they did, and "error" has why the last one is refused. */
static void
run_case(const struct value *c, const struct connector_set *set)
{
    struct document *from = case_document(base), *d = case_document(base);
    const struct value *steps = value_get(c, "steps");
    const char *error = value_get_text(c, "error");
    for (size_t i = 0; i < value_size(steps); i++) {
        struct value *patch = NULL;
        struct error e = {0};
        enum err err = step(&patch, d, value_at(steps, i), set, &e);
        bool last = i + 1 == value_size(steps);
        if (last && error) {
            CHECK(err != ERR_OK);
            CHECK(!patch);
            CHECK_HAS(e.text, error);
        } else {
            CHECK_STR(e.text, "");
            if (patch)
                apply(&d, patch);
        }
    }
    if (!error) {
        char *summary = summary_edit(from, d);
        CHECK_STR(summary, value_get_text(c, "summary"));
        free(summary);
    }
    document_free(from);
    document_free(d);
}

static void
cases(void)
{
    struct connector_set set;
    struct value *list = cases_read("edits.json");
    int failures = 0;
    shipped_connectors(&set);
    for (size_t i = 0; i < value_size(list); i++) {
        test_failures_here = 0;
        run_case(value_at(list, i), &set);
        if (test_failures_here)
            printf("# case %s\n", value_get_text(value_at(list, i), "name"));
        failures += test_failures_here;
    }
    test_failures_here = failures;
    CHECK(value_size(list) >= 25);
    value_free(list);
    connector_set_clear(&set);
}

/* --- names ---------------------------------------------------------------- */

/* STEP, with ' for ", makes an edit that is called NAME. */
static void
check_name(const char *step_text, const char *name)
{
    struct connector_set set;
    struct error e = {0};
    struct document *from = case_document(base), *to = NULL;
    struct value *s = case_value(step_text), *patch = NULL;
    shipped_connectors(&set);
    CHECK_INT(step(&patch, from, s, &set, &e), ERR_OK);
    CHECK_INT(document_patch(&to, from, patch, NULL, &e), ERR_OK);
    char *got = summary_edit_name(from, to, patch);
    CHECK_STR(got, name);
    free(got);
    value_free(patch);
    value_free(s);
    document_free(to);
    document_free(from);
    connector_set_clear(&set);
}

/* Sabotage: is_put_in() in fits(); goes_along() there. */
static void
edits_have_names(void)
{
    static const struct {
        const char *step, *name;
    } edits[] = {
        {"{'do':'insert','kind':'math','name':'Levy'}", "adding Levy"},
        {"{'do':'remove','block':'Tax'}", "removing Tax"},
        {"{'do':'remove','block':'Check'}", "removing Check"},
        {"{'do':'duplicate','block':'Tax'}", "adding Tax 2"},
        {"{'do':'rename','block':'Tax','to':'Levy'}", "renaming Tax to Levy"},
        /* neighbors change places: what was moved is what is named */
        {"{'do':'move','block':'Tax','where':'after','ref':'Check'}",
         "moving Tax"},
        {"{'do':'move','block':'Check','where':'before','ref':'Tax'}",
         "moving Check"},
        {"{'do':'move','block':'Tax','where':'into','ref':'Check','list':"
         "'else'}",
         "moving Tax to no of Check"},
        {"{'do':'move','block':'Send','where':'end'}",
         "moving Send out of all blocks"},
        {"{'do':'set','block':'Tax','field':'formula','value':'=1'}",
         "changing formula of Tax"},
        {"{'do':'set','block':'Tax','field':'note','value':'x'}",
         "setting note of Tax"},
        {"{'do':'row','block':'Send','target':'memo','source':'total'}",
         "changing row memo of Send"},
        {"{'do':'row','block':'Send','target':'new','source':'total'}",
         "adding row new of Send"},
        {"{'do':'row remove','block':'Send','target':'memo'}",
         "removing row memo of Send"},
        {"{'do':'table','table':'Shipping','key':'a','value':'c'}",
         "changing key a of table Shipping"},
        {"{'do':'name','to':'M'}", "renaming the workflow to M"},
    };
    for (size_t i = 0; i < sizeof edits / sizeof edits[0]; i++)
        check_name(edits[i].step, edits[i].name);
}

/* --- the random walk ------------------------------------------------------ */
static unsigned long rng;

static unsigned
below(unsigned n)
{
    rng = rng * 6364136223846793005ul + 1442695040888963407ul;
    return (unsigned)(rng >> 33) % n;
}

static const char *
any_block(const struct document *d)
{
    return d->blocks[below((unsigned)d->count)].id;
}

/* How many blocks are in the block ID, which go with it. */
static size_t
inner_of(const struct document *d, const char *id)
{
    const struct block *b = document_block(d, id);
    return b->end - (size_t)(b - d->blocks) - 1;
}

static enum err
random_insert(struct value **patch, const struct document *d,
              struct edit_place place)
{
    static const enum kind_id kinds[] = {KIND_math, KIND_if,  KIND_iterate,
                                         KIND_map,  KIND_api, KIND_stop};
    const struct kind *k = kind_get(kinds[below(6)]);
    return edit_insert(patch, d, edit_new_block(d, k, NULL, NULL), place, NULL,
                       NULL);
}

static enum err
random_field(struct value **patch, const struct document *d, const char *block)
{
    static const char *const fields[] = {"formula", "onError", "note",
                                         "label",   "list",    "condition"};
    static const char *const texts[] = {"", "=1", "stop", "setAside", "lines"};
    return edit_set(patch, d, block, fields[below(6)],
                    below(4) ? value_string(texts[below(5)]) : NULL, NULL);
}

/* A random edit; it may be refused. */
static struct value *
random_edit(const struct document *d)
{
    static const char *const targets[] = {"a", "b.c", "tax", "lines[*].x"};
    static const char *const sources[] = {"", "x", "Tax!result", "=1+1"};
    struct value *patch = NULL;
    const char *block = any_block(d);
    struct edit_place place = {below(4), any_block(d), NULL};
    char name[32];
    snprintf(name, sizeof name, "B %u", below(1000));
    switch (below(9)) {
    case 0:
        if (d->count < 60)
            random_insert(&patch, d, place);
        break;
    case 1:
        edit_move(&patch, d, block, place, NULL);
        break;
    case 2:
        if (d->count - inner_of(d, block) > 3)
            edit_remove(&patch, d, block, NULL);
        break;
    case 3:
        if (d->count < 60)
            edit_duplicate(&patch, d, block, NULL);
        break;
    case 4:
        edit_rename(&patch, d, block, name, NULL);
        break;
    case 5:
        random_field(&patch, d, block);
        break;
    case 6:
        edit_row_set(&patch, d, block, targets[below(4)], sources[below(4)],
                     NULL);
        break;
    case 7:
        edit_row_unset(&patch, d, block, targets[below(4)], EDIT_ROW_REMOVE,
                       NULL);
        break;
    default:
        edit_table_set(&patch, d, "Shipping", targets[below(4)],
                       below(2) ? value_string("v") : NULL, NULL);
    }
    return patch;
}

/* Every edit and its inverse give the same hash, and all inverses one after
 * the other lead back to the first document. */
static void
random_walk(void)
{
    enum { STEPS = 400 };
    struct value *inverses[STEPS];
    struct document *d = case_document(base);
    char was[DIGEST_SIZE], is[DIGEST_SIZE];
    size_t n = 0;
    rng = test_seed();
    document_hash(d, was);
    for (int i = 0; i < STEPS; i++) {
        struct value *patch = random_edit(d);
        struct document *to = NULL;
        struct error e = {0};
        /* what nests too deep or is no choice is refused by the parser */
        if (patch &&
            document_patch(&to, d, patch, &inverses[n], &e) == ERR_OK) {
            document_free(d);
            d = to;
            n++;
        } else if (patch) {
            CHECK(strstr(e.text, "deep") || strstr(e.text, "must be"));
        }
        value_free(patch);
    }
    CHECK(n > STEPS / 3);
    while (n > 0) {
        struct document *to = NULL;
        struct error e = {0};
        document_patch(&to, d, inverses[--n], NULL, &e);
        CHECK_STR(e.text, "");
        value_free(inverses[n]);
        if (to) {
            document_free(d);
            d = to;
        }
    }
    document_hash(d, is);
    CHECK_STR(is, was);
    document_free(d);
}

/* A draft is raised to the newest format by an edit of its own, which diff
 * tells and which has an inverse; a new document has that format. Sabotage:
 * diff_language; the FORMULA_LANGUAGE of document_new. */
static void
the_format_is_raised_by_an_edit(void)
{
    struct document *d = case_document(base), *was = case_document(base);
    struct document *fresh = document_new("N");
    struct value *patch = NULL;
    struct change_list changes;
    struct error e = {0};
    CHECK_INT(document_language(d), 1);
    CHECK_INT(document_language(fresh), FORMULA_LANGUAGE);
    CHECK_INT(edit_language(&patch, d, &e), ERR_OK);
    apply(&d, patch);
    CHECK_INT(document_language(d), FORMULA_LANGUAGE);
    change_list_init(&changes);
    diff_documents(was, d, &changes);
    CHECK_INT(changes.count, 1);
    if (changes.count == 1)
        CHECK_STR(changes.items[0].text, "format of formulas: 1 -> 2");
    change_list_clear(&changes);
    CHECK_INT(edit_language(&patch, d, &e), ERR_INVALID);
    CHECK_HAS(e.text, "current format");
    document_free(fresh);
    document_free(was);
    document_free(d);
}

void
test_workflow_edit(void)
{
    static const struct test tests[] = {
        {"cases of edits", cases},
        {"edits have names", edits_have_names},
        {"a random walk there and back", random_walk},
        {"the format is raised by an edit", the_format_is_raised_by_an_edit},
        {NULL, NULL}};
    test_run("edit", tests);
    failed_tests += test_result();
}
