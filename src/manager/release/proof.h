/*
 * What a release recorded of the samples that it checked, and whether it can
 * still be shown: the bytes of every one of them are there, and the set has
 * the hash of the record. Removed samples make it no longer provable, not
 * wrong.
 */
#ifndef TAILOR_MANAGER_RELEASE_PROOF_H
#define TAILOR_MANAGER_RELEASE_PROOF_H

#include "manager/release/checked.h"

struct checked_proof {
    bool recorded; /* the release checked samples; else all is 0 */
    char set[DIGEST_SIZE];
    char verdict[16];
    int64_t format, checked, agreed;
    struct checked now; /* those whose bytes are there, checked again */
    bool provable;
};

/* NOT_FOUND where the version NAME was not released. */
enum err manager_check_proof(struct manager *m, const char *name,
                             struct checked_proof *out, struct error *e);
void checked_proof_clear(struct checked_proof *p);

#endif
