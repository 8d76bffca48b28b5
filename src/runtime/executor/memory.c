/*
 * The memory of runs that hold much: lists, pages of a search, large inputs.
 * All that such a run holds can be read from the journal again, so a run that
 * finds no room leaves memory with all of it, and waits for its turn.
 */
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "runtime/executor/executor_private.h"
#include "runtime/outbound/places.h"

enum {
    LARGE = 1 << 20, /* bytes; who holds less needs no place */
    ALL = 512 << 20,
    AHEAD = 4,      /* times what it holds, a run gets room for: it may grow */
    TURN_MS = 60000 /* a place is held no longer where others wait */
};

/* A run that has a place, or waits for one. */
struct large {
    struct large *next;
    int64_t run, lane;
    struct place *place;
    size_t room;
    int64_t since_ms; /* it has its place */
    bool called;      /* since then: what it did last is not done again */
    bool waits;
};

void
executor_set_memory(struct executor *x, size_t all, size_t large,
                    int64_t turn_ms)
{
    const struct places_limits limits = {
        .all = all, .second = all / 2, .group = all / 4};
    places_free(x->places);
    x->places = places_new(&limits);
    x->large_bytes = large;
    x->turn_ms = turn_ms;
}

size_t
executor_memory(const struct executor *x, size_t *waiting)
{
    *waiting = places_waiting(x->places) + compiling_crowd(x);
    return places_weight(x->places);
}

void
memory_init(struct executor *x)
{
    executor_set_memory(x, ALL, LARGE, TURN_MS);
}

static struct large **
find(struct executor *x, int64_t run)
{
    struct large **at = &x->large;
    while (*at && (*at)->run != run)
        at = &(*at)->next;
    return at;
}

static size_t
output_bytes(const struct output *o)
{
    return o->text.capacity + o->tape.capacity * sizeof *o->tape.nodes;
}

static size_t
run_bytes(const struct run *r)
{
    size_t n = r->unread.capacity + r->pages.text.capacity +
               r->pages.marks.capacity + output_bytes(&r->pages.page) +
               output_bytes(&r->answer);
    for (size_t i = 0; i < r->compiled->document->count; i++)
        n += output_bytes(&r->outputs[i]);
    for (size_t i = 0; i < r->depth; i++)
        n += output_bytes(&r->frames[i].items);
    return n;
}

static void
set_waits(struct executor *x, struct large *l, bool waits)
{
    if (l->waits == waits)
        return;
    l->waits = waits;
    lane_of(x, l->lane)->crowded += waits ? 1 : -(size_t)1;
}

/* Lets those go on that have a place now. */
static void
take_in(struct core *core, struct executor *x)
{
    for (struct large *l = x->large; l; l = l->next)
        if (l->waits && place_is_held(l->place)) {
            set_waits(x, l, false);
            l->since_ms = clock_monotonic_ms();
            l->called = false;
            executor_again(core, l->run, l->lane);
        }
}

static void
drop(struct executor *x, struct large **at)
{
    struct large *l = *at;
    *at = l->next;
    set_waits(x, l, false);
    place_give_back(l->place);
    free(l);
}

void
memory_leave(struct core *core, struct executor *x, int64_t run)
{
    struct large **at = find(x, run);
    if (!*at)
        return;
    drop(x, at);
    take_in(core, x);
}

void
memory_clear(struct executor *x)
{
    while (x->large)
        drop(x, &x->large);
}

void
memory_free(struct executor *x)
{
    memory_clear(x);
    places_free(x->places);
}

bool
memory_waits(struct executor *x, int64_t run)
{
    const struct large *l = *find(x, run);
    return l && l->waits;
}

void
memory_called(struct executor *x, int64_t run)
{
    struct large *l = *find(x, run);
    if (l)
        l->called = true;
}

bool
memory_is_wanted(const struct executor *x)
{
    return places_waiting(x->places) > 0;
}

static struct large *
add(struct executor *x, const struct run *r, size_t room)
{
    struct large *l = mem_alloc(sizeof *l);
    *l = (struct large){.next = x->large,
                        .run = r->n,
                        .lane = r->installation,
                        .place = places_ask(x->places, r->installation, room),
                        .room = room,
                        .since_ms = clock_monotonic_ms(),
                        .called = true};
    x->large = l;
    return l;
}

bool
memory_keeps(struct core *core, struct executor *x, const struct run *r)
{
    struct large *l = *find(x, r->n);
    if (run_is_evaluated(r))
        return true;
    size_t bytes = run_bytes(r);
    if (bytes <= x->large_bytes) {
        memory_leave(core, x, r->n);
        return true;
    }
    if (!l)
        l = add(x, r, AHEAD * bytes);
    else if (bytes > l->room)
        place_weigh(l->place, l->room = AHEAD * bytes);
    set_waits(x, l, !place_is_held(l->place));
    take_in(core, x);
    return !l->waits;
}

bool
memory_turn_is_over(struct core *core, struct executor *x, const struct run *r)
{
    struct large **at = find(x, r->n);
    int64_t now = clock_monotonic_ms();
    if (!*at || (*at)->waits || !(*at)->called || run_is_evaluated(r) ||
        !memory_is_wanted(x) || now - (*at)->since_ms < x->turn_ms)
        return false;
    size_t room = (*at)->room;
    drop(x, at);
    struct large *l = add(x, r, room);
    set_waits(x, l, !place_is_held(l->place));
    take_in(core, x);
    return l->waits;
}
