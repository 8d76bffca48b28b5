/* The canonical form: equal documents are equal bytes; and the pretty one. */
#include <stdlib.h>
#include <string.h>

#include "tests/unit/test.h"
#include "tests/unit/value/value.h"

static void
order_and_space_do_not_matter(void)
{
    static const struct {
        const char *text, *canonical;
    } cases[] = {
        {" { \"b\" : 1 , \"a\" : [ 1 , 2 ] } ", "{\"a\":[1,2],\"b\":1}"},
        {"{\"b\":{\"d\":1,\"c\":2},\"a\":0}", "{\"a\":0,\"b\":{\"c\":2,"
                                              "\"d\":1}}"},
        {"{\"ab\":1,\"a\":2,\"\":3,\"B\":4}", "{\"\":3,\"B\":4,\"a\":2,"
                                              "\"ab\":1}"},
        /* By bytes, not by UTF-16 units as RFC 8785 sorts. */
        {"{\"\xf0\x9f\x98\x80\":1,\"\xef\xbf\xbd\":2}",
         "{\"\xef\xbf\xbd\":2,\"\xf0\x9f\x98\x80\":1}"},
        {"{\"a\\u0000\":1,\"a\":2}", "{\"a\":2,\"a\\u0000\":1}"},
        {"[\"\\u0041\\/\\u001F\\u00e9\"]", "[\"A/\\u001f\xc3\xa9\"]"},
        {"[5,5.0,1E2,-0]", "[5,5.0,1E2,-0]"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct value *v = must_read(cases[i].text);
        char *got = canonical_text(v);
        CHECK_STR(got, cases[i].canonical);
        free(got);
        value_free(v);
    }
}

static void
pretty_is_for_people(void)
{
    struct value *v = must_read("{\"b\":[1,{}],\"a\":{\"c\":[]}}");
    char *got = pretty_text(v);
    CHECK_STR(got, "{\n  \"b\": [\n    1,\n    {}\n  ],\n  \"a\": {\n    "
                   "\"c\": []\n  }\n}");
    free(got);
    value_free(v);
}

static void
a_full_buffer_stops_the_writer(void)
{
    struct value *v = must_read("[\"0123456789\",\"0123456789\"]");
    struct buf b;
    buf_init(&b, 15);
    value_write(&b, v);
    CHECK(buf_failed(&b));
    CHECK(b.len <= 15);
    buf_clear(&b);
    value_free(v);
}

void
test_value_canonical(void)
{
    static const struct test tests[] = {
        {"order and space do not matter", order_and_space_do_not_matter},
        {"pretty is for people", pretty_is_for_people},
        {"a full buffer stops the writer", a_full_buffer_stops_the_writer},
        {NULL, NULL}};
    test_run("canonical", tests);
    failed_tests += test_failures;
}
