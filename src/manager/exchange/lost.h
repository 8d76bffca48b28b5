/*
 * Users and installations that a restored runtime does not know: what is queued
 * for them, and their end in this store when a person accepts that they are
 * gone. If the runtime knows one again later, the full copy brings it back, and
 * the notice names the deletion or the uninstall as undone.
 */
#ifndef TAILOR_MANAGER_EXCHANGE_LOST_H
#define TAILOR_MANAGER_EXCHANGE_LOST_H

#include <stddef.h>

#include "base/ident.h"
#include "manager/session/manager.h"

struct pool;

/* A request without an answer for a missing installation. */
struct lost_request {
    const char *installation; /* id */
    const char *customer;     /* "USERNAME/INTEGRATION" */
    const char *key;
    const char *kind;
    const char *workflow; /* key, NULL: the installation as a whole */
    const char *version;  /* "v1.2", NULL: none */
    bool shared; /* goes with other installations: the runtime answers it */
};

struct lost_requests {
    struct lost_request *rows;
    size_t count;
    struct pool *pool;
};

/* What is queued for the missing installations of RUNTIME, in order. */
enum err manager_lost_requests_of_runtime(struct manager *m,
                                          const char *runtime,
                                          struct lost_requests *out,
                                          struct error *e);
/* What is queued for INSTALLATION, which is missing. */
enum err manager_lost_requests(struct manager *m, const char *installation,
                               struct lost_requests *out, struct error *e);
void lost_requests_clear(struct lost_requests *list);

/* "release cash v1.2, pause": at most MOST are named, and OF each says whose it
 * is. "" where nothing is queued. A new string that the caller frees. */
char *lost_requests_text(const struct lost_requests *list, bool of, int most);

/* Ends INSTALLATION in this store: it is uninstalled, and what is queued for
 * it alone is refused. *ENDED (may be NULL) counts these requests. REFUSED
 * where its runtime knows it, STALE where a request would end that is not among
 * those that were SHOWN (NULL: none were). */
enum err manager_installation_end(struct manager *m, const char *installation,
                                  const struct lost_requests *shown,
                                  const char *note, size_t *ended,
                                  struct error *e);

/* A missing user, and what ends with this user. */
struct lost_user {
    char id[IDENT_SIZE];
    const char *username, *runtime; /* the name of the runtime */
    size_t installations;
    struct lost_requests requests; /* of these installations */
};

/* The missing user called NAME, a username or an id, at RUNTIME (a name; NULL:
 * at any). NOT_FOUND, AMBIGUOUS, or REFUSED where the runtime knows the user.
 * lost_user_clear() in any case. */
enum err manager_lost_user(struct manager *m, const char *name,
                           const char *runtime, struct lost_user *out,
                           struct error *e);
void lost_user_clear(struct lost_user *u);

/* Ends the user of ID in this store: the user is deleted, and each installation
 * of this user ends as by manager_installation_end(). *ENDED (may be NULL)
 * counts the requests that end. STALE where more would end than was SHOWN
 * (NULL: nothing was). */
enum err manager_user_end(struct manager *m, const char *id,
                          const struct lost_user *shown, const char *note,
                          size_t *ended, struct error *e);

#endif
