/* What of a call is a secret, by its name or by how it looks. Rather too much
 * is taken for one than too little. */
#ifndef TAILOR_WORKFLOW_EDIT_CURL_SECRETS_H
#define TAILOR_WORKFLOW_EDIT_CURL_SECRETS_H

#include <stdbool.h>

/* True for the name of a header (RFC 9110, token). */
bool secret_is_header_name(const char *name);

/* True where what is called NAME is a secret: "X-Api-Key", "access_token". */
bool secret_is_named(const char *name);

/* True where VALUE looks like a key: 16 or more letters with digits among them
 * in one piece, or 20 letters of both cases. A UUID does not. */
bool secret_looks_like(const char *value);

/* True where a URL in TEXT has a user, or what may be one: an "@" anywhere in
 * it, or a ":" of its host without a port. */
bool secret_has_login(const char *text);

/* True where TEXT is a call as a command, as a line of a program, or as it is
 * sent: nobody can tell where that has its secrets, since each program names
 * things in its own way. */
bool secret_is_in_call(const char *text);

/* True where TEXT, which nobody has read as a call, may have a secret in it:
 * what looks like a key, "Bearer ", "password=x", "-u name:x", "//name:x@",
 * a sentence such as "the password is x", or a call. */
bool secret_may_be_in(const char *text);

#endif
