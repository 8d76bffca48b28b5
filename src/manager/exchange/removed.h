/*
 * Runtimes that were removed from this store: what is still at them. Sync does
 * not talk to them, so nothing is queued for one.
 */
#ifndef TAILOR_MANAGER_EXCHANGE_REMOVED_H
#define TAILOR_MANAGER_EXCHANGE_REMOVED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "manager/session/manager.h"

struct pool;

/* REFUSED where the runtime N was removed. Call inside an open operation. */
enum err removed_check(struct manager *m, int64_t n, struct error *e);

struct removed_runtime {
    const char *name;      /* that it had */
    int64_t installations; /* at it, but those that were uninstalled */
    int64_t queued;        /* rows of the outbox that nothing delivers */
};

struct removed_list {
    struct removed_runtime *rows;
    size_t count;
    struct pool *pool;
};

/* The removed runtimes that something is at. OUT is cleared by the caller,
 * also after an error. */
enum err manager_removed_list(struct manager *m, struct removed_list *out,
                              struct error *e);
void removed_list_clear(struct removed_list *list);

/* What manager_runtime_take_back has found. */
struct taken_back {
    bool taken;
    int64_t installations; /* that are reached again */
};

/* The runtime N, which was added and not met yet, says that it is REMOTE_ID.
 * Where that one was removed from this store, in the same environment, the
 * removed row takes over the settings of N and what was queued for it, with its
 * installations and how far its history was read; N is removed. CONFLICT where
 * N has neither the name, the URL nor the pin that the removed one had: who
 * answers may not be it. */
enum err manager_runtime_take_back(struct manager *m, int64_t n,
                                   const char *remote_id,
                                   struct taken_back *out, struct error *e);

#endif
