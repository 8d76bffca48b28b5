/* The strict reader: what it takes, what it refuses, and where. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/test.h"
#include "tests/unit/value/value.h"
#include "value/tape_scan.h"

static void
check_kept(const char *text)
{
    struct value *v = must_read(text);
    char *got = value_to_text(v);
    CHECK_STR(got, text);
    free(got);
    value_free(v);
}

static void
what_is_written_is_kept(void)
{
    static const char *const texts[] = {
        "19.90",
        "1e400",
        "-0",
        "1E+2",
        "12345678901234567890",
        "0.10000000000000000000000000000000000000001",
        "\"\"",
        "\"a\\u0000b\"",
        "\"M\xc3\xbcller \xf0\x9f\x98\x80 \xef\xbf\xbf \x7f\"",
        "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u001f\"",
        "[]",
        "{}",
        "[null,true,false,[[]],{\"\":{}}]",
        "{\"b\":1,\"a\":{\"d\":[],\"c\":\"x\"},\"\\u0000\":2}",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        check_kept(texts[i]);
}

static void
escapes_are_resolved(void)
{
    struct value *v = must_read(" \"\\u0041\\u00e9\\u20AC\\ud83d\\uDE00\\/\" ");
    CHECK_STR(value_text(v, NULL), "A\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80/");
    value_free(v);
}

static void
what_is_wrong_is_refused_with_its_place(void)
{
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"", "line 1, column 1: expected a value (the text ends here)"},
        {"  \n ", "line 2, column 2: expected a value"},
        {"[1,\n 2,,3]", "line 2, column 4: expected a value (found ',')"},
        {"[1 2]", "column 4: expected ',' or ']' (found '2')"},
        {"[1,]", "column 4: expected a value (found ']')"},
        {"[1}", "column 3: expected ',' or ']' (found '}')"},
        {"{\"a\":1]", "column 7: expected ',' or '}' (found ']')"},
        {"{\"a\":1,}", "column 8: expected a key in double quotes"},
        {"{a:1}", "column 2: expected a key in double quotes (found 'a')"},
        {"{1:1}", "column 2: expected a key"},
        {"{\"a\" 1}", "column 6: expected ':' after a key"},
        {"{\"a\":}", "column 6: expected a value"},
        {"[\"\xc3\xbc\" x]", "column 6: expected ',' or ']' (found 'x')"},
        {"nul", "expected a value (found 'n')"},
        {"True", "expected a value (found 'T')"},
        {"NaN", "expected a value"},
        {"'a'", "expected a value (found ''')"},
        {"01", "column 2: expected the end of the text (found '1')"},
        {"-", "column 2: expected a digit"},
        {"-a", "column 2: expected a digit"},
        {"1.", "column 3: expected a digit"},
        {".5", "column 1: expected a value"},
        {"+1", "column 1: expected a value"},
        {"1e+", "column 4: expected a digit"},
        {"1 1", "column 3: expected the end of the text"},
        {"{} {}", "column 4: expected the end of the text"},
        {"// x\n1", "expected a value (found '/')"},
        {"\"a", "column 3: expected '\"' at the end of a string"},
        {"\"a\nb\"", "column 3: a control character in a string"},
        {"\"a\tb\"", "column 3: a control character in a string"},
        {"\"\\x\"", "column 3: expected one of"},
        {"\"\\u12g4\"", "column 4: expected four hexadecimal digits"},
        {"\"\\ud800\"", "column 2: a surrogate stands alone"},
        {"\"\\udc00\"", "column 2: a surrogate stands alone"},
        {"\"\\ud800\\u0041\"", "column 2: a surrogate stands alone"},
        {"\"\\ud800\\ud800\"", "column 2: a surrogate stands alone"},
        {"\"a\xff\"", "column 3: the bytes are not valid UTF-8 (found the "
                      "byte 0xFF)"},
        {"\"\xc0\xaf\"", "not valid UTF-8"},
        {"\"\xed\xa0\x80\"", "not valid UTF-8"},
        {"\"\xf4\x90\x80\x80\"", "not valid UTF-8"},
        {"\"\xe2\x82\"", "not valid UTF-8"},
        {"\"\x80\"", "not valid UTF-8"},
        {"\xef\xbb\xbf{}", "column 1: expected a value (found U+FEFF)"},
        {"[\xc2\xa0"
         "1]",
         "column 2: expected a value (found U+00A0)"},
        {"[1,\f2]", "column 4: expected a value (found U+000C)"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct error e = {.text = ""};
        struct value *v = read_n(cases[i].text, strlen(cases[i].text), &e);
        CHECK(!v);
        CHECK_INT(e.code, ERR_INVALID);
        CHECK_HAS(e.text, cases[i].message);
        value_free(v);
    }
}

static void
a_nul_is_no_end(void)
{
    struct error e;
    CHECK(!read_n("1\0", 2, &e));
    CHECK_HAS(e.text, "column 2: expected the end of the text (found U+0000)");
    CHECK(!read_n("\"a\0b\"", 5, &e));
    CHECK_HAS(e.text, "column 3: a control character");
    CHECK(!read_n("\"\\\0\"", 4, &e));
    CHECK_HAS(e.text, "column 3: expected one of");
}

static void
keys_occur_once(void)
{
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"{\"a\":1,\"a\":2}", "column 8: a key occurs twice in one object "
                              "(\"a\"; keep one)"},
        {"{\"a\":1,\"b\":{\"c\":1,\"c\":2}}", "column 19: a key occurs twice"},
        {"{\"a\":1,\"\\u0061\":2}", "column 8: a key occurs twice"},
        {"{\"\\u0061\":1,\"a\":2}", "column 13: a key occurs twice"},
        {"{\"\":1,\"\":2}", "a key occurs twice"},
        {"{\"abcdefghijklmnopq\":1,\"abcdefghijklmnopq\":2}",
         "a key occurs twice"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct error e = {.text = ""};
        CHECK(!read_n(cases[i].text, strlen(cases[i].text), &e));
        CHECK_HAS(e.text, cases[i].message);
    }
    check_kept("[{\"a\":1},{\"a\":{\"a\":[{\"a\":1}]}}]");
    check_kept("{\"abcdefgh1abcdefgh\":1,\"abcdefgh2abcdefgh\":2}");
}

/* An object of COUNT keys, of which the one at TWICE (where below COUNT)
 * occurs again at the end. */
static void
check_big_object(unsigned count, unsigned twice)
{
    struct buf b;
    buf_init(&b, 64u << 20);
    for (unsigned i = 0; i < count; i++)
        buf_addf(&b, "%s\"key %u\":%u", i ? "," : "{", i, i);
    if (twice < count)
        buf_addf(&b, ",\"key %u\":0", twice);
    buf_adds(&b, "}");
    struct error e = {.text = ""};
    struct value *v = read_n(b.data, b.len, &e);
    if (twice < count)
        CHECK_HAS(e.text, "a key occurs twice");
    else
        CHECK_STR(e.text, "");
    CHECK(!v == (twice < count));
    value_free(v);
    buf_clear(&b);
}

/* Sabotage: take the call of sort_keys away (TWICE only), and keys that collide
 * are not compared. */
static void
keys_that_collide_are_sorted(void)
{
    struct buf b;
    buf_init(&b, 1 << 20);
    char key[24] = "", first[24] = "";
    for (unsigned i = 0, n = 0; n < 600; i++) {
        snprintf(key, sizeof key, "key %u", i);
        if (hash_whole(key, strlen(key)) & 1023)
            continue;
        buf_addf(&b, "%s\"%s\":%u", n ? "," : "{", key, i);
        if (n++ == 0)
            memcpy(first, key, sizeof first);
    }
    size_t whole = b.len;
    buf_adds(&b, "}");
    struct error e = {.text = ""};
    struct value *v = read_n(b.data, b.len, &e);
    CHECK(v != NULL);
    value_free(v);
    b.len = whole;
    buf_addf(&b, ",\"%s\":0}", first);
    CHECK(!read_n(b.data, b.len, &e));
    CHECK_HAS(e.text, "a key occurs twice");
    buf_clear(&b);
}

/* Take the call of scan_check_keys or of key_is_new away and this fails. */
static void
keys_of_big_objects_occur_once(void)
{
    for (unsigned count = 1; count < 80; count++) {
        check_big_object(count, count);
        for (unsigned twice = 0; twice < count; twice++)
            check_big_object(count, twice);
    }
    check_big_object(200000, 200000);
    check_big_object(200000, 100000);
}

static void
every_cut_is_refused(void)
{
    static const char text[] =
        "{\"a\": [1.5e3, -0, \"x\\u00e9\\ud83d\\ude00\xc3\xbc\xe2\x82\xac\", "
        "true, false, null], \"b\": {\"c\": {}, \"d\": []}} ";
    size_t n = sizeof text - 2; /* the last byte is white space */
    struct error e;
    for (size_t i = 0; i < n; i++) {
        struct value *v = read_n(text, i, &e);
        CHECK(!v);
        value_free(v);
    }
    struct value *v = read_n(text, n, &e);
    CHECK(v != NULL);
    value_free(v);
}

static size_t
text_size(const struct value *v)
{
    size_t n;
    value_text(v, &n);
    return n;
}

/* The scanner looks at 16 bytes at a time: every kind of byte at every
 * distance from the start and from the end. */
static void
every_offset_is_looked_at(void)
{
    static const char *const stops[] = {"\n",   "\"",   "\xff",
                                        "\x80", "\x1f", "\\x"};
    for (size_t before = 0; before < 40; before++) {
        for (size_t after = 0; after < 40; after++) {
            for (size_t i = 0; i < sizeof stops / sizeof stops[0]; i++) {
                struct buf b;
                buf_init(&b, 200);
                buf_addf(&b, "\"%*s%s%*s\"", (int)before, "", stops[i],
                         (int)after, "");
                struct error e;
                struct value *v = read_n(b.data, b.len, &e);
                CHECK(!v);
                value_free(v);
                buf_reset(&b);
                buf_addf(&b, "\"%*s\\n\xc3\xbc%*s\"", (int)before, "",
                         (int)after, "");
                v = read_n(b.data, b.len, &e);
                CHECK_INT(text_size(v), before + after + 3);
                value_free(v);
                buf_clear(&b);
            }
        }
    }
}

static char *
nested(size_t depth, const char *open, const char *inner, const char *close)
{
    struct buf b;
    buf_init(&b, 1u << 24);
    for (size_t i = 0; i < depth; i++)
        buf_adds(&b, open);
    buf_adds(&b, inner);
    for (size_t i = 0; i < depth; i++)
        buf_adds(&b, close);
    return buf_take(&b);
}

static enum err
read_within(const char *text, const struct value_limits *limits,
            struct error *e)
{
    struct value *v = NULL;
    enum err err = value_read(&v, text, strlen(text), limits, "t.json", e);
    value_free(v);
    return err;
}

static void
depth_is_bounded(void)
{
    static const struct value_limits deep = {
        .bytes = 1u << 24, .depth = SIZE_MAX, .nodes = SIZE_MAX};
    struct error e;
    char *t = nested(10000, "[", "", "]");
    CHECK_INT(read_within(t, &value_limits_event, &e), ERR_TOO_BIG);
    CHECK_HAS(e.text, "t.json: it is nested more than 256 deep");
    CHECK_INT(read_within(t, &deep, &e), ERR_TOO_BIG);
    free(t);
    t = nested(10000, "{\"a\":", "", "}");
    CHECK_INT(read_within(t, &value_limits_document, &e), ERR_TOO_BIG);
    free(t);
    t = nested(10000, "[", "", "");
    CHECK_INT(read_within(t, &deep, &e), ERR_TOO_BIG);
    free(t);
    t = nested(64, "[", "", "]");
    CHECK_INT(read_within(t, &value_limits_document, &e), ERR_OK);
    free(t);
    t = nested(65, "[", "", "]");
    CHECK_INT(read_within(t, &value_limits_document, &e), ERR_TOO_BIG);
    free(t);
    t = nested(VALUE_DEPTH_MAX, "{\"a\":", "1", "}");
    CHECK_INT(read_within(t, &deep, &e), ERR_OK);
    free(t);
}

static void
bytes_and_nodes_are_bounded(void)
{
    static const struct value_limits small = {
        .bytes = 10, .depth = 9, .nodes = 4};
    struct error e;
    CHECK_INT(read_within("[1,2,3]   ", &small, &e), ERR_OK);
    CHECK_INT(read_within("[1,2,3]    ", &small, &e), ERR_TOO_BIG);
    CHECK_HAS(e.text, "t.json: it has 11 bytes, and at most 10 are read");
    CHECK_INT(read_within("[1,2,3,4]", &small, &e), ERR_TOO_BIG);
    CHECK_HAS(e.text, "more than 4 values and keys");
    CHECK_INT(read_within("{\"a\":{}}", &small, &e), ERR_OK);
}

void
test_value_read(void)
{
    static const struct test tests[] = {
        {"what is written is kept", what_is_written_is_kept},
        {"escapes are resolved", escapes_are_resolved},
        {"what is wrong is refused with its place",
         what_is_wrong_is_refused_with_its_place},
        {"a NUL is no end", a_nul_is_no_end},
        {"keys occur once", keys_occur_once},
        {"keys that collide are sorted", keys_that_collide_are_sorted},
        {"keys of big objects occur once", keys_of_big_objects_occur_once},
        {"every cut is refused", every_cut_is_refused},
        {"every offset is looked at", every_offset_is_looked_at},
        {"depth is bounded", depth_is_bounded},
        {"bytes and nodes are bounded", bytes_and_nodes_are_bounded},
        {NULL, NULL}};
    test_run("read", tests);
    failed_tests += test_failures;
}
