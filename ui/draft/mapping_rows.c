/* The lines of the mapping grid. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "ui/draft/mapping_private.h"
#include "ui/draft/samples.h"
#include "workflow/edit/edit.h"
#include "workflow/validate/validate.h"
#include "workflow/warn/warn.h"

/* --- reading -------------------------------------------------------------- */

/* The id of the base version that V was forked from; of a base version, the
 * one before it. NULL where there is none. */
static enum err
find_base(struct mapgrid *m, const struct version_row *v, char **id,
          struct error *e)
{
    struct version_list list = {0};
    enum err err = manager_version_list(m->console->manager, v->workflow_id,
                                        NULL, &list, e);
    *id = NULL;
    for (size_t i = 0; err == ERR_OK && i < list.count && !*id; i++) {
        const struct version_row *r = &list.rows[i];
        bool wanted = v->installation_id
                          ? r->base_no == v->base_no && r->released_at > 0
                          : v->parent_id && strcmp(r->id, v->parent_id) == 0;
        if (!wanted)
            continue;
        *id = mem_strdup(r->id);
        m->base_label = mem_strdup(r->label);
    }
    version_list_clear(&list);
    return err;
}

enum err
mapgrid_read(struct mapgrid *m, const char *id, struct error *e)
{
    struct manager *manager = m->console->manager;
    char *base = NULL;
    enum err err = draft_view_read(&m->draft, id, e);
    if (err == ERR_OK)
        err = find_base(m, draft_view_version(&m->draft), &base, e);
    if (err == ERR_OK && base)
        err = manager_document(manager, base, &m->base, e);
    if (err == ERR_OK)
        err = previewing_begin(&m->previewing, manager, id, e);
    if (err == ERR_OK)
        samples_take_in(&m->draft, &m->previewing);
    const struct block *b = err == ERR_OK ? mapgrid_block(m) : NULL;
    if (err == ERR_OK && !b)
        err = error_set(e, ERR_NOT_FOUND, "mapping: the block is gone");
    if (err == ERR_OK && !kind_field(b->kind, "mapping"))
        err = error_set(e, ERR_INVALID, "%s: a %s block has no mapping",
                        b->name, b->kind->name);
    free(base);
    return err;
}

const struct block *
mapgrid_block(const struct mapgrid *m)
{
    return document_block_find(draft_view_document(&m->draft), m->block);
}

const struct value *
mapgrid_base_row(const struct mapgrid *m, const char *target)
{
    const struct block *b = m->base ? document_block(m->base, m->block) : NULL;
    long at = b ? edit_row_index(b, target) : -1;
    return at < 0 ? NULL : value_at(block_field(b, "mapping"), (size_t)at);
}

/* --- lines ---------------------------------------------------------------- */

static void
line_free(void *data)
{
    struct mapgrid_line *line = data;
    free(line->problem);
    free(line->warning);
    free(line->gives);
    free(line);
}

static void
line_text(const void *data, struct buf *out)
{
    const struct mapgrid_line *line = data;
    buf_addf(out, "%s %s %s", line->row->target, line->row->source,
             line->row->note ? line->row->note : "");
}

const struct row_list_ops mapgrid_list_ops = {line_free, line_text, NULL};

/* The sentence about TARGET, a new string: what keeps it from being released,
 * or (SAMPLED) what the sample shows; NULL where there is none. */
static char *
problem_of(const struct mapgrid *m, const char *target, bool sampled)
{
    char *field = mem_printf("mapping[%s]", target);
    char *found = NULL;
    for (size_t i = 0; i < m->problems.count && !found; i++) {
        const struct problem *p = &m->problems.items[i];
        bool wanted = sampled ? p->code != NULL : p->severity == PROBLEM_ERROR;
        if (wanted && text_equal(p->block_id, m->block) &&
            text_equal(p->field, field))
            found = mem_strdup(p->text);
    }
    free(field);
    return found;
}

/* True where the base version has the row otherwise, or not at all. */
static bool
is_own(const struct mapgrid *m, size_t i)
{
    const struct value *base = mapgrid_base_row(m, m->rows.rows[i].target);
    const struct value *now =
        value_at(block_field(mapgrid_block(m), "mapping"), i);
    return m->base && (!base || !value_same(base, now));
}

static bool
has_earlier(const struct mapping_rows *rows, size_t i)
{
    for (size_t k = 0; k < i; k++) {
        if (strcmp(rows->rows[k].target, rows->rows[i].target) == 0)
            return true;
    }
    return false;
}

static void
add_pending(struct mapgrid *m)
{
    struct mapgrid_line *line = mem_alloc(sizeof *line);
    line->grid = m;
    line->row = &m->pending;
    line->index = MAPGRID_PENDING;
    line->gives = mem_strdup("a new row: its target");
    row_list_add(m->list, "", line);
}

static void
add_line(struct mapgrid *m, size_t i, const struct preview_block *b)
{
    const struct mapping_row *row = &m->rows.rows[i];
    struct mapgrid_line *line = mem_alloc(sizeof *line);
    line->grid = m;
    line->row = row;
    line->index = i;
    line->own = is_own(m, i);
    line->problem = problem_of(m, row->target, false);
    line->warning = problem_of(m, row->target, true);
    line->blank = !*row->source;
    line->gives = mapgrid_gives(b, i, line->blank && !row->fallback,
                                row->required, &line->failed);
    if (line->problem && strcmp(line->gives, "nothing") == 0) {
        free(line->gives);
        line->gives = mem_strdup(line->problem);
        line->failed = true;
    }
    line->nothing = !line->blank && !line->problem && b &&
                    preview_row(b, i) == PREVIEW_ROW_BLANK;
    m->blanks += line->nothing || (line->blank && !row->fallback);
    m->errors += line->problem || (line->failed && !line->blank);
    if (has_earlier(&m->rows, i) || !*row->target) {
        char *key = mem_printf("%s\n%zu", row->target, i);
        row_list_add(m->list, key, line);
        free(key);
    } else
        row_list_add(m->list, row->target, line);
}

/* What came of the block on the sample, and why there is nothing. */
static void
take_result(struct mapgrid *m, const struct preview_block *b)
{
    FREE_NULL(m->sent);
    FREE_NULL(m->reason);
    m->sent = mem_strdup(b ? b->made : NULL);
    m->reason = mem_strdup(b ? b->reason : "no sample is kept");
}

/* Adds what the marked sample shows of the block to the problems. */
static void
find_warnings(struct mapgrid *m, const struct mapgrid_trial *t)
{
    if (t->previewer && m->sample < m->previewing.count)
        warnings_find(&m->problems, t->previewer, t->document,
                      draft_view_connectors(&m->draft),
                      document_block(t->document, m->block),
                      &m->previewing.samples[m->sample], 1, clock_now_ms());
}

void
mapgrid_show(struct mapgrid *m)
{
    const struct block *b = mapgrid_block(m);
    struct mapgrid_trial trial = {0};
    mapgrid_count_end(m);
    mapgrid_try_end(m);
    row_list_empty(m->list);
    rows_clear(&m->rows);
    rows_init(&m->rows);
    problem_list_clear(&m->problems);
    problem_list_init(&m->problems);
    m->blanks = m->errors = 0;
    m->fields_known = false;
    if (!b) /* a row of it cannot be inserted */
        m->pending_at = MAPGRID_PENDING;
    if (b && rows_read(&m->rows, block_field(b, "mapping"), NULL) == ERR_OK) {
        validate_document(draft_view_document(&m->draft),
                          draft_view_connectors(&m->draft), &m->problems);
        mapgrid_trial_begin(&trial, m, MAPGRID_PENDING, NULL);
        mapgrid_trial_run(&trial, m, m->sample);
        find_warnings(m, &trial);
        take_result(m, trial.block);
    }
    for (size_t i = 0; i < m->rows.count; i++) {
        if (m->pending_at == i)
            add_pending(m);
        add_line(m, i, trial.block);
    }
    if (m->pending_at != MAPGRID_PENDING && m->pending_at >= m->rows.count)
        add_pending(m);
    mapgrid_trial_end(&trial);
    mapgrid_show_columns(m);
    grid_reload(&m->grid);
    mapgrid_look_at_extra(m);
    mapgrid_form_look(m);
    mapgrid_count(m);
    if (m->grid.editing || m->form.open)
        mapgrid_try_later(m);
}

static void
show_part(void *editor)
{
    mapgrid_show(editor);
}

static const char *
gone(const void *editor)
{
    return mapgrid_block(editor) ? NULL : "the block";
}

const struct draft_part mapgrid_part = {.show = show_part, .gone = gone};

const struct mapgrid_line *
mapgrid_marked(const struct mapgrid *m)
{
    const struct row *row = table_selected(&m->grid.table);
    return row ? row->data : NULL;
}

enum err
mapgrid_next(struct mapgrid *m, bool blank, bool back, struct error *e)
{
    size_t n = row_list_count(m->list), at = 0;
    const struct mapgrid_line *marked = mapgrid_marked(m);
    while (at < n && row_list_data(m->list, at) != marked)
        at++;
    for (size_t i = 1; i <= n; i++) {
        size_t k = back ? (at + n * 2 - i) % n : (at + i) % n;
        const struct mapgrid_line *line = row_list_data(m->list, k);
        bool wanted = blank ? line->blank || line->nothing
                            : line->problem || (line->failed && !line->blank);
        if (wanted && table_go(&m->grid.table, line->row->target)) {
            mapgrid_go_column(m, MAPGRID_SOURCE);
            return ERR_OK;
        }
    }
    return error_set(e, ERR_NOT_FOUND,
                     blank ? "no row is blank" : "no row has a problem");
}

/* --- columns -------------------------------------------------------------- */

static enum style
cell_sign(void *ctx, const void *row, struct buf *out)
{
    const struct mapgrid_line *line = row;
    (void)ctx;
    bool bad = line->problem || (line->failed && !line->blank);
    buf_addc(out, bad ? '!' : ' ');
    buf_addc(out, line->index == MAPGRID_PENDING ? '+' : line->own ? 'o' : 'b');
    if (mapgrid_members_sign(line->row))
        buf_addc(out, mapgrid_members_sign(line->row));
    return bad ? STYLE_BAD : line->own ? STYLE_OWN : STYLE_FAINT;
}

static enum style
cell_target(void *ctx, const void *row, struct buf *out)
{
    const struct mapgrid_line *line = row;
    (void)ctx;
    buf_adds(out, line->row->target);
    return STYLE_NORMAL;
}

static enum style
cell_source(void *ctx, const void *row, struct buf *out)
{
    const struct mapgrid_line *line = row;
    (void)ctx;
    buf_adds(out, line->blank ? "-" : line->row->source);
    return line->blank ? STYLE_FAINT : STYLE_NORMAL;
}

static enum style
cell_gives(void *ctx, const void *row, struct buf *out)
{
    const struct mapgrid_line *line = row;
    (void)ctx;
    bool failed;
    const char *gives = mapgrid_gives_now(line->grid, line, &failed);
    buf_adds(out, gives ? gives : "");
    return failed ? STYLE_BAD : STYLE_FAINT;
}

static const struct column plain_columns[MAPGRID_MEMBERS] = {
    {"", 2, 0, 0, false, false, cell_sign},
    {"target", 12, 3, 0, false, true, cell_target},
    {"source", 14, 4, 0, false, false, cell_source},
    {"gives", 14, 3, 1, false, false, cell_gives},
};

void
mapgrid_columns(struct column out[MAPGRID_COLUMNS])
{
    memcpy(out, plain_columns, sizeof plain_columns);
    memcpy(out + MAPGRID_MEMBERS, mapgrid_member_columns,
           sizeof mapgrid_member_columns);
}
