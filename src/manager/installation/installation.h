/*
 * Installations as the console lists them: a window over up to millions of
 * rows, filtered and sorted by index, never all in memory.
 */
#ifndef TAILOR_MANAGER_INSTALLATION_INSTALLATION_H
#define TAILOR_MANAGER_INSTALLATION_INSTALLATION_H

#include <stddef.h>

#include "base/buf.h"
#include "manager/session/manager.h"
#include "manager/session/pool.h"

enum installation_sort {
    SORT_CUSTOMER,
    SORT_INTEGRATION, /* by key, then customer */
    SORT_CONDITION,   /* what needs a person first, then customer */
    SORT_CHANGED      /* the newest change first */
};

/*
 * TEXT: words, all of which must be there, in any order, in the customer's
 * name, the username, or the keys and names of the integration and its
 * workflows. Case and marks do not matter; a word of one or two letters must
 * begin a word; text in quotes is one word. "state:failing,parked" and
 * "integration:KEY" narrow; a "-" before any of these leaves its rows out.
 * What is paused and failing is found by "state:paused" and "state:failing".
 * A text without a term shows all rows, and so does a term that is not yet
 * written. Where rows are not shown but changed, STRICT refuses both, and a
 * word without a letter or digit, with USAGE.
 */
struct installation_filter {
    const char *text;        /* NULL: all */
    const char *integration; /* keys, names or their beginnings, with commas
                                between; NULL: all */
    const char *states;      /* words with commas between; NULL: all */
    bool strict;
    bool behind; /* those with a live version of an older base than the newest,
                    also an own one */
    enum installation_sort sort;
    bool descending;
};

struct installation_row {
    int64_t n;
    const char *id;
    const char *customer; /* what customer_name() gives */
    const char *username;
    const char *who;    /* both, as customer_who() gives it */
    const char *title;  /* the name, or both where it is alike */
    const char *phrase; /* what names it when typed: customer_phrase() */
    const char *user_id;
    const char *integration_key;
    const char *integration_name;
    const char *integration_id;
    const char *runtime;
    const char *environment;
    int state;     /* enum installation_state */
    int condition; /* enum installation_condition */
    int64_t workflows;
    int64_t own;       /* workflows whose live version is user-specific */
    const char *live;  /* label of the live version where there is one
                          workflow, else NULL */
    const char *newer; /* label of a newer base than that, else NULL */
    int64_t behind;    /* workflows whose live version, also an own one, is of
                          an older base than the newest */
    int64_t failed;    /* counts since the last good run, all workflows */
    int64_t parked;
    int64_t releasing;    /* workflows that wait for the runtime's answer */
    int64_t drafts;       /* open drafts */
    const char *draft_of; /* an author of one, NULL: none */
    int64_t changed_at;
    int64_t as_of;
    const char *connected;   /* JSON, NULL: nothing known */
    const char *answered;    /* JSON, NULL: nothing known */
    const char *credentials; /* JSON of those that apps refuse, NULL: none */
    int64_t user_deleted_at; /* 0: the user is there */
    int64_t missing_since;   /* 0: the runtime knows it */
    const char *pending;     /* "pausing" or "resuming", asked for and not
                                answered yet; NULL: neither */
};

struct installation_list {
    struct installation_row *rows;
    size_t count;
    char *next;     /* cursor for the rows that follow; NULL at the end */
    char *previous; /* cursor for the rows before; NULL at the start */
    struct pool *pool;
};

/* Appends to OUT the word of CONDITION (enum installation_condition) as a
 * filter takes it without quotes: "turned-off". */
void installation_state_term(int condition, struct buf *out);

/* Checks FILTER alone: USAGE or NOT_FOUND with a sentence where it is not
 * valid, as all that take one say too. */
enum err manager_installation_filter(struct manager *m,
                                     const struct installation_filter *filter,
                                     struct error *e);

/* LIMIT (1 to 1000) rows after CURSOR (NULL: the first; the `next` or
 * `previous` of an earlier answer with the same filter). Cursors are text
 * without spaces. INVALID for a cursor that is none. */
enum err manager_installation_list(struct manager *m,
                                   const struct installation_filter *filter,
                                   const char *cursor, int limit,
                                   struct installation_list *out,
                                   struct error *e);

/* The cursor before or after the installation ID in FILTER's order, or, where
 * BEFORE and INCLUSIVE are false and true, one whose list begins with it. A
 * new string that the caller frees. NOT_FOUND where it is gone. */
enum err manager_installation_cursor(struct manager *m,
                                     const struct installation_filter *filter,
                                     const char *id, bool before,
                                     bool inclusive, char **out,
                                     struct error *e);

/* A cursor before the end of any list: its page is the last one. */
#define INSTALLATION_CURSOR_END "end"

/* Counts what FILTER matches in slices: start with *POSITION 0, call again
 * until *POSITION is -1; each call looks at no more than VISITS rows and adds
 * to *COUNT. */
enum err manager_installation_count(struct manager *m,
                                    const struct installation_filter *filter,
                                    int64_t visits, int64_t *position,
                                    int64_t *count, struct error *e);

/* Row numbers of installations, in no order; the caller frees NUMBERS. */
struct installation_numbers {
    int64_t *numbers;
    size_t count, capacity;
};

/* Finds all that FILTER matches, in the same slices as
 * manager_installation_count: each call adds to OUT, which starts as {0}. What
 * changes many installations asks here, so that it takes the very rows that
 * the list shows. USAGE, NOT_FOUND where the filter is not valid; nothing is
 * added then. */
enum err manager_installation_numbers(struct manager *m,
                                      const struct installation_filter *filter,
                                      int64_t visits, int64_t *position,
                                      struct installation_numbers *out,
                                      struct error *e);

/* One installation by name. */
enum err manager_installation_show(struct manager *m, const char *name,
                                   struct installation_list *out,
                                   struct error *e);

void installation_list_clear(struct installation_list *list);

/* A workflow of an installation; version ids and labels are NULL where there
 * is no such version. */
struct installed_workflow_row {
    const char *workflow_id;
    const char *workflow_key;
    const char *workflow_name;
    /* Of a version that is not in this store the id is NULL and the label
     * says so ("v1.2, not in this store"); its id is live_unknown. */
    const char *live_id, *live_label, *live_unknown;
    const char *releasing_id, *releasing_label;
    const char *awaiting_id, *awaiting_label, *awaiting_unknown;
    const char *newest_label; /* the newest base */
    bool active;              /* not paused */
    const char *pending;      /* "pausing", "resuming" or NULL, as above */
    bool off;  /* turned off or removed at the runtime, by the vendor */
    bool todo; /* stopped at a Stop Workflow block */
    int64_t failed, parked, set_aside;
    const char *needs; /* JSON array of what an awaiting version needs */
    int64_t live_since;
    int64_t as_of;
};

struct installed_workflow_list {
    struct installed_workflow_row *rows;
    size_t count;
    /* The number of the last audit record about what the installation runs:
     * another one where it changed and is as before. 0: no record. */
    int64_t last_move;
    struct pool *pool;
};

enum err manager_installation_workflows(struct manager *m, const char *name,
                                        struct installed_workflow_list *out,
                                        struct error *e);
void installed_workflow_list_clear(struct installed_workflow_list *list);

#endif
