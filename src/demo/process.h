/* Child processes of the demo: started, spoken to, ended. */
#ifndef TAILOR_DEMO_PROCESS_H
#define TAILOR_DEMO_PROCESS_H

#include <sys/types.h>

#include "base/buf.h"
#include "base/error.h"

struct process {
    pid_t pid;        /* 0: none */
    const char *name; /* for messages, static */
    int out;          /* its standard output, -1: closed */
};

/* Starts ARGV (argv[0] is the path), with standard input from /dev/null,
 * standard error appended to the file LOG, and standard output to P->out.
 * The child ends when this process dies. */
enum err process_start(struct process *p, const char *name, char *const *argv,
                       const char *log, struct error *e);

/* Reads the first line that P prints into LINE, waiting at most 20 seconds.
 * Errors: FAILED with the end of LOG where it ended instead. */
enum err process_line(struct process *p, struct buf *line, const char *log,
                      struct error *e);

/* SIGTERM, then SIGKILL after 5 seconds; waits for the end. */
void process_stop(struct process *p);

/* Runs ARGV to its end; its standard output goes to OUT (may be NULL).
 * Errors: FAILED with the exit status and the end of LOG. */
enum err process_run(const char *name, char *const *argv, const char *log,
                     struct buf *out, struct error *e);

/* Runs ARGV on this terminal to its end, with this process's standard input,
 * output and error. Errors: FAILED with the exit status. */
enum err process_show(const char *name, char *const *argv, struct error *e);

#endif
