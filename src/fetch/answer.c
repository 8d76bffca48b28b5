/* Answering questions: a GET call with the runtime's read token. */
#include "fetch/answer.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "fetch/shape.h"

enum { FACTS_MAX = 8 << 20, TOKEN_MAX = 4096, PATH_MOST = 16384 };

enum err
answerer_open(struct answerer *a, int fd, struct error *e)
{
    struct buf text;
    *a = (struct answerer){.client = NULL};
    buf_init(&text, FACTS_MAX);
    enum err err = file_read_fd(fd, "facts", &text, e);
    if (err == ERR_OK)
        err = value_read(&a->facts, buf_str(&text), text.len,
                         &value_limits_document, "facts", e);
    buf_clear(&text);
    const char *version = value_get_text(a->facts, "version");
    if (err == ERR_OK && !text_equal(version, TAILOR_VERSION))
        err =
            error_set(e, ERR_REFUSED,
                      "tailor-fetch: this is version %s, asked by %s (end the "
                      "session and begin another)",
                      TAILOR_VERSION, version ? version : "none");
    a->who.actor = value_text_or(value_get(a->facts, "actor"), "");
    a->who.payloads = value_bool_or(value_get(a->facts, "payloads"), false);
    a->client = client_new();
    return err;
}

void
answerer_close(struct answerer *a)
{
    client_free(a->client);
    value_free(a->facts);
}

/* --- one question --------------------------------------------------------- */

static enum err
find_runtime(const struct answerer *a, const char *name,
             const struct value **out, struct error *e)
{
    const struct value *list = value_get(a->facts, "runtimes");
    for (size_t i = 0; i < value_size(list); i++) {
        *out = value_at(list, i);
        if (text_equal(value_get_text(*out, "name"), name))
            return ERR_OK;
    }
    return error_set(e, ERR_NOT_FOUND,
                     "runtime %s: unknown when this session began (begin "
                     "another)",
                     name ? name : "");
}

static enum err
read_token(const char *name, const char *file, char **token, struct error *e)
{
    struct buf text;
    *token = NULL;
    if (!file || !*file)
        return error_set(e, ERR_INVALID,
                         "runtime %s: no read token (tailor runtime set %s "
                         "--read-token-file FILE)",
                         name, name);
    buf_init(&text, TOKEN_MAX);
    enum err err = file_read(file, &text, e);
    if (err == ERR_OK)
        *token = mem_strndup(buf_str(&text), strcspn(buf_str(&text), "\r\n"));
    else
        error_prefix(e, "runtime %s: read token", name);
    if (text.data)
        explicit_bzero(text.data, text.len);
    buf_clear(&text);
    return err;
}

static enum err
get(struct answerer *a, const struct value *runtime, const char *path,
    struct value **body, struct error *e)
{
    char *token;
    const char *name = value_get_text(runtime, "name");
    enum err err =
        read_token(name, value_get_text(runtime, "token"), &token, e);
    if (err != ERR_OK)
        return err;
    const struct client_target target = {
        .name = name,
        .url = value_text_or(value_get(runtime, "url"), ""),
        .ca_file = value_get_text(runtime, "ca"),
        .pin = value_get_text(runtime, "pin"),
        .token = token};
    const struct client_request request = {.method = "GET", .path = path};
    err = client_fetch(a->client, &target, &request, body, e);
    explicit_bzero(token, strlen(token));
    free(token);
    return err;
}

/* That the token is of the environment that the store has RUNTIME in: one of
 * the other environment reads other customers' runs at the same address. INFO
 * is what the runtime says of itself; NULL: it is asked. */
static enum err
check_environment(struct answerer *a, const struct value *runtime,
                  const struct value *info, struct error *e)
{
    struct value *answer = NULL;
    const char *name = value_get_text(runtime, "name");
    const struct question_rule *rule = &question_rules[QUESTION_INFO];
    enum err err = ERR_OK;
    if (!info) {
        err = get(a, runtime, rule->path, &answer, e);
        if (err == ERR_OK)
            err = shape_check(rule, name, NULL, answer, e);
        info = answer;
    }
    const char *there = value_get_text(info, "environment");
    const char *here = value_get_text(runtime, "environment");
    if (err == ERR_OK && !text_equal(there, here))
        err = error_set(e, ERR_CONFLICT,
                        "runtime %s: its read token is of %s, this store has "
                        "the runtime as %s: nothing was read (name another "
                        "file: tailor runtime set %s --read-token-file FILE)",
                        name, there, here, name);
    value_free(answer);
    return err;
}

/* RUN as somebody sees it who may not see what customers sent. What a runtime
 * of a newer version adds to a run may hold values too: the names of what is
 * shown are listed, not of what is hidden. */
static struct value *
without_payloads(const struct value *run)
{
    static const char *const shown[] = {
        "runId",      "executionId", "installationId", "workflowId",
        "versionId",  "version",     "state",          "parkedFor",
        "event",      "acceptedAt",  "startedAt",      "stoppedAt",
        "blockId",    "setAside",    "nextAttemptAt",  "cursor",
        "parkedTimes"};
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

/* A page of a list, each row stripped. */
static struct value *
strip(struct value *page)
{
    struct value *stripped = value_object(), *rows = value_array();
    const struct value *data = value_get(page, "data");
    const char *cursor = value_get_text(page, "cursor");
    for (size_t i = 0; i < value_size(data); i++)
        value_append(rows, without_payloads(value_at(data, i)));
    value_set(stripped, "data", rows);
    if (cursor)
        value_set_text(stripped, "cursor", cursor);
    value_free(page);
    return stripped;
}

static enum err
ask(struct answerer *a, const struct value *asked, struct value **body,
    struct error *e)
{
    struct buf path;
    const struct question_rule *rule = NULL;
    const struct value *runtime = NULL;
    const struct questioner now = {
        .actor = a->who.actor,
        .payloads = a->who.payloads &&
                    value_bool_or(value_get(asked, "payloads"), false)};
    buf_init(&path, PATH_MOST);
    enum err err =
        question_path(value_get_text(asked, "question"),
                      value_get(asked, "arguments"), &now, &path, &rule, e);
    if (err == ERR_OK)
        err = find_runtime(a, value_get_text(asked, "runtime"), &runtime, e);
    bool is_info = rule == &question_rules[QUESTION_INFO];
    if (err == ERR_OK && !is_info)
        err = check_environment(a, runtime, NULL, e);
    if (err == ERR_OK)
        err = get(a, runtime, buf_str(&path), body, e);
    if (err == ERR_OK)
        err = shape_check(rule, value_get_text(runtime, "name"),
                          value_get(asked, "arguments"), *body, e);
    if (err == ERR_OK && is_info)
        err = check_environment(a, runtime, *body, e);
    if (err == ERR_OK && (rule->rights & STRIPS) && !now.payloads)
        *body = strip(*body);
    buf_clear(&path);
    return err;
}

struct value *
answerer_answer(struct answerer *a, const struct value *asked)
{
    struct error e = {.code = ERR_OK};
    struct value *body = NULL, *v = value_object();
    enum err err = ask(a, asked, &body, &e);
    if (err == ERR_OK) {
        value_set(v, "body", body ? body : value_null());
        return v;
    }
    value_free(body);
    value_set_text(v, "error", err_word(err));
    value_set_text(v, "message", e.text);
    return v;
}
