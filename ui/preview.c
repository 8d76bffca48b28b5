/* Previews on samples. */
#include "ui/preview.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "mapping/fields.h"

enum { SAMPLES_MOST = 50, VALUE_MOST = 1 << 20, OUTPUT_MOST = 16 << 20 };

/* A JSON text with its tape, kept until the preview ends. */
struct kept {
    char *text;
    struct tape tape;
    struct kept *next;
};

struct run {
    const struct document *d;
    struct kept *kept;
    struct node_ref *outputs; /* by block; tape NULL: none */
    bool *tried;              /* by block */
    struct node_ref sampled;  /* outputs that came with the sample */
    struct scope scope;
};

enum err
preview_load(struct preview *p, struct manager *m, const char *workflow,
             struct error *e)
{
    return manager_sample_list(m, workflow, SAMPLES_MOST, &p->samples, e);
}

void
preview_clear(struct preview *p)
{
    sample_list_clear(&p->samples);
}

size_t
preview_count(const struct preview *p)
{
    return p->samples.count;
}

const char *
preview_label(const struct preview *p, size_t i)
{
    return i < p->samples.count ? p->samples.rows[i].label : "";
}

/* --- a run ---------------------------------------------------------------- */

/* Keeps TEXT (*taken*); the root is NULL where it is no JSON. */
static struct node_ref
keep(struct run *run, char *text)
{
    struct kept *k = mem_alloc(sizeof *k);
    k->text = text;
    k->next = run->kept;
    run->kept = k;
    tape_init(&k->tape);
    if (tape_read(&k->tape, text, strlen(text), &value_limits_event, "sample",
                  NULL) != ERR_OK)
        return (struct node_ref){NULL, 0};
    return (struct node_ref){&k->tape, 0};
}

static struct node_ref
member(struct node_ref of, const char *key, size_t n)
{
    uint32_t at = of.tape && of.tape->nodes[of.index].type == VALUE_OBJECT
                      ? tape_member(of.tape, of.index, key, n)
                      : 0;
    return at ? (struct node_ref){of.tape, at} : (struct node_ref){NULL, 0};
}

static struct node_ref
computed(struct run *run, const struct block *b)
{
    struct source source = {0};
    struct buf out;
    struct node_ref ref = {NULL, 0};
    const char *formula = block_text(b, "formula");
    if (!kind_field(b->kind, "formula") || !*formula ||
        source_compile(&source, formula, strlen(formula), NULL) != ERR_OK)
        return ref;
    buf_init(&out, VALUE_MOST);
    buf_adds(&out, "{\"result\":");
    if (source_eval(&source, &run->scope, &out, NULL) == SOURCE_FILLED) {
        buf_adds(&out, "}");
        if (!buf_failed(&out))
            ref = keep(run, mem_strdup(buf_str(&out)));
    }
    buf_clear(&out);
    source_clear(&source);
    return ref;
}

/* scope.output: what NAME has given. */
static struct node_ref
output(void *context, const char *name, size_t n)
{
    struct run *run = context;
    const struct block *b = document_block_named(run->d, name, n);
    struct node_ref ref = member(run->sampled, name, n);
    if (ref.tape || !b)
        return ref;
    if (b == run->d->trigger)
        return run->scope.root;
    size_t i = (size_t)(b - run->d->blocks);
    if (!run->tried[i]) {
        run->tried[i] = true; /* also ends what refers to itself */
        run->outputs[i] = computed(run, b);
    }
    return run->outputs[i];
}

/* scope.lookup: value tables of the document. */
static bool
lookup(void *context, const char *table, size_t table_len, const char *key,
       size_t key_len, struct node_ref *value, bool *has_table)
{
    struct run *run = context;
    const struct value *t = document_table(run->d, table, table_len);
    const struct value *v = t ? table_lookup(t, key, key_len) : NULL;
    *has_table = t != NULL;
    if (!v)
        return false;
    *value = keep(run, value_to_text(v));
    return value->tape != NULL;
}

static void
run_begin(struct run *run, const struct preview *p, size_t i,
          const struct document *d)
{
    *run = (struct run){.d = d};
    run->outputs = mem_array(d->count + 1, sizeof *run->outputs);
    run->tried = mem_array(d->count + 1, sizeof *run->tried);
    struct node_ref body = {NULL, 0};
    if (i < p->samples.count)
        body = keep(run, mem_strdup(p->samples.rows[i].body));
    struct node_ref input = member(body, "input", 5);
    if (!input.tape)
        input = keep(run, mem_strdup("{}"));
    run->sampled = member(body, "outputs", 7);
    run->scope = (struct scope){.root = input,
                                .current = input,
                                .now_ms = clock_now_ms(),
                                .context = run,
                                .output = output,
                                .lookup = lookup};
}

static void
run_end(struct run *run)
{
    while (run->kept) {
        struct kept *k = run->kept;
        run->kept = k->next;
        tape_clear(&k->tape);
        free(k->text);
        free(k);
    }
    free(run->outputs);
    free(run->tried);
}

void
preview_fields(const struct preview *p, struct fields *out)
{
    for (size_t i = 0; i < p->samples.count; i++) {
        const char *body = p->samples.rows[i].body;
        struct tape tape;
        tape_init(&tape);
        if (tape_read(&tape, body, strlen(body), &value_limits_event, "sample",
                      NULL) == ERR_OK) {
            struct node_ref input =
                member((struct node_ref){&tape, 0}, "input", 5);
            if (input.tape)
                fields_add(out, input, NULL);
        }
        tape_clear(&tape);
    }
}

/* --- what screens ask ----------------------------------------------------- */

static enum source_outcome
evaluate(struct run *run, const char *text, struct buf *out, struct error *e)
{
    struct source source = {0};
    if (source_compile(&source, text, strlen(text), e) != ERR_OK)
        return SOURCE_FAILED;
    enum source_outcome outcome = source_eval(&source, &run->scope, out, e);
    source_clear(&source);
    return outcome;
}

enum source_outcome
preview_source(const struct preview *p, size_t i, const struct document *d,
               const char *text, struct buf *out, struct error *e)
{
    struct run run;
    run_begin(&run, p, i, d);
    enum source_outcome outcome = evaluate(&run, text, out, e);
    run_end(&run);
    return outcome;
}

/* Makes what the block's source gives the root. */
static void
enter_source(struct run *run, const struct block *block)
{
    const char *source = block_text(block, "source");
    struct buf out;
    if (!*source)
        return;
    buf_init(&out, OUTPUT_MOST);
    if (evaluate(run, source, &out, NULL) == SOURCE_FILLED)
        run->scope.root = run->scope.current =
            keep(run, mem_strdup(buf_str(&out)));
    buf_clear(&out);
}

enum err
preview_mapping(const struct preview *p, size_t i, const struct document *d,
                const struct block *block, struct plan_report *report,
                struct buf *out, struct error *e)
{
    struct mapping_rows rows;
    struct plan *plan = NULL;
    struct run run;
    rows_init(&rows);
    enum err rc = rows_read(&rows, block_field(block, "mapping"), e);
    if (rc == ERR_OK)
        rc = plan_compile(&plan, &rows, PLAN_FAST, NULL, e);
    if (rc == ERR_OK) {
        struct error failed = {0};
        run_begin(&run, p, i, d);
        enter_source(&run, block);
        plan_report_init(report, plan);
        plan_run(plan, &run.scope, out, report, &failed); /* rows say it */
        run_end(&run);
        plan_free(plan);
    }
    rows_clear(&rows);
    return rc;
}
