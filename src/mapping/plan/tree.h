/*
 * The inside of a compiled plan: the tree of the output, the lists that its
 * groups follow, how each row is read, and the shapes by which a record's
 * objects are walked once.
 */
#ifndef TAILOR_MAPPING_PLAN_TREE_H
#define TAILOR_MAPPING_PLAN_TREE_H

#include "mapping/form/form.h"
#include "mapping/path/tree.h"
#include "mapping/plan/plan.h"
#include "mapping/row/list.h"
#include "mapping/row/lookup.h"
#include "mapping/row/source.h"
#include "mapping/row/target.h"

#define PLAN_NONE SIZE_MAX /* no row, no group */
#define PLAN_NO_SLOT UINT32_MAX
#define PLAN_SLOTS_MAX 4096 /* fields found by walking; others one by one */

/* --- the output ---------------------------------------------------------- */
enum plan_node_kind {
    NODE_UNSET,
    NODE_OBJECT,
    NODE_INDEXED, /* an array whose elements rows fill one by one */
    NODE_LIST,    /* [*]: one child, written for each element of a list */
    NODE_LEAF
};

struct plan_node {
    enum plan_node_kind kind;
    char *key; /* ,"name": and padding; of the members of objects */
    size_t key_len;
    char *name; /* of a member, unescaped */
    size_t name_len;
    struct plan_node **children;
    size_t count;
    size_t row;      /* of a leaf; else the first row inside */
    size_t declared; /* the row whose target ends here with [*] */
    size_t base;     /* of an object: the row that it starts from */
    bool keeps;      /* of an element: it starts from the source's element */
    size_t group;    /* of a list */
    uint16_t hash;   /* of its name, as of a tape's key */
    struct plan_node **by_hash; /* the children, where members are kept */
};

/* --- where rows read from ------------------------------------------------ */
enum base_kind {
    BASE_ROOT,
    BASE_CURRENT,
    BASE_GROUP, /* the current element of a group */
    BASE_OUTER, /* what that element came from, one of the lists around it */
    BASE_BLOCK
};

/* A stretch of a path, walked from a base. */
struct reading {
    enum base_kind base;
    size_t group; /* of BASE_GROUP and BASE_OUTER */
    size_t level; /* of BASE_OUTER: which of the lists, from 0, outermost */
    const char *block;       /* of BASE_BLOCK; and of what a group follows */
    const struct path *path; /* borrowed from the row's source */
    size_t first, end;       /* its segments */
    uint32_t slot;           /* PLAN_NO_SLOT: to be walked */
};

enum read_kind {
    READ_NOTHING, /* blank, or a row that says which list is followed */
    READ_CONSTANT,
    READ_POSITION,
    READ_FORMULA,
    READ_NODE,   /* at most one node */
    READ_NODES,  /* an array of nodes */
    READ_TREATED /* one of these (INNER), and then what members.def says */
};

/* When a row is sent: the words of "write" in members.def. */
enum write_policy {
    WRITE_ALWAYS,
    WRITE_IF_PRESENT,
    WRITE_CLEAR,
    WRITE_ON_CREATE
};

struct plan_row {
    char *text; /* the target as typed */
    struct target target;
    struct source source;
    char *fallback; /* JSON of the default, or NULL */
    size_t fallback_len;
    bool required;
    bool broken;   /* has a problem */
    bool declares; /* says which list a group follows */
    size_t group;  /* under which it is evaluated; PLAN_NONE */
    enum read_kind read;
    enum read_kind inner; /* of READ_TREATED */
    enum write_policy write;
    bool keeps;                  /* the rows inside change what it gives */
    struct form *read_form;      /* how the source is written; NULL: not said */
    struct row_list list;        /* what it does to the list that is there */
    struct row_lookup lookup;    /* where its value is looked up */
    struct form *send_form;      /* how the target wants it; NULL: not said */
    enum form_expected expected; /* by the schema, where no form is said */
    struct reading from;
};

/* --- lists --------------------------------------------------------------- */
enum list_kind {
    LIST_UNKNOWN,
    LIST_CHILDREN, /* every child of one node */
    LIST_NODES,    /* what a path selects */
    LIST_FORMULA
};

/* A segment of a list's origin; PATH of NULL is [*]. */
struct origin_step {
    const struct path *path;
    size_t segment;
};

struct plan_group {
    size_t parent;   /* PLAN_NONE */
    size_t row;      /* that says which list; PLAN_NONE: not known */
    size_t declared; /* the row of its own, with its default; PLAN_NONE */
    size_t first_row;
    size_t depth; /* steps of that row's target up to [*] */
    bool filled;  /* some row in it sends something */
    enum list_kind kind;
    struct reading from; /* the node, or the nodes */
    enum base_kind origin_base;
    const char *origin_block;
    struct origin_step *origin; /* from $, @ or a block to the elements */
    size_t origin_count;
    bool outer;          /* rows read what its elements came from */
    size_t first_outer;  /* where that is kept for a run */
    struct shape *shape; /* of its elements; NULL: nothing to walk */
    uint32_t first_slot, slots;
};

/* --- shapes -------------------------------------------------------------- */
/* A wanted member of an object. */
struct shape_key {
    char *name;
    uint32_t len;
    uint16_t hash;
    uint32_t slot;        /* where its node goes; PLAN_NO_SLOT */
    struct shape *inside; /* what is wanted of it; NULL: nothing */
};

/* What is wanted of an object. */
struct shape {
    struct shape_key *keys;
    uint32_t count;
    uint32_t mask;   /* of the table */
    uint16_t *table; /* by hash: number of the key + 1 */
};

struct plan {
    struct plan_row *rows;
    size_t row_count;
    struct plan_group *groups;
    size_t group_count;
    struct plan_node *root;
    struct shape *shape; /* of the record */
    uint32_t root_slots;
    uint32_t slot_count;
    size_t outer_count; /* lists around elements, of all groups */
    bool formulas;
    unsigned language; /* the format that the rows are written in */
};

/* --- compiling ----------------------------------------------------------- */
struct plan_compiler {
    struct plan *plan;
    struct plan_problems *problems;
    const char *member; /* what is being read of a row, or NULL */
};

/* Adds "row N, TARGET: ..." and marks the row. */
void plan_problem_add(struct plan_compiler *c, size_t row, const char *format,
                      ...) __attribute__((format(printf, 3, 4)));

/* Puts the rows into the tree of the output, finding conflicts. */
void plan_build_tree(struct plan_compiler *c);
void plan_node_free(struct plan_node *n);

/* Reads what members.def says of row I; with the lists and sources known,
 * settles how it is then read. */
void plan_members_read(struct plan_compiler *c, size_t i,
                       const struct mapping_row *from);
void plan_members_settle(struct plan_compiler *c, size_t i);

/* Finds the list of each group and what each row reads. */
void plan_resolve(struct plan_compiler *c);

/* Appends the origin of the group G as text ("lines[*]"). */
void plan_origin_write(const struct plan *p, const struct plan_group *g,
                       struct buf *out);

/* The first segment of P from FIRST on that can give several nodes, or the
 * number of segments. */
size_t plan_first_plural(const struct path *p, size_t first);

/* True where the segment I of P is "[*]". */
bool plan_is_wildcard(const struct path *p, size_t i);

/* Appends the first STEPS of the path that G follows, without its block. */
void plan_list_path(const struct plan_group *g, size_t steps, struct buf *out);

/* Gives slots to what walking can find, and builds the shapes. */
void plan_build_shapes(struct plan *p);
void shape_free(struct shape *s);

/* The memory that each takes; 0 for NULL. */
size_t shape_bytes(const struct shape *s);
size_t plan_node_bytes(const struct plan_node *n);

/* Puts the nodes of members that S wants of the object node I into SLOTS, in
 * one pass over the object. */
void shape_walk(const struct shape *s, const struct tape *t, uint32_t i,
                uint32_t *slots);

#endif
