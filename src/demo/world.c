/* Building and ending the demo's world. */
#include <errno.h>
#include <ftw.h>
#include <glob.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/program.h"
#include "demo/demo.h"
#include "remote/client.h"
#include "remote/lock.h"

enum { START_MS = 20000 };

static const char *const integrations[] = {"netsuite-order-to-cash",
                                           "order-sync"};

static void
name_customers(struct demo_world *w)
{
    static const char *const names[] = {
        "EnterpriseCo", "Globex",       "Initech",
        "Soylent GmbH", "Umbrella Ltd", "M\xc3\xbcller & S\xc3\xb6hne"};
    static const char *const users[] = {"enterpriseco", "globex",   "initech",
                                        "soylent",      "umbrella", "mueller"};
    w->customers = mem_array(w->count, sizeof *w->customers);
    for (unsigned i = 0; i < w->count; i++) {
        struct demo_customer *c = &w->customers[i];
        if (i < sizeof names / sizeof names[0]) {
            snprintf(c->name, sizeof c->name, "%s", names[i]);
            snprintf(c->username, sizeof c->username, "%s", users[i]);
        } else {
            snprintf(c->name, sizeof c->name, "Customer %03u Ltd", i + 1);
            snprintf(c->username, sizeof c->username, "customer-%03u", i + 1);
        }
        snprintf(c->account, sizeof c->account, "DEMO%04u", i + 1);
    }
}

struct value *
demo_credential(const struct demo_customer *c)
{
    char text[64];
    struct value *v = value_object();
    value_set_text(v, "account", c->account);
    snprintf(text, sizeof text, "demo-consumer-%.31s", c->account);
    value_set_text(v, "consumerKey", text);
    snprintf(text, sizeof text, "demo-consumer-secret-%.31s", c->account);
    value_set_text(v, "consumerSecret", text);
    snprintf(text, sizeof text, "demo-token-%.31s", c->account);
    value_set_text(v, "tokenId", text);
    snprintf(text, sizeof text, "demo-token-secret-%.31s", c->account);
    value_set_text(v, "tokenSecret", text);
    return v;
}

/* Writes V as the file NAME in the world's folder; *PATH receives where. */
static enum err
write_json(struct demo_world *w, const char *name, struct value *v, char **path,
           struct error *e)
{
    char *text = value_to_text(v);
    *path = mem_printf("%s/%s", w->dir, name);
    enum err err = file_write(*path, text, strlen(text), 0600, e);
    free(text);
    value_free(v);
    return err;
}

/* The URL in the line that the process P prints first. */
static enum err
read_url(struct demo_world *w, struct process *p, char **url, struct error *e)
{
    struct buf line;
    buf_init(&line, 65536);
    enum err err = process_line(p, &line, w->log, e);
    if (err == ERR_OK) {
        const char *at = strstr(buf_str(&line), "https://");
        *url = at ? mem_strndup(at, strcspn(at, "\" ")) : NULL;
        if (!*url)
            err = error_set(e, ERR_FAILED, "%s: printed no URL: %s", p->name,
                            buf_str(&line));
    }
    buf_clear(&line);
    return err;
}

static enum err
start_standin(struct demo_world *w, struct error *e)
{
    char *config = NULL;
    struct value *v = value_object();
    struct value *accounts = value_array();
    for (unsigned i = 0; i < w->count; i++)
        value_append(accounts, demo_credential(&w->customers[i]));
    value_set(v, "accounts", accounts);
    value_set_text(v, "isvToken", "demo-isv-token");
    value_set_int(v, "purchaseOrders", 2000);
    value_set_int(v, "seed", 7);
    enum err err = write_json(w, "standin.json", v, &config, e);
    if (err == ERR_OK) {
        char *program = program_path("tailor-standin");
        char *cert = mem_printf("%s/runtime/certificate.pem", w->dir);
        char *key = mem_printf("%s/runtime/key.pem", w->dir);
        char *const argv[] = {program,
                              (char[]){"--config"},
                              config,
                              (char[]){"--listen"},
                              (char[]){"127.0.0.1:0"},
                              (char[]){"--certificate"},
                              cert,
                              (char[]){"--key"},
                              key,
                              NULL};
        err = process_start(&w->standin, "tailor-standin", argv, w->log, e);
        if (err == ERR_OK)
            err = read_url(w, &w->standin, &w->standin_url, e);
        free(program);
        free(cert);
        free(key);
    }
    free(config);
    return err;
}

/* Runs "tailord VERB … --state DIR/runtime". */
static enum err
tailord_command(struct demo_world *w, char *const *words, size_t n,
                struct buf *out, struct error *e)
{
    char *argv[12] = {NULL};
    char *program = program_path("tailord");
    char *state = mem_printf("%s/runtime", w->dir);
    size_t count = 0;
    argv[count++] = program;
    for (size_t i = 0; i < n; i++)
        argv[count++] = words[i];
    argv[count++] = (char[]){"--state"};
    argv[count++] = state;
    enum err err = process_run("tailord", argv, w->log, out, e);
    free(program);
    free(state);
    return err;
}

/* A port of 127.0.0.1 that is free now: the runtime keeps it over restarts,
 * so that the console's store need not learn a new address. */
static int
free_port(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return 0;
    if (bind(fd, (struct sockaddr *)&address, len) != 0 ||
        getsockname(fd, (struct sockaddr *)&address, &len) != 0)
        address.sin_port = 0;
    close(fd);
    return ntohs(address.sin_port);
}

static struct value *
runtime_config(struct demo_world *w)
{
    char listen_at[32];
    struct value *v = value_object();
    struct value *outbound = value_object();
    struct value *hosts = value_object();
    char *state = mem_printf("%s/runtime", w->dir);
    char *cert = mem_printf("%s/certificate.pem", state);
    char *key = mem_printf("%s/key.pem", state);
    value_set_text(v, "state", state);
    snprintf(listen_at, sizeof listen_at, "127.0.0.1:%d", free_port());
    value_set_text(v, "listen", listen_at);
    value_set_text(v, "certificate", cert);
    value_set_text(v, "key", key);
    value_set_text(outbound, "caFile", w->ca);
    value_set_bool(outbound, "ownCaOnly", true);
    value_set_bool(outbound, "allowLoopback", true);
    value_set(v, "outbound", outbound);
    value_set_text(hosts, "netsuite", w->standin_url);
    value_set(v, "connectorHosts", hosts);
    free(state);
    free(cert);
    free(key);
    return v;
}

static enum err
start_runtime(struct demo_world *w, struct error *e)
{
    char *config = NULL;
    enum err err = write_json(w, "tailord.json", runtime_config(w), &config, e);
    if (err == ERR_OK) {
        char *program = program_path("tailord");
        char *const argv[] = {program, (char[]){"--config"}, config, NULL};
        err = process_start(&w->runtime, "tailord", argv, w->log, e);
        if (err == ERR_OK)
            err = read_url(w, &w->runtime, &w->url, e);
        free(program);
    }
    free(config);
    return err;
}

/* An API key for the ISV's backend; tailord prints it once. */
static enum err
make_api_key(struct demo_world *w, struct error *e)
{
    struct buf out;
    char *const words[] = {(char[]){"apikey"}, (char[]){"add"},
                           (char[]){"demo"}, (char[]){"--environment"},
                           (char[]){"production"}};
    buf_init(&out, 65536);
    enum err err = tailord_command(w, words, 5, &out, e);
    if (err == ERR_OK)
        w->api_key = mem_strndup(buf_str(&out), strcspn(buf_str(&out), "\n"));
    buf_clear(&out);
    return err;
}

/* Writes TEXT to PATH with the ISV's address replaced by the stand-in's. */
static enum err
write_localised(const struct demo_world *w, const char *text, const char *path,
                struct error *e)
{
    static const char isv[] = "https://api.example.com";
    struct buf out;
    buf_init_any(&out);
    for (const char *at; (at = strstr(text, isv)) != NULL;
         text = at + sizeof isv - 1) {
        buf_add(&out, text, (size_t)(at - text));
        buf_adds(&out, w->standin_url ? w->standin_url : isv);
    }
    buf_adds(&out, text);
    enum err err = file_write(path, buf_str(&out), out.len, 0600, e);
    buf_clear(&out);
    return err;
}

/* Adds the file PATH by `tailor NOUN add`. */
static enum err
add_file(struct demo_world *w, const char *noun, const char *path,
         struct error *e)
{
    struct buf text;
    char *copy = mem_printf("%s/%s", w->dir, strrchr(path, '/') + 1);
    buf_init(&text, 16 << 20);
    enum err err = file_read(path, &text, e);
    if (err == ERR_OK)
        err = write_localised(w, buf_str(&text), copy, e);
    if (err == ERR_OK)
        err = demo_tailor(w, NULL, e, noun, "add", copy, NULL);
    buf_clear(&text);
    free(copy);
    return err;
}

/* Adds every shipped file of FOLDER ("connectors") by `tailor NOUN add`. */
static enum err
add_shipped(struct demo_world *w, const char *noun, const char *folder,
            struct error *e)
{
    bool installed = access(TAILOR_DATADIR, R_OK) == 0;
    char *pattern = mem_printf(
        "%s/%s/*.json", installed ? TAILOR_DATADIR : TAILOR_SRCDATADIR, folder);
    glob_t files = {0};
    enum err err = glob(pattern, 0, NULL, &files) == 0
                       ? ERR_OK
                       : error_set(e, ERR_NOT_FOUND, "%s: no file", pattern);
    for (size_t i = 0; err == ERR_OK && i < files.gl_pathc; i++)
        err = add_file(w, noun, files.gl_pathv[i], e);
    globfree(&files);
    free(pattern);
    return err;
}

static enum err
make_store(struct demo_world *w, struct error *e)
{
    enum err err = demo_tailor(w, NULL, e, "store", "init", NULL);
    if (err == ERR_OK)
        err = add_shipped(w, "connector", "connectors", e);
    return err == ERR_OK ? add_shipped(w, "integration", "integrations", e)
                         : err;
}

/* Makes the runtime known and offers the integrations there. */
static enum err
publish(struct demo_world *w, struct error *e)
{
    char *token = mem_printf("%s/runtime/manage.token", w->dir);
    char *read_token = mem_printf("%s/runtime/read.token", w->dir);
    enum err err = demo_tailor(w, NULL, e, "runtime", "add", "demo", w->url,
                               "--environment", "production", "--ca", w->ca,
                               "--token-file", token, "--read-token-file",
                               read_token, NULL);
    for (size_t i = 0; err == ERR_OK && i < 2; i++)
        err = demo_tailor(w, NULL, e, "integration", "publish", integrations[i],
                          "demo", NULL);
    free(token);
    free(read_token);
    return err;
}

static enum err
start_sync(struct demo_world *w, struct error *e)
{
    char *const argv[] = {w->tailor,        (char[]){"--store"},  w->store,
                          (char[]){"sync"}, (char[]){"--follow"}, NULL};
    int64_t deadline = clock_monotonic_ms() + START_MS;
    enum err err = process_start(&w->sync, "tailor sync", argv, w->log, e);
    while (err == ERR_OK && !sync_lock_is_held(w->store)) {
        const struct timespec pause = {.tv_nsec = 2000000};
        if (clock_monotonic_ms() > deadline)
            err =
                error_set(e, ERR_FAILED, "tailor sync: did not start in time");
        nanosleep(&pause, NULL);
    }
    return err;
}

static enum err
make_folder(struct demo_world *w, const char *dir, struct error *e)
{
    char pattern[] = "/tmp/tailor-demo-XXXXXX";
    if (!dir) {
        w->own_dir = true;
        if (!mkdtemp(pattern))
            return error_errno(e, ERR_IO, pattern);
        w->dir = mem_strdup(pattern);
    } else {
        if (mkdir(dir, 0700) != 0 && errno != EEXIST)
            return error_errno(e, ERR_IO, dir);
        char *absolute = realpath(dir, NULL);
        if (!absolute)
            return error_errno(e, ERR_IO, dir);
        w->dir = absolute;
    }
    w->log = mem_printf("%s/log", w->dir);
    w->store = mem_printf("%s/store.db", w->dir);
    w->ca = mem_printf("%s/runtime/ca.pem", w->dir);
    if (access(w->store, F_OK) == 0)
        return error_set(e, ERR_CONFLICT,
                         "%s: holds a store already (name another folder, or "
                         "remove this one)",
                         w->dir);
    return ERR_OK;
}

/* An empty world in its folder. */
static enum err
prepare(struct demo_world *w, const struct demo_options *options,
        struct error *e)
{
    *w = (struct demo_world){.quiet = options->quiet || options->json};
    w->standin.out = w->runtime.out = w->sync.out = -1;
    w->tailor = program_path("tailor");
    return make_folder(w, options->dir, e);
}

enum err
demo_world_store(struct demo_world *w, const struct demo_options *options,
                 struct error *e)
{
    enum err err = prepare(w, options, e);
    return err == ERR_OK ? make_store(w, e) : err;
}

enum err
demo_world_start(struct demo_world *w, const struct demo_options *options,
                 struct error *e)
{
    char *const init[] = {(char[]){"init"}};
    enum err err = prepare(w, options, e);
    w->count = options->installations ? options->installations : 100;
    w->client = client_new();
    name_customers(w);
    if (err == ERR_OK)
        err = tailord_command(w, init, 1, NULL, e);
    if (err == ERR_OK)
        err = start_standin(w, e);
    if (err == ERR_OK)
        err = start_runtime(w, e);
    if (err == ERR_OK)
        err = make_api_key(w, e);
    if (err == ERR_OK)
        err = make_store(w, e);
    if (err == ERR_OK)
        err = start_sync(w, e);
    if (err == ERR_OK)
        err = publish(w, e);
    return err;
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st;
    (void)type;
    (void)ftw;
    return remove(path);
}

void
demo_world_stop(struct demo_world *w)
{
    process_stop(&w->sync);
    process_stop(&w->runtime);
    process_stop(&w->standin);
    client_free(w->client);
    if (w->own_dir && w->dir)
        nftw(w->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    free(w->dir);
    free(w->log);
    free(w->tailor);
    free(w->store);
    free(w->url);
    free(w->ca);
    free(w->api_key);
    free(w->standin_url);
    free(w->customers);
    *w = (struct demo_world){.count = 0};
}
