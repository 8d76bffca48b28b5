/*
 * Questions of screens to runtimes, asked through tailor-fetch beside the
 * input. One is in progress at a time; what was given up is waited for out of
 * sight, because an answer cannot be called back.
 */
#ifndef TAILOR_UI_SCREEN_FETCHING_H
#define TAILOR_UI_SCREEN_FETCHING_H

#include "fetch/question.h"
#include "ui/app/action.h"

struct console;
struct fetch;
struct fetching;

/* For the questions of C (borrowed). In a session (C is remote) GIVEN asks
 * them, which stays the caller's, or nothing where that is NULL; else a process
 * that is started for each. */
struct fetching *fetching_new(struct console *c, struct fetch *given);

/* Nobody is answered any more. NULL is OK. */
void fetching_free(struct fetching *f);

/* What became of a question of CTX: BODY (*taken*), or why it is NULL. */
typedef void fetching_answered(void *ctx, struct value *body,
                               const struct error *why);

/* Whether ACTION, which asks a runtime, is for the person of C: ROLE. */
enum err fetching_may(struct console *c, enum act action, struct error *e);

/* Asks RUNTIME QUESTION for ACTION with ARGUMENTS (taken). ANSWERED(CTX) is
 * called once, later, unless the question is given up or CTX's screens are
 * closed before. ROLE where the person may not do ACTION or not see what the
 * answer has, when it is asked or when it comes; UNREACHABLE where nothing can
 * be asked. */
void fetching_ask(struct fetching *f, enum act action, const char *runtime,
                  enum fetch_question question, struct value *arguments,
                  fetching_answered *answered, void *ctx);

/* Gives up every question of CTX. F NULL is OK. */
void fetching_give_up(struct fetching *f, const void *ctx);

#endif
