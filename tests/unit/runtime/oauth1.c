/* OAuth 1.0a: the example of RFC 5849 and a signature made elsewhere. */
#include "runtime/outbound/oauth1.h"

#include "tests/unit/test.h"

static void
base_string_is_that_of_the_rfc(void)
{
    const struct oauth1_param params[] = {
        {"oauth_consumer_key", "9djdj82h48djs9d2"},
        {"oauth_token", "kkk9d7dh3k39sjv7"},
        {"oauth_signature_method", "HMAC-SHA1"},
        {"oauth_timestamp", "137131201"},
        {"oauth_nonce", "7d8f3e4a"},
        {"c2", ""},
        {"a3", "2 q"},
    };
    struct buf out;
    struct error e;
    buf_init(&out, 4096);
    CHECK_INT(oauth1_base_string(
                  &out, "post",
                  "http://EXAMPLE.COM:80/request?b5=%3D%253D&a3=a&c%40=&"
                  "a2=r%20b",
                  params, 7, &e),
              ERR_OK);
    CHECK_STR(buf_str(&out),
              "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%"
              "2520q%26a3%3Da%26b5%3D%253D%25253D%26c%2540%3D%26c2%3D%26oauth_"
              "consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a%26oauth"
              "_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D137131201%26"
              "oauth_token%3Dkkk9d7dh3k39sjv7");
    buf_clear(&out);
}

/* Made with: printf 'GET&https%%3A%%2F%%2Fa.example%%2Fx&p%%3D1' |
 * openssl dgst -sha256 -hmac 'c%20s&t%26s' -binary | base64 */
static void
signature_is_that_of_openssl(void)
{
    struct buf out;
    buf_init(&out, 4096);
    oauth1_sign(&out, "GET&https%3A%2F%2Fa.example%2Fx&p%3D1", "c s", "t&s");
    CHECK_STR(buf_str(&out), "/5ctmjht7xolV9gewwROZoeH8rW5wKi0T6gkkxIzmNA=");
    buf_clear(&out);
}

static void
header_names_all_parameters(void)
{
    const struct oauth1_keys keys = {"TSTDRV1", "ck", "cs", "tk", "ts"};
    struct buf out;
    struct error e;
    buf_init(&out, 4096);
    CHECK_INT(oauth1_header(&out, &keys, "POST", "https://a.example/x?q=1",
                            1791813909, "abc", &e),
              ERR_OK);
    CHECK_HAS(buf_str(&out), "OAuth realm=\"TSTDRV1\", oauth_consumer_key=");
    CHECK_HAS(buf_str(&out), "oauth_timestamp=\"1791813909\"");
    CHECK_HAS(buf_str(&out), ", oauth_signature=\"");
    CHECK(!strstr(buf_str(&out), "cs"));
    buf_clear(&out);
}

static void
no_url_is_refused(void)
{
    static const char *const bad[] = {"", "ftp://a/", "https:///x",
                                      "a.example"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct buf out;
        struct error e;
        buf_init(&out, 4096);
        CHECK_INT(oauth1_base_string(&out, "GET", bad[i], NULL, 0, &e),
                  ERR_INVALID);
        buf_clear(&out);
    }
}

/* Sabotage: bound what encoded() or the key of oauth1_sign() may be to 65,536
 * bytes, or leave a look at buf_failed() out. */
static void
what_is_signed_is_whole(void)
{
    enum { LONG = 50000 };
    static char text[LONG + 2];
    const struct oauth1_param param = {"p", text};
    const struct oauth1_keys keys = {NULL, "ck", "cs", text, "ts"};
    struct buf out, other;
    struct error e;
    memset(text, '/', LONG);
    text[LONG] = 'A';
    buf_init(&out, 1 << 20);
    buf_init(&other, 1000);
    CHECK_INT(
        oauth1_base_string(&out, "GET", "https://a.example/x", &param, 1, &e),
        ERR_OK);
    CHECK(strstr(buf_str(&out), "%252FA") != NULL);
    CHECK_INT(
        oauth1_base_string(&other, "GET", "https://a.example/x", &param, 1, &e),
        ERR_TOO_BIG);
    buf_reset(&other);
    CHECK_INT(
        oauth1_header(&other, &keys, "GET", "https://a.example/x", 1, "n", &e),
        ERR_TOO_BIG);
    buf_reset(&out);
    buf_reset(&other);
    oauth1_sign(&out, "base", text, "ts");
    text[LONG] = 'B';
    oauth1_sign(&other, "base", text, "ts");
    CHECK(strcmp(buf_str(&out), buf_str(&other)) != 0);
    buf_clear(&out);
    buf_clear(&other);
}

int
main(void)
{
    static const struct test tests[] = {
        {"base string is that of the RFC", base_string_is_that_of_the_rfc},
        {"signature is that of openssl", signature_is_that_of_openssl},
        {"header names all parameters", header_names_all_parameters},
        {"no URL is refused", no_url_is_refused},
        {"what is signed is whole", what_is_signed_is_whole},
        {NULL, NULL}};
    test_run("oauth1", tests);
    return test_result();
}
