/* The cursor and the look of the terminal, brought elsewhere cheaply. */
#include <string.h>

#include "ui/term/painter_private.h"

enum { COST_MOST = 1000, DOWN_MOST = 4 };

void
brush_send(struct brush *b, enum sequence sequence, int a, int z)
{
    const char *bytes = b->painter->terminal.bytes(sequence, a, z);
    if (bytes)
        buf_adds(b->out, bytes);
}

size_t
brush_cost(const struct brush *b, enum sequence sequence, int a, int z)
{
    const char *bytes = b->painter->terminal.bytes(sequence, a, z);
    return bytes ? strlen(bytes) : COST_MOST;
}

/* --- the cursor ----------------------------------------------------------- */

enum way { WAY_NONE, WAY_STAY, WAY_STEPS, WAY_SEQUENCE, WAY_RETURN };

/* One half of a move, and what it costs. */
struct leg {
    enum way way;
    enum sequence sequence;
    int amount;
    size_t cost;
};

static void
offer(struct leg *leg, enum way way, enum sequence sequence, int amount,
      size_t cost)
{
    if (cost < leg->cost)
        *leg = (struct leg){way, sequence, amount, cost};
}

static struct leg
vertical_leg(const struct brush *b, int row)
{
    struct leg leg = {WAY_NONE, SEQUENCE_ROW, row, COST_MOST};
    if (b->row == UNKNOWN)
        return leg;
    if (row == b->row)
        offer(&leg, WAY_STAY, SEQUENCE_ROW, 0, 0);
    else if (row > b->row && row - b->row <= DOWN_MOST)
        offer(&leg, WAY_STEPS, SEQUENCE_ROW, row - b->row,
              (size_t)(row - b->row));
    offer(&leg, WAY_SEQUENCE, SEQUENCE_ROW, row,
          brush_cost(b, SEQUENCE_ROW, row, 0));
    return leg;
}

static struct leg
horizontal_leg(const struct brush *b, int col)
{
    struct leg leg = {WAY_NONE, SEQUENCE_COLUMN, col, COST_MOST};
    if (b->col == UNKNOWN)
        return leg;
    int steps = col - b->col;
    if (steps == 0)
        offer(&leg, WAY_STAY, SEQUENCE_COLUMN, 0, 0);
    if (steps < 0)
        offer(&leg, WAY_STEPS, SEQUENCE_COLUMN, -steps, (size_t)-steps);
    if (steps > 0)
        offer(&leg, WAY_SEQUENCE, SEQUENCE_RIGHT, steps,
              brush_cost(b, SEQUENCE_RIGHT, steps, 0));
    if (col == 0)
        offer(&leg, WAY_RETURN, SEQUENCE_COLUMN, 0, 1);
    offer(&leg, WAY_SEQUENCE, SEQUENCE_COLUMN, col,
          brush_cost(b, SEQUENCE_COLUMN, col, 0));
    return leg;
}

static void
walk(struct brush *b, const struct leg *leg, char step)
{
    if (leg->way == WAY_RETURN)
        buf_addc(b->out, '\r');
    else if (leg->way == WAY_SEQUENCE)
        brush_send(b, leg->sequence, leg->amount, 0);
    for (int i = 0; leg->way == WAY_STEPS && i < leg->amount; i++)
        buf_addc(b->out, step);
}

void
brush_go(struct brush *b, int row, int col)
{
    struct leg down = vertical_leg(b, row), along = horizontal_leg(b, col);
    if (down.cost + along.cost < brush_cost(b, SEQUENCE_PLACE, row, col)) {
        walk(b, &down, '\n');
        walk(b, &along, '\b');
    } else
        brush_send(b, SEQUENCE_PLACE, row, col);
    b->row = row;
    b->col = col;
}

/* --- the look ------------------------------------------------------------- */

/* Where the last thing sent was a look and BYTES are one more, in the form
 * that all terminals but very old ones have: both as one. */
static bool
joined(struct brush *b, const char *bytes)
{
    const char *sent = buf_str(b->out);
    size_t n = b->out->len;
    bool alike = n > 2 && b->look_end == n && sent[n - 1] == 'm' &&
                 strncmp(bytes, "\033[", 2) == 0 &&
                 bytes[strlen(bytes) - 1] == 'm';
    if (!alike)
        return false;
    bool bare = sent[n - 2] == '['; /* the short form of 0 */
    buf_truncate(b->out, n - 1);
    buf_adds(b->out, bare ? "0;" : ";");
    buf_adds(b->out, bytes + 2);
    return true;
}

static void
send_look(struct brush *b, enum sequence sequence, int a)
{
    const char *bytes = b->painter->terminal.bytes(sequence, a, 0);
    if (!bytes || !*bytes)
        return;
    if (!joined(b, bytes))
        buf_adds(b->out, bytes);
    b->look_end = b->out->len;
}

static bool
look_same(struct look a, struct look b)
{
    return a.colour == b.colour && a.attributes == b.attributes;
}

void
brush_look(struct brush *b, struct look look)
{
    static const struct {
        enum look_attribute attribute;
        enum sequence sequence;
    } attributes[] = {{LOOK_BOLD, SEQUENCE_BOLD},
                      {LOOK_DIM, SEQUENCE_DIM},
                      {LOOK_UNDERLINE, SEQUENCE_UNDERLINE},
                      {LOOK_REVERSE, SEQUENCE_REVERSE}};
    struct look now = b->look;
    if (look_same(now, look))
        return;
    b->look_end = SIZE_MAX;
    if ((now.attributes & ~look.attributes) ||
        (now.colour >= 0 && look.colour < 0)) {
        send_look(b, SEQUENCE_PLAIN, 0);
        now = (struct look){-1, 0};
    }
    for (size_t i = 0; i < sizeof attributes / sizeof attributes[0]; i++) {
        if (look.attributes & ~now.attributes & attributes[i].attribute)
            send_look(b, attributes[i].sequence, 0);
    }
    if (look.colour != now.colour)
        send_look(b, SEQUENCE_COLOUR, look.colour);
    b->look = look;
}
