/* The paths that a row reads. */
#include "mapping/plan/row_paths.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "mapping/row/source.h"

struct finder {
    struct row_paths *out;
    const struct plan *plan;
    size_t row;
};

/* Adds the path TEXT, which begins at $ or BLOCK, where it compiles. */
static void
add_path(struct row_paths *out, const char *block, const char *text, size_t n)
{
    struct path *path;
    if (path_compile(&path, text, n, PATH_BARE, NULL) != ERR_OK)
        return;
    if (out->count == out->capacity) {
        out->capacity = out->capacity ? out->capacity * 2 : 4;
        out->items = mem_resize(out->items, out->capacity, sizeof *out->items);
    }
    out->items[out->count++] =
        (struct row_path){.block = mem_strdup(block), .path = path};
}

/* A path from the element: from the list of the row and on. */
static void
add_relative(struct finder *f, const char *path)
{
    struct buf text;
    char *block = NULL;
    size_t rest = 0;
    buf_init(&text, 1u << 17);
    if (!f->plan)
        return;
    if (plan_row_list(f->plan, f->row, &text))
        source_split_block(buf_str(&text), text.len, &block, &rest);
    else
        buf_addc(&text, '$');
    buf_adds(&text, path + 1);
    add_path(f->out, block, buf_str(&text) + rest, text.len - rest);
    free(block);
    buf_clear(&text);
}

static void
visit(void *context, const char *block, const char *path)
{
    struct finder *f = context;
    if (path[0] == '@' && !block)
        add_relative(f, path);
    else
        add_path(f->out, block, path, strlen(path));
}

void
row_paths_find(struct row_paths *out, const struct plan *p, size_t row,
               const char *source)
{
    struct finder f = {out, p, row};
    *out = (struct row_paths){0};
    source_references(source, visit, &f);
}

void
row_paths_clear(struct row_paths *r)
{
    for (size_t i = 0; i < r->count; i++) {
        free(r->items[i].block);
        path_free(r->items[i].path);
    }
    free(r->items);
    *r = (struct row_paths){0};
}

void
row_path_query(const struct row_path *p, const struct scope *scope,
               struct node_list *out)
{
    struct scope s = *scope;
    if (p->block)
        s.root = s.output ? s.output(s.context, p->block, strlen(p->block))
                          : (struct node_ref){NULL, 0};
    s.current = s.root;
    path_query(p->path, &s, out, NULL);
}
