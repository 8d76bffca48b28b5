/* The lines of the block editor. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "ui/draft/editor_private.h"
#include "workflow/edit/summary.h"

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
    buf_addf(out, "%s%s",
             r->added     ? "+"
             : r->changed ? "~"
                          : " ",
             r->problem ? "!" : " ");
    if (r->number > 0)
        buf_addf(out, "%3d", r->number);
    return r->problem   ? STYLE_BAD
           : r->added   ? STYLE_ADDED
           : r->changed ? STYLE_CHANGED
                        : STYLE_FAINT;
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

/* --- signs ---------------------------------------------------------------- */

static bool
is_added(const struct editor *s, const char *id)
{
    return draft_view_base(&s->draft) &&
           !document_block(draft_view_base(&s->draft), id);
}

static bool
is_changed(const struct editor *s, const char *id)
{
    for (size_t i = 0; i < s->changes.count; i++) {
        if (draft_view_base(&s->draft) &&
            text_equal(s->changes.items[i].block_id, id))
            return true;
    }
    return false;
}

static bool
has_problem(const struct editor *s, const char *id)
{
    for (size_t i = 0; i < s->problems.count; i++) {
        if (text_equal(s->problems.items[i].block_id, id) &&
            s->problems.items[i].severity == PROBLEM_ERROR)
            return true;
    }
    return false;
}

/* --- lines ---------------------------------------------------------------- */

/* The list of blocks being written, with the tree lines before it. */
struct tree {
    struct editor *s;
    const char *prefix;
    int *number;
    bool ascii;
};

static const char *
kind_text(const struct block *b)
{
    const char *app = kind_field(b->kind, "app") ? block_text(b, "app") : "";
    return *app ? app : b->kind->name;
}

static void
add_block(const struct tree *t, const struct block *b)
{
    struct editor *s = t->s;
    struct editor_row *row = mem_alloc(sizeof *row);
    row->id = mem_strdup(b->id);
    row->number = ++*t->number;
    row->text = mem_printf("%s%s", t->prefix, b->name);
    row->kind = mem_strdup(kind_text(b));
    row->summary = summary_block(b, draft_view_document(&s->draft),
                                 draft_view_connectors(&s->draft));
    row->added = is_added(s, b->id);
    row->changed = !row->added && is_changed(s, b->id);
    row->problem = has_problem(s, b->id);
    row_list_add(s->rows, b->id, row);
}

static void add_children(const struct tree *t, const struct block *parent,
                         const char *list, size_t list_case);

static void
add_branch(const struct tree *t, const struct block *b, const char *label,
           const char *list, size_t list_case, bool last)
{
    char *place = strcmp(list, "cases") == 0
                      ? mem_printf("cases/%zu", list_case)
                      : mem_strdup(list);
    char *key = mem_printf("%s/%s", b->id, place);
    struct editor_row *row = mem_alloc(sizeof *row);
    row->id = mem_strdup(b->id);
    row->list = place;
    row->text = mem_printf(
        "%s%s %s", t->prefix,
        glyph_text(last ? GLYPH_TREE_END : GLYPH_TREE_MID, t->ascii), label);
    row->kind = mem_strdup("");
    row->summary = mem_strdup("");
    row_list_add(t->s->rows, key, row);
    char *prefix = mem_printf("%s%s  ", t->prefix,
                              last ? " " : glyph_text(GLYPH_BAR, t->ascii));
    struct tree inner = *t;
    inner.prefix = prefix;
    add_children(&inner, b, list, list_case);
    free(prefix);
    free(key);
}

/* The branches of a logic block. */
static void
add_branches(const struct tree *t, const struct block *b)
{
    if (b->kind->id == KIND_if) {
        add_branch(t, b, "yes", "then", 0, false);
        add_branch(t, b, "no", "else", 0, true);
    } else if (b->kind->id == KIND_iterate) {
        add_branch(t, b, "each", "blocks", 0, true);
    } else if (b->kind->id == KIND_branch) {
        const struct value *cases = block_field(b, "cases");
        for (size_t i = 0; i < value_size(cases); i++)
            add_branch(
                t, b,
                value_text_or(value_get(value_at(cases, i), "name"), "case"),
                "cases", i, false);
        add_branch(t, b, "otherwise", "otherwise", 0, true);
    }
}

static void
add_children(const struct tree *t, const struct block *parent, const char *list,
             size_t list_case)
{
    const struct document *d = draft_view_document(&t->s->draft);
    for (size_t i = 0; i < d->count; i++) {
        const struct block *b = &d->blocks[i];
        if (b == d->trigger || b->parent != parent ||
            strcmp(b->list, list) != 0 || b->list_case != list_case)
            continue;
        add_block(t, b);
        add_branches(t, b);
    }
}

void
editor_fill_rows(struct editor *s)
{
    int number = 0;
    const struct tree top = {s, "", &number, app_is_ascii(s->view->app)};
    row_list_empty(s->rows);
    if (draft_view_document(&s->draft)->trigger)
        add_block(&top, draft_view_document(&s->draft)->trigger);
    add_children(&top, NULL, "blocks", 0);
}
