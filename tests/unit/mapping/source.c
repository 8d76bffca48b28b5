/* Sources and rows. */
#include "mapping/row/source.h"
#include "mapping/mapping.h"

static void
kinds(void)
{
    static const struct {
        const char *text;
        enum source_kind kind;
    } cases[] = {
        {"", SOURCE_BLANK},
        {"  ", SOURCE_BLANK},
        {"OrderId", SOURCE_PATH},
        {" $.a ", SOURCE_PATH},
        {"true", SOURCE_CONSTANT},
        {"trueish", SOURCE_PATH},
        {"null", SOURCE_CONSTANT},
        {"nullable.x", SOURCE_PATH},
        {"\"text\"", SOURCE_CONSTANT},
        {"12.50", SOURCE_CONSTANT},
        {"-1e3", SOURCE_CONSTANT},
        {"[1, 2]", SOURCE_CONSTANT},
        {"[\"a\"]", SOURCE_CONSTANT},
        {"['a'].b", SOURCE_PATH},
        {"{\"a\":1}", SOURCE_CONSTANT},
        {"=1+1", SOURCE_FORMULA},
        {"#", SOURCE_POSITION},
        {"@", SOURCE_PATH},
        {"Tax!result", SOURCE_PATH},
        {"'Create cash sale'!id", SOURCE_PATH},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct source s;
        struct error e = {0};
        size_t n = strlen(cases[i].text);
        CHECK_STR(
            source_kind_word(source_kind(cases[i].text, n, FORMULA_LANGUAGE)),
            source_kind_word(cases[i].kind));
        CHECK_INT(source_compile(&s, cases[i].text, n, FORMULA_LANGUAGE, &e),
                  ERR_OK);
        CHECK_INT(s.kind, cases[i].kind);
        source_clear(&s);
    }
    CHECK_INT(source_kind(NULL, 0, FORMULA_LANGUAGE), SOURCE_BLANK);
}

static void
wrong(void)
{
    static const struct {
        const char *text, *why;
    } cases[] = {
        {"\"text", "not a valid JSON value"},
        {"0017", "0017 begins with 0: write \"0017\" for a code (a text), 17 "
                 "for a number"},
        {"-007", "write \"-007\" for a code (a text), -7 for a number"},
        {"000", "write \"000\" for a code (a text), 0 for a number"},
        {"00.50", "write \"00.50\" for a code (a text), 0.50 for a number"},
        {"2026-05-10", "a date or a time is a text: write \"2026-05-10\""},
        {"2026-05-10T14:05:09Z", "write \"2026-05-10T14:05:09Z\""},
        {"10.05.2026", "a date or a time is a text: write \"10.05.2026\""},
        {"03/04/2026", "a date or a time is a text: write \"03/04/2026\""},
        {"14:05", "a date or a time is a text: write \"14:05\""},
        {"1,5", "1,5 has a comma: a number has a point (1234.5)"},
        {"1.234,56", "1.234,56 has a comma: a number has a point"},
        {"1,234.56", "and no sign between thousands"},
        {"1,500", "a text stands in quotes (\"1,500\")"},
        {"5 %", "5 % is not a number: write =5% for a number, \"5 %\" for a "
                "text"},
        {"5 pcs", "5 pcs is not a number: write \"5 pcs\" for a text"},
        {"0x10", "0x10 is not a number: write \"0x10\" for a text"},
        {"5.", "5. is not a number: write \"5.\" for a text"},
        {".5", ".5 is not a number: write \".5\" for a text"},
        {"+5", "+5 is not a number: write \"+5\" for a text"},
        {"a b", "neither JSON nor a path"},
        {"Tax!", "a path was expected after the !"},
        {"Tax!@.x", "begins with $, not with @"},
        {"'Tax!x", "neither JSON nor a path"},
        {"[1,", "within [ ]"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct source s;
        struct error e = {0};
        CHECK_INT(source_compile(&s, cases[i].text, strlen(cases[i].text),
                                 FORMULA_LANGUAGE, &e),
                  ERR_INVALID);
        CHECK_HAS(e.text, cases[i].why);
        CHECK_INT(source_compile(&s, cases[i].text, strlen(cases[i].text),
                                 FORMULA_LANGUAGE, NULL),
                  ERR_INVALID);
    }
}

/* How often PART stands in TEXT. */
static int
count_of(const char *text, const char *part)
{
    int n = 0;
    for (; (text = strstr(text, part)) != NULL; text += strlen(part))
        n++;
    return n;
}

/* Sabotage: name the path in path_compile() too (twice), or without the bound
 * on its length (thousands of characters). */
static void
an_error_names_its_path_once_and_short(void)
{
    static const char *const forms[] = {"%s[].x", "=%s[].x", "=SUM(%s[].x)"};
    char name[3001];
    memset(name, 'n', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    for (size_t i = 0; i < 2 * sizeof forms / sizeof *forms; i++) {
        struct source s;
        struct error e = {0};
        bool is_long = i >= sizeof forms / sizeof *forms;
        struct buf text;
        buf_init(&text, 4000);
        const char *form = forms[i % (sizeof forms / sizeof *forms)];
        const char *at = strstr(form, "%s");
        buf_add(&text, form, (size_t)(at - form));
        buf_addf(&text, "%s%s", is_long ? name : "lines", at + 2);
        CHECK_INT(
            source_compile(&s, buf_str(&text), text.len, FORMULA_LANGUAGE, &e),
            ERR_INVALID);
        CHECK_HAS(e.text, "[ ] is empty");
        CHECK(count_of(e.text, "lines[].x") <= 1);
        CHECK(strlen(e.text) < 300);
        buf_clear(&text);
    }
}

static void
blocks(void)
{
    static const struct {
        const char *text, *old_name, *new_name, *wanted;
    } cases[] = {
        {"Tax!result", "Tax", "Sales tax", "'Sales tax'!result"},
        {"'Sales tax'!a.b", "Sales tax", "Tax", "Tax!a.b"},
        {"'It''s'!a", "It's", "Don't", "'Don''t'!a"},
        {"Tax!result", "Tex", "X", "Tax!result"},
        {"Tax.result", "Tax", "X", "Tax.result"},
        {"\"Tax!result\"", "Tax", "X", "\"Tax!result\""},
        {"a b", "Tax", "X", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *got = source_rename_block(cases[i].text, cases[i].old_name,
                                        cases[i].new_name);
        CHECK_STR(got, cases[i].wanted);
        free(got);
    }
}

struct seen {
    char text[200];
};

static void
see(void *context, const char *block, const char *path)
{
    struct seen *s = context;
    size_t n = strlen(s->text);
    snprintf(s->text + n, sizeof s->text - n, "%s|%s;", block ? block : "",
             path);
}

static void
references(void)
{
    struct seen s = {""};
    source_references("'Create cash sale'!id", see, &s);
    source_references(" a.b[*] ", see, &s);
    source_references("\"a\"", see, &s);
    source_references("a b", see, &s);
    source_references(NULL, see, &s);
    CHECK_STR(s.text, "Create cash sale|id;|a.b[*];");
}

static struct tape output_tape;

static struct node_ref
output(void *context, const char *name, size_t n)
{
    (void)context;
    bool known = n == 3 && memcmp(name, "Tax", 3) == 0;
    return (struct node_ref){known ? &output_tape : NULL, 0};
}

static void
check_eval(const char *text, enum source_outcome outcome, const char *wanted)
{
    struct source s;
    struct error e = {0};
    struct tape t;
    struct buf out;
    test_scope(&output_tape, "{\"result\":1.05,\"rates\":[{\"r\":5}]}");
    struct scope scope = test_scope(&t, "{\"a\":{\"b\":[1,2]}}");
    scope.output = output;
    buf_init(&out, 1000);
    CHECK_INT(source_compile(&s, text, strlen(text), FORMULA_LANGUAGE, &e),
              ERR_OK);
    CHECK_INT(source_eval(&s, &scope, &out, &e), outcome);
    CHECK_STR(buf_str(&out), wanted);
    source_clear(&s);
    buf_clear(&out);
    tape_clear(&t);
    tape_clear(&output_tape);
}

static void
eval(void)
{
    check_eval("", SOURCE_MISSING, "");
    check_eval("#", SOURCE_MISSING, "");
    check_eval("a.b", SOURCE_FILLED, "[1,2]");
    check_eval("a.b[*]", SOURCE_FILLED, "[1,2]");
    check_eval("a.c", SOURCE_MISSING, "");
    check_eval(" {\"x\" : 1.0}", SOURCE_FILLED, "{\"x\":1.0}");
    check_eval("Tax!result", SOURCE_FILLED, "1.05");
    check_eval("Tax!rates[*].r", SOURCE_FILLED, "[5]");
    check_eval("Tex!result", SOURCE_MISSING, "");
}

/* Rows of another block's output, in plans. */
static void
blocks_in_plans(void)
{
    struct mapping_rows rows;
    struct tape t;
    struct plan *p;
    struct error e = {0};
    struct buf out;
    rows_init(&rows);
    rows_add(&rows, "tax", "Tax!result");
    rows_add(&rows, "no", "Other!result");
    rows_add(&rows, "list[*].r", "Tax!rates[*].r");
    rows_add(&rows, "list[*].a", "a");
    rows_add(&rows, "all", "Tax!rates[?@.r > $.result].r");
    test_scope(&output_tape,
               "{\"result\":1.05,\"rates\":[{\"r\":5},{\"r\":1}]}");
    struct scope scope = test_scope(&t, "{\"a\":\"x\"}");
    scope.output = output;
    for (unsigned flags = PLAN_FAST; flags <= PLAN_GENERAL; flags++) {
        buf_init(&out, 1000);
        CHECK_INT(plan_compile(&p, &rows, FORMULA_LANGUAGE, flags, NULL, &e),
                  ERR_OK);
        CHECK_INT(plan_run(p, &scope, &out, NULL, &e), ERR_OK);
        CHECK_STR(buf_str(&out),
                  "{\"tax\":1.05,\"list\":[{\"r\":5,\"a\":\"x\"},"
                  "{\"r\":1,\"a\":\"x\"}],\"all\":[5]}");
        buf_clear(&out);
        plan_free(p);
    }
    rows_clear(&rows);
    tape_clear(&t);
    tape_clear(&output_tape);
}

static const struct test source_tests[] = {
    {"kinds", kinds},
    {"wrong", wrong},
    {"an error names its path once and short",
     an_error_names_its_path_once_and_short},
    {"blocks are renamed", blocks},
    {"references", references},
    {"evaluation", eval},
    {"other blocks in plans", blocks_in_plans},
    {NULL, NULL}};

/* --- rows ---------------------------------------------------------------- */

static enum err
read_rows(struct mapping_rows *r, const char *json, struct error *e)
{
    struct value *v = NULL;
    CHECK_INT(
        value_read(&v, json, strlen(json), &value_limits_document, "rows", e),
        ERR_OK);
    enum err err = rows_read(r, v, e);
    value_free(v);
    return err;
}

static void
rows_round_trip(void)
{
    const char *json =
        "[{\"target\":\"a\",\"source\":\"x\"},{\"target\":\"b\"},"
        "{\"target\":\"c\",\"source\":\"=1\",\"default\":19.90,"
        "\"required\":true,\"note\":\"n\"},"
        "{\"target\":\"d\",\"default\":null}]";
    struct mapping_rows r, copy;
    struct error e = {0};
    rows_init(&r);
    rows_init(&copy);
    CHECK_INT(read_rows(&r, json, &e), ERR_OK);
    rows_copy(&copy, &r);
    struct value *v = rows_value(&copy);
    char *text = value_to_text(v);
    CHECK_STR(text, json);
    free(text);
    value_free(v);
    CHECK_INT(read_rows(&r,
                        "[{\"target\":\"a\",\"source\":\"\","
                        "\"required\":false}]",
                        &e),
              ERR_OK);
    v = rows_value(&r);
    text = value_to_text(v);
    CHECK_STR(text, "[{\"target\":\"a\"}]");
    free(text);
    value_free(v);
    rows_clear(&copy);
    rows_clear(&r);
}

static void
rows_wrong(void)
{
    static const struct {
        const char *json, *why;
    } cases[] = {
        {"{}", "a mapping is a list of rows"},
        {"[{\"source\":\"a\"}]", "mapping row 1: it has no target"},
        {"[{\"target\":\"a\"},7]", "mapping row 2: it is not an object"},
        {"[{\"target\":7}]", "\"target\" is not text"},
        {"[{\"target\":\"a\\u0000b\"}]", "holds a NUL character"},
        {"[{\"target\":\"a\",\"required\":1}]", "is true or false"},
        {"[{\"target\":\"a\",\"sauce\":\"b\"}]", "no such member \"sauce\""},
    };
    struct mapping_rows r;
    rows_init(&r);
    rows_add(&r, "kept", "x");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct error e = {0};
        CHECK_INT(read_rows(&r, cases[i].json, &e), ERR_INVALID);
        CHECK_HAS(e.text, cases[i].why);
        CHECK_INT(r.count, 1);
    }
    rows_clear(&r);
}

static void
rows_change(void)
{
    struct mapping_rows r;
    rows_init(&r);
    rows_set(&r, "a", "x");
    rows_set(&r, "b", "Tax!y");
    rows_set(&r, "a", NULL);
    CHECK_INT(r.count, 2);
    CHECK_STR(rows_find(&r, "a")->source, "");
    rows_remove(&r, 0);
    CHECK_STR(r.rows[0].target, "b");
    CHECK(!rows_find(&r, "a"));
    rows_clear(&r);
}

static const struct test rows_tests[] = {{"round trip", rows_round_trip},
                                         {"wrong documents", rows_wrong},
                                         {"changes", rows_change},
                                         {NULL, NULL}};

void
test_mapping_source(void)
{
    test_run("source", source_tests);
    test_run("rows", rows_tests);
    failed_tests += test_failures;
}
