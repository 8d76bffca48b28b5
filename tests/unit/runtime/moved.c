/* Calls whose credential was replaced by one for another address or account. */
#include "base/mem.h"
#include "store/runtime.h"
#include "tests/unit/runtime/runtime.h"

static struct world w;
static struct place p;

static bool
is_done(struct world *world, void *id)
{
    (void)world;
    return run_state(&w, id) == RUN_DONE;
}

/* A connector whose address is a field of the credential. Both hosts are the
 * outside, at a path of their own. */
static void
prepare_hosts(void)
{
    char hash[DIGEST_SIZE];
    struct value *hosts = value_object();
    for (const char *name = "ab"; *name; name++) {
        char *host = mem_printf("%c.example.com", *name);
        char *url = mem_printf("https://%s/%c", w.host, *name);
        value_set_text(hosts, host, url);
        free(url);
        free(host);
    }
    w.runtime.connector_hosts = hosts;
    snprintf(
        hash, sizeof hash, "%s",
        world_document(
            &w,
            "{'format':1,'app':'thing','name':'Thing','baseUrl':'https://{host}"
            "','hosts':['*.example.com'],'retry':{'statuses':[500,503],"
            "'attempts':40},'authentication':[{'kind':'bearer','label':'T',"
            "'fields':[{'name':'host','label':'H','required':true},{'name':"
            "'token','label':'T','secret':true,'required':true}]},{'kind':"
            "'basic','label':'B','fields':[{'name':'host','label':'H',"
            "'required':true},{'name':'username','label':'U','required':true},{"
            "'name':'password','label':'P','secret':true,'required':true}]}],"
            "'actions':{"
            "'make':{'name':'Make','method':'POST','path':'/make','effect':"
            "true,'idempotency':{'header':'Idempotency-Key'}}}}"));
    place_install(&w, &p,
                  place_workflow(&w, hash, WORKFLOW("PIN", MAKE(11, "M1"))));
    place_connect(&w, &p, "bearer",
                  "{\"host\":\"a.example.com\",\"token\":\"of-a\"}");
}

static void
connect_b(struct world *world)
{
    (void)world;
    place_connect(&w, &p, "bearer",
                  "{\"host\":\"b.example.com\",\"token\":\"of-b\"}");
}

/* While A has the call, the customer moves to B. */
static struct shown
move_to_b(void)
{
    prepare_hosts();
    w.calls = 0;
    w.before = connect_b;
    char *id = place_event(&w, &p, "{'no':1}");
    struct shown s = run_finish(&w, id);
    s.id = id;
    return s;
}

static void
end_move(struct shown *s)
{
    w.dead = NULL;
    value_free(w.runtime.connector_hosts);
    w.runtime.connector_hosts = NULL;
    free((char *)(uintptr_t)s->id);
    free(s->steps);
}

/* A call that certainly did nothing is made at the new address. Sabotage: leave
 * is_addressed() out of send_again() of call.c. */
static void
a_call_that_waits_moves_with_its_credential(void)
{
    w.dead = "/a/make";
    struct shown s = move_to_b();
    CHECK_INT(s.state, RUN_DONE);
    CHECK_INT(w.calls, 2);
    end_move(&s);
}

/* Sabotage: let may_move() of call.c say true. */
static void
a_call_that_may_have_acted_does_not_move_by_itself(void)
{
    w.status = 500;
    struct shown s = move_to_b();
    CHECK_INT(s.state, RUN_PARKED);
    CHECK_INT(s.park, PARK_UNKNOWN);
    CHECK_INT(w.calls, 1);
    w.status = 0;
    w.dead = "/a/make";
    world_expect(&w, "retry", mem_printf("[{'runId':'%s'}]", s.id), "started");
    world_until(&w, is_done, (void *)(uintptr_t)s.id);
    CHECK_INT(w.calls, 2);
    end_move(&s);
}

static bool
has_called(struct world *world, void *count)
{
    return world->calls >= *(int *)count;
}

/* The second attempt is turned away, but the first may have acted. Sabotage:
 * let STEP_LATER forget the doubt, or is_in_doubt() of call_answer.c have
 * none. */
static void
a_doubt_stays(void)
{
    int first = 1;
    prepare_hosts();
    w.calls = 0;
    w.status = 500;
    char *id = place_event(&w, &p, "{'no':1}");
    world_until(&w, has_called, &first);
    w.status = 503;
    w.before = connect_b;
    struct shown s = run_finish(&w, id);
    s.id = id;
    w.status = 0;
    CHECK_INT(s.state, RUN_PARKED);
    CHECK_INT(s.park, PARK_UNKNOWN);
    end_move(&s);
}

static bool
is_not_sent(struct world *world, void *id)
{
    struct shown s = run_look(world, id);
    free(s.steps);
    return strstr(s.message, "not sent: ") != NULL;
}

/* The second attempt finds the credential refused, but the first may have
 * acted. Sabotage: let take_refused_credential() of call_answer.c drop the
 * step whatever its doubt. */
static void
a_refused_credential_takes_no_doubt_away(void)
{
    int first = 1;
    prepare_hosts();
    w.calls = 0;
    w.status = 500;
    char *id = place_event(&w, &p, "{'no':1}");
    world_until(&w, has_called, &first);
    w.status = 401;
    w.before = connect_b;
    struct shown s = run_finish(&w, id);
    s.id = id;
    w.status = 0;
    CHECK_INT(s.state, RUN_PARKED);
    CHECK_INT(s.park, PARK_UNKNOWN);
    end_move(&s);
}

/* Nobody listens at the old address. Sabotage: let is_in_doubt() of
 * call_answer.c doubt what was not sent. */
static void
a_call_that_was_not_sent_moves(void)
{
    prepare_hosts();
    value_set_text(w.runtime.connector_hosts, "a.example.com",
                   "https://127.0.0.1:1/a");
    w.calls = 0;
    char *id = place_event(&w, &p, "{'no':1}");
    world_until(&w, is_not_sent, id);
    connect_b(&w);
    struct shown s = run_finish(&w, id);
    s.id = id;
    CHECK_INT(s.state, RUN_DONE);
    CHECK_INT(w.calls, 1);
    end_move(&s);
}

/* The credential that the customer connects once the call is out. */
static const char *second_kind, *second;

static void
connect_second(struct world *world)
{
    (void)world;
    place_connect(&w, &p, second_kind, second);
}

/* A call that A answers with 500 and that waits, its credential FIRST of KIND
 * replaced by NEXT, the runtime restarted in between where CRASHES. */
static struct shown
change_account(const char *kind, const char *first, const char *next,
               bool crashes)
{
    int one = 1;
    prepare_hosts();
    place_connect(&w, &p, kind, first);
    second_kind = kind;
    second = next;
    w.calls = 0;
    w.status = 500;
    w.before = connect_second;
    char *id = place_event(&w, &p, "{'no':1}");
    world_until(&w, has_called, &one);
    if (crashes)
        world_crash(&w);
    w.status = 0;
    struct shown s = run_finish(&w, id);
    s.id = id;
    return s;
}

#define BASIC(user, password)                                                  \
    "{\"host\":\"a.example.com\",\"username\":\"" user                         \
    "\",\"password\":\"" password "\"}"
#define BEARER(token) "{\"host\":\"a.example.com\",\"token\":\"" token "\"}"

/* Its key is one of the other account. Sabotage: let is_same_account() of
 * call.c say true. */
static void
a_call_in_doubt_is_not_made_in_another_account(void)
{
    static const char *const kinds[][3] = {
        {"basic", BASIC("ann", "p"), BASIC("bob", "p")},
        {"bearer", BEARER("t1"), BEARER("t2")}};
    for (int i = 0; i < 4; i++) {
        struct shown s = change_account(kinds[i / 2][0], kinds[i / 2][1],
                                        kinds[i / 2][2], i % 2);
        CHECK_INT(s.state, RUN_PARKED);
        CHECK_INT(s.park, PARK_UNKNOWN);
        CHECK_HAS(s.message, "may be of another account");
        CHECK_INT(w.calls, 1);
        world_expect(&w, "retry", mem_printf("[{'runId':'%s'}]", s.id),
                     "started");
        world_until(&w, is_done, (void *)(uintptr_t)s.id);
        CHECK_INT(w.calls, 2);
        end_move(&s);
    }
}

/* A renewed password, or a credential that was connected once more, is of the
 * same account; a restart does not change that. Sabotage: the key of the
 * executor in place of the vault's in account_kept_name(). */
static void
a_call_in_doubt_goes_on_in_the_same_account(void)
{
    static const char *const kinds[][3] = {
        {"basic", BASIC("ann", "p"), BASIC("ann", "other")},
        {"bearer", BEARER("t1"), BEARER("t1")}};
    for (int i = 0; i < 4; i++) {
        struct shown s = change_account(kinds[i / 2][0], kinds[i / 2][1],
                                        kinds[i / 2][2], i % 2);
        CHECK_INT(s.state, RUN_DONE);
        CHECK_INT(w.calls, 2);
        end_move(&s);
    }
}

void
test_runtime_moved(void)
{
    static const struct test tests[] = {
        {"a call that waits moves with its credential",
         a_call_that_waits_moves_with_its_credential},
        {"a call that may have acted does not move by itself",
         a_call_that_may_have_acted_does_not_move_by_itself},
        {"a doubt stays", a_doubt_stays},
        {"a refused credential takes no doubt away",
         a_refused_credential_takes_no_doubt_away},
        {"a call that was not sent moves", a_call_that_was_not_sent_moves},
        {"a call in doubt is not made in another account",
         a_call_in_doubt_is_not_made_in_another_account},
        {"a call in doubt goes on in the same account",
         a_call_in_doubt_goes_on_in_the_same_account},
        {NULL, NULL}};
    world_start(&w);
    test_run("moved", tests);
    failed_tests += test_result();
    world_stop(&w);
}
