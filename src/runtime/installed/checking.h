/*
 * Documents that a console sends, checked before they are kept: parsed, in
 * canonical form, and without a problem. A large one takes a third of a second,
 * so it is checked on threads beside the core, and the call that brought it is
 * parked meanwhile.
 */
#ifndef TAILOR_RUNTIME_INSTALLED_CHECKING_H
#define TAILOR_RUNTIME_INSTALLED_CHECKING_H

#include "runtime/core/core.h"
#include "runtime/installed/trigger.h"

struct checking;

/* A document as it came: TEXT of LEN bytes, whose SHA-256 is HASH. */
struct checked_text {
    const char *hash, *text;
    size_t len;
};

/* What is known of it then. */
struct checked {
    bool ready; /* the rest is good */
    bool connector;
    struct trigger_facts trigger; /* of a workflow; the caller clears it */
};

/* Checks T; what it asks of a customer is noted where it is right. Where it is
 * large, out->ready is false at first: the call is parked on
 * CORE_TOPIC_DOCUMENTS and asks again. Errors: INVALID, DAMAGED, TOO_BIG, the
 * store's. */
enum err checking_ask(struct core *core, const struct checked_text *t,
                      struct checked *out, struct error *e);

/* Frees what was checked for nobody; no thread has any of it. */
void checking_clear(struct checking **list);

#endif
