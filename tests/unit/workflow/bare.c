/* A version of one customer for another: of each field of kinds.def a block
 * that has it, with a text of the customer's in each place where one can be. */
#include "workflow/carry/bare.h"
#include "tests/unit/test.h"
#include "tests/unit/workflow/workflow.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define TRIGGER_ID "00000000-0000-4000-8000-000000000001"
#define BLOCK_ID "00000000-0000-4000-8000-000000000002"

static bool
is_secret(const char *name)
{
    return strcmp(name, "password") == 0;
}

/* --- a field of each type ------------------------------------------------- */

struct example {
    enum field_type type;
    const char *value;     /* NULL: only structure, nothing can be in it */
    const char *places[4]; /* behind "Block > field" */
    bool stays_out;        /* also if constants come along */
};

/* "CANARY" is what must not come. */
static const struct example examples[] = {
    {FIELD_TEXT, "\"CANARY\"", {""}, false},
    {FIELD_CELL, "\"CANARY\"", {""}, false},
    {FIELD_SOURCE, "\"\\\"CANARY\\\"\"", {""}, false},
    {FIELD_FORMULA, "\"=\\\"CANARY\\\"\"", {""}, false},
    {FIELD_CHOICE, NULL, {NULL}, false},
    {FIELD_INTEGER, NULL, {NULL}, false},
    {FIELD_JSON,
     "{\"properties\":{\"a\":{\"default\":\"CANARY\"}}}",
     {""},
     true},
    {FIELD_APP, NULL, {NULL}, false},
    {FIELD_ACTION, NULL, {NULL}, false},
    {FIELD_MAPPING,
     "[{\"target\":\"a\",\"source\":\"\\\"CANARY\\\"\","
     "\"default\":\"CANARY\"},{\"target\":\"b\",\"source\":"
     "\"=\\\"CANARY\\\"&1\",\"default\":{\"c\":[\"CANARY\"]}}]",
     {"[a]", "[a] default", "[b]", "[b] default"},
     false},
    {FIELD_MAPPING,
     "[{\"target\":\"user.password\",\"source\":\"\\\"CANARY\\\"\"},"
     "{\"target\":\"password[0]\",\"source\":\"id\",\"default\":\"CANARY\"},"
     "{\"target\":\"token.value\",\"source\":\"\\\"CANARY\\\"\"},"
     "{\"target\":\"d\",\"source\":\"id\",\"note\":\"CANARY\"}]",
     {"[user.password]", "[password[0]] default", "[token.value]", "[d] note"},
     true},
    {FIELD_CELLS,
     "{\"Accept\":\"CANARY\",\"X-Sum\":\"=\\\"CANARY\\\"\"}",
     {"[Accept]", "[X-Sum]"},
     false},
    {FIELD_CELLS,
     "{\"X-Api-Key\":\"CANARY\",\"Proxy-Authorization\":\"CANARY\","
     "\"Ocp-Apim-Subscription-Key\":\"CANARY\",\"X-Url\":"
     "\"https://a:CANARY@b.example\"}",
     {"[X-Api-Key]", "[Proxy-Authorization]", "[Ocp-Apim-Subscription-Key]",
      "[X-Url]"},
     true},
    {FIELD_SOURCES,
     "{\"a\":\"\\\"CANARY\\\"\",\"b\":\"[\\\"CANARY\\\"]\"}",
     {"[a]", "[b]"},
     false},
    {FIELD_AUTH,
     "{\"kind\":\"header\",\"app\":\"http\",\"header\":\"CANARY\"}",
     {" header"},
     false},
    {FIELD_VARIABLES,
     "[{\"name\":\"a\",\"ask\":{\"label\":\"A\",\"options\":"
     "[{\"label\":\"CANARY\",\"value\":\"CANARY\"}]}}]",
     {"[a] options"},
     false},
    {FIELD_BLOCKS, NULL, {NULL}, false},
    {FIELD_CASES,
     "[{\"name\":\"a\",\"condition\":\"=\\\"CANARY\\\"=\\\"b\\\"\"}]",
     {"[a] condition"},
     false},
};

/* The other value of a field that can be asked. */
static const struct example question = {
    FIELD_CELL,
    "{\"ask\":{\"label\":\"A\",\"options\":[{\"label\":\"CANARY\","
    "\"value\":\"CANARY\"}]}}",
    {" options"},
    false};

/* --- one document --------------------------------------------------------- */

/* A document with a block of KIND, which has the member NAME of the JSON text
 * VALUE (NULL: none). */
static struct document *
make(const struct kind *kind, const char *name, const char *value)
{
    bool trigger = kind->role == ROLE_TRIGGER;
    struct document *d = NULL;
    struct error e = {0};
    char *member =
        value ? mem_printf(",\"%s\":%s", name, value) : mem_strdup("");
    char *block = mem_printf("{\"id\":\"" BLOCK_ID "\",\"kind\":\"%s\","
                             "\"name\":\"Block\"%s}",
                             kind->name, member);
    char *text =
        mem_printf("{\"format\":1,\"formulas\":2,\"name\":\"W\",\"trigger\":%s,"
                   "\"blocks\":[%s]}",
                   trigger ? block
                           : "{\"id\":\"" TRIGGER_ID "\",\"kind\":\"event\","
                             "\"name\":\"Begin\"}",
                   trigger ? "" : block);
    if (document_parse(&d, text, strlen(text), "test", &e) != ERR_OK)
        printf("# %s: %s\n", text, e.text);
    CHECK(d);
    free(text);
    free(block);
    free(member);
    return d;
}

static struct bare
begin(bool all)
{
    return (struct bare){.is_secret = is_secret,
                         .all = all,
                         .left_out = value_array(),
                         .along = value_array()};
}

static void
end(struct bare *how)
{
    value_free(how->left_out);
    value_free(how->along);
}

/* The text of D as it comes with HOW, where BASE is the base. */
static char *
come(const struct document *d, const struct document *base, struct bare *how)
{
    struct document *out = NULL;
    struct error e = {0};
    struct buf text;
    buf_init_any(&text);
    CHECK_INT(document_bare(&out, d, base, how, &e), ERR_OK);
    if (out)
        document_write(out, &text);
    document_free(out);
    return buf_take(&text);
}

static bool
has(const struct value *list, const char *text)
{
    for (size_t i = 0; i < value_size(list); i++)
        if (strcmp(value_text_or(value_at(list, i), ""), text) == 0)
            return true;
    return false;
}

/* --- each place ----------------------------------------------------------- */

static void
check_places(const struct example *x, const char *field,
             const struct value *listed)
{
    size_t n = 0;
    for (; n < 4 && x->places[n]; n++) {
        char *place = mem_printf("Block > %s%s", field, x->places[n]);
        CHECK(has(listed, place));
        if (!has(listed, place))
            printf("# not listed: %s\n", place);
        free(place);
    }
    CHECK_INT(value_size(listed), n);
}

/* A block with the field comes strictly too, without its texts. */
static void
check_strictly(const struct kind *kind, const char *field, const char *value)
{
    struct document *d = make(kind, field, value);
    struct document *base = make(kind, field, NULL);
    struct bare how = begin(false);
    how.strict = true;
    char *text = come(d, base, &how);
    CHECK_HAS(text, "\"name\":\"Block\"");
    CHECK(!strstr(text, "CANARY"));
    CHECK_INT(value_size(how.along), 0);
    free(text);
    end(&how);
    document_free(base);
    document_free(d);
}

static void
check_example(const struct kind *kind, const char *field,
              const struct example *x)
{
    struct document *d = make(kind, field, x->value);
    struct document *base = make(kind, field, NULL);
    struct bare how = begin(false), all = begin(true), same = begin(false);
    char *text = come(d, base, &how);
    if (strstr(text, "CANARY"))
        printf("# of %s > %s came: %s\n", kind->name, field, text);
    CHECK(!strstr(text, "CANARY"));
    check_places(x, field, how.left_out);
    free(text);
    text = come(d, base, &all);
    CHECK_INT(strstr(text, "CANARY") != NULL, !x->stays_out);
    CHECK_INT(all.constants > 0, !x->stays_out);
    free(text);
    text = come(d, d, &same);
    CHECK(strstr(text, "CANARY"));
    CHECK_INT(value_size(same.left_out) + value_size(same.along), 0);
    free(text);
    check_strictly(kind, field, x->value);
    end(&how);
    end(&all);
    end(&same);
    document_free(base);
    document_free(d);
}

/* Sabotage: each part of bare_field() of bare.c; what has no part of its own is
 * left out by itself. */
static void
no_constant_comes_from_any_field(void)
{
    enum { COUNT = sizeof examples / sizeof *examples };
    static const struct example note = {FIELD_TEXT, "\"CANARY\"", {""}, true};
    for (int id = 0; id < KIND_COUNT; id++) {
        const struct kind *kind = kind_get((enum kind_id)id);
        check_example(kind, "note", &note);
        for (const struct kind_field *f = kind->fields; f->name; f++) {
            bool known = false;
            for (size_t i = 0; i < COUNT; i++) {
                const struct example *x = &examples[i];
                known |= x->type == f->type;
                if (x->type == f->type && x->value && x->places[0])
                    check_example(kind, f->name, x);
            }
            CHECK(known); /* a new type of field needs an example here */
            if (f->flags & FIELD_ASKABLE)
                check_example(kind, f->name, &question);
        }
    }
}

/* --- what reads ----------------------------------------------------------- */

static void
what_reads_comes_and_its_texts_are_listed(void)
{
    struct document *base = make(kind_get(KIND_map), "mapping", NULL);
    struct document *d = make(
        kind_get(KIND_map), "mapping",
        "[{\"target\":\"a\",\"source\":\"lines[0].sku\"},"
        "{\"target\":\"b\",\"source\":\"=IF(id=\\\"x\\\",\\\"y\\\"\\\"z\\\",1)"
        "\"},"
        "{\"target\":\"c\",\"source\":\"'Other block'!id\"},"
        "{\"target\":\"d\",\"source\":\"=NOW()\"},"
        "{\"target\":\"e\",\"source\":\"=id&\\\"https://u:p@h.example\\\"\"},"
        "{\"target\":\"f\",\"source\":\"lines[?@.sku=='v'].n\"},"
        "{\"target\":\"h\",\"source\":\"=ROUND(id*1.0375+100,2)\"},"
        "{\"target\":\"k\",\"source\":\"=ROUND(id*5 %+id*(7)%,2)\"},"
        "{\"target\":\"i\",\"source\":\"=IF(id>12,\\\"x\\\",0)\"},"
        "{\"target\":\"j\",\"source\":\"=ROUND(items[12].id2,2)\"},"
        "{\"target\":\"g\",\"source\":\"at\",\"read\":\"date "
        "\\\"M/D/YYYY\\\"\"}"
        "]");
    struct bare how = begin(true);
    char *text = come(d, base, &how);
    char *left = value_to_text(how.left_out), *along;
    along = value_to_text(how.along);
    CHECK_HAS(text, "lines[0].sku");
    CHECK_HAS(text, "'Other block'!id");
    CHECK_HAS(text, "=NOW()");
    CHECK(!strstr(text, "u:p"));
    CHECK_STR(left, "[\"Block > mapping[e]\"]");
    CHECK_STR(along,
              "[\"Block > mapping[b] has the text \\\"x\\\", "
              "\\\"y\\\"\\\"z\\\"\",\"Block > mapping[f] has the text 'v'\","
              "\"Block > mapping[h] has the number 1.0375, 100\","
              "\"Block > mapping[k] has the number 5 %, 7)%\","
              "\"Block > mapping[i] has the text \\\"x\\\" and the number "
              "12\","
              "\"Block > mapping[g] read has the text \\\"M/D/YYYY\\\"\"]");
    free(text);
    free(left);
    free(along);
    end(&how);
    document_free(base);
    document_free(d);
}

/* A formula may have the secret beside what it reads. Sabotage:
 * is_secret_name() in text_comes() and in bare_row_members(). */
static void
texts_under_names_of_secrets_come_by_their_place(void)
{
    const struct kind *api = kind_get(KIND_api), *map = kind_get(KIND_map);
    struct document *base = make(api, "headers", NULL);
    struct document *d =
        make(api, "headers",
             "{\"Authorization\":\"=\\\"Bearer CANARY\\\"&id\","
             "\"X-Auth-Token\":\"=token\"}");
    struct document *rows_base = make(map, "mapping", NULL);
    struct document *rows = make(
        map, "mapping",
        "[{\"target\":\"user.password\",\"source\":\"=id&\\\"CANARY\\\"\"},"
        "{\"target\":\"password\",\"source\":\"at\",\"read\":\"date "
        "\\\"CANARY\\\"\"}]");
    struct bare all = begin(true), named = begin(false), row = begin(true);
    struct value *wanted = value_array();
    char *text = come(d, base, &all);
    CHECK(!strstr(text, "CANARY"));
    CHECK_HAS(text, "\"X-Auth-Token\":\"=token\"");
    CHECK(has(all.left_out, "Block > headers[Authorization]"));
    CHECK_INT(value_size(all.along), 0);
    free(text);
    value_append(wanted, value_string("Block > headers[Authorization]"));
    named.wanted = wanted;
    text = come(d, base, &named);
    CHECK_HAS(text, "CANARY");
    CHECK(has(named.along, "constant Block > headers[Authorization]"));
    free(text);
    text = come(rows, rows_base, &row);
    CHECK(!strstr(text, "CANARY"));
    CHECK(has(row.left_out, "Block > mapping[user.password]"));
    CHECK(has(row.left_out, "Block > mapping[password] read"));
    free(text);
    value_free(wanted);
    end(&all);
    end(&named);
    end(&row);
    document_free(rows_base);
    document_free(rows);
    document_free(base);
    document_free(d);
}

static void
one_constant_comes_by_its_place(void)
{
    const struct kind *api = kind_get(KIND_api);
    struct document *base = make(api, "headers", NULL);
    struct document *d =
        make(api, "headers", "{\"X-Api-Key\":\"one\",\"Accept\":\"two\"}");
    struct bare how = begin(false);
    struct value *wanted = value_array();
    value_append(wanted, value_string("Block > headers[X-Api-Key]"));
    how.wanted = wanted;
    char *text = come(d, base, &how);
    CHECK_HAS(text, "\"one\"");
    CHECK(!strstr(text, "\"two\""));
    CHECK(has(how.along, "constant Block > headers[X-Api-Key]"));
    CHECK(has(how.left_out, "Block > headers[Accept]"));
    CHECK_INT(how.constants, 1);
    value_free(wanted);
    free(text);
    end(&how);
    document_free(base);
    document_free(d);
}

/* --- value tables --------------------------------------------------------- */

static struct document *
with_table(const char *rows)
{
    struct document *d = NULL;
    struct error e = {0};
    char *text = mem_printf("{\"format\":1,\"formulas\":2,\"name\":\"W\","
                            "\"tables\":{\"T\":{\"columns\":[\"k\",\"v\"],"
                            "\"rows\":%s}}}",
                            rows);
    CHECK_INT(document_parse(&d, text, strlen(text), "test", &e), ERR_OK);
    free(text);
    return d;
}

static void
rows_of_value_tables_come_only_from_the_base(void)
{
    struct document *base = with_table("[[\"a\",\"1\"],[\"b\",\"2\"]]");
    struct document *d =
        with_table("[[\"a\",\"1\"],[\"b\",\"CANARY\"],[\"CANARY\",\"3\"]]");
    struct bare how = begin(false), all = begin(true);
    char *text = come(d, base, &how);
    CHECK_HAS(text, "\"rows\":[[\"a\",\"1\"]]");
    CHECK(has(how.left_out, "value table T"));
    free(text);
    text = come(d, base, &all);
    CHECK_HAS(text, "[\"CANARY\",\"3\"]");
    CHECK(has(all.along, "constant value table T"));
    free(text);
    end(&how);
    end(&all);
    document_free(base);
    document_free(d);
}

/* Sabotage: say_columns() and bare_name() in bare.c. */
static void
names_that_a_person_gave_are_listed_or_stay(void)
{
    struct document *base = with_table("[]"), *d = with_table("[]");
    struct value *columns = value_array();
    value_append(columns, value_string("k"));
    value_append(columns, value_string("THEIRS"));
    value_set(value_get(value_get(d->root, "tables"), "T"), "columns", columns);
    value_set_text(d->root, "name", "CANARY");
    struct bare how = begin(true);
    char *text = come(d, base, &how);
    CHECK(!strstr(text, "CANARY"));
    CHECK_HAS(text, "\"name\":\"W\"");
    CHECK(has(how.left_out, "name of the workflow"));
    CHECK(has(how.along, "value table T has the columns k, THEIRS"));
    free(text);
    end(&how);
    document_free(base);
    document_free(d);
}

/* --- strictly ------------------------------------------------------------- */

/* Sabotage: each use of strict in bare.c, has_numbers() in literals.c. */
static void
strictly_no_text_and_no_number_comes(void)
{
    struct document *base = make(kind_get(KIND_map), "mapping", NULL);
    struct document *d =
        make(kind_get(KIND_map), "mapping",
             "[{\"target\":\"a\",\"source\":\"lines[0].sku\"},"
             "{\"target\":\"b\",\"source\":\"=IF(id=\\\"CANARY\\\",1,2)\"},"
             "{\"target\":\"c\",\"source\":\"=id*1.0375\"},"
             "{\"target\":\"d\",\"source\":\"=id&CHAR(67)\"},"
             "{\"target\":\"k\",\"source\":\"lines[?@.n1>4200].n\"},"
             "{\"target\":\"l\",\"source\":\"lines[?@.n10==1].n2[15]\"},"
             "{\"target\":\"e\",\"source\":\"=ROUND(items[12].id,2)\"},"
             "{\"target\":\"f\",\"source\":\"lines[?@.sku=='CANARY'].n\"},"
             "{\"target\":\"g\",\"source\":\"at\",\"read\":\"date "
             "\\\"CANARY\\\"\"}]");
    struct bare how = begin(false);
    how.strict = true;
    char *text = come(d, base, &how);
    CHECK(!strstr(text, "CANARY"));
    CHECK_HAS(text, "lines[0].sku");
    CHECK_HAS(text, "\"source\":\"at\"");
    CHECK_INT(value_size(how.along), 0);
    CHECK_HAS(text, "=ROUND(items[12].id,2)");
    CHECK_HAS(text, "lines[?@.n10==1].n2[15]");
    CHECK(!strstr(text, "1.0375") && !strstr(text, "67"));
    CHECK(!strstr(text, "4200"));
    CHECK(has(how.left_out, "Block > mapping[b]"));
    CHECK(has(how.left_out, "Block > mapping[c]"));
    CHECK(has(how.left_out, "Block > mapping[d]"));
    CHECK(has(how.left_out, "Block > mapping[f]"));
    CHECK(has(how.left_out, "Block > mapping[g] read"));
    free(text);
    end(&how);
    document_free(base);
    document_free(d);
}

/* Nothing but the label is known of a question that has one: it asks for what
 * its variable, or its block, is called. Sabotage: plain_label(). */
static void
strictly_a_question_comes_without_its_label(void)
{
    static const char *const asks[] = {"[{\"name\":\"rate\",\"ask\":{\"label\":"
                                       "\"CANARY\"}}]",
                                       "{\"ask\":{\"label\":\"CANARY\"}}"};
    static const char *const labels[] = {"\"label\":\"rate\"",
                                         "\"label\":\"Block\""};
    static const char *const fields[] = {"values", "formula"};
    const enum kind_id kinds[] = {KIND_variables, KIND_math};
    for (size_t i = 0; i < 2; i++) {
        struct document *base = make(kind_get(kinds[i]), fields[i], NULL);
        struct document *d = make(kind_get(kinds[i]), fields[i], asks[i]);
        struct bare how = begin(false);
        how.strict = true;
        char *text = come(d, base, &how);
        CHECK(!strstr(text, "CANARY"));
        CHECK_HAS(text, labels[i]);
        CHECK_INT(value_size(how.left_out), 1);
        free(text);
        end(&how);
        document_free(base);
        document_free(d);
    }
}

void
test_workflow_bare(void)
{
    static const struct test tests[] = {
        {"no constant comes from any field", no_constant_comes_from_any_field},
        {"what reads comes and its texts are listed",
         what_reads_comes_and_its_texts_are_listed},
        {"texts under names of secrets come by their place",
         texts_under_names_of_secrets_come_by_their_place},
        {"one constant comes by its place", one_constant_comes_by_its_place},
        {"rows of value tables come only from the base",
         rows_of_value_tables_come_only_from_the_base},
        {"names that a person gave are listed or stay",
         names_that_a_person_gave_are_listed_or_stay},
        {"strictly no text and no number comes",
         strictly_no_text_and_no_number_comes},
        {"strictly a question comes without its label",
         strictly_a_question_comes_without_its_label},
        {NULL, NULL},
    };
    test_run("bare", tests);
    failed_tests += test_result();
}
