/* The table of actions and the bindings made from it. */
#include "ui/app/action.h"

#include "tests/unit/test.h"
#include "tests/unit/ui/frame/ui.h"
#include "ui/app/keymap.h"

#define EACH_ACTION(i) for (int i = ACT_NONE + 1; i < ACT_COUNT; i++)

static void
every_action_is_whole(void)
{
    EACH_ACTION(i)
    {
        const struct act_info *a = act_info((enum act)i);
        size_t n = strlen(a->help);
        CHECK(a->command[0] && a->label[0]);
        CHECK(n > 10 && a->help[n - 1] == '.');
        for (const char *c = a->help; *c; c++)
            CHECK(*c >= ' ' && *c < 0x7f); /* --ascii shows it as it is */
        CHECK(a->views != 0 && a->role >= ROLE_AUDITOR);
        bool reads = a->flags & ACT_READS;
        bool mutates = a->flags & ACT_MUTATES;
        CHECK(reads != mutates);
        CHECK(!mutates || a->role > ROLE_AUDITOR);
        CHECK(!(a->flags & ACT_DANGER) || mutates);
        CHECK_INT(act_find(a->command), i);
    }
}

static bool
next_key(const char **keys, struct key *key)
{
    char name[32];
    int n;
    if (sscanf(*keys, "%31s%n", name, &n) != 1)
        return false;
    *keys += n;
    CHECK(key_parse(name, key));
    return true;
}

/* Nothing that changes something sits on a bare Ctrl key, on Enter, or on a
 * key that only moves. */
static void
no_key_changes_by_accident(void)
{
    EACH_ACTION(i)
    {
        const struct act_info *a = act_info((enum act)i);
        const char *keys = a->keys;
        struct key key;
        while (next_key(&keys, &key)) {
            if (!(a->flags & ACT_MUTATES))
                continue;
            CHECK(!(key.mods & KEY_MOD_CTRL));
            CHECK(key.kind == KEY_KIND_CHAR);
            CHECK(!strchr("hjklgGq /:", (int)key.codepoint));
        }
    }
}

/* Two actions of one screen, or two of any screen, never share a key. */
static void
keys_do_not_collide(void)
{
    EACH_ACTION(i)
    {
        for (int k = i + 1; k < ACT_COUNT; k++) {
            const struct act_info *a = act_info((enum act)i);
            const struct act_info *b = act_info((enum act)k);
            bool same_level = (a->views == ~0u) == (b->views == ~0u);
            if (!same_level || !(a->views & b->views))
                continue;
            const char *x = a->keys;
            struct key p, q;
            while (next_key(&x, &p)) {
                const char *y = b->keys;
                while (next_key(&y, &q)) {
                    if (key_same(&p, &q))
                        CHECK_STR(a->command, b->command);
                }
            }
        }
    }
}

/* To see it fail, let act_refusal look at ACT_MUTATES instead: an
 * action with neither flag would pass. */
static void
read_only_is_an_allow_list(void)
{
    EACH_ACTION(i)
    {
        const struct act_info *a = act_info((enum act)i);
        for (int v = 0; v < VIEW_COUNT; v++) {
            struct act_context ctx = {.view = (enum view_id)v,
                                      .role = ROLE_ADMIN,
                                      .read_only = true,
                                      .has_row = true};
            if (!act_applies((enum act)i, (enum view_id)v))
                continue;
            const char *why = act_refusal((enum act)i, &ctx);
            if (a->flags & ACT_READS)
                CHECK(why == NULL);
            else
                CHECK_STR(why, "read-only session");
        }
    }
}

static void
reasons_are_said(void)
{
    struct act_context ctx = {
        .view = VIEW_RUNS, .role = ROLE_AUDITOR, .has_row = true};
    CHECK_STR(act_refusal(ACT_RETRY, &ctx), "engineer only");
    CHECK_STR(act_refusal(ACT_CANCEL_RUN, &ctx), "releaser only");
    ctx.role = ROLE_RELEASER;
    CHECK(act_refusal(ACT_RETRY, &ctx) == NULL);
    ctx.net_lost = "us-1 lost since 13:52";
    CHECK_STR(act_refusal(ACT_RETRY, &ctx), "us-1 lost since 13:52");
    ctx.has_row = false;
    CHECK_STR(act_refusal(ACT_RETRY, &ctx), "no row");
    CHECK_STR(act_refusal(ACT_INSERT, &ctx), "not on this screen");
    ctx.role = ROLE_NONE;
    CHECK_STR(act_refusal(ACT_DOWN, &ctx), "no role");
}

static enum act
on(const struct keymap *map, enum view_id view, const char *name)
{
    struct key key;
    CHECK(key_parse(name, &key));
    return keymap_find(map, view, &key);
}

static void
keys_are_bound_and_unbound(void)
{
    struct keymap map;
    struct buf note;
    struct error e = {0};
    keymap_init(&map);
    buf_init(&note, 256);
    CHECK_INT(on(&map, VIEW_MAPPING, "s"), ACT_SAMPLE);
    CHECK_INT(on(&map, VIEW_RUNS, "s"), ACT_SORT);
    CHECK_INT(keymap_bind(&map, "runs R none", &note, &e), ERR_OK);
    CHECK_INT(on(&map, VIEW_RUNS, "R"), ACT_NONE);
    CHECK_INT(on(&map, VIEW_RUN, "R"), ACT_RETRY);
    CHECK_HAS(buf_str(&note), "\"retry\" on runs before");
    CHECK_INT(keymap_bind(&map, "any F9 refresh", &note, &e), ERR_OK);
    CHECK_INT(on(&map, VIEW_AUDIT, "F9"), ACT_REFRESH);
    CHECK_INT(keymap_unbind(&map, "any j", &note, &e), ERR_OK);
    CHECK_INT(on(&map, VIEW_RUNS, "j"), ACT_NONE);
    static const struct {
        const char *words, *why;
    } refused[] = {
        {"", "SCREEN KEY ACTION"},
        {"nowhere x up", "no screen"},
        {"any Hyper-x up", "no key"},
        {"any x", "action is missing"},
        {"any x fly", "no action"},
        {"any Ctrl-X fork", "without Ctrl"},
        {"audit x fork", "does not apply"},
        {"any Esc none", "cannot be changed"},
        {"any : none", "cannot be changed"},
    };
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        CHECK_INT(keymap_bind(&map, refused[i].words, &note, &e), ERR_USAGE);
        CHECK_HAS(e.text, refused[i].why);
    }
    buf_clear(&note);
    keymap_clear(&map);
}

static void
themes_have_every_style(void)
{
    for (int i = 0; i < THEME_COUNT; i++) {
        enum theme theme = (enum theme)i;
        CHECK_INT(theme_find(theme_name(theme)), i);
        struct look focus = theme_look(theme, STYLE_FOCUS, 256, false);
        CHECK(focus.attributes & LOOK_REVERSE);
        for (int s = 0; s < STYLE_COUNT; s++) {
            struct look look = theme_look(theme, (enum style)s, 8, false);
            CHECK(look.colour >= -1 && look.colour < 8);
            CHECK_INT(theme_look(theme, (enum style)s, 0, false).colour, -1);
            CHECK_INT(theme_look(theme, (enum style)s, 256, true).colour, -1);
        }
    }
    CHECK_INT(theme_look(THEME_MONO, STYLE_BAD, 256, false).colour, -1);
    CHECK_INT(theme_look(THEME_CONTRAST, STYLE_BAD, 256, false).colour, -1);
}

void
test_ui_action(void)
{
    static const struct test tests[] = {
        {"every action is whole", every_action_is_whole},
        {"no key changes by accident", no_key_changes_by_accident},
        {"keys do not collide", keys_do_not_collide},
        {"read-only is an allow-list", read_only_is_an_allow_list},
        {"reasons are said", reasons_are_said},
        {"keys are bound and unbound", keys_are_bound_and_unbound},
        {"themes have every style", themes_have_every_style},
        {NULL, NULL}};
    test_run("ui action", tests);
    failed_tests += test_failures;
}
