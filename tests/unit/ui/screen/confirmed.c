/*
 * What a person confirms at a question is what is done: while it is open,
 * another session changes what it is about, as far as possible in a way that
 * the question does not show. Then nothing is done. Every action that asks has
 * a row for each screen that has it. tests/e2e/confirmed.py does the same for
 * the command line.
 */
#include <stdlib.h>
#include <string.h>

#include "base/ident.h"
#include "base/mem.h"
#include "manager/draft/draft.h"
#include "manager/draft/fork.h"
#include "manager/draft/kept.h"
#include "manager/draft/version.h"
#include "manager/exchange/facts.h"
#include "manager/exchange/runtime.h"
#include "manager/release/release.h"
#include "manager/session/store.h"
#include "tests/unit/test.h"
#include "tests/unit/ui/screen/store.h"
#include "ui/app/action.h"
#include "value/value.h"

#define ENTERPRISE "bb0000000000000000000000"

static struct error e;

/* --- what is there -------------------------------------------------------- */

#define ADD_TAX(digits)                                                        \
    "{\"op\":\"add\",\"path\":\"/blocks/0\",\"value\":{\"id\":"                \
    "\"0f0f0f0f-0000-4000-8000-00000000000a\",\"kind\":\"math\",\"name\":"     \
    "\"Tax\",\"formula\":\"=ROUND(total, " digits ")\"}}"
#define ADD_TABLE                                                              \
    "{\"op\":\"add\",\"path\":\"/tables\",\"value\":{\"Codes\":{\"columns\":"  \
    "[\"key\",\"value\"],\"rows\":[[\"UPS\",\"old\"]]}}}"
#define MAP(source)                                                            \
    "{\"op\":\"replace\",\"path\":\"/blocks/0/mapping/0/"                      \
    "source\",\"value\":\"" source "\"}"

static void
edit(struct manager *m, const char *draft, const char *patch)
{
    struct value *v = NULL;
    struct draft_content seen = {.revision = -1}, now;
    CHECK_INT(value_read(&v, patch, strlen(patch), &value_limits_document,
                         "patch", &e),
              ERR_OK);
    if (manager_draft_edit(m, draft, &seen, v, &now, &e) == ERR_OK)
        draft_content_clear(&now);
    else
        test_fail(__FILE__, __LINE__, "edit", e.text, "");
    value_free(v);
}

static void
undo(struct manager *m, const char *draft)
{
    struct draft_content seen = {.revision = -1}, now;
    CHECK_INT(manager_draft_undo(m, draft, &seen, true, &now, &e), ERR_OK);
    draft_content_clear(&now);
}

static void
release(struct manager *m, const char *draft)
{
    const struct release_options options = {
        .note = "as agreed", .replace_awaiting = true, .stale_ok = true};
    struct release_plan plan = {0};
    CHECK_INT(manager_release(m, &draft, 1, &options, &plan, &e), ERR_OK);
    release_plan_clear(&plan);
}

static void
fork_here(struct manager *m, char id[IDENT_SIZE])
{
    CHECK_INT(manager_draft_fork(m, "customer-0", "order-to-cash", NULL,
                                 DRAFT_ANOTHER, id, &e),
              ERR_OK);
}

/* A draft of ACTOR for EnterpriseCo with one edit and a value table. */
static void
make_draft(struct small_store *s, const char *actor)
{
    char id[IDENT_SIZE];
    struct manager *m = small_store_open(s, actor);
    fork_here(m, id);
    edit(m, id, "[" ADD_TABLE "]");
    edit(m, id, "[" ADD_TAX("2") "]");
    manager_close(m);
}

static void
with_a_draft(struct small_store *s)
{
    make_draft(s, "alice");
}

/* Of two customers. */
static void
with_two_drafts(struct small_store *s)
{
    char id[IDENT_SIZE];
    make_draft(s, "alice");
    struct manager *m = small_store_open(s, "alice");
    CHECK_INT(manager_draft_fork(m, "customer-2", "order-to-cash", NULL,
                                 DRAFT_ANOTHER, id, &e),
              ERR_OK);
    edit(m, id, "[" ADD_TAX("2") "]");
    manager_close(m);
}

static void
add_bob(struct small_store *s)
{
    struct manager *m = small_store_open(s, "alice");
    CHECK_INT(manager_access_add(m, "bob", ROLE_ENGINEER, NULL, PAYLOADS_AS_IS,
                                 NULL, &e),
              ERR_OK);
    manager_close(m);
}

static void
with_bobs_draft(struct small_store *s)
{
    add_bob(s);
    make_draft(s, "bob");
}

static void
keep(struct manager *m, const char *draft, const char *text)
{
    const struct kept_text kept = {
        .place = "p", .label = "Tax", .text = text, .why = "it was changed"};
    CHECK_INT(manager_draft_keep(m, draft, &kept, &e), ERR_OK);
}

/* Calls DO with the only open draft of EnterpriseCo, as its author. */
static void
with_the_draft(struct small_store *s, const char *author,
               void (*act)(struct manager *m, const char *draft))
{
    struct manager *m = small_store_open(s, author);
    struct version_list drafts = {0};
    CHECK_INT(manager_draft_list(m, NULL, "customer-0", false, &drafts, &e),
              ERR_OK);
    CHECK_INT(drafts.count, 1);
    if (drafts.count == 1)
        act(m, drafts.rows[0].id);
    version_list_clear(&drafts);
    manager_close(m);
}

static void
keep_first(struct manager *m, const char *draft)
{
    keep(m, draft, "=first");
}

static void
with_a_kept_text(struct small_store *s)
{
    with_a_draft(s);
    with_the_draft(s, "alice", keep_first);
}

/* The runtime says, as its fact SEQUENCE, that VERSION is KIND for
 * EnterpriseCo. */
static void
tell(struct manager *m, enum fact_kind kind, const char *version,
     int64_t sequence)
{
    struct small_ids ids;
    small_store_ids(m, &ids);
    struct fact fact = {.sequence = sequence,
                        .at = sequence,
                        .kind = kind,
                        .installation_id = ENTERPRISE,
                        .workflow_id = ids.workflow,
                        .version_id = version};
    const struct fact_page page = {
        .facts = &fact, .count = 1, .cursor = sequence, .head = sequence};
    CHECK_INT(manager_apply_facts(m, ids.runtime, &page, &e), ERR_OK);
}

static void
release_own(struct small_store *s, enum fact_kind kind, int64_t sequence)
{
    char id[IDENT_SIZE];
    struct manager *m = small_store_open(s, "alice");
    fork_here(m, id);
    release(m, id);
    tell(m, kind, id, sequence);
    manager_close(m);
}

static void
with_own_versions(struct small_store *s)
{
    release_own(s, FACT_LIVE, 1);
    release_own(s, FACT_LIVE, 2);
}

static void
with_a_waiting_version(struct small_store *s)
{
    release_own(s, FACT_AWAITING, 1);
}

/* Base 2 and the own version of EnterpriseCo map a row differently; bob has
 * carried the own one to it. */
static void
with_bobs_conflicts(struct small_store *s)
{
    char own[IDENT_SIZE], base[IDENT_SIZE];
    struct fork_plan plan;
    add_bob(s);
    struct manager *m = small_store_open(s, "alice");
    fork_here(m, own);
    edit(m, own, "[" MAP("custom.memo") "]");
    release(m, own);
    CHECK_INT(manager_draft_new(m, "order-to-cash", DRAFT_ANOTHER, base, &e),
              ERR_OK);
    edit(m, base, "[" MAP("orderNumber.x") "]");
    release(m, base);
    manager_close(m);
    m = small_store_open(s, "bob");
    const struct fork_request request = {.installation = "customer-0",
                                         .workflow = "order-to-cash",
                                         .from = base,
                                         .carry = own,
                                         .choice = DRAFT_ANOTHER};
    CHECK_INT(manager_draft_further(m, &request, &plan, &e), ERR_OK);
    fork_plan_clear(&plan);
    manager_close(m);
}

/* --- what another session does -------------------------------------------- */

static void
nothing(struct small_store *s)
{
    (void)s;
}

/* As many edits as before, of the same author, and other content. */
static void
edit_otherwise(struct manager *m, const char *draft)
{
    undo(m, draft);
    edit(m, draft, "[" ADD_TAX("3") "]");
}

static void
it_is_edited(struct small_store *s)
{
    with_the_draft(s, "alice", edit_otherwise);
}

static void
bob_edits_it(struct small_store *s)
{
    with_the_draft(s, "bob", edit_otherwise);
}

static void
edit_the_note(struct manager *m, const char *draft)
{
    edit(m, draft, "[" MAP("orderNumber.y") "]");
}

static void
bob_edits_the_carried(struct small_store *s)
{
    with_the_draft(s, "bob", edit_the_note);
}

static void
keep_another(struct manager *m, const char *draft)
{
    size_t count;
    CHECK_INT(manager_draft_forget(m, draft, NULL, &count, &e), ERR_OK);
    CHECK_INT(count, 1);
    keep(m, draft, "=second");
}

static void
another_text_is_kept(struct small_store *s)
{
    with_the_draft(s, "alice", keep_another);
}

static void
another_is_released(struct small_store *s)
{
    char id[IDENT_SIZE];
    struct manager *m = small_store_open(s, "alice");
    fork_here(m, id);
    release(m, id);
    manager_close(m);
}

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
    const char *argument; /* of the action; NULL: none */
} questions[] = {
    {ACT_PAUSE, VIEW_INSTALLATIONS, nothing, FIND, "", another_is_released,
     NULL},
    {ACT_PAUSE, VIEW_INSTALLATION, nothing, ROW, "", another_is_released, NULL},
    {ACT_RESUME, VIEW_INSTALLATIONS, small_store_pause, FIND, "",
     another_is_released, NULL},
    {ACT_RESUME, VIEW_INSTALLATION, small_store_pause, ROW, "",
     another_is_released, NULL},
    {ACT_WITHDRAW, VIEW_INSTALLATION, with_a_waiting_version, ROW "j\n", "",
     another_is_released, NULL},
    {ACT_WITHDRAW, VIEW_VERSIONS, with_a_waiting_version, VERSIONS "G\n", "",
     another_is_released, NULL},
    {ACT_ROLL_BACK, VIEW_INSTALLATION, with_own_versions, ROW, NAME,
     another_is_released, NULL},
    {ACT_ROLL_BACK, VIEW_VERSIONS, with_own_versions, VERSIONS "g\nj\n", NAME,
     another_is_released, NULL},
    {ACT_RETURN_TO_BASE, VIEW_INSTALLATION, with_own_versions, ROW, NAME,
     another_is_released, NULL},
    {ACT_RETURN_TO_BASE, VIEW_VERSIONS, with_own_versions, VERSIONS "g\n", NAME,
     another_is_released, NULL},
    {ACT_TAKE_OVER, VIEW_DRAFTS, with_bobs_draft, DRAFTS, "", bob_edits_it,
     NULL},
    {ACT_TAKE_OVER, VIEW_EDITOR, with_bobs_draft, EDITOR, "", bob_edits_it,
     NULL},
    {ACT_TAKE_OVER, VIEW_MAPPING, with_bobs_draft, MAPPING, "", bob_edits_it,
     NULL},
    {ACT_TAKE_OVER, VIEW_TABLE, with_bobs_draft, TABLE, "", bob_edits_it, NULL},
    {ACT_TAKE_OVER, VIEW_CONFLICTS, with_bobs_conflicts, CONFLICTS, "",
     bob_edits_the_carried, NULL},
    {ACT_FORGET_KEPT_TEXTS, VIEW_EDITOR, with_a_kept_text, EDITOR, "",
     another_text_is_kept, NULL},
    {ACT_FORGET_KEPT_TEXTS, VIEW_MAPPING, with_a_kept_text, MAPPING, "",
     another_text_is_kept, NULL},
    {ACT_FORGET_KEPT_TEXTS, VIEW_TABLE, with_a_kept_text, TABLE, "",
     another_text_is_kept, NULL},
    {ACT_DISCARD, VIEW_DRAFTS, with_a_draft, DRAFTS, "", it_is_edited, NULL},
    {ACT_READY, VIEW_DRAFTS, with_a_draft, DRAFTS, "", it_is_edited, NULL},
    {ACT_READY, VIEW_EDITOR, with_a_draft, EDITOR, "", it_is_edited, NULL},
    {ACT_APPLY, VIEW_IMPORT, with_a_draft, TABLE "!paste UPS\tnewer\n", "",
     it_is_edited, NULL},
    {ACT_RELEASE_NOW, VIEW_RELEASE, with_a_draft, EDITOR "R\n!later 300\n", "",
     it_is_edited, NULL},
    {ACT_RELEASE_ALL, VIEW_RELEASES, with_two_drafts,
     ":unfinished-work\nSpace\nSpace\nR\n!later 300\n", "'2\n", it_is_edited,
     NULL},
    {ACT_WRAP, VIEW_EDITOR, with_a_draft, EDITOR "2 G\n", "", it_is_edited,
     "iterate"},
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

static void
check_question(const struct asking *q)
{
    struct buf screen;
    buf_init(&screen, 1 << 20);
    if (made_since(q, act_nothing, false, &screen) < 1)
        test_fail(__FILE__, __LINE__, "it is not done unchanged",
                  buf_str(&screen), act_info(q->action)->command);
    for (int before = 0; before < 2; before++) {
        buf_reset(&screen);
        int64_t made = made_since(q, act_meanwhile, before, &screen);
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

/* Sabotage: asked_basis() in asked_version() and editor_question(), the ids in
 * ask_to_forget(), draft_kept_read() in draft_view_refresh(). */
static void
what_is_confirmed_is_what_is_done(void)
{
    for (size_t i = 0; i < QUESTIONS; i++)
        check_question(&questions[i]);
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
        {NULL, NULL}};
    test_run("console confirmed", tests);
    failed_tests += test_failures;
}
