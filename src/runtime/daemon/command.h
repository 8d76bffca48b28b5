/*
 * The commands of tailord (commands.def): run inside the daemon through its
 * Unix socket, or on the store itself where no daemon runs.
 */
#ifndef TAILOR_RUNTIME_DAEMON_COMMAND_H
#define TAILOR_RUNTIME_DAEMON_COMMAND_H

#include "command/command.h"
#include "runtime/core/core.h"
#include "value/value.h"

struct http_server;

/* What a command works on. */
struct command_place {
    struct db *db;
    struct core *core;          /* NULL: no daemon runs */
    struct http_server *server; /* NULL: no daemon runs */
    struct runtime *runtime;    /* NULL: no daemon runs */
    const char *store;          /* its path; NULL: a daemon runs */
};

/* The rows of globals.def. */
enum daemon_global {
#define G(id, name, value, help) GLOBAL_##id,
#include "runtime/daemon/globals.def"
#undef G
    GLOBAL_COUNT
};

/* The flags of a row of commands.def. */
enum daemon_flags {
    DAEMON_OUTSIDE = 1, /* of a transaction */
    DAEMON_APART = 2,   /* by the client's thread, which asks the core itself */
    DAEMON_NEEDED = 4,
    DAEMON_ONCE = 8,     /* changes more than the store: not done again */
    DAEMON_STOPPED = 16, /* without a daemon, and without opening the store */
};

/* ARGUMENTS is an array of strings and, last, an object of options. OUT
 * receives what to print (owned by the caller): a string, or {"data":
 * [objects]}; it may stay NULL. */
typedef enum err daemon_function(const struct command_place *place,
                                 const struct value *arguments,
                                 struct value **out, struct error *e);

/* What C, a row of daemon_table(), does; NULL where the called program does it
 * without the store. */
daemon_function *daemon_function_of(const struct command *c);

/* Serves new connections with the certificate and key as they are now, and lets
 * outbound calls use no connection that was made before. Any thread. Errors:
 * one of the files is not valid; the certificate in use then stays. */
enum err daemon_reload(const struct command_place *p, struct error *e);

struct command_table daemon_table(void);

/* The command of exactly these WORDS ("apikey add"), or NULL; and the words of
 * C as a new string. */
const struct command *daemon_command_named(const char *words);
char *daemon_command_words(const struct command *c);

#endif
