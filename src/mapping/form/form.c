/* Reading a value by one form and writing it by another. */
#include "mapping/form/form.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/text.h"
#include "mapping/form/form_private.h"
#include "mapping/functions/date_text.h"
#include "value/value.h"

#define WRITTEN_MAX 200 /* bytes of a date in a format */

static bool
is_date(const struct form *f)
{
    return f->type == FORM_DATE || f->type == FORM_DATETIME;
}

const char *
form_mismatch(const struct form *read, const struct form *send)
{
    if (read && read->type == FORM_TEXT)
        return "a source is not read as text, only sent as one";
    if (read && read->type == FORM_BOOLEAN)
        return "a source is not read as a boolean, only sent as one";
    if (read && send && send->type == FORM_BOOLEAN)
        return "a date or a number does not become a boolean";
    if (!read || !send || send->type == FORM_TEXT)
        return NULL;
    if (is_date(read) != is_date(send))
        return "a date and a number do not become each other";
    if (read->type == FORM_DATE && send->type == FORM_DATETIME)
        return "a day has no time (read it as datetime)";
    return NULL;
}

/* --- dates --------------------------------------------------------------- */

static enum err
read_moment(const struct form *f, const char *s, struct moment *out,
            struct error *e)
{
    size_t n = strlen(s);
    const char *format = f ? f->format : NULL;
    struct ftext text = {s, n}, form = {format, format ? strlen(format) : 0};
    bool iso = !format && moment_parse(out, s, n);
    enum err err = iso || format ? ERR_OK : refuse_two_dates(s, e);
    if (err == ERR_OK && !iso && date_text_read(text, form, false, out))
        err = error_set(e, ERR_INVALID,
                        format ? "\"%.100s\" is not a date as %.100s says"
                               : "\"%.100s\" is not an ISO 8601 date (say how "
                                 "it is written, as in date \"D/M/YYYY\"%s)",
                        s, format ? format : "");
    if (err == ERR_OK && !out->has_date)
        err =
            error_set(e, ERR_INVALID, "\"%.100s\" is a time without a date", s);
    return err;
}

/* Makes M what F is: a day, or a date and time, in the zone of F. */
static enum err
settle(const struct form *f, struct moment *m, const char *s, struct error *e)
{
    if (f->zone)
        zone_move(m, f->zone);
    if (f->type == FORM_DATETIME && m->has_time)
        return ERR_OK;
    if (f->type == FORM_DATETIME)
        return error_set(e, ERR_INVALID, "\"%.100s\" is a day and has no time",
                         s);
    if (m->has_time && m->zone != MOMENT_LOCAL && !f->zone)
        return error_set(e, ERR_INVALID,
                         "\"%.100s\" is a point in time, and which day that is "
                         "depends on the zone (say it, as in date in "
                         "Europe/Berlin)",
                         s);
    *m = (struct moment){.day = m->day, .has_date = true};
    return ERR_OK;
}

static enum err
write_moment(const struct form *f, const struct moment *m, struct buf *out,
             struct error *e)
{
    char text[WRITTEN_MAX + MOMENT_SIZE];
    size_t n;
    if (f && f->format) {
        struct ftext format = {f->format, strlen(f->format)};
        n = date_text_write(m, format, true, text, WRITTEN_MAX);
        if (n >= WRITTEN_MAX)
            return error_set(e, ERR_TOO_BIG, "the date is too long");
    } else {
        if (!moment_format(m, text))
            return error_set(e, ERR_INVALID, "the year is beyond 9999");
        n = strlen(text);
    }
    struct value *v = value_string_n(text, n);
    value_write(out, v);
    value_free(v);
    return ERR_OK;
}

static enum err
apply_date(const struct form *read, const struct form *send,
           const struct value *v, struct buf *out, struct error *e)
{
    const char *s = value_text(v, NULL);
    struct moment m;
    if (!value_is(v, VALUE_STRING))
        return error_set(e, ERR_INVALID,
                         "it is not a text, and so not a date (numbers become "
                         "dates by a formula)");
    enum err err = read_moment(read, s, &m, e);
    if (err == ERR_OK && read)
        err = settle(read, &m, s, e);
    if (err == ERR_OK && send && is_date(send))
        err = settle(send, &m, s, e);
    return err == ERR_OK
               ? write_moment(send && is_date(send) ? send : NULL, &m, out, e)
               : err;
}

/* --- numbers ------------------------------------------------------------- */

/* The bytes of the sign that parts thousands at S by L, or 0. */
static size_t
group_at(const struct locale *l, const char *s)
{
    static const char *const spaces[] = {" ", "\xc2\xa0", "\xe2\x80\xaf",
                                         "\xe2\x80\x89"};
    if (*s && strchr(l->groups, *s))
        return 1;
    if (*l->groups == '\'' && text_starts(s, "\xe2\x80\x99"))
        return 3;
    for (size_t i = 0; *l->groups == ' ' && i < 4; i++)
        if (text_starts(s, spaces[i]))
            return strlen(spaces[i]);
    return 0;
}

/* Appends the digits of S as a JSON number; false where it is none by L. Groups
 * have three digits, but for the first. */
static bool
read_digits(const struct locale *l, const char *s, struct buf *out)
{
    size_t group = 0, in_group = 0, start;
    if (*s == '-')
        buf_addc(out, '-');
    s += *s == '-' || *s == '+';
    start = out->len;
    while (*s && *s != l->decimal) {
        size_t n = group_at(l, s);
        if (n > 0 && (in_group == 0 || in_group > 3 ||
                      out->data[start] == '0' || (group > 0 && in_group != 3)))
            return false;
        if (n == 0 && (*s < '0' || *s > '9'))
            return false;
        if (n == 0 && !(out->len == start + 1 && out->data[start] == '0'))
            buf_addc(out, *s);
        else if (n == 0)
            out->data[start] = *s; /* no zeros before the number */
        group += n > 0;
        in_group = n > 0 ? 0 : in_group + 1;
        s += n > 0 ? n : 1;
    }
    if (out->len == start || (group > 0 && in_group != 3))
        return false;
    if (*s == l->decimal &&
        (!s[1] || strspn(s + 1, "0123456789") != strlen(s + 1)))
        return false;
    if (*s == l->decimal)
        buf_addf(out, ".%s", s + 1);
    return true;
}

static enum err
read_number(const struct form *f, const struct value *v, struct buf *out,
            struct error *e)
{
    size_t n = 0;
    const char *s = value_text(v, &n);
    if (value_is(v, VALUE_NUMBER)) {
        buf_add(out, s, n);
        return ERR_OK;
    }
    if (!value_is(v, VALUE_STRING))
        return error_set(e, ERR_INVALID, "it is neither a number nor a text");
    if (f && f->locale)
        return read_digits(f->locale, s, out)
                   ? ERR_OK
                   : error_set(e, ERR_INVALID,
                               "\"%.100s\" is not a number as %s writes them",
                               s, f->locale->name);
    enum err err = refuse_two_numbers(s, e);
    if (err != ERR_OK)
        return err;
    if (!value_is_number_text(s, n))
        return error_set(e, ERR_INVALID,
                         "\"%.100s\" is not a plain number (say how it is "
                         "written, as in number de)",
                         s);
    buf_add(out, s, n);
    return ERR_OK;
}

static enum err
write_number(const struct form *f, const char *digits, struct buf *out,
             struct error *e)
{
    if (!f || !f->locale) {
        buf_adds(out, digits);
        return ERR_OK;
    }
    if (strpbrk(digits, "eE"))
        return error_set(e, ERR_INVALID, "%.60s has an exponent", digits);
    buf_addc(out, '"');
    for (; *digits; digits++)
        buf_addc(out, *digits == '.' ? f->locale->decimal : *digits);
    buf_addc(out, '"');
    return ERR_OK;
}

static enum err
apply_number(const struct form *read, const struct form *send,
             const struct value *v, struct buf *out, struct error *e)
{
    struct buf digits;
    buf_init(&digits, value_limits_event.bytes);
    enum err err = read_number(read, v, &digits, e);
    if (err == ERR_OK && send && send->type == FORM_TEXT)
        buf_addf(out, "\"%s\"", buf_str(&digits));
    else if (err == ERR_OK)
        err = write_number(send, buf_str(&digits), out, e);
    buf_clear(&digits);
    return err;
}

/* --- texts --------------------------------------------------------------- */

static enum err
apply_text(const struct value *v, struct buf *out, struct error *e)
{
    if (value_is(v, VALUE_ARRAY) || value_is(v, VALUE_OBJECT))
        return error_set(e, ERR_INVALID, "a list or an object is not a text");
    if (value_is(v, VALUE_STRING)) {
        value_write(out, v);
        return ERR_OK;
    }
    char *json = value_to_text(v);
    buf_addf(out, "\"%s\"", json);
    free(json);
    return ERR_OK;
}

static enum err
apply_boolean(const struct value *v, struct buf *out, struct error *e)
{
    static const char *const words[] = {"false", "true"};
    const char *s = value_text(v, NULL);
    if (value_is(v, VALUE_TRUE) || value_is(v, VALUE_FALSE)) {
        value_write(out, v);
        return ERR_OK;
    }
    for (size_t i = 0; i < 2; i++)
        if (value_is(v, VALUE_STRING) && strcasecmp(s, words[i]) == 0) {
            buf_adds(out, words[i]);
            return ERR_OK;
        }
    if (!value_is(v, VALUE_STRING))
        return error_set(e, ERR_INVALID,
                         "it is neither true nor false (say what it means by a "
                         "value table)");
    return error_set(e, ERR_INVALID,
                     "\"%.100s\" is neither true nor false (say what it means "
                     "by a value table)",
                     s);
}

enum err
form_apply(const struct form *read, const struct form *send, const char *json,
           size_t n, struct buf *out, struct error *e)
{
    struct value *v = NULL;
    const struct form *f = read ? read : send;
    enum err err = value_read(&v, json, n, &value_limits_event, "the value", e);
    if (err == ERR_OK && is_date(f))
        err = apply_date(read, send, v, out, e);
    else if (err == ERR_OK && f->type == FORM_NUMBER)
        err = apply_number(read, send, v, out, e);
    else if (err == ERR_OK && f->type == FORM_BOOLEAN)
        err = apply_boolean(v, out, e);
    else if (err == ERR_OK)
        err = apply_text(v, out, e);
    value_free(v);
    return err;
}
