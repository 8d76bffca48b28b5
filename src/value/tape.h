/*
 * The tape: a JSON text as a flat list of nodes that point into the text.
 * Reading allocates nothing per value (one growing array, reused), keeps the
 * digits of numbers and the bytes of strings, and is strict (RFC 8259, UTF-8
 * validated, lone surrogates and duplicate keys refused). The mapping engine
 * walks tapes; documents use value trees.
 *
 * Layout: a container is followed by its content; `next` of a node is the
 * index of the node after its subtree, so skipping is one step. Members of an
 * object are a STRING node (the key) followed by the value's nodes.
 */
#ifndef TAILOR_VALUE_TAPE_H
#define TAILOR_VALUE_TAPE_H

#include "value/value.h"

struct tape_node {
    uint8_t type;    /* enum value_type */
    uint8_t flags;   /* TAPE_ESCAPED: the string holds backslash escapes */
    uint16_t hash;   /* of a key without escapes (tape_key_hash), else 0 */
    uint32_t next;   /* index after this subtree */
    uint32_t start;  /* offset of the first byte (after the quote) */
    uint32_t length; /* bytes (without quotes); elements or members of a
                        container */
};

enum { TAPE_ESCAPED = 1 };

/* A container that is not closed yet; the reader's own. */
struct tape_open {
    uint32_t node;
    uint32_t count; /* elements or members so far */
    uint64_t seen;  /* a bit per hash of the keys so far */
    bool is_object;
    bool sort; /* duplicate keys are looked for by sorting, at the end */
};

struct tape {
    const char *text; /* borrowed; must outlive the tape's use */
    size_t text_len;
    struct tape_node *nodes;
    size_t count;
    size_t capacity;
    struct tape_open *open;
    size_t open_capacity;
};

void tape_init(struct tape *t);
void tape_clear(struct tape *t);

/* Reads one JSON text of N bytes at TEXT (borrowed) onto T, replacing what it
 * held but keeping its memory. Errors as value_read. */
enum err tape_read(struct tape *t, const char *text, size_t n,
                   const struct value_limits *limits, const char *name,
                   struct error *e);

/* Appends the bytes of the string node I, escapes resolved, to OUT. */
void tape_string(const struct tape *t, uint32_t i, struct buf *out);

/* True where the string node I, escapes resolved, equals the N bytes at S. */
bool tape_string_is(const struct tape *t, uint32_t i, const char *s, size_t n);

/* The index of the value of member KEY (unescaped bytes) of the object node
 * I, or 0 if none exists (0 is never a member: it is the root). */
uint32_t tape_member(const struct tape *t, uint32_t i, const char *key,
                     size_t n);

/* A small hash of the N bytes of a key, as in the nodes of keys. */
uint16_t tape_key_hash(const char *key, size_t n);

/* Appends the JSON text of the subtree at node I to OUT: its own bytes, with
 * insignificant white space left out. */
void tape_write(const struct tape *t, uint32_t i, struct buf *out);

/* Appends the canonical form of the subtree at node I, the same bytes as
 * value_write_canonical gives. */
void tape_write_canonical(const struct tape *t, uint32_t i, struct buf *out);

/* A new value tree of the subtree at node I, owned by the caller. */
struct value *tape_value(const struct tape *t, uint32_t i);

#endif
