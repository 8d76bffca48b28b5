/* The lines of the block editor. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ui/canvas/sign.h"
#include "ui/draft/editor_private.h"

static void
row_free(void *data)
{
    struct editor_row *row = data;
    free(row->id);
    free(row->list);
    free(row->text);
    free(row->kind);
    free(row->summary);
    free(row);
}

static void
row_text(const void *data, struct buf *out)
{
    const struct editor_row *row = data;
    buf_addf(out, "%s %s %s", row->text, row->kind, row->summary);
}

const struct row_list_ops editor_rows = {row_free, row_text, NULL};

/* --- columns -------------------------------------------------------------- */

static enum style
cell_signs(void *ctx, const void *row, struct buf *out)
{
    const struct editor_row *r = row;
    (void)ctx;
    buf_addf(out, "%s%s", r->sign, r->problem ? "!" : " ");
    if (r->number > 0)
        buf_addf(out, "%3d", r->number);
    return r->problem ? STYLE_BAD : r->style;
}

static enum style
cell_block(void *ctx, const void *row, struct buf *out)
{
    const struct editor_row *r = row;
    (void)ctx;
    buf_adds(out, r->text);
    return r->number > 0 ? STYLE_NORMAL : STYLE_FAINT;
}

static enum style
cell_kind(void *ctx, const void *row, struct buf *out)
{
    (void)ctx;
    buf_adds(out, ((const struct editor_row *)row)->kind);
    return STYLE_FAINT;
}

static enum style
cell_summary(void *ctx, const void *row, struct buf *out)
{
    (void)ctx;
    buf_adds(out, ((const struct editor_row *)row)->summary);
    return STYLE_NORMAL;
}

const struct column editor_columns[] = {
    {"", 5, 0, 0, false, false, cell_signs},
    {"block", 16, 1, 0, false, true, cell_block},
    {"kind", 9, 0, 2, false, false, cell_kind},
    {"summary", 10, 6, 0, false, false, cell_summary},
};
const size_t editor_column_count =
    sizeof editor_columns / sizeof editor_columns[0];

/* --- lines ---------------------------------------------------------------- */

/* The lane being written, with the tree lines before it. */
struct tree {
    struct editor *s;
    const char *prefix;
    bool ascii;
};

static void
add_block(const struct tree *t, size_t block)
{
    const struct editor_shape *shape = &t->s->shape;
    const struct face *face = &shape->faces[block];
    const struct block *b = &shape->outline.document->blocks[block];
    struct editor_row *row = mem_alloc(sizeof *row);
    row->id = mem_strdup(b->id);
    row->number = (int)block + 1;
    row->text = mem_printf("%s%s", t->prefix, b->name);
    row->kind = mem_strdup(face->kind);
    row->summary = shape->folded[block]
                       ? sign_folded(&shape->outline, shape->faces, block,
                                     t->ascii)
                       : mem_strdup(face->summary);
    row->sign = sign_of(face->change, t->ascii);
    row->style = face->change == FACE_SAME ? STYLE_FAINT
                                           : sign_style(face->change);
    row->problem = face->problem;
    row_list_add(t->s->rows, b->id, row);
}

static void add_lane(const struct tree *t, size_t lane);

/* A line for LANE, the branch of a block, and those of its blocks. */
static void
add_branch(const struct tree *t, size_t lane, bool last)
{
    const struct outline *o = &t->s->shape.outline;
    const struct outline_lane *l = &o->lanes[lane];
    const char *id = o->document->blocks[l->owner].id;
    char *key = mem_printf("%s/%s", id, l->list);
    struct editor_row *row = mem_alloc(sizeof *row);
    row->id = mem_strdup(id);
    row->list = mem_strdup(l->list);
    row->text = mem_printf(
        "%s%s %s", t->prefix,
        glyph_text(last ? GLYPH_TREE_END : GLYPH_TREE_MID, t->ascii),
        l->label);
    row->kind = mem_strdup("");
    row->summary = mem_strdup("");
    row->sign = " ";
    row->style = STYLE_FAINT;
    row_list_add(t->s->rows, key, row);
    char *prefix = mem_printf("%s%s  ", t->prefix,
                              last ? " " : glyph_text(GLYPH_BAR, t->ascii));
    struct tree inner = *t;
    inner.prefix = prefix;
    add_lane(&inner, lane);
    free(prefix);
    free(key);
}

static void
add_lane(const struct tree *t, size_t lane)
{
    const struct editor_shape *shape = &t->s->shape;
    const struct outline *o = &shape->outline;
    for (size_t i = 0; i < o->lanes[lane].count; i++) {
        size_t block = outline_member(o, lane, i);
        const struct outline_block *b = &o->blocks[block];
        add_block(t, block);
        for (size_t k = 0; k < b->lane_count && !shape->folded[block]; k++)
            add_branch(t, b->lanes + k, k + 1 == b->lane_count);
    }
}

void
editor_fill_rows(struct editor *s)
{
    const struct tree top = {s, "", app_is_ascii(s->view->app)};
    row_list_empty(s->rows);
    add_lane(&top, OUTLINE_TOP);
}
