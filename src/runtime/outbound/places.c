/* Places for what takes much memory. */
#include "runtime/outbound/places.h"

#include <stdlib.h>

#include "base/mem.h"

struct place {
    struct place *next;
    struct places *owner;
    int64_t group;
    size_t weight;
    uint64_t turn; /* the lowest of those that wait is next */
    bool held;
};

struct places {
    struct places_limits limits;
    struct place *held, *waiting; /* in the order in which they asked */
    size_t held_weight, waiting_count;
    uint64_t turn; /* of the last that did not get its place at once */
    bool freed;    /* but for the places that are held */
};

struct places *
places_new(const struct places_limits *limits)
{
    struct places *p = mem_alloc(sizeof *p);
    p->limits = *limits;
    return p;
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

static size_t
weigh_group(const struct place *list, int64_t group)
{
    size_t weight = 0;
    for (; list; list = list->next)
        weight += list->group == group ? list->weight : 0;
    return weight;
}

/* A group that has a place already gets another out of a part of them. */
static bool
may_hold(const struct places *p, const struct place *place)
{
    const struct places_limits *l = &p->limits;
    size_t own = weigh_group(p->held, place->group);
    size_t all = p->held_weight + place->weight;
    if (own == 0)
        return all <= l->all;
    return all <= l->second && own + place->weight <= l->group;
}

static void
hold(struct places *p, struct place *place)
{
    place->held = true;
    place->next = p->held;
    p->held = place;
    p->held_weight += place->weight;
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

/* The next that waits; NULL where there is none, or where it has to wait on.
 * One that is heavy, and the first of its group, is not passed by light ones:
 * there would always be some. */
static struct place *
next_in_turn(const struct places *p)
{
    struct place *best = NULL;
    for (struct place *at = p->waiting; at; at = at->next) {
        bool first = weigh_group(p->held, at->group) == 0;
        if ((!best || at->turn < best->turn) && (first || may_hold(p, at)))
            best = at;
    }
    return best && may_hold(p, best) ? best : NULL;
}

static bool
first_waits(const struct places *p)
{
    for (const struct place *at = p->waiting; at; at = at->next)
        if (weigh_group(p->held, at->group) == 0)
            return true;
    return false;
}

static void
wait_in_turn(struct places *p, struct place *place)
{
    place->turn = p->turn + 1 + count_group(p->waiting, place->group);
    append(&p->waiting, place);
    p->waiting_count++;
}

static void
stop_waiting(struct places *p, struct place *place)
{
    take_out(&p->waiting, place);
    place->next = NULL;
    p->waiting_count--;
}

static void
stop_holding(struct places *p, struct place *place)
{
    take_out(&p->held, place);
    place->next = NULL;
    place->held = false;
    p->held_weight -= place->weight;
}

static void
let_next_hold(struct places *p)
{
    struct place *next;
    while ((next = next_in_turn(p))) {
        stop_waiting(p, next);
        p->turn = next->turn > p->turn ? next->turn : p->turn;
        hold(p, next);
    }
}

static size_t
weight_within(const struct places *p, size_t weight)
{
    return weight < p->limits.all ? weight : p->limits.all;
}

struct place *
places_ask(struct places *p, int64_t group, size_t weight)
{
    struct place *place = mem_alloc(sizeof *place);
    *place = (struct place){
        .owner = p, .group = group, .weight = weight_within(p, weight)};
    if (!first_waits(p) && may_hold(p, place))
        hold(p, place);
    else
        wait_in_turn(p, place);
    return place;
}

bool
place_weigh(struct place *place, size_t weight)
{
    struct places *p = place->owner;
    weight = weight_within(p, weight);
    bool held = place->held, lighter = weight <= place->weight;
    if (held)
        stop_holding(p, place);
    place->weight = weight;
    if (held && (lighter || may_hold(p, place)))
        hold(p, place);
    else if (held)
        wait_in_turn(p, place);
    let_next_hold(p);
    return place->held;
}

bool
place_is_held(const struct place *place)
{
    return place->held;
}

void
place_give_back(struct place *place)
{
    if (!place)
        return;
    struct places *p = place->owner;
    if (place->held)
        stop_holding(p, place);
    else
        stop_waiting(p, place);
    free(place);
    let_next_hold(p);
    free_unused(p);
}

size_t
places_waiting(const struct places *p)
{
    return p->waiting_count;
}

size_t
places_weight(const struct places *p)
{
    return p->held_weight;
}
