/*
 * Rows of the manager as JSON, with the names of the HTTP API. One function a
 * kind of row, so that every command shows it alike.
 */
#ifndef TAILOR_CLI_COMMAND_ROWS_H
#define TAILOR_CLI_COMMAND_ROWS_H

#include "cli/frame/cli.h"
#include "manager/catalogue/catalogue.h"
#include "manager/draft/draft.h"
#include "manager/draft/version.h"
#include "manager/installation/installation.h"
#include "manager/session/store.h"

/* The caller owns each result. */
struct value *row_integration(const struct integration_row *r);
struct value *row_workflow(const struct workflow_row *r);
struct value *row_connector(const struct connector_row *r);
struct value *row_version(const struct version_row *r);
struct value *row_installation(const struct installation_row *r);
struct value *row_installed_workflow(const struct installed_workflow_row *r);
struct value *row_access(const struct access_row *r);
struct value *row_edit(const struct draft_edit_row *r);

/* The draft DRAFT and its revision, which is what an edit leaves. */
struct value *row_revision(const char *draft, int64_t revision);

/* Sets KEY of V to MS as RFC 3339, or to null where it is 0. */
void row_set_time(struct value *v, const char *key, int64_t ms);

/* Sets KEY of V to the JSON in TEXT (NULL: null). */
void row_set_json(struct value *v, const char *key, const char *text);

/* Columns of versions and drafts for people. */
extern const struct cli_column version_columns[];
extern const struct cli_column draft_columns[];

#endif
