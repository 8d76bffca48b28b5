/* The vault: nothing opens but what was sealed, under the name it was sealed
 * for. */
#include <sys/stat.h>
#include <unistd.h>

#include "base/ident.h"
#include "base/mem.h"
#include "runtime/outbound/vault.h"
#include "tests/unit/runtime/runtime.h"

static char path[] = "/tmp/tailor-vault-XXXXXX";
static const struct vault_name own = {"u1", "netsuite", "c1"};

static enum err
unseal(const struct vault *v, const struct vault_name *name, int64_t key_no,
       const struct buf *sealed, struct buf *out)
{
    struct error e;
    buf_reset(out);
    return vault_unseal(v, name, key_no, sealed->data, sealed->len, out, &e);
}

static void
check_every_bit(const struct vault *v, struct buf *sealed)
{
    struct buf out;
    buf_init(&out, 1000);
    for (size_t i = 0; i < sealed->len * 8; i++) {
        sealed->data[i / 8] ^= (char)(1 << i % 8);
        CHECK_INT(unseal(v, &own, 1, sealed, &out), ERR_DAMAGED);
        sealed->data[i / 8] ^= (char)(1 << i % 8);
    }
    sealed->len--;
    CHECK_INT(unseal(v, &own, 1, sealed, &out), ERR_DAMAGED);
    sealed->len = 3;
    CHECK_INT(unseal(v, &own, 1, sealed, &out), ERR_DAMAGED);
    buf_clear(&out);
}

static void
seals_and_opens(void)
{
    struct vault *v = NULL;
    struct buf one, two, out;
    struct error e = {0};
    /* "u1" + "netsuite" must not be "u1n" + "etsuite": name_text() of
     * vault.c without the lengths fails here. */
    const struct vault_name others[] = {{"u2", "netsuite", "c1"},
                                        {"u1", "netsuitf", "c1"},
                                        {"u1", "netsuite", "c2"},
                                        {"u1n", "etsuite", "c1"}};
    CHECK_INT(vault_open(&v, path, &e), ERR_OK);
    CHECK_INT(vault_key_no(v), 0);
    CHECK(access(path, F_OK) != 0);
    CHECK_INT(vault_rotate(v, &e), ERR_OK);
    buf_init(&one, 1000);
    buf_init(&two, 1000);
    buf_init(&out, 1000);
    CHECK_INT(vault_seal(v, &own, "secret", 6, &one, &e), ERR_OK);
    CHECK_INT(vault_seal(v, &own, "secret", 6, &two, &e), ERR_OK);
    CHECK(one.len == two.len && memcmp(one.data, two.data, one.len) != 0);
    CHECK_INT(unseal(v, &own, 1, &one, &out), ERR_OK);
    CHECK_STR(buf_str(&out), "secret");
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        CHECK_INT(unseal(v, &others[i], 1, &one, &out), ERR_DAMAGED);
    CHECK_INT(unseal(v, &own, 0, &one, &out), ERR_DAMAGED);
    CHECK_INT(unseal(v, &own, 2, &one, &out), ERR_DAMAGED);
    check_every_bit(v, &one);
    vault_close(v);
    buf_clear(&one);
    buf_clear(&two);
    buf_clear(&out);
}

static void
rotates(void)
{
    struct vault *v = NULL;
    struct buf old, out;
    struct stat st;
    struct error e = {0};
    buf_init(&old, 1000);
    buf_init(&out, 1000);
    CHECK_INT(vault_open(&v, path, &e), ERR_OK);
    CHECK_INT(vault_seal(v, &own, "old", 3, &old, &e), ERR_OK);
    CHECK_INT(vault_rotate(v, &e), ERR_OK);
    CHECK_INT(vault_key_no(v), 2);
    vault_close(v);
    CHECK_INT(vault_open(&v, path, &e), ERR_OK);
    CHECK_INT(vault_key_no(v), 2);
    CHECK_INT(unseal(v, &own, 1, &old, &out), ERR_OK);
    CHECK_INT(unseal(v, &own, 2, &old, &out), ERR_DAMAGED);
    vault_close(v);
    CHECK(stat(path, &st) == 0 && (st.st_mode & 0777) == 0600);
    chmod(path, 0640);
    v = NULL;
    CHECK_INT(vault_open(&v, path, &e), ERR_REFUSED);
    buf_clear(&old);
    buf_clear(&out);
}

void
test_runtime_vault(void)
{
    static const struct test tests[] = {
        {"what is sealed opens under its name only", seals_and_opens},
        {"keys rotate; others may not read them", rotates},
        {NULL, NULL}};
    int fd = mkstemp(path);
    if (fd >= 0)
        close(fd);
    unlink(path);
    test_run("vault", tests);
    unlink(path);
    failed_tests += test_result();
}
