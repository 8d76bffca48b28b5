/*
 * The decisions of the runtime: what becomes of a request for a release, a
 * withdrawal, a pause … . Each happens in the caller's transaction, with its
 * facts for the feed; what is material, workflow/validate/material.h alone
 * judges. The kinds are rows of decisions.def.
 */
#ifndef TAILOR_RUNTIME_DECIDE_DECIDE_H
#define TAILOR_RUNTIME_DECIDE_DECIDE_H

#include "runtime/core/core.h"
#include "value/value.h"

/* One request being decided; strings borrowed. */
struct request {
    struct core *core;
    int environment;
    const char *key;
    const char *kind;
    const char *actor;
};

/* Decides ITEMS together: all are done or none is, and *DONE says which.
 * *ANSWERS, owned by the caller, gets one object an item with its "outcome".
 * Errors are those of the store only: INVALID where KIND is unknown. */
enum err decide_items(const struct request *r, const struct value *items,
                      struct value **answers, bool *done, struct error *e);

/* --- for the files of the decisions -------------------------------------- */

/* An item under decision: ANSWER starts without an outcome. */
struct item {
    const struct request *r;
    struct db *db;
    const struct value *value; /* the ITEM */
    struct value *answer;
};

/* Sets the outcome WORD; returns OK, so that "return item_done(…)" reads as
 * one step. */
enum err item_done(struct item *i, const char *word);

/* Says for people that a run was accepted and does not begin yet, for the
 * reason WHY. */
void item_run_waits(struct item *i, const char *why);

/* Sets the outcome WORD ("refused", "stale", "acceptedBefore"), none of which
 * was done, with a sentence for people. */
enum err item_refuse(struct item *i, const char *word, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The member KEY of the item where it is an id; else USAGE. */
enum err item_id(const struct item *i, const char *key, const char **out,
                 struct error *e);

/* True where one of the words above made it impossible. */
bool item_is_done(const struct item *i);

#define DECISION(name, help)                                                   \
    enum err decide_##name(struct item *i, struct error *e);
#include "runtime/decide/decisions.def"
#undef DECISION

#endif
