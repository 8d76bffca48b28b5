/*
 * Keys that take the marked row away, over the table of actions: held down they
 * act once, pressed one after the other each time.
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "tests/unit/test.h"
#include "tests/unit/ui/frame/ui.h"

static struct {
    struct view_ops ops;
    char done[400]; /* the labels of what was done */
} screen;

static unsigned
note_action(struct view *v, const struct invocation *invocation,
            struct error *e)
{
    size_t n = strlen(screen.done);
    (void)v;
    (void)e;
    snprintf(screen.done + n, sizeof screen.done - n, "%s ",
             act_info((enum act)invocation->action)->command);
    return REACT_PAINT;
}

static void
has_row(const struct view *v, enum act action, struct act_context *ctx)
{
    (void)v;
    (void)action;
    ctx->has_row = true;
}

static void
draw_nothing(struct view *v, struct cells *c, struct rect r)
{
    (void)v;
    cells_text(c, r.row, r.col, r.cols, STYLE_NORMAL, "rows");
}

/* Plays SCRIPT, in which %s is KEY, on VIEW. OUT receives the last screen. */
static void
play(enum view_id view, const char *script, const char *key, struct buf *out)
{
    const struct app_facts facts = {.actor = "alice", .role = ROLE_ADMIN};
    struct buf keys;
    buf_init(&keys, 1 << 16);
    for (const char *s = script; *s; s++) {
        if (*s == '%')
            buf_adds(&keys, key);
        else
            buf_addc(&keys, *s);
    }
    screen.ops = (struct view_ops){.id = view,
                                   .draw = draw_nothing,
                                   .context = has_row,
                                   .action = note_action};
    screen.done[0] = '\0';
    struct screen *s = script_open(buf_str(&keys), 24, 100, false, NULL);
    struct app *app = app_new(s, &facts);
    app_open(app, &screen.ops, "");
    app_run(app);
    cells_dump(script_cells(s), out);
    app_free(app);
    buf_clear(&keys);
}

static const struct {
    const char *what, *script;
    int times;
    const char *says;
} cases[] = {
    {"held down", "%\n!later 500\n%\n!later 33\n%\n!later 33\n%\n!later 500\n",
     1, "3 repeats of a held key dropped"},
    {"held down, a slow repeat", "%\n!later 250\n%\n!later 90\n%\n!later 90\n%\n",
     1, "3 repeats of a held key dropped"},
    {"in one burst of a slow line", "% % % % %\n!later 500\n", 1,
     "4 repeats of a held key dropped"},
    {"held down, let go, pressed",
     "%\n!later 500\n%\n!later 33\n%\n!later 400\n%\n!later 200\n", 2,
     NULL},
    {"one after the other",
     "%\n!later 150\n%\n!later 150\n%\n!later 700\n%\n!later 200\n", 4,
     NULL},
    {"and then another key", "%\n!later 300\n%\nu\n", 2, NULL},
    {"after a while", "%\n!later 1000\n%\n", 2, NULL},
};

static void
check_case(enum act action, enum view_id view, size_t i)
{
    const struct act_info *info = act_info(action);
    struct buf last;
    char key[20], wanted[400] = "";
    int failures = test_failures;
    snprintf(key, sizeof key, "%.*s", (int)strcspn(info->keys, " "),
             info->keys);
    buf_init(&last, 1 << 20);
    play(view, cases[i].script, key, &last);
    for (int n = 0; n < cases[i].times; n++)
        snprintf(wanted + strlen(wanted), sizeof wanted - strlen(wanted),
                 "%s ", info->command);
    char *undo = strstr(screen.done, "undo ");
    if (undo && undo[5] == '\0')
        *undo = '\0';
    CHECK_STR(screen.done, wanted);
    if (cases[i].says)
        CHECK_HAS(buf_str(&last), cases[i].says);
    else
        CHECK(!strstr(buf_str(&last), "dropped"));
    if (test_failures > failures)
        printf("# %s: %s\n", info->command, cases[i].what);
    buf_clear(&last);
}

/* Each would resolve another row, of which the second was not seen. */
static void
several_keys_at_once_remove_one_row(void)
{
    struct buf last;
    buf_init(&last, 1 << 20);
    play(VIEW_CONFLICTS, "w t r\n!later 500\n", "", &last);
    CHECK_STR(screen.done, "use-own-version ");
    CHECK_HAS(buf_str(&last), "Use own version: done once, 2 repeats");
    buf_reset(&last);
    play(VIEW_CONFLICTS, "w\n!later 150\nt\n!later 150\nr\n!later 500\n", "",
         &last);
    CHECK_STR(screen.done, "use-own-version use-new-base keep-as-it-is ");
    buf_clear(&last);
}

/* Sabotage: app_removal() in focus_takes(), any line of removal.c. */
static void
a_held_key_removes_one_row(void)
{
    int tried = 0;
    for (int a = ACT_NONE + 1; a < ACT_COUNT; a++) {
        const struct act_info *info = act_info((enum act)a);
        if (!(info->flags & ACT_REMOVES) || !*info->keys)
            continue;
        for (int v = 0; v < VIEW_COUNT; v++) {
            for (size_t i = 0; act_applies((enum act)a, (enum view_id)v) &&
                               i < sizeof cases / sizeof cases[0];
                 i++, tried++)
                check_case((enum act)a, (enum view_id)v, i);
        }
    }
    CHECK(tried > 0);
}

/* Whoever adds an action that takes something away says so in the table. */
static void
what_deletes_is_marked_in_the_table(void)
{
    for (int a = ACT_NONE + 1; a < ACT_COUNT; a++) {
        const struct act_info *info = act_info((enum act)a);
        bool removes = (info->flags & ACT_MUTATES) &&
                       (strcasestr(info->help, "delete") ||
                        strcasestr(info->help, "discard") ||
                        strcasestr(info->help, "resolve the conflict"));
        CHECK_INT((info->flags & ACT_REMOVES) != 0, removes);
    }
}

void
test_ui_removal(void)
{
    static const struct test tests[] = {
        {"a held key removes one row", a_held_key_removes_one_row},
        {"several keys at once remove one row",
         several_keys_at_once_remove_one_row},
        {"what deletes is marked in the table",
         what_deletes_is_marked_in_the_table},
        {NULL, NULL}};
    test_run("ui removal", tests);
    failed_tests += test_failures;
}
