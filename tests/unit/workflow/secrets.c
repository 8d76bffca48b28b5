/*
 * Texts that may hold a secret: the tables of rules by their own examples, and
 * how much is found, and found wrongly, of texts as people write them.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tests/unit/test.h"
#include "tests/unit/workflow/workflow.h"
#include "workflow/edit/curl_secrets.h"
#include "workflow/edit/secret_words.h"

/* How many texts of a file are secrets, and how many it has. */
struct count {
    int secret, all;
};

/* Counts the lines of the file NAME in cases/, and shows those for which the
 * answer is not WANTED. */
static struct count
count_lines(const char *name, bool wanted)
{
    struct count count = {0};
    char *text = cases_text(name), *rest = text, *line;
    while ((line = strsep(&rest, "\n")) != NULL) {
        if (!*line || strncmp(line, "# ", 2) == 0)
            continue;
        bool is = secret_may_be_in(line);
        count.secret += is;
        count.all++;
        if (is != wanted)
            printf("# %s: %s: %s\n", name, is ? "found" : "not found", line);
    }
    free(text);
    return count;
}

static void
secrets_are_found(void)
{
    struct count c = count_lines("secrets.txt", true);
    CHECK(c.all >= 150);
    CHECK(100 * c.secret >= 98 * c.all);
}

static void
ordinary_texts_are_none(void)
{
    struct count c = count_lines("plain.txt", false);
    CHECK(c.all >= 300);
    CHECK(100 * c.secret <= c.all);
}

static void
expect(const char *text, bool is, bool wanted)
{
    if (is != wanted)
        CHECK_STR(text, wanted ? "found" : "not found");
}

/* Sabotage: each condition of secret_is_before() and what it calls. */
static void
what_stands_before_its_name_is_found(void)
{
    static const char *const secrets[] = {
        "hunter2 is the password",
        "rosebud is the password",
        "rosebud is the new password for prod",
        "rosebud is our prod password.",
        "On Monday: rosebud is the password of bob",
        "the word hunter2 is the password",
        "\"rosebud\" is the token",
        "geheim ist das Passwort",
        "soleil est le mot de passe",
        "verano es la contrase\xc3\xb1"
        "a",
        "use rosebud as password",
        "Use hunter2 as the password",
        "please use rosebud as the new password",
        "log in with rosebud as password",
        "nimm geheim als Passwort",
        "rosebud as password",
        "hunter2: password",
        "hunter2: the password of prod",
        "hunter2 = password",
        "hunter2 (password)",
        "hunter2, the password for the sandbox",
        "hunter2: rosebud",
        "Called Kim.\nhunter2: rosebud\nDone."};
    static const char *const plain[] = {
        "This is the password field",
        "Monday is the password day",
        "Globex is the token owner",
        "The problem is the password",
        "The customer is the owner of the token",
        "Is this the password?",
        "Here is the password",
        "it is the password",
        "Stored with the order, as agreed; token expired",
        "Kim is waiting for the token",
        "Globex: password expired",
        "mark it as secret",
        "the same as the password",
        "address2: see the mapping of Globex",
        "SO-10023: done",
        "v2: closed"};
    for (size_t i = 0; i < sizeof secrets / sizeof secrets[0]; i++)
        expect(secrets[i], secret_may_be_in(secrets[i]), true);
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++)
        expect(plain[i], secret_may_be_in(plain[i]), false);
}

static void
each_rule_of_keys_has_its_examples(void)
{
#define K(beginning, least, with, without)                                     \
    expect(with, secret_has_key(with), true);                                  \
    expect(without, secret_has_key(without), false);
#define I(beginning, id) expect(id, secret_has_key(id), false);
#include "workflow/edit/secret_keys.def"
#undef K
#undef I
}

static void
each_rule_of_options_has_its_examples(void)
{
#define O(program, option, place, with, without)                               \
    expect(with, secret_has_option(with), true);                               \
    expect(without, secret_has_option(without), false);
#include "workflow/edit/secret_options.def"
#undef O
}

/* Signs and blanks of other scripts, and what is hidden between. */
static void
signs_are_those_that_people_see(void)
{
    static const char *const texts[] = {
        "password\xef\xbc\x9ax",      /* a wide colon */
        "password\xef\xbc\x9dx",      /* a wide sign */
        "pass\xe2\x80\x8bword: x",    /* nothing, of no width */
        "password\xc2\xa0=\xc2\xa0x", /* blanks that keep lines together */
        "passphrase \xe2\x80\x9cx\xe2\x80\x9d", /* curly quotes */
        "password \xe2\x86\x92 x",              /* an arrow */
        "sshpass\xc2\xa0-p\xc2\xa0x ssh a@h"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        expect(texts[i], secret_may_be_in(texts[i]), true);
}

/* Every line of the secrets, with something before and behind it. */
static void
secrets_are_found_in_notes(void)
{
    char *text = cases_text("secrets.txt"), *rest = text, *line;
    int found = 0, all = 0;
    while ((line = strsep(&rest, "\n")) != NULL) {
        if (!*line || strncmp(line, "# ", 2) == 0)
            continue;
        char *note = mem_printf("Called Kim on Monday.\n%s\nDone.", line);
        bool is = secret_may_be_in(note);
        found += is;
        all++;
        if (!is)
            printf("# not found in a note: %s\n", line);
        free(note);
    }
    CHECK(100 * found >= 98 * all);
    free(text);
}

void
test_workflow_secrets(void)
{
    static const struct test tests[] = {
        {"secrets are found in texts", secrets_are_found},
        {"secrets are found in notes of several lines",
         secrets_are_found_in_notes},
        {"ordinary texts hold no secret", ordinary_texts_are_none},
        {"what stands before its name is found",
         what_stands_before_its_name_is_found},
        {"each rule of keys has its examples",
         each_rule_of_keys_has_its_examples},
        {"each rule of options has its examples",
         each_rule_of_options_has_its_examples},
        {"signs are those that people see", signs_are_those_that_people_see},
        {NULL, NULL}};
    test_run("secrets", tests);
    failed_tests += test_result();
}
