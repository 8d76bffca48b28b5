/* Integrations from files, workflows, connectors, samples. */
#include "manager/catalogue/catalogue.h"

#include <unistd.h>

#include "base/digest.h"
#include "manager/catalogue/sample.h"
#include "manager/draft/draft.h"
#include "manager/session/store.h"
#include "tests/unit/manager/fixture.h"
#include "value/value.h"

#define RELEASED "SELECT * FROM version WHERE state = 2 ORDER BY n"

static enum err
add_file(struct manager *m, const char *text, struct integration_added *added)
{
    return manager_integration_add(m, text, strlen(text), "file", added, &e);
}

/* The shipped integration with TEXT replaced by BY (same length), or as it
 * is. The caller frees it. */
static char *
shipped_with(const char *text, const char *by)
{
    size_t n;
    char *file = read_data("integrations/" CASH ".json", &n);
    char *place = text ? strstr(file, text) : NULL;
    if (text && place)
        memcpy(place, by, strlen(by));
    CHECK(!text || place);
    return file;
}

static void
the_same_file_again_changes_nothing(void)
{
    struct integration_added added;
    fixture_start(1);
    long long records = ask_sql("SELECT count(*) FROM audit");
    const char *before = digest_sql("SELECT * FROM version ORDER BY n");
    struct manager *m = session_of("ada");
    char *file = shipped_with(NULL, NULL);
    CHECK_INT(add_file(m, file, &added), ERR_OK);
    CHECK(!added.created);
    CHECK_INT(added.unchanged, 1);
    CHECK_INT(added.drafts + added.released + added.samples, 0);
    CHECK_INT(ask_sql("SELECT count(*) FROM audit"), records);
    CHECK_STR(digest_sql("SELECT * FROM version ORDER BY n"), before);
    free(file);
    manager_close(m);
    fixture_end();
}

static void
what_differs_becomes_a_draft(void)
{
    struct integration_added added;
    struct version_list list;
    fixture_start(1);
    const char *before = digest_sql(RELEASED);
    struct manager *m = session_of("ada");
    char *file =
        shipped_with("\"name\": \"New order\"", "\"name\": \"Now order\"");
    CHECK_INT(add_file(m, file, &added), ERR_OK);
    CHECK_INT(added.drafts, 1);
    CHECK_STR(digest_sql(RELEASED), before);
    CHECK_INT(add_file(m, file, &added), ERR_OK);
    CHECK_INT(added.unchanged, 1);
    CHECK_INT(manager_draft_list(m, NULL, NULL, false, &list, &e), ERR_OK);
    CHECK_INT(list.count, 1);
    CHECK_STR(list.rows[0].label, "v2");
    CHECK_STR(list.rows[0].parent_label, "v1");
    CHECK(!list.rows[0].stale);
    version_list_clear(&list);
    free(file);
    manager_close(m);
    fixture_end();
}

/* Nothing that never fires is released. Sabotage: let starts() of
 * integration_add.c be true, or check_runs() of validate.c warn only. */
static void
what_nothing_starts_stays_a_draft(void)
{
    struct integration_added added;
    struct version_list list;
    size_t n;
    fixture_start(1);
    const char *before = digest_sql(RELEASED);
    struct manager *m = session_of("ada");
    char *file = read_data("integrations/order-sync.json", &n);
    CHECK_INT(add_file(m, file, &added), ERR_OK);
    CHECK_INT(added.waiting, 1);
    CHECK_INT(added.drafts, 1);
    CHECK_STR(digest_sql(RELEASED), before);
    CHECK_INT(add_file(m, file, &added), ERR_OK);
    CHECK_INT(added.drafts, 0);
    CHECK_INT(manager_draft_list(m, NULL, NULL, false, &list, &e), ERR_OK);
    CHECK_INT(list.count, 1);
    CHECK_STR(list.rows[0].label, "v1");
    CHECK_INT(manager_draft_ready(m, list.rows[0].id, NULL, &e), ERR_INVALID);
    CHECK_HAS(e.text, "does not run poll yet");
    version_list_clear(&list);
    free(file);
    manager_close(m);
    fixture_end();
}

static void
a_bad_file_changes_nothing(void)
{
    struct integration_added added;
    fixture_start(1);
    const char *before = digest_sql("SELECT * FROM version");
    struct manager *m = session_of("ada");
    CHECK_INT(add_file(m, "{", &added), ERR_INVALID);
    CHECK_INT(add_file(m, "{\"format\":1,\"key\":\"x\"}", &added), ERR_INVALID);
    char *file = shipped_with("createCashSale", "createFishSale");
    CHECK_INT(add_file(m, file, &added), ERR_INVALID);
    CHECK_HAS(e.text, "createFishSale");
    CHECK_STR(digest_sql("SELECT * FROM version"), before);
    free(file);
    manager_close(m);
    fixture_end();
}

static void
an_export_makes_the_same_hashes(void)
{
    struct buf out;
    struct integration_added added;
    struct manager *other;
    struct manager_session s = {.actor = "ada"};
    buf_init(&out, 1 << 20);
    fixture_start(1);
    struct manager *m = session_of("ada");
    CHECK_INT(manager_integration_export(m, "order-sync", &out, &e), ERR_OK);
    CHECK_INT(manager_store_init(beside_store("other"), "ada", NULL, &e),
              ERR_OK);
    CHECK_INT(manager_open(&other, beside_store("other"), &s, &e), ERR_OK);
    struct connector_list connectors;
    CHECK_INT(manager_connector_list(m, &connectors, &e), ERR_OK);
    CHECK(connectors.count > 0);
    for (size_t i = 0; i < connectors.count; i++) {
        char hash[65];
        struct buf body;
        buf_init(&body, 1 << 20);
        CHECK_INT(
            manager_connector_document(m, connectors.rows[i].app, &body, &e),
            ERR_OK);
        CHECK_INT(
            manager_connector_add(other, body.data, body.len, "c", hash, &e),
            ERR_OK);
        CHECK_STR(hash, connectors.rows[i].hash);
        buf_clear(&body);
    }
    connector_list_clear(&connectors);
    CHECK_INT(add_file(other, buf_str(&out), &added), ERR_OK);
    CHECK(added.created);
    struct buf a;
    struct buf b;
    buf_init(&a, 1 << 20);
    buf_init(&b, 1 << 20);
    struct workflow_list w;
    CHECK_INT(manager_workflow_list(m, "order-sync", &w, &e), ERR_OK);
    CHECK_INT(w.count, added.released);
    for (size_t i = 0; i < w.count; i++) {
        char name[200];
        snprintf(name, sizeof name, "order-sync/%s:v1", w.rows[i].key);
        buf_reset(&a);
        buf_reset(&b);
        CHECK_INT(manager_version_document(m, name, &a, &e), ERR_OK);
        CHECK_INT(manager_version_document(other, name, &b, &e), ERR_OK);
        CHECK_STR(buf_str(&a), buf_str(&b));
        CHECK_INT(w.rows[i].newest_base, 1);
    }
    workflow_list_clear(&w);
    manager_close(other);
    manager_close(m);
    buf_clear(&out);
    buf_clear(&a);
    buf_clear(&b);
    fixture_end();
}

static void
new_things_are_checked(void)
{
    char id[IDENT_SIZE];
    fixture_start(1);
    struct manager *m = session_of("ada");
    CHECK_INT(manager_integration_new(m, "Not a slug", NULL, "http", id, &e),
              ERR_INVALID);
    CHECK_INT(manager_integration_new(m, CASH, NULL, "http", id, &e),
              ERR_CONFLICT);
    CHECK_INT(manager_integration_new(m, "fresh", "Fre\033sh", "http", id, &e),
              ERR_INVALID);
    CHECK_INT(manager_integration_new(m, "fresh", "Fresh", "http", id, &e),
              ERR_OK);
    CHECK(ident_is(id));
    CHECK_INT(manager_workflow_new(m, "fresh", "one", NULL, id, &e), ERR_OK);
    CHECK_INT(manager_workflow_new(m, "fresh", "one", NULL, id, &e),
              ERR_CONFLICT);
    CHECK_INT(manager_workflow_new(m, "stale", "one", NULL, id, &e),
              ERR_NOT_FOUND);
    CHECK_HAS(e.text, "fresh");
    struct integration_list list;
    CHECK_INT(manager_integration_set_four_eyes(m, "fresh", true, &e), ERR_OK);
    CHECK_INT(manager_integration_set_active(m, "fresh", false, &e), ERR_OK);
    CHECK_INT(manager_integration_list(m, "fresh", &list, &e), ERR_OK);
    CHECK(!list.rows[0].active && list.rows[0].four_eyes);
    CHECK_INT(list.rows[0].workflows, 1);
    integration_list_clear(&list);
    CHECK_INT(manager_integration_list(m, NULL, &list, &e), ERR_OK);
    CHECK_INT(list.count, 3);
    CHECK_STR(list.rows[0].key, "fresh");
    CHECK_STR(list.rows[1].key, CASH);
    CHECK_INT(list.rows[1].installations, 1);
    integration_list_clear(&list);
    manager_close(m);
    fixture_end();
}

/* Sabotage: leave connector_check_new() out of manager_connector_add(). */
static void
a_search_that_gives_one_page_again_is_not_added(void)
{
    static const char text[] =
        "{\"format\":1,\"app\":\"pay\",\"name\":\"Pay\",\"authentication\":[],"
        "\"actions\":{\"search\":{\"name\":\"Search\",\"method\":\"GET\","
        "\"path\":\"/search\",\"query\":[\"number\"],\"paging\":{\"style\":"
        "\"offset\",\"offset\":\"offset\",\"limit\":\"limit\",\"items\":"
        "\"items\",\"more\":\"more\",\"total\":\"total\"}}}}";
    char hash[65];
    fixture_start(1);
    struct manager *m = session_of("ada");
    long long documents = ask_sql("SELECT count(*) FROM document");
    CHECK_INT(manager_connector_add(m, text, strlen(text), "c.json", hash, &e),
              ERR_INVALID);
    CHECK_STR(
        e.text,
        "c.json: action search: paging: the offset \"offset\" is not sent, "
        "so each page would be the first (add it to \"query\", or in "
        "braces to the path)");
    CHECK_INT(ask_sql("SELECT count(*) FROM document"), documents);
    manager_close(m);
    fixture_end();
}

static void
a_new_connector_changes_no_version(void)
{
    size_t n;
    char hash[65];
    char again[65];
    fixture_start(1);
    const char *before = digest_sql(RELEASED);
    struct manager *m = session_of("ada");
    char *text = read_data("connectors/netsuite.json", &n);
    char *name = strstr(text, "\"NetSuite\"");
    CHECK(name != NULL);
    CHECK_INT(manager_connector_add(m, text, n, "c", again, &e), ERR_OK);
    if (name)
        memcpy(name, "\"NetSuit2\"", 10);
    long long documents = ask_sql("SELECT count(*) FROM document");
    CHECK_INT(manager_connector_add(m, text, n, "c", hash, &e), ERR_OK);
    CHECK(strcmp(hash, again) != 0);
    CHECK_INT(ask_sql("SELECT count(*) FROM document"), documents + 1);
    CHECK_STR(digest_sql(RELEASED), before);
    /* A draft of the old version still validates with what it names. */
    struct problem_list problems;
    problem_list_init(&problems);
    CHECK_INT(manager_version_validate(m, "order-to-cash:v1", &problems, &e),
              ERR_OK);
    CHECK_INT(problems.errors, 0);
    problem_list_clear(&problems);
    struct buf old;
    buf_init(&old, 1 << 20);
    CHECK_INT(manager_connector_document(m, again, &old, &e), ERR_OK);
    CHECK_HAS(buf_str(&old), "\"NetSuite\"");
    CHECK_INT(manager_connector_document(m, "fax", &old, &e), ERR_NOT_FOUND);
    buf_clear(&old);
    free(text);
    manager_close(m);
    fixture_end();
}

static void
samples_are_kept_once(void)
{
    struct sample_list list;
    struct value *input = value_object();
    value_set_text(input, "id", "SO-1");
    input = sample_value(input);
    fixture_start(1);
    struct manager *m = session_of("eve");
    long long before = ask_sql("SELECT count(*) FROM sample");
    long long others =
        ask_sql("SELECT count(*) FROM sample s JOIN workflow w ON"
                " w.n=s.workflow WHERE w.key<>'order-to-cash'");
    for (int i = 0; i < 2; i++) {
        bool fresh;
        CHECK_INT(
            manager_sample_add(m, "order-to-cash", NULL, "SO-1", input, NULL,
                               &fresh, &e),
            ERR_OK);
        CHECK_INT(fresh, i == 0);
    }
    CHECK_INT(ask_sql("SELECT count(*) FROM sample"), before + 1);
    CHECK_INT(manager_sample_list(m, "order-to-cash", NULL, 100, &list, &e), ERR_OK);
    CHECK_INT(list.count, before + 1 - others);
    CHECK_STR(list.rows[0].body, "{\"input\":{\"id\":\"SO-1\"}}");
    sample_list_clear(&list);
    value_free(input);
    manager_close(m);
    fixture_end();
}

void
test_manager_catalogue(void)
{
    static const struct test tests[] = {
        {"the same file again changes nothing",
         the_same_file_again_changes_nothing},
        {"what differs becomes a draft", what_differs_becomes_a_draft},
        {"what nothing starts stays a draft",
         what_nothing_starts_stays_a_draft},
        {"a bad file changes nothing", a_bad_file_changes_nothing},
        {"an export makes the same hashes", an_export_makes_the_same_hashes},
        {"new things are checked", new_things_are_checked},
        {"a search that gives one page again is not added",
         a_search_that_gives_one_page_again_is_not_added},
        {"a new connector changes no version",
         a_new_connector_changes_no_version},
        {"samples are kept once", samples_are_kept_once},
        {NULL, NULL}};
    RUN_SUITE("catalogue", tests);
}
