/*
 * Asking runtimes. A session holds no token and no network code: it asks
 * through a socket pair a process that becomes tailor-fetch at the first
 * question. Who asks and which runtimes there are is fixed when that process
 * starts; nothing that is sent later changes it.
 */
#ifndef TAILOR_FETCH_ASK_H
#define TAILOR_FETCH_ASK_H

#include "fetch/question.h"
#include "manager/exchange/runtime.h"

struct fetch; /* the way to one such process */

/* Forks the process for WHO and RUNTIMES (both copied). It does nothing, and
 * costs no start of a program, until it is asked. Errors: IO. */
enum err fetch_start(struct fetch **out, const struct runtime_list *runtimes,
                     const struct questioner *who, struct error *e);

/* Gives up this side's end: nothing more can be asked. So does a process that
 * has forked the one that asks, and tailor-fetch ends with that one. NULL is
 * OK. */
void fetch_hand_over(struct fetch *f);

/* Ends the process, and frees. NULL is OK. */
void fetch_end(struct fetch *f);

/* For a program that this process becomes, as helper_keep and helper_join. */
int fetch_keep(const struct fetch *f);
struct fetch *fetch_join(int fd);

/* How long a runtime may take to answer. */
enum { FETCH_SECONDS = 30 };

/* Called when RUNTIME has not answered yet, with how long it is waited for. */
typedef void fetch_silence(void *context, const char *runtime, int seconds);
void fetch_tell_silence(struct fetch *f, fetch_silence *tell, void *context);

/* Asks the runtime named RUNTIME; ARGUMENTS (taken; may be NULL) is an object
 * of texts, PAYLOADS says whether the session may see them now. The caller
 * owns *BODY. Errors: what the runtime or tailor-fetch answers (NOT_FOUND,
 * ROLE, INVALID: no read token is named …); UNREACHABLE also where tailor-fetch
 * does not answer: nothing more can be asked then. */
enum err fetch_ask(struct fetch *f, const char *runtime,
                   enum fetch_question question, struct value *arguments,
                   bool payloads, struct value **body, struct error *e);

/* The same for who must not wait. One question at a time: fetch_send asks, then
 * fetch_receive is called when fetch_fd becomes readable (-1: nothing more can
 * be asked), until *WHOLE. BODY NULL: nobody wants the answer any more,
 * whatever it is. An answer that has not come after FETCH_MOST_MS never comes.
 */
enum { FETCH_MOST_MS = 35000 };
enum err fetch_send(struct fetch *f, const char *runtime,
                    enum fetch_question question, struct value *arguments,
                    bool payloads, struct error *e);
int fetch_fd(const struct fetch *f);
enum err fetch_receive(struct fetch *f, bool *whole, struct value **body,
                       struct error *e);

#endif
