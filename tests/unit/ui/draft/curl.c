/* A curl line that is pasted into a call which has something already: it is
 * taken as a whole, and what that takes away is named. */
#include <stdlib.h>

#include "base/mem.h"
#include "tests/unit/ui/draft/drafts.h"

#define CALL "0f0f0f0f-0000-4000-8000-00000000000b"
#define CALLS                                                                  \
    "[{\"op\":\"add\",\"path\":\"/blocks/0\",\"value\":{\"id\":\"" CALL        \
    "\",\"kind\":\"api\",\"name\":\"Call\",\"method\":\"PUT\","                \
    "\"url\":\"https://prod.example.com/orders\","                             \
    "\"headers\":{\"Accept\":\"text/csv\",\"X-Version\":\"2\"},"               \
    "\"auth\":{\"kind\":\"bearer\",\"app\":\"http\"},"                         \
    "\"sample\":{\"old\":1}}}]"

static const struct editor_case call = {.way = "j\n"};

/* A draft with that call. */
static struct trial_draft
draft_with_call(void)
{
    struct trial_draft t = {.c = &call, .customer = 1};
    struct manager *m = session_of("eve");
    snprintf(t.id, sizeof t.id, "%s", fork_for(m, 1));
    CHECK_INT(edit_text(m, t.id, -1, CALLS, NULL), ERR_OK);
    manager_close(m);
    return t;
}

/* What KEYS in the form of the call leave on a screen that is wide enough for
 * lines to be whole. */
static char *
form_shows(const char *keys)
{
    char *script = mem_printf("F\nEnter\nj\ne\n%s", keys);
    char *shown = console_shows_at("eve", script, 40, 250, false, false);
    free(script);
    return shown;
}

/* Sabotage: the url in make_patch(). */
static void
a_url_that_is_left_out_leaves_none(void)
{
    fixture_start(1);
    struct trial_draft t = draft_with_call();
    char *shown = form_shows(
        "!paste curl -X DELETE https://a1b2c3d4e5f6a7b8c9.example.com/y\n");
    CHECK_HAS(shown, "Read method of the curl line, but not its URL: set url");
    CHECK_HAS(shown, "Taken away: url, headers Accept, headers X-Version, auth "
                     "bearer http, sample.");
    CHECK_HAS(shown, "not set");
    check_stored(&t, "/blocks/0/method", "\"DELETE\"");
    check_stored(&t, "/blocks/0/url", "");
    check_stored(&t, "/blocks/0/headers", "");
    check_stored(&t, "/blocks/0/auth", "");
    check_stored(&t, "/blocks/0/sample", "");
    free(shown);
    fixture_end();
}

/* Sabotage: the sample in make_patch(), add_taken_away(). */
static void
a_line_replaces_all_of_the_call(void)
{
    fixture_start(1);
    struct trial_draft t = draft_with_call();
    char *shown = form_shows("!paste curl https://api.example.com/a -H "
                             "'Accept: text/xml' -d a=1\n");
    CHECK_HAS(shown, "Read method, URL and headers of the curl line (u");
    CHECK_HAS(shown, "Taken away: headers X-Version, auth bearer http, sample. "
                     "Kept");
    check_stored(&t, "/blocks/0/url", "\"https://api.example.com/a\"");
    check_stored(&t, "/blocks/0/headers", "{\"Accept\":\"text/xml\"}");
    check_stored(&t, "/blocks/0/auth", "");
    check_stored(&t, "/blocks/0/sample", "");
    free(shown);
    shown = form_shows("Esc\nu\n");
    check_stored(&t, "/blocks/0/sample", "{\"old\":1}");
    free(shown);
    fixture_end();
}

/* Sabotage: editor_form_set_aside() in show(). */
static void
what_was_typed_comes_back(void)
{
    fixture_start(1);
    struct trial_draft t = draft_with_call();
    char *shown =
        form_shows("Up Up Up Up Up Up Ctrl-U\n'My long name\n!paste curl "
                   "https://api.example.com\n");
    CHECK_HAS(shown, "What you typed in name was not saved:");
    free(shown);
    shown = form_shows("Ctrl-Y\nEnter\n");
    check_stored(&t, "/blocks/0/name", "\"My long name\"");
    free(shown);
    shown = form_shows("Ctrl-U\n'-u bob:x\n!paste curl "
                       "https://api.example.com\n");
    CHECK_HAS(shown, "was not saved and is not kept, it may hold a secret.");
    CHECK_INT(ask_sql("SELECT count(*) FROM kept_text"), 0);
    free(shown);
    fixture_end();
}

void
test_grids_curl(void)
{
    static const struct test tests[] = {
        {"a URL that is left out leaves none",
         a_url_that_is_left_out_leaves_none},
        {"a line replaces all of the call", a_line_replaces_all_of_the_call},
        {"what was typed comes back", what_was_typed_comes_back},
        {NULL, NULL}};
    test_run("curl lines", tests);
    failed_tests += test_result();
}
