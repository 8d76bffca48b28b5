/*
 * Retrying or cancelling several runs: those that are parked for one reason
 * (--parked), or those that are named.
 */
#ifndef TAILOR_CLI_COMMAND_RUN_MANY_H
#define TAILOR_CLI_COMMAND_RUN_MANY_H

#include "cli/frame/cli.h"

/* Cancels or retries what --parked and the other options name, at most --limit
 * runs, oldest first, after a question; with --dry-run only lists them. With
 * --wait says what became of each. Errors: those of run_listing_read,
 * cli_confirm, manager_runs_change and outcomes_deliver, and the first of
 * run_end_wait. */
enum err run_many_parked(struct cli *cli, bool cancel, struct error *e);

/* The same for the runs that the arguments name, without a question: all are
 * looked for before one is changed. Errors: also those of run_place_find. */
enum err run_many_named(struct cli *cli, bool cancel, struct error *e);

#endif
