/*
 * Names that begin with what somebody has typed, for the completion of shells.
 * Each is one that the functions of names.h resolve.
 */
#ifndef TAILOR_MANAGER_SESSION_BEGINNINGS_H
#define TAILOR_MANAGER_SESSION_BEGINNINGS_H

#include "manager/session/manager.h"

enum { BEGINNINGS_MAX = 50 };

enum beginning {
    BEGINNING_INSTALLATION,
    BEGINNING_WORKFLOW,
    BEGINNING_INTEGRATION,
    BEGINNING_RUNTIME,
    BEGINNING_PERSON,
    BEGINNING_APP,
    BEGINNING_DRAFT,   /* open ones: INSTALLATION/WORKFLOW, an id if base */
    BEGINNING_VERSION, /* released base versions: WORKFLOW:v3 */
};

/* Gives VISIT the names of KIND that begin with PREFIX, at most
 * BEGINNINGS_MAX. Workflows are those of INSTALLATION, if it is not NULL. */
enum err manager_beginnings(struct manager *m, enum beginning kind,
                            const char *prefix, const char *installation,
                            void (*visit)(void *context, const char *name),
                            void *context, struct error *e);

#endif
