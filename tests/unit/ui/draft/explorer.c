/* The sample explorer. */
#include <time.h>

#include "base/mem.h"
#include "manager/catalogue/sample.h"
#include "manager/draft/draft.h"
#include "tests/unit/ui/draft/grids.h"
#include "ui/draft/sample_tree.h"
#include "ui/widget/table.h"
#include "value/value.h"

/* --- the tree ------------------------------------------------------------- */

/* The lines that are shown, "NAME VALUE" each, a new string. */
static char *
drawn(struct sample_tree *t)
{
    struct row_source source = sample_tree_source(t);
    struct row rows[64];
    struct buf out;
    buf_init_any(&out);
    size_t n = source.fetch(t, SEEK_FIRST, NULL, 0, 64, rows);
    for (size_t i = 0; i < n; i++) {
        sample_tree_name_cell(t, rows[i].data, &out);
        buf_adds(&out, " ");
        sample_tree_value_cell(t, rows[i].data, &out);
        buf_adds(&out, "\n");
        free(rows[i].key);
    }
    return buf_take(&out);
}

static void
check_drawn(struct sample_tree *t, const char *wanted)
{
    char *text = drawn(t);
    CHECK_STR(text, wanted);
    free(text);
}

static void
check_path(const struct sample_tree *t, uint32_t line, bool positions,
           const char *wanted)
{
    struct buf path;
    buf_init_any(&path);
    sample_tree_path(t, line, positions, &path);
    CHECK_STR(buf_str(&path), wanted);
    CHECK(sample_tree_find(t, wanted) <= line);
    buf_clear(&path);
}

static struct sample_tree *
tree_of(const char *text)
{
    struct sample_tree *t = sample_tree_new();
    CHECK_INT(sample_tree_add(t, "", text, strlen(text), &e), ERR_OK);
    return t;
}

/* The first element of a list is open, so that its fields are seen. */
static void
lists_begin_with_their_first_element(void)
{
    struct sample_tree *t =
        tree_of("{\"no\":\"A\",\"lines\":[{\"q\":1},{\"q\":2}],\"x\":{}}");
    check_drawn(t, "- $ 3 fields\n"
                   "    no \"A\"\n"
                   "  - lines 2 elements\n"
                   "    - [0] 1 field\n"
                   "        q 1\n"
                   "    + [1] 1 field\n"
                   "    x 0 fields\n");
    sample_tree_fold(t, 5, false);
    check_path(t, 6, false, "lines[*].q");
    check_path(t, 6, true, "lines[1].q");
    check_path(t, 0, true, "$");
    sample_tree_fold_others(t, 1);
    check_drawn(t, "- $ 3 fields\n"
                   "    no \"A\"\n"
                   "  + lines 2 elements\n"
                   "    x 0 fields\n");
    sample_tree_free(t);
}

/* A filter shows what it finds with what that is in, also in what is folded. */
static void
a_filter_looks_into_folds(void)
{
    struct sample_tree *t =
        tree_of("{\"a\":[{\"sku\":\"Ä-1\"},{\"sku\":\"B\"}],"
                "\"b\":{\"sku\":5},\"c\":\"sku\"}");
    CHECK_INT(sample_tree_filter(t, "sku b", &e), ERR_OK);
    check_drawn(t, "- $ 3 fields\n"
                   "  - a 2 elements\n"
                   "    - [1] 1 field\n"
                   "        sku \"B\"\n"
                   "  - b 1 field\n"
                   "      sku 5\n");
    CHECK_INT(sample_tree_filter(t, "ä-1", &e), ERR_OK);
    CHECK_INT(sample_tree_found(t), 3);
    CHECK_INT(sample_tree_filter(t, "nowhere", &e), ERR_OK);
    CHECK_INT(sample_tree_shown(t), 0);
    CHECK_INT(sample_tree_filter(t, "", &e), ERR_OK);
    CHECK_INT(sample_tree_shown(t), 8);
    sample_tree_free(t);
}

/* Whatever a name is made of, its path reads it. Sabotage: path_write_name()
 * in add_step(). */
static void
any_name_has_a_path(void)
{
    static const struct {
        const char *text, *path;
    } cases[] = {
        {"{\"x.y\":1}", "['x.y']"},
        {"{\"it's\":1}", "['it\\'s']"},
        {"{\"\\u001b[31m\":1}", "['\\u001b[31m']"},
        {"{\"\":1}", "['']"},
        {"{\"a\\nb\":1}", "['a\\nb']"},
        {"{\"=SUM(1)\":1}", "['=SUM(1)']"},
        {"[[7]]", "$[*]"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct sample_tree *t = tree_of(cases[i].text);
        check_path(t, 1, false, cases[i].path);
        CHECK_INT(sample_tree_find(t, cases[i].path), 1);
        sample_tree_free(t);
    }
}

/* Milliseconds since START. */
static double
since(const struct timespec *start)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)(now.tv_sec - start->tv_sec) * 1e3 +
           (double)(now.tv_nsec - start->tv_nsec) / 1e6;
}

/* 10,000 lines, 1 MB: each step takes its share of a key's time. */
static void
a_large_sample_is_quick(void)
{
    struct timespec start;
    struct buf text;
    buf_init_any(&text);
    buf_adds(&text, "{\"lines\":[");
    for (int i = 0; i < 10000; i++)
        buf_addf(&text,
                 "%s{\"sku\":\"SKU-%d\",\"qty\":%d,\"rate\":19.90,"
                 "\"note\":\"a line of a large order, as they come\"}",
                 i ? "," : "", i, i);
    buf_adds(&text, "]}");
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &start);
    struct sample_tree *t = tree_of(buf_str(&text));
    double read = since(&start);
    CHECK_INT(sample_tree_count(t), 50002);
    CHECK_INT(sample_tree_filter(t, "sku-9999", &e), ERR_OK);
    CHECK_INT(sample_tree_shown(t), 4);
    double found = since(&start);
    sample_tree_filter(t, "", &e);
    for (int i = 0; i < 20; i++)
        free(drawn(t));
    double shown = since(&start);
    printf("# %zu bytes: read %.0f ms, search %.0f ms, 20 screens %.0f ms\n",
           text.len, read, found - read, shown - found);
    CHECK(shown < 2000); /* under any load and without optimization */
    sample_tree_free(t);
    buf_clear(&text);
}

/* --- the screen ----------------------------------------------------------- */

static void
screens_are_as_they_were(void)
{
    static const struct {
        const char *name, *script;
        int rows, cols;
        bool ascii;
    } goldens[] = {
        {"explorer", TO_MAPPING "f", 24, 80, false},
        {"explorer-find", TO_MAPPING "f\n/\n'sku", 24, 80, false},
        {"explorer-small", TO_MAPPING "f\nj\n", 12, 40, true},
        {"explorer-wide", TO_MAPPING "f\nj\n", 50, 200, false},
    };
    for (size_t i = 0; i < sizeof goldens / sizeof *goldens; i++) {
        fixture_start(1);
        check_golden(goldens[i].name, "eve", goldens[i].script, goldens[i].rows,
                     goldens[i].cols, goldens[i].ascii);
        fixture_end();
    }
}

/* Runs SCRIPT in the mapping of a new draft; WORDS are shown then (NULL:
 * anything), and STORED is in the mapping. */
static void
check_taken(const char *script, const char *words, const char *stored)
{
    char *keys = mem_printf(TO_MAPPING "%s", script);
    fixture_start(1);
    char *shown = console_shows("eve", keys);
    char *mapping = stored_mapping();
    if (words)
        CHECK_HAS(shown, words);
    CHECK_HAS(mapping, stored);
    free(mapping);
    free(shown);
    free(keys);
    fixture_end();
}

#define FIND(words) "/\n'" words "\nEnter\n"
#define TAX "\"source\":\"total\",\"target\":\"taxTotal\""

/* Enter opens the source of the row with the path in it; only Enter there
 * stores that. */
static void
a_path_goes_into_the_cell(void)
{
    check_taken("b\nf\n" FIND("total") "Enter\nEnter\n", NULL, TAX);
    check_taken("b\nf\n" FIND("total") "Enter\n!wait 300\n", "source    total",
                "\"target\":\"taxTotal\"");
    check_taken("b\nf\n" FIND("total") "Enter\nEsc\n", "total",
                "line\",\"target\":\"taxTotal\"}");
    /* from one element, and from each; h folds, l goes in */
    check_taken("b\nf\n" FIND("rate") "Enter\nEnter\n", NULL,
                "\"source\":\"items[0].rate\",\"target\":\"taxTotal\"");
    check_taken("b\nf\n" FIND("rate") "Tab\nEnter\nEnter\n", NULL,
                "\"source\":\"items[*].rate\",\"target\":\"taxTotal\"");
    check_taken("j\nj\nj\nj\nj\nj\nj\nf\n" FIND("sku") "Enter\nEnter\n", NULL,
                "\"source\":\"items[*].sku\",\"target\":\"item.items[*]."
                "description\"");
}

/* In a formula it takes the place of the word at the cursor. */
static void
a_path_goes_into_a_formula(void)
{
    check_taken(
        "b\ne\n'=ROUND(SUM(\nCtrl-X\n" FIND("rate") "Enter\n'), 2)\nEnter\n",
        NULL, "\"source\":\"=ROUND(SUM(items[*].rate), 2)\"");
    check_taken("b\ne\n'=ROUND(to, 2)\nLeft\nLeft\nLeft\nLeft\nCtrl-X\n" FIND(
                    "total") "Enter\nEnter\n",
                NULL, "\"source\":\"=ROUND(total, 2)\"");
    check_taken("b\ne\n'orderN\nCtrl-X\n" FIND("total") "Enter\nEnter\n", NULL,
                TAX);
}

/* "@." has the fields of the element, "@@." those of what is around its list:
 * row 11 is an amount of a line. */
static void
fields_of_elements_are_offered(void)
{
#define AMOUNT "j\nj\nj\nj\nj\nj\nj\nj\nj\nj\ne\nCtrl-U\n"
    static const char *const wanted[][2] = {
        {AMOUNT "'=@.\n!wait 300\n", "@.name  @.qty  @.rate  @.sku"},
        {AMOUNT "'=@.qty * @@.tot\nTab\nEnter\n", "=@.qty * @@.total"},
        {AMOUNT "'=@@.customer.f\nTab\nEnter\n", "=@@.customer.fullName"},
    };
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        char *keys = mem_printf(TO_MAPPING "%s", wanted[i][0]);
        fixture_start(1);
        char *shown = console_shows("eve", keys);
        CHECK_HAS(shown, wanted[i][1]);
        free(shown);
        free(keys);
        fixture_end();
    }
}

/* Esc goes back to what is typed; a cell that takes no path says so. */
static void
the_cell_stays_open_below(void)
{
    check_taken("b\ne\n'tot\nCtrl-X\nEsc\n'al\nEnter\n", NULL, TAX);
    check_taken("b\nh\ne\nCtrl-X\n", "the target takes no path of the sample",
                "\"target\":\"taxTotal\"");
    check_taken("b\n #\nCtrl-X\n", "the note takes no path",
                "\"target\":\"taxTotal\"");
}

/* PATCH of the newest draft by another session of the same person. */
static void
patch_newest(const char *patch)
{
    struct manager *m = session_of("eve");
    struct version_list list = {0};
    CHECK_INT(manager_draft_list(m, NULL, NULL, false, &list, &e), ERR_OK);
    CHECK_INT(edit_text(m, list.rows[0].id, -1, patch, NULL), ERR_OK);
    version_list_clear(&list);
    manager_close(m);
}

static void
the_row_is_cut(void *ctx)
{
    (void)ctx;
    patch_newest("[{\"op\":\"remove\",\"path\":\"/blocks/0/mapping/11\"}]");
}

/* A path never goes into the row that took the place of the one it was for.
 * Sabotage: table_go() in take() of mapping_explore.c. */
static void
no_other_row_takes_the_path(void)
{
    static const char *const keys[] = {
        TO_MAPPING "b\nf\n" FIND("total") ":meanwhile\n!later 40\nEnter\n",
        TO_MAPPING "b\ne\n'to\nCtrl-X\n" FIND(
            "total") ":meanwhile\n!later 2000\nEnter\n!later 2000\nEnter\n"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        fixture_start(1);
        char *shown = console_shows_while("eve", keys[i], the_row_is_cut, NULL);
        char *mapping = stored_mapping();
        CHECK(!strstr(mapping, "\"source\":\"total\""));
        CHECK_HAS(shown, "Sample SO-10023");
        free(mapping);
        free(shown);
        fixture_end();
    }
}

/* Who may change nothing looks and copies. */
static void
an_auditor_looks(void)
{
    fixture_start(1);
    free(console_shows("eve", TO_MAPPING));
    char *shown =
        console_shows("olga", "Enter\nEnter\nj\nEnter\nb\nf\nEnter\n");
    CHECK_HAS(shown, "read-only");
    free(shown);
    fixture_end();
}

/* A sample of the workflow that the console shows first. */
static void
add_sample(const char *body)
{
    struct manager *m = session_of("eve");
    struct value *v = NULL;
    bool fresh;
    CHECK_INT(
        value_read(&v, body, strlen(body), &value_limits_event, "body", &e),
        ERR_OK);
    v = sample_value(v);
    CHECK_INT(manager_sample_add(m, "order-to-cash", NULL, "from outside", v,
                                 NULL, &fresh, &e),
              ERR_OK);
    value_free(v);
    manager_close(m);
}

/* Names and values that would speak to the terminal are shown as what they
 * are, and their paths can be taken. */
static void
hostile_names_are_shown_as_what_they_are(void)
{
    static const char *const keys[] = {TO_MAPPING "b\nf\nj\n",
                                       TO_MAPPING "b\nf\nj\nEnter\nEnter\n"};
    for (int i = 0; i < 2; i++) {
        fixture_start(1);
        add_sample("{\"evil\\u001b]0;x\\u0007\\u202e\\u200b\":"
                   "\"\\u001b[31mred\",\"orderNumber\":\"\\u001b[2J\"}");
        char *shown = console_shows("eve", keys[i]);
        char *mapping = stored_mapping();
        for (const char *s = shown; *s; s++)
            CHECK(*s == '\n' || (unsigned char)*s >= ' ');
        CHECK(!strstr(shown, "\xe2\x80\xae"));
        CHECK(!strstr(shown, "\xe2\x80\x8b"));
        if (i == 0)
            CHECK_HAS(shown, "path    ['evil\\u001b]0;x\\u0007");
        else
            CHECK_HAS(mapping, "\"source\":\"['evil\\\\u001b]0;x\\\\u0007");
        free(mapping);
        free(shown);
        fixture_end();
    }
}

/* The form of a block: a formula takes a path, a name does not. */
static void
a_path_goes_into_a_block(void)
{
    static const char *const keys[] = {
        "F\ni\n'math\nEnter\n'Tax\nEnter\n'=ROUND(\nCtrl-X\n" FIND(
            "total") "Enter\n', 2)\nEnter\n",
        "F\nj\ne\nCtrl-X\n"};
    static const char *const shown[] = {"=ROUND(total, 2)",
                                        "name takes no path of the sample"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        fixture_start(1);
        char *screen = console_shows("eve", keys[i]);
        CHECK_HAS(screen, shown[i]);
        free(screen);
        fixture_end();
    }
}

static const struct test tests[] = {
    {"a path goes into the cell", a_path_goes_into_the_cell},
    {"a path goes into a formula", a_path_goes_into_a_formula},
    {"fields of elements are offered", fields_of_elements_are_offered},
    {"the cell stays open below", the_cell_stays_open_below},
    {"no other row takes the path", no_other_row_takes_the_path},
    {"an auditor looks", an_auditor_looks},
    {"hostile names are shown as what they are",
     hostile_names_are_shown_as_what_they_are},
    {"a path goes into a block", a_path_goes_into_a_block},
    {"lists begin with their first element",
     lists_begin_with_their_first_element},
    {"a filter looks into folds", a_filter_looks_into_folds},
    {"any name has a path", any_name_has_a_path},
    {"a large sample is quick", a_large_sample_is_quick},
    {"screens are as they were", screens_are_as_they_were},
    {NULL, NULL},
};

void
test_grids_explorer(void)
{
    test_run("grids explorer", tests);
}
