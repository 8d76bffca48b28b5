/*
 * The unit-test harness, small enough to read: a suite is a table of named
 * functions; CHECK macros report file, line and both sides and go on. A
 * program's main calls test_run for each table and returns test_result().
 * Output: one line "ok NAME" or "not ok NAME" per test, as tests/run reads.
 * TEST_FILTER in the environment keeps only the tests whose name has it, with
 * "=SUITE: NAME" that one alone; TEST_SHUFFLE=N runs each table in another
 * order, the same for the same N;
 * TEST_SEED sets the seed that test_seed() gives (printed at the start), and
 * TEST_SIZE how many percent of their rounds random tests do (100).
 */
#ifndef TAILOR_TEST_H
#define TAILOR_TEST_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct test {
    const char *name;
    void (*run)(void);
};

/* Weak, so that all files of a program share one: a CHECK that fails in one
 * file must fail the test that main runs from another. */
__attribute__((weak)) int test_failures_here; /* of the running test */
__attribute__((weak)) int test_failures;      /* tests that failed */

__attribute__((unused)) static unsigned long
test_seed(void)
{
    static unsigned long seed;
    if (seed == 0) {
        const char *s = getenv("TEST_SEED");
        seed = s ? strtoul(s, NULL, 10) : (unsigned long)time(NULL);
        printf("# seed %lu (repeat with TEST_SEED=%lu)\n", seed, seed);
    }
    return seed;
}

/* How many rounds a random test does that usually does USUAL: TEST_SIZE
 * percent of them, one at least. */
__attribute__((unused)) static int
test_rounds(int usual)
{
    const char *percent = getenv("TEST_SIZE");
    long n = percent ? usual * strtol(percent, NULL, 10) / 100 : usual;
    return n > 1 ? (int)n : 1;
}

__attribute__((unused)) static void
test_fail(const char *file, int line, const char *what, const char *got,
          const char *wanted)
{
    test_failures_here++;
    printf("# %s:%d: %s\n", file, line, what);
    if (got || wanted)
        printf("#   got    %s\n#   wanted %s\n", got ? got : "(null)",
               wanted ? wanted : "(null)");
}

#define CHECK(condition)                                                       \
    do {                                                                       \
        if (!(condition))                                                      \
            test_fail(__FILE__, __LINE__, #condition, NULL, NULL);             \
    } while (0)

#define CHECK_STR(got, wanted)                                                 \
    do {                                                                       \
        const char *got_ = (got), *wanted_ = (wanted);                         \
        if ((!got_ || !wanted_) ? got_ != wanted_ : strcmp(got_, wanted_))     \
            test_fail(__FILE__, __LINE__, #got, got_, wanted_);                \
    } while (0)

#define CHECK_INT(got, wanted)                                                 \
    do {                                                                       \
        long long got_ = (long long)(got), wanted_ = (long long)(wanted);      \
        char g_[32], w_[32];                                                   \
        snprintf(g_, sizeof g_, "%lld", got_);                                 \
        snprintf(w_, sizeof w_, "%lld", wanted_);                              \
        if (got_ != wanted_)                                                   \
            test_fail(__FILE__, __LINE__, #got, g_, w_);                       \
    } while (0)

/* True where HAYSTACK holds NEEDLE; reports both otherwise. */
#define CHECK_HAS(haystack, needle)                                            \
    do {                                                                       \
        const char *h_ = (haystack), *n_ = (needle);                           \
        if (!h_ || !strstr(h_, n_))                                            \
            test_fail(__FILE__, __LINE__, #haystack " has " #needle, h_, n_);  \
    } while (0)

__attribute__((unused)) static bool
test_is_wanted(const char *suite, const char *name)
{
    const char *filter = getenv("TEST_FILTER");
    size_t n = strlen(suite);
    if (!filter)
        return true;
    if (*filter == '=')
        return strncmp(filter + 1, suite, n) == 0 &&
               strncmp(filter + 1 + n, ": ", 2) == 0 &&
               strcmp(filter + 1 + n + 2, name) == 0;
    return strstr(name, filter) || strstr(suite, filter);
}

/* Which of COUNT tests comes at place I: in order, or by TEST_SHUFFLE. */
__attribute__((unused)) static size_t
test_place(size_t i, size_t count)
{
    static const size_t steps[] = {7919, 104729, 15485863, 32452843};
    const char *shuffle = getenv("TEST_SHUFFLE");
    size_t n = shuffle ? strtoul(shuffle, NULL, 10) : 0;
    /* a step that is prime, and larger than any table, visits all places */
    return shuffle ? (i * steps[n % 4] + n) % count : i;
}

__attribute__((unused)) static void
test_run(const char *suite, const struct test *tests)
{
    size_t count = 0;
    while (tests[count].name)
        count++;
    for (size_t i = 0; i < count; i++) {
        const struct test *t = &tests[test_place(i, count)];
        if (!test_is_wanted(suite, t->name))
            continue;
        test_failures_here = 0;
        t->run();
        printf("%s %s: %s\n", test_failures_here ? "not ok" : "ok", suite,
               t->name);
        fflush(stdout);
        test_failures += test_failures_here > 0;
    }
}

__attribute__((unused)) static int
test_result(void)
{
    return test_failures ? 1 : 0;
}

#endif
