/* Warnings of totals: the amounts of lines against the total above them. */
#include <ctype.h>
#include <string.h>

#include "mapping/number/decimal.h"
#include "workflow/warn/warn_private.h"

#define NAME_SIZE 40
#define CHARGES_MAX 5 /* each is added, taken off or left out: 243 sums */

/* The amounts that may be between the lines and the total, by name. */
struct charges {
    char names[CHARGES_MAX][NAME_SIZE];
    struct decimal items[CHARGES_MAX];
    size_t count;
    bool many; /* there are more: nothing is said */
};

/* The letters and digits of the key node AT, small, in OUT. */
static void
plain_name(const struct tape *t, uint32_t at, char *out, size_t size)
{
    struct buf name;
    size_t n = 0;
    buf_init(&name, 1u << 16);
    tape_string(t, at, &name);
    for (size_t i = 0; i < name.len && n + 1 < size; i++)
        if (isalnum((unsigned char)name.data[i]))
            out[n++] = (char)tolower((unsigned char)name.data[i]);
    out[n] = '\0';
    buf_clear(&name);
}

static bool
has_one_of(const char *name, const char *const *words)
{
    while (*words && !strstr(name, *words))
        words++;
    return *words != NULL;
}

/* The number that the node AT is, also as a text. */
static bool
read_number(const struct tape *t, uint32_t at, struct decimal *out)
{
    const struct tape_node *n = &t->nodes[at];
    return (n->type == VALUE_NUMBER || n->type == VALUE_STRING) &&
           n->length > 0 &&
           decimal_parse(out, t->text + n->start, n->length) == DECIMAL_OK;
}

/* KEY goes over the keys of the object AT; the value is behind its key. */
#define EACH_MEMBER(t, at, key)                                                \
    for (uint32_t key = (at) + 1; key < (t)->nodes[at].next;                   \
         key = (t)->nodes[key + 1].next)

/* The first member of the object AT with one of the names WORDS that is a
 * number. */
static bool
named_number(const struct tape *t, uint32_t at, const char *const *words,
             struct decimal *out)
{
    char name[NAME_SIZE];
    for (; *words; words++)
        EACH_MEMBER(t, at, key)
        {
            plain_name(t, key, name, sizeof name);
            if (strcmp(name, *words) == 0 && read_number(t, key + 1, out))
                return true;
        }
    return false;
}

/* The amount of the line AT: as it is said, or as the PRODUCT of a quantity
 * and a price. */
static bool
line_amount(const struct tape *t, uint32_t at, bool product,
            struct decimal *out)
{
    static const char *const amounts[] = {
        "amount", "lineamount", "linetotal", "total", "extendedamount", NULL};
    static const char *const counts[] = {"quantity", "qty", NULL};
    static const char *const prices[] = {"rate", "price", "unitprice", NULL};
    struct decimal count, price;
    if (t->nodes[at].type != VALUE_OBJECT)
        return false;
    if (!product)
        return named_number(t, at, amounts, out);
    return named_number(t, at, counts, &count) &&
           named_number(t, at, prices, &price) &&
           decimal_multiply(out, &count, &price);
}

/* The sum of the lines in the list AT, and how many there are; false where one
 * has no amount, or there is none. */
static bool
sum_lines(const struct tape *t, uint32_t at, bool product, struct decimal *sum,
          int64_t *lines)
{
    struct decimal amount;
    *sum = decimal_int(0);
    *lines = 0;
    for (uint32_t i = at + 1; i < t->nodes[at].next; i = t->nodes[i].next) {
        if (!line_amount(t, i, product, &amount) ||
            !decimal_add(sum, sum, &amount))
            return false;
        ++*lines;
    }
    return *lines > 0;
}

/* Adds AMOUNT to the charge NAME. */
static void
add_charge(struct charges *c, const char *name, const struct decimal *amount)
{
    size_t i = 0;
    while (i < c->count && strcmp(c->names[i], name) != 0)
        i++;
    if (i == CHARGES_MAX) {
        c->many = true;
        return;
    }
    if (i == c->count) {
        memcpy(c->names[i], name, strlen(name) + 1);
        c->items[c->count++] = decimal_int(0);
    }
    decimal_add(&c->items[i], &c->items[i], amount);
}

/* Adds the charges that the object AT has as members. */
static void
find_charges(const struct tape *t, uint32_t at, struct charges *c)
{
    static const char *const words[] = {
        "tax",  "vat",  "gst",      "ship",    "freight",  "handling",
        "fee",  "duty", "discount", "tip",     "rounding", "surcharge",
        "cost", "paid", "deposit",  "voucher", "gift",     NULL};
    char name[NAME_SIZE];
    struct decimal amount;
    EACH_MEMBER(t, at, key)
    {
        plain_name(t, key, name, sizeof name);
        if (has_one_of(name, words) && !strstr(name, "rate") &&
            read_number(t, key + 1, &amount) && !decimal_is_zero(&amount))
            add_charge(c, name, &amount);
    }
}

/* Adds the charges of the lines in the list AT, each added up, to those of the
 * object around it. */
static void
find_line_charges(const struct tape *t, uint32_t at, struct charges *c)
{
    struct charges sums = {.count = 0};
    for (uint32_t i = at + 1; i < t->nodes[at].next; i = t->nodes[i].next)
        if (t->nodes[i].type == VALUE_OBJECT)
            find_charges(t, i, &sums);
    c->many |= sums.many || c->count + sums.count > CHARGES_MAX;
    for (size_t k = 0; k < sums.count && c->count < CHARGES_MAX; k++)
        c->items[c->count++] = sums.items[k];
}

/* True where SUM with some of the charges from FIRST on, added or taken off,
 * is TOTAL within SLACK. */
static bool
adds_up(const struct decimal *sum, const struct charges *c, size_t first,
        const struct decimal *total, const struct decimal *slack)
{
    struct decimal difference, other;
    if (!decimal_subtract(&difference, sum, total))
        return true;
    if (decimal_is_negative(&difference))
        difference = decimal_negate(&difference);
    if (decimal_compare(&difference, slack) <= 0)
        return true;
    if (first == c->count)
        return false;
    if (adds_up(sum, c, first + 1, total, slack))
        return true;
    if (decimal_add(&other, sum, &c->items[first]) &&
        adds_up(&other, c, first + 1, total, slack))
        return true;
    return decimal_subtract(&other, sum, &c->items[first]) &&
           adds_up(&other, c, first + 1, total, slack);
}

/* What the total of the object AT is compared with. */
struct comparing {
    const struct tape *t;
    uint32_t at;
    struct decimal total;
    bool compared, good;
    struct decimal sum; /* of the first list that does not add up */
};

static void
compare_list(struct comparing *c, uint32_t list)
{
    for (int product = 0; product < 2 && !c->good; product++) {
        struct charges charges = {.count = 0};
        struct decimal sum, slack = decimal_int(0), cent;
        int64_t lines;
        if (!sum_lines(c->t, list, product, &sum, &lines))
            continue;
        find_charges(c->t, c->at, &charges);
        find_line_charges(c->t, list, &charges);
        decimal_parse(&cent, "0.01", 4);
        struct decimal count = decimal_int(lines);
        if (product)
            decimal_multiply(&slack, &cent, &count);
        if (!c->compared)
            c->sum = sum;
        c->compared = true;
        c->good = charges.many || adds_up(&sum, &charges, 0, &c->total, &slack);
    }
}

/* Compares with the lists of the object AT, and those one level inside. */
static void
compare_lists(struct comparing *c, uint32_t at, bool inside)
{
    EACH_MEMBER(c->t, at, key)
    {
        enum value_type type = c->t->nodes[key + 1].type;
        if (type == VALUE_ARRAY)
            compare_list(c, key + 1);
        else if (type == VALUE_OBJECT && !inside)
            compare_lists(c, key + 1, true);
    }
}

bool
warn_total_differs(struct node_ref node, struct buf *example)
{
    static const char *const totals[] = {
        "total",      "totalamount",  "amounttotal", "ordertotal",
        "grandtotal", "invoicetotal", NULL};
    struct comparing c = {.t = node.tape, .at = node.index};
    char total[DECIMAL_SIZE], sum[DECIMAL_SIZE];
    if (!c.t || c.t->nodes[c.at].type != VALUE_OBJECT ||
        !named_number(c.t, c.at, totals, &c.total))
        return false;
    compare_lists(&c, c.at, false);
    if (!c.compared || c.good)
        return false;
    decimal_format(&c.total, total);
    decimal_format(&c.sum, sum);
    buf_addf(example, "%s and %s", total, sum);
    return true;
}
