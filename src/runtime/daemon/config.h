/* The configuration of tailord: a JSON file, and options that go before it. */
#ifndef TAILOR_RUNTIME_DAEMON_CONFIG_H
#define TAILOR_RUNTIME_DAEMON_CONFIG_H

#include <stdbool.h>

#include "base/error.h"
#include "base/log.h"

struct config {
    char *state; /* folder; default /var/lib/tailord */
    char *listen;
    char *certificate; /* default: those that init made in the state folder */
    char *key;
    char *public_url; /* NULL: https:// and the address */
    char *ca_file;    /* for outbound calls */
    bool own_ca_only;
    bool allow_loopback;
    char **allow;          /* "host:port", ended by NULL */
    char *connector_hosts; /* {"netsuite" or a host: "https://HOST:PORT"} as
                              JSON: where calls go instead; NULL: nowhere */
    enum log_level log_level;
    unsigned max_connections; /* 0 here and below: the server's default */
    unsigned request_ms;
    unsigned idle_ms;
    unsigned stop_ms;     /* what is in progress may take as long at the end */
    unsigned min_free_mb; /* less room than this: no new events */
};

void config_init(struct config *c);
void config_clear(struct config *c);

/* Reads FILE over what C holds. Errors: NOT_FOUND, IO, INVALID with the line
 * or the unknown key. */
enum err config_read(struct config *c, const char *file, struct error *e);

/* Fills in what nobody set. */
void config_finish(struct config *c);

/* INVALID where a daemon could not serve with C: names the value. */
enum err config_check(const struct config *c, struct error *e);

/* Replaces *FIELD by a copy of VALUE. */
void config_set(char **field, const char *value);

#endif
