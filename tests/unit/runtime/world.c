/* The small world of the runtime's tests. */
#include <dirent.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/file.h"
#include "base/mem.h"
#include "http/selfsigned.h"
#include "runtime/outbound/vault.h"
#include "store/runtime.h"
#include "tests/unit/runtime/runtime.h"
#include "workflow/connector/connector.h"
#include "workflow/document/document.h"

enum { WAIT_MS = 30000 };

static void
must(enum err err, const struct error *e)
{
    if (err != ERR_OK) {
        printf("# the world broke: %s\n", e->text);
        exit(1);
    }
}

/* --- the outside --------------------------------------------------------- */

static void
count_effect(struct world *w, const char *key)
{
    for (size_t i = 0; i < w->effect_count; i++)
        if (strcmp(w->effects[i].key, key) == 0) {
            w->effects[i].calls++;
            return;
        }
    if (w->effect_count == 512)
        return;
    struct effect_count *x = &w->effects[w->effect_count++];
    snprintf(x->key, sizeof x->key, "%s", key);
    x->calls = 1;
}

static void
answer_outside(struct world *w, struct http_request *r)
{
    struct http_answer a;
    struct value *v = value_object();
    const char *key = http_request_header(r, "Idempotency-Key");
    bool dead = w->dead && strcmp(r->path, w->dead) == 0;
    bool fails = dead || w->fail_next > 0;
    void (*before)(struct world * w) = w->before;
    w->before = NULL;
    w->calls++;
    if (before)
        before(w);
    if (w->watch && dead)
        w->watch(key ? key : "none");
    if (fails && !dead)
        w->fail_next--;
    else if (!fails)
        count_effect(w, key ? key : *r->body ? r->body : "none");
    value_set_text(v, "got", r->body);
    if (http_request_query(r, "replace"))
        value_set_text(v, "replace", http_request_query(r, "replace"));
    if (w->echo)
        value_set_text(v, "echo", http_request_header(r, "Authorization"));
    http_answer_init(&a, fails ? 503 : w->status ? w->status : 201);
    http_answer_json(&a, a.status, v);
    if (w->retry_after)
        http_answer_header(&a, "Retry-After", w->retry_after);
    if (w->date)
        http_answer_header(&a, "Date", w->date);
    if (w->coding)
        http_answer_header(&a, "Content-Encoding", w->coding);
    if (w->type)
        a.content_type = w->type;
    if (w->body) {
        buf_reset(&a.body);
        buf_adds(&a.body, w->body);
    }
    http_request_answer(r, &a);
}

static void
hold(struct world *w, struct http_request *r)
{
    w->held[w->held_count++] = r;
    if (w->held_count > w->held_most)
        w->held_most = w->held_count;
}

void
world_let_go(struct world *w)
{
    size_t n = w->held_count;
    w->held_count = 0;
    for (size_t i = 0; i < n; i++)
        answer_outside(w, w->held[i]);
}

int
world_calls_with(const struct world *w, int no)
{
    char *begin = mem_printf("{\"no\":%d,", no);
    int calls = 0;
    for (size_t i = 0; i < w->effect_count; i++)
        if (strncmp(w->effects[i].key, begin, strlen(begin)) == 0)
            calls += w->effects[i].calls;
    free(begin);
    return calls;
}

void
world_tick(struct world *w)
{
    struct error e = {0};
    struct http_request *r;
    world_in_core(true);
    must(core_tick(w->core, NULL, 1, &e), &e);
    world_in_core(false);
    while ((r = http_server_next(w->server, 0))) {
        bool keeps = w->arrived++ >= w->silent_after && w->silent;
        bool too = w->silent_too && strcmp(r->path, w->silent_too) == 0;
        if (keeps && (too || strcmp(r->path, w->silent) == 0) &&
            w->held_count < 512)
            hold(w, r);
        else
            answer_outside(w, r);
    }
}

long
world_patience(void)
{
    const char *patience = getenv("TEST_PATIENCE");
    return patience ? strtol(patience, NULL, 10) : 1;
}

void
world_until(struct world *w, bool (*done)(struct world *w, void *ctx),
            void *ctx)
{
    int64_t until = clock_monotonic_ms() + WAIT_MS * world_patience();
    bool is_done = done(w, ctx);
    while (!is_done && clock_monotonic_ms() < until) {
        world_tick(w);
        is_done = done(w, ctx);
    }
    CHECK(is_done);
}

/* --- the core ------------------------------------------------------------ */

static enum err
opened(struct core *core, struct error *e)
{
    struct world *w = (struct world *)(void *)((char *)core_runtime(core) -
                                               offsetof(struct world, runtime));
    enum err err = executor_opened(core, e);
    if (err == ERR_OK && w->opened)
        err = w->opened(core, w->opened_ctx, e);
    w->opened = NULL;
    return err;
}

static void
open_core(struct world *w)
{
    struct error e = {0};
    char *store = runtime_path(&w->runtime, "tailord.db");
    char *ca = runtime_path(&w->runtime, "ca.pem");
    struct outbound_options outbound = {
        .own_ca_only = true, .ca_file = ca, .allow_loopback = true};
    struct core_options options = {.runtime = &w->runtime,
                                   .store = store,
                                   .outbound = &outbound,
                                   .opened = opened};
    w->runtime.executor = executor_new();
    executor_set_backoff(w->runtime.executor, 5);
    must(core_new(&w->core, &options, &e), &e);
    free(store);
    free(ca);
}

static void
close_core(struct world *w)
{
    core_free(w->core);
    executor_free(w->runtime.executor);
}

size_t
world_log_size(const struct world *w)
{
    struct stat st = {0};
    char *path = mem_printf("%s/tailord.db-wal", w->folder);
    CHECK_INT(stat(path, &st), 0);
    free(path);
    return (size_t)st.st_size;
}

void
world_crash(struct world *w)
{
    close_core(w);
    open_core(w);
}

/* The store is closed: all of it is in one file. */
static char *
closed_store(struct world *w)
{
    char *log = runtime_path(&w->runtime, "tailord.db-wal");
    CHECK(access(log, F_OK) != 0);
    free(log);
    return runtime_path(&w->runtime, "tailord.db");
}

void
world_crash_and_change(struct world *w, const char *sql)
{
    sqlite3 *handle = NULL;
    close_core(w);
    char *path = closed_store(w);
    CHECK_INT(sqlite3_open(path, &handle), SQLITE_OK);
    CHECK_INT(sqlite3_exec(handle, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(handle);
    free(path);
    open_core(w);
}

void
world_back_up(struct world *w, struct buf *out)
{
    struct error e = {0};
    close_core(w);
    char *path = closed_store(w);
    buf_init(out, 64 << 20);
    must(file_read(path, out, &e), &e);
    free(path);
    open_core(w);
}

void
world_put_back(struct world *w, const struct buf *store)
{
    struct error e = {0};
    close_core(w);
    char *path = closed_store(w);
    must(file_write(path, store->data, store->len, 0600, &e), &e);
    free(path);
    open_core(w);
}

void
world_start(struct world *w)
{
    struct error e = {0};
    struct db *db = NULL;
    *w = (struct world){0};
    snprintf(w->folder, sizeof w->folder, "/tmp/tailor-runtime-XXXXXX");
    if (!mkdtemp(w->folder))
        exit(1);
    must(runtime_open(&w->runtime, w->folder, "https://localhost", &e), &e);
    must(selfsigned_write(w->folder, &e), &e);
    char *keys = runtime_path(&w->runtime, "vault.keys");
    must(vault_open(&w->runtime.vault, keys, &e), &e);
    if (vault_key_no(w->runtime.vault) == 0)
        must(vault_rotate(w->runtime.vault, &e), &e);
    char *store = runtime_path(&w->runtime, "tailord.db");
    must(db_open(&db, store, &runtime_schema, DB_CREATE | DB_EXCLUSIVE, &e),
         &e);
    db_close(db);
    char *certificate = runtime_path(&w->runtime, "certificate.pem");
    char *key = runtime_path(&w->runtime, "key.pem");
    struct http_options http = {
        .listen = "127.0.0.1:0", .certificate = certificate, .key = key};
    must(http_server_start(&w->server, &http, &e), &e);
    w->host = mem_strdup(http_server_address(w->server));
    free(certificate);
    free(key);
    free(keys);
    free(store);
    open_core(w);
}

void
world_stop(struct world *w)
{
    struct dirent *entry;
    DIR *folder = opendir(w->folder);
    core_free(w->core);
    executor_free(w->runtime.executor);
    vault_close(w->runtime.vault);
    http_server_free(w->server);
    while (folder && (entry = readdir(folder))) {
        char *path = mem_printf("%s/%s", w->folder, entry->d_name);
        if (entry->d_name[0] != '.')
            unlink(path);
        free(path);
    }
    closedir(folder);
    rmdir(w->folder);
    runtime_close(&w->runtime);
    free(w->host);
}

/* --- commands ------------------------------------------------------------ */

struct doing {
    struct world *w;
    struct core_work work;
    enum err code;
    struct error e;
    bool done;
    pthread_mutex_t lock;
};

static void *
do_in_thread(void *ctx)
{
    struct doing *d = ctx;
    enum err err = core_do(d->w->core, d->work, &d->e);
    pthread_mutex_lock(&d->lock);
    d->code = err;
    d->done = true;
    pthread_mutex_unlock(&d->lock);
    return NULL;
}

static bool
is_done(struct doing *d)
{
    pthread_mutex_lock(&d->lock);
    bool done = d->done;
    pthread_mutex_unlock(&d->lock);
    return done;
}

enum err
world_do(struct world *w,
         enum err (*run)(struct core *core, void *ctx, struct error *e),
         void *ctx)
{
    pthread_t thread;
    struct doing d = {.w = w,
                      .work = {.run = run, .ctx = ctx},
                      .lock = PTHREAD_MUTEX_INITIALIZER};
    pthread_create(&thread, NULL, do_in_thread, &d);
    while (!is_done(&d))
        world_tick(w);
    pthread_join(thread, NULL);
    if (d.code != ERR_OK)
        printf("# %s\n", d.e.text);
    return d.code;
}

/* --- requests ------------------------------------------------------------- */

static struct value *
read_quoted(const char *text)
{
    struct value *v = NULL;
    struct error e = {0};
    char *copy = mem_strdup(text);
    for (char *p = copy; *p; p++)
        if (*p == '\'')
            *p = '"';
    must(value_read(&v, copy, strlen(copy), &value_limits_event, "test", &e),
         &e);
    free(copy);
    return v;
}

struct asking {
    struct value *request, *receipt;
};

static enum err
ask(struct core *core, void *ctx, struct error *e)
{
    struct asking *a = ctx;
    return receipts_decide(core, 0, a->request, &a->receipt, e);
}

struct value *
world_request(struct world *w, const char *key, const char *kind,
              const char *items)
{
    char fresh[IDENT_SIZE];
    struct asking a = {.request = value_object()};
    ident_new(fresh);
    value_set_text(a.request, "key", key ? key : fresh);
    value_set_text(a.request, "kind", kind);
    value_set_text(a.request, "actor", "alice");
    value_set(a.request, "items", read_quoted(items));
    world_do(w, ask, &a);
    value_free(a.request);
    return a.receipt;
}

/* --- content -------------------------------------------------------------- */

struct putting {
    const char *hash, *kind;
    const struct buf *text;
};

static enum err
put(struct core *core, void *ctx, struct error *e)
{
    struct putting *p = ctx;
    struct db_stmt *q = db_use(core_db(core), RS_DOCUMENT_PUT);
    db_text(q, p->hash);
    db_text(q, p->kind);
    db_text_n(q, p->text->data, p->text->len);
    return db_run(q, e);
}

const char *
world_document(struct world *w, const char *json)
{
    static char hash[DIGEST_SIZE];
    struct error e = {0};
    struct buf text;
    struct value *v = read_quoted(json);
    bool connector = value_get(v, "app") != NULL;
    buf_init(&text, 1 << 20);
    if (connector) {
        struct connector *c = NULL;
        must(connector_from_value(&c, v, &e), &e);
        connector_write(c, &text);
        connector_free(c);
    } else {
        struct document *d = NULL;
        must(document_from_value(&d, v, &e), &e);
        document_write(d, &text);
        document_free(d);
    }
    digest_hex(hash, text.data, text.len);
    struct putting p = {hash, connector ? "connector" : "workflow", &text};
    CHECK_INT(world_do(w, put, &p), ERR_OK);
    buf_clear(&text);
    return hash;
}

struct counting {
    int statement;
    int64_t n, result;
};

static enum err
count(struct core *core, void *ctx, struct error *e)
{
    struct counting *c = ctx;
    struct db_stmt *q = db_use(core_db(core), c->statement);
    db_int(q, c->n);
    return db_run_int(q, &c->result, NULL, e);
}

int64_t
world_int(struct world *w, int statement, int64_t n)
{
    struct counting c = {statement, n, -1};
    world_do(w, count, &c);
    return c.result;
}

static enum err
count_runs(struct core *core, void *ctx, struct error *e)
{
    struct db_stmt *q = db_use(core_db(core), RS_RUN_COUNTS);
    rs_run_counts_next(q, ctx);
    return db_end(q, e);
}

int64_t
world_runs(struct world *w, int state)
{
    struct rs_run_counts c = {0};
    CHECK_INT(world_do(w, count_runs, &c), ERR_OK);
    return rt_run_count(&c, state);
}
