/* What a picture is made of. */
#include <stdlib.h>

#include "base/mem.h"
#include "ui/canvas/layout_private.h"

/* Makes room for one more of COUNT elements of SIZE bytes at P. */
static void *
one_more(void *p, size_t count, size_t size)
{
    bool full = count == 0 || (count >= 8 && (count & (count - 1)) == 0);
    return full ? mem_resize(p, count == 0 ? 8 : count * 2, size) : p;
}

int
area_axis(struct area a)
{
    return a.col + a.cols / 2;
}

void
pen_card(struct pen *pen, enum card_kind kind, struct spot spot, struct rect at)
{
    struct picture *p = pen->picture;
    p->cards = one_more(p->cards, p->card_count, sizeof p->cards[0]);
    p->cards[p->card_count++] = (struct card){kind, spot, at};
}

void
pen_label(struct pen *pen, struct label label)
{
    struct picture *p = pen->picture;
    p->labels = one_more(p->labels, p->label_count, sizeof p->labels[0]);
    p->labels[p->label_count++] = label;
}

void
pen_end(struct pen *pen, int row, int col)
{
    struct picture *p = pen->picture;
    p->ends = one_more(p->ends, p->end_count, sizeof p->ends[0]);
    p->ends[p->end_count++] = (struct rect){row, col, 1, 1};
}

void
pen_strip(struct pen *pen, size_t lane, struct area a)
{
    struct picture *p = pen->picture;
    p->strips = one_more(p->strips, p->strip_count, sizeof p->strips[0]);
    p->strips[p->strip_count++] = (struct strip){lane, a.col, a.cols};
}

static void
add_line(struct pen *pen, struct line line)
{
    struct picture *p = pen->picture;
    p->lines = one_more(p->lines, p->line_count, sizeof p->lines[0]);
    p->lines[p->line_count++] = line;
}

void
pen_across(struct pen *pen, int row, int from, int to)
{
    add_line(pen, (struct line){row, from, to - from, false});
}

void
pen_down(struct pen *pen, int col, int from, int to)
{
    add_line(pen, (struct line){from, col, to - from, true});
}
