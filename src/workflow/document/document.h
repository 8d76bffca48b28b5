/*
 * The workflow document: strict parser, canonical form, name.
 *
 * A document owns its value tree. The tree holds no written-out defaults, so
 * its canonical text is value_write_canonical of it and its name the SHA-256
 * of that. A struct document is never changed: document_patch makes a new
 * one. The format is described in doc/workflow-document.md.
 */
#ifndef TAILOR_WORKFLOW_DOCUMENT_DOCUMENT_H
#define TAILOR_WORKFLOW_DOCUMENT_DOCUMENT_H

#include "base/digest.h"
#include "value/value.h"
#include "workflow/document/kinds.h"

#define DOCUMENT_FORMAT 3 /* the newest; a document has the oldest that has
                             all that it uses */
#define DOCUMENT_OLDEST 1
#define DOCUMENT_ROWS 2 /* members of members.def, targets [*]… and $, fields
                           of FIELD_FORMAT_2 */
#define DOCUMENT_CONFLICTS 3 /* conflicts (conflicts.h) */
#define DOCUMENT_MAX_BYTES (10 * 1024 * 1024)
#define DOCUMENT_MAX_BLOCKS 5000
#define DOCUMENT_MAX_NESTING 16 /* lists of blocks inside each other */
/* Of all mappings of a version that is released: what one tailord compiles in
 * about 0.2 s. Those that were released with more go on. */
#define DOCUMENT_MAX_ROWS 10000
#define DOCUMENT_MAX_TEXTS (1024 * 1024) /* bytes of sources and formulas */
#define DOCUMENT_MAX_NAME 200   /* bytes of a name */

struct block {
    const char *id;
    const char *name;
    const struct kind *kind;
    struct value *value;        /* the block's object, in the tree */
    const struct block *parent; /* the logic block around it, or NULL */
    const char *list; /* key of the list that holds it in the parent or
                         document: "blocks", "then", "cases" …; "" for the
                         trigger */
    size_t list_case; /* which case, where list is "cases" */
    size_t index;     /* position in that list */
    size_t depth;     /* logic blocks around it */
    size_t end;       /* index in document->blocks after its inner blocks */
};

struct document {
    struct value *root;
    const struct block *trigger;  /* NULL if none exists yet */
    const struct block **by_id;   /* sorted by id */
    const struct block **by_name; /* sorted by name, then by place */
    struct block *blocks; /* in the order of the text, inner blocks after
                             their logic block; the trigger first */
    size_t count;
};

/* Parses N bytes of JSON at TEXT into *OUT, which the caller owns. Strict
 * about shape (unknown keys, types, limits), patient about content: what is
 * still missing or wrong in a draft is for validate.h. NAME is for messages.
 * Errors: INVALID with the place, TOO_BIG, NEWER (a later format). */
enum err document_parse(struct document **out, const char *text, size_t n,
                        const char *name, struct error *e);

/* The same of a value tree, which is *taken* also where it fails. */
enum err document_from_value(struct document **out, struct value *root,
                             struct error *e);

/* A new document of NAME without trigger and blocks. */
struct document *document_new(const char *name);

void document_free(struct document *d);
size_t document_bytes(const struct document *d); /* of memory; 0 for NULL */

/* Appends the canonical text. */
void document_write(const struct document *d, struct buf *out);

/* The document's name: SHA-256 of the canonical text. */
void document_hash(const struct document *d, char out[DIGEST_SIZE]);

/* Applies PATCH (RFC 6902) to D and makes *OUT of the result; D is not
 * touched. INVERSE (may be NULL) receives a patch that leads from *OUT back
 * to D. Errors: those of patch_apply and document_from_value. */
enum err document_patch(struct document **out, const struct document *d,
                        const struct value *patch, struct value **inverse,
                        struct error *e);

/* The same, and appends the canonical text of *OUT to TEXT (initialised). */
enum err document_edit(struct document **out, const struct document *d,
                       const struct value *patch, struct value **inverse,
                       struct buf *text, struct error *e);

/* The workflow's name. */
const char *document_name(const struct document *d);

/* The format of the formula language that the document is written in
 * (mapping/language.h): how its formulas and rows are compiled. */
unsigned document_language(const struct document *d);

/* The hash pinned for the connector APP, or NULL. */
const char *document_connector(const struct document *d, const char *app);

/* The block with ID / called NAME / either of them (id first), or NULL. */
const struct block *document_block(const struct document *d, const char *id);
const struct block *document_block_named(const struct document *d,
                                         const char *name, size_t n);
const struct block *document_block_find(const struct document *d,
                                        const char *id_or_name);

/* Appends the JSON Pointer of B, or of the list that holds it. */
void block_pointer(const struct block *b, struct buf *out);
void block_list_pointer(const struct block *b, struct buf *out);

/* What people call the list KEY of a block: "yes" for "then"; and the list that
 * B stands in, of a case its name. Borrowed. */
const char *block_list_label(const char *key);
const char *block_lane_label(const struct block *b);

/* The configuration value FIELD of B, borrowed; NULL where it is absent
 * (then the default of the field holds). */
const struct value *block_field(const struct block *b, const char *field);

/* The text of FIELD, its default where absent, or "" . */
const char *block_text(const struct block *b, const char *field);

/* True where FIELD is {"ask": …}: asked from the user. */
bool block_field_asked(const struct block *b, const char *field);

/* True where the block B sets the single element aside on errors
 * (onError is "setAside"). */
bool block_sets_aside(const struct block *b);

/* True where INNER stands inside OUTER, at any depth. */
bool block_inside(const struct block *inner, const struct block *outer);

/* The value table NAME ({"columns":[…],"rows":[[…]…]}), borrowed, or NULL. */
const struct value *document_table(const struct document *d, const char *name,
                                   size_t n);

/* The value in the second column of the row of TABLE whose first column is
 * the N bytes at KEY, borrowed, or NULL. */
const struct value *table_lookup(const struct value *table, const char *key,
                                 size_t n);

#endif
