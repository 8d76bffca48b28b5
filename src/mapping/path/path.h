/*
 * Paths: JSONPath as of RFC 9535, complete, compiled once and evaluated on
 * tapes. The leading "$." may be left out ("lines[*].ItemSku").
 */
#ifndef TAILOR_MAPPING_PATH_PATH_H
#define TAILOR_MAPPING_PATH_PATH_H

#include "base/error.h"
#include "mapping/scope.h"

struct path;

/* Nodes found, in order; the caller owns the array. */
struct node_list {
    struct node_ref *nodes;
    size_t count;
    size_t capacity;
};

void node_list_init(struct node_list *l);
void node_list_clear(struct node_list *l);

enum path_flags {
    PATH_STRICT = 0, /* RFC 9535 exactly: begins with "$" */
    PATH_BARE = 1,   /* "$." may be left out; "@" begins at the element */
};

/* Compiles the N bytes at TEXT into *OUT, which the caller owns. Errors:
 * INVALID with the column (from 1) and what was expected. */
enum err path_compile(struct path **out, const char *text, size_t n,
                      unsigned flags, struct error *e);
void path_free(struct path *p);
size_t path_bytes(const struct path *p); /* of memory; 0 for NULL */

/* True where the path can give at most one node (RFC 9535 section 2.3.5.1:
 * names and indexes only). */
bool path_is_singular(const struct path *p);

/* True where the path begins at the current element (@). */
bool path_is_relative(const struct path *p);

/* Appends the nodes that P selects, in document order, to OUT. A query that
 * passes the step budget ends with TOO_BIG. */
enum err path_query(const struct path *p, const struct scope *scope,
                    struct node_list *out, struct error *e);

/* As path_query, with at most *STEPS steps, from which it takes what it needs,
 * and room for at most NODES more nodes in all its lists; TOO_BIG past either.
 */
enum err path_query_within(const struct path *p, const struct scope *scope,
                           struct node_list *out, size_t *steps, size_t nodes);

/* The one node of a singular path; false if none exists. Allocates
 * nothing. */
bool path_find(const struct path *p, const struct scope *scope,
               struct node_ref *out);

/* Appends the normalized path (RFC 9535 section 2.7) of NODE to OUT. */
void path_normalized(struct node_ref node, struct buf *out);

#endif
