/* Files that a person names for output. */
#ifndef TAILOR_MANAGER_SESSION_OUTPUT_H
#define TAILOR_MANAGER_SESSION_OUTPUT_H

#include "base/error.h"

struct manager;

/* REFUSED where PATH is the store or a file beside it that the store makes,
 * removes or reads by its name. Everything that writes a named file asks. */
enum err manager_check_output(const struct manager *m, const char *path,
                              struct error *e);

/* REFUSED where FROM is the file of the store PATH itself, under whatever
 * name: nothing of it is a copy. */
enum err manager_check_copy(const char *path, const char *from,
                            struct error *e);

#endif
