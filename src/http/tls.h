/* Certificates of the HTTPS server: loading, checking, sharing. */
#ifndef TAILOR_HTTP_TLS_H
#define TAILOR_HTTP_TLS_H

#include <gnutls/gnutls.h>

#include "base/buf.h"
#include "base/error.h"

/* TLS 1.3 and 1.2 with ECDHE and AEAD only; GnuTLS's defaults still take TLS
 * 1.0, CBC and RSA key exchange. */
#define HTTP_TLS_PRIORITIES                                                    \
    "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:-RSA:-DHE-RSA:-CIPHER-ALL:"    \
    "+AES-256-GCM:+CHACHA20-POLY1305:+AES-128-GCM:-MAC-ALL:+AEAD:"             \
    "-SIGN-RSA-SHA1:-SIGN-ECDSA-SHA1:-GROUP-ALL:+GROUP-X25519:"                \
    "+GROUP-SECP256R1:+GROUP-SECP384R1:%SERVER_PRECEDENCE"

/* A certificate with its key; counted, because connections that were greeted
 * with it outlive a reload. The server's lock protects the count. */
struct http_tls {
    gnutls_certificate_credentials_t credentials;
    struct buf certificate; /* the PEM texts, for libmicrohttpd's start */
    struct buf key;
    unsigned uses;
};

/* Reads and checks both files: the key must fit the certificate, and be
 * private (REFUSED). */
enum err http_tls_load(struct http_tls **out, const char *certificate,
                       const char *key, struct error *e);

void http_tls_drop(struct http_tls *tls);

#endif
