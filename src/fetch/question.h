/*
 * The closed list of questions (questions.def) and what is made of one: the
 * path of a GET call.
 */
#ifndef TAILOR_FETCH_QUESTION_H
#define TAILOR_FETCH_QUESTION_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/error.h"
#include "value/value.h"

enum question_rights { PAYLOADS = 1, STRIPS = 2, ACTOR = 4 };

struct question_rule {
    const char *word; /* in frames */
    const char *path;
    const char *last; /* the argument that ends the path, "" for none */
    unsigned rights;
};

enum fetch_question {
#define Q(name, word, path, last, rights) QUESTION_##name,
#define A(name, argument, rights)
#define M(name, member, type)
#define E(name, member, type)
#include "fetch/questions.def"
#undef E
#undef M
#undef A
#undef Q
    QUESTION_COUNT
};

extern const struct question_rule question_rules[QUESTION_COUNT];

/* Who asks, as the process that started tailor-fetch says. */
struct questioner {
    const char *actor;
    bool payloads; /* may see what customers sent */
};

/* Appends the path of the question WORD with ARGUMENTS (an object of texts) to
 * PATH, and sets *RULE. Errors: INVALID for what the list does not have; ROLE
 * where it is not for WHO. */
enum err question_path(const char *word, const struct value *arguments,
                       const struct questioner *who, struct buf *path,
                       const struct question_rule **rule, struct error *e);

#endif
