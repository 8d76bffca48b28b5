/*
 * The tour: what to press next for job A, said on the message line. The step
 * follows from where one is and what is done, so it cannot run ahead.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/text.h"
#include "mapping/formula/formula.h"
#include "ui/screen/screens.h"
#include "workflow/document/document.h"

/* The block of kind ID, or NULL. */
static const struct block *
block_of_kind(const struct document *d, enum kind_id id)
{
    for (size_t i = 0; i < d->count; i++) {
        if (d->blocks[i].kind->id == id)
            return &d->blocks[i];
    }
    return NULL;
}

/* How a source names the result of BLOCK, which may be called anything: a new
 * string. */
static char *
result_of(const struct block *block)
{
    char *text = formula_rename_block("Tax!result", "Tax", block->name);
    return text ? text : mem_strdup("Tax!result");
}

/* True where a row of some mapping takes the result of BLOCK. */
static bool
is_mapped(const struct document *d, const struct block *block)
{
    char *result = result_of(block);
    bool found = false;
    for (size_t i = 0; i < d->count; i++) {
        const struct value *rows = block_field(&d->blocks[i], "mapping");
        for (size_t k = 0; k < value_size(rows); k++) {
            const char *source = value_get_text(value_at(rows, k), "source");
            found = found || text_equal(source, result);
        }
    }
    free(result);
    return found;
}

static const char *
editor_step(const struct view *v)
{
    const struct document *d = editor_document(v);
    const struct block *math = block_of_kind(d, KIND_math);
    if (!math)
        return "Step 2 of 5: press i, type math, press Enter";
    if (editor_is_naming(v))
        return "Step 3 of 5: Ctrl-U empties the name; type Tax, Enter";
    if (editor_is_open(v))
        return "Step 3 of 5: type =ROUND(total * 0.05, 2), Enter";
    if (!*block_text(math, "formula"))
        return "Step 3 of 5: press Enter to edit the block: no formula yet";
    if (!is_mapped(d, math))
        return "Step 4 of 5: press j to go to Create cash sale, then Enter";
    return "Step 5 of 5: press R to see what a release does";
}

/* What to do in a mapping; TEXT holds it. */
static const char *
mapping_step(const struct view *v, char *text, size_t size)
{
    const struct document *d = mapping_document(v);
    const struct block *math = block_of_kind(d, KIND_math);
    if (math && is_mapped(d, math))
        return "Step 5 of 5: press R to see what a release does";
    char *result = math ? result_of(math) : mem_strdup("Tax!result");
    snprintf(text, size, "Step 4 of 5: press b, e, type %s, press Enter",
             result);
    free(result);
    return text;
}

/* What is left to do for an installation with WORK in progress. */
static const char *
installation_step(enum tour_work work, const char *begin)
{
    return work == TOUR_DRAFT       ? "On to the draft: press F, then Enter"
           : work == TOUR_RELEASING ? "Step 5 of 5: the runtime has not "
                                      "answered yet"
                                    : begin;
}

/* True while the end of the tour is said on the screen V: where the release was
 * made, and on one screen more. */
static bool
says_done(struct console *c, const struct view *v)
{
    if (v->ops == &release_screen || v->ops == &releases_screen)
        return true;
    if (!c->done_on)
        c->done_on = v->ops;
    c->tour = c->done_on == v->ops;
    return c->tour;
}

void
tour_tip(void *console, struct buf *out)
{
    struct console *c = console;
    const struct view *v = app_top(c->app);
    const char *step = NULL;
    char text[300];
    if (!c->tour || !v)
        return;
    if (c->live_seen)
        step = says_done(c, v) ? "Done: this customer's next order has the "
                                 "tax, nobody else's"
                               : NULL;
    else if (v->ops == &installations_screen)
        step = installation_step(
            installations_work(v),
            "Step 1 of 5: type /enter, press Enter, then F to fork");
    else if (v->ops == &installation_screen)
        step = installation_step(
            installation_work(v),
            "Step 1 of 5: press F to fork the workflow for this customer");
    else if (v->ops == &drafts_screen)
        step = "On to the draft: press Enter";
    else if (v->ops == &editor_screen)
        step = editor_step(v);
    else if (v->ops == &palette_screen)
        step = "Step 2 of 5: type math, press Enter";
    else if (v->ops == &mapping_screen)
        step = mapping_step(v, text, sizeof text);
    else if (v->ops == &release_screen)
        step = "Step 5 of 5: type a note, Tab, Tab, then Enter on Release";
    if (step)
        buf_addf(out, "%s (:tour to stop)", step);
}
