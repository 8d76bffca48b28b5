/* Origins of web pages: one spelling for each. */
#include <stdlib.h>

#include "runtime/access/origin.h"
#include "tests/unit/http/http.h"
#include "tests/unit/test.h"

/* Sabotage: `usual` of origin_make(). */
static void
test_made(void)
{
    static const struct {
        const char *url, *origin;
    } cases[] = {{"https://a.example", "https://a.example"},
                 {"https://a.example:443", "https://a.example"},
                 {"https://a.example:80", "https://a.example:80"},
                 {"https://a.example:4430", "https://a.example:4430"},
                 {"http://a.example:80", "http://a.example"},
                 {"http://a.example:443", "http://a.example:443"},
                 {"https://[::1]:443", "https://[::1]"},
                 {"https://[::1]:8443", "https://[::1]:8443"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *made = origin_make(cases[i].url);
        CHECK_STR(made, cases[i].origin);
        free(made);
    }
}

static void
test_not_made(void)
{
    static const char *const wrong[] = {"",
                                        "null",
                                        "a.example",
                                        "https://",
                                        "ftp://a",
                                        "https://a/",
                                        "https://A",
                                        "https://a:",
                                        "https://:1",
                                        "https://a:0",
                                        "https://a:0443",
                                        "https://a:65536",
                                        "https://a b",
                                        "https://a:4:4",
                                        "https://[::1",
                                        "https://u@a",
                                        "https://[]",
                                        "https://a:443 ",
                                        "https://a:44a"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char *made = origin_make(wrong[i]);
        if (made)
            printf("# %s\n", wrong[i]);
        CHECK(!made);
        free(made);
    }
}

static const struct test tests[] = {
    {"a port that the scheme has anyway is left out", test_made},
    {"what is no origin", test_not_made},
    {NULL, NULL},
};

void
test_http_origin(void)
{
    test_run("origin", tests);
    failed_tests += test_failures;
}
