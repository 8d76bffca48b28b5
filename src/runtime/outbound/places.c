/* Places for large answers. */
#include "runtime/outbound/places.h"

#include <stdlib.h>

#include "base/mem.h"

struct place {
    struct place *next;
    struct places *owner;
    int64_t group;
    uint64_t turn; /* the lowest of those that wait is next */
    bool held;
};

struct places {
    struct place *held, *waiting; /* in the order in which they asked */
    size_t held_count, waiting_count;
    uint64_t turn; /* of the last that did not get its place at once */
    bool freed;    /* but for the places that are held */
};

struct places *
places_new(void)
{
    return mem_alloc(sizeof(struct places));
}

static void
free_unused(struct places *p)
{
    if (p->freed && !p->held && !p->waiting)
        free(p);
}

void
places_free(struct places *p)
{
    if (!p)
        return;
    p->freed = true;
    free_unused(p);
}

static size_t
count_group(const struct place *list, int64_t group)
{
    size_t n = 0;
    for (; list; list = list->next)
        n += list->group == group;
    return n;
}

/* One that has a place already gets another out of half of them. */
static bool
may_hold(const struct places *p, int64_t group)
{
    size_t own = count_group(p->held, group);
    size_t most = own > 0 ? PLACES_OF_SECOND : PLACES;
    return p->held_count < most && own < PLACES_OF_GROUP;
}

static void
hold(struct places *p, struct place *place)
{
    place->held = true;
    place->next = p->held;
    p->held = place;
    p->held_count++;
}

static void
append(struct place **list, struct place *place)
{
    while (*list)
        list = &(*list)->next;
    *list = place;
}

static void
take_out(struct place **list, const struct place *place)
{
    while (*list != place)
        list = &(*list)->next;
    *list = place->next;
}

struct place *
places_ask(struct places *p, int64_t group)
{
    struct place *place = mem_alloc(sizeof *place);
    *place = (struct place){.owner = p, .group = group};
    if (may_hold(p, group)) {
        hold(p, place);
        return place;
    }
    place->turn = p->turn + 1 + count_group(p->waiting, group);
    append(&p->waiting, place);
    p->waiting_count++;
    return place;
}

bool
place_is_held(const struct place *place)
{
    return place->held;
}

static struct place *
next_in_turn(const struct places *p)
{
    struct place *best = NULL;
    for (struct place *at = p->waiting; at; at = at->next)
        if ((!best || at->turn < best->turn) && may_hold(p, at->group))
            best = at;
    return best;
}

static void
stop_waiting(struct places *p, struct place *place)
{
    take_out(&p->waiting, place);
    place->next = NULL;
    p->waiting_count--;
}

void
place_give_back(struct place *place)
{
    if (!place)
        return;
    struct places *p = place->owner;
    if (place->held) {
        take_out(&p->held, place);
        p->held_count--;
    } else {
        stop_waiting(p, place);
    }
    free(place);
    struct place *next;
    while ((next = next_in_turn(p))) {
        stop_waiting(p, next);
        p->turn = next->turn > p->turn ? next->turn : p->turn;
        hold(p, next);
    }
    free_unused(p);
}

size_t
places_waiting(const struct places *p)
{
    return p->waiting_count;
}
