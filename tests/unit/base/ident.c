/* Ids and hexadecimal. */
#include "base/ident.h"

#include <stdio.h>

#include "base/base64.h"
#include "base/digest.h"
#include "tests/unit/base/base.h"
#include "tests/unit/test.h"

static void
ids_have_their_shape_and_differ(void)
{
    char a[IDENT_SIZE], b[IDENT_SIZE], u[UUID_SIZE];
    ident_new(a);
    ident_new(b);
    uuid_new(u);
    CHECK(ident_is(a));
    CHECK(uuid_is(u));
    CHECK_INT(u[14], '4');
    CHECK(strcmp(a, b) != 0);
    CHECK(!ident_is("64A7"));
    CHECK(!ident_is("zzzzzzzzzzzzzzzzzzzzzzzz"));
    CHECK(!uuid_is(a));
}

static void
sha256_is_the_published_one(void)
{
    char hex[DIGEST_SIZE];
    digest_hex(hex, "abc", 3);
    CHECK_STR(hex, "ba7816bf8f01cfea414140de5dae2223"
                   "b00361a396177a9cb410ff61f20015ad");
}

static void
hmac_is_that_of_rfc_4231(void)
{
    unsigned char mac[DIGEST_BYTES];
    char hex[DIGEST_SIZE];
    digest_hmac(mac, "Jefe", 4, "what do ya want for nothing?", 28);
    hex_encode(hex, mac, sizeof mac);
    CHECK_STR(hex, "5bdcc146bf60754e6a042426089575c7"
                   "5a003f089d2739839dec58b964ec3843");
}

static void
each_byte_is_two_digits_and_back(void)
{
    unsigned char all[256], back[256];
    char hex[513], two[3];
    for (int i = 0; i < 256; i++)
        all[i] = (unsigned char)i;
    hex_encode(hex, all, sizeof all);
    for (int i = 0; i < 256; i++) {
        snprintf(two, sizeof two, "%02x", (unsigned)i);
        CHECK(strncmp(hex + 2 * (size_t)i, two, 2) == 0);
    }
    CHECK(hex_decode(back, hex, sizeof back));
    CHECK(memcmp(all, back, sizeof all) == 0);
    CHECK(hex_decode(back, "aF", 1));
    CHECK_INT(back[0], 0xaf);
    CHECK(!hex_decode(back, "0g", 1));
    CHECK(!hex_decode(back, "0", 1));
    CHECK(!hex_decode(back, "", 1));
}

static void
base64_is_that_of_rfc_4648(void)
{
    static const char *const coded[] = {"",         "Zg==",     "Zm8=",
                                        "Zm9v",     "Zm9vYg==", "Zm9vYmE=",
                                        "Zm9vYmFy"};
    char out[16];
    for (size_t n = 0; n < sizeof coded / sizeof *coded; n++) {
        base64_encode(out, "foobar", n);
        CHECK_STR(out, coded[n]);
        CHECK_INT(base64_length(n), strlen(coded[n]));
    }
}

void
test_base_ident(void)
{
    static const struct test tests[] = {
        {"ids have their shape and differ", ids_have_their_shape_and_differ},
        {"sha256 is the published one", sha256_is_the_published_one},
        {"hmac is that of RFC 4231", hmac_is_that_of_rfc_4231},
        {"each byte is two digits and back", each_byte_is_two_digits_and_back},
        {"base64 is that of RFC 4648", base64_is_that_of_rfc_4648},
        {NULL, NULL}};
    test_run("ident", tests);
    failed_tests += test_failures;
}
