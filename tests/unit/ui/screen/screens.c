/*
 * Golden screens over a real store. GENERATE=1 in the environment writes the
 * files anew; look at the difference before committing it.
 */
#include <stdlib.h>

#include "base/file.h"
#include "base/mem.h"
#include "tests/unit/test.h"
#include "tests/unit/ui/screen/store.h"

#define FIND "/\n'enterprise\nEnter\n"
#define FORK FIND "F\n"
#define LATER "\n!later 300\n"
#define DO(name) "a\n'" name "\nEnter" LATER
#define TAX                                                                    \
    FORK "i\n'math\nEnter Ctrl-U\n'Tax\nEnter\n'=ROUND(total * 0.05, 2)\n"     \
         "Enter\n"
/* Who does not empty the name types on at its end. */
#define NAMED_ALONG                                                            \
    FORK "i\n'math\nEnter\n'Tax\nEnter\n'=ROUND(total * 0.05, 2)\nEnter\n"
#define MAPPED TAX "j Enter b e\n'Tax!result\nEnter\n"

/* An if block with a stop in "no", and what one sees of it. */
#define BRANCHES                                                               \
    TAX "j i\n'if\nEnter Ctrl-U\n'Large?\nEnter\n'=total > 1000\nEnter\n"     \
        ":go-to Large\n:canvas\n"

/* The samples on each lane are counted 150 ms after an edit. */
#define COUNTED "\n!wait 250"

/* A branch with two cases, in its form. */
#define CASES                                                                  \
    FORK "j\n:wrap branch\nEnter\nEnter\nCtrl-U\n'Germany\nEnter\n"           \
         "'=total > 1000\nEnter\n'France\nEnter\nUp\n"

/* The sample of the trigger, edited over several lines. */
#define LINES FORK "e\nDown\nDown\nDown\nEnd\n'x\n"

static const struct golden {
    const char *name, *script;
    int rows, cols;
    bool ascii, empty;
    const char *actor;
} goldens[] = {
    {"installations", "!wait 250\nj", 20, 80, false, false, "alice"},
    {"installations-ascii", "!wait 250\nj Space", 20, 80, true, false, "alice"},
    {"installations-wide", FIND "F\nEsc Esc\n!wait 250", 14, 132,
     false, false, "alice"},
    {"installations-small", "!wait 250\nj", 12, 40, false, false, "eve"},
    {"installations-filter", "/\n'state:ok soy\n!wait 400", 14, 80, false,
     false, "alice"},
    {"no-store-content", "!wait 250", 12, 80, false, true, "alice"},
    {"installation", FORK "q", 20, 80, false, false, "alice"},
    {"palette", FORK "i\n'if", 20, 80, false, false, "alice"},
    {"editor", TAX, 24, 80, false, false, "alice"},
    {"editor-form", FORK "i\n'math\nEnter Enter\n'=ROUND(total * 0.05", 24, 80,
     false, false, "alice"},
    {"editor-branches",
     FORK "j i\n'if\nEnter Enter\n'=total > 10\nEnter j i\n"
          "'stop\nEnter Enter\n'end\nEnter",
     24, 80, false, false, "alice"},
    {"editor-ascii", FORK "j i\n'if\nEnter Enter\n'=total > 10\nEnter", 24, 80,
     true, false, "alice"},
    {"canvas", BRANCHES, 24, 80, false, false, "alice"},
    {"canvas-small", BRANCHES "l", 12, 40, false, false, "alice"},
    {"canvas-ascii", BRANCHES "l", 24, 80, true, false, "alice"},
    {"canvas-beside", BRANCHES, 40, 132, false, false, "alice"},
    {"canvas-wide", BRANCHES, 50, 200, false, false, "alice"},
    {"canvas-lanes-40", BRANCHES COUNTED, 12, 40, false, false, "alice"},
    {"canvas-lanes-40-ascii", BRANCHES COUNTED, 12, 40, true, false, "alice"},
    {"canvas-lanes-80", BRANCHES COUNTED, 24, 80, false, false, "alice"},
    {"canvas-lanes-80-ascii", BRANCHES COUNTED, 24, 80, true, false, "alice"},
    {"canvas-lanes-132", BRANCHES COUNTED, 40, 132, false, false, "alice"},
    {"canvas-lanes-132-ascii", BRANCHES COUNTED, 40, 132, true, false, "alice"},
    {"canvas-lanes-200", BRANCHES COUNTED, 50, 200, false, false, "alice"},
    {"canvas-lanes-200-ascii", BRANCHES COUNTED, 50, 200, true, false, "alice"},
    {"form-cases-40", CASES, 12, 40, false, false, "alice"},
    {"form-cases-40-ascii", CASES, 12, 40, true, false, "alice"},
    {"form-cases-80", CASES, 24, 80, false, false, "alice"},
    {"form-cases-80-ascii", CASES, 24, 80, true, false, "alice"},
    {"form-cases-132", CASES, 40, 132, false, false, "alice"},
    {"form-cases-132-ascii", CASES, 40, 132, true, false, "alice"},
    {"form-cases-200", CASES, 50, 200, false, false, "alice"},
    {"form-cases-200-ascii", CASES, 50, 200, true, false, "alice"},
    {"form-lines-40", LINES, 12, 40, false, false, "alice"},
    {"form-lines-40-ascii", LINES, 12, 40, true, false, "alice"},
    {"form-lines-80", LINES, 24, 80, false, false, "alice"},
    {"form-lines-80-ascii", LINES, 24, 80, true, false, "alice"},
    {"form-lines-132", LINES, 40, 132, false, false, "alice"},
    {"form-lines-132-ascii", LINES, 40, 132, true, false, "alice"},
    {"form-lines-200", LINES, 50, 200, false, false, "alice"},
    {"form-lines-200-ascii", LINES, 50, 200, true, false, "alice"},
    {"capture", MAPPED "Esc\nk", 24, 80, false, false, "alice"}, /* of README */
    {"editor-wide", TAX, 30, 130, false, false, "alice"},
    {"diff", MAPPED "D", 14, 80, false, false, "alice"},
    {"release", MAPPED "R" LATER "'ticket 4711\nTab", 24, 80, false, false,
     "alice"},
    {"release-sent",
     MAPPED "R" LATER "'ticket 4711\nTab\nTab\n!later 300\nEnter\n!later 1000\n!wait 200", 24, 80, false,
     false, "alice"},
    {"release-refused", FORK "i\n'math\nEnter Esc R" LATER "Tab\nTab\n!later 300\nEnter\n!later 1000",
     24, 80, false, false, "alice"},
    {"drafts", FORK "q F", 16, 80, false, false, "alice"},
    {"versions", FORK "q\n" DO("versions") "k", 16, 80, false, false, "alice"},
    {"roll-back-refused",
     MAPPED "R" LATER "Tab\nTab\n!later 300\nEnter\n!later 1000\nEsc\n" DO("roll"), 20, 80, false,
     false, "alice"},
    {"pause-question", FIND "Enter\n" DO("pause"), 20, 80, false, false, "alice"},
    {"actions", FIND "Enter a", 20, 80, false, false, "alice"},
    {"commands", FIND "Enter\n :\nTab", 24, 80, false, false, "alice"},
    {"form", FORK "i\n'api\nEnter\nTab\n!later 200", 24, 80, false, false, "alice"},
    {"form-beside", FORK "i\n'api\nEnter\nDown\nDown\nDown\nDown\nCtrl-U\n'be\nTab\n!later 200", 24, 100, false, false, "alice"},
    {"form-curl", FORK "i\n'api\nEnter\n!paste curl -X PUT 'https://api.example.com/orders?limit=5' -H 'Accept: text/csv' -H 'Authorization: Bearer abc' --json '{\"id\":1}'\n!later 200", 24, 80, false, false, "alice"},
    {"form-actions", FORK "j\ne\nDown\nDown\nEnter\n'sale", 16, 80, false, false, "alice"},
    {"form-formula", FORK "i\n'math\nEnter\nEnter\n'=to\nTab\nTab\n!later 200", 24, 80, false, false, "alice"},
    {"audit", ":audit", 14, 80, false, false, "eve"},
    {"runtimes", ":runtimes", 14, 80, false, false, "eve"},
};

static void
check_golden(const struct golden *g)
{
    struct small_store s;
    const struct visit look = {
        .actor = g->actor, .ascii = g->ascii, .rows = g->rows, .cols = g->cols};
    struct buf got, wanted;
    char *path = mem_printf("%s/%s.txt", GOLDEN_DIR, g->name);
    buf_init(&got, 1 << 20);
    buf_init(&wanted, 1 << 20);
    small_store_make(&s, !g->empty);
    small_store_play(&s, &look, g->script, &got);
    const char *generate = getenv("GENERATE");
    if (generate && *generate)
        CHECK_INT(file_write(path, buf_str(&got), got.len, 0644, NULL), ERR_OK);
    CHECK_INT(file_read(path, &wanted, NULL), ERR_OK);
    CHECK_STR(buf_str(&got), buf_str(&wanted));
    small_store_remove(&s);
    buf_clear(&got);
    buf_clear(&wanted);
    free(path);
}

static void
screens_are_as_they_were(void)
{
    for (size_t i = 0; i < sizeof goldens / sizeof goldens[0]; i++)
        check_golden(&goldens[i]);
}

/* The tour names the next step wherever one is, also after Esc. Sabotage:
 * is_draft in installation_work(). */
static void
the_tour_follows(void)
{
    static const struct {
        const char *script, *step;
    } steps[] = {{"", "1 of 5"},       {FORK, "2 of 5"},
                 {FORK "i", "2 of 5"}, {FORK "i\n'math\nEnter", "3 of 5"},
                 {FORK "i\n'math\nEnter", "Ctrl-U empties the name; type Tax"},
                 {FORK "i\n'math\nEnter\n'Tax\nEnter", "type =ROUND("},
                 {FORK "i\n'math\nEnter\nEnter", "type =ROUND("},
                 {TAX, "4 of 5"},      {TAX "j Enter", "4 of 5"},
                 {TAX "j Enter", "type Tax!result,"},
                 {NAMED_ALONG "j Enter", "type MathTax!result,"},
                 {NAMED_ALONG "j Enter b e\n'MathTax!result\nEnter\n",
                  "5 of 5"},
                 {MAPPED, "5 of 5"},   {MAPPED "R", "5 of 5"},
                 {FORK "Esc\nk", "On to the draft: press F, then Enter"},
                 {FORK "Esc Esc", "On to the draft: press F, then Enter"},
                 {FORK "Esc\nF", "On to the draft: press Enter"},
                 {FORK "Esc\nF\nEnter", "2 of 5"},
                 {MAPPED "R\n!later 300\nTab\nTab\n!later 300\nEnter\n"
                         "!later 1000\nEsc",
                  "the runtime has not answered yet"}};
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        struct small_store s;
        const struct visit look = {
            .actor = "alice", .tour = true, .rows = 24, .cols = 80};
        struct buf got;
        buf_init(&got, 1 << 20);
        small_store_make(&s, true);
        small_store_play(&s, &look, steps[i].script, &got);
        CHECK_HAS(buf_str(&got), steps[i].step);
        small_store_remove(&s);
        buf_clear(&got);
    }
}

void
test_console_screens(void)
{
    static const struct test tests[] = {
        {"screens are as they were", screens_are_as_they_were},
        {"the tour follows", the_tour_follows},
        {NULL, NULL}};
    test_run("console screens", tests);
    failed_tests += test_failures;
}
