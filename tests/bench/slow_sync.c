/*
 * A slower disk, by LD_PRELOAD: each fsync and fdatasync takes SLOW_SYNC_US
 * longer. Programs that clear their environment hand both settings on to the
 * programs that they start with execv.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static char preload[4096], microseconds[24];

__attribute__((constructor)) static void
read_settings(void)
{
    const char *path = getenv("LD_PRELOAD"), *us = getenv("SLOW_SYNC_US");
    strncpy(preload, path ? path : "", sizeof preload - 1);
    strncpy(microseconds, us ? us : "0", sizeof microseconds - 1);
}

static void
wait_longer(void)
{
    long us = strtol(microseconds, NULL, 10);
    struct timespec t = {us / 1000000, us % 1000000 * 1000};
    clock_nanosleep(CLOCK_MONOTONIC, 0, &t, NULL);
}

int
fsync(int fd)
{
    wait_longer();
    return (int)syscall(SYS_fsync, fd);
}

int
fdatasync(int fd)
{
    wait_longer();
    return (int)syscall(SYS_fdatasync, fd);
}

int
execv(const char *path, char *const argv[])
{
    setenv("LD_PRELOAD", preload, 1);
    setenv("SLOW_SYNC_US", microseconds, 1);
    return execve(path, argv, environ);
}
