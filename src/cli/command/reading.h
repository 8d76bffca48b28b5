/*
 * Reading from runtimes, through tailor-fetch. Nothing is changed there; a
 * payload that is viewed is logged with the actor.
 */
#ifndef TAILOR_CLI_COMMAND_READING_H
#define TAILOR_CLI_COMMAND_READING_H

#include "base/ident.h"
#include "cli/frame/cli.h"
#include "fetch/ask.h"

/* Asks RUNTIME (by name) QUESTION with ARGUMENTS (taken, may be NULL); the
 * caller owns *BODY. Errors: those of fetch_ask. */
enum err reading_ask(struct cli *cli, const char *runtime,
                     enum fetch_question question, struct value *arguments,
                     struct value **body, struct error *e);

/* The run ID with inputs and outputs, from the runtime that --runtime names or
 * the first that has it; the look is recorded there. The caller owns *RUN.
 * Errors: ROLE where the actor may see no payloads, NOT_FOUND where all
 * runtimes answer and none has it, else that of the first that does not
 * answer. */
enum err reading_run(struct cli *cli, const char *id, struct value **run,
                     struct error *e);

/* The same run as a sample: its input, and as outputs what its blocks gave, of
 * a search its pages in one. The caller owns *OUT. WHOSE (NULL is OK) becomes
 * the id of its installation. Also TOO_BIG. */
enum err reading_sample(struct cli *cli, const char *id, struct value **out,
                        char whose[IDENT_SIZE], struct error *e);

#endif
