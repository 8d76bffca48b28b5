/* RFC 3339 in and out. */
#include "base/clock.h"

#include "tests/unit/base/base.h"
#include "tests/unit/test.h"

static void
formats_and_reads_back(void)
{
    static const int64_t times[] = {0, 1, 1791813909123, -1, -86400000};
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
        char text[CLOCK_TEXT_SIZE];
        int64_t back = 42;
        clock_format(text, times[i]);
        CHECK_INT(clock_parse(text, &back), 0);
        CHECK_INT(back, times[i]);
    }
}

static void
reads_zones_and_dates(void)
{
    int64_t a = 0, b = 0;
    CHECK_INT(clock_parse("2026-10-12T14:05:00+02:00", &a), 0);
    CHECK_INT(clock_parse("2026-10-12T12:05:00Z", &b), 0);
    CHECK_INT(a, b);
    CHECK_INT(clock_parse("2026-10-12", &a), 0);
    CHECK_INT(a % 86400000, 0);
    CHECK_INT(clock_parse("2024-02-29", &a), 0);
}

/* Sabotage: is_day in clock_parse. */
/* Sabotage: "2 *" of clock_span(). */
static void
spans(void)
{
    static const struct {
        int64_t ms;
        const char *text;
    } cases[] = {{-5, "0 s"},           {999, "0 s"},
                 {119999, "119 s"},     {120000, "2 min"},
                 {7199999, "119 min"},  {7200000, "2 h"},
                 {172799999, "47 h"},   {172800000, "2 d"},
                 {INT64_MAX, "106751991167 d"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[CLOCK_SPAN_SIZE];
        clock_span(text, cases[i].ms);
        CHECK_STR(text, cases[i].text);
    }
}

static void
refuses_what_is_no_time(void)
{
    static const char *const bad[] = {
        "",
        "2026",
        "2026-13-01",
        "2026-00-01",
        "2026-02-30",
        "2026-02-29T12:05:00Z",
        "2026-04-31",
        "2026-04-00",
        "2026-04-03T-1:05:00Z",
        "2026-10-12T",
        "2026-10-12x",
        "12:05",
        "2026-10-12T25:00:00Z",
        "now",
        "2026-10-12T12:05:00+2",
        "2026-10-12T12:05:00",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        int64_t ms;
        CHECK_INT(clock_parse(bad[i], &ms), -1);
    }
}

void
test_base_clock(void)
{
    static const struct test tests[] = {
        {"formats and reads back", formats_and_reads_back},
        {"reads zones and dates", reads_zones_and_dates},
        {"refuses what is no time", refuses_what_is_no_time},
        {"spans", spans},
        {NULL, NULL}};
    test_run("clock", tests);
    failed_tests += test_failures;
}
