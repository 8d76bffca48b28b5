/* tailord --version. */
#include "runtime/daemon/version.h"

#include <gnutls/gnutls.h>
#include <jansson.h>
#include <microhttpd.h>
#include <sodium.h>
#include <stdio.h>

#include "http/client.h"
#include "mapping/formula/pattern.h"
#include "store/db.h"

void
version_print(void)
{
    char pcre2[PATTERN_VERSION_SIZE];
    pattern_library_version(pcre2);
    puts("tailord " TAILOR_VERSION);
    printf("SQLite %s\n", db_library_version());
    printf("libcurl %s\n", http_client_library_version());
    printf("libmicrohttpd %s\n", MHD_get_version());
    printf("GnuTLS %s\n", gnutls_check_version(NULL));
    printf("jansson %s\n", jansson_version_str());
    printf("libsodium %s\n", sodium_version_string());
    printf("PCRE2 %s\n", pcre2);
}
