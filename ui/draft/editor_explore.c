/* What the sample explorer shows over the form of a block, and where its paths
 * go. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "ui/draft/editor_private.h"
#include "ui/draft/explorer.h"

struct filling {
    const char *block; /* id of the one that reads */
    struct sample_tree *tree;
};

/* A block in a loop is met for each element: the first one is shown. */
static void
add_record(void *context, const struct block *b, const struct scope *scope)
{
    struct filling *f = context;
    if (strcmp(b->id, f->block) == 0)
        explorer_add_record(f->tree, scope->root);
}

static void
fill_tree(struct editor *s, const char *block, struct sample_tree *tree)
{
    struct filling filling = {block, tree};
    const struct document *d = draft_view_document(&s->draft);
    const struct value *sample = s->sample < s->previewing.count
                                     ? s->previewing.samples[s->sample].value
                                     : NULL;
    struct previewer *p = previewer_new(d);
    struct preview preview = {.count = 0};
    previewer_meet(p, add_record, &filling);
    if (sample)
        preview_run(&preview, p, sample, clock_now_ms(), NULL);
    const struct offers from = {.document = d,
                                .block = block,
                                .preview = &preview,
                                .outputs = value_get(sample, "outputs")};
    explorer_add_outputs(tree, &from);
    preview_clear(&preview);
    previewer_free(p);
}

/* The block and the field where a path is asked for, a new string. */
static char *
place_of(const struct editor *s)
{
    return mem_printf("%s/%s", s->block, s->item[s->form.focus].label);
}

static enum err
check_field(const struct editor *s, struct error *e)
{
    if (!s->editing || editor_asks_path(s))
        return ERR_OK;
    return error_set(e, ERR_REFUSED,
                     "explore: %s takes no path of the sample (a source or a "
                     "formula does)",
                     s->item[s->form.focus].label);
}

static enum err
fill(void *state, struct sample_tree *tree, struct explored *in,
     struct error *e)
{
    struct editor *s = state;
    const struct block *b =
        s->editing ? document_block(draft_view_document(&s->draft), s->block)
                   : editor_block(s);
    const char *text = s->editing ? form_text(&s->form, s->form.focus) : "";
    enum err err = check_field(s, e);
    if (err != ERR_OK)
        return err;
    if (b)
        fill_tree(s, b->id, tree);
    if (sample_tree_count(tree) == 0)
        return error_set(e, ERR_NOT_FOUND,
                         "Nothing to explore: no sample comes to this block");
    in->sample = mem_strdup(s->sample < s->previewing.count
                                ? s->previewing.samples[s->sample].label
                                : "");
    in->typed = s->editing;
    in->place = s->editing ? place_of(s) : NULL;
    in->reading = *text != '=' ? mem_strdup(text) : NULL;
    in->each = *text == '=' || b->kind->id == KIND_iterate;
    return ERR_OK;
}

static enum err
take(void *state, const struct explored *in, const char *path, struct error *e)
{
    struct editor *s = state;
    char *place = s->editing ? place_of(s) : NULL;
    bool open = text_equal(place, in->place);
    free(place);
    if (!in->typed)
        return error_set(e, ERR_REFUSED,
                         "No field is open to take it (e opens the fields, y "
                         "copies the path)");
    if (!open)
        return error_set(e, ERR_REFUSED,
                         "The field was closed meanwhile (y copies the path)");
    explorer_type(&s->form.items[s->form.focus].line, path);
    editor_offers_later(s);
    return ERR_OK;
}

const struct explorer_ops editor_explorer = {fill, take};
