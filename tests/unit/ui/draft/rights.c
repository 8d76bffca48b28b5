/* Rights that are taken away while a console is open. */
#include "base/mem.h"
#include "manager/draft/draft.h"
#include "manager/session/store.h"
#include "tests/unit/ui/draft/grids.h"

static void
ada_closes_payloads(void *ctx)
{
    struct manager *m = session_of("ada");
    (void)ctx;
    CHECK_INT(manager_access_add(m, "eve", ROLE_ENGINEER, NULL, PAYLOADS_CLOSED,
                                 NULL, NULL),
              ERR_OK);
    manager_close(m);
}

static void
ada_removes_eve(void *ctx)
{
    struct manager *m = session_of("ada");
    (void)ctx;
    CHECK_INT(manager_access_remove(m, "eve", NULL), ERR_OK);
    manager_close(m);
}

static void
ada_makes_eve_an_auditor(void *ctx)
{
    struct manager *m = session_of("ada");
    (void)ctx;
    CHECK_INT(manager_access_add(m, "eve", ROLE_AUDITOR, NULL, PAYLOADS_AS_IS,
                                 NULL, NULL),
              ERR_OK);
    manager_close(m);
}

/* What a person who loses a right has open. */
static const char *const open_screens[] = {
    TO_MAPPING,
    TO_MAPPING,
    TO_MAPPING ".\nA\n",
    TO_MAPPING "O\n",
    TO_MAPPING "f\n",
    TO_MAPPING "e\nCtrl-X\n",
    TO_MAPPING "I\n",
    TO_MAPPING "e\n'=orderNumber\n!wait 200\n",
    TO_MAPPING "!paste tranId\t=2\n",
    TO_MAPPING "D\n",
    TO_MAPPING "R\n",
    TO_MAPPING ":\n",
    "F\n",
    ":audit\n",
    "Enter\n",
};
enum { OPEN_SCREENS = sizeof open_screens / sizeof open_screens[0] };

/* How the console hears of it: by the store's change, or with the next key. */
static const char *const hearings[] = {
    ":meanwhile\n!later 1\n!later 1\n!later 40\n", ":meanwhile\n.\n"};

/* The way to screen I, and then how the loss is heard of; a new string. */
static char *
losing(size_t i)
{
    return mem_printf("%s%s", open_screens[i], hearings[i % 2]);
}

/* Nothing that was read or computed stays on the screen or can be reached.
 * Sabotage: follow_rights() in woken(), before of the facts in session(). */
static void
what_was_open_is_closed_with_the_right(void)
{
    for (size_t i = 0; i < OPEN_SCREENS; i++) {
        char *keys = losing(i);
        fixture_start(1);
        char *shown =
            console_shows_while("eve", keys, ada_closes_payloads, NULL);
        CHECK_HAS(shown, "You may no longer see what customers sent");
        CHECK_HAS(shown, "Installations");
        CHECK(!strstr(shown, "SO-10023"));
        free(shown);
        fixture_end();
        free(keys);
    }
}

static void
ada_opens_payloads(void *ctx)
{
    struct manager *m = session_of("ada");
    (void)ctx;
    CHECK_INT(manager_access_add(m, "eve", ROLE_ENGINEER, NULL, PAYLOADS_OPEN,
                                 NULL, NULL),
              ERR_OK);
    manager_close(m);
}

/* The right that is given is told at once, with what to do; what the session
 * began without stays closed to it. Sabotage: tell_given_payloads() in
 * follow_rights(), HINT_PAYLOADS_AGAIN in manager_may_see_payloads(). */
static void
a_right_that_is_given_is_told(void)
{
    static const char told[] = "You may see what customers sent: quit and";
    for (size_t i = 0; i < 2; i++) {
        fixture_start(1);
        ada_closes_payloads(NULL);
        char *keys = mem_printf("%s%s:messages\n", TO_MAPPING, hearings[i]);
        char *shown =
            console_shows_while("eve", keys, ada_opens_payloads, NULL);
        CHECK_HAS(shown, told);
        free(shown);
        free(keys);
        fixture_end();
        fixture_start(1);
        ada_closes_payloads(NULL);
        keys = mem_printf("%s%sA\n!wait 200\nG\n", TO_MAPPING, hearings[i]);
        shown = console_shows_while("eve", keys, ada_opens_payloads, NULL);
        CHECK_HAS(shown, "the trigger's sample");
        CHECK_HAS(shown, "eve may not see what customers sent in this");
        CHECK_HAS(shown, "allowed meanwhile");
        free(shown);
        free(keys);
        fixture_end();
    }
    fixture_start(1);
    ada_closes_payloads(NULL);
    ada_opens_payloads(NULL);
    char *shown = console_shows("eve", TO_MAPPING "!wait 200");
    CHECK_HAS(shown, "Sample 1 of 2: SO-10023");
    free(shown);
    fixture_end();
}

/* Nothing is stored that was not finished. Sabotage: app_leave_typing() in
 * app_restart(). */
static void
what_is_half_typed_is_not_stored(void)
{
    static const char *const typing[] = {
        TO_MAPPING "e\nCtrl-U\n'=ROUND(total * 0.0\n", TO_MAPPING "i\n'mem\n",
        TO_MAPPING " #\n'half a no\n"};
    fixture_start(1);
    free(console_shows("eve", TO_MAPPING));
    char *before = stored_mapping();
    fixture_end();
    for (size_t i = 0; i < sizeof typing / sizeof *typing; i++) {
        char *keys = mem_printf("%s%s", typing[i], hearings[0]);
        fixture_start(1);
        char *shown =
            console_shows_while("eve", keys, ada_closes_payloads, NULL);
        char *after = stored_mapping();
        CHECK_HAS(shown, "You may no longer see what customers sent");
        CHECK_STR(after, before);
        free(after);
        free(shown);
        free(keys);
        fixture_end();
    }
    free(before);
}

/* Sabotage: app_restart() in follow_rights(). */
static void
what_is_opened_again_is_closed(void)
{
    fixture_start(1);
    char *keys = mem_printf("%s%s!later 2000\nx\n!later 2000\nF\nEnter\nj\n"
                            "Enter\n.\n",
                            TO_MAPPING, hearings[0]);
    char *shown = console_shows_while("eve", keys, ada_closes_payloads, NULL);
    CHECK_HAS(shown, "Sample 1 of 1: from the trigger");
    free(shown);
    free(keys);
    fixture_end();
}

/* Sabotage: end_of(). */
static void
who_is_removed_is_out(void)
{
    for (size_t i = 0; i < OPEN_SCREENS; i++) {
        char *keys = losing(i);
        struct error ended = {0};
        fixture_start(1);
        CHECK_INT(
            console_ends_while("eve", keys, ada_removes_eve, NULL, &ended),
            ERR_ROLE);
        CHECK_HAS(ended.text, "removed the access of eve");
        fixture_end();
        free(keys);
    }
}

/* Sabotage: app_role() in follow_rights(). */
static void
another_role_is_shown_at_once(void)
{
    fixture_start(1);
    char *shown = console_shows_while(
        "eve", TO_MAPPING ":meanwhile\n!later 1\n!later 1\n!later 40\ni\n",
        ada_makes_eve_an_auditor, NULL);
    CHECK_HAS(shown, "eve · auditor");
    CHECK_HAS(shown, "read-only");
    free(shown);
    fixture_end();
}

static void
make_eve(enum role role)
{
    struct manager *m = session_of("ada");
    CHECK_INT(
        manager_access_add(m, "eve", role, NULL, PAYLOADS_AS_IS, NULL, NULL),
        ERR_OK);
    manager_close(m);
}

static void
ada_makes_eve_an_engineer(void *ctx)
{
    (void)ctx;
    make_eve(ROLE_ENGINEER);
}

/* Who may no longer release sees that the button is off before it is pressed,
 * and pressing it releases nothing. Sabotage: release_judge() in
 * release_draw(), s->off in release_detail(). */
static void
a_release_is_off_with_the_role(void)
{
#define TO_RELEASE                                                             \
    TO_MAPPING "j\ne\nCtrl-U\n'=1\nEnter\nR\n!later 300\nTab\n!later 300\n"
#define PRESS "Tab\n!later 300\nEnter\n!later 1000\n"
#define HEARD ":meanwhile\n!later 1\n!later 1\n!later 40\n"
    static const struct {
        const char *keys, *shown;
        bool released;
    } cases[] = {
        {TO_RELEASE PRESS, "", true},
        {TO_RELEASE HEARD, "( Release v1.1 )", false},
        {TO_RELEASE HEARD "Tab\n", "(>Release v1.1<)", false},
        {TO_RELEASE HEARD PRESS, "eve \xc2\xb7 engineer", false},
        {TO_RELEASE "Tab\n!later 300\n:meanwhile\nEnter\n!later 1000\n",
         "eve \xc2\xb7 engineer", false},
        {TO_RELEASE "Tab\n!later 300\nEnter\n:meanwhile\n!later 1000\n",
         "eve \xc2\xb7 engineer", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        fixture_start(1);
        make_eve(ROLE_RELEASER);
        long long before = ask_sql("SELECT count(*) FROM outbox");
        char *shown = console_shows_while("eve", cases[i].keys,
                                          ada_makes_eve_an_engineer, NULL);
        CHECK_HAS(shown, cases[i].shown);
        CHECK_INT(ask_sql("SELECT count(*) FROM outbox") > before,
                  cases[i].released);
        free(shown);
        fixture_end();
    }
}

/* A field that is typed in is closed with the right to store it: its row shows
 * what is stored, also when the role comes back. Sabotage: leave_typing() in
 * app_role(). */
static void
a_field_is_closed_with_the_role(void)
{
    static const char *const typing[] = {TO_MAPPING "e\nCtrl-U\n'half typed\n",
                                         TO_MAPPING " #\nCtrl-U\n'half typed\n",
                                         TO_MAPPING
                                         "e\nCtrl-U\n'half typed\nF1\n"};
    for (size_t i = 0; i < sizeof typing / sizeof *typing; i++) {
        char *keys = mem_printf("%s%sx\n!later 2000\nj\nk\n", typing[i],
                                hearings[i % 2]);
        fixture_start(1);
        free(console_shows("eve", TO_MAPPING));
        char *before = stored_mapping();
        fixture_end();
        fixture_start(1);
        char *shown =
            console_shows_while("eve", keys, ada_makes_eve_an_auditor, NULL);
        char *after = stored_mapping();
        CHECK_HAS(shown, "What you were typing is not stored");
        CHECK_HAS(shown, "half typed");
        CHECK_STR(after, before);
        free(after);
        free(shown);
        free(before);
        free(keys);
        fixture_end();
    }
}

static const struct test tests[] = {
    {"what was open is closed with the right",
     what_was_open_is_closed_with_the_right},
    {"a right that is given is told", a_right_that_is_given_is_told},
    {"what is half typed is not stored", what_is_half_typed_is_not_stored},
    {"what is opened again is closed", what_is_opened_again_is_closed},
    {"who is removed is out", who_is_removed_is_out},
    {"another role is shown at once", another_role_is_shown_at_once},
    {"a release is off with the role", a_release_is_off_with_the_role},
    {"a field is closed with the role", a_field_is_closed_with_the_role},
    {NULL, NULL},
};

void
test_grids_rights(void)
{
    RUN_SUITE("grids rights", tests);
}
