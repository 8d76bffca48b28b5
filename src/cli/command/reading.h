/*
 * Reading from runtimes: GET calls with the runtime's read token. Nothing is
 * changed there; a look at a payload is put on record with the actor.
 */
#ifndef TAILOR_CLI_COMMAND_READING_H
#define TAILOR_CLI_COMMAND_READING_H

#include "cli/frame/cli.h"
#include "manager/exchange/runtime.h"

/* Asks R for PATH; the caller owns *BODY. Errors: INVALID (no read token is
 * named), those of client_fetch. */
enum err reading_get(const struct runtime_row *r, const char *path,
                     struct value **body, struct error *e);

/* The run ID with inputs and outputs, from the runtime that --runtime names or
 * the first that has it; the look is recorded there. The caller owns *RUN.
 * Errors: ROLE where the actor may see no payloads, NOT_FOUND. */
enum err reading_run(struct cli *cli, const char *id, struct value **run,
                     struct error *e);

#endif
