/* The runs that this session has fetched. */
#include "ui/screen/run_samples.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "manager/draft/previewing.h"
#include "manager/draft/version.h"

static void
remove_at(struct run_samples *r, size_t i)
{
    struct run_sample *s = &r->items[i];
    free(s->installation);
    free(s->workflow);
    free(s->id);
    free(s->label);
    value_free(s->sample);
    memmove(s, s + 1, (r->count - i - 1) * sizeof *s);
    r->count--;
}

void
run_samples_clear(struct run_samples *r)
{
    while (r->count > 0)
        remove_at(r, r->count - 1);
}

void
run_samples_drop(struct run_samples *r, const char *id)
{
    for (size_t i = r->count; i-- > 0;) {
        if (strcmp(r->items[i].id, id) == 0)
            remove_at(r, i);
    }
}

void
run_samples_put(struct run_samples *r, const struct version_row *version,
                const char *id, const char *label, struct value *sample)
{
    run_samples_drop(r, id);
    if (r->count == RUN_SAMPLES_MOST)
        remove_at(r, 0);
    r->items[r->count++] = (struct run_sample){
        .installation = mem_strdup(version->installation_id),
        .workflow = mem_strdup(version->workflow_id),
        .id = mem_strdup(id),
        .label = mem_strdup(label),
        .sample = sample};
}

void
run_samples_add(const struct run_samples *r, const struct version_row *version,
                struct previewing *p)
{
    for (size_t i = 0; i < r->count; i++) {
        const struct run_sample *s = &r->items[i];
        if (text_equal(s->installation, version->installation_id) &&
            text_equal(s->workflow, version->workflow_id))
            previewing_add_run(p, s->id, s->label, s->sample);
    }
}
