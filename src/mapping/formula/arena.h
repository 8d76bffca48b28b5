/*
 * What one evaluation holds: memory that is given back all at once, and the
 * budget of steps and bytes. A budget that is passed ends the evaluation
 * there and then (longjmp to formula_eval_with); nothing but the arena owns
 * memory meanwhile, so nothing leaks.
 */
#ifndef TAILOR_MAPPING_FORMULA_ARENA_H
#define TAILOR_MAPPING_FORMULA_ARENA_H

#include <locale.h>
#include <setjmp.h>

#include "mapping/language.h"
#include "mapping/path/path.h"
#include "mapping/time/zone.h"

enum {
    FORMULA_STEPS = 1000000, /* and for each byte of the input: */
    FORMULA_INPUT_STEPS = 32,
    FORMULA_BYTES = 1024 * 1024, /* and for each byte of the input, */
    FORMULA_INPUT_BYTES = 48,    /* of which a list makes values, up to: */
    FORMULA_BYTES_MOST = 32 * 1024 * 1024,
    FORMULA_BLOCK = 32 * 1024, /* first and least block of an arena */
    FORMULA_SMALL = 4 * 1024,  /* a list or text that rests with it */
    FORMULA_ZONES = 4,         /* zones kept between evaluations */
    FORMULA_KEPT = 64          /* results kept for a record */
};

struct formula_kept;     /* kept.c */
struct formula_made;     /* made.c */
struct formula_searches; /* ../functions/search.c */

struct formula_block {
    struct formula_block *next;
    size_t size;
    char bytes[];
};

struct formula_arena {
    struct formula_block *blocks; /* newest first; the first one stays */
    size_t used;                  /* bytes used of the newest block */
    size_t held;                  /* bytes held by this evaluation */
    size_t most;                  /* the most that any evaluation held */
    size_t byte_limit;
    unsigned language;     /* the format of the formula that runs */
    size_t steps;          /* left */
    size_t step_limit;     /* given at the start */
    struct budget *budget; /* that has fewer steps than the formula may need;
                              NULL: none has */
    struct formula_kept *kept; /* of the record; NULL: no record was begun */
    size_t kept_count;
    struct formula_made *made;         /* JSON that this evaluation read */
    struct formula_searches *searches; /* lists that it searched */
    jmp_buf escape;
    const char *exhausted;  /* why the evaluation was ended */
    struct node_list nodes; /* of path_query, reused */
    size_t scratch_held;    /* bytes of it that are counted */
    struct buf scratch;     /* for writers that need a buffer, reused */
    struct formula_patterns *patterns; /* matching state, made when needed */
    locale_t letters;                  /* Unicode letters; made when needed */
    struct zone *zones[FORMULA_ZONES];
    unsigned zone_next;
};

/* Forgets all allocations and starts the budget for what SCOPE has and a
 * formula of the format LANGUAGE. */
void formula_arena_reset(struct formula_arena *a, const struct scope *scope,
                         unsigned language);

/* Takes the steps of the evaluation, which has ended, off the budget of
 * SCOPE. */
void formula_arena_settle(const struct formula_arena *a,
                          const struct scope *scope);

/* True where the formula that runs has the newer meaning of C. */
static inline bool
formula_has(const struct formula_arena *a, enum language_change c)
{
    return language_has(a->language, c);
}

/* N bytes aligned for any value, not initialised. */
void *formula_alloc(struct formula_arena *a, size_t n)
    __attribute__((returns_nonnull));

/* True where N more bytes, in up to four pieces, fit the budget. */
bool formula_has_room(const struct formula_arena *a, size_t n);

/* Gives back the end of the newest allocation P of OLD bytes, down to N. */
void formula_shrink(struct formula_arena *a, void *p, size_t old, size_t n);

/* The empty scratch buffer, with what is left of the budget as its maximum. */
struct buf *formula_scratch(struct formula_arena *a);

/* A copy in the arena of what the scratch buffer holds, N bytes; ends the
 * evaluation where the buffer has failed. */
const char *formula_scratch_copy(struct formula_arena *a, size_t *n);

/* Counts N bytes that a library holds for this evaluation; false, and
 * nothing counted, where they pass the budget. */
bool formula_hold(struct formula_arena *a, size_t n);
void formula_unhold(struct formula_arena *a, size_t n);

/* Frees the JSON that the evaluation read. */
void formula_made_free(struct formula_arena *a);

/* The locale whose tables know the letters of Unicode. */
locale_t formula_letters(struct formula_arena *a);

/* C in lower case. */
uint32_t formula_lower(struct formula_arena *a, uint32_t c);

/* Ends the evaluation; REASON is static. */
void formula_exhaust(struct formula_arena *a, const char *reason)
    __attribute__((noreturn));

/* The same where steps ran out: for REASON, or by the budget that is shared. */
void formula_exhaust_steps(struct formula_arena *a, const char *reason)
    __attribute__((noreturn));

/* Takes N steps from the budget. */
static inline void
formula_step(struct formula_arena *a, uint64_t n)
{
    if (n > a->steps)
        formula_exhaust_steps(a, "it needs too many steps: use shorter lists "
                                 "and texts, or fewer nested lists");
    a->steps -= n;
}

#endif
