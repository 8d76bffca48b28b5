/* curl commands as fields; no secret of one is in what comes of it. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/shell_words.h"
#include "tests/unit/test.h"
#include "tests/unit/workflow/workflow.h"
#include "workflow/edit/curl_line.h"

/* What LINE comes to, in one line; its error where it has one. Static. */
static const char *
read_line(const char *line)
{
    static char shown[4000];
    struct curl_line c;
    struct error e = {0};
    struct buf out;
    buf_init(&out, sizeof shown - 1);
    const char *begin = curl_line_find(line, strlen(line));
    if (!begin)
        begin = line;
    if (curl_line_read(&c, begin, strlen(begin), &e) != ERR_OK)
        buf_addf(&out, "error: %s", e.text);
    else {
        buf_addf(&out, "%s %s %s ", c.method, *c.url ? c.url : "-", c.auth);
        value_write(&out, c.headers);
        if (c.body) {
            buf_addc(&out, ' ');
            value_write(&out, c.body);
        }
        if (c.left_out.len)
            buf_addf(&out, " left out: %s", buf_str(&c.left_out));
    }
    memcpy(shown, buf_str(&out), out.len + 1);
    curl_line_clear(&c);
    error_clear(&e);
    buf_clear(&out);
    return shown;
}

static void
a_line_becomes_fields(void)
{
    static const struct {
        const char *line, *fields;
    } cases[] = {
        {"curl https://api.example.com/orders",
         "GET https://api.example.com/orders none {}"},
        {"  $ TOKEN=1 curl -sSL -XPUT 'https://a.example/b?limit=5' -H "
         "'Accept: "
         "application/json' \\\n  -H \"X-Version: 2\"\n",
         "PUT https://a.example/b?limit=5 none "
         "{\"Accept\":\"application/json\",\"X-Version\":\"2\"}"},
        {"curl --url https://a.example/b --data-raw $'{\"who\":\"it\\'s "
         "me\",\"n\":[{\"a\":1},2],\"t\":true,\"z\":null}'",
         "POST https://a.example/b none {} "
         "{\"who\":\"text\",\"n\":[{\"a\":0}],\"t\":false,\"z\":null}"},
        {"curl https://a.example -d'a=1' -d b=2",
         "POST https://a.example none {} left out: the body, which is not "
         "JSON"},
        {"curl https://a.example --json @file.json",
         "POST https://a.example none {} left out: the body, which is not "
         "JSON"},
        {"curl https://a.example/v1/7f1d9c2e-1111-4222-8333-abcdefabcdef",
         "GET https://a.example/v1/7f1d9c2e-1111-4222-8333-abcdefabcdef none "
         "{}"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        CHECK_STR(read_line(cases[i].line), cases[i].fields);
}

/* S3CR3T stands where the secret is. Sabotage: need_credential() in
 * take_header(), without_user(), secret_is_named() in add_query(). */
static const char *const secret_lines[] = {
    "curl https://a.example -H 'Authorization: Bearer S3CR3T'",
    "curl https://a.example -H 'authorization:Basic S3CR3T'",
    "curl https://a.example -H 'Authorization: S3CR3T'",
    "curl https://a.example -H 'X-Api-Key: S3CR3T'",
    "curl https://a.example -H 'X-Shop: S3CR3T'",
    "curl https://a.example -H 'Cookie: a=S3CR3T' -b 'b=S3CR3T'",
    "curl https://a.example -uadmin:S3CR3T",
    "curl https://a.example --user 'admin:S3CR3T'",
    "curl https://a.example --oauth2-bearer S3CR3T",
    "curl 'https://admin:S3CR3T@a.example/x'",
    "curl 'https://a@b:S3CR3T@a.example/x'",
    "curl 'https://a.example/x?api_key=S3CR3T&limit=5'",
    "curl 'https://a.example/x?limit=5&access_token=S3CR3T#S3CR3T'",
    "curl 'https://a.example/x?S3CR3T4567890abcdef'",
    "curl 'https://hooks.example/services/S3CR3T4567890abcdef'",
    "curl https://a.example -d '{\"password\":\"S3CR3T\",\"a\":[\"S3CR3T\"]}'",
    "curl https://a.example -d 'password=S3CR3T'",
    "curl https://a.example -e https://S3CR3T -A S3CR3T -o S3CR3T",
    /* and where the line is refused */
    "curl https://a.example --proxy-user S3CR3T",
    "curl https://a.example --aws-sigv4=S3CR3T",
    "curl https://a.example -US3CR3T",
    "curl https://a.example -X S3CR3T",
    "curl https://a.example -H S3CR3T",
    "curl https://a.example -H 'S3CR3T S3CR3T: x'",
    "curl http://user:S3CR3T@a.example",
    "curl 'https://a.example/ S3CR3T'",
    "curl S3CR3T",
    "curl https://a.example 'S3CR3T",
    "curl https://a.example \"S3CR3T$(id)\"",
    "curl https://a.example | S3CR3T",
    "curl https://a.example $S3CR3T",
};

static void
no_secret_is_in_what_comes_of_it(void)
{
    for (size_t i = 0; i < sizeof secret_lines / sizeof *secret_lines; i++) {
        const char *fields = read_line(secret_lines[i]);
        if (strstr(fields, "S3CR3T"))
            CHECK_STR(secret_lines[i], fields);
    }
    CHECK_STR(read_line(secret_lines[0]),
              "GET https://a.example bearer {} left out: Authorization");
    CHECK_STR(read_line(secret_lines[3]),
              "GET https://a.example header {} left out: X-Api-Key");
    CHECK_STR(read_line(secret_lines[6]),
              "GET https://a.example basic {} left out: -u");
    CHECK_STR(read_line(secret_lines[9]),
              "GET https://a.example/x basic {} left out: the user of the URL");
    CHECK_STR(read_line(secret_lines[11]),
              "GET https://a.example/x?limit=5 header {} left out: api_key");
}

static void
a_hostile_line_is_refused(void)
{
    static const char *const lines[] = {
        "curl https://a.example/$(id)",
        "curl \"https://a.example/`id`\"",
        "curl https://a.example -H \"Accept: $(id)\"",
        "curl https://a.example -H \"Accept: `id`\"",
        "curl https://a.example; id",
        "curl https://a.example && id",
        "curl https://a.example\nid",
        "curl https://a.example > /etc/passwd",
        "curl https://a.example/$HOME",
        "curl https://a.example --config /etc/passwd",
        "curl https://a.example -K-",
        "curl https://a.example https://b.example",
        "curl file:///etc/passwd",
        "curl 'https://a.example/\xe2\x80\xae'",
        "curl $'https://a.example/\\xff'",
        "curl -H",
        "curl https://a.example \"",
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        const char *fields = read_line(lines[i]);
        if (strncmp(fields, "error: ", 7) != 0)
            CHECK_STR(lines[i], fields);
    }
    struct curl_line c;
    struct error e = {0};
    char *big = mem_array(1 << 20, 1);
    memset(big, 'a', 1 << 20);
    memcpy(big, "curl ", 5);
    CHECK_INT(curl_line_read(&c, big, 1 << 20, &e), ERR_TOO_BIG);
    curl_line_clear(&c);
    CHECK_INT(curl_line_read(&c, "curl https://a\0b", 16, &e), ERR_INVALID);
    curl_line_clear(&c);
    free(big);
}

static void
words_are_those_of_a_shell(void)
{
    static const struct {
        const char *text, *words;
    } cases[] = {
        {"a  b\tc", "[a][b][c]"},
        {"a'b c'd", "[ab cd]"},
        {"'' \"\"", "[][]"},
        {"'a\\b' \"a\\b\\\"\\$\" a\\ b", "[a\\b][a\\b\"$][a b]"},
        {"a\\\nb \\\r\n c", "[ab][c]"},
        {"$'\\x41\\u00e9\\n\\q'", "[A\xc3\xa9\n\\q]"},
        {"a#b '#c'", "[a#b][#c]"},
        {"$ $5 \"$x\"", "[$][$5*][$x*]"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct shell_words w;
        struct error e = {0};
        struct buf out;
        buf_init_any(&out);
        CHECK_INT(
            shell_words_read(&w, cases[i].text, strlen(cases[i].text), &e),
            ERR_OK);
        for (size_t k = 0; k < w.count; k++)
            buf_addf(&out, "[%s%s]", w.items[k].text,
                     w.items[k].expands ? "*" : "");
        CHECK_STR(buf_str(&out), cases[i].words);
        shell_words_clear(&w);
        buf_clear(&out);
    }
}

void
test_workflow_curl(void)
{
    static const struct test tests[] = {
        {"a line becomes fields", a_line_becomes_fields},
        {"no secret is in what comes of it", no_secret_is_in_what_comes_of_it},
        {"a hostile line is refused", a_hostile_line_is_refused},
        {"words are those of a shell", words_are_those_of_a_shell},
        {NULL, NULL}};
    test_run("curl", tests);
    failed_tests += test_result();
}
