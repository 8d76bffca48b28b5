/*
 * A recorded run as a sample: its input, and as outputs what its blocks gave.
 */
#ifndef TAILOR_MANAGER_CATALOGUE_RUN_SAMPLE_H
#define TAILOR_MANAGER_CATALOGUE_RUN_SAMPLE_H

#include "base/error.h"

struct value;

/* Makes the sample *OUT (the caller's) of RUN (*taken*), one run as its runtime
 * shows it; of a search that it recorded in pages the lists are in one. TOO_BIG
 * where its runtime left out payloads. */
enum err sample_of_run(struct value **out, struct value *run, struct error *e);

#endif
