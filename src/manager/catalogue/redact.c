/* Redaction of samples when they are made. */
#include "manager/catalogue/redact.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "base/buf.h"
#include "value/value.h"

static const char *const secret_names[] = {
#define SECRET(name) name,
#include "manager/catalogue/secret_names.def"
#undef SECRET
};

/* What is looked for, and what was found. */
struct redaction {
    const char *const *more;
    size_t count;
    struct buf *found;
};

static bool
is_ignored(char c)
{
    return c == '-' || c == '_' || c == ' ';
}

/* True where A and B are the same name but for case, "-", "_" and blanks. */
static bool
is_alike(const char *a, const char *b)
{
    for (;; a++, b++) {
        while (is_ignored(*a))
            a++;
        while (is_ignored(*b))
            b++;
        if (tolower((unsigned char)*a) != tolower((unsigned char)*b))
            return false;
        if (*a == '\0')
            return true;
    }
}

static bool
is_secret(const struct redaction *r, const char *name)
{
    for (size_t i = 0; i < sizeof secret_names / sizeof *secret_names; i++)
        if (is_alike(name, secret_names[i]))
            return true;
    for (size_t i = 0; i < r->count; i++)
        if (is_alike(name, r->more[i]))
            return true;
    return false;
}

/* Adds NAME to what was found, once. */
static void
note(const struct redaction *r, const char *name)
{
    const char *list = buf_str(r->found), *at = list;
    size_t n = strlen(name);
    while ((at = strstr(at, name))) {
        bool begins = at == list || at[-1] == ' ';
        if (begins && (at[n] == ',' || at[n] == '\0'))
            return;
        at += n ? n : 1;
    }
    buf_addf(r->found, "%s%s", *list ? ", " : "", name);
}

/* The depth of values is bounded by their reader, and so is the recursion. */
static void
redact(const struct redaction *r, struct value *v)
{
    for (size_t i = 0; i < value_size(v); i++) {
        const char *name =
            value_is(v, VALUE_OBJECT) ? value_key(v, i, NULL) : NULL;
        struct value *item = value_at(v, i);
        bool empty = value_is(item, VALUE_NULL) ||
                     strcmp(value_text_or(item, "x"), "") == 0;
        if (!name || !is_secret(r, name)) {
            redact(r, item);
        } else if (!empty) {
            value_replace_at(v, i, value_string("[redacted]"));
            note(r, name);
        }
    }
}

void
sample_redact(struct value *v, const char *const *more, size_t count,
              struct buf *found)
{
    struct redaction r = {more, count, found};
    redact(&r, v);
}
