/* Retry decisions and pauses. */
#include "remote/retry.h"

#include "tests/unit/remote/remote.h"
#include "tests/unit/test.h"

static void
test_verdicts(void)
{
    static const struct {
        enum client_fate fate;
        long status;
        enum retry_verdict wanted;
        bool all; /* it may concern the whole runtime */
    } cases[] = {
        {CLIENT_NOT_SENT, 0, RETRY_AGAIN, true},
        {CLIENT_UNKNOWN, 0, RETRY_ASK, false},
        {CLIENT_UNKNOWN, 200, RETRY_ASK, false},
        {CLIENT_ANSWERED, 200, RETRY_DONE, false},
        {CLIENT_ANSWERED, 204, RETRY_DONE, false},
        {CLIENT_ANSWERED, 302, RETRY_AGAIN, false},
        {CLIENT_ANSWERED, 401, RETRY_AGAIN, true},
        {CLIENT_ANSWERED, 403, RETRY_AGAIN, true},
        {CLIENT_ANSWERED, 404, RETRY_NEVER, false},
        {CLIENT_ANSWERED, 409, RETRY_NEVER, false},
        {CLIENT_ANSWERED, 413, RETRY_NEVER, false},
        {CLIENT_ANSWERED, 422, RETRY_NEVER, false},
        {CLIENT_ANSWERED, 429, RETRY_AGAIN, false},
        {CLIENT_ANSWERED, 500, RETRY_ASK, false},
        {CLIENT_ANSWERED, 502, RETRY_ASK, false},
        {CLIENT_ANSWERED, 503, RETRY_ASK, false},
    };
    struct value *said = value_object();
    value_set_text(said, "error", "refused");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct client_answer a = {
            .fate = cases[i].fate, .status = cases[i].status, .body = said};
        CHECK_INT(retry_judge(&a), cases[i].wanted);
        CHECK_INT(retry_concerns_all(&a), cases[i].all);
    }
    value_free(said);
}

/* A proxy may answer with any status: what was released is not refused for it.
 * Sabotage: is_decided() in retry.c. */
static void
test_who_refuses(void)
{
    static const long statuses[] = {400, 404, 407, 418, 422, 451, 499};
    struct value *empty = value_object();
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
        struct client_answer a = {.fate = CLIENT_ANSWERED,
                                  .status = statuses[i]};
        CHECK_INT(retry_judge(&a), RETRY_ASK);
        a.body = empty;
        CHECK_INT(retry_judge(&a), RETRY_ASK);
        a.status = i % 2 ? 401 : 403;
        CHECK_INT(retry_judge(&a), RETRY_AGAIN);
        CHECK_INT(retry_concerns_all(&a), false);
    }
    value_free(empty);
}

/* Full jitter: from nothing to the whole backoff, which doubles to a cap. */
static void
test_pauses(void)
{
    CHECK_INT(retry_delay_ms(1, 0), 0);
    CHECK_INT(retry_delay_ms(1, UINT32_MAX), RETRY_FIRST_MS - 1);
    CHECK_INT(retry_delay_ms(2, UINT32_MAX), 2 * RETRY_FIRST_MS - 1);
    CHECK_INT(retry_delay_ms(4, UINT32_MAX / 2 + 1), 4 * RETRY_FIRST_MS);
    CHECK_INT(retry_delay_ms(100, UINT32_MAX), RETRY_LONGEST_MS - 1);
    CHECK_INT(retry_delay_ms(UINT32_MAX, UINT32_MAX), RETRY_LONGEST_MS - 1);
}

static const struct test tests[] = {
    {"what the end of a call means", test_verdicts},
    {"only the runtime refuses for good", test_who_refuses},
    {"pauses between attempts", test_pauses},
    {NULL, NULL}};

void
test_remote_retry(void)
{
    test_run("retry", tests);
    failed_tests |= test_result();
}
