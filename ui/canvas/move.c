/* Going about on the canvas. */
#include "ui/canvas/move.h"

#include <stdlib.h>

struct spot
lane_begin(const struct outline *o, size_t lane)
{
    size_t first = outline_member(o, lane, 0);
    return first == OUTLINE_NONE ? outline_empty(lane) : outline_spot(o, first);
}

void
move_open(const struct outline *o, struct spot s, size_t *open)
{
    for (size_t lane = s.lane; lane != OUTLINE_NONE;
         lane = outline_outer(o, lane)) {
        size_t owner = outline_owner(o, lane);
        if (owner != OUTLINE_NONE)
            open[owner] = lane - o->blocks[owner].lanes;
    }
}

struct spot
move_visible(const struct outline *o, const bool *folded, struct spot s)
{
    struct spot shown = s;
    for (size_t lane = s.lane; folded && lane != OUTLINE_NONE;
         lane = outline_outer(o, lane)) {
        size_t owner = outline_owner(o, lane);
        if (owner != OUTLINE_NONE && folded[owner])
            shown = outline_spot(o, owner);
    }
    return shown;
}

/* --- in reading order ----------------------------------------------------- */

/* The next card from I on, or before it, that is no slot; SIZE_MAX for none. */
static size_t
next_card(const struct picture *p, size_t i, bool down)
{
    do {
        if (down ? i + 1 >= p->card_count : i == 0)
            return SIZE_MAX;
        i = down ? i + 1 : i - 1;
    } while (p->cards[i].kind == CARD_SLOT);
    return i;
}

struct spot
move_step(const struct picture *p, struct spot s, long delta)
{
    size_t at = picture_card(p, s);
    if (at == SIZE_MAX)
        at = next_card(p, SIZE_MAX, true);
    for (long left = labs(delta); left > 0 && at < p->card_count; left--) {
        size_t next = next_card(p, at, delta > 0);
        if (next == SIZE_MAX)
            break;
        at = next;
    }
    return at < p->card_count ? p->cards[at].spot : SPOT_NONE;
}

/* --- beside --------------------------------------------------------------- */

/* The spot of the picture in LANE whose card is nearest to ROW; its first one
 * where none of it is in the picture. */
static struct spot
nearest(const struct picture *p, const struct outline *o, size_t lane, int row)
{
    struct spot best = lane_begin(o, lane);
    int least = -1;
    for (size_t i = 0; i < p->card_count; i++) {
        const struct card *card = &p->cards[i];
        int off = abs(card->at.row - row);
        if (card->kind == CARD_SLOT || (least >= 0 && off >= least) ||
            !outline_lane_inside(o, card->spot.lane, lane))
            continue;
        best = card->spot;
        least = off;
    }
    return best;
}

/* True where the lanes of the block of S are in the picture. */
static bool
is_open(const struct picture *p, const struct outline *o, struct spot s)
{
    size_t card = picture_card(p, s);
    return s.block != OUTLINE_NONE && o->blocks[s.block].lane_count > 0 &&
           card != SIZE_MAX && p->cards[card].kind != CARD_FOLDED;
}

/* The lane of the picture that the block of S begins with. */
static struct spot
inside(const struct picture *p, const struct outline *o, struct spot s)
{
    size_t next = next_card(p, picture_card(p, s), true);
    return next == SIZE_MAX ? lane_begin(o, o->blocks[s.block].lanes)
                            : p->cards[next].spot;
}

struct spot
move_beside(const struct picture *p, const struct outline *o, struct spot s,
            bool right)
{
    size_t card = picture_card(p, s);
    int row = card == SIZE_MAX ? 0 : p->cards[card].at.row;
    if (right && is_open(p, o, s))
        return inside(p, o, s);
    for (size_t lane = s.lane; lane != OUTLINE_NONE;
         lane = outline_outer(o, lane)) {
        size_t owner = outline_owner(o, lane);
        if (owner == OUTLINE_NONE)
            break;
        const struct outline_block *b = &o->blocks[owner];
        if (right && lane + 1 < b->lanes + b->lane_count)
            return nearest(p, o, lane + 1, row);
        if (!right && lane > b->lanes)
            return nearest(p, o, lane - 1, row);
        if (!right)
            return outline_spot(o, owner);
    }
    return SPOT_NONE;
}

/* --- levels --------------------------------------------------------------- */

struct spot
move_level(const struct outline *o, struct spot s, bool next)
{
    if (s.block == OUTLINE_NONE)
        return SPOT_NONE;
    size_t at = o->blocks[s.block].at;
    if (!next && at == 0)
        return SPOT_NONE;
    return outline_spot(o, outline_member(o, s.lane, next ? at + 1 : at - 1));
}

/* The last spot of the picture inside of BLOCK. */
static struct spot
last_inside(const struct picture *p, const struct outline *o, size_t block)
{
    const struct outline_block *b = &o->blocks[block];
    struct spot last = SPOT_NONE;
    for (size_t i = 0; i < p->card_count; i++) {
        for (size_t k = 0; k < b->lane_count; k++) {
            if (p->cards[i].kind != CARD_SLOT &&
                outline_lane_inside(o, p->cards[i].spot.lane, b->lanes + k))
                last = p->cards[i].spot;
        }
    }
    return last;
}

struct spot
move_end(const struct picture *p, const struct outline *o, struct spot s)
{
    size_t block = is_open(p, o, s) ? s.block : outline_owner(o, s.lane);
    if (block == OUTLINE_NONE)
        return SPOT_NONE;
    struct spot last = last_inside(p, o, block);
    return spot_same(last, s) ? outline_spot(o, block) : last;
}
