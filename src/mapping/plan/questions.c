/* Collecting the questions of a batch: the rows run over answers that are all
 * still to come, and what they look up is written down. */
#include "mapping/plan/questions.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "mapping/plan/tree.h"

#define OUTPUT_MAX (64u << 20)

void
questions_init(struct questions *q)
{
    *q = (struct questions){0};
}

void
questions_clear(struct questions *q)
{
    for (size_t i = 0; i < q->count; i++) {
        free(q->items[i].what);
        free(q->items[i].key);
    }
    free(q->items);
    free(q->slots);
    questions_init(q);
}

static uint64_t
hash_bytes(uint64_t h, const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        h = (h ^ (unsigned char)s[i]) * UINT64_C(1099511628211);
    return h;
}

static bool
is_question(const struct asked_key *q, const char *what, const char *key,
            size_t key_len)
{
    return q->key_len == key_len && strcmp(q->what, what) == 0 &&
           memcmp(q->key, key, key_len) == 0;
}

/* The slot that has KEY of WHAT, or the free one where it belongs. */
static uint32_t *
find_slot(const struct questions *q, const char *what, const char *key,
          size_t key_len)
{
    uint64_t h =
        hash_bytes(UINT64_C(14695981039346656037), what, strlen(what));
    size_t i = hash_bytes(h, key, key_len) & (q->slot_count - 1);
    while (q->slots[i] &&
           !is_question(&q->items[q->slots[i] - 1], what, key, key_len))
        i = (i + 1) & (q->slot_count - 1);
    return &q->slots[i];
}

/* Makes room for one more; at most half of the slots are taken. */
static void
grow(struct questions *q)
{
    if (q->count < q->capacity)
        return;
    q->capacity = q->capacity ? q->capacity * 2 : 16;
    q->items = mem_resize(q->items, q->capacity, sizeof *q->items);
    q->slot_count = q->capacity * 2;
    free(q->slots);
    q->slots = mem_array(q->slot_count, sizeof *q->slots);
    for (size_t i = 0; i < q->count; i++)
        *find_slot(q, q->items[i].what, q->items[i].key,
                   q->items[i].key_len) = (uint32_t)i + 1;
}

bool
questions_add(struct questions *q, const char *what, const char *key,
              size_t key_len)
{
    grow(q);
    uint32_t *slot = find_slot(q, what, key, key_len);
    if (*slot)
        return true;
    if (q->count == QUESTIONS_MAX)
        return false;
    q->items[q->count++] = (struct asked_key){
        mem_strdup(what), mem_strndup(key, key_len), key_len};
    *slot = (uint32_t)q->count;
    return true;
}

/* What is being collected, and whether all of it had room. */
struct collecting {
    struct questions *out;
    bool full;
};

/* scope.resolve: writes the question down. */
static enum scope_resolved
collect(void *resolver, const char *what, const char *key, size_t key_len,
        struct node_ref *value)
{
    struct collecting *c = resolver;
    (void)value;
    c->full |= !questions_add(c->out, what, key, key_len);
    return RESOLVED_LATER;
}

bool
plan_asks(const struct plan *p)
{
    for (size_t i = 0; i < p->row_count; i++)
        if (p->rows[i].lookup.kind > LOOKUP_TABLE)
            return true;
    return false;
}

enum err
plan_ask(struct plan_runner *r, const struct plan *p, const struct scope *scope,
         struct questions *out, struct error *e)
{
    struct collecting c = {out, false};
    struct scope asking = *scope;
    struct plan_report report;
    struct buf written;
    if (!plan_asks(p))
        return ERR_OK;
    asking.resolver = &c;
    asking.resolve = collect;
    plan_report_init(&report, p); /* with it, a failed row ends nothing */
    buf_init(&written, OUTPUT_MAX);
    plan_run_with(r, &asking, &written, &report, NULL);
    buf_clear(&written);
    plan_report_clear(&report);
    if (c.full)
        return error_set(e, ERR_TOO_BIG,
                         "more than %d different keys are looked up (split "
                         "the batch)",
                         QUESTIONS_MAX);
    return ERR_OK;
}
