/*
 * Every way in which typing can end without the person: what is typed on does
 * nothing, and is counted behind the reason.
 */
#include <stdio.h>
#include <string.h>

#include "tests/unit/test.h"
#include "tests/unit/ui/frame/ui.h"
#include "ui/widget/form.h"

/* A screen with a text field; half a second after it opens something ends the
 * typing in it. */
struct typist {
    struct view_ops ops, beneath;
    void (*end)(struct typist *t);
    struct view *view;
    struct form form;
    bool typing, forms;
    char done[200]; /* what the keys did, a word each */
};

static struct typist *now_open; /* that of the test that runs */

static void
note(const char *word)
{
    size_t n = strlen(now_open->done);
    snprintf(now_open->done + n, sizeof now_open->done - n, "%s ", word);
}

static void
end_due(void *ctx)
{
    struct typist *t = ctx;
    note("|");
    t->end(t);
}

static enum err
typist_open(struct view *v, const char *arg, struct error *e)
{
    (void)arg;
    (void)e;
    now_open->view = v;
    v->state = now_open;
    app_alarm(v->app, 500, end_due, now_open);
    return ERR_OK;
}

static void
typist_draw(struct view *v, struct cells *c, struct rect r)
{
    const struct typist *t = v->state;
    if (t && t->forms)
        form_draw(&now_open->form, c, r, 12);
    else
        cells_text(c, r.row, r.col, r.cols, STYLE_NORMAL, "a field");
}

static unsigned
typist_action(struct view *v, const struct invocation *invocation,
              struct error *e)
{
    (void)v;
    (void)e;
    note(act_info((enum act)invocation->action)->command);
    return REACT_PAINT;
}

static bool
typist_typing(const struct view *v)
{
    const struct typist *t = v->state;
    return t->typing;
}

static unsigned
typist_key(struct view *v, const struct key *key, struct error *e)
{
    struct typist *t = v->state;
    int pressed;
    if (!t->typing)
        return REACT_IGNORED;
    if (t->forms)
        return form_key(&t->form, key, &pressed, e);
    note("text");
    if (key->kind == KEY_KIND_ENTER) {
        t->typing = false;
        error_set(e, ERR_CONFLICT, "the row is gone");
    }
    return REACT_PAINT;
}

static void
typist_keep(struct view *v, const char *why)
{
    struct typist *t = v->state;
    t->typing = false;
    note(why);
}

static struct form *
typist_asks(const struct view *v)
{
    struct typist *t = v->state;
    return t->forms ? &t->form : NULL;
}

static enum err
typist_filter(struct view *v, const char *text, struct error *e)
{
    (void)v;
    (void)text;
    (void)e;
    return ERR_OK;
}

/* --- the ways to end ------------------------------------------------------ */

static void
field_ends(struct typist *t)
{
    t->typing = false;
    app_say(t->view->app, MESSAGE_ERROR, "eve cut it");
    app_say(t->view->app, MESSAGE_INFO, "nothing else");
}

static void
screen_ends(struct typist *t)
{
    app_say(t->view->app, MESSAGE_WARNING, "eve cut it");
    app_back(t->view->app);
}

static void
screen_covers(struct typist *t)
{
    app_say(t->view->app, MESSAGE_WARNING, "eve cut it");
    app_open(t->view->app, &t->beneath, "");
}

static void
question_covers(struct typist *t)
{
    const struct question q = {.text = "eve cut it?", .yes = "Yes"};
    app_say(t->view->app, MESSAGE_WARNING, "eve cut it");
    app_ask(t->view->app, &q, NULL, NULL);
}

static void
form_ends(struct typist *t)
{
    app_say(t->view->app, MESSAGE_WARNING, "eve cut it");
    t->typing = t->forms = false;
}

static void
focus_moves(struct typist *t)
{
    app_say(t->view->app, MESSAGE_WARNING, "eve cut it");
    t->form.focus++;
}

static void
nothing_ends(struct typist *t)
{
    (void)t;
}

static const struct way {
    const char *name;
    void (*end)(struct typist *t);
    const char *open;  /* keys that come before */
    bool typing, forms;
    const char *typed; /* what they have done when it ends */
} ways[] = {
    {"a cell", field_ends, "a\n", true, false, "text | "},
    {"the screen of a field", screen_ends, "a\n", true, false, "text | "},
    {"the screen of a command", screen_ends, " :\n'unmark\n", false, false,
     "| "},
    {"the screen of a filter", screen_ends, "/\n'x\n", false, false, "| "},
    {"another screen over it", screen_covers, "a\n", true, false, "text | "},
    {"a question over it", question_covers, "a\n", true, false, "text | "},
    {"a question over a command", question_covers, " :\n'unmark\n", false,
     false, "| "},
    {"a field of a question", form_ends, "a\n", true, true, "| "},
    {"the focus of a question", focus_moves, "a\n", true, true, "| "},
};
enum { WAYS = sizeof ways / sizeof ways[0] };

/* Plays SCRIPT while W ends; OUT receives the last screen. */
static void
play(struct typist *t, const struct way *w, const char *script,
     struct buf *out)
{
    const struct app_facts facts = {.actor = "alice", .role = ROLE_ENGINEER};
    struct buf keys;
    *t = (struct typist){.end = w->end, .typing = w->typing,
                         .forms = w->forms};
    t->beneath = (struct view_ops){.id = VIEW_MAPPING,
                                   .draw = typist_draw,
                                   .action = typist_action,
                                   .filter = typist_filter};
    t->ops = t->beneath;
    t->ops.open = typist_open;
    t->ops.typing = typist_typing;
    t->ops.key = typist_key;
    t->ops.keep = typist_keep;
    t->ops.asks = typist_asks;
    now_open = t;
    form_init(&t->form);
    form_field(&t->form, "note", 200, "");
    form_field(&t->form, "name", 200, "");
    form_question(&t->form, 0, form_button(&t->form, "Back"),
                  form_button(&t->form, "Do"));
    buf_init(&keys, 4096);
    buf_addf(&keys, "!later 400\n%s%s", w->open, script);
    struct screen *screen = script_open(buf_str(&keys), 24, 80, false, NULL);
    struct app *app = app_new(screen, &facts);
    app_open(app, &t->beneath, "");
    app_open(app, &t->ops, "");
    app_run(app);
    cells_dump(script_cells(screen), out);
    app_free(app);
    form_clear(&t->form);
    buf_clear(&keys);
}

#define ENDS "!later 100\n!later 100\n"
#define TYPED_ON                                                               \
    "e\n!later 900\nd d\n!later 160\nEnter\n!later 160\nTab\n!later 160\n"     \
    "!paste xy\n!later 160\nEsc\n!later 160\nUnknown\n!later 160\nu\n"

/* Sabotage: app_typing_look() in turn(); item, owner or depth of text_place_same();
 * PAUSE_MS; app_text_place() for the prompt. */
static void
what_is_typed_on_does_nothing(void)
{
    for (size_t i = 0; i < WAYS; i++) {
        struct typist t;
        struct buf screen;
        int failures = test_failures;
        buf_init(&screen, 1 << 20);
        play(&t, &ways[i], ENDS TYPED_ON, &screen);
        CHECK_STR(t.done, ways[i].typed);
        CHECK_HAS(buf_str(&screen), "10 keys dropped: eve cut it");
        CHECK_HAS(buf_str(&screen), "until you pause for a second");
        if (test_failures > failures)
            printf("# %s\n", ways[i].name);
        buf_clear(&screen);
    }
}

/* The first key is dropped whenever it comes, and then a second without one
 * ends it. Sabotage: "closed" in app_typing_drops(); pause_ends(). */
static void
a_pause_ends_it(void)
{
    struct typist t;
    struct buf screen;
    buf_init(&screen, 1 << 20);
    play(&t, &ways[0], ENDS "!later 60000\nd\n!later 1001\n!later 1\n",
         &screen);
    CHECK_STR(t.done, "text | ");
    CHECK_HAS(buf_str(&screen), "1 key dropped: eve cut it");
    CHECK(!strstr(buf_str(&screen), "pause for a second"));
    buf_reset(&screen);
    play(&t, &ways[0], ENDS "d\n!later 1000\nu\nU", &screen);
    CHECK_STR(t.done, "text | undo redo ");
    buf_clear(&screen);
}

/* Enter that finds the row gone closes the field, but not as the person meant
 * it. Sabotage: burst_over in app_typing_done(). */
static void
a_refused_enter_is_no_end(void)
{
    static const struct way own = {"", nothing_ends, "a\n", true, false, ""};
    struct typist t;
    struct buf screen;
    buf_init(&screen, 1 << 20);
    play(&t, &own, "Enter\n!later 160\nu\n!later 160\nd", &screen);
    CHECK_STR(t.done, "text text | ");
    CHECK_HAS(buf_str(&screen), "2 keys dropped: the row is gone");
    buf_clear(&screen);
}

/* Sabotage: the call of app_typing_done(). */
static void
an_end_of_ones_own_drops_nothing(void)
{
    static const struct way own = {"", nothing_ends, " :\n'unmark\n", false,
                                   false, ""};
    struct typist t;
    struct buf screen;
    buf_init(&screen, 1 << 20);
    play(&t, &own, "Esc\nu\n :\n'nosuch\nEnter\nU", &screen);
    CHECK_STR(t.done, "undo redo ");
    buf_clear(&screen);
}

/* In a prompt, a field of a question and on its button a line feed ends and
 * presses nothing. Sabotage: '\r' in plain_key(); app_typing_line_feed(). */
static void
a_line_feed_is_no_enter(void)
{
    static const struct way places[] = {
        {"a command", nothing_ends, " :\n'unmark\n", false, false, ""},
        {"a cell", nothing_ends, "a\n", true, false, "text "},
        {"a field of a question", nothing_ends, "!later 300\na\n", true, true,
         "| "},
        {"commands", nothing_ends, "", false, false, ""},
    };
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        struct typist t;
        struct buf screen;
        int failures = test_failures;
        buf_init(&screen, 1 << 20);
        play(&t, &places[i],
             "Ctrl-J d Enter u\n!later 40\nd\n!later 40\nEnter\n",
             &screen);
        CHECK_STR(t.done, places[i].typed);
        CHECK_HAS(buf_str(&screen),
                  "5 keys dropped: Ctrl-J does nothing, it is the line end of "
                  "a paste");
        CHECK(!strstr(buf_str(&screen), "field was closed"));
        if (test_failures > failures)
            printf("# %s\n", places[i].name);
        buf_clear(&screen);
    }
}

/* Keys that came at once, with text and a line end among them, whatever comes
 * first, do nothing. Their text is in the field that had the focus; where none
 * had it, it is kept for the next. Sabotage: would_change() and
 * together_is_paste() in app_paste_look(), "place.owner" in finish(). */
static void
a_paste_without_brackets_does_nothing(void)
{
    static const struct way command = {"", nothing_ends, " :\n'x\n", false,
                                       false, ""},
                            form = {"",   nothing_ends, "!later 300\na\n",
                                    true, true,         ""},
                            keys = {"", nothing_ends, "", false, false, ""};
    static const struct {
        const struct way *way;
        const char *script, *done, *shown;
    } cases[] = {
        {&command, "!at-once d u Enter\n!later 300\n", "", ":xdu"},
        {&command, "!at-once Enter d Enter u\n!later 300\n", "", ":xd u"},
        {&form, "!at-once Enter d Tab e Enter\n!later 300\n",
         "the session ended after a paste ", "d e"},
        {&keys, "!at-once Enter d Enter\n!later 1000\n", "",
         "did nothing: \"d\" (Ctrl-Y in"},
        {&keys, "!at-once J Enter J Enter d d\n!later 1000\n", "",
         "did nothing: \"J J dd\" (Ctrl-Y in"},
        {&keys, "!at-once d e l e t e Space d d d\n!later 1000\n", "",
         "did nothing: \"delete ddd\" (Ctrl-Y in"},
        {&keys, "!at-once u d k\n!later 1000\n", "",
         "did nothing: \"udk\" (Ctrl-Y in"},
        {&keys, "!at-once k u 3 j\n!later 1000\n", "",
         "did nothing: \"ku3j\" (Ctrl-Y in"},
        {&keys, "!at-once k 3 u\n", "up undo ", ""}, /* two may be typed ahead */
        {&keys, "!at-once k l j g G h\n",
         "up right down top bottom left ", ""}, /* these change nothing */
        {&keys, "!at-once u u u u u u u u u Enter\n", /* one key, held down */
         "undo undo undo undo undo undo undo undo undo ", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct typist t;
        struct buf screen;
        int failures = test_failures;
        buf_init(&screen, 1 << 20);
        play(&t, cases[i].way, cases[i].script, &screen);
        char *bar = strchr(t.done, '|');
        CHECK_STR(bar ? bar + 2 : t.done, cases[i].done);
        CHECK_HAS(buf_str(&screen), cases[i].shown);
        if (test_failures > failures)
            printf("# case %zu\n", i);
        buf_clear(&screen);
    }
}

/* What comes in a later read belongs to it until a pause, an Enter too; then a
 * key is a key. Sabotage: wait_for_more() in app_paste_takes(). */
static void
a_paste_goes_on_until_a_pause(void)
{
    static const struct way keys = {"", nothing_ends, "", false, false, ""};
    struct typist t;
    struct buf screen;
    buf_init(&screen, 1 << 20);
    play(&t, &keys,
         "!at-once x Enter y\n!later 900\nd\n!later 900\nEnter\nd\n"
         "!later 999\n",
         &screen);
    CHECK_STR(t.done, "| ");
    CHECK_HAS(buf_str(&screen), "held as a paste until you pause");
    buf_reset(&screen);
    play(&t, &keys,
         "!at-once x Enter y\n!later 900\nd\n!later 1000\nu\n:held-paste\n",
         &screen);
    CHECK_STR(t.done, "| undo ");
    CHECK_HAS(buf_str(&screen), "Held paste");
    CHECK_HAS(buf_str(&screen), " yd");
    buf_clear(&screen);
}

/* Nobody has seen it in its field, which therefore stores nothing. Sabotage:
 * app_leave_typing() in app_paste_left(). */
static void
a_session_that_ends_in_a_paste_stores_nothing(void)
{
    static const struct way cell = {"", nothing_ends, "a\n", true, false, ""};
    struct typist t;
    struct buf screen;
    buf_init(&screen, 1 << 20);
    play(&t, &cell, "!at-once x Enter\n", &screen);
    CHECK_STR(t.done, "text the session ended after a paste ");
    buf_clear(&screen);
}

/* Nor does one whose text came at once, without a line end or brackets; two
 * letters may come so from a hand. Sabotage: note_pasted(). */
static void
a_session_that_ends_in_a_word_at_once_stores_nothing(void)
{
    static const struct way cell = {"", nothing_ends, "a\n", true, false, ""};
    struct typist t;
    struct buf screen;
    buf_init(&screen, 1 << 20);
    play(&t, &cell, "!at-once x y z\n", &screen);
    CHECK_HAS(t.done, "the session ended after a paste");
    play(&t, &cell, "!at-once x y z\n!later 300\nx\n", &screen);
    CHECK_HAS(t.done, "the session ended after a paste");
    play(&t, &cell, "!at-once x y\n", &screen);
    CHECK(!strstr(t.done, "after a paste"));
    buf_clear(&screen);
}

/* Ctrl-Y puts it into a text field, once; then it gives what it gave before.
 * Sabotage: app_paste_again() in takes_left(), FREE_NULL() in it. */
static void
a_held_paste_is_offered(void)
{
    static const struct way keys = {"", nothing_ends, "", false, false, ""};
    struct typist t;
    struct buf screen;
    buf_init(&screen, 1 << 20);
    play(&t, &keys,
         "!at-once Enter x Enter y Enter\n!later 1000\n /\nCtrl-Y\nCtrl-Y\n",
         &screen);
    CHECK_HAS(buf_str(&screen), "/x y");
    CHECK(!strstr(buf_str(&screen), "x yx y"));
    buf_reset(&screen);
    play(&t, &keys, ":held-paste\n", &screen);
    CHECK_HAS(buf_str(&screen), "No paste is held");
    buf_clear(&screen);
}

/* Sabotage: strspn() in finish(). */
static void
line_ends_take_the_place_of_no_paste(void)
{
    static const struct way keys = {"", nothing_ends, "", false, false, ""};
    struct typist t;
    struct buf screen;
    buf_init(&screen, 1 << 20);
    play(&t, &keys, "!at-once Enter Ctrl-J\n!later 1000\n", &screen);
    CHECK_HAS(buf_str(&screen), "Enter did nothing, other keys came with it");
    buf_reset(&screen);
    play(&t, &keys,
         "!at-once Enter x Enter y Enter\n!later 1000\n"
         "!at-once Enter Ctrl-J\n!later 1000\n /\nCtrl-Y\n",
         &screen);
    CHECK_HAS(buf_str(&screen), "/x y");
    buf_clear(&screen);
}

/* A bracketed paste whose end never comes is in the field, and so is what came
 * behind it; keys act again after a pause. Sabotage: app_paste_lost() in
 * take_event(). */
static void
a_paste_without_its_end_ends(void)
{
    static const struct way command = {"", nothing_ends, " :\n", false, false,
                                       ""},
                            keys = {"", nothing_ends, "", false, false, ""};
    struct typist t;
    struct buf screen;
    buf_init(&screen, 1 << 20);
    play(&t, &command, "Lost\na s t Enter\n!later 300\n!\n", &screen);
    CHECK_HAS(buf_str(&screen), ":half a past!");
    buf_reset(&screen);
    play(&t, &keys, "Lost\n!later 1000\n", &screen);
    CHECK_HAS(buf_str(&screen), "its end did not arrive: \"half a p\"");
    buf_reset(&screen);
    play(&t, &keys, "Lost\n!later 1000\nu\n", &screen);
    CHECK_STR(t.done, "| undo ");
    buf_clear(&screen);
}

void
test_ui_typing(void)
{
    static const struct test tests[] = {
        {"what is typed on does nothing", what_is_typed_on_does_nothing},
        {"a pause ends it", a_pause_ends_it},
        {"a refused Enter is no end", a_refused_enter_is_no_end},
        {"a line feed is no Enter", a_line_feed_is_no_enter},
        {"a paste without brackets does nothing",
         a_paste_without_brackets_does_nothing},
        {"a paste goes on until a pause", a_paste_goes_on_until_a_pause},
        {"a session that ends in a paste stores nothing",
         a_session_that_ends_in_a_paste_stores_nothing},
        {"a session that ends in a word at once stores nothing",
         a_session_that_ends_in_a_word_at_once_stores_nothing},
        {"a held paste is offered", a_held_paste_is_offered},
        {"line ends take the place of no paste",
         line_ends_take_the_place_of_no_paste},
        {"a paste without its end ends", a_paste_without_its_end_ends},
        {"an end of one's own drops nothing",
         an_end_of_ones_own_drops_nothing},
        {NULL, NULL}};
    test_run("ui typing", tests);
    failed_tests += test_failures;
}
