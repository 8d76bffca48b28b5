/* What a person types into a cell of any editor while another session edits the
 * draft, or the terminal sends more than they meant. */
#include <stdlib.h>

#include "base/buf.h"
#include "tests/unit/ui/draft/drafts.h"

/* The end of the session is no decision. Sabotage: check_seen() in
 * store_once(); draft_view_leave(). */
static void
a_cell_that_another_changed_is_a_conflict(struct trial_draft *t)
{
    t->patch = t->c->same;
    play(t, "eve", typing(t, ":meanwhile\nEnter"), eve_edits,
         "another session of yours at ");
    check_stored(t, t->c->cell, t->c->theirs);
    play(t, "eve", "u", NULL, "Undone: ");
    play(t, "eve", typing(t, ":meanwhile\nEnter\n!later 2000\nEsc"),
         eve_edits, "Ctrl-Y");
    check_stored(t, t->c->cell, t->c->theirs);
    play(t, "eve", "u", NULL, "Undone: ");
    play(t, "eve", typing(t, ":meanwhile\nEnter\n!later 2000\nEnter"),
         eve_edits, "Ctrl-Y");
    check_stored(t, t->c->cell, t->c->theirs);
    play(t, "eve", "u", NULL, "Undone: ");
    play(t, "eve", typing(t, ":meanwhile\nEnter" YES), eve_edits, "saved");
    check_stored(t, t->c->cell, t->c->new);
}

/* Only the button replaces what another session changed, and a key that is
 * held down presses none. Sabotage: app_guard_once(). */
static void
a_held_key_replaces_nothing(struct trial_draft *t)
{
    static const char *const keys[] = {"Enter", "Space", "r", "y"};
    struct buf script;
    t->patch = t->c->same;
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        buf_init(&script, 4096);
        buf_adds(&script, typing(t, ":meanwhile\nEnter\n"));
        for (int k = 0; k < 60; k++)
            buf_addf(&script, "!later 33\n%s\n", keys[i]);
        play(t, "eve", buf_str(&script), eve_edits, "[>Keep theirs<]");
        check_stored(t, t->c->cell, t->c->theirs);
        play(t, "eve", "u", NULL, "Undone: ");
        buf_clear(&script);
    }
}

/* A key that met what another session changed does not do it while it is held
 * down. Sabotage: app_guard_once() in app_refuse_error(). */
static void
a_refused_key_that_is_held_does_nothing(struct trial_draft *t)
{
    t->patch = t->c->elsewhere;
    play(t, "eve",
         ":meanwhile\nd\n!later 300\nd\n!later 33\nd\n!later 33\nd\n",
         eve_edits, "another session of yours at ");
    check_stored(t, t->c->cell, t->c->old);
    play(t, "eve", "d\n", NULL, NULL);
    char *now = stored(t, t->c->cell);
    CHECK(strcmp(now, t->c->old) != 0);
    free(now);
}

/* Appends KEYS, one by one as people type. */
static void
add_typed(struct buf *script, const char *const *keys, size_t n)
{
    for (size_t i = 0; i < n; i++)
        buf_addf(script, "%s\n!later 160\n", keys[i]);
}

/* What is typed on is neither a command nor text for the row in its place,
 * however long it goes on; after a pause keys are commands. Sabotage:
 * app_typing_look() in turn(); "closed" or "silence" in app_typing_drops(). */
static void
what_is_typed_on_is_no_command(struct trial_draft *t)
{
    static const char *const rest[] = {"u", "d", "d", "Space", "d", "u", "e",
                                       "Enter", "e", "x", "Enter", "u"};
    enum { REST = sizeof rest / sizeof rest[0] };
    char patch[100];
    if (!t->c->row)
        return;
    snprintf(patch, sizeof patch, "[{\"op\":\"remove\",\"path\":\"%s\"}]",
             t->c->row);
    for (int i = 0; i < 2; i++) {
        struct buf keys;
        t->patch = i == 0 ? patch : t->c->removes;
        buf_init(&keys, 4096);
        buf_adds(&keys, typing(t, ":meanwhile\n!later 1\n!later 1\n"
                                  "!later 40\n!later 5000\n"));
        add_typed(&keys, rest, REST);
        long long edits = ask_sql("SELECT sum(revision) FROM version");
        play(t, "eve", buf_str(&keys), eve_edits, "12 keys dropped: ");
        CHECK_INT(ask_sql("SELECT sum(revision) FROM version"), edits + 1);
        buf_clear(&keys);
        if (i == 0)
            play(t, "eve", "u", NULL, "Undone: ");
    }
}

/* The lines of a paste that the terminal does not bracket come as keys: the
 * first is stored by its Enter, or waits in the cell for one. Sabotage: '\\r' in
 * plain_key(); app_typing_line_feed(). */
static void
a_paste_of_lines_stays_in_its_cell(struct trial_draft *t)
{
    static const char *const rest = "Ctrl-J d d u i e Enter x Ctrl-J";
    long long edits = ask_sql("SELECT sum(revision) FROM version");
    char keys[200];
    snprintf(keys, sizeof keys,
             "%s\n!later 160\nd d\nEnter\n!later 1000\nEsc\n", rest);
    play(t, "eve", typing(t, keys), NULL, NULL);
    check_stored(t, t->c->cell, t->c->old);
    CHECK_INT(ask_sql("SELECT sum(revision) FROM version"), edits);
    snprintf(keys, sizeof keys, "Enter %s\n!later 160\nd d\nEnter\n", rest);
    play(t, "eve", typing(t, keys), NULL,
         "keys dropped: Ctrl-J does nothing, it is the line end of a paste");
    check_stored(t, t->c->cell, t->c->new);
    CHECK_INT(ask_sql("SELECT sum(revision) FROM version"), edits + 1);
}

/* Where the line ends of such a paste are Enters, nothing is stored, whatever
 * comes first, and its text is in the cell or waits for Ctrl-Y in one.
 * Sabotage: app_paste_look() in turn(). */
static void
a_paste_of_enters_stores_nothing(struct trial_draft *t)
{
    static const char *const keys[] = {
        "!at-once Enter x Enter y Enter\n!later 300\nEsc\n",
        "Esc\n!later 1000\n!at-once Enter x Enter y Enter\n!later 1000\n",
        "Esc\n!later 1000\n!at-once Enter x Enter\nEnter\n!later 1000\n",
        "Esc\n!later 1000\n!at-once J Enter d Enter d d\n!later 1000\n"};
    long long edits = ask_sql("SELECT sum(revision) FROM version");
    play(t, "eve", typing(t, "!at-once x Enter\n!later 300\nEsc\n"), NULL,
         NULL);
    check_stored(t, t->c->cell, t->c->old);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        play(t, "eve", typing(t, keys[i]), NULL, i > 0 ? "(Ctrl-Y in a" : NULL);
    check_stored(t, t->c->cell, t->c->old);
    CHECK_INT(ask_sql("SELECT sum(revision) FROM version"), edits);
}

/* Nor do empty cells of a sheet, which are Tabs and Enters alone, whatever is in
 * the cell. Sabotage: "tabs" in together_is_paste(), is_blank(). */
static void
a_paste_of_empty_cells_stores_nothing(struct trial_draft *t)
{
    static const char *const keys[] = {
        "!at-once Tab Enter\n", "!at-once Tab Enter Tab Enter\n",
        "!at-once Enter Enter\n"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        char after[100];
        snprintf(after, sizeof after, "%s!later 300\n", keys[i]);
        play(t, "eve", typing(t, after), NULL,
             "Enter did nothing, other keys came with it");
        check_stored(t, t->c->cell, t->c->new); /* when the line is lost */
        play(t, "eve", "u\n", NULL, "Undone: ");
        snprintf(after, sizeof after, "%s!later 300\nEsc\n", keys[i]);
        play(t, "eve", typing(t, after), NULL, "Not saved: ");
        check_stored(t, t->c->cell, t->c->old);
    }
}

/* A text that lacks what was typed unseen is not stored. Sabotage: "unseen" in
 * drops_now(). */
static void
a_small_window_garbles_no_text(struct trial_draft *t)
{
#define UNSEEN "!resize 8 30\n'xyz\n!resize 24 80\n"
    play(t, "eve",
         typing(t, UNSEEN "!later 500\n'x\nEnter\n!later 1000\nEsc\n"), NULL,
         NULL);
    check_stored(t, t->c->cell, t->c->old);
    play(t, "eve", typing(t, UNSEEN "!later 1000\nEnter\n"), NULL,
         "saved HH:MM");
    check_stored(t, t->c->cell, t->c->new);
    play(t, "eve", typing(t, UNSEEN "!later 500\nu\n"), NULL,
         " keys dropped: the window was too small");
#undef UNSEEN
}

ALIKE(a_cell_that_another_changed_is_a_conflict)
ALIKE(a_held_key_replaces_nothing)
ALIKE(a_refused_key_that_is_held_does_nothing)
ALIKE(what_is_typed_on_is_no_command)
ALIKE(a_paste_of_lines_stays_in_its_cell)
ALIKE(a_paste_of_enters_stores_nothing)
ALIKE(a_paste_of_empty_cells_stores_nothing)
ALIKE(a_small_window_garbles_no_text)

static const struct test tests[] = {
    {"a cell that another changed is a conflict",
     a_cell_that_another_changed_is_a_conflict_in_all},
    {"a held key replaces nothing", a_held_key_replaces_nothing_in_all},
    {"a refused key that is held does nothing",
     a_refused_key_that_is_held_does_nothing_in_all},
    {"what is typed on is no command", what_is_typed_on_is_no_command_in_all},
    {"a paste of lines stays in its cell",
     a_paste_of_lines_stays_in_its_cell_in_all},
    {"a paste of Enters stores nothing",
     a_paste_of_enters_stores_nothing_in_all},
    {"a paste of empty cells stores nothing",
     a_paste_of_empty_cells_stores_nothing_in_all},
    {"a small window garbles no text", a_small_window_garbles_no_text_in_all},
    {NULL, NULL},
};

void
test_grids_typed(void)
{
    RUN_SUITE("grids typed", tests);
}
