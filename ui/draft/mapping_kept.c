/* Text that was typed into the mapping and not stored. */
#include <stdlib.h>

#include "base/mem.h"
#include "base/text.h"
#include "ui/draft/mapping_private.h"

/* The place of MEMBER of the row TARGET ("": a new one), and what people call
 * it; new strings. */
static char *
member_place(const struct mapgrid *m, const char *target, const char *member,
             char **label)
{
    *label = *target ? mem_printf("%s of %.200s", member, target)
                     : mem_printf("%s of a new row", member);
    return mem_printf("mapping/%s/%s/%s", m->block, target, member);
}

void
mapgrid_offer_kept(struct mapgrid *m, const char *target, const char *member)
{
    char *label, *place = member_place(m, target, member, &label);
    draft_view_offer_kept(&m->draft, place);
    free(place);
    free(label);
}

void
mapgrid_stored_kept(struct mapgrid *m, const char *target, const char *member,
                    const char *typed)
{
    char *label, *place = member_place(m, target, member, &label);
    draft_view_stored_kept(&m->draft, place, typed);
    free(place);
    free(label);
}

bool
mapgrid_open(struct mapgrid *m, struct mapgrid_open *out)
{
    struct form *f = &m->form.fields;
    if (m->extra != EXTRA_NONE)
        *out = (struct mapgrid_open){&m->extra_line,
                                     m->extra == EXTRA_NOTE ? MAPGRID_NOTE
                                                            : MAPGRID_DEFAULT,
                                     m->extra_of};
    else if (m->form.open)
        *out = (struct mapgrid_open){&f->items[f->focus].line,
                                     mapgrid_form_column(m), m->form.row};
    else if (m->grid.editing)
        *out = (struct mapgrid_open){&m->grid.line, mapgrid_column(m),
                                     m->grid.editing_key};
    else
        return false;
    return true;
}

void
mapgrid_keep(struct mapgrid *m, const char *why)
{
    struct mapgrid_open open;
    const char *typed =
        mapgrid_open(m, &open) ? line_edit_text(open.line) : m->before;
    if (text_equal(typed, m->before))
        return;
    char *label, *place = member_place(
                     m, open.key, mapgrid_column_member(open.column), &label);
    draft_view_keep(&m->draft, place, label, typed, why);
    free(place);
    free(label);
}

static bool
has_row(const struct mapgrid *m, const char *target)
{
    for (size_t i = 0; i < m->rows.count; i++) {
        if (text_equal(m->rows.rows[i].target, target))
            return true;
    }
    return false;
}

void
mapgrid_tell_left(struct mapgrid *m, const char *typed)
{
    unfinished_tell_left(m->view->app, typed, m->before);
}

void
mapgrid_look_at_extra(struct mapgrid *m)
{
    if (m->extra == EXTRA_NONE || has_row(m, m->extra_of))
        return;
    mapgrid_keep(m, "the row was deleted or renamed");
    bool note = m->extra == EXTRA_NOTE;
    draft_view_say_gone(&m->draft,
                        note ? "The row of the note" : "The row of the default",
                        line_edit_text(&m->extra_line));
    m->extra = EXTRA_NONE;
}
