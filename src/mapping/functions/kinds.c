/* Questions about values, and values that are forced to a kind. */
#include "mapping/functions/fn.h"

void
fn_iserror(struct evaluator *ev, struct fvalue *args, unsigned count,
           struct fvalue *out)
{
    (void)ev;
    (void)count;
    fvalue_boolean(out, args[0].kind == F_ERROR);
}

void
fn_isna(struct evaluator *ev, struct fvalue *args, unsigned count,
        struct fvalue *out)
{
    (void)ev;
    (void)count;
    fvalue_boolean(out, args[0].kind == F_ERROR &&
                            args[0].error == FORMULA_NA_ERROR);
}

void
fn_islogical(struct evaluator *ev, struct fvalue *args, unsigned count,
             struct fvalue *out)
{
    (void)ev;
    (void)count;
    fvalue_boolean(out, args[0].kind == F_BOOLEAN);
}

void
fn_type(struct evaluator *ev, struct fvalue *args, unsigned count,
        struct fvalue *out)
{
    (void)ev;
    (void)count;
    enum {
        NUMBER = 1,
        TEXT = 2,
        BOOLEAN = 4,
        ERROR = 16,
        LIST = 64,
        OBJECT = 128
    };
    static const int types[] = {
        [F_MISSING] = NUMBER, [F_NULL] = NUMBER,   [F_BOOLEAN] = BOOLEAN,
        [F_NUMBER] = NUMBER,  [F_DIGITS] = NUMBER, [F_TEXT] = TEXT,
        [F_LIST] = LIST,      [F_NODE] = OBJECT,   [F_ERROR] = ERROR};
    fvalue_int(out, fvalue_is_list(&args[0]) ? LIST : types[args[0].kind]);
}

void
fn_n(struct evaluator *ev, struct fvalue *args, unsigned count,
     struct fvalue *out)
{
    (void)ev;
    (void)count;
    if (fvalue_is_number(&args[0]))
        *out = args[0];
    else
        fvalue_int(out, args[0].kind == F_BOOLEAN && args[0].boolean);
}

void
fn_t(struct evaluator *ev, struct fvalue *args, unsigned count,
     struct fvalue *out)
{
    (void)ev;
    (void)count;
    if (args[0].kind == F_TEXT)
        *out = args[0];
    else
        fvalue_text(out, "", 0);
}

void
fn_omit(struct evaluator *ev, struct fvalue *args, unsigned count,
        struct fvalue *out)
{
    (void)ev;
    (void)args;
    (void)count;
    fvalue_missing(out);
}
