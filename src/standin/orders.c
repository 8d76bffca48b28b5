/* Sample orders. */
#include "standin/orders.h"

#include <inttypes.h>
#include <stdio.h>

#define COUNT_OF(a) (sizeof(a) / sizeof(a)[0])

static const char *const first_names[] = {"Ada",
                                          "Grace",
                                          "J\xc3\xbcrgen",
                                          "Zo\xc3\xab",
                                          "Chlo\xc3\xa9",
                                          "Nguy\xe1\xbb\x85n",
                                          "\xe5\xa4\xaa\xe9\x83\x8e",
                                          "Olga",
                                          "S\xc3\xb8ren",
                                          "Mary Ann"};
static const char *const last_names[] = {"Lovelace",
                                         "Hopper",
                                         "M\xc3\xbcller",
                                         "O'Neil",
                                         "van der Berg",
                                         "V\xc4\x83n",
                                         "\xe5\xb1\xb1\xe7\x94\xb0",
                                         "Ivanova",
                                         "\xc3\x98sterg\xc3\xa5rd",
                                         "Smith-Jones"};
static const char *const one_word_names[] = {"Cher", "Zico", "Madonna"};
static const char *const subsidiaries[] = {
    "Parent Company", "US East", "D\xc3\xa9p\xc3\xb4t Paris", "GmbH & Co. KG"};
static const char *const items[] = {"Widget, small",
                                    "Bolt \"M8\"",
                                    ("Kabel 3\xc3\x97"
                                     "1,5 mm\xc2\xb2"),
                                    "\xe8\x8c\xb6",
                                    "Gift card \xf0\x9f\x8e\x81",
                                    "Hinge"};
static const char *const priorities[] = {"Standard", "Express", "Overnight"};

/* splitmix64: small, and the same everywhere. */
static uint64_t
next_random(uint64_t *state)
{
    uint64_t z = (*state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static unsigned
below(uint64_t *state, unsigned n)
{
    return (unsigned)(next_random(state) % n);
}

static void
set_number(struct value *object, const char *key, const char *digits)
{
    size_t n = 0;
    while (digits[n])
        n++;
    value_set(object, key, value_number(digits, n));
}

static void
set_cents(struct value *object, const char *key, uint64_t cents)
{
    char digits[32];
    snprintf(digits, sizeof digits, "%" PRIu64 ".%02u", cents / 100,
             (unsigned)(cents % 100));
    set_number(object, key, digits);
}

static void
set_name(struct value *object, const char *key, uint64_t *state, bool one_word)
{
    char name[128];
    if (one_word)
        snprintf(name, sizeof name, "%s",
                 one_word_names[below(state, COUNT_OF(one_word_names))]);
    else
        snprintf(name, sizeof name, "%s %s",
                 first_names[below(state, COUNT_OF(first_names))],
                 last_names[below(state, COUNT_OF(last_names))]);
    value_set_text(object, key, name);
}

static struct value *
purchase_line(uint64_t *state, unsigned number)
{
    char sku[32];
    struct value *line = value_object();
    snprintf(sku, sizeof sku, "SKU-%u", 1000 + below(state, 9000));
    value_set_int(line, "line", number);
    value_set_text(line, "ItemSku", sku);
    value_set_text(line, "Name", items[below(state, COUNT_OF(items))]);
    value_set_int(line, "Quantity", 1 + below(state, 48));
    set_cents(line, "Rate", 5 + below(state, 99995));
    return line;
}

static struct value *
purchase_order(unsigned n, uint64_t *state)
{
    char text[64];
    struct value *order = value_object();
    snprintf(text, sizeof text, "PO-%06u", n + 1);
    value_set_text(order, "OrderId", text);
    snprintf(text, sizeof text, "%u%019" PRIu64, 1 + below(state, 9),
             next_random(state) % UINT64_C(9999999999999999999));
    set_number(order, "internalId", text);
    struct value *subsidiary = value_object();
    unsigned which = below(state, COUNT_OF(subsidiaries));
    value_set_int(subsidiary, "id", which + 1);
    value_set_text(subsidiary, "refName", subsidiaries[which]);
    value_set(order, "Subsidiary", subsidiary);
    snprintf(text, sizeof text, "buyer%u@example.com", n + 1);
    value_set_text(order, "Email", text);
    struct value *customer = value_object();
    set_name(customer, "fullName", state, n % 97 == 96);
    value_set(order, "customer", customer);
    value_set_text(order, "currency", below(state, 4) ? "USD" : "EUR");
    struct value *lines = value_array();
    unsigned count = n % 89 == 88 ? 0 : 1 + below(state, 12);
    for (unsigned i = 0; i < count; i++)
        value_append(lines, purchase_line(state, i + 1));
    value_set(order, "lines", lines);
    set_name(order, "cust_Assigned_Procurement_Rep", state, false);
    if (n % 83 != 82)
        value_set_text(order, "cust_ShippingPriority",
                       priorities[below(state, COUNT_OF(priorities))]);
    value_set(order, "memo", below(state, 3) ? value_string("") : value_null());
    return order;
}

struct value *
orders_purchase(unsigned count, unsigned long seed)
{
    uint64_t state = seed;
    struct value *orders = value_array();
    for (unsigned n = 0; n < count; n++)
        value_append(orders, purchase_order(n, &state));
    return orders;
}

/* Adds a line to ITEMS and returns its amount in cents. */
static uint64_t
recorded_line(struct value *list, uint64_t *state)
{
    char text[32];
    unsigned quantity = 1 + below(state, 5);
    uint64_t rate = 100 + below(state, 49900);
    struct value *item = value_object();
    snprintf(text, sizeof text, "SKU-%u", 1 + below(state, 400));
    value_set_text(item, "sku", text);
    value_set_text(item, "name", items[below(state, COUNT_OF(items))]);
    value_set_int(item, "qty", quantity);
    set_cents(item, "rate", rate);
    value_append(list, item);
    return quantity * rate;
}

static struct value *
recorded_customer(unsigned n, uint64_t *state)
{
    char text[64];
    struct value *customer = value_object();
    snprintf(text, sizeof text, "C-%05u", 400 + n);
    value_set_text(customer, "id", text);
    set_name(customer, "fullName", state, false);
    if (n % 5 != 4) {
        snprintf(text, sizeof text, "customer%u@example.com", n);
        value_set_text(customer, "email", text);
    }
    return customer;
}

struct value *
orders_recorded(unsigned n, unsigned long seed)
{
    uint64_t state = seed + n;
    char text[64];
    struct value *order = value_object();
    struct value *list = value_array();
    uint64_t total = 0;
    snprintf(text, sizeof text, "SO-%u", 10023 + n);
    value_set_text(order, "orderNumber", text);
    snprintf(text, sizeof text, "98765432109876%06u", n);
    set_number(order, "externalId", text);
    value_set(order, "customer", recorded_customer(n, &state));
    for (unsigned i = 1 + below(&state, 8); i > 0; i--)
        total += recorded_line(list, &state);
    value_set(order, "items", list);
    set_cents(order, "total", n == 0 ? 124990 : total);
    value_set_text(order, "currency", "USD");
    struct value *custom = value_object();
    if (n % 7 != 6)
        value_set_text(custom, "shippingPriority",
                       priorities[below(&state, COUNT_OF(priorities))]);
    value_set(custom, "giftNote", value_null());
    value_set(order, "custom", custom);
    return order;
}
