/*
 * Runs of all runtimes that answer, newest first, as the options of a command
 * filter them: --installation, --runtime, --find, --state, --parked, --version,
 * --since, --until, --after.
 */
#ifndef TAILOR_CLI_COMMAND_RUN_LISTING_H
#define TAILOR_CLI_COMMAND_RUN_LISTING_H

#include "cli/frame/cli.h"

struct run_listing {
    size_t limit;       /* rows at most */
    bool whole;         /* ends at the limit or or the last run; else
                         * each runtime is asked some times only */
    struct value *rows; /* each with its runtime */
    char *next;         /* the cursor of the next page; NULL: no more */
    struct value *unavailable; /* {runtime, message} of those not answering */
    struct error first;        /* why the first of them did not */
};

/* Fills L, of which LIMIT and WHOLE are set; run_listing_clear frees what it
 * has, also after an error. Errors: NOT_FOUND for an unknown installation or
 * runtime, ROLE for --find without the right, USAGE, and that of the first
 * runtime where none answers. */
enum err run_listing_read(struct cli *cli, struct run_listing *l,
                          struct error *e);
void run_listing_clear(struct run_listing *l);

/* Says on stderr which runtimes did not answer; the exit code tells a
 * script. */
void run_listing_tell_unavailable(struct cli *cli,
                                  const struct run_listing *l);

#endif
