/*
 * What the handlers of the embedded API share: finding the user, the
 * integration, the workflow and the installation that a call means, always
 * inside the caller's environment, and the shapes of the 2024-03 answers.
 */
#ifndef TAILOR_RUNTIME_EMBEDDED_EMBEDDED_H
#define TAILOR_RUNTIME_EMBEDDED_EMBEDDED_H

#include "runtime/access/handlers.h"
#include "runtime/core/core.h"
#include "runtime/installed/lookup.h"
#include "runtime/runtime.h"
#include "store/runtime.h"
#include "value/value.h"

struct api_user {
    int64_t n;
    char id[IDENT_SIZE];
    char *username;
    char *full_name; /* NULL where none is known */
};

struct api_integration {
    int64_t n;
    char id[IDENT_SIZE];
    char *key, *name, *app, *icon;
    bool active;
    char *connectors; /* {"app":"hash"} as JSON */
};

/* A workflow with its newest base version. */
struct api_workflow {
    int64_t n;
    char id[IDENT_SIZE];
    char integration_id[IDENT_SIZE];
    int64_t integration;
    char *key, *name;
    int64_t created_ms, updated_ms;
    int64_t base;    /* row of the newest base version, 0: none yet */
    int64_t base_no; /* its number */
    char hash[65];
    int64_t owner; /* row of the user whose copy was named, 0: none was */
};

void api_user_clear(struct api_user *u);
void api_integration_clear(struct api_integration *i);
void api_workflow_clear(struct api_workflow *w);

/* The user NAME (id or username; NULL is INVALID) of the caller's
 * environment. NOT_FOUND. */
enum err api_find_user(struct route_call *call, const char *name,
                       struct api_user *out, struct error *e);

/* Whether the caller is a user, or the query or BODY names one. */
bool api_names_user(const struct route_call *call, const struct value *body);
/* The user a call is about: of the browser token, the query's userId or BODY's
 * (may be NULL). Where more than one names a user, they must be the same one.
 * USAGE where none does; NOT_FOUND. */
enum err api_call_user(struct route_call *call, const struct value *body,
                       struct api_user *out, struct error *e);

/* The same where the path names a user too (PATH may be NULL). */
enum err api_call_user_of(struct route_call *call, const char *path,
                          const struct value *body, struct api_user *out,
                          struct error *e);

/* By id, key, name or app. NOT_FOUND. */
enum err api_find_integration(struct route_call *call, const char *name,
                              struct api_integration *out, struct error *e);

/* ROLE where the caller has the session of a link for another integration than
 * INTEGRATION (row). */
enum err api_link_allows(struct route_call *call, int64_t integration,
                         struct error *e);

/* By its id, or by the id of a user's installed copy: of USER (row; 0: of any
 * user of the environment, whose row out->owner then has). NOT_FOUND, also of
 * a copy that a browser token's user does not have. */
enum err api_find_workflow(struct route_call *call, const char *id,
                           int64_t user, struct api_workflow *out,
                           struct error *e);

/* The installation ID of the caller's environment, whose user is not deleted.
 * NOT_FOUND. */
enum err api_installation_by_id(struct route_call *call, const char *id,
                                struct installation_row *out, struct error *e);

/* The row of the installation that the query's "after" names, 0 without one.
 * It keeps its place in the order when it ends or its user is deleted.
 * INVALID where it is not one of this environment. */
enum err api_installation_after(struct route_call *call, int64_t *after,
                                struct error *e);

/* Calls EACH for every workflow of an integration in its order. */
enum err api_each_workflow(struct route_call *call, int64_t integration,
                           enum err (*each)(struct route_call *call, void *ctx,
                                            const struct api_workflow *w,
                                            struct error *e),
                           void *ctx, struct error *e);

/* Whether the object I of LIST has the texts at KEY and at OTHER that one
 * before it has. */
bool api_is_repeated(const struct value *list, size_t i, const char *key,
                     const char *other);

/* The members of the request's body as its route reads them (BODY_JSON …),
 * borrowed from CALL. INVALID, TOO_BIG. */
enum err api_body(struct route_call *call, const struct value **out,
                  struct error *e);
/* The same with the payload and the hash. */
enum err api_whole_body(struct route_call *call, const struct body **out,
                        struct error *e);

/* [{"name","id","type","icon"?}…] of the document HASH. */
enum err api_blocks(struct route_call *call, const char *hash,
                    struct value **out, struct error *e);

/* The row of a workflow as USER (may be NULL) sees it. */
enum err api_workflow_row(struct route_call *call, const struct api_user *user,
                          const struct api_workflow *w, struct value **out,
                          struct error *e);

/* The connector of APP: that of the integrations, else the newest that is
 * here. The caller frees it. NOT_FOUND. */
struct connector;
enum err api_connector(struct route_call *call, const char *app,
                       struct connector **out, struct error *e);

/* The installation I as lists show it, owned by the caller. */
enum err api_installation_value(struct route_call *call,
                                const struct installation_row *i,
                                struct value **out, struct error *e);

/* INVALID where one of the user's credentials IDS ([ids], may be NULL) is of an
 * app that no version uses which the installation has, or gets by an upgrade.
 * An id that is not of the user is passed over: who connects refuses it. */
enum err api_check_apps(struct route_call *call,
                        const struct installation_row *i,
                        const struct value *ids, struct error *e);

/* Sets "needs" of V: what the user must do before a version that waits can go
 * live, or before a live one can run, of every workflow:
 * [{"workflowId","kind","app"?,"field"?,"label"}]. */
enum err api_set_needs(struct route_call *call,
                       const struct installation_row *i, struct value *v,
                       struct error *e);

/* {"userId","username","fullName"}, for a list. */
struct value *api_user_row(const struct rs_user *u);

void api_set_time(struct value *v, const char *key, int64_t ms);
/* Sets "icon" to a URL; does nothing for "" and NULL. */
void api_set_icon(struct value *v, const char *icon);

/* Whether the run (row) waits for memory that other runs hold. */
bool api_run_waits_for_memory(const struct route_call *call, int64_t run);
void api_answer(struct route_call *call, struct value *v); /* 200 and V */
void api_answer_data(struct route_call *call,
                     struct value *v); /* {"data": V} */
/* The same where ERR is OK, else nothing; takes LIST either way. */
void api_answer_list(struct route_call *call, struct value *list, enum err err);
/* {"data": V, "cursor": id} where the page has LIMIT rows; "after=CURSOR" asks
 * for the next. ID: the member that names a row. */
void api_answer_page(struct route_call *call, struct value *v, int64_t limit,
                     const char *id);
/* The same with this CURSOR; NULL: there is no next page. */
void api_answer_page_at(struct route_call *call, struct value *v,
                        const char *cursor);
/* Where a list is cut: at MOST, or at the query's smaller "limit", so that one
 * call never keeps the others waiting. INVALID. */
enum err api_page_limit(const struct route_call *call, int64_t most,
                        int64_t *out, struct error *e);
/* What finding the row that "after" names came to: INVALID in place of
 * NOT_FOUND. */
enum err api_page_after(enum err found, struct error *e);
void api_answer_message(struct route_call *call, const char *message);
void api_answer_flag(struct route_call *call, const char *key, bool flag);

/* The user, the workflow (by workflowId or workflowName) and the user's copy
 * that BODY names. NOT_FOUND where the user has not installed it. */
enum err api_named_installed(struct route_call *call, const struct value *body,
                             struct api_user *u, struct api_workflow *w,
                             struct installed_row *d, struct error *e);

#endif
