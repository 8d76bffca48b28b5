/* Whether an answer is one of tailord: any server can answer 200 and JSON. */
#ifndef TAILOR_FETCH_SHAPE_H
#define TAILOR_FETCH_SHAPE_H

#include "fetch/question.h"

/* INVALID where BODY, RUNTIME's answer to RULE, lacks a member that
 * questions.def requires, or has one of another type. */
enum err shape_check(const struct question_rule *rule, const char *runtime,
                     const struct value *body, struct error *e);

#endif
