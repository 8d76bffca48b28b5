/* Which addresses workflows may not connect to unless an operator says so. */
#include "runtime/outbound/url.h"

#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

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

static bool
list_has(char *const *list, const char *host, const char *port)
{
    for (; list && *list; list++) {
        const char *colon = strrchr(*list, ':');
        size_t n = colon ? (size_t)(colon - *list) : 0;
        if (n && strlen(host) == n && strncasecmp(*list, host, n) == 0 &&
            strcmp(colon + 1, port) == 0)
            return true;
    }
    return false;
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
    out->allowed = flaw == HTTP_URL_FINE && list_has(allow, u.host, u.port);
    http_url_clear(&u);
    return wrong[flaw];
}

static char
lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 'a' - 'A') : c;
}

bool
outbound_url_site(struct buf *out, const char *url)
{
    struct http_url u;
    bool good = http_url_read(&u, url) == HTTP_URL_FINE;
    if (good) {
        size_t n = strlen(u.host);
        if (n > 1 && u.host[n - 1] == '.')
            n--;
        for (size_t i = 0; i < n; i++)
            buf_addc(out, lower(u.host[i]));
        buf_addc(out, ':');
        buf_adds(out, u.port);
    }
    http_url_clear(&u);
    return good && !buf_failed(out);
}
