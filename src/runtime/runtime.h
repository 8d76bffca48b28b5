/*
 * The runtime as a whole: what every handler may need besides the store. Made
 * once at start, owned by main; handlers run on the core's thread only.
 */
#ifndef TAILOR_RUNTIME_RUNTIME_H
#define TAILOR_RUNTIME_RUNTIME_H

#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/ident.h"
#include "runtime/installed/asks.h"
#include "runtime/installed/parsed.h"

#define RUNTIME_KEY_BYTES 32

struct checking;
struct db;
struct executor;
struct http_server;
struct reading;
struct value;
struct vault;

struct runtime {
    char *state;      /* the state folder */
    char *public_url; /* "https://host:port", without a slash at the end */
    char id[IDENT_SIZE];
    unsigned char jwt_key[RUNTIME_KEY_BYTES];
    struct http_server *server; /* borrowed, for its counters; may be NULL */
    struct vault *vault;
    struct executor *executor;
    struct parsed_cache documents;
    struct asks_cache asks;        /* of those documents */
    struct checking *checking;     /* documents that are being checked */
    struct reading *reading;       /* documents that calls wait for */
    uint64_t documents_read;       /* how many a thread has parsed for calls */
    struct value *connector_hosts; /* by app or host: "https://HOST:PORT" to
                                      call instead; may be NULL */
    int64_t started_ms;            /* monotonic */
    uint64_t min_free;             /* bytes that accepted events may need */
    int64_t refused_log_ms; /* monotonic: refused keys are logged again */
    uint64_t refused_keys;  /* since the last such line */
};

/* A path inside the state folder; the caller frees it. */
char *runtime_path(const struct runtime *r, const char *name);

/* Fills R from the state folder (key of browser tokens, made on first use).
 * Errors: NOT_FOUND (no such state), IO. */
enum err runtime_open(struct runtime *r, const char *state,
                      const char *public_url, struct error *e);
void runtime_close(struct runtime *r);

/* The bytes that are free for the state folder; UINT64_MAX where that cannot
 * be named. */
uint64_t runtime_room(const struct runtime *r);

/* ERR_OK where there is room for a new event, else DISK_FULL: what is left is
 * for the events that were accepted. */
enum err runtime_check_room(const struct runtime *r, struct error *e);

/* Whether the runtime was restored and waits for an admin. */
enum err runtime_held(struct db *db, bool *held, struct error *e);

/* Makes it so, or lets it go on, in the caller's transaction. The next opening
 * of a store that is held judges its open runs, once (runtime_set_judged). */
enum err runtime_hold(struct db *db, bool held, struct error *e);

/* The id of the restore for which the runtime is held, by which a console says
 * which one it accepts; "" where it is not held. runtime_name_restore gives it
 * one where it has none, at each opening: a backup has none, so that each time
 * that it is put in the place of the store is another restore. */
enum err runtime_restore(struct db *db, char id[IDENT_SIZE], struct error *e);
enum err runtime_name_restore(struct db *db, struct error *e);
enum err runtime_judged(struct db *db, bool *judged, struct error *e);
enum err runtime_set_judged(struct db *db, bool judged, struct error *e);

/* Reads the secret file NAME of the state folder (exactly RUNTIME_KEY_BYTES)
 * into KEY; makes it, 0600, where it is missing. REFUSED where others could
 * read it. */
enum err runtime_key(const struct runtime *r, const char *name,
                     unsigned char key[RUNTIME_KEY_BYTES], struct error *e);

#endif
