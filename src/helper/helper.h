/*
 * Helper programs: what a session may not do or must not hold, another process
 * does for it. That process is forked before the session gives up the right to
 * start any, waits, and becomes the program at the first question.
 */
#ifndef TAILOR_HELPER_HELPER_H
#define TAILOR_HELPER_HELPER_H

#include "base/error.h"
#include "value/value.h"

struct helper; /* the way to one such process */

/* Forks the process that becomes PROGRAM ("tailor-fetch", borrowed). FACTS is a
 * file that it finds open (-1: none). It does nothing, and costs no start of a
 * program, until it is asked. Errors: IO. */
enum err helper_start(struct helper **out, const char *program, int facts,
                      struct error *e);

/* In a process that has forked the one that asks: gives up this side's end, so
 * that the helper ends with the one that asks. NULL is OK. */
void helper_hand_over(struct helper *h);

/* Ends the process, and frees. NULL is OK. */
void helper_end(struct helper *h);

/* For a program that this process becomes: keeps this side's end over exec, and
 * says its number; there helper_join takes it. The helper ends with the process
 * that has started it. */
int helper_keep(const struct helper *h);
struct helper *helper_join(const char *program, int fd);

/* Sends a question. Errors: UNREACHABLE, TOO_BIG. */
enum err helper_send(struct helper *h, const struct value *asked,
                     struct error *e);

/* False where nothing has come after MS. */
bool helper_answers(struct helper *h, int ms);

/* Receives the answer, of at most MAX bytes, within TIME_OUT_MS; the caller
 * owns *ANSWER. Nothing more can be asked after an error. Errors: UNREACHABLE,
 * TOO_BIG, INVALID. */
enum err helper_receive(struct helper *h, size_t max, int time_out_ms,
                        struct value **answer, struct error *e);

/* For who must not wait: what becomes readable with the answer (-1: nothing
 * more can be asked), and to be called then: reads what has come. *WHOLE says
 * whether that was all of the answer, which the caller then owns. ANSWER NULL:
 * nobody wants it. Errors: those of helper_receive. */
int helper_fd(const struct helper *h);
enum err helper_receive_part(struct helper *h, size_t max, bool *whole,
                             struct value **answer, struct error *e);

/* An answer that says that something could not be done, and that as an error:
 * OK where ANSWER is none. */
struct value *helper_refusal(const struct error *e);
enum err helper_error(const struct value *answer, struct error *e);

#endif
