/* Warnings of amounts whose decimals do not follow their currency. */
#include <ctype.h>
#include <string.h>

#include "mapping/functions/currency.h"
#include "mapping/row/source.h"
#include "workflow/warn/warn_private.h"

#define NAME_SIZE 100

/* NAME in small letters. */
static void
small(const char *name, size_t n, char out[NAME_SIZE])
{
    size_t i = 0;
    for (; i < n && i + 1 < NAME_SIZE; i++)
        out[i] = (char)tolower((unsigned char)name[i]);
    out[i] = '\0';
}

/* True where TARGET is an amount by its name, not a rate. */
static bool
is_amount(const char *target)
{
    static const char *const words[] = {"amount", "total", "price", "cents",
                                        "minor",  "net",   "gross", "tax",
                                        "paid",   "due",   NULL};
    char name[NAME_SIZE];
    const char *last = strrchr(target, '.');
    last = last ? last + 1 : target;
    small(last, strlen(last), name);
    for (const char *const *w = words; *w; w++)
        if (strstr(name, *w))
            return !strstr(name, "rate") && !strstr(name, "percent");
    return false;
}

unsigned
warn_fixed_decimals(const struct mapping_row *row, unsigned language)
{
    struct source s;
    unsigned found = 0;
    if (*row->source != '=' || !is_amount(row->target) ||
        source_compile(&s, row->source, strlen(row->source), language, NULL) !=
            ERR_OK)
        return 0;
    if (s.kind == SOURCE_FORMULA)
        found = formula_decimals(s.formula);
    source_clear(&s);
    return found;
}

/* The currency that the node AT is, or that one of its members is. */
static bool
read_currency(const struct tape *t, uint32_t at, struct buf *out, int *places)
{
    const struct tape_node *n = &t->nodes[at];
    if (n->type == VALUE_STRING &&
        currency_places(t->text + n->start, n->length, places)) {
        buf_add(out, t->text + n->start, n->length);
        return true;
    }
    if (n->type != VALUE_OBJECT)
        return false;
    for (uint32_t key = at + 1; key < n->next; key = t->nodes[key + 1].next)
        if (t->nodes[key + 1].type == VALUE_STRING &&
            read_currency(t, key + 1, out, places))
            return true;
    return false;
}

bool
warn_currency(struct node_ref root, struct buf *out, int *places)
{
    const struct tape *t = root.tape;
    if (!t || t->nodes[root.index].type != VALUE_OBJECT)
        return false;
    for (uint32_t key = root.index + 1; key < t->nodes[root.index].next;
         key = t->nodes[key + 1].next) {
        char name[NAME_SIZE];
        small(t->text + t->nodes[key].start, t->nodes[key].length, name);
        if (strstr(name, "currency") && read_currency(t, key + 1, out, places))
            return true;
    }
    return false;
}
