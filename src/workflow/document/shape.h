/*
 * The shape of a workflow document: which keys and types there may be. Used
 * by the parser only: shape.c has blocks, tables and the whole, shape_value.c
 * the values in them. Checks take written-out defaults out of what they pass.
 */
#ifndef TAILOR_WORKFLOW_DOCUMENT_SHAPE_H
#define TAILOR_WORKFLOW_DOCUMENT_SHAPE_H

#include "value/value.h"

/* Checks the shape of ROOT, takes written-out defaults out of it and gives it
 * the oldest format that has all that it uses: so a program that would not
 * know a part of it refuses the whole, and others take it as ever. Errors:
 * INVALID or TOO_BIG with the name of the place, NEWER. */
enum err shape_check(struct value *root, struct error *e);

struct shape {
    const struct value *root;
    struct buf at; /* JSON Pointer of the current value */
    size_t blocks;
    size_t nesting;
    unsigned format; /* the oldest that has what was met */
    struct error *e;
};

/* Fails with ERR and the sentence at the current place. */
enum err shape_fail(struct shape *s, enum err err, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Goes to the member KEY or element I; the result is for shape_leave, which
 * comes back and returns ERR. */
size_t shape_enter(struct shape *s, const char *key);
size_t shape_enter_index(struct shape *s, size_t i);
enum err shape_leave(struct shape *s, size_t mark, enum err err);

/* Errors unless V is of TYPE / a name people can read / free of NUL. */
enum err shape_need_type(struct shape *s, const struct value *v,
                         enum value_type type);
enum err shape_need_name(struct shape *s, const struct value *v);
enum err shape_need_no_nul(struct shape *s, const struct value *v);

/* Refuses keys of V that are not among KEYS (ends with NULL). */
enum err shape_only_keys(struct shape *s, const struct value *v,
                         const char *const *keys);

/* Removes the member KEY where it is "" or the text FALLBACK / where its
 * canonical text is FALLBACK. FALLBACK may be NULL. */
void shape_drop_text(struct value *object, const char *key,
                     const char *fallback);
void shape_drop_json(struct value *object, const char *key,
                     const char *fallback);

/* The checks of one value: {"ask": …}, a list of rows, a cell, an object of
 * cells or sources, an auth object, a list of variables. */
enum err shape_asked(struct shape *s, struct value *v);
enum err shape_mapping(struct shape *s, struct value *rows);
enum err shape_cell(struct shape *s, struct value *v, bool askable);
enum err shape_named(struct shape *s, struct value *v, bool cells);
enum err shape_auth(struct shape *s, struct value *v);
enum err shape_variables(struct shape *s, struct value *list);
enum err shape_conflicts(struct shape *s, struct value *list);

#endif
