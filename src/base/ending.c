/* Signals that end the process, while they are blocked. */
#include "base/ending.h"

#include <signal.h>
#include <time.h>

bool
ending_is_asked(void)
{
    sigset_t pending;
    sigemptyset(&pending);
    sigpending(&pending);
    return sigismember(&pending, SIGTERM) == 1 ||
           sigismember(&pending, SIGHUP) == 1;
}

void
ending_keep(int number)
{
    raise(number);
}

void
ending_clear(void)
{
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGHUP);
    while (sigtimedwait(&ends, NULL, &(struct timespec){0, 0}) > 0)
        continue;
}
