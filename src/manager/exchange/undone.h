/*
 * What a restore of a runtime has undone: pauses, uninstalls, deletions that
 * this store knows and the full copy does not show. Each is an audit record
 * "undone", and they are counted for the notice. For the files of this folder
 * only.
 */
#ifndef TAILOR_MANAGER_EXCHANGE_UNDONE_H
#define TAILOR_MANAGER_EXCHANGE_UNDONE_H

#include "manager/exchange/copy.h"

/* The user of X was deleted, and is there again; it counts as there. */
enum err undone_user(struct manager *m, struct speaker *s,
                     struct full_copy *copy, const struct state_entry *x,
                     struct error *e);

/* I is the installation of X as this store has it, before X is taken over. */
enum err undone_installation(struct manager *m, struct speaker *s,
                             struct full_copy *copy,
                             const struct copy_installation *i,
                             const struct state_entry *x, struct error *e);

/* The same for the workflow W of installation ID. */
enum err undone_workflow(struct manager *m, struct speaker *s,
                         struct full_copy *copy, const char *id,
                         const struct copy_pointer *p,
                         const struct state_workflow *w, struct error *e);

/* Counts on from the copies before COPY, which no accepted restore ended. */
enum err undone_load(struct manager *m, const struct speaker *s,
                     struct full_copy *copy, struct error *e);

/* Keeps the counts of COPY for the copies after it, and for people. */
enum err undone_save(struct manager *m, const struct speaker *s,
                     const struct full_copy *copy, struct error *e);

/* "; undone since: 2 pauses, 1 …", or ""; the caller frees it. */
char *undone_text(const struct full_copy *copy);

#endif
