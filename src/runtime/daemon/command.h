/*
 * The subcommands of tailord: one table, run inside the daemon through its
 * Unix socket, or on the store itself where no daemon runs.
 */
#ifndef TAILOR_RUNTIME_DAEMON_COMMAND_H
#define TAILOR_RUNTIME_DAEMON_COMMAND_H

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

struct command {
    const char *words; /* "apikey add" */
    int least, most;   /* arguments */
    bool outside;      /* of a transaction */
    bool apart;        /* by the client's thread, which asks the core itself */
    bool needs_daemon;
    bool once;    /* changes more than the store: not done again (core_work) */
    bool stopped; /* without a daemon, and without opening the store */
    /* ARGUMENTS is an array of strings and, last, an object of options. OUT
     * receives what to print (owned by the caller): a string, or {"data":
     * [objects]}; it may stay NULL. */
    enum err (*run)(const struct command_place *place,
                    const struct value *arguments, struct value **out,
                    struct error *e);
    const char *usage;
    const char *help;
};

extern const struct command commands[];
extern const size_t commands_count;

/* The command whose words are the first of the N at WORDS; *USED receives how
 * many those are. NULL where there is none. */
const struct command *command_find(char *const *words, int n, int *used);

/* The command of exactly these WORDS, or NULL. */
const struct command *command_named(const char *words);

#endif
