/* Errors as values: the table and the sentence. */
#include "base/error.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"

static const struct {
    int exit_code;
    int http;
    const char *word;
} table[ERR_COUNT] = {
#define E(name, exit_code, http, word) {exit_code, http, word},
#include "base/error.def"
#undef E
};

enum err
error_set(struct error *e, enum err err, const char *format, ...)
{
    if (!e)
        return err;
    char text[sizeof e->text];
    va_list ap;
    va_start(ap, format);
    vsnprintf(text, sizeof text, format, ap);
    va_end(ap);
    e->code = err;
    e->hint = HINT_NONE;
    memcpy(e->text, text, sizeof text);
    return err;
}

enum err
error_hint(struct error *e, enum hint hint, const char *first,
           const char *second, enum err err)
{
    if (!e)
        return err;
    e->hint = hint;
    snprintf(e->about[0], sizeof e->about[0], "%s", first ? first : "");
    snprintf(e->about[1], sizeof e->about[1], "%s", second ? second : "");
    return err;
}

void
error_tell(const struct error *e, const char *const words[HINT_COUNT],
           struct buf *out)
{
    buf_adds(out, e->text);
    if (e->hint == HINT_NONE || !words[e->hint])
        return;
    buf_adds(out, " (");
    for (const char *s = words[e->hint]; *s; s++) {
        if (s[0] == '{' && (s[1] == '1' || s[1] == '2') && s[2] == '}') {
            buf_adds(out, e->about[s[1] - '1']);
            s += 2;
        } else {
            buf_add(out, s, 1);
        }
    }
    buf_adds(out, ")");
}

enum err
error_prefix(struct error *e, const char *format, ...)
{
    if (!e)
        return ERR_FAILED;
    char old[sizeof e->text];
    memcpy(old, e->text, sizeof old);
    va_list ap;
    va_start(ap, format);
    int n = vsnprintf(e->text, sizeof e->text, format, ap);
    va_end(ap);
    if (n >= 0 && (size_t)n < sizeof e->text)
        snprintf(e->text + n, sizeof e->text - (size_t)n, ": %.900s", old);
    return e->code;
}

enum err
error_errno(struct error *e, enum err err, const char *what)
{
    int saved = errno;
    if (saved == ENOSPC || saved == EDQUOT)
        return error_set(e, ERR_DISK_FULL,
                         "%s: the %s is full (make room and try again)", what,
                         saved == ENOSPC ? "disk" : "disk quota");
    if (saved == ENOENT && err == ERR_IO)
        err = ERR_NOT_FOUND;
    return error_set(e, err, "%s: %s", what, strerror(saved));
}

void
error_clear(struct error *e)
{
    e->code = ERR_OK;
    e->hint = HINT_NONE;
    e->text[0] = '\0';
}

int
err_exit_code(enum err err)
{
    return table[err].exit_code;
}

int
err_http_status(enum err err)
{
    return table[err].http;
}

const char *
err_word(enum err err)
{
    return table[err].word;
}

enum err
err_from_word(const char *word)
{
    for (int i = 0; i < ERR_COUNT; i++) {
        if (strcmp(table[i].word, word) == 0)
            return (enum err)i;
    }
    return ERR_FAILED;
}
