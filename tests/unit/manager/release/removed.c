/* Runtimes that are removed, and added again. */
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "manager/exchange/exchange.h"
#include "manager/exchange/removed.h"
#include "manager/exchange/runtime.h"
#include "manager/installation/installation.h"
#include "tests/unit/manager/release/release.h"
#include "tests/unit/manager/release/world.h"
#include "tests/unit/test.h"

static struct world w;

#define PIN "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="

/* Nothing is queued for a runtime that nobody talks to, and dry runs say so.
 * Sabotage: removed_check() in outbox_add() (src/manager/exchange/outbox.c) and
 * in release_refuse() (src/manager/release/plan.c). */
static void
test_removed_takes_nothing(void)
{
    const char *who = world_installation(0);
    struct release_options look = {.dry_run = true}, o = {0};
    struct removed_list removed;
    struct release_plan plan;
    struct value *data = value_object();
    struct error e;
    char id[25], key[25];
    const char *drafts[1] = {id};
    world_open(&w, 1);
    world_settle(&w);
    CHECK_INT(world_fork(&w, 0, "sale", 5, false, id, &e), ERR_OK);
    CHECK_INT(manager_runtime_remove(w.m, "rt", &e), ERR_OK);
    CHECK_INT(manager_release(w.m, drafts, 1, &look, &plan, &e), ERR_OK);
    CHECK(plan.items[0].refusal != NULL);
    CHECK_HAS(plan.items[0].refusal->text, "runtime rt: was removed");
    release_plan_clear(&plan);
    CHECK_INT(manager_release(w.m, drafts, 1, &o, &plan, &e), ERR_REFUSED);
    CHECK_HAS(e.text, "runtime rt: was removed");
    release_plan_clear(&plan);
    CHECK_INT(manager_withdraw(w.m, who, "sale", &look, &plan, &e),
              ERR_REFUSED);
    release_plan_clear(&plan);
    CHECK_INT(manager_base(w.m, who, "sale", NULL, &o, &plan, &e), ERR_REFUSED);
    release_plan_clear(&plan);
    CHECK_INT(
        manager_installation_pause(w.m, who, NULL, true, false, NULL, key, &e),
        ERR_REFUSED);
    CHECK_HAS(e.text, "runtime rt: was removed");
    CHECK_INT(manager_installation_uninstall(w.m, who, NULL, key, &e),
              ERR_REFUSED);
    CHECK_INT(manager_event_send(w.m, who, "order", data, key, &e),
              ERR_REFUSED);
    CHECK_INT(manager_run_start(w.m, who, "sale", NULL, key, &e), ERR_REFUSED);
    CHECK_INT(manager_removed_list(w.m, &removed, &e), ERR_OK);
    CHECK_INT(removed.count, 1);
    CHECK_STR(removed.rows[0].name, "rt");
    CHECK_INT(removed.rows[0].installations, 1);
    CHECK_INT(removed.rows[0].queued, 0);
    removed_list_clear(&removed);
    value_free(data);
    world_close(&w);
}

#define REMOTE "aaaaaaaaaaaaaaaaaaaaaaaa"

/* Adds the runtime NAME of ENVIRONMENT at URL with PIN; its row number. */
static int64_t
add_environment(const char *name, const char *environment, const char *url,
                const char *pin)
{
    const struct runtime_settings s = {.name = name,
                                       .url = url,
                                       .environment = environment,
                                       .ca_file = "/elsewhere",
                                       .pin = pin};
    struct runtime_list list;
    struct error e;
    int64_t n = 0;
    CHECK_INT(manager_runtime_add(w.m, &s, &e), ERR_OK);
    CHECK_INT(manager_runtime_list(w.m, &list, &e), ERR_OK);
    for (size_t i = 0; i < list.count; i++)
        if (strcmp(list.rows[i].name, name) == 0)
            n = list.rows[i].n;
    runtime_list_clear(&list);
    return n;
}

static int64_t
add_runtime(const char *name, const char *url, const char *pin)
{
    return add_environment(name, "production", url, pin);
}

/* Who removes a runtime and adds it again has its customers again, with what
 * was queued in between. Sabotage: CS_OUTBOX_MOVE and CS_RUNTIME_TAKE_BACK in
 * move_to(), seal_queued() (src/manager/exchange/removed.c). */
static void
test_added_again(void)
{
    const struct runtime_contact c = {.remote_id = REMOTE, .protocol = 1};
    struct taken_back back;
    struct runtime_list list;
    struct removed_list removed;
    struct error e;
    char id[25], key[25];
    world_open(&w, 2);
    world_settle(&w);
    CHECK_INT(manager_runtime_contact(w.m, w.runtime_n, &c, &e), ERR_OK);
    CHECK_INT(manager_runtime_remove(w.m, "rt", &e), ERR_OK);
    int64_t n = add_runtime("rt", "https://moved:1", NULL);
    CHECK(n != w.runtime_n);
    CHECK_INT(
        manager_publish(w.m, "orders", &(const char *){"rt"}, 1, NULL, &e),
        ERR_OK);
    CHECK_INT(manager_user_add(w.m, "zoe", NULL, "rt", key, &e), ERR_OK);
    CHECK_INT(manager_runtime_take_back(w.m, n, "bbbbbbbbbbbbbbbbbbbbbbbb",
                                        &back, &e),
              ERR_OK);
    CHECK(!back.taken);
    CHECK_INT(manager_runtime_take_back(w.m, n, REMOTE, &back, &e), ERR_OK);
    CHECK(back.taken);
    CHECK_INT(back.installations, 2);
    CHECK_INT(manager_runtime_list(w.m, &list, &e), ERR_OK);
    CHECK_INT(list.count, 1);
    CHECK_STR(list.rows[0].id, w.runtime);
    CHECK_STR(list.rows[0].name, "rt");
    CHECK_STR(list.rows[0].url, "https://moved:1");
    CHECK_STR(list.rows[0].ca_file, "/elsewhere");
    CHECK(list.rows[0].queued > 1);
    CHECK(list.rows[0].feed_cursor > 0); /* it goes on where it was */
    runtime_list_clear(&list);
    CHECK_INT(manager_removed_list(w.m, &removed, &e), ERR_OK);
    CHECK_INT(removed.count, 0);
    removed_list_clear(&removed);
    world_release(&w, 0, "sale", 5, false, id);
    world_settle(&w);
    CHECK_STR(world_pointer(&w, 0, "sale")->live, id);
    CHECK_INT(manager_runtime_take_back(w.m, w.runtime_n, REMOTE, &back, &e),
              ERR_OK);
    CHECK(!back.taken);
    world_close(&w);
}

/* The name of a removed runtime may be another's now. Sabotage: taken in
 * find_former() (src/manager/exchange/removed.c). */
static void
test_name_was_given_on(void)
{
    const struct runtime_contact c = {.remote_id = REMOTE, .protocol = 1};
    struct runtime_settings name = {.name = "rt"};
    struct taken_back back;
    struct runtime_list list;
    struct error e;
    world_open(&w, 1);
    world_settle(&w);
    CHECK_INT(manager_runtime_contact(w.m, w.runtime_n, &c, &e), ERR_OK);
    CHECK_INT(manager_runtime_remove(w.m, "rt", &e), ERR_OK);
    add_runtime("rt", "https://another:1", NULL);
    int64_t n = add_runtime("old", "https://moved:1", NULL);
    CHECK_INT(manager_runtime_take_back(w.m, n, REMOTE, &back, &e),
              ERR_CONFLICT);
    CHECK_HAS(e.text, "rename this one to rt, after renaming the runtime that "
                      "is called so now)");
    CHECK_INT(manager_runtime_set(w.m, "old", &name, &e), ERR_CONFLICT);
    CHECK_HAS(e.text, "runtime rt: another runtime has this name");
    name.name = "other";
    CHECK_INT(manager_runtime_set(w.m, "rt", &name, &e), ERR_OK);
    name.name = "rt";
    CHECK_INT(manager_runtime_set(w.m, "old", &name, &e), ERR_OK);
    CHECK_INT(manager_runtime_take_back(w.m, n, REMOTE, &back, &e), ERR_OK);
    CHECK(back.taken);
    CHECK_INT(back.installations, 1);
    CHECK_INT(manager_runtime_list(w.m, &list, &e), ERR_OK);
    CHECK_INT(list.count, 2);
    CHECK_STR(list.rows[0].name, "other");
    CHECK_STR(list.rows[1].id, w.runtime);
    CHECK_STR(list.rows[1].url, "https://moved:1");
    runtime_list_clear(&list);
    world_close(&w);
}

/* The environments of one runtime have its id in common, and each has customers
 * and a feed of its own: only the same one comes back, whatever is added first.
 * Sabotage: the environment in RUNTIME_FORMER (src/store/
 * release_statements.def). */
static void
test_other_environment(void)
{
    const struct runtime_contact c = {.remote_id = REMOTE, .protocol = 1};
    struct taken_back back;
    struct error e;
    world_open(&w, 2);
    world_settle(&w);
    CHECK_INT(manager_runtime_contact(w.m, w.runtime_n, &c, &e), ERR_OK);
    int64_t dev = add_environment("dev", "development", "https://same", NULL);
    CHECK_INT(manager_runtime_contact(w.m, dev, &c, &e), ERR_OK);
    CHECK_INT(manager_runtime_remove(w.m, "rt", &e), ERR_OK);
    CHECK_INT(manager_runtime_remove(w.m, "dev", &e), ERR_OK);
    dev = add_environment("rt", "development", "https://same", NULL);
    CHECK_INT(manager_runtime_take_back(w.m, dev, REMOTE, &back, &e), ERR_OK);
    CHECK_INT(back.installations, 0); /* those of development */
    CHECK_INT(manager_runtime_remove(w.m, "rt", &e), ERR_OK);
    int64_t n = add_runtime("rt", "https://same", NULL);
    CHECK_INT(manager_runtime_take_back(w.m, n, REMOTE, &back, &e), ERR_OK);
    CHECK(back.taken);
    CHECK_INT(back.installations, 2);
    world_close(&w);
}

/* Sabotage: check_environment() in set() (src/manager/exchange/runtime.c). */
static void
test_environment_stays(void)
{
    const struct runtime_contact c = {.remote_id = REMOTE, .protocol = 1};
    struct runtime_settings s = {.environment = "development"};
    struct runtime_list list;
    struct error e;
    world_open(&w, 1);
    CHECK_INT(manager_runtime_set(w.m, "rt", &s, &e), ERR_OK); /* a mistake */
    s.environment = "production";
    CHECK_INT(manager_runtime_set(w.m, "rt", &s, &e), ERR_OK);
    CHECK_INT(manager_runtime_contact(w.m, w.runtime_n, &c, &e), ERR_OK);
    CHECK_INT(manager_runtime_set(w.m, "rt", &s, &e), ERR_OK); /* no change */
    s.environment = "development";
    CHECK_INT(manager_runtime_set(w.m, "rt", &s, &e), ERR_REFUSED);
    CHECK_HAS(e.text, "runtime rt: it is the production environment");
    CHECK_INT(manager_runtime_list(w.m, &list, &e), ERR_OK);
    CHECK_STR(list.rows[0].environment, "production");
    runtime_list_clear(&list);
    world_close(&w);
}

/* What is done now is later than what was. */
static void
wait_for_next_ms(void)
{
    int64_t now = clock_now_ms();
    while (clock_now_ms() <= now)
        ;
}

static void
set_remote_id(const char *id)
{
    char *sql = mem_printf("UPDATE runtime SET remote_id = %s", id);
    sqlite3 *handle = NULL;
    CHECK_INT(sqlite3_open(w.path, &handle), SQLITE_OK);
    CHECK_INT(sqlite3_exec(handle, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(handle);
    free(sql);
}

/* An earlier program let a runtime that was met be set to the other
 * environment: it can be set back, and to nothing else. Sabotage: the audit in
 * RUNTIME_MET. */
static void
test_environment_back(void)
{
    const struct runtime_contact c = {.remote_id = REMOTE, .protocol = 1};
    struct runtime_settings s = {.environment = "development"};
    const struct runtime_settings other = {.url = "https://elsewhere"};
    char met[RUNTIME_ENVIRONMENT_SIZE];
    struct error e;
    world_open(&w, 1);
    CHECK_INT(manager_runtime_contact(w.m, w.runtime_n, &c, &e), ERR_OK);
    wait_for_next_ms();
    set_remote_id("NULL"); /* so that it is set as an earlier program did */
    CHECK_INT(manager_runtime_set(w.m, "rt", &s, &e), ERR_OK);
    set_remote_id("'" REMOTE "'");
    CHECK_INT(manager_runtime_met(w.m, "rt", met, &e), ERR_OK);
    CHECK_STR(met, "production");
    CHECK_INT(manager_runtime_set(w.m, "rt", &s, &e), ERR_REFUSED);
    CHECK_INT(manager_runtime_set(w.m, "rt", &other, &e), ERR_OK);
    s.environment = "production";
    CHECK_INT(manager_runtime_set(w.m, "rt", &s, &e), ERR_OK);
    CHECK_INT(manager_runtime_contact(w.m, w.runtime_n, &c, &e), ERR_OK);
    s.environment = "development";
    CHECK_INT(manager_runtime_set(w.m, "rt", &s, &e), ERR_REFUSED);
    world_close(&w);
}

/* Another host that claims to be a removed runtime is sent nothing. Sabotage:
 * meant in find_former() (src/manager/exchange/removed.c). */
static void
test_claimed(void)
{
    const struct runtime_contact c = {.remote_id = REMOTE, .protocol = 1};
    const struct runtime_settings pinned = {.pin = PIN};
    struct taken_back back;
    struct error e;
    world_open(&w, 1);
    CHECK_INT(manager_runtime_set(w.m, "rt", &pinned, &e), ERR_OK);
    CHECK_INT(manager_runtime_contact(w.m, w.runtime_n, &c, &e), ERR_OK);
    CHECK_INT(manager_runtime_remove(w.m, "rt", &e), ERR_OK);
    int64_t n = add_runtime("partner", "https://partner:1", NULL);
    CHECK_INT(manager_runtime_take_back(w.m, n, REMOTE, &back, &e),
              ERR_CONFLICT);
    CHECK_HAS(e.text, "nothing was sent to it");
    CHECK(!back.taken);
    CHECK_HAS(e.text, "rename this one to rt)");
    n = add_runtime("eu-2", "https://moved:1", PIN);
    CHECK_INT(manager_runtime_take_back(w.m, n, REMOTE, &back, &e), ERR_OK);
    CHECK(back.taken); /* it has the key of the removed one */
    world_close(&w);
}

static const struct test tests[] = {
    {"nothing is queued for a removed runtime", test_removed_takes_nothing},
    {"a removed runtime is added again", test_added_again},
    {"the other environment of a removed runtime", test_other_environment},
    {"a runtime that was met keeps its environment", test_environment_stays},
    {"a runtime is set back to what it was met as", test_environment_back},
    {"the name of a removed runtime was given on", test_name_was_given_on},
    {"a runtime that claims to be a removed one", test_claimed},
    {NULL, NULL}};

void
test_release_removed(void)
{
    test_run("removed runtimes", tests);
    failed_tests |= test_result();
}
