/* Completion and help while mapping. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "ui/draft/mapping_private.h"
#include "ui/draft/offers.h"
#include "workflow/connector/schema.h"

enum { SAMPLES_MOST = 50 };

/* --- what there is to read ------------------------------------------------ */

static void
learn(void *context, const struct block *b, const struct scope *scope)
{
    struct mapgrid *m = context;
    if (strcmp(b->id, m->block) == 0 && scope->root.tape)
        fields_add(&m->fields, scope->root, NULL);
}

void
mapgrid_learn_fields(struct mapgrid *m)
{
    struct mapgrid_trial trial;
    if (m->fields_known)
        return;
    fields_clear(&m->fields);
    fields_init(&m->fields);
    mapgrid_trial_begin(&trial, m, MAPGRID_PENDING, NULL);
    if (trial.previewer)
        previewer_visit(trial.previewer, learn, m);
    for (size_t i = 0; i < m->previewing.count && i < SAMPLES_MOST; i++)
        mapgrid_trial_run(&trial, m, i);
    mapgrid_trial_end(&trial);
    m->fields_known = true;
}

enum err
mapgrid_learn_others(struct mapgrid *m, struct error *e)
{
    enum err err = ERR_OK;
    if (!m->others_known)
        err = manager_other_rows(m->console->manager, draft_view_id(&m->draft),
                                 m->block, &m->others, &m->other_count, e);
    m->others_known = err == ERR_OK;
    return err;
}

/* --- targets -------------------------------------------------------------- */

void
mapgrid_targets(const struct mapgrid *m, struct schema_targets *out)
{
    const struct block *b = mapgrid_block(m);
    const char *app =
        b && kind_field(b->kind, "app") ? block_text(b, "app") : "";
    const struct connector *c = connector_set_find(
        draft_view_connectors(&m->draft),
        document_connector(draft_view_document(&m->draft), app));
    const struct connector_action *a =
        c ? connector_action(c, block_text(b, "action")) : NULL;
    if (a)
        schema_collect(out, a->input, NULL);
    else if (b && *app == '\0')
        schema_collect(
            out,
            kind_field(b->kind, "schema") ? block_field(b, "schema") : NULL,
            kind_field(b->kind, "sample") ? block_field(b, "sample") : NULL);
}

static bool
is_filled(const struct mapgrid *m, const char *target)
{
    for (size_t i = 0; i < m->rows.count; i++) {
        if (strcmp(m->rows.rows[i].target, target) == 0)
            return true;
    }
    return false;
}

static void
complete_target(struct mapgrid *m, const char *text, struct completions *list)
{
    struct schema_targets targets;
    schema_targets_init(&targets);
    mapgrid_targets(m, &targets);
    list->from = 0;
    for (size_t i = 0; i < targets.count; i++) {
        const struct schema_target *t = &targets.items[i];
        if (t->leaf && text_starts(t->path, text) &&
            strcmp(t->path, text) != 0 && !is_filled(m, t->path))
            completions_add(list, t->path);
    }
    schema_targets_clear(&targets);
}

/* --- sources -------------------------------------------------------------- */

/* The bytes of PATH up to its last "[*]"; 0: it has none. */
static size_t
list_part(const char *path)
{
    const char *last = NULL;
    for (const char *s = path; (s = strstr(s, "[*]")) != NULL; s++)
        last = s;
    return last ? (size_t)(last - path) + 3 : 0;
}

/* The list whose elements the rows around TARGET read, a new string: that of
 * the row of the list itself, else of the first path in it; NULL: not known. */
static char *
list_of(const struct mapgrid *m, const char *target)
{
    size_t n = list_part(target);
    const char *found = NULL;
    for (size_t i = 0; n > 0 && i < m->rows.count; i++) {
        const struct mapping_row *row = &m->rows.rows[i];
        bool here =
            strncmp(row->target, target, n) == 0 && list_part(row->target) == n;
        bool path =
            source_kind(row->source, strlen(row->source),
                        document_language(draft_view_document(&m->draft))) ==
            SOURCE_PATH;
        if (!here || !path || list_part(row->source) == 0 ||
            strpbrk(row->source, "!?"))
            continue;
        if (!found || !row->target[n])
            found = row->source;
    }
    if (found && text_starts(found, "$."))
        found += 2;
    return found ? mem_strndup(found, list_part(found)) : NULL;
}

/* What can be read, on the marked sample. */
static void
complete_source(struct mapgrid *m, const char *text, size_t cursor,
                struct completions *list)
{
    struct mapgrid_trial trial;
    const struct value *sample = m->sample < m->previewing.count
                                     ? m->previewing.samples[m->sample].value
                                     : NULL;
    const struct mapgrid_line *line = mapgrid_marked(m);
    char *list_read = line ? list_of(m, line->row->target) : NULL;
    mapgrid_learn_fields(m);
    mapgrid_trial_begin(&trial, m, MAPGRID_PENDING, NULL);
    mapgrid_trial_run(&trial, m, m->sample);
    const struct offers from = {.document = draft_view_document(&m->draft),
                                .block = m->block,
                                .fields = &m->fields,
                                .preview = &trial.preview,
                                .outputs = value_get(sample, "outputs"),
                                .list = list_read};
    offers_source(&from, text, cursor, list);
    free(list_read);
    mapgrid_trial_end(&trial);
}

void
mapgrid_complete(void *ctx, const char *text, size_t cursor,
                 struct completions *list)
{
    struct mapgrid *m = ctx;
    struct mapgrid_open open;
    if (!mapgrid_open(m, &open))
        return;
    size_t column = open.column;
    if (column == MAPGRID_TARGET)
        complete_target(m, text, list);
    else if (column == MAPGRID_REQUIRED) {
        list->from = 0;
        mapgrid_offer(list, text, "yes");
        mapgrid_offer(list, text, "no");
    } else if (column == MAPGRID_DEFAULT || column == MAPGRID_NOTE)
        return;
    else if (column >= MAPGRID_MEMBERS)
        mapgrid_complete_member(m, column, text, list);
    else
        complete_source(m, text, cursor, list);
}
