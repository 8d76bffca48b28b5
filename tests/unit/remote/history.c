/* Pages of a feed against its running hash. */
#include "remote/history.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tests/unit/remote/remote.h"
#include "tests/unit/test.h"
#include "value/chain.h"

#define RECORD(n, kind) "{\"sequence\":" #n ",\"kind\":\"" kind "\"}"
#define PAGE RECORD(5, "live") "," RECORD(6, "new kind")
#define BEFORE                                                                 \
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

/* A page of RECORDS that says HASH (NULL: none). */
static struct value *
page_of(const char *records, const char *hash)
{
    struct error e;
    char *text = mem_printf("{\"data\":[%s]}", records);
    struct value *v = NULL;
    CHECK_INT(
        value_read(&v, text, strlen(text), &value_limits_document, "test", &e),
        ERR_OK);
    free(text);
    value_set_text(v, "hash", hash);
    return v;
}

/* The running hash after RECORDS. */
static void
hash_after(const char *before, const char *records, char out[DIGEST_SIZE])
{
    struct value *v = page_of(records, NULL);
    const struct value *data = value_get(v, "data");
    memcpy(out, before, DIGEST_SIZE);
    for (size_t i = 0; i < value_size(data); i++)
        CHECK(chain_add(out, value_at(data, i), 1000));
    value_free(v);
}

static enum err
check(const char *records, const char *hash, int64_t after, const char *before,
      bool must)
{
    struct error e;
    struct value *v = page_of(records, hash);
    enum err err = history_check_page(v, after, before, must, &e);
    if (err)
        CHECK_HAS(e.text, "do not match the running hash");
    value_free(v);
    return err;
}

static void
test_what_was_written_is_taken(void)
{
    char hash[DIGEST_SIZE];
    hash_after(BEFORE, PAGE, hash);
    CHECK_INT(check(PAGE, hash, 4, BEFORE, true), ERR_OK);
    CHECK_INT(check("{ \"kind\":\"live\", \"sequence\":5 }," RECORD(
                        6, "n\\u0065w kind"),
                    hash, 4, BEFORE, true),
              ERR_OK);
    CHECK_INT(check("", BEFORE, 4, BEFORE, true), ERR_OK);
    hash_after(CHAIN_FIRST, RECORD(1, "user"), hash);
    CHECK_INT(check(RECORD(1, "user"), hash, 0, "", true), ERR_OK);
}

/* Sabotage: compare nothing in history_check_page(). */
static void
test_what_was_changed_is_refused(void)
{
    static const char *const changed[] = {
        RECORD(5, "live"),
        RECORD(5, "sorcery") "," RECORD(6, "new kind"),
        RECORD(6, "new kind") "," RECORD(5, "live"),
        PAGE "," RECORD(7, "live"),
        "{\"sequence\":5,\"kind\":\"live\",\"more\":null}," RECORD(6,
                                                                   "new kind"),
        "{\"sequence\":5.0,\"kind\":\"live\"}," RECORD(6, "new kind"),
        "",
    };
    char hash[DIGEST_SIZE];
    hash_after(BEFORE, PAGE, hash);
    for (size_t i = 0; i < sizeof changed / sizeof changed[0]; i++)
        CHECK_INT(check(changed[i], hash, 4, BEFORE, true), ERR_INVALID);
    CHECK_INT(check(PAGE, hash, 4, CHAIN_FIRST, true), ERR_INVALID);
    CHECK_INT(check(PAGE, hash, 0, "", true), ERR_INVALID);
}

/* A runtime that tells a hash does not stop, and an older one tells none. */
static void
test_where_nothing_can_be_compared(void)
{
    CHECK_INT(check(PAGE, NULL, 4, BEFORE, true), ERR_INVALID);
    CHECK_INT(check("", NULL, 4, BEFORE, true), ERR_OK);
    CHECK_INT(check(PAGE, NULL, 4, BEFORE, false), ERR_OK);
    CHECK_INT(check(PAGE, BEFORE, 4, "", true), ERR_OK);
}

static const struct test tests[] = {
    {"a page as the runtime wrote it is taken", test_what_was_written_is_taken},
    {"a changed page is refused", test_what_was_changed_is_refused},
    {"a page without a hash", test_where_nothing_can_be_compared},
    {NULL, NULL}};

void
test_remote_history(void)
{
    test_run("history", tests);
    failed_tests |= test_result();
}
