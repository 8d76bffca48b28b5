/* Checking chosen samples, for the files of this folder only. */
#ifndef TAILOR_MANAGER_RELEASE_CHECKED_PRIVATE_H
#define TAILOR_MANAGER_RELEASE_CHECKED_PRIVATE_H

#include "manager/release/checked.h"

/* checked_run() of the samples with the hashes MEMBERS, an array of strings,
 * as far as they are kept. */
enum err checked_members(struct checked *out, struct manager *m,
                         const struct value *members, const struct document *d,
                         struct error *e);

#endif
