/* The parts of the client, and the one place that knows libcurl. */
#ifndef TAILOR_HTTP_CLIENT_PRIVATE_H
#define TAILOR_HTTP_CLIENT_PRIVATE_H

#include <curl/curl.h>
#include <stdatomic.h>

#include "http/client.h"

struct running {
    struct running *next;
    struct http_client *client;
    struct http_call call; /* its texts and pointers to data are not used */
    CURL *easy;
    struct curl_slist *headers;
    char *body;
    size_t body_sent; /* given to libcurl */
    struct buf answer;
    size_t answer_head;
    size_t wanted; /* what may_hold was asked */
    bool paused;
    bool refused;        /* by may_connect */
    const char *problem; /* with the host's certificate; NULL: none */
    int64_t started_ms;
    int64_t resumed_ms; /* after it was paused; 0: it was not yet */
    int64_t left_ms;    /* of its time, while it is paused */
    char why[CURL_ERROR_SIZE];
};

struct http_client {
    CURLM *multi;
    struct http_client_options options;
    char *user_agent;
    struct running *running;
    size_t paused;
    uint64_t judged;         /* connections whose certificates were judged */
    atomic_llong retired_ms; /* what was connected before is not used; 0: all
                                is */
};

/* Gives the handle of R its options, R being a copy of CALL but for its texts.
 * False for no memory. */
bool http_running_set_up(struct running *r, const struct http_call *call);

/* What CODE means for R. */
enum http_call_fate http_running_judge(const struct running *r, CURLcode code);

/* The same in words, without times. */
const char *http_running_why(const struct running *r, CURLcode code);

/* What is wrong with the certificates of the host, which are trusted, as a
 * sentence that stays; NULL where nothing is. */
const char *http_peer_problem(CURL *easy);

/* When the first certificate ends of those that the host sent. 0: unknown. */
int64_t http_certificate_ends(CURL *easy);

#endif
