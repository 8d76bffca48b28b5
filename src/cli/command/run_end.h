/*
 * What becomes of a run that a command retried, as its runtime says. No payload
 * is read, so nothing is logged as viewed.
 */
#ifndef TAILOR_CLI_COMMAND_RUN_END_H
#define TAILOR_CLI_COMMAND_RUN_END_H

#include "cli/frame/cli.h"

/* The row of RUN in the list of RUNTIME; the caller owns *ROW. NOT_FOUND where
 * the runtime does not have it; else the errors of reading_ask. */
enum err run_end_look(struct cli *cli, const char *runtime, const char *run,
                      struct value **row, struct error *e);

/* Waits until RUN has ended or waits for something, at most TIME_OUT_MS; *ROW
 * as above. ERR_OK: done, and nothing was set aside. REFUSED: it failed, set
 * elements aside, was cancelled, or is parked. OUTCOME_UNKNOWN: it waits for
 * its next attempt, or still runs. *ROW is filled in all of these cases. */
enum err run_end_wait(struct cli *cli, const char *runtime, const char *run,
                      int time_out_ms, struct value **row, struct error *e);

#endif
