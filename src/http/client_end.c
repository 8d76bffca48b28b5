/* How a call ended. */
#include <gnutls/gnutls.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/mem.h"
#include "http/client_private.h"

/* What libcurl with GnuTLS says of the certificate's chain. */
static enum http_call_fate
judge_chain(CURL *easy)
{
    long verdict = 0;
    const char *tls = curl_version_info(CURLVERSION_NOW)->ssl_version;
    curl_easy_getinfo(easy, CURLINFO_SSL_VERIFYRESULT, &verdict);
    if (!tls || strncmp(tls, "GnuTLS", 6) != 0)
        return HTTP_CALL_NOT_TRUSTED;
    if (verdict & GNUTLS_CERT_NOT_ACTIVATED)
        return HTTP_CALL_NOT_TRUSTED_YET;
    return verdict & GNUTLS_CERT_EXPIRED ? HTTP_CALL_EXPIRED
                                         : HTTP_CALL_NOT_TRUSTED;
}

static enum http_call_fate
judge_code(CURL *easy, CURLcode code)
{
    switch (code) {
    case CURLE_FILESIZE_EXCEEDED:
        return HTTP_CALL_TOO_BIG;
    case CURLE_OUT_OF_MEMORY: /* what libcurl says of a header of 100 KB */
        return HTTP_CALL_HEAD_TOO_BIG;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_ISSUER_ERROR:
        return judge_chain(easy);
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
        return HTTP_CALL_OTHER_KEY;
    case CURLE_SSL_CACERT_BADFILE:
        return HTTP_CALL_BAD_CA;
    case CURLE_URL_MALFORMAT:
        return HTTP_CALL_BAD_URL;
    case CURLE_COULDNT_CONNECT:
        return HTTP_CALL_NOT_CONNECTED;
    case CURLE_OPERATION_TIMEDOUT:
        return HTTP_CALL_TIMED_OUT;
    default:
        return HTTP_CALL_BROKEN;
    }
}

enum http_call_fate
http_running_judge(const struct running *r, CURLcode code)
{
    if (code == CURLE_OK && !buf_failed(&r->answer))
        return HTTP_CALL_ANSWERED;
    if (r->refused)
        return HTTP_CALL_REFUSED;
    if (r->problem)
        return HTTP_CALL_UNFIT;
    if (buf_failed(&r->answer))
        return HTTP_CALL_TOO_BIG;
    if (r->answer_head > r->client->options.answer_head_max)
        return HTTP_CALL_HEAD_TOO_BIG;
    return judge_code(r->easy, code);
}

const char *
http_running_why(const struct running *r, CURLcode code)
{
    long number = 0;
    if (r->problem)
        return r->problem;
    if (code == CURLE_COULDNT_CONNECT)
        curl_easy_getinfo(r->easy, CURLINFO_OS_ERRNO, &number);
    if (number)
        return strerror((int)number);
    bool timeless = code == CURLE_COULDNT_CONNECT || !r->why[0];
    return timeless ? curl_easy_strerror(code) : r->why;
}

/* A time of a certificate as libcurl writes it: "2026-11-29 18:00:00 GMT" with
 * GnuTLS, "Nov 29 18:00:00 2026 GMT" with OpenSSL. 0 where it is neither. */
static int64_t
certificate_time(const char *text)
{
    int year, month, day, used = 0;
    int64_t ms;
    if (sscanf(text, "%4d-%2d-%2d %n", &year, &month, &day, &used) == 3) {
        char *iso =
            mem_printf("%04d-%02d-%02dT%.8sZ", year, month, day, text + used);
        ms = clock_parse(iso, &ms) == 0 ? ms : 0;
        free(iso);
        return ms;
    }
    return http_date_read(text, &ms) ? ms : 0;
}

int64_t
http_certificate_ends(CURL *easy)
{
    static const char expires[] = "Expire date:"; /* "Date" with GnuTLS */
    struct curl_certinfo *chain = NULL;
    int64_t first = 0;
    if (curl_easy_getinfo(easy, CURLINFO_CERTINFO, &chain) != CURLE_OK)
        return 0;
    for (int i = 0; chain && i < chain->num_of_certs; i++)
        for (struct curl_slist *l = chain->certinfo[i]; l; l = l->next) {
            if (strncasecmp(l->data, expires, strlen(expires)) != 0)
                continue;
            int64_t ms = certificate_time(l->data + strlen(expires));
            first = ms && (!first || ms < first) ? ms : first;
        }
    return first;
}
