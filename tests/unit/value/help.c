/* What the suites of the value layer share. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tests/unit/value/value.h"

struct value *
read_n(const char *text, size_t n, struct error *e)
{
    char *exact = malloc(n ? n : 1);
    if (!exact)
        abort();
    if (n)
        memcpy(exact, text, n);
    struct value *v = NULL;
    value_read(&v, exact, n, &value_limits_document, "t.json", e);
    free(exact);
    return v;
}

struct value *
must_read(const char *text)
{
    struct error e;
    struct value *v = read_n(text, strlen(text), &e);
    if (!v) {
        printf("# %s\nnot ok reading %.60s\n", e.text, text);
        failed_tests++;
    }
    return v ? v : value_null();
}

char *
canonical_text(const struct value *v)
{
    struct buf b;
    buf_init(&b, 1u << 28);
    value_write_canonical(&b, v);
    return buf_take(&b);
}

char *
pretty_text(const struct value *v)
{
    struct buf b;
    buf_init(&b, 1u << 28);
    value_write_pretty(&b, v);
    return buf_take(&b);
}
