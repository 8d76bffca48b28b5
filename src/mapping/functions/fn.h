/* What the functions of formulas share, and their names for the table. */
#ifndef TAILOR_MAPPING_FUNCTIONS_FN_H
#define TAILOR_MAPPING_FUNCTIONS_FN_H

#include "mapping/formula/eval.h"

/* Declares what functions.def names. */
#define PARSED
#define CALL(f) function_call f;
#define LAZY(f) function_lazy f;
#define F(name, category, min, max, types, flags, implementation, arguments,   \
          help, example, result, note)                                         \
    implementation
#include "mapping/functions/functions.def"
#undef F
#undef LAZY
#undef CALL
#undef PARSED

/* True where argument I is there and not blank. */
static inline bool
fn_given(const struct fvalue *args, unsigned count, unsigned i)
{
    return i < count && !fvalue_is_blank(&args[i]);
}

/* Argument I as an integer, cut towards zero and to +-10^15; FALLBACK where
 * it is not given. It must be of type n. */
int64_t fn_int(const struct fvalue *args, unsigned count, unsigned i,
               int64_t fallback);

/* Argument I as a condition; FALLBACK where it is not given. Type b. */
bool fn_flag(const struct fvalue *args, unsigned count, unsigned i,
             bool fallback);

/* The bytes of a text value. */
static inline struct ftext
fn_text(const struct fvalue *v)
{
    return (struct ftext){v->text, v->length};
}

/* --- text by characters (characters.c) -------------------------------- */

/* The byte at which character I (from 0) of T begins, at most T.n. */
size_t ftext_offset(struct ftext t, int64_t i);

/* Where NEEDLE begins in T from byte FROM on, or T.n + 1. FOLD: without
 * regard to case. */
size_t ftext_find(struct formula_arena *a, struct ftext t, struct ftext needle,
                  size_t from, bool fold);

/* True where PATTERN with the wildcards ? * and ~ before them matches T
 * (WHOLE) or the beginning of T, without regard to case. */
bool ftext_like(struct formula_arena *a, struct ftext pattern, struct ftext t,
                bool whole);
bool ftext_has_wildcard(struct ftext t);

/* Where what PATTERN matches begins in T from byte FROM on, or T.n + 1. */
size_t ftext_find_like(struct formula_arena *a, struct ftext t,
                       struct ftext pattern, size_t from);

/* --- taking an element (list.c) --------------------------------------- */

/* Element I of the list V, counted from 1; V itself for 0. */
void fn_element(struct evaluator *ev, const struct fvalue *v, int64_t i,
                struct fvalue *out);

/* --- looking up (look.c) ---------------------------------------------- */

/* The element of LIST that is KEY, with wildcards; SORTED: the last that is not
 * larger in a rising list. Below 0 where none is, with the error of the
 * function NAME in OUT. */
int64_t fn_look(struct evaluator *ev, const char *name,
                const struct fvalue *key, const struct fvalue *list,
                bool sorted, struct fvalue *out);

/* Makes *OUT the #N/A of the function NAME for KEY. */
void fn_not_found(struct evaluator *ev, const char *name,
                  const struct fvalue *key, struct fvalue *out);

/* --- putting in order (sort.c) ----------------------------------------- */

/* The indexes of N keys, rising as SORT has them; equals keep their order. */
const uint32_t *fn_sorted(struct evaluator *ev, const struct fvalue *keys,
                          uint32_t n);

/* --- criteria of COUNTIF and SUMIF (criteria.c) ----------------------- */
struct criterion {
    uint8_t op; /* enum formula_operator, a comparison */
    bool wildcard;
    struct fvalue value;
};

/* True where V can be no criterion of the function NAME: *ERROR says so. */
bool criterion_refuses(struct evaluator *ev, const char *name,
                       const struct fvalue *v, struct fvalue *error);
/* Reads ">5", "<>x", "a*" or a plain value. */
void criterion_read(const struct evaluator *ev, const struct fvalue *v,
                    struct criterion *out);
/* 1 where V meets C, 0 where not, -1 where *ERROR says why that is unknown. */
int criterion_holds(struct evaluator *ev, const struct criterion *c,
                    const struct fvalue *v, struct fvalue *error);
/* How many elements of LIST meet C, or -1: *ERROR. */
int64_t criterion_count(struct evaluator *ev, const struct criterion *c,
                        const struct fvalue *list, struct fvalue *error);

/* --- letters and signs in ASCII (unicode.c) ----------------------------- */

/* How the *CHARACTER of the row I is spelt ("" is not at all); NULL past the
 * last row. */
const char *fn_spelling(size_t i, uint32_t *character);

#endif
