/* What the files of the catalogue share, for this folder only. */
#ifndef TAILOR_MANAGER_CATALOGUE_CATALOGUE_PRIVATE_H
#define TAILOR_MANAGER_CATALOGUE_CATALOGUE_PRIVATE_H

#include "manager/catalogue/catalogue.h"
#include "manager/session/names.h"
#include "manager/session/operation.h"
#include "workflow/connector/connector.h"

/* A key: 1 to 100 of a-z, 0-9 and -, else INVALID; WHAT is for the message. */
enum err check_slug(const char *what, const char *key, struct error *e);

/* A name: 1 to 200 bytes that can be shown, else INVALID. */
enum err check_title(const char *what, const char *name, struct error *e);

/* Keeps the document of N bytes at TEXT under its hash. */
enum err document_store(struct manager *m, const char *kind, const char *hash,
                        const char *text, size_t n, struct error *e);

/* Adds every connector of the store to SET, the current ones last. */
enum err connectors_load_all(struct manager *m, struct connector_set *set,
                             struct error *e);

/* Inserts a workflow and its audit record; ID receives its id. */
enum err workflow_insert(struct manager *m, int64_t integration,
                         const char *key, const char *name, int64_t *n,
                         char id[IDENT_SIZE], struct error *e);

/* Rows of workflows: of INTEGRATION and WORKFLOW (0: of any). */
enum err workflows_read(struct manager *m, int64_t integration,
                        int64_t workflow, struct workflow_list *out,
                        struct error *e);

/* Inserts an integration and its audit record. */
enum err integration_insert(struct manager *m, const char *key,
                            const char *name, const char *app, const char *icon,
                            int64_t *n, char id[IDENT_SIZE], struct error *e);

#endif
