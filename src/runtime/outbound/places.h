/*
 * Places for what takes much memory, so that all of it together is bounded.
 * Each has a weight and belongs to a group (an installation). A group gets its
 * first place while all weigh no more than `all`, another one only while all
 * weigh no more than `second` and its own no more than `group`: so some groups
 * that are slow leave a place for the next. Groups take turns.
 *
 * Who waits must hold no place of the same set, so no two wait for each
 * other.
 */
#ifndef TAILOR_RUNTIME_OUTBOUND_PLACES_H
#define TAILOR_RUNTIME_OUTBOUND_PLACES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct places;
struct place;

struct places_limits {
    size_t all, second, group;
};

/* LIMITS are copied. */
struct places *places_new(const struct places_limits *limits);
/* P lasts until its last place is given back. NULL is OK. */
void places_free(struct places *p);

/* A place of GROUP; it is held at once, or waits. What weighs more than all may
 * is held alone. */
struct place *places_ask(struct places *p, int64_t group, size_t weight);
bool place_is_held(const struct place *place);
/* Changes the weight. False where the place is not held, or is not any more:
 * there is not so much room, and it waits with its new weight. */
bool place_weigh(struct place *place, size_t weight);
/* Whether it is held or waits; the next in turn gets it. NULL is OK. */
void place_give_back(struct place *place);

/* How many wait. */
size_t places_waiting(const struct places *p);
/* What those weigh that are held. */
size_t places_weight(const struct places *p);

#endif
