/*
 * Making installations: what the modal, the headless calls and the management
 * API share.
 */
#ifndef TAILOR_RUNTIME_INSTALLED_INSTALL_H
#define TAILOR_RUNTIME_INSTALLED_INSTALL_H

#include "runtime/embedded/embedded.h"
#include "runtime/installed/live.h"
#include "runtime/installed/lookup.h"

/* The user's installation of the integration, made in the state OPEN if
 * none exists. ID: the id to give a new one, NULL for a fresh one. */
enum err install_begin(struct core *core, int64_t user, int64_t integration,
                       const char *id, int64_t *out, struct error *e);

/* Connects the user's credentials: those that CREDENTIALS ([ids], may be NULL)
 * names are chosen and stay. In an installation that is not active or paused
 * yet, an app that is not connected gets the newest one that works; later
 * nothing is connected unasked, for it may be of another account. NOT_FOUND
 * for an id that is not a credential of the user; INVALID for two of one
 * app. */
enum err install_connect(struct core *core, int64_t user, int64_t installation,
                         const struct value *credentials, struct error *e);

/* Deletes the credential (row) of APP: every installation that it served has
 * lost the app, whatever other credentials of it the user has. Runs that wait
 * for it wait for the app from here on. */
enum err install_disconnect(struct core *core, int64_t credential,
                            const char *app, struct error *e);

/* Whether CREDENTIALS ([ids], may be NULL) may be chosen; the errors of
 * install_connect(). Changes nothing. */
enum err install_check_credentials(struct core *core, int64_t user,
                                   const struct value *credentials,
                                   struct error *e);

/* Stores the answer VALUE for FIELD of BLOCK; INVALID where the document HASH
 * of WORKFLOW asks no such thing or the value does not fit. */
enum err install_answer(struct core *core, int64_t installation,
                        const struct api_workflow *workflow, const char *hash,
                        const char *block, const char *field,
                        const struct value *value, struct error *e);

/* Makes the installation active: every workflow of the integration that has a
 * base version (or only those of WORKFLOWS, [ids], may be NULL) and is not
 * there yet gets its newest base live, and runs once where its trigger is
 * "installation". INVALID, naming what is missing, where the user must still
 * connect or answer something. */
enum err install_finish(struct core *core, struct route_call *call,
                        const struct installation_row *installation,
                        const struct value *workflows, struct error *e);

/* Ends the installation: its runs are cancelled, its triggers stop; versions
 * and credentials stay. KEY: of the request, NULL for the vendor's acts. */
enum err install_end(struct core *core,
                     const struct installation_row *installation,
                     const char *key, struct error *e);

/* Tells the feed which apps are connected. */
enum err install_tell_connected(struct core *core,
                                const struct installation_row *installation,
                                struct error *e);

/* Makes the installation active and tells the feed what it has. One that was
 * uninstalled comes back with its own versions; a user-specific one for which
 * the user must first do something awaits that, with the newest base live. */
enum err install_activate(struct core *core,
                          const struct installation_row *installation,
                          struct error *e);

/* Tells the feed which questions are answered, where any is. */
enum err install_tell_answered(struct core *core,
                               const struct installation_row *installation,
                               struct error *e);

/* Looks again at what the awaiting versions of the installation (row) need,
 * after the user has connected something, and tells the feed of changes. The
 * user still has to accept. */
enum err install_refresh(struct core *core, int64_t installation,
                         struct error *e);

#endif
