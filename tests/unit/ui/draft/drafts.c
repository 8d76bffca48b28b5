/*
 * What every editor of a draft does alike: each case is run in the editors of
 * the table below. An editor that is added gets them by a row.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "manager/draft/editing.h"
#include "manager/release/release.h"
#include "tests/unit/ui/draft/drafts.h"
#include "value/pointer.h"
#include "value/value.h"
#include "workflow/document/document.h"

/* A draft with a part for each editor. */
#define TAX "0f0f0f0f-0000-4000-8000-00000000000a"
#define PARTS                                                                  \
    "[{\"op\":\"add\",\"path\":\"/blocks/0\",\"value\":{\"id\":\"" TAX         \
    "\",\"kind\":\"math\",\"name\":\"Tax\",\"formula\":\"=1\"}},"              \
    "{\"op\":\"add\",\"path\":\"/tables\",\"value\":{\"Codes\":{"              \
    "\"columns\":[\"key\",\"value\"],\"rows\":[[\"UPS\",\"old\"],"             \
    "[\"DHL\",\"D\"]]}}}]"

#define REPLACE_OP(path, value)                                                \
    "{\"op\":\"replace\",\"path\":\"" path "\",\"value\":" value "}"
#define REPLACE(path, value) "[" REPLACE_OP(path, value) "]"

static const struct editor_case editors[] = {
    {"blocks", "j\n", "e\nEnter\nCtrl-U\n", "/blocks/0/formula", "\"=1\"", "=2",
     "\"=2\"", "e\nCtrl-U\nEnter\n", "name",
     REPLACE("/blocks/0/formula", "\"=3\""), "\"=3\"",
     REPLACE("/blocks/1/name", "\"Sale\""), "/blocks/1/name", "\"Sale\"",
     "[{\"op\":\"remove\",\"path\":\"/blocks/0\"}]", NULL, NULL},
    {"mapping", "j\nj\nEnter\nj\n", "e\nCtrl-U\n",
     "/blocks/1/mapping/1/source", "\"orderNumber\"", "=2", "\"=2\"",
     "h\ne\nCtrl-U\nEnter\n", "a row has a target",
     REPLACE("/blocks/1/mapping/1/source", "\"=3\""), "\"=3\"",
     REPLACE("/blocks/1/mapping/0/source", "\"=4\""),
     "/blocks/1/mapping/0/source", "\"=4\"",
     "[{\"op\":\"remove\",\"path\":\"/blocks/1\"}]", "!paste tranId\t=2\n",
     "/blocks/1/mapping/1"},
    {"row form", "j\nj\nEnter\n", "Enter\nUp\nUp\nCtrl-U\n",
     "/blocks/1/mapping/0/note",
     "\"a second event of the same order cannot make a second sale\"", "mine",
     "\"mine\"", "Enter\nUp\nCtrl-U\nEnter\n", "a row has a target",
     REPLACE("/blocks/1/mapping/0/note", "\"x\""), "\"x\"",
     REPLACE("/blocks/1/mapping/1/source", "\"=4\""),
     "/blocks/1/mapping/1/source", "\"=4\"",
     "[{\"op\":\"remove\",\"path\":\"/blocks/1\"}]", NULL,
     "/blocks/1/mapping/0"},
    {"value table", "T\nEnter\n", "Enter\nCtrl-U\n", "/tables/Codes/rows/0/1",
     "\"old\"", "new", "\"new\"", "h\nEnter\nCtrl-U\nEnter\n",
     "a row has a key", REPLACE("/tables/Codes/rows/0/1", "\"x\""), "\"x\"",
     REPLACE("/tables/Codes/rows/1/1", "\"y\""), "/tables/Codes/rows/1/1",
     "\"y\"", "[{\"op\":\"remove\",\"path\":\"/tables\"}]", "!paste UPS\tnew\n",
     "/tables/Codes/rows/0"},
};
enum { EDITORS = sizeof editors / sizeof editors[0] };

/* --- one draft and what happens to it ------------------------------------- */

static void
make_draft(struct trial_draft *t, const struct editor_case *c, int customer)
{
    struct manager *m = session_of("eve");
    *t = (struct trial_draft){.c = c, .customer = customer};
    snprintf(t->id, sizeof t->id, "%s", fork_for(m, customer));
    CHECK_INT(edit_text(m, t->id, -1, PARTS, NULL), ERR_OK);
    manager_close(m);
}

/* What stands at POINTER of the draft, as JSON; "" for nothing; a new
 * string. */
char *
stored(const struct trial_draft *t, const char *pointer)
{
    struct manager *m = session_of("eve");
    struct document *d = NULL;
    CHECK_INT(manager_document(m, t->id, &d, &e), ERR_OK);
    const struct value *v = d ? pointer_get(d->root, pointer, NULL) : NULL;
    char *text = v ? value_to_text(v) : mem_strdup("");
    document_free(d);
    manager_close(m);
    return text;
}

void
check_stored(const struct trial_draft *t, const char *pointer,
             const char *wanted)
{
    char *text = stored(t, pointer);
    CHECK_STR(text, wanted);
    free(text);
}

/* Runs KEYS as ACTOR in the editor, ACT at the line ":meanwhile"; what is
 * shown then must have WORDS (NULL: anything). */
void
play(struct trial_draft *t, const char *actor, const char *keys,
     void (*act)(void *t), const char *words)
{
    struct buf script;
    buf_init(&script, 4096);
    for (int i = 1; i < t->customer; i++)
        buf_adds(&script, "j\n");
    buf_addf(&script, "%s%s%s",
             strcmp(actor, "olga") == 0 ? "Enter\nEnter\n" : "F\nEnter\n",
             t->c->way, keys);
    char *shown = console_shows_while(actor, buf_str(&script), act, t);
    if (words)
        CHECK_HAS(shown, words);
    free(shown);
    buf_clear(&script);
}

/* The keys that type into the cell, and after them MORE; static. */
const char *
typing(const struct trial_draft *t, const char *more)
{
    static char keys[300];
    snprintf(keys, sizeof keys, "%s'%s\n%s", t->c->open, t->c->typed, more);
    return keys;
}

/* --- what others do ------------------------------------------------------- */

static void
edits(const struct trial_draft *t, const char *actor)
{
    struct manager *m = session_of(actor);
    CHECK_INT(manager_draft_take(m, t->id, NULL, &e), ERR_OK);
    CHECK_INT(edit_text(m, t->id, -1, t->patch, NULL), ERR_OK);
    manager_close(m);
}

void
eve_edits(void *t)
{
    edits(t, "eve");
}

static void
ed_edits(void *t)
{
    edits(t, "ed");
}

static void
ed_takes(void *ctx)
{
    const struct trial_draft *t = ctx;
    struct manager *m = session_of("ed");
    CHECK_INT(manager_draft_take(m, t->id, NULL, &e), ERR_OK);
    manager_close(m);
}

static void
eve_discards(void *ctx)
{
    const struct trial_draft *t = ctx;
    struct manager *m = session_of("eve");
    CHECK_INT(manager_draft_discard(m, t->id, NULL, &e), ERR_OK);
    manager_close(m);
}

static void
ada_releases(void *ctx)
{
    const struct trial_draft *t = ctx;
    const struct release_options options = {.note = "done"};
    struct manager *m = session_of("ada");
    struct release_plan plan = {0};
    const char *id = t->id;
    if (manager_release(m, &id, 1, &options, &plan, &e) != ERR_OK)
        test_fail(__FILE__, __LINE__, "release", e.text, "");
    release_plan_clear(&plan);
    manager_close(m);
}

/* --- the cases ------------------------------------------------------------ */

/* Sabotage: saved_at in draft_view_changed(). */
static void
an_edit_is_one_operation(struct trial_draft *t)
{
    long long before = ask_sql("SELECT count(*) FROM audit");
    play(t, "eve", typing(t, "Enter"), NULL, "saved HH:MM");
    check_stored(t, t->c->cell, t->c->new);
    CHECK_INT(ask_sql("SELECT count(*) FROM audit"), before + 1);
}

/* Sabotage: editing_take() in step() of draft_action.c. */
static void
undo_and_redo(struct trial_draft *t)
{
    play(t, "eve", typing(t, "Enter\nu"), NULL, "Undone: ");
    check_stored(t, t->c->cell, t->c->old);
    play(t, "eve", "U", NULL, "Redone: ");
    check_stored(t, t->c->cell, t->c->new);
}

/* Sabotage: the call of ask() in undo_or_redo(). */
static void
anothers_edit_is_undone_after_a_question(struct trial_draft *t)
{
    t->patch = t->c->same;
    edits(t, "ed");
    play(t, "eve", ":take" YES "u", NULL, "ed's change of ");
    check_stored(t, t->c->cell, t->c->theirs);
    play(t, "eve", "u" YES, NULL, "Undone: ");
    check_stored(t, t->c->cell, t->c->old);
}

/* What the question was about is not the last change any more. Sabotage:
 * &ed->now in step(), taken for NULL. */
static void
an_answer_undoes_only_what_was_asked_about(struct trial_draft *t)
{
    t->patch = t->c->same;
    edits(t, "ed");
    t->patch = t->c->elsewhere;
    play(t, "eve",
         ":take" YES "u\n!later 300\nTab\n!later 300\n:meanwhile\nEnter\n"
         "!later 1000\n",
         eve_edits, "Not done: another session of yours");
    check_stored(t, t->c->cell, t->c->theirs);
    check_stored(t, t->c->place, t->c->there);
}

static void
a_refused_edit_changes_nothing(struct trial_draft *t)
{
    long long before = ask_sql("SELECT sum(revision) FROM version");
    play(t, "eve", t->c->refused, NULL, t->c->why);
    CHECK_INT(ask_sql("SELECT sum(revision) FROM version"), before);
}

/* Sabotage: ACT_REFRESH in draft_view_action(); tell_authors(). */
static void
anothers_edit_appears_with_who_and_when(struct trial_draft *t)
{
    t->patch = t->c->same;
    play(t, "eve", ":meanwhile\nF5", ed_edits, "ed at ");
    play(t, "eve", "", NULL, "ed's draft: read only (a, take over)");
}

/* Sabotage: store_behind(). */
static void
an_edit_elsewhere_is_no_conflict(struct trial_draft *t)
{
    t->patch = t->c->elsewhere;
    play(t, "eve", typing(t, ":meanwhile\nEnter"), eve_edits,
         "another session of yours at ");
    play(t, "eve", "u", NULL, "Undone: ");
    play(t, "eve", "u", NULL, "Undone: ");
    play(t, "eve", typing(t, ":meanwhile\nEnter\nEsc"), eve_edits, NULL);
    check_stored(t, t->c->cell, t->c->new);
    check_stored(t, t->c->place, t->c->there);
}

/* Sabotage: the sentence for !now in check_seen(). */
static void
what_is_removed_meanwhile_is_said(struct trial_draft *t)
{
    t->patch = t->c->removes;
    play(t, "eve", typing(t, ":meanwhile\nEnter"), eve_edits, "was deleted: ");
    play(t, "eve", "", NULL, NULL);
}

/* It is not drawn on the row in its place, nor stored there, and what was typed
 * stays with the draft. Sabotage: the keeping in cell_gone(), grid_reload() in
 * mapgrid_show(), and in show() of table.c. */
static void
a_row_that_is_cut_meanwhile_closes_its_cell(struct trial_draft *t)
{
    char patch[100], words[100];
    if (!t->c->row)
        return;
    snprintf(patch, sizeof patch, "[{\"op\":\"remove\",\"path\":\"%s\"}]",
             t->c->row);
    snprintf(words, sizeof words, "deleted or renamed. Not stored: %s",
             t->c->typed);
    t->patch = patch;
    long long kept = ask_sql("SELECT count(*) FROM kept_text");
    play(t, "eve", typing(t, ":meanwhile\nF1\nEsc"), eve_edits, words);
    CHECK_INT(ask_sql("SELECT count(*) FROM kept_text"), kept + 1);
    char *now = stored(t, "");
    CHECK(!strstr(now, t->c->new));
    free(now);
}

/* A row that is inserted goes with what it belongs to. Sabotage: pending_at
 * without a block in mapgrid_show(), and the block in store_target(). */
static void
a_new_row_goes_with_its_part(struct trial_draft *t)
{
    if (!t->c->row)
        return;
    t->patch = t->c->removes;
    play(t, "eve", "i\n'Add\n:meanwhile\n!later 2000\nEnter\n", eve_edits,
         NULL);
    play(t, "eve", "", NULL, NULL);
    char *now = stored(t, "");
    CHECK(!strstr(now, "Add"));
    free(now);
}

/* The grid beneath takes in what the other changed before the sheet is
 * imported. Sabotage: draft_view_check() in apply_import() of mapping_sheet.c,
 * table_import.c. */
static void
an_import_into_a_changed_draft_is_refused(struct trial_draft *t)
{
    char keys[200];
    if (!t->c->sheet)
        return;
    t->patch = t->c->elsewhere;
    snprintf(keys, sizeof keys, "%s:meanwhile\n!later 300\na\nEnter" YES,
             t->c->sheet);
    play(t, "eve", keys, eve_edits, "Not done: another session of yours");
    check_stored(t, t->c->cell, t->c->old);
    check_stored(t, t->c->place, t->c->there);
}

/* Sabotage: import_offer_is_old(). */
static void
an_import_that_is_out_of_date_says_so(struct trial_draft *t)
{
    char keys[200];
    if (!t->c->sheet)
        return;
    t->patch = t->c->elsewhere;
    snprintf(keys, sizeof keys, "%s:meanwhile\n!later 300\nF1\nEsc\n",
             t->c->sheet);
    play(t, "eve", keys, eve_edits, "Out of date, the draft has changed: Esc");
}

/* Sabotage: draft_news_refusal(). */
static void
a_draft_discarded_meanwhile_stays_as_it_is(struct trial_draft *t)
{
    play(t, "eve", typing(t, ":meanwhile\nEnter"), eve_discards,
         "Not done: another session of yours discarded ");
    check_stored(t, t->c->cell, t->c->old);
}

static void
a_draft_released_meanwhile_stays_as_it_is(struct trial_draft *t)
{
    play(t, "eve", typing(t, ":meanwhile\nEnter"), ada_releases,
         "Not done: ada released ");
    check_stored(t, t->c->cell, t->c->old);
}

/* Sabotage: tell_state(), ANOTHER_OF_YOURS. */
static void
a_release_of_another_session_is_told(struct trial_draft *t)
{
    play(t, "ada", ":meanwhile\nF5", ada_releases,
         "another session of yours released v1.1 at ");
    check_stored(t, t->c->cell, t->c->old);
}

static void
a_draft_taken_over_meanwhile_stays_as_it_is(struct trial_draft *t)
{
    play(t, "eve", typing(t, ":meanwhile\nEnter"), ed_takes,
         "Not done: v1.1 is ed's draft");
    check_stored(t, t->c->cell, t->c->old);
}

/* First another session of eve changes the cell, then ed takes the draft. */
static void
eve_edits_and_ed_takes(void *ctx)
{
    struct trial_draft *t = ctx;
    if (t->patch)
        eve_edits(t);
    else
        ed_takes(t);
    t->patch = NULL;
}

/* Who has lost the draft is not asked whether to replace what another put
 * there, and an open question goes, with the reason. Sabotage:
 * draft_news_may_edit() in check_seen(), draft_view_drop_question(). */
static void
who_lost_the_draft_replaces_nothing(struct trial_draft *t)
{
#define TURN "\n!later 1\n!later 1\n!later 40\n"
    t->patch = t->c->same;
    play(t, "eve",
         typing(t, ":meanwhile\nEnter\n!later 300\nTab\n:meanwhile" TURN),
         eve_edits_and_ed_takes, "Enter save");
    check_stored(t, t->c->cell, t->c->theirs);
    play(t, "eve", "", NULL, "ed's draft: read only (a, take over)");
}

/* The same where the button is pressed before the screen hears of it. */
static void
a_button_of_who_lost_the_draft_is_refused(struct trial_draft *t)
{
    t->patch = t->c->same;
    play(t, "eve",
         typing(t, ":meanwhile\nEnter\n!later 300\nTab\n!later 300\nEnter\n"
                   "!later 299\n:meanwhile\n!later 1\n!later 1000\n"),
         eve_edits_and_ed_takes, "ed");
    check_stored(t, t->c->cell, t->c->theirs);
}

/* It is said when a change begins, not when it ends. Sabotage: judge() in
 * read_row() of opened.c. */
/* Sabotage: off in draw_hint() of draw.c, or draft_view_context(). */
static void
anothers_draft_is_read_only(struct trial_draft *t)
{
    static const char *const keys[] = {"i", "e", "Enter", "d", "p", "u", "J"};
    ed_takes(t);
    long long before = ask_sql("SELECT count(*) FROM audit");
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        play(t, "eve", keys[i], NULL, ": ed's draft (a, take over)");
    play(t, "eve", "", NULL, "(i insert)  (e edit)  (d cut)");
    CHECK_INT(ask_sql("SELECT count(*) FROM audit"), before);
    check_stored(t, t->c->cell, t->c->old);
    play(t, "eve", ":take" YES, NULL, "the draft is yours");
    play(t, "eve", typing(t, "Enter"), NULL, "saved HH:MM");
}

static void
a_read_only_session_changes_nothing(struct trial_draft *t)
{
    long long before = ask_sql("SELECT count(*) FROM audit");
    play(t, "olga", typing(t, "Enter\nEsc\nu\nU\nd\nJ"), NULL, "READ-ONLY");
    CHECK_INT(ask_sql("SELECT count(*) FROM audit"), before);
}

/* What a block gives is tried again when its draft has changed. Sabotage: the
 * revision in try_text(). */
static void
what_a_block_gives_follows_the_draft(void)
{
    struct trial_draft t;
    fixture_start(1);
    make_draft(&t, &editors[0], 1);
    t.patch = "[{\"op\":\"add\",\"path\":\"/blocks/0\",\"value\":{\"id\":"
              "\"0f0f0f0f-0000-4000-8000-00000000000b\",\"kind\":\"math\","
              "\"name\":\"Rate\",\"formula\":\"=5\"}}," REPLACE_OP(
                  "/blocks/1/formula", "\"=Rate!result\"") "]";
    edits(&t, "eve");
    play(&t, "eve", "j", NULL, "SO-10023 → 5");
    t.patch = REPLACE("/blocks/0/formula", "\"=6\"");
    play(&t, "eve", "j\n:meanwhile\nF5", eve_edits, "SO-10023 → 6");
    fixture_end();
}

/* Runs CASE in every editor, each on the draft of a customer of its own. */
void
in_all(void (*run)(struct trial_draft *t))
{
    fixture_start(EDITORS);
    for (int i = 0; i < EDITORS; i++) {
        struct trial_draft t;
        int failures = test_failures;
        make_draft(&t, &editors[i], i + 1);
        run(&t);
        if (test_failures > failures)
            printf("# in the editor of %s\n", editors[i].name);
    }
    fixture_end();
}

ALIKE(an_edit_is_one_operation)
ALIKE(undo_and_redo)
ALIKE(anothers_edit_is_undone_after_a_question)
ALIKE(an_answer_undoes_only_what_was_asked_about)
ALIKE(a_refused_edit_changes_nothing)
ALIKE(anothers_edit_appears_with_who_and_when)
ALIKE(an_edit_elsewhere_is_no_conflict)
ALIKE(what_is_removed_meanwhile_is_said)
ALIKE(a_row_that_is_cut_meanwhile_closes_its_cell)
ALIKE(a_new_row_goes_with_its_part)
ALIKE(an_import_into_a_changed_draft_is_refused)
ALIKE(an_import_that_is_out_of_date_says_so)
ALIKE(a_draft_discarded_meanwhile_stays_as_it_is)
ALIKE(a_draft_released_meanwhile_stays_as_it_is)
ALIKE(a_release_of_another_session_is_told)
ALIKE(a_draft_taken_over_meanwhile_stays_as_it_is)
ALIKE(who_lost_the_draft_replaces_nothing)
ALIKE(a_button_of_who_lost_the_draft_is_refused)
ALIKE(anothers_draft_is_read_only)
ALIKE(a_read_only_session_changes_nothing)

static void
another_goes_live(void *ctx)
{
    (void)ctx;
    run_sql_without_triggers("UPDATE installed_workflow SET live ="
                      " (SELECT max(n) FROM version) WHERE live IS NOT NULL");
}

/* A restored runtime has another version live while a release waits for it.
 * Sabotage: look_at_live(). */
static void
what_is_live_is_said_while_a_release_waits(void)
{
    fixture_start(1);
    char *shown = console_shows_while(
        "ada",
        TO_MAPPING "e\nCtrl-U\n'=1 + 1\nEnter\nR\n!later 300\nTab\nTab\n"
                   "!later 300\nEnter\n!later 1000\n:meanwhile\nF5\n"
                   "!later 40\n",
        another_goes_live, NULL);
    CHECK_HAS(shown, "v1.1, which is live now: v1 was when this was released");
    CHECK_HAS(shown, "queued: v1.1 stays live until the runtime answers");
    free(shown);
    fixture_end();
}

static const struct test tests[] = {
    {"an edit is one operation", an_edit_is_one_operation_in_all},
    {"undo and redo", undo_and_redo_in_all},
    {"another's edit is undone after a question",
     anothers_edit_is_undone_after_a_question_in_all},
    {"an answer undoes only what was asked about",
     an_answer_undoes_only_what_was_asked_about_in_all},
    {"a refused edit changes nothing", a_refused_edit_changes_nothing_in_all},
    {"another's edit appears with who and when",
     anothers_edit_appears_with_who_and_when_in_all},
    {"an edit elsewhere is no conflict",
     an_edit_elsewhere_is_no_conflict_in_all},
    {"what is removed meanwhile is said",
     what_is_removed_meanwhile_is_said_in_all},
    {"a row that is cut meanwhile closes its cell",
     a_row_that_is_cut_meanwhile_closes_its_cell_in_all},
    {"a new row goes with its part", a_new_row_goes_with_its_part_in_all},
    {"an import into a changed draft is refused",
     an_import_into_a_changed_draft_is_refused_in_all},
    {"an import that is out of date says so",
     an_import_that_is_out_of_date_says_so_in_all},
    {"a draft discarded meanwhile stays as it is",
     a_draft_discarded_meanwhile_stays_as_it_is_in_all},
    {"what is live is said while a release waits",
     what_is_live_is_said_while_a_release_waits},
    {"a draft released meanwhile stays as it is",
     a_draft_released_meanwhile_stays_as_it_is_in_all},
    {"a release of another session is told",
     a_release_of_another_session_is_told_in_all},
    {"who lost the draft replaces nothing",
     who_lost_the_draft_replaces_nothing_in_all},
    {"a button of who lost the draft is refused",
     a_button_of_who_lost_the_draft_is_refused_in_all},
    {"a draft taken over meanwhile stays as it is",
     a_draft_taken_over_meanwhile_stays_as_it_is_in_all},
    {"another's draft is read only", anothers_draft_is_read_only_in_all},
    {"a read-only session changes nothing",
     a_read_only_session_changes_nothing_in_all},
    {"what a block gives follows the draft",
     what_a_block_gives_follows_the_draft},
    {NULL, NULL},
};

void
test_grids_drafts(void)
{
    RUN_SUITE("grids drafts", tests);
}
