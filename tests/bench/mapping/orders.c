/*
 * Makes the purchase orders of the benchmark of mappings: COUNT orders of 1 to
 * 12 lines as newline-delimited JSON on standard output, the same for the same
 * SEED (1).
 *
 * Usage: bench-orders COUNT [SEED]
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"

static uint64_t state;

static unsigned
pick(unsigned n)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (unsigned)((state >> 20) % n);
}

#define PICK(list) list[pick(sizeof list / sizeof *list)]

static const char *const people[] = {
    "Ana López", "Jürgen Groß",          "Mary O'Neil", "Zoë Çelik",
    "李小龍",    "John Smith",           "Siân Evans",  "Łukasz Żak",
    "Kim Lee",   "Bob \\\"Bobby\\\" Ray"};
static const char *const streets[] = {"Main St", "Königsallee", "Rue de l'Été",
                                      "High Street", "Calle Mayor"};
static const char *const items[] = {"Door handle, matt", "Türgriff, gebürstet",
                                    "Hinge 90°",         "Schraube M4 × 20",
                                    "Cable 5\\u00a0m",   "Gift card 🎁"};
static const char *const currencies[] = {"EUR", "USD", "GBP", "CHF"};

static unsigned
add_line(struct buf *out, unsigned number)
{
    unsigned quantity = 1 + pick(20), rate = 95 + pick(40000);
    buf_addf(out,
             "%s{\"LineId\":%u,\"ItemSku\":\"%c%c-%05u\",\"Description\":\"%s\""
             ",\"Quantity\":%u,\"Rate\":%u.%02u",
             number ? "," : "", number + 1, 'A' + (char)pick(26),
             'A' + (char)pick(26), pick(100000), PICK(items), quantity,
             rate / 100, rate % 100);
    if (pick(4) == 0)
        buf_addf(out, ",\"custcol_engraving\":\"%s\"", PICK(people));
    buf_addf(out, ",\"IsClosed\":%s}", pick(9) ? "false" : "true");
    return quantity * rate;
}

static void
add_order(struct buf *out, unsigned number)
{
    const char *who = PICK(people);
    buf_addf(out,
             "{\"OrderId\":\"PO-%06u\",\"InternalId\":%u%010u%05u,"
             "\"CreatedDate\":\"2026-%02u-%02uT%02u:%02u:00Z\",",
             number, 10000u + pick(80000), pick(1u << 31), pick(100000),
             1 + pick(12), 1 + pick(28), pick(24), pick(60));
    buf_addf(out,
             "\"Subsidiary\":{\"internalId\":\"%u\",\"refName\":\"%s Europe\"},"
             "\"Customer\":{\"internalId\":\"%u\",\"fullName\":\"%s\","
             "\"email\":\"buyer%u@example.com\"},",
             pick(20), PICK(streets), pick(100000), who, pick(100000));
    buf_addf(out,
             "\"ShipTo\":{\"Attention\":\"%s\",\"Street\":\"%u %s\","
             "\"Zip\":\"%05u\",\"City\":\"Zürich\",\"Country\":\"CH\"},"
             "\"Currency\":\"%s\",\"Memo\":%s,",
             who, 1 + pick(200), PICK(streets), pick(100000), PICK(currencies),
             pick(3) ? "null" : "\"Please ship\\nearly\"");
    if (pick(3))
        buf_addf(out, "\"custbody_po_number\":\"%u-%u\",", pick(1000),
                 pick(1000));
    buf_addf(out, "\"custbody_channel\":\"%s\",\"lines\":[",
             pick(2) ? "web" : "edi");
    unsigned total = 0;
    for (unsigned i = 0, n = 1 + pick(12); i < n; i++)
        total += add_line(out, i);
    buf_addf(out, "],\"Total\":%u.%02u}\n", total / 100, total % 100);
}

static int
make_orders(unsigned count, unsigned long seed)
{
    struct buf out;
    struct error e;
    enum err err = ERR_OK;
    state = seed * 2654435761u + 88172645463325252u;
    buf_init(&out, 1u << 20);
    for (unsigned i = 1; i <= count && err == ERR_OK; i++) {
        add_order(&out, i);
        if (out.len > 1u << 19 || i == count) {
            err = file_write_fd(STDOUT_FILENO, "stdout", out.data, out.len, &e);
            buf_reset(&out);
        }
    }
    buf_clear(&out);
    if (err != ERR_OK)
        fprintf(stderr, "%s\n", e.text);
    return err != ERR_OK;
}

int
main(int argc, char **argv)
{
    if (argc < 2) {
        fprintf(stderr, "usage: bench-orders COUNT [SEED]\n");
        return 2;
    }
    return make_orders((unsigned)strtoul(argv[1], NULL, 10),
                       argc > 2 ? strtoul(argv[2], NULL, 10) : 1);
}
