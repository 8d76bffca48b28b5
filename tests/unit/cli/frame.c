/* Frames between a session and tailor-fetch. */
#include "helper/frame.h"

#include <stdint.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/unit/cli/cli.h"
#include "tests/unit/test.h"

enum { MAX = 1000, NO_TIME_MS = 1 };

static void
receive(int fd, enum err expected)
{
    struct value *v;
    struct error e;
    CHECK_INT(frame_receive(fd, "tailor-fetch", MAX, NO_TIME_MS, &v, &e), expected);
    value_free(v);
}

/* Sabotage: the result of poll() in wait_until(), src/helper/frame.c: the test
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

void
test_cli_frame(void)
{
    static const struct test tests[] = {
        {"who does not answer is not waited for",
         who_does_not_answer_is_not_waited_for},
        {NULL, NULL}};
    test_run("frame", tests);
    failed_tests += test_result();
}
