/* Where a single card stands: in the middle of its area. */
#include "ui/canvas/layout_private.h"

enum { CARD_MOST = 72, CARD_SMALL = 21, MARK = 1 };

/* The columns of a card of KIND in A; the mark stands before it. */
static int
card_cols(enum card_kind kind, struct area a)
{
    bool small = kind == CARD_EMPTY || kind == CARD_SLOT;
    int most = small ? CARD_SMALL : CARD_MOST;
    return a.cols - MARK < most ? a.cols - MARK : most;
}

struct flow
place_card(struct pen *pen, enum card_kind kind, struct spot spot,
           struct area a, struct flow f)
{
    bool bordered = kind == CARD_BLOCK || kind == CARD_FOLDED;
    int cols = card_cols(kind, a);
    int rows = bordered && pen->picture->tall ? 3 : 1;
    struct rect at = {f.row, area_axis(a) - (cols - 1) / 2, rows, cols};
    if (f.from >= 0)
        pen_down(pen, area_axis(a), f.from, f.row);
    pen_card(pen, kind, spot, at);
    return (struct flow){f.row + rows, f.from < 0 ? -1 : f.row + rows - 1};
}
