/* What the marked row or block gives on each sample, in slices between keys. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "ui/draft/editor_private.h"
#include "ui/draft/mapping_private.h"
#include "ui/draft/samples_private.h"

enum {
    SLICE_MS = 20,  /* of trying, between two looks at the input */
    SLICE_MOST = 50 /* samples in it */
};

static bool
is_due(const struct samples *s, int64_t until, size_t from)
{
    return s->next < s->tried_count &&
           (s->next == from ||
            (s->next - from < SLICE_MOST && clock_monotonic_ms() < until));
}

/* What the marked row gives. */
static void
try_row(struct samples *s, int64_t until)
{
    const struct mapgrid_line *line = mapgrid_marked(s->grid);
    struct mapgrid_trial trial;
    mapgrid_trial_begin(&trial, s->grid, MAPGRID_PENDING, NULL);
    for (size_t from = s->next; is_due(s, until, from); s->next++) {
        struct sample_tried *t = &s->tried[s->next];
        mapgrid_trial_run(&trial, s->grid, s->next);
        if (line && line->index < s->grid->rows.count)
            t->gives = mapgrid_gives(trial.block, line->index,
                                     line->blank && !line->row->fallback,
                                     line->row->required, &t->failed);
    }
    mapgrid_trial_end(&trial);
}

/* What the marked block gives. */
static void
try_block(struct samples *s, int64_t until)
{
    const struct block *b = editor_block(s->editor);
    struct trial trial;
    trial_begin(&trial, s->previewing, draft_view_document(s->draft));
    for (size_t from = s->next; is_due(s, until, from); s->next++) {
        struct sample_tried *t = &s->tried[s->next];
        struct buf words;
        buf_init_any(&words);
        const struct preview_block *r =
            b ? trial_run(&trial, s->next, b->id) : NULL;
        trial_words(r, &words);
        t->gives = buf_take(&words);
        t->failed = r && !trial_is_good(r);
    }
    trial_end(&trial);
}

static void slice_due(void *ctx);

static void
try_slice(struct samples *s)
{
    int64_t until = clock_monotonic_ms() + SLICE_MS;
    if (s->grid)
        try_row(s, until);
    else
        try_block(s, until);
    if (s->next < s->tried_count)
        app_alarm(s->view->app, 1, slice_due, s);
}

static void
slice_due(void *ctx)
{
    struct samples *s = ctx;
    if (samples_are_tried(s)) /* else samples_show() begins again */
        try_slice(s);
    samples_show(s);
    app_changed(s->view->app);
}

void
samples_tried_end(struct samples *s)
{
    app_alarm_cancel(s->view->app, slice_due, s);
    for (size_t i = 0; i < s->tried_count; i++) {
        free(s->tried[i].label);
        free(s->tried[i].gives);
    }
    FREE_NULL(s->tried);
    s->tried_count = s->next = 0;
}

void
samples_try(struct samples *s)
{
    samples_tried_end(s);
    s->stopped = false;
    s->revision = draft_view_revision(s->draft);
    s->tried_count = s->previewing->count;
    s->tried = mem_array(s->tried_count + 1, sizeof s->tried[0]);
    for (size_t i = 0; i < s->tried_count; i++)
        s->tried[i].label = mem_strdup(s->previewing->samples[i].label);
    if (s->tried_count)
        try_slice(s);
}

bool
samples_are_tried(const struct samples *s)
{
    bool same = s->tried && s->tried_count == s->previewing->count &&
                s->revision == draft_view_revision(s->draft);
    for (size_t i = 0; same && i < s->tried_count; i++)
        same = text_equal(s->tried[i].label, s->previewing->samples[i].label);
    return same;
}

bool
samples_stop(struct samples *s)
{
    if (s->next >= s->tried_count || s->stopped)
        return false;
    app_alarm_cancel(s->view->app, slice_due, s);
    s->stopped = true;
    samples_show(s);
    return true;
}
