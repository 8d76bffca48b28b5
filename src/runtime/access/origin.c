/* Origins of web pages, and which may call. */
#include "runtime/access/origin.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "store/runtime.h"

enum { ORIGIN_MAX = 300, PORT_MOST = 65535 };

static const struct scheme {
    const char *begin, *port;
} schemes[] = {{"https://", "443"}, {"http://", "80"}};

static const struct scheme *
scheme_of(const char *url)
{
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
        if (text_starts(url, schemes[i].begin))
            return &schemes[i];
    return NULL;
}

/* The length of the host at S: a name, an address, or one in brackets. */
static size_t
host_length(const char *s)
{
    if (*s != '[')
        return strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-.");
    size_t n = strspn(s + 1, "0123456789abcdef:.");
    return n > 0 && s[1 + n] == ']' ? n + 2 : 0;
}

static bool
is_port(const char *s)
{
    size_t n = strspn(s, "0123456789");
    return n > 0 && n <= 5 && !s[n] && *s != '0' &&
           strtol(s, NULL, 10) <= PORT_MOST;
}

char *
origin_make(const char *url)
{
    const struct scheme *scheme = scheme_of(url);
    size_t begin = scheme ? strlen(scheme->begin) : 0;
    size_t n = scheme ? host_length(url + begin) : 0;
    const char *port = url + begin + n;
    if (n == 0 || strlen(url) >= ORIGIN_MAX ||
        (*port && (*port != ':' || !is_port(port + 1))))
        return NULL;
    bool usual = *port && strcmp(port + 1, scheme->port) == 0;
    return usual ? mem_strndup(url, begin + n) : mem_strdup(url);
}

static enum err
has(struct db *db, const char *url, bool *listed, struct error *e)
{
    struct db_stmt *q = db_use(db, RS_ORIGIN_HAS);
    db_text(q, url);
    *listed = db_row(q);
    return db_end(q, e);
}

/* ORIGIN with the port of its scheme, as an earlier version may have stored it.
 */
static char *
with_port(const char *origin)
{
    return mem_printf("%s:%s", origin, scheme_of(origin)->port);
}

enum err
origin_is_listed(struct db *db, const char *origin, bool *listed,
                 struct error *e)
{
    char *made = origin_make(origin);
    *listed = false;
    if (!made)
        return ERR_OK;
    enum err err = has(db, made, listed, e);
    if (err == ERR_OK && !*listed) {
        char *stored = with_port(made);
        err = has(db, stored, listed, e);
        free(stored);
    }
    free(made);
    return err;
}

static enum err
make(const char *url, char **out, struct error *e)
{
    *out = origin_make(url);
    if (*out)
        return ERR_OK;
    return error_set(e, ERR_INVALID,
                     "origin %s: not a valid origin (write https://host, in "
                     "lower case, with the port if there is one, no path)",
                     url);
}

enum err
origin_list_add(struct db *db, const char *url, struct error *e)
{
    char *made;
    bool listed = false;
    enum err err = make(url, &made, e);
    if (err == ERR_OK)
        err = origin_is_listed(db, made, &listed, e);
    if (err == ERR_OK && !listed) {
        struct db_stmt *q = db_use(db, RS_ORIGIN_ADD);
        db_text(q, made);
        db_int(q, clock_now_ms());
        err = db_run(q, e);
    }
    free(made);
    return err;
}

static enum err
remove_one(struct db *db, const char *url, int64_t *removed, struct error *e)
{
    struct db_stmt *q = db_use(db, RS_ORIGIN_REMOVE);
    db_text(q, url);
    enum err err = db_run(q, e);
    if (err == ERR_OK)
        *removed += db_changes(db);
    return err;
}

/* Also a row that an earlier version wrote in another way is removed. */
enum err
origin_list_remove(struct db *db, const char *url, struct error *e)
{
    int64_t removed = 0;
    char *made = origin_make(url);
    enum err err = remove_one(db, made ? made : url, &removed, e);
    if (err == ERR_OK && made) {
        char *stored = with_port(made);
        err = remove_one(db, stored, &removed, e);
        free(stored);
    }
    if (err == ERR_OK && removed == 0)
        err = error_set(e, ERR_NOT_FOUND, "origin %s: it is not listed", url);
    free(made);
    return err;
}
