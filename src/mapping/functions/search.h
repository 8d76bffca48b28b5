/*
 * Lists that are searched again and again, as by COUNTIF with a list of
 * criteria. From the second search of a list on it is known which elements
 * may be the one that is searched for, so that not all of them are compared.
 * What is found is the same as by comparing all.
 */
#ifndef TAILOR_MAPPING_FUNCTIONS_SEARCH_H
#define TAILOR_MAPPING_FUNCTIONS_SEARCH_H

#include "mapping/functions/tally.h"

enum { SEARCH_RANGES = 3 };

/* Elements in the order of the list, or the other way round. */
struct candidates {
    struct {
        const uint32_t *from, *to;
    } ranges[SEARCH_RANGES];
    unsigned count; /* of ranges */
    bool all;       /* every element, without ranges */
    bool backwards;
    uint32_t done, length; /* of all */
};

/* All elements of LIST. */
void search_all(const struct fvalue *list, bool backwards,
                struct candidates *out);

/* The elements of LIST that may be equal to KEY, or that cannot be compared
 * with it: at least these, at most all. */
void search_equals(struct evaluator *ev, const struct fvalue *list,
                   const struct fvalue *key, bool backwards,
                   struct candidates *out);

/* The same for what meets the criterion C. */
void search_criterion(struct evaluator *ev, const struct fvalue *list,
                      const struct criterion *c, struct candidates *out);

/* The index of the next one, or -1. */
int64_t candidates_next(struct candidates *c);

/* Elements of one sort in order: the numbers of a list, with the texts that
 * are numbers, or its texts. */
struct search_order {
    uint32_t count;
    const uint32_t *at;        /* the element of each key, rising */
    const struct fvalue *keys; /* in the order of the list */
    const uint32_t *sorted;    /* indexes of keys; equals as in the list */
    const uint32_t *largest;   /* for each key the index of the first that is
                                  the largest up to there */
    const uint32_t *smallest;
    int64_t unread, last_unread;   /* elements that begin like a number and are
                                      none, or -1 */
    bool has_numbers;              /* the list, not only as texts */
    const struct fvalue *values;   /* whose sums were asked for last (items) */
    const struct search_sum *sums; /* search_sums.c; NULL: none */
};

/* The elements of LIST that have an order to KEY, a number or a text; NULL
 * where each must be compared. Texts that are ordered as numbers beside
 * numbers are for the caller. */
const struct search_order *search_order(struct evaluator *ev,
                                        const struct fvalue *list,
                                        const struct fvalue *key);

/* How many of the sorted keys of O come before KEY; EQUALS: or are equal. */
uint32_t search_before(struct evaluator *ev, const struct search_order *o,
                       const struct fvalue *key, bool equals);

/* The index of the first key of O, in the order of the list, that is larger
 * than KEY, or smaller where the list is not RISING; O->count: none. */
uint32_t search_beyond(struct evaluator *ev, const struct search_order *o,
                       const struct fvalue *key, bool rising);

/* The sum, and how many numbers, of VALUES at the places of LIST where a
 * criterion of < <= > >= holds, into OUT; false where each is to be compared.
 * VALUES is as long as LIST. */
bool search_sum(struct evaluator *ev, const struct fvalue *list,
                const struct criterion *c, const struct fvalue *values,
                struct tally *out);

#endif
