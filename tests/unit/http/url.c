/* Which addresses workflows may not connect to. */
#include <arpa/inet.h>

#include "runtime/outbound/outbound.h"
#include "runtime/outbound/url.h"
#include "tests/unit/http/http.h"
#include "tests/unit/test.h"

static bool
inside(const char *text)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
    if (inet_pton(AF_INET, text, &v4.sin_addr) == 1)
        return outbound_address_is_inside((struct sockaddr *)&v4);
    CHECK_INT(inet_pton(AF_INET6, text, &v6.sin6_addr), 1);
    return outbound_address_is_inside((struct sockaddr *)&v6);
}

/* Sabotage: take any row out of blocks4, or any line out of inside6(), of
 * src/runtime/outbound/url.c. */
static void
test_addresses(void)
{
    static const char *const in[] = {"0.0.0.0",
                                     "0.255.255.255",
                                     "10.0.0.1",
                                     "10.255.255.255",
                                     "100.64.0.1",
                                     "100.127.255.255",
                                     "127.0.0.1",
                                     "127.255.255.254",
                                     "169.254.1.1",
                                     "169.254.169.254",
                                     "172.16.0.1",
                                     "172.31.255.255",
                                     "192.0.0.8",
                                     "192.0.2.1",
                                     "192.168.0.1",
                                     "192.168.255.255",
                                     "198.18.0.1",
                                     "198.19.255.255",
                                     "198.51.100.7",
                                     "203.0.113.9",
                                     "224.0.0.1",
                                     "239.255.255.255",
                                     "240.0.0.1",
                                     "255.255.255.255",
                                     "::",
                                     "::1",
                                     "::127.0.0.1",
                                     "::ffff:127.0.0.1",
                                     "::ffff:10.1.1.1",
                                     "64:ff9b::7f00:1",
                                     "64:ff9b::a01:101",
                                     "64:ff9b:1::1",
                                     "100::1",
                                     "2001::1",
                                     "2001:db8::1",
                                     "2002:7f00:1::",
                                     "2002:a00:1::",
                                     "2002:c0a8:1::",
                                     "fc00::1",
                                     "fd12:3456::1",
                                     "fe80::1",
                                     "fec0::1",
                                     "ff02::1",
                                     "3fff::1",
                                     "5f00::1",
                                     "192.88.99.1"};
    static const char *const out[] = {
        "1.1.1.1",        "8.8.8.8",         "100.63.255.255",
        "100.128.0.1",    "126.255.255.255", "128.0.0.1",
        "169.253.1.1",    "172.15.0.1",      "172.32.0.1",
        "192.167.1.1",    "192.169.0.1",     "198.17.0.1",
        "198.20.0.1",     "223.255.255.255", "2606:4700::1111",
        "2a00:1450::1",   "::ffff:8.8.8.8",  "64:ff9b::808:808",
        "2002:808:808::", "2400::1"};
    for (size_t i = 0; i < sizeof in / sizeof *in; i++)
        if (!inside(in[i]))
            test_fail(__FILE__, __LINE__, "must be refused", in[i], NULL);
    for (size_t i = 0; i < sizeof out / sizeof *out; i++)
        if (inside(out[i]))
            test_fail(__FILE__, __LINE__, "must be allowed", out[i], NULL);
}

/* Sabotage: let list_has() of url.c compare with the URL's host as it is
 * written. */
static void
test_allowed_spellings(void)
{
    static const struct {
        const char *entry, *url;
        bool allowed;
    } cases[] = {
        {"10.0.0.1:443", "https://10.0.0.1/", true},
        {"10.0.0.1:443", "https://[::ffff:10.0.0.1]/x", true},
        {"10.0.0.1:443", "https://012.1:443/", true},
        {"10.0.0.1:443", "https://10.0.0.1.:0443/", true},
        {"[::ffff:a00:1]:443", "https://10.0.0.1/", true},
        {"App.Example.:8443", "https://app.example:8443/", true},
        {"app.example:443", "https://%61pp.example/", true},
        {"10.0.0.1:443", "https://10.0.0.1:8443/", false},
        {"10.0.0.1:443", "https://[::10.0.0.1]/", false},
        {"10.0.0.1:443", "https://10.0.0.1.example/", false},
        {"10.0.0.1:443", "https://app.example/?10.0.0.1:443", false},
        {"app.example:443", "https://app.example.example/", false},
        {"app.example", "https://app.example/", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *allow[] = {(char *)(uintptr_t)cases[i].entry, NULL};
        struct outbound_url u;
        CHECK(!outbound_url_examine(&u, cases[i].url, allow));
        if (u.allowed != cases[i].allowed)
            printf("# %s with %s\n", cases[i].url, cases[i].entry);
        CHECK_INT(u.allowed, cases[i].allowed);
    }
}

static const struct test tests[] = {
    {"inside and outside addresses", test_addresses},
    {"the allow-list has hosts in all spellings", test_allowed_spellings},
    {NULL, NULL},
};

void
test_http_url(void)
{
    test_run("url", tests);
    failed_tests += test_failures;
}
