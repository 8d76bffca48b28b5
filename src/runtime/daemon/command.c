/* The commands of tailord that work on its store. */
#include "runtime/daemon/command.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/part.h"
#include "http/server.h"
#include "runtime/access/auth.h"
#include "runtime/access/origin.h"
#include "runtime/daemon/restore.h"
#include "runtime/daemon/user_remove.h"
#include "runtime/daemon/vault_check.h"
#include "runtime/outbound/vault.h"
#include "store/runtime.h"

enum { SLICE_PAGES = 256 }; /* 1 MB */

static const char *
argument(const struct value *arguments, size_t i)
{
    return value_text_or(value_at(arguments, i), "");
}

static const char *
option(const struct value *arguments, const char *name)
{
    const struct value *options =
        value_at(arguments, value_size(arguments) - 1);
    return value_get_text(options, name);
}

static enum err
environment_of(const struct value *arguments, int *out, struct error *e)
{
    const char *word = option(arguments, "environment");
    *out = word ? rt_environment_of_word(word) : ENVIRONMENT_PRODUCTION;
    if (*out < 0)
        return error_set(e, ERR_USAGE,
                         "environment %s: not known (development or "
                         "production)",
                         word);
    return ERR_OK;
}

/* --- keys ----------------------------------------------------------------- */

static enum err
add_key(const struct command_place *p, enum rt_token_kind kind,
        const struct value *arguments, struct value **out, struct error *e)
{
    char token[AUTH_TOKEN_SIZE];
    int environment;
    enum err err = environment_of(arguments, &environment, e);
    if (err == ERR_OK)
        err = auth_token_add(p->db, kind, argument(arguments, 0), environment,
                             token, e);
    if (err == ERR_OK)
        *out = value_string(token);
    return err;
}

static enum err
list_keys(const struct command_place *p, enum rt_token_kind kind,
          struct value **out, struct error *e)
{
    struct value *list = value_array();
    struct db_stmt *q = db_use(p->db, RS_TOKEN_LIST);
    db_int(q, kind);
    struct rs_listed_token t;
    while (rs_listed_token_next(q, &t)) {
        char time[CLOCK_TEXT_SIZE];
        struct value *v = value_object();
        clock_format(time, t.created_at);
        value_set_text(v, "name", t.name);
        value_set_text(v, "environment",
                       rt_environment_word((int)t.environment));
        value_set_text(v, "createdAt", time);
        value_append(list, v);
    }
    *out = value_object();
    value_set(*out, "data", list);
    return db_end(q, e);
}

static enum err
apikey_add(const struct command_place *p, const struct value *arguments,
           struct value **out, struct error *e)
{
    return add_key(p, TOKEN_API_KEY, arguments, out, e);
}

static enum err
apikey_list(const struct command_place *p, const struct value *arguments,
            struct value **out, struct error *e)
{
    (void)arguments;
    return list_keys(p, TOKEN_API_KEY, out, e);
}

static enum err
apikey_remove(const struct command_place *p, const struct value *arguments,
              struct value **out, struct error *e)
{
    (void)out;
    return auth_token_remove(p->db, TOKEN_API_KEY, argument(arguments, 0), e);
}

/* Tokens of the console; "manage" may change, "read" only looks. */
static enum err
token_kind(const struct value *arguments, enum rt_token_kind *kind,
           struct error *e)
{
    const char *word = argument(arguments, 0);
    *kind = strcmp(word, "read") == 0 ? TOKEN_READ : TOKEN_MANAGE;
    if (*kind == TOKEN_MANAGE && strcmp(word, "manage") != 0)
        return error_set(e, ERR_USAGE,
                         "token %s: no such kind (manage or read)", word);
    return ERR_OK;
}

static enum err
token_add(const struct command_place *p, const struct value *arguments,
          struct value **out, struct error *e)
{
    enum rt_token_kind kind;
    char token[AUTH_TOKEN_SIZE];
    int environment;
    enum err err = token_kind(arguments, &kind, e);
    if (err == ERR_OK)
        err = environment_of(arguments, &environment, e);
    if (err == ERR_OK)
        err = auth_token_add(p->db, kind, argument(arguments, 1), environment,
                             token, e);
    if (err == ERR_OK)
        *out = value_string(token);
    return err;
}

static enum err
token_list(const struct command_place *p, const struct value *arguments,
           struct value **out, struct error *e)
{
    enum rt_token_kind kind;
    enum err err = token_kind(arguments, &kind, e);
    return err == ERR_OK ? list_keys(p, kind, out, e) : err;
}

static enum err
token_remove(const struct command_place *p, const struct value *arguments,
             struct value **out, struct error *e)
{
    enum rt_token_kind kind;
    enum err err = token_kind(arguments, &kind, e);
    (void)out;
    return err == ERR_OK
               ? auth_token_remove(p->db, kind, argument(arguments, 1), e)
               : err;
}

/* --- origins -------------------------------------------------------------- */

static enum err
origin_add(const struct command_place *p, const struct value *arguments,
           struct value **out, struct error *e)
{
    (void)out;
    return origin_list_add(p->db, argument(arguments, 0), e);
}

static enum err
origin_list(const struct command_place *p, const struct value *arguments,
            struct value **out, struct error *e)
{
    struct value *list = value_array();
    struct db_stmt *q = db_use(p->db, RS_ORIGIN_LIST);
    (void)arguments;
    while (db_row(q)) {
        struct value *v = value_object();
        value_set_text(v, "url", db_get_text(q));
        value_append(list, v);
    }
    *out = value_object();
    value_set(*out, "data", list);
    return db_end(q, e);
}

static enum err
origin_remove(const struct command_place *p, const struct value *arguments,
              struct value **out, struct error *e)
{
    (void)out;
    return origin_list_remove(p->db, argument(arguments, 0), e);
}

/* --- the store ------------------------------------------------------------ */

static enum err
check(const struct command_place *p, const struct value *arguments,
      struct value **out, struct error *e)
{
    (void)arguments;
    enum err err = db_check(p->db, e);
    if (err == ERR_OK)
        *out = value_string("ok");
    return err;
}

/* One slice of a copy, on the core's thread. */
struct slice {
    const char *path;
    struct db_copy *copy;
    bool done;
};

static enum err
copy_slice(struct core *core, void *ctx, struct error *e)
{
    struct slice *s = ctx;
    enum err err =
        s->copy ? ERR_OK : db_copy_begin(core_db(core), s->path, &s->copy, e);
    if (err == ERR_OK)
        err = db_copy_step(s->copy, SLICE_PAGES, &s->done, e);
    if (s->copy && (s->done || err != ERR_OK))
        db_copy_stop(s->copy);
    return err;
}

/* Between two slices the core serves everybody else. */
static enum err
copy_in_slices(struct core *core, const char *path, struct error *e)
{
    struct slice s = {.path = path};
    enum err err = ERR_OK;
    while (err == ERR_OK && !s.done)
        err = core_do(
            core,
            (struct core_work){.run = copy_slice, .ctx = &s, .outside = true},
            e);
    if (err == ERR_OK)
        err = db_sync(path, e);
    if (err != ERR_OK && s.copy) {
        db_copy_stop(s.copy); /* where the core has ended, it did not */
        unlink(path);
    }
    db_copy_free(s.copy);
    return err;
}

static enum err
backup(const struct command_place *p, const struct value *arguments,
       struct value **out, struct error *e)
{
    const char *path = argument(arguments, 0);
    enum err err = part_check_free(path, e);
    if (err != ERR_OK)
        return err;
    /* No copy has its name before it says that it is one. */
    char *part = part_name(path);
    err =
        p->core ? copy_in_slices(p->core, part, e) : db_backup(p->db, part, e);
    if (err == ERR_OK) {
        err = restore_mark(part, e);
        if (err == ERR_OK)
            err = part_finish(part, path, e);
        else
            unlink(part);
    }
    if (err == ERR_OK)
        *out = value_string(path);
    free(part);
    return err;
}

/* Both are done in any case: neither waits until the other is repaired. */
enum err
daemon_reload(const struct command_place *p, struct error *e)
{
    struct error own;
    enum err err = http_server_reload(p->server, &own);
    enum err trust = core_reload_trust(p->core, e);
    if (err == ERR_OK)
        return trust;
    *e = own;
    return error_prefix(e, "the certificate in use stays");
}

static enum err
reload(const struct command_place *p, const struct value *arguments,
       struct value **out, struct error *e)
{
    (void)arguments;
    (void)out;
    return daemon_reload(p, e);
}

/* --- the table ------------------------------------------------------------ */

static const struct command rows[] = {
#define D(noun, verb, function, usage, flags, help)                            \
    {noun, verb, usage, help, flags},
#define L(noun, verb, function, usage, help) {noun, verb, usage, help, 0},
#include "runtime/daemon/commands.def"
#undef L
#undef D
};

static daemon_function *const functions[] = {
#define D(noun, verb, function, usage, flags, help) function,
#define L(noun, verb, function, usage, help) NULL,
#include "runtime/daemon/commands.def"
#undef L
#undef D
};

static const struct command_global globals[] = {
#define G(id, name, value, help) {name, value},
#include "runtime/daemon/globals.def"
#undef G
};

struct command_table
daemon_table(void)
{
    return (struct command_table){.program = "tailord",
                                  .rows = rows,
                                  .count = sizeof rows / sizeof *rows,
                                  .globals = globals,
                                  .global_count =
                                      sizeof globals / sizeof *globals};
}

daemon_function *
daemon_function_of(const struct command *c)
{
    return functions[c - rows];
}

char *
daemon_command_words(const struct command *c)
{
    return mem_printf("%s%s%s", c->noun, *c->verb ? " " : "", c->verb);
}

const struct command *
daemon_command_named(const char *words)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *own = daemon_command_words(&rows[i]);
        bool same = functions[i] && strcmp(own, words) == 0;
        free(own);
        if (same)
            return &rows[i];
    }
    return NULL;
}
