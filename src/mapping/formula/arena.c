/* The memory and the budget of one evaluation. */
#include "mapping/formula/arena.h"

#include <stdlib.h>
#include <string.h>
#include <wctype.h>

#include "base/mem.h"
#include "mapping/formula/formula.h"
#include "mapping/formula/pattern.h"

static const char too_big[] = "it needs too much memory: use shorter texts and "
                              "lists";

struct formula_arena *
formula_arena_new(void)
{
    struct formula_arena *a = mem_alloc(sizeof *a);
    node_list_init(&a->nodes);
    buf_init(&a->scratch, FORMULA_BLOCK);
    return a;
}

static void
free_blocks(struct formula_block *b)
{
    while (b) {
        struct formula_block *next = b->next;
        free(b);
        b = next;
    }
}

void
formula_arena_free(struct formula_arena *a)
{
    if (!a)
        return;
    free_blocks(a->blocks);
    formula_made_free(a);
    free(a->kept);
    node_list_clear(&a->nodes);
    buf_clear(&a->scratch);
    formula_patterns_free(a->patterns);
    if (a->letters)
        freelocale(a->letters);
    for (unsigned i = 0; i < FORMULA_ZONES; i++)
        zone_free(a->zones[i]);
    free(a);
}

size_t
formula_arena_most(const struct formula_arena *a)
{
    return a->most;
}

uint64_t
formula_arena_steps(const struct formula_arena *a)
{
    return a->step_limit - a->steps;
}

static void
add_block(struct formula_arena *a, size_t size)
{
    if (!formula_hold(a, size))
        formula_exhaust(a, too_big);
    struct formula_block *b = mem_alloc(sizeof *b + size);
    b->size = size;
    b->next = a->blocks;
    a->blocks = b;
    a->used = 0;
}

static void
begin_steps(struct formula_arena *a, size_t n, struct budget *shared)
{
    a->step_limit = FORMULA_STEPS + n * FORMULA_INPUT_STEPS;
    a->budget = shared && shared->left < a->step_limit ? shared : NULL;
    if (a->budget)
        a->step_limit = shared->left;
    a->steps = a->step_limit;
}

void
formula_arena_settle(const struct formula_arena *a, const struct scope *scope)
{
    struct budget *b = scope->budget;
    size_t taken = a->step_limit - a->steps;
    if (b) /* finding one node took some already */
        b->left -= taken < b->left ? taken : b->left;
}

/* Frees all that was made but the first block, and of what is used again what
 * is more than N bytes. */
static void
forget(struct formula_arena *a, size_t n)
{
    formula_made_free(a);
    while (a->blocks && (a->blocks->next || a->blocks->size > FORMULA_BLOCK)) {
        struct formula_block *next = a->blocks->next;
        free(a->blocks);
        a->blocks = next;
    }
    if (a->nodes.capacity * sizeof *a->nodes.nodes > n)
        node_list_clear(&a->nodes);
    if (a->scratch.capacity > n)
        buf_clear(&a->scratch);
}

void
formula_arena_rest(struct formula_arena *a)
{
    forget(a, FORMULA_SMALL);
    if (formula_patterns_held(a->patterns) > FORMULA_SMALL) {
        formula_patterns_free(a->patterns);
        a->patterns = NULL;
    }
    a->kept_count = 0;
}

void
formula_arena_reset(struct formula_arena *a, const struct scope *scope,
                    unsigned language)
{
    size_t n = scope->root.tape ? scope->root.tape->text_len : 0;
    a->language = language;
    forget(a, FORMULA_BLOCK);
    a->scratch_held = a->scratch.capacity;
    a->held = a->scratch_held + a->nodes.capacity * sizeof *a->nodes.nodes +
              formula_patterns_held(a->patterns);
    a->held += a->blocks ? a->blocks->size : 0;
    a->used = 0;
    size_t more = n * FORMULA_INPUT_BYTES;
    a->byte_limit =
        FORMULA_BYTES + (more < FORMULA_BYTES_MOST ? more : FORMULA_BYTES_MOST);
    begin_steps(a, n, scope->budget);
    a->exhausted = NULL;
    a->searches = NULL;
}

void *
formula_alloc(struct formula_arena *a, size_t n)
{
    size_t need = (n + 15) & ~(size_t)15;
    if (n > a->byte_limit)
        formula_exhaust(a, too_big);
    if (!a->blocks || a->blocks->size - a->used < need)
        add_block(a, need > FORMULA_BLOCK ? need : FORMULA_BLOCK);
    void *p = a->blocks->bytes + a->used;
    a->used += need;
    return p;
}

bool
formula_has_room(const struct formula_arena *a, size_t n)
{
    size_t left = a->byte_limit > a->held ? a->byte_limit - a->held : 0;
    return n + 4 * (size_t)FORMULA_BLOCK <= left;
}

void
formula_shrink(struct formula_arena *a, void *p, size_t old, size_t n)
{
    char *end = (char *)p + ((old + 15) & ~(size_t)15);
    if (end == a->blocks->bytes + a->used)
        a->used =
            (size_t)((char *)p - a->blocks->bytes) + ((n + 15) & ~(size_t)15);
}

struct buf *
formula_scratch(struct formula_arena *a)
{
    buf_reset(&a->scratch);
    size_t left = a->byte_limit > a->held ? a->byte_limit - a->held : 0;
    a->scratch.max = a->scratch_held + left;
    return &a->scratch;
}

const char *
formula_scratch_copy(struct formula_arena *a, size_t *n)
{
    const struct buf *b = &a->scratch;
    size_t more =
        b->capacity > a->scratch_held ? b->capacity - a->scratch_held : 0;
    if (buf_failed(b) || !formula_hold(a, more))
        formula_exhaust(a, too_big);
    a->scratch_held += more;
    *n = b->len;
    char *text = formula_alloc(a, b->len);
    memcpy(text, buf_str(b), b->len);
    return text;
}

bool
formula_hold(struct formula_arena *a, size_t n)
{
    if (n > a->byte_limit || a->held > a->byte_limit - n)
        return false;
    a->held += n;
    if (a->held > a->most)
        a->most = a->held;
    return true;
}

void
formula_unhold(struct formula_arena *a, size_t n)
{
    a->held -= n < a->held ? n : a->held;
}

uint32_t
formula_lower(struct formula_arena *a, uint32_t c)
{
    if (c < 0x80)
        return c >= 'A' && c <= 'Z' ? c + 32 : c;
    return (uint32_t)towlower_l((wint_t)c, formula_letters(a));
}

locale_t
formula_letters(struct formula_arena *a)
{
    if (!a->letters)
        a->letters = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    if (!a->letters)
        a->letters = newlocale(LC_CTYPE_MASK, "C", (locale_t)0);
    return a->letters;
}

void
formula_exhaust(struct formula_arena *a, const char *reason)
{
    a->exhausted = reason;
    longjmp(a->escape, 1);
}

void
formula_exhaust_steps(struct formula_arena *a, const char *reason)
{
    if (a->budget)
        budget_pass(a->budget);
    formula_exhaust(a, a->budget ? BUDGET_PASSED : reason);
}
