/* Cron expressions in words, and their times. */
#include "mapping/time/cron.h"

#include <string.h>
#include <time.h>

#include "mapping/mapping.h"
#include "tests/unit/test.h"

/* TEXT in words, or what is wrong with it; static. */
static const char *
words(const char *text)
{
    static char shown[400];
    struct cron c;
    struct error e = {0};
    struct buf out;
    buf_init(&out, sizeof shown - 1);
    if (cron_read(&c, text, &e) == ERR_OK)
        cron_words(&c, &out);
    else
        buf_adds(&out, e.text);
    memcpy(shown, buf_str(&out), out.len + 1);
    buf_clear(&out);
    error_clear(&e);
    return shown;
}

static void
an_expression_is_told_in_words(void)
{
    static const char *const cases[][2] = {
        {"0 6 * * *", "at 06:00, every day"},
        {"0 6,18 * * 1-5", "at 06:00, 18:00, on Monday to Friday"},
        {"* * * * *", "every minute, every day"},
        {"*/15 * * * *", "every 15 minutes, every day"},
        {"*/15 8-17 * * *", "every 15 minutes of hour 8 to 17, every day"},
        {"5 * * * 0,7", "at minute 5 of every hour, on Sunday"},
        {"0 0 1,15 * *", "at 00:00, on day 1, 15 of the month"},
        {"0 0 13 * 5", "at 00:00, on day 13 of the month or on Friday"},
        {"0 0 */2 * 5", "at 00:00, on day 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, "
                        "21, 23, 25, 27, 29, 31 of the month that is Friday"},
        {"0 0 1 1-3,7 *",
         "at 00:00, on day 1 of the month, in January to March, July"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        CHECK_STR(words(cases[i][0]), cases[i][1]);
}

static void
the_part_that_is_wrong_is_named(void)
{
    static const char *const cases[][2] = {
        {"60 6 * * *", "the minute \"60\" is out of range (0 to 59)"},
        {"0 6-25 * * *", "the hour \"6-25\" is out of range (0 to 23)"},
        {"0 6 0 * *", "the day \"0\" is out of range (1 to 31)"},
        {"0 6 * jan *",
         "the month \"jan\" is not a number, a range or * (1 to 12)"},
        {"0 6 * * 5-1", "the weekday \"5-1\" begins after its end (0 to 7)"},
        {"*/0 6 * * *", "the minute \"*/0\" has the step 0 (0 to 59)"},
        {"1, 6 * * *",
         "the minute \"1,\" is not a number, a range or * (0 to 59)"},
        {"99999999999 * * * *",
         "the minute \"99999999999\" is out of range (0 to 59)"},
        {"0 6 * *", "five fields are expected, minute hour day month weekday "
                    "(for example 0 6 * * 1-5)"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        CHECK_STR(words(cases[i][0]), cases[i][1]);
}

/* The time after FROM (UTC) in ZONE, as UTC; static. */
static const char *
next(const char *text, const char *zone_name, time_t from)
{
    static char shown[40];
    struct cron c;
    struct zone *zone = zone_load(zone_name);
    CHECK_INT(cron_read(&c, text, NULL), ERR_OK);
    time_t at = (time_t)cron_next(&c, zone, from);
    struct tm t;
    strftime(shown, sizeof shown, "%Y-%m-%d %H:%M", gmtime_r(&at, &t));
    zone_free(zone);
    return at < 0 ? "never" : shown;
}

static void
times_are_those_of_the_zone(void)
{
    const time_t spring = 1774656000; /* 2026-03-28 00:00 UTC */
    const time_t autumn = 1792886400; /* 2026-10-25 00:00 UTC */
    CHECK_STR(next("0 6 * * *", "UTC", spring), "2026-03-28 06:00");
    CHECK_STR(next("0 6 * * *", "Europe/Berlin", spring), "2026-03-28 05:00");
    CHECK_STR(next("0 6 29 3 *", "Europe/Berlin", spring), "2026-03-29 04:00");
    CHECK_STR(next("30 2 29 3 *", "Europe/Berlin", spring), "2026-03-29 01:30");
    CHECK_STR(next("30 2 25 10 *", "Europe/Berlin", autumn),
              "2026-10-25 00:30");
    CHECK_STR(next("0 0 29 2 *", "UTC", spring), "2028-02-29 00:00");
    CHECK_STR(next("0 0 30 2 *", "UTC", spring), "never");
    CHECK_STR(next("0 0 * * 1", "UTC", spring), "2026-03-30 00:00");
}

void
test_mapping_cron(void)
{
    static const struct test tests[] = {
        {"an expression is told in words", an_expression_is_told_in_words},
        {"the part that is wrong is named", the_part_that_is_wrong_is_named},
        {"times are those of the zone", times_are_those_of_the_zone},
        {NULL, NULL}};
    test_run("cron", tests);
    failed_tests += test_failures;
}
