/* What a certificate must be good for beyond being trusted: libcurl with GnuTLS
 * asks neither for its purpose nor for the strength of its keys. */
#include <gnutls/x509.h>

#include "base/file.h"
#include "http/client_private.h"

enum { CA_MAX = 4 << 20 };

/* Whether CERTIFICATE may be a server's, or sign servers': one that names
 * purposes names this one. */
static bool
is_for_servers(gnutls_x509_crt_t certificate)
{
    return gnutls_x509_crt_check_key_purpose(certificate,
                                             GNUTLS_KP_TLS_WWW_SERVER, 0) != 0;
}

/* A root: whoever lists it trusts it as it is, whether the host sends it or
 * not. One that is not listed has made the connection fail. */
static bool
is_root(gnutls_x509_crt_t certificate)
{
    return gnutls_x509_crt_check_issuer(certificate, certificate) != 0;
}

/* RSA of 2,048 bits, or what is as strong. */
static bool
is_strong(gnutls_x509_crt_t certificate)
{
    unsigned bits = 0;
    int algorithm = gnutls_x509_crt_get_pk_algorithm(certificate, &bits);
    return algorithm >= 0 &&
           gnutls_pk_bits_to_sec_param((gnutls_pk_algorithm_t)algorithm,
                                       bits) >= GNUTLS_SEC_PARAM_MEDIUM;
}

/* What is wrong with the certificate number I of the chain, as a sentence; NULL
 * where nothing is. */
static const char *
judge_certificate(gnutls_x509_crt_t certificate, unsigned i)
{
    if (i > 0 && is_root(certificate))
        return NULL;
    if (!is_for_servers(certificate))
        return i == 0 ? "the certificate of the host is not for servers (its "
                        "extended key usage lacks serverAuth)"
                      : "an authority between the host and the CA is not for "
                        "servers (its extended key usage lacks serverAuth)";
    if (!is_strong(certificate))
        return "the certificate of the host, or of an authority between it "
               "and the CA, has a key that is too short (RSA needs 2048 bits)";
    return NULL;
}

/* The same for the certificate at DER. */
static const char *
judge(const gnutls_datum_t *der, unsigned i)
{
    gnutls_x509_crt_t certificate;
    const char *wrong = "the certificate of the host cannot be read";
    if (gnutls_x509_crt_init(&certificate) < 0)
        return wrong;
    if (gnutls_x509_crt_import(certificate, der, GNUTLS_X509_FMT_DER) == 0)
        wrong = judge_certificate(certificate, i);
    gnutls_x509_crt_deinit(certificate);
    return wrong;
}

const char *
http_peer_problem(CURL *easy)
{
    struct curl_tlssessioninfo *tls = NULL;
    unsigned count = 0;
    const char *wrong = NULL;
    if (curl_easy_getinfo(easy, CURLINFO_TLS_SSL_PTR, &tls) != CURLE_OK ||
        !tls || tls->backend != CURLSSLBACKEND_GNUTLS || !tls->internals)
        return NULL; /* other libraries ask for both */
    const gnutls_datum_t *chain =
        gnutls_certificate_get_peers(tls->internals, &count);
    for (unsigned i = 0; chain && i < count && !wrong; i++)
        wrong = judge(&chain[i], i);
    return wrong;
}

enum err
http_ca_check(const char *file, struct error *e)
{
    struct buf text;
    gnutls_x509_crt_t *list = NULL;
    unsigned count = 0;
    buf_init(&text, CA_MAX);
    enum err err = file_read(file, &text, e);
    if (err == ERR_OK) {
        const gnutls_datum_t pem = {(unsigned char *)text.data,
                                    (unsigned)text.len};
        int why = text.len == 0
                      ? GNUTLS_E_NO_CERTIFICATE_FOUND
                      : gnutls_x509_crt_list_import2(&list, &count, &pem,
                                                     GNUTLS_X509_FMT_PEM, 0);
        if (why < 0)
            err = error_set(e, ERR_INVALID,
                            "%s: not a PEM file of certificates: %s", file,
                            gnutls_strerror(why));
    }
    for (unsigned i = 0; i < count; i++)
        gnutls_x509_crt_deinit(list[i]);
    gnutls_free(list);
    buf_clear(&text);
    return err;
}
