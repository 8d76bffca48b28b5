/* The blocks copied last. */
#include "ui/screen/clip.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"

void
clip_take(struct clip *c, const struct selection *s, const char *workflow)
{
    struct clip taken = {.count = s->count};
    if (document_from_value(&taken.from, value_copy(s->document->root), NULL) !=
        ERR_OK)
        return; /* it is a copy of a document that was read */
    taken.ids = mem_array(s->count, sizeof taken.ids[0]);
    for (size_t i = 0; i < s->count; i++)
        taken.ids[i] = mem_strdup(s->blocks[i]->id);
    snprintf(taken.workflow, sizeof taken.workflow, "%s", workflow);
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
    *c = (struct clip){0};
}

bool
clip_selection(const struct clip *c, struct selection *s)
{
    *s = (struct selection){0};
    return c->from && selection_make(s, c->from, (const char *const *)c->ids,
                                     c->count, NULL) == ERR_OK;
}
