/*
 * What people type, resolved: ids (24 hexadecimal digits), keys,
 * USERNAME/INTEGRATION-KEY for installations, WORKFLOW-KEY or
 * INTEGRATION-KEY/WORKFLOW-KEY for workflows, v3 or v3.1 for versions where
 * workflow and installation are known, and SCOPE:v3.1 where SCOPE is a
 * workflow, an installation or INSTALLATION/WORKFLOW-KEY; the latter alone is
 * the draft that is open there. An unknown name is NOT_FOUND with the nearest
 * names, one that fits several is AMBIGUOUS with the candidates (also in
 * manager_candidates). Call these inside an operation.
 */
#ifndef TAILOR_MANAGER_SESSION_NAMES_H
#define TAILOR_MANAGER_SESSION_NAMES_H

#include <stdint.h>

#include "base/ident.h"
#include "manager/session/manager.h"

#define VERSION_LABEL_SIZE 48

/* A resolved thing: its row number and its id. */
struct name_ref {
    int64_t n;
    char id[IDENT_SIZE];
};

enum err name_integration(struct manager *m, const char *name,
                          struct name_ref *out, struct error *e);

/* INTEGRATION (row number, 0: any) narrows a bare key. */
enum err name_workflow(struct manager *m, const char *name, int64_t integration,
                       struct name_ref *out, struct error *e);

/* A workflow that INSTALLATION (row number) has: by id or key. */
enum err name_workflow_of(struct manager *m, const char *name,
                          int64_t installation, struct name_ref *out,
                          struct error *e);

enum err name_installation(struct manager *m, const char *name,
                           struct name_ref *out, struct error *e);

enum err name_runtime(struct manager *m, const char *name, struct name_ref *out,
                      struct error *e);

/* Whether NAME is somebody who has access or of whom a record tells. */
enum err name_actor(struct manager *m, const char *name, struct error *e);

/* Whether NAME is a word that records have for what was done. */
enum err name_action(struct manager *m, const char *name, struct error *e);

/* WORKFLOW and INSTALLATION (0: any) say what v3 and v3.1 mean. */
enum err name_version(struct manager *m, const char *name, int64_t workflow,
                      int64_t installation, struct name_ref *out,
                      struct error *e);

/* A draft that NAME stands for, as who changes it must know it. */
struct named_draft {
    const char *id, *label, *author;
    int64_t revision;
};

/* What changes or releases DRAFT as NAME: OK where NAME is an id or DRAFT is
 * the actor's own. A name says where a draft is, not which one is meant: CHOICE
 * where it stands for another's draft, which is the only candidate then. */
enum err name_check_own(struct manager *m, const char *name,
                        const struct named_draft *draft, struct error *e);

/* "v3" for a base version, "v3.1" for a user-specific one. */
void version_label(char out[VERSION_LABEL_SIZE], int64_t base_no,
                   int64_t fork_no);

#endif
