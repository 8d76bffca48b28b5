/* The outline of a workflow: lanes and what stands in them. */
#include "ui/canvas/outline.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* --- making it ------------------------------------------------------------ */

static void
add_lane(struct outline *o, size_t owner, const char *label, char *list)
{
    struct outline_lane *lane = &o->lanes[o->lane_count++];
    *lane = (struct outline_lane){
        .owner = owner, .label = mem_strdup(label), .list = list};
    if (owner != OUTLINE_NONE)
        o->blocks[owner].lane_count++;
}

static void
add_cases(struct outline *o, size_t owner, const struct value *cases)
{
    for (size_t i = 0; i < value_size(cases); i++)
        add_lane(o, owner,
                 value_text_or(value_get(value_at(cases, i), "name"), "case"),
                 mem_printf("cases/%zu", i));
}

static void
add_lanes(struct outline *o, size_t owner)
{
    const struct block *b = &o->document->blocks[owner];
    o->blocks[owner].lanes = o->lane_count;
    for (const struct kind_field *f = b->kind->fields; f->name; f++) {
        if (f->type == FIELD_CASES)
            add_cases(o, owner, block_field(b, f->name));
        else if (f->type == FIELD_BLOCKS)
            add_lane(o, owner, block_list_label(f->name), mem_strdup(f->name));
    }
}

/* How many lanes all blocks of D have, with that of the workflow. */
static size_t
count_lanes(const struct document *d)
{
    size_t n = 1;
    for (size_t i = 0; i < d->count; i++) {
        const struct kind_field *f = d->blocks[i].kind->fields;
        for (; f->name; f++)
            n += f->type == FIELD_BLOCKS ? 1
                 : f->type == FIELD_CASES
                     ? value_size(block_field(&d->blocks[i], f->name))
                     : 0;
    }
    return n;
}

/* The lane that holds the block I; lanes of the blocks before it are made. */
static size_t
lane_of(const struct outline *o, size_t i)
{
    const struct document *d = o->document;
    const struct block *b = &d->blocks[i];
    if (!b->parent)
        return OUTLINE_TOP;
    const struct outline_block *parent = &o->blocks[b->parent - d->blocks];
    bool in_case = strcmp(b->list, "cases") == 0;
    size_t lane = parent->lanes + (in_case ? b->list_case : 0);
    while (!in_case && strcmp(o->lanes[lane].list, b->list) != 0)
        lane++;
    return lane;
}

static void
fill_members(struct outline *o)
{
    size_t next = 0;
    for (size_t i = 0; i < o->count; i++)
        o->lanes[o->blocks[i].lane].count++;
    for (size_t i = 0; i < o->lane_count; i++) {
        o->lanes[i].first = next;
        next += o->lanes[i].count;
        o->lanes[i].count = 0;
    }
    for (size_t i = 0; i < o->count; i++) {
        struct outline_lane *lane = &o->lanes[o->blocks[i].lane];
        o->blocks[i].at = lane->count;
        o->members[lane->first + lane->count++] = i;
    }
}

void
outline_make(struct outline *o, const struct document *d)
{
    *o = (struct outline){.document = d, .count = d->count};
    o->blocks = mem_array(d->count + 1, sizeof o->blocks[0]);
    o->members = mem_array(d->count + 1, sizeof o->members[0]);
    o->lanes = mem_array(count_lanes(d), sizeof o->lanes[0]);
    add_lane(o, OUTLINE_NONE, "", mem_strdup("blocks"));
    for (size_t i = 0; i < d->count; i++) {
        o->blocks[i].lane = lane_of(o, i);
        add_lanes(o, i);
    }
    fill_members(o);
}

void
outline_clear(struct outline *o)
{
    for (size_t i = 0; i < o->lane_count; i++) {
        free(o->lanes[i].label);
        free(o->lanes[i].list);
    }
    free(o->lanes);
    free(o->blocks);
    free(o->members);
    *o = (struct outline){0};
}

/* --- looking at it -------------------------------------------------------- */

size_t
outline_member(const struct outline *o, size_t lane, size_t at)
{
    const struct outline_lane *l = &o->lanes[lane];
    return at < l->count ? o->members[l->first + at] : OUTLINE_NONE;
}

size_t
outline_find(const struct outline *o, const char *id)
{
    const struct block *b = id ? document_block(o->document, id) : NULL;
    return b ? (size_t)(b - o->document->blocks) : OUTLINE_NONE;
}

size_t
outline_find_lane(const struct outline *o, const char *id, const char *list)
{
    size_t block = outline_find(o, id);
    for (size_t i = 0; block != OUTLINE_NONE && i < o->blocks[block].lane_count;
         i++) {
        size_t lane = o->blocks[block].lanes + i;
        if (strcmp(o->lanes[lane].list, list) == 0)
            return lane;
    }
    return OUTLINE_NONE;
}

struct spot
outline_spot(const struct outline *o, size_t block)
{
    if (block >= o->count)
        return SPOT_NONE;
    return (struct spot){block, o->blocks[block].lane};
}

struct spot
outline_empty(size_t lane)
{
    return (struct spot){OUTLINE_NONE, lane};
}

bool
spot_same(struct spot a, struct spot b)
{
    return a.block == b.block && a.lane == b.lane;
}

bool
spot_is_none(struct spot s)
{
    return s.lane == OUTLINE_NONE;
}

size_t
outline_owner(const struct outline *o, size_t lane)
{
    return o->lanes[lane].owner;
}

size_t
outline_outer(const struct outline *o, size_t lane)
{
    size_t owner = o->lanes[lane].owner;
    return owner == OUTLINE_NONE ? OUTLINE_NONE : o->blocks[owner].lane;
}

bool
outline_lane_inside(const struct outline *o, size_t inner, size_t lane)
{
    while (inner != OUTLINE_NONE && inner != lane)
        inner = outline_outer(o, inner);
    return inner == lane;
}

size_t
outline_block_size(const struct outline *o, size_t block)
{
    return o->document->blocks[block].end - block - 1;
}

size_t
outline_lane_size(const struct outline *o, size_t lane)
{
    const struct outline_lane *l = &o->lanes[lane];
    if (l->count == 0)
        return 0;
    size_t first = o->members[l->first];
    size_t last = o->members[l->first + l->count - 1];
    return o->document->blocks[last].end - first;
}

bool
outline_block_reaches(const struct outline *o, size_t block)
{
    const struct outline_block *b = &o->blocks[block];
    enum kind_id kind = o->document->blocks[block].kind->id;
    if (kind == KIND_stop)
        return false;
    if (b->lane_count == 0 || kind == KIND_iterate)
        return true;
    for (size_t i = 0; i < b->lane_count; i++) {
        if (outline_lane_reaches(o, b->lanes + i))
            return true;
    }
    return false;
}

bool
outline_lane_reaches(const struct outline *o, size_t lane)
{
    const struct outline_lane *l = &o->lanes[lane];
    for (size_t i = 0; i < l->count; i++) {
        if (!outline_block_reaches(o, o->members[l->first + i]))
            return false;
    }
    return true;
}
