/*
 * Warnings: each of warnings.def with what gives it and what does not, and no
 * false alarm on the shipped samples. Cost: 0.1 s.
 */
#include "workflow/warn/warn.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tests/unit/test.h"
#include "tests/unit/workflow/workflow.h"
#include "workflow/integration/integration_file.h"

/* One block with ROWS, and what the schema has of its fields. */
static const char form[] =
    "{'format':2,'formulas':2,'name':'W','trigger':{'id':'1','kind':'event',"
    "'name':'New','event':'e'},'blocks':[{'id':'2','kind':'map','name':'M',"
    "'schema':{'properties':{%s},'required':[%s]},'mapping':[%s]}],"
    "'tables':{%s}}";

struct given {
    const char *fields, *required, *rows, *tables;
    const char *inputs[4]; /* bodies of samples, ended by NULL */
};

/* The sentences for SAMPLES and D, a line each with its code. */
static char *
sentences(const struct document *d, const struct connector_set *set,
          const struct preview_sample *samples, size_t count)
{
    struct problem_list found;
    struct previewer *p = previewer_new(d);
    struct buf out;
    buf_init(&out, 1u << 20);
    problem_list_init(&found);
    previewer_connectors(p, set);
    warnings_find(&found, p, d, set, NULL, samples, count, 0);
    CHECK_INT(found.errors, 0);
    for (size_t i = 0; i < found.count; i++) {
        char *sentence = problem_sentence(&found.items[i]);
        buf_addf(&out, "%s %s\n", found.items[i].code, sentence);
        free(sentence);
    }
    problem_list_clear(&found);
    previewer_free(p);
    return buf_take(&out);
}

static char *
warnings_of(const struct given *g)
{
    struct connector_set none;
    struct preview_sample samples[4];
    struct value *values[4];
    size_t count = 0;
    char *text = mem_printf(form, g->fields ? g->fields : "",
                            g->required ? g->required : "", g->rows,
                            g->tables ? g->tables : "");
    struct document *d = case_document(text);
    for (; count < 4 && g->inputs[count]; count++) {
        values[count] = value_object();
        value_set(values[count], "input", case_value(g->inputs[count]));
        samples[count] = (struct preview_sample){"", values[count]};
    }
    connector_set_init(&none);
    char *found = sentences(d, &none, samples, count);
    for (size_t i = 0; i < count; i++)
        value_free(values[i]);
    document_free(d);
    free(text);
    return found;
}

#define CHECK_WARNS(part, ...)                                                 \
    do {                                                                       \
        struct given given = {__VA_ARGS__};                                    \
        char *found = warnings_of(&given);                                     \
        CHECK_HAS(found, part);                                                \
        free(found);                                                           \
    } while (0)

#define CHECK_SILENT(...)                                                      \
    do {                                                                       \
        struct given given = {__VA_ARGS__};                                    \
        char *found = warnings_of(&given);                                     \
        CHECK_STR(found, "");                                                  \
        free(found);                                                           \
    } while (0)

/* Outer spaces, no-break spaces and what is not seen at all, in keys: what is
 * looked up, and what is called one. Sabotage: warn_odd_spaces. */
static void
spaces_of_keys(void)
{
    CHECK_WARNS("keySpaces M > mapping[sku]: the key has a space at an end, or "
                "one that is not a plain space in 1 of 2 samples, as in "
                "\"SKU123<U+00A0>\" (apply TRIM to it, after",
                .rows = "{'target':'sku','source':'s'}",
                .inputs = {"{'s':'SKU123\u00a0'}", "{'s':'SKU123'}"});
    CHECK_WARNS("in the sample, as in \" DE\"",
                .rows = "{'target':'c','source':'s','lookup':'Country'}",
                .inputs = {"{'s':' DE'}"});
    CHECK_WARNS("\"A<U+202F>1\"",
                .rows = "{'target':'l[*].itemId','source':'l[*].i'}",
                .inputs = {"{'l':[{'i':'B'},{'i':'A\u202f1'}]}"});
    CHECK_WARNS("tables[Country]: the key has a space at an end, or one that is "
                "not a plain space in 1 of 2 rows, as in \"DE \" (correct the "
                "table)",
                .rows = "{'target':'a','source':'s'}",
                .tables = "'Country':{'columns':['k','v'],'rows':[['GB','x'],"
                          "['DE ','y']]}",
                .inputs = {"{'s':1}"});
    CHECK_SILENT(.rows = "{'target':'memo','source':'s'},"
                         "{'target':'sku','source':'=TRIM(SUBSTITUTE(t,CHAR(160),"
                         "\\\" \\\"))'},"
                         "{'target':'orderNumber','source':'n'}",
                 .inputs = {"{'s':' a\u00a0b ','t':' A1\u00a0',"
                            "'n':'SO 10 023'}"});
}

/* One text in two spellings. Sabotage: text_is_composed. */
static void
spelling_of_keys(void)
{
    CHECK_WARNS("keyForm M > mapping[code]: the key has accents apart from "
                "their letters",
                .rows = "{'target':'code','source':'s'}",
                .inputs = {"{'s':'caf\u00e9'}", "{'s':'cafe\u0301'}"});
    CHECK_WARNS("1 of 2 samples, as in \"cafe<U+0301>\" (apply NFC to it)",
                .rows = "{'target':'code','source':'s'}",
                .inputs = {"{'s':'caf\u00e9'}", "{'s':'cafe\u0301'}"});
    CHECK_SILENT(.rows = "{'target':'code','source':'s'},"
                         "{'target':'key','source':'=NFC(t)'}",
                 .inputs = {"{'s':'\u00c5ngstr\u00f6m \u7a0e','t':'e\u0301'}"});
}

/* Filters of RFC 9535 leave out what FILTER takes. Sabotage: tell_mixed. */
static void
filters_that_meet_texts(void)
{
    CHECK_WARNS("filter M > mapping[o]: a filter compares a number with a text, "
                "which is never equal to one, less or greater in 1 of 2 "
                "samples, as in \"2\" (use the function FILTER",
                .rows = "{'target':'o','source':'l[?@.q > 0][*].q'}",
                .inputs = {"{'l':[{'q':'2'}]}", "{'l':[{'q':2}]}"});
    CHECK_WARNS("filter M > mapping[n]", .rows = "{'target':'n','source':"
                                                 "'=COUNT(l[?@.q == 1.5])'}",
                .inputs = {"{'l':[{'q':'1,5'}]}"});
    CHECK_WARNS("filter M > mapping[o[*].n]: a filter",
                .rows = "{'target':'o[*]','source':'l[*]'},"
                        "{'target':'o[*].n','source':'@.m[?@.q < 3].q'}",
                .inputs = {"{'l':[{'m':[{'q':'2'}]}]}"});
    CHECK_SILENT(.rows = "{'target':'o','source':'l[?@.q == \\'2\\'].a'},"
                         "{'target':'p','source':'l[?@.a > 0].a'},"
                         "{'target':'r','source':'=COUNT(FILTER(l,l[*].q > 0))'}",
                 .inputs = {"{'l':[{'q':'2','a':'black'}]}"});
}

/* UTF-8 read as Windows-1252. Sabotage: is_doubtful. */
static void
texts_decoded_twice(void)
{
    static const char *const wrong[] = {
        "M\u00c3\u00bcller", "5 \u00e2\u201a\u00ac", "\u00c3\u00a0 Paris",
        "it\u00e2\u20ac\u2122s", "\u00d0\u0178\u00d1\u20ac\u00d0\u00b8"};
    static const char *const right[] = {
        "M\u00fcller", "5 \u20ac", "\u00abCAF\u00c9\u00bb",
        "\u00abAMANH\u00c3\u00bb", "N\u00c3O", "ESPA\u00d1A \u00b0",
        "\u041f\u0440\u0438", "20\u00b0\u00a0\u2013\u00a030\u00b0",
        "\u00c2me", "a\u00e2\u20ac"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char *input = mem_printf("{'s':'%s'}", wrong[i]);
        CHECK_WARNS("encoding M > mapping[name]: the text looks as if it was "
                    "decoded twice in the sample",
                    .rows = "{'target':'name','source':'s'}",
                    .inputs = {input});
        free(input);
    }
    for (size_t i = 0; i < sizeof right / sizeof *right; i++) {
        char *input = mem_printf("{'s':'%s'}", right[i]);
        CHECK_SILENT(.rows = "{'target':'name','source':'s'}",
                     .inputs = {input});
        free(input);
    }
}

/* The total of what is sent against its lines, with charges beside it or in
 * the lines. Sabotage: adds_up. */
static void
totals_and_lines(void)
{
    static const char rows[] =
        "{'target':'$','source':'$'},{'target':'x','source':'1'}";
    static const char *const good[] = {
        "{'total':30.00,'lines':[{'amount':10},{'amount':'20.00'}]}",
        "{'total':35.7,'tax':5.7,'lines':[{'amount':10},{'amount':20}]}",
        "{'total':33,'shippingCost':5,'discountTotal':2,'lines':[{'amount':10},"
        "{'amount':20}]}",
        "{'total':33,'shipping':5,'discount':-2,'lines':[{'amount':30}]}",
        "{'total':24,'item':{'items':[{'quantity':2,'rate':12}]}}",
        "{'total':12.00,'lines':[{'quantity':3,'price':3.999}]}",
        "{'total':33,'lines':[{'amount':10,'tax':1},{'amount':20,'tax':2}]}",
        "{'total':33,'lines':[]}", "{'total':33,'lines':[{'sku':'A'}]}",
        "{'total':33}", "{'lines':[{'amount':10}]}", "[1]"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        CHECK_SILENT(.rows = rows, .inputs = {good[i]});
    CHECK_WARNS("total M > mapping: the total is not the sum of the lines in 1 "
                "of 2 samples, as in 31.5 and 30 (check",
                .rows = rows,
                .inputs = {good[0], "{'total':31.50,'tax':2,'lines':[{'amount':"
                                    "10},{'amount':20}]}"});
    CHECK_WARNS("as in 25 and 24", .rows = rows,
                .inputs = {"{'total':25,'item':{'items':[{'quantity':2,'rate':"
                           "12}]}}"});
}

/* A number in a target that is text by its schema. Sabotage: look_at_number. */
static void
numbers_for_texts(void)
{
    CHECK_WARNS("number M > mapping[zip]: a number is sent where the schema has "
                "text, so zeros in front of it are lost in 1 of 2 samples, as "
                "in 4101 (",
                .fields = "'zip':{'type':'string'}",
                .rows = "{'target':'zip','source':'z'}",
                .inputs = {"{'z':4101}", "{'z':'04101'}"});
    CHECK_SILENT(.fields = "'a':{'type':'string'},'b':{'type':['string',"
                           "'number']},'c':{'type':'number'}",
                 .rows = "{'target':'a','source':'z','send':'text'},"
                         "{'target':'b','source':'z'},"
                         "{'target':'c','source':'z'},"
                         "{'target':'d','source':'z'}",
                 .inputs = {"{'z':4101}"});
}

/* Amounts made with 100 or two places. Sabotage: formula_decimals. */
static void
decimals_of_currencies(void)
{
    CHECK_WARNS("currency M > mapping[amount]: the amount is made with a fixed "
                "number of decimals, and each currency has its own in the "
                "sample, as in JPY (use MINOR or MAJOR",
                .rows = "{'target':'amount','source':'=total*100'}",
                .inputs = {"{'total':5,'currency':'JPY'}"});
    CHECK_WARNS("as in KWD",
                .rows = "{'target':'tax','source':'=ROUND(total/3,2)'}",
                .inputs = {"{'total':5,'currency':{'refName':'KWD'}}"});
    CHECK_SILENT(
        .rows = "{'target':'amount','source':'=MINOR(n*100/100,currency)'},"
                "{'target':'tax','source':'=ROUND(total*0.19,2)'},"
                "{'target':'taxRate','source':'=total*100'},"
                "{'target':'share','source':'=total*100'},"
                "{'target':'total','source':'total'}",
        .inputs = {"{'total':5,'n':5,'currency':'EUR'}"});
    CHECK_SILENT(.rows = "{'target':'amount','source':'=total*100'}",
                 .inputs = {"{'total':5}"});
}

/* A required target whose source is missing in some samples; inside what is
 * not sent nothing is required. Sabotage: look_at_missing. */
static void
required_and_missing(void)
{
    static const char fields[] =
        "'id':{},'to':{'required':['name'],'properties':{'name':{},'x':{}}},"
        "'l':{'type':'array','items':{'required':['sku'],'properties':{'sku':{"
        "}}}}";
    CHECK_WARNS("required M > mapping[id]: it is required and nothing is sent in "
                "1 of 3 samples (give it a default",
                .fields = fields, .required = "'id'",
                .rows = "{'target':'id','source':'i'}",
                .inputs = {"{'i':1}", "{}", "{'i':null}"});
    CHECK_WARNS("mapping[l[*].sku]: it is required and nothing is sent in 1 of "
                "2 samples",
                .fields = fields,
                .rows = "{'target':'l[*].sku','source':'l[*].s'},"
                        "{'target':'l[*].n','source':'l[*].n'}",
                .inputs = {"{'l':[{'s':1},{'n':1}]}", "{'l':[]}"});
    CHECK_WARNS("mapping[to.name]: it is required", .fields = fields,
                .rows = "{'target':'to.name','source':'n'},"
                        "{'target':'to.x','source':'x'}",
                .inputs = {"{'x':1}"});
    CHECK_WARNS("mapping[a]: it is required and nothing is sent in 1 of 2",
                .rows = "{'target':'a','source':'x','required':true}",
                .inputs = {"{'x':1}", "{}"});
    CHECK_SILENT(.fields = fields, .required = "'id'",
                 .rows = "{'target':'id','source':'i','default':1},"
                         "{'target':'to.name','source':'n'}",
                 .inputs = {"{}"});
}

/* A row that fails keeps no other from being looked at. Sabotage: the second
 * run in map_bare. */
static void
a_failed_row_hides_nothing(void)
{
    CHECK_WARNS("keySpaces M > mapping[sku]",
                .rows = "{'target':'a','source':'=1/0'},"
                        "{'target':'sku','source':'s'}",
                .inputs = {"{'s':'A '}"});
}

/* --- what is shipped -------------------------------------------------------- */
static void
check_workflow(const char *file, const struct value *workflow,
               const struct value *samples, struct connector_set *set)
{
    struct document *d = NULL;
    struct error e = {0};
    struct value *root = value_copy(value_get(workflow, "document"));
    struct value *pins = value_object();
    size_t count = 0;
    for (size_t i = 0; i < set->count; i++)
        value_set_text(pins, connector_app(set->items[i]),
                       connector_hash(set->items[i]));
    value_set(root, "connectors", pins);
    CHECK_INT(document_from_value(&d, root, &e), ERR_OK);
    if (!d)
        return;
    struct preview_sample *all =
        mem_array(value_size(samples) + 1, sizeof *all);
    struct value *values = value_array();
    struct value *own = preview_own_sample(d);
    if (own)
        value_append(values, own);
    for (size_t i = 0; i < value_size(samples); i++) {
        const char *event = value_get_text(value_at(samples, i), "event");
        if (strcmp(block_text(d->trigger, "event"), event) != 0)
            continue;
        struct value *v = value_object();
        value_set(v, "input",
                  value_copy(value_get(value_at(samples, i), "body")));
        value_append(values, v);
    }
    for (; count < value_size(values); count++)
        all[count] = (struct preview_sample){file, value_at(values, count)};
    char *found = sentences(d, set, all, count);
    CHECK_STR(found, "");
    free(found);
    free(all);
    value_free(values);
    document_free(d);
}

static void
shipped_samples_are_silent(void)
{
    static const char *const files[] = {
        "integrations/netsuite-order-to-cash.json",
        "integrations/order-sync.json"};
    struct connector_set set;
    shipped_connectors(&set);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char *text = data_read(files[i]);
        struct value *v = NULL;
        CHECK_INT(value_read(&v, text, strlen(text), &value_limits_document,
                             files[i], NULL),
                  ERR_OK);
        const struct value *workflows = value_get(v, "workflows");
        CHECK(value_size(workflows) > 0);
        for (size_t k = 0; k < value_size(workflows); k++)
            check_workflow(files[i], value_at(workflows, k),
                           value_get(v, "samples"), &set);
        value_free(v);
        free(text);
    }
    connector_set_clear(&set);
}

static const struct test tests[] = {
    {"spaces of keys", spaces_of_keys},
    {"spelling of keys", spelling_of_keys},
    {"filters that meet texts", filters_that_meet_texts},
    {"texts decoded twice", texts_decoded_twice},
    {"totals and lines", totals_and_lines},
    {"numbers for texts", numbers_for_texts},
    {"decimals of currencies", decimals_of_currencies},
    {"required and missing", required_and_missing},
    {"a failed row hides nothing", a_failed_row_hides_nothing},
    {"shipped samples are silent", shipped_samples_are_silent},
    {NULL, NULL}};

void
test_workflow_warn(void)
{
    test_run("warn", tests);
    failed_tests += test_result();
}
