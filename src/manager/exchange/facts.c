/* The words of facts and outcomes. */
#include "manager/exchange/facts.h"

#include <string.h>

static const struct {
    const char *word;
    unsigned needs;
} facts[] = {
#define FACT(name, word, needs) {word, needs},
#include "manager/exchange/facts.def"
#undef FACT
};

static const char *const outcomes[] = {
#define OUTCOME(name, word, done, kinds) word,
#include "manager/exchange/outcomes.def"
#undef OUTCOME
};

const char *
fact_word(enum fact_kind kind)
{
    return kind < FACT_UNKNOWN ? facts[kind].word : "unknown";
}

const char *
outcome_word(enum outcome outcome)
{
    return outcome < OUTCOME_COUNT ? outcomes[outcome] : "unknown";
}

unsigned
fact_members(enum fact_kind kind)
{
    return kind < FACT_UNKNOWN ? facts[kind].needs : 0;
}

enum fact_kind
fact_of_word(const char *word)
{
    int i = 0;
    while (i < FACT_UNKNOWN && strcmp(facts[i].word, word) != 0)
        i++;
    return (enum fact_kind)i;
}

enum outcome
outcome_of_word(const char *word)
{
    int i = 0;
    while (i < OUTCOME_COUNT && strcmp(outcomes[i], word) != 0)
        i++;
    return (enum outcome)i;
}

bool
outcome_is_done(enum outcome outcome)
{
    static const bool done[OUTCOME_COUNT + 1] = {
#define OUTCOME(name, word, done, kinds) done,
#include "manager/exchange/outcomes.def"
#undef OUTCOME
    };
    return done[outcome];
}

bool
outcome_answers(enum outcome outcome, const char *kind)
{
    static const char *const kinds[OUTCOME_COUNT + 1] = {
#define OUTCOME(name, word, done, kinds) kinds,
#include "manager/exchange/outcomes.def"
#undef OUTCOME
        ""};
    size_t n = strlen(kind);
    const char *at = kinds[outcome];
    while (*at && (strncmp(at, kind, n) != 0 || (at[n] && at[n] != ' '))) {
        at += strcspn(at, " ");
        at += *at == ' ';
    }
    return *at || !outcome_is_done(outcome);
}
