/* Keeping samples, for the files of this folder only. */
#ifndef TAILOR_MANAGER_CATALOGUE_SAMPLE_PRIVATE_H
#define TAILOR_MANAGER_CATALOGUE_SAMPLE_PRIVATE_H

#include "manager/catalogue/sample.h"

/* Keeps {"input":INPUT} with its audit record, inside an operation; *FRESH
 * says whether it was not there before. INSTALLATION is 0 or a row. */
enum err sample_keep(struct manager *m, int64_t workflow, int64_t installation,
                     const char *label, const struct value *input, bool *fresh,
                     struct error *e);

#endif
