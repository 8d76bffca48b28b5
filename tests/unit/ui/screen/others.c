/* What another customer has, for this one: shown, asked about, made. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "manager/draft/editing.h"
#include "manager/draft/fork.h"
#include "manager/release/release.h"
#include "tests/unit/test.h"
#include "tests/unit/ui/screen/store.h"
#include "workflow/edit/edit.h"

#define BLOCK "Create cash sale"
#define OTHER "customer-1/netsuite-order-to-cash:v1.1"
#define CUSTOMER "/\n'enterprise\nEnter\nEnter\n"
#define PLAN ":fork-other " OTHER "\n!later 400\n"
#define CONFIRM "!later 1000\nTab\n!later 1000\nEnter\n!later 1000\n"

static struct error e;

static void
set_row(struct editing *ed, const char *target, const char *source)
{
    struct value *patch = NULL;
    enum err err =
        edit_row_set(&patch, ed->now.document, BLOCK, target, source, &e);
    CHECK_INT(editing_stage(ed, err, patch, &e), ERR_OK);
}

/* Customer 1 has an own version: its memo has a text of its own, where ALONG,
 * and its external id is a constant. */
static void
make_store(struct small_store *s, bool along)
{
    const struct release_options options = {.note = "as agreed"};
    struct release_plan plan = {0};
    struct editing ed;
    char id[IDENT_SIZE];
    const char *draft = id;
    small_store_make(s, true);
    struct manager *m = small_store_open(s, "alice");
    CHECK_INT(manager_draft_fork(m, "customer-1", "order-to-cash", NULL,
                                 DRAFT_ANOTHER, id, &e),
              ERR_OK);
    CHECK_INT(editing_begin(&ed, m, id, &e), ERR_OK);
    set_row(&ed, "memo",
            along ? "=CONCAT(\"theirs-48\", orderNumber)" : "orderNumber");
    set_row(&ed, "externalId", "=\"theirs-15\"");
    CHECK_INT(editing_store(&ed, &e), ERR_OK);
    editing_end(&ed);
    CHECK_INT(manager_release(m, &draft, 1, &options, &plan, &e), ERR_OK);
    release_plan_clear(&plan);
    manager_close(m);
}

static char *
play(struct small_store *s, const char *actor, const char *script)
{
    const struct visit look = {.actor = actor, .rows = 24, .cols = 80};
    struct buf screen;
    buf_init(&screen, 1 << 20);
    small_store_play(s, &look, script, &screen);
    return buf_take(&screen);
}

static void
shows(struct small_store *s, const char *script, const char *words,
      const char *other)
{
    char *screen = play(s, "alice", script);
    CHECK_HAS(screen, words);
    CHECK(!other || !strstr(screen, other));
    free(screen);
}

/* The drafts of the customer. */
static size_t
drafts(struct small_store *s, char id[IDENT_SIZE])
{
    struct version_list list = {0};
    struct manager *m = small_store_open(s, "alice");
    CHECK_INT(manager_draft_list(m, NULL, "customer-0", false, &list, &e),
              ERR_OK);
    size_t n = list.count;
    if (n)
        snprintf(id, IDENT_SIZE, "%s", list.rows[0].id);
    version_list_clear(&list);
    manager_close(m);
    return n;
}

static bool
draft_has(struct small_store *s, const char *id, const char *words)
{
    struct buf text;
    struct manager *m = small_store_open(s, "alice");
    buf_init_any(&text);
    CHECK_INT(manager_version_document(m, id, &text, &e), ERR_OK);
    bool has = strstr(buf_str(&text), words) != NULL;
    buf_clear(&text);
    manager_close(m);
    return has;
}

static void
the_plan_lists_what_comes_and_what_stays(void)
{
    struct small_store s;
    make_store(&s, true);
    shows(&s, CUSTOMER PLAN, "v1.1 of ", "theirs-15");
    shows(&s, CUSTOMER PLAN, "comes along", NULL);
    shows(&s, CUSTOMER PLAN, "has the text \"theirs-48\"", NULL);
    shows(&s, CUSTOMER PLAN, "left out", NULL);
    shows(&s, CUSTOMER ":fork-other v1\n!later 400\n",
          "not a version of another customer", NULL);
    shows(&s, CUSTOMER ":fork-other nobody/x:v1.1\n!later 400\n", "not found",
          NULL);
    small_store_remove(&s);
}

/* Sabotage: other_question(); "request.asked" in make(). */
static void
what_comes_along_is_asked_about(void)
{
    struct small_store s;
    char id[IDENT_SIZE] = "";
    make_store(&s, true);
    shows(&s, CUSTOMER PLAN "F\n!later 400\n", "Take along 1 text or constant",
          NULL);
    shows(&s, CUSTOMER PLAN "F\n!later 400\n", "theirs-48", NULL);
    shows(&s, CUSTOMER PLAN "F\n!later 1000\nEsc\n!later 400\n",
          "Not done: fork", NULL);
    CHECK_INT((int)drafts(&s, id), 0);
    shows(&s, CUSTOMER PLAN "F\n" CONFIRM, "v1.1 draft on v1", NULL);
    CHECK_INT((int)drafts(&s, id), 1);
    CHECK(draft_has(&s, id, "theirs-48"));
    CHECK(!draft_has(&s, id, "theirs-15"));
    small_store_remove(&s);
}

static void
where_nothing_comes_along_nothing_is_asked(void)
{
    struct small_store s;
    char id[IDENT_SIZE] = "";
    make_store(&s, false);
    shows(&s, CUSTOMER PLAN "F\n!later 400\n", "v1.1 draft on v1", NULL);
    CHECK_INT((int)drafts(&s, id), 1);
    CHECK(!draft_has(&s, id, "theirs-15"));
    small_store_remove(&s);
}

/* Sabotage: wanted_of() in plan_asked(). */
static void
a_marked_constant_comes_along(void)
{
    struct small_store s;
    char id[IDENT_SIZE] = "";
    make_store(&s, false);
    shows(&s, CUSTOMER PLAN "g Space\n!later 400\n",
          "only what is left out can be taken along", NULL);
    shows(&s, CUSTOMER PLAN "G Space\n!later 400\nF\n!later 400\n",
          "Take along 1 text or constant", "theirs-15");
    shows(&s, CUSTOMER PLAN "G Space\n!later 400\nF\n" CONFIRM,
          "v1.1 draft on v1", NULL);
    CHECK_INT((int)drafts(&s, id), 1);
    CHECK(draft_has(&s, id, "theirs-15"));
    small_store_remove(&s);
}

static void
an_auditor_looks_and_makes_nothing(void)
{
    struct small_store s;
    char id[IDENT_SIZE] = "";
    make_store(&s, false);
    char *screen = play(&s, "eve", CUSTOMER PLAN);
    CHECK_HAS(screen, "left out");
    free(screen);
    free(play(&s, "eve", CUSTOMER PLAN "F\n" CONFIRM));
    CHECK_INT((int)drafts(&s, id), 0);
    small_store_remove(&s);
}

/* The list of unfinished work leads to it too. */
static void
it_is_in_the_list_of_unfinished_work(void)
{
    struct small_store s;
    make_store(&s, true);
    shows(&s,
          CUSTOMER "F\nEsc\n!later 400\nF\n!later 400\n:fork-other " OTHER
                   "\n!later 400\n",
          "comes along", NULL);
    shows(&s, CUSTOMER "a\n'fork other\nEnter\n!later 400\n", ":fork-other",
          NULL);
    small_store_remove(&s);
}

/* The draft of a base is for all customers: their number is asked about.
 * Sabotage: CONFIRM of BASE_DRAFT in actions.def. */
static void
a_base_draft_says_how_many_it_concerns(void)
{
    struct small_store s;
    small_store_make(&s, true);
    shows(&s, CUSTOMER ":new-base-draft\n!later 400\n",
          "Make a draft of base v2 of Order to cash, for all customers?", NULL);
    shows(&s, CUSTOMER ":new-base-draft\n!later 400\n",
          "6 customers run this workflow, 6 of them a base version", NULL);
    shows(&s, CUSTOMER ":new-base-draft\n!later 1000\nEsc\n!later 400\n",
          "Not done: new base draft", NULL);
    shows(&s, CUSTOMER ":new-base-draft\n" CONFIRM, "v2 draft", NULL);
    shows(&s, CUSTOMER ":new-base-draft\n" CONFIRM, "Unfinished work", NULL);
    char *screen = play(&s, "eve", CUSTOMER ":new-base-draft\n!later 400\n");
    CHECK_HAS(screen, "New base draft: read-only session");
    free(screen);
    small_store_remove(&s);
}

void
test_console_others(void)
{
    static const struct test tests[] = {
        {"the plan lists what comes and what stays",
         the_plan_lists_what_comes_and_what_stays},
        {"what comes along is asked about", what_comes_along_is_asked_about},
        {"where nothing comes along nothing is asked",
         where_nothing_comes_along_nothing_is_asked},
        {"a marked constant comes along", a_marked_constant_comes_along},
        {"an auditor looks and makes nothing",
         an_auditor_looks_and_makes_nothing},
        {"it is in the list of unfinished work",
         it_is_in_the_list_of_unfinished_work},
        {"a base draft says how many it concerns",
         a_base_draft_says_how_many_it_concerns},
        {NULL, NULL}};
    test_run("console others", tests);
    failed_tests += test_failures;
}
