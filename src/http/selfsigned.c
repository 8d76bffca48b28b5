/* A certificate for loopback. */
#include "http/selfsigned.h"

#include <arpa/inet.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <sodium.h>
#include <stdlib.h>
#include <time.h>

#include "base/file.h"
#include "base/ident.h"
#include "base/mem.h"

enum { DAYS = 820, PEM_MAX = 65536 };

struct pair {
    gnutls_x509_privkey_t key;
    gnutls_x509_crt_t certificate;
};

static int
begin(struct pair *p, const char *name)
{
    unsigned char serial[16];
    time_t now = time(NULL);
    random_bytes(serial, sizeof serial);
    serial[0] &= 0x7f;
    int code = gnutls_x509_privkey_init(&p->key);
    if (code >= 0)
        code = gnutls_x509_crt_init(&p->certificate);
    if (code >= 0)
        code = gnutls_x509_privkey_generate(
            p->key, GNUTLS_PK_ECDSA,
            GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0);
    if (code >= 0)
        code = gnutls_x509_crt_set_version(p->certificate, 3);
    if (code >= 0)
        code = gnutls_x509_crt_set_key(p->certificate, p->key);
    if (code >= 0)
        code =
            gnutls_x509_crt_set_serial(p->certificate, serial, sizeof serial);
    if (code >= 0)
        code = gnutls_x509_crt_set_dn(p->certificate, name, NULL);
    if (code >= 0)
        code = gnutls_x509_crt_set_activation_time(p->certificate, now - 3600);
    if (code >= 0)
        code = gnutls_x509_crt_set_expiration_time(
            p->certificate, now + (time_t)DAYS * 24 * 3600);
    return code;
}

static void
end(struct pair *p)
{
    if (p->certificate)
        gnutls_x509_crt_deinit(p->certificate);
    if (p->key)
        gnutls_x509_privkey_deinit(p->key);
}

static int
make_authority(struct pair *ca)
{
    int code = begin(ca, "CN=tailord loopback authority");
    if (code >= 0)
        code = gnutls_x509_crt_set_basic_constraints(ca->certificate, 1, 0);
    if (code >= 0)
        code = gnutls_x509_crt_set_key_usage(ca->certificate,
                                             GNUTLS_KEY_KEY_CERT_SIGN);
    if (code >= 0)
        code = gnutls_x509_crt_sign2(ca->certificate, ca->certificate, ca->key,
                                     GNUTLS_DIG_SHA256, 0);
    return code;
}

static int
name_loopback(gnutls_x509_crt_t c)
{
    struct in_addr v4 = {htonl(INADDR_LOOPBACK)};
    struct in6_addr v6 = IN6ADDR_LOOPBACK_INIT;
    int code = gnutls_x509_crt_set_subject_alt_name(
        c, GNUTLS_SAN_DNSNAME, "localhost", 9, GNUTLS_FSAN_SET);
    if (code >= 0)
        code = gnutls_x509_crt_set_subject_alt_name(
            c, GNUTLS_SAN_IPADDRESS, &v4, sizeof v4, GNUTLS_FSAN_APPEND);
    if (code >= 0)
        code = gnutls_x509_crt_set_subject_alt_name(
            c, GNUTLS_SAN_IPADDRESS, &v6, sizeof v6, GNUTLS_FSAN_APPEND);
    return code;
}

static int
make_server(struct pair *server, const struct pair *ca)
{
    int code = begin(server, "CN=localhost");
    if (code >= 0)
        code =
            gnutls_x509_crt_set_basic_constraints(server->certificate, 0, -1);
    if (code >= 0)
        code = gnutls_x509_crt_set_key_usage(server->certificate,
                                             GNUTLS_KEY_DIGITAL_SIGNATURE);
    if (code >= 0)
        code = gnutls_x509_crt_set_key_purpose_oid(server->certificate,
                                                   GNUTLS_KP_TLS_WWW_SERVER, 0);
    if (code >= 0)
        code = name_loopback(server->certificate);
    if (code >= 0)
        code = gnutls_x509_crt_sign2(server->certificate, ca->certificate,
                                     ca->key, GNUTLS_DIG_SHA256, 0);
    return code;
}

static enum err
save(const char *folder, const char *name, const gnutls_datum_t *pem,
     mode_t mode, struct error *e)
{
    char *path = mem_printf("%s/%s", folder, name);
    enum err err = file_write(path, pem->data, pem->size, mode, e);
    free(path);
    return err;
}

static enum err
save_all(const char *folder, const struct pair *ca, const struct pair *server,
         struct error *e)
{
    gnutls_datum_t authority = {0}, certificate = {0}, key = {0};
    enum err err = ERR_FAILED;
    if (gnutls_x509_crt_export2(ca->certificate, GNUTLS_X509_FMT_PEM,
                                &authority) < 0 ||
        gnutls_x509_crt_export2(server->certificate, GNUTLS_X509_FMT_PEM,
                                &certificate) < 0 ||
        gnutls_x509_privkey_export2(server->key, GNUTLS_X509_FMT_PEM, &key) < 0)
        error_set(e, err, "certificate: GnuTLS cannot write it");
    else
        err = save(folder, "ca.pem", &authority, 0644, e);
    if (err == ERR_OK)
        err = save(folder, "certificate.pem", &certificate, 0644, e);
    if (err == ERR_OK)
        err = save(folder, "key.pem", &key, 0600, e);
    if (key.data)
        sodium_memzero(key.data, key.size);
    gnutls_free(authority.data);
    gnutls_free(certificate.data);
    gnutls_free(key.data);
    return err;
}

enum err
selfsigned_write(const char *folder, struct error *e)
{
    struct pair ca = {0}, server = {0};
    int code = make_authority(&ca);
    if (code >= 0)
        code = make_server(&server, &ca);
    enum err result = code < 0 ? error_set(e, ERR_FAILED, "certificate: %s",
                                           gnutls_strerror(code))
                               : save_all(folder, &ca, &server, e);
    end(&server);
    end(&ca);
    return result;
}
