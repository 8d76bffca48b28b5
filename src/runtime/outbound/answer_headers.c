/* What is kept of the headers of an answer. */
#include "runtime/outbound/answer_headers.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "http/client.h"

/* Those of IANA's content codings that make something else of a text. What
 * else apps declare, as "utf-8", is a mistake and changes nothing. */
static const char *const compressions[] = {"gzip",       "x-gzip", "deflate",
                                           "br",         "zstd",   "compress",
                                           "x-compress", "dcb",    "dcz"};

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
    int64_t now = r->date_ms ? r->date_ms : clock_now_ms(), at;
    if (http_date_read(text, &at))
        r->retry_after_ms = at > now ? at - now : 0;
}

/* The first compression that VALUE, a list of codings, names; NULL: none. */
static const char *
find_compression(const char *value)
{
    static const char between[] = ", \t";
    for (const char *p = value; *(p += strspn(p, between));) {
        size_t n = strcspn(p, between);
        for (size_t i = 0; i < sizeof compressions / sizeof *compressions; i++)
            if (strlen(compressions[i]) == n &&
                strncasecmp(p, compressions[i], n) == 0)
                return compressions[i];
        p += n;
    }
    return NULL;
}

void
answer_header_take(struct outbound_result *r, const char *line, size_t n)
{
    char date[64], codings[128];
    if (header_value(line, n, "date", date, sizeof date) &&
        !http_date_read(date, &r->date_ms))
        r->date_ms = 0;
    if (!r->compression &&
        header_value(line, n, "content-encoding", codings, sizeof codings))
        r->compression = find_compression(codings);
    header_value(line, n, "location", r->location, sizeof r->location);
    header_value(line, n, "retry-after", r->retry_after, sizeof r->retry_after);
}

/* A compressed body, which nobody asked for, cannot be read. Whatever the app
 * did is done; a status that says no is understood without the body. */
void
answer_refuse_compressed(struct outbound_result *r)
{
    if (r->status < 200 || r->status >= 300) {
        buf_clear(&r->body);
        return;
    }
    r->code = ERR_INVALID;
    r->permanent = true;
    snprintf(r->message, sizeof r->message,
             "the app received the call and answered HTTP %d, but the answer "
             "is compressed with %s, which tailord does not read (turn off "
             "the compression in the app)",
             r->status, r->compression);
}
