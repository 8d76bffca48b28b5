/*
 * The pages in which an app answers a search, joined to one list as the
 * connector's `paging` says (doc/connectors.md). A search gives all there is or
 * fails: what came of it before is then dropped.
 */
#ifndef TAILOR_RUNTIME_EXECUTOR_BLOCK_PAGES_H
#define TAILOR_RUNTIME_EXECUTOR_BLOCK_PAGES_H

#include "runtime/executor/run.h"
#include "workflow/connector/connector.h"

/* Puts into INPUT how many items the next page may have, and which one it is:
 * with an offset it begins behind the items that came, however many the app
 * gave in a page. */
void pages_ask(const struct pages *p, const struct connector_action *a,
               struct value *input);

/* Where the app gave the address of the next page, puts it in place of URL,
 * that of the search. INVALID where it is not at the same host and port. */
enum err pages_follow(const struct pages *p, const struct connector_action *a,
                      struct buf *url, struct error *e);

/* Adds the page that came (p->page) to those before; *MORE says whether others
 * follow. INVALID where it lacks what a page has, is the one before again, and
 * where the app says that there are more in all than it gave; TOO_BIG past
 * 64 MB. B is the block that searches. */
enum err pages_add(struct pages *p, const struct block *b,
                   const struct connector_action *a, bool *more,
                   struct error *e);

/* Moves the pages into OUT, as what the search gives: the items, and how many
 * they are. */
void pages_end(struct pages *p, const struct connector_action *a,
               struct buf *out);

void pages_clear(struct pages *p);

#endif
