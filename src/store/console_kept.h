/*
 * Rows of which contact with runtimes changes columns that no audit record
 * has. Such a row keeps a hash of them, so that a change which another program
 * makes shows. P is "", or "OLD." or "NEW." in a trigger.
 */
#ifndef TAILOR_STORE_CONSOLE_KEPT_H
#define TAILOR_STORE_CONSOLE_KEPT_H

/* How far a runtime was read and compared, and what of it waits for a
 * person. */
#define RUNTIME_KEPT                                                           \
    "held, feed_cursor, feed_hash, receipt_sequence, receipt_head,"            \
    " versions_after, compared, restore, charged, notice, notice_at, undone,"  \
    " copies"
#define RUNTIME_HASH(p)                                                        \
    "row_hash(" p "id, " p "held, " p "feed_cursor, " p "feed_hash, " p        \
    "receipt_sequence, " p "receipt_head, " p "versions_after, " p             \
    "compared, " p "restore, " p "charged, " p "notice, " p "notice_at, " p    \
    "undone, " p "copies)"
/* Whether the hash is the row's own. With a star before it, it is, too, but
 * another program had changed the row: a full copy of the runtime is due. */
#define RUNTIME_OWN(p) "ltrim(" p "contact_hash, '*') = " RUNTIME_HASH(p)

/* Whether the receipt of request O, which stands with the lead of several,
 * knows the facts up to SEQUENCE. */
#define RECEIVED_UP_TO(o, sequence)                                            \
    "EXISTS (SELECT 1 FROM release_receipt x WHERE x.outbox ="                 \
    " coalesce(" o ".lead, " o ".n) AND iif(json_valid(x.body),"               \
    " json_extract(x.body, '$.feedSequence'), 0) >= " sequence ")"

#endif
