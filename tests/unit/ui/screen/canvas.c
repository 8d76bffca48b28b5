/*
 * The canvas of the editor over a real store: going about, folds, and what is
 * painted. Costs about two seconds.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tests/unit/test.h"
#include "tests/unit/ui/screen/store.h"

enum { BODY = 21 }; /* rows above messages and hints */

/* The blocks 1 New order, 2 Tax, 3 Create cash sale, 4 Large?. */
#define DRAFT                                                                  \
    "/\n'enterprise\nEnter F\n"                                                \
    "i\n'math\nEnter Ctrl-U\n'Tax\nEnter\n'=ROUND(total * 0.05, 2)\nEnter\n"   \
    "j i\n'if\nEnter Ctrl-U\n'Large?\nEnter\n'=Tax!result > 1000\nEnter\n"

/* Sabotage: switch_drawing(). */
static void
one_key_switches_list_and_canvas(void)
{
    small_store_shows("alice", DRAFT "c", "[2 Tax  math", "├ yes");
    small_store_shows("alice", DRAFT "c c", "├ yes", "[2 Tax  math");
    small_store_shows("alice", DRAFT "c /",
                      "Filter: the canvas shows all blocks", NULL);
}

/* Sabotage: the cases of go_beside() and of editor_move(). */
static void
keys_go_about_on_the_canvas(void)
{
    small_store_shows("alice", DRAFT "c g j", "▸[2 Tax", NULL);
    small_store_shows("alice", DRAFT "c 3 G", "▸[3 Create cash sale", NULL);
    small_store_shows("alice", DRAFT "c 4 G l", "4 Large? › yes", NULL);
    small_store_shows("alice", DRAFT "c 4 G l l", "4 Large? › no", NULL);
    small_store_shows("alice", DRAFT "c 4 G l l h h", "▸[4 Large?", NULL);
    small_store_shows("alice", DRAFT "c 4 G %", "4 Large? › no", NULL);
    small_store_shows("alice", DRAFT "c 4 G % %", "▸[4 Large?", NULL);
    small_store_shows("alice", DRAFT "c g } }", "▸[3 Create cash sale", NULL);
    small_store_shows("alice", DRAFT "c 4 G {", "▸[3 Create cash sale", NULL);
    small_store_shows("alice", DRAFT "c G {", "no other block is on this level",
                      NULL);
    small_store_shows("alice", DRAFT "c g )", "▸[2 Tax", NULL);
    small_store_shows("alice", DRAFT "c g (", "▸[4 Large?", NULL);
    small_store_shows("alice", DRAFT "c\n:go-to cash\n", "▸[3 Create cash sale",
                      NULL);
    small_store_shows("alice", DRAFT "c 9 G", "No block 9 (the last is 4)",
                      NULL);
}

/* Sabotage: sign_folded(); unfold_around(). */
static void
a_folded_block_says_what_it_holds(void)
{
    small_store_shows("alice", DRAFT "c 4 G z", "if  0 blocks", "( empty )");
    small_store_shows("alice", DRAFT "c 4 G z z", "( empty )", "0 blocks");
    small_store_shows("alice", DRAFT "4 G z", "0 blocks", "├ yes");
    small_store_shows("alice", DRAFT "c g Z", "if  0 blocks", "( empty )");
}

/* Sabotage: count_lanes(); the revision in editor_lanes_later(). */
static void
lanes_say_how_many_samples_go_there(void)
{
    small_store_shows("alice", DRAFT "c 4 G\n!wait 250", "yes: 0 samples ╭",
                      NULL);
    small_store_shows("alice", DRAFT "c 4 G\n!wait 250", "╮ no: 2 samples",
                      NULL);
    small_store_shows("alice",
                      DRAFT "c 4 G\n!wait 250\ne Tab Ctrl-U\n"
                            "'=Tax!result > 1\nEnter\n!wait 250",
                      "yes: 2 samples ╭", "no: 2");
    small_store_shows("alice", DRAFT "c 4 G l\n!wait 250\nd",
                      "yes: 0 samples ╭", NULL);
}

/* Sabotage: the readings of mark_faces(). */
static void
cards_say_who_reads_whom(void)
{
    small_store_shows("alice", DRAFT "c 2 G", "=Tax!result > 1000", NULL);
    small_store_shows("alice", DRAFT "c 2 G", "+→]", NULL);
    small_store_shows("alice", DRAFT "c 4 G", "+←]", NULL);
}

/* Sabotage: editor_slot_step(); editor_place(). */
static void
tab_chooses_where_a_block_goes(void)
{
    small_store_shows("alice", DRAFT "c 4 G i",
                      "after 4 Large?   1 of 4 places", NULL);
    small_store_shows("alice", DRAFT "c 4 G i", "┄ insert here ┄", NULL);
    small_store_shows("alice", DRAFT "c 4 G i Tab", "first in yes of 4 Large?",
                      NULL);
    small_store_shows("alice", DRAFT "c 4 G i Tab Tab Tab",
                      "after 3 Create cash sale", NULL);
    small_store_shows("alice", DRAFT "c 4 G i Tab\n'stop\nEnter Esc",
                      "4 Large? › yes", NULL);
    small_store_shows("alice", DRAFT "c 4 G i Tab\nEsc\ni", "1 of 4 places",
                      NULL);
}

/* Sabotage: diff_union() in diff_canvas_make(); FACE_REMOVED in
 * change_of(). */
static void
a_difference_is_drawn_with_what_was_removed(void)
{
    small_store_shows("alice", DRAFT "c 3 G d D", "Create cash sale  netsuite",
                      "3 Create cash sale");
    small_store_shows("alice", DRAFT "c 3 G d D ) )", "▸[Create cash sale",
                      NULL);
    small_store_shows("alice", DRAFT "c 3 G d D ) )",
                      "Create cash sale  netsuite  removed", NULL);
    small_store_shows("alice", DRAFT "c 3 G d D", "- ]", NULL);
    small_store_shows("alice", DRAFT "c D", "Tax  math  added", NULL);
    small_store_shows("alice", DRAFT "c D", "▸[2 Tax  math", "▸+");
    small_store_shows("alice", DRAFT "c D c", "added math block Tax", "[2 Tax");
    small_store_shows("alice", DRAFT "D c )", "▸[4 Large?", NULL);
    small_store_shows("alice", DRAFT "c D\nEnter", "added math block Tax",
                      NULL);
    small_store_shows("alice", DRAFT "c D g", "New order  event  not changed",
                      NULL);
}

/* Sabotage: EDITOR_SLOT in set_slot(). */
static void
what_was_copied_goes_into_the_slot(void)
{
    small_store_shows("alice", DRAFT "c 3 G d\ni", "Paste Create cash sale",
                      NULL);
    small_store_shows("alice", DRAFT "c 3 G d\ni Tab\nEnter",
                      "Inserted a copy of Create cash sale (u undoes it)",
                      "( empty )  ( empty )");
    small_store_shows("alice", DRAFT "c 3 G d\ni Tab\nEnter\n4 G",
                      "3 Large? › yes", NULL);
    small_store_shows("alice", DRAFT "c 3 G d\ni Tab\nEsc\np\n4 G",
                      "▸[4 Create cash sale", "3 Large? › yes");
    small_store_shows("alice", DRAFT "c 3 G d\ni Tab\nEnter\n3 G p\n5 G",
                      "▸[5 Create cash sale 2", "3 Large? › yes");
    small_store_shows("alice", DRAFT "2 G y i\n'tax\n", "insert  tax",
                      "Paste Tax");
    small_store_shows("alice", DRAFT "i", "insert", "Paste");
}

/* --- many blocks ---------------------------------------------------------- */

enum { MANY = 63, COPIES = 29 };

/* 63 blocks: 1 New order, 2 Tax, Large? 30 times, each with a Create cash sale
 * in its yes, Math. */
static char *
many_blocks(void)
{
    struct buf script;
    buf_init_any(&script);
    buf_adds(&script, DRAFT "3 G J 3 G y\n");
    for (int i = 0; i < COPIES; i++)
        buf_adds(&script, "p\n");
    buf_adds(&script, "2 G i\n'math\nEnter Esc\nc\n");
    return buf_take(&script);
}

/* What was marked, one line a paint. */
struct gone {
    struct buf marked;
};

static void
note_marked(void *ctx, const struct cells *cells)
{
    struct gone *g = ctx;
    for (int row = 0; row < BODY; row++) {
        struct buf text;
        buf_init_any(&text);
        cells_row_text(cells, row, &text);
        const char *mark = strstr(buf_str(&text), "▸[");
        if (mark)
            buf_addf(&g->marked, "%.40s\n", mark + strlen("▸["));
        buf_clear(&text);
    }
}

/* Plays SCRIPT after the 63 blocks are there; each LINE must have been
 * marked. */
static void
check_gone(const char *script, char *const *lines, size_t count)
{
    struct small_store s;
    struct gone g;
    char *before = many_blocks(), *all = mem_printf("%s%s", before, script);
    const struct visit look = {.actor = "alice",
                               .rows = 24,
                               .cols = 80,
                               .painted = note_marked,
                               .ctx = &g};
    struct buf screen;
    buf_init_any(&g.marked);
    buf_init(&screen, 1 << 20);
    small_store_make(&s, true);
    small_store_play(&s, &look, all, &screen);
    for (size_t i = 0; i < count; i++)
        CHECK_HAS(buf_str(&g.marked), lines[i]);
    small_store_remove(&s);
    buf_clear(&screen);
    buf_clear(&g.marked);
    free(before);
    free(all);
}

/* Any of 63 blocks by its number with three keys at most, by its name with o
 * and Enter besides the name. Sabotage: FIT_WHOLE in fit_of(). */
static void
any_block_is_four_keys_away(void)
{
    char *lines[2 * COPIES + 4];
    struct buf numbers, names;
    size_t n = 0;
    buf_init_any(&numbers);
    buf_init_any(&names);
    for (int i = 1; i <= MANY; i++) {
        char digits[8];
        int len = snprintf(digits, sizeof digits, "%d", i);
        CHECK(len + 1 <= 4);
        for (int k = 0; k < len; k++)
            buf_addf(&numbers, "%c ", digits[k]);
        buf_adds(&numbers, "G\n");
    }
    for (int i = 1; i <= COPIES + 1; i++) {
        char *number = i > 1 ? mem_printf(" %d", i) : mem_strdup("");
        lines[n++] = mem_printf(" Large?%s  if", number);
        lines[n++] = mem_printf(" Create cash sale%s  ", number);
        buf_addf(&names, ":go-to Large?%s\n:go-to Create cash sale%s\n", number,
                 number);
        free(number);
    }
    check_gone(buf_str(&numbers), lines, n);
    check_gone(buf_str(&names), lines, n);
    while (n > 0)
        free(lines[--n]);
    buf_clear(&numbers);
    buf_clear(&names);
}

/* Sabotage: the direction in jump_again(). */
static void
the_next_match_is_one_key_away(void)
{
    small_store_shows("alice", DRAFT "c 3 G y p p g\n:go-to sale\nn",
                      "▸[4 Create cash sale 2", NULL);
    small_store_shows("alice", DRAFT "c 3 G y p p g\n:go-to sale\nn n n N",
                      "▸[5 Create cash sale 3", NULL);
    small_store_shows("alice", DRAFT "c n", "no name was typed yet (o)", NULL);
    small_store_shows("alice", DRAFT "c\n:go-to tax\nn",
                      "No other block has \"tax\" in its name", NULL);
}

/* Sabotage: place_step(); place_aside(); say_too_early(). */
static void
blocks_move_into_lanes_and_out(void)
{
    small_store_shows("alice", DRAFT "c 3 G J",
                      "Moved 4 Create cash sale into yes of 3 Large?", NULL);
    small_store_shows("alice", DRAFT "c 3 G J", "3 Large? › yes", NULL);
    small_store_shows("alice", DRAFT "c 3 G J L", "3 Large? › no", NULL);
    small_store_shows("alice", DRAFT "c 3 G J L H", "3 Large? › yes", NULL);
    small_store_shows("alice", DRAFT "c 3 G J J J", "out of all blocks", NULL);
    small_store_shows("alice", DRAFT "c 3 G J u", "▸[3 Create cash sale", NULL);
    small_store_shows("alice", DRAFT "c 3 G L", "no lane is on the right",
                      NULL);
    small_store_shows("alice", DRAFT "c g J",
                      "is the trigger, which stays first", NULL);
    small_store_shows("alice", DRAFT "c 4 G K K",
                      "2 Large? reads 3 Tax, which now comes later", NULL);
}

/* --- what is painted ------------------------------------------------------ */

/* The last screen, and which rows of its body the last change of it was in. */
struct painted {
    struct cells last;
    bool rows[BODY];
};

static void
compare(void *ctx, const struct cells *cells)
{
    struct painted *p = ctx;
    bool rows[BODY] = {false}, any = false;
    for (int row = 0; row < BODY; row++) {
        for (int col = 0; col < cells->cols; col++) {
            struct cell *was = &p->last.cell[row * cells->cols + col];
            const struct cell *is = cells_at(cells, row, col);
            rows[row] = rows[row] || !cell_same(was, is);
            *was = *is;
        }
        any = any || rows[row];
    }
    if (any)
        memcpy(p->rows, rows, sizeof rows);
}

/* Runs SCRIPT and returns what its last key has painted. */
static struct painted
painted_by(const char *script)
{
    struct small_store s;
    struct painted p = {.rows = {false}};
    struct visit look = {.actor = "alice",
                         .rows = 24,
                         .cols = 80,
                         .painted = compare,
                         .ctx = &p};
    struct buf screen;
    buf_init(&screen, 1 << 20);
    cells_init(&p.last, 24, 80, false);
    small_store_make(&s, true);
    small_store_play(&s, &look, script, &screen);
    small_store_remove(&s);
    buf_clear(&screen);
    cells_clear(&p.last);
    return p;
}

/* A step from Create cash sale to Tax: both cards, Large? which reads Tax,
 * and the panel. Rows 2, 4, … hold the cards, from 17 on stands the panel. */
static void
a_step_paints_the_cards_that_change(void)
{
    struct painted p = painted_by(DRAFT "c 3 G\n!wait 50\nk\n!wait 50");
    bool panel = false;
    for (int row = 0; row < 17; row++)
        CHECK_INT(p.rows[row], row == 4 || row == 6 || row == 8);
    for (int row = 17; row < BODY; row++)
        panel = panel || p.rows[row];
    CHECK(panel);
}

void
test_console_canvas(void)
{
    static const struct test tests[] = {
        {"one key switches list and canvas", one_key_switches_list_and_canvas},
        {"keys go about on the canvas", keys_go_about_on_the_canvas},
        {"a folded block says what it holds",
         a_folded_block_says_what_it_holds},
        {"cards say who reads whom", cards_say_who_reads_whom},
        {"lanes say how many samples go there",
         lanes_say_how_many_samples_go_there},
        {"Tab chooses where a block goes", tab_chooses_where_a_block_goes},
        {"what was copied goes into the slot",
         what_was_copied_goes_into_the_slot},
        {"a difference is drawn with what was removed",
         a_difference_is_drawn_with_what_was_removed},
        {"any block is four keys away", any_block_is_four_keys_away},
        {"the next match is one key away", the_next_match_is_one_key_away},
        {"blocks move into lanes and out", blocks_move_into_lanes_and_out},
        {"a step paints the cards that change",
         a_step_paints_the_cards_that_change},
        {NULL, NULL}};
    test_run("console canvas", tests);
    failed_tests += test_failures;
}
