/*
 * Names that others give: of users and of credentials. They are shown in lists
 * and go into the feed, so each is short and has no control character.
 */
#ifndef TAILOR_RUNTIME_INSTALLED_NAME_H
#define TAILOR_RUNTIME_INSTALLED_NAME_H

#include "base/error.h"
#include "value/value.h"

enum { NAME_MAX_BYTES = 255 };

/* INVALID where NAME, which the message calls WHAT, is longer than
 * NAME_MAX_BYTES or has a control character. */
enum err name_check(const char *name, const char *what, struct error *e);

/* The same of the username NAME. INVALID also where it is "." or "..": clients
 * take these out of the path of an address. */
enum err name_check_user(const char *name, struct error *e);

/* The same of one that nobody has yet. INVALID also where it has a character
 * that is not seen. */
enum err name_check_new_user(const char *name, struct error *e);

/* The name that is the member KEY of OBJECT in *OUT (borrowed), NULL where it
 * is absent or null. INVALID where it is not a text or not a name. */
enum err name_read(const struct value *object, const char *key,
                   const char **out, struct error *e);

#endif
