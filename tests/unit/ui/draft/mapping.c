/* The mapping grid. */
#include <sys/wait.h>

#include "base/file.h"
#include "base/mem.h"
#include "manager/catalogue/sample.h"
#include "manager/draft/draft.h"
#include "manager/draft/editing.h"
#include "manager/session/store.h"
#include "tests/unit/ui/draft/grids.h"
#include "value/value.h"
#include "workflow/edit/edit.h"

static const struct golden {
    int rows, cols;
    const char *name, *keys, *last; /* what is shown last: it is waited for */
} goldens[] = {
    {24, 80, "mapping", "", "0 differ from live v1"},
    {24, 80, "mapping-typing", "b\ne\n'=TEXTBEFORE(full\nTab\n",
     "gives     formula, column 30"},
    {24, 80, "mapping-choices", "b\ne\n'cust\nTab\nTab\n",
     "gives     \"Express\""},
    {24, 80, "mapping-errors",
     "b\ne\n'=TEXTBEFORE(customer.fullName, \"n\")\nEnter\nk\n",
     "2 differ from live v1"},
    {16, 60, "mapping-ascii", "b\ne\n'=ROUND(total\nEnter\n]\n",
     "formula, column 13: expected"},
    {12, 40, "mapping-small", "b\ne\n'full\nTab\n", "customer.fullName"},
    {12, 80, "samples", "j\nj\nj\nA\n", "samples"},
    {12, 80, "fields", "a\n'unused\nEnter\n", "nused"},
    {24, 80, "record", "O\n", "Output on"},
};

static void
screens_are_as_they_were(void)
{
    for (size_t i = 0; i < sizeof goldens / sizeof *goldens; i++) {
        const struct golden *g = &goldens[i];
        fixture_start(1);
        char *script = mem_printf(TO_MAPPING "%s!until %s", g->keys, g->last);
        check_golden(g->name, "eve", script, g->rows, g->cols,
                     strcmp(g->name, "mapping-ascii") == 0);
        free(script);
        fixture_end();
    }
}

/* Runs SCRIPT in a new draft of the next customer and looks for ROW among
 * what is stored. */
static void
check_stored(int *customer, const char *script, const char *row)
{
    struct buf whole;
    buf_init(&whole, 4096);
    for (int i = 0; i < *customer; i++)
        buf_adds(&whole, "j\n");
    buf_addf(&whole, TO_MAPPING "%s", script);
    char *shown = console_shows("eve", buf_str(&whole));
    char *stored = stored_mapping();
    CHECK_HAS(stored, row);
    free(stored);
    free(shown);
    buf_clear(&whole);
    ++*customer;
}

static void
what_is_typed_is_stored(void)
{
    int customer = 0;
    const char *tax = "{\"note\":\"to be filled where a customer needs a tax "
                      "line\",\"source\":\"total\",\"target\":\"taxTotal\"}";
    fixture_start(10);
    check_stored(&customer, "b\ne\n'total\nEnter", tax);
    check_stored(&customer, "b\ne\n'tot\nTab\nEnter", tax);
    check_stored(&customer, "b\ne\n'total\nTab\nEnter", tax);
    /* the session ends with the cell open */
    check_stored(&customer, "b\ne\n'total", tax);
    check_stored(&customer,
                 "b\ne\n'=TEXTBEFORE(fullN\nTab\n', \" \")\nEnter",
                 "\"=TEXTBEFORE(customer.fullName, \\\" \\\")\"");
    check_stored(&customer, "b\na\n'default\nEnter\n'12.50\nEnter",
                 "{\"default\":12.50,\"note\":\"to be filled");
    check_stored(&customer, "b #\nCtrl-U\n'agreed\nEnter",
                 "{\"note\":\"agreed\",\"target\":\"taxTotal\"}");
    check_stored(&customer, "b\na\n'required\nEnter",
                 "\"required\":true,\"target\":\"taxTotal\"}");
    fixture_end();
}

/* The target and the source of a new row are typed in one go: no letter of the
 * source is a command. Sabotage: grid_edit() in go_on(). */
static void
a_new_row_goes_on_to_its_source(void)
{
    int customer = 0;
    fixture_start(3);
    check_stored(&customer, "i\n'newtarget\nEnter\n'discount\nEnter",
                 "{\"source\":\"discount\",\"target\":\"newtarget\"}");
    check_stored(&customer, "i\n'newtarget\nEnter\nEsc",
                 "{\"target\":\"newtarget\"}");
    check_stored(&customer, "h\ne\nCtrl-U\n'renamed\nEnter\nd",
                 "[{\"required\":true,\"source\":\"orderNumber\"");
    fixture_end();
}

/* What the sample shows of the marked row stands below it. Sabotage:
 * find_warnings() in ui/draft/mapping_rows.c. */
static void
what_the_sample_warns_of_stands_below(void)
{
    fixture_start(1);
    char *shown = console_shows("eve", TO_MAPPING
                                "i\n'itemId\nEnter\n'\"A-1 \"\nEnter\nk\n"
                                "!wait 400");
    CHECK_HAS(shown, "the key has a space at an end");
    free(shown);
    fixture_end();
}

static void
rows_come_go_and_move(void)
{
    int customer = 0;
    fixture_start(10);
    check_stored(&customer, "i\n'salesRep.e\nTab\nEnter\n'customer.id\nEnter",
                 "\"target\":\"externalId\"},{\"source\":\"customer.id\","
                 "\"target\":\"salesRep.externalId\"}");
    check_stored(&customer, "d",
                 "[{\"required\":true,\"source\":\"orderNumber\"");
    check_stored(&customer, "Space\nSpace\nd",
                 "[{\"required\":true,\"source\":\"customer.id\"");
    check_stored(&customer, "d\nu", "[{\"note\":\"a second event");
    check_stored(&customer, "d\nu\nU",
                 "[{\"required\":true,\"source\":\"orderNumber\"");
    check_stored(&customer, "J",
                 "[{\"required\":true,\"source\":\"orderNumber\"");
    check_stored(&customer, "J\nK", "[{\"note\":\"a second event");
    /* the base version's row comes back whole, not only its source */
    check_stored(&customer,
                 "b\ne\n'total\nEnter\nk #\nCtrl-U\nEnter\na\n'restore "
                 "base row\nEnter",
                 "{\"note\":\"to be filled where a customer needs a tax line\","
                 "\"target\":\"taxTotal\"}");
    /* the field that feeds nothing becomes the source of the blank row */
    check_stored(&customer, "b\na\n'unused\nEnter\nEnter",
                 "\"source\":\"total\",\"target\":\"taxTotal\"");
    fixture_end();
}

/* Sabotage: the empty name in add_columns(). */
static void
columns_are_named(void)
{
    fixture_start(1);
    char *shown = console_shows("eve", TO_MAPPING ":columns x");
    CHECK_HAS(shown, "No column is called \"x\" (target, source, gives, write");
    free(shown);
    fixture_end();
}

static void
refusals_say_why(void)
{
    static const char *const scripts[][2] = {
        {TO_MAPPING "h\ne\nCtrl-U\n'email\nEnter",
         "email: row 4 fills it already"},
        {TO_MAPPING "a\n'default\nEnter\n'no JSON\nEnter",
         "the default is JSON"},
        {TO_MAPPING "a\n'restore base row\nEnter",
         "externalId is already as in v1"},
        {TO_MAPPING "a\n'unused\nEnter\nEnter",
         "externalId has a source already"},
        {TO_MAPPING "]", "no row has a problem"},
        {TO_MAPPING "p", "paste: no rows were copied"},
        {"Enter\nEnter\nj\nEnter\nd", "released: F on the installation"},
        {"Enter\nEnter\nj\nEnter\n!paste a\tb", "released: F on the"},
        {"Enter\nEnter\nj\nEnter\nEnter", "released: F on the"},
    };
    for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++) {
        fixture_start(1);
        char *shown = console_shows("eve", scripts[i][0]);
        CHECK_HAS(shown, scripts[i][1]);
        free(shown);
        fixture_end();
    }
}

/* An auditor sees what an engineer's draft gives and changes nothing. */
static void
an_auditor_only_looks(void)
{
    fixture_start(1);
    struct manager *m = session_of("eve");
    fork_for(m, 1);
    manager_close(m);
    char *before = stored_mapping();
    char *shown = console_shows("olga", "Enter\nEnter\nj\nEnter\nd\nEnter\n"
                                        "k #\np\nJ\ni\n:restore-base-row\n"
                                        ":switch-required\n"
                                        "!paste email\tx\n!wait 200");
    char *after = stored_mapping();
    CHECK_HAS(shown, "READ-ONLY");
    CHECK_HAS(shown, "\"order-SO-10023\"");
    CHECK_STR(after, before);
    free(after);
    free(shown);
    free(before);
    fixture_end();
}

/* Who may not see payloads is shown the sample that the document has, and no
 * kept one. Sabotage: the first line of manager_may_see_payloads(). */
static void
no_payload_is_shown_to_who_may_see_none(void)
{
    fixture_start(1);
    char *before = console_shows("eve", TO_MAPPING "!wait 200");
    fixture_end();
    fixture_start(1);
    struct manager *m = session_of("ada");
    CHECK_INT(manager_access_add(m, "eve", ROLE_ENGINEER, NULL, PAYLOADS_CLOSED,
                                 NULL, NULL),
              ERR_OK);
    manager_close(m);
    char *shown = console_shows("eve", TO_MAPPING "!wait 200");
    CHECK_HAS(before, "Sample 1 of 2: SO-10023");
    CHECK_HAS(shown, "Sample 1 of 1: from the trigger");
    free(shown);
    free(before);
    fixture_end();
}

/* Who acts with which role and on what is said on every screen, and that a
 * runtime is lost beside it. Sabotage: the least of the actor in share_room()
 * of draw.c. */
static void
a_lost_runtime_leaves_the_actor_in_the_header(void)
{
    static const char *const ways[] = {"j",
                                       "Enter\n",
                                       "F\n",
                                       TO_MAPPING,
                                       "F\nD\n",
                                       "F\nR\n",
                                       ":audit\n",
                                       ":runtimes\n",
                                       "Enter\nV\n",
                                       ":value-tables\n",
                                       ":unfinished-work\n"};
    static const int widths[] = {60, 72, 80, 100, 160};
    fixture_start(1);
    run_sql("UPDATE runtime SET last_error = 'no route', heard_at = 60000");
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        for (size_t k = 0; k < sizeof widths / sizeof widths[0]; k++) {
            char *shown =
                console_shows_at("ada", ways[i], 24, widths[k], false, false);
            char *line = mem_strndup(shown, strcspn(shown, "\n"));
            CHECK_HAS(line, "PRODUCTION");
            CHECK_HAS(line, "ada \302\267 admin");
            CHECK_HAS(line, widths[k] < 80 ? " lost, " : " lost, heard 1 Jan");
            free(line);
            free(shown);
        }
    }
    fixture_end();
}

/* Sabotage: tell_base_draft(). */
static void
a_fork_says_that_a_base_draft_exists(void)
{
    fixture_start(1);
    char id[IDENT_SIZE];
    struct manager *m = session_of("ada");
    CHECK_INT(manager_draft_new(m, "order-to-cash", DRAFT_ASK, id, &e), ERR_OK);
    manager_close(m);
    char *shown = console_shows("eve", "F");
    CHECK_HAS(shown, "Base draft v2 by ada exists");
    free(shown);
    fixture_end();
}

/* Sabotage: SQLITE_READONLY_DBMOVED in db_fail(). */
static void
a_replaced_store_is_said_in_plain_words(void)
{
    struct buf text;
    buf_init_any(&text);
    fixture_start(1);
    struct manager *m = session_of("eve");
    char *draft = mem_strdup(fork_for(m, 1));
    char *copy = mem_printf("%s-copy", store_path());
    buf_reset(&text);
    CHECK_INT(file_read(store_path(), &text, &e), ERR_OK);
    CHECK_INT(file_write(copy, buf_str(&text), text.len, 0600, &e), ERR_OK);
    CHECK_INT(rename(copy, store_path()), 0);
    CHECK_INT(manager_draft_ready(m, draft, NULL, &e), ERR_STALE);
    CHECK_HAS(e.text, "the store was replaced by another file");
    manager_close(m);
    free(copy);
    free(draft);
    buf_clear(&text);
    fixture_end();
}

/* The fork of customer 2 fills taxTotal, and is live. */
static void
make_another_live(void)
{
    struct manager *m = session_of("eve");
    char draft[IDENT_SIZE];
    snprintf(draft, sizeof draft, "%s", fork_for(m, 2));
    CHECK_INT(edit_text(m, draft, 0,
                        "[{\"op\":\"add\",\"path\":\"/blocks/0/mapping/11/"
                        "source\",\"value\":\"total\"}]",
                        NULL),
              ERR_OK);
    manager_close(m);
    run_sql("INSERT INTO document(hash, kind, body)"
            " SELECT 'other', 'workflow', body FROM draft;"
            "UPDATE version SET hash = 'other', state = 2, released_at = 1"
            " WHERE installation = 2; UPDATE installed_workflow SET live ="
            " (SELECT max(n) FROM version) WHERE installation = 2");
}

static void
others_are_shown_and_taken(void)
{
    fixture_start(2);
    make_another_live();
    check_golden("suggestions", "eve", TO_MAPPING "b\nS", 12, 80, false);
    fixture_end();
    fixture_start(2);
    make_another_live();
    char *shown = console_shows("eve", TO_MAPPING "b\nS\nEnter");
    char *stored = stored_mapping();
    CHECK_HAS(stored, "\"source\":\"total\",\"target\":\"taxTotal\"");
    free(stored);
    free(shown);
    fixture_end();
}

/* Another session of the same engineer edits another row as soon as there is
 * a draft. */
static void
edit_beside(void)
{
    for (int i = 0; i < 3000; i++) {
        if (ask_sql("SELECT count(*) FROM version WHERE installation = 1") > 0)
            break;
        usleep(1000);
    }
    struct manager *m = session_of("eve");
    struct version_list list = {0};
    if (manager_draft_list(m, NULL, NULL, false, &list, &e) == ERR_OK &&
        list.count > 0)
        edit_text(m, list.rows[0].id, -1,
                  "[{\"op\":\"add\",\"path\":\"/blocks/0/mapping/3/source\","
                  "\"value\":\"customer.id\"}]",
                  NULL);
    version_list_clear(&list);
    manager_close(m);
}

/* Whoever is first: both edits are there. To see it fail, let set_member give
 * up at the first CONFLICT. */
static void
two_in_one_draft_lose_nothing(void)
{
    fixture_start(1);
    pid_t child = fork();
    if (child == 0) {
        edit_beside();
        _exit(0);
    }
    char *shown =
        console_shows("eve", TO_MAPPING "b\ne\n'total\n!wait 400\nEnter");
    waitpid(child, NULL, 0);
    char *stored = stored_mapping();
    CHECK_HAS(stored, "\"source\":\"total\",\"target\":\"taxTotal\"");
    CHECK_HAS(stored, "{\"source\":\"customer.id\",\"target\":\"email\"}");
    free(stored);
    free(shown);
    fixture_end();
}

/* While a source is typed nothing stands beside it that belongs to the one that
 * is stored; a text that is typed back has what is known of it. Sabotage:
 * mapgrid_is_typed(), or the text in mapgrid_gives_now(). */
#define GAP "                    "
static void
what_is_typed_has_no_values_of_what_is_stored(void)
{
    static const struct {
        const char *keys, *row, *counts;
        bool thin; /* what is typed is tried after Tab alone */
    } cases[] = {
        {"'=1+1\n!wait 400", "taxTotal               =1+1" GAP "    2\n",
         "2 samples: counted after you save", false},
        {"'=1+1\nTab\n'0", "taxTotal               =1+10\n",
         "2 samples: counted after you save", true},
        {"'=1+1\nCtrl-U\n!wait 400", GAP " blank\n", "2 blank", false},
        {"'=1+1\n!wait 400\nEsc",
         "taxTotal               -" GAP "       blank\n",
         "2 samples: 0 ok, 2 blank", false},
        {"'=1+1\nEnter\nk\n!wait 400",
         "taxTotal               =1+1" GAP "    2\n", "2 samples: 2 ok", false},
        {"'=A(\nEnter\nk\n!wait 400", "=A(", "2 errors", false}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        fixture_start(1);
        char *script = mem_printf(TO_MAPPING "b\ne\n%s", cases[i].keys);
        char *shown =
            console_shows_at("eve", script, 24, 80, false, cases[i].thin);
        CHECK_HAS(shown, cases[i].row);
        CHECK_HAS(shown, cases[i].counts);
        free(shown);
        free(script);
        fixture_end();
    }
}

/* On a thin line nothing is tried out before Tab asks for it. */
static void
a_thin_line_waits_for_tab(void)
{
    static const char typing[] = TO_MAPPING "b\ne\n'=1+\n'1\n!wait 400\n";
    fixture_start(1);
    char *before = console_shows_at("eve", typing, 24, 80, false, true);
    CHECK(!strstr(before, "gives     2"));
    free(before);
    fixture_end();
    fixture_start(1);
    char *thick = console_shows_at("eve", typing, 24, 80, false, false);
    CHECK_HAS(thick, "gives     2");
    free(thick);
    fixture_end();
    fixture_start(1);
    char *after = console_shows_at(
        "eve", TO_MAPPING "b\ne\n'customer.ful\nTab", 24, 80, false, true);
    CHECK_HAS(after, "gives     \"Ada Lovelace\"");
    free(after);
    fixture_end();
}

/* From 1 by 1 to 200 by 500, with a cell open, its choices shown, a default
 * being typed, an import on top. */
static void
every_size_is_drawn(void)
{
    static const int rows[] = {1, 5, 11, 12, 13, 17, 19, 24, 60, 200};
    static const int cols[] = {1, 39, 40, 41, 57, 80, 133, 500};
    static const char *const states[] = {
        "b\ne\n'=TEXTJOIN(\", \", TRUE, customer.fullN\nTab\n",
        "b\ne\n'cust\nTab\n", "b\na\n'default\nEnter\n'12\n",
        "!paste a\tb\\nemail\tcustomer.id\n", "A\n"};
    struct buf script;
    buf_init(&script, 1 << 20);
    for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
        fixture_start(1);
        buf_reset(&script);
        buf_addf(&script, TO_MAPPING "%s", states[i]);
        for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
            for (size_t c = 0; c < sizeof cols / sizeof *cols; c++)
                buf_addf(&script, "!resize %d %d\n", rows[r], cols[c]);
        }
        buf_adds(&script, "!resize 24 80");
        char *shown = console_shows("eve", buf_str(&script));
        CHECK_HAS(shown, "Customer 1 Ltd");
        free(shown);
        fixture_end();
    }
    buf_clear(&script);
}

/* Names and values that would speak to the terminal are shown as what they
 * are. To see it fail, write them with cells whose text is not escaped. */
static void
nothing_hostile_reaches_the_screen(void)
{
    static const char body[] =
        "{\"orderNumber\":\"\\u001b[31mred\\u202Eder\",\"evil\\u001b]0;x"
        "\\u0007\":\"\\u200b\",\"customer\":{\"id\":\"1\"},\"items\":[]}";
    struct value *v = NULL;
    bool fresh;
    fixture_start(1);
    CHECK_INT(
        value_read(&v, body, strlen(body), &value_limits_event, "body", &e),
        ERR_OK);
    v = sample_value(v);
    struct manager *m = session_of("eve");
    CHECK_INT(manager_sample_add(m, "order-to-cash", NULL, "from outside", v,
                                 NULL, &fresh, &e),
              ERR_OK);
    manager_close(m);
    static const char *const looks[] = {"j\n", "a\n'unused\nEnter\n", "O\n",
                                        "j\nA\n", "b\ne\n'ev\nTab\n"};
    for (size_t i = 0; i < sizeof looks / sizeof *looks; i++) {
        char *script = mem_printf("Enter\nEnter\nj\nEnter\n%s!wait 200",
                                  i == 4 ? "" : looks[i]);
        char *shown = console_shows("eve", script);
        for (const char *s = shown; *s; s++)
            CHECK(*s == '\n' || (unsigned char)*s >= ' ');
        CHECK(!strstr(shown, "\xe2\x80\xae") && !strstr(shown, "\xe2\x80\x8b"));
        CHECK(strstr(shown, "U+") || strstr(shown, "\\u00"));
        free(shown);
        free(script);
    }
    value_free(v);
    fixture_end();
}

/* A Tab that completes nothing, or more than was meant, leaves the text where
 * it is: what follows is no command and no other row's target. Sabotage:
 * leaves_cell() in ui/widget/grid.c. */
static void
half_a_formula_stays_half(void)
{
    static const char *const typed[] = {
        "b\ne\n'=ROUND(xx\nTab\n' ex\nEsc",
        "b\ne\n= R O U N D ( x x Tab Space e x\nEsc",
        "b\ne\n'=TEXTBEFORE(customer.fu\nTab\n'llName, \" \")\nEsc",
    };
    for (size_t i = 0; i < sizeof typed / sizeof *typed; i++) {
        fixture_start(1);
        char *script = mem_printf(TO_MAPPING "%s", typed[i]);
        char *shown = console_shows("eve", script);
        char *stored = stored_mapping();
        CHECK_HAS(stored, "\"target\":\"taxTotal\"");
        CHECK_HAS(stored, "\"target\":\"custbody_order_id\"");
        CHECK(!strstr(stored, "ROUND(xx") && !strstr(stored, "fullNamell"));
        CHECK_HAS(shown, "Not saved: ");
        free(stored);
        free(shown);
        free(script);
        fixture_end();
    }
}

/* However long one thinks in a cell, nothing is stored before Enter, and Esc
 * gives back what was there and says what was typed.
 * Sabotage: try_due() that stores the cell, unfinished_tell_left(). */
static void
a_cell_is_stored_by_enter(void)
{
    static const char thinking[] =
        TO_MAPPING "b\ne\n'total\n!later 60000\n";
    fixture_start(1);
    char *shown = console_shows("eve", TO_MAPPING "!later 0");
    char *before = stored_mapping();
    free(shown);
    fixture_end();
    fixture_start(1);
    char *script = mem_printf("%sEsc", thinking);
    shown = console_shows("eve", script);
    char *after = stored_mapping();
    CHECK_STR(after, before);
    CHECK_HAS(shown, "Not saved: total (Ctrl-Y in a field inserts it)");
    free(after);
    free(script);
    free(shown);
    fixture_end();
    free(before);
}

/* Enter ends the typing also where it goes on to the next cell: what follows
 * is a command. Sabotage: is_new in go_on(). */
static void
enter_in_a_target_ends_the_typing(void)
{
    fixture_start(1);
    char *shown = console_shows("eve", TO_MAPPING "b\nh\ne\n'X\nEnter\nd");
    char *stored = stored_mapping();
    CHECK_HAS(shown, "Deleted row taxTotalX");
    CHECK(!strstr(stored, "taxTotal"));
    free(stored);
    free(shown);
    fixture_end();
}

static const struct test tests[] = {
    {"Enter in a target ends the typing", enter_in_a_target_ends_the_typing},
    {"a cell is stored by Enter", a_cell_is_stored_by_enter},
    {"half a formula stays half", half_a_formula_stays_half},
    {"screens are as they were", screens_are_as_they_were},
    {"what is typed is stored", what_is_typed_is_stored},
    {"a new row goes on to its source", a_new_row_goes_on_to_its_source},
    {"what the sample warns of stands below",
     what_the_sample_warns_of_stands_below},
    {"rows come, go and move", rows_come_go_and_move},
    {"columns are named", columns_are_named},
    {"refusals say why", refusals_say_why},
    {"no payload is shown to who may see none",
     no_payload_is_shown_to_who_may_see_none},
    {"a lost runtime leaves the actor in the header",
     a_lost_runtime_leaves_the_actor_in_the_header},
    {"a fork says that a base draft exists",
     a_fork_says_that_a_base_draft_exists},
    {"a replaced store is said in plain words",
     a_replaced_store_is_said_in_plain_words},
    {"an auditor only looks", an_auditor_only_looks},
    {"others are shown and taken", others_are_shown_and_taken},
    {"two in one draft lose nothing", two_in_one_draft_lose_nothing},
    {"what is typed has no values of what is stored",
     what_is_typed_has_no_values_of_what_is_stored},
    {"a thin line waits for Tab", a_thin_line_waits_for_tab},
    {"every size is drawn", every_size_is_drawn},
    {"nothing hostile reaches the screen", nothing_hostile_reaches_the_screen},
    {NULL, NULL},
};

void
test_grids_mapping(void)
{
    RUN_SUITE("grids mapping", tests);
}
