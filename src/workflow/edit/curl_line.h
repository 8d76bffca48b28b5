/*
 * A curl command as people copy it from documentation and browsers, as fields
 * of an API block: method, URL, headers, what its JSON body looks like. What
 * authenticates is a secret: of it nothing is kept but what kind of credential
 * the call needs. Of the rest only what is known to be plain is kept
 * (curl_plain.h), and no value of the body.
 */
#ifndef TAILOR_WORKFLOW_EDIT_CURL_LINE_H
#define TAILOR_WORKFLOW_EDIT_CURL_LINE_H

#include "value/value.h"

#define CURL_LINE_MOST (64 * 1024) /* bytes of a line */

struct curl_line {
    const char *method;    /* one of the choices of the field, static */
    char *url;             /* "" where it is left out */
    struct value *headers; /* {"Accept":"text/html"} */
    struct value *body;    /* of its shape; NULL: none, or not JSON */
    const char *auth; /* "bearer", "basic", "header": needs such a credential;
                         "none"; static */
    struct buf kept;  /* names of values that are taken: "limit, Accept" */
    struct buf steps; /* of the path that are taken: "orders, v2" */
    struct buf left_out; /* of what is not: "Cookie, -u, value of user, pass" */
};

/* Reads the command of N bytes at TEXT, which begins with its name, into C,
 * which curl_line_clear empties, also after an error. Errors, none of which
 * shows a value: TOO_BIG; INVALID where more than one command is there, an
 * option is not known, or the URL is not https. */
enum err curl_line_read(struct curl_line *c, const char *text, size_t n,
                        struct error *e);
void curl_line_clear(struct curl_line *c);

#endif
