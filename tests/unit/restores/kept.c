/*
 * What this console knows of a runtime, kind by kind: what was created, changed
 * or deleted after the backup is named by the notice of the restore, or comes
 * back by itself. Each row says what was there before the backup and what came
 * after it. All of them cost some 180 transactions: less than a second.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "manager/installation/status.h"
#include "store/console.h"
#include "tests/unit/restores/known.h"
#include "tests/unit/restores/restores.h"

static const struct row {
    const char *what; /* came after the backup */
    enum fact_kind before, after;
    enum about about;
    const char *named; /* in the notice; NULL: comes back by itself */
} rows[] = {
    {"a new name of a user", FACT_UNKNOWN, FACT_USER, OF_USER,
     "1 changed name of a user"},
    {"a deleted user", FACT_UNKNOWN, FACT_USER_DELETED, OF_USER,
     "1 deletion of a user"},
    {"an uninstall", FACT_UNKNOWN, FACT_UNINSTALLED, OF_INSTALLATION,
     "1 uninstall."},
    {"an installation that was made again", FACT_UNINSTALLED, FACT_INSTALLED,
     OF_INSTALLATION, "1 installation that was made again"},
    {"a pause of a customer", FACT_UNKNOWN, FACT_PAUSED, OF_INSTALLATION,
     "1 pause."},
    {"a resume of a customer", FACT_PAUSED, FACT_RESUMED, OF_INSTALLATION,
     "1 resume."},
    {"a pause of a workflow", FACT_UNKNOWN, FACT_PAUSED, OF_WORKFLOW,
     "1 pause."},
    {"a resume of a workflow", FACT_PAUSED, FACT_RESUMED, OF_WORKFLOW,
     "1 resume."},
    {"a workflow that was turned off", FACT_UNKNOWN, FACT_DEACTIVATED,
     OF_WORKFLOW, "1 workflow that was turned off"},
    {"a workflow that was turned on", FACT_DEACTIVATED, FACT_ACTIVATED,
     OF_WORKFLOW, "1 workflow that was turned on"},
    {"a workflow that was removed", FACT_UNKNOWN, FACT_REMOVED, OF_WORKFLOW,
     "1 workflow that was turned off"},
    {"a live version", FACT_UNKNOWN, FACT_LIVE, OF_WORKFLOW,
     "1 live version differs"},
    {"a release that waits", FACT_UNKNOWN, FACT_AWAITING, OF_WORKFLOW,
     "1 release that waited"},
    {"a withdrawal", FACT_AWAITING, FACT_WITHDRAWN, OF_WORKFLOW,
     "1 withdrawal"},
    {"a connected app", FACT_UNKNOWN, FACT_CONNECTED, OF_INSTALLATION,
     "1 connected app"},
    {"a removed credential", FACT_CONNECTED, FACT_DISCONNECTED, OF_INSTALLATION,
     "1 removal of a credential"},
    {"an answer of the customer", FACT_UNKNOWN, FACT_ANSWERED, OF_INSTALLATION,
     "1 installation with answers"},
    /* Base versions are sent again; the rest is about runs, which the notice
     * counts, and about a credential, which its next call tells. */
    {"a base version", FACT_UNKNOWN, FACT_PUBLISHED, OF_WORKFLOW, NULL},
    {"a stop", FACT_UNKNOWN, FACT_TODO, OF_WORKFLOW, NULL},
    {"counts of runs", FACT_UNKNOWN, FACT_RUNS, OF_WORKFLOW, NULL},
    {"a refused credential", FACT_CONNECTED, FACT_CREDENTIAL, OF_INSTALLATION,
     NULL},
};
enum { ROWS = sizeof rows / sizeof *rows };

static void
play(const struct row *row)
{
    struct full_copy found = {.why = "test", .held = true};
    struct backup b = known_back_up();
    printf("# %s\n", row->what);
    known_happen(&b, row->before, row->about);
    known_tell(known_fact_of(row->before, row->about));
    known_tell(known_fact_of(row->after, row->about));
    long long records =
        ask_sql("SELECT count(*) FROM audit WHERE action = 'undone'");
    known_copy(b, NULL, 0, &found);
    if (row->named) {
        known_check_notice(row->named);
        CHECK(known_sum(&found) > 0);
        CHECK_INT(ask_sql("SELECT count(*) FROM audit WHERE action = "
                          "'undone'") -
                      records,
                  row->after == FACT_LIVE ? 0 : 1);
    } else {
        CHECK_INT(known_sum(&found), 0);
    }
    known_accept_restore();
    struct full_copy first = {.why = NULL};
    known_copy(known_back_up(), NULL, 0, &first);
}

static void
what_came_after_the_backup_is_named(void)
{
    /* Sabotage: any branch of undone.c. */
    bool covered[FACT_UNKNOWN + 1] = {[FACT_UNKNOWN] = true};
    known_start();
    for (size_t i = 0; i < ROWS; i++) {
        play(&rows[i]);
        covered[rows[i].after] = true;
    }
    for (int kind = 0; kind < FACT_UNKNOWN; kind++) {
        if (!covered[kind])
            printf("# no row: %s\n", fact_word(kind));
        CHECK(covered[kind]);
    }
    known_end();
}

/* A pause by an engineer outlives that the vendor turns the workflow off and,
 * after the restore, on again. Sabotage: either call of known_tell() in
 * tell_switches(), 'paused' of the values that UNDONE_CURRENT reads. */
static void
a_pause_of_what_is_off_is_named(void)
{
    struct full_copy found = {.why = "test", .held = true};
    known_start();
    known_tell(known_fact_of(FACT_PAUSED, OF_WORKFLOW));
    known_tell(known_fact_of(FACT_DEACTIVATED, OF_WORKFLOW));
    known_copy(known_back_up(), NULL, 0, &found);
    known_check_notice("1 pause, 1 workflow that was turned off");
    known_tell(known_fact_of(FACT_DEACTIVATED, OF_WORKFLOW));
    CHECK_INT(ask_sql("SELECT count(*) FROM undone"), 1);
    CHECK_INT(ask_sql("SELECT count(*) FROM undone WHERE aspect = 'paused'"),
              1);
    known_tell(known_fact_of(FACT_PAUSED, OF_WORKFLOW));
    CHECK_INT(ask_sql("SELECT count(*) FROM undone"), 0);
    known_accept_restore();
    known_end();
}

/* An older backup is restored, then one that has the thing again: people wanted
 * it, so that nothing of it is left to do. */
static void
there_and_back(const struct row *row)
{
    struct full_copy older = known_held_copy(), newer = known_held_copy();
    struct backup before = known_back_up(), after;
    printf("# %s\n", row->what);
    known_happen(&before, row->before, row->about);
    after = before;
    known_happen(&after, row->after, row->about);
    known_tell(known_fact_of(row->before, row->about));
    known_tell(known_fact_of(row->after, row->about));
    known_copy(before, NULL, 0, &older);
    CHECK(known_sum(&older) > 0);
    known_copy(after, NULL, 0, &newer);
    CHECK_INT(known_sum(&newer), 0);
    known_accept_restore();
    known_begin_again();
}

static void
what_a_later_restore_brings_back_is_done(void)
{
    /* Sabotage: "d.wanted = before" in known_tell() of undone.c. */
    known_start();
    for (size_t i = 0; i < ROWS; i++)
        if (rows[i].named && rows[i].after != FACT_USER_DELETED)
            there_and_back(&rows[i]);
    known_end();
}

/* Paused by a customer; that is lost, and done again or not. */
static void
what_is_done_again_is_taken_off(void)
{
    /* Sabotage: the call of restored_refresh() in apply_facts.c. */
    struct full_copy found = known_held_copy();
    known_start();
    known_tell(known_fact_of(FACT_PAUSED, OF_INSTALLATION));
    known_tell(known_fact_of(FACT_CONNECTED, OF_INSTALLATION));
    known_copy(known_back_up(), NULL, 0, &found);
    known_check_notice("accepted: 1 pause, 1 connected app.");
    known_tell(known_fact_of(FACT_PAUSED, OF_INSTALLATION));
    known_check_notice("accepted: 1 connected app.");
    known_tell(known_fact_of(FACT_CONNECTED, OF_INSTALLATION));
    CHECK_INT(ask_sql("SELECT count(*) FROM undone"), 0);
    CHECK_INT(ask_sql("SELECT instr(notice, 'Undone') FROM runtime"), 0);
    known_end();
}

static void
what_waits_for_a_person(const char *kind, bool is_there)
{
    struct status s;
    bool found = false;
    CHECK_INT(manager_status(known.m, &s, &e), ERR_OK);
    for (size_t i = 0; i < s.problem_count; i++)
        found = found || strcmp(s.problems[i].kind, kind) == 0;
    CHECK_INT(found, is_there);
    status_clear(&s);
}

/* The files of a running runtime are put back: it is not held, and what that
 * has undone stays over contacts and other such restores until a person has
 * accepted it at this console. */
static void
a_restore_that_is_not_held_waits_for_a_person(void)
{
    /* Sabotage: "restored" in judge_runtimes(), ACCEPTED in RUNTIME_CONTACT. */
    struct full_copy found = {.why = "put back"}, second = found;
    struct backup paused = known_back_up();
    char key[IDENT_SIZE];
    known_start();
    CHECK_INT(manager_runtime_accept_restore(known.m, NAME, NULL, key, &e),
              ERR_REFUSED);
    known_tell(known_fact_of(FACT_CONNECTED, OF_INSTALLATION));
    known_copy(known_back_up(), NULL, 0, &found);
    known_meet(false);
    what_waits_for_a_person("restored", true);
    known_check_notice(
        "runs without it, so that it must be done again at once: "
        "1 connected app.");
    known_tell(known_fact_of(FACT_DEACTIVATED, OF_WORKFLOW));
    paused = known_back_up();
    known_copy(paused, NULL, 0, &second);
    known_meet(true);
    known_check_notice(
        "at once: 1 workflow that was turned off, 1 connected app.");
    known_accept_here();
    what_waits_for_a_person("restored", false);
    CHECK_INT(ask_sql("SELECT count(*) FROM undone"), 0);
    CHECK_INT(ask_sql("SELECT count(*) FROM runtime WHERE notice IS NOT NULL"
                      " OR undone IS NOT NULL"),
              0);
    CHECK_INT(ask_sql("SELECT count(*) FROM audit WHERE action ="
                      " 'runtime.accept-restore'"),
              1);
    known_end();
}

static void
look_at(struct runtime_list *list)
{
    CHECK_INT(manager_runtime_list(known.m, list, &e), ERR_OK);
}

static enum err
accept_shown(const struct runtime_list *list)
{
    char key[IDENT_SIZE];
    return manager_runtime_accept_restore(known.m, NAME, &list->rows[0], key,
                                          &e);
}

/* The same notice of a runtime, a millisecond earlier. */
static void
tell_earlier(void)
{
    ask_sql("UPDATE runtime SET notice_at = notice_at - 1 RETURNING 0");
    struct db_stmt *q = db_use(manager_db(known.m), CS_RUNTIME_RENEWED);
    db_text(q, RUNTIME);
    CHECK_INT(db_run(q, &e), ERR_OK);
}

/* A notice that came while a person read another one is not accepted, nor is
 * one with the same words: of a held runtime, and of one that runs. */
static void
only_the_notice_that_was_shown_is_accepted(void)
{
    /* Sabotage: check_shown() in manager_runtime_accept_restore(). */
    for (int held = 0; held < 2; held++) {
        struct full_copy found = {.why = "put back", .held = held};
        struct full_copy worse = found;
        struct runtime_list seen, now;
        known_start();
        known_tell(known_fact_of(FACT_CONNECTED, OF_INSTALLATION));
        known_copy(known_back_up(), NULL, 0, &found);
        look_at(&seen);
        known_tell(known_fact_of(FACT_DEACTIVATED, OF_WORKFLOW));
        known_copy(known_back_up(), NULL, 0, &worse);
        CHECK_INT(accept_shown(&seen), ERR_STALE);
        CHECK_HAS(e.text, "its notice changed since it was shown");
        runtime_list_clear(&seen);
        look_at(&seen);
        tell_earlier();
        look_at(&now);
        CHECK_INT(accept_shown(&seen), ERR_STALE);
        CHECK_INT(accept_shown(&now), ERR_OK);
        runtime_list_clear(&seen);
        runtime_list_clear(&now);
        known_close();
    }
}

/* What a held runtime was compared for is past once it goes on, and so is the
 * notice that says that it is held. */
static void
an_accepted_restore_leaves_no_notice(void)
{
    /* Sabotage: "notice" in RUNTIME_CONTACT. */
    struct full_copy found = known_held_copy();
    known_start();
    known_tell(known_fact_of(FACT_CONNECTED, OF_INSTALLATION));
    known_copy(known_back_up(), NULL, 0, &found);
    known_check_notice("1 connected app");
    known_accept_restore();
    CHECK_INT(ask_sql("SELECT count(*) FROM runtime WHERE notice IS NOT NULL"
                      " OR notice_at IS NOT NULL"),
              0);
    known_end();
}

/* A held runtime is put back to where it was not held: nobody has accepted. */
static void
another_history_accepts_nothing(void)
{
    /* Sabotage: "differs" in ACCEPTED. */
    struct full_copy found = known_held_copy();
    known_start();
    known_tell(known_fact_of(FACT_CONNECTED, OF_INSTALLATION));
    known_copy(known_back_up(), NULL, 0, &found);
    known_meet(true);
    CHECK_INT(ask_sql("SELECT count(*) FROM undone"), 1);
    known_end();
}

static void
check_credentials(const char *named, const char *shown, const char *has)
{
    struct full_copy found = known_held_copy();
    struct backup b = known_back_up();
    struct fact f = known_fact_of(FACT_CONNECTED, OF_INSTALLATION);
    char *text = mem_printf("[{\"app\":\"" APP "\",\"scopes\":[]%s%s%s}]",
                            shown ? ",\"credentialId\":\"" : "",
                            shown ? shown : "", shown ? "\"" : "");
    struct value *apps = known_parsed(text);
    known_start();
    f.credential_id = named;
    known_tell(f);
    b = known_back_up();
    b.installation.connected = apps;
    known_copy(b, NULL, 0, &found);
    known_check_notice(has);
    CHECK_INT(found.undone[UNDONE_REPLACED], named && shown ? 1 : 0);
    known_end();
    value_free(apps);
    free(text);
}

static void
a_replaced_credential_is_named(void)
{
    /* Sabotage: UNDONE_REPLACED in kind_of_app(); credentials_unnamed(). */
    check_credentials("0000000000000000000000c1", "0000000000000000000000c2",
                      "accepted: 1 replaced credential.");
    check_credentials("0000000000000000000000c1", NULL,
                      "Credentials may differ");
}

/* A full copy of a runtime that was not restored loses nothing. */
static void
a_copy_of_what_is_there_names_nothing(void)
{
    struct full_copy found = {.why = "test"};
    known_start();
    known_copy(known_back_up(), NULL, 0, &found);
    CHECK_INT(known_sum(&found), 0);
    known_end();
}

void
test_restores_kept(void)
{
    static const struct test tests[] = {
        {"what came after the backup is named",
         what_came_after_the_backup_is_named},
        {"a pause of what is off is named", a_pause_of_what_is_off_is_named},
        {"what a later restore brings back is done",
         what_a_later_restore_brings_back_is_done},
        {"what is done again is taken off", what_is_done_again_is_taken_off},
        {"a restore that is not held waits for a person",
         a_restore_that_is_not_held_waits_for_a_person},
        {"only the notice that was shown is accepted",
         only_the_notice_that_was_shown_is_accepted},
        {"an accepted restore leaves no notice",
         an_accepted_restore_leaves_no_notice},
        {"another history accepts nothing", another_history_accepts_nothing},
        {"a replaced credential is named", a_replaced_credential_is_named},
        {"a copy of what is there names nothing",
         a_copy_of_what_is_there_names_nothing},
        {NULL, NULL},
    };
    RUN_SUITE("restores", tests);
}
