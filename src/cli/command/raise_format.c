/* tailor draft raise-format: formulas of a draft to the newest format. */
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "cli/frame/commands.h"
#include "manager/draft/editing.h"
#include "manager/draft/previewing.h"
#include "workflow/edit/edit.h"
#include "workflow/validate/validate.h"

/* A draft, what it would be in the newest format, and what that changes. */
struct raising {
    struct editing ed;
    struct previewing now;
    struct value *patch;
    struct document *raised;
    struct previewer *previewer; /* of RAISED */
    struct preview_totals totals;
    struct problem_list problems;
};

static enum err
raising_begin(struct raising *r, struct cli *cli, struct error *e)
{
    *r = (struct raising){.patch = NULL};
    problem_list_init(&r->problems);
    enum err err = editing_begin(&r->ed, cli->manager, cli_arg(cli, 0), e);
    if (err == ERR_OK)
        err = edit_language(&r->patch, r->ed.now.document, e);
    if (err == ERR_OK)
        err = document_patch(&r->raised, r->ed.now.document, r->patch, NULL, e);
    if (err != ERR_OK)
        return err;
    validate_document(r->raised, &r->ed.connectors, &r->problems);
    if (manager_may_see_payloads(cli->manager, NULL) != ERR_OK)
        return ERR_OK;
    err = previewing_begin(&r->now, cli->manager, cli_arg(cli, 0), e);
    if (err != ERR_OK)
        return err;
    r->previewer = previewer_new(r->raised);
    return preview_all(&r->totals, r->previewer, r->now.previewer,
                       r->now.samples, r->now.count, clock_now_ms(), e);
}

static void
raising_end(struct raising *r)
{
    preview_totals_clear(&r->totals);
    problem_list_clear(&r->problems);
    previewer_free(r->previewer);
    previewing_end(&r->now);
    document_free(r->raised);
    value_free(r->patch);
    editing_end(&r->ed);
}

static void
add_change(struct value *list, const struct block *b, const char *target,
           const struct preview_tally *t)
{
    struct value *v = value_object();
    value_set_text(v, "block", b->name);
    value_set_text(v, "target", target);
    value_set_int(v, "differs", (int64_t)t->differs);
    value_set_text(v, "firstDiffers", t->first_differs);
    value_set_text(v, "error", t->error);
    value_append(list, v);
}

/* The rows and blocks that give something else on a sample. */
static struct value *
changes_json(const struct preview_totals *t)
{
    struct value *list = value_array();
    for (size_t i = 0; i < t->count; i++) {
        const struct preview_total *b = &t->blocks[i];
        size_t rows = 0;
        for (size_t k = 0; k < b->rows->count; k++)
            if (b->row_tallies[k].differs > 0) {
                add_change(list, b->block, b->rows->rows[k].target,
                           &b->row_tallies[k]);
                rows++;
            }
        if (b->tally.differs > 0 && rows == 0)
            add_change(list, b->block, NULL, &b->tally);
    }
    return list;
}

static void
print_raising(struct cli *cli, const struct raising *r, bool applied)
{
    static const struct cli_column columns[] = {
        {"BLOCK", "block"},        {"TARGET", "target"}, {"SAMPLES", "differs"},
        {"FIRST", "firstDiffers"}, {"ERROR", "error"},   {NULL, NULL}};
    struct value *more = value_object();
    bool checked = r->previewer != NULL;
    value_set_text(more, "versionId", r->ed.draft);
    value_set_int(more, "revision", r->ed.now.revision);
    value_set_int(more, "formulas", FORMULA_LANGUAGE);
    value_set_bool(more, "applied", applied);
    value_set_bool(more, "checked", checked);
    value_set_int(more, "samples", (int64_t)r->totals.samples);
    value_set_int(more, "differs", (int64_t)r->totals.differs);
    value_set(more, "problems", problem_list_value(&r->problems));
    cli_print_page(cli, changes_json(&r->totals), more, columns,
                   checked ? "no kept sample changes"
                           : "samples: not checked (you may not see what "
                             "customers sent)");
    for (size_t i = 0; !cli->json && i < r->problems.count; i++) {
        char *text = problem_sentence(&r->problems.items[i]);
        cli_say(cli, "%s", text);
        free(text);
    }
    const char *end = applied ? "" : " (nothing was changed)";
    if (checked)
        cli_say(cli, "%zu of %zu samples change in format %d, %zu problems%s",
                r->totals.differs, r->totals.samples, FORMULA_LANGUAGE,
                r->problems.count, end);
    else
        cli_say(cli, "format %d, %zu problems%s", FORMULA_LANGUAGE,
                r->problems.count, end);
}

enum err
cmd_draft_raise_format(struct cli *cli, struct error *e)
{
    struct raising r;
    bool apply = !cli_has(cli, "dry-run");
    enum err err = raising_begin(&r, cli, e);
    if (err == ERR_OK && apply) {
        struct value *patch = r.patch;
        r.patch = NULL;
        err = editing_apply(&r.ed, err, patch, e);
    }
    if (err == ERR_OK)
        print_raising(cli, &r, apply);
    raising_end(&r);
    return err;
}
