/*
 * The demo: a store, a runtime and stand-ins on loopback with sample data,
 * all of them the real programs over real TLS. It builds the world with the
 * same commands that people type, and plays the main jobs.
 */
#ifndef TAILOR_DEMO_DEMO_H
#define TAILOR_DEMO_DEMO_H

#include <stdbool.h>
#include <stdint.h>

#include "demo/process.h"
#include "value/value.h"

struct client;

struct demo_options {
    const char *dir;        /* NULL: a fresh folder, removed at the end */
    unsigned installations; /* customers; 0: 100 */
    bool script;            /* play the jobs and print each step */
    bool serve;             /* stay, for trying the API and the browser */
    bool store_only;        /* only a synthetic store, see synthetic.h */
    uint64_t forks, seed;   /* of the synthetic store */
    bool json;
    bool quiet;
    bool console; /* show the store to the person at the terminal */
    bool read_only, thin, ascii; /* of that console */
};

struct demo_customer {
    char name[64];     /* "EnterpriseCo" */
    char username[64]; /* "enterpriseco" */
    char account[32];  /* of the stand-in: "DEMO0001" */
};

/* A running world. Paths and strings are owned by it. */
struct demo_world {
    char *dir;
    char *log;    /* standard error of all its processes */
    char *tailor; /* the program tailor */
    char *store;
    char *url;     /* of the runtime */
    char *ca;      /* PEM file of its CA */
    char *api_key; /* of the ISV's backend */
    char *standin_url;
    struct process standin, runtime, sync;
    struct client *client;
    struct demo_customer *customers;
    unsigned count;
    bool own_dir; /* removed at the end */
    bool quiet;
};

/* Does what OPTIONS say, until the end or a signal. */
enum err demo_run(const struct demo_options *options, struct error *e);

/* Builds a world in OPTIONS' folder: starts the programs, makes the store,
 * adds and publishes the integrations, and lets every customer install.
 * demo_world_stop ends it, also after an error. */
enum err demo_world_start(struct demo_world *w,
                          const struct demo_options *options, struct error *e);

/* The same without programs: a store with the integrations alone. */
enum err demo_world_store(struct demo_world *w,
                          const struct demo_options *options, struct error *e);
void demo_world_stop(struct demo_world *w);

/* Runs "tailor --store STORE --json …" with the arguments up to NULL; its
 * JSON goes to *OUT (may be NULL), owned by the caller. */
enum err demo_tailor(struct demo_world *w, struct value **out, struct error *e,
                     ...) __attribute__((sentinel));

/* A call of the ISV's backend: METHOD and PATH ("/users") of the embedded API
 * with BODY (*taken*, may be NULL); the answer goes to *OUT (may be NULL). */
enum err demo_api(struct demo_world *w, const char *method, const char *path,
                  struct value *body, struct value **out, struct error *e);

/* What the stand-in shows at PATH ("/standin/summary"). */
enum err demo_standin(struct demo_world *w, const char *path,
                      struct value **out, struct error *e);

/* The customers' NetSuite credential as the stand-in knows it; owned by the
 * caller. */
struct value *demo_credential(const struct demo_customer *c);

/* The credential of the app "http" for the stand-in's ISV API; owned by the
 * caller. */
struct value *demo_isv_credential(const struct demo_world *w);

/* Play jobs A and B, printing each step with what was checked. */
enum err demo_play_tax(struct demo_world *w, struct error *e);
enum err demo_play_mapping(struct demo_world *w, struct error *e);

/* Prints one line of the script; FAILED with the sentence where OK is not. */
enum err demo_check(struct demo_world *w, bool ok, struct error *e,
                    const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Prints a heading of the script, after an empty line. */
void demo_heading(struct demo_world *w, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Prints a remark of the script. */
void demo_say(struct demo_world *w, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
