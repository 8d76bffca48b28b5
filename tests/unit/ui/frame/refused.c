/*
 * Whoever types on where a question is open believes that it is gone: after
 * anything that it refuses, Enter no longer presses the button that acts.
 *
 * Every action that asks is asked on every screen where it applies.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "base/text.h"
#include "tests/unit/test.h"
#include "tests/unit/ui/frame/ui.h"

/* What a terminal sends, in one read, while the button has the focus. */
static const struct {
    const char *name, *bytes;
} noises[] = {
    {"a letter", "a"},
    {"a word", "pause"},
    {"a digit", "1"},
    {"a blank", " "},
    {"F1", "\033OP"},
    {"F2", "\033OQ"},
    {"PgDn", "\033[6~"},
    {"Ctrl-L", "\f"},
    {"Ctrl-Y", "\031"},
    {"Backspace", "\177"},
    {"Alt-[", "\033["},
    {"a sequence that is cut off", "\033[1"},
    {"a mouse", "\033[<0;5;5M"},
    {"a focus event", "\033[O"},
    {"an unknown sequence", "\033[?1;2c"},
    {"half a character", "\xe2\x82"},
    {"a byte that is no character", "\xff"},
    {"a paste", "\033[200~x\033[201~"},
    {"a paste with a line feed", "\033[200~x\n\033[201~"},
    {"a paste without its end", "\033[200~x"},
};
enum {
    NOISES = sizeof noises / sizeof noises[0],
    SILENCE = 10000 /* after which the next key comes */
};

/* Appends to a script what was decoded. */
static void
add_event(enum decoded decoded, const struct key *key, struct buf *script)
{
    char name[KEY_NAME_SIZE];
    if (decoded == DECODED_PASTE)
        buf_adds(script, "!paste x\n");
    else if (decoded == DECODED_LOST)
        buf_adds(script, "Lost\n");
    else if (decoded == DECODED_UNKNOWN)
        buf_adds(script, "Unknown\n");
    else {
        key_format(key, name);
        buf_addf(script, "%s\n", name);
    }
}

/* Appends what the decoder of the terminal makes of BYTES, as a script. */
static void
add_decoded(const char *bytes, struct buf *script)
{
    struct key_decoder d;
    struct key key;
    enum decoded decoded;
    key_decoder_init(&d);
    key_decoder_feed(&d, bytes, strlen(bytes));
    for (int i = 0; i < 2; i++) {
        while ((decoded = key_decoder_next(&d, true, &key)) != DECODED_NOTHING)
            add_event(decoded, &key, script);
        key_decoder_silence(&d, SILENCE);
    }
    CHECK_INT(d.input.len, 0);
    key_decoder_clear(&d);
}

/* A screen of any kind that asks about everything and says what was done. */
struct asker {
    struct view_ops ops;
    char done[64];
};

static struct asker *
asker_of(const struct view *v)
{
    return (struct asker *)(uintptr_t)v->ops; /* its first member */
}

static void
asker_draw(struct view *v, struct cells *c, struct rect r)
{
    (void)v;
    cells_text(c, r.row, r.col, r.cols, STYLE_NORMAL, "a row");
}

static unsigned
asker_action(struct view *v, const struct invocation *invocation,
             struct error *e)
{
    struct asker *asker = asker_of(v);
    (void)e;
    snprintf(asker->done, sizeof asker->done, "%s",
             act_info((enum act)invocation->action)->command);
    return REACT_PAINT;
}

static void
asker_context(const struct view *v, enum act action, struct act_context *ctx)
{
    (void)v;
    (void)action;
    ctx->has_row = true;
}

static bool
asker_question(struct view *v, const struct invocation *invocation,
               struct question *q)
{
    (void)v;
    (void)invocation;
    snprintf(q->text, sizeof q->text, "Do it to the row?");
    return true;
}

/* Asks for ACTION on a screen VIEW and leads to the button that does it; then
 * comes NOISE, "" for none, and after a second Enter. True where it was done;
 * OUT receives the last screen. */
static bool
is_done(enum act action, enum view_id view, const char *noise, struct buf *out)
{
    const struct app_facts facts = {.actor = "alice", .role = ROLE_ADMIN};
    const struct act_info *info = act_info(action);
    struct asker asker = {.ops = {.id = view,
                                  .draw = asker_draw,
                                  .action = asker_action,
                                  .context = asker_context,
                                  .question = asker_question}};
    struct buf script;
    buf_init(&script, 4096);
    buf_addf(&script, ":%s\n!later 400\n", info->command);
    if (info->flags & ACT_DANGER)
        buf_addf(&script, "'%s\n", info->label);
    buf_adds(&script, "Tab\n!later 1000\n");
    add_decoded(noise, &script);
    buf_adds(&script, "!later 1000\nEnter\n!later 1000");
    struct screen *screen =
        script_open(buf_str(&script), 24, 80, false, NULL);
    struct app *app = app_new(screen, &facts);
    app_open(app, &asker.ops, "");
    app_run(app);
    cells_dump(script_cells(screen), out);
    app_free(app);
    buf_clear(&script);
    CHECK(!asker.done[0] || strcmp(asker.done, info->command) == 0);
    return asker.done[0] != '\0';
}

static void
check_action(enum act action, enum view_id view)
{
    struct buf screen;
    buf_init(&screen, 1 << 20);
    CHECK(is_done(action, view, "", &screen)); /* it does get there */
    for (size_t i = 0; i < NOISES; i++) {
        buf_reset(&screen);
        bool done = is_done(action, view, noises[i].bytes, &screen);
        if (done)
            printf("# %s on %s after %s\n", act_info(action)->command,
                   view_word(view), noises[i].name);
        CHECK(!done);
        CHECK(!strstr(buf_str(&screen), "[>")); /* Enter was that of Back */
    }
    buf_clear(&screen);
}

/* Sabotage: app_guard_yields() in app_take_event(). */
static void
what_is_refused_takes_the_focus_off_the_button(void)
{
    size_t asked = 0;
    for (int i = ACT_NONE + 1; i < ACT_COUNT; i++) {
        const unsigned asks = ACT_PRODUCTION | ACT_CONFIRM | ACT_DANGER;
        for (int view = 0; view < VIEW_COUNT; view++) {
            if (!(act_info((enum act)i)->flags & asks) ||
                !act_applies((enum act)i, (enum view_id)view))
                continue;
            check_action((enum act)i, (enum view_id)view);
            asked++;
        }
    }
    CHECK(asked >= 15);
}

/* After SCRIPT on the sample screens, DONE was done. */
static void
check_done(const char *script, const char *done)
{
    struct session s;
    sample_init(&s.sample, 10);
    session_run(&s, script);
    CHECK_STR(s.sample.done, done);
    session_end(&s);
}

#define RELEASE "Enter R\n!later 300\n'5%\nTab\nTab\n!later 1000\n"
#define ENTER "!later 1000\nEnter\n!later 1000\n"

/* The same where the screen itself is the question. Sabotage: as above. */
static void
the_release_screen_does_the_same(void)
{
    check_done(RELEASE ENTER, "released: 5%");
    for (size_t i = 0; i < NOISES; i++) {
        struct buf script;
        buf_init(&script, 4096);
        buf_adds(&script, RELEASE);
        add_decoded(noises[i].bytes, &script);
        buf_adds(&script, ENTER "F1");
        check_done(buf_str(&script), "");
        buf_clear(&script);
    }
}

#define PAUSE ":pause\n!later 300\nTab\n"

/* Keys that are dropped with another one are refused too. Sabotage:
 * app_guard_yields() in app_drop_burst(). */
static void
a_key_behind_enter_takes_the_focus_off_the_button(void)
{
    check_done(PAUSE "!later 300\nEnter x\n" ENTER, "");
    check_done(PAUSE "!later 300\nEnter\nx\n" ENTER, "");
    check_done(PAUSE "!later 300\nEnter Unknown\n" ENTER, "");
}

/* Enter that came too soon, or more than once, costs nothing: the next does
 * it. Sabotage: "enter" in app_guard_yields(). */
static void
enter_keeps_the_focus(void)
{
    check_done(PAUSE "Enter\n" ENTER, "pause ");
    check_done(PAUSE "!later 300\nEnter Enter\n" ENTER, "pause ");
    check_done(PAUSE "!later 300\nEnter\n!later 100\nEnter\n" ENTER, "pause ");
}

/* The name that was typed stays; only the button is to be chosen again.
 * Sabotage: form_rest() in place of form_yield() in app_guard_yields(). */
static void
what_was_typed_stays(void)
{
    check_done(RELEASE "x\n!later 300\nTab\n" ENTER, "released: 5%");
    struct buf screen;
    buf_init(&screen, 1 << 20);
    CHECK(!is_done(ACT_ROLL_BACK, VIEW_VERSIONS, "xyz", &screen));
    buf_reset(&screen);
    CHECK(is_done(ACT_ROLL_BACK, VIEW_VERSIONS, "x\t", &screen));
    buf_clear(&screen);
}

/* Nothing is dropped without a word. Sabotage: app_say() in app_guard_begin(),
 * app_refuse() in app_paste() or at EVENT_REFUSED. */
static void
what_is_dropped_is_said(void)
{
    static const char *const cases[][2] = {
        {"a p a u s e Enter Tab Enter",
         "2 keys dropped: the question had just opened"},
        {"a p a u s e Enter x", "1 key dropped: the question had just opened"},
        {"Enter\nR Tab", "1 key dropped: the question had just opened"},
        {":pause\n!later 100\n!paste x",
         "Paste dropped: the question had just opened"},
        {"Enter R\n!later 100\n!paste x",
         "Paste dropped: the question had just opened"},
        {"Lost Enter\n!later 1000",
         "Paste held, its end did not arrive: \"half a p\""},
        {"TooBig F x",
         "bytes (import a file instead); 2 keys dropped"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct session s;
        sample_init(&s.sample, 10);
        session_run(&s, cases[i][0]);
        CHECK_HAS(session_text(&s), cases[i][1]);
        session_end(&s);
    }
}

void
test_ui_refused(void)
{
    static const struct test tests[] = {
        {"what is refused takes the focus off the button",
         what_is_refused_takes_the_focus_off_the_button},
        {"the release screen does the same", the_release_screen_does_the_same},
        {"a key behind Enter takes the focus off the button",
         a_key_behind_enter_takes_the_focus_off_the_button},
        {"Enter keeps the focus", enter_keeps_the_focus},
        {"what was typed stays", what_was_typed_stays},
        {"what is dropped is said", what_is_dropped_is_said},
        {NULL, NULL}};
    test_run("ui refused", tests);
    failed_tests += test_failures;
}
