/*
 * Idempotency keys of calls. All runs that one event began (its own, and those
 * in which a person has it run again) give a call the same key, so that the
 * app, or tailord itself, knows an effect that was made before.
 */
#ifndef TAILOR_RUNTIME_EXECUTOR_KEY_H
#define TAILOR_RUNTIME_EXECUTOR_KEY_H

#include "runtime/executor/executor_private.h"

enum {
    KEY_DIGITS = 32,
    KEY_HASH_BYTES = 16,
    KEY_FORM = 1 /* of new runs; 0: of an older program's */
};

/* The key of the current block's call for PAGE: made of the run that the event
 * began, block, place and page, and of nothing else, so that it is the same
 * whichever process, version or run sends it, and when. */
void key_make(const struct exec *x, int64_t page, char out[KEY_DIGITS + 1]);

/* What of REQUEST makes the effect: its method, address and body. */
void key_hash(const struct value *request, unsigned char out[KEY_HASH_BYTES]);

/* What another run of the same event did with a key. */
enum key_past {
    KEY_NEW,     /* nothing that took effect: the call may be made */
    KEY_UNKNOWN, /* perhaps it took effect */
    KEY_DONE     /* it did */
};

struct key_record {
    enum key_past past;
    bool same;            /* with the same hash */
    bool kept;            /* what it gave is in the output */
    char run[IDENT_SIZE]; /* which run that was */
    char sender[IDENT_SIZE]; /* a run that is making the call now, or will by
                                itself; "": none */
};

/* Looks through the other runs of the event for KEY of the current block. An
 * outcome that is known to have taken effect counts before all others. What a
 * done call gave is appended to OUTPUT. */
enum err key_look_up(const struct exec *x, const char *key,
                     const unsigned char hash[KEY_HASH_BYTES],
                     struct key_record *out, struct buf *output,
                     struct error *e);

#endif
