/* Serial dates. */
#include "workbook/serial.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/moment.h"

enum { DAY_MS = 86400000 };

enum serial_kind
serial_of_id(long id)
{
    if (id == 46)
        return SERIAL_DURATION;
    bool date = (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || id == 45 ||
                id == 47 || (id >= 50 && id <= 58);
    return date ? SERIAL_DATE : SERIAL_NONE;
}

/* The length of what begins at CODE and shows no number: a quoted text, an
 * escaped character, one in the width of another, a bracket; 0 for others. */
static size_t
skipped(const char *code)
{
    const char *end = NULL;
    if (*code == '"')
        end = strchr(code + 1, '"');
    else if (*code == '[')
        end = strchr(code, ']');
    else if (*code == '\\' || *code == '_' || *code == '*')
        return code[1] ? 2 : 1;
    else
        return 0;
    return end ? (size_t)(end - code) + 1 : strlen(code);
}

/* True for "[h]", "[mm]" and the like: time that goes past a day. */
static bool
is_elapsed(const char *code)
{
    size_t n = *code == '[' ? strspn(code + 1, "hHmMsS") : 0;
    return n > 0 && code[n + 1] == ']';
}

enum serial_kind
serial_of_code(const char *code)
{
    bool date = false;
    if (strncasecmp(code, "General", 7) == 0)
        return SERIAL_NONE;
    /* The part before ";" shows positive numbers. */
    while (*code && *code != ';') {
        if (is_elapsed(code))
            return SERIAL_DURATION;
        size_t skip = skipped(code);
        date |= skip == 0 && strchr("yYmMdDhHsS", *code);
        code += skip ? skip : 1;
    }
    return date ? SERIAL_DATE : SERIAL_NONE;
}

static void
write_duration(struct buf *out, int64_t ms)
{
    buf_addf(out, "%02lld:%02d:%02d", (long long)(ms / 3600000),
             (int)(ms / 60000 % 60), (int)(ms / 1000 % 60));
    if (ms % 1000)
        buf_addf(out, ".%03d", (int)(ms % 1000));
}

/* The day of SERIAL since 1970; the 1900 system has a 29 February 1900. */
static int64_t
day_of(int64_t serial, bool from_1904)
{
    if (from_1904)
        return moment_day(1904, 1, 1) + serial;
    return moment_day(1899, 12, 30) + serial + (serial < 60);
}

bool
serial_write(struct buf *out, const char *text, enum serial_kind kind,
             bool from_1904)
{
    enum { LAST = 2958466 }; /* 1 January 10000 */
    char *end, day[MOMENT_SIZE];
    double number = strtod(text, &end);
    if (end == text || *end || !(number >= 0) || number >= LAST)
        return false;
    int64_t ms = llround(number * DAY_MS);
    int64_t serial = ms / DAY_MS;
    bool leap = !from_1904 && serial == 60; /* that day never was */
    if (kind == SERIAL_DURATION || (serial == 0 && !from_1904)) {
        write_duration(out, ms);
        return true;
    }
    struct moment m = {.day = day_of(serial, from_1904), .has_date = true};
    if (leap || !moment_format(&m, day))
        return false;
    buf_adds(out, day);
    if (ms % DAY_MS) {
        buf_addc(out, 'T');
        write_duration(out, ms % DAY_MS);
    }
    return true;
}
