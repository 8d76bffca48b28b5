/* Large bodies: a thread reads them, so that what comes after them is done
 * before. */
#include <curl/curl.h>
#include <pthread.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "runtime/access/auth.h"
#include "runtime/executor/retention.h"
#include "runtime/installed/lookup.h"
#include "store/runtime.h"
#include "tests/unit/runtime/runtime.h"

enum { LARGE = 100 * 1024, WAIT_MS = 10000 };

static struct world w;

/* Where clients call. */
static struct front {
    struct http_server *server;
    char key[AUTH_TOKEN_SIZE];
} front;

/* A client with a thread of its own. */
struct client {
    pthread_t thread;
    const char *key;
    struct buf body;
    long status;
};

static void
front_start(void)
{
    struct error e = {0};
    char *certificate = runtime_path(&w.runtime, "certificate.pem");
    char *key = runtime_path(&w.runtime, "key.pem");
    struct http_options o = {
        .listen = "127.0.0.1:0", .certificate = certificate, .key = key};
    CHECK_INT(http_server_start(&front.server, &o, &e), ERR_OK);
    CHECK_INT(auth_token_add(core_db(w.core), TOKEN_API_KEY, "test",
                             ENVIRONMENT_DEVELOPMENT, front.key, &e),
              ERR_OK);
    free(certificate);
    free(key);
}

static size_t
drop_answer(char *data, size_t size, size_t n, void *ctx)
{
    (void)data;
    (void)ctx;
    return size * n;
}

static void *
post(void *ctx)
{
    struct client *c = ctx;
    CURL *curl = curl_easy_init();
    char *url =
        mem_printf("https://%s/run/event", http_server_address(front.server));
    char *ca = runtime_path(&w.runtime, "ca.pem");
    char *key = mem_printf("Authorization: Bearer %s", c->key);
    struct curl_slist *headers =
        curl_slist_append(NULL, "Content-Type: application/json");
    headers = curl_slist_append(headers, "Expect:");
    headers = curl_slist_append(headers, key);
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_CAINFO, ca);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, drop_answer);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, buf_str(&c->body));
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)c->body.len);
    if (curl_easy_perform(curl) == CURLE_OK)
        curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &c->status);
    curl_slist_free_all(headers);
    curl_easy_cleanup(curl);
    free(url);
    free(ca);
    free(key);
    return NULL;
}

/* When a test that waits gives up. */
static int64_t
patience(void)
{
    return clock_monotonic_ms() + WAIT_MS * world_patience();
}

static uint64_t
queued(void)
{
    struct http_counts n;
    http_server_counts(front.server, &n);
    return n.requests;
}

/* Sends an event of P with BYTES of text and the member "no" NO; it is in the
 * queue afterwards. */
static void
send_event(struct client *c, const struct place *p, const char *key, int no,
           size_t bytes)
{
    uint64_t before = queued();
    int64_t until = patience();
    *c = (struct client){.key = key};
    buf_init(&c->body, 1 << 20);
    buf_addf(&c->body,
             "{\"userId\":\"%s\", \"data\": {\"no\" : %d, \"text\":\"", p->user,
             no);
    for (size_t i = 0; i < bytes; i++)
        buf_addc(&c->body, 'x');
    buf_adds(&c->body, "\"}, \"event\":\"go\"}");
    CHECK_INT(pthread_create(&c->thread, NULL, post, c), 0);
    while (queued() == before && clock_monotonic_ms() < until)
        usleep(1000);
    CHECK_INT(queued(), before + 1);
}

static void
tick(void)
{
    struct error e = {0};
    CHECK_INT(core_tick(w.core, front.server, 1, &e), ERR_OK);
}

/* How many requests the core has done. */
static uint64_t
done(void)
{
    struct core_counts n;
    core_get_counts(w.core, &n);
    return n.requests;
}

static void
end(struct client *c, int status)
{
    pthread_join(c->thread, NULL);
    CHECK_INT(c->status, status);
    buf_clear(&c->body);
}

static void
tick_until_done(uint64_t count)
{
    for (int64_t until = patience();
         done() < count && clock_monotonic_ms() < until;)
        tick();
    CHECK_INT(done(), count);
}

/* Sabotage: let is_for_thread() of do_job.c find no body large. */
static void
a_little_one_passes_a_large_one(void)
{
    struct place p;
    struct client large, little;
    place_install(&w, &p, world_document(&w, WORKFLOW("", "")));
    uint64_t before = done();
    send_event(&large, &p, front.key, 1, LARGE);
    send_event(&little, &p, front.key, 2, 1);
    tick();
    CHECK_INT(done(), before + 1);
    tick_until_done(before + 2);
    end(&little, 200);
    end(&large, 200);
}

/* Sabotage: let route_reads_body() of route.c not call auth_check(). */
static void
a_stranger_s_body_is_not_read(void)
{
    struct place p;
    struct client stranger;
    char key[AUTH_TOKEN_SIZE];
    place_install(&w, &p, world_document(&w, WORKFLOW("", "")));
    auth_token_make(key, "tlrk");
    uint64_t before = done();
    send_event(&stranger, &p, key, 1, LARGE);
    tick();
    CHECK_INT(done(), before + 1);
    tick_until_done(before + 1);
    end(&stranger, 401);
}

/* --- where it is kept ----------------------------------------------------- */

/* The bytes of COLUMN of row N of TABLE, -1 where there are none. */
static int64_t
bytes_of(const char *table, const char *column, int64_t n)
{
    struct buf head;
    int64_t bytes = 0;
    buf_init(&head, 1);
    CHECK_INT(db_read_text(core_db(w.core), table, column, n, 0, 0, &head,
                           &bytes, NULL),
              ERR_OK);
    buf_clear(&head);
    return bytes;
}

static enum err
row_of_run(struct core *core, void *ctx, struct error *e)
{
    struct db_stmt *q = db_use(core_db(core), RS_RUN_N);
    db_text(q, ((void **)ctx)[0]);
    return db_run_int(q, ((void **)ctx)[1], NULL, e);
}

static enum err
erase(struct core *core, void *ctx, struct error *e)
{
    bool more;
    return retention_erase(core, *(int64_t *)ctx, &more, e);
}

static enum err
erase_logs(struct core *core, void *ctx, struct error *e)
{
    int64_t user = 0, position = 0;
    enum err err = lookup_user(core_db(core), 0, ctx, &user, e);
    return err == ERR_OK ? retention_erase_user(core, user, &position, e) : err;
}

/* Runs an event with a long input; the row of its run. */
static int64_t
run_long(const struct place *p)
{
    struct buf data;
    int64_t n = 0;
    buf_init(&data, LARGE);
    buf_addf(&data, "{'no':'%05000d'}", 1);
    char *id = place_event(&w, p, buf_str(&data));
    void *both[] = {id, &n};
    struct shown s = run_finish(&w, id);
    CHECK_INT(s.state, RUN_DONE);
    CHECK_INT(world_do(&w, row_of_run, both), ERR_OK);
    CHECK_INT(bytes_of("run", "input", n), 0);
    CHECK_INT(bytes_of("run_input", "text", n), (int64_t)data.len);
    free(s.steps);
    free(id);
    buf_clear(&data);
    return n;
}

static void
check_erased(int64_t n)
{
    CHECK_INT(bytes_of("run", "input", n), (int64_t)strlen("null"));
    CHECK_INT(bytes_of("run_input", "text", n), -1);
}

/* The row of a run changes at each turn, and SQLite writes all of it anew then.
 * Sabotage: let add_run() of accept.c find nothing long; leave EXPIRE_INPUT out
 * of erase_payload(). */
static void
a_long_input_has_a_row_of_its_own(void)
{
    struct place p;
    int64_t later = clock_now_ms() + 8LL * 24 * 3600 * 1000;
    place_install(&w, &p, world_document(&w, WORKFLOW("", "")));
    int64_t n = run_long(&p);
    CHECK_INT(world_do(&w, erase, &later), ERR_OK);
    check_erased(n);
    n = run_long(&p);
    CHECK_INT(world_do(&w, erase_logs, p.user), ERR_OK);
    check_erased(n);
}

/* --- runs whose input is gone --------------------------------------------- */

/* How the input of a run goes. */
enum gone { ERASED, EXPIRED, LOST, GONE_WAYS };

static enum err
drop_row(struct core *core, void *ctx, struct error *e)
{
    struct db_stmt *q = db_use(core_db(core), RS_EXPIRE_INPUT);
    db_int(q, *(int64_t *)ctx);
    return db_run(q, e);
}

static enum err
drop_payload(struct core *core, void *ctx, struct error *e)
{
    struct db_stmt *q = db_use(core_db(core), RS_EXPIRE_RUN);
    db_int(q, *(int64_t *)ctx);
    enum err err = db_run(q, e);
    return err == ERR_OK ? drop_row(core, ctx, e) : err;
}

static void
lose_input(struct place *p, int64_t n, enum gone way)
{
    int64_t later = clock_now_ms() + 8LL * 24 * 3600 * 1000;
    CHECK_INT(way == ERASED    ? world_do(&w, erase_logs, p->user)
              : way == EXPIRED ? world_do(&w, erase, &later)
                               : world_do(&w, drop_row, &n),
              ERR_OK);
}

static char *
send_of_length(const struct place *p, int digits, int64_t *n)
{
    char *data = mem_printf("{'no':1,'list':[0],'x':'%0*d'}", digits, 1);
    char *id = place_event(&w, p, data);
    void *both[] = {id, n};
    CHECK_INT(world_do(&w, row_of_run, both), ERR_OK);
    free(data);
    return id;
}

/* The input of a run that ended as STATE goes, and a retry does not begin. */
static void
retry_is_refused(struct place *p, int digits, enum gone way, int state)
{
    int64_t n = 0;
    char *id = send_of_length(p, digits, &n);
    struct shown s = run_finish(&w, id);
    CHECK_INT(s.state, state);
    free(s.steps);
    lose_input(p, n, way);
    world_expect(&w, "retry", mem_printf("[{'runId':'%s'}]", id), "refused");
    s = run_look(&w, id);
    CHECK_INT(s.state, state);
    free(s.steps);
    free(id);
}

/* Sabotage: leave input out of RUN_RETRY. */
static void
a_run_without_its_input_is_not_retried(void)
{
    struct place p, aside;
    place_install(
        &w, &p,
        world_document(&w, WORKFLOW("", BLOCK(10, "math", "A",
                                              "'formula':'=no/0'"))));
    place_install(
        &w, &aside,
        world_document(
            &w, WORKFLOW("", BLOCK(11, "iterate", "I",
                                   "'list':'list','onError':'setAside',"
                                   "'blocks':[" BLOCK(12, "math", "B",
                                                      "'formula':'=1/@'") "]"))));
    for (int way = ERASED; way < GONE_WAYS; way++) {
        retry_is_refused(&p, 5000, way, RUN_FAILED);
        if (way == LOST)
            continue; /* a short input has no row of its own */
        retry_is_refused(&p, 1, way, RUN_FAILED);
        retry_is_refused(&aside, 1, way, RUN_DONE);
    }
}

/* Whatever took it. Sabotage: leave check_input() out of prepare() of
 * load.c. */
static void
a_run_without_its_input_does_not_begin(void)
{
    struct place p;
    place_install(&w, &p, world_document(&w, WORKFLOW("", "")));
    for (int way = 0; way < 3; way++) {
        int64_t n = 0;
        char *where = mem_printf("[{'installationId':'%s'}]", p.installation);
        world_expect(&w, "pause", mem_strdup(where), "paused");
        char *id = send_of_length(&p, way == 0 ? 1 : 5000, &n);
        CHECK_INT(world_do(&w, way == 2 ? drop_row : drop_payload, &n), ERR_OK);
        world_expect(&w, "resume", where, "resumed");
        struct shown s = run_finish(&w, id);
        CHECK_INT(s.state, RUN_FAILED);
        CHECK_HAS(s.message, "payload");
        free(s.steps);
        free(id);
    }
}

static const struct test tests[] = {
    {"a little body passes a large one", a_little_one_passes_a_large_one},
    {"a long input has a row of its own", a_long_input_has_a_row_of_its_own},
    {"a run without its input is not retried",
     a_run_without_its_input_is_not_retried},
    {"a run without its input does not begin",
     a_run_without_its_input_does_not_begin},
    {"a stranger's body is not read", a_stranger_s_body_is_not_read},
    {NULL, NULL}};

void
test_runtime_bodies(void)
{
    world_start(&w);
    front_start();
    test_run("bodies", tests);
    http_server_free(front.server);
    world_stop(&w);
    failed_tests += test_failures;
}
