/* A certificate for loopback with an authority of its own (GnuTLS). */
#ifndef TAILOR_HTTP_SELFSIGNED_H
#define TAILOR_HTTP_SELFSIGNED_H

#include "base/error.h"

/* Writes FOLDER/ca.pem, FOLDER/certificate.pem and FOLDER/key.pem (0600): a
 * certificate for localhost, 127.0.0.1 and ::1, signed by an authority whose
 * key is thrown away. */
enum err selfsigned_write(const char *folder, struct error *e);

#endif
