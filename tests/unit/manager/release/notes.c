/* The note that a person gives with a change stands in its record. */
#include "tests/unit/manager/release/release.h"
#include "tests/unit/manager/release/world.h"

#include <sqlite3.h>
#include <stdlib.h>

#include "base/buf.h"
#include "tests/unit/test.h"

static struct world w;

/* The rows of QUERY, a line each; the caller frees. */
static char *
ask(const char *query)
{
    struct buf out;
    sqlite3_stmt *s = NULL;
    sqlite3 *handle = NULL;
    if (sqlite3_open(w.path, &handle) != SQLITE_OK)
        abort();
    buf_init(&out, 1 << 20);
    sqlite3_prepare_v2(handle, query, -1, &s, NULL);
    while (s && sqlite3_step(s) == SQLITE_ROW)
        buf_addf(&out, "%s;\n", (const char *)sqlite3_column_text(s, 0));
    sqlite3_finalize(s);
    sqlite3_close(handle);
    return buf_take(&out);
}

/* Withdraw, pause, resume and uninstall of installation 0, each with NOTE. */
static void
ask_with_notes(const char *note)
{
    struct release_options o = {.note = note};
    struct release_plan plan;
    struct error e;
    char id[25];
    const char *name = world_installation(0);
    world_release(&w, 0, "sale", 10, true, id);
    world_settle(&w);
    CHECK_INT(manager_withdraw(w.m, name, "sale", &o, &plan, &e), ERR_OK);
    release_plan_clear(&plan);
    for (int pause = 1; pause >= 0; pause--)
        CHECK_INT(manager_installation_pause(w.m, name, NULL, pause, false,
                                             note, NULL, &e),
                  ERR_OK);
    CHECK_INT(manager_installation_uninstall(w.m, name, note, NULL, &e),
              ERR_OK);
    /* A runtime reads a request strictly: it gets no note. */
    char *sent = ask("SELECT count(*) FROM outbox WHERE body LIKE '%INC-9%'");
    CHECK_STR(sent, "0;\n");
    free(sent);
    world_settle(&w);
}

/* The note of each operation stands in its record. Sabotage: a value_set_text
 * of "note" in release.c, pointer.c, upgrade.c or request.c. */
static void
test_notes(void)
{
    struct release_options o = {.note = "INC-9"};
    struct upgrade_options many = {.note = "INC-9"};
    struct release_plan plan;
    struct upgrade_plan upgrade;
    struct error e;
    char id[25];
    const char *draft = id;
    world_open(&w, 2);
    const char *name = world_installation(0);
    for (int i = 0; i < 2; i++) {
        CHECK_INT(world_fork(&w, 0, "sale", 5 + i, false, id, &e), ERR_OK);
        CHECK_INT(manager_release(w.m, &draft, 1, &o, &plan, &e), ERR_OK);
        release_plan_clear(&plan);
        world_settle(&w);
    }
    CHECK_INT(manager_rollback(w.m, name, "sale", NULL, &o, &plan, &e), ERR_OK);
    release_plan_clear(&plan);
    world_settle(&w);
    CHECK_INT(manager_base(w.m, name, "sale", NULL, &o, &plan, &e), ERR_OK);
    release_plan_clear(&plan);
    world_settle(&w);
    CHECK_INT(manager_draft_new(w.m, "sale", DRAFT_ANOTHER, id, &e), ERR_OK);
    CHECK_INT(world_edit(&w, id, 9, &e), ERR_OK);
    CHECK_INT(manager_release(w.m, &draft, 1, &o, &plan, &e), ERR_OK);
    release_plan_clear(&plan);
    world_settle(&w);
    CHECK_INT(manager_upgrade(w.m, name, "sale", NULL, &o, &plan, &e), ERR_OK);
    release_plan_clear(&plan);
    CHECK_INT(manager_upgrade_many(w.m, "sale", &many, &upgrade, &e), ERR_OK);
    upgrade_plan_clear(&upgrade);
    world_settle(&w);
    ask_with_notes("INC-9");
    char *actions = ask("SELECT action FROM audit WHERE after LIKE"
                        " '%\"note\":\"INC-9\"%' AND origin='store'"
                        " ORDER BY sequence");
    CHECK_STR(actions, "release;\nrelease;\nrollback;\nbase;\n"
                       "release.base;\nupgrade;\nupgrade;\nwithdraw;\n"
                       "installation.pause;\ninstallation.resume;\n"
                       "installation.uninstall;\n");
    free(actions);
    char *notes = ask("SELECT count(*) FROM version WHERE note='INC-9'");
    CHECK_STR(notes, "4;\n");
    free(notes);
    world_close(&w);
}

void
test_release_notes(void)
{
    static const struct test tests[] = {{"notes are on record", test_notes},
                                        {NULL, NULL}};
    test_run("notes", tests);
    failed_tests += test_failures;
    test_failures = 0;
}
