/*
 * How fast order records are read onto tapes: makes RECORDS purchase orders
 * as NDJSON (22 MB by default), reads them a number of times on one core and
 * prints the best and the median rate; then the same pretty-printed, and as
 * trees.
 *
 * Usage: bench-tape [RECORDS [ROUNDS]]
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "value/tape.h"

static const struct value_limits limits = {
    .bytes = 1u << 30, .depth = 64, .nodes = 1000000};

static double
seconds_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
add_line(struct buf *b, unsigned order, unsigned line)
{
    buf_addf(b,
             "%s{\"ItemSku\":\"SKU-%05u\",\"Description\":\"Widget, size "
             "%u, blue\",\"Quantity\":%u,\"Rate\":%u.%02u,\"TaxCode\":"
             "{\"id\":\"%u\",\"refName\":\"VAT\"},\"Taxable\":true}",
             line ? "," : "", order * 7 % 10000, line, line % 5 + 1,
             order % 90 + 10, order % 100, order % 9);
}

static void
add_order(struct buf *b, unsigned i)
{
    buf_addf(
        b,
        "{\"OrderId\":\"SO-%06u\",\"ExternalId\":9%u123456789012,"
        "\"Date\":\"2026-10-%02uT14:05:09.123Z\",\"Subsidiary\":{\"id\":"
        "\"%u\",\"refName\":\"M\xc3\xbcller Europe GmbH\"},\"Customer\":"
        "{\"Name\":\"Customer %u\",\"Email\":\"buyer%u@example.com\","
        "\"Phone\":null},\"Currency\":\"EUR\",\"Memo\":\"Please \\\"ship\\\""
        " early\",\"lines\":[",
        i, i, i % 28 + 1, i % 12, i % 5000, i);
    for (unsigned line = 0; line <= i % 12; line++)
        add_line(b, i, line);
    buf_addf(b, "],\"Total\":%u.%02u,\"Approved\":%s}\n", i % 9000, i % 100,
             i % 2 ? "true" : "false");
}

static size_t
read_lines(struct tape *t, const struct buf *text)
{
    const char *p = text->data, *end = p + text->len;
    size_t nodes = 0;
    while (p < end) {
        const char *stop = memchr(p, '\n', (size_t)(end - p));
        struct error e;
        if (tape_read(t, p, (size_t)(stop - p), &limits, "bench", &e) !=
            ERR_OK) {
            fprintf(stderr, "%s\n", e.text);
            exit(1);
        }
        nodes += t->count;
        p = stop + 1;
    }
    return nodes;
}

static size_t
read_trees(struct tape *t, const struct buf *text)
{
    const char *p = text->data, *end = p + text->len;
    size_t records = 0;
    while (p < end) {
        const char *stop = memchr(p, '\n', (size_t)(end - p));
        struct value *v = NULL;
        if (value_read(&v, p, (size_t)(stop - p), &limits, "bench", NULL) !=
            ERR_OK)
            exit(1);
        records++;
        value_free(v);
        p = stop + 1;
    }
    (void)t;
    return records;
}

static size_t
read_whole(struct tape *t, const struct buf *text)
{
    struct error e;
    static const struct value_limits huge = {
        .bytes = 1u << 31, .depth = 64, .nodes = 1u << 30};
    if (tape_read(t, text->data, text->len, &huge, "bench", &e) != ERR_OK) {
        fprintf(stderr, "%s\n", e.text);
        exit(1);
    }
    return t->count;
}

static int
compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void
measure(const char *what, const char *unit,
        size_t (*run)(struct tape *, const struct buf *),
        const struct buf *text, int rounds)
{
    struct tape t;
    tape_init(&t);
    double *took = calloc((size_t)rounds, sizeof *took);
    size_t count = 0;
    for (int i = 0; took && i < rounds; i++) {
        double start = seconds_now();
        count = run(&t, text);
        took[i] = seconds_now() - start;
    }
    qsort(took, (size_t)rounds, sizeof *took, compare_doubles);
    double mb = (double)text->len / 1e6;
    printf("%-22s %7.1f MB %9zu %-7s best %6.1f ms %5.0f MB/s  median "
           "%6.1f ms %5.0f MB/s\n",
           what, mb, count, unit, took[0] * 1e3, mb / took[0],
           took[rounds / 2] * 1e3, mb / took[rounds / 2]);
    free(took);
    tape_clear(&t);
}

int
main(int argc, char **argv)
{
    unsigned records = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 20000;
    int rounds = argc > 2 ? (int)strtol(argv[2], NULL, 10) : 15;
    struct buf lines, pretty;
    buf_init(&lines, 1u << 30);
    buf_init(&pretty, 1u << 30);
    buf_adds(&pretty, "[");
    for (unsigned i = 0; i < records; i++) {
        size_t from = lines.len;
        add_order(&lines, i);
        struct value *v = NULL;
        if (value_read(&v, lines.data + from, lines.len - from, &limits,
                       "bench", NULL) != ERR_OK)
            return 1;
        buf_adds(&pretty, i ? ",\n" : "");
        value_write_pretty(&pretty, v);
        value_free(v);
    }
    buf_adds(&pretty, "]");
    measure("tapes, NDJSON", "nodes", read_lines, &lines, rounds);
    measure("one tape, pretty", "nodes", read_whole, &pretty, rounds);
    measure("trees, NDJSON", "records", read_trees, &lines, rounds / 3 + 1);
    buf_clear(&lines);
    buf_clear(&pretty);
    return 0;
}
