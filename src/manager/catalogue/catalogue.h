/* The catalogue: integrations, their workflows, connectors. */
#ifndef TAILOR_MANAGER_CATALOGUE_CATALOGUE_H
#define TAILOR_MANAGER_CATALOGUE_CATALOGUE_H

#include <stddef.h>

#include "base/buf.h"
#include "base/ident.h"
#include "manager/session/manager.h"
#include "manager/session/pool.h"

struct integration_row {
    int64_t n;
    const char *id;
    const char *key;
    const char *name;
    const char *app;
    const char *icon; /* NULL: none */
    bool active;
    bool four_eyes;
    int64_t workflows;
    int64_t installations; /* counted up to 10,001 */
    int64_t created_at;
};

struct integration_list {
    struct integration_row *rows;
    size_t count;
    struct pool *pool;
};

/* All integrations, or the one that NAME (NULL: all) says, by key. */
enum err manager_integration_list(struct manager *m, const char *name,
                                  struct integration_list *out,
                                  struct error *e);
void integration_list_clear(struct integration_list *list);

/* An empty integration. NAME NULL: as KEY. CONFLICT where KEY exists. */
enum err manager_integration_new(struct manager *m, const char *key,
                                 const char *name, const char *app,
                                 char id[IDENT_SIZE], struct error *e);

/* What manager_integration_add did. */
struct integration_added {
    char id[IDENT_SIZE];
    bool created;
    int released;  /* base versions made (a new workflow's first) */
    int drafts;    /* base drafts of what differs */
    int waiting;   /* workflows that stay drafts: nothing starts them yet */
    int unchanged; /* workflows that are as the newest base */
    int samples;   /* samples that were new */
};

/* Adds the integration file of N bytes at TEXT (NAME is for messages). The
 * first time its workflows become base version 1, or stay drafts where no
 * runtime starts their trigger yet; later each workflow that
 * differs from its newest base becomes a base draft. Adding the same file
 * again changes nothing. */
enum err manager_integration_add(struct manager *m, const char *text, size_t n,
                                 const char *name,
                                 struct integration_added *out,
                                 struct error *e);

/* Appends the integration as a file that manager_integration_add reads: its
 * newest base versions; connectors are named by hash. */
enum err manager_integration_export(struct manager *m, const char *name,
                                    struct buf *out, struct error *e);

/* Offers it no more (installs are refused by the runtimes it is published
 * to from then on), or again. */
enum err manager_integration_set_active(struct manager *m, const char *name,
                                        bool active, struct error *e);
enum err manager_integration_set_four_eyes(struct manager *m, const char *name,
                                           bool on, struct error *e);

struct workflow_row {
    int64_t n;
    const char *id;
    const char *key;
    const char *name;
    const char *integration_id;
    const char *integration_key;
    int64_t newest_base; /* number, 0: none yet */
    int64_t drafts;      /* open base drafts */
    int64_t installed;   /* counted up to 10,001 */
    int64_t forked;      /* of those, on a user-specific version, up to … */
    int64_t created_at;
};

struct workflow_list {
    struct workflow_row *rows;
    size_t count;
    struct pool *pool;
};

/* Workflows of INTEGRATION (NULL: of all), in the order they were made; or
 * the one that NAME says. */
enum err manager_workflow_list(struct manager *m, const char *integration,
                               struct workflow_list *out, struct error *e);
enum err manager_workflow_show(struct manager *m, const char *name,
                               struct workflow_list *out, struct error *e);
void workflow_list_clear(struct workflow_list *list);

/* A workflow without versions; NAME NULL: as KEY. */
enum err manager_workflow_new(struct manager *m, const char *integration,
                              const char *key, const char *name,
                              char id[IDENT_SIZE], struct error *e);

struct connector_row {
    const char *app;
    const char *hash;
    bool verified;
    int64_t added_at;
    const char *added_by;
};

struct connector_list {
    struct connector_row *rows;
    size_t count;
    struct pool *pool;
};

enum err manager_connector_list(struct manager *m, struct connector_list *out,
                                struct error *e);
void connector_list_clear(struct connector_list *list);

/* Adds a connector document of N bytes at TEXT; its app's current connector
 * is then this one. Versions that name another hash are not changed. HASH
 * receives its name; adding the same again changes nothing. */
enum err manager_connector_add(struct manager *m, const char *text, size_t n,
                               const char *name, char hash[65],
                               struct error *e);

/* Appends the document of the current connector of APP, or of the one with
 * that hash. */
enum err manager_connector_document(struct manager *m, const char *app,
                                    struct buf *out, struct error *e);

#endif
