/*
 * Retrying or cancelling the runs that are parked for one reason (--parked):
 * the same as naming each of them.
 */
#ifndef TAILOR_CLI_COMMAND_RUN_MANY_H
#define TAILOR_CLI_COMMAND_RUN_MANY_H

#include "cli/frame/cli.h"

/* Cancels or retries what --parked and the other options name, at most --limit
 * runs, oldest first, after a question; with --dry-run only lists them. With
 * --wait says what became of each. Errors: those of run_listing_read,
 * cli_confirm, manager_runs_change and outcomes_deliver, and the first of
 * run_end_wait. */
enum err run_many(struct cli *cli, bool cancel, struct error *e);

#endif
