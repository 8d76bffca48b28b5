/* Plans: reports, limits, problems; and streams of records. */
#include "mapping/plan/plan.h"
#include "mapping/mapping.h"

#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "mapping/plan/questions.h"
#include "mapping/plan/stream.h"

static void
report(void)
{
    struct mapping_rows rows;
    struct tape t;
    struct plan *p;
    struct plan_report r;
    struct error e = {0};
    struct buf out;
    rows_init(&rows);
    rows_add(&rows, "id", "id");
    rows_add(&rows, "l[*].sku", "lines[*].sku")->required = true;
    rows_add(&rows, "l[*].q", "lines[*].q")->fallback = value_int(1);
    rows_add(&rows, "none", "nothing.here");
    CHECK_INT(plan_compile(&p, &rows, FORMULA_LANGUAGE, PLAN_FAST, NULL, &e),
              ERR_OK);
    plan_report_init(&r, p);
    buf_init(&out, 1000);
    struct scope scope =
        test_scope(&t, "{\"id\":7,\"lines\":[{\"sku\":\"a\"},{\"q\":2},{}]}");
    CHECK_INT(plan_run(p, &scope, &out, &r, &e), ERR_INVALID);
    CHECK_HAS(e.text, "row 2, l[*].sku: it is required, and "
                      "$['lines'][1]['sku'] is missing");
    CHECK_STR(r.rows[0].value, "7");
    CHECK_INT(r.rows[0].counts[PLAN_FILLED], 1);
    CHECK_STR(r.rows[1].value, "\"a\"");
    CHECK_INT(r.rows[1].counts[PLAN_FILLED], 1);
    CHECK_INT(r.rows[1].counts[PLAN_FAILED], 2);
    CHECK_HAS(r.rows[1].error, "$['lines'][1]['sku']");
    CHECK_STR(r.rows[2].value, "1");
    CHECK_INT(r.rows[2].counts[PLAN_FILLED], 1);
    CHECK_INT(r.rows[2].counts[PLAN_DEFAULTED], 2);
    CHECK_INT(r.rows[3].counts[PLAN_MISSING], 1);
    CHECK(!r.rows[3].value);
    plan_report_clear(&r);
    buf_clear(&out);
    tape_clear(&t);
    plan_free(p);
    rows_clear(&rows);
}

/* What a batch looks up is known before it is mapped: each key once, also
 * those of records that fail for another reason, and none of value tables. */
static void
questions_of_a_batch(void)
{
    static const char *const batch[] = {
        "{\"s\":\"EMEA\",\"l\":[{\"i\":1},{\"i\":2},{\"i\":null}]}",
        "{\"s\":\"EMEA\",\"l\":[{\"i\":2},{\"i\":\"2\"},{\"i\":[]}],"
        "\"t\":\"DE\"}",
        "{\"l\":[{\"i\":\"EMEA\"}]}"};
    struct mapping_rows rows;
    struct plan *p;
    struct questions asked;
    struct error e = {0};
    rows_init(&rows);
    rows_add(&rows, "gone", "gone")->required = true;
    row_set(rows_add(&rows, "s", "s"), ROW_FIND, "a find by name, take id");
    row_set(rows_add(&rows, "l[*].i", "l[*].i"), ROW_REFERENCE, "item");
    row_set(rows_add(&rows, "t", "t"), ROW_LOOKUP, "Country");
    CHECK_INT(plan_compile(&p, &rows, FORMULA_LANGUAGE, PLAN_FAST, NULL, &e),
              ERR_OK);
    CHECK(plan_asks(p));
    struct plan_runner *runner = plan_runner_new(p);
    questions_init(&asked);
    for (size_t i = 0; i < sizeof batch / sizeof *batch; i++) {
        struct tape t;
        struct scope scope = test_scope(&t, batch[i]);
        CHECK_INT(plan_ask(runner, p, &scope, &asked, &e), ERR_OK);
        tape_clear(&t);
    }
    struct buf got;
    buf_init(&got, 1000);
    for (size_t i = 0; i < asked.count; i++)
        buf_addf(&got, "%s: %s\n", asked.items[i].what, asked.items[i].key);
    CHECK_STR(buf_str(&got), "a find by name, take id: EMEA\n"
                             "reference item: 1\nreference item: 2\n"
                             "reference item: EMEA\n");
    buf_clear(&got);
    questions_clear(&asked);
    plan_runner_free(runner);
    plan_free(p);
    rows_clear(&rows);
}

/* A batch of many keys is gone through in time that grows with it, and ends at
 * the maximum. */
static void
many_questions(void)
{
    struct questions asked;
    char key[32];
    bool room = true;
    questions_init(&asked);
    for (int i = 0; i <= QUESTIONS_MAX; i++) {
        snprintf(key, sizeof key, "%d", i);
        room = questions_add(&asked, "reference item", key, strlen(key));
        if (i < QUESTIONS_MAX && !room)
            break;
    }
    CHECK(!room);
    CHECK_INT(asked.count, QUESTIONS_MAX);
    CHECK(questions_add(&asked, "reference item", "7", 1));
    questions_clear(&asked);
}

/* The output never passes its maximum and an error leaves it as it was. */
static void
limits(void)
{
    struct mapping_rows rows;
    struct tape t;
    struct plan *p;
    struct error e = {0};
    rows_init(&rows);
    rows_add(&rows, "l[*].text", "lines[*]");
    rows_add(&rows, "all", "$");
    CHECK_INT(plan_compile(&p, &rows, FORMULA_LANGUAGE, PLAN_FAST, NULL, &e),
              ERR_OK);
    struct scope scope = test_scope(
        &t,
        "{\"lines\":[\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\","
        "\"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\"]}");
    size_t fits = 0;
    for (size_t max = 0; max < 600; max++) {
        struct buf out;
        buf_init(&out, max);
        buf_adds(&out, "before");
        size_t before = out.len;
        enum err err = plan_run(p, &scope, &out, NULL, &e);
        CHECK(out.len <= max);
        if (err == ERR_OK && fits == 0)
            fits = max;
        CHECK_INT(err, fits ? ERR_OK : ERR_TOO_BIG);
        if (err != ERR_OK)
            CHECK_INT(out.len, before);
        buf_clear(&out);
    }
    CHECK(fits > 0);
    tape_clear(&t);
    plan_free(p);
    rows_clear(&rows);
}

static void
row_lists(void)
{
    struct mapping_rows rows;
    struct plan *p;
    struct error e = {0};
    struct buf out;
    rows_init(&rows);
    rows_add(&rows, "a", "x");
    rows_add(&rows, "b[*].c", "x.lines[*].y");
    rows_add(&rows, "b[*].d[*]", "x.lines[*].taxes[?@.z]");
    rows_add(&rows, "e[*].f", "'Create it'!$..x");
    CHECK_INT(plan_compile(&p, &rows, FORMULA_LANGUAGE, PLAN_FAST, NULL, &e),
              ERR_OK);
    static const char *const wanted[] = {
        "", "x.lines[*]", "x.lines[*].taxes[?@.z]", "'Create it'!$..x"};
    for (size_t i = 0; p && i < plan_rows(p); i++) {
        buf_init(&out, 1000);
        CHECK_INT(plan_row_list(p, i, &out), i > 0);
        CHECK_STR(buf_str(&out), wanted[i]);
        buf_clear(&out);
    }
    plan_free(p);
    rows_clear(&rows);
}

/* Runs l[*].x = FORMULA over N items {"v":1,"k":K}, K of 0 to 6. */
static enum err
over_items(int n, const char *formula, struct buf *out, struct error *e)
{
    struct mapping_rows rows;
    struct tape t;
    struct plan *p;
    struct buf json;
    rows_init(&rows);
    rows_add(&rows, "l[*].k", "items[*].k");
    rows_add(&rows, "l[*].x", formula);
    CHECK_INT(plan_compile(&p, &rows, FORMULA_LANGUAGE, PLAN_FAST, NULL, e),
              ERR_OK);
    buf_init(&json, 32 << 20);
    for (int i = 0; i < n; i++)
        buf_addf(&json, "%s{\"v\":1,\"k\":%d}", i ? "," : "{\"items\":[",
                 i % 7);
    buf_adds(&json, "]}");
    struct scope scope = test_scope(&t, buf_str(&json));
    enum err err = plan_run(p, &scope, out, NULL, e);
    tape_clear(&t);
    buf_clear(&json);
    plan_free(p);
    rows_clear(&rows);
    return err;
}

/* A sum over all items in the formula of each item is calculated once a
 * record, or 20,000 items would pass the budget of the record. What depends on
 * the item is calculated for each, and a record that asks for too much fails.
 * Sabotage: the search in evaluate_call(), or the "@" in is_fixed(). */
static void
a_record_has_a_budget(void)
{
    struct error e = {0};
    struct buf out;
    buf_init(&out, 32 << 20);
    CHECK_INT(over_items(20000, "=@.v / SUM(items[*].v)", &out, &e), ERR_OK);
    CHECK_HAS(buf_str(&out), "{\"l\":[{\"k\":0,\"x\":0.00005},");
    buf_reset(&out);
    CHECK_INT(over_items(8, "=COUNTIF(items[*].k, @.k)", &out, &e), ERR_OK);
    CHECK_HAS(buf_str(&out), "{\"l\":[{\"k\":0,\"x\":2},{\"k\":1,\"x\":1},");
    buf_reset(&out);
    CHECK_INT(over_items(20000, "=COUNTIF(items[*].k, @.k)", &out, &e),
              ERR_INVALID);
    CHECK_HAS(e.text, "this record need too many steps together");
    buf_clear(&out);
}

/* Runs ROWS rows f0, f1, … of SOURCE over {"l":[0,1,…]} of N numbers, within
 * BUDGET and an output of at most MAX bytes. */
static enum err
within(struct budget *budget, int rows, const char *source, int n, size_t max,
       struct error *e)
{
    struct mapping_rows all;
    struct tape t;
    struct plan *p;
    struct buf json, out;
    rows_init(&all);
    for (int i = 0; i < rows; i++) {
        char target[16];
        snprintf(target, sizeof target, "f%d", i);
        rows_add(&all, target, source);
    }
    CHECK_INT(plan_compile(&p, &all, FORMULA_LANGUAGE, PLAN_FAST, NULL, e),
              ERR_OK);
    buf_init(&json, 1 << 20);
    for (int i = 0; i < n; i++)
        buf_addf(&json, "%s%d", i ? "," : "{\"l\":[", i);
    buf_adds(&json, "]}");
    buf_init(&out, max);
    struct scope scope = test_scope(&t, buf_str(&json));
    scope.budget = budget;
    enum err err = plan_run(p, &scope, &out, NULL, e);
    buf_clear(&out);
    tape_clear(&t);
    buf_clear(&json);
    plan_free(p);
    rows_clear(&all);
    return err;
}

/* What one row of SOURCE takes, of which one step is for its key. */
static size_t
price(const char *source, int n)
{
    struct error e = {0};
    struct budget b = budget_of(BUDGET_MOST);
    CHECK_INT(within(&b, 1, source, n, 1 << 20, &e), ERR_OK);
    return b.given - b.left;
}

/* Whatever a row is made by, the rows of a record have one budget, and the row
 * that passes it is named. Sabotage: in path_query_span(), in
 * formula_arena_settle(), in plan_copy_node(), in path_walk(). */
static void
rows_share_a_budget(void)
{
    static const char *const sources[] = {
        "l[?count($.l[?@ == 1]) > 1]", "l[?count($..*) > 1]",
        "=COUNTIF(l[*], 1)", "$", "l[99]"};
    enum { ROWS = 60 };
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++) {
        struct error e = {0};
        size_t one = price(sources[i], 100) - 1;
        CHECK(one >= 24);
        struct budget b = budget_of(ROWS + 4 * one - 1);
        CHECK_INT(within(&b, ROWS, sources[i], 100, 1 << 20, &e), ERR_INVALID);
        CHECK_HAS(e.text, "row 4, f3: ");
        CHECK_HAS(e.text, "this record need too many steps together");
        CHECK(b.passed);
        CHECK_INT(b.left, 0);
    }
}

/* The budget grows with the record, up to what takes a second, and one that
 * is within another tells it what it has taken. Sabotage: budget_end(). */
static void
budgets_have_a_cap(void)
{
    struct budget outer = budget_of(BUDGET_MOST), b;
    CHECK_INT(budget_of_record(0, NULL).left, 40000000);
    CHECK_INT(budget_of_record(1000, NULL).left, 40064000);
    CHECK_INT(budget_of_record(SIZE_MAX, NULL).left, BUDGET_MOST);
    b = budget_of_record(0, &outer);
    CHECK(!budget_take(&b, 40000001));
    budget_end(&b);
    CHECK(!outer.passed);
    CHECK_INT(outer.left, 60000000);
    outer.left = 10;
    b = budget_of_record(0, &outer);
    CHECK(budget_take(&b, 10));
    CHECK(!budget_take(&b, 1));
    budget_end(&b);
    CHECK(outer.passed);
    CHECK_INT(outer.left, 0);
}

/* An output that is full is not written on with. Sabotage: buf_failed() in
 * is_over(). */
static void
a_full_output_ends_the_record(void)
{
    struct error e = {0};
    struct budget b = budget_of(BUDGET_MOST);
    CHECK_INT(within(&b, 1000, "$", 1000, 10000, &e), ERR_TOO_BIG);
    CHECK_HAS(e.text, "the output is more than 10000 bytes");
    CHECK(b.given - b.left < 10000);
}

static const struct test plan_tests[] = {
    {"a record has a budget", a_record_has_a_budget},
    {"rows share a budget", rows_share_a_budget},
    {"budgets have a cap", budgets_have_a_cap},
    {"a full output ends the record", a_full_output_ends_the_record},
    {"reports", report},
    {"limits", limits},
    {"what a batch looks up", questions_of_a_batch},
    {"many questions", many_questions},
    {"lists of rows", row_lists},
    {NULL, NULL}};

/* --- streams ------------------------------------------------------------- */

struct told {
    size_t errors;
    char first[1100];
};

static bool
tell(void *context, uint64_t record, const struct error *e)
{
    struct told *t = context;
    if (t->errors++ == 0)
        snprintf(t->first, sizeof t->first, "%llu: %s",
                 (unsigned long long)record, e->text);
    return true;
}

/* Sends INPUT through the rows (id <- id, required); the output as a string
 * that the caller frees. */
static char *
run_stream(const char *input, size_t n, struct mapping_stream *s, enum err *err,
           struct error *e)
{
    struct mapping_rows rows;
    struct plan *p;
    struct buf out;
    FILE *in = tmpfile(), *to = tmpfile();
    rows_init(&rows);
    rows_add(&rows, "id", "id")->required = true;
    CHECK_INT(plan_compile(&p, &rows, FORMULA_LANGUAGE, PLAN_FAST, NULL, e),
              ERR_OK);
    CHECK_INT(fwrite(input, 1, n, in), n);
    fflush(in);
    lseek(fileno(in), 0, SEEK_SET);
    s->in = fileno(in);
    s->out = fileno(to);
    *err = mapping_stream_run(s, p, e);
    lseek(fileno(to), 0, SEEK_SET);
    buf_init(&out, 64u << 20);
    CHECK_INT(file_read_fd(fileno(to), "output", &out, e), ERR_OK);
    fclose(in);
    fclose(to);
    plan_free(p);
    rows_clear(&rows);
    return buf_take(&out);
}

static void
lines(void)
{
    struct told told = {0};
    struct mapping_stream s = {.failed = tell, .context = &told};
    struct error e = {0};
    enum err err;
    const char *input =
        "{\"id\":1}\n\n  \r\n{\"id\":2}\r\n{}\n{bad\n{\"id\":6}";
    char *out = run_stream(input, strlen(input), &s, &err, &e);
    CHECK_INT(err, ERR_OK);
    CHECK_STR(out, "{\"id\":1}\n{\"id\":2}\n{\"id\":6}\n");
    CHECK_INT(told.errors, 2);
    CHECK_HAS(told.first, "5: record 5: row 1, id: it is required");
    CHECK_INT(s.records, 5);
    CHECK_INT(s.errors, 2);
    CHECK_INT(s.bytes_in, strlen(input));
    CHECK_INT(s.bytes_out, strlen(out));
    free(out);
}

/* What is no line of records says so, and a byte order mark is skipped.
 * Sabotage: read_record, or the three bytes in read_more. */
static void
what_is_no_record(void)
{
    static const struct {
        const char *input, *why;
    } cases[] = {
        {"[{\"id\":1}]\n", "1: record 1: a record is an object, and this is a "
                           "list (write an element a line"},
        {"5\n", "1: record 1: a record is an object, and this is a single"},
        {"{\n  \"id\": 1\n}\n", "1: record 1: the record goes on in the next "
                                "line (each line is one whole record"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct told told = {0};
        struct mapping_stream s = {.failed = tell, .context = &told};
        struct error e = {0};
        enum err err;
        char *out =
            run_stream(cases[i].input, strlen(cases[i].input), &s, &err, &e);
        CHECK_STR(out, "");
        CHECK_HAS(told.first, cases[i].why);
        free(out);
    }
    struct mapping_stream s = {0};
    struct error e = {0};
    enum err err;
    const char *marked = "\xef\xbb\xbf{\"id\":1}\n";
    char *out = run_stream(marked, strlen(marked), &s, &err, &e);
    CHECK_INT(err, ERR_OK);
    CHECK_STR(out, "{\"id\":1}\n");
    free(out);
}

static void
first_error_stops(void)
{
    struct mapping_stream s = {0};
    struct error e = {0};
    enum err err;
    const char *input = "{\"id\":1}\n{}\n{\"id\":2}\n";
    char *out = run_stream(input, strlen(input), &s, &err, &e);
    CHECK_INT(err, ERR_INVALID);
    CHECK_HAS(e.text, "record 2: row 1, id");
    CHECK_STR(out, "{\"id\":1}\n");
    free(out);
}

/* Records across the ends of reads and writes, and one that is too long. */
static void
long_records(void)
{
    struct told told = {0};
    struct mapping_stream s = {
        .failed = tell, .context = &told, .max_record = 700000};
    struct error e = {0};
    enum err err;
    struct buf in;
    size_t kept = 0;
    buf_init(&in, 64u << 20);
    for (int i = 1; i < 40; i++) {
        size_t n = (size_t)i * 20011;
        kept += n <= 700000 - 9 ? n + 10 : 0;
        buf_adds(&in, "{\"id\":\"");
        for (size_t k = 0; k < n; k++)
            buf_addc(&in, 'a' + (char)(k % 26));
        buf_adds(&in, "\"}\n");
    }
    char *out = run_stream(in.data, in.len, &s, &err, &e);
    CHECK_INT(err, ERR_OK);
    CHECK_INT(told.errors, 5);
    CHECK_HAS(told.first, "35: record 35: input: it has 700394 bytes");
    CHECK_INT(strlen(out), kept);
    CHECK(memcmp(out, in.data, kept) == 0);
    free(out);
    buf_clear(&in);
}

/* A record that was written into a pipe comes out before the next one is
 * there. Without the flush in run() the second read waits for ever. */
static void
slow_pipes(void)
{
    int in[2], out[2];
    struct mapping_rows rows;
    struct plan *p;
    struct error e = {0};
    char line[64] = "";
    rows_init(&rows);
    rows_add(&rows, "id", "id");
    CHECK_INT(plan_compile(&p, &rows, FORMULA_LANGUAGE, PLAN_FAST, NULL, &e),
              ERR_OK);
    CHECK(pipe(in) == 0 && pipe(out) == 0);
    pid_t child = fork();
    if (child == 0) {
        struct mapping_stream s = {.in = in[0], .out = out[1]};
        close(in[1]);
        _exit(mapping_stream_run(&s, p, &e) != ERR_OK);
    }
    close(in[0]);
    close(out[1]);
    for (int i = 1; i <= 3; i++) {
        char wanted[64];
        snprintf(wanted, sizeof wanted, "{\"id\":%d}\n", i);
        CHECK_INT(write(in[1], wanted, strlen(wanted)), strlen(wanted));
        alarm(20);
        ssize_t n = read(out[0], line, sizeof line - 1);
        alarm(0);
        line[n > 0 ? n : 0] = '\0';
        CHECK_STR(line, wanted);
    }
    close(in[1]);
    close(out[0]);
    int status = 1;
    CHECK(waitpid(child, &status, 0) == child && status == 0);
    plan_free(p);
    rows_clear(&rows);
}

static const struct test stream_tests[] = {
    {"slow pipes", slow_pipes},
    {"lines", lines},
    {"what is no record", what_is_no_record},
    {"the first error stops", first_error_stops},
    {"long records", long_records},
    {NULL, NULL}};

void
test_mapping_plan(void)
{
    test_run("plan", plan_tests);
    test_run("stream", stream_tests);
    failed_tests += test_failures;
}
