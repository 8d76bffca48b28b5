/*
 * Files that a `store restore` which was killed has left beside a store, each
 * with all that the copy holds. One that was written within an hour may be of a
 * restore in progress, and does not count.
 */
#ifndef TAILOR_MANAGER_SESSION_LEFTOVERS_H
#define TAILOR_MANAGER_SESSION_LEFTOVERS_H

#include <stddef.h>

/* What a restore of the store PATH calls the copy that it makes, before the
 * time. */
#define LEFTOVERS_MARK "-restoring-"

/* How many there are beside the store PATH; where its folder cannot be read, 0.
 * *ONE becomes the path of one, which the caller frees, or NULL. */
size_t leftovers_count(const char *path, char **one);

/* Removes them, but not FROM, as far as that can be done. */
void leftovers_remove(const char *path, const char *from);

#endif
