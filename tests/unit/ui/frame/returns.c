/* The way back: to a screen that is open already one goes back. */
#include "tests/unit/test.h"
#include "tests/unit/ui/frame/ui.h"

static void
draw_nothing(struct view *v, struct cells *c, struct rect r)
{
    (void)v;
    (void)c;
    (void)r;
}

static const struct view_ops first = {.id = VIEW_INSTALLATIONS,
                                      .draw = draw_nothing};
static const struct view_ops customer = {.id = VIEW_INSTALLATION,
                                         .draw = draw_nothing};
static const struct view_ops release = {.id = VIEW_RELEASE,
                                        .draw = draw_nothing};

static void
no_way_is_a_circle(void)
{
    const struct app_facts facts = {.actor = "alice", .role = ROLE_ADMIN};
    struct app *app = app_new(script_open("", 24, 80, false, NULL), &facts);
    app_open(app, &first, "");
    app_open(app, &customer, "one");
    app_open(app, &release, "");
    CHECK(app_return_or_open(app, &customer, "one"));
    CHECK(app_top(app)->ops == &customer);
    app_back(app);
    CHECK(app_top(app)->ops == &first);
    app_open(app, &customer, "one");
    CHECK(app_return_or_open(app, &customer, "two"));
    CHECK_STR(app_top(app)->arg, "two");
    app_back(app);
    CHECK_STR(app_top(app)->arg, "one");
    app_free(app);
}

void
test_ui_returns(void)
{
    static const struct test tests[] = {
        {"no way is a circle", no_way_is_a_circle}, {NULL, NULL}};
    test_run("ui returns", tests);
    failed_tests += test_failures;
}
