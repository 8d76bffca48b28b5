/* What sessions read of runtimes themselves. */
#include "remote/read.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/ident.h"
#include "base/mem.h"
#include "manager/exchange/runtime.h"
#include "manager/installation/installation.h"
#include "remote/client.h"

#define PATH_MAX_BYTES 8192

/* --- one call ------------------------------------------------------------- */

static enum err
read_token(const struct runtime_row *r, char **out, struct error *e)
{
    struct buf text;
    enum err err;
    *out = NULL;
    if (!r->read_token_file)
        return error_set(e, ERR_INVALID,
                         "runtime %s: no read token (runtime set %s "
                         "--read-token-file FILE)",
                         r->name, r->name);
    buf_init(&text, 4096);
    err = file_read(r->read_token_file, &text, e);
    if (err)
        error_prefix(e, "runtime %s: read token", r->name);
    else
        *out = mem_strndup(buf_str(&text), strcspn(buf_str(&text), "\r\n"));
    buf_clear(&text);
    return err;
}

static enum err
get(const struct runtime_row *r, const char *path, struct value **out,
    struct error *e)
{
    struct client_request request = {.method = "GET", .path = path};
    struct client *c;
    char *token;
    enum err err = read_token(r, &token, e);
    if (err)
        return err;
    c = client_new();
    {
        struct client_target target = {r->name, r->url, r->ca_file, r->pin,
                                       token};
        err = client_fetch(c, &target, &request, out, e);
    }
    client_free(c);
    explicit_bzero(token, strlen(token));
    free(token);
    return err;
}

static bool
is_named(const struct runtime_row *r, const char *name)
{
    return !name || strcmp(r->name, name) == 0 || strcmp(r->id, name) == 0;
}

/* --- test ----------------------------------------------------------------- */

enum err
remote_test(struct manager *m, const char *runtime, struct protocol_info *out,
            struct error *e)
{
    struct runtime_list list;
    struct value *answer = NULL;
    enum err err = manager_runtime_list(m, &list, e);
    size_t i = 0;
    while (i < list.count && !is_named(&list.rows[i], runtime))
        i++;
    if (!err && i == list.count)
        err = error_set(e, ERR_NOT_FOUND,
                        "runtime %s: not known (see runtime list)", runtime);
    if (!err)
        err = get(&list.rows[i], "/manage/v1/info", &answer, e);
    if (!err)
        err = protocol_read_info(answer, clock_now_ms(), out, e);
    if (!err && strcmp(out->environment, list.rows[i].environment) != 0)
        err = error_set(e, ERR_CONFLICT,
                        "runtime %s: it says %s, this store %s (check the URL "
                        "or runtime set --environment)",
                        list.rows[i].name, out->environment,
                        list.rows[i].environment);
    value_free(answer);
    runtime_list_clear(&list);
    return err;
}

/* --- runs ----------------------------------------------------------------- */

/* Adds "KEY=VALUE", percent-encoded, after "?" or with "&". */
static void
add_text(struct buf *path, const char *key, const char *value)
{
    if (!value || !*value)
        return;
    if (path->data[path->len - 1] != '?')
        buf_addc(path, '&');
    buf_addf(path, "%s=", key);
    for (const unsigned char *s = (const unsigned char *)value; *s; s++)
        if (isalnum(*s) || strchr("-._~", *s))
            buf_addc(path, (char)*s);
        else
            buf_addf(path, "%%%02X", *s);
}

static void
add_time(struct buf *path, const char *key, int64_t ms)
{
    char text[CLOCK_TEXT_SIZE];
    if (ms) {
        clock_format(text, ms);
        add_text(path, key, text);
    }
}

static void
runs_path(struct buf *path, const struct run_query *q,
          const char *installation_id)
{
    buf_addf(path, "/manage/v1/runs?limit=%d", q->limit > 0 ? q->limit : 100);
    add_text(path, "installationId", installation_id);
    add_text(path, "find", q->find);
    add_text(path, "state", q->state);
    add_time(path, "since", q->since);
    add_time(path, "until", q->until);
    add_text(path, "after", q->after);
}

/* What a runtime of a newer version adds to a run may hold values too: the
 * names of what is shown are listed, not of what is hidden. */
struct value *
run_without_payloads(const struct value *run)
{
    static const char *const shown[] = {
        "runtime",    "runId",      "executionId", "installationId",
        "workflowId", "versionId",  "version",     "state",
        "parkedFor",  "event",      "acceptedAt",  "startedAt",
        "stoppedAt",  "blockId",    "setAside"};
    struct value *v = value_object();
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++)
        if (value_get(run, shown[i]))
            value_set(v, shown[i], value_copy(value_get(run, shown[i])));
    const char *message = value_get_text(run, "message");
    if (message && *message) {
        const char *block = value_get_text(run, "blockId");
        char *text = block ? mem_printf("not shown (block %s)", block)
                           : mem_strdup("not shown");
        value_set_text(v, "message", text);
        free(text);
    }
    return v;
}

enum err
run_may_find(struct manager *m, const char *find, struct error *e)
{
    return find && *find ? manager_may_see_payloads(m, e) : ERR_OK;
}

/* Moves the runs of ANSWER to ALL, with the runtime's name. */
static enum err
take_runs(struct value *answer, const char *runtime, struct value *all,
          struct error *e)
{
    struct value *data = value_get(answer, "data");
    if (!value_is(data, VALUE_ARRAY))
        return error_set(e, ERR_INVALID,
                         "runtime %s: its answer is no list of runs", runtime);
    while (value_size(data) > 0) {
        struct value *run = value_take_at(data, 0);
        if (value_is(run, VALUE_OBJECT)) {
            value_set_text(run, "runtime", runtime);
            value_append(all, run);
        } else {
            value_free(run);
        }
    }
    return ERR_OK;
}

static enum err
collect(const struct runtime_list *list, const struct run_query *q,
        const char *only, const char *installation_id, struct value *out,
        struct error *e)
{
    struct value *all = value_array();
    struct buf path;
    size_t asked = 0;
    enum err err = ERR_OK;
    char *kept = NULL;
    buf_init(&path, PATH_MAX_BYTES);
    runs_path(&path, q, installation_id);
    if (buf_failed(&path))
        err = error_set(e, ERR_TOO_BIG, "runs: the search text is too long");
    for (size_t i = 0; i < list->count && !err; i++) {
        struct value *answer = NULL;
        if (!is_named(&list->rows[i], only))
            continue;
        asked++;
        err = get(&list->rows[i], buf_str(&path), &answer, e);
        if (!err)
            err = take_runs(answer, list->rows[i].name, all, e);
        free(kept);
        kept = mem_strdup(value_get_text(answer, "cursor"));
        value_free(answer);
    }
    if (!err && asked == 0)
        err = error_set(e, ERR_NOT_FOUND, "runtime %s: not known",
                        only ? only : "(any)");
    value_set(out, "data", all);
    value_set_text(out, "cursor", asked == 1 ? kept : NULL);
    free(kept);
    buf_clear(&path);
    return err;
}

static void
hide_payloads(struct value *out)
{
    struct value *all = value_array();
    const struct value *data = value_get(out, "data");
    for (size_t i = 0; i < value_size(data); i++)
        value_append(all, run_without_payloads(value_at(data, i)));
    value_set(out, "data", all);
}

enum err
remote_runs(struct manager *m, const struct run_query *query,
            struct value **out, struct error *e)
{
    struct installation_list one = {.count = 0};
    struct runtime_list list;
    enum err err = manager_runtime_list(m, &list, e);
    *out = value_object();
    if (!err)
        err = run_may_find(m, query->find, e);
    if (!err && query->installation)
        err = manager_installation_show(m, query->installation, &one, e);
    if (!err)
        err = collect(&list, query,
                      one.count ? one.rows[0].runtime : query->runtime,
                      one.count ? one.rows[0].id : NULL, *out, e);
    if (!err && manager_may_see_payloads(m, NULL) != ERR_OK)
        hide_payloads(*out);
    if (query->installation)
        installation_list_clear(&one);
    runtime_list_clear(&list);
    if (err) {
        value_free(*out);
        *out = NULL;
    }
    return err;
}

enum err
remote_run(struct manager *m, const char *runtime, const char *run_id,
           struct value **out, struct error *e)
{
    struct runtime_list list;
    struct buf path;
    enum err err = manager_runtime_list(m, &list, e);
    *out = NULL;
    buf_init(&path, PATH_MAX_BYTES);
    if (!err)
        err = manager_may_see_payloads(m, e);
    if (!err && !ident_is(run_id))
        err = error_set(e, ERR_NOT_FOUND,
                        "run %s: not 24 hexadecimal digits (see run list)",
                        run_id);
    buf_addf(&path, "/manage/v1/runs/%s?", run_id);
    add_text(&path, "actor", manager_actor(m));
    if (!err)
        err =
            error_set(e, ERR_NOT_FOUND, "run %s: no runtime knows it", run_id);
    for (size_t i = 0; i < list.count && err == ERR_NOT_FOUND; i++)
        if (is_named(&list.rows[i], runtime) && ident_is(run_id))
            err = get(&list.rows[i], buf_str(&path), out, e);
    buf_clear(&path);
    runtime_list_clear(&list);
    return err;
}
