/*
 * Random keys over a real store. Whatever is pressed, production changes only
 * after a question was answered by Enter on its button, and an auditor changes
 * nothing.
 *
 * The keys come from a screen that knows what it painted last, as a person
 * does. The walks are always the same; WALK_SEED in the environment takes
 * another, WALK_KEYS sets how many keys they press (a night's size: 1000000).
 * Where a change must come of it and none has, more keys are pressed.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "manager/exchange/exchange.h"
#include "manager/session/manager.h"
#include "tests/unit/test.h"
#include "tests/unit/ui/screen/store.h"
#include "ui/app/action.h"
#include "ui/screen/console.h"
#include "ui/term/script.h"

enum { BURST_MOST = 64, SEED = 20261129 };

struct walker {
    struct screen screen;
    struct screen *inner; /* takes what is painted */
    struct manager *manager;
    uint64_t seed;
    long left, most;                  /* keys; most: to reach a change */
    struct key burst[BURST_MOST + 1]; /* to be given at once */
    size_t at, count;
    int64_t now, pause; /* pause: before the burst */
    bool looked;        /* at what the burst before it has led to */
    bool waited;        /* that the pause is over */
    int trip;         /* step of go_to_question(), 0: none */
    char focus[80];   /* the label of the focused button, as painted */
    int64_t asked_at; /* when a question was painted first */
    int64_t outbox;   /* entries as counted last */
    long confirmed;   /* answers since then, and in all */
    long confirmed_all, changed;
};

static unsigned
draw(struct walker *w, unsigned below)
{
    w->seed = w->seed * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(w->seed >> 33) % below;
}

static int64_t
outbox_count(struct walker *w)
{
    int64_t n = 0;
    CHECK_INT(manager_outbox_count(w->manager, 0, &n, NULL), ERR_OK);
    return n;
}

/* An entry without an answer to a question before it is the accident. */
static void
look_at_outbox(struct walker *w)
{
    int64_t n = outbox_count(w);
    if (n > w->outbox)
        w->changed++;
    CHECK(n <= w->outbox || w->confirmed > 0);
    w->outbox = n;
    w->confirmed = 0;
}

static void
type(struct walker *w, const char *text)
{
    for (; *text && w->count < BURST_MOST; text++)
        w->burst[w->count++] =
            (struct key){KEY_KIND_CHAR, (unsigned char)*text, 0};
}

static void
press(struct walker *w, enum key_kind kind)
{
    if (w->count < BURST_MOST)
        w->burst[w->count++] = (struct key){kind, 0, 0};
}

/* A command by its name, but the one that ends the session. */
static void
name_action(struct walker *w, bool menu)
{
    const struct act_info *info;
    enum act action;
    do {
        action = (enum act)(1 + draw(w, ACT_COUNT - 1));
        info = act_info(action);
    } while (action == ACT_QUIT || (menu && !(info->flags & ACT_MENU)));
    type(w, menu ? "a" : ":");
    type(w, menu ? info->label : info->command);
    press(w, KEY_KIND_ENTER);
}

/* One step of the way to a question of the list of installations. */
static void
go_to_question(struct walker *w)
{
    static const char *const names[] = {"pause", "resume"};
    w->trip = (w->trip + 1) % 4;
    if (w->trip == 1) {
        for (int i = 0; i < 6; i++)
            press(w, KEY_KIND_ESCAPE);
        return;
    }
    type(w, w->trip == 2   ? ":installations"
            : w->trip == 3 ? "-a"
                           : names[draw(w, 2)]);
    if (w->trip != 3)
        press(w, KEY_KIND_ENTER);
    if (w->trip == 0 && draw(w, 2)) { /* ahead of the question */
        press(w, KEY_KIND_TAB);
        press(w, KEY_KIND_ENTER);
    }
}

/* How long nothing is pressed, in ms: now and then long enough to end the
 * dropping of what looks like a paste. */
static int64_t
draw_pause(struct walker *w)
{
    unsigned pick = draw(w, 16);
    return pick == 0 ? 1200 : pick < 12 ? 400 : draw(w, 300);
}

/* What a person at this screen might press next. */
static void
fill(struct walker *w)
{
    static const enum key_kind kinds[] = {
        KEY_KIND_ENTER, KEY_KIND_ENTER, KEY_KIND_TAB,  KEY_KIND_ESCAPE,
        KEY_KIND_UP,    KEY_KIND_DOWN,  KEY_KIND_LEFT, KEY_KIND_RIGHT,
        KEY_KIND_F1,    KEY_KIND_F5,    KEY_KIND_HOME, KEY_KIND_BACKSPACE};
    unsigned pick = draw(w, 100);
    w->at = w->count = 0;
    w->pause = draw_pause(w);
    if (*w->focus && draw(w, 2)) { /* a question: often towards its end */
        press(w, strcmp(w->focus, "[>Back<]") ? KEY_KIND_ENTER : KEY_KIND_TAB);
        if (draw(w, 3) == 0) /* ahead of the screen */
            press(w, KEY_KIND_ENTER);
        return;
    }
    if (w->trip > 0 || pick < 2) {
        go_to_question(w);
        return;
    }
    if (pick < 40) {
        for (unsigned n = draw(w, 8) ? 1 : 1 + draw(w, 12); n > 0; n--)
            type(w, (char[2]){(char)(' ' + draw(w, 95)), 0});
    } else if (pick < 75) {
        for (unsigned n = draw(w, 8) ? 1 : 1 + draw(w, 5); n > 0; n--)
            press(w, kinds[draw(w, sizeof kinds / sizeof kinds[0])]);
    } else if (pick < 80)
        w->burst[w->count++] =
            (struct key){KEY_KIND_CHAR, 'a' + draw(w, 26), KEY_MOD_CTRL};
    else
        name_action(w, pick >= 84);
}

static size_t
walk_fds(struct screen *s, struct pollfd *fds)
{
    (void)s;
    (void)fds;
    return 0;
}

static int
walk_wait_ms(struct screen *s)
{
    (void)s;
    return 0;
}

/* Enter on a button that does something is an answer; the store is looked at
 * before it, so that it counts for what comes after it only. */
static void
before_key(struct walker *w, const struct key *key)
{
    bool answers = key->kind == KEY_KIND_ENTER && *w->focus &&
                   strcmp(w->focus, "[>Back<]") != 0 &&
                   w->now - w->asked_at >= 300;
    if (!answers)
        return;
    look_at_outbox(w);
    w->confirmed++;
    w->confirmed_all++;
}

static bool
walk_is_over(const struct walker *w)
{
    return w->left <= 0 && (w->changed > 0 || w->left <= -w->most);
}

static bool
walk_next(struct screen *screen, struct event *event)
{
    struct walker *w = (struct walker *)screen;
    if (walk_is_over(w)) {
        *event = (struct event){.kind = EVENT_HANGUP};
        return true;
    }
    if (w->at == w->count && !w->looked) { /* the burst is over: paint */
        w->looked = true;
        return false;
    }
    if (w->at == w->count) {
        fill(w);
        w->waited = w->looked = false;
    }
    if (!w->waited) { /* what is due by then comes before the next key */
        w->now += w->pause;
        w->waited = true;
        return false;
    }
    *event = (struct event){.kind = EVENT_KEY, .key = w->burst[w->at++]};
    if (--w->left % 500 == 0)
        look_at_outbox(w);
    before_key(w, &event->key);
    return true;
}

static bool
walk_unfinished(struct screen *s)
{
    (void)s;
    return false;
}

static void
walk_together(struct screen *screen, struct together *t)
{
    const struct walker *w = (struct walker *)screen;
    *t = (struct together){0};
    for (size_t i = w->at; i < w->count; i++)
        together_add(t, &w->burst[i]);
}

static void
walk_paint(struct screen *screen, const struct cells *cells)
{
    struct walker *w = (struct walker *)screen;
    size_t n = 0;
    bool asked = *w->focus != '\0';
    w->inner->ops->paint(w->inner, cells);
    for (int row = 0; row < cells->rows; row++) {
        for (int col = 0; col < cells->cols; col++) {
            const struct cell *cell = cells_at(cells, row, col);
            size_t len = strlen(cell->text);
            if (cell->style == STYLE_FOCUS && n + len < sizeof w->focus) {
                memcpy(w->focus + n, cell->text, len);
                n += len;
            }
        }
    }
    w->focus[n] = '\0';
    if (n > 0 && !asked)
        w->asked_at = w->now;
}

static void
walk_nothing(struct screen *s)
{
    (void)s;
}

static void
walk_theme(struct screen *s, enum theme theme)
{
    (void)s;
    (void)theme;
}

static enum err
walk_copy(struct screen *s, const char *text, size_t n, struct error *e)
{
    (void)s;
    (void)text;
    (void)n;
    (void)e;
    return ERR_OK;
}

static int64_t
walk_now_ms(struct screen *s)
{
    return ((struct walker *)s)->now;
}

static const struct screen_ops walk_ops = {.fds = walk_fds,
                                           .wait_ms = walk_wait_ms,
                                           .next = walk_next,
                                           .unfinished = walk_unfinished,
                                           .together = walk_together,
                                           .paint = walk_paint,
                                           .repaint = walk_nothing,
                                           .theme = walk_theme,
                                           .copy = walk_copy,
                                           .suspend = walk_nothing,
                                           .now_ms = walk_now_ms,
                                           .close = walk_nothing};

static long
from_environment(const char *name, long usual)
{
    const char *text = getenv(name);
    return text && *text ? strtol(text, NULL, 10) : usual;
}

/* Presses KEYS keys as ACTOR, and up to MOST more until something changes; the
 * session is begun anew where keys have left it. */
static void
walk(struct walker *w, struct small_store *s, const char *actor, long keys,
     long most)
{
    const struct manager_session session = {.actor = "alice"};
    *w = (struct walker){.screen = {&walk_ops, 24, 80, false},
                         .seed = (uint64_t)from_environment("WALK_SEED", SEED),
                         .left = from_environment("WALK_KEYS", keys),
                         .most = most};
    printf("# %ld keys of seed %llu as %s\n", w->left,
           (unsigned long long)w->seed, actor);
    CHECK_INT(manager_open(&w->manager, s->path, &session, NULL), ERR_OK);
    w->inner = script_open("", 24, 80, false, NULL);
    w->outbox = outbox_count(w);
    while (!walk_is_over(w)) {
        const struct console_options options = {
            .store = s->path, .actor = actor, .exe = "/bin/true"};
        struct error e = {0};
        CHECK_INT(console_run(&options, &w->screen, &e), ERR_OK);
    }
    look_at_outbox(w);
    w->inner->ops->close(w->inner);
    manager_close(w->manager);
}

/* Sabotage: the test of f->seen in button_key() of form.c. (GUARD_MS and the
 * dropped burst: those in ../frame/accident.c.) */
static void
production_changes_only_after_an_answer(void)
{
    struct small_store s;
    struct walker w;
    small_store_make(&s, true);
    walk(&w, &s, "alice", 3000, 1000000);
    printf("# %ld questions answered, the outbox grew %ld times\n",
           w.confirmed_all, w.changed);
    CHECK(w.changed > 0); /* it gets there when it answers */
    small_store_remove(&s);
}

/* Sabotage: act_refusal() in action.c and operation_begin() of the manager,
 * both. */
static void
an_auditor_changes_nothing(void)
{
    struct small_store s;
    struct walker w;
    small_store_make(&s, true);
    int64_t records = small_store_records(&s);
    walk(&w, &s, "eve", 100000, 0);
    CHECK_INT(small_store_records(&s), records);
    CHECK_INT(w.changed, 0);
    small_store_remove(&s);
}

void
test_console_walks(void)
{
    static const struct test tests[] = {
        {"production changes only after an answer",
         production_changes_only_after_an_answer},
        {"an auditor changes nothing", an_auditor_changes_nothing},
        {NULL, NULL}};
    test_run("console walks", tests);
    failed_tests += test_failures;
}
