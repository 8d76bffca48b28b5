/* Where a curl command begins in a text, and where its name ends. */
#ifndef TAILOR_WORKFLOW_EDIT_CURL_FIND_H
#define TAILOR_WORKFLOW_EDIT_CURL_FIND_H

#include <stddef.h>

/* Where a curl command begins in the N bytes at TEXT, also behind a prompt or
 * other text; NULL: none is there. */
const char *curl_find(const char *text, size_t n);

/* The *N bytes at TEXT, a command that curl_find found, without its name, as a
 * new string of *N bytes: with plain blanks in the place of those that web
 * pages and chats make of them. */
char *curl_rest(const char *text, size_t *n);

#endif
