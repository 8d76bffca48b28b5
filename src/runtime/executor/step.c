/*
 * The interpreter: block after block, list in list. What is journaled already
 * is not done again: a run that is taken up walks over its journaled steps to
 * the place where it was.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "runtime/executor/executor_private.h"

enum {
    BLOCKS_A_TICK = 200,
    READ_HERE = 256 * 1024 /* bytes; more is read on a thread */
};

/* What the table of kinds runs; NULL where this version has no executor. */
#define EXEC_OF_RUNS(id) exec_##id
#define EXEC_OF_LATER(id) NULL
static enum exec_result (*const executors[KIND_COUNT])(struct exec *x) = {
#define KIND(id, role, runs, ...) [KIND_##id] = EXEC_OF_##runs(id),
#include "workflow/document/kinds.def"
#undef KIND
};

/* --- places --------------------------------------------------------------- */

bool
run_push(struct run *r, size_t owner, const char *list, size_t list_case)
{
    const struct document *d = r->compiled->document;
    size_t end = d->blocks[owner].end;
    if (r->depth == RUN_NESTING)
        return false;
    r->frames[r->depth++] = (struct frame){.owner = owner,
                                           .list = list,
                                           .list_case = list_case,
                                           .next = owner + 1,
                                           .end = end};
    return true;
}

static void
pop(struct run *r)
{
    output_clear(&r->frames[--r->depth].items);
}

/* The next block of the frame's list, passing those of other lists of the same
 * owner; its end where there is none. */
static size_t
next_block(const struct run *r, const struct frame *f)
{
    const struct document *d = r->compiled->document;
    size_t i = f->next;
    while (i < f->end && (strcmp(d->blocks[i].list, f->list) != 0 ||
                          d->blocks[i].list_case != f->list_case))
        i = d->blocks[i].end;
    return i;
}

/* "3.1": the positions of the elements around the current block. */
static void
write_place(const struct run *r, char out[RUN_PLACE_SIZE])
{
    size_t used = 0;
    out[0] = '\0';
    for (size_t i = 0; i < r->depth && used < RUN_PLACE_SIZE - 24; i++)
        if (r->frames[i].iterates)
            used += (size_t)snprintf(out + used, RUN_PLACE_SIZE - used,
                                     "%s%llu", used ? "." : "",
                                     (unsigned long long)r->frames[i].position);
}

/* --- the journal of steps ------------------------------------------------ */

static enum err
keep_step(struct exec *x, int state, const char *output, size_t n,
          const char *message, struct error *e)
{
    int64_t now = clock_now_ms();
    struct db_stmt *q = db_use(x->db, RS_STEP_ADD);
    x->run->moved |= !x->run->replays;
    db_int(q, x->run->n);
    db_text(q, x->block->id);
    db_text(q, x->place);
    db_int(q, 0);
    db_int(q, state);
    db_null(q);
    db_null(q);
    db_text_n(q, output, n);
    db_int(q, 1);
    db_int(q, now);
    db_int(q, now);
    db_text(q, message);
    db_int(q, 0);
    db_null(q);
    db_null(q);
    return db_run(q, e);
}

/* Calls journal their answers themselves. */
static bool
is_call(const struct exec *x)
{
    return kind_sends(x->block->kind);
}

/* What the journal says of the block: its state, or -1 for nothing. */
static enum err
find_step(struct exec *x, int *state, struct error *e)
{
    *state = -1;
    struct db_stmt *q = db_use(x->db, RS_STEP_GET);
    db_int(q, x->run->n);
    db_text(q, x->block->id);
    db_text(q, x->place);
    db_int(q, 0);
    struct rs_step s;
    if (rs_step_next(q, &s)) {
        *state = (int)s.state;
        if (s.state == STEP_DONE && s.output && !is_call(x))
            buf_add(&x->out, s.output, s.output_length);
    }
    return db_end(q, e);
}

/* --- elements that are set aside ----------------------------------------- */

/* The frame of the element that a failure of the block sets aside, or NULL:
 * the innermost where the block says so, else the innermost iterate that
 * does. */
static struct frame *
aside_frame(const struct exec *x)
{
    struct run *r = x->run;
    const struct document *d = r->compiled->document;
    bool any = block_sets_aside(x->block) && x->block->kind->id != KIND_iterate;
    for (size_t i = r->depth; i > 0; i--) {
        struct frame *f = &r->frames[i - 1];
        if (f->iterates && (any || block_sets_aside(&d->blocks[f->owner])))
            return f;
    }
    return NULL;
}

/* Goes on with the element after the one that was set aside. */
static void
leave_element(struct run *r, struct frame *f)
{
    while (&r->frames[r->depth - 1] != f)
        pop(r);
    f->aside++;
    r->set_aside++;
    f->next = f->end;
}

/* --- iterating ----------------------------------------------------------- */

/* Outputs of the blocks inside are of the last element: they go. */
static void
forget_outputs(struct run *r, const struct frame *f)
{
    for (size_t i = f->owner + 1; i < f->end; i++)
        output_clear(&r->outputs[i]);
}

static void
set_element(struct run *r, struct frame *f)
{
    f->position++;
    f->node = f->position == 1 ? 1 : f->items.tape.nodes[f->node].next;
    f->next = f->owner + 1;
    f->labelled = false;
    forget_outputs(r, f);
}

/* The element that was just taken gets its label. */
static enum err
label_element(struct exec *x, struct frame *f, bool *go, struct error *e)
{
    struct run *r = x->run;
    x->index = f->owner;
    x->block = &r->compiled->document->blocks[f->owner];
    x->e = e;
    write_place(r, x->place);
    enum exec_result result = run_keep_label(x);
    *go = result != EXEC_WAIT;
    f->labelled = result == EXEC_DONE;
    return result == EXEC_STORE ? e->code : ERR_OK;
}

/* An iterate's list is run through: its output says how it went. */
static enum err
end_iterate(struct exec *x, struct frame *f, struct error *e)
{
    struct run *r = x->run;
    size_t owner = f->owner;
    struct value *v = value_object();
    value_set_int(v, "count", (int64_t)f->count);
    value_set_int(v, "done", (int64_t)(f->count - f->aside));
    value_set_int(v, "setAside", (int64_t)f->aside);
    buf_init_any(&x->out);
    value_write(&x->out, v);
    value_free(v);
    pop(r);
    r->frames[r->depth - 1].next = r->compiled->document->blocks[owner].end;
    x->block = &r->compiled->document->blocks[owner];
    write_place(r, x->place);
    enum err err = keep_step(x, STEP_DONE, x->out.data, x->out.len, NULL, e);
    if (err == ERR_OK)
        err = output_read(&r->outputs[owner], &x->out, e);
    buf_clear(&x->out);
    return err;
}

/* The frame's list has ended: the next element, or up. */
static enum err
leave_list(struct exec *x, struct frame *f, struct error *e)
{
    struct run *r = x->run;
    if (f->iterates && f->position < f->count) {
        set_element(r, f);
        return ERR_OK;
    }
    if (f->iterates)
        return end_iterate(x, f, e);
    size_t owner = f->owner;
    pop(r);
    if (r->depth)
        r->frames[r->depth - 1].next = r->compiled->document->blocks[owner].end;
    return ERR_OK;
}

/* --- one block ----------------------------------------------------------- */

/* Takes what the block gave (x->read where it has a text, else x->out) as its
 * output, or as what is to be read next where it has no tape yet. */
static void
take_output(struct exec *x)
{
    struct run *r = x->run;
    struct buf *text = x->read.text.len ? &x->read.text : &x->out;
    r->reads = text->len > 0 && !x->read.set;
    if (r->reads) {
        r->unread_of = x->index;
        r->unread = *text;
        buf_init(text, RUN_OUTPUT_MAX);
        return;
    }
    if (x->read.set) {
        output_clear(&r->outputs[x->index]);
        r->outputs[x->index] = x->read;
        x->read = (struct output){0};
    }
    r->frames[r->depth - 1].next = x->block->end;
}

/* Journals what the block gave, unless the journal has it, and takes it. */
static enum err
succeed(struct exec *x, bool known, struct error *e)
{
    enum err err = ERR_OK;
    if (!known && !is_call(x))
        err = keep_step(x, STEP_DONE, x->out.len ? x->out.data : NULL,
                        x->out.len, NULL, e);
    take_output(x);
    return err;
}

/* The block failed: its element is set aside, or the run ends. */
static enum err
fail(struct exec *x, const struct error *why, bool *ended, struct error *e)
{
    struct frame *f = aside_frame(x);
    int state = f ? STEP_ASIDE : STEP_FAILED;
    enum err err = keep_step(x, state, NULL, 0, why->text, e);
    if (err != ERR_OK)
        return err;
    if (f) {
        leave_element(x->run, f);
        return ERR_OK;
    }
    char *message = mem_printf("%s: %s", x->block->name, why->text);
    *ended = true;
    err = run_end(x->core, x->executor, x->run, RUN_FAILED, PARK_NONE, NULL,
                  message, x->block->id, e);
    free(message);
    return err;
}

enum exec_result
run_read_unread(struct exec *x)
{
    return output_read(&x->list, &x->run->unread, x->e) == ERR_OK ? EXEC_DONE
                                                                  : EXEC_FAILED;
}

/* Keeps the tape of what was read; where it cannot be read (it is nested too
 * deep) the block fails, or the run where it was the input. */
static enum err
end_reading(struct exec *x, enum exec_result result, const struct error *why,
            bool *ended, struct error *e)
{
    struct run *r = x->run;
    struct output *out = &r->outputs[x->index];
    r->reads = false;
    output_clear(out);
    if (result == EXEC_DONE) {
        *out = x->list;
        x->list = (struct output){0};
        if (x->index > 0)
            r->frames[r->depth - 1].next = x->block->end;
        return ERR_OK;
    }
    output_clear(&x->list);
    if (x->index > 0)
        return fail(x, why, ended, e);
    *ended = true;
    return run_end(x->core, x->executor, r, RUN_FAILED, PARK_NONE, NULL,
                   why->text, NULL, e);
}

/* Reads the input of the run, or what the last block gave; on a thread where
 * it is more than READ_HERE. */
static enum err
read_output(struct exec *x, bool *go, bool *ended, struct error *e)
{
    struct run *r = x->run;
    struct error why = {0};
    x->index = r->unread_of;
    x->block = &r->compiled->document->blocks[x->index];
    x->e = &why;
    write_place(r, x->place);
    bool here = !r->evaluation && r->unread.len <= READ_HERE;
    enum exec_result result =
        here ? run_read_unread(x) : run_evaluate(x, NULL, run_read_unread);
    *go = result != EXEC_WAIT;
    return *go ? end_reading(x, result, &why, ended, e) : ERR_OK;
}

static enum exec_result
do_block(struct exec *x, bool *known, struct error *e)
{
    int state = -1;
    enum kind_role role = x->block->kind->role;
    *known = false;
    if (x->run->replays && role != ROLE_LOGIC) {
        if (find_step(x, &state, e) != ERR_OK)
            return EXEC_STORE;
        if (state < 0)
            x->run->replays = false;
        *known = state == STEP_DONE && !is_call(x);
        if (*known)
            return EXEC_DONE;
        if (state == STEP_ASIDE)
            return EXEC_ASIDE;
        buf_reset(&x->out);
    }
    if (!executors[x->block->kind->id]) {
        error_set(e, ERR_INVALID, "this version of tailord cannot run it");
        return EXEC_FAILED;
    }
    return executors[x->block->kind->id](x);
}

/* Executes the current block; *GO says whether there may be another. */
static enum err
step_block(struct exec *x, bool *go, bool *ended, struct error *e)
{
    struct error why = {0};
    bool known = false;
    enum err err = ERR_OK;
    buf_init(&x->out, RUN_OUTPUT_MAX);
    buf_init(&x->read.text, RUN_OUTPUT_MAX);
    x->e = &why;
    enum exec_result result = do_block(x, &known, &why);
    *go = result != EXEC_WAIT && result != EXEC_LATER &&
          result != EXEC_PARKED && result != EXEC_END;
    *ended = result == EXEC_PARKED || result == EXEC_END;
    if (result == EXEC_DONE &&
        (buf_failed(&x->out) || buf_failed(&x->read.text))) {
        error_set(&why, ERR_TOO_BIG, "its output is longer than 64 MB");
        result = EXEC_FAILED;
    }
    if (result == EXEC_DONE)
        err = succeed(x, known, e);
    else if (result == EXEC_ASIDE && aside_frame(x))
        leave_element(x->run, aside_frame(x));
    if (result == EXEC_FAILED)
        err = fail(x, &why, ended, e);
    else if (result == EXEC_STORE) {
        *e = why;
        err = why.code;
    }
    buf_clear(&x->out);
    output_clear(&x->read);
    return err == ERR_OK && x->run->reads ? read_output(x, go, ended, e) : err;
}

static enum err
step(struct exec *x, bool *go, bool *ended, struct error *e)
{
    struct run *r = x->run;
    struct frame *f = &r->frames[r->depth - 1];
    size_t i = next_block(r, f);
    x->run->scratch_used = 0;
    if (f->iterates && f->position > 0 && !f->labelled)
        return label_element(x, f, go, e);
    if (i >= f->end)
        return leave_list(x, f, e);
    f->next = i;
    x->index = i;
    x->block = &r->compiled->document->blocks[i];
    write_place(r, x->place);
    return step_block(x, go, ended, e);
}

/* The trigger gives the run its label. A run may be taken up that started but
 * did not get as far as that. */
static enum err
begin_run(struct exec *x, bool *go, struct error *e)
{
    struct run *r = x->run;
    if (r->begun)
        return ERR_OK;
    x->block = &r->compiled->document->blocks[0];
    x->index = 0;
    x->place[0] = '\0';
    x->e = e;
    enum exec_result result = executors[x->block->kind->id](x);
    *go = result != EXEC_WAIT;
    r->begun = *go;
    return result == EXEC_STORE ? e->code : ERR_OK;
}

enum err
run_go_on(struct core *core, struct executor *executor, struct run *r,
          bool *ended, struct error *e)
{
    struct exec x = {
        .core = core, .db = core_db(core), .executor = executor, .run = r};
    bool go = true;
    *ended = false;
    if (run_is_evaluated(r))
        return ERR_OK;
    enum err err = r->reads ? read_output(&x, &go, ended, e) : ERR_OK;
    if (err == ERR_OK && go && !*ended)
        err = begin_run(&x, &go, e);
    for (int i = 0; err == ERR_OK && go && !*ended && r->depth; i++) {
        if (i >= BLOCKS_A_TICK || !executor_has_time(core, executor)) {
            executor_again(core, r->n, r->installation);
            return ERR_OK;
        }
        err = step(&x, &go, ended, e);
    }
    if (err == ERR_OK && go && !*ended) {
        *ended = true;
        err = run_end(core, executor, r, RUN_DONE, PARK_NONE, NULL, NULL, NULL,
                      e);
    }
    return err;
}
