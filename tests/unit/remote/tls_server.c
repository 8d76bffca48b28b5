/* A hostile TLS server for tests: a child process on loopback. */
#include <arpa/inet.h>
#include <gnutls/abstract.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/unit/remote/remote.h"

static void
write_pem(const char *path, const gnutls_datum_t *pem)
{
    FILE *f = fopen(path, "w");
    fwrite(pem->data, 1, pem->size, f);
    fclose(f);
}

static void
make_pin(gnutls_x509_crt_t crt, char *out, size_t size)
{
    gnutls_pubkey_t key;
    gnutls_datum_t der, hash, text;
    unsigned char digest[32];
    gnutls_pubkey_init(&key);
    gnutls_pubkey_import_x509(key, crt, 0);
    gnutls_pubkey_export2(key, GNUTLS_X509_FMT_DER, &der);
    gnutls_hash_fast(GNUTLS_DIG_SHA256, der.data, der.size, digest);
    hash.data = digest;
    hash.size = sizeof digest;
    gnutls_base64_encode2(&hash, &text);
    snprintf(out, size, "sha256//%.*s", (int)text.size, (char *)text.data);
    gnutls_free(text.data);
    gnutls_free(der.data);
    gnutls_pubkey_deinit(key);
}

void
tls_identity_make(struct tls_identity *id, const char *folder, const char *name,
                  const char *host, long from, long until)
{
    gnutls_x509_privkey_t key;
    gnutls_x509_crt_t crt;
    gnutls_datum_t pem;
    snprintf(id->path, sizeof id->path, "%s/%s.pem", folder, name);
    snprintf(id->key_path, sizeof id->key_path, "%s/%s.key", folder, name);
    gnutls_x509_privkey_init(&key);
    gnutls_x509_privkey_generate(
        key, GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1),
        0);
    gnutls_x509_crt_init(&crt);
    gnutls_x509_crt_set_version(crt, 3);
    gnutls_x509_crt_set_serial(crt, "\x01\x02\x03", 3);
    gnutls_x509_crt_set_activation_time(crt, time(NULL) + from);
    gnutls_x509_crt_set_expiration_time(crt, time(NULL) + until);
    gnutls_x509_crt_set_dn(crt, "CN=tailor test", NULL);
    gnutls_x509_crt_set_subject_alt_name(crt, GNUTLS_SAN_DNSNAME, host,
                                         (unsigned)strlen(host), 0);
    gnutls_x509_crt_set_basic_constraints(crt, 1, -1);
    gnutls_x509_crt_set_key(crt, key);
    gnutls_x509_crt_sign2(crt, crt, key, GNUTLS_DIG_SHA256, 0);
    gnutls_x509_crt_export2(crt, GNUTLS_X509_FMT_PEM, &pem);
    write_pem(id->path, &pem);
    gnutls_free(pem.data);
    gnutls_x509_privkey_export2(key, GNUTLS_X509_FMT_PEM, &pem);
    write_pem(id->key_path, &pem);
    gnutls_free(pem.data);
    make_pin(crt, id->pin, sizeof id->pin);
    gnutls_x509_crt_deinit(crt);
    gnutls_x509_privkey_deinit(key);
}

/* --- the server ----------------------------------------------------------- */

static void
send_all(gnutls_session_t s, const char *text)
{
    size_t n = strlen(text);
    while (n > 0) {
        ssize_t w = gnutls_record_send(s, text, n);
        if (w <= 0)
            return;
        text += w;
        n -= (size_t)w;
    }
}

static void
answer(gnutls_session_t s, const char *status, const char *more,
       const char *body)
{
    char head[256];
    snprintf(head, sizeof head,
             "HTTP/1.1 %s\r\nContent-Length: %zu\r\nContent-Type: "
             "application/json\r\n%s\r\n",
             status, strlen(body), more);
    send_all(s, head);
    send_all(s, body);
}

/* An answer that never ends, chunk by chunk. */
static void
answer_huge(gnutls_session_t s)
{
    static char chunk[65536 + 32];
    size_t n = (size_t)snprintf(chunk, sizeof chunk, "10000\r\n");
    memset(chunk + n, 'x', 65536);
    memcpy(chunk + n + 65536, "\r\n", 3);
    send_all(s, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < 400; i++)
        send_all(s, chunk);
}

static void
answer_deep(gnutls_session_t s)
{
    char body[2001];
    memset(body, '[', 1000);
    memset(body + 1000, ']', 1000);
    body[2000] = '\0';
    answer(s, "200 OK", "", body);
}

/* 100 KB of headers, which libcurl itself would take. */
static void
answer_headers(gnutls_session_t s)
{
    char line[1024];
    memset(line, 'h', sizeof line);
    memcpy(line, "X-H: ", 5);
    memcpy(line + sizeof line - 3, "\r\n", 3);
    send_all(s, "HTTP/1.1 200 OK\r\n");
    for (int i = 0; i < 100; i++)
        send_all(s, line);
    send_all(s, "Content-Length: 2\r\n\r\n{}");
}

/* False where the connection is to be closed. */
static bool
behave(gnutls_session_t s, const char *request)
{
    if (strstr(request, " /ok "))
        answer(s, "200 OK", "", "{\"data\":[1,2]}");
    else if (strstr(request, " /empty "))
        answer(s, "200 OK", "", "");
    else if (strstr(request, " /redirect "))
        answer(s, "302 Found", "Location: /ok\r\n", "");
    else if (strstr(request, " /huge "))
        answer_huge(s);
    else if (strstr(request, " /deep "))
        answer_deep(s);
    else if (strstr(request, " /headers "))
        answer_headers(s);
    else if (strstr(request, " /half "))
        send_all(s, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"da");
    else if (strstr(request, " /401 "))
        answer(s, "401 Unauthorized", "",
               "{\"error\":\"unauthorized\",\"message\":\"token: revoked "
               "\\u001b[31m\"}");
    else if (strstr(request, " /echo "))
        answer(s, "401 Unauthorized", "",
               strstr(request, "Bearer secret")
                   ? "{\"message\":\"bad Bearer secret, secret\"}"
                   : "{}");
    else if (strstr(request, " /500 "))
        answer(s, "500 Internal Server Error", "", "<html>no JSON</html>");
    else
        return false;
    return !strstr(request, " /half ") && !strstr(request, " /huge ") &&
           !strstr(request, " /headers ");
}

static void
serve(int fd, gnutls_certificate_credentials_t credentials)
{
    gnutls_session_t s;
    char request[8192];
    ssize_t n;
    gnutls_init(&s, GNUTLS_SERVER);
    gnutls_set_default_priority(s);
    gnutls_credentials_set(s, GNUTLS_CRD_CERTIFICATE, credentials);
    gnutls_transport_set_int(s, fd);
    gnutls_handshake_set_timeout(s, 5000);
    if (gnutls_handshake(s) == GNUTLS_E_SUCCESS)
        while ((n = gnutls_record_recv(s, request, sizeof request - 1)) > 0) {
            request[n] = '\0';
            if (!behave(s, request))
                break;
        }
    gnutls_deinit(s);
    close(fd);
}

static void
child(int listener, const struct tls_identity *id)
{
    gnutls_certificate_credentials_t credentials;
    signal(SIGPIPE, SIG_IGN);
    gnutls_certificate_allocate_credentials(&credentials);
    gnutls_certificate_set_x509_key_file(credentials, id->path, id->key_path,
                                         GNUTLS_X509_FMT_PEM);
    for (;;) {
        int fd = accept(listener, NULL, NULL);
        if (fd >= 0 && fork() == 0) {
            close(listener);
            serve(fd, credentials);
            _exit(0);
        }
        close(fd);
        while (waitpid(-1, NULL, WNOHANG) > 0)
            ;
    }
}

int
tls_server_start(const struct tls_identity *id, int *pid)
{
    struct sockaddr_in a = {.sin_family = AF_INET,
                            .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t n = sizeof a;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(listener, (struct sockaddr *)&a, sizeof a) != 0 ||
        listen(listener, 16) != 0 ||
        getsockname(listener, (struct sockaddr *)&a, &n) != 0)
        abort();
    fflush(stdout);
    *pid = fork();
    if (*pid == 0) {
        setpgid(0, 0);
        child(listener, id);
        _exit(0);
    }
    setpgid(*pid, *pid);
    close(listener);
    return ntohs(a.sin_port);
}

void
tls_server_stop(int pid)
{
    kill(-pid, SIGKILL);
    waitpid(pid, NULL, 0);
}
