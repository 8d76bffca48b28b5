/* What people type, resolved. */
#include "manager/session/names.h"

#include "manager/catalogue/catalogue.h"
#include "manager/draft/draft.h"
#include "manager/session/beginnings.h"
#include "manager/session/operation.h"
#include "tests/unit/manager/fixture.h"

static struct manager *m;

static enum err
installation(const char *name, char id[IDENT_SIZE])
{
    struct name_ref ref;
    enum err err = operation_begin(m, ACTION_INSTALLATION_LIST, &e);
    if (err == ERR_OK)
        err = name_installation(m, name, &ref, &e);
    if (err == ERR_OK)
        memcpy(id, ref.id, IDENT_SIZE);
    return operation_end(m, err, &e);
}

static enum err
version(const char *name, const char *of_workflow, char id[IDENT_SIZE])
{
    struct version_list list;
    enum err err = manager_version_show(m, name, of_workflow, NULL, &list, &e);
    if (err == ERR_OK)
        memcpy(id, list.rows[0].id, IDENT_SIZE);
    version_list_clear(&list);
    return err;
}

static enum err
workflow(const char *name)
{
    struct workflow_list list;
    enum err err = manager_workflow_show(m, name, &list, &e);
    workflow_list_clear(&list);
    return err;
}

static void
installations_have_three_names(void)
{
    char id[IDENT_SIZE] = "";
    static const char *const names[] = {"user2/" CASH, "user2",
                                        "Customer 2 Ltd", "customer 2 LTD",
                                        "Customer 2 Ltd/" CASH};
    fixture_start(3);
    m = session_of("olga");
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        CHECK_INT(installation(names[i], id), ERR_OK);
        CHECK_STR(id, installation_id(2));
    }
    CHECK_INT(installation(installation_id(3), id), ERR_OK);
    CHECK_STR(id, installation_id(3));
    CHECK_INT(installation("user2/order-sync", id), ERR_NOT_FOUND);
    CHECK_INT(installation("user", id), ERR_NOT_FOUND);
    CHECK_HAS(e.text, "user1/" CASH);
    CHECK_INT(installation("\033[2J", id), ERR_NOT_FOUND);
    CHECK(!strchr(e.text, '\033'));
    manager_close(m);
    fixture_end();
}

static void
two_of_a_name_are_listed(void)
{
    char id[IDENT_SIZE];
    fixture_start(2);
    run_sql("INSERT INTO installation(n,id,end_user,integration,runtime,"
            "customer,created_at,changed_at,as_of) SELECT 9,"
            "'aaaaaaaaaaaaaaaaaaaaaaaa',1,n,1,'Customer 1 Ltd',1,1,1 FROM"
            " integration WHERE key='order-sync'");
    m = session_of("olga");
    CHECK_INT(installation("user1", id), ERR_AMBIGUOUS);
    CHECK_HAS(e.text, "user1/" CASH);
    CHECK_HAS(e.text, "user1/order-sync");
    CHECK(manager_candidates(m)[0] && manager_candidates(m)[1] &&
          !manager_candidates(m)[2]);
    CHECK_INT(installation("user1/order-sync", id), ERR_OK);
    CHECK_STR(id, "aaaaaaaaaaaaaaaaaaaaaaaa");
    manager_close(m);
    fixture_end();
}

/* Many that are uninstalled stand between the only two that are installed.
 * Sabotage: the ORDER BY of INSTALLATION_BY_USERNAME, of
 * INSTALLATION_BY_CUSTOMER (src/store/console_statements.def). */
static void
the_installed_ones_come_first(void)
{
    char id[IDENT_SIZE];
    fixture_start(2);
    run_sql("WITH RECURSIVE c(i) AS (VALUES(100) UNION ALL SELECT i+1 FROM c"
            " WHERE i<198)"
            "INSERT INTO installation(n,id,end_user,integration,runtime,state,"
            "customer,created_at,changed_at,as_of) SELECT c.i,"
            "'uninstalled' || c.i,1,t.integration,1,2,t.customer,1,1,1"
            " FROM c JOIN installation t ON t.n=1;"
            "INSERT INTO installation(n,id,end_user,integration,runtime,"
            "customer,created_at,changed_at,as_of) SELECT 300,"
            "'aaaaaaaaaaaaaaaaaaaaaaaa',1,n,1,'Customer 1 Ltd',1,1,1 FROM"
            " integration WHERE key='order-sync'");
    m = session_of("olga");
    CHECK_INT(installation("user1", id), ERR_AMBIGUOUS);
    CHECK_HAS(e.text, "user1/order-sync");
    CHECK_INT(installation("Customer 1 Ltd", id), ERR_AMBIGUOUS);
    CHECK_HAS(e.text, "user1/order-sync");
    CHECK_HAS(e.text, ", and more");
    CHECK_INT(installation("user1/" CASH, id), ERR_OK);
    CHECK_STR(id, installation_id(1));
    CHECK_INT(installation("user1/order-sync", id), ERR_OK);
    CHECK_STR(id, "aaaaaaaaaaaaaaaaaaaaaaaa");
    manager_close(m);
    fixture_end();
}

/* Many drafts stand between the only two that are released. Sabotage: the
 * ORDER BY of VERSION_BY_NUMBER (src/store/console_statements.def). */
static void
the_released_ones_come_first(void)
{
    char id[IDENT_SIZE];
    fixture_start(11);
    m = session_of("eve");
    for (int i = 1; i <= 11; i++)
        fork_for(m, i);
    run_sql("UPDATE version SET state=2 WHERE fork_no=1 AND installation=1");
    CHECK_INT(version("v1.1", "order-to-cash", id), ERR_OK);
    run_sql("UPDATE version SET state=2 WHERE fork_no=1 AND installation=11");
    CHECK_INT(version("v1.1", "order-to-cash", id), ERR_AMBIGUOUS);
    CHECK_INT(version("v1.1", NULL, id), ERR_AMBIGUOUS);
    manager_close(m);
    fixture_end();
}

static void
workflows_have_keys(void)
{
    char id[IDENT_SIZE];
    fixture_start(1);
    m = session_of("ada");
    CHECK_INT(workflow("order-to-cash"), ERR_OK);
    CHECK_INT(workflow(CASH "/order-to-cash"), ERR_OK);
    CHECK_INT(workflow("order-sync/order-to-cash"), ERR_NOT_FOUND);
    CHECK_INT(workflow("nothing/order-to-cash"), ERR_NOT_FOUND);
    CHECK_INT(
        manager_workflow_new(m, "order-sync", "order-to-cash", NULL, id, &e),
        ERR_OK);
    CHECK_INT(workflow("order-to-cash"), ERR_AMBIGUOUS);
    CHECK_HAS(e.text, "order-sync/order-to-cash");
    CHECK_INT(workflow(id), ERR_OK);
    manager_close(m);
    fixture_end();
}

static void
versions_have_numbers(void)
{
    char base[IDENT_SIZE];
    char id[IDENT_SIZE];
    char first[IDENT_SIZE];
    char second[IDENT_SIZE];
    fixture_start(2);
    m = session_of("eve");
    snprintf(first, sizeof first, "%s", fork_for(m, 1));
    snprintf(second, sizeof second, "%s", fork_for(m, 2));
    CHECK_INT(version("v1", "order-to-cash", base), ERR_OK);
    CHECK_INT(version("order-to-cash:v1", NULL, id), ERR_OK);
    CHECK_STR(id, base);
    CHECK_INT(version(CASH "/order-to-cash:v1", NULL, id), ERR_OK);
    CHECK_STR(id, base);
    CHECK_INT(version("v1", NULL, id), ERR_AMBIGUOUS);
    CHECK_INT(version("v1.1", NULL, id), ERR_AMBIGUOUS);
    CHECK_INT(version("user1:v1.1", NULL, id), ERR_OK);
    CHECK_STR(id, first);
    CHECK_INT(version("user2/" CASH ":v1.1", NULL, id), ERR_OK);
    CHECK_STR(id, second);
    CHECK_INT(version("user2/" CASH "/order-to-cash:v1.1", NULL, id), ERR_OK);
    CHECK_STR(id, second);
    CHECK_INT(version("user2:v1.2", NULL, id), ERR_NOT_FOUND);
    CHECK_INT(version("v9", "order-to-cash", id), ERR_NOT_FOUND);
    CHECK_INT(version("nonsense", NULL, id), ERR_NOT_FOUND);
    CHECK_INT(version("v0", NULL, id), ERR_NOT_FOUND);
    CHECK_INT(version("v1.", NULL, id), ERR_NOT_FOUND);
    CHECK_INT(version("v99999999999999999999.1", NULL, id), ERR_NOT_FOUND);
    CHECK_INT(version("aaaaaaaaaaaaaaaaaaaaaaaa", NULL, id), ERR_NOT_FOUND);
    manager_close(m);
    fixture_end();
}

/* INSTALLATION/WORKFLOW is the one draft that is open there, whatever slashes
 * the installation's name has. Sabotage: strrchr() of find_draft(), the line
 * of the username in name_version(), the states of DRAFTS_OF_INSTALLED. */
static void
drafts_have_a_place(void)
{
    static const char *const names[] = {
        "user1/order-to-cash", "user1/" CASH "/order-to-cash",
        "Customer 1 Ltd/order-to-cash", "a/b:c/order-to-cash",
        "a/b:c/" CASH "/order-to-cash"};
    char id[IDENT_SIZE], own[IDENT_SIZE];
    fixture_start(2);
    m = session_of("eve");
    CHECK_INT(version("user1/order-to-cash", NULL, id), ERR_NOT_FOUND);
    CHECK_HAS(e.text, "no draft is open there");
    snprintf(own, sizeof own, "%s", fork_for(m, 1));
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (i == 3)
            run_sql("UPDATE end_user SET username='a/b:c' WHERE n=1");
        CHECK_INT(version(names[i], NULL, id), ERR_OK);
        CHECK_STR(id, own);
    }
    CHECK_INT(version("user2/order-to-cash", NULL, id), ERR_NOT_FOUND);
    CHECK_INT(version("nobody/order-to-cash", NULL, id), ERR_NOT_FOUND);
    CHECK_HAS(e.text, "installation");
    CHECK_INT(version("user2/no-such", NULL, id), ERR_NOT_FOUND);
    CHECK_HAS(e.text, "workflow");
    snprintf(id, sizeof id, "%s", fork_for(m, 1));
    CHECK_INT(version("a/b:c/order-to-cash", NULL, id), ERR_AMBIGUOUS);
    CHECK_HAS(manager_candidates(m)[0], own);
    CHECK_HAS(manager_candidates(m)[1], "order-to-cash:v1.2 by eve");
    CHECK_INT(manager_draft_discard(m, id, NULL, &e), ERR_OK);
    CHECK_INT(version("a/b:c/order-to-cash", NULL, id), ERR_OK);
    CHECK_STR(id, own);
    manager_close(m);
    fixture_end();
}

/* A name says where a draft is: another's is not changed by it, only read and
 * taken over. Sabotage: name_check_own() in draft_check_author(), strcmp() of
 * name_check_own(). */
static void
drafts_of_others_are_not_meant(void)
{
    const char *name = "user1/order-to-cash";
    char id[IDENT_SIZE];
    fixture_start(1);
    m = session_of("eve");
    snprintf(id, sizeof id, "%s", fork_for(m, 1));
    CHECK_INT(manager_draft_note(m, name, "mine", &e), ERR_OK);
    manager_close(m);
    m = session_of("ed");
    CHECK_INT(manager_draft_discard(m, name, NULL, &e), ERR_CHOICE);
    CHECK_HAS(manager_candidates(m)[0], id);
    CHECK_HAS(manager_candidates(m)[0], "v1.1 by eve, revision ");
    CHECK_HAS(e.text, "is eve's, at revision ");
    CHECK_INT(manager_draft_ready(m, name, NULL, &e), ERR_CHOICE);
    CHECK_INT(manager_draft_note(m, name, "his", &e), ERR_CHOICE);
    CHECK_INT(edit_text(m, name, -1, "[]", NULL), ERR_CHOICE);
    CHECK_INT(undo_at(m, name, -1, NULL), ERR_CHOICE);
    CHECK_INT(manager_draft_discard(m, id, NULL, &e), ERR_REFUSED);
    CHECK_INT(manager_draft_take(m, name, NULL, &e), ERR_OK);
    CHECK_INT(manager_draft_discard(m, name, NULL, &e), ERR_OK);
    manager_close(m);
    fixture_end();
}

static void
count_name(void *context, const char *name)
{
    size_t *count = context;
    ++*count;
    CHECK_HAS(name, "user");
}

/* Sabotage: LIMIT ?2 in BEGIN_INSTALLATION_OF of console_statements.def. */
static void
few_beginnings_are_listed(void)
{
    size_t count = 0;
    fixture_start(BEGINNINGS_MAX + 5);
    m = session_of("eve");
    long long records = ask_sql("SELECT count(*) FROM audit");
    CHECK_INT(manager_beginnings(m, BEGINNING_INSTALLATION, "us", NULL,
                                 count_name, &count, &e),
              ERR_OK);
    CHECK_INT(count, BEGINNINGS_MAX);
    CHECK_INT(manager_beginnings(m, BEGINNING_INSTALLATION, "user1/" CASH, NULL,
                                 count_name, &count, &e),
              ERR_OK);
    CHECK_INT(count, BEGINNINGS_MAX + 1);
    CHECK_INT(manager_beginnings(m, BEGINNING_WORKFLOW, "", "nobody/" CASH,
                                 count_name, &count, &e),
              ERR_NOT_FOUND);
    CHECK_INT(count, BEGINNINGS_MAX + 1);
    CHECK_INT(ask_sql("SELECT count(*) FROM audit"), records);
    manager_close(m);
    fixture_end();
}

void
test_manager_names(void)
{
    static const struct test tests[] = {
        {"installations have three names", installations_have_three_names},
        {"two of a name are listed", two_of_a_name_are_listed},
        {"the installed ones come first", the_installed_ones_come_first},
        {"the released ones come first", the_released_ones_come_first},
        {"workflows have keys", workflows_have_keys},
        {"versions have numbers", versions_have_numbers},
        {"drafts have a place", drafts_have_a_place},
        {"a name does not mean another's draft",
         drafts_of_others_are_not_meant},
        {"few beginnings are listed", few_beginnings_are_listed},
        {NULL, NULL}};
    RUN_SUITE("names", tests);
}
