/* What the sample explorer shows over a mapping, and where its paths go. */
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "ui/draft/explorer.h"
#include "ui/draft/mapping_private.h"

enum { LEARN_MOST = 200000 }; /* fields of all samples that are counted */

struct filling {
    const struct mapgrid *m;
    struct sample_tree *tree;
};

/* A block in a loop is met for each element: the first one is shown. */
static void
add_record(void *context, const struct block *b, const struct scope *scope)
{
    struct filling *f = context;
    if (strcmp(b->id, f->m->block) == 0)
        explorer_add_record(f->tree, scope->root);
}

static void
fill_tree(struct mapgrid *m, struct sample_tree *tree)
{
    struct filling filling = {m, tree};
    struct mapgrid_trial trial;
    const struct value *sample = m->sample < m->previewing.count
                                     ? m->previewing.samples[m->sample].value
                                     : NULL;
    mapgrid_trial_begin(&trial, m, MAPGRID_PENDING, NULL);
    if (trial.previewer)
        previewer_visit(trial.previewer, add_record, &filling);
    mapgrid_trial_run(&trial, m, m->sample);
    const struct offers from = {.document = draft_view_document(&m->draft),
                                .block = m->block,
                                .preview = &trial.preview,
                                .outputs = value_get(sample, "outputs")};
    explorer_add_outputs(tree, &from);
    mapgrid_trial_end(&trial);
}

/* The source that is typed, or that the marked row has. */
static const char *
source_now(struct mapgrid *m, const struct mapgrid_line *line)
{
    struct mapgrid_open open;
    return mapgrid_open(m, &open) ? line_edit_text(open.line)
           : line                 ? line->row->source
                                  : "";
}

static enum err
check_place(struct mapgrid *m, struct error *e)
{
    struct mapgrid_open open;
    if (!mapgrid_open(m, &open) || open.column == MAPGRID_SOURCE)
        return ERR_OK;
    return error_set(e, ERR_REFUSED,
                     "explore: the %s takes no path of the sample",
                     mapgrid_column_member(open.column));
}

static enum err
fill(void *state, struct sample_tree *tree, struct explored *in,
     struct error *e)
{
    struct mapgrid *m = state;
    const struct mapgrid_line *line = mapgrid_marked(m);
    const char *source = source_now(m, line);
    struct mapgrid_open open;
    enum err err = check_place(m, e);
    if (err != ERR_OK)
        return err;
    fill_tree(m, tree);
    if (sample_tree_count(tree) == 0)
        return error_set(e, ERR_NOT_FOUND, "Nothing to explore: %s",
                         m->reason && *m->reason
                             ? m->reason
                             : "this block reads nothing on this sample");
    if (m->previewing.count * sample_tree_count(tree) <= LEARN_MOST)
        mapgrid_learn_fields(m);
    in->fields = m->fields_known ? &m->fields : NULL;
    in->sample = mem_strdup(m->sample < m->previewing.count
                                ? m->previewing.samples[m->sample].label
                                : "");
    in->typed = mapgrid_open(m, &open);
    in->place = mem_strdup(in->typed ? open.key
                           : line    ? table_selected(&m->grid.table)->key
                                     : NULL);
    in->reading = *source != '=' ? mem_strdup(source) : NULL;
    in->each =
        *source == '=' || (line && strstr(line->row->target, "[*]") != NULL);
    return ERR_OK;
}

static enum err
take(void *state, const struct explored *in, const char *path, struct error *e)
{
    struct mapgrid *m = state;
    struct mapgrid_open open;
    bool there = mapgrid_open(m, &open) && open.column == MAPGRID_SOURCE &&
                 text_equal(open.key, in->place);
    if (!draft_view_is_open(&m->draft))
        return error_set(e, ERR_REFUSED,
                         "released: F on the installation forks it");
    if (in->typed && !there)
        return error_set(e, ERR_REFUSED,
                         "The cell was closed meanwhile (y copies the path)");
    if (in->typed)
        explorer_type(open.line, path);
    else {
        if (!in->place || !table_go(&m->grid.table, in->place))
            return error_set(e, ERR_REFUSED,
                             "No row is marked to take it (y copies the path)");
        mapgrid_go_column(m, MAPGRID_SOURCE);
        if (mapgrid_column(m) != MAPGRID_SOURCE || !grid_edit(&m->grid, path))
            return error_set(e, ERR_REFUSED,
                             "The source of this row cannot be edited (y "
                             "copies the path)");
    }
    mapgrid_try_later(m);
    return ERR_OK;
}

const struct explorer_ops mapping_explorer = {fill, take};
