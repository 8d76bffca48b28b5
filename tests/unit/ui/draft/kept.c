/* What is typed when the line is lost or the access ends, and cannot be stored:
 * it is kept, told and given back, or shown before the session ends. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/mem.h"
#include "manager/draft/draft.h"
#include "manager/draft/version.h"
#include "manager/release/release.h"
#include "manager/session/store.h"
#include "tests/unit/ui/draft/drafts.h"

#define KEPT "SELECT count(*) FROM kept_text"

/* The keys that open the cell again and then MORE; static. */
static const char *
opening(const struct trial_draft *t, const char *more)
{
    static char keys[300];
    snprintf(keys, sizeof keys, "%s%s", t->c->open, more);
    return keys;
}

/* The text that is kept is told where the draft is opened and in its field,
 * comes back by Ctrl-Y, and goes once it is stored. */
static void
check_comes_back(struct trial_draft *t)
{
    CHECK_INT(ask_sql(KEPT), 1);
    play(t, "eve", ":messages\n", NULL, "Text of yours was not stored at ");
    play(t, "eve", opening(t, "Ctrl-Y\nEsc\n"), NULL, "Not saved: ");
    CHECK_INT(ask_sql(KEPT), 1);
    play(t, "eve", opening(t, "x\nCtrl-Y\nEnter\n"), NULL, "saved HH:MM");
    check_stored(t, t->c->cell, t->c->new);
    CHECK_INT(ask_sql(KEPT), 0);
}

/* Sabotage: draft_view_keep() in editor_form_keep(), mapgrid_keep() and
 * tablegrid_keep(). */
static void
a_cell_that_another_changed(struct trial_draft *t)
{
    t->patch = t->c->same;
    play(t, "eve", typing(t, ":meanwhile\n"), eve_edits, NULL);
    check_stored(t, t->c->cell, t->c->theirs);
    check_comes_back(t);
}

static void
ed_takes(void *ctx)
{
    const struct trial_draft *t = ctx;
    struct manager *m = session_of("ed");
    CHECK_INT(manager_draft_take(m, t->id, NULL, &e), ERR_OK);
    manager_close(m);
}

/* Only who typed it is told. Sabotage: "k.actor = ?" in KEPT_OF(). */
static void
a_draft_that_was_taken_over(struct trial_draft *t)
{
    play(t, "eve", typing(t, ":meanwhile\n"), ed_takes, NULL);
    check_stored(t, t->c->cell, t->c->old);
    CHECK_INT(ask_sql(KEPT " WHERE actor = 'eve'"), 1);
    play(t, "ed", ":kept-texts\n", NULL, "no text is kept");
    play(t, "eve", ":kept-texts\n", NULL, t->c->typed);
    play(t, "eve", ":take\n!later 300\nTab\n!later 300\nEnter\n!later 1000\n",
         NULL, NULL);
    check_comes_back(t);
}

/* The line may be lost while a person types anew. Sabotage: "it was emptied"
 * in draft_view_store(). */
static void
a_cell_that_was_emptied(struct trial_draft *t)
{
    play(t, "eve", t->c->open, NULL, NULL);
    check_stored(t, t->c->cell, t->c->old);
    CHECK_INT(ask_sql(KEPT " WHERE text = ''"), 1);
    play(t, "eve", ":kept-texts\n", NULL, "(emptied)");
    play(t, "eve",
         ":forget-kept-texts\n!later 300\nTab\n!later 300\nEnter\n"
         "!later 1000\n",
         NULL, "Removed 1 kept text");
    CHECK_INT(ask_sql(KEPT), 0);
}

/* A field that nobody changed is stored and leaves nothing behind. */
static void
a_cell_that_can_be_stored(struct trial_draft *t)
{
    play(t, "eve", typing(t, ""), NULL, NULL);
    check_stored(t, t->c->cell, t->c->new);
    CHECK_INT(ask_sql(KEPT), 0);
}

/* Nobody has seen what a paste put there and pressed Enter. Sabotage:
 * app_paste_left() in take_event(), "into" in give(), finish(). */
static void
a_cell_with_a_paste(struct trial_draft *t)
{
    static const char *const ways[] = {"!paste =9\n", "Lost\n",
                                       "!paste =9\nx\nBackspace\n"};
    for (int i = 0; i < 3; i++) {
        play(t, "eve", opening(t, ways[i]), NULL, NULL);
        check_stored(t, t->c->cell, t->c->old);
        CHECK_INT(ask_sql(KEPT), 1);
        play(t, "eve", opening(t, "Ctrl-Y\nEnter\n"), NULL, NULL);
        play(t, "eve", "u\n:forget-kept-texts" YES, NULL, NULL);
    }
}

/* What is typed after Enter has stored a paste is stored as ever. Sabotage:
 * the first condition of app_paste_left(). */
static void
a_cell_after_a_paste(struct trial_draft *t)
{
    if (t->c->row) /* Enter goes on to the next cell */
        return;
    char *keys = mem_printf("!paste =9\nEnter\n%s", typing(t, ""));
    play(t, "eve", opening(t, keys), NULL, NULL);
    check_stored(t, t->c->cell, t->c->new);
    free(keys);
}

/* --- the access ends ------------------------------------------------------ */

static void
ada_removes_eve(void *ctx)
{
    struct manager *m = session_of("ada");
    (void)ctx;
    CHECK_INT(manager_access_remove(m, "eve", NULL), ERR_OK);
    manager_close(m);
}

static void
set_eve(enum role role, enum payloads payloads)
{
    struct manager *m = session_of("ada");
    CHECK_INT(manager_access_add(m, "eve", role, NULL, payloads, NULL, NULL),
              ERR_OK);
    manager_close(m);
}

static void
ada_makes_eve_an_auditor(void *ctx)
{
    (void)ctx;
    set_eve(ROLE_AUDITOR, PAYLOADS_AS_IS);
}

static void
ada_closes_payloads(void *ctx)
{
    (void)ctx;
    set_eve(ROLE_ENGINEER, PAYLOADS_CLOSED);
}

#define HALF TO_MAPPING "e\nCtrl-U\n'=half(typed\n"
#define HEARD ":meanwhile\n!later 1\n!later 1\n!later 40\n"

/* What was typed stays on the screen, and nothing else; what is typed on closes
 * nothing, until Esc. Nothing is written for who has no access. Sabotage:
 * show_unkept() in end_session(), app_typing_ends() in app_last(). */
static void
who_is_removed_sees_what_was_typed(void)
{
    static const char *const ways[] = {HALF HEARD, HALF ":meanwhile\nx\n"};
    for (size_t i = 0; i < 2; i++) {
        struct error ended = {0};
        struct buf shown;
        fixture_start(1);
        char *keys = mem_printf("%sd\n!later 200\nEsc\nq\n!later 2000\nj\n"
                                ":save-screen screen\n!later 2000\nEsc\n",
                                ways[i]);
        CHECK_INT(
            console_ends_while("eve", keys, ada_removes_eve, NULL, &ended),
            ERR_ROLE);
        buf_init(&shown, 1 << 20);
        CHECK_INT(file_read(beside_store("screen"), &shown, &e), ERR_OK);
        CHECK_HAS(buf_str(&shown), "=half(typed");
        CHECK_HAS(buf_str(&shown), "An admin removed your access");
        CHECK(!strstr(buf_str(&shown), "Customer 1"));
        CHECK_INT(ask_sql(KEPT), 0);
        CHECK_INT(ask_sql("SELECT count(*) FROM audit WHERE actor = 'eve' AND"
                          " sequence > (SELECT sequence FROM audit WHERE"
                          " action = 'access.remove')"),
                  0);
        buf_clear(&shown);
        free(keys);
        fixture_end();
    }
}

/* Sabotage: show_unkept() in follow_rights(). */
static void
who_becomes_an_auditor_sees_what_was_typed(void)
{
    fixture_start(1);
    char *shown = console_shows_while("eve", HALF HEARD "x\n!later 2000\nj\n",
                                      ada_makes_eve_an_auditor, NULL);
    CHECK_HAS(shown, "=half(typed");
    CHECK_HAS(shown, "Your role may not change drafts");
    CHECK_INT(ask_sql(KEPT), 0);
    free(shown);
    fixture_end();
}

/* Whoever typed it while they saw what customers sent gets it back only where
 * they may see that. Sabotage: "m->saw" in manager_saw_payloads(). */
static void
closed_payloads_close_what_was_typed(void)
{
    fixture_start(1);
    free(console_shows_while("eve", HALF HEARD "!later 2000\nj\n",
                             ada_closes_payloads, NULL));
    CHECK_INT(ask_sql(KEPT " WHERE text = '=half(typed'"), 1);
    char *shown = console_shows("eve", TO_MAPPING ":kept-texts\n");
    CHECK_HAS(shown, "you may no longer see it");
    CHECK(!strstr(shown, "=half(typed"));
    free(shown);
    set_eve(ROLE_ENGINEER, PAYLOADS_OPEN);
    shown = console_shows("eve", TO_MAPPING ":kept-texts\n");
    CHECK_HAS(shown, "=half(typed");
    free(shown);
    fixture_end();
}

/* --- drafts that are closed ----------------------------------------------- */

static void
ada_releases(void *ctx)
{
    const struct trial_draft *t = ctx;
    const struct release_options options = {.note = "done"};
    struct manager *m = session_of("ada");
    struct release_plan plan = {0};
    const char *id = t->id;
    CHECK_INT(manager_release(m, &id, 1, &options, &plan, &e), ERR_OK);
    release_plan_clear(&plan);
    manager_close(m);
}

/* Its fields are closed: the text is shown, copied or removed. Sabotage:
 * draft_view_is_open() in draft_view_tell_kept() and draft_kept_show(). */
static void
a_text_of_a_released_draft(struct trial_draft *t)
{
    struct buf keys;
    if (t->c->row)
        return;
    play(t, "eve", typing(t, ":meanwhile\n"), ada_releases, NULL);
    CHECK_INT(ask_sql(KEPT), 1);
    buf_init(&keys, 4096);
    for (int i = 1; i < t->customer; i++)
        buf_adds(&keys, "j\n");
    buf_adds(&keys, "Enter\nj\nEnter\n:messages\n");
    char *shown = console_shows_at("eve", buf_str(&keys), 24, 250, false, false);
    CHECK_HAS(shown, "v1.1 is releasing: :kept-texts shows it to copy");
    CHECK(!strstr(shown, "Ctrl-Y in its field"));
    free(shown);
    buf_adds(&keys, "Esc\n:kept-texts\n");
    shown = console_shows_at("eve", buf_str(&keys), 24, 250, false, false);
    CHECK_HAS(shown, t->c->typed);
    CHECK_HAS(shown, "takes no text any more: y copies all of this");
    free(shown);
    buf_adds(&keys, "Esc\n:forget-kept-texts" YES);
    free(console_shows("eve", buf_str(&keys)));
    CHECK_INT(ask_sql(KEPT), 0);
    buf_clear(&keys);
}

/* --- the note of a release ------------------------------------------------ */

static void
ada_discards(void *ctx)
{
    struct manager *m = session_of("ada");
    struct version_list list = {0};
    (void)ctx;
    CHECK_INT(manager_draft_list(m, NULL, NULL, false, &list, &e), ERR_OK);
    for (size_t i = 0; i < list.count; i++)
        CHECK_INT(manager_draft_discard(m, list.rows[i].id, NULL, &e), ERR_OK);
    version_list_clear(&list);
    manager_close(m);
}

/* It is not lost, and goes nowhere before somebody has looked at it. Sabotage:
 * keep_aside() in release_keep_note(). */
static void
a_note_with_a_paste_is_kept_at_the_end(void)
{
    fixture_start(1);
    free(console_shows("ada", "F\nR\n!later 400\n'ticket \n!paste 4711\n"));
    CHECK_INT(ask_sql("SELECT count(*) FROM version"
                      " WHERE note = 'ticket 4711'"),
              0);
    CHECK_INT(ask_sql("SELECT count(*) FROM kept_text"
                      " WHERE text = 'ticket 4711'"),
              1);
    fixture_end();
}

/* Nor does one whose text came at once, without brackets, whether another item
 * has the focus since or not; two letters may come so from a hand. Sabotage:
 * note_paste() in release_key() of release.c. */
static void
a_note_that_came_at_once_is_kept_at_the_end(void)
{
    static const struct {
        const char *keys;
        bool stored;
    } ways[] = {{"!at-once x y z\n", false},
                {"!at-once x y z\n!later 400\nTab\n", false},
                {"!at-once x y z\n!later 400\nBackspace\n", false},
                {"!at-once x y\n", true},
                {"'xyz\n", true}};
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        fixture_start(1);
        char *keys = mem_printf("F\nR\n!later 400\n%s", ways[i].keys);
        free(console_shows("ada", keys));
        CHECK_INT(ask_sql("SELECT count(*) FROM version WHERE note LIKE 'xy%'"),
                  ways[i].stored);
        CHECK_INT(ask_sql(KEPT " WHERE text LIKE 'xy%'"), !ways[i].stored);
        free(keys);
        fixture_end();
    }
}

/* Esc leaves only once the note was seen with the reason. Sabotage: leave() of
 * release.c. */
static void
a_note_that_cannot_be_saved_stays(void)
{
    static const char typed[] =
        "F\nR\n!later 400\n'ticket 4711\n:meanwhile\nEsc\n";
    fixture_start(1);
    char *shown = console_shows_while("ada", typed, ada_discards, NULL);
    CHECK_HAS(shown, "The note is not saved: ");
    CHECK_HAS(shown, "ticket 4711");
    CHECK_HAS(shown, "[ Release v1.1 ]");
    free(shown);
    fixture_end();
    fixture_start(1);
    char *keys = mem_printf("%sEsc\n!later 400\n", typed);
    shown = console_shows_while("ada", keys, ada_discards, NULL);
    CHECK(!strstr(shown, "[ Release v1.1 ]"));
    free(shown);
    free(keys);
    fixture_end();
}

/* Sabotage: release_keep(). */
static void
a_note_of_who_becomes_an_auditor_is_shown(void)
{
    fixture_start(1);
    set_eve(ROLE_RELEASER, PAYLOADS_AS_IS);
    char *shown = console_shows_while(
        "eve", "F\nR\n!later 400\n'ticket 4711\n" HEARD "x\n!later 2000\nj\n",
        ada_makes_eve_an_auditor, NULL);
    CHECK_HAS(shown, "The note of v1.1 (your role changed)");
    CHECK_HAS(shown, "ticket 4711");
    free(shown);
    fixture_end();
}

/* --- the note of a row ---------------------------------------------------- */

/* Sabotage: mapgrid_look_at_extra() in mapgrid_show(). */
static void
a_note_is_closed_with_its_row(struct trial_draft *t)
{
    if (strcmp(t->c->name, "mapping") != 0)
        return;
    char row[100];
    snprintf(row, sizeof row, "[{\"op\":\"remove\",\"path\":\"%s\"}]",
             t->c->row);
    for (int i = 0; i < 2; i++) {
        t->patch = i == 0 ? row : t->c->removes;
        play(t, "eve", ":note\n'half a note\n:meanwhile\nF1\nEsc", eve_edits,
             i == 0 ? "The row of the note was deleted or renamed. Not stored: "
                      "half a note"
                    : "the block is no longer in the draft");
        CHECK_INT(ask_sql(KEPT " WHERE text = 'half a note'"), i + 1);
        play(t, "eve", "u", NULL, NULL);
    }
}

/* --- the block of a form -------------------------------------------------- */

/* What was typed stays with the draft. Sabotage: editor_form_look() in
 * editor_show(), editor_form_keep() in editor_form_look(). */
static void
a_form_is_closed_with_its_block(struct trial_draft *t)
{
    if (t->c->row) /* the cells of grids: typed.c */
        return;
    t->patch = t->c->removes;
    long long edits = ask_sql("SELECT sum(revision) FROM version");
    play(t, "eve", typing(t, HEARD "d\n!later 160\nu\n:messages\n"), eve_edits,
         "Tax was deleted or renamed. Not stored: =2");
    CHECK_INT(ask_sql("SELECT count(*) FROM kept_text"), 1);
    play(t, "eve", "u\n", NULL, "Undone: ");
    play(t, "eve", typing(t, HEARD "d\n!later 160\nu\n"), eve_edits,
         "2 keys dropped: ");
    CHECK_INT(ask_sql("SELECT sum(revision) FROM version"), edits + 3);
}

ALIKE(a_form_is_closed_with_its_block)
ALIKE(a_text_of_a_released_draft)
ALIKE(a_note_is_closed_with_its_row)
ALIKE(a_cell_that_another_changed)
ALIKE(a_draft_that_was_taken_over)
ALIKE(a_cell_that_was_emptied)
ALIKE(a_cell_that_can_be_stored)
ALIKE(a_cell_with_a_paste)
ALIKE(a_cell_after_a_paste)

static const struct test tests[] = {
    {"a cell that another changed is kept at the end",
     a_cell_that_another_changed_in_all},
    {"a cell of a draft that was taken over is kept",
     a_draft_that_was_taken_over_in_all},
    {"a cell that was emptied is as it was", a_cell_that_was_emptied_in_all},
    {"a cell that can be stored is not kept", a_cell_that_can_be_stored_in_all},
    {"a cell with a paste is kept", a_cell_with_a_paste_in_all},
    {"a cell after a paste is stored", a_cell_after_a_paste_in_all},
    {"who is removed sees what was typed", who_is_removed_sees_what_was_typed},
    {"who becomes an auditor sees what was typed",
     who_becomes_an_auditor_sees_what_was_typed},
    {"closed payloads close what was typed",
     closed_payloads_close_what_was_typed},
    {"a form is closed with its block", a_form_is_closed_with_its_block_in_all},
    {"a text of a released draft can be copied",
     a_text_of_a_released_draft_in_all},
    {"a note that cannot be saved stays", a_note_that_cannot_be_saved_stays},
    {"a note of who becomes an auditor is shown",
     a_note_of_who_becomes_an_auditor_is_shown},
    {"a note is closed with its row", a_note_is_closed_with_its_row_in_all},
    {"a note with a paste is kept at the end",
     a_note_with_a_paste_is_kept_at_the_end},
    {"a note that came at once is kept at the end",
     a_note_that_came_at_once_is_kept_at_the_end},
    {NULL, NULL},
};

void
test_grids_kept(void)
{
    RUN_SUITE("grids kept", tests);
}
