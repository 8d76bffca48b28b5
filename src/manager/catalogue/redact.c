/* Redaction of samples when they are made. */
#include "manager/catalogue/redact.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
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
ends_alike(const char *name, const char *end)
{
    while (*name && !is_alike(name, end))
        name++;
    return *name != '\0';
}

bool
sample_is_secret(const char *name)
{
    for (size_t i = 0; i < sizeof secret_names / sizeof *secret_names; i++)
        if (ends_alike(name, secret_names[i]))
            return true;
    return false;
}

static bool
is_secret(const struct redaction *r, const char *name)
{
    if (sample_is_secret(name))
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

/* True where V is the text or the digits TEXT, or holds them at any depth. */
static bool
holds(const struct value *v, const char *text)
{
    size_t n = 0;
    const char *own = value_text(v, &n);
    bool found = own && n == strlen(text) && memcmp(own, text, n) == 0;
    for (size_t i = 0; i < value_size(v) && !found; i++)
        found = holds(value_at(v, i), text);
    return found;
}

/* The same of what SAMPLE has but its look-ups. */
static bool
sample_holds(const struct value *sample, const char *text)
{
    return holds(value_get(sample, "input"), text) ||
           holds(value_get(sample, "outputs"), text);
}

/* Takes the redacted keys out of TABLE. */
static void
redact_keys(struct value *table, const struct value *sample,
            const struct value *before)
{
    size_t n = value_is(table, VALUE_OBJECT) ? value_size(table) : 0;
    for (size_t i = n; i-- > 0;) {
        char *key = mem_strdup(value_key(table, i, NULL));
        if (sample_holds(before, key) && !sample_holds(sample, key))
            value_remove(table, key);
        free(key);
    }
}

/* Takes out of the look-ups of SAMPLE each key that stands in BEFORE, the same
 * sample as it was, and was redacted since: a key is what a field held. */
static void
redact_lookups(struct value *sample, const struct value *before)
{
    const struct value *lookups = value_get(sample, "lookups");
    for (size_t i = 0; i < value_size(lookups); i++)
        redact_keys(value_at(lookups, i), sample, before);
}

/* Redacts what each member of V holds; its own names are those of blocks. */
static void
redact_members(const struct redaction *r, struct value *v)
{
    for (size_t i = 0; i < value_size(v); i++)
        redact(r, value_at(v, i));
}

void
sample_redact(struct value *sample, struct value *expected,
              const char *const *more, size_t count, struct buf *found)
{
    struct redaction r = {more, count, found};
    struct value *before = sample ? value_copy(sample) : NULL;
    redact(&r, value_get(sample, "input"));
    redact_members(&r, value_get(sample, "outputs"));
    redact_members(&r, expected);
    redact_lookups(sample, before);
    value_free(before);
}
