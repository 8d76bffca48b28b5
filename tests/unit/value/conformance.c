/*
 * The public JSON Patch suites, where CONFORMANCE_DIR names a folder that has
 * json-patch/tests.json and json-patch/spec_tests.json.
 *
 * A few cases are texts that the strict reader refuses (two "op" members), so
 * each case of the list is cut out and read alone: a case whose text is
 * refused passes where the suite says that it is an error.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "tests/unit/value/patch_case.h"

static int failed;

static void
report(const char *file, size_t number, const char *name, char *wrong)
{
    char *shown = text_visible_dup(name ? name : "");
    printf("%s json-patch %s #%zu %s\n", wrong ? "not ok" : "ok", file, number,
           shown);
    if (wrong)
        printf("#   %s\n", wrong);
    failed += wrong != NULL;
    free(shown);
    free(wrong);
}

static void
run_case(const char *file, size_t number, const char *text, size_t n)
{
    struct value *c = NULL;
    struct error e = {.text = ""};
    if (value_read(&c, text, n, &value_limits_document, file, &e) == ERR_OK) {
        report(file, number, value_get_text(c, "comment"), patch_case_run(c));
    } else {
        bool is_error = memmem(text, n, "\"error\"", 7) != NULL &&
                        strstr(e.text, "a key occurs twice") != NULL;
        report(file, number, "(refused by the reader)",
               is_error ? NULL : mem_strdup(e.text));
    }
    value_free(c);
}

/* The end of the value at P that ends at a ',' or ']' of the outer list. */
static const char *
end_of_element(const char *p, const char *end)
{
    int depth = 0;
    bool quoted = false;
    for (; p < end; p++) {
        if (quoted && *p == '\\')
            p++;
        else if (*p == '"')
            quoted = !quoted;
        else if (!quoted && depth == 0 && (*p == ',' || *p == ']'))
            break;
        else if (!quoted)
            depth += (*p == '{' || *p == '[') - (*p == '}' || *p == ']');
    }
    return p;
}

static void
run_file(const char *folder, const char *file)
{
    char *path = mem_printf("%s/json-patch/%s", folder, file);
    struct buf text;
    struct error e;
    buf_init(&text, 1u << 24);
    if (file_read(path, &text, &e) != ERR_OK) {
        report(file, 0, "the file", mem_strdup(e.text));
    } else {
        const char *p = buf_str(&text), *end = p + text.len;
        size_t number = 0;
        for (p = memchr(p, '[', text.len); p && p < end && *p != ']';) {
            const char *stop = end_of_element(p + 1, end);
            run_case(file, ++number, p + 1, (size_t)(stop - p - 1));
            p = stop;
        }
        if (number < 10)
            report(file, number, "the file", mem_strdup("too few cases"));
    }
    buf_clear(&text);
    free(path);
}

int
main(void)
{
    const char *folder = getenv("CONFORMANCE_DIR");
    if (!folder) {
        puts("skip json-patch conformance: CONFORMANCE_DIR is not set");
        return 0;
    }
    run_file(folder, "tests.json");
    run_file(folder, "spec_tests.json");
    return failed > 0;
}
