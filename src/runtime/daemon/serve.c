/* The daemon, and the making of its state. */
#include "runtime/daemon/serve.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/mem.h"
#include "http/selfsigned.h"
#include "runtime/access/auth.h"
#include "runtime/core/core.h"
#include "runtime/daemon/control.h"
#include "runtime/daemon/modes.h"
#include "runtime/daemon/restore.h"
#include "runtime/daemon/vault_check.h"
#include "runtime/executor/executor.h"
#include "runtime/executor/retention.h"
#include "runtime/outbound/vault.h"
#include "runtime/runtime.h"
#include "store/runtime.h"
#include "value/value.h"

struct daemon {
    struct runtime runtime;
    struct core *core;
    struct http_server *server;
    struct control *control;
};

/* The first thing in a store that was just opened. */
static enum err
store_opened(struct core *core, struct error *e)
{
    struct runtime *r = core_runtime(core);
    struct db_stmt *q = db_use(core_db(core), RS_META_GET);
    db_text(q, "runtimeId");
    if (db_row(q))
        snprintf(r->id, sizeof r->id, "%s", db_get_text(q));
    enum err err = db_end(q, e);
    retention_start(core);
    return err == ERR_OK ? executor_opened(core, e) : err;
}

/* The vault, the executor, and where calls go instead. */
static enum err
open_inside(struct daemon *d, const struct config *config, struct error *e)
{
    char *keys = runtime_path(&d->runtime, "vault.keys");
    const char *hosts = config->connector_hosts;
    enum err err = vault_open(&d->runtime.vault, keys, e);
    free(keys);
    if (err == ERR_OK && hosts)
        err = value_read(&d->runtime.connector_hosts, hosts, strlen(hosts),
                         &value_limits_document, "connectorHosts", e);
    d->runtime.executor = executor_new();
    return err;
}

static enum err
open_core(struct daemon *d, const struct config *config, struct error *e)
{
    struct outbound_options outbound = {
        .ca_file = config->ca_file,
        .own_ca_only = config->own_ca_only,
        .allow_loopback = config->allow_loopback,
        .allow = (const char *const *)config->allow,
    };
    char *store = runtime_path(&d->runtime, "tailord.db");
    struct core_options options = {
        .runtime = &d->runtime,
        .store = store,
        .outbound = &outbound,
        .opened = store_opened,
        .closed = executor_closed,
    };
    enum err err = core_new(&d->core, &options, e);
    free(store);
    if (err == ERR_OK) {
        restore_remove_parts(db_path(core_db(d->core)));
        err = restore_opened(core_db(d->core), e);
    }
    if (err == ERR_OK)
        err = vault_check(core_db(d->core), d->runtime.vault, e);
    return err;
}

static enum err
open_server(struct daemon *d, const struct config *config, struct error *e)
{
    struct http_options options = {
        .listen = config->listen,
        .certificate = config->certificate,
        .key = config->key,
        .max_connections = config->max_connections,
        .request_ms = config->request_ms,
        .idle_ms = config->idle_ms,
        .queued = core_wakeup,
        .ctx = d->core,
    };
    enum err err = http_server_start(&d->server, &options, e);
    if (err != ERR_OK)
        return err;
    d->runtime.server = d->server;
    if (!d->runtime.public_url)
        d->runtime.public_url =
            mem_printf("https://%s", http_server_address(d->server));
    return ERR_OK;
}

static enum err
open_control(struct daemon *d, const struct config *config, struct error *e)
{
    struct command_place place = {.db = core_db(d->core),
                                  .core = d->core,
                                  .server = d->server,
                                  .runtime = &d->runtime};
    return control_start(&d->control, d->runtime.state, &place, config->stop_ms,
                         e);
}

/* Threads inherit the mask, so that only the control thread sees signals. */
static void
block_signals(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    sigprocmask(SIG_BLOCK, &set, NULL);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* a full quota is an error, not an end */
}

enum err
serve(const struct config *config, struct error *e)
{
    struct daemon d = {0};
    block_signals();
    enum err err = modes_repair(config->state, e);
    if (err == ERR_OK)
        err = runtime_open(&d.runtime, config->state, config->public_url, e);
    d.runtime.min_free = (uint64_t)config->min_free_mb << 20;
    if (err == ERR_OK)
        err = open_inside(&d, config, e);
    if (err == ERR_OK)
        err = open_core(&d, config, e);
    if (err == ERR_OK)
        err = open_server(&d, config, e);
    if (err == ERR_OK)
        err = open_control(&d, config, e);
    if (err == ERR_OK) {
        printf("listening https://%s\n", http_server_address(d.server));
        fflush(stdout);
        log_event(LOG_INFO, "listening", "address",
                  http_server_address(d.server), "version", TAILOR_VERSION,
                  NULL);
        err = core_run(d.core, d.server, e);
    }
    control_stop(d.control);
    http_server_free(d.server);
    core_free(d.core);
    executor_free(d.runtime.executor);
    vault_close(d.runtime.vault);
    value_free(d.runtime.connector_hosts);
    runtime_close(&d.runtime);
    return err;
}

/* --- making the state ----------------------------------------------------- */

static enum err
write_token(struct db *db, const char *state, enum rt_token_kind kind,
            const char *file, int environment, struct error *e)
{
    char token[AUTH_TOKEN_SIZE];
    enum err err = auth_token_add(db, kind, "console", environment, token, e);
    if (err == ERR_OK) {
        char *path = mem_printf("%s/%s", state, file);
        err = file_write(path, token, strlen(token), 0600, e);
        free(path);
    }
    return err;
}

static enum err
fill_store(struct db *db, const char *state, int environment, struct error *e)
{
    char id[IDENT_SIZE];
    ident_new(id);
    enum err err = db_begin(db, e);
    if (err == ERR_OK) {
        struct db_stmt *q = db_use(db, RS_META_SET);
        db_text(q, "runtimeId");
        db_text(q, id);
        err = db_run(q, e);
    }
    if (err == ERR_OK)
        err = write_token(db, state, TOKEN_MANAGE, "manage.token", environment,
                          e);
    if (err == ERR_OK)
        err = write_token(db, state, TOKEN_READ, "read.token", environment, e);
    if (err == ERR_OK)
        err = db_commit(db, e);
    else
        db_rollback(db);
    return err;
}

enum err
serve_init(const struct config *config, int environment, struct error *e)
{
    struct db *db = NULL;
    if (mkdir(config->state, 0700) != 0 && errno != EEXIST)
        return error_errno(e, ERR_IO, config->state);
    char *store = mem_printf("%s/tailord.db", config->state);
    enum err err =
        db_open(&db, store, &runtime_schema, DB_CREATE | DB_EXCLUSIVE, e);
    free(store);
    if (err == ERR_OK)
        err = fill_store(db, config->state, environment, e);
    db_close(db);
    if (err == ERR_OK)
        err = selfsigned_write(config->state, e);
    return err;
}
