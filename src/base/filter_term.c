/* The terms of a filter. */
#include "base/filter_term.h"

#include <string.h>
#include <strings.h>

enum { TERM_MOST = 4096 };

/* Reads the term at *S, whatever is in it. */
static bool
read_term(const char **s, struct filter_term *t)
{
    const char *p = *s + strspn(*s, " ");
    bool quote = false;
    if (!*p)
        return false;
    *t = (struct filter_term){.inverse = *p == '-'};
    buf_init(&t->text, TERM_MOST);
    p += t->inverse;
    t->quoted = *p == '"';
    for (; *p && (quote || *p != ' '); p++) {
        if (*p == '"') {
            quote = !quote;
            continue;
        }
        if (*p == ':' && !quote && t->key_end == 0)
            t->key_end = t->text.len;
        buf_addc(&t->text, *p);
    }
    *s = p;
    return true;
}

bool
filter_term_next(const char **s, struct filter_term *t)
{
    while (read_term(s, t)) {
        if (!t->quoted || t->text.len > 0 || buf_failed(&t->text))
            return true;
        filter_term_clear(t);
    }
    return false;
}

void
filter_term_clear(struct filter_term *t)
{
    buf_clear(&t->text);
}

bool
filter_term_has_key(const struct filter_term *t, const char *key)
{
    return !t->quoted && t->key_end == strlen(key) &&
           strncasecmp(buf_str(&t->text), key, t->key_end) == 0;
}

enum err
filter_term_check(const struct filter_term *t, struct error *e)
{
    if (buf_failed(&t->text))
        return error_set(e, ERR_USAGE,
                         "The filter is longer than %d bytes (shorten it)",
                         TERM_MOST);
    if (t->inverse && !t->quoted && t->text.len == 0)
        return error_set(e, ERR_USAGE,
                         "-: no word follows it (put a dash in quotes to "
                         "search for it)");
    return ERR_OK;
}
