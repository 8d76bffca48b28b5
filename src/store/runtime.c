/* tailord's store: the schema object, the words of its numbers. */
#include "store/runtime.h"

#include <assert.h>
#include <string.h>

#include "store/runtime_schema.h"
#include "store/runtime_sql.h"

static const struct db_statement statements[] = {
#define S(name, sql) {#name, sql, NULL},
#define R(name, row, sql) {#name, sql, &rs_##row##_type},
#include "store/runtime_statements.def"
#undef S
#undef R
};

static const char *const migrations[] = {
    runtime_schema_1, runtime_schema_2,         runtime_schema_3,
    runtime_schema_4, runtime_schema_feed_hash, runtime_schema_chosen,
    runtime_schema_run_environment, runtime_schema_run_workflow,
    runtime_schema_run_input, runtime_schema_set_aside,
    runtime_schema_installed_environment, runtime_schema_crashes,
    runtime_schema_doubt, runtime_schema_sweeps};

const struct db_schema runtime_schema = {
    .what = "runtime store",
    .application_id = 0x746c7264, /* "tlrd" */
    .version = sizeof migrations / sizeof *migrations,
    .migrations = migrations,
    .statements = statements,
    .statement_count = RUNTIME_STATEMENT_COUNT,
};

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
