/*
 * The value tree: JSON values that keep what they are. A number is the text
 * it was written with, a string its bytes, an object the order of its keys.
 * Documents, patches, event bodies and run records live in it; the mapping's
 * hot path reads tapes instead (tape.h).
 *
 * Ownership: every value has one owner. Functions that store a value *take*
 * it; functions that return "borrowed" give a pointer into the tree, valid
 * until the tree changes or is freed. value_free(NULL) is OK.
 */
#ifndef TAILOR_VALUE_VALUE_H
#define TAILOR_VALUE_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"

enum value_type {
    VALUE_NULL,
    VALUE_FALSE,
    VALUE_TRUE,
    VALUE_NUMBER,
    VALUE_STRING,
    VALUE_ARRAY,
    VALUE_OBJECT
};

struct value;

/* --- making: the caller owns the result ----------------------------------- */
struct value *value_null(void);
struct value *value_bool(bool b);
struct value *value_int(int64_t n);
/* A number kept as the N bytes at TEXT, which must be a JSON number. */
struct value *value_number(const char *text, size_t n);
/* True where the N bytes at TEXT are exactly a JSON number (RFC 8259, 6). */
bool value_is_number_text(const char *text, size_t n);
/* A string of UTF-8; NUL bytes are allowed in the _n form, bytes that are not
 * UTF-8 become U+FFFD. A NULL S gives null. */
struct value *value_string(const char *s);
struct value *value_string_n(const char *s, size_t n);
struct value *value_array(void);
struct value *value_object(void);
struct value *value_copy(const struct value *v);
void value_free(struct value *v);
/* The memory that V takes; NULL: none. */
size_t value_bytes(const struct value *v);

/* --- looking (NULL is allowed for V in all of these and is "absent") ------ */
enum value_type value_type(const struct value *v); /* absent: VALUE_NULL */
bool value_is(const struct value *v, enum value_type type);
/* The bytes of a string or the digits of a number, borrowed, NUL-terminated;
 * NULL for other types. N (may be NULL) receives the length. */
const char *value_text(const struct value *v, size_t *n);
/* The text of a string as a C string, or FALLBACK for anything else. A string
 * with a NUL character is not a C string: it gives FALLBACK, never its first
 * part. */
const char *value_text_or(const struct value *v, const char *fallback);
bool value_bool_or(const struct value *v, bool fallback);
/* The number where its value is an integer that fits (5, 5.0, 5e2), or
 * FALLBACK. */
int64_t value_int_or(const struct value *v, int64_t fallback);
/* Elements of an array or members of an object; 0 for others. */
size_t value_size(const struct value *v);
/* Element I of an array, or the value of member I of an object; borrowed;
 * NULL if none exists. */
struct value *value_at(const struct value *v, size_t i);
/* The key of member I of an object, borrowed; N may be NULL. */
const char *value_key(const struct value *v, size_t i, size_t *n);
/* The member KEY of an object, borrowed; NULL if none exists or KEY is NULL. */
struct value *value_get(const struct value *v, const char *key);
struct value *value_get_n(const struct value *v, const char *key, size_t n);
/* value_text_or(value_get(v, key), NULL). */
const char *value_get_text(const struct value *v, const char *key);

/* Whether a string or a key of V holds a NUL character. Members named in DATA
 * (NULL: none; else ends with NULL) are payloads, which may, at any depth.
 * Appends the JSON Pointer of the first one to PLACE. */
bool value_find_nul(const struct value *v, const char *const *data,
                    struct buf *place);
/* INVALID with the place in NAME where value_find_nul finds one. */
enum err value_refuse_nul(const struct value *v, const char *const *data,
                          const char *name, struct error *e);

/* --- changing: ITEM is taken ---------------------------------------------- */
/* Sets member KEY, in its place where it exists, else at the end. */
void value_set(struct value *object, const char *key, struct value *item);
void value_set_n(struct value *object, const char *key, size_t n,
                 struct value *item);
/* Shorthands: set a string (NULL sets null), an integer, a boolean. */
void value_set_text(struct value *object, const char *key, const char *s);
void value_set_int(struct value *object, const char *key, int64_t n);
void value_set_bool(struct value *object, const char *key, bool b);
/* Removes member KEY; false if none exists. */
bool value_remove(struct value *object, const char *key);
bool value_remove_n(struct value *object, const char *key, size_t n);
/* Removes member KEY and hands it to the caller; NULL if none exists. */
struct value *value_detach(struct value *object, const char *key);
void value_append(struct value *array, struct value *item);
/* Inserts before element I (I <= size). */
void value_insert(struct value *array, size_t i, struct value *item);
/* Removes element I and hands it to the caller (I < size). */
struct value *value_take_at(struct value *array, size_t i);
/* Puts ITEM in the place of element I of an array or member I of an object,
 * freeing what was there. */
void value_replace_at(struct value *v, size_t i, struct value *item);

/* --- comparing ------------------------------------------------------------ */
/* Equal as JSON values: objects without regard to order, numbers by value
 * (1.0 equals 1, compared exactly in decimal). */
bool value_equal(const struct value *a, const struct value *b);
/* The same document: as value_equal, but numbers as written (1.0 and 1
 * differ). True exactly where the canonical forms are equal. */
bool value_same(const struct value *a, const struct value *b);

/* --- reading and writing ------------------------------------------------- */
/* Bounds that a reader keeps; a text past one is refused with TOO_BIG. Depth
 * counts open containers, and is at most VALUE_DEPTH_MAX whatever is asked
 * for: trees are walked recursively. Nodes are values and keys. */
struct value_limits {
    size_t bytes;
    size_t depth;
    size_t nodes;
};
enum { VALUE_DEPTH_MAX = 1000 };
extern const struct value_limits value_limits_document; /* 10 MB, 64 deep */
extern const struct value_limits value_limits_event;    /* 16 MB, 256 deep */

/* Reads exactly one JSON text (RFC 8259, strict: UTF-8 valid, no lone
 * surrogates, no duplicate keys, nothing after it) of N bytes into *OUT,
 * which the caller owns. Errors: INVALID with line, column and what was
 * expected; TOO_BIG with the limit. NAME is for the message ("order.json"). */
enum err value_read(struct value **out, const char *text, size_t n,
                    const struct value_limits *limits, const char *name,
                    struct error *e);

/* Appends V as compact JSON with keys in their order. Strings are escaped
 * only where RFC 8259 demands it, numbers written as they came. */
void value_write(struct buf *out, const struct value *v);

/* The canonical form: keys sorted by their bytes, no insignificant white
 * space, numbers as written. Equal bytes mean equal documents. */
void value_write_canonical(struct buf *out, const struct value *v);

/* Indented by two spaces, for people. */
void value_write_pretty(struct buf *out, const struct value *v);

/* The compact text as a new string that the caller frees. */
char *value_to_text(const struct value *v);

#endif
