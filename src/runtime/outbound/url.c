/* Which addresses workflows may not connect to unless an operator says so. */
#include "runtime/outbound/url.h"

#include <arpa/inet.h>
#include <string.h>

#include "http/client.h"
#include "runtime/outbound/outbound.h"

struct block4 {
    uint32_t network;
    int bits;
};

/* IANA's registry of special-purpose IPv4 addresses, and multicast. */
static const struct block4 blocks4[] = {
    {0x00000000, 8},  {0x0a000000, 8},  {0x64400000, 10}, {0x7f000000, 8},
    {0xa9fe0000, 16}, {0xac100000, 12}, {0xc0000000, 24}, {0xc0000200, 24},
    {0xc01fc400, 24}, {0xc034c100, 24}, {0xc0586300, 24}, {0xc0a80000, 16},
    {0xc0af3000, 24}, {0xc6120000, 15}, {0xc6336400, 24}, {0xcb007100, 24},
    {0xe0000000, 4},  {0xf0000000, 4},
};

static bool
inside4(uint32_t address)
{
    for (size_t i = 0; i < sizeof blocks4 / sizeof *blocks4; i++)
        if ((address ^ blocks4[i].network) >> (32 - blocks4[i].bits) == 0)
            return true;
    return false;
}

static uint32_t
word(const unsigned char *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 |
           p[3];
}

/* Global unicast is 2000::/3; of it the ranges for protocols, documentation
 * and tunnels are out, and what carries an IPv4 address is judged by it. */
static bool
inside6(const unsigned char a[16])
{
    static const unsigned char zero[16];
    if (memcmp(a, zero, 10) == 0 && a[10] == 0xff && a[11] == 0xff)
        return inside4(word(a + 12));
    if (word(a) == 0x0064ff9b && memcmp(a + 4, zero, 8) == 0)
        return inside4(word(a + 12));
    if ((a[0] & 0xe0) != 0x20)
        return true;
    if (a[0] == 0x20 && a[1] == 0x02)
        return inside4(word(a + 2));
    if (a[0] == 0x20 && a[1] == 0x01)
        return a[2] < 2 || (a[2] == 0x0d && a[3] == 0xb8);
    return a[0] == 0x3f && a[1] == 0xff && (a[2] & 0xf0) == 0;
}

bool
outbound_address_is_inside(const struct sockaddr *address)
{
    if (address->sa_family == AF_INET) {
        struct sockaddr_in in;
        memcpy(&in, address, sizeof in);
        return inside4(ntohl(in.sin_addr.s_addr));
    }
    if (address->sa_family == AF_INET6) {
        struct sockaddr_in6 in6;
        memcpy(&in6, address, sizeof in6);
        return inside6(in6.sin6_addr.s6_addr);
    }
    return true;
}

bool
outbound_address_is_loopback(const struct sockaddr *address)
{
    if (address->sa_family == AF_INET) {
        struct sockaddr_in in;
        memcpy(&in, address, sizeof in);
        return ntohl(in.sin_addr.s_addr) >> 24 == 127;
    }
    struct sockaddr_in6 in6 = {0};
    if (address->sa_family == AF_INET6)
        memcpy(&in6, address, sizeof in6);
    return address->sa_family == AF_INET6 &&
           IN6_IS_ADDR_LOOPBACK(&in6.sin6_addr);
}

/* --- addresses as URLs ---------------------------------------------------- */

static char
lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 'a' - 'A') : c;
}

/* Appends HOST, an IPv6 address in brackets, in its one form: the IPv4 address
 * that it maps, else without a zone, which names a way and no host. False where
 * it cannot be read. */
static bool
add_address6(struct buf *out, const char *host)
{
    char text[INET6_ADDRSTRLEN];
    struct in6_addr a;
    size_t n = strcspn(host + 1, "%]");
    if (n >= sizeof text)
        return false;
    memcpy(text, host + 1, n);
    text[n] = '\0';
    if (inet_pton(AF_INET6, text, &a) != 1)
        return false;
    bool mapped = IN6_IS_ADDR_V4MAPPED(&a);
    if (mapped)
        inet_ntop(AF_INET, a.s6_addr + 12, text, sizeof text);
    else
        inet_ntop(AF_INET6, &a, text, sizeof text);
    buf_addf(out, mapped ? "%s" : "[%s]", text);
    return true;
}

static void
add_host(struct buf *out, const char *host)
{
    size_t n = strlen(host);
    if (*host == '[' && add_address6(out, host))
        return;
    if (n > 1 && host[n - 1] == '.')
        n--;
    for (size_t i = 0; i < n; i++)
        buf_addc(out, lower(host[i]));
}

bool
outbound_url_site(struct buf *out, const char *url)
{
    struct http_url u;
    bool good = http_url_read(&u, url) == HTTP_URL_FINE;
    if (good) {
        add_host(out, u.host);
        buf_addc(out, ':');
        buf_adds(out, u.port);
    }
    http_url_clear(&u);
    return good && !buf_failed(out);
}

/* Whether LIST, of "host:port", has SITE, in whatever spelling. */
static bool
list_has(char *const *list, const struct buf *site)
{
    bool has = false;
    for (; list && *list && !has; list++) {
        struct buf url, entry;
        buf_init_any(&url);
        buf_init_any(&entry);
        buf_addf(&url, "https://%s", *list);
        has = strrchr(*list, ':') && outbound_url_site(&entry, buf_str(&url)) &&
              strcmp(buf_str(&entry), buf_str(site)) == 0;
        buf_clear(&url);
        buf_clear(&entry);
    }
    return has;
}

const char *
outbound_url_examine(struct outbound_url *out, const char *url,
                     char *const *allow)
{
    static const char *const wrong[] = {
        [HTTP_URL_BAD] =
            "url: not a valid address (expected https://HOST/PATH)",
        [HTTP_URL_SCHEME] = "url: must begin with https://",
        [HTTP_URL_PORT] = "url: the port must be a number from 1 to 65535",
        [HTTP_URL_USER] = "url: must not contain a user name (connect a "
                          "credential instead)",
    };
    struct http_url u;
    enum http_url_flaw flaw = http_url_read(&u, url);
    out->plain = u.plain;
    http_url_clear(&u);
    struct buf site;
    buf_init_any(&site);
    out->allowed = flaw == HTTP_URL_FINE && outbound_url_site(&site, url) &&
                   list_has(allow, &site);
    buf_clear(&site);
    return wrong[flaw];
}
