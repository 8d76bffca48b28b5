/*
 * A question to the list of installations: filter, order, what was found so
 * far. For list.c, filter.c and filter_text.c alone.
 */
#ifndef TAILOR_MANAGER_INSTALLATION_QUERY_PRIVATE_H
#define TAILOR_MANAGER_INSTALLATION_QUERY_PRIVATE_H

#include "manager/installation/installation.h"
#include "manager/session/operation.h"
#include "store/row_filter.h"

#define HITS_ROWS 10000 /* more hits of a filter than this are not sorted */

/* A way to the rows that may fit: questions to indexes, whose answers have no
 * row in common but for what SKIP leaves out. */
struct way_part {
    int hits, raw;              /* statements: the rows, how many */
    int64_t key;                /* an integration or a condition, */
    char *match;                /* or an FTS query; NULL: the key */
    bool whole;                 /* neither: the index finds just these */
    const struct row_set *skip; /* integrations of other parts; NULL: none */
};

struct way {
    struct way_part *parts;
    size_t count;
    int64_t raw; /* rows found, up to HITS_ROWS + 1; INT64_MAX: no index */
};

/* Where a row stands in the sort order. */
struct list_position {
    int64_t n;
    int64_t leg;    /* rank of integration or condition; 0 elsewhere */
    int64_t number; /* changed_at */
    char *customer;
};

struct query {
    struct manager *m;
    enum installation_sort sort;
    bool down;  /* the order of the list is descending */
    bool back;  /* rows before the cursor are wanted */
    bool up;    /* the walk's direction: ascending */
    int wanted; /* rows, one more than a page */
    struct list_position
        start; /* customer NULL: from the end that comes first */
    struct list_position at; /* where a walk goes on; customer NULL: START */
    struct row_filter filter;
    bool behind; /* only those that FILTER lets through and are behind */
    struct way way;
    int64_t *legs; /* numbers of integrations or conditions */
    int leg_count;
    struct list_position *found;
    int count;
    int64_t visited;
    int64_t counted;
    struct installation_numbers *numbers; /* NULL: they are only counted */
};

/* Reads the filter F into X. USAGE, NOT_FOUND with a sentence where it is not
 * valid. */
enum err installation_filter_read(struct query *x,
                                  const struct installation_filter *f,
                                  struct error *e);

/* *FITS becomes false where row N, which X->filter lets through, is none that X
 * asks for. */
enum err installation_filter_rest(struct query *x, int64_t n, bool *fits,
                                  struct error *e);

/* Finds the way that has the fewest rows to look at. */
enum err installation_filter_way(struct query *x, struct error *e);

/* Calls TAKE for each row of the way that the whole filter fits, in no order;
 * only where a way was found. */
enum err installation_filter_hits(struct query *x,
                                  void (*take)(struct query *x,
                                               const struct cs_hit *hit),
                                  struct error *e);

/* Frees filter and way. */
void installation_filter_clear(struct query *x);

#endif
