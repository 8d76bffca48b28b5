/* One case of a JSON Patch suite: apply, compare, undo, compare. */
#include "tests/unit/value/patch_case.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "value/patch.h"

/* Frees GOT; NULL where it is WANTED. */
static char *
difference(const char *what, char *got, const char *wanted)
{
    char *wrong = NULL;
    if (strcmp(got, wanted) != 0)
        wrong = mem_printf("%s is %s instead of %s", what, got, wanted);
    free(got);
    return wrong;
}

static char *
check_result(const struct value *doc, const struct value *expected)
{
    if (!expected || value_equal(doc, expected))
        return NULL;
    char *got = value_to_text(doc), *wanted = value_to_text(expected);
    char *wrong = mem_printf("the result is %s instead of %s", got, wanted);
    free(got);
    free(wanted);
    return wrong;
}

static char *
check_failure(const struct value *c, const struct value *doc, const char *was,
              const struct error *e)
{
    const char *says = value_get_text(c, "says");
    if (!value_get(c, "error"))
        return mem_printf("it was refused: %s", e->text);
    if (says && !strstr(e->text, says))
        return mem_printf("it says \"%s\", not \"%s\"", e->text, says);
    return difference("after the refusal the document", value_to_text(doc),
                      was);
}

char *
patch_case_run(const struct value *c)
{
    struct value *doc = value_copy(value_get(c, "doc")), *inverse = NULL;
    char *was = value_to_text(doc), *wrong = NULL;
    struct error e = {.text = ""};
    if (patch_apply(&doc, value_get(c, "patch"), &inverse, &e) != ERR_OK) {
        wrong = check_failure(c, doc, was, &e);
    } else if (value_get(c, "error")) {
        wrong =
            mem_printf("it was not refused: %s", value_get_text(c, "error"));
    } else {
        wrong = check_result(doc, value_get(c, "expected"));
        if (!wrong && patch_apply(&doc, inverse, NULL, &e) != ERR_OK)
            wrong = mem_printf("the inverse is refused: %s", e.text);
        if (!wrong)
            wrong = difference("once undone, the document", value_to_text(doc),
                               was);
    }
    free(was);
    value_free(doc);
    value_free(inverse);
    return wrong;
}
