/* tailor mapping coverage, suggest: help while mapping. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "cli/frame/commands.h"
#include "manager/draft/editing.h"
#include "manager/draft/previewing.h"
#include "mapping/coverage/coverage.h"
#include "workflow/warn/warn.h"

/* Finds BLOCK of D and its rows; clear with rows_clear, also after an
 * error. */
static enum err
rows_of_block(const struct document *d, const char *name,
              const struct block **block, struct mapping_rows *rows,
              struct error *e)
{
    rows_init(rows);
    *block = document_block_find(d, name);
    if (!*block)
        return error_set(e, ERR_NOT_FOUND,
                         "%s: no such block (see tailor block list)", name);
    if (!kind_field((*block)->kind, "mapping"))
        return error_set(e, ERR_INVALID, "%s: a %s block has no mapping", name,
                         (*block)->kind->name);
    return rows_read(rows, block_field(*block, "mapping"), e);
}

/* --- coverage ------------------------------------------------------------- */
struct measuring {
    const struct block *block;
    struct coverage_run *run;
};

static void
measure(void *context, const struct block *b, const struct scope *scope)
{
    struct measuring *m = context;
    if (b == m->block)
        coverage_add(m->run, scope);
}

static struct value *
unused_fields(const struct coverage *c)
{
    struct value *list = value_array();
    for (size_t i = 0; i < c->fields.count; i++) {
        const struct field *f = &c->fields.items[i];
        if (!f->leaf || f->used > 0)
            continue;
        struct value *v = value_object();
        value_set_text(v, "field", f->path);
        value_set_int(v, "occurs", (int64_t)f->samples);
        value_append(list, v);
    }
    return list;
}

static struct value *
covered_rows(const struct coverage *c, const struct mapping_rows *rows)
{
    struct value *list = value_array();
    for (size_t i = 0; i < c->row_count; i++) {
        const struct coverage_row *r = &c->rows[i];
        struct value *v = value_object();
        value_set_text(v, "target", rows->rows[i].target);
        value_set_text(v, "source", rows->rows[i].source);
        value_set_int(v, "filled", (int64_t)r->filled);
        value_set_int(v, "default", (int64_t)r->defaulted);
        value_set_int(v, "blank", (int64_t)r->blank);
        value_set_int(v, "errors", (int64_t)r->errors);
        value_set_bool(v, "idle", coverage_row_is_idle(c, i));
        value_set_text(v, "firstError", r->first_error);
        value_append(list, v);
    }
    return list;
}

static void
print_coverage(struct cli *cli, const struct coverage *c,
               const struct mapping_rows *rows,
               const struct problem_list *warnings)
{
    static const struct cli_column columns[] = {{"TARGET", "target"},
                                                {"SOURCE", "source"},
                                                {"FILLED", "filled"},
                                                {"DEFAULT", "default"},
                                                {"BLANK", "blank"},
                                                {"ERRORS", "errors"},
                                                {"FIRST ERROR", "firstError"},
                                                {NULL, NULL}};
    static const struct cli_column fields[] = {
        {"FEEDS NOTHING", "field"}, {"OCCURS", "occurs"}, {NULL, NULL}};
    struct value *more = value_object();
    struct value *unused = unused_fields(c);
    value_set_int(more, "samples", (int64_t)c->samples);
    if (cli->json) {
        value_set(more, "unused", unused);
        value_set(more, "warnings", problem_list_value(warnings));
    }
    cli_print_page(cli, covered_rows(c, rows), more, columns, "no rows");
    if (cli->json)
        return;
    cli_say(cli, "%s", "");
    cli_print_list(cli, unused, fields, "every field of the samples is used");
    for (size_t i = 0; i < warnings->count; i++) {
        char *sentence = problem_sentence(&warnings->items[i]);
        cli_say(cli, "warning: %s", sentence);
        free(sentence);
    }
    cli_say(cli, "evaluated %zu times on the kept samples", c->samples);
}

/* Runs every sample through the document and measures the block. */
static enum err
measure_samples(struct previewing *p, struct measuring *m, struct error *e)
{
    enum err err = ERR_OK;
    previewer_visit(p->previewer, measure, m);
    for (size_t i = 0; err == ERR_OK && i < p->count; i++) {
        struct preview preview;
        err = preview_run(&preview, p->previewer, p->samples[i].value,
                          clock_now_ms(), e);
        preview_clear(&preview);
    }
    return err;
}

enum err
cmd_mapping_coverage(struct cli *cli, struct error *e)
{
    struct previewing p;
    struct measuring m = {.run = NULL};
    struct mapping_rows rows;
    struct coverage coverage = {0};
    const struct preview_sample *first;
    struct problem_list warnings;
    problem_list_init(&warnings);
    rows_init(&rows);
    enum err err = previewing_begin(&p, cli->manager, cli_arg(cli, 0), e);
    if (err == ERR_OK)
        err = rows_of_block(p.document, cli_arg(cli, 1), &m.block, &rows, e);
    if (err == ERR_OK)
        err = previewing_sample(&p, NULL, &first, e);
    if (err == ERR_OK)
        err = coverage_begin(&m.run, &coverage, &rows,
                             document_language(p.document), e);
    if (err == ERR_OK)
        err = measure_samples(&p, &m, e);
    coverage_end(m.run);
    if (err == ERR_OK) {
        warnings_find(&warnings, p.previewer, p.document, &p.connectors,
                      m.block, p.samples, p.count, clock_now_ms());
        print_coverage(cli, &coverage, &rows, &warnings);
    }
    problem_list_clear(&warnings);
    coverage_clear(&coverage);
    rows_clear(&rows);
    previewing_end(&p);
    return err;
}

/* --- suggestions ---------------------------------------------------------- */
struct others {
    struct mapping_rows *rows;
    size_t count;
};

static void
add_suggestions(struct value *list, const char *target,
                const struct others *others)
{
    struct suggestions s;
    suggestions_find(&s, target, others->rows, others->count);
    for (size_t i = 0; i < s.count; i++) {
        struct value *v = value_object();
        value_set_text(v, "target", target);
        value_set_text(v, "source", s.items[i].source);
        value_set_int(v, "installations", (int64_t)s.items[i].users);
        value_set_text(v, "match", s.items[i].exact ? "exact" : "similar");
        value_set_text(v, "theirTarget", s.items[i].target);
        value_append(list, v);
    }
    suggestions_clear(&s);
}

/* Of TARGET, or of every row of the block that is still to be filled. */
static struct value *
collect_suggestions(const struct mapping_rows *rows, const char *target,
                    const struct others *others)
{
    struct value *list = value_array();
    if (target) {
        add_suggestions(list, target, others);
        return list;
    }
    for (size_t i = 0; i < rows->count; i++) {
        if (*rows->rows[i].source == '\0')
            add_suggestions(list, rows->rows[i].target, others);
    }
    return list;
}

enum err
cmd_mapping_suggest(struct cli *cli, struct error *e)
{
    static const struct cli_column columns[] = {{"TARGET", "target"},
                                                {"SOURCE", "source"},
                                                {"USED BY", "installations"},
                                                {"MATCH", "match"},
                                                {"THEIR TARGET", "theirTarget"},
                                                {NULL, NULL}};
    struct document *d = NULL;
    const struct block *block;
    struct mapping_rows rows;
    struct others others = {NULL, 0};
    rows_init(&rows);
    enum err err = manager_document(cli->manager, cli_arg(cli, 0), &d, e);
    if (err == ERR_OK)
        err = rows_of_block(d, cli_arg(cli, 1), &block, &rows, e);
    if (err == ERR_OK)
        err = manager_other_rows(cli->manager, cli_arg(cli, 0), block->id,
                                 &others.rows, &others.count, e);
    if (err == ERR_OK) {
        struct value *more = value_object();
        value_set_int(more, "lookedAt", (int64_t)others.count);
        cli_print_page(
            cli, collect_suggestions(&rows, cli_arg(cli, 2), &others), more,
            columns, "no other installation fills these targets");
    }
    for (size_t i = 0; i < others.count; i++)
        rows_clear(&others.rows[i]);
    free(others.rows);
    rows_clear(&rows);
    document_free(d);
    return err;
}
