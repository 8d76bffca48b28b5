/* What a block may ask for: addresses and headers made of data. */
#include "base/mem.h"
#include "runtime/outbound/address.h"
#include "store/runtime.h"
#include "tests/unit/runtime/runtime.h"

static struct world w;
static struct place p;

/* An action of METHOD at PATH, whose query takes "q". */
static void
install_action(const char *method, const char *path)
{
    char connector[DIGEST_SIZE];
    char *text = mem_printf(
        "{'format':1,'app':'thing','name':'Thing','baseUrl':'https://%s',"
        "'authentication':[],'idempotency':{'header':'Idempotency-Key'},"
        "'actions':{'do':{'name':'Do','method':'%s','effect':true,"
        "'path':'%s','query':['q'],'input':{'type':'object','properties':{"
        "'a':{'type':'string'},'b':{'type':'string'},'q':{'type':'string'}}"
        "}}}}",
        w.host, method, path);
    snprintf(connector, sizeof connector, "%s", world_document(&w, text));
    place_install(
        &w, &p,
        place_workflow(
            &w, connector,
            WORKFLOW("PIN", BLOCK(10, "action", "Do",
                                  "'app':'thing','action':'do','mapping':["
                                  "{'target':'a','source':'a'},"
                                  "{'target':'b','source':'b'},"
                                  "{'target':'q','source':'q'}]"))));
    free(text);
}

/* A block that calls the address "url" of the event, with its "h". */
static void
install_call(void)
{
    place_install(
        &w, &p,
        world_document(&w, WORKFLOW("", BLOCK(10, "api", "Call",
                                              "'method':'GET','url':'=$.url',"
                                              "'headers':{'X-H':'=$.h'}"))));
}

/* What became of the run of DATA; nothing but its state and message. */
static struct shown
run(const char *data)
{
    w.arrived = w.effect_count = 0;
    char *id = place_event(&w, &p, data);
    struct shown s = run_finish(&w, id);
    free(s.steps);
    s.steps = NULL;
    free(id);
    return s;
}

static void
fails(const char *data, const char *why)
{
    struct shown s = run(data);
    CHECK_INT(s.state, RUN_FAILED);
    CHECK_HAS(s.message, why);
    CHECK_INT((long)w.arrived, 0);
}

static void
goes_out(const char *data)
{
    struct shown s = run(data);
    CHECK_INT(s.state, RUN_DONE);
    CHECK_STR(s.message, "");
    CHECK_INT((long)w.arrived, 1);
}

static char *
letters(size_t n)
{
    char *text = mem_alloc(n + 1);
    memset(text, 'x', n);
    return text;
}

/* --- too long ------------------------------------------------------------- */

#define TOO_LONG "the address is longer than 8192 bytes"

/* Sabotage: leave the look at buf_failed() out of address_check(). */
static void
no_address_is_cut(void)
{
    char *much = letters(9000);
    char *data = mem_printf("{'a':'%s','b':'b','q':'q'}", much);
    install_action("POST", "/{a}/things/{b}");
    fails(data, "Do: " TOO_LONG);
    free(data);
    data = mem_printf("{'a':'a','b':'b','q':'%s'}", much);
    install_action("GET", "/{a}/things/{b}");
    fails(data, "Do: " TOO_LONG);
    free(data);
    free(much);
    goes_out("{'a':'a','b':'b','q':'q'}");
}

/* Sabotage: leave the look at buf_failed() out of run_text_of(). */
static void
no_text_of_a_call_is_cut(void)
{
    char *much = letters(9000);
    char *data = mem_printf("{'url':'https://%s/%s','h':'h'}", w.host, much);
    install_call();
    fails(data, "url: the text is longer than 8192 bytes");
    free(data);
    data = mem_printf("{'url':'https://%s/','h':'%s'}", w.host, much);
    fails(data, "X-H: the text is longer than 8192 bytes");
    free(data);
    free(much);
    fails("{'url':'','h':'h'}", "url: it is missing");
    data = mem_printf("{'url':'https://%s/','h':'h'}", w.host);
    goes_out(data);
    free(data);
}

/* --- dots ----------------------------------------------------------------- */

/*
 * Sabotage: leave climbs() out of address_check(), or the backslash, the slash
 * or collapse() out of it.
 */
static void
no_value_climbs_out_of_its_path(void)
{
    static const char *const bad[] = {".",      "..",     "%2e%2E",
                                      "%252e.", "x/../y", "..\\\\y"};
    static const char *const good[] = {"...", "a..b", ".a",     "a.",
                                       "..%", "%2",   "%2e%2ea"};
    install_action("POST", "/{a}/things");
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char *data = mem_printf("{'a':'%s','b':'b','q':'q'}", bad[i]);
        fails(data, "Do: the path ");
        free(data);
    }
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        char *data = mem_printf("{'a':'%s','b':'b','q':'..'}", good[i]);
        goes_out(data);
        free(data);
    }
    fails("{'a':'','b':'b','q':'q'}", "a: it is missing");
    install_action("GET", "/things/{a}{b}");
    fails("{'a':'.','b':'.','q':'q'}", "Do: the path /things/.. has the part "
                                       "\"..\"");
    goes_out("{'a':'.','b':'x','q':'/../'}");
}

static void
no_address_of_a_call_climbs(void)
{
    char *data =
        mem_printf("{'url':'https://%s/a/%%2e%%2e/b?x=/../','h':'h'}", w.host);
    install_call();
    fails(data, "Call: the path /a/%2e%2e/b has the part \"..\"");
    free(data);
    data = mem_printf("{'url':'https://%s/a?x=/../','h':'h'}", w.host);
    goes_out(data);
    free(data);
}

/* --- headers -------------------------------------------------------------- */

/* Sabotage: bound what add_headers() of call.c takes to 64. */
static void
no_header_is_left_out(void)
{
    enum { COUNT = 70 };
    struct buf text;
    buf_init(&text, 10000);
    for (int i = 0; i < COUNT; i++)
        buf_addf(&text, "%s'A-%d':'v'", i ? "," : "", i);
    char *json = mem_printf(
        WORKFLOW("", BLOCK(10, "api", "Call",
                           "'method':'GET','url':'https://%s/',"
                           "'headers':{%s,'Authorization':'the last'}")),
        w.host, buf_str(&text));
    place_install(&w, &p, world_document(&w, json));
    w.echo = true;
    char *id = place_event(&w, &p, "{}");
    struct shown s = run_finish(&w, id);
    w.echo = false;
    CHECK_STR(s.message, "");
    CHECK_HAS(s.steps, "\"echo\":\"the last\"");
    free(s.steps);
    free(id);
    free(json);
    buf_clear(&text);
}

/* --- credentials ---------------------------------------------------------- */

/* Sabotage: let sign_api_key() of secret.c take the first field. */
static void
the_key_is_the_secret_field(void)
{
    char connector[DIGEST_SIZE];
    place_connector(&w, connector,
                    ",'authentication':[{'kind':'apiKey','label':'K','fields':["
                    "{'name':'host','label':'H'},{'name':'code','label':'C',"
                    "'secret':true}]}]");
    place_install(
        &w, &p, place_workflow(&w, connector, WORKFLOW("PIN", MAKE(10, "A"))));
    char *json = mem_printf("{\"host\":\"%s\",\"code\":\"abcdef\"}", w.host);
    place_connect(&w, &p, "apiKey", json);
    w.echo = true;
    char *id = place_event(&w, &p, "{'no':1}");
    struct shown s = run_finish(&w, id);
    w.echo = false;
    CHECK_INT(s.state, RUN_DONE);
    CHECK_HAS(s.steps, "\"echo\":\"[redacted]\"");
    free(s.steps);
    free(id);
    free(json);
}

static void
a_host_is_one(void)
{
    static const char *const good[] = {
        "a",       "a.example",  "127.0.0.1:8443",       "[::1]",
        "[::1]:1", "A-b.c_d.e.", "xn--bcher-kva.example"};
    static const char *const bad[] = {"",
                                      "a/b",
                                      "a.example/../x",
                                      "*.a",
                                      "a@b",
                                      "a b",
                                      "a..b",
                                      ".a",
                                      "-a",
                                      "a-",
                                      "a:",
                                      "a:0",
                                      "a:65536",
                                      "a:b",
                                      "[::1",
                                      "[]",
                                      "::1",
                                      "a?b",
                                      "a#b",
                                      "https://a",
                                      "a\\b",
                                      "b\303\274cher.example",
                                      "a%2eb"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        CHECK_STR(address_is_host(good[i]) ? good[i] : "no", good[i]);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        CHECK_STR(address_is_host(bad[i]) ? bad[i] : "no", "no");
}

void
test_runtime_requests(void)
{
    static const struct test tests[] = {
        {"no address is cut", no_address_is_cut},
        {"no text of a call is cut", no_text_of_a_call_is_cut},
        {"no value climbs out of its path", no_value_climbs_out_of_its_path},
        {"no address of a call climbs", no_address_of_a_call_climbs},
        {"no header is left out", no_header_is_left_out},
        {"the key is the secret field", the_key_is_the_secret_field},
        {"a host is one", a_host_is_one},
        {NULL, NULL}};
    world_start(&w);
    test_run("requests", tests);
    failed_tests += test_result();
    world_stop(&w);
}
