/* Previews of versions in the store. */
#include "manager/draft/previewing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "manager/draft/editing.h"
#include "manager/draft/version_rows.h"
#include "manager/installation/installation.h"
#include "manager/session/names.h"
#include "manager/session/operation.h"
#include "workflow/carry/literals.h"

#define OTHERS_MAX 500

/* The id and label of what is live where V would run; "" for none. */
static enum err
find_live(struct manager *m, const struct version_row *v, char id[IDENT_SIZE],
          char *label, size_t size, struct error *e)
{
    struct installed_workflow_list list;
    id[0] = label[0] = '\0';
    if (!v->installation_id) {
        if (version_made_from(v))
            snprintf(id, IDENT_SIZE, "%s", version_made_from(v));
        snprintf(label, size, "%s", v->parent_label ? v->parent_label : "");
        return ERR_OK;
    }
    enum err err =
        manager_installation_workflows(m, v->installation_id, &list, e);
    for (size_t i = 0; err == ERR_OK && i < list.count; i++) {
        const struct installed_workflow_row *r = &list.rows[i];
        if (strcmp(r->workflow_id, v->workflow_id) != 0 || !r->live_id)
            continue;
        snprintf(id, IDENT_SIZE, "%s", r->live_id);
        snprintf(label, size, "%s", r->live_label);
    }
    installed_workflow_list_clear(&list);
    return err;
}

static enum err
add_kept(struct previewing *p, struct error *e)
{
    for (size_t i = 0; i < p->kept.count && p->kept.rows[i].body; i++) {
        const struct sample_row *r = &p->kept.rows[i];
        enum err err = value_read(&p->values[i], r->body, strlen(r->body),
                                  &value_limits_event, r->label, e);
        if (err != ERR_OK)
            return err;
        p->samples[i] = (struct preview_sample){r->label, p->values[i]};
        p->count = i + 1;
    }
    return ERR_OK;
}

static enum err
load_samples(struct previewing *p, struct manager *m,
             const struct version_row *v, struct error *e)
{
    enum err err = manager_sample_list(m, v->workflow_id, v->installation_id,
                                       PREVIEWING_SAMPLES, &p->kept, e);
    if (err != ERR_OK)
        return err;
    manager_may_see_payloads(m, &p->closed);
    p->values = mem_array(p->kept.count + 1, sizeof(struct value *));
    p->samples = mem_array(p->kept.count + 1, sizeof *p->samples);
    err = add_kept(p, e);
    struct value *own = preview_own_sample(p->document);
    if (err == ERR_OK && p->count == 0 && own) {
        p->values[0] = own;
        p->samples[0] = (struct preview_sample){"the trigger's sample", own};
        p->count = 1;
    } else {
        value_free(own);
    }
    return err;
}

static enum err
make_previewers(struct previewing *p, struct manager *m, struct error *e)
{
    enum err err = manager_pinned_connectors(m, p->document, &p->connectors, e);
    if (err == ERR_OK && p->live)
        err = manager_pinned_connectors(m, p->live, &p->connectors, e);
    if (err != ERR_OK)
        return err;
    p->previewer = previewer_new(p->document);
    previewer_connectors(p->previewer, &p->connectors);
    if (!p->live)
        return ERR_OK;
    p->live_previewer = previewer_new(p->live);
    previewer_connectors(p->live_previewer, &p->connectors);
    return ERR_OK;
}

enum err
previewing_begin(struct previewing *p, struct manager *m, const char *name,
                 struct error *e)
{
    struct version_list list;
    char live[IDENT_SIZE] = "";
    *p = (struct previewing){.document = NULL};
    enum err err = manager_version_show(m, name, NULL, NULL, &list, e);
    if (err == ERR_OK)
        err = find_live(m, &list.rows[0], live, p->live_label,
                        sizeof p->live_label, e);
    if (err == ERR_OK)
        err = manager_document(m, name, &p->document, e);
    if (err == ERR_OK && *live)
        err = manager_document(m, live, &p->live, e);
    if (err == ERR_OK)
        err = load_samples(p, m, &list.rows[0], e);
    version_list_clear(&list);
    return err == ERR_OK ? make_previewers(p, m, e) : err;
}

void
previewing_end(struct previewing *p)
{
    previewer_free(p->previewer);
    previewer_free(p->live_previewer);
    connector_set_clear(&p->connectors);
    document_free(p->document);
    document_free(p->live);
    for (size_t i = 0; i < p->count; i++)
        value_free(p->values[i]);
    for (size_t i = 0; i < p->run_count; i++) {
        free(p->runs[i].id);
        free(p->runs[i].label);
    }
    free(p->runs);
    free(p->values);
    free(p->samples);
    sample_list_clear(&p->kept);
    *p = (struct previewing){.document = NULL};
}

/* Those that the session may not see have no body, and are not shown. */
const struct sample_row *
previewing_kept(const struct previewing *p, size_t i)
{
    return i < p->kept.count && p->kept.rows[i].body ? &p->kept.rows[i] : NULL;
}

const char *
previewing_run_id(const struct previewing *p, size_t i)
{
    size_t first = p->count - p->run_count;
    return i >= first && i < p->count ? p->runs[i - first].id : NULL;
}

size_t
previewing_run_index(const struct previewing *p, const char *id)
{
    size_t i = 0;
    while (i < p->count && !text_equal(previewing_run_id(p, i), id))
        i++;
    return i;
}

void
previewing_add_run(struct previewing *p, const char *id, const char *label,
                   const struct value *sample)
{
    size_t n = p->count, runs = p->run_count;
    if (p->closed.code || previewing_run_index(p, id) < n)
        return;
    p->values = mem_resize(p->values, n + 1, sizeof *p->values);
    p->samples = mem_resize(p->samples, n + 1, sizeof *p->samples);
    p->runs = mem_resize(p->runs, runs + 1, sizeof *p->runs);
    p->runs[runs] = (struct previewing_run){mem_strdup(id), mem_strdup(label)};
    p->values[n] = value_copy(sample);
    p->samples[n] = (struct preview_sample){p->runs[runs].label, p->values[n]};
    p->count++;
    p->run_count++;
}

/* The kept sample NAME, or why the session may not see it; NULL in *OUT where
 * none has that label or id. */
static enum err
find_kept(const struct previewing *p, const char *name,
          const struct preview_sample **out, struct error *e)
{
    *out = NULL;
    for (size_t i = 0; i < p->kept.count; i++) {
        const struct sample_row *row = &p->kept.rows[i];
        if (strcmp(row->id, name) != 0 && strcmp(row->label, name) != 0)
            continue;
        if (p->closed.code && e)
            *e = p->closed;
        if (p->closed.code)
            return p->closed.code;
        *out = &p->samples[i];
        return ERR_OK;
    }
    return ERR_OK;
}

static enum err
no_such_sample(const struct previewing *p, const char *name, struct error *e)
{
    struct buf labels;
    buf_init(&labels, 600);
    for (size_t i = 0; i < p->count; i++)
        buf_addf(&labels, "%s%s", i ? ", " : "", p->samples[i].label);
    error_set(e, ERR_NOT_FOUND, "%s: no such sample (kept: %s)", name,
              buf_str(&labels));
    buf_clear(&labels);
    return ERR_NOT_FOUND;
}

enum err
previewing_sample(const struct previewing *p, const char *name,
                  const struct preview_sample **out, struct error *e)
{
    const struct preview_sample *kept = NULL;
    enum err err = name ? find_kept(p, name, &kept, e) : ERR_OK;
    if (err != ERR_OK)
        return err;
    if (kept) {
        *out = kept;
        return ERR_OK;
    }
    if (p->count == 0)
        return error_hint(e, HINT_SAMPLE_CHOICE, NULL, NULL,
                          error_set(e, ERR_NOT_FOUND,
                                    "no sample is kept and the trigger has "
                                    "none"));
    *out = &p->samples[0];
    return !name || strcmp(p->samples[0].label, name) == 0
               ? ERR_OK
               : no_such_sample(p, name, e);
}

/* --- before a release ----------------------------------------------------- */

/* The first block that fails each time it is met, or NULL. */
static const struct preview_block *
failing_block(const struct preview *p)
{
    for (size_t i = 0; i < p->count; i++) {
        const struct preview_block *b = &p->blocks[i];
        size_t failed = b->counts[PREVIEW_FAILED];
        if (failed > 0 && b->counts[PREVIEW_MADE] == 0 &&
            b->counts[PREVIEW_SENT] == 0 && b->counts[PREVIEW_UNKNOWN] == 0)
            return b;
    }
    return NULL;
}

/* True where SAMPLE fails; then *WHY, if it is NULL, becomes "BLOCK: reason",
 * a new string. */
static bool
fails(struct previewer *previewer, const struct sample_row *sample, char **why)
{
    struct value *v = NULL;
    struct preview p = {0};
    const struct preview_block *b = NULL;
    if (!sample->body ||
        value_read(&v, sample->body, strlen(sample->body), &value_limits_event,
                   sample->label, NULL) != ERR_OK)
        return false;
    if (preview_run(&p, previewer, v, clock_now_ms(), NULL) == ERR_OK)
        b = failing_block(&p);
    if (b && !*why)
        *why = mem_printf("%s: %s", b->block->name, b->reason ? b->reason : "");
    preview_clear(&p);
    value_free(v);
    return b != NULL;
}

static void
try_samples(const struct document *d, const struct sample_list *list,
            struct buf *out)
{
    bool more = list->count > PREVIEWING_TRIED;
    size_t tried = more ? PREVIEWING_TRIED : list->count, failed = 0;
    struct previewer *previewer = previewer_new(d);
    char *why = NULL;
    while (failed < tried && fails(previewer, &list->rows[failed], &why))
        failed++;
    if (tried > 0 && failed == tried && tried == 1 && !more)
        buf_addf(out, "the only sample fails: %s", why);
    else if (tried > 0 && failed == tried)
        buf_addf(out, "%s %zu %s fail: %s", more ? "the" : "all", tried,
                 more ? "newest samples" : "samples", why);
    free(why);
    previewer_free(previewer);
}

void
manager_failing_samples(struct manager *m, const char *name, struct buf *out)
{
    struct version_list list;
    struct sample_list samples = {0};
    struct document *d = NULL;
    if (manager_version_show(m, name, NULL, NULL, &list, NULL) == ERR_OK &&
        manager_document(m, name, &d, NULL) == ERR_OK &&
        manager_sample_list(m, list.rows[0].workflow_id,
                            list.rows[0].installation_id, PREVIEWING_TRIED + 1,
                            &samples, NULL) == ERR_OK)
        try_samples(d, &samples, out);
    sample_list_clear(&samples);
    document_free(d);
    version_list_clear(&list);
}

/* --- what others map to --------------------------------------------------- */
/* Puts into OUT those of the rows ARRAY whose source only reads, with nothing
 * but target and source: what else they have may be data or secrets of the
 * customer whose they are. */
static void
read_sources(struct mapping_rows *out, const struct value *array,
             unsigned language)
{
    for (size_t i = 0; i < value_size(array); i++) {
        const struct value *row = value_at(array, i);
        const struct value *source = value_get(row, "source");
        const char *target = value_get_text(row, "target");
        if (source && target &&
            literal_of(source, TEXT_SOURCE, language) == LITERAL_NONE)
            rows_add(out, target, value_get_text(row, "source"));
    }
}

/* Reads the rows of BLOCK (an id) out of the document TEXT; a document that
 * has no such block gives nothing. */
static bool
rows_of_document(const char *text, const char *block, struct mapping_rows *rows)
{
    struct document *d = NULL;
    rows_init(rows);
    if (document_parse(&d, text, strlen(text), "version", NULL) != ERR_OK)
        return false;
    const struct block *b = document_block(d, block);
    bool found = b && kind_field(b->kind, "mapping");
    if (found)
        read_sources(rows, block_field(b, "mapping"), document_language(d));
    document_free(d);
    return found;
}

static enum err
read_others(struct manager *m, const struct version_row *v, const char *block,
            struct mapping_rows **out, size_t *count, struct error *e)
{
    struct name_ref w;
    enum err err = name_workflow(m, v->workflow_id, 0, &w, e);
    if (err != ERR_OK)
        return err;
    *out = mem_array(OTHERS_MAX, sizeof **out);
    struct db_stmt *q = db_use(manager_db(m), CS_FORKS_LIVE);
    db_int(q, w.n);
    db_text(q, v->installation_id ? v->installation_id : "");
    db_int(q, OTHERS_MAX);
    while (db_row(q) && *count < OTHERS_MAX)
        *count += rows_of_document(db_get_text(q), block, &(*out)[*count]);
    return db_end(q, e);
}

enum err
manager_other_rows(struct manager *m, const char *name, const char *block,
                   struct mapping_rows **out, size_t *count, struct error *e)
{
    struct document *d = NULL;
    struct version_list list;
    *out = NULL;
    *count = 0;
    enum err err = manager_document(m, name, &d, e);
    const struct block *b =
        err == ERR_OK ? document_block_find(d, block) : NULL;
    if (err == ERR_OK && !b)
        err = error_set(e, ERR_NOT_FOUND, "%s: no such block", block);
    if (err != ERR_OK) {
        document_free(d);
        return err;
    }
    err = manager_version_show(m, name, NULL, NULL, &list, e);
    if (err == ERR_OK) {
        err = operation_begin(m, ACTION_VERSION_LIST, e);
        if (err == ERR_OK)
            err = read_others(m, &list.rows[0], b->id, out, count, e);
        err = operation_end(m, err, e);
    }
    version_list_clear(&list);
    document_free(d);
    return err;
}
