/* What commands ask about their arguments, and the files these name. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/moment.h"
#include "base/file.h"
#include "cli/frame/cli.h"

const char *
cli_arg(const struct cli *cli, size_t i)
{
    return command_arg(&cli->line, i);
}

bool
cli_has(const struct cli *cli, const char *name)
{
    return command_has(&cli->line, name);
}

const char *
cli_option_at(const struct cli *cli, const char *name, size_t k)
{
    return command_option_at(&cli->line, name, k);
}

const char *
cli_option(const struct cli *cli, const char *name)
{
    return command_option(&cli->line, name);
}

enum err
cli_option_number(const struct cli *cli, const char *name, long long least,
                  long long fallback, long long *out, struct error *e)
{
    const char *text = cli_option(cli, name);
    *out = fallback;
    if (!text)
        return ERR_OK;
    if (!command_read_number(text, least, LLONG_MAX, out))
        return error_set(e, ERR_USAGE,
                         "--%s %s: not a whole number of at least %lld", name,
                         text, least);
    return ERR_OK;
}

/* Reads "14:05" or "14:05:30", a time of today where this process is, into
 * MS; false where TEXT is neither. */
static bool
time_of_today(const char *text, int64_t *ms)
{
    time_t now = time(NULL);
    struct tm tm;
    struct moment m;
    if (!moment_parse(&m, text, strlen(text)) || m.has_date ||
        !localtime_r(&now, &tm))
        return false;
    tm.tm_hour = m.seconds / 3600;
    tm.tm_min = m.seconds / 60 % 60;
    tm.tm_sec = m.seconds % 60;
    tm.tm_isdst = -1;
    *ms = (int64_t)mktime(&tm) * 1000;
    return true;
}

enum err
cli_option_time(const struct cli *cli, const char *name, int64_t *ms,
                struct error *e)
{
    const char *text = cli_option(cli, name);
    *ms = 0;
    if (text && clock_parse(text, ms) != 0 && !time_of_today(text, ms))
        return error_set(e, ERR_USAGE,
                         "--%s %s: not a time (write 14:05 for today, "
                         "2026-10-12, or 2026-10-12T14:05:00Z)",
                         name, text);
    return ERR_OK;
}

enum err
cli_may_open(const struct cli *cli, const char *file, struct error *e)
{
    if (!cli->remote || strcmp(file, "-") == 0)
        return ERR_OK;
    return error_set(e, ERR_REFUSED,
                     "%s: a session has no files (write - and send it through "
                     "the connection: ssh HOST tailor … - < FILE)",
                     file);
}

enum err
cli_read_file(const char *file, size_t max, char **text, size_t *len,
              struct error *e)
{
    struct buf b;
    buf_init(&b, max);
    enum err err = file_read(file, &b, e);
    *len = b.len;
    *text = err == ERR_OK ? buf_take(&b) : NULL;
    buf_clear(&b);
    return err;
}

enum err
cli_read_json(const char *file, const struct value_limits *limits,
              struct value **out, struct error *e)
{
    char *text = NULL;
    size_t len = 0;
    *out = NULL;
    enum err err = cli_read_file(file, limits->bytes, &text, &len, e);
    if (err == ERR_OK)
        err = value_read(out, text, len, limits, file, e);
    free(text);
    return err;
}
