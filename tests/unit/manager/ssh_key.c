/* Public keys of people, as lines of an OpenSSH .pub file. */
#include <stdlib.h>

#include "base/mem.h"
#include "manager/session/ssh_key.h"
#include "tests/unit/manager/fixture.h"

#define KEY_A                                                                  \
    "AAAAC3NzaC1lZDI1NTE5AAAAIAcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH"

/* A key is written in one way, so that none is added twice. Sabotage:
 * is_number(), memcmp() in is_key(), and key.n in is_whole() (ssh_key.c). */
static void
a_key_has_one_form(void)
{
    static const char *const good[] = {
        "ssh-rsa "
        "AAAAB3NzaC1yc2EAAAADAQABAAAAIQDBwcHBwcHBwcHBwcHBwcHBwcHBwcHB"
        "wcHBwcHBwcHBwQ==",
        "ecdsa-sha2-nistp256 "
        "AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBAUFBQUF"
        "BQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUF"
        "BQUFBQUFBQUFBQUFBQU=",
        "sk-ssh-ed25519@openssh.com "
        "AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29tAAAAIAkJCQkJCQkJCQkJ"
        "CQkJCQkJCQkJCQkJCQkJCQkJCQkJAAAABHNzaDo="};
    static const char *const bad[] = {
        "ssh-rsa "
        "AAAAB3NzaC1yc2EAAAAEAAEAAQAAACEAwcHBwcHBwcHBwcHBwcHBwcHBwcHB"
        "wcHBwcHBwcHBwcE=",
        "ssh-rsa "
        "AAAAB3NzaC1yc2EAAAADAQABAAAAIgAAwcHBwcHBwcHBwcHBwcHBwcHBwcHB"
        "wcHBwcHBwcHBwcE=",
        "ecdsa-sha2-nistp256 "
        "AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBAgUFBQUF"
        "BQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUF"
        "BQUFBQUFBQUFBQUFBQU=",
        "ssh-rsa "
        "AAAAC3NzaC1lZDI1NTE5AAAAIAcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH"
        "BwcHBwcH",
        "ssh-ed25519 "
        "AAAAC3NzaC1lZDI1NTE5AAAAIAcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH"
        "BwcHBwcHAA==",
        "ssh-ed25519 "
        "AAAAC3NzaC1lZDI1NTE5AAAAHwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH"
        "BwcHBwc=",
        "ssh-rsa "
        "AAAAB3NzaC1yc2EAAAADAQABAAAAIQDBwcHBwcHBwcHBwcHBwcHBwcHBwcHB"
        "wcHBwcHBwcHBwR==",
        "ssh-rsa "
        "AAAAB3NzaC1yc2EAAAADAQABAAAAIQDBwcHBwcHBwcHBwcHBwcHBwcHBwcHB"
        "wcHBwcHBwcHBwQ",
        "ssh-rsa "
        "AAAAB3NzaC1yc2EAAAAD-QABAAAAIQDBwcHBwcHBwcHBwcHBwcHBwcHBwcHB"
        "wcHBwcHBwcHBwQ==",
        "command=\"sh\" ssh-ed25519 " KEY_A,
        "ssh-ed25519", "ssh-ed25519 ", "ssh-ed25519 \t" KEY_A};
    char *line;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        char *spaced = mem_printf("%s   a comment  ", good[i]);
        char *plain = mem_printf("%s a comment", good[i]);
        CHECK_INT(ssh_key_read(good[i], &line, &e), ERR_OK);
        CHECK_STR(line, good[i]);
        free(line);
        CHECK_INT(ssh_key_read(spaced, &line, &e), ERR_OK);
        CHECK_STR(line, plain);
        free(line);
        free(spaced);
        free(plain);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        CHECK_INT(ssh_key_read(bad[i], &line, &e), ERR_INVALID);
        CHECK(!line);
    }
    /* As an older program kept them. */
    CHECK(ssh_key_is_same(good[0], bad[6]));
    CHECK(ssh_key_is_same(good[0], bad[7]));
    CHECK(!ssh_key_is_same(good[0], good[1]));
}

static const struct test tests[] = {
    {"a key has one form", a_key_has_one_form},
    {NULL, NULL},
};

void
test_manager_ssh_key(void)
{
    RUN_SUITE("ssh keys", tests);
}
