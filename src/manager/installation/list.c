/*
 * The window over all installations.
 *
 * A page is found by one of two ways. A walk goes along the index of the
 * sort order and keeps what the filters let through: quick where much fits.
 * The index of a filter gives all that fits, to be sorted here: quick where
 * little fits. It is asked first how much it has; FEW_ROWS are taken at once.
 * Else a walk looks at WALK_ROWS rows; where the page is not full then,
 * HITS_ROWS are still sorted. Where more fits, and all of it stands far away,
 * the walk goes on to the end, SLICE_ROWS at a time: between two of them
 * whoever writes has its turn.
 *
 * A walk has legs: by integration or condition one for each, in their order.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ident.h"
#include "base/mem.h"
#include "base/text.h"
#include "manager/installation/query_private.h"
#include "manager/installation/rows_private.h"
#include "manager/session/names.h"
#include "manager/session/operation.h"

#define WALK_ROWS 20000
#define SLICE_ROWS 5000
#define FEW_ROWS 1500

/* --- order ---------------------------------------------------------------- */

/* As SQLite's NOCASE compares: bytes, with ASCII letters folded. */
static int
compare_customers(const char *a, const char *b)
{
    for (;; a++, b++) {
        int x = (unsigned char)(*a >= 'A' && *a <= 'Z' ? *a + 32 : *a);
        int y = (unsigned char)(*b >= 'A' && *b <= 'Z' ? *b + 32 : *b);
        if (x != y)
            return x - y;
        if (x == 0)
            return 0;
    }
}

static int
compare_positions(const struct list_position *a, const struct list_position *b)
{
    if (a->leg != b->leg)
        return a->leg < b->leg ? -1 : 1;
    if (a->number != b->number)
        return a->number < b->number ? -1 : 1;
    int c = a->customer && b->customer
                ? compare_customers(a->customer, b->customer)
                : 0;
    if (c)
        return c;
    return a->n < b->n ? -1 : a->n > b->n;
}

static int
ascending(const void *a, const void *b)
{
    return compare_positions(a, b);
}

static int
descending(const void *a, const void *b)
{
    return compare_positions(b, a);
}

static int64_t
leg_of(const struct query *x, int64_t integration, int64_t condition)
{
    int64_t key = x->sort == SORT_INTEGRATION ? integration : condition;
    if (x->sort != SORT_INTEGRATION && x->sort != SORT_CONDITION)
        return 0;
    for (int i = 0; i < x->leg_count; i++)
        if (x->legs[i] == key)
            return i;
    return x->leg_count;
}

static void
keep_position(struct query *x, int64_t n, const char *customer,
              int64_t changed_at, int64_t leg)
{
    bool by_name = x->sort != SORT_CHANGED;
    x->found = mem_resize(x->found, (size_t)x->count + 1, sizeof *x->found);
    x->found[x->count++] = (struct list_position){
        .n = n,
        .leg = leg,
        .number = by_name ? 0 : changed_at,
        .customer = by_name ? mem_strdup(customer) : NULL};
}

static void
drop_positions(struct query *x)
{
    for (int i = 0; i < x->count; i++)
        free(x->found[i].customer);
    FREE_NULL(x->found);
    x->count = 0;
}

/* --- cursors -------------------------------------------------------------- */

/* "a" or "b" (after, before), leg, number, n and the customer in hexadecimal:
 * "a.0.0.42.41646120". */
static char *
write_cursor(const struct list_position *p, bool back)
{
    size_t n = p->customer ? strlen(p->customer) : 0;
    char *hex = mem_alloc(2 * n + 1);
    hex_encode(hex, p->customer, n);
    char *text =
        mem_printf("%c.%lld.%lld.%lld.%s", back ? 'b' : 'a', (long long)p->leg,
                   (long long)p->number, (long long)p->n, hex);
    free(hex);
    return text;
}

static enum err
read_cursor(struct query *x, const char *cursor, struct error *e)
{
    long long leg;
    long long number;
    long long n;
    char way;
    int used = 0;
    if (!cursor)
        return ERR_OK;
    x->back = strcmp(cursor, INSTALLATION_CURSOR_END) == 0;
    if (x->back)
        return ERR_OK;
    bool good = sscanf(cursor, "%c.%lld.%lld.%lld.%n", &way, &leg, &number, &n,
                       &used) == 4 &&
                used > 0 && (way == 'a' || way == 'b');
    size_t length = good ? strlen(cursor + used) : 0;
    if (good && length % 2 == 0 && length < 4096) {
        x->start.customer = mem_alloc(length / 2 + 1);
        good = hex_decode(x->start.customer, cursor + used, length / 2);
    } else {
        good = false;
    }
    if (!good)
        return error_set(e, ERR_INVALID,
                         "cursor '%.40s': not valid for this list (omit it to "
                         "start again)",
                         cursor);
    x->start.leg = leg;
    x->start.number = number;
    x->start.n = n;
    x->back = way == 'b';
    return ERR_OK;
}

/* --- walking -------------------------------------------------------------- */

static void
add_leg(struct query *x, int64_t key)
{
    x->legs = mem_resize(x->legs, (size_t)x->leg_count + 1, sizeof *x->legs);
    x->legs[x->leg_count++] = key;
}

/* The numbers of the legs in the order of the list. */
static enum err
read_legs(struct query *x, struct error *e)
{
    if (x->sort == SORT_CONDITION)
        for (int i = 0; i < CONDITION_COUNT; i++)
            add_leg(x, installation_condition_at(i));
    if (x->sort != SORT_INTEGRATION)
        return ERR_OK;
    struct db_stmt *q = db_use(manager_db(x->m), CS_INTEGRATION_NUMBERS);
    while (db_row(q))
        add_leg(x, db_get_int(q));
    return db_end(q, e);
}

/* The index that a walk goes along, besides its order. */
enum narrow { BY_NONE, BY_INTEGRATION, BY_CONDITION };

static int
walk_statement(const struct query *x, enum narrow by)
{
    static const int up[] = {CS_WALK_CUSTOMER, CS_WALK_INTEGRATION,
                             CS_WALK_CONDITION};
    static const int down[] = {CS_WALK_CUSTOMER_DOWN, CS_WALK_INTEGRATION_DOWN,
                               CS_WALK_CONDITION_DOWN};
    if (x->sort == SORT_CHANGED)
        return x->up ? CS_WALK_CHANGED : CS_WALK_CHANGED_DOWN;
    return x->up ? up[by] : down[by];
}

/* Where a walk begins: behind the row that it looked at last, or at the cursor;
 * its customer is NULL where neither is. */
static const struct list_position *
walk_start(const struct query *x)
{
    return x->at.customer ? &x->at : &x->start;
}

static void
note_position(struct query *x, const struct cs_walked *row, int leg)
{
    free(x->at.customer);
    x->at = (struct list_position){.n = row->n,
                                   .leg = leg,
                                   .number = row->changed_at,
                                   .customer = mem_strdup(row->customer)};
}

/* Binds FROM, or with NULL the end of the list where the walk begins. */
static void
bind_start(struct query *x, struct db_stmt *q, const struct list_position *from)
{
    static const char last[] = "\xf4\x8f\xbf\xbf";
    if (x->sort == SORT_CHANGED)
        db_int(q, from ? from->number : x->up ? INT64_MIN : INT64_MAX);
    else
        db_text(q, from ? from->customer : x->up ? "" : last);
    db_int(q, from ? from->n : x->up ? -1 : INT64_MAX);
}

/* Leg number LEG of the walk, narrowed to KEY. *GO_ON is cleared where the page
 * is full or BUDGET rows were looked at. */
static enum err
walk_leg(struct query *x, enum narrow by, int64_t key, int leg, int64_t budget,
         bool *go_on, struct error *e)
{
    struct db_stmt *q = db_use(manager_db(x->m), walk_statement(x, by));
    const struct list_position *from = walk_start(x);
    bind_start(x, q, from->customer && leg == from->leg ? from : NULL);
    db_filter(q, &x->filter);
    if (by != BY_NONE)
        db_int(q, key);
    struct cs_walked row;
    enum err err = ERR_OK;
    while (err == ERR_OK && *go_on && cs_walked_next(q, &row)) {
        bool fits = row.fits;
        err = installation_filter_rest(x, row.n, &fits, e);
        if (fits)
            keep_position(x, row.n, row.customer, row.changed_at, leg);
        *go_on = x->count < x->wanted && ++x->visited < budget;
        if (!*go_on)
            note_position(x, &row, leg);
    }
    enum err ended = db_end(q, err == ERR_OK ? e : NULL);
    return err == ERR_OK ? ended : err;
}

/* The leg of those that are ok: no index has them, for most rows are. */
static enum err
walk_ok(struct query *x, int leg, int64_t budget, bool *go_on, struct error *e)
{
    unsigned asked = x->filter.conditions;
    x->filter.conditions = 1u << CONDITION_OK;
    enum err err = walk_leg(x, BY_NONE, 0, leg, budget, go_on, e);
    x->filter.conditions = asked;
    return err;
}

/* True where the filter may let rows of the leg KEY through. */
static bool
is_leg_wanted(const struct query *x, int64_t key)
{
    const struct row_filter *f = &x->filter;
    if (x->sort == SORT_INTEGRATION)
        return !f->by_integration || row_set_has(&f->integrations, key);
    return f->conditions == 0 || (f->conditions & (1u << key));
}

static enum err
walk_all_legs(struct query *x, int64_t budget, bool *go_on, struct error *e)
{
    bool by_integration = x->sort == SORT_INTEGRATION;
    const struct list_position from = *walk_start(x);
    enum err err = ERR_OK;
    for (int i = 0; err == ERR_OK && *go_on && i < x->leg_count; i++) {
        int leg = x->up ? i : x->leg_count - 1 - i;
        bool passed =
            from.customer && (x->up ? leg < from.leg : leg > from.leg);
        int64_t key = x->legs[leg];
        if (passed || !is_leg_wanted(x, key))
            continue;
        if (!by_integration && key == CONDITION_OK)
            err = walk_ok(x, leg, budget, go_on, e);
        else
            err = walk_leg(x, by_integration ? BY_INTEGRATION : BY_CONDITION,
                           key, leg, budget, go_on, e);
    }
    return err;
}

/* The only condition that the filter lets through, or -1. */
static int
only_condition(const struct row_filter *f)
{
    for (int i = 0; i < CONDITION_COUNT; i++)
        if (f->conditions == 1u << i)
            return i;
    return -1;
}

/* A walk in the order of one index. */
static enum err
walk_plain(struct query *x, int64_t budget, bool *go_on, struct error *e)
{
    const struct row_filter *f = &x->filter;
    int condition = only_condition(f);
    if (x->sort != SORT_CUSTOMER)
        return walk_leg(x, BY_NONE, 0, 0, budget, go_on, e);
    if (f->by_integration && f->integrations.count == 1)
        return walk_leg(x, BY_INTEGRATION, f->integrations.numbers[0], 0,
                        budget, go_on, e);
    if (condition >= 0 && condition != CONDITION_OK)
        return walk_leg(x, BY_CONDITION, condition, 0, budget, go_on, e);
    return walk_leg(x, BY_NONE, 0, 0, budget, go_on, e);
}

/* Walks on; *FULL says whether the page is full or there is no more. */
static enum err
walk(struct query *x, int64_t budget, bool *full, struct error *e)
{
    bool go_on = true;
    enum err err;
    x->visited = 0;
    if (x->leg_count)
        err = walk_all_legs(x, budget, &go_on, e);
    else
        err = walk_plain(x, budget, &go_on, e);
    *full = go_on || x->count == x->wanted;
    return err;
}

/* Walks on to the end. Each slice is an operation of its own: a list that reads
 * for seconds must not keep the lock of the store so long. */
static enum err
walk_on(struct query *x, struct error *e)
{
    bool full = false;
    enum err err = ERR_OK;
    while (err == ERR_OK && !full) {
        err = operation_end(x->m, ERR_OK, e);
        if (err == ERR_OK)
            err = operation_begin(x->m, ACTION_INSTALLATION_LIST, e);
        if (err == ERR_OK)
            err = walk(x, SLICE_ROWS, &full, e);
    }
    return err;
}

/* --- hits ----------------------------------------------------------------- */

/* True where a row at PLACE comes after the cursor in the walk's direction. */
static bool
is_wanted(const struct query *x, const struct list_position *position)
{
    if (!x->start.customer)
        return true;
    int c = compare_positions(position, &x->start);
    return x->up ? c > 0 : c < 0;
}

static void
keep_hit_position(struct query *x, const struct cs_hit *hit)
{
    keep_position(x, hit->n, hit->customer, hit->changed_at,
                  leg_of(x, hit->integration, hit->condition));
}

static void
keep_hit(struct query *x, const struct cs_hit *hit)
{
    keep_hit_position(x, hit);
    if (!is_wanted(x, &x->found[x->count - 1]))
        free(x->found[--x->count].customer);
}

/* Everything that fits, sorted, cut to the page. */
static enum err
take_hits(struct query *x, struct error *e)
{
    drop_positions(x);
    enum err err = installation_filter_hits(x, keep_hit, e);
    if (x->count)
        qsort(x->found, (size_t)x->count, sizeof *x->found,
              x->up ? ascending : descending);
    while (x->count > x->wanted)
        free(x->found[--x->count].customer);
    return err;
}

/* --- the list ------------------------------------------------------------- */

static enum err
find_page(struct query *x, struct error *e)
{
    bool done = false;
    enum err err = read_legs(x, e);
    if (err == ERR_OK)
        err = installation_filter_way(x, e);
    if (err == ERR_OK && x->way.raw > FEW_ROWS)
        err = walk(x, WALK_ROWS, &done, e);
    if (err != ERR_OK || done)
        return err;
    return x->way.raw <= HITS_ROWS ? take_hits(x, e) : walk_on(x, e);
}

/* Turns the positions found into rows, in the order of the list, with the
 * cursors at both ends. */
static enum err
make_rows(struct query *x, struct installation_list *out, struct error *e)
{
    bool more = x->count == x->wanted;
    int count = more ? x->count - 1 : x->count;
    enum err err = ERR_OK;
    for (int i = 0; err == ERR_OK && i < count; i++)
        err = installation_add_row(
            x->m, x->found[x->back ? count - 1 - i : i].n, out, e);
    if (err != ERR_OK || count == 0)
        return err;
    const struct list_position *first = &x->found[x->back ? count - 1 : 0];
    const struct list_position *last = &x->found[x->back ? 0 : count - 1];
    bool from_middle = x->start.customer != NULL;
    if (x->back ? from_middle : more)
        out->next = write_cursor(last, false);
    if (x->back ? more : from_middle)
        out->previous = write_cursor(first, true);
    return err;
}

static enum err
list(struct query *x, const struct installation_filter *f, const char *cursor,
     int limit, struct installation_list *out, struct error *e)
{
    enum err err = installation_filter_read(x, f, e);
    if (err == ERR_OK)
        err = read_cursor(x, cursor, e);
    x->sort = f->sort;
    x->down = (f->sort == SORT_CHANGED) != f->descending;
    x->up = x->down == x->back;
    x->wanted = (limit < 1 ? 1 : limit > 1000 ? 1000 : limit) + 1;
    if (err == ERR_OK)
        err = find_page(x, e);
    return err == ERR_OK ? make_rows(x, out, e) : err;
}

enum err
manager_installation_list(struct manager *m,
                          const struct installation_filter *filter,
                          const char *cursor, int limit,
                          struct installation_list *out, struct error *e)
{
    struct query x = {.m = m};
    *out = (struct installation_list){.pool = pool_new()};
    enum err err = operation_begin(m, ACTION_INSTALLATION_LIST, e);
    if (err == ERR_OK)
        err = list(&x, filter, cursor, limit, out, e);
    drop_positions(&x);
    free(x.start.customer);
    free(x.at.customer);
    free(x.legs);
    installation_filter_clear(&x);
    return operation_end(m, err, e);
}

/* --- a cursor from any row ------------------------------------------------ */

static enum err
find_cursor(struct query *x, const char *id, bool before, bool inclusive,
            char **out, struct error *e)
{
    enum err err = read_legs(x, e);
    if (err != ERR_OK)
        return err;
    struct db_stmt *q = db_use(manager_db(x->m), CS_INSTALLATION_PLACE);
    db_text(q, id);
    struct cs_hit hit;
    if (cs_hit_next(q, &hit))
        keep_hit_position(x, &hit);
    err = db_end(q, e);
    if (err != ERR_OK)
        return err;
    if (x->count == 0)
        return error_set(e, ERR_NOT_FOUND, "installation %.40s: not found", id);
    if (inclusive)
        x->found[0].n += x->down ? 1 : -1;
    *out = write_cursor(&x->found[0], before);
    return ERR_OK;
}

enum err
manager_installation_cursor(struct manager *m,
                            const struct installation_filter *filter,
                            const char *id, bool before, bool inclusive,
                            char **out, struct error *e)
{
    struct query x = {.m = m, .sort = filter->sort};
    *out = NULL;
    x.down = (filter->sort == SORT_CHANGED) != filter->descending;
    enum err err = operation_begin(m, ACTION_INSTALLATION_LIST, e);
    if (err == ERR_OK)
        err = find_cursor(&x, id, before, inclusive, out, e);
    drop_positions(&x);
    free(x.legs);
    return operation_end(m, err, e);
}
