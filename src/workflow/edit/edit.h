/*
 * Edits: each makes the RFC 6902 patch of one change of a document and
 * changes nothing itself; document_patch applies it and gives the inverse.
 * The patch (*OUT) is owned by the caller. Errors: NOT_FOUND (no such block),
 * INVALID with a sentence. Patches leave no written-out defaults behind.
 */
#ifndef TAILOR_WORKFLOW_EDIT_EDIT_H
#define TAILOR_WORKFLOW_EDIT_EDIT_H

#include "workflow/connector/connector.h"
#include "workflow/document/document.h"

/* Where a block goes. */
struct edit_place {
    enum {
        PLACE_END,    /* end of the document */
        PLACE_BEFORE, /* before the block ref */
        PLACE_AFTER,
        PLACE_INTO /* end of the list of the logic block ref */
    } where;
    const char *ref;  /* id or name; NULL for PLACE_END */
    const char *list; /* PLACE_INTO: "then", "else", "blocks", "otherwise",
                         "cases/0"; NULL: the first of the kind */
};

/* A new block of KIND as a value with a fresh id: CONFIG (borrowed, may be
 * NULL) gives its fields; NAME NULL: the kind's title, numbered until free in
 * D. The caller owns it. */
struct value *edit_new_block(const struct document *d, const struct kind *kind,
                             const char *name, const struct value *config);

/* Inserts BLOCK (*taken*; a trigger kind becomes or replaces the trigger).
 * CONNECTOR (may be NULL) is pinned in the same patch where the block uses its
 * app and the document pins none. */
enum err edit_insert(struct value **out, const struct document *d,
                     struct value *block, struct edit_place place,
                     const struct connector *connector, struct error *e);

enum err edit_move(struct value **out, const struct document *d,
                   const char *block, struct edit_place place, struct error *e);

/* Appends to PATCH, which sets FIELD of a block of D to ITEM (borrowed, may be
 * NULL), that D pins the connectors of SET for the apps that ITEM names. */
void edit_pin_used(struct value *patch, const struct document *d,
                   const char *field, const struct value *item,
                   const struct connector_set *set);

/* Also unpins connectors that no other block uses. */
enum err edit_remove(struct value **out, const struct document *d,
                     const char *block, struct error *e);

/* A copy after the block, with fresh ids and free names; references among
 * the copied blocks follow. */
enum err edit_duplicate(struct value **out, const struct document *d,
                        const char *block, struct error *e);

/* Renames the block and every reference to it. */
enum err edit_rename(struct value **out, const struct document *d,
                     const char *block, const char *new_name, struct error *e);

/* Sets the configuration FIELD of a block ("name" renames) to ITEM (*taken*;
 * NULL unsets it). */
enum err edit_set(struct value **out, const struct document *d,
                  const char *block, const char *field, struct value *item,
                  struct error *e);

/* Sets MEMBER ("name", "condition") of the case INDEX of a branch to TEXT, ""
 * unsets it; the name of the case behind the last one adds it. INVALID where
 * BLOCK is not a branch or has no such case. */
enum err edit_case_set(struct value **out, const struct document *d,
                       const char *block, size_t index, const char *member,
                       const char *text, struct error *e);

/* INVALID also where the case holds blocks, which would be lost with it. */
enum err edit_case_remove(struct value **out, const struct document *d,
                          const char *block, size_t index, struct error *e);

/* The case INDEX, with its blocks, becomes the case TO. */
enum err edit_case_move(struct value **out, const struct document *d,
                        const char *block, size_t index, size_t to,
                        struct error *e);

/* Sets the row of TARGET: SOURCE as typed; an existing row keeps its place,
 * default, required and note; a new one goes to the end. */
enum err edit_row_set(struct value **out, const struct document *d,
                      const char *block, const char *target, const char *source,
                      struct error *e);

/* Replaces or adds the whole ROW ({"target",…}, *taken*), at INDEX where it is
 * new (SIZE_MAX: end). */
enum err edit_row_put(struct value **out, const struct document *d,
                      const char *block, struct value *row, size_t index,
                      struct error *e);

/* Empties the source of the row of TARGET (EDIT_ROW_BLANK) or removes the row
 * (EDIT_ROW_REMOVE). */
enum edit_row_mode { EDIT_ROW_BLANK, EDIT_ROW_REMOVE };
enum err edit_row_unset(struct value **out, const struct document *d,
                        const char *block, const char *target,
                        enum edit_row_mode mode, struct error *e);

/* Moves the row of TARGET to INDEX. */
enum err edit_row_move(struct value **out, const struct document *d,
                       const char *block, const char *target, size_t index,
                       struct error *e);

/* Value tables: sets the whole table ({"columns","rows"}, *taken*; NULL
 * removes it), or the row of KEY to VALUE (*taken*; NULL removes the row). */
enum err edit_table(struct value **out, const struct document *d,
                    const char *table, struct value *content, struct error *e);
enum err edit_table_set(struct value **out, const struct document *d,
                        const char *table, const char *key, struct value *value,
                        struct error *e);

/* Renames the workflow. */
enum err edit_document_name(struct value **out, const struct document *d,
                            const char *name, struct error *e);

/* Raises the format of the formula language to the newest one. INVALID where
 * the document has it. */
enum err edit_language(struct value **out, const struct document *d,
                       struct error *e);

/* Pins the connector C for its app in place of the one pinned now. */
enum err edit_connector(struct value **out, const struct document *d,
                        const struct connector *c, struct error *e);

/* Pins the connector of APP with HASH; NULL: pins none. */
enum err edit_pin(struct value **out, const struct document *d, const char *app,
                  const char *hash, struct error *e);

/* True where a block of D uses APP. */
bool edit_uses_app(const struct document *d, const char *app);

/* The index of the row of TARGET in the mapping of B, or -1. */
long edit_row_index(const struct block *b, const char *target);

#endif
