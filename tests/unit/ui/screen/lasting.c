/* What stays right while one filters, sorts and reads messages. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tests/unit/test.h"
#include "tests/unit/ui/screen/store.h"

/* The rows are counted a moment after they were asked for. */
#define COUNTED "\n!wait 200"

/* SCRIPT as alice on S, at 24 by 80. */
static char *
play(struct small_store *s, const char *script)
{
    const struct visit look = {.actor = "alice", .rows = 24, .cols = 80};
    struct buf screen;
    buf_init(&screen, 1 << 20);
    small_store_play(s, &look, script, &screen);
    return buf_take(&screen);
}

static void
check_shown(struct small_store *s, const char *script, const char *words)
{
    char *screen = play(s, script);
    CHECK_HAS(screen, words);
    free(screen);
}

static size_t
times(const char *text, const char *word)
{
    size_t n = 0;
    for (const char *s = text; (s = strstr(s, word)) != NULL; s++)
        n++;
    return n;
}

/* Sabotage: table_sorts() in sort_by(), or the loop of sort_beside(). */
static void
sort_keys_pass_over_what_does_not_sort(void)
{
    struct small_store s;
    static const char *const keys[] = {">", "> >", "> > >", "> > > >",
                                       "<", "< <", "< < <", "< < < <"};
    small_store_make(&s, true);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        char *screen = play(&s, keys[i]);
        CHECK(!strstr(screen, "cannot be sorted"));
        CHECK_HAS(screen, "EnterpriseCo");
        free(screen);
    }
    small_store_remove(&s);
}

/* Sabotage: messages_revise() of the filter's error. */
static void
a_wrong_filter_is_one_message(void)
{
    struct small_store s;
    small_store_make(&s, true);
    char *screen = play(&s, "/\n's\n't\n'a\n't\n'e\n':\n'x\n'y\n'z\nEnter\nM");
    CHECK(times(screen, "No state is called") <= 1);
    free(screen);
    small_store_remove(&s);
}

static void
a_long_message_opens_whole(void)
{
    struct small_store s;
    small_store_make(&s, true);
    check_shown(&s,
                ":a-command-of-which-the-name-is-so-long-that-the-message-line-"
                "cuts-it-somewhere-before-its-end\nM\nEnter",
                "before-its-end");
    small_store_remove(&s);
}

/* Sabotage: the count of draw_head() in table_draw.c. */
static void
the_place_among_the_rows_stays(void)
{
    struct small_store s;
    small_store_make(&s, true);
    check_shown(&s, "j" COUNTED, " 2/6 ");
    check_shown(&s, "/\n'enterprise\nEnter" COUNTED "\nEsc" COUNTED, " 1/6 ");
    check_shown(&s, "j" COUNTED "\n:sort state" COUNTED, "/6 ");
    small_store_remove(&s);
}

/* Sabotage: q->text or q->detail of drafts_question(). */
static void
the_question_to_discard_names_version_and_edits(void)
{
    struct small_store s;
    small_store_make(&s, true);
    free(play(&s, "/\n'enterprise\nEnter F\ni\n'math\nEnter"));
    check_shown(&s, ":unfinished-work\na\n'discard\nEnter",
                "Discard v1.1 of Order to cash for EnterpriseCo (customer-0), "
                "NetSuite order to\n cash?\n alice's draft, 1 edit");
    check_shown(&s,
                ":unfinished-work\na\n'discard\nEnter\n!later 300\nTab\n"
                "!later 300\nEnter\n!later 1000\n",
                "Discarded v1.1 (tailor draft restore ");
    small_store_remove(&s);
}

/* A demo without a folder of its own leaves nothing. Sabotage: removed in
 * app_ask_to_leave(). */
static void
leaving_says_what_is_kept(void)
{
    struct visit look = {.actor = "alice", .rows = 24, .cols = 80};
    struct small_store s;
    small_store_make(&s, true);
    for (int demo = 0; demo < 2; demo++) {
        struct buf screen;
        buf_init(&screen, 1 << 20);
        look.temporary = demo == 1;
        small_store_play(&s, &look, "Q\n", &screen);
        CHECK_INT(strstr(buf_str(&screen), "Drafts are saved.") != NULL, !demo);
        CHECK_INT(strstr(buf_str(&screen), "Its folder is removed, with "
                                           "drafts") != NULL,
                  demo);
        buf_clear(&screen);
    }
    small_store_remove(&s);
}

void
test_console_lasting(void)
{
    static const struct test tests[] = {
        {"sort keys pass over what does not sort",
         sort_keys_pass_over_what_does_not_sort},
        {"a wrong filter is one message", a_wrong_filter_is_one_message},
        {"a long message opens whole", a_long_message_opens_whole},
        {"the place among the rows stays", the_place_among_the_rows_stays},
        {"the question to discard names version and edits",
         the_question_to_discard_names_version_and_edits},
        {"leaving says what is kept", leaving_says_what_is_kept},
        {NULL, NULL}};
    test_run("console lasting", tests);
    failed_tests += test_failures;
}
