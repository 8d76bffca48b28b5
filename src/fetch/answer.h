/* The answering side: what tailor-fetch knows, and one question's answer. */
#ifndef TAILOR_FETCH_ANSWER_H
#define TAILOR_FETCH_ANSWER_H

#include "fetch/question.h"
#include "remote/client.h"

struct answerer {
    struct value *facts; /* as the starting process gave them */
    struct questioner who;
    struct client *client;
};

/* Reads the facts of FD into A. Errors: INVALID, IO; REFUSED where a program
 * of another version started this one. */
enum err answerer_open(struct answerer *a, int fd, struct error *e);
void answerer_close(struct answerer *a);

/* The answer to the frame ASKED: {"body": …} or {"error": …, "message": …};
 * owned by the caller. */
struct value *answerer_answer(struct answerer *a, const struct value *asked);

#endif
