/* Conflicts in documents: their shape, reading and words. */
#include "workflow/document/conflicts.h"

#include <stdlib.h>
#include <string.h>

#include "base/ident.h"
#include "base/mem.h"
#include "base/text.h"
#include "workflow/document/shape.h"

enum { CONFLICTS_MOST = 20000 };

static const char *const words[] = {
#define SUBJECT(id, word, help) word,
#include "workflow/document/conflicts.def"
#undef SUBJECT
};

static const char *const states[] = {"conflict", "gone"};

/* The place of WORD in the N words of LIST; N where it is none of them. */
static size_t
word_index(const char *const *list, size_t n, const char *word)
{
    size_t i = 0;
    while (i < n && !text_equal(list[i], word))
        i++;
    return i;
}

/* --- shape ---------------------------------------------------------------- */

static enum err
check_conflict(struct shape *s, const struct value *v)
{
    static const char *const keys[] = {"state", "subject", "block", "kind",
                                       "name",  "table",   "field", "base",
                                       "ours",  "theirs",  NULL};
    enum err err = shape_need_type(s, v, VALUE_OBJECT);
    if (!err)
        err = shape_only_keys(s, v, keys);
    for (size_t i = 2; !err && i < 7; i++) {
        const struct value *text = value_get(v, keys[i]);
        size_t mark = shape_enter(s, keys[i]);
        if (text)
            err = shape_need_type(s, text, VALUE_STRING);
        if (text && !err)
            err = shape_need_no_nul(s, text);
        shape_leave(s, mark, err);
    }
    if (!err && (word_index(states, 2, value_get_text(v, "state")) == 2 ||
                 word_index(words, CONFLICT_SUBJECTS,
                            value_get_text(v, "subject")) == CONFLICT_SUBJECTS))
        err = shape_fail(s, ERR_INVALID,
                         "a conflict has a known state and subject");
    if (!err && value_get(v, "block") && !uuid_is(value_get_text(v, "block")))
        err = shape_fail(s, ERR_INVALID, "a conflict names a block by its id");
    return err;
}

enum err
shape_conflicts(struct shape *s, struct value *list)
{
    enum err err = shape_need_type(s, list, VALUE_ARRAY);
    if (!err && value_size(list) > CONFLICTS_MOST)
        err = shape_fail(s, ERR_TOO_BIG, "more than %d conflicts",
                         CONFLICTS_MOST);
    for (size_t i = 0; !err && i < value_size(list); i++) {
        size_t mark = shape_enter_index(s, i);
        err = shape_leave(s, mark, check_conflict(s, value_at(list, i)));
    }
    if (value_size(list) > 0)
        s->format = DOCUMENT_CONFLICTS;
    return err;
}

/* --- reading -------------------------------------------------------------- */

size_t
document_conflicts(const struct document *d)
{
    return value_size(value_get(d->root, "conflicts"));
}

void
document_conflict(const struct document *d, size_t i, struct conflict *out)
{
    const struct value *v = value_at(value_get(d->root, "conflicts"), i);
    *out = (struct conflict){
        .state = word_index(states, 1, value_get_text(v, "state"))
                     ? CONFLICT_GONE
                     : CONFLICT_BOTH,
        .subject = (enum conflict_subject)word_index(
            words, CONFLICT_SUBJECTS, value_get_text(v, "subject")),
        .block = value_get_text(v, "block"),
        .kind = value_get_text(v, "kind"),
        .name = value_get_text(v, "name"),
        .table = value_get_text(v, "table"),
        .field = value_get_text(v, "field"),
        .base = value_get(v, "base"),
        .ours = value_get(v, "ours"),
        .theirs = value_get(v, "theirs"),
    };
}

struct value *
conflict_value(const struct conflict *c)
{
    const struct {
        const char *key;
        const char *text;
    } texts[] = {{"block", c->block},
                 {"kind", c->kind},
                 {"name", c->name},
                 {"table", c->table},
                 {"field", c->field}};
    const struct {
        const char *key;
        const struct value *v;
    } values[] = {{"base", c->base}, {"ours", c->ours}, {"theirs", c->theirs}};
    struct value *v = value_object();
    value_set_text(v, "state", states[c->state]);
    value_set_text(v, "subject", words[c->subject]);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (texts[i].text)
            value_set_text(v, texts[i].key, texts[i].text);
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        if (values[i].v)
            value_set(v, values[i].key, value_copy(values[i].v));
    return v;
}

/* --- words ---------------------------------------------------------------- */

const char *
conflict_subject_word(enum conflict_subject subject)
{
    return words[subject];
}

char *
conflict_place(const struct conflict *c, const char *name)
{
    const char *block = name ? name : c->name ? c->name : "";
    switch (c->subject) {
    case CONFLICT_FIELD:
    case CONFLICT_ROW:
        return mem_printf("%s > %s", block, c->field);
    case CONFLICT_ROW_PLACE:
        return mem_printf("%s > place of %s", block, c->field);
    case CONFLICT_NAME:
    case CONFLICT_PLACE:
        return mem_printf("%s > %s", block, words[c->subject]);
    case CONFLICT_BLOCK:
    case CONFLICT_TRIGGER:
        return mem_printf("%s block %s", c->kind ? c->kind : "", block);
    case CONFLICT_TABLE:
        return mem_printf("table %s", c->table);
    case CONFLICT_ENTRY:
        return mem_printf("table %s > %s", c->table, c->field);
    default:
        return mem_printf("%s > %s", words[c->subject], c->field);
    }
}

char *
conflict_field(const struct conflict *c)
{
    switch (c->subject) {
    case CONFLICT_ROW:
    case CONFLICT_ROW_PLACE:
        return mem_printf("mapping[%s]", c->field);
    case CONFLICT_NAME:
        return mem_strdup("name");
    case CONFLICT_TABLE:
    case CONFLICT_ENTRY:
        return mem_printf("tables[%s]", c->table);
    default:
        return mem_strdup(c->field);
    }
}

/* Where a block stands, of {"parent","list","after":[…]}. */
static char *
show_place(const struct value *v)
{
    const char *before = value_get_text(v, "afterName");
    const char *parent = value_get_text(v, "parentName");
    return mem_printf("%s%s%s", parent ? parent : "the workflow",
                      before ? ", after " : ", first", before ? before : "");
}

char *
conflict_show(const struct conflict *c, const struct value *v)
{
    if (!v)
        return mem_strdup("not there");
    if (c->subject == CONFLICT_PLACE || c->subject == CONFLICT_ROW_PLACE)
        return show_place(v);
    if (c->subject == CONFLICT_BLOCK || c->subject == CONFLICT_TRIGGER)
        return mem_strdup(value_text_or(
            value_is(v, VALUE_OBJECT) ? value_get(v, "name") : v, ""));
    const char *source = value_get_text(v, "source");
    if (c->subject == CONFLICT_ROW && value_size(v) <= 2)
        return mem_strdup(source ? source : "blank");
    return value_is(v, VALUE_STRING) ? mem_strdup(value_text(v, NULL))
                                     : value_to_text(v);
}
