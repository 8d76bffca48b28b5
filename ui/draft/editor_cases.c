/* The cases of a branch in the form: a name and a condition each, and a field
 * that adds one. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ui/draft/editor_private.h"

bool
editor_item_is_case(const struct editor_item *item)
{
    return item->field && item->field->type == FIELD_CASES;
}

void
editor_cases_add(struct editor *s, const struct block *b,
                 const struct kind_field *f,
                 void (*add)(struct editor *s, const struct block *b,
                             struct editor_item item))
{
    size_t n = value_size(block_field(b, f->name));
    for (size_t i = 0; i < n; i++) {
        add(s, b,
            (struct editor_item){.field = f,
                                 .member = mem_strdup("name"),
                                 .at = i,
                                 .label = mem_printf("case %zu", i + 1)});
        add(s, b,
            (struct editor_item){.field = f,
                                 .member = mem_strdup("condition"),
                                 .at = i,
                                 .label = mem_printf("case %zu when", i + 1)});
    }
    add(s, b,
        (struct editor_item){.field = f,
                             .member = mem_strdup("name"),
                             .at = n,
                             .is_new = true,
                             .label = mem_strdup("new case")});
}

enum err
editor_case_patch(const struct document *d, const char *block,
                  const struct editor_item *item, const char *text,
                  struct value **out, struct error *e)
{
    const struct block *b = document_block(d, block);
    const struct value *cases = block_field(b, item->field->name);
    bool name = strcmp(item->member, "name") == 0;
    if (name && !*text && item->at < value_size(cases))
        return edit_case_remove(out, d, block, item->at, e);
    return edit_case_set(out, d, block, item->at, item->member, text, e);
}

void
editor_case_move(struct editor *s, bool down, struct error *e)
{
    const struct editor_item *item = &s->item[s->form.focus];
    const struct document *d = draft_view_document(&s->draft);
    const struct block *b = document_block(d, s->block);
    const struct value *cases = b ? block_field(b, item->field->name) : NULL;
    size_t at = item->at, n = value_size(cases);
    struct value *patch = NULL;
    if (at >= n || (down ? at + 1 >= n : at == 0)) {
        error_set(e, ERR_REFUSED, "No case is %s", down ? "below" : "above");
        return;
    }
    size_t to = down ? at + 1 : at - 1;
    bool name = strcmp(item->member, "name") == 0;
    char *label = mem_printf("case %zu%s", to + 1, name ? "" : " when");
    enum err err = edit_case_move(&patch, d, b->id, at, to, e);
    if (editor_apply(s, err, patch, NULL, e) == ERR_OK && s->editing) {
        editor_form_again(s, label);
        app_say(s->view->app, MESSAGE_INFO,
                "Moved case %zu to place %zu (u undoes)", at + 1, to + 1);
    }
    free(label);
}

void
editor_case_help(const struct editor_item *item, struct buf *out)
{
    if (strcmp(item->member, "condition") == 0)
        buf_adds(out, "when the blocks of the case run, as a formula. PgDn and "
                      "PgUp move the case");
    else if (item->is_new)
        buf_adds(out, "the name of a case that is added");
    else
        buf_adds(out, "the name of the case; without a name it is removed, "
                      "where it holds no blocks. PgDn and PgUp move the case");
}
