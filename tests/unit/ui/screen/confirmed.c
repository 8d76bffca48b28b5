/*
 * What a person confirms at a question is what is done: while it is open,
 * another session changes what it is about, as far as possible in a way that
 * the question does not show. Then nothing is done. Every action that asks has
 * a row for each screen that has it. tests/e2e/confirmed.py does the same for
 * the command line.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tests/unit/test.h"
#include "tests/unit/ui/screen/meanwhile.h"
#include "tests/unit/ui/screen/store.h"
#include "ui/app/action.h"

/* --- the questions -------------------------------------------------------- */

#define FIND "/\n'enterprise\nEnter\n"
#define ROW FIND "Enter\n"
#define VERSIONS ROW "a\n'versions\nEnter\n!later 300\n"
#define DRAFTS FIND "F\n"
#define EDITOR DRAFTS "Enter\n"
#define MAPPING EDITOR "j\nj\nEnter\n"
#define TABLE EDITOR "T\nEnter\n"
#define CONFLICTS EDITOR "m\n"
#define NAME "'EnterpriseCo\n"

static const struct asking {
    enum act action;
    enum view_id view;
    void (*made)(struct small_store *s);
    const char *way, *typed; /* to the row; before the button */
    void (*meanwhile)(struct small_store *s);
    void (*and_back)(struct small_store *s); /* all is as before then */
    const char *argument;                    /* of the action; NULL: none */
} questions[] = {
    {ACT_PAUSE, VIEW_INSTALLATIONS, was_resumed, FIND, "", another_is_released,
     paused_and_resumed, NULL},
    {ACT_PAUSE, VIEW_INSTALLATION, was_resumed, ROW, "", another_is_released,
     paused_and_resumed, NULL},
    {ACT_RESUME, VIEW_INSTALLATIONS, was_paused, FIND, "", another_is_released,
     resumed_and_paused, NULL},
    {ACT_RESUME, VIEW_INSTALLATION, was_paused, ROW, "", another_is_released,
     resumed_and_paused, NULL},
    {ACT_WITHDRAW, VIEW_INSTALLATION, with_a_waiting_version, ROW "j\n", "",
     another_is_released, withdrawn_and_back, NULL},
    {ACT_WITHDRAW, VIEW_VERSIONS, with_a_waiting_version, VERSIONS "G\n", "",
     another_is_released, withdrawn_and_back, NULL},
    {ACT_ROLL_BACK, VIEW_INSTALLATION, with_own_versions, ROW, NAME,
     another_is_released, live_and_back, NULL},
    {ACT_ROLL_BACK, VIEW_VERSIONS, with_own_versions, VERSIONS "g\nj\n", NAME,
     another_is_released, live_and_back, NULL},
    {ACT_RETURN_TO_BASE, VIEW_INSTALLATION, with_own_versions, ROW, NAME,
     another_is_released, live_and_back, NULL},
    {ACT_RETURN_TO_BASE, VIEW_VERSIONS, with_own_versions, VERSIONS "g\n", NAME,
     another_is_released, live_and_back, NULL},
    {ACT_BASE_DRAFT, VIEW_INSTALLATION, with_own_versions, ROW, "",
     another_is_released, live_and_back, NULL},
    {ACT_BASE_DRAFT, VIEW_VERSIONS, with_own_versions, VERSIONS, "",
     another_is_released, live_and_back, NULL},
    {ACT_TAKE_OVER, VIEW_DRAFTS, with_bobs_draft, DRAFTS, "", bob_edits_it,
     taken_and_back, NULL},
    {ACT_TAKE_OVER, VIEW_EDITOR, with_bobs_draft, EDITOR, "", bob_edits_it,
     taken_and_back, NULL},
    {ACT_TAKE_OVER, VIEW_MAPPING, with_bobs_draft, MAPPING, "", bob_edits_it,
     taken_and_back, NULL},
    {ACT_TAKE_OVER, VIEW_TABLE, with_bobs_draft, TABLE, "", bob_edits_it,
     taken_and_back, NULL},
    {ACT_TAKE_OVER, VIEW_CONFLICTS, with_bobs_conflicts, CONFLICTS, "",
     bob_edits_the_carried, taken_and_back, NULL},
    {ACT_FORGET_KEPT_TEXTS, VIEW_EDITOR, with_a_kept_text, EDITOR, "",
     another_text_is_kept, kept_again, NULL},
    {ACT_FORGET_KEPT_TEXTS, VIEW_MAPPING, with_a_kept_text, MAPPING, "",
     another_text_is_kept, kept_again, NULL},
    {ACT_FORGET_KEPT_TEXTS, VIEW_TABLE, with_a_kept_text, TABLE, "",
     another_text_is_kept, kept_again, NULL},
    {ACT_DISCARD, VIEW_DRAFTS, with_a_draft, DRAFTS, "", it_is_edited,
     discarded_and_restored, NULL},
    {ACT_READY, VIEW_DRAFTS, with_a_draft, DRAFTS, "", it_is_edited,
     discarded_and_restored, NULL},
    {ACT_READY, VIEW_EDITOR, with_a_draft, EDITOR, "", it_is_edited,
     discarded_and_restored, NULL},
    {ACT_APPLY, VIEW_IMPORT, with_a_draft, TABLE "!paste UPS\tnewer\n", "",
     it_is_edited, discarded_and_restored, NULL},
    {ACT_RELEASE_NOW, VIEW_RELEASE, with_a_draft, EDITOR "R\n!later 300\n", "",
     it_is_edited, live_and_back, NULL},
    {ACT_RELEASE_ALL, VIEW_RELEASES, with_two_drafts,
     ":unfinished-work\nSpace\nSpace\nR\n!later 300\n", "'2\n", it_is_edited,
     live_and_back, NULL},
    {ACT_WRAP, VIEW_EDITOR, with_a_draft, EDITOR "2 G\n", "", it_is_edited,
     discarded_and_restored, "iterate"},
};
enum { QUESTIONS = sizeof questions / sizeof questions[0] };

/* Records of the audit after MEANWHILE, which the test cannot be given. */
static const struct asking *playing;
static int64_t records;

static void
act_meanwhile(struct small_store *s)
{
    playing->meanwhile(s);
    records = small_store_records(s);
}

static void
act_and_back(struct small_store *s)
{
    playing->and_back(s);
    records = small_store_records(s);
}

static void
act_edited_and_undone(struct small_store *s)
{
    edited_and_undone(s);
    records = small_store_records(s);
}

static void
act_nothing(struct small_store *s)
{
    records = small_store_records(s);
}

/* Confirms Q, with ACT at the moment BEFORE or BEHIND the button; returns how
 * many records were made since. OUT receives the screen. */
static int64_t
made_since(const struct asking *q, void (*act)(struct small_store *s),
           bool before, struct buf *out)
{
    struct small_store s;
    const struct visit look = {
        .actor = "alice", .rows = 40, .cols = 120, .meanwhile = act};
    char *script = mem_printf(
        "%s:%s %s\n!later 300\n%s%sTab\n!later 300\nEnter\n%s!later 1000\n",
        q->way, act_info(q->action)->command, q->argument ? q->argument : "",
        before ? ":meanwhile\n!later 300\n" : "", q->typed,
        before ? "" : ":meanwhile\n");
    playing = q;
    small_store_make(&s, true);
    q->made(&s);
    small_store_play(&s, &look, script, out);
    int64_t made = small_store_records(&s) - records;
    small_store_remove(&s);
    free(script);
    return made;
}

/* ACT happens while Q is open: nothing is done, which is said. */
static void
check_refused(const struct asking *q, void (*act)(struct small_store *s))
{
    struct buf screen;
    buf_init(&screen, 1 << 20);
    for (int before = 0; before < 2; before++) {
        buf_reset(&screen);
        int64_t made = made_since(q, act, before, &screen);
        bool said = strstr(buf_str(&screen), "not done, it changed") ||
                    strstr(buf_str(&screen), "Not done: another session") ||
                    strstr(buf_str(&screen), "Not released: it changed");
        if (made != 0 || !said)
            test_fail(__FILE__, __LINE__,
                      made ? "what was not shown is done" : "it is not said",
                      buf_str(&screen), act_info(q->action)->command);
    }
    buf_clear(&screen);
}

static void
check_question(const struct asking *q)
{
    struct buf screen;
    buf_init(&screen, 1 << 20);
    if (made_since(q, act_nothing, false, &screen) < 1)
        test_fail(__FILE__, __LINE__, "it is not done unchanged",
                  buf_str(&screen), act_info(q->action)->command);
    buf_clear(&screen);
    check_refused(q, act_meanwhile);
}

/* Sabotage: asked_basis() in asked_version() and editor_question(), the ids in
 * ask_to_forget(), draft_kept_read() in draft_view_refresh(). */
static void
what_is_confirmed_is_what_is_done(void)
{
    for (size_t i = 0; i < QUESTIONS; i++)
        check_question(&questions[i]);
}

/* It is changed and changed back: a resume asked about then is not the one of
 * the new pause. Sabotage: last_move in screen_add_basis(), changed_at in
 * asked_basis(), the basis in release_is_as_shown(). */
static void
what_changed_and_changed_back_is_another(void)
{
    for (size_t i = 0; i < QUESTIONS; i++)
        check_refused(&questions[i], act_and_back);
}

/* A draft that is edited and has its old content again was in other hands.
 * Sabotage: asked_add_basis() in add_basis() and in set_basis(). */
static void
what_was_edited_and_undone_is_another(void)
{
    for (size_t i = 0; i < QUESTIONS; i++)
        if (questions[i].meanwhile == it_is_edited)
            check_refused(&questions[i], act_edited_and_undone);
}

/* The list of several drafts says so before the question, too, until the draft
 * was looked at. Sabotage: the revision in objection_to(), ui/screen/releases.c.
 */
static void
what_was_edited_and_undone_is_looked_at_first(void)
{
#define LIST                                                                   \
    ":unfinished-work\nSpace\nSpace\nR\n!later 300\n:meanwhile\nF5\n!later 300\n"
#define LOOK "Enter\n!later 300\nEsc\n!later 300\n"
    static const char *const ways[] = {LIST, LIST LOOK "j\n" LOOK};
    for (size_t i = 0; i < 2; i++) {
        struct small_store s;
        struct buf screen;
        const struct visit look = {.actor = "alice",
                                   .rows = 40,
                                   .cols = 120,
                                   .meanwhile = edited_and_undone};
        buf_init(&screen, 1 << 20);
        small_store_make(&s, true);
        with_two_drafts(&s);
        small_store_play(&s, &look, ways[i], &screen);
        bool flagged = strstr(buf_str(&screen), "edited since it was shown");
        CHECK_INT(flagged, i == 0);
        CHECK_HAS(buf_str(&screen), "goes live at once");
        small_store_remove(&s);
        buf_clear(&screen);
    }
#undef LOOK
#undef LIST
}

/* A run that this session has fetched is kept as it was fetched: no other
 * session has it. The question names it (tests/e2e/console_runs.py). */
static bool
is_of_this_session(enum act action)
{
    return action == ACT_KEEP_SAMPLE;
}

static bool
is_in_table(enum act action, enum view_id view)
{
    if (is_of_this_session(action))
        return true;
    for (size_t i = 0; i < QUESTIONS; i++)
        if (questions[i].action == action && questions[i].view == view)
            return true;
    return false;
}

/* What can be asked about only where a runtime answers: its question is in
 * tests/e2e/console_runs.py. */
static bool
needs_a_runtime(enum act action)
{
    return action == ACT_KEEP_SAMPLE;
}

/* Sabotage: a screen more for PAUSE in actions.def. */
static void
every_action_that_asks_is_in_the_table(void)
{
    const unsigned asks = ACT_PRODUCTION | ACT_CONFIRM | ACT_DANGER;
    for (int a = ACT_NONE + 1; a < ACT_COUNT; a++)
        for (int v = 0; v < VIEW_COUNT; v++)
            if ((act_info((enum act)a)->flags & asks) &&
                act_applies((enum act)a, (enum view_id)v) &&
                !needs_a_runtime((enum act)a) &&
                !is_in_table((enum act)a, (enum view_id)v))
                test_fail(__FILE__, __LINE__, "not in the table",
                          act_info((enum act)a)->command,
                          view_word((enum view_id)v));
}

void
test_console_confirmed(void)
{
    static const struct test tests[] = {
        {"every action that asks is in the table",
         every_action_that_asks_is_in_the_table},
        {"what is confirmed is what is done",
         what_is_confirmed_is_what_is_done},
        {"what changed and changed back is another",
         what_changed_and_changed_back_is_another},
        {"what was edited and undone is another",
         what_was_edited_and_undone_is_another},
        {"what was edited and undone is looked at first",
         what_was_edited_and_undone_is_looked_at_first},
        {NULL, NULL}};
    test_run("console confirmed", tests);
    failed_tests += test_failures;
}
