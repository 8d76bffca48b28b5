/* Previews: what the steps of a walk share. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "mapping/plan/answers.h"
#include "workflow/document/lists.h"
#include "workflow/preview/preview_private.h"

void
json_text_init(struct json_text *t)
{
    *t = (struct json_text){.known = false};
    buf_init(&t->text, MADE_MAX);
    tape_init(&t->tape);
}

void
json_text_clear(struct json_text *t)
{
    tape_clear(&t->tape);
    buf_clear(&t->text);
}

/* Reads the text that was written. False where it cannot be. */
bool
json_text_close(struct json_text *t, struct error *e)
{
    if (buf_failed(&t->text))
        error_set(e, ERR_TOO_BIG, "it is more than %u bytes", MADE_MAX);
    else if (tape_read(&t->tape, buf_str(&t->text), t->text.len,
                       &value_limits_event, "the value", e) == ERR_OK)
        t->known = true;
    return t->known;
}

struct node_ref
json_text_root(const struct json_text *t)
{
    return (struct node_ref){t->known ? &t->tape : NULL, 0};
}

/* --- names: other blocks and value tables --------------------------------- */
struct node_ref
walk_output(void *context, const char *name, size_t n)
{
    struct walk *w = context;
    const struct block *b = document_block_named(w->p->document, name, n);
    return b ? json_text_root(&w->outputs[preview_index(w->p, b)])
             : (struct node_ref){NULL, 0};
}

bool
walk_is_list(void *context, const char *block, const char *path)
{
    const struct walk *w = context;
    return w->p->connectors &&
           document_is_list(w->p->document, w->p->connectors, w->mapping, block,
                            path);
}

bool
previewer_lookup(void *context, const char *table, size_t table_len,
                 const char *key, size_t key_len, struct node_ref *value,
                 bool *has_table)
{
    const struct tape *t = &((struct previewer *)context)->tables;
    uint32_t at = t->count ? tape_member(t, 0, table, table_len) : 0;
    uint32_t rows = at ? tape_member(t, at, "rows", 4) : 0;
    *has_table = at != 0;
    for (uint32_t row = rows + 1; rows && row < t->nodes[rows].next;
         row = t->nodes[row].next) {
        uint32_t first = row + 1;
        if (t->nodes[row].length < 2 || t->nodes[first].type != VALUE_STRING ||
            !tape_string_is(t, first, key, key_len))
            continue;
        *value = (struct node_ref){t, t->nodes[first].next};
        return true;
    }
    return false;
}

bool
walk_lookup(void *context, const char *table, size_t table_len, const char *key,
            size_t key_len, struct node_ref *value, bool *has_table)
{
    return previewer_lookup(((struct walk *)context)->p, table, table_len, key,
                            key_len, value, has_table);
}

enum scope_resolved
walk_resolve(void *resolver, const char *what, const char *key, size_t key_len,
             struct node_ref *value)
{
    struct walk *w = resolver;
    const struct node_ref known = json_text_root(&w->lookups);
    enum scope_resolved found =
        known.tape ? answers_find(known.tape, 0, what, key, key_len, value)
                   : RESOLVED_NOT;
    if (found != RESOLVED_NOT)
        return found;
    w->unresolved = true;
    questions_add(&w->out->open, what, key, key_len);
    return RESOLVED_LATER;
}

/* --- what a block came to ------------------------------------------------- */
struct preview_block *
walk_result(struct walk *w, const struct block *b)
{
    return &w->out->blocks[preview_index(w->p, b)];
}

/* Counts STATE for B; MADE (may be NULL) is copied, REASON is taken. */
void
walk_note(struct walk *w, const struct block *b, enum preview_state state,
          const char *made, char *reason)
{
    struct preview_block *r = walk_result(w, b);
    bool first = true;
    for (int i = 0; i < PREVIEW_STATES; i++)
        first = first && r->counts[i] == 0;
    r->counts[state]++;
    if (w->p->listen)
        w->p->listen(w->p->listen_context, b, state, made, reason);
    w->element_failed = w->element_failed || state == PREVIEW_FAILED;
    if (!first && (state != PREVIEW_FAILED || r->state == PREVIEW_FAILED)) {
        free(reason);
        return;
    }
    free(r->made);
    free(r->reason);
    r->state = state;
    r->made = mem_strdup(made);
    r->reason = reason;
}

void
walk_skip(struct walk *w, size_t from, size_t to, const char *reason)
{
    for (size_t i = from; i < to; i++)
        walk_note(w, &w->p->document->blocks[i], PREVIEW_SKIPPED, NULL,
                  mem_strdup(reason));
}

/* The block that the row ROW of B (-1: its other texts) reads and whose
 * output is not known, or NULL. */
const struct block *
walk_unknown(const struct walk *w, const struct block *b, long row)
{
    for (size_t i = 0; i < w->p->use_count; i++) {
        const struct preview_use *u = &w->p->uses[i];
        if (u->reader == b && u->row == row &&
            !w->outputs[preview_index(w->p, u->read)].known)
            return u->read;
    }
    return NULL;
}

/* True where B reads, outside its mapping, what is not known; it is noted. */
bool
walk_reads_unknown(struct walk *w, const struct block *b)
{
    const struct block *read = walk_unknown(w, b, -1);
    if (read)
        walk_note(w, b, PREVIEW_UNKNOWN, NULL,
                  mem_printf("it reads %s, which is known only after a run",
                             read->name));
    return read != NULL;
}

/* Evaluates TEXT of B into OUT; true where there is a value. A failure is
 * noted, *FAILED says so. */
bool
walk_evaluate(struct walk *w, const struct block *b,
              const struct preview_text *t, struct buf *out, bool *failed)
{
    struct error e = {.code = ERR_OK};
    *failed = t->problem != NULL;
    if (t->problem) {
        walk_note(w, b, t->asked ? PREVIEW_UNKNOWN : PREVIEW_FAILED, NULL,
                  mem_strdup(t->problem));
        return false;
    }
    enum source_outcome outcome = source_eval(&t->source, &w->scope, out, &e);
    *failed = outcome == SOURCE_FAILED;
    if (*failed)
        walk_note(w, b, PREVIEW_FAILED, NULL, mem_strdup(e.text));
    return outcome == SOURCE_FILLED;
}

bool
walk_condition(struct walk *w, const struct block *b, bool *failed)
{
    const struct preview_step *s = &w->p->steps[preview_index(w->p, b)];
    struct buf answer;
    *failed = !s->formula.there;
    if (*failed)
        walk_note(w, b, PREVIEW_FAILED, NULL,
                  mem_strdup("condition: it is empty (fill it)"));
    buf_init(&answer, MADE_MAX);
    bool value = !*failed && walk_evaluate(w, b, &s->formula, &answer, failed);
    bool yes = value && strcmp(buf_str(&answer), "true") == 0;
    if (value && !yes && strcmp(buf_str(&answer), "false") != 0) {
        *failed = true;
        walk_note(w, b, PREVIEW_FAILED, NULL,
                  mem_printf("condition: it gives %.40s, neither true nor "
                             "false",
                             buf_str(&answer)));
    }
    buf_clear(&answer);
    return yes;
}

/* Takes TEXT as what B made, and its output. */
void
walk_finish(struct walk *w, const struct block *b, struct json_text *made)
{
    struct error e;
    struct json_text *to = &w->outputs[preview_index(w->p, b)];
    if (!json_text_close(made, &e)) {
        walk_note(w, b, PREVIEW_FAILED, NULL, mem_strdup(e.text));
        return;
    }
    walk_note(w, b, PREVIEW_MADE, buf_str(&made->text), NULL);
    json_text_clear(to);
    *to = *made;
    json_text_init(made);
}

/* Gives B the output that the sample has for it. */
bool
walk_take_sampled(struct walk *w, const struct block *b)
{
    struct json_text *to = &w->outputs[preview_index(w->p, b)];
    const struct value *v = value_get(w->sample_outputs, b->name);
    if (!v)
        v = value_get(w->sample_outputs, b->id);
    if (!v)
        return false;
    buf_reset(&to->text);
    value_write(&to->text, v);
    return json_text_close(to, NULL);
}
