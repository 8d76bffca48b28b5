/* What a mapping does with samples. */
#include "mapping/coverage/coverage.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "mapping/plan/row_paths.h"
#include "mapping/plan/tree.h"

#define OUTPUT_MAX (64u << 20)

/* Adds what became of a row in one sample. */
static void
count_row(struct coverage_row *to, const struct plan_row_report *from)
{
    if (from->counts[PLAN_FAILED] > 0)
        to->errors++;
    else if (from->counts[PLAN_FILLED] + from->counts[PLAN_CLEARED] > 0)
        to->filled++;
    else if (from->counts[PLAN_DEFAULTED] > 0)
        to->defaulted++;
    else
        to->blank++;
    if (!to->first_error && from->error)
        to->first_error = mem_strdup(from->error);
}

static void
run_sample(struct coverage *c, const struct plan *p, struct plan_runner *runner,
           const struct scope *sample)
{
    struct plan_report report;
    struct buf out;
    struct error e;
    plan_report_init(&report, p);
    buf_init(&out, OUTPUT_MAX);
    if (plan_run_with(runner, sample, &out, &report, &e) != ERR_OK)
        c->failed++;
    for (size_t i = 0; i < c->row_count; i++)
        count_row(&c->rows[i], &report.rows[i]);
    buf_clear(&out);
    plan_report_clear(&report);
}

/* A byte for each node of the sample's tape: not 0 where a row reads it. */
static uint8_t *
mark_used(const struct row_paths *paths, size_t count,
          const struct scope *sample)
{
    const struct tape *t = sample->root.tape;
    uint8_t *used = mem_array(t->count + 1, 1);
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < paths[i].count; k++) {
            struct node_list l;
            node_list_init(&l);
            if (!paths[i].items[k].block)
                row_path_query(&paths[i].items[k], sample, &l);
            for (size_t n = 0; n < l.count; n++) {
                uint32_t at = l.nodes[n].index;
                memset(used + at, 1, t->nodes[at].next - at);
            }
            node_list_clear(&l);
        }
    }
    return used;
}

struct coverage_run {
    struct coverage *out;
    struct plan *plan;
    struct plan_runner *runner;
    struct row_paths *paths; /* that each row reads */
};

enum err
coverage_begin(struct coverage_run **run, struct coverage *out,
               const struct mapping_rows *rows, unsigned language,
               struct error *e)
{
    struct plan *p;
    *out = (struct coverage){0};
    *run = NULL;
    enum err err = plan_compile(&p, rows, language, PLAN_FAST, NULL, e);
    if (err != ERR_OK)
        return err;
    struct coverage_run *r = mem_alloc(sizeof *r);
    *r = (struct coverage_run){
        .out = out, .plan = p, .runner = plan_runner_new(p)};
    out->row_count = rows->count;
    out->rows = mem_array(rows->count, sizeof *out->rows);
    fields_init(&out->fields);
    r->paths = mem_array(rows->count, sizeof *r->paths);
    /* A row that says which list is followed sends nothing itself. */
    for (size_t i = 0; i < rows->count; i++)
        if (!p->rows[i].declares)
            row_paths_find(&r->paths[i], p, i, rows->rows[i].source);
    *run = r;
    return ERR_OK;
}

void
coverage_add(struct coverage_run *run, const struct scope *sample)
{
    struct coverage *out = run->out;
    out->samples++;
    run_sample(out, run->plan, run->runner, sample);
    if (!sample->root.tape)
        return;
    uint8_t *used = mark_used(run->paths, out->row_count, sample);
    fields_add(&out->fields, sample->root, used);
    free(used);
}

void
coverage_end(struct coverage_run *run)
{
    if (!run)
        return;
    for (size_t i = 0; i < run->out->row_count; i++)
        row_paths_clear(&run->paths[i]);
    free(run->paths);
    plan_runner_free(run->runner);
    plan_free(run->plan);
    free(run);
}

enum err
coverage_measure(struct coverage *out, const struct mapping_rows *rows,
                 unsigned language, const struct scope *samples, size_t count,
                 struct error *e)
{
    struct coverage_run *run;
    enum err err = coverage_begin(&run, out, rows, language, e);
    for (size_t i = 0; err == ERR_OK && i < count; i++)
        coverage_add(run, &samples[i]);
    coverage_end(run);
    return err;
}

void
coverage_clear(struct coverage *c)
{
    for (size_t i = 0; i < c->row_count; i++)
        free(c->rows[i].first_error);
    free(c->rows);
    fields_clear(&c->fields);
    *c = (struct coverage){0};
}

bool
coverage_row_is_idle(const struct coverage *c, size_t row)
{
    const struct coverage_row *r = &c->rows[row];
    return c->samples > 0 && r->filled == 0 && r->errors == 0;
}
