/*
 * What a customer is called, for all screens and commands: by a name, which
 * others may have too and which may hold anything, and by a username, which
 * only one user of an environment has.
 */
#ifndef TAILOR_MANAGER_SESSION_CUSTOMER_H
#define TAILOR_MANAGER_SESSION_CUSTOMER_H

#include "manager/session/manager.h"
#include "manager/session/pool.h"

/* NAME, or USERNAME where NAME is NULL or shows nothing; borrowed. */
const char *customer_name(const char *name, const char *username);

/* "NAME (USERNAME)", a long NAME cut, or USERNAME alone where that is the name.
 * Lives as long as POOL. */
const char *customer_who(struct pool *pool, const char *name,
                         const char *username);

/* *ALIKE becomes true where NAME does not tell its customer from all others: a
 * user with another username has it, it is the username of another or ends in
 * one in brackets as customer_who() does, or it does not look as it is. Call it
 * inside an operation. */
enum err customer_alike(struct manager *m, const char *name,
                        const char *username, bool *alike, struct error *e);

/* What a person types to name the customer: NAME, where it is ALIKE USERNAME,
 * and where that cannot be typed as shown ID, of the installation. One of
 * them, borrowed. */
const char *customer_phrase(const char *name, bool alike, const char *username,
                            const char *id);

#endif
