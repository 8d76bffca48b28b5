/* Reading test cases and shipped data. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/ident.h"
#include "base/mem.h"
#include "tests/unit/workflow/workflow.h"

static void
check_or_end(enum err err, const struct error *e)
{
    if (err) {
        printf("not ok workflow: reading cases\n# %s\n", e->text);
        exit(1);
    }
}

const char *
case_uuid(unsigned n)
{
    static char uuid[UUID_SIZE];
    snprintf(uuid, sizeof uuid, "00000000-0000-4000-8000-%012u", n);
    return uuid;
}

static void
expand_id(struct value *v, const char *key)
{
    const char *id = value_get_text(v, key);
    if (id && *id && strlen(id) < 4)
        value_set_text(v, key, case_uuid((unsigned)strtoul(id, NULL, 10)));
}

/* Those of blocks, and of what conflicts say about blocks. */
static void
expand_ids(struct value *v)
{
    for (size_t i = 0; i < value_size(v); i++)
        expand_ids(value_at(v, i));
    if (value_get(v, "kind"))
        expand_id(v, "id");
    if (value_get(v, "subject"))
        expand_id(v, "block");
    if (value_get(v, "after"))
        expand_id(v, "parent");
}

static char *
read_file(const char *path)
{
    struct buf text;
    struct error e;
    buf_init(&text, 20 << 20);
    check_or_end(file_read(path, &text, &e), &e);
    return buf_take(&text);
}

char *
data_read(const char *path)
{
    char *full = mem_printf("%s/%s", TAILOR_SRCDATADIR, path);
    char *text = read_file(full);
    free(full);
    return text;
}

char *
cases_text(const char *name)
{
    char *full = mem_printf("%s/../tests/unit/workflow/cases/%s",
                            TAILOR_SRCDATADIR, name);
    char *text = read_file(full);
    free(full);
    return text;
}

struct value *
cases_read(const char *name)
{
    char *text = cases_text(name);
    struct value *v;
    struct error e;
    check_or_end(
        value_read(&v, text, strlen(text), &value_limits_document, name, &e),
        &e);
    free(text);
    expand_ids(v);
    return v;
}

struct value *
case_value(const char *text)
{
    char *copy = mem_strdup(text);
    struct value *v;
    struct error e;
    for (char *p = copy; *p; p++)
        if (*p == '\'')
            *p = '"';
    check_or_end(
        value_read(&v, copy, strlen(copy), &value_limits_document, "case", &e),
        &e);
    free(copy);
    expand_ids(v);
    return v;
}

struct document *
case_document(const char *text)
{
    struct document *d;
    struct error e;
    check_or_end(document_from_value(&d, case_value(text), &e), &e);
    return d;
}
