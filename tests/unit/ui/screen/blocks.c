/* What the editor of blocks says about what was done, and what was refused. */
#include <stdlib.h>
#include <string.h>

#include "tests/unit/test.h"
#include "tests/unit/ui/screen/store.h"

#define DRAFT "/\n'enterprise\nEnter F\n"

/* Sabotage: place_name() in shape_fail(). */
static void
a_refusal_names_the_block_and_the_field(void)
{
    small_store_shows(
        "alice", DRAFT "i\n'api\nEnter\nEnter\nCtrl-U\n'GETT\nEnter",
        " > method: must be GET, POST, PUT, PATCH or DELETE", "/blocks");
}

/* Who opens a block to mend it does not type into its name. Sabotage:
 * is_item_of(), check_name(), below in draw_sample(). */
static void
a_block_opens_at_its_problem(void)
{
    small_store_shows("alice",
                      DRAFT "i\n'math\nEnter\nEnter\n'total*5\nEnter\n",
                      "nothing, for the reason below", NULL);
    small_store_shows("alice",
                      DRAFT "i\n'math\nEnter\nEnter\n'total*5\nEnter\n"
                            "Enter\nCtrl-U\n'=total\nEnter\n",
                      "=total", "total*5");
    small_store_shows("alice", DRAFT "i\n'math\nEnter\nHome\n'=\nEnter\n",
                      "Enter save, close", NULL);
    small_store_shows("alice",
                      DRAFT "i\n'math\nEnter\nHome\n'=\nEnter\n'=1\nEnter\n",
                      "begins with \"=\" as a formula does", NULL);
}

/* JSON and code are edited over several lines. Sabotage: lines in add_item();
 * take_stored() in editor_form_commit(). */
static void
json_is_edited_over_several_lines(void)
{
#define SCHEMA DRAFT "e\nDown\nDown\nEnter\n"
    small_store_shows("alice",
                      SCHEMA "!paste {\"a\":\\n 1}\nEnter\nUp",
                      "\"a\": 1", NULL);
    small_store_shows("alice",
                      SCHEMA "'{\"a\":1}\nEnter\nUp\nDown\nEnd\n"
                             "',\nAlt-j\n'\"b\":2\nEnter\nUp",
                      "\"b\": 2", NULL);
    small_store_shows("alice", SCHEMA "'{\nAlt-j\n'ab",
                      "line 2, column 3", NULL);
    small_store_shows("alice", SCHEMA "'{\nAlt-j\n'x\nEnter",
                      "line 2, column 1", NULL);
    small_store_shows("alice", SCHEMA "'{\nAlt-j\n'x\nAlt-u\nAlt-u",
                      "Alt-j new line", "x");
}

/* A branch with the cases Germany and France, in its form. */
#define BRANCH                                                                 \
    DRAFT "j\n:wrap branch\nEnter\nEnter\nCtrl-U\n'Germany\nEnter\n"          \
          "'=total > 1000\nEnter\n'France\nEnter\n"

/* Sabotage: edit_case_remove() in editor_case_patch(); editor_case_move() in
 * editor_form_key(). */
static void
cases_of_a_branch_are_edited_in_its_form(void)
{
    small_store_shows("alice", BRANCH, "case 2       France", NULL);
    small_store_shows("alice", BRANCH, "case 1 when  =total > 1000", NULL);
    small_store_shows("alice", BRANCH "Esc", "├ Germany", NULL);
    small_store_shows("alice", BRANCH "Esc", "├ France", NULL);
    small_store_shows("alice", BRANCH "Up\nCtrl-U\nEnter\nEsc", "├ Germany",
                      "France");
    small_store_shows("alice", BRANCH "Up\nPgUp", "case 1      ▸France",
                      "case 1       Germany");
    small_store_shows("alice", BRANCH "Up\nPgUp",
                      "Moved case 2 to place 1 (u undoes)", NULL);
    small_store_shows("alice", BRANCH "Up\nPgUp\nPgUp",
                      "No case is above", NULL);
    small_store_shows("alice", BRANCH "Up\nPgUp\nEsc u", "├ Germany", NULL);
    small_store_shows("alice", BRANCH "'=tot\nTab\n!later 200", "=total",
                      NULL);
}

/* Sabotage: mem_resize() in add() of ui/widget/form.c. */
static void
all_cases_of_a_branch_are_in_its_form(void)
{
    struct buf keys;
    buf_init_any(&keys);
    buf_adds(&keys, BRANCH);
    for (int i = 3; i <= 24; i++) /* its condition is left empty */
        buf_addf(&keys, "Down\n'Country %d\nEnter\n", i);
    small_store_shows("alice", buf_str(&keys), "case 24 when", NULL);
    small_store_shows("alice", buf_str(&keys), "Country 24", NULL);
    buf_clear(&keys);
}

/* Sabotage: holds in edit_case_remove(). */
static void
a_case_with_blocks_is_not_removed(void)
{
    small_store_shows("alice", BRANCH "Up\nUp\nUp\nCtrl-U\nEnter",
                      "case 1: it holds 1 block (move or cut them first)",
                      NULL);
}

/* In the list, into an empty lane, and after the cut is undone. Sabotage:
 * first_put_in() in editor_paste_blocks(); d->part->go in step(). */
static void
what_is_pasted_or_comes_back_is_marked(void)
{
    small_store_shows("alice", DRAFT "j\ny\n:wrap if\nEsc\nG\np\n", "▸ +   4 ",
                      NULL);
    small_store_shows("alice", DRAFT "j\nd\nk\nu", "▸     2  Create cash",
                      NULL);
}

/* Not its reverse: the block is gone again after the first. Sabotage:
 * step_name() in step() of draft_action.c. */
static void
undo_names_the_edit_that_it_undoes(void)
{
    small_store_shows("alice", DRAFT "j\ny\np\nu",
                      "Undone: adding Create cash sale 2 (U redoes it)", NULL);
    small_store_shows("alice", DRAFT "j\ny\np\nu\nU",
                      "Redone: adding Create cash sale 2 (u undoes it)", NULL);
    small_store_shows("alice", DRAFT "j\nd\nu",
                      "Undone: removing Create cash sale (U redoes it)", NULL);
    small_store_shows("alice",
                      DRAFT "j\n:rename A block whose name goes on and on\nu",
                      "… (U redoes it)", NULL);
}

/* Sabotage: d->trigger in edit_paste(); op_add "/trigger" there. */
static void
a_trigger_is_pasted_where_it_is_missing(void)
{
    small_store_shows("alice", DRAFT "y\nj\np",
                      "the workflow already has a trigger, ", "/blocks");
    small_store_shows("alice", DRAFT "d\np", "Inserted a copy of", NULL);
}

/* Sabotage: app_say() in editor_cut() and in say_moved(). */
static void
what_was_deleted_or_moved_is_said(void)
{
    small_store_shows("alice", DRAFT "j\nd",
                      "Deleted Create cash sale (u brings it back", NULL);
    small_store_shows("alice", DRAFT "i\n'math\nEnter\nEnter\nEnter\nJ",
                      "Moved 3 Math (u undoes it)", NULL);
}

/* The blocks 1 New order, 2 Tax, 3 Create cash sale, 4 Large? with its lanes
 * yes and no. */
#define FOUR                                                                   \
    DRAFT "i\n'math\nEnter Ctrl-U\n'Tax\nEnter\n'=ROUND(total, 2)\nEnter\n"    \
          "j i\n'if\nEnter Ctrl-U\n'Large?\nEnter\n'=total > 1000\nEnter\n"

/* The same, and 4 Large? reads 2 Tax. */
#define READS                                                                  \
    DRAFT "i\n'math\nEnter Ctrl-U\n'Tax\nEnter\n'=ROUND(total, 2)\nEnter\n"    \
          "j i\n'if\nEnter Ctrl-U\n'Large?\nEnter\n'=Tax!result > 9\nEnter\n"

/* Sabotage: edit_remove_all() in editor_cut(); marks in editor_selection(). */
static void
marked_blocks_are_cut_and_pasted_together(void)
{
    small_store_shows("alice", FOUR "2 G Space Space", "2 marked", NULL);
    small_store_shows("alice", FOUR "2 G Space Space g d",
                      "Deleted 2 blocks (u brings them back", "2  Tax");
    small_store_shows("alice", FOUR "2 G Space Space d u", "3  Create cash",
                      "2 marked");
    small_store_shows("alice", FOUR "2 G Space Space d G p",
                      "Inserted copies of 2 blocks (u undoes it)", NULL);
    small_store_shows("alice", FOUR "2 G Space Space d p", "Create cash sale",
                      "Tax 2");
    small_store_shows("alice", FOUR "2 G Space Space y p", "Tax 2", NULL);
    small_store_shows("alice", FOUR "2 G Space Space y p u", "Undone",
                      "  Tax 2  ");
    small_store_shows("alice", FOUR "g Space Space d",
                      "New order is the trigger, which stays first", NULL);
}

/* The audit records after SCRIPT. */
static int64_t
records_after(const char *script)
{
    struct small_store s;
    const struct visit look = {.actor = "alice", .rows = 24, .cols = 80};
    struct buf screen;
    buf_init(&screen, 1 << 20);
    small_store_make(&s, true);
    small_store_play(&s, &look, script, &screen);
    int64_t n = small_store_records(&s);
    small_store_remove(&s);
    buf_clear(&screen);
    return n;
}

static void
marked_blocks_are_one_record(void)
{
    int64_t before = records_after(FOUR "2 G Space Space");
    CHECK_INT(records_after(FOUR "2 G Space Space d"), before + 1);
    CHECK_INT(records_after(FOUR "2 G Space Space J"), before + 1);
    CHECK_INT(records_after(FOUR "2 G Space Space y p"), before + 1);
}

/* Sabotage: move_to() in move_blocks(). */
static void
marked_blocks_move_together(void)
{
    small_store_shows("alice", FOUR "2 G Space Space J",
                      "Moved 2 blocks into yes of 2 Large? (u undoes it)",
                      NULL);
    small_store_shows("alice", FOUR "c 2 G Space Space J L",
                      "into no of 2 Large?", NULL);
    small_store_shows("alice", FOUR "2 G Space Space J u", "3  Create cash",
                      NULL);
    small_store_shows("alice", FOUR "g Space Space J",
                      "is the trigger, which stays first", NULL);
    small_store_shows("alice", FOUR "* - 2 G Space 4 G Space G d",
                      "Deleted 2 blocks", NULL);
}

/* Answers a question that named what breaks. */
#define YES "!later 300\nTab\n!later 300\nEnter\n!later 1000\n"

/* Sabotage: the parent in block_around(). */
static void
blocks_are_wrapped_and_unwrapped(void)
{
    small_store_shows("alice", FOUR "2 G Space Space\n:wrap if\n",
                      "Put 2 blocks into If (u undoes it)", NULL);
    small_store_shows("alice", FOUR "2 G Space Space\n:wrap if\nEsc\nc",
                      "[3 Tax  math", "( empty )  ( empty )");
    small_store_shows("alice", FOUR "2 G Space Space\n:wrap branch\nEsc\n",
                      "Case 1", NULL);
    small_store_shows("alice", FOUR "2 G Space 4 G Space\n:wrap if\n",
                      "Create cash sale stands between them", NULL);
    small_store_shows("alice", FOUR "2 G\n:wrap math\n",
                      "wrap: \"math\" is not a kind that holds blocks (if, "
                      "branch, iterate)",
                      NULL);
    small_store_shows("alice", FOUR "1 G\n:wrap if\n",
                      "the trigger stays where it is", NULL);
    small_store_shows("alice", FOUR "2 G Space Space\n:wrap if\nEsc\n:unwrap\n",
                      "Removed If and kept its blocks (u undoes it)", "  If  ");
    small_store_shows("alice", FOUR "2 G\n:unwrap\n",
                      "Tax: no block is around it", NULL);
    small_store_shows("alice", FOUR "3 G J Space g j Space\n:unwrap\n",
                      "are not in the same block", NULL);
}

/* Sabotage: the cases of editor_question(). */
static void
what_breaks_is_named_before(void)
{
    small_store_shows("alice", FOUR "2 G\n:wrap iterate\n",
                      "1 place breaks or changes: Tax > formula: \"total\" is "
                      "now of each",
                      NULL);
    small_store_shows("alice", FOUR "2 G\n:wrap iterate\n" YES,
                      "Put Tax into Iterate", NULL);
    small_store_shows("alice", FOUR "2 G\n:wrap iterate\n" YES "Esc\n:unwrap\n",
                      "\"total\" is now of \"New order\"", NULL);
    small_store_shows("alice", READS "4 G y g p\n",
                      "1 place breaks or changes: Large? 2 > condition", NULL);
}

/* Sabotage: editor_breaks_words() in editor_cut() and in move_to(). */
static void
what_broke_is_said(void)
{
    small_store_shows("alice", READS "2 G d",
                      "Deleted Tax (u brings it back, p inserts it here): "
                      "Large? > condition: there is",
                      NULL);
}

/* People type it before what they look for, as in lists. Sabotage: text +=
 * in narrow(). */
static void
a_slash_before_a_name_in_the_palette_is_no_part_of_it(void)
{
    small_store_shows("alice", DRAFT "i\n'/Math\nEnter\n", "Math  math",
                      "no block is called so");
}

/* Not by what the help of others says. Sabotage:
 * row_list_order_by_names() in palette_open(). */
static void
the_palette_begins_with_the_kind_that_is_called_so(void)
{
    small_store_shows("alice", DRAFT "i\n'map\nEnter\n", "Mapper  map",
                      "Custom JSON API call");
    small_store_shows("alice", DRAFT "i\n'MAPP\nEnter\n", "Mapper  map",
                      "Custom JSON API call");
}

#define API DRAFT "i\n'api\nEnter\n"

/* Each field of the kind is there, also what is an object in the document.
 * Sabotage: auth_value(), add_member(). */
static void
each_field_of_a_kind_is_in_the_form(void)
{
    small_store_shows("alice", API "Tab\nTab\nTab\nTab\nCtrl-U\n'b\nTab\nEnter",
                      "auth          bearer http", NULL);
    small_store_shows("alice", API "Tab\nTab\nTab\n'Accept: text/csv\nEnter",
                      "headers Accept  text/csv", NULL);
    small_store_shows("alice",
                      API "Tab\nTab\nTab\n'Accept: text/csv\nEnter\nUp\n"
                          "Ctrl-U\nEnter",
                      "url", "Accept");
    small_store_shows("alice", API "Tab\nTab\nTab\n'Accept\nEnter",
                      "headers: write the name, a colon and the value", NULL);
    small_store_shows("alice",
                      API "Up\nUp\nUp\nUp\nUp\nUp\n'{\"a\": 1}\nEnter\nEsc\ne\n"
                          "Down\nDown\nDown\nDown\nDown\nDown",
                      "  \"a\": 1\n", NULL);
}

/* Sabotage: editor_tab_completes(), is_source(). */
static void
a_field_offers_what_it_can_hold(void)
{
    small_store_shows("alice", API "Tab\nCtrl-U\n'P\n!later 200",
                      "Tab  POST  PUT  PATCH", NULL);
    small_store_shows("alice", API "Tab\nCtrl-U\n'P\nTab\nTab\nEnter\nUp",
                      "method       \xe2\x96\xb8PUT", NULL);
    small_store_shows("alice",
                      DRAFT "i\n'math\nEnter\nEnter\n'=ROUND(tot\nTab\n",
                      "=ROUND(total", NULL);
    small_store_shows("alice", DRAFT "i\n'math\nEnter\nEnter\n'=ROUND(\n",
                      "ROUND(number, [places]", NULL);
    small_store_shows("alice", DRAFT "i\n'filter\nEnter\nEnter\nTab\n",
                      "Esc as typed", NULL);
}

/* Sabotage: is_changed() in step(). */
static void
tab_stores_and_leaves_no_unfinished_text(void)
{
    small_store_shows("alice", API "Tab\nTab\n'https://x\nTab\n",
                      "No completion (Enter saves, Esc cancels)",
                      "POST https://x");
    small_store_shows("alice", API "Tab\nTab\n'https://x\nTab\nEsc\n",
                      "Not saved: https://x", NULL);
}

/* From the list of completions to what was typed, then out of the form.
 * Sabotage: KEY_KIND_ESCAPE in line_edit_key(). */
static void
escape_goes_one_step_back(void)
{
    small_store_shows("alice", API "Tab\nCtrl-U\n'P\nTab\nEsc\n",
                      "method       \xe2\x96\xb8P\n", NULL);
    small_store_shows("alice", API "Tab\nCtrl-U\n'P\nTab\nEsc\nEsc\n",
                      "Not saved: P (", "method       \xe2\x96\xb8");
}

#define ACTION DRAFT "j\ne\nDown\nDown\n"

/* Sabotage: FIELD_ACTION in enter(), say_described() in editor_take_action().
 */
static void
the_actions_of_an_app_are_searched(void)
{
    small_store_shows("alice", ACTION, "Enter lists the actions", NULL);
    small_store_shows("alice", ACTION "Enter\n", "what it does", NULL);
    small_store_shows("alice", ACTION "Enter\n'customer\n", "customer",
                      "invoice");
    small_store_shows("alice", ACTION "Enter\n'customer\nEnter\n",
                      "of them required (Enter opens the", NULL);
    small_store_shows("alice", ACTION "Enter\nEsc\n", "Enter lists the actions",
                      NULL);
}

/* Sabotage: ACT_NEXT_PANE in editor_action(), leaves in step(). */
static void
tab_goes_into_the_fields_and_out_of_them(void)
{
    small_store_shows("alice", API "Esc\nTab\n", "url         !\xe2\x96\xb8",
                      NULL);
    small_store_shows("alice",
                      DRAFT "i\n'math\nEnter\nTab\n'=1\nEnter\nTab\n"
                            "Tab\nTab\n",
                      "D diff", "Enter save");
    small_store_shows("alice", "/\n'enterprise\nEnter\nEnter\nEnter\nTab\n",
                      "blocks", "Enter save");
    small_store_shows("eve", "/\n'enterprise\nEnter\nEnter\nEnter\nTab\n",
                      "READ-ONLY", "Enter save");
}

/* --- another customer's --------------------------------------------------- */

/* A block whose formula has a text is copied in the draft of one customer; the
 * draft of another is open. */
#define TO_OTHER                                                               \
    DRAFT "i\n'math\nEnter Ctrl-U\n'Tax\nEnter\n"                              \
          "'=IF(total > 1, \"CANARY\", 0)\nEnter\n"                            \
          "y\nEsc\nEsc\n/\nCtrl-U\n'globex\nEnter F\n"

/* Sabotage: foreign_in() in clip_selection(). */
static void
a_block_of_another_customer_comes_without_its_texts(void)
{
    small_store_shows("alice", TO_OTHER "p",
                      "left out of EnterpriseCo (customer-0): Ta", NULL);
    small_store_shows("alice", TO_OTHER "p", "math      not set", "CANARY");
}

/* A row with a constant is copied in the mapping of one customer, and that of
 * another is open. Sabotage: foreign_in() in row_clip_cells(); rows_find() in
 * copy_others(). */
static void
a_row_of_another_customer_comes_without_its_constant(void)
{
#define ROW "j\nEnter\ni\n'other\nEnter\n'\"CANARY\"\nEnter\nk\ny\n"
#define OTHER "Esc\nEsc\nEsc\nEsc\n/\nCtrl-U\n'globex\nEnter F\nj\nEnter\n"
    small_store_shows("alice", DRAFT ROW "p\n", "CANARY", NULL);
    small_store_shows("alice", DRAFT ROW OTHER "p\n",
                      "left out of EnterpriseCo", "CANARY");
}

void
test_console_blocks(void)
{
    static const struct test tests[] = {
        {"a refusal names the block and the field",
         a_refusal_names_the_block_and_the_field},
        {"a block opens at its problem", a_block_opens_at_its_problem},
        {"JSON is edited over several lines",
         json_is_edited_over_several_lines},
        {"cases of a branch are edited in its form",
         cases_of_a_branch_are_edited_in_its_form},
        {"all cases of a branch are in its form",
         all_cases_of_a_branch_are_in_its_form},
        {"a case with blocks is not removed",
         a_case_with_blocks_is_not_removed},
        {"a trigger is pasted where it is missing",
         a_trigger_is_pasted_where_it_is_missing},
        {"what was deleted or moved is said",
         what_was_deleted_or_moved_is_said},
        {"marked blocks are cut and pasted together",
         marked_blocks_are_cut_and_pasted_together},
        {"marked blocks are one record", marked_blocks_are_one_record},
        {"blocks are wrapped and unwrapped", blocks_are_wrapped_and_unwrapped},
        {"what breaks is named before", what_breaks_is_named_before},
        {"what broke is said", what_broke_is_said},
        {"the palette begins with the kind that is called so",
         the_palette_begins_with_the_kind_that_is_called_so},
        {"a slash before a name in the palette is no part of it",
         a_slash_before_a_name_in_the_palette_is_no_part_of_it},
        {"each field of a kind is in the form",
         each_field_of_a_kind_is_in_the_form},
        {"a field offers what it can hold", a_field_offers_what_it_can_hold},
        {"tab stores and leaves no unfinished text",
         tab_stores_and_leaves_no_unfinished_text},
        {"the actions of an app are searched",
         the_actions_of_an_app_are_searched},
        {"escape goes one step back", escape_goes_one_step_back},
        {"tab goes into the fields and out of them",
         tab_goes_into_the_fields_and_out_of_them},
        {"what is pasted or comes back is marked",
         what_is_pasted_or_comes_back_is_marked},
        {"undo names the edit that it undoes",
         undo_names_the_edit_that_it_undoes},
        {"marked blocks move together", marked_blocks_move_together},
        {"a block of another customer comes without its texts",
         a_block_of_another_customer_comes_without_its_texts},
        {"a row of another customer comes without its constant",
         a_row_of_another_customer_comes_without_its_constant},
        {NULL, NULL}};
    test_run("console blocks", tests);
    failed_tests += test_failures;
}
