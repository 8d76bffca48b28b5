/*
 * Places for large answers, so that the memory for all of them is bounded: 8
 * may be in memory, from the time they come until they are written, 2 of them
 * of one group. A second one needs 5 free places, so that slow answers of four
 * groups leave a place for a fifth. Groups take turns.
 */
#ifndef TAILOR_RUNTIME_OUTBOUND_PLACES_H
#define TAILOR_RUNTIME_OUTBOUND_PLACES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PLACES = 8, PLACES_OF_GROUP = 2, PLACES_OF_SECOND = 4 };

struct places;
struct place;

struct places *places_new(void);
/* P lasts until its last place is given back. NULL is OK. */
void places_free(struct places *p);

/* A place of GROUP; it is held at once, or waits. */
struct place *places_ask(struct places *p, int64_t group);
bool place_is_held(const struct place *place);
/* Whether it is held or waits; the next in turn gets it. NULL is OK. */
void place_give_back(struct place *place);

/* How many wait. */
size_t places_waiting(const struct places *p);

#endif
