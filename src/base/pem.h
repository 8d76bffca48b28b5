/* Certificates in PEM files, as far as they can be known without a library for
 * TLS, which the command line does not have. */
#ifndef TAILOR_BASE_PEM_H
#define TAILOR_BASE_PEM_H

#include <stdbool.h>
#include <stddef.h>

/* Whether the LEN bytes at TEXT hold certificates and each is whole: base64 of
 * one DER sequence. What stands between them is not looked at. */
bool pem_has_certificates(const char *text, size_t len);

#endif
