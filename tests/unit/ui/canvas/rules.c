/*
 * What holds for every picture: random documents, folds and open lanes in
 * canvases of random sizes. Costs about a second.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "tests/unit/ui/canvas/canvas.h"

enum { DOCUMENTS = 2000 };

/* One document as it is looked at. */
struct sight {
    struct document *document;
    struct outline outline;
    struct canvas_look look;
    bool *folded;
    size_t *open;
    struct picture picture;
};

static void
sight_make(struct sight *s, uint64_t *seed)
{
    s->document = random_document(seed);
    outline_make(&s->outline, s->document);
    s->look = canvas_look(9 + (int)random_below(seed, 50),
                          40 + (int)random_below(seed, 161));
    s->folded = mem_array(s->outline.count + 1, sizeof *s->folded);
    s->open = mem_array(s->outline.count + 1, sizeof *s->open);
    bool folds = random_below(seed, 2);
    for (size_t i = 0; i < s->outline.count; i++) {
        s->folded[i] = folds && random_below(seed, 4) == 0;
        s->open[i] = random_below(seed, 4);
    }
    s->look.folded = s->folded;
    s->look.open = s->open;
    if (random_below(seed, 2)) {
        s->look.slot = random_below(seed, (unsigned)s->outline.lane_count);
        s->look.slot_at = random_below(seed, 4);
    }
    canvas_layout(&s->picture, &s->outline, &s->look);
}

static void
sight_clear(struct sight *s)
{
    picture_clear(&s->picture);
    outline_clear(&s->outline);
    document_free(s->document);
    free(s->folded);
    free(s->open);
}

/* Sabotage: label.lanes in tab_label(); the loop of place_lane(). */
static void
each_block_is_drawn_or_counted_once(const struct sight *s)
{
    const struct outline *o = &s->outline;
    int *seen = mem_array(o->count + 1, sizeof *seen);
    for (size_t i = 0; i < s->picture.card_count; i++) {
        const struct card *card = &s->picture.cards[i];
        size_t block = card->spot.block;
        size_t inside = card->kind == CARD_FOLDED && block != OUTLINE_NONE
                            ? outline_block_size(o, block)
                            : 0;
        for (size_t k = 0; block != OUTLINE_NONE && k <= inside; k++)
            seen[block + k]++;
    }
    for (size_t i = 0; i < s->picture.label_count; i++) {
        const struct label *label = &s->picture.labels[i];
        for (size_t k = 0; k < label->lanes && label->tab && !label->open;
             k++) {
            size_t lane = label->lane + k;
            size_t first = outline_member(o, lane, 0);
            size_t n = outline_lane_size(o, lane);
            for (size_t b = 0; b < n; b++)
                seen[first + b]++;
        }
    }
    for (size_t i = 0; i < o->count; i++)
        CHECK_INT(seen[i], 1);
    free(seen);
}

static bool
overlap(struct rect a, struct rect b)
{
    return a.row < b.row + b.rows && b.row < a.row + a.rows &&
           a.col < b.col + b.cols && b.col < a.col + a.cols;
}

/* R with a cell more at its right, and below it unless it is an upper edge. */
static struct rect
with_margin(const struct card *card)
{
    struct rect r = card->at;
    r.cols++;
    r.rows += card->kind != CARD_FRAME;
    return r;
}

static void
check_inside(const struct sight *s, struct rect r)
{
    CHECK(r.row >= 0 && r.row + r.rows <= s->picture.rows);
    CHECK(r.col >= 0 && r.col + r.cols <= s->picture.cols);
}

/* Sabotage: BETWEEN; the row between two cards in place_lane(). */
static void
no_two_cards_touch(const struct sight *s)
{
    const struct picture *p = &s->picture;
    for (size_t i = 0; i < p->card_count; i++) {
        check_inside(s, p->cards[i].at);
        for (size_t k = 0; k < p->card_count; k++)
            CHECK(i == k || !overlap(with_margin(&p->cards[i]),
                                     p->cards[k].at));
        for (size_t k = 0; k < p->label_count; k++)
            CHECK(!overlap(p->cards[i].at, p->labels[k].at));
    }
    for (size_t i = 0; i < p->label_count; i++)
        check_inside(s, p->labels[i].at);
    for (size_t i = 0; i < p->end_count; i++)
        check_inside(s, p->ends[i]);
}

static void
lines_stay_inside(const struct sight *s)
{
    for (size_t i = 0; i < s->picture.line_count; i++) {
        const struct line *l = &s->picture.lines[i];
        struct rect r = {l->row, l->col, 1, 1};
        CHECK(l->length >= 0);
        *(l->down ? &r.rows : &r.cols) += l->length;
        check_inside(s, r);
    }
}

/* Sabotage: CANVAS_LANE in place_fork() and in place_frame(). */
static void
no_lane_is_narrow(const struct sight *s)
{
    CHECK(s->picture.cols <= s->look.cols);
    for (size_t i = 0; i < s->picture.strip_count; i++) {
        const struct strip *strip = &s->picture.strips[i];
        CHECK(strip->cols >= CANVAS_LANE);
        CHECK(strip->col >= 0 && strip->col + strip->cols <= s->picture.cols);
    }
}

/* Sabotage: next_card(). */
static void
a_step_visits_each_card_once(const struct sight *s)
{
    struct spot at = move_step(&s->picture, SPOT_NONE, 0);
    size_t visited = 0, slots = 0, last = OUTLINE_NONE;
    for (size_t i = 0; i < s->picture.card_count; i++)
        slots += s->picture.cards[i].kind == CARD_SLOT;
    while (!spot_is_none(at)) {
        struct spot next = move_step(&s->picture, at, 1);
        visited++;
        if (at.block != OUTLINE_NONE) {
            CHECK(last == OUTLINE_NONE || at.block > last);
            last = at.block;
        }
        if (spot_same(next, at) || visited > s->picture.card_count)
            break;
        CHECK(spot_same(move_step(&s->picture, next, -1), at));
        at = next;
    }
    CHECK_INT(visited, s->picture.card_count - slots);
}

static void
the_same_input_gives_the_same_picture(const struct sight *s)
{
    struct picture again;
    canvas_layout(&again, &s->outline, &s->look);
    CHECK_INT(again.card_count, s->picture.card_count);
    for (size_t i = 0; i < again.card_count; i++) {
        CHECK(spot_same(again.cards[i].spot, s->picture.cards[i].spot));
        CHECK_INT(memcmp(&again.cards[i].at, &s->picture.cards[i].at,
                         sizeof again.cards[i].at),
                  0);
    }
    picture_clear(&again);
}

static void
rules_hold(void)
{
    unsigned long first = test_seed();
    for (int i = 0; i < test_rounds(DOCUMENTS) && test_failures_here == 0; i++) {
        uint64_t seed = first + (uint64_t)i;
        struct sight s;
        sight_make(&s, &seed);
        each_block_is_drawn_or_counted_once(&s);
        no_two_cards_touch(&s);
        lines_stay_inside(&s);
        no_lane_is_narrow(&s);
        a_step_visits_each_card_once(&s);
        if (i % 16 == 0)
            the_same_input_gives_the_same_picture(&s);
        if (test_failures_here)
            printf("# document %d of seed %lu\n", i, first);
        sight_clear(&s);
    }
}

void
test_canvas_rules(void)
{
    static const struct test tests[] = {
        {"rules hold for random documents and widths", rules_hold},
        {NULL, NULL}};
    test_run("canvas", tests);
    failed_tests += test_failures;
}
