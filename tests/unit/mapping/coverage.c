/* Fields, coverage and suggestions. */
#include "mapping/coverage/coverage.h"
#include "mapping/coverage/suggestion.h"
#include "mapping/mapping.h"

static void
fields(void)
{
    struct fields f;
    struct tape t;
    fields_init(&f);
    struct scope scope = test_scope(
        &t, "{\"a\":1,\"b\":{\"c d\":[{\"e\":null},{\"e\":[],\"f\":2}]},"
            "\"t\":[1,2],\"\\u00e9\":\"\"}");
    fields_add(&f, scope.root, NULL);
    tape_clear(&t);
    scope = test_scope(&t, "{\"a\":{}}");
    fields_add(&f, scope.root, NULL);
    tape_clear(&t);
    static const struct {
        const char *path;
        bool leaf;
        size_t samples;
    } wanted[] = {{"a", true, 2},
                  {"b", false, 1},
                  {"b['c d']", false, 1},
                  {"b['c d'][*]", false, 1},
                  {"b['c d'][*].e", true, 1},
                  {"b['c d'][*].f", true, 1},
                  {"t", false, 1},
                  {"t[*]", true, 1},
                  {"é", true, 1}};
    CHECK_INT(f.count, sizeof wanted / sizeof *wanted);
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        const struct field *found = fields_find(&f, wanted[i].path);
        CHECK(found != NULL);
        if (!found)
            continue;
        CHECK_INT(found - f.items, i);
        CHECK_INT(found->leaf, wanted[i].leaf);
        CHECK_INT(found->samples, wanted[i].samples);
    }
    CHECK(!fields_find(&f, "b.c"));
    fields_clear(&f);
}

/* Many fields are found and kept within the bound. */
static void
many_fields(void)
{
    struct buf json;
    struct fields f;
    struct tape t;
    buf_init(&json, 1u << 22);
    for (int i = 0; i < 20000; i++)
        buf_addf(&json, "%s\"f%d\":1", i ? "," : "{", i);
    buf_adds(&json, "}");
    struct scope scope = test_scope(&t, buf_str(&json));
    fields_init(&f);
    fields_add(&f, scope.root, NULL);
    CHECK_INT(f.count, 10000);
    CHECK(fields_find(&f, "f9999") != NULL);
    CHECK(fields_find(&f, "f10000") == NULL);
    fields_clear(&f);
    tape_clear(&t);
    buf_clear(&json);
}

static void
coverage(void)
{
    static const char *const samples[] = {
        "{\"id\":1,\"lines\":[{\"sku\":\"a\",\"qty\":1}],\"memo\":\"x\"}",
        "{\"id\":2,\"lines\":[{\"sku\":\"b\"},{\"qty\":2}]}",
        "{\"id\":3,\"other\":{\"deep\":true}}"};
    struct mapping_rows rows;
    struct tape tapes[3];
    struct scope scopes[3];
    struct coverage c;
    struct error e = {0};
    rows_init(&rows);
    rows_add(&rows, "id", "id");
    rows_add(&rows, "l[*]", "lines[*]");
    rows_add(&rows, "l[*].sku", "@.sku")->required = true;
    rows_add(&rows, "note", "nothing")->fallback = value_int(0);
    rows_add(&rows, "blank", "");
    for (int i = 0; i < 3; i++)
        scopes[i] = test_scope(&tapes[i], samples[i]);
    CHECK_INT(coverage_measure(&c, &rows, FORMULA_LANGUAGE, scopes, 3, &e),
              ERR_OK);
    CHECK_INT(c.samples, 3);
    CHECK_INT(c.failed, 1);
    CHECK_INT(c.rows[0].filled, 3);
    CHECK_INT(c.rows[2].filled, 1);
    CHECK_INT(c.rows[2].errors, 1);
    CHECK_INT(c.rows[2].blank, 1);
    CHECK_HAS(c.rows[2].first_error, "$['lines'][1]['sku'] is missing");
    CHECK_INT(c.rows[3].defaulted, 3);
    CHECK_INT(c.rows[4].blank, 3);
    CHECK(!coverage_row_is_idle(&c, 0));
    CHECK(!coverage_row_is_idle(&c, 2));
    CHECK(coverage_row_is_idle(&c, 3));
    CHECK(coverage_row_is_idle(&c, 4));
    CHECK_INT(fields_find(&c.fields, "id")->used, 3);
    CHECK_INT(fields_find(&c.fields, "lines[*].sku")->used, 2);
    CHECK_INT(fields_find(&c.fields, "lines[*].qty")->used, 0);
    coverage_clear(&c);
    rows_remove(&rows, 1);
    rows.rows[1].required = false;
    rows_set(&rows, "l[*].sku", "lines[*].sku");
    CHECK_INT(coverage_measure(&c, &rows, FORMULA_LANGUAGE, scopes, 3, &e),
              ERR_OK);
    CHECK_INT(fields_find(&c.fields, "lines[*].sku")->used, 2);
    CHECK_INT(fields_find(&c.fields, "lines[*].qty")->used, 0);
    CHECK_INT(fields_find(&c.fields, "memo")->used, 0);
    CHECK_INT(fields_find(&c.fields, "other.deep")->used, 0);
    coverage_clear(&c);
    rows_set(&rows, "id", "two words");
    CHECK_INT(coverage_measure(&c, &rows, FORMULA_LANGUAGE, scopes, 3, &e),
              ERR_INVALID);
    for (int i = 0; i < 3; i++)
        tape_clear(&tapes[i]);
    rows_clear(&rows);
}

static const struct test coverage_tests[] = {{"fields", fields},
                                             {"many fields", many_fields},
                                             {"coverage", coverage},
                                             {NULL, NULL}};

/* --- suggestions --------------------------------------------------------- */

static void
likeness(void)
{
    CHECK_INT(suggestion_likeness("line_items", "lineItems"), 100);
    CHECK_INT(suggestion_likeness("Ship-To Zip", "shipToZip"), 100);
    CHECK_INT(suggestion_likeness("quantity", "quantiti"), 87);
    CHECK_INT(suggestion_likeness("abc", "xyz"), 0);
    CHECK_INT(suggestion_likeness("", ""), 0);
}

static void
suggestions(void)
{
    struct mapping_rows others[3];
    struct suggestions s;
    for (int i = 0; i < 3; i++)
        rows_init(&others[i]);
    rows_add(&others[0], "lineItems[*].sku", "lines[*].ItemSku");
    rows_add(&others[1], "lineItems[*].sku", "lines[*].Item");
    rows_add(&others[1], "total", "Total");
    rows_add(&others[2], "lineItems[*].sku", "lines[*].ItemSku");
    rows_add(&others[2], "items[*].SKU", "x[*].y");
    rows_add(&others[2], "line_items[*].s_k_u", "");
    suggestions_find(&s, "lineItems[*].sku", others, 3);
    CHECK_INT(s.count, 3);
    CHECK_STR(s.items[0].source, "lines[*].ItemSku");
    CHECK_INT(s.items[0].users, 2);
    CHECK(s.items[0].exact);
    CHECK_STR(s.items[1].source, "lines[*].Item");
    CHECK_STR(s.items[2].target, "items[*].SKU");
    CHECK(!s.items[2].exact);
    suggestions_clear(&s);
    suggestions_find(&s, "unheardOf", others, 3);
    CHECK_INT(s.count, 0);
    suggestions_clear(&s);
    for (int i = 0; i < 3; i++)
        rows_clear(&others[i]);
}

static const struct test suggestion_tests[] = {
    {"likeness", likeness}, {"suggestions", suggestions}, {NULL, NULL}};

void
test_mapping_coverage(void)
{
    test_run("coverage", coverage_tests);
    test_run("suggestion", suggestion_tests);
    failed_tests += test_failures;
}
