/* The unit tests of the remote layer, one function a file. */
#ifndef TAILOR_TEST_REMOTE_H
#define TAILOR_TEST_REMOTE_H

extern int failed_tests;

void test_remote_bounds(void);
void test_remote_protocol(void);
void test_remote_retry(void);
void test_remote_tls(void);
void test_remote_lock(void);
void test_remote_history(void);

/* --- a hostile TLS server on loopback (tls_server.c) ---------------------- */

/* A key and a certificate for the host name HOST, valid from FROM to UNTIL
 * (seconds from now), written as PEM to PATH; PIN receives "sha256//…". */
struct tls_identity {
    char path[128];
    char key_path[128];
    char pin[64];
};
void tls_identity_make(struct tls_identity *id, const char *folder,
                       const char *name, const char *host, long from,
                       long until);

/* Starts a child process that serves ID on 127.0.0.1 and behaves as the path
 * asks: /ok, /empty, /redirect, /huge, /deep, /headers, /close, /half, /401,
 * /500. Returns its port; *PID is to be killed by tls_server_stop. */
int tls_server_start(const struct tls_identity *id, int *pid);
void tls_server_stop(int pid);

#endif
