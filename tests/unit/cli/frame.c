/* Frames between a session and tailor-fetch. */
#include "helper/frame.h"

#include <signal.h>
#include <stdint.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/ending.h"
#include "tests/unit/cli/cli.h"
#include "tests/unit/test.h"

enum { MAX = 1000, NO_TIME_MS = 1 };

static void
receive(int fd, enum err expected)
{
    struct value *v;
    struct error e;
    CHECK_INT(frame_receive(fd, "tailor-fetch", MAX, NO_TIME_MS, &v, &e),
              expected);
    value_free(v);
}

/* Sabotage: the result of poll() in frame_wait(), src/helper/frame.c: the test
 * does not end then. */
static void
who_does_not_answer_is_not_waited_for(void)
{
    int pair[2];
    uint32_t n = 10;
    CHECK_INT(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    receive(pair[0], ERR_UNREACHABLE);
    CHECK_INT(write(pair[1], &n, sizeof n), sizeof n);
    CHECK_INT(write(pair[1], "[1,", 3), 3); /* and stops within the frame */
    receive(pair[0], ERR_UNREACHABLE);
    close(pair[1]);
    receive(pair[0], ERR_UNREACHABLE);
    close(pair[0]);
}

static void
who_shall_end_waits_for_no_answer(void)
{
    enum { LONG_MS = 5000 };
    int pair[2];
    sigset_t term, old;
    struct value *v;
    struct error e;
    sigemptyset(&term);
    sigaddset(&term, SIGTERM);
    sigprocmask(SIG_BLOCK, &term, &old);
    CHECK_INT(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    raise(SIGTERM);
    int64_t began = clock_monotonic_ms();
    CHECK_INT(frame_receive(pair[0], "tailor-fetch", MAX, LONG_MS, &v, &e),
              ERR_UNREACHABLE);
    CHECK(clock_monotonic_ms() - began < LONG_MS);
    ending_clear();
    CHECK(!ending_is_asked());
    sigprocmask(SIG_SETMASK, &old, NULL);
    close(pair[0]);
    close(pair[1]);
}

void
test_cli_frame(void)
{
    static const struct test tests[] = {
        {"who does not answer is not waited for",
         who_does_not_answer_is_not_waited_for},
        {"who shall end waits for no answer",
         who_shall_end_waits_for_no_answer},
        {NULL, NULL}};
    test_run("frame", tests);
    failed_tests += test_result();
}
