/* The fields of a block, edited in place. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "ui/draft/editor_private.h"
#include "ui/widget/text_area.h"
#include "workflow/edit/curl_find.h"

enum { NAME_MOST = DOCUMENT_MAX_NAME };

/* --- items ---------------------------------------------------------------- */

static bool
is_named(const struct kind_field *f)
{
    return f->type == FIELD_CELLS || f->type == FIELD_SOURCES;
}

/* Adds ITEM (its strings taken) with what B has there. */
static void
add_item(struct editor *s, const struct block *b, struct editor_item item)
{
    char *text = editor_member_text(b, &item);
    size_t most = item.field ? EDITOR_FIELD_MOST : NAME_MOST;
    if (strlen(text) > most) {
        char *size = mem_printf("%zu bytes", strlen(text));
        free(text);
        text = size;
        item.fixed = true;
    }
    item.before = text;
    size_t i = form_field(&s->form, item.label, most, text);
    struct line_edit *line = &s->form.items[i].line;
    line->lines = editor_item_has_lines(b, &item);
    if (line->lines) /* a text is read from its beginning */
        line->cursor = 0;
    line->complete = editor_complete_field;
    line->complete_ctx = s;
    s->item = mem_resize(s->item, s->form.count, sizeof *s->item);
    s->item[i] = item;
}

static void
add_member(struct editor *s, const struct block *b, const struct kind_field *f,
           const char *member)
{
    const struct value *v = value_get(block_field(b, f->name), member);
    add_item(s, b,
             (struct editor_item){
                 .field = f,
                 .member = mem_strdup(member),
                 .label = *member ? mem_printf("%s %s", f->name, member)
                                  : mem_strdup(f->name),
                 .fixed = value_is(v, VALUE_OBJECT)});
}

static void
add_field(struct editor *s, const struct block *b, const struct kind_field *f)
{
    const struct value *now = block_field(b, f->name);
    if (f->type == FIELD_BLOCKS) /* a lane of the list shows them */
        return;
    if (f->type == FIELD_CASES) {
        editor_cases_add(s, b, f, add_item);
        return;
    }
    for (size_t i = 0; is_named(f) && i < value_size(now); i++)
        add_member(s, b, f, value_key(now, i, NULL));
    if (is_named(f))
        add_member(s, b, f, "");
    else
        add_item(s, b,
                 (struct editor_item){.field = f,
                                      .label = mem_strdup(f->name),
                                      .fixed = f->type == FIELD_MAPPING ||
                                               block_field_asked(b, f->name)});
}

static void
add_items(struct editor *s, const struct block *b)
{
    form_init(&s->form);
    add_item(s, b, (struct editor_item){.label = mem_strdup("name")});
    for (const struct kind_field *f = b->kind->fields; f->name; f++)
        add_field(s, b, f);
}

static void
clear_items(struct editor *s)
{
    for (size_t i = 0; i < s->form.count; i++) {
        free(s->item[i].member);
        free(s->item[i].label);
        free(s->item[i].before);
    }
    FREE_NULL(s->item);
    form_clear(&s->form);
}

/* --- what is kept --------------------------------------------------------- */

static struct editor_item *
focused(struct editor *s)
{
    return &s->item[s->form.focus];
}

static const char *
typed(const struct editor *s)
{
    return form_text(&s->form, s->form.focus);
}

static bool
is_changed(const struct editor *s)
{
    return !text_equal(typed(s), s->item[s->form.focus].before);
}

/* True where a curl command was typed into the focused field: it may hold a
 * secret, so it is neither stored nor kept nor shown again. */
static bool
holds_curl(const struct editor *s)
{
    return is_changed(s) && curl_find(typed(s), strlen(typed(s)));
}

/* The place of the field that has the focus, and what people call it; new
 * strings. */
static char *
field_place(const struct editor *s, char **label)
{
    const char *name = s->item[s->form.focus].label;
    *label = mem_printf("%s of %.200s", name, s->item[0].before);
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
    char *name = mem_strdup(s->item[0].before);
    char *text = mem_strdup(typed(s));
    bool changed = is_changed(s);
    editor_form_keep(s, "the block was deleted or renamed");
    editor_form_close(s);
    if (changed)
        draft_view_say_gone(&s->draft, name, text);
    else
        app_say(s->view->app, MESSAGE_ERROR,
                "%.200s was deleted: its fields were closed", name);
    free(text);
    free(name);
}

void
editor_form_keep(struct editor *s, const char *why)
{
    if (!s->editing || !is_changed(s))
        return;
    char *label, *place = field_place(s, &label);
    draft_view_keep(&s->draft, place, label, typed(s), why);
    free(place);
    free(label);
}

char *
editor_form_set_aside(struct editor *s, const char *why)
{
    const char *name = focused(s)->label;
    if (!is_changed(s) || !*typed(s))
        return NULL;
    if (unfinished_is_secret(typed(s)))
        return mem_printf("What you typed in %s was not saved and is not kept, "
                          "it may hold a secret.",
                          name);
    editor_form_keep(s, why);
    return mem_printf("What you typed in %s was not saved: Ctrl-Y there brings "
                      "it back.",
                      name);
}

/* What was typed is stored: it need not be kept. */
static void
forget_kept(struct editor *s, const char *text)
{
    char *label, *place = field_place(s, &label);
    draft_view_stored_kept(&s->draft, place, text);
    free(place);
    free(label);
}

/* Another field has the focus. */
static void
enter_field(struct editor *s)
{
    offer_kept(s);
    editor_offers_end(s);
    editor_offers_later(s);
}

/* --- life ----------------------------------------------------------------- */

void
editor_form_open(struct editor *s, const struct block *b)
{
    editor_form_close(s);
    draft_view_begin_cell(&s->draft);
    s->editing = true;
    s->block = mem_strdup(b->id);
    add_items(s, b);
    enter_field(s);
}

const struct problem *
editor_item_problem(const struct editor *s, size_t i)
{
    const struct editor_item *item = &s->item[i];
    const char *name = item->field ? item->field->name : "name";
    size_t n = strlen(name);
    bool in_case = editor_item_is_case(item);
    char *member =
        in_case ? mem_printf("%s[%zu] %s", name, item->at + 1, item->member)
                : mem_printf("%s[%s]", name, item->member ? item->member : "");
    const struct problem *found = NULL;
    for (size_t k = 0; !found && k < s->problems.count; k++) {
        const struct problem *p = &s->problems.items[k];
        bool here =
            item->member && *item->member
                ? text_equal(p->field, member)
                : p->field && strncmp(p->field, name, n) == 0 &&
                      (!p->field[n] || (p->field[n] == '[' && !item->member));
        if (here && text_equal(p->block_id, s->block))
            found = p;
    }
    free(member);
    return found;
}

void
editor_form_open_problem(struct editor *s, const struct block *b)
{
    editor_form_open(s, b);
    for (size_t i = 0; i < s->form.count; i++) {
        if (!editor_item_problem(s, i))
            continue;
        s->form.focus = i;
        enter_field(s);
        return;
    }
}

void
editor_form_close(struct editor *s)
{
    if (!s->editing)
        return;
    s->editing = false;
    clear_items(s);
    FREE_NULL(s->notice);
    editor_offers_end(s);
    editor_offers_forget(s);
    FREE_NULL(s->block);
}

void
editor_form_again(struct editor *s, const char *label)
{
    const struct block *b =
        document_block(draft_view_document(&s->draft), s->block);
    size_t focus = s->form.focus;
    if (!b)
        return;
    clear_items(s);
    add_items(s, b);
    s->form.focus = focus < s->form.count ? focus : s->form.count - 1;
    for (size_t i = 0; i < s->form.count; i++) {
        if (strcmp(s->item[i].label, label) == 0)
            s->form.focus = i;
    }
    enter_field(s);
}

/* --- storing -------------------------------------------------------------- */

/* What is stored: TEXT in ITEM of the block that is being edited. */
struct field_edit {
    const struct editor *s;
    const struct editor_item *item;
    const char *text;
};

/* Its text as DOCUMENT has it; NULL: the block is gone. */
static char *
stored_text(const struct draft_cell *c, const struct document *document)
{
    const struct field_edit *f = c->ctx;
    const struct block *b = document_block(document, f->s->block);
    return b ? editor_member_text(b, f->item) : NULL;
}

static enum err
make_patch(const struct draft_cell *c, const struct document *document,
           struct value **out, struct error *e)
{
    const struct field_edit *f = c->ctx;
    const struct block *b = document_block(document, f->s->block);
    const char *field = f->item->field ? f->item->field->name : "name";
    struct value *item = NULL;
    if (b && editor_item_is_case(f->item))
        return editor_case_patch(document, b->id, f->item, f->text, out, e);
    enum err err = b ? editor_item_value(b, f->item, f->text, &item, e)
                     : error_set(e, ERR_NOT_FOUND, "the block is gone");
    if (err != ERR_OK)
        return err;
    struct value *pins = value_array();
    edit_pin_used(pins, document, field, item,
                  draft_view_connectors(&f->s->draft));
    err = edit_set(out, document, f->s->block, field, item, e);
    while (err == ERR_OK && value_size(pins) > 0)
        value_append(*out, value_take_at(pins, 0));
    value_free(pins);
    return err;
}

/* The focused field shows what is stored of TEXT: JSON is laid out anew. */
static void
take_stored(struct editor *s, const char *text)
{
    struct editor_item *item = focused(s);
    struct line_edit *line = &s->form.items[s->form.focus].line;
    const struct block *b =
        document_block(draft_view_document(&s->draft), s->block);
    free(item->before);
    item->before =
        line->lines && b ? editor_member_text(b, item) : mem_strdup(text);
    if (!line->lines || strcmp(item->before, text) == 0)
        return;
    line_edit_set(line, item->before);
    line->cursor = 0;
}

enum err
editor_form_commit(struct editor *s, struct error *e)
{
    if (!s->editing || focused(s)->fixed)
        return ERR_OK;
    /* A copy: the form is closed where the block is gone meanwhile. */
    const struct editor_item item = *focused(s);
    char *text = mem_strdup(typed(s));
    struct field_edit edit = {s, &item, text};
    struct draft_cell cell = {.label = item.label,
                              .seen = item.before,
                              .typed = text,
                              .text = stored_text,
                              .patch = make_patch,
                              .ctx = &edit};
    enum err err = draft_view_store(&s->draft, &cell, e);
    if (err == ERR_OK && s->editing) {
        forget_kept(s, text);
        take_stored(s, text);
    }
    free(text);
    return err;
}

void
editor_form_leave(struct editor *s)
{
    struct error e = {0};
    if (!s->editing)
        return;
    if (editor_form_commit(s, &e) != ERR_OK) /* the terminal may be gone */
        editor_form_keep(s, e.text);
    error_clear(&e);
}

/* --- keys ----------------------------------------------------------------- */

static unsigned
escape(struct editor *s)
{
    if (holds_curl(s))
        app_say(s->view->app, MESSAGE_WARNING,
                "Not saved: the curl line, it may hold a secret");
    else
        unfinished_tell_left(s->view->app, typed(s), focused(s)->before);
    editor_form_close(s);
    return REACT_PAINT;
}

/* To the next field, or the one before; past the last, and before the first,
 * the list has the focus again. */
static unsigned
step(struct editor *s, bool back, bool leaves, struct error *e)
{
    size_t last = s->form.count - 1, at = s->form.focus;
    if (is_changed(s)) {
        error_set(e, ERR_REFUSED, "%s (Enter saves, Esc cancels)",
                  leaves ? "No completion" : "The field is being edited");
        return REACT_PAINT;
    }
    if (leaves && at == (back ? 0 : last)) {
        editor_form_close(s);
        return REACT_PAINT;
    }
    s->form.focus = back ? (at > 0 ? at - 1 : last) : (at < last ? at + 1 : 0);
    enter_field(s);
    return REACT_PAINT;
}

/* The focused field is as it was; what was typed becomes fields of the block.
 */
static void
take_typed_curl(struct editor *s)
{
    struct line_edit *line = &s->form.items[s->form.focus].line;
    char *text = mem_strdup(line_edit_text(line));
    line_edit_set(line, focused(s)->before);
    editor_curl_take(s, text, strlen(text));
    explicit_bzero(text, strlen(text));
    free(text);
}

const struct connector *
editor_form_connector(const struct editor *s)
{
    const struct block *b =
        s->editing ? document_block(draft_view_document(&s->draft), s->block)
                   : NULL;
    return b ? editor_connector(s, b) : NULL;
}

/* Stores the field and goes on: to the next one, and from the last out of the
 * form. */
static unsigned
enter(struct editor *s, struct error *e)
{
    if (holds_curl(s)) {
        take_typed_curl(s);
        return REACT_PAINT;
    }
    const struct kind_field *f = focused(s)->field;
    if (f && f->type == FIELD_ACTION && !is_changed(s)) {
        app_open(s->view->app, &action_screen, "");
        return REACT_PAINT;
    }
    bool in_case = editor_item_is_case(focused(s));
    bool adds = in_case && focused(s)->is_new;
    bool member =
        focused(s)->member && is_changed(s) && (!in_case || adds || !*typed(s));
    char *label = adds ? mem_printf("case %zu when", focused(s)->at + 1)
                       : mem_strdup(focused(s)->label);
    if (editor_form_commit(s, e) == ERR_OK && s->editing) {
        if (member)
            editor_form_again(s, label);
        else if (s->form.focus + 1 == s->form.count)
            editor_form_close(s);
        else {
            s->form.focus++;
            enter_field(s);
        }
    }
    free(label);
    return REACT_PAINT;
}

/* A key for a field that is not typed into. */
static unsigned
fixed_key(struct editor *s, const struct key *key, struct error *e)
{
    const struct editor_item *item = focused(s);
    if (item->field->type != FIELD_MAPPING)
        error_set(e, ERR_REFUSED,
                  "%s: it cannot be typed here (tailor block set changes it)",
                  item->label);
    else if (key->kind == KEY_KIND_ENTER)
        screen_open(s->view->app, &mapping_screen, draft_view_id(&s->draft),
                    s->block, NULL);
    else
        error_set(e, ERR_REFUSED, "Enter opens the mapping");
    return REACT_PAINT;
}

bool
editor_tab_completes(const struct editor *s)
{
    const struct editor_item *item = &s->item[s->form.focus];
    bool begin =
        item->field && (item->field->flags & FIELD_REQUIRED) && !*typed(s);
    return is_changed(s) || begin ||
           line_edit_is_choosing(&s->form.items[s->form.focus].line);
}

static unsigned
type(struct editor *s, const struct key *key)
{
    struct line_edit *line = &s->form.items[s->form.focus].line;
    switch (line->lines ? text_area_key(line, key) : line_edit_key(line, key)) {
    case EDITED_CHANGED:
        editor_offers_later(s);
        return REACT_PAINT;
    case EDITED_MOVED:
        return REACT_PAINT;
    default:
        return REACT_IGNORED;
    }
}

/* True for keys that a text of several lines takes before the form does. */
static bool
is_for_lines(const struct editor *s, const struct key *key)
{
    bool row = key->kind == KEY_KIND_UP || key->kind == KEY_KIND_DOWN;
    bool line = key->kind == KEY_KIND_CHAR && key->mods == KEY_MOD_ALT &&
                key->codepoint == 'j';
    return s->form.items[s->form.focus].line.lines &&
           !s->item[s->form.focus].fixed && (row || line);
}

unsigned
editor_form_key(struct editor *s, const struct key *key, struct error *e)
{
    bool choosing = line_edit_is_choosing(&s->form.items[s->form.focus].line);
    bool tab = key->kind == KEY_KIND_TAB;
    bool back = key->kind == KEY_KIND_UP || (key->mods & KEY_MOD_SHIFT);
    if (key->kind == KEY_KIND_ESCAPE && !choosing)
        return escape(s);
    if (tab && !focused(s)->fixed && editor_tab_completes(s) &&
        !(type(s, key) & REACT_IGNORED))
        return REACT_PAINT;
    if (is_for_lines(s, key) && !(type(s, key) & REACT_IGNORED))
        return REACT_PAINT;
    if (tab || key->kind == KEY_KIND_UP || key->kind == KEY_KIND_DOWN)
        return step(s, back, tab, e);
    if (focused(s)->fixed)
        return fixed_key(s, key, e);
    if (key->kind == KEY_KIND_ENTER)
        return enter(s, e);
    if (editor_item_is_case(focused(s)) && !is_changed(s) &&
        (key->kind == KEY_KIND_PAGE_UP || key->kind == KEY_KIND_PAGE_DOWN)) {
        editor_case_move(s, key->kind == KEY_KIND_PAGE_DOWN, e);
        return REACT_PAINT;
    }
    return type(s, key);
}

unsigned
editor_form_paste(struct editor *s, const char *text, size_t n, struct error *e)
{
    if (editor_curl_take(s, text, n))
        return REACT_PAINT | REACT_SECRET;
    if (focused(s)->fixed)
        error_set(e, ERR_REFUSED, "paste: %s is not typed here",
                  focused(s)->label);
    else if (form_paste(&s->form, text, n, e) == ERR_OK)
        editor_offers_later(s);
    return REACT_PAINT;
}
