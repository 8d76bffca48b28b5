/* Whether an answer is one of tailord: any server can answer 200 and JSON. */
#ifndef TAILOR_FETCH_SHAPE_H
#define TAILOR_FETCH_SHAPE_H

#include "fetch/question.h"

/* INVALID where BODY, RUNTIME's answer to RULE with the arguments ASKED, lacks
 * a member that questions.def requires, has one of another type, or is about
 * another run or installation. */
enum err shape_check(const struct question_rule *rule, const char *runtime,
                     const struct value *asked, const struct value *body,
                     struct error *e);

#endif
