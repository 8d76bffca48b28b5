/* Warnings: the rows of each mapping run over the samples, without what would
 * hide their keys, and each value is looked at. */
#include "workflow/warn/warn.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "mapping/formula/formula.h"
#include "mapping/functions/composed.h"
#include "mapping/row/list.h"
#include "mapping/row/target.h"
#include "workflow/connector/schema.h"
#include "workflow/document/expected.h"
#include "workflow/warn/warn_private.h"

#define OUTPUT_MAX (16u << 20)
#define KEY_MAX (1u << 16)

static const struct {
    const char *code, *what, *remedy;
} help[WARNINGS] = {
#define WARNING(id, code, what, remedy) {code, what, remedy},
#include "workflow/warn/warnings.def"
#undef WARNING
};

/* How often a warning was met, in samples. */
struct tally {
    size_t samples;
    size_t last; /* the sample */
    char *example;
};

struct watched_row {
    const struct mapping_row *row;
    struct target target;
    bool looked_up, key;
    unsigned decimals; /* of formula_decimals */
    const struct schema_target *schema;
    struct tally tallies[WARNINGS];
};

/* A block with a mapping. */
struct watched {
    const struct block *block;
    struct mapping_rows rows, bare;
    struct plan *plan; /* of BARE; NULL: it is not looked at */
    struct watched_row *items;
    struct tally total;
    struct schema_targets schema;
    size_t samples, last;
};

struct watch {
    const struct document *document;
    const struct connector_set *set;
    struct watched *blocks;
    size_t sample; /* its number, from 1 */
};

/* --- what is looked at --------------------------------------------------- */

/* True where the row I is the field by which lines are merged. */
static bool
is_merge_key(const struct mapping_rows *rows, size_t i)
{
    bool found = false;
    for (size_t k = 0; k < rows->count && !found; k++) {
        const char *text = rows->rows[k].more[ROW_LIST];
        struct row_list list;
        struct buf key;
        if (!text)
            continue;
        buf_init(&key, KEY_MAX);
        buf_addf(&key, "%s.", rows->rows[k].target);
        if (row_list_read(&list, text, NULL) == ERR_OK &&
            list.policy == LIST_MERGE)
            target_write(&list.key, list.key.count, &key);
        found = strcmp(buf_str(&key), rows->rows[i].target) == 0;
        target_clear(&list.key);
        buf_clear(&key);
    }
    return found;
}

static void
watch_row(struct watched *w, size_t i, unsigned language)
{
    const struct mapping_row *row = &w->rows.rows[i];
    struct watched_row *to = &w->items[i];
    to->row = row;
    to->schema = schema_targets_find(&w->schema, row->target);
    to->looked_up = row->more[ROW_LOOKUP] || row->more[ROW_FIND] ||
                    row->more[ROW_REFERENCE];
    to->decimals = warn_fixed_decimals(row, language);
    if (target_parse(&to->target, row->target, NULL) != ERR_OK ||
        to->target.count == 0)
        return;
    const struct target_step *last = &to->target.steps[to->target.count - 1];
    to->key = to->looked_up || is_merge_key(&w->rows, i) ||
              (last->kind == TARGET_NAME &&
               warn_is_key_name(last->name, last->name_len));
}

/* The rows without what would keep a key or a missing value from being seen. */
static void
make_bare(struct mapping_rows *rows)
{
    for (size_t i = 0; i < rows->count; i++) {
        rows->rows[i].required = false;
        row_set(&rows->rows[i], ROW_LOOKUP, NULL);
        row_set(&rows->rows[i], ROW_FIND, NULL);
        row_set(&rows->rows[i], ROW_REFERENCE, NULL);
    }
}

static void
watch_block(struct watch *v, size_t at)
{
    struct watched *w = &v->blocks[at];
    unsigned language = document_language(v->document);
    w->block = &v->document->blocks[at];
    if (!kind_field(w->block->kind, "mapping") ||
        rows_read(&w->rows, block_field(w->block, "mapping"), NULL) != ERR_OK)
        return;
    rows_copy(&w->bare, &w->rows);
    make_bare(&w->bare);
    if (plan_compile(&w->plan, &w->bare, language, PLAN_FAST, NULL, NULL) !=
        ERR_OK)
        return;
    schema_collect(&w->schema,
                   document_input_schema(v->document, v->set, w->block), NULL);
    w->items = mem_array(w->rows.count, sizeof *w->items);
    for (size_t i = 0; i < w->rows.count; i++)
        watch_row(w, i, language);
}

static void
unwatch_block(struct watched *w)
{
    for (size_t i = 0; w->items && i < w->rows.count; i++) {
        target_clear(&w->items[i].target);
        for (size_t k = 0; k < WARNINGS; k++)
            free(w->items[i].tallies[k].example);
    }
    free(w->items);
    free(w->total.example);
    plan_free(w->plan);
    schema_targets_clear(&w->schema);
    rows_clear(&w->rows);
    rows_clear(&w->bare);
}

/* --- one record ---------------------------------------------------------- */

/* One row over what a record came to. */
struct looking {
    struct watch *v;
    struct watched *w;
    struct watched_row *row;
    const struct tape *tape;
};

/* Counts the warning in this sample, and keeps the first example (taken, or
 * NULL). */
static void
hit(const struct watch *v, struct tally *t, char *example)
{
    t->samples += t->last != v->sample;
    t->last = v->sample;
    if (t->example)
        free(example);
    else
        t->example = example;
}

static void
hit_text(struct looking *l, enum warning warning, const struct buf *text)
{
    struct buf example;
    buf_init(&example, 1000);
    warn_show(&example, buf_str(text), text->len);
    hit(l->v, &l->row->tallies[warning], buf_take(&example));
}

static void
look_at_text(struct looking *l, uint32_t at)
{
    struct buf text;
    buf_init(&text, KEY_MAX);
    tape_string(l->tape, at, &text);
    if (buf_failed(&text))
        buf_reset(&text);
    if (l->row->key && warn_odd_spaces(buf_str(&text), text.len))
        hit_text(l, WARNING_KEY_SPACES, &text);
    if (l->row->key && !text_is_composed(buf_str(&text), text.len))
        hit_text(l, WARNING_KEY_FORM, &text);
    if (warn_decoded_twice(buf_str(&text), text.len))
        hit_text(l, WARNING_ENCODING, &text);
    buf_clear(&text);
}

static void
look_at_number(struct looking *l, uint32_t at)
{
    const struct schema_target *t = l->row->schema;
    const struct tape_node *n = &l->tape->nodes[at];
    if (t && t->schema && !l->row->looked_up && (t->types & SCHEMA_STRING) &&
        !(t->types & SCHEMA_NUMBER))
        hit(l->v, &l->row->tallies[WARNING_NUMBER],
            mem_strndup(l->tape->text + n->start, n->length));
}

/* The first COUNT steps of the target are the first ones without a value. */
static void
look_at_missing(struct looking *l, size_t count)
{
    const struct schema_target *t;
    struct buf path;
    buf_init(&path, KEY_MAX);
    target_write(&l->row->target, count, &path);
    t = schema_targets_find(&l->w->schema, buf_str(&path));
    if (t && t->required && *l->row->row->source)
        hit(l->v, &l->row->tallies[WARNING_REQUIRED], NULL);
    buf_clear(&path);
}

/* The node that the step S leads to from AT; 0: none. */
static uint32_t
step_from(const struct tape *t, uint32_t at, const struct target_step *s)
{
    const struct tape_node *n = &t->nodes[at];
    uint32_t i = at + 1;
    if (s->kind == TARGET_NAME)
        return n->type == VALUE_OBJECT
                   ? tape_member(t, at, s->name, s->name_len)
                   : 0;
    for (uint64_t k = 0; n->type == VALUE_ARRAY && i < n->next; k++) {
        if (k == s->index)
            return i;
        i = t->nodes[i].next;
    }
    return 0;
}

/* Looks at all that the row fills, from the node AT and the step STEP on. */
static void
look(struct looking *l, uint32_t at, size_t step)
{
    const struct target *target = &l->row->target;
    const struct tape_node *n = &l->tape->nodes[at];
    if (step == target->count) {
        if (n->type == VALUE_STRING)
            look_at_text(l, at);
        else if (n->type == VALUE_NUMBER)
            look_at_number(l, at);
        return;
    }
    if (target->steps[step].kind == TARGET_LIST) {
        uint32_t end = n->type == VALUE_ARRAY ? n->next : at;
        for (uint32_t i = at + 1; i < end; i = l->tape->nodes[i].next)
            look(l, i, step + 1);
        return;
    }
    uint32_t next = step_from(l->tape, at, &target->steps[step]);
    if (next)
        look(l, next, step + 1);
    else
        look_at_missing(l, step + 1);
}

static void
look_at_currency(struct watch *v, struct watched_row *row,
                 const struct scope *scope)
{
    struct buf currency;
    int places = 2;
    if (!row->decimals)
        return;
    buf_init(&currency, 100);
    bool named = warn_currency(scope->root, &currency, &places);
    if (named && ((row->decimals & FORMULA_SCALES) || places != 2))
        hit(v, &row->tallies[WARNING_CURRENCY], mem_strdup(buf_str(&currency)));
    buf_clear(&currency);
}

static void
look_at_filter(struct watch *v, struct watched *w, size_t i,
               const struct scope *scope)
{
    struct buf example;
    buf_init(&example, 1000);
    if (warn_filter_mixes(&w->bare, i, document_language(v->document), scope,
                          &example))
        hit(v, &w->items[i].tallies[WARNING_FILTER],
            mem_strdup(buf_str(&example)));
    buf_clear(&example);
}

static void
look_at_row(struct watch *v, struct watched *w, size_t i, const struct tape *t,
            const struct scope *scope, const struct plan_row_report *report)
{
    struct looking l = {v, w, &w->items[i], t};
    if (l.row->target.count > 0)
        look(&l, 0, 0);
    if (l.row->row->required && *l.row->row->source &&
        report->counts[PLAN_MISSING] > 0)
        hit(v, &l.row->tallies[WARNING_REQUIRED], NULL);
    look_at_currency(v, l.row, scope);
    look_at_filter(v, w, i, scope);
}

/* Maps SCOPE by the rows of W into OUT; rows that fail are left out. */
static enum err
map_bare(const struct watch *v, const struct watched *w,
         const struct scope *scope, struct buf *out, struct plan_report *report)
{
    struct mapping_rows rows;
    struct plan *plan = NULL;
    enum err err = plan_run(w->plan, scope, out, report, NULL);
    if (err == ERR_OK)
        return err;
    rows_init(&rows);
    rows_copy(&rows, &w->bare);
    for (size_t i = 0; i < rows.count; i++)
        if (report->rows[i].counts[PLAN_FAILED] > 0)
            row_blank(&rows.rows[i]);
    err = plan_compile(&plan, &rows, document_language(v->document), PLAN_FAST,
                       NULL, NULL);
    plan_report_clear(report);
    plan_report_init(report, w->plan);
    if (err == ERR_OK)
        err = plan_run(plan, scope, out, report, NULL);
    plan_free(plan);
    rows_clear(&rows);
    return err;
}

static void
look_at_output(struct watch *v, struct watched *w, const struct tape *t,
               const struct scope *scope, const struct plan_report *report)
{
    struct buf example;
    for (size_t i = 0; i < w->rows.count; i++)
        look_at_row(v, w, i, t, scope, &report->rows[i]);
    buf_init(&example, 400);
    if (warn_total_differs((struct node_ref){t, 0}, &example))
        hit(v, &w->total, buf_take(&example));
    buf_clear(&example);
}

/* The previewer's visitor. */
static void
visit(void *context, const struct block *b, const struct scope *scope)
{
    struct watch *v = context;
    struct watched *w = &v->blocks[b - v->document->blocks];
    struct plan_report report;
    struct buf out;
    struct tape tape;
    if (!w->plan)
        return;
    w->samples += w->last != v->sample;
    w->last = v->sample;
    plan_report_init(&report, w->plan);
    buf_init(&out, OUTPUT_MAX);
    tape_init(&tape);
    if (map_bare(v, w, scope, &out, &report) == ERR_OK &&
        tape_read(&tape, buf_str(&out), out.len, &value_limits_event, "output",
                  NULL) == ERR_OK)
        look_at_output(v, w, &tape, scope, &report);
    tape_clear(&tape);
    buf_clear(&out);
    plan_report_clear(&report);
}

/* --- sentences ----------------------------------------------------------- */

static void
say(struct problem_list *out, const struct watched *w, const char *field,
    enum warning warning, const struct tally *t)
{
    struct buf where;
    if (t->samples == 0)
        return;
    buf_init(&where, 100);
    if (w->samples == 1)
        buf_adds(&where, "the sample");
    else
        buf_addf(&where, "%zu of %zu samples", t->samples, w->samples);
    problem_add(out, PROBLEM_WARNING, w->block->id, w->block->name, field,
                "%s in %s%s%s (%s)", help[warning].what, buf_str(&where),
                t->example ? ", as in " : "", t->example ? t->example : "",
                help[warning].remedy);
    out->items[out->count - 1].code = help[warning].code;
    buf_clear(&where);
}

static void
say_block(struct problem_list *out, const struct watched *w)
{
    for (size_t i = 0; w->items && i < w->rows.count; i++) {
        char *field = mem_printf("mapping[%s]", w->rows.rows[i].target);
        for (enum warning k = 0; k < WARNINGS; k++)
            say(out, w, field, k, &w->items[i].tallies[k]);
        free(field);
    }
    say(out, w, "mapping", WARNING_TOTAL, &w->total);
}

/* --- value tables -------------------------------------------------------- */

static void
say_table(struct problem_list *out, const char *name, enum warning warning,
          const struct value *table, bool (*is_odd)(const char *s, size_t n))
{
    const struct value *rows = value_get(table, "rows");
    struct buf example;
    size_t count = 0;
    buf_init(&example, 1000);
    for (size_t i = 0; i < value_size(rows); i++) {
        size_t n = 0;
        const struct value *key = value_at(value_at(rows, i), 0);
        const char *text = value_text(key, &n);
        if (!value_is(key, VALUE_STRING) || !is_odd(text, n))
            continue;
        if (count++ == 0)
            warn_show(&example, text, n);
    }
    char *field = mem_printf("tables[%s]", name);
    if (count > 0) {
        problem_add(out, PROBLEM_WARNING, NULL, NULL, field,
                    "%s in %zu of %zu rows, as in %s (correct the table)",
                    help[warning].what, count, value_size(rows),
                    buf_str(&example));
        out->items[out->count - 1].code = help[warning].code;
    }
    free(field);
    buf_clear(&example);
}

static bool
is_apart(const char *s, size_t n)
{
    return !text_is_composed(s, n);
}

void
warnings_find(struct problem_list *out, struct previewer *p,
              const struct document *d, const struct connector_set *set,
              const struct block *block, const struct preview_sample *samples,
              size_t count, int64_t now_ms)
{
    const struct value *tables = block ? NULL : value_get(d->root, "tables");
    struct watch v = {.document = d, .set = set};
    v.blocks = mem_array(d->count + 1, sizeof *v.blocks);
    for (size_t i = 0; i < d->count; i++)
        if (!block || block == &d->blocks[i])
            watch_block(&v, i);
    previewer_visit(p, visit, &v);
    for (size_t i = 0; i < count; i++) {
        struct preview preview = {0};
        v.sample = i + 1;
        (void)preview_run(&preview, p, samples[i].value, now_ms, NULL);
        preview_clear(&preview);
    }
    previewer_visit(p, NULL, NULL);
    for (size_t i = 0; i < d->count; i++) {
        if (v.blocks[i].plan)
            say_block(out, &v.blocks[i]);
        unwatch_block(&v.blocks[i]);
    }
    free(v.blocks);
    for (size_t i = 0; i < value_size(tables); i++) {
        const char *name = value_key(tables, i, NULL);
        say_table(out, name, WARNING_KEY_SPACES, value_at(tables, i),
                  warn_odd_spaces);
        say_table(out, name, WARNING_KEY_FORM, value_at(tables, i), is_apart);
    }
}
