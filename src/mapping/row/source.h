/*
 * Sources: what an engineer types beside a target. Nothing (to be filled), a
 * path, a constant or a formula. What parses as JSON is a constant, what
 * begins with "=" is a formula, everything else is a path, which may name
 * the output of another block: Tax!result, 'Create cash sale'!id.
 */
#ifndef TAILOR_MAPPING_ROW_SOURCE_H
#define TAILOR_MAPPING_ROW_SOURCE_H

#include "mapping/formula/formula.h"
#include "mapping/path/path.h"

enum source_kind {
    SOURCE_BLANK,    /* to be filled: sends nothing */
    SOURCE_PATH,     /* OrderId, lines[*].ItemSku, @.Rate, Tax!result */
    SOURCE_POSITION, /* #: the position of the current element, from 1 */
    SOURCE_CONSTANT, /* "text", 12.50, true, null, [..], {..} */
    SOURCE_FORMULA   /* =... */
};

struct source {
    enum source_kind kind;
    char *block;             /* of a path; NULL: $ or @ */
    struct path *path;       /* of a path */
    char *json;              /* of a constant: compact JSON text */
    size_t json_len;         /* bytes of json */
    struct formula *formula; /* of a formula */
};

/* Compiles the N bytes at TEXT (NULL is blank) by the format LANGUAGE
 * (language.h) into *OUT, which source_clear empties. Errors: INVALID with the
 * column and a remedy. */
enum err source_compile(struct source *out, const char *text, size_t n,
                        unsigned language, struct error *e);
void source_clear(struct source *s);
size_t source_bytes(const struct source *s); /* of memory, beside *S */

/* The kind that TEXT (NULL is blank) would be compiled to, whether or not it
 * is correct. */
enum source_kind source_kind(const char *text, size_t n, unsigned language);

/* The word for KIND: "blank", "path", "position", "constant", "formula". */
const char *source_kind_word(enum source_kind kind);

/* Splits a reference to another block's output ("Tax!result", "'Create cash
 * sale'!id"): true with the name, unquoted, in *BLOCK (the caller frees it)
 * and the offset of the path in *REST; false where TEXT has none. */
bool source_split_block(const char *text, size_t n, char **block, size_t *rest);

/* Appends NAME as it stands before "!": in quotes where it needs them. */
void source_write_block(struct buf *out, const char *name);

/* Calls VISIT for every path that TEXT reads, block and path text apart;
 * BLOCK is NULL for $ and @. Nothing for blank, constant or wrong text. */
void source_references(const char *text,
                       void (*visit)(void *context, const char *block,
                                     const char *path),
                       void *context);

/* Calls VISIT for every number that is written in the formula TEXT: N bytes of
 * it. Nothing for what is not a valid formula in LANGUAGE. */
void source_numbers(const char *text, unsigned language,
                    void (*visit)(void *context, const char *number, size_t n),
                    void *context);

/* TEXT with references to the block OLD_NAME renamed to NEW_NAME, as a new
 * string that the caller frees; NULL where TEXT is not correct. */
char *source_rename_block(const char *text, const char *old_name,
                          const char *new_name);

/* What evaluating a source gave. */
enum source_outcome { SOURCE_FILLED, SOURCE_MISSING, SOURCE_FAILED };

/* Appends the value of S as JSON to OUT: for configuration values and
 * conditions. A path that can give several nodes gives an array. E says why
 * it failed. */
enum source_outcome source_eval(const struct source *s,
                                const struct scope *scope, struct buf *out,
                                struct error *e);

/* The same with ARENA, whose record (formula_arena_record) S is evaluated on;
 * NULL: one of its own. */
enum source_outcome source_eval_with(struct formula_arena *arena,
                                     const struct source *s,
                                     const struct scope *scope, struct buf *out,
                                     struct error *e);

#endif
