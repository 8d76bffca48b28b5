/* The certificate of a host that is not trusted. */
#include "runtime/outbound/trust.h"

#include <gnutls/gnutls.h>
#include <string.h>

bool
trust_is_missing(CURLcode code)
{
    return code == CURLE_PEER_FAILED_VERIFICATION ||
           code == CURLE_SSL_ISSUER_ERROR ||
           code == CURLE_SSL_PINNEDPUBKEYNOTMATCH;
}

/* Whether it becomes valid only later, as libcurl with GnuTLS says. */
static bool
is_early(CURL *easy)
{
    long verdict = 0;
    const char *tls = curl_version_info(CURLVERSION_NOW)->ssl_version;
    curl_easy_getinfo(easy, CURLINFO_SSL_VERIFYRESULT, &verdict);
    return tls && strncmp(tls, "GnuTLS", 6) == 0 &&
           (verdict & GNUTLS_CERT_NOT_ACTIVATED);
}

const char *
trust_explain(CURL *easy, struct outbound_result *r)
{
    r->code = ERR_REFUSED;
    r->distrusted = true;
    r->permanent = !is_early(easy);
    return r->permanent ? "url: the certificate of the host is not trusted (it "
                          "may be expired, for another host, or from an "
                          "unknown authority)"
                        : "url: the certificate of the host is not valid yet "
                          "(check the clock of this server)";
}
