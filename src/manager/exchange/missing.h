/*
 * Users and installations that this store knows and a full copy of their
 * runtime has not named: a restore has lost them. Each has an audit record
 * "undone" and counts as missing until the runtime names it again. For the
 * files of this folder only.
 */
#ifndef TAILOR_MANAGER_EXCHANGE_MISSING_H
#define TAILOR_MANAGER_EXCHANGE_MISSING_H

#include "manager/exchange/copy.h"

/* A full copy of the runtime S begins. */
enum err missing_begin(struct manager *m, const struct speaker *s,
                       struct error *e);

/* It names ID; STATEMENT is CS_COPIED_USER or CS_COPIED_INSTALLATION. */
enum err missing_named(struct manager *m, const struct speaker *s,
                       int statement, const char *id, struct error *e);

/* After the last page: a user whom the list of users does not name, and of whom
 * only installations are left that have ended, was deleted. */
enum err missing_deleted(struct manager *m, const struct speaker *s,
                         struct error *e);

/* Then: what it has not named is missing from here on. */
enum err missing_end(struct manager *m, struct speaker *s, struct error *e);

/* Counts in COPY what is missing and was not created again. *TEXT is a
 * sentence of the notice, or "" where nothing is; the caller frees it. */
enum err missing_text(struct manager *m, const struct speaker *s,
                      struct full_copy *copy, char **text, struct error *e);

#endif
