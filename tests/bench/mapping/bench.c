/*
 * The benchmark's own program: makes purchase orders, and maps them with
 * the streaming engine.
 *
 * Usage: bench-mapping orders COUNT [SEED]    orders as NDJSON on stdout
 *        bench-mapping apply ROWS.json        stdin to stdout
 *        bench-mapping run CORE COMMAND...    COMMAND on one core; seconds and
 *                                             peak kB in the last line on
 *                                             stderr
 */
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "mapping/plan/stream.h"

/* --- orders -------------------------------------------------------------- */

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

/* --- mapping ------------------------------------------------------------- */

static enum err
compile(const char *path, struct plan **p, struct error *e)
{
    struct buf text;
    struct value *v = NULL;
    struct mapping_rows rows;
    rows_init(&rows);
    buf_init(&text, 1u << 20);
    enum err err = file_read(path, &text, e);
    if (err == ERR_OK)
        err = value_read(&v, text.data, text.len, &value_limits_document, path,
                         e);
    if (err == ERR_OK)
        err = rows_read(&rows, v, e);
    if (err == ERR_OK)
        err = plan_compile(p, &rows, FORMULA_LANGUAGE, PLAN_FAST, NULL, e);
    rows_clear(&rows);
    value_free(v);
    buf_clear(&text);
    return err;
}

static int
apply(const char *rows)
{
    struct plan *p = NULL;
    struct error e = {0};
    struct mapping_stream s = {.in = STDIN_FILENO, .out = STDOUT_FILENO};
    enum err err = compile(rows, &p, &e);
    if (err == ERR_OK)
        err = mapping_stream_run(&s, p, &e);
    plan_free(p);
    if (err != ERR_OK) {
        fprintf(stderr, "%s\n", e.text);
        return 1;
    }
    return 0;
}

/* --- measuring ----------------------------------------------------------- */

static double
seconds_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* A process of its own forks the command, for the peak of a process counts
 * what it was forked from. */
static int
run_command(int core, char **command)
{
    struct rusage usage;
    int status;
    cpu_set_t cores;
    CPU_ZERO(&cores);
    CPU_SET(core, &cores);
    sched_setaffinity(0, sizeof cores, &cores);
    double start = seconds_now();
    pid_t pid = fork();
    if (pid == 0) {
        execvp(command[0], command);
        perror(command[0]);
        _exit(127);
    }
    if (pid < 0 || wait4(pid, &status, 0, &usage) != pid)
        return 1;
    fprintf(stderr, "%.6f %ld\n", seconds_now() - start, usage.ru_maxrss);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

int
main(int argc, char **argv)
{
    if (argc >= 3 && strcmp(argv[1], "orders") == 0)
        return make_orders((unsigned)strtoul(argv[2], NULL, 10),
                           argc > 3 ? strtoul(argv[3], NULL, 10) : 1);
    if (argc == 3 && strcmp(argv[1], "apply") == 0)
        return apply(argv[2]);
    if (argc > 3 && strcmp(argv[1], "run") == 0)
        return run_command((int)strtol(argv[2], NULL, 10), argv + 3);
    fprintf(stderr, "usage: bench-mapping orders COUNT [SEED] | apply ROWS | "
                    "run CORE COMMAND...\n");
    return 2;
}
