/*
 * What commands print: columns line up with wide signs, and no control
 * character of data reaches the terminal. To see it fail: print cells without
 * shown_text, or JSON without print_json_text.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/frame/cli.h"
#include "tests/unit/cli/cli.h"
#include "tests/unit/test.h"
#include "ui/term/width.h"

static const struct cli_column columns[] = {
    {"NAME", "name"}, {"ID", "id"}, {NULL, NULL}};

/* What PRINT writes to standard output, owned by the caller. */
static char *
captured(void (*print)(struct cli *cli), bool json)
{
    struct cli cli = {.json = json};
    FILE *file = tmpfile();
    int kept = dup(STDOUT_FILENO);
    fflush(stdout);
    dup2(fileno(file), STDOUT_FILENO);
    print(&cli);
    fflush(stdout);
    dup2(kept, STDOUT_FILENO);
    close(kept);
    long n = lseek(fileno(file), 0, SEEK_END);
    char *text = calloc((size_t)n + 1, 1);
    CHECK_INT(pread(fileno(file), text, (size_t)n, 0), n);
    fclose(file);
    return text;
}

static struct value *
row(const char *name, const char *id)
{
    struct value *v = value_object();
    value_set_text(v, "name", name);
    value_set_text(v, "id", id);
    return v;
}

static void
print_wide(struct cli *cli)
{
    struct value *rows = value_array();
    value_append(rows, row("茶の店", "1"));
    value_append(rows, row("e\xcc\x81t\xc3\xa9", "2"));
    value_append(rows, row("plain text", "3"));
    cli_print_list(cli, rows, columns, "none");
}

static void
columns_line_up(void)
{
    char *text = captured(print_wide, false), *save = NULL;
    int at = -1;
    for (char *line = strtok_r(text, "\n", &save); line;
         line = strtok_r(NULL, "\n", &save)) {
        size_t last = strlen(line);
        while (last > 0 && line[last - 1] != ' ')
            last--;
        int here = width_text(line, last, false);
        CHECK(at < 0 || here == at);
        at = here;
    }
    CHECK_INT(at, 12);
    free(text);
}

#define HOSTILE                                                                \
    "a\x1b[31m\x07\xc2\x9b"                                                    \
    "2J\xe2\x80\xaerev\xe2\x80\x8b\xf3\xa0\x80\x81\n\r\t\x7f"

static void
print_hostile(struct cli *cli)
{
    struct value *rows = value_array();
    value_append(rows, row(HOSTILE, HOSTILE));
    cli_print_list(cli, rows, columns, "none");
    struct value *object = row(HOSTILE, "x");
    value_set_text(object, HOSTILE, HOSTILE);
    cli_print_object(cli, object, NULL);
    cli_print_json(cli, row(HOSTILE, "x"));
    cli_say(cli, "%s", HOSTILE);
}

static void
check_clean(const char *text)
{
    size_t n = strlen(text), len;
    for (size_t i = 0; i < n; i += len) {
        uint32_t cp = 0;
        len = utf8_decode(text + i, n - i, &cp);
        CHECK(len > 0);
        CHECK(text[i] == '\n' || !text_is_hidden(cp));
        len = len ? len : 1;
    }
}

static void
controls_are_never_raw(void)
{
    char *people = captured(print_hostile, false);
    char *json = captured(print_hostile, true);
    check_clean(people);
    check_clean(json);
    CHECK_HAS(people, "U+001B");
    CHECK_HAS(json, "\\udb40\\udc01");
    free(people);
    free(json);
}

static void
print_hostile_json(struct cli *cli)
{
    cli_print_json(cli, row(HOSTILE, "x"));
}

static void
json_stays_the_same_value(void)
{
    char *text = captured(print_hostile_json, true);
    struct value *v = NULL, *wanted = row(HOSTILE, "x");
    CHECK_INT(
        value_read(&v, text, strlen(text), &value_limits_document, "out", NULL),
        ERR_OK);
    CHECK(value_equal(v, wanted));
    value_free(v);
    value_free(wanted);
    free(text);
}

/* Who gets an error on the command line is told what to run. Sabotage: a row
 * of hints.def is left out. */
static void
every_hint_has_words(void)
{
    struct buf told;
    buf_init(&told, 1000);
    for (int i = HINT_NONE + 1; i < HINT_COUNT; i++) {
        struct error e;
        error_set(&e, ERR_REFUSED, "no");
        error_hint(&e, (enum hint)i, "one", "two", ERR_REFUSED);
        buf_reset(&told);
        cli_tell(&e, &told);
        if (told.len <= strlen("no ()") || strchr(buf_str(&told), '{'))
            test_fail(__FILE__, __LINE__, "a hint", buf_str(&told), "words");
    }
    buf_clear(&told);
}

void
test_cli_output(void)
{
    static const struct test tests[] = {
        {"columns line up", columns_line_up},
        {"controls are never raw", controls_are_never_raw},
        {"JSON stays the same value", json_stays_the_same_value},
        {"every hint has words", every_hint_has_words},
        {NULL, NULL}};
    test_run("output", tests);
    failed_tests += test_result();
}
