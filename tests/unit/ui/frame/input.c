/* Which keys came at once, as far as that can be known: a pipe is the terminal,
 * and time passes in that what was noted of it is moved back. */
#include "ui/term/input.h"

#include <unistd.h>

#include "tests/unit/test.h"
#include "tests/unit/ui/frame/ui.h"

struct line {
    struct input in;
    int to, stdin_was;
};

static void
line_open(struct line *l)
{
    int ends[2];
    CHECK_INT(pipe(ends), 0);
    l->stdin_was = dup(STDIN_FILENO);
    dup2(ends[0], STDIN_FILENO);
    close(ends[0]);
    l->to = ends[1];
    input_init(&l->in, 25);
}

static void
line_close(struct line *l)
{
    input_clear(&l->in);
    dup2(l->stdin_was, STDIN_FILENO);
    close(l->stdin_was);
    close(l->to);
}

static void
line_sends(struct line *l, const char *bytes)
{
    size_t n = strlen(bytes);
    CHECK_INT(write(l->to, bytes, n), n);
}

static void
time_passes(struct line *l, int ms)
{
    l->in.last_byte -= ms;
    l->in.empty_at -= ms;
}

/* The program takes the one key that the terminal sends while it rests. */
static void
take_key(struct line *l, const char *key)
{
    struct event event;
    input_wait_ms(&l->in);
    line_sends(l, key);
    CHECK(input_next(&l->in, &event));
    CHECK_INT(event.kind, EVENT_KEY);
}

/* What waited while a key acted may have come right behind it, however long
 * that took; what wakes a program that rests has come now. Sabotage: "resting"
 * and "waits" in silence_before(). */
static void
keys_that_wait_came_with_the_one_before(void)
{
    static const struct {
        const char *name;
        bool rests, looks;
        size_t before;
    } cases[] = {{"it was busy", false, false, 1},
                 {"it rested", true, false, 0},
                 {"it was busy and looked at the end", false, true, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct line l;
        struct event event;
        struct together keys;
        int failures = test_failures;
        line_open(&l);
        take_key(&l, "d");
        time_passes(&l, 60);
        if (cases[i].rests)
            input_wait_ms(&l.in);
        if (cases[i].looks)
            CHECK(!input_next(&l.in, &event));
        line_sends(&l, "u");
        input_together(&l.in, &keys);
        CHECK_INT(keys.before, cases[i].before);
        CHECK_INT(keys.keys, cases[i].before + 1);
        if (test_failures > failures)
            printf("# %s\n", cases[i].name);
        line_close(&l);
    }
}

/* Sabotage: "HAND_MS" and "repeats" in input_together(). */
static void
the_next_key_may_be_on_its_way(void)
{
    struct line l;
    struct together keys;
    line_open(&l);
    input_wait_ms(&l.in);
    line_sends(&l, "d");
    input_together(&l.in, &keys);
    CHECK(keys.open);
    int wait = input_wait_ms(&l.in);
    CHECK(wait >= 0 && wait <= 20);
    time_passes(&l, 20);
    input_together(&l.in, &keys);
    CHECK(!keys.open);
    line_sends(&l, "d"); /* a key that is held down */
    input_together(&l.in, &keys);
    CHECK(!keys.open);
    line_close(&l);
}

/* A paste whose end waits to be read has its end. Sabotage: "resting" and
 * "waits" in silence_before(). */
static void
a_paste_that_waits_is_not_lost(void)
{
    struct line l;
    struct event event;
    line_open(&l);
    input_wait_ms(&l.in);
    line_sends(&l, "\033[200~half");
    CHECK(!input_next(&l.in, &event));
    time_passes(&l, 2 * PASTE_STALLED_MS);
    line_sends(&l, " of it\033[201~");
    CHECK(input_next(&l.in, &event));
    CHECK_INT(event.kind, EVENT_PASTE);
    CHECK_STR(event.text, "half of it");
    line_close(&l);
}

void
test_ui_input(void)
{
    static const struct test tests[] = {
        {"keys that wait came with the one before",
         keys_that_wait_came_with_the_one_before},
        {"the next key may be on its way", the_next_key_may_be_on_its_way},
        {"a paste that waits is not lost", a_paste_that_waits_is_not_lost},
        {NULL, NULL}};
    test_run("ui input", tests);
    failed_tests += test_failures;
}
