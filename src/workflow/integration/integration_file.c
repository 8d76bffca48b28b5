/* The integration file. */
#include "workflow/integration/integration_file.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "workflow/validate/validate.h"

#define FILE_FORMAT 1

static const char *const file_keys[] = {"format", "key",       "name",    "app",
                                        "icon",   "workflows", "samples", NULL};
static const char *const workflow_keys[] = {"key", "name", "document", NULL};
static const char *const sample_keys[] = {"event", "name", "body", NULL};

static enum err
only_keys(const struct value *v, const char *const *keys, const char *place,
          struct error *e)
{
    if (!value_is(v, VALUE_OBJECT))
        return error_set(e, ERR_INVALID, "%s: an object is expected", place);
    for (size_t i = 0; i < value_size(v); i++) {
        const char *key = value_key(v, i, NULL);
        size_t k = 0;
        while (keys[k] && strcmp(keys[k], key) != 0)
            k++;
        if (!keys[k])
            return error_set(e, ERR_INVALID, "%s: unknown key \"%.60s\"", place,
                             key);
    }
    return ERR_OK;
}

/* A slug: small letters, digits and "-". */
static enum err
check_key(const char *key, const char *place, struct error *e)
{
    if (!key || !*key || strlen(key) > 100 ||
        strspn(key, "abcdefghijklmnopqrstuvwxyz0123456789-") != strlen(key))
        return error_set(e, ERR_INVALID,
                         "%s: \"key\" has 1 to 100 small letters, digits and -",
                         place);
    return ERR_OK;
}

static enum err
check_name(const char *name, const char *place, struct error *e)
{
    char *visible = text_visible_dup(name ? name : "");
    bool fine = name && *name && strlen(name) <= DOCUMENT_MAX_NAME &&
                strcmp(visible, name) == 0;
    free(visible);
    return fine ? ERR_OK
                : error_set(e, ERR_INVALID,
                            "%s: \"name\" has 1 to %d bytes and no control "
                            "characters",
                            place, DOCUMENT_MAX_NAME);
}

static void
pin_app(struct value *pins, const struct connector_set *set, const char *app)
{
    const struct connector *c = app ? connector_set_app(set, app) : NULL;
    if (c && !value_get(pins, app))
        value_set_text(pins, app, connector_hash(c));
}

/* Pins the apps that DOCUMENT uses, where it says nothing of connectors. */
static struct value *
pinned(const struct value *document, const struct connector_set *set)
{
    struct value *copy = value_copy(document);
    struct document *d;
    struct value *pins;
    if (!value_is(copy, VALUE_OBJECT) || value_get(copy, "connectors") ||
        document_from_value(&d, value_copy(copy), NULL))
        return copy;
    pins = value_object();
    for (size_t i = 0; i < d->count; i++) {
        const struct block *b = &d->blocks[i];
        if (*block_text(b, "app"))
            pin_app(pins, set, block_text(b, "app"));
        pin_app(pins, set, value_get_text(block_field(b, "auth"), "app"));
    }
    value_set(copy, "connectors", pins);
    document_free(d);
    return copy;
}

static enum err
read_workflow(struct integration_file *f, const struct value *v,
              const struct connector_set *set, struct error *e)
{
    struct integration_workflow *w = &f->workflows[f->workflow_count];
    w->key = value_get_text(v, "key");
    w->name = value_get_text(v, "name");
    enum err err = only_keys(v, workflow_keys, "workflow", e);
    if (!err)
        err = check_key(w->key, "workflow", e);
    if (!err)
        err = check_name(w->name, w->key, e);
    for (size_t i = 0; !err && i < f->workflow_count; i++)
        if (strcmp(f->workflows[i].key, w->key) == 0)
            err = error_set(e, ERR_INVALID, "%s: two workflows have this key",
                            w->key);
    if (err)
        return err;
    err = document_from_value(&w->document,
                              pinned(value_get(v, "document"), set), e);
    if (err)
        return error_prefix(e, "%s", w->key);
    f->workflow_count++;
    return ERR_OK;
}

static enum err
read_sample(struct integration_file *f, const struct value *v, struct error *e)
{
    struct integration_sample *s = &f->samples[f->sample_count];
    enum err err = only_keys(v, sample_keys, "sample", e);
    s->event = value_get_text(v, "event");
    s->name = value_get_text(v, "name");
    s->body = value_get(v, "body");
    if (!err)
        err = check_name(s->event, "sample event", e);
    if (!err)
        err = check_name(s->name, "sample", e);
    if (!err && !s->body)
        err = error_set(e, ERR_INVALID, "sample %s: \"body\" is missing",
                        s->name);
    f->sample_count += !err;
    return err;
}

static enum err
read_head(struct integration_file *f, struct error *e)
{
    int64_t format = value_int_or(value_get(f->root, "format"), 0);
    if (format > FILE_FORMAT)
        return error_set(e, ERR_NEWER,
                         "its format is later than %d (use a newer tailor)",
                         FILE_FORMAT);
    enum err err = only_keys(f->root, file_keys, "integration", e);
    if (!err && format != FILE_FORMAT)
        err = error_set(e, ERR_INVALID, "\"format\" must be %d", FILE_FORMAT);
    f->key = value_get_text(f->root, "key");
    f->name = value_get_text(f->root, "name");
    f->app = value_get_text(f->root, "app");
    f->icon = value_text_or(value_get(f->root, "icon"), "");
    if (!err)
        err = check_key(f->key, "integration", e);
    if (!err)
        err = check_name(f->name, "integration", e);
    return err ? err : check_key(f->app, "integration app", e);
}

static enum err
read_all(struct integration_file *f, const struct connector_set *set,
         struct error *e)
{
    const struct value *workflows = value_get(f->root, "workflows");
    const struct value *samples = value_get(f->root, "samples");
    enum err err = read_head(f, e);
    if (!err && (!value_is(workflows, VALUE_ARRAY) || !value_size(workflows)))
        err = error_set(e, ERR_INVALID, "\"workflows\" must list at least one");
    f->workflows = mem_array(value_size(workflows), sizeof *f->workflows);
    f->samples = mem_array(value_size(samples), sizeof *f->samples);
    for (size_t i = 0; !err && i < value_size(workflows); i++)
        err = read_workflow(f, value_at(workflows, i), set, e);
    for (size_t i = 0; !err && i < value_size(samples); i++)
        err = read_sample(f, value_at(samples, i), e);
    return err;
}

enum err
integration_file_parse(struct integration_file **out, const char *text,
                       size_t n, const char *name,
                       const struct connector_set *set, struct error *e)
{
    struct integration_file *f = mem_alloc(sizeof *f);
    *out = NULL;
    enum err err =
        value_read(&f->root, text, n, &value_limits_document, name, e);
    if (!err) {
        err = read_all(f, set, e);
        if (err)
            error_prefix(e, "%s", name);
    }
    if (err)
        integration_file_free(f);
    else
        *out = f;
    return err;
}

void
integration_file_free(struct integration_file *f)
{
    if (!f)
        return;
    for (size_t i = 0; i < f->workflow_count; i++)
        document_free(f->workflows[i].document);
    free(f->workflows);
    free(f->samples);
    value_free(f->root);
    free(f);
}

void
integration_file_validate(const struct integration_file *f,
                          const struct connector_set *set,
                          struct problem_list *out)
{
    for (size_t i = 0; i < f->workflow_count; i++) {
        struct problem_list own;
        problem_list_init(&own);
        validate_draft(f->workflows[i].document, set, &own);
        for (size_t p = 0; p < own.count; p++) {
            const struct problem *found = &own.items[p];
            char *block = mem_printf("%s%s%s", f->workflows[i].key,
                                     found->block ? " > " : "",
                                     found->block ? found->block : "");
            problem_add(out, found->severity, found->block_id, block,
                        found->field, "%s", found->text);
            free(block);
        }
        problem_list_clear(&own);
    }
}
