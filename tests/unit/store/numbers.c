/*
 * The numbers that stores hold. Statements, partial indexes and triggers name
 * them ("state = 2"), and so does every store that was ever written: a number
 * keeps its meaning for ever, and a new one comes at the end.
 */
#include "store/console.h"
#include "store/runtime.h"
#include "tests/unit/store/store.h"
#include "tests/unit/test.h"

#define IS(name, number)                                                       \
    {                                                                          \
#name, name, number                                                    \
    }

static const struct {
    const char *name;
    int is, was;
} numbers[] = {
    IS(VERSION_DRAFT, 0),
    IS(VERSION_READY, 1),
    IS(VERSION_RELEASED, 2),
    IS(VERSION_DISCARDED, 3),
    IS(INSTALLATION_ACTIVE, 0),
    IS(INSTALLATION_PAUSED, 1),
    IS(INSTALLATION_UNINSTALLED, 2),
    IS(CONDITION_UNKNOWN, 0),
    IS(CONDITION_FAILING, 1),
    IS(CONDITION_PARKED, 2),
    IS(CONDITION_TO_DO, 3),
    IS(CONDITION_AWAITING, 4),
    IS(CONDITION_PAUSED, 5),
    IS(CONDITION_OK, 6),
    IS(CONDITION_UNINSTALLED, 7),
    IS(CONDITION_OFF, 8),
    IS(CONDITION_PAUSING, 9),
    IS(CONDITION_RESUMING, 10),
    IS(CONDITION_MISSING, 11),
    IS(CONDITION_PAUSED_WITH, 12),
    IS(OUTBOX_QUEUED, 0),
    IS(OUTBOX_UNKNOWN, 1),
    IS(OUTBOX_DONE, 2),
    IS(OUTBOX_REFUSED, 3),
    IS(ENVIRONMENT_DEVELOPMENT, 0),
    IS(ENVIRONMENT_PRODUCTION, 1),
    IS(TOKEN_API_KEY, 0),
    IS(TOKEN_MANAGE, 1),
    IS(TOKEN_READ, 2),
    IS(TAKEN_USER, 0),
    IS(TAKEN_CREDENTIAL, 1),
    IS(TAKEN_TOKEN, 2),
    IS(RT_INSTALLATION_ACTIVE, 0),
    IS(RT_INSTALLATION_PAUSED, 1),
    IS(RT_INSTALLATION_UNINSTALLED, 2),
    IS(RT_INSTALLATION_OPEN, 3),
    IS(RUN_ACCEPTED, 0),
    IS(RUN_RUNNING, 1),
    IS(RUN_DONE, 2),
    IS(RUN_FAILED, 3),
    IS(RUN_PARKED, 4),
    IS(RUN_CANCELLED, 5),
    IS(PARK_NONE, 0),
    IS(PARK_PAUSED, 1),
    IS(PARK_HELD, 2),
    IS(PARK_CREDENTIAL, 3),
    IS(PARK_UNKNOWN, 4),
    IS(PARK_CRASHED, 5),
    IS(PARK_RESTORED, 6),
    IS(SWEEP_CANCEL, 0),
    IS(SWEEP_RESUME, 1),
    IS(SWEEP_STOP, 2),
    IS(SWEEP_CREDENTIAL, 3),
    IS(WALK_RESTORED, 10),
    IS(WALK_CLOCK, 11),
    IS(WALK_TURNS, 12),
    IS(WALK_CREDENTIALS, 13),
    IS(STEP_SENT, 0),
    IS(STEP_DONE, 1),
    IS(STEP_FAILED, 2),
    IS(STEP_ASIDE, 3),
    IS(STEP_UNKNOWN, 4),
    IS(CREDENTIAL_OK, 0),
    IS(CREDENTIAL_REFUSED, 1),
    IS(CREDENTIAL_SUSPECT, 2),
    IS(LINK_INSTALL, 0),
    IS(LINK_RECONNECT, 1),
    IS(LINK_UPGRADE, 2),
};

/* Sabotage: VERSION_RELEASED = 3. */
static void
a_number_keeps_its_meaning(void)
{
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        if (numbers[i].is != numbers[i].was)
            test_fail(__FILE__, __LINE__,
                      "stores and statements have another number",
                      numbers[i].name, NULL);
}

void
test_store_numbers(void)
{
    static const struct test tests[] = {
        {"a number keeps its meaning", a_number_keeps_its_meaning},
        {NULL, NULL}};
    test_run("store numbers", tests);
    failed_tests += test_result();
}
