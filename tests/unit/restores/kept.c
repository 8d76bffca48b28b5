/*
 * What this console knows of a runtime, kind by kind: what was created, changed
 * or deleted after the backup is named by the notice of the restore, or comes
 * back by itself. Each row says what was there before the backup and what came
 * after it. All of them cost some 180 transactions: less than a second.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "manager/exchange/exchange.h"
#include "manager/exchange/facts.h"
#include "manager/exchange/lost.h"
#include "manager/exchange/runtime.h"
#include "manager/installation/installation.h"
#include "manager/installation/status.h"
#include "manager/session/audit.h"
#include "store/console.h"
#include "tests/unit/manager/fixture.h"
#include "tests/unit/restores/restores.h"
#include "value/value.h"

#define RUNTIME "r1"
#define NAME "us-1"
#define USER "000000000000000002000001"
#define OTHER_USER "0000000000000000000000aa"
#define OTHER_INSTALLATION "0000000000000000000000ab"
#define NEW_VERSION "0000000000000000000000ac"
#define REMOTE "5b0000000000000000000001"
#define APP "netsuite"

/* The runtime as the backup has it: one user, one installation, one workflow.
 * An id as TEXT stands for that of the world below. */
struct backup {
    struct state_workflow workflow;
    struct state_entry installation;
};

static struct {
    struct manager *m;
    int64_t n, sequence; /* of the runtime; of the last fact */
    char installation[IDENT_SIZE], workflow[IDENT_SIZE], live[IDENT_SIZE];
    char integration[IDENT_SIZE];
    struct value *none, *apps, *fields;
} w;

/* --- facts ---------------------------------------------------------------- */

enum about { OF_USER, OF_INSTALLATION, OF_WORKFLOW };

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

static struct fact
fact_of(enum fact_kind kind, enum about about)
{
    struct fact f = {.kind = kind, .at = 1, .user_id = USER, .on = true};
    f.username = "user1";
    f.full_name = "Another Ltd";
    f.failed = 3;
    if (about == OF_USER)
        return f;
    f.installation_id = w.installation;
    f.integration_id = w.integration;
    if (about == OF_WORKFLOW) {
        f.workflow_id = w.workflow;
        f.version_id = NEW_VERSION;
        return f;
    }
    f.app = kind == FACT_CONNECTED || kind == FACT_DISCONNECTED ||
                    kind == FACT_CREDENTIAL
                ? APP
                : NULL;
    f.state = kind == FACT_CREDENTIAL ? "refused" : NULL;
    f.fields = w.fields;
    return f;
}

static void
tell(struct fact f)
{
    struct fact_page page = {&f, 1, 0, 0, "x", NULL};
    if (f.kind == FACT_UNKNOWN)
        return;
    f.sequence = page.cursor = page.head = ++w.sequence;
    CHECK_INT(manager_apply_facts(w.m, RUNTIME, &page, &e), ERR_OK);
}

static void
happen_to_workflow(struct state_workflow *x, enum fact_kind kind)
{
    switch (kind) {
    case FACT_PAUSED:
    case FACT_RESUMED:
        x->active = kind == FACT_RESUMED;
        break;
    case FACT_DEACTIVATED:
    case FACT_ACTIVATED:
    case FACT_REMOVED:
        x->off = kind != FACT_ACTIVATED;
        if (kind == FACT_REMOVED)
            x->live_version_id = NULL;
        break;
    case FACT_LIVE:
        x->live_version_id = NEW_VERSION;
        break;
    case FACT_AWAITING:
    case FACT_WITHDRAWN:
        x->awaiting_version_id = kind == FACT_AWAITING ? NEW_VERSION : NULL;
        break;
    default:
        break;
    }
}

/* What the fact does to a runtime that is backed up then. */
static void
happen(struct backup *b, enum fact_kind kind, enum about about)
{
    struct state_entry *x = &b->installation;
    if (about == OF_WORKFLOW)
        happen_to_workflow(&b->workflow, kind);
    else if (kind == FACT_USER)
        x->full_name = "Another Ltd";
    else if (kind == FACT_CONNECTED || kind == FACT_DISCONNECTED)
        x->connected = kind == FACT_CONNECTED ? w.apps : w.none;
    else if (kind == FACT_ANSWERED)
        x->answered = w.fields;
    else if (kind == FACT_PAUSED)
        x->state = INSTALLATION_PAUSED;
    else if (kind == FACT_UNINSTALLED)
        x->state = INSTALLATION_UNINSTALLED;
    else
        x->state = INSTALLATION_ACTIVE;
}

/* --- copies --------------------------------------------------------------- */

static struct value *
parsed(const char *text)
{
    struct value *v = NULL;
    CHECK_INT(value_read(&v, text, strlen(text), &value_limits_document, "test",
                         &e),
              ERR_OK);
    return v;
}

static void
start(void)
{
    struct installed_workflow_list list;
    struct installation_list found;
    struct runtime_list runtimes;
    fixture_start(1);
    w.m = session_of("ada");
    w.sequence = 0;
    snprintf(w.installation, IDENT_SIZE, "%s", installation_id(1));
    CHECK_INT(manager_installation_workflows(w.m, w.installation, &list, &e),
              ERR_OK);
    snprintf(w.workflow, IDENT_SIZE, "%s", list.rows[0].workflow_id);
    snprintf(w.live, IDENT_SIZE, "%s", list.rows[0].live_id);
    installed_workflow_list_clear(&list);
    CHECK_INT(manager_installation_show(w.m, w.installation, &found, &e),
              ERR_OK);
    snprintf(w.integration, IDENT_SIZE, "%s", found.rows[0].integration_id);
    installation_list_clear(&found);
    CHECK_INT(manager_runtime_list(w.m, &runtimes, &e), ERR_OK);
    w.n = runtimes.rows[0].n;
    runtime_list_clear(&runtimes);
    w.none = value_array();
    w.apps = parsed("[{\"app\":\"" APP "\",\"scopes\":[]}]");
    w.fields = parsed("[{\"blockId\":\"b\",\"field\":\"f\"}]");
}

static void
end(void)
{
    manager_close(w.m);
    fixture_end();
    value_free(w.none);
    value_free(w.apps);
    value_free(w.fields);
}

static struct backup
back_up(void)
{
    return (struct backup){
        .workflow = {.workflow_id = w.workflow,
                     .live_version_id = w.live,
                     .active = true},
        .installation = {.user_id = USER,
                         .username = "user1",
                         .full_name = "Customer 1 Ltd",
                         .installation_id = w.installation,
                         .integration_id = w.integration,
                         .connected = w.none,
                         .answered = w.none}};
}

/* The users of the runtime, then B; COUNT of MORE are there, too. */
static void
copy(struct backup b, const struct state_entry *more, size_t count,
     struct full_copy *copy)
{
    struct state_entry users[3] = {b.installation};
    users[0].installation_id = NULL;
    for (size_t i = 0; i < count; i++)
        users[1 + i] = more[i];
    b.installation.workflows = &b.workflow;
    b.installation.count = 1;
    struct state_page page = {.entries = users,
                              .count = 1 + count,
                              .feed_cursor = w.sequence,
                              .hash = "0"};
    CHECK_INT(manager_copy_begin(w.m, RUNTIME, copy, &e), ERR_OK);
    CHECK_INT(manager_apply_state(w.m, RUNTIME, &page, copy, false, &e),
              ERR_OK);
    page.entries = &b.installation;
    page.count = 1;
    CHECK_INT(manager_apply_state(w.m, RUNTIME, &page, copy, true, &e), ERR_OK);
}

static int64_t
sum(const struct full_copy *c)
{
    int64_t all = c->moved + c->absent + c->absent_users;
    for (int i = 0; i < UNDONE_COUNT; i++)
        all += c->undone[i];
    return all;
}

static void
check_notice(const char *has)
{
    struct runtime_list list;
    CHECK_INT(manager_runtime_list(w.m, &list, &e), ERR_OK);
    CHECK_HAS(list.rows[0].notice, has);
    runtime_list_clear(&list);
}

static void
meet(bool differs)
{
    struct runtime_contact c = {
        .remote_id = REMOTE, .protocol = 1, .differs = differs};
    CHECK_INT(manager_runtime_contact(w.m, w.n, &c, &e), ERR_OK);
}

/* The restore is accepted: what it has undone is forgotten. */
static void
accept_restore(void)
{
    meet(false);
}

static void
accept_here(void)
{
    char key[IDENT_SIZE];
    CHECK_INT(manager_runtime_accept_restore(w.m, NAME, key, &e), ERR_OK);
    CHECK_STR(key, "");
}

/* --- tests ---------------------------------------------------------------- */

static void
play(const struct row *row)
{
    struct full_copy found = {.why = "test", .held = true};
    struct backup b = back_up();
    printf("# %s\n", row->what);
    happen(&b, row->before, row->about);
    tell(fact_of(row->before, row->about));
    tell(fact_of(row->after, row->about));
    long long records =
        ask_sql("SELECT count(*) FROM audit WHERE action = 'undone'");
    copy(b, NULL, 0, &found);
    if (row->named) {
        check_notice(row->named);
        CHECK(sum(&found) > 0);
        CHECK_INT(ask_sql("SELECT count(*) FROM audit WHERE action = "
                          "'undone'") -
                      records,
                  row->after == FACT_LIVE ? 0 : 1);
    } else {
        CHECK_INT(sum(&found), 0);
    }
    accept_restore();
    struct full_copy first = {.why = NULL};
    copy(back_up(), NULL, 0, &first);
}

static void
what_came_after_the_backup_is_named(void)
{
    /* Sabotage: any branch of undone.c. */
    bool covered[FACT_UNKNOWN + 1] = {[FACT_UNKNOWN] = true};
    start();
    for (size_t i = 0; i < ROWS; i++) {
        play(&rows[i]);
        covered[rows[i].after] = true;
    }
    for (int kind = 0; kind < FACT_UNKNOWN; kind++) {
        if (!covered[kind])
            printf("# no row: %s\n", fact_word(kind));
        CHECK(covered[kind]);
    }
    end();
}

/* A pause by an engineer outlives that the vendor turns the workflow off and,
 * after the restore, on again. Sabotage: either call of tell() in
 * tell_switches(), 'paused' of the values that UNDONE_CURRENT reads. */
static void
a_pause_of_what_is_off_is_named(void)
{
    struct full_copy found = {.why = "test", .held = true};
    start();
    tell(fact_of(FACT_PAUSED, OF_WORKFLOW));
    tell(fact_of(FACT_DEACTIVATED, OF_WORKFLOW));
    copy(back_up(), NULL, 0, &found);
    check_notice("1 pause, 1 workflow that was turned off");
    tell(fact_of(FACT_DEACTIVATED, OF_WORKFLOW));
    CHECK_INT(ask_sql("SELECT count(*) FROM undone"), 1);
    CHECK_INT(ask_sql("SELECT count(*) FROM undone WHERE aspect = 'paused'"),
              1);
    tell(fact_of(FACT_PAUSED, OF_WORKFLOW));
    CHECK_INT(ask_sql("SELECT count(*) FROM undone"), 0);
    accept_restore();
    end();
}

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
    struct fact user = fact_of(FACT_USER, OF_USER);
    struct fact installed = fact_of(FACT_INSTALLED, OF_INSTALLATION);
    user.user_id = installed.user_id = OTHER_USER;
    user.username = user.full_name = "zoe";
    installed.installation_id = OTHER_INSTALLATION;
    tell(user);
    tell(installed);
}

/* The two records name what is missing. Sabotage: name_row() in
 * audit_names.c. */
static void
check_names(void)
{
    struct audit_filter f = {.action = "undone", .named = true, .limit = 10};
    struct audit_list list;
    CHECK_INT(audit_list(w.m, &f, &list, &e), ERR_OK);
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
    start();
    create_other();
    check_missing(false, false);
    copy(back_up(), NULL, 0, &found);
    CHECK_INT(found.absent_users, 1);
    CHECK_INT(found.absent, 1);
    check_notice("created there again: 1 user (zoe), 1 installation "
                 "(zoe/" CASH ").");
    check_missing(true, true);
    check_names();
    copy(back_up(), NULL, 0, &again);
    CHECK_INT(again.absent_users, 1);
    CHECK_INT(ask_sql("SELECT count(*) FROM audit WHERE action = 'undone'"), 2);
    /* A backup that has them is restored. */
    other[1] = back_up().installation;
    other[1].user_id = OTHER_USER;
    other[1].username = other[1].full_name = "zoe";
    other[1].installation_id = OTHER_INSTALLATION;
    copy(back_up(), other, 2, &newer);
    check_missing(false, false);
    CHECK_INT(newer.absent_users, 0);
    CHECK_INT(newer.absent, 0);
    end();
}

static struct full_copy
held_copy(void)
{
    return (struct full_copy){.why = "test", .held = true};
}

/* The other installation, for which a pause is queued, is missing. */
static void
lose_other(void)
{
    struct full_copy found = held_copy();
    create_other();
    CHECK_INT(manager_installation_pause(w.m, OTHER_INSTALLATION, NULL, true,
                                         false, NULL, NULL, &e),
              ERR_OK);
    copy(back_up(), NULL, 0, &found);
    check_missing(true, true);
}

static void
check_queued(const char *text)
{
    struct lost_requests one, all;
    CHECK_INT(manager_lost_requests(w.m, OTHER_INSTALLATION, &one, &e), ERR_OK);
    CHECK_INT(manager_lost_requests_of_runtime(w.m, NAME, &all, &e), ERR_OK);
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
    struct full_copy newer = held_copy();
    struct state_entry other[2] = {
        {.user_id = OTHER_USER, .username = "zoe", .full_name = "zoe"}};
    size_t ended;
    start();
    CHECK_INT(manager_installation_end(w.m, w.installation, NULL, NULL, &e),
              ERR_REFUSED);
    CHECK_HAS(e.text, "its runtime knows it");
    lose_other();
    check_queued("pause");
    CHECK_INT(manager_installation_end(w.m, OTHER_INSTALLATION, "gone", &ended,
                                       &e),
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
    other[1] = back_up().installation;
    other[1].user_id = OTHER_USER;
    other[1].username = other[1].full_name = "zoe";
    other[1].installation_id = OTHER_INSTALLATION;
    copy(back_up(), other, 2, &newer);
    check_notice("1 uninstall.");
    CHECK_INT(ask_sql("SELECT state FROM installation WHERE id = "
                      "'" OTHER_INSTALLATION "'"),
              0);
    end();
}

/* What is not there may be accepted with the notice, and is not named again; it
 * is named when it came back and went again. */
static void
what_is_accepted_as_missing_is_not_counted_again(void)
{
    /* Sabotage: the calls of restored_forget(), CS_MISSING_USERS_CONFIRMED,
     * CS_MISSING_INSTALLATIONS_CONFIRMED and "missing_accepted = 0". */
    struct full_copy found = held_copy(), later = held_copy(),
                     back = held_copy(), gone = held_copy();
    struct state_entry other[2] = {
        {.user_id = OTHER_USER, .username = "zoe", .full_name = "zoe"}};
    start();
    create_other();
    copy(back_up(), NULL, 0, &found);
    CHECK_INT(found.absent_users + found.absent, 2);
    accept_restore();
    copy(back_up(), NULL, 0, &later);
    CHECK_INT(later.absent_users, 0);
    CHECK_INT(later.absent, 0);
    CHECK_INT(ask_sql("SELECT instr(notice, 'zoe') FROM runtime"), 0);
    check_missing(true, true);
    other[1] = back_up().installation;
    other[1].user_id = OTHER_USER;
    other[1].username = other[1].full_name = "zoe";
    other[1].installation_id = OTHER_INSTALLATION;
    copy(back_up(), other, 2, &back);
    copy(back_up(), NULL, 0, &gone);
    CHECK_INT(gone.absent_users, 1);
    CHECK_INT(gone.absent, 1);
    end();
}

static void
a_missing_user_can_be_ended(void)
{
    /* Sabotage: "!u->missing_since" in note_user(); the calls of
     * end_installations(), delete_user(), audit_user() and refresh() in
     * end_user() of lost.c. */
    struct full_copy found = held_copy(), newer = held_copy();
    struct state_entry other[2] = {
        {.user_id = OTHER_USER, .username = "zoe", .full_name = "zoe"}};
    struct lost_user u;
    size_t ended;
    start();
    create_other();
    CHECK_INT(manager_user_end(w.m, OTHER_USER, NULL, NULL, &e), ERR_REFUSED);
    CHECK_HAS(e.text, "the runtime knows this user");
    CHECK_INT(manager_user_end(w.m, "nobody", NULL, NULL, &e), ERR_NOT_FOUND);
    CHECK_INT(manager_installation_pause(w.m, OTHER_INSTALLATION, NULL, true,
                                         false, NULL, NULL, &e),
              ERR_OK);
    copy(back_up(), NULL, 0, &found);
    CHECK_INT(manager_lost_user(w.m, "zoe", "nowhere", &u, &e), ERR_NOT_FOUND);
    lost_user_clear(&u);
    CHECK_INT(manager_lost_user(w.m, "zoe", NAME, &u, &e), ERR_OK);
    CHECK_STR(u.id, OTHER_USER);
    CHECK_INT(u.installations, 1);
    CHECK_INT(u.requests.count, 1);
    lost_user_clear(&u);
    CHECK_INT(manager_user_end(w.m, OTHER_USER, "moved", &ended, &e), ERR_OK);
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
    CHECK_INT(manager_user_end(w.m, OTHER_USER, NULL, NULL, &e), ERR_NOT_FOUND);
    /* A backup that has the user is restored. */
    other[1] = back_up().installation;
    other[1].user_id = OTHER_USER;
    other[1].username = other[1].full_name = "zoe";
    other[1].installation_id = OTHER_INSTALLATION;
    copy(back_up(), other, 2, &newer);
    check_notice("1 deletion of a user");
    check_missing(false, false);
    end();
}

/* Of a missing user the runtime may tell an installation. */
static void
a_user_who_has_an_installation_does_not_end(void)
{
    /* Sabotage: "u->known" in note_user() of lost.c. */
    struct full_copy found = held_copy();
    struct fact installed = fact_of(FACT_INSTALLED, OF_INSTALLATION);
    start();
    create_other();
    copy(back_up(), NULL, 0, &found);
    installed.user_id = OTHER_USER;
    installed.installation_id = OTHER_INSTALLATION;
    tell(installed);
    check_missing(true, false);
    CHECK_INT(manager_user_end(w.m, OTHER_USER, NULL, NULL, &e), ERR_REFUSED);
    end();
}

/* One of the same name may have been added since: an id says who is meant. */
static void
the_user_who_is_there_does_not_end(void)
{
    struct full_copy found = held_copy();
    struct fact again = fact_of(FACT_USER, OF_USER);
    struct lost_user u;
    start();
    create_other();
    copy(back_up(), NULL, 0, &found);
    again.user_id = "0000000000000000000000ae";
    again.username = again.full_name = "zoe";
    tell(again);
    CHECK_INT(manager_lost_user(w.m, again.user_id, NULL, &u, &e), ERR_REFUSED);
    lost_user_clear(&u);
    CHECK_INT(manager_lost_user(w.m, "zoe", NULL, &u, &e), ERR_OK);
    CHECK_STR(u.id, OTHER_USER);
    lost_user_clear(&u);
    end();
}

/* An item of a request for several customers is answered with all of them. */
static void
what_others_share_is_left_to_the_runtime(void)
{
    /* Sabotage: "shared" in end_requests() of lost.c. */
    size_t ended;
    start();
    CHECK_INT(manager_installation_pause(w.m, w.installation, NULL, true, false,
                                         NULL, NULL, &e),
              ERR_OK);
    lose_other();
    CHECK_INT(ask_sql("UPDATE outbox SET lead = (SELECT min(n) FROM outbox"
                      " WHERE kind = 'pause') WHERE n = (SELECT max(n) FROM"
                      " outbox) RETURNING kind = 'pause'"),
              1);
    CHECK_INT(manager_installation_end(w.m, OTHER_INSTALLATION, NULL, &ended,
                                       &e),
              ERR_OK);
    CHECK_INT(ended, 0);
    CHECK_INT(ask_sql("SELECT count(*) FROM outbox WHERE kind = 'pause'"
                      " AND state = 0"),
              2);
    end();
}

/* The runtime is as the world began, and nothing of it is undone. */
static void
begin_again(void)
{
    struct full_copy first = {.why = NULL};
    copy(back_up(), NULL, 0, &first);
}

/* An older backup is restored, then one that has the thing again: people wanted
 * it, so that nothing of it is left to do. */
static void
there_and_back(const struct row *row)
{
    struct full_copy older = held_copy(), newer = held_copy();
    struct backup before = back_up(), after;
    printf("# %s\n", row->what);
    happen(&before, row->before, row->about);
    after = before;
    happen(&after, row->after, row->about);
    tell(fact_of(row->before, row->about));
    tell(fact_of(row->after, row->about));
    copy(before, NULL, 0, &older);
    CHECK(sum(&older) > 0);
    copy(after, NULL, 0, &newer);
    CHECK_INT(sum(&newer), 0);
    accept_restore();
    begin_again();
}

static void
what_a_later_restore_brings_back_is_done(void)
{
    /* Sabotage: "d.wanted = before" in tell() of undone.c. */
    start();
    for (size_t i = 0; i < ROWS; i++)
        if (rows[i].named && rows[i].after != FACT_USER_DELETED)
            there_and_back(&rows[i]);
    end();
}

/* A copy that shows that user 1 was deleted: the list of users lacks him, and
 * his installation has ended or, where none is LEFT, is not there either. */
static void
copy_deleted(struct full_copy *found, bool left)
{
    struct state_entry entry = back_up().installation;
    entry.state = INSTALLATION_UNINSTALLED;
    struct state_page page = {.feed_cursor = w.sequence, .hash = "0"};
    CHECK_INT(manager_copy_begin(w.m, RUNTIME, found, &e), ERR_OK);
    CHECK_INT(manager_apply_state(w.m, RUNTIME, &page, found, false, &e),
              ERR_OK);
    page.entries = &entry;
    page.count = left;
    CHECK_INT(manager_apply_state(w.m, RUNTIME, &page, found, true, &e),
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
    struct full_copy older = held_copy(), newer = held_copy(),
                     oldest = held_copy();
    start();
    tell(fact_of(FACT_UNINSTALLED, OF_INSTALLATION));
    tell(fact_of(FACT_USER_DELETED, OF_USER));
    CHECK(is_deleted());
    copy(back_up(), NULL, 0, &older);
    CHECK(!is_deleted());
    CHECK_INT(older.undone[UNDONE_USER], 1);
    copy_deleted(&newer, false);
    CHECK(is_deleted());
    CHECK_INT(sum(&newer), 0);
    accept_restore();
    copy(back_up(), NULL, 0, &oldest);
    CHECK_INT(oldest.undone[UNDONE_USER], 1);
    end();
}

/* A person has accepted that a deleted user is back; a later restore takes the
 * user away again. Sabotage: the condition of missing_deleted() in
 * end_findings() (apply_state.c). */
static void
who_was_accepted_is_missed(void)
{
    struct full_copy older = held_copy(), newer = held_copy();
    start();
    tell(fact_of(FACT_UNINSTALLED, OF_INSTALLATION));
    tell(fact_of(FACT_USER_DELETED, OF_USER));
    copy(back_up(), NULL, 0, &older);
    accept_restore();
    copy_deleted(&newer, true);
    CHECK(!is_deleted());
    CHECK_INT(newer.absent_users, 1);
    check_notice("created there again: 1 user (user1)");
    end();
}

static void
of_whom_installations_are_left_is_deleted(void)
{
    struct full_copy first = {.why = NULL};
    start();
    copy_deleted(&first, true);
    CHECK(is_deleted());
    end();
}

/* Paused by a customer; that is lost, and done again or not. */
static void
what_is_done_again_is_taken_off(void)
{
    /* Sabotage: the call of restored_refresh() in apply_facts.c. */
    struct full_copy found = held_copy();
    start();
    tell(fact_of(FACT_PAUSED, OF_INSTALLATION));
    tell(fact_of(FACT_CONNECTED, OF_INSTALLATION));
    copy(back_up(), NULL, 0, &found);
    check_notice("accepted: 1 pause, 1 connected app.");
    tell(fact_of(FACT_PAUSED, OF_INSTALLATION));
    check_notice("accepted: 1 connected app.");
    tell(fact_of(FACT_CONNECTED, OF_INSTALLATION));
    CHECK_INT(ask_sql("SELECT count(*) FROM undone"), 0);
    CHECK_INT(ask_sql("SELECT instr(notice, 'Undone') FROM runtime"), 0);
    end();
}

static void
what_waits_for_a_person(const char *kind, bool is_there)
{
    struct status s;
    bool found = false;
    CHECK_INT(manager_status(w.m, &s, &e), ERR_OK);
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
    struct backup paused = back_up();
    char key[IDENT_SIZE];
    start();
    CHECK_INT(manager_runtime_accept_restore(w.m, NAME, key, &e),
              ERR_REFUSED);
    tell(fact_of(FACT_CONNECTED, OF_INSTALLATION));
    copy(back_up(), NULL, 0, &found);
    meet(false);
    what_waits_for_a_person("restored", true);
    check_notice("runs without it, so that it must be done again at once: "
                 "1 connected app.");
    tell(fact_of(FACT_DEACTIVATED, OF_WORKFLOW));
    paused = back_up();
    copy(paused, NULL, 0, &second);
    meet(true);
    check_notice("at once: 1 workflow that was turned off, 1 connected app.");
    accept_here();
    what_waits_for_a_person("restored", false);
    CHECK_INT(ask_sql("SELECT count(*) FROM undone"), 0);
    CHECK_INT(ask_sql("SELECT count(*) FROM runtime WHERE notice IS NOT NULL"
                      " OR undone IS NOT NULL"),
              0);
    CHECK_INT(ask_sql("SELECT count(*) FROM audit WHERE action ="
                      " 'runtime.accept-restore'"),
              1);
    end();
}

/* A held runtime is put back to where it was not held: nobody has accepted. */
static void
another_history_accepts_nothing(void)
{
    /* Sabotage: "differs" in ACCEPTED. */
    struct full_copy found = held_copy();
    start();
    tell(fact_of(FACT_CONNECTED, OF_INSTALLATION));
    copy(back_up(), NULL, 0, &found);
    meet(true);
    CHECK_INT(ask_sql("SELECT count(*) FROM undone"), 1);
    end();
}

static void
check_credentials(const char *known, const char *shown, const char *has)
{
    struct full_copy found = held_copy();
    struct backup b = back_up();
    struct fact f = fact_of(FACT_CONNECTED, OF_INSTALLATION);
    char *text = mem_printf("[{\"app\":\"" APP "\",\"scopes\":[]%s%s%s}]",
                            shown ? ",\"credentialId\":\"" : "",
                            shown ? shown : "", shown ? "\"" : "");
    struct value *apps = parsed(text);
    start();
    f.credential_id = known;
    tell(f);
    b = back_up();
    b.installation.connected = apps;
    copy(b, NULL, 0, &found);
    check_notice(has);
    CHECK_INT(found.undone[UNDONE_REPLACED], known && shown ? 1 : 0);
    end();
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
    start();
    copy(back_up(), NULL, 0, &found);
    CHECK_INT(sum(&found), 0);
    end();
}

void
test_restores_kept(void)
{
    static const struct test tests[] = {
        {"what came after the backup is named",
         what_came_after_the_backup_is_named},
        {"a pause of what is off is named", a_pause_of_what_is_off_is_named},
        {"what was created after the backup is missing",
         what_was_created_after_the_backup_is_missing},
        {"what a runtime has lost can be ended",
         what_a_runtime_has_lost_can_be_ended},
    {"what is accepted as missing is not counted again",
     what_is_accepted_as_missing_is_not_counted_again},
    {"a missing user can be ended", a_missing_user_can_be_ended},
    {"a user who has an installation does not end",
     a_user_who_has_an_installation_does_not_end},
    {"the user who is there does not end", the_user_who_is_there_does_not_end},
        {"what others share is left to the runtime",
         what_others_share_is_left_to_the_runtime},
        {"what a later restore brings back is done",
         what_a_later_restore_brings_back_is_done},
        {"who was deleted is not missing", who_was_deleted_is_not_missing},
        {"who was accepted is missed", who_was_accepted_is_missed},
        {"a deleted user of whom installations are left is deleted",
         of_whom_installations_are_left_is_deleted},
        {"what is done again is taken off", what_is_done_again_is_taken_off},
        {"a restore that is not held waits for a person",
         a_restore_that_is_not_held_waits_for_a_person},
        {"another history accepts nothing", another_history_accepts_nothing},
        {"a replaced credential is named", a_replaced_credential_is_named},
        {"a copy of what is there names nothing",
         a_copy_of_what_is_there_names_nothing},
        {NULL, NULL},
    };
    RUN_SUITE("restores", tests);
}
