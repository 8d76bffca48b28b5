/* Versions as rows and by name, for the files of this folder only. */
#ifndef TAILOR_MANAGER_DRAFT_VERSION_ROWS_H
#define TAILOR_MANAGER_DRAFT_VERSION_ROWS_H

#include "manager/draft/version.h"
#include "manager/session/names.h"
#include "store/db.h"

/* Appends every row of Q (a VERSION_SELECT statement) to OUT and ends it. */
enum err version_rows(struct db_stmt *q, struct version_list *out,
                      struct error *e);

/* Resolves NAME; WORKFLOW and INSTALLATION are names or NULL. */
enum err version_resolve(struct manager *m, const char *name,
                         const char *workflow, const char *installation,
                         struct name_ref *out, struct error *e);

#endif
