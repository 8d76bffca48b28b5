/* What the console says of a version once it is released: in the list, on the
 * screen of the customer, in the audit. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "manager/catalogue/catalogue.h"
#include "manager/draft/draft.h"
#include "manager/draft/editing.h"
#include "manager/exchange/facts.h"
#include "manager/release/release.h"
#include "tests/unit/test.h"
#include "tests/unit/ui/screen/store.h"
#include "value/value.h"

#define INSTALLATION "bb0000000000000000000000" /* of EnterpriseCo */
#define FIND "/\n'enterprise\nEnter\n"

/* Plays SCRIPT as alice, at 24 by 100 with all times, on S. */
static char *
play(struct small_store *s, const char *script)
{
    const struct visit look = {
        .actor = "alice", .rows = 24, .cols = 100, .unmasked = true};
    struct buf screen;
    buf_init(&screen, 1 << 20);
    small_store_play(s, &look, script, &screen);
    return buf_take(&screen);
}

static void
release(struct manager *m, const char *draft)
{
    const struct release_options options = {.note = "as agreed"};
    struct release_plan plan = {0};
    struct error e = {0};
    CHECK_INT(manager_release(m, &draft, 1, &options, &plan, &e), ERR_OK);
    release_plan_clear(&plan);
}

/* Releases a fork for EnterpriseCo; its runtime tells of it as KIND, AT this
 * moment. VERSION receives its id. */
static void
release_own(struct small_store *s, enum fact_kind kind, int64_t at,
            char version[IDENT_SIZE])
{
    struct small_ids ids;
    struct error e = {0};
    struct manager *m = small_store_open(s, "alice");
    small_store_ids(m, &ids);
    CHECK_INT(manager_draft_fork(m, "customer-0", "order-to-cash", NULL,
                                 DRAFT_ANOTHER, version, &e),
              ERR_OK);
    release(m, version);
    struct fact fact = {.sequence = 1,
                        .at = at,
                        .kind = kind,
                        .installation_id = INSTALLATION,
                        .workflow_id = ids.workflow,
                        .version_id = version};
    const struct fact_page page = {
        .facts = &fact, .count = 1, .cursor = 1, .head = 1};
    CHECK_INT(manager_apply_facts(m, ids.runtime, &page, &e), ERR_OK);
    manager_close(m);
}

static void
release_base(struct small_store *s)
{
    struct error e = {0};
    char draft[IDENT_SIZE];
    struct manager *m = small_store_open(s, "alice");
    CHECK_INT(manager_draft_new(m, "order-to-cash", DRAFT_ANOTHER, draft, &e),
              ERR_OK);
    release(m, draft);
    manager_close(m);
}

/* The row of CUSTOMER in the list on SCREEN, a new string. */
static char *
row_of(const char *screen, const char *customer)
{
    const char *row = strstr(screen, customer);
    CHECK(row != NULL);
    return row ? mem_strndup(row, strcspn(row, "\n")) : mem_strdup("");
}

/* Sabotage: changed_at in FACT_CONDITION. */
static void
the_list_says_when_a_version_became_live(void)
{
    static const int64_t at = 4102481460000; /* 1 Jan 2100 10:31 */
    char version[IDENT_SIZE];
    struct small_store s;
    small_store_make(&s, true);
    release_own(&s, FACT_LIVE, at, version);
    char *screen = play(&s, "");
    char *own = row_of(screen, "EnterpriseCo");
    char *other = row_of(screen, "Globex");
    CHECK_HAS(own, "v1.1 own");
    CHECK_HAS(own, "2100");
    CHECK(!strstr(other, "2100"));
    free(other);
    free(own);
    free(screen);
    small_store_remove(&s);
}

/* At 80 columns, whole. */
static void
check_at_80(struct small_store *s, const char *script, const char *words)
{
    const struct visit look = {.actor = "alice", .rows = 24, .cols = 80};
    struct buf screen;
    buf_init(&screen, 1 << 20);
    small_store_play(s, &look, script, &screen);
    CHECK_HAS(buf_str(&screen), words);
    buf_clear(&screen);
}

/* Sabotage: newer in live_text(), newest_label in add_newer(). */
static void
a_newer_base_is_said_where_the_old_one_runs(void)
{
    struct small_store s;
    char version[IDENT_SIZE];
    small_store_make(&s, true);
    release_own(&s, FACT_LIVE, 1, version);
    release_base(&s);
    char *screen = play(&s, "");
    char *own = row_of(screen, "EnterpriseCo");
    char *other = row_of(screen, "Globex");
    CHECK_HAS(own, "v1.1 own");
    CHECK_HAS(other, "v1, v2 is out");
    free(other);
    free(own);
    free(screen);
    screen = play(&s, "/\n'globex\nEnter\nEnter");
    CHECK_HAS(screen, "base version, v2 is out");
    free(screen);
    check_at_80(&s, "", "v1.1 own, v2 is out");
    check_at_80(&s, FIND, "ok, v2 is out, changed");
    check_at_80(&s, FIND "Enter\n", "own version, v2 is out (a, carry edits)");
    check_at_80(&s, FIND "F\n",
                "v1.2 is on v1.1, but v2 is out (carry its edits there: Esc, a,");
    check_at_80(&s, "/\n'globex\nEnter\nF\n",
                "v1.1 is on v1, but v2 is out (fork that: Esc, a, versions, F ");
    small_store_remove(&s);
}

/* What the customer's page has to call is one key away. Sabotage: version in
 * copy_call(). */
static void
the_call_of_a_waiting_version_is_copied(void)
{
    char version[IDENT_SIZE];
    struct small_ids ids;
    struct buf copied, screen;
    const struct visit look = {
        .actor = "alice", .rows = 24, .cols = 80, .copied = &copied};
    struct small_store s;
    buf_init(&copied, 1 << 16);
    buf_init(&screen, 1 << 20);
    small_store_make(&s, true);
    release_own(&s, FACT_AWAITING, 1, version);
    small_store_play(&s, &look, FIND "Enter j\n:copy-call\n", &screen);
    struct manager *m = small_store_open(&s, "alice");
    small_store_ids(m, &ids);
    manager_close(m);
    char *call =
        mem_printf("update({workflowIds:[\"%s\"],versionIds:[\"%s\"]})",
                   ids.workflow, version);
    CHECK_STR(buf_str(&copied), call);
    free(call);
    buf_clear(&copied);
    buf_clear(&screen);
    small_store_remove(&s);
}

/* A patch that adds a call of the app http and pins its connector HASH. */
static struct value *
call_patch(const char *hash)
{
    static const char block[] =
        "{\"op\":\"add\",\"path\":\"/blocks/-\",\"value\":{\"id\":"
        "\"6b0d0000-0000-4000-8000-000000000000\",\"kind\":\"api\",\"name\":"
        "\"Tell us\",\"url\":\"https://api.example.com/isv/orders\",\"auth\":"
        "{\"kind\":\"bearer\",\"app\":\"http\"}}}";
    struct value *v = NULL;
    struct error e = {0};
    char *patch = mem_printf("[{\"op\":\"add\",\"path\":\"/connectors/http\","
                             "\"value\":\"%s\"},%s]",
                             hash, block);
    CHECK_INT(
        value_read(&v, patch, strlen(patch), &value_limits_event, "patch", &e),
        ERR_OK);
    free(patch);
    return v;
}

/* A draft of EnterpriseCo that calls an app to which it has not connected. */
static void
fork_with_a_call(struct small_store *s)
{
    struct connector_list connectors = {0};
    struct error e = {0};
    char draft[IDENT_SIZE];
    struct manager *m = small_store_open(s, "alice");
    CHECK_INT(manager_draft_fork(m, "customer-0", "order-to-cash", NULL,
                                 DRAFT_ANOTHER, draft, &e),
              ERR_OK);
    CHECK_INT(manager_connector_list(m, &connectors, &e), ERR_OK);
    for (size_t i = 0; i < connectors.count; i++) {
        if (strcmp(connectors.rows[i].app, "http") != 0)
            continue;
        struct value *patch = call_patch(connectors.rows[i].hash);
        CHECK_INT(manager_draft_edit(m, draft, NULL, patch, NULL, &e), ERR_OK);
        value_free(patch);
    }
    connector_list_clear(&connectors);
    manager_close(m);
}

/* Sabotage: "waits" in say_effect(). */
static void
a_release_says_what_the_customer_must_do_first(void)
{
    struct small_store s;
    small_store_make(&s, true);
    fork_with_a_call(&s);
    char *screen = play(&s, FIND "Enter j\nEnter R\n!later 300");
    CHECK_HAS(screen, "waits        for EnterpriseCo to connect HTTP; v1 stays "
                      "live until then");
    CHECK(!strstr(screen, "goes live"));
    free(screen);
    small_store_remove(&s);
}

/* A mapping of which no input is known yet says so, and who keeps one.
 * Sabotage: m->kept.count == 0 in draw_samples(). */
static void
a_mapping_without_samples_says_how_to_keep_one(void)
{
    struct small_store s;
    small_store_make(&s, true);
    small_store_second(&s);
    char *screen = play(&s, "/\n'integration:order-sync\nEnter F\n"
                            ":go-to Custom\nEnter");
    CHECK_HAS(screen, "No sample yet (tailor sample add keeps one)");
    free(screen);
    small_store_remove(&s);
}

/* What a look at the chain cannot prove is said with what it proves.
 * Sabotage: the sentence in verify() of audit.c. */
static void
a_verified_chain_says_what_is_not_proven(void)
{
    struct small_store s;
    small_store_make(&s, true);
    char *screen = play(&s, ":audit\n:verify\n");
    char *message = mem_printf("%lld records verified. A cut end can only be "
                               "detected with a saved head hash",
                               (long long)small_store_records(&s));
    CHECK_HAS(screen, message);
    free(message);
    free(screen);
    small_store_remove(&s);
}

void
test_console_released(void)
{
    static const struct test tests[] = {
        {"the list says when a version became live",
         the_list_says_when_a_version_became_live},
        {"a newer base is said where the old one runs",
         a_newer_base_is_said_where_the_old_one_runs},
        {"the call of a waiting version is copied",
         the_call_of_a_waiting_version_is_copied},
        {"a release says what the customer must do first",
         a_release_says_what_the_customer_must_do_first},
        {"a mapping without samples says how to keep one",
         a_mapping_without_samples_says_how_to_keep_one},
        {"a verified chain says what is not proven",
         a_verified_chain_says_what_is_not_proven},
        {NULL, NULL}};
    test_run("console released", tests);
    failed_tests += test_failures;
}
