/* Text that could not be stored in a draft: whose it is, how long and how much
 * of it is kept, and what the audit says of it. */
#include "manager/draft/kept.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "manager/draft/draft.h"
#include "manager/session/store.h"
#include "tests/unit/manager/fixture.h"

static enum err
keep(struct manager *m, const char *draft, const char *text)
{
    const struct kept_text kept = {.place = "block/b/formula",
                                   .label = "formula of Tax",
                                   .text = text,
                                   .why = "the draft was taken over"};
    return manager_draft_keep(m, draft, &kept, &e);
}

/* How many texts the actor of M is given, and the first; static. */
static size_t
given(struct manager *m, const char *draft, const char **first)
{
    static char text[100];
    struct kept_list list;
    CHECK_INT(manager_draft_kept(m, draft, &list, &e), ERR_OK);
    size_t count = list.count;
    snprintf(text, sizeof text, "%s",
             count && list.rows[0].text ? list.rows[0].text : "");
    if (first)
        *first = count && list.rows[0].text ? text : NULL;
    kept_list_clear(&list);
    return count;
}

/* Sabotage: the role of DRAFT_KEEP in actions.def. */
static void
only_its_person_gets_it(void)
{
    const char *first;
    fixture_start(1);
    struct manager *eve = session_of("eve"), *ed = session_of("ed"),
                   *olga = session_of("olga");
    char draft[IDENT_SIZE];
    snprintf(draft, sizeof draft, "%s", fork_for(eve, 1));
    CHECK_INT(manager_draft_take(ed, draft, NULL, &e), ERR_OK);
    CHECK_INT(keep(eve, draft, "=2"), ERR_OK);
    CHECK_INT(keep(olga, draft, "=3"), ERR_ROLE);
    CHECK_INT(given(ed, draft, NULL), 0);
    CHECK_INT(given(eve, draft, &first), 1);
    CHECK_STR(first, "=2");
    CHECK_INT(manager_draft_forget(ed, draft, NULL, NULL, &e), ERR_OK);
    CHECK_INT(given(eve, draft, NULL), 1);
    CHECK_INT(manager_draft_forget(eve, draft, NULL, NULL, &e), ERR_OK);
    CHECK_INT(given(eve, draft, NULL), 0);
    manager_close(eve);
    manager_close(ed);
    manager_close(olga);
    fixture_end();
}

/* The audit says that there is a text, and never what: it may be a
 * customer's. */
static void
the_audit_does_not_tell_it(void)
{
    fixture_start(1);
    struct manager *m = session_of("eve");
    const char *draft = fork_for(m, 1);
    CHECK_INT(keep(m, draft, "SO-10023"), ERR_OK);
    CHECK_INT(ask_sql("SELECT count(*) FROM audit WHERE action = 'draft.keep'"
                      " AND after = '{\"keptBytes\":8}'"),
              1);
    CHECK_INT(ask_sql("SELECT count(*) FROM audit WHERE"
                      " instr(coalesce(before, '') || coalesce(after, '')"
                      " || coalesce(seals, ''), 'SO-10023')"),
              0);
    manager_close(m);
    fixture_end();
}

/* Sabotage: make_room() in manager_draft_keep(). */
static void
the_oldest_goes_where_there_are_many(void)
{
    const char *first;
    char text[20], large[KEPT_TEXT_MOST + 2];
    fixture_start(1);
    struct manager *m = session_of("eve");
    const char *draft = fork_for(m, 1);
    for (int i = 0; i < KEPT_TEXTS_MOST + 3; i++) {
        snprintf(text, sizeof text, "=%d", i);
        CHECK_INT(keep(m, draft, text), ERR_OK);
    }
    CHECK_INT(given(m, draft, &first), KEPT_TEXTS_MOST);
    CHECK_STR(first, "=3");
    memset(large, 'x', sizeof large);
    large[sizeof large - 1] = '\0';
    CHECK_INT(keep(m, draft, large), ERR_TOO_BIG);
    CHECK_INT(keep(m, draft, "\xff"), ERR_INVALID);
    manager_close(m);
    fixture_end();
}

#define AGE                                                                    \
    "UPDATE kept_text SET at = at - 31 * 86400000 WHERE n ="                   \
    " (SELECT min(n) FROM kept_text)"

/* Sabotage: is_old() in read_rows(), remove_old() in manager_draft_keep(). */
static void
it_is_kept_for_thirty_days(void)
{
    fixture_start(1);
    struct manager *m = session_of("eve");
    const char *draft = fork_for(m, 1);
    CHECK_INT(keep(m, draft, "=1"), ERR_OK);
    run_sql_without_triggers(AGE);
    CHECK_INT(given(m, draft, NULL), 0);
    CHECK_INT(keep(m, draft, "=2"), ERR_OK);
    CHECK_INT(given(m, draft, NULL), 1);
    CHECK_INT(ask_sql("SELECT count(*) FROM kept_text"), 1);
    manager_close(m);
    fixture_end();
}

/* Sabotage: kept_purge() in manager_draft_discard(). */
static void
it_goes_with_its_draft(void)
{
    struct buf report;
    fixture_start(1);
    struct manager *m = session_of("eve"), *ada = session_of("ada");
    const char *draft = fork_for(m, 1);
    buf_init(&report, 65536);
    CHECK_INT(keep(m, draft, "=1"), ERR_OK);
    CHECK_INT(manager_draft_discard(m, draft, NULL, &e), ERR_OK);
    CHECK_INT(ask_sql("SELECT count(*) FROM kept_text"), 0);
    CHECK_INT(keep(m, draft, "=2"), ERR_OK); /* typed before that was seen */
    CHECK_INT(given(m, draft, NULL), 1);
    CHECK_INT(manager_store_check(ada, &report, &e), ERR_OK);
    buf_clear(&report);
    manager_close(m);
    manager_close(ada);
    fixture_end();
}

static void
close_payloads(bool closed)
{
    struct manager *m = session_of("ada");
    CHECK_INT(manager_access_add(m, "eve", ROLE_ENGINEER, NULL,
                                 closed ? PAYLOADS_CLOSED : PAYLOADS_OPEN, NULL,
                                 &e),
              ERR_OK);
    manager_close(m);
}

/* What was kept since a person was asked stays. Sabotage: is_in() in forget()
 * (src/manager/draft/kept.c). */
static void
only_what_was_shown_is_removed(void)
{
    const char *first;
    struct kept_list shown;
    fixture_start(1);
    struct manager *m = session_of("eve");
    char draft[IDENT_SIZE];
    snprintf(draft, sizeof draft, "%s", fork_for(m, 1));
    CHECK_INT(keep(m, draft, "=1"), ERR_OK);
    CHECK_INT(manager_draft_kept(m, draft, &shown, &e), ERR_OK);
    CHECK_INT(keep(m, draft, "=2"), ERR_OK);
    CHECK_INT(manager_draft_forget(m, draft, &shown, NULL, &e), ERR_OK);
    kept_list_clear(&shown);
    CHECK_INT(given(m, draft, &first), 1);
    CHECK_STR(first, "=2");
    manager_close(m);
    fixture_end();
}

/* What was typed by who could see what customers sent is as closed as that;
 * what others typed is their own. Sabotage: KEPT_BLIND in read_rows(). */
static void
it_is_closed_like_samples(void)
{
    const char *first;
    fixture_start(1);
    struct manager *m = session_of("eve");
    char draft[IDENT_SIZE];
    snprintf(draft, sizeof draft, "%s", fork_for(m, 1));
    CHECK_INT(keep(m, draft, "=1"), ERR_OK);
    manager_close(m);
    close_payloads(true);
    m = session_of("eve");
    CHECK_INT(given(m, draft, &first), 1);
    CHECK(first == NULL);
    CHECK_INT(manager_draft_forget(m, draft, NULL, NULL, &e), ERR_OK);
    CHECK_INT(keep(m, draft, "=2"), ERR_OK);
    CHECK_INT(given(m, draft, &first), 1);
    CHECK_STR(first, "=2");
    manager_close(m);
    fixture_end();
}

/* Sabotage: *same in read_rows(). */
static void
a_changed_text_is_damaged(void)
{
    struct kept_list list;
    fixture_start(1);
    struct manager *m = session_of("eve");
    const char *draft = fork_for(m, 1);
    CHECK_INT(keep(m, draft, "=1"), ERR_OK);
    run_sql_without_triggers("UPDATE kept_text SET text = '=9'");
    CHECK_INT(manager_draft_kept(m, draft, &list, &e), ERR_DAMAGED);
    kept_list_clear(&list);
    CHECK_INT(keep(m, draft, "=2"), ERR_OK);
    manager_close(m);
    fixture_end();
}

/* Sabotage: remove_own() in access.c. */
static void
it_goes_with_the_access_of_its_person(void)
{
    fixture_start(1);
    struct manager *eve = session_of("eve"), *ada = session_of("ada");
    char draft[IDENT_SIZE];
    snprintf(draft, sizeof draft, "%s", fork_for(eve, 1));
    CHECK_INT(keep(eve, draft, "=1"), ERR_OK);
    manager_close(eve);
    CHECK_INT(manager_access_remove(ada, "eve", &e), ERR_OK);
    CHECK_INT(ask_sql("SELECT count(*) FROM kept_text"), 0);
    manager_close(ada);
    fixture_end();
}

static const struct test tests[] = {
    {"it goes with the access of its person",
     it_goes_with_the_access_of_its_person},
    {"only its person gets it", only_its_person_gets_it},
    {"the audit does not tell it", the_audit_does_not_tell_it},
    {"the oldest goes where there are many",
     the_oldest_goes_where_there_are_many},
    {"it is kept for thirty days", it_is_kept_for_thirty_days},
    {"it goes with its draft", it_goes_with_its_draft},
    {"only what was shown is removed", only_what_was_shown_is_removed},
    {"it is closed like samples", it_is_closed_like_samples},
    {"a changed text is damaged", a_changed_text_is_damaged},
    {NULL, NULL},
};

void
test_manager_kept(void)
{
    RUN_SUITE("kept texts", tests);
}
