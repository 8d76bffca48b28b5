/* The table of actions and the bindings made from it. */
#include "ui/app/action.h"

#include "base/mem.h"
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

/* Help and menu show the label, the command line takes the command: one name,
 * and of one action alone. Sabotage: call COMPARE "compare" again. */
static void
an_action_has_one_name(void)
{
    EACH_ACTION(i)
    {
        const struct act_info *a = act_info((enum act)i);
        char *name = mem_strdup(a->label);
        for (char *c = name; *c; c++)
            *c = *c == ' ' ? '-' : *c;
        CHECK_STR(a->command, name);
        for (int k = i + 1; k < ACT_COUNT; k++)
            CHECK(strcmp(a->label, act_info((enum act)k)->label) != 0);
        free(name);
    }
}

/* True where TEXT has WORD as a whole word. */
static bool
has_word(const char *text, const char *word)
{
    size_t n = strlen(word);
    for (const char *at = text; (at = strstr(at, word)) != NULL; at += n) {
        bool begins = at == text || strchr(" ,-", at[-1]);
        if (begins && strchr(" ,-", at[n]))
            return true;
    }
    return false;
}

/* Who types the name of another command is not left with one row that changes
 * production in another way. Sabotage: "cancel the upgrade" of WITHDRAW. */
static void
no_other_name_finds_what_changes_production(void)
{
    static const char *const commands[] = {
#define E(name, where) name,
#include "ui/app/elsewhere.def"
#undef E
        "install", "release", "fork", "restore", "remove"};
    EACH_ACTION(i)
    {
        const char *words = act_synonyms((enum act)i);
        if (!(act_info((enum act)i)->flags & ACT_PRODUCTION))
            continue;
        for (size_t k = 0; k < sizeof commands / sizeof commands[0]; k++)
            CHECK(!has_word(words, commands[k]));
        for (int k = ACT_NONE + 1; k < ACT_COUNT; k++)
            CHECK(k == i || !(act_info((enum act)k)->flags & ACT_MUTATES) ||
                  !has_word(words, act_info((enum act)k)->label));
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

/* A key may be pressed by accident: whatever it does has no effect but on a
 * draft, and an undo or a discard takes that back. Sabotage: give PAUSE a key
 * in actions.def, or drop its PRODUCTION. */
static void
no_key_changes_by_accident(void)
{
    EACH_ACTION(i)
    {
        const struct act_info *a = act_info((enum act)i);
        const char *keys = a->keys;
        struct key key;
        CHECK(!(a->flags & ACT_PRODUCTION) || !*keys);
        while (next_key(&keys, &key)) {
            if (!(a->flags & ACT_MUTATES))
                continue;
            CHECK(a->flags & ACT_DRAFT);
            CHECK(!key.mods && key.kind == KEY_KIND_CHAR);
            CHECK(!strchr("hjklgGqQa /:", (int)key.codepoint));
        }
    }
}

/* What changes production is asked about, needs a releaser, and is found by
 * its name. */
static void
production_is_asked_about(void)
{
    static const enum act all[] = {
        ACT_PAUSE,          ACT_RESUME,      ACT_WITHDRAW,   ACT_ROLL_BACK,
        ACT_RETURN_TO_BASE, ACT_RELEASE_NOW, ACT_RELEASE_ALL};
    size_t found = 0;
    EACH_ACTION(i)
    {
        const struct act_info *a = act_info((enum act)i);
        if (!(a->flags & ACT_PRODUCTION))
            continue;
        found++;
        CHECK(a->flags & ACT_MUTATES && !(a->flags & ACT_DRAFT));
        CHECK(a->flags & (ACT_CONFIRM | ACT_DANGER));
        CHECK(a->role >= ROLE_RELEASER);
        CHECK(i == ACT_RELEASE_NOW || a->flags & ACT_MENU);
    }
    CHECK_INT(found, sizeof all / sizeof all[0]);
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        CHECK(act_info(all[i])->flags & ACT_PRODUCTION);
}

/* The action that has LETTER; there is at most one on all screens. */
static enum act
action_of(uint32_t letter)
{
    enum act found = ACT_NONE;
    EACH_ACTION(i)
    {
        const char *keys = act_info((enum act)i)->keys;
        struct key key;
        while (next_key(&keys, &key)) {
            if (key.kind != KEY_KIND_CHAR || key.mods ||
                key.codepoint != letter)
                continue;
            CHECK_INT(found, ACT_NONE);
            found = (enum act)i;
        }
    }
    return found;
}

static const char *
name_of(enum act action)
{
    return action == ACT_NONE ? "no action" : act_info(action)->command;
}

/* Fails with the letter and both actions where LETTER is not that of WANTED. */
static void
check_letter(char letter, enum act wanted)
{
    enum act got = action_of((uint32_t)(unsigned char)letter);
    char *is = mem_printf("%c %s", letter, name_of(got));
    char *should = mem_printf("%c %s", letter, name_of(wanted));
    CHECK_STR(is, should);
    free(is);
    free(should);
}

/* Sabotage: bind "v" to VERIFY as well, or "P" to anything. */
static void
a_letter_means_one_thing(void)
{
    static const struct {
        char letter;
        enum act action;
    } meanings[] = {
        {'i', ACT_INSERT},       {'e', ACT_EDIT},
        {'d', ACT_CUT},          {'y', ACT_COPY},
        {'p', ACT_PASTE},        {'u', ACT_UNDO},
        {'U', ACT_REDO},         {'a', ACT_ACTIONS},
        {'J', ACT_MOVE_DOWN},    {'K', ACT_MOVE_UP},
        {'R', ACT_OPEN_RELEASE}, {'F', ACT_FORK},
        {']', ACT_NEXT_PROBLEM}, {'b', ACT_NEXT_BLANK},
        {'o', ACT_JUMP},         {'D', ACT_COMPARE},
        {'.', ACT_SAMPLE},       {'I', ACT_IMPORT},
        {'A', ACT_ALL_SAMPLES},  {'s', ACT_SORT},
        {'v', ACT_SAVED_VIEWS},  {'V', ACT_MARK_RANGE},
        {'*', ACT_MARK_ALL},     {'-', ACT_UNMARK_ALL},
        {'/', ACT_FILTER},       {':', ACT_COMMAND},
        {'?', ACT_HELP},         {'q', ACT_LEAVE},
        {'Q', ACT_QUIT},         {' ', ACT_MARK},
    };
    for (uint32_t letter = ' '; letter < 0x7f; letter++)
        action_of(letter);
    for (size_t i = 0; i < sizeof meanings / sizeof meanings[0]; i++)
        check_letter(meanings[i].letter, meanings[i].action);
    for (const char *c = "PxXCWBY"; *c; c++)
        check_letter(*c, ACT_NONE);
}

/* A small letter looks or edits the open draft; a capital opens a screen,
 * makes a draft, moves, or is the larger form of its small letter. */
static void
capitals_are_larger(void)
{
    static const enum act capitals[] = {
        ACT_BOTTOM,       ACT_MARK_RANGE, ACT_FORK,        ACT_COMPARE,
        ACT_OPEN_RELEASE, ACT_MOVE_DOWN,  ACT_MOVE_UP,     ACT_REDO,
        ACT_MOVE_LEFT,    ACT_MOVE_RIGHT, ACT_FOLD_OTHERS, ACT_TABLES,
        ACT_ALL_SAMPLES,  ACT_SUGGEST,    ACT_IMPORT,      ACT_WHOLE_RECORD,
        ACT_MESSAGES,     ACT_QUIT};
    size_t found = 0;
    for (uint32_t letter = 'A'; letter <= 'Z'; letter++) {
        enum act action = action_of(letter);
        for (size_t i = 0; i < sizeof capitals / sizeof capitals[0]; i++)
            found += action != ACT_NONE && capitals[i] == action;
    }
    CHECK_INT(found, sizeof capitals / sizeof capitals[0]);
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
        .view = VIEW_INSTALLATION, .role = ROLE_AUDITOR, .has_row = true};
    CHECK_STR(act_refusal(ACT_FORK, &ctx), "engineer only");
    CHECK_STR(act_refusal(ACT_PAUSE, &ctx), "releaser only");
    ctx.role = ROLE_RELEASER;
    CHECK(act_refusal(ACT_PAUSE, &ctx) == NULL);
    ctx.off = "it is paused";
    CHECK_STR(act_refusal(ACT_PAUSE, &ctx), "it is paused");
    ctx.has_row = false;
    CHECK_STR(act_refusal(ACT_PAUSE, &ctx), "no row");
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
    CHECK_INT(on(&map, VIEW_MAPPING, "."), ACT_SAMPLE);
    CHECK_INT(on(&map, VIEW_AUDIT, "s"), ACT_SORT);
    CHECK_INT(keymap_bind(&map, "editor R none", &note, &e), ERR_OK);
    CHECK_INT(on(&map, VIEW_EDITOR, "R"), ACT_NONE);
    CHECK_INT(on(&map, VIEW_DRAFTS, "R"), ACT_OPEN_RELEASE);
    CHECK_HAS(buf_str(&note), "\"release\" on editor before");
    CHECK_INT(keymap_bind(&map, "any F9 refresh", &note, &e), ERR_OK);
    CHECK_INT(on(&map, VIEW_AUDIT, "F9"), ACT_REFRESH);
    CHECK_INT(keymap_unbind(&map, "any j", &note, &e), ERR_OK);
    CHECK_INT(on(&map, VIEW_AUDIT, "j"), ACT_NONE);
    static const struct {
        const char *words, *why;
    } refused[] = {
        {"", "SCREEN KEY ACTION"},
        {"nowhere x up", "unknown screen"},
        {"any Hyper-x up", "unknown key"},
        {"any x", "action is missing"},
        {"any x fly", "unknown action"},
        {"any Ctrl-X fork", "without Ctrl"},
        {"audit x fork", "does not apply"},
        {"any Ctrl-J down", "cannot be bound"},
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

/* Where one types differs from plain text and from the other fields by more
 * than a colour. */
static void
check_input_is_seen(enum theme theme)
{
    static const int colours[] = {0, 8, 256};
    for (size_t i = 0; i < 2 * sizeof colours / sizeof *colours; i++) {
        bool thin = i % 2;
        unsigned char input =
            theme_look(theme, STYLE_INPUT, colours[i / 2], thin).attributes;
        CHECK(input & (LOOK_UNDERLINE | LOOK_REVERSE));
        CHECK(input !=
              theme_look(theme, STYLE_FIELD, colours[i / 2], thin).attributes);
    }
}

/* Production is told from titles in every theme, without colours too, and the
 * states of the default theme have a colour each.
 * Sabotage: the row of PRODUCTION or GOOD in styles.def. */
static void
production_and_states_are_seen(void)
{
    for (int i = 0; i < THEME_COUNT; i++) {
        enum theme theme = (enum theme)i;
        unsigned char production =
            theme_look(theme, STYLE_PRODUCTION, 0, false).attributes;
        CHECK(production & LOOK_REVERSE);
        CHECK(production !=
              theme_look(theme, STYLE_TITLE, 0, false).attributes);
    }
    for (int colours = 8; colours <= 256; colours *= 32) {
        short good =
            theme_look(THEME_DEFAULT, STYLE_GOOD, colours, false).colour;
        short warning =
            theme_look(THEME_DEFAULT, STYLE_WARNING, colours, false).colour;
        short bad = theme_look(THEME_DEFAULT, STYLE_BAD, colours, false).colour;
        CHECK(good >= 0 && warning >= 0 && bad >= 0);
        CHECK(good != warning && warning != bad && bad != good);
    }
}

/* The marked row and card are seen without a colour, in every theme.
 * Sabotage: the row of BAR in styles.def. */
static void
the_mark_is_a_bar(void)
{
    for (int i = 0; i < THEME_COUNT; i++) {
        for (int colours = 0; colours <= 256; colours += 128)
            CHECK(theme_look((enum theme)i, STYLE_BAR, colours, false)
                      .attributes &
                  LOOK_REVERSE);
    }
}

static void
themes_have_every_style(void)
{
    for (int i = 0; i < THEME_COUNT; i++) {
        enum theme theme = (enum theme)i;
        CHECK_INT(theme_find(theme_name(theme)), i);
        struct look focus = theme_look(theme, STYLE_FOCUS, 256, false);
        CHECK(focus.attributes & LOOK_REVERSE);
        check_input_is_seen(theme);
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
        {"an action has one name", an_action_has_one_name},
        {"no other name finds what changes production",
         no_other_name_finds_what_changes_production},
        {"no key changes by accident", no_key_changes_by_accident},
        {"production is asked about", production_is_asked_about},
        {"a letter means one thing", a_letter_means_one_thing},
        {"capitals are larger", capitals_are_larger},
        {"keys do not collide", keys_do_not_collide},
        {"read-only is an allow-list", read_only_is_an_allow_list},
        {"reasons are said", reasons_are_said},
        {"keys are bound and unbound", keys_are_bound_and_unbound},
        {"the mark is a bar in every theme", the_mark_is_a_bar},
        {"the mark is a bar in every theme", the_mark_is_a_bar},
        {"themes have every style", themes_have_every_style},
        {"production and states are seen", production_and_states_are_seen},
        {NULL, NULL}};
    test_run("ui action", tests);
    failed_tests += test_failures;
}
