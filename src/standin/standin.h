/*
 * tailor-standin: a test part that stands in for the outside world in the
 * demo and the tests. It speaks a NetSuite-shaped record API and the ISV's
 * own API, checks what it is sent (signatures, tokens, shapes), keeps it, and
 * shows it at /standin/…. It is not NetSuite and says so in every answer
 * (header X-Standin).
 */
#ifndef TAILOR_STANDIN_STANDIN_H
#define TAILOR_STANDIN_STANDIN_H

#include <stdbool.h>

#include "http/server.h"
#include "value/value.h"

/* A customer's NetSuite account and its token-based credential. */
struct standin_account {
    char *account;
    char *consumer_key;
    char *consumer_secret;
    char *token;
    char *token_secret;
};

/* A record that was created, or a call that the ISV's API received. */
struct standin_record {
    char *type;        /* "cashSale"; "isv:/purchase-orders" */
    char *account;     /* whose; "" for the ISV */
    char *key;         /* idempotency key, "" without */
    unsigned id;       /* from 1, over all types */
    unsigned attempts; /* calls with this key */
    struct value *body;
    char *headers; /* X-Alloy-… as "name: value" lines; "" without */
};

/* What shall go wrong: the next TIMES calls whose path begins with PATH. */
struct standin_fault {
    char *path;
    unsigned times;
    int status; /* answer this instead of acting; 0: act */
    bool hold;  /* act, but keep the answer until /standin/release */
};

struct standin {
    struct standin_account *accounts;
    size_t account_count;
    char *isv_token;
    struct value *orders; /* purchase orders that a search finds */
    struct standin_record *records;
    size_t record_count, record_capacity;
    struct standin_fault *faults;
    size_t fault_count;
    struct http_request **held; /* answers kept back, with their answers */
    struct http_answer *held_answers;
    size_t held_count;
    char **nonces; /* seen, newest last */
    size_t nonce_count, nonce_capacity;
    uint64_t calls; /* of any kind but /standin/ */
    uint64_t refused;
};

/* Reads the configuration: {"accounts":[{account, consumerKey,
 * consumerSecret, token, tokenSecret}], "isvToken", "purchaseOrders": 100,
 * "seed": 1}. */
enum err standin_configure(struct standin *s, const struct value *config,
                           struct error *e);
void standin_clear(struct standin *s);

/* Answers one request: fills ANSWER; true where it is to be sent now, false
 * where a fault holds it back (then S keeps both). */
bool standin_handle(struct standin *s, struct http_request *request,
                    struct http_answer *answer);

/* The NetSuite-shaped half: paths below /services/rest/. */
void standin_netsuite(struct standin *s, const struct http_request *request,
                      struct http_answer *answer);

/* The ISV's half: paths below /isv/. */
void standin_isv(struct standin *s, const struct http_request *request,
                 struct http_answer *answer);

/* What it got, and its faults: paths below /standin/. */
void standin_inspect(struct standin *s, const struct http_request *request,
                     struct http_answer *answer);

/* Whose signature REQUEST carries: checks the OAuth 1.0a header against the
 * known accounts, the time (5 minutes) and the nonce. NULL with
 * UNAUTHORIZED where it does not hold. */
const struct standin_account *
standin_authenticate(struct standin *s, const struct http_request *request,
                     struct error *e);

/* Keeps a record; BODY is taken. A record of the same account, type and
 * idempotency key is returned instead (attempts + 1), and BODY freed. */
struct standin_record *standin_keep(struct standin *s, const char *type,
                                    const char *account, const char *key,
                                    struct value *body);

/* The record with ID, or NULL. */
struct standin_record *standin_find(struct standin *s, unsigned id);

/* Sends the answers that waited. Returns how many. */
size_t standin_release_held(struct standin *s);

#endif
