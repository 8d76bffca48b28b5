/*
 * Values while a formula is evaluated. They borrow: texts from the input,
 * the compiled formula or the arena, lists from the arena. All live until
 * the arena is reset.
 */
#ifndef TAILOR_MAPPING_FORMULA_VALUE_H
#define TAILOR_MAPPING_FORMULA_VALUE_H

#include "base/moment.h"
#include "mapping/formula/arena.h"
#include "mapping/number/decimal.h"
#include "mapping/scope.h"

enum fkind {
    F_MISSING, /* a source that is not there */
    F_NULL,
    F_BOOLEAN,
    F_NUMBER,
    F_DIGITS, /* a number of the input, as it is written there */
    F_TEXT,
    F_LIST,
    F_NODE, /* an object or array of the input */
    F_ERROR
};

enum formula_error {
    FORMULA_VALUE_ERROR, /* #VALUE! */
    FORMULA_NA_ERROR,    /* #N/A */
    FORMULA_DIV_ERROR,   /* #DIV/0! */
    FORMULA_NAME_ERROR,  /* #NAME? */
    FORMULA_REF_ERROR,   /* #REF! */
    FORMULA_NUM_ERROR,   /* #NUM! */
    FORMULA_ERRORS
};

struct fvalue {
    uint8_t kind;  /* enum fkind */
    uint8_t error; /* enum formula_error */
    bool boolean;
    uint32_t length; /* bytes of a text or of digits, elements of a list, the
                        index of a node */
    union {
        struct decimal number;
        const char *text; /* also the reason of an error, NUL-terminated */
        struct fvalue *items;
        const struct tape *tape;
    };
};

/* Bytes with a length; valid UTF-8. */
struct ftext {
    const char *s;
    size_t n;
};

/* "#N/A" and the like. */
const char *formula_error_name(enum formula_error error);

/* --- making -------------------------------------------------------------- */
void fvalue_missing(struct fvalue *out);
void fvalue_boolean(struct fvalue *out, bool b);
void fvalue_number(struct fvalue *out, const struct decimal *d);
void fvalue_int(struct fvalue *out, int64_t n);
void fvalue_text(struct fvalue *out, const char *s, size_t n);
/* What NODE holds: texts are unescaped, containers stay nodes. */
void fvalue_node(struct formula_arena *a, struct fvalue *out,
                 struct node_ref node);
/* What the JSON text T, which must last as long, holds; false: *OUT is an
 * error that begins with NAME. */
bool formula_read_json(struct formula_arena *a, struct ftext t,
                       const char *name, struct fvalue *out);
/* A list of N elements that the caller fills; all missing. */
struct fvalue *fvalue_list(struct formula_arena *a, struct fvalue *out,
                           size_t n);
/* An error with a formatted reason. */
void fvalue_error(struct formula_arena *a, struct fvalue *out,
                  enum formula_error error, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* --- asking -------------------------------------------------------------- */
static inline bool
fvalue_is_blank(const struct fvalue *v)
{
    return v->kind <= F_NULL;
}

static inline bool
fvalue_is_number(const struct fvalue *v)
{
    return v->kind == F_NUMBER || v->kind == F_DIGITS;
}

/* True for lists and for arrays of the input. */
bool fvalue_is_list(const struct fvalue *v);

/* --- turning into; false: *ERROR holds an error value -------------------- */
/* A number: blank is 0, TRUE 1, a text that is a number that number. */
bool fvalue_to_number(struct formula_arena *a, const struct fvalue *v,
                      struct decimal *out, struct fvalue *error);
/* A text: blank is "", booleans TRUE and FALSE, numbers their digits. */
bool fvalue_to_text(struct formula_arena *a, const struct fvalue *v,
                    struct ftext *out, struct fvalue *error);
/* A condition: blank is FALSE, numbers but 0 TRUE, the texts TRUE, FALSE. */
bool fvalue_to_boolean(struct formula_arena *a, const struct fvalue *v,
                       bool *out, struct fvalue *error);
/* The elements of a list, of one value for others, of none for missing. */
void fvalue_to_list(struct formula_arena *a, const struct fvalue *v,
                    struct fvalue *out);
/* A number where the value is one or a text that is one; for sums. */
bool fvalue_as_number(const struct formula_arena *a, const struct fvalue *v,
                      struct decimal *out);
/* Makes *ERROR the #VALUE! of a list or an object where WHAT is wanted; false.
 */
bool fvalue_no_container(struct formula_arena *a, const struct fvalue *v,
                         const char *what, struct fvalue *error);

/* --- texts that are numbers (number_forms.c) ------------------------------ */
/* Reads a text as VALUE does: groups of digits, currencies and brackets; ENDS:
 * also "5-" and "5 %". */
enum decimal_parsed ftext_value(struct ftext t, bool ends, struct decimal *out);
/* The one rule for texts where a number can stand: plain numbers and, by the
 * format of the language, what VALUE reads, except one comma alone. */
enum decimal_parsed ftext_number(const struct formula_arena *a, struct ftext t,
                                 struct decimal *out);
/* True where T begins like a number and is none, which must not be taken for
 * another text in silence; WHOLE: has only what numbers are written with. */
bool ftext_unread_number(const struct formula_arena *a, struct ftext t,
                         bool whole);
/* The error that names such a text. */
void ftext_unread_error(struct formula_arena *a, struct ftext t,
                        struct fvalue *error);

/* --- comparing (compare.c) ------------------------------------------------ */
/* The order of spreadsheets: numbers before texts before booleans, texts
 * without regard to case; blank is 0, "" or FALSE, as the other side is. A
 * text that is a number stands as that number, two texts that are times with a
 * zone as times (both by the format of the language). False: *ERROR holds an
 * error value. */
bool fvalue_compare(struct formula_arena *a, const struct fvalue *x,
                    const struct fvalue *y, int *order, struct fvalue *error);
/* The same as a question of equality, in which two texts that are numbers are
 * texts: "007" is not "7". */
bool fvalue_equals(struct formula_arena *a, const struct fvalue *x,
                   const struct fvalue *y, bool *equal, struct fvalue *error);
/* True where V is a date and time that says its zone. */
bool fvalue_instant(const struct fvalue *v, struct moment *m);
/* Without regard to case, by Unicode characters. */
int ftext_compare_folded(struct formula_arena *arena, struct ftext a,
                         struct ftext b);
int ftext_compare(struct ftext a, struct ftext b);

/* --- writing ------------------------------------------------------------- */
/* Appends V as JSON; false where V is or holds an error, which is then in
 * *ERROR. Missing elements of lists are written as null. */
bool fvalue_write(struct formula_arena *a, const struct fvalue *v,
                  struct buf *out, const struct fvalue **error);

#endif
