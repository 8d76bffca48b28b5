/* Places for blocks. */
#include "ui/canvas/place.h"

#include <stdlib.h>

#include "base/mem.h"

/* --- near a spot ---------------------------------------------------------- */

static bool
is_trigger(const struct outline *o, size_t block)
{
    return block != OUTLINE_NONE &&
           &o->document->blocks[block] == o->document->trigger;
}

struct place *
places_near(const struct outline *o, struct spot s, size_t *count)
{
    bool block = s.block != OUTLINE_NONE;
    size_t lanes = block ? o->blocks[s.block].lane_count : 0;
    struct place *places = mem_array(lanes + 3, sizeof *places);
    size_t n = 0, size = o->lanes[s.lane].count;
    size_t at = block ? o->blocks[s.block].at : 0;
    places[n++] = (struct place){s.lane, block ? at + 1 : 0};
    for (size_t i = 0; i < lanes; i++)
        places[n++] = (struct place){o->blocks[s.block].lanes + i, 0};
    if (block && at + 1 < size)
        places[n++] = (struct place){s.lane, size};
    if (block && !is_trigger(o, s.block))
        places[n++] = (struct place){s.lane, at};
    *count = n;
    return places;
}

struct edit_place
place_for_edit(const struct outline *o, struct place at)
{
    const struct outline_lane *lane = &o->lanes[at.lane];
    const struct block *blocks = o->document->blocks;
    size_t member = outline_member(o, at.lane, at.at);
    if (member != OUTLINE_NONE && !is_trigger(o, member))
        return (struct edit_place){PLACE_BEFORE, blocks[member].id, NULL};
    if (lane->count > 0)
        return (struct edit_place){
            PLACE_AFTER, blocks[o->members[lane->first + lane->count - 1]].id,
            NULL};
    if (lane->owner == OUTLINE_NONE)
        return (struct edit_place){PLACE_END, NULL, NULL};
    return (struct edit_place){PLACE_INTO, blocks[lane->owner].id, lane->list};
}

static void
block_words(const struct outline *o, size_t block, struct buf *out)
{
    buf_addf(out, "%zu %s", block + 1, o->document->blocks[block].name);
}

void
place_lane_words(const struct outline *o, size_t lane, struct buf *out)
{
    if (lane == OUTLINE_TOP) {
        buf_adds(out, "out of all blocks");
        return;
    }
    buf_addf(out, "into %s of ", o->lanes[lane].label);
    block_words(o, o->lanes[lane].owner, out);
}

void
place_words(const struct outline *o, struct place at, struct buf *out)
{
    const struct outline_lane *lane = &o->lanes[at.lane];
    if (at.at > 0 && at.at <= lane->count) {
        buf_adds(out, "after ");
        block_words(o, o->members[lane->first + at.at - 1], out);
    } else if (lane->owner == OUTLINE_NONE)
        buf_adds(out, "first in the workflow");
    else {
        buf_addf(out, "first in %s of ", lane->label);
        block_words(o, lane->owner, out);
    }
}

/* --- a step --------------------------------------------------------------- */

/* The place before or behind the block that has LANE. */
static struct place
out_of(const struct outline *o, size_t lane, bool down)
{
    size_t owner = outline_owner(o, lane);
    if (owner == OUTLINE_NONE)
        return PLACE_NONE;
    const struct outline_block *b = &o->blocks[owner];
    if (down && lane + 1 < b->lanes + b->lane_count)
        return (struct place){lane + 1, 0};
    if (!down && lane > b->lanes)
        return (struct place){lane - 1, o->lanes[lane - 1].count};
    return (struct place){b->lane, down ? b->at + 1 : b->at};
}

struct place
place_step(const struct outline *o, const bool *folded, size_t block, bool down)
{
    const struct outline_block *b = &o->blocks[block];
    bool first = b->at == 0;
    size_t next = down || !first
                      ? outline_member(o, b->lane, down ? b->at + 1 : b->at - 1)
                      : OUTLINE_NONE;
    if (next == OUTLINE_NONE)
        return out_of(o, b->lane, down);
    if (is_trigger(o, next))
        return PLACE_NONE;
    const struct outline_block *n = &o->blocks[next];
    if (n->lane_count > 0 && !(folded && folded[next])) {
        size_t last = n->lanes + n->lane_count - 1;
        return down ? (struct place){n->lanes, 0}
                    : (struct place){last, o->lanes[last].count};
    }
    return (struct place){b->lane, down ? b->at + 2 : b->at - 1};
}

struct place
place_beside(const struct outline *o, size_t block, bool right)
{
    size_t lane = o->blocks[block].lane, owner = outline_owner(o, lane);
    if (owner == OUTLINE_NONE)
        return PLACE_NONE;
    const struct outline_block *b = &o->blocks[owner];
    if (right ? lane + 1 >= b->lanes + b->lane_count : lane == b->lanes)
        return PLACE_NONE;
    size_t to = right ? lane + 1 : lane - 1;
    size_t at = o->blocks[block].at, count = o->lanes[to].count;
    return (struct place){to, at < count ? at : count};
}
