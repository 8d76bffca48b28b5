/* Every customer becomes a user, connects NetSuite and installs. */
#include "demo/install.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { BATCH = 500 };

static struct value *
user_json(const struct demo_customer *c)
{
    struct value *v = value_object();
    value_set_text(v, "username", c->username);
    value_set_text(v, "fullName", c->name);
    return v;
}

static enum err
make_users(struct demo_world *w, struct error *e)
{
    enum err err = ERR_OK;
    for (unsigned from = 0; err == ERR_OK && from < w->count; from += BATCH) {
        struct value *body = value_object();
        struct value *users = value_array();
        for (unsigned i = from; i < w->count && i < from + BATCH; i++)
            value_append(users, user_json(&w->customers[i]));
        value_set(body, "users", users);
        err = demo_api(w, "POST", "/users/batch", body, NULL, e);
    }
    return err;
}

enum err
demo_connect(struct demo_world *w, const struct demo_customer *c,
             const char *type, struct value *data, struct error *e)
{
    struct value *body = value_object();
    struct value *credential = value_object();
    value_set_text(credential, "type", type);
    value_set(credential, "data", data);
    value_set_text(body, "userId", c->username);
    value_set(body, "credential", credential);
    return demo_api(w, "POST", "/headless/credentials", body, NULL, e);
}

enum err
demo_install(struct demo_world *w, const struct demo_customer *c,
             const char *integration_id, struct error *e)
{
    struct value *started = NULL;
    struct value *body = value_object();
    value_set_text(body, "userId", c->username);
    value_set_text(body, "integrationId", integration_id);
    enum err err =
        demo_api(w, "POST", "/headless/startInstallation", body, &started, e);
    if (err == ERR_OK) {
        body = value_object();
        value_set_text(body, "installationId",
                       value_get_text(started, "installationId"));
        value_set(body, "data", value_array());
        err = demo_api(w, "POST", "/headless/completeInstallation", body, NULL,
                       e);
    }
    value_free(started);
    return err;
}

/* The id of the integration KEY in this store. */
static enum err
integration_id(struct demo_world *w, const char *key, char **id,
               struct error *e)
{
    struct value *v = NULL;
    enum err err = demo_tailor(w, &v, e, "integration", "show", key, NULL);
    if (err == ERR_OK)
        *id = mem_strdup(value_get_text(v, "integrationId"));
    value_free(v);
    return err;
}

enum err
demo_install_all(struct demo_world *w, const char *integration, struct error *e)
{
    char *id = NULL;
    enum err err = demo_tailor(w, NULL, e, "sync", NULL);
    if (err == ERR_OK)
        err = integration_id(w, integration, &id, e);
    if (err == ERR_OK)
        err = make_users(w, e);
    for (unsigned i = 0; err == ERR_OK && i < w->count; i++) {
        const struct demo_customer *c = &w->customers[i];
        err = demo_connect(w, c, "netsuite", demo_credential(c), e);
        if (err == ERR_OK)
            err = demo_install(w, c, id, e);
    }
    free(id);
    return err;
}
