/* Random rows on random records: both ways must give the same bytes, and
 * JSON. The seed is printed. */
#include "mapping/mapping.h"

static uint64_t state;

static unsigned
pick(unsigned n)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (unsigned)((state >> 11) % n);
}

static const char *
pick_name(void)
{
    static const char *const names[] = {
        "a", "b", "c", "lines", "taxes", "id", "long_name_of_a_field", "é"};
    return names[pick(sizeof names / sizeof *names)];
}

/* --- records ------------------------------------------------------------- */

static void
space(struct buf *out)
{
    if (pick(20) == 0)
        buf_adds(out, pick(2) ? " " : "\t\r");
}

static void
add_scalar(struct buf *out)
{
    static const char *const scalars[] = {
        "null",
        "true",
        "false",
        "19.90",
        "12345678901234567890",
        "1E400",
        "-0",
        "\"\"",
        "\"text\"",
        "\"\\u00e9\\n\\\"\"",
        "\"ünï😀\"",
        "\"a text that is longer than any block of thirty-two bytes\""};
    buf_adds(out, scalars[pick(sizeof scalars / sizeof *scalars)]);
}

static void add_value(struct buf *out, int depth);

static void
add_object(struct buf *out, int depth)
{
    unsigned used = 0, n = 0;
    buf_addc(out, '{');
    static const char *const keys[] = {"\"a\"",
                                       "\"b\"",
                                       "\"c\"",
                                       "\"lines\"",
                                       "\"taxes\"",
                                       "\"id\"",
                                       "\"long_name_of_a_field\"",
                                       "\"\\u00e9\"",
                                       "\"other\"",
                                       "\"\\u0061b\""};
    for (unsigned i = 0; i < 7; i++) {
        unsigned key = pick(sizeof keys / sizeof *keys);
        if (used & (1u << key))
            continue;
        used |= 1u << key;
        buf_adds(out, n++ > 0 ? "," : "");
        space(out);
        buf_adds(out, keys[key]);
        space(out);
        buf_addc(out, ':');
        space(out);
        add_value(out, depth + 1);
        space(out);
    }
    buf_addc(out, '}');
}

static void
add_value(struct buf *out, int depth)
{
    unsigned kind = depth > 4 ? 0 : pick(6);
    if (depth == 0 && pick(10) > 0)
        kind = 5;
    if (kind < 2) {
        add_scalar(out);
    } else if (kind == 2 || kind == 3) {
        buf_addc(out, '[');
        for (unsigned i = 0, n = pick(4); i < n; i++) {
            buf_adds(out, i > 0 ? "," : "");
            if (pick(3))
                add_object(out, depth + 1);
            else
                add_value(out, depth + 1);
        }
        buf_addc(out, ']');
    } else {
        add_object(out, depth);
    }
}

/* --- rows ---------------------------------------------------------------- */

static void
add_names(struct buf *out, bool dot)
{
    for (unsigned i = 0, n = 1 + pick(2); i < n; i++) {
        buf_adds(out, dot || i > 0 ? "." : "");
        buf_adds(out, pick_name());
    }
}

/* A list that rows of one group agree on more often than not. */
static void
add_path(struct buf *out, unsigned lists)
{
    if (lists > 0) {
        buf_adds(out, pick(8) ? "lines[*]" : "a.lines[?@.id]");
        if (lists > 1)
            buf_adds(out, pick(8) ? ".taxes[*]" : ".c[0:2]");
        if (pick(6))
            add_names(out, true);
        if (pick(12) == 0)
            buf_adds(out, "[*]");
        return;
    }
    add_names(out, false);
    if (pick(6) == 0)
        buf_adds(out, pick(2) ? "[*].id" : "[-1]");
}

static void
add_source(struct buf *out, unsigned lists)
{
    unsigned kind = pick(12);
    if (kind == 0)
        buf_adds(out, pick(2) ? "\"const\"" : "{\"x\":[1.50]}");
    else if (kind == 1)
        buf_adds(out, lists ? "#" : "");
    else if (kind == 2) {
        buf_addc(out, '@');
        add_names(out, true);
    } else if (kind == 3)
        buf_adds(out, pick(2) ? "@" : "$");
    else
        add_path(out, kind == 4 ? pick(3) : lists);
}

static void
add_rows(struct mapping_rows *rows)
{
    struct buf target, source;
    buf_init(&target, 1000);
    buf_init(&source, 1000);
    for (unsigned i = 0, n = 1 + pick(7); i < n; i++) {
        unsigned lists = pick(3);
        buf_reset(&target);
        buf_reset(&source);
        if (lists > 0)
            buf_addf(&target, "items%s[*]", pick(9) ? "" : "2");
        if (lists > 1)
            buf_adds(&target, ".taxes[*]");
        if (lists == 0 || pick(5)) {
            buf_adds(&target, lists ? "." : "");
            buf_addf(&target, "%c%u", 'm' + (char)pick(2), pick(8));
            if (pick(4) == 0)
                buf_addf(&target, ".%s", pick_name());
        }
        add_source(&source, lists);
        struct mapping_row *row =
            rows_add(rows, buf_str(&target), buf_str(&source));
        row->required = pick(30) == 0;
        if (pick(8) == 0)
            row->fallback = value_int((int64_t)pick(100));
    }
    buf_clear(&target);
    buf_clear(&source);
}

/* --- both ways ----------------------------------------------------------- */

static bool
same_on(struct plan *const plans[2], const char *json, unsigned *mapped)
{
    struct tape t, again;
    struct buf out[2];
    struct error e[2] = {{0}, {0}};
    enum err err[2];
    struct scope scope = test_scope(&t, json);
    for (int i = 0; i < 2; i++) {
        buf_init(&out[i], 1u << 20);
        buf_adds(&out[i], "x");
        err[i] = plan_run(plans[i], &scope, &out[i], NULL, &e[i]);
    }
    bool same = err[0] == err[1] && strcmp(e[0].text, e[1].text) == 0 &&
                strcmp(buf_str(&out[0]), buf_str(&out[1])) == 0;
    tape_init(&again);
    if (err[0] == ERR_OK) {
        ++*mapped;
        same =
            same && tape_read(&again, buf_str(&out[0]) + 1, out[0].len - 1,
                              &value_limits_event, "output", &e[0]) == ERR_OK;
    }
    if (!same)
        printf("# record %s\n# fast    %s %s\n# general %s %s\n", json,
               buf_str(&out[0]), e[0].text, buf_str(&out[1]), e[1].text);
    tape_clear(&again);
    tape_clear(&t);
    buf_clear(&out[0]);
    buf_clear(&out[1]);
    return same;
}

static bool
try_rows(const struct mapping_rows *rows, unsigned *mapped)
{
    struct plan *plans[2] = {NULL, NULL};
    struct buf json;
    buf_init(&json, 1u << 20);
    unsigned language = FORMULA_OLDEST + pick(FORMULA_LANGUAGE);
    enum err fast =
        plan_compile(&plans[0], rows, language, PLAN_FAST, NULL, NULL);
    enum err slow =
        plan_compile(&plans[1], rows, language, PLAN_GENERAL, NULL, NULL);
    bool same = fast == slow;
    for (int i = 0; same && fast == ERR_OK && i < 20; i++) {
        buf_reset(&json);
        add_value(&json, 0);
        same = same_on(plans, buf_str(&json), mapped);
    }
    for (size_t i = 0; !same && i < rows->count; i++)
        printf("# %s <- %s\n", rows->rows[i].target, rows->rows[i].source);
    plan_free(plans[0]);
    plan_free(plans[1]);
    buf_clear(&json);
    return same;
}

static void
both_ways(void)
{
    unsigned mapped = 0, i = 0, most = (unsigned)test_rounds(4000);
    state = test_seed() * 2654435761u + 88172645463325252u;
    for (bool same = true; same && i < most; i++) {
        struct mapping_rows rows;
        rows_init(&rows);
        add_rows(&rows);
        same = try_rows(&rows, &mapped);
        CHECK(same);
        rows_clear(&rows);
    }
    printf("# %u sets of rows, %u records mapped\n", i, mapped);
    CHECK(mapped > 1000);
}

static const struct test random_tests[] = {{"both ways agree", both_ways},
                                           {NULL, NULL}};

void
test_mapping_random(void)
{
    test_run("random", random_tests);
    failed_tests += test_failures;
}
