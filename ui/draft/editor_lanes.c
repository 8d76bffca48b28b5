/* How many of the samples go through each lane of a block that chooses. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ui/draft/editor_private.h"

enum { LANES_MS = 150 }; /* after the last edit */

struct lane_count {
    const struct outline *outline;
    size_t *samples; /* by lane */
    bool *met;       /* by lane: by the sample that runs */
};

/* The block B came to MADE: an if goes one way or the other. */
static void
heard(void *ctx, const struct block *b, enum preview_state state,
      const char *made, const char *reason)
{
    struct lane_count *count = ctx;
    const struct outline *o = count->outline;
    size_t block = (size_t)(b - o->document->blocks);
    (void)reason;
    if (b->kind->id == KIND_if && state == PREVIEW_MADE && made &&
        o->blocks[block].lane_count == 2)
        count->met[o->blocks[block].lanes + (strcmp(made, "true") != 0)] = true;
}

/* Runs the samples, TRIAL_SAMPLES of them at most. */
static void
count_lanes(struct editor *s)
{
    const struct outline *o = &s->shape.outline;
    struct lane_count count = {o, s->lanes.samples, NULL};
    struct trial trial;
    trial_begin(&trial, &s->previewing, o->document);
    previewer_listen(trial.previewer, heard, &count);
    for (size_t i = 0; i < s->previewing.count && i < TRIAL_SAMPLES; i++) {
        count.met = mem_array(o->lane_count + 1, sizeof count.met[0]);
        trial_run(&trial, i, "");
        for (size_t lane = 0; lane < o->lane_count; lane++)
            count.samples[lane] += count.met[lane];
        free(count.met);
    }
    trial_end(&trial);
}

/* True for lanes that samples are counted for. */
static bool
is_counted(const struct outline *o, size_t lane)
{
    size_t owner = outline_owner(o, lane);
    return owner != OUTLINE_NONE &&
           o->document->blocks[owner].kind->id == KIND_if;
}

/* Where no sample comes, or the condition fails, nothing is said. */
static void
forget_unreached(struct editor *s)
{
    const struct outline *o = &s->shape.outline;
    size_t *samples = s->lanes.samples;
    for (size_t i = 0; i < o->count; i++) {
        const struct outline_block *b = &o->blocks[i];
        size_t all = 0;
        for (size_t k = 0; k < b->lane_count; k++)
            all += samples[b->lanes + k];
        for (size_t k = 0; k < b->lane_count && all == 0; k++)
            samples[b->lanes + k] = CANVAS_UNKNOWN;
    }
    samples[OUTLINE_TOP] = CANVAS_UNKNOWN;
}

static void
lanes_due(void *editor)
{
    struct editor *s = editor;
    const struct outline *o = &s->shape.outline;
    s->lanes.samples = mem_array(o->lane_count + 1, sizeof(size_t));
    s->lanes.count = o->lane_count;
    s->lanes.revision = draft_view_revision(&s->draft);
    count_lanes(s);
    forget_unreached(s);
    app_changed(s->view->app);
}

void
editor_lanes_end(struct editor *s)
{
    app_alarm_cancel(s->view->app, lanes_due, s);
    FREE_NULL(s->lanes.samples);
    s->lanes.count = 0;
}

void
editor_lanes_later(struct editor *s)
{
    const struct outline *o = &s->shape.outline;
    bool known = s->lanes.samples && s->lanes.count == o->lane_count &&
                 s->lanes.revision == draft_view_revision(&s->draft);
    bool any = false;
    if (known)
        return;
    editor_lanes_end(s);
    for (size_t lane = 0; lane < o->lane_count; lane++)
        any = any || is_counted(o, lane);
    if (any && s->previewing.count > 0 && !app_is_thin(s->view->app))
        app_alarm(s->view->app, LANES_MS, lanes_due, s);
}
