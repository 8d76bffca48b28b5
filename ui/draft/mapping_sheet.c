/* Sheets in the mapping grid: a paste or a file as a proposal, rows as cells
 * of a spreadsheet. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "mapping/sheet/csv.h"
#include "mapping/sheet/sheet.h"
#include "ui/draft/mapping_private.h"
#include "ui/draft/sheet_source.h"
#include "workflow/edit/edit.h"

static const char *
target_of(const struct value *row)
{
    return value_text_or(value_get(row, "target"), "");
}

static enum err
apply_import(void *ctx, const struct marks *left, struct error *e)
{
    struct mapgrid *m = ctx;
    struct value *patch = NULL;
    struct value *after = rows_value(&m->imported);
    struct value *before = rows_value(&m->rows);
    enum err err = draft_view_check(&m->draft, m->offer.revision, e);
    if (err == ERR_OK)
        err = edit_set(&patch, draft_view_document(&m->draft), m->block,
                       "mapping",
                       import_offer_rows(after, before, left, target_of), e);
    value_free(before);
    value_free(after);
    return draft_view_apply(&m->draft, err, patch, e);
}

static enum import_kind
kind_of(const struct proposal_row *r)
{
    static const enum import_kind kinds[] = {
        [PROPOSAL_ADDED] = IMPORT_ADDED,
        [PROPOSAL_CHANGED] = IMPORT_CHANGED,
        [PROPOSAL_SAME] = IMPORT_SAME,
        [PROPOSAL_LEFT] = IMPORT_LEFT,
    };
    return r->problem ? IMPORT_REFUSED : kinds[r->kind];
}

/* The first line of a paste may be a header in the customer's words: it adds
 * a row, or cannot be one, while others change rows that are there. */
static bool
is_header_perhaps(const struct mapgrid *m, const struct mapping_proposal *p)
{
    bool known = false;
    for (size_t i = 1; i < p->count; i++)
        known = known || p->rows[i].kind == PROPOSAL_CHANGED ||
                p->rows[i].kind == PROPOSAL_SAME;
    return m->sheet_is == MAPGRID_PASTED && !m->target_header && known &&
           (p->rows[0].problem || p->rows[0].kind == PROPOSAL_ADDED);
}

static enum err read_sheet(struct mapgrid *m, struct error *e);

/* Takes the sheet's first row for its header. */
static enum err
first_is_header(void *ctx, struct error *e)
{
    struct mapgrid *m = ctx;
    struct csv csv;
    csv_init(&csv);
    enum err err = csv_read(&csv, m->sheet, m->sheet_size, 0, e);
    if (err == ERR_OK && (csv.count == 0 || csv.records[0].count < 2))
        err = error_set(e, ERR_INVALID, "the first row has no two cells");
    if (err == ERR_OK) {
        m->target_header = mem_strdup(csv.records[0].cells[0]);
        m->source_header = mem_strdup(csv.records[0].cells[1]);
        err = read_sheet(m, e);
        if (err != ERR_OK) {
            FREE_NULL(m->target_header);
            FREE_NULL(m->source_header);
        }
    }
    csv_clear(&csv);
    return err;
}

static void
offer_rows(struct mapgrid *m, const struct mapping_proposal *p)
{
    char *hint = is_header_perhaps(m, p)
                     ? mem_strdup("a header? a, first is header reads it so")
                     : NULL;
    const struct version_row *v = draft_view_version(&m->draft);
    char *into = mem_printf("%s of %s", mapgrid_block(m)->name,
                            v->customer ? v->customer : v->workflow_name);
    import_offer_begin(&m->offer, into, &m->draft, apply_import, m);
    if (m->sheet_is == MAPGRID_PASTED && !m->target_header && p->count > 0 &&
        p->rows[0].line == 1) /* it was not taken for one */
        m->offer.header = first_is_header;
    for (size_t i = 0; i < p->count; i++) {
        const struct proposal_row *r = &p->rows[i];
        const char *name = r->wanted.target ? r->wanted.target : r->now.target;
        const char *now = r->now.target ? r->now.source : NULL;
        const char *wanted = r->wanted.target ? r->wanted.source : NULL;
        unsigned odd =
            (r->unknown ? IMPORT_UNKNOWN : 0) | (r->loss ? IMPORT_LOSSY : 0);
        const char *problem = r->problem ? r->problem : r->loss;
        import_offer_add(&m->offer, kind_of(r), name ? name : "", now, wanted,
                         i == 0 && hint ? hint : problem, odd);
        import_offer_changing(&m->offer, proposal_changes(r));
    }
    free(hint);
    free(into);
}

/* Where the samples say what the sheet's paths find. */
struct scopes {
    struct scope items[50];
    struct tape tapes[50];
    char *texts[50];
    size_t count;
};

/* The record of each sample; a block that has another source than the
 * trigger's body is not checked against it. */
static void
scopes_begin(struct scopes *s, const struct mapgrid *m)
{
    const struct block *b = mapgrid_block(m);
    s->count = 0;
    if (b->parent || block_field(b, "source"))
        return;
    for (size_t i = 0; i < m->previewing.count && s->count < 50; i++) {
        struct tape *t = &s->tapes[s->count];
        char *text =
            value_to_text(value_get(m->previewing.samples[i].value, "input"));
        tape_init(t);
        s->texts[s->count] = text;
        if (tape_read(t, text, strlen(text), &value_limits_event, "sample",
                      NULL) != ERR_OK) {
            tape_clear(t);
            free(text);
            continue;
        }
        s->items[s->count++] =
            (struct scope){.root = {t, 0}, .current = {t, 0}};
    }
}

static void
scopes_end(struct scopes *s)
{
    for (size_t i = 0; i < s->count; i++) {
        tape_clear(&s->tapes[i]);
        free(s->texts[i]);
    }
}

static void
keep_sheet(struct mapgrid *m, const char *text, size_t n)
{
    if (text == m->sheet)
        return;
    free(m->sheet);
    m->sheet = mem_strndup(text, n);
    m->sheet_size = n;
    import_offer_copied(&m->offer, "");
}

static enum err
propose(struct mapgrid *m, struct mapping_proposal *p, struct sheet_content *c,
        struct error *e)
{
    const struct sheet_form form = {.target = m->target_header,
                                    .source = m->source_header,
                                    .pasted = m->sheet_is == MAPGRID_PASTED,
                                    .cells = c->workbook ? &c->cells : NULL};
    struct scopes *s = mem_alloc(sizeof *s);
    scopes_begin(s, m);
    enum err err =
        proposal_read(p, buf_str(&c->text), c->text.len, &form, &m->rows,
                      document_language(draft_view_document(&m->draft)),
                      s->items, s->count, e);
    scopes_end(s);
    free(s);
    return err;
}

/* Makes the offer of the sheet that is kept. */
static enum err
read_sheet(struct mapgrid *m, struct error *e)
{
    struct sheet_content c;
    struct mapping_proposal p;
    enum err err = sheet_source_open(&c, m->sheet, m->sheet_size,
                                     m->sheet_is == MAPGRID_PACKED, e);
    if (err == ERR_OK) {
        err = propose(m, &p, &c, e);
        if (err == ERR_OK) {
            rows_copy(&m->imported, &p.result);
            offer_rows(m, &p);
            char *headings = proposal_headings(&p);
            sheet_source_say(m->view, headings ? headings : "", &c);
            free(headings);
        }
        proposal_clear(&p);
    }
    sheet_content_clear(&c);
    return err;
}

/* Says what to type where the sheet has other headers. */
static void
ask_for_headers(const struct mapgrid *m, struct error *e)
{
    bool given = strchr(e->about[0], ',') != NULL;
    char *names = mem_printf("%.60s,%.60s", given ? "TARGET" : e->about[0],
                             given ? "SOURCE" : e->about[1]);
    error_set(e, ERR_INVALID,
              "No columns \"%.60s\" and \"%.60s\": type :headers %s",
              m->target_header ? m->target_header : "target",
              m->source_header ? m->source_header : "source", names);
    free(names);
}

enum err
mapgrid_import(struct mapgrid *m, const char *text, size_t n,
               enum mapgrid_sheet is, struct error *e)
{
    keep_sheet(m, text, n);
    m->sheet_is = is;
    enum err err = read_sheet(m, e);
    if (err == ERR_OK)
        app_open(m->view->app, &import_screen, "");
    else if (e->hint == HINT_SHEET_COLUMNS)
        ask_for_headers(m, e);
    return err;
}

/* A document in which the block has only the rows that are meant; NULL where it
 * cannot be made. */
static struct document *
with_meant_rows(const struct mapgrid *m)
{
    struct document *d = NULL;
    const struct document *now = draft_view_document(&m->draft);
    if (document_from_value(&d, value_copy(now->root), NULL) != ERR_OK)
        return NULL;
    const struct block *b = document_block(d, m->block);
    struct value *rows = value_array();
    for (size_t i = 0; i < m->rows.count; i++)
        if (mapgrid_is_meant(m, i))
            value_append(
                rows, value_copy(value_at(block_field(b, "mapping"), i)));
    value_set(b->value, "mapping", rows);
    return d;
}

/* The rows of the block B as cells, a new string; NULL where it has none. */
static char *
cells_of(const struct block *b)
{
    const struct sheet_form form = {.separator = '\t'};
    struct mapping_rows rows;
    struct buf out;
    rows_init(&rows);
    buf_init_any(&out);
    if (rows_read(&rows, block_field(b, "mapping"), NULL) == ERR_OK &&
        rows.count > 0)
        sheet_write(&rows, &form, &out);
    rows_clear(&rows);
    if (out.len > 0)
        return buf_take(&out);
    buf_clear(&out);
    return NULL;
}

void
mapgrid_keep_cells(struct mapgrid *m)
{
    struct foreign foreign = {.unknown = true};
    struct document *meant = with_meant_rows(m);
    const struct block *b = meant ? document_block(meant, m->block) : NULL;
    struct selection s = {meant, &b, 1};
    struct buf own;
    buf_init_any(&own);
    mapgrid_copy(m, &own);
    if (b)
        manager_foreign(m->console->manager, draft_view_version(&m->draft)->id,
                        &s, "mapping", &foreign, NULL);
    char *others =
        foreign.document
            ? cells_of(document_block(foreign.document, m->block))
            : NULL;
    row_clip_take(&m->console->row_clip, buf_take(&own), others, &foreign);
    document_free(meant);
}

void
mapgrid_copy(const struct mapgrid *m, struct buf *out)
{
    const struct sheet_form form = {.separator = '\t'};
    struct mapping_rows rows;
    rows_init(&rows);
    for (size_t i = 0; i < m->rows.count; i++)
        if (mapgrid_is_meant(m, i))
            rows_add_copy(&rows, &m->rows.rows[i]);
    sheet_write(&rows, &form, out);
    rows_clear(&rows);
}
