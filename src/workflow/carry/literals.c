/* What a text of a document says itself. */
#include "workflow/carry/literals.h"

#include <string.h>

#include "mapping/row/source.h"
#include "workflow/edit/curl_secrets.h"

/* The character after the text in quotes that begins at TEXT; doubled quotes
 * are inside it. NULL where it does not end. */
static const char *
quote_end(const char *text)
{
    for (const char *p = text + 1; *p; p++) {
        if (*p == *text && p[1] == *text)
            p++;
        else if (*p == *text)
            return p + 1;
    }
    return NULL;
}

/* The next text in quotes of *TEXT, its bytes in *N, or NULL; *TEXT comes to
 * stand behind it. */
static const char *
next_quoted(const char **text, size_t *n)
{
    const char *p;
    while ((p = strpbrk(*text, "\"'"))) {
        const char *end = quote_end(p);
        *n = end ? (size_t)(end - p) : strlen(p);
        *text = p + *n;
        if (!end || *p == '"' || *end != '!')
            return p;
    }
    return NULL;
}

void
literal_texts(const char *text, struct buf *out)
{
    const char *p, *at = text;
    size_t n, count = 0;
    if (strchr(text, '\\')) { /* an escape of paths, a character of formulas */
        buf_adds(out, text);
        return;
    }
    while ((p = next_quoted(&at, &n)))
        buf_addf(out, "%s%.*s", count++ ? ", " : "", (int)n, p);
}

static void
add_number(void *context, const char *number, size_t n)
{
    struct buf *out = context;
    if (n > 1)
        buf_addf(out, "%s%.*s", out->len ? ", " : "", (int)n, number);
}

/* Adds the numbers that the filters of PATH compare with; the indices of a path
 * and the digits of names are none. */
static void
add_numbers_of_filters(void *context, const char *block, const char *path)
{
    const char *p = strstr(path, "[?");
    (void)block;
    while (p && *p) {
        size_t n = strspn(p, "0123456789.eE");
        if (*p == '"' || *p == '\'') {
            const char *end = quote_end(p);
            p = end ? end : p + strlen(p);
        } else if (*p >= '0' && *p <= '9') {
            add_number(context, p, n);
            p += n;
        } else if (*p == '[' && p[1] != '?') {
            p += strcspn(p, "]");
        } else {
            /* a name, with the digits in it */
            size_t name = strcspn(p, " \t\"'[]().,<>=!&|?@*:$+-/");
            p += name ? name : 1;
        }
    }
}

void
literal_numbers(const char *text, unsigned language, struct buf *out)
{
    struct buf numbers;
    buf_init_any(&numbers);
    source_numbers(text, language, add_number, &numbers);
    source_references(text, add_numbers_of_filters, &numbers);
    buf_adds(out, buf_str(&numbers));
    buf_clear(&numbers);
}

/* True where TEXT has a number that literal_numbers() gives. */
static bool
has_numbers(const char *text, unsigned language)
{
    struct buf numbers;
    buf_init_any(&numbers);
    literal_numbers(text, language, &numbers);
    bool any = numbers.len > 0;
    buf_clear(&numbers);
    return any;
}

static void
count_reference(void *context, const char *block, const char *path)
{
    (void)block;
    (void)path;
    ++*(size_t *)context;
}

/* True where TEXT is a correct source in LANGUAGE. */
static bool
is_correct(const char *text, size_t n, unsigned language)
{
    struct source source = {.kind = SOURCE_BLANK};
    struct error e = {0};
    enum err err = source_compile(&source, text, n, language, &e);
    source_clear(&source);
    return err == ERR_OK;
}

/* The same of a path or a formula. */
static enum literal
literal_of_reading(const char *text, size_t length, unsigned language)
{
    size_t n, references = 0;
    const char *at = text;
    bool quoted = strchr(text, '\\') || next_quoted(&at, &n);
    if (!is_correct(text, length, language))
        return LITERAL_ALL;
    source_references(text, count_reference, &references);
    if (references > 0)
        return quoted                        ? LITERAL_TEXTS
               : has_numbers(text, language) ? LITERAL_NUMBERS
                                             : LITERAL_NONE;
    return quoted || strpbrk(text, "0123456789") ? LITERAL_ALL : LITERAL_NONE;
}

enum literal
literal_of(const struct value *v, enum text_kind kind, unsigned language)
{
    size_t n = 0;
    const char *text = value_text(v, &n);
    if (!value_is(v, VALUE_STRING) || strlen(text) != n)
        return LITERAL_ALL;
    if (n == 0)
        return LITERAL_NONE;
    if (kind != TEXT_SOURCE)
        return *text == '=' ? literal_of_reading(text, n, language)
                            : LITERAL_ALL;
    return source_kind(text, n, language) == SOURCE_CONSTANT
               ? LITERAL_ALL
               : literal_of_reading(text, n, language);
}

bool
literal_has_login(const struct value *v)
{
    bool found =
        value_is(v, VALUE_STRING) && secret_has_login(value_text(v, NULL));
    for (size_t i = 0; i < value_size(v) && !found; i++)
        found = literal_has_login(value_at(v, i));
    return found;
}
