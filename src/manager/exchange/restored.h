/*
 * Restores of a runtime that no person has accepted yet: what they have undone
 * and lost, as the notice says it. For the files of this folder only.
 */
#ifndef TAILOR_MANAGER_EXCHANGE_RESTORED_H
#define TAILOR_MANAGER_EXCHANGE_RESTORED_H

#include "manager/exchange/copy.h"

/* After the last page of COPY: what is missing and undone goes to the notice
 * of the runtime, and into COPY. */
enum err restored_found(struct manager *m, struct speaker *s,
                        struct full_copy *copy, struct error *e);

/* After other words of the runtime: takes off what was done again. Nothing
 * where no restore is open. */
enum err restored_refresh(struct manager *m, struct speaker *s,
                          struct error *e);

/* Before the record of an operation in which S has spoken: seals what restores
 * of it have undone, where that is another than before. */
void restored_seal(struct manager *m, struct speaker *s);

/* Forgets what was undone at the runtime N, and what was missing is not named
 * again: a person has accepted it. The caller seals and records it. */
enum err restored_forget(struct manager *m, int64_t n, struct error *e);
/* Likewise, and the notice goes: it was accepted here. */
enum err restored_confirm(struct manager *m, int64_t n, struct error *e);

#endif
