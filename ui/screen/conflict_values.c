/* The values of a conflict below a list. */
#include "ui/screen/conflict_values.h"

enum { LABEL = 13, VALUES = 4 };

int
conflict_values_draw(const struct conflict_values *w, struct cells *c,
                     struct rect r)
{
    const struct {
        const char *label, *text;
    } values[VALUES] = {{"own version", w->ours},
                        {"new base", w->theirs},
                        {"old base", w->base},
                        {"draft now", w->now}};
    int left = r.rows, row = r.row, count = 0;
    for (size_t i = 0; i < VALUES; i++)
        count += values[i].text != NULL;
    for (size_t i = 0; i < VALUES && left > 0; i++) {
        if (!values[i].text)
            continue;
        int share = left / count > 0 ? left / count : 1;
        cells_fit(c, row, r.col, LABEL - 1, STYLE_FAINT, values[i].label);
        int used = cells_wrapped(
            c, (struct rect){row, r.col + LABEL, share, r.cols - LABEL},
            STYLE_NORMAL, values[i].text);
        used = used > 0 ? used : 1;
        row += used;
        left -= used;
        count--;
    }
    return row - r.row;
}
