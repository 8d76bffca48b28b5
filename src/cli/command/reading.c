/* Reading from runtimes. */
#include "cli/command/reading.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/percent.h"
#include "remote/client.h"

enum { TOKEN_MAX = 4096, PATH_BYTES = 4096 };

static enum err
read_token(const struct runtime_row *r, char **token, struct error *e)
{
    struct buf text;
    *token = NULL;
    if (!r->read_token_file || !*r->read_token_file)
        return error_set(e, ERR_INVALID,
                         "runtime %s: no read token (tailor runtime set %s "
                         "--read-token-file FILE)",
                         r->name, r->name);
    buf_init(&text, TOKEN_MAX);
    enum err rc = file_read(r->read_token_file, &text, e);
    if (rc == ERR_OK)
        *token = mem_strndup(buf_str(&text), strcspn(buf_str(&text), "\r\n"));
    else
        error_prefix(e, "runtime %s: read token", r->name);
    if (text.data)
        explicit_bzero(text.data, text.len);
    buf_clear(&text);
    return rc;
}

enum err
reading_get(const struct runtime_row *r, const char *path, struct value **body,
            struct error *e)
{
    char *token = NULL;
    *body = NULL;
    enum err rc = read_token(r, &token, e);
    if (rc != ERR_OK)
        return rc;
    const struct client_target target = {.name = r->name,
                                         .url = r->url,
                                         .ca_file = r->ca_file,
                                         .pin = r->pin,
                                         .token = token};
    const struct client_request request = {.method = "GET", .path = path};
    struct client *client = client_new();
    rc = client_fetch(client, &target, &request, body, e);
    client_free(client);
    explicit_bzero(token, strlen(token));
    free(token);
    return rc;
}

enum err
reading_run(struct cli *cli, const char *id, struct value **run,
            struct error *e)
{
    const char *only = cli_option(cli, "runtime");
    const char *actor = manager_actor(cli->manager);
    struct runtime_list list = {.count = 0};
    struct buf path;
    *run = NULL;
    buf_init(&path, PATH_BYTES);
    buf_adds(&path, "/manage/v1/runs/");
    percent_encode(&path, id, strlen(id));
    buf_adds(&path, "?actor=");
    percent_encode(&path, actor, strlen(actor));
    enum err rc = manager_may_see_payloads(cli->manager, e);
    if (rc == ERR_OK)
        rc = manager_runtime_list(cli->manager, &list, e);
    if (rc == ERR_OK)
        rc = error_set(e, ERR_NOT_FOUND, "run %s: no runtime has it", id);
    for (size_t i = 0; rc == ERR_NOT_FOUND && i < list.count; i++) {
        if (!only || strcmp(only, list.rows[i].name) == 0)
            rc = reading_get(&list.rows[i], buf_str(&path), run, e);
    }
    runtime_list_clear(&list);
    buf_clear(&path);
    return rc;
}
