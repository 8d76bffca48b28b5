/* The log: JSON lines. */
#include "base/log.h"

#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/text.h"

enum { LINE_MAX_BYTES = 16384 };

/* Process-wide by nature: one log. */
static int log_fd = -1;
static enum log_level log_least = LOG_INFO;

void
log_open(int fd, enum log_level level)
{
    log_fd = fd;
    log_least = level;
}

/* Appends S as a JSON string; text_visible leaves only '"' and '\\'. */
static void
add_string(struct buf *line, const char *s)
{
    struct buf visible;
    buf_init(&visible, LINE_MAX_BYTES / 2);
    text_visible(&visible, s, strlen(s));
    buf_addc(line, '"');
    for (const char *c = buf_str(&visible); *c; c++) {
        if (*c == '"' || *c == '\\')
            buf_addc(line, '\\');
        buf_addc(line, *c);
    }
    buf_addc(line, '"');
    buf_clear(&visible);
}

void
log_event(enum log_level level, const char *event, ...)
{
    static const char *const words[] = {"debug", "info", "warning", "error"};
    if (log_fd < 0 || level < log_least)
        return;
    struct buf line;
    buf_init(&line, LINE_MAX_BYTES);
    char at[CLOCK_TEXT_SIZE];
    clock_format(at, clock_now_ms());
    buf_addf(&line, "{\"at\":\"%s\",\"level\":\"%s\",\"event\":", at,
             words[level]);
    add_string(&line, event);
    va_list ap;
    va_start(ap, event);
    for (const char *key; (key = va_arg(ap, const char *)) != NULL;) {
        const char *value = va_arg(ap, const char *);
        if (!value)
            continue;
        buf_addc(&line, ',');
        add_string(&line, key);
        buf_addc(&line, ':');
        add_string(&line, value);
    }
    va_end(ap);
    buf_adds(&line, "}\n");
    if (!buf_failed(&line) && write(log_fd, line.data, line.len) < 0)
        log_fd = -1;
    buf_clear(&line);
}
