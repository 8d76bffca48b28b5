/* What commands ask about their arguments, and the files these name. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "cli/frame/cli.h"

const char *
cli_arg(const struct cli *cli, size_t i)
{
    return i < cli->arg_count ? cli->args[i] : NULL;
}

/* The index of the K-th option NAME, or -1. */
static int
option_index(const struct cli *cli, const char *name, size_t k)
{
    for (size_t i = 0; i < cli->option_count; i++) {
        if (strcmp(cli->option_names[i], name) == 0 && k-- == 0)
            return (int)i;
    }
    return -1;
}

bool
cli_has(const struct cli *cli, const char *name)
{
    return option_index(cli, name, 0) >= 0;
}

const char *
cli_option_at(const struct cli *cli, const char *name, size_t k)
{
    int i = option_index(cli, name, k);
    return i < 0 ? NULL : cli->option_values[i];
}

const char *
cli_option(const struct cli *cli, const char *name)
{
    const char *last = NULL;
    const char *value;
    for (size_t k = 0; (value = cli_option_at(cli, name, k)) != NULL; k++)
        last = value;
    return last;
}

enum err
cli_option_number(const struct cli *cli, const char *name, long long least,
                  long long fallback, long long *out, struct error *e)
{
    const char *text = cli_option(cli, name);
    char *end = NULL;
    *out = fallback;
    if (!text)
        return ERR_OK;
    errno = 0;
    *out = strtoll(text, &end, 10);
    if (errno != 0 || *text == '\0' || *end != '\0' || *out < least)
        return error_set(e, ERR_USAGE,
                         "--%s %s: not a whole number of at least %lld", name,
                         text, least);
    return ERR_OK;
}

enum err
cli_option_time(const struct cli *cli, const char *name, int64_t *ms,
                struct error *e)
{
    const char *text = cli_option(cli, name);
    *ms = 0;
    if (text && clock_parse(text, ms) != 0)
        return error_set(e, ERR_USAGE,
                         "--%s %s: not a time (write 2026-10-12 or "
                         "2026-10-12T14:05:00Z)",
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
    enum err rc = file_read(file, &b, e);
    *len = b.len;
    *text = rc == ERR_OK ? buf_take(&b) : NULL;
    buf_clear(&b);
    return rc;
}

enum err
cli_read_json(const char *file, const struct value_limits *limits,
              struct value **out, struct error *e)
{
    char *text = NULL;
    size_t len = 0;
    *out = NULL;
    enum err rc = cli_read_file(file, limits->bytes, &text, &len, e);
    if (rc == ERR_OK)
        rc = value_read(out, text, len, limits, file, e);
    free(text);
    return rc;
}
