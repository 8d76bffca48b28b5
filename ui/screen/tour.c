/*
 * The tour: what to press next for job A, said on the message line. The step
 * follows from where one is and what is done, so it cannot run ahead.
 */
#include <string.h>

#include "base/text.h"
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

/* True where a row of some mapping takes the result of the block NAME. */
static bool
is_mapped(const struct document *d, const char *name)
{
    size_t n = strlen(name);
    for (size_t i = 0; i < d->count; i++) {
        const struct value *rows = block_field(&d->blocks[i], "mapping");
        for (size_t k = 0; k < value_size(rows); k++) {
            const char *source = value_get_text(value_at(rows, k), "source");
            if (source && strncmp(source, name, n) == 0 &&
                strcmp(source + n, "!result") == 0)
                return true;
        }
    }
    return false;
}

static const char *
editor_step(const struct view *v)
{
    const struct document *d = editor_document(v);
    const struct block *math = block_of_kind(d, KIND_math);
    if (!math)
        return "2/5 i inserts a block after the marked one: type math, Enter";
    if (editor_is_open(v))
        return "3/5 Ctrl-U, Tax, Enter; =ROUND(total * 0.05, 2), Enter";
    if (!*block_text(math, "formula"))
        return "3/5 Enter edits the marked block: its formula is not set yet";
    if (!is_mapped(d, math->name))
        return "4/5 j to Create cash sale, Enter opens its mapping";
    return "5/5 R shows what a release would do";
}

static const char *
mapping_step(const struct view *v)
{
    const struct document *d = mapping_document(v);
    const struct block *math = block_of_kind(d, KIND_math);
    if (math && is_mapped(d, math->name))
        return "5/5 R shows what a release would do";
    return "4/5 b goes to the blank taxTotal; Enter, type Tax!result, Enter";
}

void
tour_tip(void *console, struct buf *out)
{
    struct console *c = console;
    const struct view *v = app_top(c->app);
    const char *step = NULL;
    if (!c->tour || !v)
        return;
    if (c->live_seen)
        step = "done: EnterpriseCo's next order has the tax, nobody else's";
    else if (v->ops == &installations_screen)
        step = "1/5 /enter, Enter: finds EnterpriseCo; f forks its "
               "workflow";
    else if (v->ops == &installation_screen)
        step = "1/5 f forks the workflow for EnterpriseCo alone";
    else if (v->ops == &editor_screen)
        step = editor_step(v);
    else if (v->ops == &palette_screen)
        step = "2/5 type math; Enter inserts the marked one";
    else if (v->ops == &mapping_screen)
        step = mapping_step(v);
    else if (v->ops == &release_screen)
        step = "5/5 a note; Tab, Tab to Release, Enter";
    if (step)
        buf_addf(out, "%s (:tour ends it)", step);
}
