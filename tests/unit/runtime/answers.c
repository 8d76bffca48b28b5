/* Answers of an app that means ill, or comes at a bad time. */
#include "base/clock.h"
#include "base/mem.h"
#include "runtime/executor/retention.h"
#include "runtime/installed/lookup.h"
#include "store/runtime.h"
#include "tests/unit/runtime/runtime.h"

static struct world w;
static struct place p;

#define BEARER                                                                 \
    ",'authentication':[{'kind':'bearer','label':'T','fields':[{'name':"       \
    "'host','label':'H'},{'name':'token','label':'T','secret':true,"           \
    "'required':true}]},{'kind':'oauth2','label':'O','grant':'"                \
    "clientCredentials','tokenUrl':'https://x.example.com/"                    \
    "t','fields':[{'name':"                                                    \
    "'host','label':'H'}]}]"

static const char one_call[] = WORKFLOW(
    "PIN", BLOCK(10, "math", "A", "'formula':'=1+1'") "," MAKE(11, "M1"));

static void
prepare(const char *more)
{
    char connector[DIGEST_SIZE];
    place_connector(&w, connector, more);
    place_install(&w, &p, place_workflow(&w, connector, one_call));
    w.effect_count = 0;
}

static void
connect_token(const char *kind, const char *field, const char *token)
{
    char *json =
        mem_printf("{\"host\":\"%s\",\"%s\":\"%s\"}", w.host, field, token);
    place_connect(&w, &p, kind, json);
    free(json);
}

static struct shown
run(const char *data)
{
    char *id = place_event(&w, &p, data);
    struct shown s = run_finish(&w, id);
    free(id);
    s.id = NULL;
    return s;
}

/* --- secrets -------------------------------------------------------------- */

static void
tokens_that_nobody_declared(void)
{
    /* Sabotage: let secret_redact() of secret.c take declared fields only. */
    prepare(BEARER);
    connect_token("oauth2", "accessToken", "canary-of-oauth");
    w.echo = true;
    struct shown s = run("{'no':1}");
    CHECK_INT(s.state, RUN_DONE);
    CHECK_HAS(s.steps, "Bearer [redacted]");
    CHECK(!strstr(s.steps, "canary"));
    free(s.steps);
    w.echo = false;
}

#define HEADER_NAME_BYTES 1100

/* Nothing of a request is sent cut. Sabotage: let check_whole() of call.c
 * return ERR_OK. */
static void
a_header_that_does_not_fit_is_not_sent(void)
{
    char *json = mem_printf("{\"host\":\"%s\",\"fieldName\":\"X%0*d\","
                            "\"value\":\"v\"}",
                            w.host, HEADER_NAME_BYTES, 0);
    prepare(",'authentication':[{'kind':'header','label':'H','fields':["
            "{'name':'host','label':'H'},{'name':'fieldName','label':'N',"
            "'required':true},{'name':'value','label':'V','secret':true,"
            "'required':true}]}]");
    place_connect(&w, &p, "header", json);
    struct shown s = run("{'no':1}");
    CHECK_INT(s.state, RUN_FAILED);
    CHECK_HAS(s.message, "the name of the header that signs the call is longer "
                         "than 1024 bytes");
    CHECK_INT(w.effect_count, 0);
    free(s.steps);
    free(json);
}

static void
tokens_that_json_escapes(void)
{
    /* Sabotage: leave secret_redact() out of both answer_read() and
     * write_failure() of answer.c, or spelling_hide() out of that. */
    prepare(BEARER);
    connect_token("bearer", "token", "canary/one/two");
    w.body = "{\"a\":\"canary\\/one\\/two\",\"b\":\"\\u0063anary/one/two\"}";
    struct shown s = run("{'no':1}");
    CHECK_INT(s.state, RUN_DONE);
    CHECK_HAS(s.steps, "{\"a\":\"[redacted]\",\"b\":\"[redacted]\"}");
    free(s.steps);
    w.body = "\"\\u0063anary/one/two\"";
    w.status = 400;
    s = run("{'no':2}");
    CHECK_INT(s.state, RUN_FAILED);
    CHECK(!strstr(s.message, "canary/"));
    CHECK(!strstr(s.steps, "canary/"));
    free(s.steps);
    w.body = "{\"a\":\"canary%252fone&#x2F;two\"}";
    s = run("{'no':3}");
    CHECK_HAS(s.message, "[redacted]");
    CHECK(!strstr(s.message, "canary"));
    CHECK(!strstr(s.steps, "canary"));
    free(s.steps);
    w.body = NULL;
    w.status = 0;
}

/* The digits of the token that a spelling in base64 shares with no other. */
static void
expect_hidden(const char *body, const char *digits)
{
    w.body = body;
    struct shown s = run("{'no':1}");
    CHECK_INT(s.state, RUN_DONE);
    CHECK_HAS(s.steps, "[redacted]");
    CHECK(!strstr(s.steps, digits));
    free(s.steps);
    w.body = NULL;
}

/* Sabotage: add_in_hex() of secret.c, fold() of spelling.c. */
static void
tokens_in_hex_and_either_case(void)
{
    prepare(BEARER);
    connect_token("bearer", "token", "canary/one");
    expect_hidden("{\"a\":\"63616e6172792f6f6e65\"}", "6e6172792f");
    expect_hidden("{\"a\":\"sha 63616E6172792F6F6E65\"}", "6E6172792F");
    expect_hidden("{\"a\":\"CANARY/ONE\"}", "CANARY");
    expect_hidden("{\"a\":\"Canary%2fOne\"}", "Canary");
}

static void
tokens_in_base64(void)
{
    /* Sabotage: leave add_in_base64() of secret.c out for the text or for what
     * is percent-encoded, or let read_letter() of spelling.c keep line ends. */
    prepare(BEARER);
    connect_token("bearer", "token", "canary?one>two~three");
    expect_hidden("{\"a\":\"dXNlcjpjYW5hcnk/\\r\\nb25lPnR3b350aHJlZQ==\"}",
                  "5lPnR3b3");
    expect_hidden("{\"a\":\"YWJjYW5hcnk\\/b25lPnR3b350aHJlZQ==\"}", "cnk\\/");
    expect_hidden("{\"a\":\"Y2FuYXJ5JTNGb25lJTNFdHdvfnRocmVl\"}", "NGb25lJT");
}

static void
connect_another(struct world *world)
{
    (void)world;
    connect_token("bearer", "token", "another-token");
}

static void
a_credential_that_was_replaced_meanwhile(void)
{
    /* Sabotage: let redact() of call_answer.c open what is connected now. */
    prepare(BEARER);
    connect_token("bearer", "token", "canary-of-before");
    w.echo = true;
    w.before = connect_another;
    struct shown s = run("{'no':1}");
    CHECK_INT(s.state, RUN_DONE);
    CHECK(!strstr(s.steps, "canary"));
    free(s.steps);
    w.echo = false;
}

static void
refuse_once(struct world *world)
{
    connect_another(world);
    world->status = 401;
}

static void
accept_again(struct world *world)
{
    world->status = 0;
}

static bool
was_called(struct world *world, void *ctx)
{
    (void)ctx;
    return world->before == NULL;
}

static void
a_refusal_of_the_one_before(void)
{
    /* Sabotage: let take_refused_credential() of call_answer.c mark what is
     * connected now: the run waits for a credential that is there. */
    prepare(BEARER);
    connect_token("bearer", "token", "token-of-before");
    w.before = refuse_once;
    char *id = place_event(&w, &p, "{'no':1}");
    world_until(&w, was_called, NULL);
    w.before = accept_again;
    struct shown s = run_finish(&w, id);
    CHECK_INT(s.state, RUN_DONE);
    w.before = NULL;
    w.status = 0;
    free(s.steps);
    free(id);
}

/* --- shapes --------------------------------------------------------------- */

enum { DEPTH = 256 };

static void
what_is_nested_too_deep_fails(void)
{
    /* Sabotage: let step_block() of step.c return what output_read()
     * says: the run is neither open nor ended, and nobody hears of it. */
    char *body = mem_alloc(2 * DEPTH + 1);
    char *json =
        mem_printf(WORKFLOW("", BLOCK(10, "api", "C",
                                      "'method':'GET','url':'https://%s'")),
                   w.host);
    memset(body, '[', DEPTH);
    memset(body + DEPTH, ']', DEPTH);
    place_install(&w, &p, place_workflow(&w, "", json));
    w.body = body;
    struct shown s = run("{'no':1}");
    CHECK_INT(s.state, RUN_FAILED);
    CHECK_HAS(s.message, "C: ");
    free(s.steps);
    w.body = NULL;
    free(json);
    free(body);
}

static void
an_answer_that_is_too_big_came_after_the_call(void)
{
    /* Sabotage: take "a->once" out of the first condition of take_no_answer()
     * in call_answer.c (the run fails, and a retry calls again). */
    enum { BYTES = 17 << 20 };
    char *body = mem_alloc(BYTES + 1);
    memset(body, 'x', BYTES);
    prepare(",'authentication':[]");
    w.body = body;
    struct shown s = run("{'no':1}");
    CHECK_INT(s.state, RUN_PARKED);
    CHECK_INT(s.park, PARK_UNKNOWN);
    CHECK_HAS(s.message, "the app received the call and answered HTTP 201");
    CHECK_INT(w.effects[0].calls, 1);
    free(s.steps);
    w.body = NULL;
    free(body);
}

/* What the run of an event says, whose call is answered STATUS, compressed. */
static struct shown
run_compressed(int status, const char *coding)
{
    prepare(",'authentication':[]");
    w.status = status;
    w.coding = coding;
    w.body = strcmp(coding, "utf-8") ? "\x1f\x8b\x08\xff" : "{}";
    struct shown s = run("{'no':1}");
    CHECK_INT(w.effects[0].calls, 1);
    w.status = 0;
    w.coding = w.body = NULL;
    return s;
}

static void
an_answer_that_is_compressed_came_after_the_call(void)
{
    /* Sabotage: leave answer_refuse_compressed() out of finish() in
     * outbound.c, or "permanent" out of it; let it drop nothing; let
     * find_compression() take any coding. */
    struct shown s = run_compressed(0, "identity, GZip");
    CHECK_INT(s.state, RUN_PARKED);
    CHECK_INT(s.park, PARK_UNKNOWN);
    CHECK_HAS(s.message, "the app received the call and answered HTTP 201, but "
                         "the answer is compressed with gzip");
    CHECK(!strstr(s.message, "no answer"));
    free(s.steps);
    s = run_compressed(422, "br");
    CHECK_INT(s.state, RUN_FAILED);
    CHECK_HAS(s.message, "HTTP 422");
    CHECK(!strstr(s.message, "HTTP 422:"));
    CHECK(!strstr(s.steps, "body"));
    free(s.steps);
    s = run_compressed(0, "utf-8");
    CHECK_INT(s.state, RUN_DONE);
    free(s.steps);
}

static void
json_that_is_none_came_after_the_call(void)
{
    /* Sabotage: let read_json() of answer.c set no "broken". */
    static const char *const broken[] = {"{\"a\":", "{\"a\":NaN}",
                                         "{\"a\":1,\"a\":2}",
                                         "<html>no</html>"};
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        prepare(",'authentication':[]");
        w.body = broken[i];
        struct shown s = run("{'no':1}");
        CHECK_INT(s.state, RUN_PARKED);
        CHECK_INT(s.park, PARK_UNKNOWN);
        CHECK_HAS(s.message, "HTTP 201, but the answer");
        CHECK_HAS(s.message, "whether it took effect is unknown");
        CHECK_INT(w.effects[0].calls, 1);
        w.body = NULL;
        free(s.steps);
    }
}

static void
numbers_of_an_answer_keep_their_digits(void)
{
    /* Sabotage: let add_node() of tape_scan.c have 17 digits of a number. */
    char *json = mem_printf(
        WORKFLOW("",
                 BLOCK(10, "api", "C",
                       "'method':'GET','url':'https://%s'") "," BLOCK(11, "map",
                                                                      "M",
                                                                      "%s")),
        w.host,
        "'mapping':[{'target':'id','source':'C!body.id'},"
        "{'target':'big','source':'C!body.big'}]");
    place_install(&w, &p, place_workflow(&w, "", json));
    w.body = "{\"id\":12345678901234567890123,\"big\":1E400}";
    struct shown s = run("{'no':1}");
    CHECK_INT(s.state, RUN_DONE);
    CHECK_HAS(s.steps, "\n:done:{\"id\":12345678901234567890123,"
                       "\"big\":1E400}\n");
    free(s.steps);
    w.body = NULL;
    free(json);
}

/* --- retries -------------------------------------------------------------- */

static const char each_then_counts[] = WORKFLOW(
    "PIN",
    BLOCK(
        10, "iterate", "Each",
        "'list':'list','onError':'setAside','blocks':[" BLOCK(
            11, "action", "M",
            "'app':'thing','action':'make','mapping':["
            "{'target':'no','source':'=@'}]") "]") "," BLOCK(12, "map", "Told",
                                                             "'mapping':[{'"
                                                             "target':'count','"
                                                             "source':'Each!"
                                                             "count'},"
                                                             "{'target':'done',"
                                                             "'source':'Each!"
                                                             "done'},"
                                                             "{'target':'aside'"
                                                             ",'source':'Each!"
                                                             "setAside'}]"));

static void
a_retry_tells_later_blocks_what_became_of_elements(void)
{
    /* Sabotage: leave replays = false out of do_block() of step.c (later
     * blocks keep what they were told before). */
    char connector[DIGEST_SIZE];
    place_connector(&w, connector, ",'authentication':[]");
    place_install(&w, &p, place_workflow(&w, connector, each_then_counts));
    w.status = 400;
    char *id = place_event(&w, &p, "{'no':1,'list':[1,2,3]}");
    struct shown s = run_finish(&w, id);
    CHECK_INT(s.aside, 3);
    CHECK_HAS(s.steps, ":done:{\"count\":3,\"done\":0,\"aside\":3}\n");
    free(s.steps);
    w.status = 0;
    world_expect(&w, "retry", mem_printf("[{'runId':'%s'}]", id), "started");
    s = run_finish(&w, id);
    CHECK_INT(s.state, RUN_DONE);
    CHECK_INT(s.aside, 0);
    CHECK_HAS(s.steps, ":done:{\"count\":3,\"done\":3,\"aside\":0}\n");
    free(s.steps);
    free(id);
}

/* --- crashes -------------------------------------------------------------- */

static enum err
reopen(struct core *core, void *ctx, struct error *e)
{
    int64_t n = 0;
    struct db_stmt *q = db_use(core_db(core), RS_RUN_N);
    db_text(q, ctx);
    enum err err = db_run_int(q, &n, NULL, e);
    q = db_use(core_db(core), RS_RUN_BEGIN);
    db_int(q, 1);
    db_int(q, n);
    return err == ERR_OK ? db_run(q, e) : err;
}

static void
a_refusal_is_the_last_word(void)
{
    /* The journal has the refusal, not yet the end of the run, when tailord
     * dies. Sabotage: let go_on() of call.c send again what has failed. */
    prepare(",'authentication':[]");
    w.status = 400;
    char *id = place_event(&w, &p, "{'no':1}");
    struct shown s = run_finish(&w, id);
    CHECK_INT(s.state, RUN_FAILED);
    free(s.steps);
    CHECK_INT(world_do(&w, reopen, id), ERR_OK);
    world_crash(&w);
    s = run_finish(&w, id);
    CHECK_INT(s.state, RUN_FAILED);
    CHECK_HAS(s.message, "M1: HTTP 400");
    CHECK_INT(w.effects[0].calls, 1);
    free(s.steps);
    free(id);
    w.status = 0;
}

static enum err
delete_logs(struct core *core, void *ctx, struct error *e)
{
    int64_t user = 0, position = 0;
    enum err err = lookup_user(core_db(core), 0, ctx, &user, e);
    return err == ERR_OK ? retention_erase_user(core, user, &position, e) : err;
}

static void
logs_go_and_events_stay(void)
{
    /* Sabotage: let has_ended() of retention.c be true. */
    char *item;
    place_install(
        &w, &p,
        place_workflow(
            &w, "", WORKFLOW("", BLOCK(10, "math", "A", "'formula':'=no*2'"))));
    item = mem_printf("[{'installationId':'%s'}]", p.installation);
    world_expect(&w, "pause", mem_strdup(item), "paused");
    char *id = place_event(&w, &p, "{'no':21}");
    CHECK_INT(world_do(&w, delete_logs, p.user), ERR_OK);
    world_expect(&w, "resume", item, "resumed");
    struct shown s = run_finish(&w, id);
    CHECK_HAS(s.steps, "{\"result\":42}");
    free(s.steps);
    CHECK_INT(world_do(&w, delete_logs, p.user), ERR_OK);
    s = run_look(&w, id);
    CHECK(!strstr(s.steps, "42"));
    free(s.steps);
    free(id);
}

void
test_runtime_answers(void)
{
    static const struct test tests[] = {
        {"tokens that no connector declares are secret",
         tokens_that_nobody_declared},
        {"tokens that JSON escapes are secret", tokens_that_json_escapes},
        {"tokens in hex and in either case are secret",
         tokens_in_hex_and_either_case},
        {"tokens in base64 are secret", tokens_in_base64},
        {"a credential that was replaced meanwhile is secret",
         a_credential_that_was_replaced_meanwhile},
        {"a refusal of the credential before", a_refusal_of_the_one_before},
        {"what is nested too deep fails", what_is_nested_too_deep_fails},
        {"an answer that is too big came after the call",
         an_answer_that_is_too_big_came_after_the_call},
        {"JSON that is none came after the call",
         json_that_is_none_came_after_the_call},
        {"an answer that is compressed came after the call",
         an_answer_that_is_compressed_came_after_the_call},
        {"numbers of an answer keep their digits",
         numbers_of_an_answer_keep_their_digits},
        {"a retry tells later blocks what became of elements",
         a_retry_tells_later_blocks_what_became_of_elements},
        {"a refusal is the last word", a_refusal_is_the_last_word},
        {"a header that does not fit is not sent",
         a_header_that_does_not_fit_is_not_sent},
        {"logs go and events stay", logs_go_and_events_stay},
        {NULL, NULL}};
    world_start(&w);
    test_run("answers", tests);
    failed_tests += test_result();
    world_stop(&w);
}
