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
    const struct value *sample =
        m->sample < m->kept.count ? m->kept.samples[m->sample].value : NULL;
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
source_now(const struct mapgrid *m, const struct mapgrid_line *line)
{
    return m->grid.editing ? line_edit_text(&m->grid.line)
           : line          ? line->row->source
                           : "";
}

static enum err
check_place(const struct mapgrid *m, struct error *e)
{
    if (m->extra != EXTRA_NONE)
        return error_set(e, ERR_REFUSED, "explore: a %s takes no path",
                         m->extra == EXTRA_NOTE ? "note" : "default");
    if (m->grid.editing && mapgrid_column(m) != MAPGRID_SOURCE)
        return error_set(e, ERR_REFUSED,
                         "explore: this cell takes no path of the sample");
    return ERR_OK;
}

static enum err
fill(void *state, struct sample_tree *tree, struct explored *in,
     struct error *e)
{
    struct mapgrid *m = state;
    const struct mapgrid_line *line = mapgrid_marked(m);
    const char *source = source_now(m, line);
    enum err err = check_place(m, e);
    if (err != ERR_OK)
        return err;
    fill_tree(m, tree);
    if (sample_tree_count(tree) == 0)
        return error_set(e, ERR_NOT_FOUND, "Nothing to explore: %s",
                         m->reason && *m->reason
                             ? m->reason
                             : "this block reads nothing on this sample");
    if (m->kept.count * sample_tree_count(tree) <= LEARN_MOST)
        mapgrid_learn_fields(m);
    in->fields = m->fields_known ? &m->fields : NULL;
    in->sample = mem_strdup(
        m->sample < m->kept.count ? m->kept.samples[m->sample].label : "");
    in->typed = m->grid.editing;
    in->place = mem_strdup(m->grid.editing ? m->grid.editing_key
                           : line          ? table_selected(&m->grid.table)->key
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
    bool open = m->grid.editing && text_equal(m->grid.editing_key, in->place);
    if (!draft_view_is_open(&m->draft))
        return error_set(e, ERR_REFUSED,
                         "released: F on the installation forks it");
    if (in->typed && !open)
        return error_set(e, ERR_REFUSED,
                         "The cell was closed meanwhile (y copies the path)");
    if (in->typed)
        explorer_type(&m->grid.line, path);
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
