/* What a console knows of one runtime, and full copies of its backups. */
#include "tests/unit/restores/known.h"

#include <stdlib.h>
#include <string.h>

#include "manager/installation/installation.h"
#include "manager/session/store.h"
#include "store/console.h"

struct known known;

struct fact
known_fact_of(enum fact_kind kind, enum about about)
{
    struct fact f = {.kind = kind, .at = 1, .user_id = USER, .on = true};
    f.username = "user1";
    f.full_name = "Another Ltd";
    f.failed = 3;
    if (about == OF_USER)
        return f;
    f.installation_id = known.installation;
    f.integration_id = known.integration;
    if (about == OF_WORKFLOW) {
        f.workflow_id = known.workflow;
        f.version_id = NEW_VERSION;
        return f;
    }
    f.app = kind == FACT_CONNECTED || kind == FACT_DISCONNECTED ||
                    kind == FACT_CREDENTIAL
                ? APP
                : NULL;
    f.state = kind == FACT_CREDENTIAL ? "refused" : NULL;
    f.fields = known.fields;
    return f;
}

void
known_tell(struct fact f)
{
    struct fact_page page = {&f, 1, 0, 0, "x", NULL};
    if (f.kind == FACT_UNKNOWN)
        return;
    f.sequence = page.cursor = page.head = ++known.sequence;
    CHECK_INT(manager_apply_facts(known.m, RUNTIME, &page, &e), ERR_OK);
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

void
known_happen(struct backup *b, enum fact_kind kind, enum about about)
{
    struct state_entry *x = &b->installation;
    if (about == OF_WORKFLOW)
        happen_to_workflow(&b->workflow, kind);
    else if (kind == FACT_USER)
        x->full_name = "Another Ltd";
    else if (kind == FACT_CONNECTED || kind == FACT_DISCONNECTED)
        x->connected = kind == FACT_CONNECTED ? known.apps : known.none;
    else if (kind == FACT_ANSWERED)
        x->answered = known.fields;
    else if (kind == FACT_PAUSED)
        x->state = INSTALLATION_PAUSED;
    else if (kind == FACT_UNINSTALLED)
        x->state = INSTALLATION_UNINSTALLED;
    else
        x->state = INSTALLATION_ACTIVE;
}

struct value *
known_parsed(const char *text)
{
    struct value *v = NULL;
    CHECK_INT(
        value_read(&v, text, strlen(text), &value_limits_document, "test", &e),
        ERR_OK);
    return v;
}

void
known_start(void)
{
    struct installed_workflow_list list;
    struct installation_list found;
    struct runtime_list runtimes;
    fixture_start(1);
    known.m = session_of("ada");
    known.sequence = 0;
    snprintf(known.installation, IDENT_SIZE, "%s", installation_id(1));
    CHECK_INT(
        manager_installation_workflows(known.m, known.installation, &list, &e),
        ERR_OK);
    snprintf(known.workflow, IDENT_SIZE, "%s", list.rows[0].workflow_id);
    snprintf(known.live, IDENT_SIZE, "%s", list.rows[0].live_id);
    installed_workflow_list_clear(&list);
    CHECK_INT(
        manager_installation_show(known.m, known.installation, &found, &e),
        ERR_OK);
    snprintf(known.integration, IDENT_SIZE, "%s", found.rows[0].integration_id);
    installation_list_clear(&found);
    CHECK_INT(manager_runtime_list(known.m, &runtimes, &e), ERR_OK);
    known.n = runtimes.rows[0].n;
    runtime_list_clear(&runtimes);
    known.none = value_array();
    known.apps = known_parsed("[{\"app\":\"" APP "\",\"scopes\":[]}]");
    known.fields = known_parsed("[{\"blockId\":\"b\",\"field\":\"f\"}]");
}

void
known_close(void)
{
    manager_close(known.m);
    fixture_end();
    value_free(known.none);
    value_free(known.apps);
    value_free(known.fields);
}

void
known_end(void)
{
    struct buf report;
    buf_init(&report, 65536);
    if (manager_store_check(known.m, &report, &e) != ERR_OK)
        test_fail(__FILE__, __LINE__, "store", buf_str(&report), "no finding");
    buf_clear(&report);
    known_close();
}

struct backup
known_back_up(void)
{
    return (struct backup){
        .workflow = {.workflow_id = known.workflow,
                     .live_version_id = known.live,
                     .active = true},
        .installation = {.user_id = USER,
                         .username = "user1",
                         .full_name = "Customer 1 Ltd",
                         .installation_id = known.installation,
                         .integration_id = known.integration,
                         .connected = known.none,
                         .answered = known.none}};
}

void
known_copy(struct backup b, const struct state_entry *more, size_t count,
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
                              .feed_cursor = known.sequence,
                              .hash = "0"};
    CHECK_INT(manager_copy_begin(known.m, RUNTIME, copy, &e), ERR_OK);
    CHECK_INT(manager_apply_state(known.m, RUNTIME, &page, copy, false, &e),
              ERR_OK);
    page.entries = &b.installation;
    page.count = 1;
    CHECK_INT(manager_apply_state(known.m, RUNTIME, &page, copy, true, &e),
              ERR_OK);
}

int64_t
known_sum(const struct full_copy *c)
{
    int64_t all = c->moved + c->absent + c->absent_users;
    for (int i = 0; i < UNDONE_COUNT; i++)
        all += c->undone[i];
    return all;
}

void
known_check_notice(const char *has)
{
    struct runtime_list list;
    CHECK_INT(manager_runtime_list(known.m, &list, &e), ERR_OK);
    CHECK_HAS(list.rows[0].notice, has);
    runtime_list_clear(&list);
}

void
known_meet(bool differs)
{
    struct runtime_contact c = {
        .remote_id = REMOTE, .protocol = 1, .differs = differs};
    CHECK_INT(manager_runtime_contact(known.m, known.n, &c, &e), ERR_OK);
}

void
known_accept_restore(void)
{
    known_meet(false);
}

void
known_accept_here(void)
{
    char key[IDENT_SIZE];
    CHECK_INT(manager_runtime_accept_restore(known.m, NAME, NULL, key, &e), ERR_OK);
    CHECK_STR(key, "");
}

struct full_copy
known_held_copy(void)
{
    return (struct full_copy){.why = "test", .held = true};
}

void
known_begin_again(void)
{
    struct full_copy first = {.why = NULL};
    known_copy(known_back_up(), NULL, 0, &first);
}
