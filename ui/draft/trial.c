/* Documents tried on samples. */
#include "ui/draft/trial.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"

void
trial_begin(struct trial *t, const struct previewing *previewing,
            const struct document *d)
{
    *t =
        (struct trial){.previewing = previewing, .previewer = previewer_new(d)};
}

void
trial_end(struct trial *t)
{
    preview_clear(&t->preview);
    previewer_free(t->previewer);
}

const struct preview_block *
trial_run(struct trial *t, size_t i, const char *id)
{
    preview_clear(&t->preview);
    t->preview = (struct preview){.blocks = NULL};
    if (i >= t->previewing->count ||
        preview_run(&t->preview, t->previewer, t->previewing->samples[i].value,
                    clock_now_ms(), NULL) != ERR_OK)
        return NULL;
    for (size_t k = 0; k < t->preview.count; k++) {
        if (text_equal(t->preview.blocks[k].block->id, id))
            return &t->preview.blocks[k];
    }
    return NULL;
}

bool
trial_is_good(const struct preview_block *r)
{
    return r && (r->state == PREVIEW_MADE || r->state == PREVIEW_SENT);
}

bool
trial_is_skipped(const struct preview_block *r)
{
    return r && r->state == PREVIEW_SKIPPED;
}

void
trial_words(const struct preview_block *r, struct buf *out)
{
    static const char before[] = "{\"result\":";
    size_t n = sizeof before - 1, len = r && r->made ? strlen(r->made) : 0;
    if (len > n && strncmp(r->made, before, n) == 0)
        buf_add(out, r->made + n, len - n - 1);
    else if (len > 0)
        buf_add(out, r->made, len);
    else if (r && r->reason)
        buf_adds(out, r->reason);
    else
        buf_adds(out, r ? preview_state_word(r->state) : "nothing");
}
