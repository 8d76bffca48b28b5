/* Certificates of the HTTPS server. */
#include "http/tls.h"

#include <sodium.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/mem.h"

enum { PEM_MAX = 256 * 1024 };

static enum err
use_pem(struct http_tls *tls, const char *certificate, const char *key,
        struct error *e)
{
    gnutls_datum_t cert = {(unsigned char *)tls->certificate.data,
                           (unsigned)tls->certificate.len};
    gnutls_datum_t pem = {(unsigned char *)tls->key.data,
                          (unsigned)tls->key.len};
    int code = gnutls_certificate_allocate_credentials(&tls->credentials);
    if (code == 0)
        code = gnutls_certificate_set_x509_key_mem(tls->credentials, &cert,
                                                   &pem, GNUTLS_X509_FMT_PEM);
    if (code < 0)
        return error_set(e, ERR_INVALID,
                         "certificate %s with key %s: %s (give PEM files that "
                         "belong together)",
                         certificate, key, gnutls_strerror(code));
    return ERR_OK;
}

/* A key that others may read, or anybody else may change, is no secret. Its
 * group may read it: some systems keep keys so. */
static enum err
check_private(const char *key, struct error *e)
{
    struct stat st;
    if (stat(key, &st) != 0 || !(st.st_mode & 027))
        return ERR_OK;
    return error_set(e, ERR_REFUSED,
                     "key %s: others may read or change it (run chmod 600; "
                     "make a new key if it may have leaked)",
                     key);
}

enum err
http_tls_load(struct http_tls **out, const char *certificate, const char *key,
              struct error *e)
{
    struct http_tls *tls = mem_alloc(sizeof *tls);
    buf_init(&tls->certificate, PEM_MAX);
    buf_init(&tls->key, PEM_MAX);
    tls->uses = 1;
    enum err err = file_read(certificate, &tls->certificate, e);
    if (err == ERR_OK)
        err = check_private(key, e);
    if (err == ERR_OK)
        err = file_read(key, &tls->key, e);
    if (err == ERR_OK)
        err = use_pem(tls, certificate, key, e);
    if (err != ERR_OK) {
        http_tls_drop(tls);
        return err;
    }
    *out = tls;
    return ERR_OK;
}

void
http_tls_drop(struct http_tls *tls)
{
    if (!tls || --tls->uses > 0)
        return;
    if (tls->credentials)
        gnutls_certificate_free_credentials(tls->credentials);
    if (tls->key.data)
        sodium_memzero(tls->key.data, tls->key.len);
    buf_clear(&tls->certificate);
    buf_clear(&tls->key);
    free(tls);
}
