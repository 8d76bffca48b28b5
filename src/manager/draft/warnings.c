/* Warnings of versions in the store. */
#include "manager/draft/warnings.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "manager/draft/editing.h"
#include "manager/draft/previewing.h"
#include "workflow/warn/warn.h"

/* The samples of KEPT as values, in VALUES and SAMPLES; where there are none,
 * the own one of D. Returns how many. */
static size_t
read_samples(const struct document *d, const struct sample_list *kept,
             struct value **values, struct preview_sample *samples)
{
    size_t n = 0;
    for (size_t i = 0; i < kept->count; i++) {
        const struct sample_row *r = &kept->rows[i];
        if (r->body &&
            value_read(&values[n], r->body, strlen(r->body),
                       &value_limits_event, r->label, NULL) == ERR_OK) {
            samples[n] = (struct preview_sample){r->label, values[n]};
            n++;
        }
    }
    values[n] = n == 0 ? preview_own_sample(d) : NULL;
    if (values[n]) {
        samples[n] = (struct preview_sample){"", values[n]};
        n++;
    }
    return n;
}

static void
find(struct problem_list *out, const struct document *d,
     const struct connector_set *set, const struct sample_list *kept)
{
    struct value **values = mem_array(kept->count + 1, sizeof *values);
    struct preview_sample *samples =
        mem_array(kept->count + 1, sizeof *samples);
    size_t count = read_samples(d, kept, values, samples);
    struct previewer *p = previewer_new(d);
    previewer_connectors(p, set);
    warnings_find(out, p, d, set, NULL, samples, count, clock_now_ms());
    previewer_free(p);
    for (size_t i = 0; i < count; i++)
        value_free(values[i]);
    free(values);
    free(samples);
}

void
manager_warnings(struct manager *m, const char *name, int samples,
                 struct problem_list *out)
{
    struct version_list list;
    struct sample_list kept = {0};
    struct connector_set set;
    struct document *d = NULL;
    connector_set_init(&set);
    if (manager_version_show(m, name, NULL, NULL, &list, NULL) == ERR_OK &&
        manager_document(m, name, &d, NULL) == ERR_OK &&
        manager_pinned_connectors(m, d, &set, NULL) == ERR_OK &&
        manager_sample_list(m, list.rows[0].workflow_id,
                            list.rows[0].installation_id, samples, &kept,
                            NULL) == ERR_OK)
        find(out, d, &set, &kept);
    sample_list_clear(&kept);
    connector_set_clear(&set);
    document_free(d);
    version_list_clear(&list);
}

void
warning_lines_find(struct warning_lines *out, struct manager *m,
                   const char *name)
{
    struct problem_list found;
    *out = (struct warning_lines){{NULL}};
    problem_list_init(&found);
    manager_warnings(m, name, PREVIEWING_TRIED, &found);
    for (size_t i = 0; i < found.count && i < WARNINGS_SHOWN; i++)
        out->lines[i] = problem_sentence(&found.items[i]);
    if (found.count > WARNINGS_SHOWN)
        out->lines[WARNINGS_SHOWN] =
            mem_printf("and %zu more", found.count - WARNINGS_SHOWN);
    problem_list_clear(&found);
}

void
warning_lines_clear(struct warning_lines *lines)
{
    for (size_t i = 0; lines->lines[i]; i++)
        free(lines->lines[i]);
    *lines = (struct warning_lines){{NULL}};
}
