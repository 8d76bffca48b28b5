/*
 * The cases of tests/data/mapping.test and tests/data/language.test, and the
 * examples of doc/mapping.md, which stand there between ```mapping and ```. A
 * case is
 *
 *     == name
 *     target <- source
 *       default JSON            (of the row above; also: required, and the
 *       write clear              members of members.def; and what the
 *       expects date             schema says of the target: date, number)
 *     > record                  and what it gives, where the record is there
 *     + record                  already at the other side (>: is new), as
 *                              its member "present" says:
 *     < output                  or
 *     ! part of the error
 *     !! part of a problem of the rows, in place of records
 *
 * and, by format N of the formula language instead of the newest one,
 *
 *     <N output
 *     !N part of the error, or of the first problem
 *
 * Each record is mapped in both ways, which must agree.
 */
#include "mapping/mapping.h"

#include "base/file.h"
#include "mapping/plan/answers.h"

enum { CASE_ROWS = 40 }; /* of which the schema can say something */

struct test_case {
    char *name;
    struct mapping_rows rows;
    enum form_expected expected[CASE_ROWS];
    char *record;
    bool exists; /* at the other side */
    unsigned checks;
    unsigned formats; /* of the formula language, a bit for each checked */
    bool good;
    uint64_t
        proven; /* lines of language.def that some case has in both formats */
};

static void
complain(struct test_case *c, const char *what, const char *got,
         const char *wanted)
{
    c->good = false;
    printf("# %s: %s\n#   got    %s\n#   wanted %s\n", c->name, what, got,
           wanted);
}

static void
add_row(struct test_case *c, char *line)
{
    char *arrow = strstr(line, "<-");
    if (!arrow) {
        complain(c, "a row has no <-", line, "target <- source");
        return;
    }
    char *end = arrow;
    while (end > line && end[-1] == ' ')
        end--;
    *end = '\0';
    rows_add(&c->rows, line, arrow + 2 + (arrow[2] == ' '));
}

static void
add_detail(struct test_case *c, const char *line)
{
    struct mapping_row *row = &c->rows.rows[c->rows.count - 1];
    struct error e;
    for (enum row_member m = 0; m < ROW_MEMBERS; m++) {
        size_t n = strlen(row_member(m)->key);
        if (strncmp(line, row_member(m)->key, n) == 0 && line[n] == ' ') {
            row_set(row, m, line + n + 1);
            return;
        }
    }
    size_t at = c->rows.count - 1;
    if (at < CASE_ROWS && strcmp(line, "expects date") == 0)
        c->expected[at] = EXPECT_DATE;
    else if (at < CASE_ROWS && strcmp(line, "expects number") == 0)
        c->expected[at] = EXPECT_NUMBER;
    else if (strcmp(line, "required") == 0)
        row->required = true;
    else if (strncmp(line, "default ", 8) != 0 ||
             value_read(&row->fallback, line + 8, strlen(line + 8),
                        &value_limits_event, "default", &e) != ERR_OK)
        complain(c, "a detail", line, "default JSON or required");
}

/* The tapes of a record and of the value table Country. */
struct test_tables {
    struct tape record, country;
};

/* The value tables of a record stand in its member "tables"; without one of its
 * own there is Country. */
static bool
lookup(void *context, const char *table, size_t table_len, const char *key,
       size_t key_len, struct node_ref *value, bool *has_table)
{
    const struct test_tables *tables = context;
    const struct tape *t = &tables->record;
    uint32_t at = tape_member(t, 0, "tables", 6);
    at = at ? tape_member(t, at, table, table_len) : 0;
    bool own = at == 0 && table_len == 7 && memcmp(table, "Country", 7) == 0;
    *has_table = at > 0 || own;
    if (own)
        t = &tables->country;
    if (*has_table)
        at = tape_member(t, own ? 0 : at, key, key_len);
    *value = (struct node_ref){t, at};
    return at > 0;
}

/* What is known of look-ups stands in the record's member "lookups". */
static enum scope_resolved
resolve(void *resolver, const char *what, const char *key, size_t key_len,
        struct node_ref *value)
{
    const struct tape *t = resolver;
    uint32_t at = tape_member(t, 0, "lookups", 7);
    return at ? answers_find(t, at, what, key, key_len, value) : RESOLVED_NOT;
}

/* What the rows of C make of its record, as a string that the caller frees: the
 * output, or the error. */
static char *
map_record(const struct test_case *c, unsigned language, unsigned flags)
{
    const char *text = c->record ? c->record : "null";
    struct plan *p;
    struct error e = {0};
    struct test_tables tables;
    struct buf out;
    if (plan_compile(&p, &c->rows, language, flags, NULL, &e) != ERR_OK)
        return mem_strdup(e.text);
    for (size_t i = 0; i < c->rows.count && i < CASE_ROWS; i++)
        plan_expect(p, i, c->expected[i]);
    struct scope scope = test_scope(&tables.record, text);
    test_scope(&tables.country, "{\"DE\":\"Germany\",\"1\":12.50,"
                                "\"GB\":\"United Kingdom\"}");
    scope.context = &tables;
    scope.lookup = lookup;
    scope.resolver = &tables.record;
    scope.resolve = resolve;
    uint32_t present = tape_member(&tables.record, 0, "present", 7);
    if (present > 0)
        scope.present = (struct node_ref){&tables.record, present};
    scope.record = c->exists ? RECORD_EXISTS : RECORD_NEW;
    buf_init(&out, 1u << 20);
    if (plan_run(p, &scope, &out, NULL, &e) != ERR_OK)
        buf_adds(&out, e.text);
    tape_clear(&tables.country);
    tape_clear(&tables.record);
    plan_free(p);
    return buf_take(&out);
}

static void
check_output(struct test_case *c, unsigned language, const char *wanted,
             bool part)
{
    c->checks++;
    c->formats |= 1u << language;
    for (unsigned flags = PLAN_FAST; flags <= PLAN_GENERAL; flags++) {
        char *got = map_record(c, language, flags);
        if (part ? !strstr(got, wanted) : strcmp(got, wanted) != 0)
            complain(c, flags ? "the general way" : "the fast way", got,
                     wanted);
        free(got);
    }
}

static void
check_problem(struct test_case *c, const char *wanted)
{
    struct plan_problems problems;
    struct plan *p = NULL;
    bool found = false;
    c->checks++;
    plan_problems_init(&problems);
    plan_compile(&p, &c->rows, FORMULA_LANGUAGE, PLAN_FAST, &problems, NULL);
    for (size_t i = 0; i < problems.count; i++)
        found |= strstr(problems.items[i].text, wanted) != NULL;
    if (!found)
        complain(c, "the first problem",
                 problems.count ? problems.items[0].text : "none", wanted);
    plan_problems_clear(&problems);
    plan_free(p);
}

/* Notes which change a case is of: "== ID: …". */
static void
note_change(struct test_case *c)
{
    size_t n = strcspn(c->name, ":");
    for (unsigned i = 0; i < LANGUAGE_CHANGES; i++) {
        const struct language_change_help *h = language_change(i);
        unsigned both = 1u << (h->since - 1) | 1u << h->since;
        if (strlen(h->id) == n && strncmp(h->id, c->name, n) == 0 &&
            (c->formats & both) == both)
            c->proven |= UINT64_C(1) << i;
    }
}

static void
finish(struct test_case *c)
{
    if (!c->name)
        return;
    note_change(c);
    if (c->checks == 0)
        complain(c, "nothing is checked", "", "<, ! or !!");
    printf("%s mapping: %s\n", c->good ? "ok" : "not ok", c->name);
    test_failures += !c->good;
    rows_clear(&c->rows);
    free(c->record);
    free(c->name);
    *c = (struct test_case){.proven = c->proven};
}

static void
take_line(struct test_case *c, char *line)
{
    if (strncmp(line, "== ", 3) == 0) {
        finish(c);
        c->name = mem_strdup(line + 3);
        c->good = true;
    } else if (!c->name || !line[0] || line[0] == '#') {
        return;
    } else if (strncmp(line, "> ", 2) == 0 || strncmp(line, "+ ", 2) == 0) {
        free(c->record);
        c->exists = line[0] == '+';
        c->record = mem_strdup(line + 2);
    } else if (strncmp(line, "< ", 2) == 0) {
        check_output(c, FORMULA_LANGUAGE, line + 2, false);
    } else if ((line[0] == '<' || line[0] == '!') && line[1] >= '1' &&
               line[1] <= '9' && line[2] == ' ') {
        check_output(c, (unsigned)(line[1] - '0'), line + 3, line[0] == '!');
    } else if (strncmp(line, "!! ", 3) == 0) {
        check_problem(c, line + 3);
    } else if (strncmp(line, "! ", 2) == 0) {
        check_output(c, FORMULA_LANGUAGE, line + 2, true);
    } else if (strncmp(line, "  ", 2) == 0 && c->rows.count > 0) {
        add_detail(c, line + 2);
    } else {
        add_row(c, line);
    }
}

/* The cases of the file NAME; of a page only what is MARKED as such. */
static uint64_t
run_file(const char *name, bool marked)
{
    struct buf path, text;
    struct error e;
    struct test_case c = {0};
    const char *top = getenv("TOP_SRCDIR");
    bool inside = !marked;
    buf_init(&path, 4096);
    buf_init(&text, 1u << 20);
    buf_addf(&path, "%s/%s", top ? top : "..", name);
    if (file_read(buf_str(&path), &text, &e) != ERR_OK) {
        printf("not ok mapping: %s\n", e.text);
        test_failures++;
    }
    char *rest = text.data, *line;
    while (rest && (line = strsep(&rest, "\n"))) {
        if (marked && strncmp(line, "```", 3) == 0)
            inside = strcmp(line, "```mapping") == 0;
        else if (inside)
            take_line(&c, line);
    }
    finish(&c);
    buf_clear(&text);
    buf_clear(&path);
    return c.proven;
}

void
test_mapping_cases(void)
{
    run_file("tests/data/mapping.test", false);
    uint64_t proven = run_file("tests/data/language.test", false);
    for (unsigned i = 0; i < LANGUAGE_CHANGES; i++)
        if (!(proven >> i & 1))
            test_fail(__FILE__, __LINE__, "no case has both formats",
                      language_change(i)->id, NULL);
    run_file("doc/mapping.md", true);
    failed_tests += test_failures;
}
