/* Where blocks can be inserted, and where they go that move. */
#include <stdlib.h>

#include "base/mem.h"
#include "tests/unit/ui/canvas/canvas.h"

enum { DOCUMENTS = 500 };

/* Counts in SEEN, by lane and place, the places near SPOT. */
static void
count_places(const struct outline *o, struct spot spot, bool **seen)
{
    size_t n;
    struct place *places = places_near(o, spot, &n);
    CHECK(n > 0);
    for (size_t i = 0; i < n; i++) {
        CHECK(places[i].at <= o->lanes[places[i].lane].count);
        seen[places[i].lane][places[i].at] = true;
    }
    free(places);
}

static bool
is_before_trigger(const struct outline *o, size_t lane, size_t at)
{
    return lane == OUTLINE_TOP && at == 0 && o->document->trigger;
}

/* Sabotage: each line of places_near(). */
static void
check_reachable(const struct outline *o)
{
    bool **seen = mem_array(o->lane_count, sizeof *seen);
    for (size_t i = 0; i < o->lane_count; i++)
        seen[i] = mem_array(o->lanes[i].count + 1, sizeof **seen);
    for (size_t i = 0; i < o->count; i++)
        count_places(o, outline_spot(o, i), seen);
    for (size_t i = 0; i < o->lane_count; i++) {
        if (o->lanes[i].count == 0)
            count_places(o, outline_empty(i), seen);
    }
    for (size_t i = 0; i < o->lane_count; i++) {
        for (size_t k = 0; k <= o->lanes[i].count; k++)
            CHECK(seen[i][k] || is_before_trigger(o, i, k));
        free(seen[i]);
    }
    free(seen);
}

/* Every spot can be shown: with the lanes around it open it has a card. */
static void
check_shown(const struct outline *o, struct spot spot)
{
    size_t *open = mem_array(o->count + 1, sizeof *open);
    struct canvas_look look = canvas_look(12, 40);
    struct picture p;
    move_open(o, spot, open);
    look.open = open;
    canvas_layout(&p, o, &look);
    CHECK(picture_card(&p, spot) != SIZE_MAX);
    picture_clear(&p);
    free(open);
}

static void
every_place_can_be_reached(void)
{
    unsigned long first = test_seed();
    for (int i = 0; i < test_rounds(DOCUMENTS) && test_failures_here == 0; i++) {
        uint64_t seed = first + (uint64_t)i;
        struct outline o;
        struct document *d = random_document(&seed);
        outline_make(&o, d);
        check_reachable(&o);
        for (size_t k = 0; k < o.lane_count; k++)
            check_shown(&o, lane_begin(&o, k));
        outline_clear(&o);
        document_free(d);
    }
}

/* The document after one step of the block I, NULL at the end. */
static struct document *
stepped(const struct document *d, size_t i, bool down)
{
    struct outline o;
    struct value *patch = NULL;
    struct document *after = NULL;
    struct error e = {0};
    outline_make(&o, d);
    struct place to = place_step(&o, NULL, i, down);
    if (to.lane != OUTLINE_NONE) {
        CHECK_INT(edit_move(&patch, d, d->blocks[i].id, place_for_edit(&o, to),
                            &e),
                  ERR_OK);
        CHECK_INT(document_patch(&after, d, patch, NULL, &e), ERR_OK);
        CHECK_INT(after ? after->count : 0, d->count);
    }
    value_free(patch);
    outline_clear(&o);
    return after;
}

/* A block that goes down to the end and up again meets the same places.
 * Sabotage: out_of(); the folded of place_step(). */
static void
a_block_goes_down_and_up_the_same_way(void)
{
    unsigned long first = test_seed();
    for (int i = 0;
         i < test_rounds(DOCUMENTS / 10) && test_failures_here == 0; i++) {
        uint64_t seed = first + (uint64_t)i;
        struct document *d = random_document(&seed), *after;
        size_t at = d->trigger ? 1 : 0;
        if (at >= d->count) {
            document_free(d);
            continue;
        }
        char *id = mem_strdup(d->blocks[at].id);
        char before[DIGEST_SIZE], now[DIGEST_SIZE];
        int down = 0;
        document_hash(d, before);
        for (; (after = stepped(d, at, true)) != NULL; down++) {
            document_free(d);
            d = after;
            at = (size_t)(document_block(d, id) - d->blocks);
        }
        for (; (after = stepped(d, at, false)) != NULL; down--) {
            document_free(d);
            d = after;
            at = (size_t)(document_block(d, id) - d->blocks);
        }
        document_hash(d, now);
        CHECK_INT(down, 0);
        CHECK_STR(now, before);
        document_free(d);
        free(id);
    }
}

void
test_canvas_places(void)
{
    static const struct test tests[] = {
        {"every place can be reached", every_place_can_be_reached},
        {"a block goes down and up the same way",
         a_block_goes_down_and_up_the_same_way},
        {NULL, NULL}};
    test_run("canvas", tests);
    failed_tests += test_failures;
}
