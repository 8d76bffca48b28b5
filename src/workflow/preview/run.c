/* Previews: walking a document with one sample. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "workflow/preview/preview_private.h"

/* --- the steps ------------------------------------------------------------ */
/* Sets the zone of dates by the block's own; OUT holds it. False after a
 * failure, which is noted. */
static bool
take_zone(struct walk *w, const struct block *b, struct buf *out)
{
    const struct preview_step *s = &w->p->steps[preview_index(w->p, b)];
    bool failed = false;
    if (!s->zone.there)
        buf_adds(out, block_text(b, "zone"));
    else if (walk_evaluate(w, b, &s->zone, out, &failed) && out->len > 2) {
        out->data[out->len - 1] = '\0'; /* the quotes of JSON */
        memmove(out->data, out->data + 1, out->len - 1);
    }
    if (*buf_str(out))
        w->scope.zone = buf_str(out);
    return !failed;
}

/* Evaluates the formula of B into {"result":…}; a math block gives a number
 * or nothing. */
static void
make_result(struct walk *w, const struct block *b, struct json_text *made)
{
    const struct preview_step *s = &w->p->steps[preview_index(w->p, b)];
    bool failed = false;
    buf_adds(&made->text, "{\"result\":");
    size_t start = made->text.len;
    bool value = walk_evaluate(w, b, &s->formula, &made->text, &failed);
    if (failed)
        return;
    if (!value)
        buf_truncate(&made->text, 1);
    else if (b->kind->id == KIND_math &&
             !strchr("-0123456789", made->text.data[start])) {
        walk_note(w, b, PREVIEW_FAILED, NULL,
                  mem_strdup("formula: it does not give a number"));
        return;
    }
    buf_addc(&made->text, '}');
    walk_finish(w, b, made);
}

static void
step_formula(struct walk *w, const struct block *b)
{
    const char *outer = w->scope.zone;
    struct json_text made;
    struct buf zone;
    if (walk_reads_unknown(w, b))
        return;
    if (!w->p->steps[preview_index(w->p, b)].formula.there) {
        walk_note(w, b, PREVIEW_FAILED, NULL,
                  mem_strdup("its formula is empty"));
        return;
    }
    json_text_init(&made);
    buf_init(&zone, 200);
    if (take_zone(w, b, &zone))
        make_result(w, b, &made);
    w->scope.zone = outer;
    buf_clear(&zone);
    json_text_clear(&made);
}

/* Evaluates the list of B into LIST; false where there is none to walk, which
 * is noted. */
static bool
read_list(struct walk *w, const struct block *b, struct json_text *list)
{
    const struct preview_step *s = &w->p->steps[preview_index(w->p, b)];
    struct error e;
    bool failed = false;
    json_text_init(list);
    if (!s->from.there) {
        walk_note(w, b, PREVIEW_FAILED, NULL, mem_strdup("it has no list yet"));
        return false;
    }
    bool value = walk_evaluate(w, b, &s->from, &list->text, &failed);
    if (failed)
        return false;
    if (!value) {
        walk_note(w, b, PREVIEW_FAILED, NULL,
                  mem_strdup("list: it is not there"));
        return false;
    }
    if (!json_text_close(list, &e)) {
        walk_note(w, b, PREVIEW_FAILED, NULL, mem_strdup(e.text));
        return false;
    }
    if (list->tape.nodes[0].type == VALUE_ARRAY)
        return true;
    walk_note(w, b, PREVIEW_FAILED, NULL, mem_strdup("list: not a list"));
    return false;
}

/* Makes element I of LIST, at node AT, $ and @. */
static void
enter_element(struct walk *w, const struct json_text *list, uint32_t at,
              uint64_t position)
{
    w->scope.root = (struct node_ref){&list->tape, at};
    w->scope.current = w->scope.root;
    w->scope.position = position;
}

/* Appends the elements of LIST for which the condition is true; FIRST stops
 * at one. False after a failure, which is noted. */
static bool
filter_list(struct walk *w, const struct block *b, const struct json_text *list,
            bool first, struct buf *out)
{
    const struct tape_node *nodes = list->tape.nodes;
    const struct scope outer = w->scope;
    uint64_t position = 0;
    size_t found = 0;
    bool failed = false;
    for (uint32_t at = 1; at < nodes[0].next && !failed && !(first && found);
         at = nodes[at].next) {
        w->scope.current = (struct node_ref){&list->tape, at};
        w->scope.position = ++position;
        if (!walk_condition(w, b, &failed))
            continue;
        if (found++ > 0)
            buf_addc(out, ',');
        tape_write(&list->tape, at, out);
    }
    w->scope = outer;
    return !failed;
}

static void
step_filter(struct walk *w, const struct block *b)
{
    bool first = b->kind->id == KIND_find;
    struct json_text list, made;
    if (walk_reads_unknown(w, b))
        return;
    json_text_init(&made);
    if (read_list(w, b, &list)) {
        buf_adds(&made.text, first ? "{\"result\":" : "{\"result\":[");
        size_t start = made.text.len;
        bool good = filter_list(w, b, &list, first, &made.text);
        if (first && made.text.len == start)
            buf_truncate(&made.text, 1);
        buf_adds(&made.text, first ? "}" : "]}");
        if (good)
            walk_finish(w, b, &made);
    }
    json_text_clear(&list);
    json_text_clear(&made);
}

static void walk_list(struct walk *w, size_t from, size_t to, const char *list,
                      const char *skipped);

static void
step_if(struct walk *w, const struct block *b)
{
    size_t first = preview_index(w->p, b) + 1;
    bool failed = false;
    if (walk_reads_unknown(w, b)) {
        walk_skip(w, first, b->end, "the condition is not known");
        return;
    }
    bool yes = walk_condition(w, b, &failed);
    if (failed) {
        walk_skip(w, first, b->end, "the condition failed");
        return;
    }
    walk_note(w, b, PREVIEW_MADE, yes ? "true" : "false", NULL);
    walk_list(w, first, b->end, yes ? "then" : "else",
              yes ? "the condition is true" : "the condition is false");
}

/* True where a block inside B asks an app. */
static bool
asks_apps(const struct walk *w, const struct block *b)
{
    for (size_t i = preview_index(w->p, b) + 1; i < b->end; i++) {
        if (kind_sends(w->p->document->blocks[i].kind))
            return true;
    }
    return false;
}

/* Notes what B came to after COUNT elements of which ASIDE failed. */
static void
end_iterate(struct walk *w, const struct block *b, size_t count, size_t aside)
{
    struct json_text made;
    json_text_init(&made);
    buf_addf(&made.text, "{\"count\":%zu,\"done\":%zu,\"setAside\":%zu}", count,
             count - aside, aside);
    if (asks_apps(w, b)) {
        walk_note(w, b, PREVIEW_MADE, buf_str(&made.text), NULL);
        walk_take_sampled(w, b);
    } else {
        walk_finish(w, b, &made);
    }
    json_text_clear(&made);
}

static void
step_iterate(struct walk *w, const struct block *b)
{
    const struct scope outer = w->scope;
    size_t first = preview_index(w->p, b) + 1;
    size_t count = 0, aside = 0;
    bool failed_before = w->element_failed;
    struct json_text list;
    if (walk_reads_unknown(w, b)) {
        walk_skip(w, first, b->end, "the list is known only after a run");
        return;
    }
    if (!read_list(w, b, &list)) {
        walk_skip(w, first, b->end, "there is no list to walk");
        json_text_clear(&list);
        return;
    }
    const struct tape_node *nodes = list.tape.nodes;
    uint32_t at = 1;
    for (; at < nodes[0].next && count < PREVIEW_ELEMENTS && !w->ended_at;
         at = nodes[at].next) {
        w->element_failed = false;
        enter_element(w, &list, at, ++count);
        walk_list(w, first, b->end, "blocks", NULL);
        aside += w->element_failed;
    }
    w->out->truncated = w->out->truncated || at < nodes[0].next;
    if (count == 0)
        walk_skip(w, first, b->end, "the list is empty");
    w->scope = outer;
    w->element_failed = failed_before;
    end_iterate(w, b, count, aside);
    json_text_clear(&list);
}

static void
step_stop(struct walk *w, const struct block *b)
{
    bool todo = strcmp(block_text(b, "reason"), "todo") == 0;
    walk_note(
        w, b, PREVIEW_MADE, NULL,
        mem_strdup(todo ? "the run stops here, to do" : "the run ends here"));
    w->ended_at = b->name;
}

/* Kinds whose output only a run or a sample knows. */
static void
step_sampled(struct walk *w, const struct block *b)
{
    const struct json_text *to = &w->outputs[preview_index(w->p, b)];
    size_t first = preview_index(w->p, b) + 1;
    if (walk_take_sampled(w, b))
        walk_note(w, b, PREVIEW_MADE, buf_str(&to->text), NULL);
    else
        walk_note(w, b, PREVIEW_UNKNOWN, NULL,
                  mem_strdup("known only after a run"));
    walk_skip(w, first, b->end, "known only after a run");
}

static const struct {
    enum kind_id kind;
    void (*step)(struct walk *w, const struct block *b);
} steps[] = {
    {KIND_math, step_formula},
    {KIND_text, step_formula},
    {KIND_date, step_formula},
    {KIND_filter, step_filter},
    {KIND_find, step_filter},
    {KIND_map, preview_step_map},
    {KIND_action, preview_step_send},
    {KIND_api, preview_step_send},
    {KIND_if, step_if},
    {KIND_iterate, step_iterate},
    {KIND_stop, step_stop},
};

static void
meet(struct walk *w, const struct block *b)
{
    if (w->p->meet)
        w->p->meet(w->p->meet_context, b, &w->scope);
}

static void
walk_block(struct walk *w, const struct block *b)
{
    meet(w, b);
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        if (steps[i].kind == b->kind->id) {
            steps[i].step(w, b);
            return;
        }
    }
    step_sampled(w, b);
}

/* Walks the blocks FROM to TO that stand in LIST; others are noted as
 * SKIPPED. */
static void
walk_list(struct walk *w, size_t from, size_t to, const char *list,
          const char *skipped)
{
    const struct block *blocks = w->p->document->blocks;
    for (size_t i = from; i < to; i = blocks[i].end) {
        if (w->ended_at) {
            char *why = mem_printf("the run ends at %s", w->ended_at);
            walk_skip(w, i, blocks[i].end, why);
            free(why);
        } else if (strcmp(blocks[i].list, list) == 0) {
            walk_block(w, &blocks[i]);
        } else {
            walk_skip(w, i, blocks[i].end, skipped);
        }
    }
}

static void
results_init(struct preview *out, struct previewer *p)
{
    size_t n = p->document->count;
    *out = (struct preview){.count = n};
    out->blocks = mem_array(n, sizeof *out->blocks);
    for (size_t i = 0; i < n; i++) {
        struct preview_block *r = &out->blocks[i];
        r->block = &p->document->blocks[i];
        r->rows = &p->steps[i].rows;
        r->row_unknown = mem_array(r->rows->count + 1, sizeof(bool));
        if (p->steps[i].plan)
            plan_report_init(&r->report, p->steps[i].plan);
    }
}

/* A row that looked up what is known only after a run is unknown. */
static void
mark_unresolved(struct preview_block *b)
{
    for (size_t i = 0; i < b->report.count; i++)
        b->row_unknown[i] |= b->report.rows[i].counts[PLAN_UNKNOWN] > 0;
}

/* Makes LOOKUPS (NULL: none) of the sample what look-ups find. */
static void
take_lookups(struct walk *w, const struct value *lookups)
{
    json_text_init(&w->lookups);
    if (!lookups)
        return;
    value_write(&w->lookups.text, lookups);
    json_text_close(&w->lookups, NULL);
}

enum err
preview_run(struct preview *out, struct previewer *p,
            const struct value *sample, int64_t now_ms, struct error *e)
{
    const struct document *d = p->document;
    const struct value *input = value_get(sample, "input");
    struct walk w = {.p = p,
                     .out = out,
                     .sample_outputs = value_get(sample, "outputs"),
                     /* A preview shows what a new record would get. */
                     .scope = {.now_ms = now_ms,
                               .record = RECORD_NEW,
                               .output = walk_output,
                               .lookup = walk_lookup,
                               .resolver = &w,
                               .resolve = walk_resolve,
                               .is_list = walk_is_list}};
    size_t first = d->trigger ? d->trigger->end : 0;
    results_init(out, p);
    if (!input)
        return error_set(e, ERR_INVALID,
                         "the sample has no \"input\": it is "
                         "{\"input\":BODY,\"outputs\":{BLOCK:OUTPUT}}");
    take_lookups(&w, value_get(sample, "lookups"));
    w.outputs = mem_array(d->count + 1, sizeof *w.outputs);
    for (size_t i = 0; i <= d->count; i++)
        json_text_init(&w.outputs[i]);
    struct json_text *body = &w.outputs[d->trigger ? 0 : d->count];
    value_write(&body->text, input);
    enum err err = json_text_close(body, e) ? ERR_OK : ERR_INVALID;
    w.scope.context = &w;
    w.scope.root = w.scope.current = json_text_root(body);
    if (err == ERR_OK && d->trigger) {
        meet(&w, d->trigger);
        walk_note(&w, d->trigger, PREVIEW_MADE, buf_str(&body->text), NULL);
    }
    if (err == ERR_OK)
        walk_list(&w, first, d->count, "blocks", NULL);
    for (size_t i = 0; i < d->count; i++)
        mark_unresolved(&out->blocks[i]);
    for (size_t i = 0; i <= d->count; i++)
        json_text_clear(&w.outputs[i]);
    free(w.outputs);
    json_text_clear(&w.lookups);
    return err;
}
