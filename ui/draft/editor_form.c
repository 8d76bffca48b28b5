/* The fields of a block, edited in place. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "ui/draft/editor_private.h"

enum { FIELD_MOST = 65536, NAME_MOST = DOCUMENT_MAX_NAME };

bool
editor_field_is_line(const struct block *b, const struct kind_field *field)
{
    bool big = field->type == FIELD_JSON; /* samples and schemas */
    return (field_type_is_text(field->type) || field->type == FIELD_INTEGER) &&
           !big && !block_field_asked(b, field->name);
}

char *
editor_field_text(const struct block *b, const struct kind_field *field)
{
    const struct value *v = block_field(b, field->name);
    if (block_field_asked(b, field->name))
        return mem_strdup("asked from the user");
    if (!v)
        return mem_strdup(field->fallback ? field->fallback : "");
    const char *text = value_text(v, NULL);
    return text ? mem_strdup(text) : value_to_text(v);
}

static void
add_item(struct editor *s, const struct kind_field *field, const char *text)
{
    size_t i = form_field(&s->form, field ? field->name : "name",
                          field ? FIELD_MOST : NAME_MOST, text);
    s->field[i] = field;
    free(s->before[i]);
    s->before[i] = mem_strdup(text);
}

/* The place of the field that has the focus, and what people call it; new
 * strings. */
static char *
field_place(const struct editor *s, char **label)
{
    const char *name = s->form.items[s->form.focus].label;
    *label = mem_printf("%s of %.200s", name, s->before[0]);
    return mem_printf("block/%s/%s", s->block, name);
}

static void
offer_kept(struct editor *s)
{
    char *label, *place = field_place(s, &label);
    draft_view_offer_kept(&s->draft, place);
    free(place);
    free(label);
}

void
editor_form_look(struct editor *s)
{
    if (!s->editing || document_block(draft_view_document(&s->draft), s->block))
        return;
    char *name = mem_strdup(s->before[0]);
    char *typed = mem_strdup(form_text(&s->form, s->form.focus));
    bool changed = !text_equal(typed, s->before[s->form.focus]);
    editor_form_keep(s, "the block was deleted or renamed");
    editor_form_close(s);
    if (changed)
        draft_view_say_gone(&s->draft, name, typed);
    else
        app_say(s->view->app, MESSAGE_ERROR,
                "%.200s was deleted: its fields were closed", name);
    free(typed);
    free(name);
}

void
editor_form_keep(struct editor *s, const char *why)
{
    const char *typed = form_text(&s->form, s->form.focus);
    if (!s->editing || text_equal(typed, s->before[s->form.focus]))
        return;
    char *label, *place = field_place(s, &label);
    draft_view_keep(&s->draft, place, label, typed, why);
    free(place);
    free(label);
}

/* What was typed is stored: it need not be kept. */
static void
forget_kept(struct editor *s, const char *typed)
{
    char *label, *place = field_place(s, &label);
    draft_view_stored_kept(&s->draft, place, typed);
    free(place);
    free(label);
}

void
editor_form_open(struct editor *s, const struct block *b)
{
    editor_form_close(s);
    draft_view_begin_cell(&s->draft);
    s->editing = true;
    s->block = mem_strdup(b->id);
    form_init(&s->form);
    add_item(s, NULL, b->name);
    for (const struct kind_field *f = b->kind->fields; f->name; f++) {
        if (!editor_field_is_line(b, f) || s->form.count == FORM_ITEMS)
            continue;
        char *text = editor_field_text(b, f);
        add_item(s, f, text);
        free(text);
    }
    offer_kept(s);
}

/* True where item I of the form is the field that the problem P is in. */
static bool
is_item_of(const struct editor *s, size_t i, const struct problem *p)
{
    return text_equal(p->block_id, s->block) &&
           text_equal(p->field, s->form.items[i].label);
}

void
editor_form_open_problem(struct editor *s, const struct block *b)
{
    editor_form_open(s, b);
    for (size_t i = 0; i < s->form.count; i++) {
        for (size_t k = 0; k < s->problems.count; k++) {
            if (!is_item_of(s, i, &s->problems.items[k]))
                continue;
            s->form.focus = i;
            offer_kept(s);
            return;
        }
    }
}

const char *
editor_form_hint(const struct editor *s)
{
    return s->form.focus + 1 < s->form.count
               ? "Enter save, next field  Down next field  Esc cancel  F1 help"
               : "Enter save, close  Up field before  Esc cancel  F1 help";
}

void
editor_form_close(struct editor *s)
{
    if (!s->editing)
        return;
    s->editing = false;
    for (size_t i = 0; i < s->form.count; i++)
        FREE_NULL(s->before[i]);
    form_clear(&s->form);
    FREE_NULL(s->block);
}

/* What TEXT is as a value of FIELD, NULL for nothing. */
static enum err
make_value(const struct kind_field *field, const char *text, struct value **out,
           struct error *e)
{
    *out = NULL;
    if (!*text)
        return ERR_OK;
    if (field->type != FIELD_INTEGER) {
        *out = value_string(text);
        return ERR_OK;
    }
    if (!value_is_number_text(text, strlen(text)))
        return error_set(e, ERR_INVALID, "%s: a whole number is needed",
                         field->name);
    *out = value_number(text, strlen(text));
    return ERR_OK;
}

/* The field I of the block that is being edited. */
struct form_field {
    const struct editor *s;
    size_t i;
};

/* Its text as DOCUMENT has it; NULL: the block is gone. */
static char *
stored_text(const struct draft_cell *c, const struct document *document)
{
    const struct form_field *f = c->ctx;
    const struct kind_field *field = f->s->field[f->i];
    const struct block *b = document_block(document, f->s->block);
    if (!b)
        return NULL;
    return field ? editor_field_text(b, field) : mem_strdup(b->name);
}

static enum err
make_patch(const struct draft_cell *c, const struct document *document,
           struct value **out, struct error *e)
{
    const struct form_field *f = c->ctx;
    const struct kind_field *field = f->s->field[f->i];
    const char *text = form_text(&f->s->form, f->i);
    struct value *item = NULL;
    enum err err = field ? make_value(field, text, &item, e) : ERR_OK;
    if (err != ERR_OK)
        return err;
    if (!field)
        item = value_string(text);
    return edit_set(out, document, f->s->block, field ? field->name : "name",
                    item, e);
}

enum err
editor_form_commit(struct editor *s, struct error *e)
{
    size_t i = s->form.focus;
    if (!s->editing)
        return ERR_OK;
    const char *typed = form_text(&s->form, i);
    struct form_field field = {s, i};
    struct draft_cell cell = {.label = s->form.items[i].label,
                              .seen = s->before[i],
                              .typed = typed,
                              .text = stored_text,
                              .patch = make_patch,
                              .ctx = &field};
    enum err err = draft_view_store(&s->draft, &cell, e);
    if (err == ERR_OK) {
        free(s->before[i]);
        s->before[i] = mem_strdup(typed);
        forget_kept(s, typed);
    }
    return err;
}

unsigned
editor_form_key(struct editor *s, const struct key *key, struct error *e)
{
    int pressed;
    bool last = s->form.focus + 1 == s->form.count;
    bool enter = key->kind == KEY_KIND_ENTER;
    bool tab = key->kind == KEY_KIND_TAB;
    bool moves = tab || key->kind == KEY_KIND_UP || key->kind == KEY_KIND_DOWN;
    if (key->kind == KEY_KIND_ESCAPE) {
        size_t i = s->form.focus;
        screen_tell_left(s->view->app, form_text(&s->form, i), s->before[i]);
        editor_form_close(s);
        return REACT_PAINT;
    }
    if (moves && !text_equal(form_text(&s->form, s->form.focus),
                             s->before[s->form.focus])) {
        error_set(e, ERR_REFUSED, "%s (Enter saves, Esc cancels)",
                  tab ? "No completion" : "The field is being edited");
        return REACT_PAINT;
    }
    if (enter && editor_form_commit(s, e) != ERR_OK)
        return REACT_PAINT;
    if (enter && last) {
        editor_form_close(s);
        return REACT_PAINT;
    }
    size_t focus = s->form.focus;
    unsigned reaction = form_key(&s->form, key, &pressed, e);
    if (s->form.focus != focus)
        offer_kept(s);
    return reaction;
}
