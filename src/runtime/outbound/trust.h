/* The certificate of a host that is not trusted: what is told of it, and
 * whether it may be later. */
#ifndef TAILOR_RUNTIME_OUTBOUND_TRUST_H
#define TAILOR_RUNTIME_OUTBOUND_TRUST_H

#include <curl/curl.h>

#include "runtime/outbound/outbound.h"

/* Whether the other side's certificate is why there is no answer. */
bool trust_is_missing(CURLcode code);

/* Says so in R, all but the message, which is returned (static). A certificate
 * that becomes valid only later is not a permanent failure: so it seems to a
 * clock that is behind. */
const char *trust_explain(CURL *easy, struct outbound_result *r);

#endif
