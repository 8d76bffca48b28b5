/* Answers of runtimes read and refused. */
#include "remote/protocol.h"

#include <stdlib.h>

#include "base/digest.h"
#include "base/mem.h"
#include "tests/unit/remote/remote.h"
#include "tests/unit/test.h"

#define ID "aaaaaaaaaaaaaaaaaaaaaaaa"
#define ID2 "bbbbbbbbbbbbbbbbbbbbbbbb"
#define HEAD "0000000000000000000000000000000000000000000000000000000000000000"

static struct value *
json(const char *text)
{
    struct value *v = NULL;
    struct error e = {0};
    if (value_read(&v, text, strlen(text), &value_limits_document, "test",
                   &e) != ERR_OK)
        printf("# %s\n", e.text);
    return v;
}

/* --- info ----------------------------------------------------------------- */

static enum err
info(const char *min_max, struct protocol_info *out, struct error *e)
{
    char *text = mem_printf(
        "{\"protocol\":%s,\"version\":\"1\",\"environment\":\"production\","
        "\"runtimeId\":\"" ID "\",\"time\":\"1970-01-01T00:00:05Z\","
        "\"feedHead\":7,\"feedHash\":\"" HEAD "\",\"receiptHead\":null,"
        "\"sizes\":{\"users\":3,\"installations\":2,\"versions\":1}}",
        min_max);
    struct value *v = json(text);
    enum err err = protocol_read_info(v, 2000, out, e);
    value_free(v);
    free(text);
    return err;
}

static void
test_negotiation(void)
{
    struct protocol_info i;
    struct error e;
    CHECK_INT(info("{\"min\":1,\"max\":1}", &i, &e), ERR_OK);
    CHECK_INT(i.protocol, 1);
    CHECK_INT(i.clock_skew_ms, 3000);
    CHECK_INT(i.feed_head, 7);
    CHECK_INT(i.held, 0);
    CHECK_INT(i.users, -1); /* protocol 1 says nothing of its lists */
    CHECK_INT(info("{\"min\":1,\"max\":9}", &i, &e), ERR_OK);
    CHECK_INT(i.protocol, 2);
    CHECK_STR(i.feed_hash, HEAD);
    CHECK_STR(i.receipt_head, "");
    CHECK_INT(i.users, 3);
    CHECK_INT(i.versions, 1);
    CHECK_INT(info("{\"min\":3,\"max\":4}", &i, &e), ERR_REFUSED);
    CHECK_HAS(e.text, "upgrade tailor)");
    CHECK_INT(info("{\"min\":0,\"max\":0}", &i, &e), ERR_REFUSED);
    CHECK_HAS(e.text, "upgrade tailord)");
    CHECK_INT(info("{\"min\":3,\"max\":1}", &i, &e), ERR_INVALID);
    CHECK_INT(info("\"one\"", &i, &e), ERR_INVALID);
}

/* --- feed ----------------------------------------------------------------- */

static enum err
feed(const char *text, int64_t after, struct error *e)
{
    struct fact_page page;
    struct value *v = json(text);
    enum err err = protocol_read_feed(v, after, &page, e);
    if (!err)
        protocol_clear_page(&page);
    value_free(v);
    return err;
}

/* Sabotage: let check_feed_end() compare nothing. */
static void
test_feed(void)
{
    struct fact_page page;
    struct error e;
    struct value *v = json(
        "{\"data\":[{\"sequence\":5,\"at\":\"1970-01-01T00:00:01Z\","
        "\"kind\":\"live\",\"installationId\":\"" ID "\",\"workflowId\":\"" ID
        "\",\"versionId\":\"" ID2 "\",\"cause\":\"release\"},"
        "{\"sequence\":6,\"at\":\"1970-01-01T00:00:01Z\",\"kind\":\"new "
        "kind\"}],\"cursor\":6,\"head\":9}");
    CHECK_INT(protocol_read_feed(v, 4, &page, &e), ERR_OK);
    CHECK_INT(page.count, 2);
    CHECK_INT(page.cursor, 6);
    CHECK_INT(page.head, 9);
    CHECK_INT(page.facts[0].kind, FACT_LIVE);
    CHECK_STR(page.facts[0].version_id, ID2);
    CHECK_INT(page.facts[0].at, 1000);
    CHECK_INT(page.facts[1].kind, FACT_UNKNOWN);
    CHECK_INT(strlen(page.hash), 64);
    protocol_clear_page(&page);
    value_free(v);
    CHECK_INT(feed("{\"data\":[],\"cursor\":4,\"head\":4}", 4, &e), ERR_OK);
    CHECK_INT(feed("{\"data\":[],\"cursor\":3,\"head\":4}", 4, &e),
              ERR_CONFLICT);
    CHECK_INT(feed("{\"data\":[],\"head\":3}", 4, &e), ERR_CONFLICT);
    CHECK_HAS(e.text, "ends at record 3, this store has read it up to 4");
}

/* Each is a lie or a mistake of a runtime: nothing of the page counts. */
static void
test_hostile_feed(void)
{
    static const char *const bad[] = {
        "[]",
        "{\"data\":{},\"head\":1}",
        "{\"data\":[],\"head\":-1}",
        "{\"data\":[],\"head\":\"9\"}",
        "{\"data\":[{\"sequence\":2,\"kind\":\"todo\"}],\"head\":9}",
        "{\"data\":[{\"sequence\":1.5,\"kind\":\"x\"}],\"head\":9}",
        "{\"data\":[{\"sequence\":1}],\"head\":9}",
        "{\"data\":[{\"sequence\":1,\"kind\":7}],\"head\":9}",
        "{\"data\":[{\"sequence\":1,\"kind\":\"user\"}],\"head\":9}",
        "{\"data\":[{\"sequence\":1,\"kind\":\"user\",\"userId\":\"x\","
        "\"username\":\"u\"}],\"head\":9}",
        "{\"data\":[{\"sequence\":1,\"kind\":\"user\",\"userId\":\"" ID
        "\",\"username\":[]}],\"head\":9}",
        "{\"data\":[{\"sequence\":1,\"kind\":\"user\",\"userId\":\"" ID
        "\",\"username\":\"a\\u0000b\"}],\"head\":9}",
        "{\"data\":[{\"sequence\":1,\"kind\":\"live\",\"installationId\":\"" ID
        "\",\"workflowId\":\"" ID "\"}],\"head\":9}",
        "{\"data\":[{\"sequence\":1,\"kind\":\"x\",\"at\":\"today\"}],"
        "\"head\":9}",
        "{\"data\":[{\"sequence\":1,\"kind\":\"x\"}],\"head\":0}",
        "{\"data\":[],\"head\":1}",
        "{\"data\":[{\"sequence\":1,\"kind\":\"x\"}],"
        "\"head\":9223372036854775807}",
        "{\"data\":[{\"sequence\":1,\"kind\":\"runs\",\"installationId\":\"" ID
        "\",\"workflowId\":\"" ID "\",\"failed\":9223372036854775807}],"
        "\"head\":9}",
        NULL};
    struct error e;
    for (int i = 0; bad[i]; i++) {
        CHECK_INT(feed(bad[i], 0, &e), ERR_INVALID);
        if (test_failures_here)
            printf("#   case %d\n", i);
    }
}

/* --- receipts ------------------------------------------------------------- */

#define RECEIPT(key, outcome, items)                                           \
    "{\"key\":\"" key                                                          \
    "\",\"sequence\":3,\"feedSequence\":8,\"outcome\":\"" outcome              \
    "\",\"at\":\"1970-01-01T00:00:01Z\",\"items\":" items ",\"head\":\"" HEAD  \
    "\"}"
#define LIVE                                                                   \
    "[{\"outcome\":\"live\",\"installationId\":\"" ID "\",\"liveVersionId\":"  \
    "\"" ID2 "\",\"awaitingVersionId\":null}]"

static void
test_receipts(void)
{
    static const char *const keys[] = {ID, ID2};
    struct receipt r[2];
    struct error e;
    struct value *v = json("{\"data\":[" RECEIPT(ID, "done", LIVE) "," RECEIPT(
        ID2, "refused", "[{\"outcome\":\"stale\",\"message\":\"no\"}]") "]}");
    CHECK_INT(protocol_read_receipts(v, keys, 2, r, NULL, &e), ERR_OK);
    CHECK_INT(r[0].done, 1);
    CHECK_INT(r[0].feed_sequence, 8);
    CHECK_INT(r[0].items[0].outcome, OUTCOME_LIVE);
    CHECK_STR(r[0].items[0].live_version_id, ID2);
    CHECK_STR(r[0].items[0].awaiting_version_id, NULL);
    CHECK_INT(r[1].done, 0);
    CHECK_STR(r[1].items[0].message, "no");
    CHECK_HAS(r[0].text, "\"at\":\"1970");
    protocol_clear_receipt(&r[0]);
    protocol_clear_receipt(&r[1]);
    /* One too few, and answers in another order than the questions. */
    CHECK_INT(protocol_read_receipts(v, keys, 1, r, NULL, &e), ERR_INVALID);
    {
        static const char *const swapped[] = {ID2, ID};
        CHECK_INT(protocol_read_receipts(v, swapped, 2, r, NULL, &e), ERR_INVALID);
    }
    value_free(v);
}

static void
test_hostile_receipts(void)
{
    static const char *const bad[] = {
        "null",
        RECEIPT("short", "done", LIVE),
        RECEIPT(ID2, "done", LIVE),
        RECEIPT(ID, "perhaps", LIVE),
        RECEIPT(ID, "done", "{}"),
        RECEIPT(ID, "done", "[{\"outcome\":\"gone\"}]"),
        RECEIPT(ID, "done", "[{\"outcome\":\"live\",\"liveVersionId\":3}]"),
        RECEIPT(ID, "done", "[{\"outcome\":\"live\",\"message\":[]}]"),
        "{\"key\":\"" ID "\",\"sequence\":3,\"feedSequence\":8,\"outcome\":"
        "\"done\",\"items\":[],\"head\":\"short\"}",
        "{\"key\":\"" ID "\",\"sequence\":3,\"outcome\":\"done\",\"items\":[],"
        "\"head\":\"" HEAD "\"}",
        NULL};
    for (int i = 0; bad[i]; i++) {
        struct value *v = json(bad[i]);
        struct receipt r;
        struct error e;
        CHECK_INT(protocol_read_receipt(v, ID, &r, &e), ERR_INVALID);
        value_free(v);
    }
}

/* --- state ---------------------------------------------------------------- */

static void
test_state(void)
{
    struct state_page page;
    struct error e;
    struct value *v = json(
        "{\"data\":[{\"installationId\":\"" ID "\",\"integrationId\":\"" ID
        "\",\"userId\":\"" ID2 "\",\"username\":\"u\",\"fullName\":\"U\","
        "\"state\":\"paused\",\"connected\":[{\"app\":\"netsuite\",\"scopes\":"
        "[]}],\"answered\":[],\"workflows\":[{\"workflowId\":\"" ID
        "\",\"liveVersionId\":\"" ID2 "\",\"awaitingVersionId\":null,"
        "\"active\":true,\"todo\":true}]}],\"cursor\":null,\"feedCursor\":12}");
    CHECK_INT(protocol_read_state(v, false, &page, &e), ERR_OK);
    CHECK_INT(page.feed_cursor, 12);
    CHECK_STR(page.cursor, NULL);
    CHECK_INT(page.entries[0].state, 1);
    CHECK_INT(page.entries[0].count, 1);
    CHECK_STR(page.entries[0].workflows[0].live_version_id, ID2);
    CHECK_INT(page.entries[0].workflows[0].todo, 1);
    protocol_clear_state(&page);
    value_free(v);
    v = json("{\"data\":[{\"userId\":\"" ID "\",\"username\":\"u\",\"fullName\""
             ":\"\"}],\"cursor\":\"x\",\"feedCursor\":0}");
    CHECK_INT(protocol_read_state(v, true, &page, &e), ERR_OK);
    CHECK_STR(page.cursor, "x");
    protocol_clear_state(&page);
    CHECK_INT(protocol_read_state(v, false, &page, &e), ERR_INVALID);
    value_free(v);
}

#define LISTED(more)                                                           \
    "{\"data\":[{\"versionId\":\"" ID "\",\"workflowId\":\"" ID2 "\"," more    \
    "}],\"cursor\":null,\"position\":\"7\"}"

static void
test_versions(void)
{
    static const char *const bad[] = {
        "[]",
        LISTED("\"base\":1"),
        LISTED("\"base\":0,\"fork\":0,\"hash\":\"" HEAD "\""),
        LISTED("\"base\":1,\"fork\":1,\"hash\":\"" HEAD "\""),
        LISTED("\"base\":1,\"fork\":0,\"hash\":\"../x\""),
        LISTED("\"base\":1e18,\"fork\":0,\"hash\":\"" HEAD "\""),
        "{\"data\":[],\"cursor\":null}",
        NULL};
    struct version_page page;
    struct error e;
    struct value *v =
        json(LISTED("\"installationId\":\"" ID "\",\"base\":3,\"fork\":2,"
                    "\"hash\":\"" HEAD "\",\"releasedBy\":\"alice\""));
    CHECK_INT(protocol_read_versions(v, &page, &e), ERR_OK);
    CHECK_INT(page.count, 1);
    CHECK_INT(page.entries[0].base_no, 3);
    CHECK_STR(page.entries[0].released_by, "alice");
    CHECK_STR(page.position, "7");
    protocol_clear_versions(&page);
    value_free(v);
    for (int i = 0; bad[i]; i++) {
        v = json(bad[i]);
        CHECK_INT(protocol_read_versions(v, &page, &e), ERR_INVALID);
        if (test_failures_here)
            printf("#   case %d\n", i);
        value_free(v);
    }
}

static void
test_request(void)
{
    static const char *const items[] = {"{\"a\":1}", "{\"b\":2}"};
    struct buf out;
    buf_init(&out, 4096);
    protocol_write_request(&out, ID, "release", "al\"ice", items, 2);
    CHECK_STR(buf_str(&out),
              "{\"key\":\"" ID "\",\"kind\":\"release\",\"actor\":\"al\\\"ice"
              "\",\"items\":[{\"a\":1},{\"b\":2}]}");
    buf_clear(&out);
}

static const struct test tests[] = {
    {"protocol numbers are negotiated", test_negotiation},
    {"a page of the feed", test_feed},
    {"hostile pages are refused", test_hostile_feed},
    {"receipts answer their requests", test_receipts},
    {"hostile receipts are refused", test_hostile_receipts},
    {"pages of users and of state", test_state},
    {"pages of versions", test_versions},
    {"requests as text", test_request},
    {NULL, NULL}};

void
test_remote_protocol(void)
{
    test_run("protocol", tests);
    failed_tests |= test_result();
}
