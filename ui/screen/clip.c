/* What was copied last. */
#include "ui/screen/clip.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"

void
clip_take(struct clip *c, struct manager *m, const struct selection *s,
          const struct version_row *version)
{
    struct clip taken = {.count = s->count};
    if (document_from_value(&taken.from, value_copy(s->document->root), NULL) !=
        ERR_OK)
        return; /* it is a copy of a document that was read */
    taken.ids = mem_array(s->count, sizeof taken.ids[0]);
    for (size_t i = 0; i < s->count; i++)
        taken.ids[i] = mem_strdup(s->blocks[i]->id);
    snprintf(taken.workflow, sizeof taken.workflow, "%s", version->workflow_id);
    /* without a document after an error: nothing comes by it then */
    manager_foreign(m, version->id, s, NULL, &taken.foreign, NULL);
    clip_clear(c);
    *c = taken;
}

void
clip_clear(struct clip *c)
{
    for (size_t i = 0; i < c->count; i++)
        free(c->ids[i]);
    free(c->ids);
    document_free(c->from);
    foreign_clear(&c->foreign);
    *c = (struct clip){0};
}

/* Says that what was copied is another customer's and does not come. */
static enum err
refuse(const struct foreign *f, struct error *e)
{
    return error_set(e, ERR_REFUSED,
                     "paste: what was copied is data of %.200s, which stays "
                     "there",
                     f->customer ? f->customer : "another customer");
}

enum err
clip_selection(const struct clip *c, const char *installation,
               struct selection *s, struct error *e)
{
    bool foreign = foreign_in(&c->foreign, installation);
    *s = (struct selection){.document = NULL};
    if (!c->from)
        return error_set(e, ERR_REFUSED,
                         "paste: no block was copied (y copies, d cuts)");
    if (foreign && !c->foreign.document)
        return refuse(&c->foreign, e);
    return selection_make(s, foreign ? c->foreign.document : c->from,
                          (const char *const *)c->ids, c->count, e);
}

char *
clip_words(const struct clip *c)
{
    struct selection s = {.document = NULL};
    bool any =
        c->from && selection_make(&s, c->from, (const char *const *)c->ids,
                                  c->count, NULL) == ERR_OK;
    char *words = any ? selection_words(&s) : NULL;
    selection_clear(&s);
    return words;
}

void
clip_left_out(const struct clip *c, const char *installation, struct buf *out)
{
    if (foreign_in(&c->foreign, installation))
        foreign_words(&c->foreign, out);
}

/* --- rows ----------------------------------------------------------------- */

void
row_clip_take(struct row_clip *c, char *cells, char *others,
              struct foreign *foreign)
{
    row_clip_clear(c);
    *c = (struct row_clip){cells, others, *foreign};
    *foreign = (struct foreign){.installation = NULL};
}

void
row_clip_clear(struct row_clip *c)
{
    free(c->cells);
    free(c->others);
    foreign_clear(&c->foreign);
    *c = (struct row_clip){.cells = NULL};
}

const char *
row_clip_cells(const struct row_clip *c, const char *installation,
               struct error *e)
{
    bool foreign = foreign_in(&c->foreign, installation);
    if (!c->cells)
        error_set(e, ERR_REFUSED,
                  "paste: no rows were copied (y copies; cells of a sheet are "
                  "pasted by the terminal's own key)");
    else if (foreign && !c->others)
        refuse(&c->foreign, e);
    return foreign ? c->others : c->cells;
}

void
row_clip_left_out(const struct row_clip *c, const char *installation,
                  struct buf *out)
{
    if (foreign_in(&c->foreign, installation))
        foreign_words(&c->foreign, out);
}
