/* The words of the numbers in tailord's store. tailor, which has no such store,
 * uses them too: they stand apart from its schema and statements. */
#include "store/runtime.h"

#include <assert.h>
#include <string.h>

static const char *const environment_words[] = {"development", "production"};
static const char *const run_words[] = {"accepted", "running", "done",
                                        "failed",   "parked",  "cancelled"};

const char *
rt_environment_word(int environment)
{
    return environment >= 0 && environment < 2 ? environment_words[environment]
                                               : "?";
}

int
rt_environment_of_word(const char *word)
{
    for (int i = 0; word && i < 2; i++)
        if (strcmp(word, environment_words[i]) == 0)
            return i;
    return -1;
}

const char *
rt_run_state_word(int state)
{
    return state >= 0 && state < 6 ? run_words[state] : "?";
}

int64_t
rt_run_count(const struct rs_run_counts *c, int state)
{
    const int64_t counts[] = {
        [RUN_ACCEPTED] = c->accepted, [RUN_RUNNING] = c->running,
        [RUN_DONE] = c->done,         [RUN_FAILED] = c->failed,
        [RUN_PARKED] = c->parked,     [RUN_CANCELLED] = c->cancelled};
    assert(state >= RUN_ACCEPTED && state <= RUN_CANCELLED);
    return counts[state];
}

int
rt_run_state_of_word(const char *word)
{
    for (int i = 0; word && i < 6; i++)
        if (strcmp(word, run_words[i]) == 0)
            return i;
    return -1;
}

const char *
rt_park_word(int park)
{
    static const char *const words[] = {"", "paused", "held", "credential",
                                        "unknownOutcome", "crashed",
                                        "restored"};
    return park >= 0 && park < 7 ? words[park] : "?";
}

int
rt_park_of_word(const char *word)
{
    for (int i = PARK_PAUSED; word && i <= PARK_RESTORED; i++)
        if (strcmp(rt_park_word(i), word) == 0)
            return i;
    return PARK_NONE;
}

const char *
rt_credential_state_word(int state)
{
    static const char *const words[] = {"ok", "refused", "suspect"};
    return state >= 0 && state < 3 ? words[state] : "?";
}

const char *
rt_step_state_word(int state)
{
    static const char *const words[] = {"sent", "done", "failed", "setAside",
                                        "unknown"};
    return state >= 0 && state < 5 ? words[state] : "?";
}
