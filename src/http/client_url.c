/* URLs and dates as the client reads them. */
#include <string.h>

#include "http/client_private.h"

static enum http_url_flaw
read_url(struct http_url *out, CURLU *u)
{
    char *scheme = NULL, *user = NULL;
    enum http_url_flaw flaw = HTTP_URL_FINE;
    if (curl_url_get(u, CURLUPART_SCHEME, &scheme, 0) ||
        curl_url_get(u, CURLUPART_HOST, &out->host, 0) ||
        curl_url_get(u, CURLUPART_PORT, &out->port, CURLU_DEFAULT_PORT))
        flaw = HTTP_URL_BAD;
    else if (curl_url_get(u, CURLUPART_USER, &user, 0) != CURLUE_NO_USER)
        flaw = HTTP_URL_USER;
    else if (strcmp(scheme, "https") != 0 && strcmp(scheme, "http") != 0)
        flaw = HTTP_URL_SCHEME;
    out->plain = scheme && strcmp(scheme, "http") == 0;
    curl_free(scheme);
    curl_free(user);
    return flaw;
}

enum http_url_flaw
http_url_read(struct http_url *out, const char *url)
{
    CURLU *u = curl_url();
    CURLUcode code =
        u ? curl_url_set(u, CURLUPART_URL, url, 0) : CURLUE_OUT_OF_MEMORY;
    enum http_url_flaw flaw = code == CURLUE_UNSUPPORTED_SCHEME
                                  ? HTTP_URL_SCHEME
                              : code == CURLUE_BAD_PORT_NUMBER ? HTTP_URL_PORT
                                                               : HTTP_URL_BAD;
    *out = (struct http_url){0};
    if (!code)
        flaw = read_url(out, u);
    curl_url_cleanup(u);
    return flaw;
}

void
http_url_clear(struct http_url *u)
{
    curl_free(u->host);
    curl_free(u->port);
    *u = (struct http_url){0};
}

bool
http_date_read(const char *text, int64_t *ms)
{
    time_t at = *text ? curl_getdate(text, NULL) : -1;
    *ms = (int64_t)at * 1000;
    return at >= 0;
}
