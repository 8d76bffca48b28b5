/* Value trees: order, sizes, changes, and objects with many keys. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/test.h"
#include "tests/unit/value/value.h"

static void
check_text(const struct value *v, const char *wanted)
{
    char *got = value_to_text(v);
    CHECK_STR(got, wanted);
    free(got);
}

static void
members_keep_their_place(void)
{
    struct value *v = must_read("{\"b\":1,\"a\":2,\"c\":3}");
    value_set_int(v, "a", 9);
    value_set_text(v, "d", NULL);
    check_text(v, "{\"b\":1,\"a\":9,\"c\":3,\"d\":null}");
    CHECK(value_remove(v, "b"));
    CHECK(!value_remove(v, "b"));
    value_free(value_detach(v, "c"));
    CHECK(!value_detach(v, "c"));
    value_set_bool(v, "b", true);
    check_text(v, "{\"a\":9,\"d\":null,\"b\":true}");
    value_free(v);
}

/* Sabotage: let value_text_or give a text with a NUL; skip the keys in
 * find_in_member. */
static void
a_nul_never_ends_a_text(void)
{
    static const char *const payloads[] = {"data", NULL};
    static const struct {
        const char *text, *place;
    } cases[] = {{"{\"userId\":\"a\\u0000b\"}", "/userId"},
                 {"{\"a\":[1,{\"b\":[\"\\u0000\"]}]}", "/a/1/b/0"},
                 {"{\"data\":{\"a\":\"\\u0000\"},\"c\":1}", NULL},
                 {"{\"c\":{\"data\":[\"\\u0000\"]}}", NULL},
                 {"{\"data\\u0000\":1}", "/data"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct value *v = must_read(cases[i].text);
        struct buf place;
        buf_init(&place, 100);
        CHECK_INT(value_find_nul(v, payloads, &place), cases[i].place != NULL);
        CHECK_STR(place.len ? buf_str(&place) : NULL, cases[i].place);
        buf_clear(&place);
        value_free(v);
    }
    struct value *v = must_read(cases[0].text);
    CHECK_STR(value_get_text(v, "userId"), NULL);
    CHECK_STR(value_text_or(value_at(v, 0), "f"), "f");
    value_free(v);
}

static void
elements_move_up_and_down(void)
{
    struct value *v = value_array();
    for (int i = 0; i < 6; i++)
        value_insert(v, 0, value_int(i));
    value_free(value_take_at(v, 1));
    value_replace_at(v, 0, value_string("x"));
    value_insert(v, value_size(v), value_null());
    check_text(v, "[\"x\",3,2,1,0,null]");
    value_free(v);
}

static void
absent_values_are_no_trouble(void)
{
    CHECK_INT(value_type(NULL), VALUE_NULL);
    CHECK(!value_is(NULL, VALUE_NULL));
    CHECK(!value_text(NULL, NULL));
    CHECK_STR(value_text_or(NULL, "f"), "f");
    CHECK_INT(value_size(NULL), 0);
    CHECK(!value_at(NULL, 0));
    CHECK(!value_get(NULL, "a"));
    CHECK(!value_key(NULL, 0, NULL));
    CHECK(!value_get_text(NULL, "a"));
    CHECK_INT(value_int_or(NULL, 7), 7);
    CHECK(value_bool_or(NULL, true));
    value_free(NULL);
}

static void
integers_are_what_fits(void)
{
    static const struct {
        const char *text;
        int64_t n;
    } cases[] = {{"0", 0},
                 {"-0.0e5", 0},
                 {"5", 5},
                 {"5.0", 5},
                 {"0.5e1", 5},
                 {"500e-2", 5},
                 {"-12", -12},
                 {"1e3", 1000},
                 {"9223372036854775807", INT64_MAX},
                 {"-9223372036854775808", INT64_MIN},
                 {"9223372036854775808", -1},
                 {"-9223372036854775809", -1},
                 {"99999999999999999999", -1},
                 {"5.5", -1},
                 {"1e400", -1},
                 {"1e-400", -1},
                 {"1e99999999999999999999999", -1}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct value *v = must_read(cases[i].text);
        CHECK_INT(value_int_or(v, -1), cases[i].n);
        value_free(v);
    }
    struct value *text = value_string("5");
    CHECK_INT(value_int_or(text, -1), -1);
    value_free(text);
}

static void
equal_is_by_value_and_same_is_by_digit(void)
{
    static const struct {
        const char *a, *b;
        bool equal, same;
    } cases[] = {
        {"1", "1.0", true, false},
        {"100", "1e2", true, false},
        {"0.1", "1E-1", true, false},
        {"0", "-0", true, false},
        {"0.000", "0e99", true, false},
        {"19.9", "19.90", true, false},
        {"1", "-1", false, false},
        {"1", "10", false, false},
        {"1.01", "1.1", false, false},
        {"1e400", "10e399", true, false},
        {"1e400", "1e401", false, false},
        {"12345678901234567890", "12345678901234567891", false, false},
        {"1e99999999999999999999", "1e99999999999999999999", true, true},
        {"{\"a\":1,\"b\":2}", "{\"b\":2,\"a\":1}", true, true},
        {"{\"a\":1,\"b\":2}", "{\"b\":2,\"c\":1}", false, false},
        {"[1,2]", "[2,1]", false, false},
        {"[1]", "[1,1]", false, false},
        {"{}", "[]", false, false},
        {"\"1\"", "1", false, false},
        {"null", "false", false, false},
        {"{\"a\":null}", "{\"b\":null}", false, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct value *a = must_read(cases[i].a), *b = must_read(cases[i].b);
        CHECK(value_equal(a, b) == cases[i].equal);
        CHECK(value_equal(b, a) == cases[i].equal);
        CHECK(value_same(a, b) == cases[i].same);
        if (test_failures_here)
            printf("#   %s and %s\n", cases[i].a, cases[i].b);
        value_free(a);
        value_free(b);
    }
}

static void
strings_are_repaired_or_kept(void)
{
    struct value *v = value_string("a\xff\xc3");
    CHECK_STR(value_text(v, NULL), "a\xef\xbf\xbd\xef\xbf\xbd");
    value_free(v);
    v = value_string_n("a\0b", 3);
    check_text(v, "\"a\\u0000b\"");
    value_free(v);
    v = value_string(NULL);
    CHECK(value_is(v, VALUE_NULL));
    value_free(v);
}

static void
many_keys_stay_in_order_and_findable(void)
{
    enum { COUNT = 50000 };
    struct value *v = value_object();
    char key[16];
    for (int i = 0; i < COUNT; i++) {
        snprintf(key, sizeof key, "k%d", i * 7919 % COUNT);
        value_set_int(v, key, i);
    }
    CHECK_INT(value_size(v), COUNT);
    for (int i = 0; i < COUNT && !test_failures_here; i++) {
        snprintf(key, sizeof key, "k%d", i * 7919 % COUNT);
        CHECK_INT(value_int_or(value_get(v, key), -1), i);
    }
    CHECK(!value_get(v, "k50000"));
    for (int i = 100; i > 0; i--) {
        snprintf(key, sizeof key, "k%d", i);
        CHECK(value_remove(v, key));
        CHECK(!value_get(v, key));
    }
    CHECK(value_get(v, "k0") && value_get(v, "k101"));
    struct value *copy = value_copy(v);
    CHECK(value_same(v, copy));
    value_free(v);
    value_free(copy);
}

static void
number_texts_are_recognised(void)
{
    static const char *const good[] = {"0",   "-0",   "10",  "1.5",
                                       "1e5", "1E+5", "1e-5"};
    static const char *const bad[] = {"",   "-",  "01", "1.",  ".5",
                                      "1e", "+1", "1 ", "0x1", "NaN"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        CHECK(value_is_number_text(good[i], strlen(good[i])));
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        CHECK(!value_is_number_text(bad[i], strlen(bad[i])));
}

void
test_value_tree(void)
{
    static const struct test tests[] = {
        {"a NUL never ends a text", a_nul_never_ends_a_text},
        {"members keep their place", members_keep_their_place},
        {"elements move up and down", elements_move_up_and_down},
        {"absent values are no trouble", absent_values_are_no_trouble},
        {"integers are what fits", integers_are_what_fits},
        {"equal is by value and same is by digit",
         equal_is_by_value_and_same_is_by_digit},
        {"strings are repaired or kept", strings_are_repaired_or_kept},
        {"many keys stay in order and findable",
         many_keys_stay_in_order_and_findable},
        {"number texts are recognised", number_texts_are_recognised},
        {NULL, NULL}};
    test_run("tree", tests);
    failed_tests += test_failures;
}
