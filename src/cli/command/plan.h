/* A release plan as JSON and as lines for people. */
#ifndef TAILOR_CLI_COMMAND_PLAN_H
#define TAILOR_CLI_COMMAND_PLAN_H

#include "cli/command/outcome.h"
#include "cli/frame/cli.h"
#include "manager/release/release.h"

/* Prints PLAN with the OUTCOMES of its items (none before a release). ERR
 * says how planning ended: a stale plan shows what it would undo. */
void plan_print(struct cli *cli, const struct release_plan *plan,
                const struct outcomes *outcomes, enum err err);

/* The same for a withdrawal: what the customer is asked for no more, and what
 * stays live. */
void plan_print_withdrawal(struct cli *cli, const struct release_plan *plan,
                           const struct outcomes *outcomes, enum err err);

#endif
