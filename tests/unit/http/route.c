/* The table of routes. */
#include "runtime/access/route.h"

#include "http/check.h"
#include "tests/unit/http/http.h"
#include "tests/unit/test.h"

static enum err
find(const char *method, const char *uri, const struct route **out)
{
    struct http_request r = {0};
    struct buf store;
    const char *params[HTTP_MAX_SEGMENTS];
    buf_init(&store, 4 * strlen(uri) + 1024);
    CHECK_INT(http_check_uri(uri, &r, &store, NULL), 0);
    r.method = method;
    enum err err = route_find(&r, out, params, NULL, NULL);
    buf_clear(&store);
    return err;
}

static void
test_dates(void)
{
    const struct route *r = NULL;
    CHECK_INT(find("GET", "/users", &r), ERR_OK);
    CHECK_INT(find("GET", "/2024-03/users/", &r), ERR_OK);
    CHECK_INT(find("GET", "/1999-99/users", &r), ERR_OK);
    CHECK_INT(find("GET", "/2024-3/users", &r), ERR_NOT_FOUND);
    CHECK_INT(find("GET", "/2024-03/2024-03/users", &r), ERR_NOT_FOUND);
    CHECK_INT(find("GET", "/2024-03/healthz", &r), ERR_NOT_FOUND);
    CHECK_INT(find("HEAD", "/healthz", &r), ERR_OK);
    CHECK_INT(find("PUT", "/healthz", &r), ERR_USAGE);
}

/* "/workflows/activate" must not be taken for a workflow's id. */
static void
test_order(void)
{
    const struct route *r = NULL;
    CHECK_INT(find("PUT", "/workflows/activate", &r), ERR_OK);
    CHECK_STR(r->handler_name, "workflow_activate");
    CHECK_INT(find("GET", "/workflows/activate", &r), ERR_OK);
    CHECK_STR(r->handler_name, "workflow_get");
}

/* Only these are open to everybody; a route without credential that is added
 * without thought fails here. */
static void
test_open_routes(void)
{
    for (size_t i = 0; i < routes_count; i++) {
        bool page = strncmp(routes[i].handler_name, "page_", 5) == 0;
        if (routes[i].auth == AUTH_NONE && !page)
            CHECK_STR(routes[i].pattern, "/healthz");
        CHECK(routes[i].help && *routes[i].help);
        CHECK(routes[i].pattern[0] == '/');
        if (strncmp(routes[i].pattern, "/manage/", 8) == 0)
            CHECK(routes[i].auth == AUTH_MANAGE ||
                  (routes[i].auth == AUTH_READ &&
                   (strcmp(routes[i].method, "GET") == 0 ||
                    strcmp(routes[i].method, "HEAD") == 0)));
    }
}

static const struct test tests[] = {
    {"dated prefixes and methods", test_dates},
    {"fixed paths before parameters", test_order},
    {"what is open, and to whom", test_open_routes},
    {NULL, NULL},
};

void
test_http_route(void)
{
    test_run("route", tests);
    failed_tests += test_failures;
}
