/* Installations as rows, for the files of this folder only. */
#ifndef TAILOR_MANAGER_INSTALLATION_ROWS_PRIVATE_H
#define TAILOR_MANAGER_INSTALLATION_ROWS_PRIVATE_H

#include "manager/installation/installation.h"

/* Appends installation N to OUT, inside an operation. */
enum err installation_add_row(struct manager *m, int64_t n,
                              struct installation_list *out, struct error *e);

#endif
