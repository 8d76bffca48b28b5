/*
 * The routes of tailord: one table (routes.def) with method, path, who may
 * call, and the handler. doc/openapi.yaml says the same to clients; a test
 * holds them together.
 */
#ifndef TAILOR_RUNTIME_ACCESS_ROUTE_H
#define TAILOR_RUNTIME_ACCESS_ROUTE_H

#include "base/ident.h"
#include "http/server.h"
#include "runtime/access/body.h"

struct core;
struct db;
struct runtime;

/* Who may call a route. */
enum route_auth {
    AUTH_NONE,
    AUTH_API_KEY,         /* Authorization: Bearer API_KEY */
    AUTH_USER_TOKEN,      /* x-alloy-user-token: JWT */
    AUTH_API_KEY_OR_USER, /* either */
    AUTH_INSTALL,         /* either, or the session of a link: what a page needs
                             to install, and the handler sees to it that it is
                             the link's integration (api_link_allows) */
    AUTH_MANAGE,          /* the console's write token */
    AUTH_READ,            /* the console's read or write token */
    AUTH_LINK             /* the one-time token of a link */
};

/* Which prefix a path has before its pattern. */
enum route_space {
    SPACE_PLAIN, /* none: /healthz, /manage/v1/… */
    SPACE_DATED  /* /{YYYY-MM}, any month, or none */
};

/* Who is calling, after the credential was checked. */
struct caller {
    enum route_auth kind;     /* how it came in: API_KEY, USER_TOKEN … */
    int environment;          /* enum rt_environment (store/runtime.h) */
    char key_name[64];        /* API key or token, by name; "" otherwise */
    char user_id[IDENT_SIZE]; /* USER_TOKEN and LINK: the user, else "" */
    char link_id[IDENT_SIZE]; /* LINK only */
};

/* One call of a handler, on the core's thread, inside a savepoint. */
struct route_call {
    struct runtime *runtime;
    struct core *core;
    struct db *db;   /* the runtime's store, in a transaction */
    int64_t time_ms; /* for what expires: core_time_ms() of core.h */
    const struct http_request *request;
    const struct route *route;
    const char *params[HTTP_MAX_SEGMENTS]; /* the {…} of the path, in order */
    struct caller caller;
    struct body *body; /* what body_read() gave; NULL: not read yet */
    bool looks; /* of route_reads_body(): a refusal is not counted or logged */
    struct http_answer *answer; /* to fill; status 200 and no body at first */
    bool last;        /* a parked call whose time is over: it must answer now */
    int64_t position; /* where core_go_on() left off; 0 at first */
    bool keep_nothing; /* set by a handler: roll back although it went well */
};

/* A handler: fills call->answer and returns OK (its changes are kept), or
 * returns an error, whose changes are rolled back and which is answered as
 * {"message","error"}; or returns OK after core_park (core.h). */
struct route {
    const char *method;
    const char *pattern;
    enum route_space space;
    enum route_auth auth;
    enum err (*handler)(struct route_call *call, struct error *e);
    const char *handler_name;
    enum body_kind body;
    const char *help;
    const char *query; /* its parameters, with spaces between them */
};

extern const struct route routes[];
extern const size_t routes_count;

/* The route of REQUEST and its parameters. Errors: NOT_FOUND; USAGE where the
 * path exists with other methods, which go into ALLOW (may be NULL) for 405. */
enum err route_find(const struct http_request *request,
                    const struct route **out, const char **params,
                    struct buf *allow, struct error *e);

/* Finds the route of call->request, checks who is calling and runs the
 * handler: what the core does with each request. */
enum err route_dispatch(struct route_call *call, struct error *e);

/* Whether the body of call->request is to be read: its route reads one, the
 * caller may call it and its type is one that can be read. Sets call->route.
 * Needs no transaction. */
bool route_reads_body(struct route_call *call);

/* What a call of the embedded API can name in vain. */
enum not_found {
    NOT_FOUND_USER,
    NOT_FOUND_WORKFLOW,
    NOT_FOUND_INSTALLATION,
    NOT_FOUND_INTEGRATION,
    NOT_FOUND_CREDENTIAL,
    NOT_FOUND_LOG,
    NOT_FOUND_EXECUTION
};

/* NOT_FOUND with the sentence for THING ("User not found"): the same whether it
 * is not there or is another user's, and wherever it was named. */
enum err route_not_found(enum not_found thing, struct error *e);

#endif
