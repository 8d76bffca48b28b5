/*
 * Making installations: what the modal, the headless calls and the management
 * API share.
 */
#ifndef TAILOR_RUNTIME_INSTALL_H
#define TAILOR_RUNTIME_INSTALL_H

#include "runtime/api.h"
#include "runtime/live.h"

/* The user's installation of the integration, made in the state OPEN where
 * there is none. ID: the id to give a new one, NULL for a fresh one. */
enum err install_begin(struct core *core, int64_t user, int64_t integration,
                       const char *id, int64_t *out, struct error *e);

/* Connects each app that the integration's newest bases need and the user has
 * a credential for: CREDENTIALS ([ids], may be NULL) say which, else the
 * newest of the app. */
enum err install_connect(struct core *core, int64_t user, int64_t installation,
                         const struct value *credentials, struct error *e);

/* Stores the answer VALUE for FIELD of BLOCK; INVALID where the workflow asks
 * no such thing or the value does not fit. */
enum err install_answer(struct core *core, int64_t installation,
                        const struct api_workflow *workflow, const char *block,
                        const char *field, const struct value *value,
                        struct error *e);

/* Makes the installation active: every workflow of the integration that has a
 * base version (or only those of WORKFLOWS, [ids], may be NULL) and is not
 * there yet gets its newest base live, and runs once where its trigger is
 * "installation". INVALID, naming what is missing, where the user must still
 * connect or answer something. */
enum err install_finish(struct core *core, struct call *call,
                        const struct api_installation *installation,
                        const struct value *workflows, struct error *e);

#endif
