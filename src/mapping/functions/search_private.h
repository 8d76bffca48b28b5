/* What is known of a list that is searched. */
#ifndef TAILOR_MAPPING_FUNCTIONS_SEARCH_PRIVATE_H
#define TAILOR_MAPPING_FUNCTIONS_SEARCH_PRIVATE_H

#include "mapping/functions/search.h"

enum {
    SEARCH_KEPT = 8, /* lists of an evaluation, the last ones searched */
    SEARCH_LEAST = 8 /* elements for which it is worth it */
};

struct search {
    const struct fvalue *items; /* which list: nothing changes it, and its
                                   memory stays as long as the evaluation */
    uint32_t length;
    bool known; /* searched before */

    /* Elements by what they can be equal to (search.c). */
    bool hashed;
    uint32_t mask;           /* buckets - 1 */
    const uint32_t *starts;  /* of each bucket in elements, and the end */
    const uint32_t *members; /* elements, rising in each bucket */
    uint32_t numbers[2];     /* first and last number */
    uint32_t unread[2];      /* first and last text that has nothing but what
                                numbers are written with and is none */
    bool has_numbers, has_unread;

    /* Elements in order (search_order.c); NULL: not made. */
    struct search_order *by_number, *by_text;
    uint32_t instants; /* among by_text */
};

/* What is known of LIST; NULL where it is searched for the first time or is
 * short. */
struct search *search_of(struct evaluator *ev, const struct fvalue *list);

/* search_order(), for who keeps more with it. */
struct search_order *search_order_of(struct evaluator *ev,
                                     const struct fvalue *list,
                                     const struct fvalue *key);

#endif
