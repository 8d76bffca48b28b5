/*
 * One credential, open for one call: read from the vault, used to sign, to
 * fill the address and to redact the answer, then zeroed. Bound to the hosts
 * of its connector.
 */
#ifndef TAILOR_RUNTIME_OUTBOUND_SECRET_H
#define TAILOR_RUNTIME_OUTBOUND_SECRET_H

#include "runtime/runtime.h"
#include "store/db.h"
#include "value/tape.h"
#include "workflow/connector/connector.h"

struct secret {
    int64_t n;                /* row of the credential; 0: none is open */
    char user_id[IDENT_SIZE]; /* the customer's */
    int state;                /* enum rt_credential_state */
    char kind[32];
    struct buf text; /* {"field":"value"} */
    struct tape tape;
    const struct connector *connector;  /* borrowed, may be NULL */
    const struct value *authentication; /* the entry of its kind, or NULL */
    struct needles *needles; /* of secret_redact; NULL: not needed yet */
};

/* Opens what the installation (row) has connected for APP. CONNECTOR is
 * borrowed for as long as OUT is used. A suspect credential opens too: whether
 * it may be tried is the caller's question. NOT_FOUND where nothing is
 * connected or the app has refused it too often; DAMAGED where it does not
 * open. */
enum err secret_open(struct secret *out, struct db *db,
                     const struct runtime *runtime, int64_t installation,
                     const char *app, const struct connector *connector,
                     struct error *e);
void secret_close(struct secret *s);

/* Takes the blanks (space, tab, end of line) around what OUT has gained since
 * it had FROM bytes. */
void secret_trim(struct buf *out, size_t from);

/* Appends the field NAME, without the blanks around it (space, tab, end of
 * line), which no server takes for a part of a token or key; those of "basic"
 * stay but for its host, since a password may begin or end with one. False
 * where it has none. The caller wipes OUT. */
bool secret_field(const struct secret *s, const char *name, struct buf *out);

/* Fills TEMPLATE ("https://{account}.example.com") with fields of the
 * credential, in lower case and with "_" turned into "-". INVALID where a
 * field is missing or cannot be part of a host name. */
enum err secret_fill(const struct secret *s, const char *template,
                     struct buf *out, struct error *e);

/* REFUSED unless the credential may be sent to the host of URL. */
enum err secret_check_host(const struct secret *s, const char *url,
                           struct error *e);

/* Appends the header that authenticates a call: its name to NAME, its value
 * to VALUE, which the caller wipes. Nothing where the kind needs none. A key
 * that goes into the query is added to URL. */
enum err secret_header(const struct secret *s, const char *method,
                       struct buf *url, struct buf *name, struct buf *value,
                       struct error *e);

/* Replaces every text of the credential in TEXT by "[redacted]", also in
 * hexadecimal, in base64 and in the spellings of spelling.h, but those that its
 * connector says are public. The spellings are made once, by the first text,
 * and wiped when S is closed. Any thread, while no other uses S. */
void secret_redact(struct secret *s, struct buf *text);

#endif
