/* Looking up in a list of lists: VLOOKUP and HLOOKUP. */
#include "mapping/functions/fn.h"

/* False: an element of LIST is not a list, and *OUT an error. */
static bool
check_rows(struct evaluator *ev, const char *name, const struct fvalue *list,
           struct fvalue *out)
{
    for (uint32_t i = 0; i < list->length; i++)
        if (!fvalue_is_list(&list->items[i])) {
            FAIL(ev, out, FORMULA_VALUE_ERROR,
                 "%s: element %u of the list is not a list: look up in "
                 "objects with XLOOKUP, as in XLOOKUP(value, lines[*].sku, "
                 "lines[*].rate)",
                 name, i + 1);
            return false;
        }
    return true;
}

/* The first elements of the rows LIST. */
static void
first_column(struct evaluator *ev, const struct fvalue *list,
             struct fvalue *column)
{
    struct fvalue *items = fvalue_list(ev->arena, column, list->length);
    for (uint32_t i = 0; i < list->length; i++) {
        struct fvalue row;
        fvalue_to_list(ev->arena, &list->items[i], &row);
        if (row.length > 0)
            items[i] = row.items[0];
    }
}

/* The element NUMBER of ROW, which counts from 1. */
static void
cell(struct evaluator *ev, const char *name, const struct fvalue *row,
     int64_t number, struct fvalue *out)
{
    struct fvalue list;
    fvalue_to_list(ev->arena, row, &list);
    if (number < 1)
        FAIL(ev, out, FORMULA_VALUE_ERROR, "%s: rows and columns count from 1",
             name);
    else if (number > list.length)
        FAIL(ev, out, FORMULA_REF_ERROR, "%s: there are %u of them, not %lld",
             name, list.length, (long long)number);
    else
        *out = list.items[number - 1];
}

void
fn_vlookup(struct evaluator *ev, struct fvalue *args, unsigned count,
           struct fvalue *out)
{
    struct fvalue column;
    if (!check_rows(ev, "VLOOKUP", &args[1], out))
        return;
    first_column(ev, &args[1], &column);
    int64_t at = fn_look(ev, "VLOOKUP", &args[0], &column,
                         fn_flag(args, count, 3, true), out);
    if (at >= 0)
        cell(ev, "VLOOKUP", &args[1].items[at], fn_int(args, count, 2, 0), out);
}

void
fn_hlookup(struct evaluator *ev, struct fvalue *args, unsigned count,
           struct fvalue *out)
{
    struct fvalue first, row;
    if (formula_has(ev->arena, CHANGE_ROWS_OF_LISTS) &&
        !check_rows(ev, "HLOOKUP", &args[1], out))
        return;
    cell(ev, "HLOOKUP", &args[1], 1, &row);
    if (row.kind == F_ERROR) {
        *out = row;
        return;
    }
    fvalue_to_list(ev->arena, &row, &first);
    int64_t at = fn_look(ev, "HLOOKUP", &args[0], &first,
                         fn_flag(args, count, 3, true), out);
    if (at < 0)
        return;
    cell(ev, "HLOOKUP", &args[1], fn_int(args, count, 2, 0), &row);
    if (row.kind == F_ERROR)
        *out = row;
    else
        cell(ev, "HLOOKUP", &row, at + 1, out);
}
