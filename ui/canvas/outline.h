/*
 * The outline of a workflow: its blocks in reading order, and the lanes of
 * those that hold others. A block's number is its place in reading order,
 * which is the order of document->blocks: the same in every drawing.
 */
#ifndef TAILOR_UI_CANVAS_OUTLINE_H
#define TAILOR_UI_CANVAS_OUTLINE_H

#include "workflow/document/document.h"

#define OUTLINE_NONE SIZE_MAX
#define OUTLINE_TOP 0 /* the lane of the workflow itself, the trigger first */

/* A list of blocks: the workflow's own, or a branch of a block. */
struct outline_lane {
    size_t owner; /* index of the block; OUTLINE_NONE: OUTLINE_TOP */
    char *label;  /* "yes", "each", the name of a case; "" for OUTLINE_TOP */
    char *list;   /* its name for edits: "then", "cases/0" */
    size_t first, count; /* in outline.members */
};

struct outline_block {
    size_t lane, at;   /* where it stands */
    size_t lanes;      /* its first lane */
    size_t lane_count; /* 0: it holds no blocks */
};

struct outline {
    const struct document *document; /* borrowed */
    struct outline_block *blocks;    /* as document->blocks */
    size_t count;
    struct outline_lane *lanes;
    size_t lane_count;
    size_t *members; /* indices of blocks, lane by lane */
};

/* Something that can be marked: a block, or a lane without one. */
struct spot {
    size_t block; /* index; of an empty lane: OUTLINE_NONE */
    size_t lane;  /* of a block: the one it stands in */
};

/* The outline of D (borrowed until outline_clear). */
void outline_make(struct outline *o, const struct document *d);
void outline_clear(struct outline *o);

/* The block at place AT of LANE, OUTLINE_NONE beyond its end. */
size_t outline_member(const struct outline *o, size_t lane, size_t at);

/* The block with ID, or OUTLINE_NONE. */
size_t outline_find(const struct outline *o, const char *id);

/* The lane called LIST of the block with ID, or OUTLINE_NONE. */
size_t outline_find_lane(const struct outline *o, const char *id,
                         const char *list);

struct spot outline_spot(const struct outline *o, size_t block);
struct spot outline_empty(size_t lane);
bool spot_same(struct spot a, struct spot b);
#define SPOT_NONE ((struct spot){OUTLINE_NONE, OUTLINE_NONE})
bool spot_is_none(struct spot s);

/* The block around LANE, OUTLINE_NONE for OUTLINE_TOP; the lane around that. */
size_t outline_owner(const struct outline *o, size_t lane);
size_t outline_outer(const struct outline *o, size_t lane);

/* True where INNER is LANE or stands inside it, at any depth. */
bool outline_lane_inside(const struct outline *o, size_t inner, size_t lane);

/* How many blocks stand in LANE and inside of BLOCK, at any depth. */
size_t outline_lane_size(const struct outline *o, size_t lane);
size_t outline_block_size(const struct outline *o, size_t block);

/* True where a run can go on behind LANE, and behind BLOCK: it is not always
 * ended by a stop block. */
bool outline_lane_reaches(const struct outline *o, size_t lane);
bool outline_block_reaches(const struct outline *o, size_t block);

#endif
