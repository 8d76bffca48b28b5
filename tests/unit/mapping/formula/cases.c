/*
 * The cases of tests/data/formula.test: three lines each, a formula, an input
 * and what it must give: JSON, "missing", an error ("#N/A" and, behind it, a
 * part of its reason) or "!COLUMN part of the sentence" where it must not
 * compile.
 */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "tests/unit/mapping/formula/formula.h"
#include "tests/unit/test.h"

static bool
fits(const char *got, const char *wanted)
{
    if (*wanted != '#' && *wanted != '!')
        return strcmp(got, wanted) == 0;
    size_t word = strcspn(wanted, " ");
    const char *part = wanted[word] ? wanted + word + 1 : "";
    return strncmp(got, wanted, word) == 0 && strstr(got, part);
}

static int
run_case(const char *formula, const char *input, const char *wanted, int line)
{
    char *got = eval_on(input, formula);
    bool ok = fits(got, wanted);
    if (!ok)
        printf("# tests/data/formula.test:%d: %s\n#   on     %s\n"
               "#   got    %s\n#   wanted %s\n",
               line, formula, input, got, wanted);
    free(got);
    return ok ? 0 : 1;
}

/* Runs all cases; returns how many failed. */
int
test_formula_cases(void)
{
    const char *top = getenv("TOP_SRCDIR");
    char path[1024];
    snprintf(path, sizeof path, "%s/tests/data/formula.test", top ? top : "..");
    struct buf file;
    buf_init(&file, 1 << 20);
    struct error e;
    if (file_read(path, &file, &e) != ERR_OK) {
        printf("not ok formula: cases: %s\n", e.text);
        return 1;
    }
    char *lines[3], *rest = NULL;
    int have = 0, line = 0, cases = 0, failed = 0;
    for (char *s = file.data; s && *s; s = rest) {
        char *end = strchr(s, '\n');
        rest = end ? end + 1 : NULL;
        if (end)
            *end = '\0';
        line++;
        if (have == 0 && (*s == '\0' || strncmp(s, "//", 2) == 0))
            continue;
        lines[have++] = s;
        if (have < 3)
            continue;
        have = 0;
        cases++;
        failed += run_case(lines[0], lines[1], lines[2], line - 2);
    }
    buf_clear(&file);
    if (have || cases < 500)
        failed++;
    printf("%s formula: %d cases of tests/data/formula.test\n",
           failed ? "not ok" : "ok", cases);
    return failed;
}
