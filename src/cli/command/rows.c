/* Rows of the manager as JSON. */
#include "cli/command/rows.h"

#include <string.h>

#include "base/clock.h"
#include "store/console.h"

const struct cli_column version_columns[] = {
    {"VERSION", "version"},   {"STATUS", "status"},
    {"CUSTOMER", "customer"}, {"USERNAME", "username"},
    {"AUTHOR", "author"},     {"RUNNING", "running"},
    {"NOTE", "note"},         {"ID", "versionId"},
    {NULL, NULL}};

const struct cli_column draft_columns[] = {
    {"DRAFT", "versionId"},   {"VERSION", "version"},
    {"CUSTOMER", "customer"}, {"USERNAME", "username"},
    {"WORKFLOW", "workflow"}, {"STATUS", "status"},
    {"AUTHOR", "author"},     {"REVISION", "revision"},
    {"CHANGED", "changedAt"}, {"NOTE", "note"},
    {NULL, NULL}};

void
row_set_time(struct value *v, const char *key, int64_t ms)
{
    char text[CLOCK_TEXT_SIZE];
    clock_format(text, ms);
    value_set_text(v, key, ms ? text : NULL);
}

void
row_set_json(struct value *v, const char *key, const char *text)
{
    struct value *json = NULL;
    if (!text || value_read(&json, text, strlen(text), &value_limits_document,
                            key, NULL) != ERR_OK)
        json = value_null();
    value_set(v, key, json);
}

struct value *
row_integration(const struct integration_row *r)
{
    struct value *v = value_object();
    value_set_text(v, "integrationId", r->id);
    value_set_text(v, "key", r->key);
    value_set_text(v, "name", r->name);
    value_set_text(v, "app", r->app);
    value_set_text(v, "icon", r->icon);
    value_set_bool(v, "active", r->active);
    value_set_bool(v, "fourEyes", r->four_eyes);
    value_set_int(v, "workflows", r->workflows);
    value_set_int(v, "installations", r->installations);
    row_set_time(v, "createdAt", r->created_at);
    return v;
}

struct value *
row_workflow(const struct workflow_row *r)
{
    struct value *v = value_object();
    value_set_text(v, "workflowId", r->id);
    value_set_text(v, "key", r->key);
    value_set_text(v, "name", r->name);
    value_set_text(v, "integrationId", r->integration_id);
    value_set_text(v, "integration", r->integration_key);
    value_set_int(v, "version", r->newest_base);
    value_set_int(v, "drafts", r->drafts);
    value_set_int(v, "installed", r->installed);
    value_set_int(v, "forked", r->forked);
    row_set_time(v, "createdAt", r->created_at);
    return v;
}

struct value *
row_connector(const struct connector_row *r)
{
    struct value *v = value_object();
    value_set_text(v, "app", r->app);
    value_set_text(v, "hash", r->hash);
    value_set_bool(v, "verified", r->verified);
    row_set_time(v, "addedAt", r->added_at);
    value_set_text(v, "addedBy", r->added_by);
    return v;
}

struct value *
row_version(const struct version_row *r)
{
    struct value *v = value_object();
    value_set_text(v, "versionId", r->id);
    value_set_text(v, "version", r->label);
    value_set_text(v, "status", r->status);
    value_set_text(v, "workflowId", r->workflow_id);
    value_set_text(v, "workflow", r->workflow_key);
    value_set_text(v, "workflowName", r->workflow_name);
    value_set_text(v, "integration", r->integration_key);
    value_set_text(v, "installationId", r->installation_id);
    value_set_text(v, "customer", r->customer);
    value_set_text(v, "username", r->username);
    value_set_int(v, "base", r->base_no);
    value_set_int(v, "fork", r->fork_no);
    value_set_text(v, "parentVersionId", r->parent_id);
    value_set_text(v, "parent", r->parent_label);
    value_set_text(v, "liveWhenMade", r->live_when_made);
    value_set_text(v, "author", r->author);
    value_set_text(v, "hash", r->hash);
    value_set_text(v, "note", r->note);
    value_set_bool(v, "stale", r->stale);
    value_set_int(v, "revision", r->revision);
    value_set_int(v, "edits", r->edits);
    row_set_time(v, "createdAt", r->created_at);
    value_set_text(v, "createdBy", r->created_by);
    row_set_time(v, "changedAt", r->changed_at);
    row_set_time(v, "releasedAt", r->released_at);
    value_set_text(v, "releasedBy", r->released_by);
    value_set_int(v, "running", r->running);
    return v;
}

struct value *
row_installation(const struct installation_row *r)
{
    struct value *v = value_object();
    value_set_text(v, "installationId", r->id);
    value_set_text(v, "customer", r->customer);
    value_set_text(v, "username", r->username);
    value_set_text(v, "userId", r->user_id);
    value_set_text(v, "integration", r->integration_key);
    value_set_text(v, "integrationId", r->integration_id);
    value_set_text(v, "runtime", r->runtime);
    value_set_text(v, "environment", r->environment);
    value_set_text(v, "state", installation_state_word(r->state));
    value_set_text(v, "status", installation_condition_word(r->condition));
    value_set_text(v, "pending", r->pending);
    value_set_int(v, "workflows", r->workflows);
    value_set_int(v, "own", r->own);
    value_set_text(v, "live", r->live);
    value_set_text(v, "newer", r->newer);
    value_set_int(v, "behind", r->behind);
    value_set_int(v, "failed", r->failed);
    value_set_int(v, "parked", r->parked);
    value_set_int(v, "drafts", r->drafts);
    value_set_text(v, "draftOf", r->draft_of);
    row_set_time(v, "changedAt", r->changed_at);
    row_set_time(v, "asOf", r->as_of);
    row_set_json(v, "connected", r->connected);
    row_set_json(v, "answered", r->answered);
    row_set_json(v, "credentials", r->credentials);
    row_set_time(v, "userDeletedAt", r->user_deleted_at);
    row_set_time(v, "missingSince", r->missing_since);
    return v;
}

struct value *
row_installed_workflow(const struct installed_workflow_row *r)
{
    struct value *v = value_object();
    value_set_text(v, "workflowId", r->workflow_id);
    value_set_text(v, "workflow", r->workflow_key);
    value_set_text(v, "name", r->workflow_name);
    value_set_text(v, "live", r->live_label);
    value_set_text(v, "liveVersionId",
                   r->live_id ? r->live_id : r->live_unknown);
    value_set_text(v, "releasing", r->releasing_label);
    value_set_text(v, "releasingVersionId", r->releasing_id);
    value_set_text(v, "awaiting", r->awaiting_label);
    value_set_text(v, "awaitingVersionId",
                   r->awaiting_id ? r->awaiting_id : r->awaiting_unknown);
    value_set_text(v, "newest", r->newest_label);
    value_set_bool(v, "active", r->active && !r->off);
    value_set_bool(v, "paused", !r->active);
    value_set_text(v, "pending", r->pending);
    value_set_text(v, "turned", r->off ? r->live_id ? "off" : "removed" : "on");
    value_set_bool(v, "todo", r->todo);
    value_set_int(v, "failed", r->failed);
    value_set_int(v, "parked", r->parked);
    value_set_int(v, "setAside", r->set_aside);
    row_set_json(v, "needs", r->needs);
    row_set_time(v, "liveSince", r->live_since);
    row_set_time(v, "asOf", r->as_of);
    return v;
}

struct value *
row_access(const struct access_row *r)
{
    struct value *v = value_object();
    value_set_text(v, "name", r->name);
    value_set_text(v, "role", role_word(r->role));
    value_set_text(v, "key", r->key);
    value_set_text(v, "sameKeyAs", r->same_key_as);
    value_set_bool(v, "payloads", !r->no_payloads);
    row_set_time(v, "addedAt", r->added_at);
    value_set_text(v, "addedBy", r->added_by);
    return v;
}

struct value *
row_revision(const char *draft, int64_t revision)
{
    struct value *v = value_object();
    value_set_text(v, "versionId", draft);
    value_set_int(v, "revision", revision);
    return v;
}

struct value *
row_edit(const struct draft_edit_row *r)
{
    static const char *const kinds[] = {"change", "undo", "redo"};
    struct value *v = value_object();
    value_set_int(v, "revision", r->seq);
    value_set_text(v, "kind", kinds[r->kind]);
    value_set_int(v, "of", r->of);
    value_set_bool(v, "undone", r->undone);
    value_set_text(v, "author", r->author);
    row_set_time(v, "at", r->at);
    value_set_text(v, "edit", r->name);
    row_set_json(v, "patch", r->patch);
    return v;
}
