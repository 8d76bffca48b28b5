/* Users and installations that a restore has lost: they are missing until the
 * runtime has them again or a person ends them. */
#include <stdlib.h>
#include <string.h>

#include "manager/exchange/lost.h"
#include "manager/installation/installation.h"
#include "manager/session/audit.h"
#include "store/console.h"
#include "tests/unit/restores/known.h"
#include "tests/unit/restores/restores.h"

static void
check_missing(bool user, bool installation)
{
    CHECK_INT(ask_sql("SELECT missing_since IS NOT NULL FROM end_user"
                      " WHERE id = '" OTHER_USER "'"),
              user);
    CHECK_INT(ask_sql("SELECT missing_since IS NOT NULL AND condition = 11"
                      " FROM installation WHERE id = '" OTHER_INSTALLATION "'"),
              installation);
}

/* Adds a user, and an installation of that user, after the backup. */
static void
create_other(void)
{
    struct fact user = known_fact_of(FACT_USER, OF_USER);
    struct fact installed = known_fact_of(FACT_INSTALLED, OF_INSTALLATION);
    user.user_id = installed.user_id = OTHER_USER;
    user.username = user.full_name = "zoe";
    installed.installation_id = OTHER_INSTALLATION;
    known_tell(user);
    known_tell(installed);
}

/* The two records name what is missing. Sabotage: name_row() in
 * audit_names.c. */
static void
check_names(void)
{
    struct audit_filter f = {.action = "undone", .named = true, .limit = 10};
    struct audit_list list;
    CHECK_INT(audit_list(known.m, &f, &list, &e), ERR_OK);
    CHECK_INT(list.count, 2);
    CHECK_STR(list.rows[0].name, "zoe");
    CHECK_STR(list.rows[1].name, "zoe/" CASH);
    audit_list_clear(&list);
}

static void
what_was_created_after_the_backup_is_missing(void)
{
    /* Sabotage: either call of read_losses() in missing_end(); either
     * "copy = " of COPIED_USER and COPIED_INSTALLATION. */
    struct full_copy found = {.why = "test", .held = true};
    struct full_copy again = found, newer = found;
    struct state_entry other[2] = {
        {.user_id = OTHER_USER, .username = "zoe", .full_name = "zoe"}};
    known_start();
    create_other();
    check_missing(false, false);
    known_copy(known_back_up(), NULL, 0, &found);
    CHECK_INT(found.absent_users, 1);
    CHECK_INT(found.absent, 1);
    known_check_notice("created there again: 1 user (zoe), 1 installation "
                       "(zoe/" CASH ").");
    check_missing(true, true);
    check_names();
    known_copy(known_back_up(), NULL, 0, &again);
    CHECK_INT(again.absent_users, 1);
    CHECK_INT(ask_sql("SELECT count(*) FROM audit WHERE action = 'undone'"), 2);
    /* A backup that has them is restored. */
    other[1] = known_back_up().installation;
    other[1].user_id = OTHER_USER;
    other[1].username = other[1].full_name = "zoe";
    other[1].installation_id = OTHER_INSTALLATION;
    known_copy(known_back_up(), other, 2, &newer);
    check_missing(false, false);
    CHECK_INT(newer.absent_users, 0);
    CHECK_INT(newer.absent, 0);
    known_end();
}

/* The other installation, for which a pause is queued, is missing. */
static void
lose_other(void)
{
    struct full_copy found = known_held_copy();
    create_other();
    CHECK_INT(manager_installation_pause(known.m, OTHER_INSTALLATION, NULL,
                                         true, false, NULL, NULL, &e),
              ERR_OK);
    known_copy(known_back_up(), NULL, 0, &found);
    check_missing(true, true);
}

static void
check_queued(const char *text)
{
    struct lost_requests one, all;
    CHECK_INT(manager_lost_requests(known.m, OTHER_INSTALLATION, &one, &e),
              ERR_OK);
    CHECK_INT(manager_lost_requests_of_runtime(known.m, NAME, &all, &e),
              ERR_OK);
    char *of_one = lost_requests_text(&one, false, 9);
    char *of_all = lost_requests_text(&all, true, 9);
    CHECK_STR(of_one, text);
    CHECK_INT(all.count, one.count);
    CHECK_STR(of_all, *text ? "pause of zoe/" CASH : "");
    free(of_one);
    free(of_all);
    lost_requests_clear(&one);
    lost_requests_clear(&all);
}

static void
what_a_runtime_has_lost_can_be_ended(void)
{
    /* Sabotage: "missing" in find_lost(); the calls of end_requests(),
     * refresh() and CS_LOST_UNDONE_ENDS in lost.c. */
    struct full_copy newer = known_held_copy();
    struct state_entry other[2] = {
        {.user_id = OTHER_USER, .username = "zoe", .full_name = "zoe"}};
    size_t ended;
    known_start();
    CHECK_INT(
        manager_installation_end(known.m, known.installation, NULL, NULL, NULL, &e),
        ERR_REFUSED);
    CHECK_HAS(e.text, "its runtime knows it");
    lose_other();
    check_queued("pause");
    CHECK_INT(manager_installation_end(known.m, OTHER_INSTALLATION, NULL, "gone",
                                       &ended, &e),
              ERR_OK);
    CHECK_INT(ended, 1);
    check_queued("");
    CHECK_INT(ask_sql("SELECT state = 2 AND condition = 7 AND missing_since IS"
                      " NULL FROM installation WHERE id = "
                      "'" OTHER_INSTALLATION "'"),
              1);
    CHECK_INT(ask_sql("SELECT state FROM outbox WHERE kind = 'pause'"), 3);
    CHECK_INT(ask_sql("SELECT instr(notice, '1 installation') FROM runtime"),
              0);
    CHECK_INT(ask_sql("SELECT count(*) FROM audit WHERE action ="
                      " 'installation.uninstall' AND instr(after, 'gone')"),
              1);
    CHECK_INT(ask_sql("SELECT count(*) FROM audit a JOIN outbox o ON o.key ="
                      " a.subject_id WHERE o.kind = 'pause' AND"
                      " instr(a.after, 'refused')"),
              1);
    /* A backup that has it is restored. */
    other[1] = known_back_up().installation;
    other[1].user_id = OTHER_USER;
    other[1].username = other[1].full_name = "zoe";
    other[1].installation_id = OTHER_INSTALLATION;
    known_copy(known_back_up(), other, 2, &newer);
    known_check_notice("1 uninstall.");
    CHECK_INT(ask_sql("SELECT state FROM installation WHERE id = "
                      "'" OTHER_INSTALLATION "'"),
              0);
    known_end();
}

/* What is not there may be accepted with the notice, and is not named again; it
 * is named when it came back and went again. */
static void
what_is_accepted_as_missing_is_not_counted_again(void)
{
    /* Sabotage: the calls of restored_forget(), CS_MISSING_USERS_CONFIRMED,
     * CS_MISSING_INSTALLATIONS_CONFIRMED and "missing_accepted = 0". */
    struct full_copy found = known_held_copy(), later = known_held_copy(),
                     back = known_held_copy(), gone = known_held_copy();
    struct state_entry other[2] = {
        {.user_id = OTHER_USER, .username = "zoe", .full_name = "zoe"}};
    known_start();
    create_other();
    known_copy(known_back_up(), NULL, 0, &found);
    CHECK_INT(found.absent_users + found.absent, 2);
    known_accept_restore();
    known_copy(known_back_up(), NULL, 0, &later);
    CHECK_INT(later.absent_users, 0);
    CHECK_INT(later.absent, 0);
    CHECK_INT(ask_sql("SELECT instr(notice, 'zoe') FROM runtime"), 0);
    check_missing(true, true);
    other[1] = known_back_up().installation;
    other[1].user_id = OTHER_USER;
    other[1].username = other[1].full_name = "zoe";
    other[1].installation_id = OTHER_INSTALLATION;
    known_copy(known_back_up(), other, 2, &back);
    known_copy(known_back_up(), NULL, 0, &gone);
    CHECK_INT(gone.absent_users, 1);
    CHECK_INT(gone.absent, 1);
    known_end();
}

static void
a_missing_user_can_be_ended(void)
{
    /* Sabotage: "!u->missing_since" in note_user(); the calls of
     * end_installations(), delete_user(), audit_user() and refresh() in
     * end_user() of lost.c. */
    struct full_copy found = known_held_copy(), newer = known_held_copy();
    struct state_entry other[2] = {
        {.user_id = OTHER_USER, .username = "zoe", .full_name = "zoe"}};
    struct lost_user u;
    size_t ended;
    struct fact user = known_fact_of(FACT_USER, OF_USER);
    known_start();
    user.user_id = OTHER_USER;
    user.username = user.full_name = "zoe";
    known_tell(user); /* there, and without an installation yet */
    CHECK_INT(manager_user_end(known.m, OTHER_USER, NULL, NULL, NULL, &e),
              ERR_REFUSED);
    create_other();
    CHECK_INT(manager_user_end(known.m, OTHER_USER, NULL, NULL, NULL, &e),
              ERR_REFUSED);
    CHECK_HAS(e.text, "the runtime knows this user");
    CHECK_INT(manager_user_end(known.m, "nobody", NULL, NULL, NULL, &e),
              ERR_NOT_FOUND);
    CHECK_INT(manager_installation_pause(known.m, OTHER_INSTALLATION, NULL,
                                         true, false, NULL, NULL, &e),
              ERR_OK);
    known_copy(known_back_up(), NULL, 0, &found);
    CHECK_INT(manager_lost_user(known.m, "zoe", "nowhere", &u, &e),
              ERR_NOT_FOUND);
    lost_user_clear(&u);
    CHECK_INT(manager_lost_user(known.m, "zoe", NAME, &u, &e), ERR_OK);
    CHECK_STR(u.id, OTHER_USER);
    CHECK_INT(u.installations, 1);
    CHECK_INT(u.requests.count, 1);
    lost_user_clear(&u);
    CHECK_INT(manager_user_end(known.m, OTHER_USER, NULL, "moved", &ended, &e),
              ERR_OK);
    CHECK_INT(ended, 1);
    CHECK_INT(ask_sql("SELECT deleted_at > 0 AND missing_since IS NULL FROM"
                      " end_user WHERE id = '" OTHER_USER "'"),
              1);
    CHECK_INT(ask_sql("SELECT state FROM installation WHERE id ="
                      " '" OTHER_INSTALLATION "'"),
              2);
    CHECK_INT(ask_sql("SELECT state FROM outbox WHERE kind = 'pause'"), 3);
    CHECK_INT(ask_sql("SELECT instr(notice, 'zoe') FROM runtime"), 0);
    CHECK_INT(ask_sql("SELECT count(*) FROM audit WHERE action = 'user.remove'"
                      " AND subject_id = '" OTHER_USER "'"
                      " AND instr(after, 'moved')"),
              1);
    CHECK_INT(manager_user_end(known.m, OTHER_USER, NULL, NULL, NULL, &e),
              ERR_NOT_FOUND);
    /* A backup that has the user is restored. */
    other[1] = known_back_up().installation;
    other[1].user_id = OTHER_USER;
    other[1].username = other[1].full_name = "zoe";
    other[1].installation_id = OTHER_INSTALLATION;
    known_copy(known_back_up(), other, 2, &newer);
    known_check_notice("1 deletion of a user");
    check_missing(false, false);
    known_end();
}

/* Of a missing user the runtime may tell an installation. */
static void
a_user_who_has_an_installation_does_not_end(void)
{
    /* Sabotage: "u->known" in note_user() of lost.c. */
    struct full_copy found = known_held_copy();
    struct fact installed = known_fact_of(FACT_INSTALLED, OF_INSTALLATION);
    known_start();
    create_other();
    known_copy(known_back_up(), NULL, 0, &found);
    installed.user_id = OTHER_USER;
    installed.installation_id = OTHER_INSTALLATION;
    known_tell(installed);
    check_missing(true, false);
    CHECK_INT(manager_user_end(known.m, OTHER_USER, NULL, NULL, NULL, &e),
              ERR_REFUSED);
    known_end();
}

/* One of the same name may have been added since: an id says who is meant. */
static void
the_user_who_is_there_does_not_end(void)
{
    struct full_copy found = known_held_copy();
    struct fact again = known_fact_of(FACT_USER, OF_USER);
    struct lost_user u;
    known_start();
    create_other();
    known_copy(known_back_up(), NULL, 0, &found);
    again.user_id = "0000000000000000000000ae";
    again.username = again.full_name = "zoe";
    known_tell(again);
    CHECK_INT(manager_lost_user(known.m, again.user_id, NULL, &u, &e),
              ERR_REFUSED);
    lost_user_clear(&u);
    CHECK_INT(manager_lost_user(known.m, "zoe", NULL, &u, &e), ERR_OK);
    CHECK_STR(u.id, OTHER_USER);
    lost_user_clear(&u);
    known_end();
}

/* What was queued after the question was made does not end unseen. */
static void
only_what_was_shown_ends(void)
{
    /* Sabotage: check_shown() in end_requests() of lost.c. */
    struct lost_requests none = {.count = 0};
    struct lost_user u;
    size_t ended;
    known_start();
    lose_other();
    CHECK_INT(manager_installation_end(known.m, OTHER_INSTALLATION, &none, NULL,
                                       &ended, &e),
              ERR_STALE);
    CHECK_HAS(e.text, "changed since it was shown: pause was queued for it");
    CHECK_INT(manager_lost_user(known.m, "zoe", NULL, &u, &e), ERR_OK);
    u.installations++;
    CHECK_INT(manager_user_end(known.m, u.id, &u, NULL, &ended, &e), ERR_STALE);
    CHECK_HAS(e.text, "1 installations are missing, 2 were shown");
    u.installations--;
    CHECK_INT(manager_user_end(known.m, u.id, &u, NULL, &ended, &e), ERR_OK);
    CHECK_INT(ended, 1);
    lost_user_clear(&u);
    known_end();
}

/* An item of a request for several customers is answered with all of them. */
static void
what_others_share_is_left_to_the_runtime(void)
{
    /* Sabotage: "shared" in end_requests() of lost.c. */
    size_t ended;
    known_start();
    CHECK_INT(manager_installation_pause(known.m, known.installation, NULL,
                                         true, false, NULL, NULL, &e),
              ERR_OK);
    lose_other();
    CHECK_INT(ask_sql("UPDATE outbox SET lead = (SELECT min(n) FROM outbox"
                      " WHERE kind = 'pause') WHERE n = (SELECT max(n) FROM"
                      " outbox) RETURNING kind = 'pause'"),
              1);
    CHECK_INT(
        manager_installation_end(known.m, OTHER_INSTALLATION, NULL, NULL, &ended, &e),
        ERR_OK);
    CHECK_INT(ended, 0);
    CHECK_INT(ask_sql("SELECT count(*) FROM outbox WHERE kind = 'pause'"
                      " AND state = 0"),
              2);
    known_close();
}

/* A copy that shows that user 1 was deleted: the list of users lacks him, and
 * his installation has ended or, where none is LEFT, is not there either. */
static void
copy_deleted(struct full_copy *found, bool left)
{
    struct state_entry entry = known_back_up().installation;
    entry.state = INSTALLATION_UNINSTALLED;
    struct state_page page = {.feed_cursor = known.sequence, .hash = "0"};
    CHECK_INT(manager_copy_begin(known.m, RUNTIME, found, &e), ERR_OK);
    CHECK_INT(manager_apply_state(known.m, RUNTIME, &page, found, false, &e),
              ERR_OK);
    page.entries = &entry;
    page.count = left;
    CHECK_INT(manager_apply_state(known.m, RUNTIME, &page, found, true, &e),
              ERR_OK);
}

static long long
is_deleted(void)
{
    return ask_sql("SELECT deleted_at IS NOT NULL AND missing_since IS NULL"
                   " FROM end_user WHERE id = '" USER "'");
}

static void
who_was_deleted_is_not_missing(void)
{
    /* Sabotage: missing_deleted() or end_again() in missing.c. */
    struct full_copy older = known_held_copy(), newer = known_held_copy(),
                     oldest = known_held_copy();
    known_start();
    known_tell(known_fact_of(FACT_UNINSTALLED, OF_INSTALLATION));
    known_tell(known_fact_of(FACT_USER_DELETED, OF_USER));
    CHECK(is_deleted());
    known_copy(known_back_up(), NULL, 0, &older);
    CHECK(!is_deleted());
    CHECK_INT(older.undone[UNDONE_USER], 1);
    copy_deleted(&newer, false);
    CHECK(is_deleted());
    CHECK_INT(known_sum(&newer), 0);
    known_accept_restore();
    known_copy(known_back_up(), NULL, 0, &oldest);
    CHECK_INT(oldest.undone[UNDONE_USER], 1);
    known_end();
}

/* A person has accepted that a deleted user is back; a later restore takes the
 * user away again. Sabotage: the condition of missing_deleted() in
 * end_findings() (apply_state.c). */
static void
who_was_accepted_is_missed(void)
{
    struct full_copy older = known_held_copy(), newer = known_held_copy();
    known_start();
    known_tell(known_fact_of(FACT_UNINSTALLED, OF_INSTALLATION));
    known_tell(known_fact_of(FACT_USER_DELETED, OF_USER));
    known_copy(known_back_up(), NULL, 0, &older);
    known_accept_restore();
    copy_deleted(&newer, true);
    CHECK(!is_deleted());
    CHECK_INT(newer.absent_users, 1);
    known_check_notice("created there again: 1 user (user1)");
    known_end();
}

static void
of_whom_installations_are_left_is_deleted(void)
{
    struct full_copy first = {.why = NULL};
    known_start();
    copy_deleted(&first, true);
    CHECK(is_deleted());
    known_end();
}

/* A restore has undone a connection, the next one has lost the installation
 * itself. Sabotage: CS_LOST_UNDONE_ENDS in uninstall(), restored_seal() in
 * refresh() of lost.c. */
static void
what_is_undone_ends_with_what_is_lost(void)
{
    struct full_copy older = known_held_copy(), oldest = known_held_copy();
    struct fact f = known_fact_of(FACT_CONNECTED, OF_INSTALLATION);
    struct state_entry other[2] = {
        {.user_id = OTHER_USER, .username = "zoe", .full_name = "zoe"}};
    size_t ended;
    known_start();
    create_other();
    f.installation_id = OTHER_INSTALLATION;
    known_tell(f);
    other[1] = known_back_up().installation;
    other[1].user_id = OTHER_USER;
    other[1].username = other[1].full_name = "zoe";
    other[1].installation_id = OTHER_INSTALLATION;
    known_copy(known_back_up(), other, 2, &older);
    known_copy(known_back_up(), NULL, 0, &oldest);
    CHECK_INT(ask_sql("SELECT count(*) FROM undone"), 1);
    CHECK_INT(
        manager_installation_end(known.m, OTHER_INSTALLATION, NULL, NULL, &ended, &e),
        ERR_OK);
    CHECK_INT(ask_sql("SELECT count(*) FROM undone"), 0);
    known_end();
}

void
test_restores_missing(void)
{
    static const struct test tests[] = {
        {"what was created after the backup is missing",
         what_was_created_after_the_backup_is_missing},
        {"what a runtime has lost can be ended",
         what_a_runtime_has_lost_can_be_ended},
        {"what is undone ends with what is lost",
         what_is_undone_ends_with_what_is_lost},
        {"what is accepted as missing is not counted again",
         what_is_accepted_as_missing_is_not_counted_again},
        {"a missing user can be ended", a_missing_user_can_be_ended},
        {"a user who has an installation does not end",
         a_user_who_has_an_installation_does_not_end},
        {"the user who is there does not end",
         the_user_who_is_there_does_not_end},
        {"only what was shown ends", only_what_was_shown_ends},
        {"what others share is left to the runtime",
         what_others_share_is_left_to_the_runtime},
        {"who was deleted is not missing", who_was_deleted_is_not_missing},
        {"who was accepted is missed", who_was_accepted_is_missed},
        {"a deleted user of whom installations are left is deleted",
         of_whom_installations_are_left_is_deleted},
        {NULL, NULL},
    };
    RUN_SUITE("restores", tests);
}
