/* Which credentials are for one account, in whatever spelling they name it. */
#include "runtime/outbound/account.h"

#include <sodium.h>
#include <string.h>

#include "base/mem.h"
#include "runtime/outbound/vault.h"
#include "tests/unit/runtime/runtime.h"

#define APP(url, kind)                                                         \
    "{\"format\":1,\"app\":\"thing\",\"name\":\"Thing\"," url                  \
    "\"authentication\":[{\"kind\":\"" kind "\",\"label\":\"T\",\"fields\":["  \
    "{\"name\":\"host\",\"label\":\"H\"},{\"name\":\"token\",\"label\":\"T\"," \
    "\"secret\":true}]}],\"actions\":{}}"
#define AT_HOST "\"baseUrl\":\"https://{host}/api\","

/* Opens DATA as secret_open() does. */
static struct secret
open_secret(const struct connector *c, const char *kind, const char *data)
{
    static const struct value_limits limits = {65536, 4, 200};
    struct error e;
    struct secret s = {.n = 7, .connector = c};
    snprintf(s.user_id, sizeof s.user_id, "u");
    snprintf(s.kind, sizeof s.kind, "%s", kind);
    s.authentication = connector_authentication_of(c, kind);
    buf_init(&s.text, 65536);
    buf_adds(&s.text, data);
    tape_init(&s.tape);
    CHECK_INT(tape_read(&s.tape, buf_str(&s.text), s.text.len, &limits,
                        "credential", &e),
              ERR_OK);
    return s;
}

static struct connector *
open_connector(const char *json)
{
    struct connector *c = NULL;
    struct error e = {.text = ""};
    CHECK_INT(connector_parse(&c, json, strlen(json), "app", &e), ERR_OK);
    CHECK_STR(e.text, "");
    return c;
}

/* Whether the fields A and B, of a credential of the first kind of the
 * connector JSON, are of one account. */
static bool
one_account(const char *json, const char *a, const char *b)
{
    static const unsigned char key[ACCOUNT_KEY_BYTES];
    struct connector *c = open_connector(json);
    const char *kind =
        value_get_text(value_at(connector_authentication(c), 0), "kind");
    struct secret first = open_secret(c, kind, a),
                  second = open_secret(c, kind, b);
    char names[2][DIGEST_SIZE];
    second.n = 8;
    account_name(names[0], &first, key);
    account_name(names[1], &second, key);
    secret_close(&first);
    secret_close(&second);
    connector_free(c);
    return strcmp(names[0], names[1]) == 0;
}

static bool
hosts_are_one(const char *json, const char *a, const char *b)
{
    char *first = mem_printf("{\"host\":\"%s\",\"token\":\"t\"}", a);
    char *second = mem_printf("{\"host\":\"%s\",\"token\":\"t\"}", b);
    bool one = one_account(json, first, second);
    free(first);
    free(second);
    return one;
}

static void
a_host_in_other_spellings_is_one(void)
{
    static const char *const apps[] = {APP(AT_HOST, "bearer"),
                                       APP("", "bearer")};
    static const struct {
        const char *a, *b;
        bool one;
    } cases[] = {
        {"localhost", "LocalHost", true},
        {"localhost", "localhost:443", true},
        {"localhost", "LOCALHOST:443", true},
        {"localhost", "localhost:0443", true},
        {"localhost", "localhost.", true},
        {"a.example:8443", "A.example.:08443", true},
        {"127.0.0.1", "127.1", true},
        {"127.0.0.1", "0x7f.0.0.1", true},
        {"127.0.0.1", "2130706433:443", true},
        {"localhost", "localhost:8443", false},
        {"a.example", "b.example", false},
        {"127.0.0.1", "127.0.0.2", false},
    };
    for (size_t app = 0; app < 2; app++)
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
            CHECK_INT(hosts_are_one(apps[app], cases[i].a, cases[i].b),
                      cases[i].one);
    CHECK(hosts_are_one(apps[1], "[::1]", "[0:0:0:0:0:0:0:1]:443"));
}

/* An IPv6 address may map an IPv4 one, and the connection is then to that.
 * Sabotage: mapped in add_address6(). */
static void
an_address_is_one_in_all_its_forms(void)
{
    static const char *const forms[] = {
        "192.0.2.1",
        "192.0.2.1.",
        "192.0.513",
        "0300.0.2.1",
        "0xC0.0.2.0x1:443",
        "3221225985",
        "%31%39%32.0.2.1",
        "[::ffff:192.0.2.1]",
        "[::FFFF:c000:201]:443",
        "[0:0:0:0:0:ffff:c000:0201]",
        "[::ffff:192.0.2.1%25lo]",
    };
    for (size_t i = 1; i < sizeof forms / sizeof *forms; i++) {
        bool one = hosts_are_one(APP("", "bearer"), forms[0], forms[i]);
        CHECK(one);
        if (!one)
            printf("# %s\n", forms[i]);
    }
    CHECK(!hosts_are_one(APP("", "bearer"), "192.0.2.1", "[::192.0.2.1]"));
    CHECK(
        !hosts_are_one(APP("", "bearer"), "192.0.2.1", "[64:ff9b::192.0.2.1]"));
    CHECK(hosts_are_one(APP("", "bearer"), "[fe80::1%25a]", "[FE80::0:1]"));
}

/* The customer may write anything there. */
static void
a_host_that_no_call_goes_to_tells_nothing(void)
{
    static const char fixed[] =
        APP("\"baseUrl\":\"https://api.example.com\",\"hosts\":["
            "\"api.example.com\"],",
            "bearer");
    CHECK(hosts_are_one(fixed, "a", "b"));
}

static void
an_account_in_the_address_has_spellings_too(void)
{
    static const char in_host[] =
        APP("\"baseUrl\":\"https://{account}/v1\",", "bearer");
    CHECK(one_account(in_host, "{\"account\":\"a.example\",\"token\":\"x\"}",
                      "{\"account\":\"A.EXAMPLE:443\",\"token\":\"y\"}"));
    CHECK(!one_account(in_host, "{\"account\":\"a.example\",\"token\":\"x\"}",
                       "{\"account\":\"b.example\",\"token\":\"x\"}"));
    static const char in_path[] =
        APP("\"baseUrl\":\"https://x.example/{account}\",", "bearer");
    CHECK(!one_account(in_path, "{\"account\":\"a\",\"token\":\"x\"}",
                       "{\"account\":\"b\",\"token\":\"x\"}"));
}

static void
blanks_around_a_token_tell_nothing(void)
{
    static const char token[] = APP(AT_HOST, "bearer");
    const char *const spellings[] = {"{\"token\":\" t\",\"host\":\"h\"}",
                                     "{\"token\":\"t \",\"host\":\"h\"}",
                                     "{\"token\":\"\\t t\\r\\n\","
                                     "\"host\":\"h\"}"};
    for (size_t i = 0; i < 3; i++)
        CHECK(one_account(token, "{\"token\":\"t\",\"host\":\"h\"}",
                          spellings[i]));
    CHECK(!one_account(token, "{\"token\":\"a b\",\"host\":\"h\"}",
                       "{\"token\":\"ab\",\"host\":\"h\"}"));
    CHECK(!one_account(APP(AT_HOST, "basic"),
                       "{\"host\":\"h\",\"username\":\"u\"}",
                       "{\"host\":\"h\",\"username\":\"u \"}"));
}

/* --- what is sent, and hidden in what comes back -------------------------- */

/* The header that S signs with; the caller frees it. */
static char *
header_of(const struct secret *s)
{
    struct buf url, name, value;
    struct error e;
    buf_init(&url, 1000);
    buf_init(&name, 1000);
    buf_init(&value, 1000);
    CHECK_INT(secret_header(s, "GET", &url, &name, &value, &e), ERR_OK);
    buf_clear(&url);
    buf_clear(&name);
    return buf_take(&value);
}

static void
a_token_is_sent_without_the_blanks_around_it(void)
{
    struct connector *c = open_connector(APP(AT_HOST, "bearer"));
    struct secret s =
        open_secret(c, "bearer", "{\"token\":\" to ken\\n\",\"host\":\"h\"}");
    char *header = header_of(&s);
    CHECK_STR(header, "Bearer to ken");
    free(header);
    secret_close(&s);
    s = open_secret(c, "basic", "{\"username\":\" u\",\"password\":\"p \"}");
    header = header_of(&s);
    CHECK_STR(header, "Basic IHU6cCA="); /* " u:p " */
    free(header);
    secret_close(&s);
    connector_free(c);
}

static void
a_token_is_hidden_without_the_blanks_around_it(void)
{
    struct connector *c = open_connector(APP(AT_HOST, "bearer"));
    struct secret s =
        open_secret(c, "bearer", "{\"token\":\" canary \",\"host\":\"h\"}");
    struct buf text;
    buf_init(&text, 1000);
    buf_adds(&text, "{\"got\":\"canary\"}");
    secret_redact(&s, &text);
    CHECK_STR(buf_str(&text), "{\"got\":\"[redacted]\"}");
    buf_clear(&text);
    secret_close(&s);
    connector_free(c);
}

/* Whether the text that is watched for was overwritten where it stood. */
static struct {
    const char *text;
    int wiped;
} watched;

/* In the place of libsodium's. */
void
sodium_memzero(void *const p, const size_t n)
{
    const char *text = watched.text;
    if (text && memmem(p, n, text, strlen(text)))
        watched.wiped++;
    explicit_bzero(p, n);
}

/* Sabotage: make_needles() for each text in secret_redact(), or leave the
 * wiping out of needles_free(). */
static void
spellings_are_made_once_and_wiped(void)
{
    struct connector *c = open_connector(APP(AT_HOST, "bearer"));
    struct secret s =
        open_secret(c, "bearer", "{\"token\":\"canary-token\",\"host\":\"h\"}");
    const struct needles *made = NULL;
    struct buf text;
    buf_init(&text, 1000);
    for (int i = 0; i < 3; i++) {
        buf_reset(&text);
        buf_adds(&text, "63616E6172792D746F6B656E and canary-token");
        secret_redact(&s, &text);
        CHECK_STR(buf_str(&text), "[redacted] and [redacted]");
        CHECK(i == 0 || s.needles == made);
        made = s.needles;
    }
    buf_clear(&text);
    watched.text = "63616e6172792d746f6b656e"; /* no field's own memory */
    watched.wiped = 0;
    secret_close(&s);
    CHECK_INT(watched.wiped, 1);
    watched.text = NULL;
    connector_free(c);
}

void
test_runtime_account(void)
{
    static const struct test tests[] = {
        {"a host in other spellings is one", a_host_in_other_spellings_is_one},
        {"an address is one in all its forms",
         an_address_is_one_in_all_its_forms},
        {"a host that no call goes to tells nothing",
         a_host_that_no_call_goes_to_tells_nothing},
        {"an account in the address has spellings too",
         an_account_in_the_address_has_spellings_too},
        {"blanks around a token tell nothing",
         blanks_around_a_token_tell_nothing},
        {"a token is sent without the blanks around it",
         a_token_is_sent_without_the_blanks_around_it},
        {"a token is hidden without the blanks around it",
         a_token_is_hidden_without_the_blanks_around_it},
        {"spellings of a secret are made once and wiped",
         spellings_are_made_once_and_wiped},
        {NULL, NULL}};
    test_run("account", tests);
    failed_tests += test_result();
}
