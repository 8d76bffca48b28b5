/*
 * Pages of a list that several runtimes give: the cursor that the next page
 * begins with names the position at each of them, "NAME:CURSOR,NAME:,NAME":
 * nothing follows the colon where a runtime has no more, and there is no colon
 * where its list begins. A runtime that the cursor does not name is not in the
 * list.
 */
#ifndef TAILOR_CLI_COMMAND_RUN_PAGES_H
#define TAILOR_CLI_COMMAND_RUN_PAGES_H

#include <stdbool.h>

#include "base/buf.h"

struct run_pages {
    const char *after; /* the cursor of this page; NULL: the first */
    struct buf next;   /* that of the next */
    bool more, known;  /* some runtime has more; AFTER names one of the list */
};

void run_pages_begin(struct run_pages *p, const char *after);
void run_pages_end(struct run_pages *p);

/* The position of this page at RUNTIME: *CURSOR is a new string, NULL where
 * its list begins. False where the runtime has no more. */
bool run_pages_position(struct run_pages *p, const char *runtime,
                        char **cursor);

/* The next page goes on at CURSOR of RUNTIME: "" where its list begins, NULL
 * where it has no more. */
void run_pages_add(struct run_pages *p, const char *runtime,
                   const char *cursor);

/* RUNTIME did not answer: if there is a next page, that asks again at CURSOR
 * (NULL: where its list begins). */
void run_pages_keep(struct run_pages *p, const char *runtime,
                    const char *cursor);

/* The cursor of the next page, NULL where this was the last. */
const char *run_pages_next(const struct run_pages *p);

/* Whether the cursor of this page is valid for the list; after all
 * run_pages_position. */
bool run_pages_fit(const struct run_pages *p);

#endif
