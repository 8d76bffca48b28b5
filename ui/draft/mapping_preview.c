/* What the rows of the mapping grid give. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "ui/draft/mapping_private.h"
#include "ui/draft/offers.h"
#include "workflow/edit/edit.h"

enum {
    TRY_MS = 150,     /* after the last key */
    SLICE_MS = 8,     /* of counting, between two looks at the input */
    SHOWN_MOST = 400, /* bytes of one value */
    FAILING_MOST = 200
};

/* --- one document --------------------------------------------------------- */

/* Blanks the rows that cannot be compiled, so that the others can be seen.
 * Their targets would still collide, so they get others. Returns whether there
 * are any. */
static bool
blank_wrong_rows(struct mapping_rows *rows, unsigned language)
{
    struct plan_problems problems;
    struct plan *plan = NULL;
    plan_problems_init(&problems);
    plan_compile(&plan, rows, language, PLAN_FAST, &problems, NULL);
    for (size_t i = 0; i < problems.count; i++) {
        size_t at = problems.items[i].row;
        if (at >= rows->count)
            continue;
        struct mapping_row *row = &rows->rows[at];
        free(row->target);
        row->target = mem_printf("['row %zu is wrong']", at + 1);
        row_blank(row);
    }
    bool wrong = problems.count > 0;
    plan_free(plan);
    plan_problems_clear(&problems);
    return wrong;
}

static void
set_source(struct mapping_row *row, const char *source)
{
    free(row->source);
    row->source = mem_strdup(source);
}

/* The draft's document with ROWS in the block; NULL where that is none. */
static struct document *
with_rows(const struct mapgrid *m, const struct mapping_rows *rows)
{
    const struct document *d = draft_view_document(&m->draft);
    struct document *made = NULL;
    struct value *patch = NULL;
    if (edit_set(&patch, d, m->block, "mapping", rows_value(rows), NULL) !=
            ERR_OK ||
        document_patch(&made, d, patch, NULL, NULL) != ERR_OK)
        made = NULL;
    value_free(patch);
    return made;
}

/* OWN: makes a document of its own, for a trial that may last longer than the
 * draft's document. */
static void
begin(struct mapgrid_trial *t, const struct mapgrid *m, size_t index,
      const char *source, bool own)
{
    struct mapping_rows rows;
    *t = (struct mapgrid_trial){.document = draft_view_document(&m->draft)};
    bool typed = source && index < m->rows.count;
    rows_init(&rows);
    rows_copy(&rows, &m->rows);
    if (typed)
        set_source(&rows.rows[index], source);
    bool wrong = blank_wrong_rows(&rows, document_language(t->document));
    if (wrong || typed || own)
        t->document = t->made = with_rows(m, &rows);
    if (t->document)
        t->previewer = previewer_new(t->document);
    rows_clear(&rows);
}

void
mapgrid_trial_begin(struct mapgrid_trial *t, const struct mapgrid *m,
                    size_t index, const char *source)
{
    begin(t, m, index, source, false);
}

/* The result of the block ID among those of P, or NULL. */
static const struct preview_block *
result_of(const struct preview *p, const char *id)
{
    for (size_t i = 0; i < p->count; i++) {
        if (strcmp(p->blocks[i].block->id, id) == 0)
            return &p->blocks[i];
    }
    return NULL;
}

void
mapgrid_trial_run(struct mapgrid_trial *t, const struct mapgrid *m, size_t i)
{
    preview_clear(&t->preview);
    t->preview = (struct preview){.count = 0};
    t->block = NULL;
    if (t->previewer && i < m->previewing.count &&
        preview_run(&t->preview, t->previewer, m->previewing.samples[i].value,
                    clock_now_ms(), NULL) == ERR_OK)
        t->block = result_of(&t->preview, m->block);
}

void
mapgrid_trial_end(struct mapgrid_trial *t)
{
    preview_clear(&t->preview);
    previewer_free(t->previewer);
    document_free(t->made);
    *t = (struct mapgrid_trial){.document = NULL};
}

/* --- one row -------------------------------------------------------------- */

/* An error without "row 3, tax, ": the row is on the screen. */
static const char *
without_place(const char *error)
{
    const char *sign = strchr(error, '#');
    const char *colon = strstr(error, ": ");
    bool placed = text_starts(error, "row ");
    if (placed && sign)
        return sign;
    return placed && colon ? colon + 2 : error;
}

static char *
value_text_of(const struct plan_row_report *r)
{
    uint64_t cleared = r->counts[PLAN_CLEARED];
    uint64_t more =
        r->counts[PLAN_FILLED] + r->counts[PLAN_DEFAULTED] + cleared;
    bool filled = r->counts[PLAN_FILLED] > 0;
    const char *how = filled ? "" : cleared ? " (clears)" : " (default)";
    if (more > 1)
        return mem_printf("%.*s and %llu more", SHOWN_MOST, r->value,
                          (unsigned long long)(more - 1));
    return mem_printf("%.*s%s", SHOWN_MOST, r->value, how);
}

char *
mapgrid_gives(const struct preview_block *b, size_t i, bool blank,
              bool required, bool *failed)
{
    const struct plan_row_report *r =
        b && i < b->report.count ? &b->report.rows[i] : NULL;
    *failed = r && r->error;
    if (blank)
        return mem_strdup(required ? "required, blank" : "blank");
    if (b && b->row_unknown && b->rows && i < b->rows->count &&
        b->row_unknown[i])
        return mem_strdup("known after a run");
    if (r && r->error)
        return mem_strdup(without_place(r->error));
    if (r && r->value)
        return value_text_of(r);
    return mem_strdup(!b ? "" : "nothing");
}

/* --- what is typed -------------------------------------------------------- */

const char *
mapgrid_typed_source(const struct mapgrid *m, const struct mapgrid_line *line)
{
    const struct form *f = &m->form.fields;
    const char *text = m->form.open && mapgrid_form_column(m) == MAPGRID_SOURCE
                           ? form_text(f, f->focus)
                       : m->grid.editing && mapgrid_column(m) == MAPGRID_SOURCE
                           ? line_edit_text(&m->grid.line)
                           : NULL;
    bool here = line == mapgrid_marked(m) && line->index != MAPGRID_PENDING;
    return here && text && strcmp(text, line->row->source) != 0 ? text : NULL;
}

const char *
mapgrid_gives_now(const struct mapgrid *m, const struct mapgrid_line *line,
                  bool *failed)
{
    const char *typed = mapgrid_typed_source(m, line);
    if (!typed) {
        *failed = line->failed;
        return line->gives;
    }
    bool tried = text_equal(m->tried.key, line->row->target) &&
                 text_equal(m->tried.text, typed);
    *failed = tried && m->tried.failed;
    return tried ? m->tried.gives : NULL;
}

void
mapgrid_try_end(struct mapgrid *m)
{
    FREE_NULL(m->tried.key);
    FREE_NULL(m->tried.text);
    FREE_NULL(m->tried.gives);
}

/* What TEXT as the source of LINE gives, a new string. */
static char *
try_source(struct mapgrid *m, const struct mapgrid_line *line, const char *text,
           bool *failed)
{
    struct source source = {0};
    struct error e = {0};
    char *gives;
    if (source_compile(&source, text, strlen(text),
                       document_language(draft_view_document(&m->draft)),
                       &e) != ERR_OK) {
        gives = mem_strdup(e.text);
        *failed = true;
    } else {
        struct mapgrid_trial trial;
        bool blank = !*text && !line->row->fallback;
        mapgrid_trial_begin(&trial, m, line->index, text);
        mapgrid_trial_run(&trial, m, m->sample);
        gives = mapgrid_gives(trial.block, line->index, blank,
                              line->row->required, failed);
        mapgrid_trial_end(&trial);
    }
    source_clear(&source);
    return gives;
}

void
mapgrid_try(struct mapgrid *m)
{
    const struct mapgrid_line *line = mapgrid_marked(m);
    struct mapgrid_open open;
    mapgrid_try_end(m);
    if (!mapgrid_open(m, &open) || !line || m->extra != EXTRA_NONE)
        return;
    if (open.line->text.len > 0 || m->form.open)
        offers_line(mapgrid_complete, m, open.line, &m->offers);
    else
        buf_reset(&m->offers);
    if (open.column != MAPGRID_SOURCE || line->index == MAPGRID_PENDING)
        return;
    m->tried.key = mem_strdup(line->row->target);
    m->tried.text = mem_strdup(line_edit_text(open.line));
    m->tried.gives = try_source(m, line, m->tried.text, &m->tried.failed);
}

static void
try_due(void *ctx)
{
    struct mapgrid *m = ctx;
    mapgrid_try(m);
    app_changed(m->view->app);
}

void
mapgrid_try_later(struct mapgrid *m)
{
    buf_reset(&m->offers);
    if (!m->thin)
        app_alarm(m->view->app, TRY_MS, try_due, m);
}

/* --- all samples ---------------------------------------------------------- */

static void
tally_error(struct mapgrid_tally *t, const char *error, const char *label)
{
    if (!t->error)
        t->error = mem_strdup(without_place(error));
    if (t->failing.len + strlen(label) < FAILING_MOST)
        buf_addf(&t->failing, "%s%s", t->failing.len ? ", " : "", label);
}

static void
tally_row(struct mapgrid_tally *t, const struct preview_block *b, size_t i,
          const char *label)
{
    const struct plan_row_report *r = &b->report.rows[i];
    if (r->error) {
        t->errors++;
        tally_error(t, r->error, label);
    } else if (b->row_unknown && b->row_unknown[i])
        t->unknown++;
    else if (r->value)
        t->good++;
    else
        t->blank++;
}

static bool
differs_from_live(struct mapgrid *m, const struct preview_block *now, size_t i)
{
    struct preview live = {.count = 0};
    bool differs = false;
    if (m->previewing.live_previewer &&
        preview_run(&live, m->previewing.live_previewer,
                    m->previewing.samples[i].value, clock_now_ms(),
                    NULL) == ERR_OK) {
        const struct preview_block *then = result_of(&live, m->block);
        differs = !text_equal(now ? now->made : NULL, then ? then->made : NULL);
    }
    preview_clear(&live);
    return differs;
}

static void
tally_sample(struct mapgrid *m, size_t i)
{
    mapgrid_trial_run(&m->all, m, i);
    const struct preview_block *b = m->all.block;
    for (size_t k = 0; b && k < b->report.count && k < m->rows.count; k++)
        tally_row(&m->tallies[k], b, k, m->previewing.samples[i].label);
    m->differs += differs_from_live(m, b, i);
}

static void
count_due(void *ctx)
{
    struct mapgrid *m = ctx;
    int64_t until = clock_monotonic_ms() + SLICE_MS;
    while (m->tallied < m->previewing.count && clock_monotonic_ms() < until)
        tally_sample(m, m->tallied++);
    if (m->tallied < m->previewing.count) {
        app_alarm(m->view->app, 1, count_due, m);
        return;
    }
    m->counting = false;
    mapgrid_trial_end(&m->all);
    app_changed(m->view->app);
}

void
mapgrid_count_end(struct mapgrid *m)
{
    app_alarm_cancel(m->view->app, count_due, m);
    app_alarm_cancel(m->view->app, try_due, m);
    mapgrid_trial_end(&m->all);
    for (size_t i = 0; m->tallies && i < m->rows.count; i++) {
        buf_clear(&m->tallies[i].failing);
        free(m->tallies[i].error);
    }
    FREE_NULL(m->tallies);
    m->tallied = m->differs = 0;
    m->counting = false;
}

void
mapgrid_count(struct mapgrid *m)
{
    m->tallies = mem_array(m->rows.count + 1, sizeof *m->tallies);
    for (size_t i = 0; i < m->rows.count; i++)
        buf_init(&m->tallies[i].failing, FAILING_MOST * 2);
    m->tallied = m->differs = 0;
    if (m->previewing.count == 0)
        return;
    begin(&m->all, m, MAPGRID_PENDING, NULL, true);
    m->counting = true;
    app_alarm(m->view->app, 1, count_due, m);
}
