/*
 * The pointers that say what runs: one live version for each installed
 * workflow, at most one that awaits its user. Every change of them goes
 * through here, with its fact for the feed, in the caller's transaction.
 */
#ifndef TAILOR_RUNTIME_INSTALLED_LIVE_H
#define TAILOR_RUNTIME_INSTALLED_LIVE_H

#include "runtime/core/core.h"
#include "runtime/installed/asks.h"
#include "store/runtime.h"
#include "workflow/connector/connector.h"
#include "workflow/document/document.h"
#include "workflow/validate/material.h"

/* Who and what a pointer belongs to, for facts. */
struct live_place {
    int environment;
    int64_t installation; /* rows */
    int64_t installed;
    char installation_id[IDENT_SIZE];
    char workflow_id[IDENT_SIZE];
};

/* The place of the row INSTALLED. NOT_FOUND. */
enum err live_place_of(struct db *db, int64_t installed, struct live_place *out,
                       struct error *e);

/* Appends the text of the document HASH to OUT. NOT_FOUND. */
enum err live_document_text(struct db *db, const char *hash, struct buf *out,
                            struct error *e);

/* The document HASH of TEXT, parsed; the caller frees it. DAMAGED where TEXT
 * does not have that hash. Any thread. */
enum err live_document_of(const char *hash, const struct buf *text,
                          struct document **out, struct error *e);

/* The document HASH of the store, parsed; as above. */
enum err live_document(struct db *db, const char *hash, struct document **out,
                       struct error *e);

/* Adds the connectors that D pins and that are here to SET. */
enum err live_connectors(struct db *db, const struct document *d,
                         struct connector_set *set, struct error *e);

/* Sets "app", "scopes", "state" and "message", if any, of V: what is connected,
 * as facts and pages of state tell it. */
void live_set_connected(struct value *v, const struct rs_connected *c);

/* Appends {"blockId","field"} of each answered question to LIST. */
enum err live_list_answered(struct db *db, int64_t installation,
                            struct value *list, struct error *e);

/* What the installation has, as material_needs takes it; caller frees. */
enum err live_facts(struct db *db, int64_t installation, struct value **out,
                    struct error *e);

/* What the document HASH asks; *OUT is good until the next such call. */
enum err live_asks(struct core *core, const char *hash, const struct asks **out,
                   struct error *e);

/* Fills OUT with what the user must do before the document HASH may be live
 * in this installation. */
enum err live_needs(struct core *core, int64_t installation, const char *hash,
                    struct need_list *out, struct error *e);

/* Makes VERSION (a row) live. Clears the awaiting pointer where it was that
 * version. CAUSE: release, upgrade, accepted, base, install. KEY: of the
 * request, NULL for customers' acts. */
enum err live_set(struct core *core, const struct live_place *place,
                  int64_t version, const char *cause, const char *key,
                  struct error *e);

/* Marks the installed workflow as to do, or no longer, with the fact for the
 * feed where that is a change. live_set takes the mark away once the version
 * has no block that stops with it. */
enum err live_todo(struct core *core, const struct live_place *place, bool on,
                   struct error *e);

/* Turns the installed workflow on or off for its user, with the fact for the
 * feed where that is a change. */
enum err live_switch(struct core *core, const struct live_place *place, bool on,
                     struct error *e);

/* Takes the workflow from the installation: nothing of it is live or awaits.
 * Its versions stay, and come back when it is installed again. The caller ends
 * its runs. */
enum err live_remove(struct core *core, const struct live_place *place,
                     struct error *e);

/* Makes VERSION the awaiting one, with its NEEDS. */
enum err live_await(struct core *core, const struct live_place *place,
                    int64_t version, const struct need_list *needs,
                    const char *key, struct error *e);

/* Makes VERSION live where nothing is needed, else lets it await; *LIVE says
 * which. */
enum err live_or_await(struct core *core, const struct live_place *place,
                       int64_t version, const char *cause, const char *key,
                       bool *live, struct error *e);

/* Adds WORKFLOW (a row) to an installation with the version of BASE (a row)
 * live, and gives the place of it. */
enum err live_install(struct core *core, int64_t installation, int64_t workflow,
                      int64_t version, struct live_place *out, struct error *e);

/* Puts a workflow that was removed back with the base version BASE (a row), or
 * with the user-specific version that was live before; that awaits its user
 * where it needs something. */
enum err live_restore(struct core *core, const struct live_place *place,
                      int64_t base, struct error *e);

#endif
