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

/* Sabotage: app_typing_look() in turn(); item, owner or depth of is_same();
 * PAUSE_MS; place_now() for the prompt. */
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
        {"a field of a question", nothing_ends, "a\n", true, true, ""},
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

/* An Enter with whole lines behind it in the same burst does what it does, and
 * they are dropped, as what follows them until a pause. Sabotage:
 * app_typing_lines(); "drops" in app_typing_done(). */
static void
lines_behind_an_enter_are_no_commands(void)
{
    static const struct way places[] = {
        {"a command", nothing_ends, " :\n'unmark\n", false, false,
         "| unmark-all "},
        {"a field of a question", nothing_ends, "a\n", true, true, "| "},
    };
    struct buf screen;
    struct typist t;
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        buf_init(&screen, 1 << 20);
        play(&t, &places[i],
             "!later 300\nEnter d u Enter d Enter\n!later 40\nd\n",
             &screen);
        CHECK_STR(t.done, places[i].typed);
        CHECK_HAS(buf_str(&screen), "6 keys dropped: Enter inside a paste");
        CHECK(!strstr(buf_str(&screen), "field was closed"));
        buf_clear(&screen);
    }
    buf_init(&screen, 1 << 20);
    play(&t, &places[0], "Enter u U\n", &screen); /* one line: typed ahead */
    CHECK_STR(t.done, "unmark-all undo redo ");
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
        {"lines behind an Enter are no commands",
         lines_behind_an_enter_are_no_commands},
        {"an end of one's own drops nothing",
         an_end_of_ones_own_drops_nothing},
        {NULL, NULL}};
    test_run("ui typing", tests);
    failed_tests += test_failures;
}
