/* curl commands as fields; no secret of one is in what comes of it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/shell_words.h"
#include "tests/unit/test.h"
#include "tests/unit/workflow/workflow.h"
#include "workflow/edit/curl_find.h"
#include "workflow/edit/curl_line.h"
#include "workflow/edit/curl_secrets.h"

/* What LINE comes to, in one line; its error where it has one. Static. */
static const char *
read_line(const char *line)
{
    static char shown[4000];
    struct curl_line c;
    struct error e = {0};
    struct buf out;
    buf_init(&out, sizeof shown - 1);
    const char *begin = curl_find(line, strlen(line));
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
         "POST https://a.example none {} left out: the body, which is in a "
         "file"},
        {"curl https://a.example -d '[{\"a\":1}]'",
         "POST https://a.example none {} left out: the body, which is a list"},
        {"curl https://a.example -d 7",
         "POST https://a.example none {} left out: the body, which is not a "
         "JSON object"},
        {"curl -ksS https://a.example",
         "GET https://a.example none {} left out: -k (certificates are always "
         "checked)"},
        {"curl --insecure https://a.example # bob: S3CR3T",
         "GET https://a.example none {} left out: -k (certificates are always "
         "checked), the comment behind the line"},
        {"curl https://a.example -H 'Accept: text/csv' -H 'accept: "
         "application/json'",
         "GET https://a.example none {\"accept\":\"application/json\"} left "
         "out: an earlier Accept"},
        {"curl https://a.example -H 'Content-Type: text/xml' -H 'Host: "
         "b.example'",
         "GET https://a.example none {} left out: Content-Type, Host"},
        {"curl https://a.example/v1/7f1d9c2e-1111-4222-8333-abcdefabcdef",
         "GET https://a.example/v1/{step} none {} left out: a step of the path "
         "({step})"},
        {"curl 'https://a.example/x;pass=hunter/y' -H 'Accept: "
         "text/csv;x=hunter'",
         "GET https://a.example/x/y none {} left out: what is behind \";\" in "
         "the path, Accept"},
        {"curl.exe https://a.example", "GET https://a.example none {}"},
        {"\"C:\\Windows\\System32\\curl.exe\" -X PUT https://a.example",
         "PUT https://a.example none {}"},
        {"curl\xc2\xa0-X\xc2\xa0PUT\xe2\x80\xafhttps://a.example",
         "PUT https://a.example none {}"},
        {"C:\\> \"cURL.EXE\" -sX patch https://a.example",
         "PATCH https://a.example none {}"},
        {"curl 'https://a.example:8443/admin/api/2024-07/orders.json/15/v2?"
         "page=2&all=true&user=bob&pass=x&$top='",
         "GET https://a.example:8443/admin/api/2024-07/orders.json/15/v2?"
         "page=2&all=true&user=&pass=&$top= none {} left out: value of user, "
         "pass"},
        {"curl https://a.example -H 'Accept: "
         "application/vnd.github.v3+json, text/*;q=0.5' -H "
         "'Accept-Language: en-US,en;q=0.9' -H 'If-Match: \"5f3\"' -H "
         "'X-Requested-With: XMLHttpRequest'",
         "GET https://a.example none {\"Accept\":"
         "\"application/vnd.github.v3+json, text/*;q=0.5\","
         "\"Accept-Language\":\"en-US,en;q=0.9\","
         "\"X-Requested-With\":\"XMLHttpRequest\"} left out: If-Match"},
        {"curl https://[2001:db8::1]:8443/a",
         "GET https://[2001:db8::1]:8443/a none {}"},
        {"curl -X DELETE https://a1b2c3d4e5f6a7b8c9.example.com/y",
         "DELETE - none {} left out: the URL, whose host looks like a secret"},
        {"curl 'https://a.example/x?mail=bob@b.example'",
         "GET - none {} left out: the URL (an @ is behind its host)"},
        {"curl https://a1b2c3d4e5f6a7b8c9.example.com https://a.example",
         "error: The line has two URLs"},
        {"curl https://a.example -d '{\"lineItems\":{\"a b\":1,\"c d\":2}}'",
         "POST https://a.example none {} {\"lineItems\":{\"{name}\":0}} left "
         "out: a name in the body ({name})"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        CHECK_STR(read_line(cases[i].line), cases[i].fields);
}

/* S3CR3T stands where the secret is. Sabotage: need_credential() in
 * take_header(), without_user(), plain_value() in add_parameter(), strchr() and
 * is_plain_host() in hides_url(), without_port(). */
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
    "curl 'https://a.example/x?user=bob&pass=S3CR3T'",
    "curl 'https://a.example/x?passphrase=S3CR3T&pw=S3CR3T&ticket=S3CR3T'",
    "curl 'https://a.example/x?u=bob&p=12345S3CR3T'",
    "curl 'https://a.example/x?S3CR3T'",
    "curl 'https://a.example/x?S3CR3T4567890abcdef=1'",
    "curl 'https://a.example/x?a=1;pass=S3CR3T'",
    "curl 'https://a.example/x;pass=S3CR3T/y;jsessionid=S3CR3T'",
    "curl https://a.example/hook/9f8b-S3CR3T-Ab3_dE4f-Gh5i_Jk6l",
    "curl https://hooks.example/services/T024/B024/S3CR3T789abcde",
    "curl https://a.example/S3CR3T.json",
    "curl https://a.example/v1S3CR3T/2024-07S3CR3T",
    "curl 'https://a.example;pass=S3CR3T'",
    "curl https://a.example -H 'Accept: Bearer S3CR3T'",
    "curl https://a.example -H 'Accept: text/plain; x=S3CR3T'",
    "curl https://a.example -H 'Accept: text/S3CR3T'",
    "curl https://a.example -H 'Content-Type: text/plain; x=S3CR3T'",
    "curl https://a.example -H 'Accept-Language: S3CR3T'",
    "curl https://a.example -H 'Accept-Language: en, Basic S3CR3T'",
    "curl https://a.example -H 'If-None-Match: S3CR3T'",
    "curl https://a.example -H 'X-Version: S3CR3T'",
    "curl https://a.example -H 'X-S3CR3T4567890abcdef: 1'",
    "curl https://a.example -d '{\"pass S3CR3T\":1}'",
    "curl https://a.example -d '[{\"a\":{\"S3CR3T-4567-890a-bcdef\":1}}]'",
    "curl https://a.example -d '{\"a\":{\"S3CR3T-4567-890a-bcdef\":1}}'",
    "curl.exe -u a:S3CR3T https://a.example",
    "cURL -u a:S3CR3T https://a.example",
    "curl https://a.example -d '{\"password\":\"S3CR3T\",\"a\":[\"S3CR3T\"]}'",
    "curl https://a.example -d 'password=S3CR3T'",
    "curl https://a.example -e https://S3CR3T -A S3CR3T -o S3CR3T",
    "\"C:\\Windows\\curl.exe\" -H \"X-Access: S3CR3T\" https://a.example",
    "curl\xc2\xa0-H\xc2\xa0'X-Access: S3CR3T' https://a.example",
    "curl 'https://admin:S3CR3T#x@a.example/x'",
    "curl 'https://admin:S3CR3T/x@a.example/x'",
    "curl 'https://admin:S3CR3T?x@a.example/x'",
    "curl 'https://admin:x/y?S3CR3T=5@a.example/x'",
    "curl 'https://S3CR3T/@a.example/x'",
    "curl 'https://S3CR3T:12/@a.example/x'",
    "curl 'https://S3CR3T?a=1@a.example/x'",
    "curl 'https://admin:S3CR3T'",
    "curl 'https://[S3CR3T]/x'",
    "curl 'https://a.example:S3CR3T/x'",
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
    CHECK_STR(
        read_line(secret_lines[11]),
        "GET https://a.example/x?api_key=&limit=5 header {} left out: value "
        "of api_key");
}

/* A step that is a word of nobody's API may be a password. Sabotage:
 * is_plain_step() in plain_path(). */
static void
a_step_of_a_path_is_known_or_blank(void)
{
    static const struct {
        const char *path, *kept;
    } cases[] = {
        {"login/hunter/x", "login/{step}/x"},
        {"letmein", "{step}"},
        {"123456", "{step}"},
        {"services/rest/record/v1/salesOrder/15",
         "services/rest/record/v1/salesOrder/15"},
        {"services/data/v59.0/sobjects/Account/describe",
         "services/data/v59.0/sobjects/Account/{step}"},
        {"admin/api/2024-07/orders.json", "admin/api/2024-07/orders.json"},
        {"purchase-orders/line_items/tax.rates",
         "purchase-orders/line_items/tax.rates"},
        {"orders-/-orders/ordershunter", "{step}/{step}/{step}"},
        {"v1234/v1.234/12345", "{step}/{step}/{step}"},
        {"eu/us/abc", "eu/us/{step}"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *line = mem_printf("curl https://a.example/%s", cases[i].path);
        char *url = mem_printf("GET https://a.example/%s none", cases[i].kept);
        CHECK_HAS(read_line(line), url);
        free(line);
        free(url);
    }
}

/* --- random lines with random secrets ------------------------------------- */

enum { SECRETS_MOST = 24, SECRET_SIZE = 28 };

/* A line that is being made, and the secrets in it. */
struct random_line {
    char secrets[SECRETS_MOST][SECRET_SIZE];
    size_t count;
    struct buf text;
};

/* The letters of secrets, and how short one is that no API has as a word. */
static const struct {
    const char *letters;
    int least;
} alphabets[] = {
    {"abcdefghijklmnopqrstuvwxyz", 9},
    {"ABCDEFGHIJKLMNOPQRSTUVWXYZ", 9},
    {"0123456789", 5},
    {"0123456789abcdef", 9},
    {"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", 9},
};

/* Where a secret stands in a line: for "%". */
static const char *const places[] = {
    " 'https://a.example/%'",
    " 'https://a.example/login/%/orders'",
    " 'https://a.example/api/v1/%.json'",
    " 'https://a.example/orders;%/lines'",
    " 'https://a.example/?user=%&limit=5'",
    " 'https://a.example/?limit=%'",
    " 'https://a.example/?any=1&%'",
    " 'https://a.example/?%='",
    " 'https://a.example/?all=true&any=%'",
    " 'https://a.example/orders#%'",
    " 'https://%@a.example/'",
    " 'https://any:%@a.example/'",
    " -H 'Authorization: %'",
    " -H 'Authorization: Bearer %'",
    " -H 'X-Api-Key: %'",
    " -H 'X-Any: %'",
    " -H 'Cookie: any=%'",
    " -H 'Accept: %'",
    " -H 'Accept: text/%'",
    " -H 'Accept: application/vnd.%+json'",
    " -H 'Accept: text/plain;q=0.5;any=%'",
    " -H 'Accept-Language: en,%'",
    " -H 'Cache-Control: %'",
    " -H 'Prefer: return=%'",
    " -H 'If-Match: \"%\"'",
    " -H 'X-Requested-With: %'",
    " -H 'X-Version: %'",
    " -H 'User-Agent: %'",
    " -u 'any:%'",
    " --oauth2-bearer %",
    " -b any=%",
    " -e https://%",
    " -A %",
    " -o %",
    " -d '{\"any\":\"%\",\"list\":[\"%\"]}'",
    " -d '{\"any\":{\"a b %\":1}}'",
    " -d 'any=%'",
    " --json '%'",
    " -X %",
    " %",
};

static const char *
random_secret(struct random_line *r)
{
    size_t kind = (size_t)rand() % (sizeof alphabets / sizeof *alphabets);
    const char *letters = alphabets[kind].letters;
    char *secret = r->secrets[r->count];
    int n = alphabets[kind].least + rand() % 15, count = (int)strlen(letters);
    for (int i = 0; i < n; i++)
        secret[i] = letters[rand() % count];
    secret[n] = '\0';
    r->count++;
    return secret;
}

static void
add_random_place(struct random_line *r)
{
    for (const char *at =
             places[(size_t)rand() % (sizeof places / sizeof *places)];
         *at; at++) {
        if (*at == '%')
            buf_adds(&r->text, random_secret(r));
        else
            buf_addc(&r->text, *at);
    }
}

/* One to six places, in most lines with a URL of their own. */
static void
make_random_line(struct random_line *r)
{
    r->count = 0;
    buf_reset(&r->text);
    buf_adds(&r->text, "curl");
    if (rand() % 2)
        buf_adds(&r->text, " https://a.example/rest/v1/salesOrders/15");
    for (int n = 1 + rand() % 6; n > 0; n--)
        add_random_place(r);
}

/* The first secret of R that is in SHOWN, NULL for none. */
static const char *
secret_in(const struct random_line *r, const char *shown)
{
    for (size_t i = 0; i < r->count; i++) {
        if (strcasestr(shown, r->secrets[i]))
            return r->secrets[i];
    }
    return NULL;
}

/* Names (of options, headers, parameters, members) and the host are not among
 * the places: they are shown. Sabotage: is_plain_step() in plain_path(),
 * word_is_known() in is_of_words() and is_media_subtype(), is_count() in
 * plain_value(), plain_empty_name() in add_parameter(). */
static void
no_random_secret_is_in_what_comes_of_it(void)
{
    struct random_line r;
    buf_init_any(&r.text);
    srand((unsigned)test_seed());
    for (int i = 0; i < test_rounds(20000); i++) {
        make_random_line(&r);
        const char *shown = read_line(buf_str(&r.text));
        if (secret_in(&r, shown))
            CHECK_STR(buf_str(&r.text), shown);
    }
    buf_clear(&r.text);
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
a_text_that_may_hold_a_secret_is_known(void)
{
    static const struct {
        const char *text;
        bool secret;
    } cases[] = {
        {"wget --header='Authorization: Bearer x' https://a.example", true},
        {"-H 'Authorization: x'", true},

        {"Bearer x", true},
        {"BASIC x", true},
        {"-u a:x https://a.example", true},
        {"-u a:x", true},
        {"http -u=a:x", true},
        {"httpie --user \"a:x\"", true},
        {"https://a:x@a.example", true},
        {"wget --password=x", true},
        {"{\"api_key\": \"x\"}", true},
        {"https://a.example/?pass=x", true},
        {"S3CR3T4567890abcdef", true},
        {"https://admin:hunter#x@a.example/orders", true},
        {"https://admin:hunter/x@a.example", true},
        {"https://admin:hunter", true},
        {"\"C:\\Windows\\System32\\curl.exe\" -H \"X-Access: S\" a.example",
         true},
        {"curl\xc2\xa0-H\xc2\xa0'X-Access: S'\xc2\xa0"
         "a.example",
         true},
        {"http -a admin:S https://a.example", true},
        {"http a.example X-Access:S", true},
        {"wget --user bob --password S https://a.example", true},
        {"--password S", true},
        {"$ wget --header 'X-Access: S' a.example", true},
        {"PS C:\\> Invoke-RestMethod https://a.example -Headers @{ 'X-Access' "
         "= 'S' }",
         true},
        {"fetch(\"https://a.example\",{\"headers\":{\"x-access\":\"S\"}})",
         true},
        {"r = requests.get('https://a.example', headers={'x-access': 'S'})",
         true},
        {"-H 'X-Access: S' https://a.example", true},
        {"GET /orders HTTP/1.1 X-Access: S", true},
        {"the password is hunter", true},
        {"the client_secret is hunter", true},
        {"API-Key is hunter", true},
        {"Kennwort:hunter", true},
        {"The new password for ftp is hunter2.", true},
        {"Passwort ist geheim", true},
        {"token Zq9hunter", true},
        {"login admin / hunter", true},
        {"Login: use bob / hunter now", true},
        {"their pin is 4711", true},
        {"the password is wrong", false},
        {"The token expired, renewed it", false},
        {"password reset by the customer. Order SO-10023", false},
        {"codes of carriers as the warehouse has them", false},
        {"they log in again", false},
        {"See https://jira.example/A-1 - the amount is net", false},
        {"{\"callback\":\"https://a.example\"}", false},
        {"=CONCAT(\"https://a.example:8443/\", a -b)", false},
        {"https://[2001:db8::1]:8443/a", false},
        {"Retry as http does", false},
        {"ticket 4711, 5-10 minutes - done", false},
        {"https://a.example/orders?limit=5", false},
        {"=price * 2 & \" for \" & code", false},
        {"7f1d9c2e-1111-4222-8333-abcdefabcdef", false},
        {"", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        if (secret_may_be_in(cases[i].text) != cases[i].secret)
            CHECK_STR(cases[i].text, cases[i].secret ? "secret" : "none");
    }
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
        {"a step of a path is known or blank",
         a_step_of_a_path_is_known_or_blank},
        {"no random secret is in what comes of it",
         no_random_secret_is_in_what_comes_of_it},
        {"a hostile line is refused", a_hostile_line_is_refused},
        {"a text that may hold a secret is known",
         a_text_that_may_hold_a_secret_is_known},
        {"words are those of a shell", words_are_those_of_a_shell},
        {NULL, NULL}};
    test_run("curl", tests);
    failed_tests += test_result();
}
