/*
 * A runtime in memory for tests of the manager: it speaks the management
 * protocol as JSON values and decides by rules of its own, written from
 * doc/management-api.md and not from the code under test.
 */
#ifndef TAILOR_TEST_FAKE_RUNTIME_H
#define TAILOR_TEST_FAKE_RUNTIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "value/value.h"

struct fake;

/* What an installation runs of one workflow; ids are "" where there is
 * none. */
struct fake_pointer {
    char workflow[25];
    char live[25], awaiting[25];
    char live_hash[65], awaiting_hash[65];
    int64_t effects; /* how often live or awaiting has changed */
};

struct fake_installation {
    char id[25], user[25], integration[25];
    bool uninstalled, paused;
    struct value *answers;   /* {"block":{"field":true}} */
    struct value *connected; /* {"app":[]} */
    struct fake_pointer *pointers;
    size_t count;
};

struct fake *fake_new(void);
void fake_free(struct fake *f);

/* --- the protocol: answers are owned by the caller ------------------------ */
struct value *fake_info(const struct fake *f);
/* False where BODY does not have that hash. */
bool fake_put_document(struct fake *f, const char *hash, const char *body);
bool fake_put_integration(struct fake *f, const struct value *entry);
struct value *fake_post(struct fake *f, const struct value *body);
struct value *fake_get_request(const struct fake *f, const char *key);
struct value *fake_feed(const struct fake *f, int64_t after, size_t limit);
struct value *fake_users(const struct fake *f);
struct value *fake_state(const struct fake *f);

/* --- what customers do ---------------------------------------------------- */
/* A new user with an installation of the only integration there is, on the
 * newest base versions. Returns its place. */
size_t fake_install(struct fake *f, const char *username);
void fake_uninstall(struct fake *f, size_t installation);
void fake_reinstall(struct fake *f, size_t installation);
/* Answers what the awaiting version asks and takes it live; false where
 * nothing awaits. */
bool fake_accept(struct fake *f, size_t installation, size_t pointer);

/* --- looking -------------------------------------------------------------- */
size_t fake_count(const struct fake *f);
struct fake_installation *fake_at(const struct fake *f, size_t i);
struct fake_pointer *fake_pointer(const struct fake *f, const char *id,
                                  const char *workflow);
int64_t fake_head(const struct fake *f);
/* How many requests took effect, each counted once per key. */
int64_t fake_requests(const struct fake *f);

#endif
