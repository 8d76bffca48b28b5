/*
 * What a restore of a runtime has undone: what this store knows and the full
 * copy does not show. Each thing that people wanted and the runtime has not is
 * one row until it is so again or a person accepts the restore, over any
 * number of restores; it is an audit record "undone" once. For the files of
 * this folder only.
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

/* The version WANTED was live at WHAT; the runtime has GOT instead. */
enum err undone_live(struct manager *m, struct speaker *s,
                     const struct undone_subject *what, const char *wanted,
                     const char *got, struct error *e);

/* Takes off what this store shows as it was wanted, or as somebody has chosen
 * since. */
enum err undone_settle(struct manager *m, struct speaker *s, struct error *e);

/* Adds what is left to COPY->undone and COPY->moved. */
enum err undone_count(struct manager *m, const struct speaker *s,
                      struct full_copy *copy, struct error *e);

/* The word of KIND in records and JSON, static. */
const char *undone_word(enum undone kind);

/* ". Undone, so that …: 2 pauses, 1 …", or ""; the caller frees it. */
char *undone_text(const struct full_copy *copy);

#endif
