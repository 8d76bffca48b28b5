/* The tests of paths, sources, rows, plans, streams and sheets. */
#include "mapping/mapping.h"

struct scope
test_scope(struct tape *t, const char *text)
{
    struct error e = {0};
    tape_init(t);
    if (tape_read(t, text, strlen(text), &value_limits_event, "test", &e) !=
        ERR_OK)
        test_fail(__FILE__, __LINE__, e.text, text, "JSON");
    return (struct scope){.root = {t, 0}, .current = {t, 0}};
}

char *
test_map(const struct mapping_rows *rows, unsigned flags, const char *text)
{
    struct plan *p;
    struct error e = {0};
    struct tape t;
    struct buf out;
    if (plan_compile(&p, rows, flags, NULL, &e) != ERR_OK)
        return mem_strdup(e.text);
    struct scope scope = test_scope(&t, text);
    buf_init(&out, 1u << 20);
    if (plan_run(p, &scope, &out, NULL, &e) != ERR_OK) {
        CHECK_INT(out.len, 0);
        buf_adds(&out, e.text);
    }
    tape_clear(&t);
    plan_free(p);
    return buf_take(&out);
}

int
main(void)
{
    test_run("path", path_tests);
    test_run("source", source_tests);
    test_run("rows", rows_tests);
    mapping_cases_run();
    test_run("plan", plan_tests);
    test_run("random", random_tests);
    test_run("stream", stream_tests);
    test_run("csv", csv_tests);
    test_run("sheet", sheet_tests);
    test_run("coverage", coverage_tests);
    test_run("suggestion", suggestion_tests);
    return test_result();
}
