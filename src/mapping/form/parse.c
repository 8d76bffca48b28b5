/* Compiling forms. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "mapping/form/form_private.h"

static const struct locale locales[] = {
#define LOCALE(name_, decimal_, groups_)                                       \
    {.name = name_, .decimal = decimal_, .groups = groups_},
#include "mapping/form/locales.def"
#undef LOCALE
};

const struct locale *
locale_find(const char *name, size_t n)
{
    for (size_t i = 0; i < sizeof locales / sizeof *locales; i++)
        if (strlen(locales[i].name) == n &&
            strncmp(locales[i].name, name, n) == 0)
            return &locales[i];
    return NULL;
}

void
locale_names(struct buf *out)
{
    for (size_t i = 0; i < sizeof locales / sizeof *locales; i++)
        buf_addf(out, "%s%s", i > 0 ? ", " : "", locales[i].name);
}

static const char *
skip_blanks(const char *s)
{
    return s + strspn(s, " \t");
}

static bool
read_type(struct form *f, const char **at)
{
    static const char *const words[] = {[FORM_DATE] = "date",
                                        [FORM_DATETIME] = "datetime",
                                        [FORM_NUMBER] = "number",
                                        [FORM_TEXT] = "text",
                                        [FORM_BOOLEAN] = "boolean"};
    size_t n = strcspn(*at, " \t\"");
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strlen(words[i]) == n && strncmp(words[i], *at, n) == 0) {
            f->type = (enum form_type)i;
            *at = skip_blanks(*at + n);
            return true;
        }
    return false;
}

static enum err
read_date_part(struct form *f, const char **at, struct error *e)
{
    const char *s = *at;
    if (*s == '"') {
        const char *end = strrchr(s + 1, '"');
        if (!end || end == s + 1)
            return error_set(e, ERR_INVALID,
                             "the format stands in double quotes, such as "
                             "\"D/M/YYYY\"");
        f->format = mem_strndup(s + 1, (size_t)(end - s - 1));
        s = skip_blanks(end + 1);
    }
    if (text_starts(s, "in ")) {
        const char *name = skip_blanks(s + 3);
        size_t n = strcspn(name, " \t");
        char *zone = mem_strndup(name, n);
        f->zone = zone_load(zone);
        free(zone);
        if (!f->zone)
            return error_set(e, ERR_INVALID,
                             "%.*s is an unknown time zone (write one such as "
                             "Europe/Berlin, UTC or +02:00)",
                             (int)(n > 60 ? 60 : n), name);
        s = skip_blanks(name + n);
    }
    *at = s;
    return ERR_OK;
}

static enum err
read_locale(struct form *f, const char **at, struct error *e)
{
    size_t n = strcspn(*at, " \t");
    if (n == 0)
        return ERR_OK;
    f->locale = locale_find(*at, n);
    if (!f->locale) {
        struct buf names;
        buf_init(&names, 1000);
        locale_names(&names);
        error_set(e, ERR_INVALID, "%.*s is an unknown locale (%s)",
                  (int)(n > 60 ? 60 : n), *at, buf_str(&names));
        buf_clear(&names);
        return ERR_INVALID;
    }
    *at = skip_blanks(*at + n);
    return ERR_OK;
}

enum err
form_compile(struct form **out, const char *text, struct error *e)
{
    struct form *f = mem_alloc(sizeof *f);
    const char *at = skip_blanks(text);
    enum err err = ERR_OK;
    *f = (struct form){.format = NULL};
    *out = NULL;
    if (!read_type(f, &at))
        err = error_set(e, ERR_INVALID,
                        "\"%.60s\" begins with none of date, datetime, number, "
                        "text and boolean",
                        text);
    else if (f->type == FORM_NUMBER)
        err = read_locale(f, &at, e);
    else if (f->type == FORM_DATE || f->type == FORM_DATETIME)
        err = read_date_part(f, &at, e);
    if (err == ERR_OK && *at)
        err = error_set(e, ERR_INVALID, "\"%.60s\" is too much", at);
    if (err != ERR_OK)
        form_free(f);
    else
        *out = f;
    return err;
}

void
form_free(struct form *f)
{
    if (!f)
        return;
    free(f->format);
    zone_free(f->zone);
    free(f);
}

size_t
form_bytes(const struct form *f)
{
    return f ? mem_bytes(f) + mem_bytes(f->format) + zone_bytes(f->zone) : 0;
}
