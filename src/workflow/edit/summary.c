/* Summaries in words: one function a kind of sentence, named in kinds.def. */
#include "workflow/edit/summary.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* What a summary is made of. */
struct telling {
    const struct block *b;
    const struct document *d;
    const struct connector_set *set;
    struct buf out;
};

/* The text of FIELD, or "asked from the user", or "not set". */
static const char *
told(const struct telling *t, const char *field)
{
    const char *text = block_text(t->b, field);
    if (block_field_asked(t->b, field))
        return "asked from the user";
    return *text ? text : "not set";
}

static void
tell_rows(struct telling *t)
{
    const struct value *rows = block_field(t->b, "mapping");
    size_t n = value_size(rows), blank = 0;
    for (size_t i = 0; i < n; i++)
        blank += !value_get(value_at(rows, i), "source") &&
                 !value_get(value_at(rows, i), "default");
    if (n > 0)
        buf_addf(&t->out, ", %zu field%s", n, n == 1 ? "" : "s");
    if (blank > 0)
        buf_addf(&t->out, ", %zu blank", blank);
}

static void
tell_count(struct telling *t, const char *field, const char *one)
{
    size_t n = value_size(block_field(t->b, field));
    buf_addf(&t->out, "%zu %s%s", n, one, n == 1 ? "" : "s");
}

static void
summary_plain(struct telling *t)
{
    buf_adds(&t->out, t->b->kind->title);
}

static void
summary_event(struct telling *t)
{
    buf_adds(&t->out, told(t, "event"));
}

static void
summary_schedule(struct telling *t)
{
    buf_addf(&t->out, "%s %s", told(t, "cron"), told(t, "zone"));
}

static void
summary_action(struct telling *t)
{
    const char *app = told(t, "app"), *action = told(t, "action");
    const struct connector *c =
        t->set ? connector_set_find(t->set, document_connector(t->d, app))
               : NULL;
    const struct connector_action *a = c ? connector_action(c, action) : NULL;
    buf_addf(&t->out, "%s: %s", c ? connector_name(c) : app,
             a ? a->name : action);
    tell_rows(t);
}

static void
summary_api(struct telling *t)
{
    buf_addf(&t->out, "%s %s", told(t, "method"), told(t, "url"));
    tell_rows(t);
}

static void
summary_mapping(struct telling *t)
{
    buf_adds(&t->out, "builds a value");
    tell_rows(t);
}

static void
summary_formula(struct telling *t)
{
    buf_adds(&t->out, told(t, "formula"));
}

static void
summary_code(struct telling *t)
{
    tell_count(t, "inputs", "input");
}

static void
summary_filter(struct telling *t)
{
    buf_addf(&t->out, "%s where %s", told(t, "list"), told(t, "condition"));
}

static void
summary_if(struct telling *t)
{
    buf_adds(&t->out, told(t, "condition"));
}

static void
summary_branch(struct telling *t)
{
    tell_count(t, "cases", "case");
    buf_addf(&t->out, ", %s",
             strcmp(told(t, "match"), "all") == 0 ? "all that match"
                                                  : "the first that matches");
}

static void
summary_iterate(struct telling *t)
{
    buf_adds(&t->out, told(t, "list"));
    if (block_sets_aside(t->b))
        buf_adds(&t->out, ", failed elements are set aside");
}

static void
summary_delay(struct telling *t)
{
    if (block_field(t->b, "until"))
        buf_addf(&t->out, "until %s", told(t, "until"));
    else
        buf_addf(&t->out, "for %s", told(t, "for"));
}

static void
summary_variables(struct telling *t)
{
    const struct value *values = block_field(t->b, "values");
    for (size_t i = 0; i < value_size(values); i++)
        buf_addf(&t->out, "%s%s", i ? ", " : "asks ",
                 value_get_text(value_at(values, i), "name"));
    if (value_size(values) == 0)
        buf_adds(&t->out, "asks nothing");
}

static void
summary_call(struct telling *t)
{
    buf_addf(&t->out, "runs %s", told(t, "workflow"));
    tell_rows(t);
}

static void
summary_stop(struct telling *t)
{
    bool to_do = strcmp(told(t, "reason"), "todo") == 0;
    buf_adds(&t->out, to_do ? "to do" : "normal end");
    if (block_field(t->b, "note"))
        buf_addf(&t->out, ": %s", told(t, "note"));
}

static void (*const summaries[])(struct telling *t) = {
#define KIND(id, role, runs, summary, ...) summary_##summary,
#include "workflow/document/kinds.def"
#undef KIND
};

char *
summary_block(const struct block *b, const struct document *d,
              const struct connector_set *set)
{
    struct telling t = {.b = b, .d = d, .set = set};
    buf_init_any(&t.out);
    summaries[b->kind->id](&t);
    return buf_take(&t.out);
}

char *
summary_edit(const struct document *from, const struct document *to)
{
    struct change_list changes;
    struct buf out;
    change_list_init(&changes);
    buf_init_any(&out);
    diff_documents(from, to, &changes);
    for (size_t i = 0; i < changes.count && i < 2; i++)
        buf_addf(&out, "%s%s", i ? "; " : "", changes.items[i].text);
    if (changes.count > 2)
        buf_addf(&out, "; and %zu more", changes.count - 2);
    if (changes.count == 0)
        buf_adds(&out, "nothing changed");
    change_list_clear(&changes);
    return buf_take(&out);
}
