/* The daemon itself: store, core, server, control socket, until it has to
 * stop. */
#ifndef TAILOR_RUNTIME_DAEMON_SERVE_H
#define TAILOR_RUNTIME_DAEMON_SERVE_H

#include "runtime/daemon/config.h"

/* Serves until SIGTERM or SIGINT; prints "listening https://ADDR:PORT" on
 * standard output once it does. */
enum err serve(const struct config *config, struct error *e);

/* Makes the state folder CONFIG->state: store, certificate, tokens. CONFLICT
 * where there is one. */
enum err serve_init(const struct config *config, int environment,
                    struct error *e);

#endif
