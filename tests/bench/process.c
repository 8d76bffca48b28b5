/*
 * Runs COMMAND on one core with its standard output in the file OUTPUT, and
 * prints what it used: exit status, CPU seconds, wall seconds and peak kB, one
 * line. It is a program of its own because the peak of a process counts the
 * process that it was forked from, which is to be small.
 *
 * Usage: bench-process CORE OUTPUT COMMAND...
 */
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double
seconds_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double
seconds(struct timeval t)
{
    return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

static void
become(const char *output, char **command)
{
    int fd = open(output, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (fd < 0 || dup2(fd, STDOUT_FILENO) < 0) {
        perror(output);
        _exit(127);
    }
    execvp(command[0], command);
    perror(command[0]);
    _exit(127);
}

int
main(int argc, char **argv)
{
    struct rusage usage;
    int status;
    cpu_set_t cores;
    if (argc < 4) {
        fprintf(stderr, "usage: bench-process CORE OUTPUT COMMAND...\n");
        return 2;
    }
    CPU_ZERO(&cores);
    CPU_SET(strtol(argv[1], NULL, 10), &cores);
    sched_setaffinity(0, sizeof cores, &cores);
    double start = seconds_now();
    pid_t pid = fork();
    if (pid == 0)
        become(argv[2], argv + 3);
    if (pid < 0 || wait4(pid, &status, 0, &usage) != pid)
        return 1;
    printf("%d %.6f %.6f %ld\n", WIFEXITED(status) ? WEXITSTATUS(status) : 128,
           seconds(usage.ru_utime) + seconds(usage.ru_stime),
           seconds_now() - start, usage.ru_maxrss);
    return 0;
}
