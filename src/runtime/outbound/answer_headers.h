/*
 * What is kept of the headers of an answer.
 */
#ifndef TAILOR_RUNTIME_OUTBOUND_ANSWER_HEADERS_H
#define TAILOR_RUNTIME_OUTBOUND_ANSWER_HEADERS_H

#include "runtime/outbound/outbound.h"

/* Keeps in R what the header LINE of N bytes says. */
void answer_header_take(struct outbound_result *r, const char *line, size_t n);

/* After the last header: reads those that need others. */
void answer_headers_end(struct outbound_result *r);

/* The body of R is compressed: R fails with 2xx, else the body is dropped. */
void answer_refuse_compressed(struct outbound_result *r);

#endif
