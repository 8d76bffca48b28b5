/* What a mapping row says beside its source, in the grid. */
#include "base/mem.h"
#include "tests/unit/ui/draft/grids.h"

/* What only sheets could set: a letter before the row, the words below, and a
 * column each for who asks for it. Sabotage: mapgrid_members_sign() in
 * cell_sign(). */
static void
members_have_columns(void)
{
    static const char *const scripts[][3] = {
        {":columns target source write\nl\ne\n'ifP\nTab\nEnter\nk\n",
         "\"write\":\"ifPresent\"", "write ifPresent"},
        {":columns target read\nl\ne\n'number d\nTab\nEnter\nk\n",
         "\"read\":\"number de\"", "!of  externalId"},
        {":columns target write read\nl\ne\n'clear\nEnter\nk\nl\n"
         "e\n'number\nEnter\nk\n",
         "\"write\":\"clear\"", "!o+  externalId"},
        {":columns target write\nl\ne\n'always\nEnter\nk\n",
         "\"target\":\"externalId\"}", "b  externalId"},
    };
    for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++) {
        char script[200];
        fixture_start(1);
        snprintf(script, sizeof script, TO_MAPPING "%s!wait 300",
                 scripts[i][0]);
        char *shown = console_shows("eve", script);
        char *stored = stored_mapping();
        CHECK_HAS(stored, scripts[i][1]);
        CHECK_HAS(shown, scripts[i][2]);
        free(stored);
        free(shown);
        fixture_end();
    }
}

static void
what_is_no_word_is_refused(void)
{
    fixture_start(1);
    char *shown = console_shows("eve", TO_MAPPING ":columns target write\nl\n"
                                                  "e\n'sometimes\nEnter");
    CHECK_HAS(shown, "\"sometimes\" is not one of "
                     "always|ifPresent|clear|onCreate");
    free(shown);
    fixture_end();
}

/* A row in the form: every member is a field, Enter stores one and goes on to
 * the next. */
static void
a_row_is_a_form(void)
{
    static const struct {
        const char *keys, *stored, *shown;
    } cases[] = {
        /* from source over default and required to write */
        {"Enter\nDown\nDown\nDown\n'ifP\nTab\nEnter\n",
         "\"target\":\"externalId\",\"write\":\"ifPresent\"", "rest"},
        {"Enter\nDown\n'\"none\"\nEnter\n", "\"default\":\"none\"",
         "default     \"none\""},
        {"Enter\nDown\nDown\nCtrl-U\n'y\nTab\nEnter\n",
         "\"required\":true,\"source\":\"=\\\"order-", "required    yes"},
        {"j\nEnter\nDown\nDown\nCtrl-U\n'no\nEnter\n",
         "{\"source\":\"orderNumber\",\"target\":\"tranId\"}",
         "required    no"},
        {"j\nEnter\nUp\nCtrl-U\n'renamed\nEnter\nCtrl-U\n'total\nEnter\n",
         "\"source\":\"total\",\"target\":\"renamed\"", "target      renamed"},
        {"j\nEnter\nUp\nUp\n'by phone\nEnter\n", "\"note\":\"by phone\"",
         "b  externalId"},
        {"b\nEnter\nCtrl-X\n/\n'total\nEnter\nEnter\nEnter\n",
         "\"source\":\"total\",\"target\":\"taxTotal\"", "gives"},
        /* what cannot be is refused and stays */
        {"Enter\nDown\nDown\nDown\n'sometimes\nEnter\n",
         "\"target\":\"externalId\"}", "\"sometimes\" is not one of"},
        {"Enter\nDown\n'none\nEnter\n", "\"target\":\"externalId\"}",
         "the default is JSON, text in quotes"},
        {"Enter\nUp\nCtrl-U\n'email\nEnter\n", "\"target\":\"externalId\"}",
         "row 4 fills it already"},
        /* and half a text is neither stored nor left */
        {"Enter\n'x\nDown\n", "\"target\":\"externalId\"}",
         "The field is being edited"},
        {"Enter\n'x\nEsc\n", "\"=\\\"order-\\\" & orderNumber\"",
         "orderNumberx"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *script = mem_printf(TO_MAPPING "%s!wait 300", cases[i].keys);
        fixture_start(1);
        char *shown = console_shows("eve", script);
        char *stored = stored_mapping();
        CHECK_HAS(stored, cases[i].stored);
        CHECK_HAS(shown, cases[i].shown);
        free(stored);
        free(shown);
        free(script);
        fixture_end();
    }
}

/* A problem stands at the field that is to blame, which has the focus when the
 * form opens. Sabotage: c->member = key in read_lookup(). */
static void
a_problem_stands_at_its_field(void)
{
    static const char *const scripts[][2] = {
        {"a\n'edit row\nEnter\n"
         "Down\nDown\nDown\n'clear\nEnter\n"
         "Up\nUp\nCtrl-U\n'yes\nEnter\nEsc\nEnter\n",
         "write     !▸clear"},
        {"Enter\nDown\nDown\nDown\nDown\nDown\nDown\nDown\n'Country\nEnter\n"
         "Esc\nEnter\n",
         "lookup    !▸Country"},
        {"Enter\nDown\nDown\nDown\nDown\nDown\n'sometime\nEnter\nEsc\n"
         "Enter\n",
         "read      !▸sometime"},
        {"Enter\nCtrl-U\n'=SUM(\nEnter\nEsc\nEnter\n", "source    !▸=SUM("},
    };
    for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++) {
        char *script = mem_printf(TO_MAPPING "%s!wait 300", scripts[i][0]);
        fixture_start(1);
        char *shown = console_shows("eve", script);
        CHECK_HAS(shown, scripts[i][1]);
        free(shown);
        free(script);
        fixture_end();
    }
}

static void
the_form_is_as_it_was(void)
{
    fixture_start(4);
    check_golden("mapping-form", "eve", TO_MAPPING "b\nEnter\n!wait 300", 24,
                 80, false);
    check_golden("mapping-form-small", "eve",
                 "j\n" TO_MAPPING "b\nEnter\nDown\nDown\n!wait 300", 12, 40,
                 true);
    check_golden("mapping-form-choices", "eve",
                 "j\nj\n" TO_MAPPING
                 "b\nEnter\nDown\nDown\nDown\n'c\nTab\n!wait 300",
                 24, 80, false);
    fixture_end();
}

static const struct test tests[] = {
    {"a row is a form", a_row_is_a_form},
    {"a problem stands at its field", a_problem_stands_at_its_field},
    {"the form is as it was", the_form_is_as_it_was},
    {"members have columns", members_have_columns},
    {"what is no word is refused", what_is_no_word_is_refused},
    {NULL, NULL},
};

void
test_grids_members(void)
{
    test_run("grids members", tests);
}
