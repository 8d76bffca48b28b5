/* Previews: blocks with a mapping. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "workflow/preview/preview_private.h"

/* Runs the rows of B with those that read something unknown left blank. */
static enum err
run_known_rows(struct walk *w, const struct block *b, const struct scope *scope,
               struct buf *out, struct error *e)
{
    struct preview_block *r = walk_result(w, b);
    struct mapping_rows rows;
    struct plan *plan = NULL;
    rows_init(&rows);
    rows_copy(&rows, r->rows);
    for (size_t i = 0; i < rows.count; i++) {
        if (r->row_unknown[i])
            row_blank(&rows.rows[i]);
    }
    enum err err = plan_compile(&plan, &rows, document_language(w->p->document),
                                PLAN_FAST, NULL, e);
    if (err == ERR_OK)
        preview_expect(w->p, b, plan, &rows);
    if (err == ERR_OK)
        err = plan_run(plan, scope, out, &r->report, e);
    plan_free(plan);
    rows_clear(&rows);
    return err;
}

/* The number of rows of B that read what is not known; they are marked. */
static size_t
mark_unknown_rows(struct walk *w, const struct block *b)
{
    struct preview_block *r = walk_result(w, b);
    size_t n = 0;
    for (size_t i = 0; i < r->rows->count; i++) {
        bool unknown = walk_unknown(w, b, (long)i) != NULL;
        r->row_unknown[i] = r->row_unknown[i] || unknown;
        n += unknown;
    }
    return n;
}

/* The rows of B that looked up what is known only after a run, in any of the
 * evaluations so far. */
static size_t
unresolved_rows(const struct preview_block *b)
{
    size_t n = 0;
    for (size_t i = 0; i < b->report.count; i++)
        n += b->report.rows[i].counts[PLAN_UNKNOWN] > 0;
    return n;
}

/* What clears a field of the app that B sends to; NULL: null. */
static const char *
clears_of(const struct walk *w, const struct block *b)
{
    const struct previewer *p = w->p;
    if (!p->connectors)
        return NULL;
    const struct connector *c = connector_set_find(
        p->connectors, document_connector(p->document, block_text(b, "app")));
    return c ? connector_clears(c) : NULL;
}

/* Maps SCOPE by the rows of B into MADE; false after a failure, noted. */
static bool
map_rows(struct walk *w, const struct block *b, struct scope *scope,
         struct json_text *made, size_t *unknown)
{
    const struct preview_step *s = &w->p->steps[preview_index(w->p, b)];
    struct error e;
    enum err err;
    *unknown = 0;
    scope->clears = clears_of(w, b);
    w->mapping = b;
    if (w->p->visit)
        w->p->visit(w->p->visit_context, b, scope);
    if (!s->plan) {
        walk_note(w, b, PREVIEW_FAILED, NULL, mem_strdup(s->plan_problem));
        return false;
    }
    *unknown = mark_unknown_rows(w, b);
    plan_ask(s->runner, s->plan, scope, &w->out->asked, NULL);
    w->unresolved = false;
    if (*unknown > 0)
        err = run_known_rows(w, b, scope, &made->text, &e);
    else
        err = plan_run_with(s->runner, scope, &made->text,
                            &walk_result(w, b)->report, &e);
    if (w->unresolved)
        *unknown += unresolved_rows(walk_result(w, b));
    if (err == ERR_OK)
        return true;
    walk_note(w, b, PREVIEW_FAILED, NULL, mem_strdup(e.text));
    return false;
}

/* Maps by the rows of B with its own source as $, where it names one. */
static bool
map_block(struct walk *w, const struct block *b, struct json_text *made,
          size_t *unknown)
{
    const struct preview_step *s = &w->p->steps[preview_index(w->p, b)];
    struct scope scope = w->scope;
    struct json_text from;
    bool failed = false, good;
    if (!s->from.there)
        return map_rows(w, b, &scope, made, unknown);
    json_text_init(&from);
    if (walk_evaluate(w, b, &s->from, &from.text, &failed)) {
        json_text_close(&from, NULL);
    } else if (!failed) {
        failed = true;
        walk_note(w, b, PREVIEW_FAILED, NULL,
                  mem_strdup("source: it is not there"));
    }
    scope.root = scope.current = json_text_root(&from);
    scope.position = 0;
    good = !failed && map_rows(w, b, &scope, made, unknown);
    json_text_clear(&from);
    return good;
}

static char *
unknown_rows(size_t unknown)
{
    return unknown == 0 ? NULL
                        : mem_printf("%zu rows read what is known only after "
                                     "a run",
                                     unknown);
}

void
preview_step_map(struct walk *w, const struct block *b)
{
    struct json_text made;
    size_t unknown = 0;
    if (walk_reads_unknown(w, b))
        return;
    json_text_init(&made);
    if (map_block(w, b, &made, &unknown) && unknown > 0)
        walk_note(w, b, PREVIEW_UNKNOWN, buf_str(&made.text),
                  unknown_rows(unknown));
    else if (made.text.len > 0)
        walk_finish(w, b, &made);
    json_text_clear(&made);
}

/* Where B sends to: "POST https://…" or "netsuite createCashSale". */
static char *
destination(struct walk *w, const struct block *b)
{
    const struct preview_step *s = &w->p->steps[preview_index(w->p, b)];
    if (b->kind->id == KIND_action)
        return mem_printf("%s %s", block_text(b, "app"),
                          block_text(b, "action"));
    struct buf url;
    char *where;
    buf_init(&url, DOCUMENT_MAX_BYTES);
    if (!s->url.there)
        buf_adds(&url, block_text(b, "url"));
    else if (s->url.problem || source_eval(&s->url.source, &w->scope, &url,
                                           NULL) != SOURCE_FILLED)
        buf_adds(&url, "(URL known only after a run)");
    where = mem_printf("%s %s", block_text(b, "method"), buf_str(&url));
    buf_clear(&url);
    return where;
}

void
preview_step_send(struct walk *w, const struct block *b)
{
    struct preview_block *r = walk_result(w, b);
    struct json_text made;
    size_t unknown = 0;
    if (!r->where)
        r->where = destination(w, b);
    if (!walk_reads_unknown(w, b)) {
        json_text_init(&made);
        if (map_block(w, b, &made, &unknown))
            walk_note(w, b, unknown > 0 ? PREVIEW_UNKNOWN : PREVIEW_SENT,
                      buf_str(&made.text), unknown_rows(unknown));
        json_text_clear(&made);
    }
    walk_take_sampled(w, b);
}
