/*
 * Connectors: what an app is, as a content-addressed JSON document: base URL,
 * authentication, actions with their schemas, paging, limits, retries. The
 * format is described in doc/connectors.md.
 */
#ifndef TAILOR_WORKFLOW_CONNECTOR_CONNECTOR_H
#define TAILOR_WORKFLOW_CONNECTOR_CONNECTOR_H

#include "base/digest.h"
#include "value/value.h"
#include "workflow/problem.h"

#define CONNECTOR_FORMAT 1

struct connector; /* what it says never changes after it was parsed */

struct connector_action {
    const char *key;    /* "createCashSale" */
    const char *name;   /* "Create cash sale" */
    const char *help;   /* a sentence, or "" */
    const char *method; /* "POST" */
    const char *path;   /* "/services/rest/record/v1/cashSale/{id}": each {name}
                           is taken out of the mapped input */
    bool effect;        /* changes something at the app (not a search) */
    bool verified;      /* was run against the real service */
    const struct value *input;   /* JSON Schema of the mapped input, or NULL */
    const struct value *output;  /* JSON Schema of the answer, or NULL */
    const struct value *query;   /* [names of inputs that go to the URL] */
    const struct value *headers; /* {"Prefer":"transient"}, or NULL */
    const struct value *fixed;   /* members always in the body, or NULL */
    const struct value *result;  /* {"id":{"header":"Location","take":
                                    "lastSegment"}}: members of the output that
                                    come from headers, or NULL */
    const struct value *paging;  /* {"style":"offset","offset":"offset","limit":
                                    "limit","size":1000,"items":"items","more":
                                    "hasMore"} and other styles, or NULL */
    const struct value
        *cursor;        /* {"field","parameter","id","fixed"}, or NULL */
    const char *record; /* what it works on, for describing, or "" */
    const struct value *scopes;      /* [scopes it needs], or NULL */
    const struct value *exists; /* {"action","key"}: the action that says, by
                                   that input, whether the record is there;
                                   NULL: none does */
    const struct value *replaces; /* {"query":"replace"}: a list that is sent
                                     takes the place of the one there, by that
                                     parameter with its name, or without one
                                     as it is; NULL: it does not */
    const struct value *idempotency; /* {"header":"…"} of the action or the
                                        connector, or NULL: none known */
};

/* Parses and checks N bytes of JSON at TEXT into *OUT, which the caller owns.
 * Errors: INVALID with the first place, TOO_BIG, NEWER. */
enum err connector_parse(struct connector **out, const char *text, size_t n,
                         const char *name, struct error *e);

/* The same of a value tree, which is *taken* also where it fails. */
enum err connector_from_value(struct connector **out, struct value *root,
                              struct error *e);
void connector_free(struct connector *c);

/* Refuses what stored connectors may have and a new one must not: paging that
 * asks for the first page again and again. Errors: INVALID with the place. */
enum err connector_check_new(const struct connector *c, struct error *e);

/* C, which is then to be freed once more, on the same thread. */
struct connector *connector_share(struct connector *c);
size_t connector_bytes(const struct connector *c); /* of memory; 0 for NULL */

/* Canonical text and its SHA-256. */
void connector_write(const struct connector *c, struct buf *out);
const char *connector_hash(const struct connector *c);

const char *connector_app(const struct connector *c);  /* "netsuite" */
const char *connector_name(const struct connector *c); /* "NetSuite" */
const char *connector_icon(const struct connector *c); /* URL or "" */

/* The JSON that empties a field of the app: "null" or "\"\"". */
const char *connector_clears(const struct connector *c);

/* "https://{account}.suitetalk.api.netsuite.com": {field} names a field of
 * the credential. "" where the block gives the whole URL (generic HTTP). */
const char *connector_base_url(const struct connector *c);

/* [host patterns "*.suitetalk.api.netsuite.com"] that a credential may be
 * sent to; NULL: bound to the host that the credential itself names. */
const struct value *connector_hosts(const struct connector *c);

/* The authentication kinds: [{"kind":"oauth1","label","fields":[{"name",
 * "label","secret","required"}],…}]. kind is apiKey, basic, bearer, header,
 * oauth2 (with "grant") or oauth1. Empty: the app needs no credential. */
const struct value *connector_authentication(const struct connector *c);

/* The entry of KIND, or NULL. */
const struct value *connector_authentication_of(const struct connector *c,
                                                const char *kind);

/* The name of the field of an apiKey entry that is the key: the first that is
 * secret, else the only one but "host"; "apiKey" where it has no fields. NULL
 * where there are several and none is secret. */
const char *connector_key_field(const struct value *authentication);

/* True where blocks of this app need a connected credential. */
bool connector_needs_credential(const struct connector *c);

/* The header in which the app looks for the key of a call, where its action
 * names no other; NULL: it looks for none. */
const char *connector_key_header(const struct connector *c);

/* {"statuses":[429,503],"attempts":40,"retryAfter":true} and
 * {"concurrent":5,"perSecond":10}, or NULL. */
const struct value *connector_retry(const struct connector *c);
const struct value *connector_rate_limit(const struct connector *c);

/* Pointers into an error answer: {"message":"/o:errorDetails/0/detail",
 * "code":"/o:errorDetails/0/o:errorCode"}, or NULL. */
const struct value *connector_errors(const struct connector *c);

/* The action KEY, or NULL; the I-th, or NULL past the end. Borrowed. */
const struct connector_action *connector_action(const struct connector *c,
                                                const char *key);
const struct connector_action *connector_action_at(const struct connector *c,
                                                   size_t i);

/* Whether a request for a page of the search A says which page it is. */
bool connector_names_page(const struct connector_action *a);

/* --- the connectors that documents are checked against ------------------- */
struct connector_set {
    struct connector **items;
    size_t count;
};

void connector_set_init(struct connector_set *s);
void connector_set_clear(struct connector_set *s);

/* Takes C; one of the same hash is kept once. */
void connector_set_add(struct connector_set *s, struct connector *c);

/* The connector named HASH, or NULL. HASH may be NULL. */
const struct connector *connector_set_find(const struct connector_set *s,
                                           const char *hash);

/* The last one added for APP, or NULL. */
const struct connector *connector_set_app(const struct connector_set *s,
                                          const char *app);

#endif
