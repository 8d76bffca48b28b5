/* What is kept of the headers of an answer. */
#include "runtime/outbound/answer_headers.h"

#include <curl/curl.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"

static bool
header_value(const char *line, size_t n, const char *name, char *out,
             size_t size)
{
    size_t len = strlen(name);
    if (n <= len || strncasecmp(line, name, len) != 0 || line[len] != ':')
        return false;
    for (len++; len < n && line[len] == ' '; len++)
        ;
    while (n > len && strchr("\r\n \t", line[n - 1]))
        n--;
    if (n - len >= size)
        return false;
    memcpy(out, line + len, n - len);
    out[n - len] = '\0';
    return true;
}

/* Digits are seconds; too many of them are a long time. */
static int64_t
seconds_ms(const char *digits)
{
    int64_t s = 0;
    for (const char *p = digits; *p >= '0' && *p <= '9'; p++)
        s = s < INT32_MAX ? s * 10 + (*p - '0') : s;
    return s * 1000;
}

/* A date is read by the other side's clock where it told it. */
void
answer_headers_end(struct outbound_result *r)
{
    const char *text = r->retry_after;
    if (*text && text[strspn(text, "0123456789")] == '\0') {
        r->retry_after_ms = seconds_ms(text);
        return;
    }
    time_t at = *text ? curl_getdate(text, NULL) : -1;
    int64_t now = r->date_ms ? r->date_ms : clock_now_ms();
    if (at >= 0)
        r->retry_after_ms =
            (int64_t)at * 1000 > now ? (int64_t)at * 1000 - now : 0;
}

void
answer_header_take(struct outbound_result *r, const char *line, size_t n)
{
    char date[64];
    if (header_value(line, n, "date", date, sizeof date)) {
        time_t at = curl_getdate(date, NULL);
        r->date_ms = at > 0 ? (int64_t)at * 1000 : 0;
    }
    header_value(line, n, "location", r->location, sizeof r->location);
    header_value(line, n, "retry-after", r->retry_after, sizeof r->retry_after);
}
