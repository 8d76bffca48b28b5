/*
 * A question to the list of installations: filter, order, what was found so
 * far. For installation_list.c and installation_filter.c alone.
 */
#ifndef TAILOR_MANAGER_INSTALLATION_QUERY_PRIVATE_H
#define TAILOR_MANAGER_INSTALLATION_QUERY_PRIVATE_H

#include "base/buf.h"
#include "manager/installation/installation.h"
#include "manager/session/operation.h"

#define HITS_ROWS 10000 /* more hits of a filter than this are not sorted */

enum text_mode { TEXT_NONE, TEXT_HAS, TEXT_BEGINS };

/* Where a row stands in the sort order. */
struct place {
    int64_t n;
    int64_t leg;    /* rank of integration or condition; 0 elsewhere */
    int64_t number; /* changed_at */
    char *customer;
};

struct query {
    struct manager *m;
    enum installation_sort sort;
    bool down;          /* the order of the list is descending */
    bool back;          /* rows before the cursor are wanted */
    bool up;            /* the walk's direction: ascending */
    int wanted;         /* rows, one more than a page */
    struct place start; /* customer NULL: from the end that comes first */
    int64_t integration;
    int condition;
    enum text_mode mode;
    struct buf text; /* folded */
    int64_t *legs;   /* numbers of integrations or conditions */
    int leg_count;
    struct place *found;
    int count;
    int64_t visited;
};

/* Resolves and folds the filter F into X. */
enum err installation_filter_read(struct query *x,
                                  const struct installation_filter *f,
                                  struct error *e);

/* Binds the filter's four values next. */
void installation_filter_bind(struct query *x, struct db_stmt *q);

/* How many rows the index of the filter finds, not looking at the rest of the
 * filter, up to HITS_ROWS + 1; INT64_MAX where no filter has an index. */
enum err installation_filter_raw(struct query *x, int64_t *raw,
                                 struct error *e);

/* The statement that finds them, its values bound; only where raw is not
 * INT64_MAX. Columns: n, customer, changed_at, whether the whole filter fits,
 * integration, condition. EXTRA (initialised here, cleared by the caller
 * after db_end) holds bound text. */
struct db_stmt *installation_filter_hits(struct query *x, struct buf *extra);

#endif
