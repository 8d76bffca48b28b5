/* Names and values of a run: scopes, fields, outputs. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "runtime/executor/run.h"
#include "workflow/document/lists.h"

/* --- outputs -------------------------------------------------------------- */

void
output_clear(struct output *o)
{
    buf_clear(&o->text);
    tape_clear(&o->tape);
    *o = (struct output){0};
}

enum err
output_read(struct output *o, struct buf *text, struct error *e)
{
    static const struct value_limits limits = {RUN_OUTPUT_MAX, 256, 20000000};
    output_clear(o);
    o->text = *text;
    *text = (struct buf){.max = text->max};
    tape_init(&o->tape);
    o->set = true;
    return tape_read(&o->tape, buf_str(&o->text), o->text.len, &limits,
                     "output", e);
}

enum err
output_complete(struct output *o, struct error *e)
{
    struct buf text = o->text;
    if (o->set)
        return ERR_OK;
    o->text = (struct buf){0};
    return output_read(o, &text, e);
}

/* --- scopes --------------------------------------------------------------- */

static struct node_ref
root_of(const struct output *o)
{
    if (!o->set || o->tape.count == 0)
        return (struct node_ref){NULL, 0};
    return (struct node_ref){&o->tape, 0};
}

/* The innermost iterate, or NULL. */
static const struct frame *
iterating(const struct run *r)
{
    for (size_t i = r->depth; i > 0; i--)
        if (r->frames[i - 1].iterates)
            return &r->frames[i - 1];
    return NULL;
}

static struct node_ref
output_of(void *context, const char *name, size_t n)
{
    struct exec *x = context;
    const struct document *d = x->run->compiled->document;
    const struct block *b = document_block_named(d, name, n);
    if (!b)
        return (struct node_ref){NULL, 0};
    return root_of(&x->run->outputs[b - d->blocks]);
}

static bool
table_value(void *context, const char *table, size_t table_len, const char *key,
            size_t key_len, struct node_ref *value, bool *has_table)
{
    struct exec *x = context;
    struct run *r = x->run;
    const struct value *t =
        document_table(r->compiled->document, table, table_len);
    const struct value *v = t ? table_lookup(t, key, key_len) : NULL;
    *has_table = t != NULL;
    if (!v)
        return false;
    size_t slot = r->scratch_used++ % (sizeof r->scratch / sizeof *r->scratch);
    struct buf text;
    buf_init(&text, RUN_OUTPUT_MAX);
    value_write(&text, v);
    if (output_read(&r->scratch[slot], &text, NULL) != ERR_OK)
        return false;
    *value = root_of(&r->scratch[slot]);
    return true;
}

static bool
is_list(void *context, const char *block, const char *path)
{
    struct exec *x = context;
    const struct compiled *c = x->run->compiled;
    return document_is_list(c->document, c->connectors, x->block, block, path);
}

struct scope
run_scope(struct exec *x)
{
    const struct frame *f = iterating(x->run);
    struct node_ref root = f ? (struct node_ref){&f->items.tape, f->node}
                             : root_of(&x->run->outputs[0]);
    return (struct scope){
        .root = root,
        .current = root,
        .position = f ? f->position : 0,
        .now_ms = x->run->now_ms,
        .stopped = x->stopped,
        .budget = x->budget,
        .context = x,
        .output = output_of,
        .lookup = table_value,
        .is_list = is_list,
    };
}

enum exec_result
run_mapping_scope(struct exec *x, struct output *holder, struct scope *out)
{
    struct buf text;
    const struct compiled_field *f = run_field(x, "source");
    *out = run_scope(x);
    const struct compiled *c = x->run->compiled;
    const struct connector *app = connector_set_find(
        c->connectors,
        document_connector(c->document, block_text(x->block, "app")));
    out->clears = app ? connector_clears(app) : NULL;
    if (f->source.kind == SOURCE_BLANK && !f->asked)
        return EXEC_DONE;
    buf_init(&text, RUN_OUTPUT_MAX);
    enum source_outcome outcome = run_eval(x, f, out, &text, x->e);
    if (outcome == SOURCE_MISSING) {
        error_set(x->e, ERR_INVALID, "source: it is not there");
        outcome = SOURCE_FAILED;
    }
    if (outcome == SOURCE_FILLED && output_read(holder, &text, x->e) == ERR_OK)
        out->root = out->current = root_of(holder);
    buf_clear(&text);
    return outcome == SOURCE_FILLED ? EXEC_DONE : EXEC_FAILED;
}

/* --- fields --------------------------------------------------------------- */

const struct compiled_field *
run_field(const struct exec *x, const char *name)
{
    static const struct compiled_field none;
    const struct compiled_field *f =
        compiled_field(x->run->compiled, x->index, name);
    return f ? f : &none;
}

/* The user's answer; a formula that was asked for is compiled here. */
static enum source_outcome
eval_answer(struct exec *x, const struct compiled_field *f,
            const struct scope *scope, struct buf *out, struct error *e)
{
    char *name = strcmp(f->name, f->field->name) == 0
                     ? mem_strdup(f->name)
                     : mem_printf("%s[%s]", f->field->name, f->name);
    const struct value *answer =
        value_get(value_get(x->run->answers, x->block->id), name);
    free(name);
    size_t n = 0;
    const char *text = value_text(answer, &n);
    if (!answer || value_is(answer, VALUE_NULL))
        return SOURCE_MISSING;
    if (f->field->type != FIELD_FORMULA || !text || text[0] != '=') {
        value_write(out, answer);
        return SOURCE_FILLED;
    }
    struct source s = {0};
    enum source_outcome outcome = SOURCE_FAILED;
    if (source_compile(&s, text, n, f->language, e) == ERR_OK)
        outcome = source_eval_with(x->arena, &s, scope, out, e);
    source_clear(&s);
    if (x->arena)
        formula_arena_forget(x->arena);
    return outcome;
}

enum source_outcome
run_eval(struct exec *x, const struct compiled_field *f,
         const struct scope *scope, struct buf *out, struct error *e)
{
    enum source_outcome outcome =
        f->asked ? eval_answer(x, f, scope, out, e)
                 : source_eval_with(x->arena, &f->source, scope, out, e);
    if (outcome == SOURCE_FAILED)
        error_prefix(e, "%s", f->name);
    return outcome;
}

/* Takes the quotes off where JSON is a string. */
static enum source_outcome
unquote(struct buf *json, struct buf *out, struct error *e)
{
    struct output o = {0};
    if (output_read(&o, json, e) != ERR_OK) {
        output_clear(&o);
        return SOURCE_FAILED;
    }
    if (o.tape.nodes[0].type == VALUE_STRING)
        tape_string(&o.tape, 0, out);
    else
        buf_add(out, o.text.data, o.text.len);
    output_clear(&o);
    return SOURCE_FILLED;
}

enum source_outcome
run_text_of(struct exec *x, const struct compiled_field *f, struct buf *out,
            struct error *e)
{
    struct buf json;
    struct scope scope = run_scope(x);
    buf_init(&json, RUN_OUTPUT_MAX);
    enum source_outcome outcome = run_eval(x, f, &scope, &json, e);
    if (outcome == SOURCE_FILLED)
        outcome = unquote(&json, out, e);
    if (outcome == SOURCE_FILLED && buf_failed(out)) {
        error_set(e, ERR_TOO_BIG, "%s: the text is longer than %zu bytes",
                  f->name, out->max);
        outcome = SOURCE_FAILED;
    }
    if (outcome == SOURCE_FILLED && out->len &&
        memchr(out->data, '\0', out->len)) {
        error_set(e, ERR_INVALID, "%s: the text has a NUL character (U+0000)",
                  f->name);
        outcome = SOURCE_FAILED;
    }
    buf_clear(&json);
    return outcome;
}

enum source_outcome
run_eval_text(struct exec *x, const char *name, struct buf *out,
              struct error *e)
{
    return run_text_of(x, run_field(x, name), out, e);
}

/* A label is a C string: NUL characters are shown, not the end of it. */
static void
write_label(const struct buf *text, struct buf *out)
{
    const char *at = text->data, *end = at + text->len, *nul;
    while ((nul = memchr(at, '\0', (size_t)(end - at)))) {
        buf_add(out, at, (size_t)(nul - at));
        buf_adds(out, "U+0000");
        at = nul + 1;
    }
    buf_add(out, at, (size_t)(end - at));
}

/* The label in x->out; nothing where it has no value. */
static enum exec_result
evaluate_label(struct exec *x)
{
    struct buf json, text;
    struct error ignored = {0};
    struct scope scope = run_scope(x);
    const struct compiled_field *f = run_field(x, "label");
    buf_init(&json, RUN_OUTPUT_MAX);
    buf_init(&text, 200);
    if (run_eval(x, f, &scope, &json, &ignored) == SOURCE_FILLED &&
        unquote(&json, &text, &ignored) == SOURCE_FILLED && text.len > 0 &&
        !buf_failed(&text))
        write_label(&text, &x->out);
    buf_clear(&json);
    buf_clear(&text);
    return EXEC_DONE;
}

static enum err
keep_label(struct exec *x, const char *label, struct error *e)
{
    enum err err = ERR_OK;
    if (!*x->place) {
        struct db_stmt *q = db_use(x->db, RS_RUN_LABEL);
        db_text(q, label);
        db_int(q, x->run->n);
        err = db_run(q, e);
    }
    if (err == ERR_OK) {
        struct db_stmt *q = db_use(x->db, RS_LABEL_ADD);
        db_text(q, label);
        db_int(q, x->run->n);
        db_text(q, x->place);
        err = db_run(q, e);
    }
    return err;
}

enum exec_result
run_keep_label(struct exec *x)
{
    const struct compiled_field *f = run_field(x, "label");
    if (f->source.kind == SOURCE_BLANK)
        return EXEC_DONE;
    buf_init(&x->out, RUN_OUTPUT_MAX);
    enum exec_result result = run_evaluate(x, f, evaluate_label);
    enum err err = ERR_OK;
    if (result == EXEC_DONE && x->out.len)
        err = keep_label(x, buf_str(&x->out), x->e);
    buf_clear(&x->out);
    return err == ERR_OK ? result : EXEC_STORE;
}

/* With the runner that is kept, where no other thread has it. */
static enum err
run_plan(struct exec *x, const struct compiled_field *f,
         const struct scope *scope, struct buf *out)
{
    struct plan_runner *r = atomic_exchange(&f->spare->runner, NULL);
    if (!r)
        r = plan_runner_new(f->plan);
    enum err err = plan_run_with(r, scope, out, NULL, x->e);
    plan_runner_rest(r);
    plan_runner_free(atomic_exchange(&f->spare->runner, r));
    return err;
}

enum exec_result
run_mapping(struct exec *x, struct buf *out)
{
    struct output holder = {0};
    struct scope scope;
    const struct compiled_field *f = run_field(x, "mapping");
    enum exec_result result = run_mapping_scope(x, &holder, &scope);
    if (result == EXEC_DONE && !f->plan)
        buf_adds(out, "{}");
    else if (result == EXEC_DONE && run_plan(x, f, &scope, out) != ERR_OK)
        result = EXEC_FAILED;
    output_clear(&holder);
    return result;
}

enum exec_result
run_condition(struct exec *x, const struct scope *scope, bool *out)
{
    struct buf text;
    const struct compiled_field *f = run_field(x, "condition");
    buf_init(&text, RUN_OUTPUT_MAX);
    enum source_outcome outcome = run_eval(x, f, scope, &text, x->e);
    *out = outcome == SOURCE_FILLED && strcmp(buf_str(&text), "true") == 0;
    bool good =
        outcome == SOURCE_MISSING || *out ||
        (outcome == SOURCE_FILLED && strcmp(buf_str(&text), "false") == 0);
    if (!good && outcome == SOURCE_FILLED)
        error_set(x->e, ERR_INVALID,
                  "condition: it gives %.40s, neither true nor false",
                  buf_str(&text));
    buf_clear(&text);
    return good ? EXEC_DONE : EXEC_FAILED;
}
