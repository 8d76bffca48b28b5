/* What is kept for a time only, once that is over. */
#ifndef TAILOR_MANAGER_CATALOGUE_PURGE_H
#define TAILOR_MANAGER_CATALOGUE_PURGE_H

#include "manager/session/manager.h"

/* Removes what has expired, with an audit record of what it was. Who follows
 * the store calls it every hour; ROLE where the session may not. */
enum err manager_purge(struct manager *m, struct error *e);

#endif
