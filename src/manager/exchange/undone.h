/*
 * What a restore of a runtime has undone: what this store knows and the full
 * copy does not show. Each is an audit record "undone", and they are counted
 * for the notice. For the files of this folder only.
 */
#ifndef TAILOR_MANAGER_EXCHANGE_UNDONE_H
#define TAILOR_MANAGER_EXCHANGE_UNDONE_H

#include "manager/exchange/copy.h"

/* What a record is about; NULL: none. */
struct undone_subject {
    const char *user, *installation, *workflow, *app;
    const char *name; /* for people */
};

/* One audit record "undone" of what is called WORD. */
enum err undone_audit(struct manager *m, struct speaker *s, const char *word,
                      const struct undone_subject *what, struct error *e);

/* The user of X as this store has it, before X is taken over. One that was
 * deleted, and is there again, counts as there. */
enum err undone_user(struct manager *m, struct speaker *s,
                     struct full_copy *copy, const struct state_entry *x,
                     struct error *e);

/* I is an installation as this store had it, NOW what the full copy made of
 * it. */
enum err undone_installation(struct manager *m, struct speaker *s,
                             struct full_copy *copy,
                             const struct copy_installation *i,
                             const struct copy_installation *now,
                             struct error *e);

/* The same for the pointers of WORKFLOW of installation ID. */
enum err undone_workflow(struct manager *m, struct speaker *s,
                         struct full_copy *copy, const char *id,
                         const char *workflow, const struct copy_pointer *p,
                         const struct copy_pointer *now, struct error *e);

/* Counts on from the copies before COPY, which no accepted restore ended. */
enum err undone_load(struct manager *m, const struct speaker *s,
                     struct full_copy *copy, struct error *e);

/* Keeps the counts of COPY for the copies after it, and for people. */
enum err undone_save(struct manager *m, const struct speaker *s,
                     const struct full_copy *copy, struct error *e);

/* ". Undone, so that …: 2 pauses, 1 …", or ""; the caller frees it. */
char *undone_text(const struct full_copy *copy);

#endif
