/* What a release of a draft tells before it is asked for. */
#include "base/mem.h"
#include "manager/catalogue/sample.h"
#include "manager/draft/draft.h"
#include "manager/draft/editing.h"
#include "manager/session/store.h"
#include "tests/unit/ui/draft/grids.h"
#include "value/value.h"
#include "workflow/edit/edit.h"

/* A runtime that was restored runs nothing, though it answers: every screen
 * says so, and what one is about to do. Sabotage: held in notice_text(),
 * fill_held(), pause_tell_held(). */
static void
a_held_runtime_is_said_before_enter(void)
{
    static const char *const ways[][2] = {
        {"", "held (restored)"},
        {"F\nR\n", "restored, runs nothing: this waits until"},
        {":pause\n", "is held (restored): this waits"},
        {"Enter\nj\n:pause\n", "is held (restored): this waits"},
    };
    fixture_start(1);
    for (size_t i = 0; i < 2 * sizeof ways / sizeof ways[0]; i++) {
        size_t way = i / 2;
        run_sql(i % 2 ? "UPDATE runtime SET held = 1"
                      : "UPDATE runtime SET held = 0");
        char *shown =
            console_shows_at("ada", ways[way][0], 40, 160, false, false);
        CHECK_INT(strstr(shown, ways[way][1]) != NULL, i % 2);
        free(shown);
    }
    fixture_end();
}

/* Sabotage: say_owner(), the open drafts in release_lines_say_plan(). */
static void
the_release_of_anothers_draft_names_them(void)
{
    fixture_start(1);
    char *own = console_shows_at("eve", "F\nR\n", 40, 160, false, false);
    CHECK(!strstr(own, "open draft"));
    char *shown =
        console_shows_at("ada", "F\nEnter\nR\n", 40, 160, false, false);
    CHECK_HAS(shown, "eve, not marked ready");
    CHECK(!strstr(own, "marked ready"));
    char *rival = console_shows_at("ada", "F\n!later 1000\nF\nR\n", 40, 160,
                                   false, false);
    CHECK_HAS(rival, "open draft   v1.1 by eve, 0 edits: stale once v1.2");
    free(rival);
    free(own);
    free(shown);
    fixture_end();
}

/* Sabotage: say_written() in release_lines_say_plan(). */
static void
the_release_names_the_author_of_each_change(void)
{
    char id[IDENT_SIZE];
    fixture_start(1);
    struct manager *m = session_of("eve");
    snprintf(id, sizeof id, "%s", fork_for(m, 1));
    manager_close(m);
    map_row("eve", id, "taxTotal", "total");
    map_row("ada", id, "memo", "total");
    char *shown =
        console_shows_at("ada", "F\nEnter\nR\n", 40, 160, false, false);
    CHECK_HAS(shown, "written by   ada: 1 change: Create cash sale > memo: ");
    CHECK_HAS(shown, "\n             eve: 1 change: Create cash sale > taxTotal:"
                     " blank -> total");
    free(shown);
    fixture_end();
}

/* What the mapping gives on the samples is told before a release, where none
 * of them goes. Sabotage: say_failing() in ui/screen/release_lines.c, the loop
 * of try_samples(). */
static void
a_release_tells_that_all_samples_fail(void)
{
    static const struct {
        const char *source;
        bool tells;
    } cases[] = {
        {"nosuch", true},
        {"orderNumber", false},
        {"=IF(orderNumber=\"SO-10023\", orderNumber, nosuch)", false},
        {"=IF(orderNumber=\"SO-10023\", nosuch, orderNumber)", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        fixture_start(1);
        char *script = mem_printf(TO_MAPPING "j\ne\nCtrl-U\n'%s\nEnter\nR",
                                  cases[i].source);
        char *shown = console_shows("ada", script);
        CHECK_HAS(shown, "[ Release v1.1 ]");
        if (cases[i].tells)
            CHECK_HAS(shown,
                      "all 2 samples fail: Create cash sale: row 2, tranId");
        else
            CHECK(!strstr(shown, "fail: "));
        free(shown);
        free(script);
        fixture_end();
    }
}

/* Keeps for customer 1, as ACTOR, that "memo" is to be sent with SO-10023. */
static void
expect_memo(const char *actor, const char *memo, bool blocking)
{
    struct manager *m = session_of(actor);
    struct sample_list list;
    struct value *v = NULL, *blocks = value_object(), *sent = value_object();
    bool fresh;
    value_set_text(sent, "memo", memo);
    value_set(blocks, "Create cash sale", sent);
    struct sample_expected expected = {
        .blocks = blocks, .set_blocking = true, .blocking = blocking};
    CHECK_INT(manager_sample_list(m, "order-to-cash", NULL, 10, &list, &e),
              ERR_OK);
    CHECK_INT(value_read(&v, list.rows[0].body, strlen(list.rows[0].body),
                         &value_limits_event, "body", &e),
              ERR_OK);
    CHECK_INT(manager_sample_add(m, "order-to-cash", installation_id(1),
                                 "agreed order", v, &expected, &fresh, &e),
              ERR_OK);
    value_free(v);
    value_free(blocks);
    sample_list_clear(&list);
    manager_close(m);
}

/* Sabotage: say_expected() in ui/screen/release_lines.c, sample_column_count()
 * in ui/draft/mapping_lists.c. */
static void
a_release_tells_what_is_not_as_agreed(void)
{
    for (int blocking = 0; blocking < 2; blocking++) {
        fixture_start(1);
        expect_memo("rita", "thanks", blocking);
        char *shown =
            console_shows_at("ada", TO_MAPPING "R", 40, 160, false, false);
        CHECK_HAS(shown, "expected");
        CHECK_HAS(shown,
                  "0 of 1 as agreed; agreed order differs at Create cash "
                  "sale > memo: \"thanks\" expected, \"Order SO-10023, ");
        CHECK((strstr(shown, "this blocks the release") != NULL) ==
              (blocking == 1));
        free(shown);
        fixture_end();
        fixture_start(1);
        expect_memo("rita", "thanks", blocking);
        shown = console_shows("ada", TO_MAPPING "A");
        CHECK_HAS(shown, blocking ? " blocks" : " yes");
        free(shown);
        fixture_end();
    }
}

/* The list of who may not see what customers sent has the trigger's sample
 * alone, of which nothing is expected. Sabotage: "body" in
 * previewing_kept(). */
static void
no_word_of_a_hidden_sample_is_shown(void)
{
    for (int blocking = 0; blocking < 2; blocking++) {
        fixture_start(1);
        expect_memo("rita", "thanks", blocking);
        struct manager *m = session_of("ada");
        CHECK_INT(manager_access_add(m, "eve", ROLE_ENGINEER, NULL,
                                     PAYLOADS_CLOSED, NULL, NULL),
                  ERR_OK);
        manager_close(m);
        static const char *const ways[] = {TO_MAPPING "A", "F\nEnter\nA"};
        for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
            char *shown = console_shows("eve", ways[i]);
            CHECK_HAS(shown, "the trigger's sample");
            CHECK(!strstr(shown, "expected"));
            CHECK(!strstr(shown, " yes"));
            CHECK(!strstr(shown, "blocks "));
            free(shown);
        }
        fixture_end();
    }
}

/* A source that names nothing is counted as blank where it is typed and told
 * before the release. Sabotage: say_idle() in ui/screen/release_lines.c,
 * times_idle() and like_path() in src/manager/draft/idle_rows.c, line->nothing
 * in add_line(). */
static void
a_release_tells_which_rows_give_nothing(void)
{
    static const struct {
        const char *source, *tells;
    } cases[] = {
        {"custmer.fullName", "(custmer.fullName; did you mean "
                             "customer.fullName?)"},
        {"AAA", "(AAA)"},
        {"customer.fullName", NULL},
        {"\"\"", NULL},
        {"=IF(orderNumber=\"SO-10023\", nosuch, orderNumber)", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        fixture_start(1);
        char *map = mem_printf(TO_MAPPING "e\nCtrl-U\n'%s\nEnter\nR",
                               cases[i].source);
        char *shown = console_shows_at("ada", map, 40, 160, false, false);
        CHECK_HAS(shown, "[ Release v1.1 ]");
        if (cases[i].tells) {
            CHECK_HAS(shown, "Create cash sale: externalId gives nothing in "
                             "all 2 samples ");
            CHECK_HAS(shown, cases[i].tells);
        } else
            CHECK(!strstr(shown, "gives nothing"));
        free(shown);
        free(map);
        fixture_end();
    }
}

/* Puts the row JSON into the draft changed last. */
static void
put_row(struct manager *m, const char *json)
{
    struct version_list list = {0};
    struct editing ed;
    struct value *row = NULL, *patch = NULL;
    CHECK_INT(manager_draft_list(m, NULL, NULL, false, &list, &e), ERR_OK);
    CHECK_INT(editing_begin(&ed, m, list.rows[0].id, &e), ERR_OK);
    CHECK_INT(
        value_read(&row, json, strlen(json), &value_limits_event, "row", &e),
        ERR_OK);
    enum err err = edit_row_put(&patch, ed.now.document, "Create cash sale",
                                row, SIZE_MAX, &e);
    CHECK_INT(editing_apply(&ed, err, patch, &e), ERR_OK);
    editing_end(&ed);
    version_list_clear(&list);
}

/* The newest samples have no email: the row is live so, until it says something
 * else of its field. Sabotage: is_same() in src/manager/draft/idle_rows.c. */
static void
a_row_that_is_live_so_is_not_told(void)
{
    fixture_start(1);
    struct manager *m = session_of("ada");
    for (int i = 0; i < 3; i++) {
        bool fresh;
        struct value *v = NULL;
        char *body = mem_printf("{\"orderNumber\":\"SO-%d\",\"customer\":"
                                "{\"id\":\"1\",\"fullName\":\"A\"}}",
                                i);
        char *label = mem_printf("new %d", i);
        CHECK_INT(
            value_read(&v, body, strlen(body), &value_limits_event, "body", &e),
            ERR_OK);
        v = sample_value(v);
        CHECK_INT(manager_sample_add(m, "order-to-cash", NULL, label, v, NULL,
                                     &fresh, &e),
                  ERR_OK);
        value_free(v);
        free(label);
        free(body);
    }
    manager_close(m);
    char *shown =
        console_shows_at("ada", TO_MAPPING "e\nCtrl-U\n'AAA\nEnter\nR", 40,
                         160, false, false);
    CHECK_HAS(shown, "externalId gives nothing in the 3 newest samples (AAA)");
    CHECK(!strstr(shown, "email gives nothing"));
    free(shown);
    m = session_of("ada");
    put_row(m, "{\"target\":\"email\",\"source\":\"customer.email\","
               "\"write\":\"ifPresent\"}");
    manager_close(m);
    shown = console_shows_at("ada", TO_MAPPING "R", 40, 160, false, false);
    CHECK_HAS(shown, "email gives nothing in the 3 newest samples");
    free(shown);
    fixture_end();
}

/* Sabotage: as above, and preview_own_sample() in trial_begin(). */
static void
a_row_that_gives_nothing_is_blank(void)
{
    static const char typed[] =
        TO_MAPPING "e\nCtrl-U\n'custmer.fullName\nEnter\n";
    fixture_start(1);
    char *shown = console_shows("eve", typed);
    CHECK_HAS(shown, "2 blank");
    free(shown);
    fixture_end();
    fixture_start(1);
    char *next = mem_printf("%sj\nb\nb\n!wait 200", typed);
    shown = console_shows("eve", next);
    CHECK_HAS(shown, "source    custmer.fullName");
    free(shown);
    free(next);
    fixture_end();
    fixture_start(1);
    struct manager *m = session_of("ada");
    CHECK_INT(manager_access_add(m, "eve", ROLE_RELEASER, NULL, PAYLOADS_CLOSED,
                                 NULL, NULL),
              ERR_OK);
    manager_close(m);
    char *release = mem_printf("%sR", typed);
    shown = console_shows_at("eve", release, 40, 160, false, false);
    CHECK_HAS(shown, "externalId gives nothing on the trigger's sample "
                     "(custmer.fullName");
    free(shown);
    free(release);
    fixture_end();
}

void
test_grids_release(void)
{
    static const struct test tests[] = {
        {"the release names the author of each change",
         the_release_names_the_author_of_each_change},
        {"a release tells which rows give nothing",
         a_release_tells_which_rows_give_nothing},
        {"a row that gives nothing and is live so is not told",
         a_row_that_is_live_so_is_not_told},
        {"a row that gives nothing is blank",
         a_row_that_gives_nothing_is_blank},
        {"a release tells what is not as agreed",
         a_release_tells_what_is_not_as_agreed},
    {"no word of a hidden sample is shown",
     no_word_of_a_hidden_sample_is_shown},
        {"a release tells that all samples fail",
         a_release_tells_that_all_samples_fail},
        {"a held runtime is said before Enter",
         a_held_runtime_is_said_before_enter},
        {"the release of another's draft names them",
         the_release_of_anothers_draft_names_them},
        {NULL, NULL}};
    RUN_SUITE("grids release", tests);
}
