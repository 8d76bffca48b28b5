/* Rows of a few texts. */
#include "ui/draft/lines.h"

#include <stdlib.h>

#include "base/mem.h"

static void
line_free(void *data)
{
    struct text_line *line = data;
    for (int i = 0; i < LINE_CELLS; i++)
        free(line->cell[i]);
    free(line);
}

static void
line_text(const void *data, struct buf *out)
{
    const struct text_line *line = data;
    for (int i = 0; i < LINE_CELLS; i++)
        buf_addf(out, "%s ", line->cell[i] ? line->cell[i] : "");
}

const struct row_list_ops line_ops = {line_free, line_text, NULL};

struct text_line *
line_add(struct row_list *rows, const char *key, char *first, char *second,
         char *third)
{
    struct text_line *line = mem_alloc(sizeof *line);
    *line = (struct text_line){.cell = {first, second, third},
                               .style = STYLE_NORMAL};
    row_list_add(rows, key, line);
    return line;
}

static enum style
cell(const void *row, int i, struct buf *out)
{
    const struct text_line *line = row;
    buf_adds(out, line->cell[i] ? line->cell[i] : "");
    return i == 0 ? STYLE_NORMAL : line->style;
}

enum style
line_cell_0(void *ctx, const void *row, struct buf *out)
{
    (void)ctx;
    return cell(row, 0, out);
}

enum style
line_cell_1(void *ctx, const void *row, struct buf *out)
{
    (void)ctx;
    return cell(row, 1, out);
}

enum style
line_cell_2(void *ctx, const void *row, struct buf *out)
{
    (void)ctx;
    return cell(row, 2, out);
}
