/* A pool: the strings and errors that a list of rows owns, freed in one go. */
#ifndef TAILOR_MANAGER_SESSION_POOL_H
#define TAILOR_MANAGER_SESSION_POOL_H

#include <stddef.h>

struct pool;
struct error;

struct pool *pool_new(void);

/* Frees the pool and every string of it; NULL is OK. */
void pool_free(struct pool *p);

/* A copy of S that lives as long as P; NULL gives NULL. */
const char *pool_text(struct pool *p, const char *s);
const char *pool_text_n(struct pool *p, const char *s, size_t n);

/* A copy of E that lives as long as P. */
const struct error *pool_error(struct pool *p, const struct error *e);

#endif
