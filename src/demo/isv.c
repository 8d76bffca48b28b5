/* The demo as the ISV's backend and as the looker at the stand-in. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "demo/demo.h"
#include "remote/client.h"

static enum err
call(struct demo_world *w, const char *name, const char *url, const char *token,
     const char *method, const char *path, struct value *body,
     struct value **out, struct error *e)
{
    char *text = body ? value_to_text(body) : NULL;
    const struct client_target target = {
        .name = name, .url = url, .ca_file = w->ca, .token = token};
    const struct client_request request = {.method = method,
                                           .path = path,
                                           .body = text,
                                           .body_len = text ? strlen(text) : 0};
    enum err err = client_fetch(w->client, &target, &request, out, e);
    if (err != ERR_OK)
        error_prefix(e, "%s %s", method, path);
    free(text);
    value_free(body);
    return err;
}

enum err
demo_api(struct demo_world *w, const char *method, const char *path,
         struct value *body, struct value **out, struct error *e)
{
    char *dated = mem_printf("/2024-03%s", path);
    enum err err =
        call(w, "runtime", w->url, w->api_key, method, dated, body, out, e);
    free(dated);
    return err;
}

enum err
demo_standin(struct demo_world *w, const char *path, struct value **out,
             struct error *e)
{
    return call(w, "stand-in", w->standin_url, "none", "GET", path, NULL, out,
                e);
}

struct value *
demo_isv_credential(const struct demo_world *w)
{
    struct value *v = value_object();
    value_set_text(v, "host", strstr(w->standin_url, "//") + 2);
    value_set_text(v, "token", "demo-isv-token");
    return v;
}
