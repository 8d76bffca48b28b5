/* Paths: what the compliance suite does not ask. */
#include "mapping/mapping.h"

#include "mapping/number/number.h"
#include "mapping/path/path.h"

/* The normalized paths that TEXT gives on JSON, or its error. */
static char *
query(const char *text, unsigned flags, const char *json)
{
    struct path *p;
    struct error e = {0};
    struct tape t;
    struct node_list l;
    struct buf out;
    if (path_compile(&p, text, strlen(text), flags, &e) != ERR_OK)
        return mem_strdup(e.text);
    struct scope scope = test_scope(&t, json);
    node_list_init(&l);
    buf_init(&out, 1u << 20);
    if (path_query(p, &scope, &l, &e) != ERR_OK)
        buf_adds(&out, e.text);
    else
        for (size_t i = 0; i < l.count; i++) {
            buf_adds(&out, i > 0 ? " " : "");
            path_normalized(l.nodes[i], &out);
        }
    node_list_clear(&l);
    tape_clear(&t);
    path_free(p);
    return buf_take(&out);
}

#define CHECK_QUERY(text, flags, json, wanted)                                 \
    do {                                                                       \
        char *found_ = query(text, flags, json);                               \
        CHECK_STR(found_, wanted);                                             \
        free(found_);                                                          \
    } while (0)

#define CHECK_QUERY_HAS(text, flags, json, wanted)                             \
    do {                                                                       \
        char *found_ = query(text, flags, json);                               \
        CHECK_HAS(found_, wanted);                                             \
        free(found_);                                                          \
    } while (0)

static void
bare(void)
{
    const char *json = "{\"a\":{\"b\":[1,2]},\"x y\":3}";
    CHECK_QUERY("a.b", PATH_BARE, json, "$['a']['b']");
    CHECK_QUERY("a.b[1]", PATH_BARE, json, "$['a']['b'][1]");
    CHECK_QUERY("['x y']", PATH_BARE, json, "$['x y']");
    CHECK_QUERY("@.a", PATH_BARE, json, "$['a']");
    CHECK_QUERY("..b", PATH_BARE, json, "$['a']['b']");
    CHECK_QUERY("*", PATH_BARE, json, "$['a'] $['x y']");
    CHECK_QUERY("$", PATH_BARE, json, "$");
    CHECK_QUERY_HAS("a", PATH_STRICT, json, "column 1: a path begins with $");
    CHECK_QUERY_HAS("@.a", PATH_STRICT, json, "a path begins with $");
    CHECK_QUERY_HAS(".a", PATH_BARE, json, "does not begin with one dot");
    CHECK_QUERY_HAS("a-b", PATH_BARE, json, "column 2: a segment");
    CHECK_QUERY_HAS("", PATH_BARE, json, "the path is empty");
}

static void
errors_name_the_column(void)
{
    CHECK_QUERY_HAS("$.a[?@.b ==]", PATH_STRICT, "1", "column 12: ");
    CHECK_QUERY_HAS("$.é[01]", PATH_STRICT, "1", "column 5: ");
    CHECK_QUERY_HAS("$[?lenght(@) > 1]", PATH_STRICT, "1",
                    "no such function (length, count, match, search, value)");
    CHECK_QUERY_HAS("$[?@.a", PATH_STRICT, "1", "] or , was expected");
    CHECK_QUERY_HAS("$.\xff", PATH_STRICT, "1", "not valid UTF-8");
    CHECK_QUERY_HAS("$.a\x1b[2J", PATH_STRICT, "1", "U+001B");
}

static void
odd_keys(void)
{
    CHECK_QUERY("$.*", PATH_STRICT, "{\"a'b\":1,\"\\u0001\\n\\\\\":2}",
                "$['a\\'b'] $['\\u0001\\n\\\\']");
    CHECK_QUERY("$['\\u00e9']", PATH_STRICT, "{\"é\":1}", "$['é']");
    CHECK_QUERY("$['\\ud83d\\ude00']", PATH_STRICT, "{\"😀\":1}", "$['😀']");
    CHECK_QUERY("$['a\\u0000b']", PATH_STRICT, "{\"a\\u0000b\":1}",
                "$['a\\u0000b']");
}

static void
numbers_compare_exactly(void)
{
    CHECK_QUERY("$[?@ == 12345678901234567890]", PATH_STRICT,
                "[12345678901234567890,12345678901234567891]", "$[0]");
    CHECK_QUERY("$[?@ > 1e400]", PATH_STRICT, "[1e399,1e401,10e400]",
                "$[1] $[2]");
    CHECK_QUERY("$[?@ == 0.1]", PATH_STRICT,
                "[0.10,1e-1,0.1000000000000000001]", "$[0] $[1]");
    static const char *const sorted[] = {"-1e99999999999999999999",
                                         "-12",
                                         "-1.5",
                                         "-0.01",
                                         "0",
                                         "1e-400",
                                         "0.001",
                                         "0.0011",
                                         "1",
                                         "1.05",
                                         "9.9",
                                         "10",
                                         "100.5",
                                         "1e3",
                                         "1e400"};
    size_t n = sizeof sorted / sizeof *sorted;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < n; k++) {
            int c = number_compare(sorted[i], strlen(sorted[i]), sorted[k],
                                   strlen(sorted[k]));
            CHECK_INT((c > 0) - (c < 0), (i > k) - (i < k));
        }
    CHECK_INT(number_compare("-0", 2, "0.0e5", 5), 0);
    CHECK_INT(number_compare("1200", 4, "1.2E+3", 6), 0);
}

/* Without the budget in path_spend this takes longer than anybody waits. */
static void
budget(void)
{
    struct buf json;
    buf_init(&json, 1u << 20);
    for (int i = 0; i < 200; i++)
        buf_adds(&json, "[1,1,");
    buf_adds(&json, "1");
    for (int i = 0; i < 200; i++)
        buf_addc(&json, ']');
    CHECK_QUERY_HAS("$..*..*..*..*", PATH_STRICT, buf_str(&json),
                    "make the path more exact");
    CHECK_QUERY_HAS("$..[?count(@..*) > count($..[?@..*])]", PATH_STRICT,
                    buf_str(&json), "takes too many steps");
    buf_clear(&json);
}

static void
hostile_nesting(void)
{
    struct buf text;
    buf_init(&text, 1u << 20);
    buf_adds(&text, "$[?");
    for (int i = 0; i < 20000; i++)
        buf_addc(&text, '(');
    CHECK_QUERY_HAS(buf_str(&text), PATH_STRICT, "1", "nested more than");
    buf_reset(&text);
    buf_adds(&text, "$[?@.a");
    for (int i = 0; i < 10000; i++)
        buf_adds(&text, "||@.a");
    buf_adds(&text, "]");
    CHECK_QUERY(buf_str(&text), PATH_STRICT, "[{\"a\":1},{}]", "$[0]");
    buf_reset(&text);
    for (int i = 0; i < 20000; i++)
        buf_adds(&text, i ? ".a" : "$");
    CHECK_QUERY(buf_str(&text), PATH_STRICT, "{\"a\":1}", "");
    buf_clear(&text);
}

static void
regular_expressions(void)
{
    const char *json = "[\"a\",\"ab\",\"b\\n\",\"a\\u00e9\",\"-\",\"^\"]";
    CHECK_QUERY("$[?match(@, 'a.?')]", PATH_STRICT, json, "$[0] $[1] $[3]");
    CHECK_QUERY("$[?search(@, 'b$')]", PATH_STRICT, json, "$[1]");
    CHECK_QUERY("$[?match(@, '[-^]')]", PATH_STRICT, json, "$[4] $[5]");
    CHECK_QUERY("$[?match(@, '[^a-b]|a[\\\\p{Ll}-]')]", PATH_STRICT, json,
                "$[1] $[3] $[4] $[5]");
    /* Not I-Regexp, though PCRE2 would take them. */
    static const char *const wrong[] = {
        "a*?",   "a++",         "(?=a)", "\\\\d", "a{2",
        "[a",    "(a",          "a)",    "[]",    "(*UTF)",
        "\\\\1", "[[:alpha:]]", "*",     "a{,3}", "\\\\p{Latin}"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char *text = mem_printf("$[?search(@, '%s')]", wrong[i]);
        CHECK_QUERY(text, PATH_STRICT, "[\"a\",\"aa\",\"1\"]", "");
        free(text);
    }
}

/* Without the match limit in regex.c this never ends; the last one needs
 * match_meter.c, which counts what is passed from each place. */
static void
hostile_expressions(void)
{
    const char *json = "[\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!\"]";
    CHECK_QUERY_HAS("$[?match(@, '(a*)*[bc]')]", PATH_STRICT, json,
                    "takes too many steps");
    CHECK_QUERY_HAS("$[?search(@, '(a|aa)+[bc]')]", PATH_STRICT, json,
                    "takes too many steps");
    CHECK_QUERY("$[?search(@, '((a{1000}){1000}){1000}')]", PATH_STRICT, json,
                "");
    struct buf text;
    buf_init(&text, 1u << 20);
    buf_adds(&text, "[\"");
    for (int i = 0; i < 2000; i++)
        buf_adds(&text, "xxxxxxxxxx");
    buf_adds(&text, "\"]");
    CHECK_QUERY_HAS("$[?search(@, 'x*[yz]|q')]", PATH_STRICT, buf_str(&text),
                    "takes too many steps");
    CHECK_QUERY("$[?search(@, 'x{9}$')]", PATH_STRICT, buf_str(&text), "$[0]");
    buf_clear(&text);
}

/* Patterns that come from the record: one is compiled once for all elements,
 * many different ones use the budget up. Without pattern_regex's memory the
 * first query is refused. */
static void
patterns_of_records(void)
{
    struct buf json;
    buf_init(&json, 1u << 22);
    buf_adds(&json, "{\"p\":\"a{60}|b[0-9]*\",\"v\":[");
    for (int i = 0; i < 8000; i++)
        buf_addf(&json, "%s{\"s\":\"b%d\",\"p\":\"((b%d){60}){60}\"}",
                 i ? "," : "", i, i);
    buf_adds(&json, "]}");
    CHECK_QUERY("$.v[?match(@.s, $.p) && @.s == 'b7999']", PATH_STRICT,
                buf_str(&json), "$['v'][7999]");
    CHECK_QUERY_HAS("$.v[?match(@.s, @.p)]", PATH_STRICT, buf_str(&json),
                    "takes too many steps");
    buf_clear(&json);
}

static void
singular(void)
{
    static const struct {
        const char *text;
        bool singular, relative;
    } cases[] = {{"$", true, false},       {"a.b[0]['c']", true, false},
                 {"@.a", true, true},      {"a[*]", false, false},
                 {"a[0,1]", false, false}, {"..a", false, false},
                 {"a[0:1]", false, false}, {"a[?@.b]", false, false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct path *p;
        struct error e = {0};
        CHECK_INT(path_compile(&p, cases[i].text, strlen(cases[i].text),
                               PATH_BARE, &e),
                  ERR_OK);
        CHECK_INT(path_is_singular(p), cases[i].singular);
        CHECK_INT(path_is_relative(p), cases[i].relative);
        path_free(p);
    }
}

static const struct test path_tests[] = {
    {"bare", bare},
    {"errors name the column", errors_name_the_column},
    {"odd keys", odd_keys},
    {"numbers compare exactly", numbers_compare_exactly},
    {"budget", budget},
    {"hostile nesting", hostile_nesting},
    {"regular expressions", regular_expressions},
    {"hostile expressions", hostile_expressions},
    {"patterns of records", patterns_of_records},
    {"singular", singular},
    {NULL, NULL}};

void
test_mapping_path(void)
{
    test_run("path", path_tests);
    failed_tests += test_failures;
}
