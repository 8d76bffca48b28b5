/* Where the programs of an installation are looked for. */
#include "base/program.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/unit/base/base.h"
#include "tests/unit/test.h"

/* Sabotage: leave own_folder() or the loop out of program_path(). */
static void
beside_this_one_then_where_they_are_installed(void)
{
    char self[4096];
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    CHECK(n > 0);
    self[n > 0 ? n : 0] = '\0';
    char *beside = program_path(strrchr(self, '/') + 1);
    char *nowhere = program_path("tailor-of-nobody");
    CHECK_STR(beside, self);
    CHECK_STR(nowhere, TAILOR_BINDIR "/tailor-of-nobody");
    free(beside);
    free(nowhere);
}

static void
what_is_not_there_cannot_be_started(void)
{
    struct error e;
    char name[] = "tailor-of-nobody";
    char *const argv[] = {name, NULL};
    CHECK_INT(program_become(name, argv, &e), ERR_IO);
    CHECK_HAS(e.text, "/tailor-of-nobody: cannot be started: No such file");
}

void
test_base_program(void)
{
    static const struct test tests[] = {
        {"beside this one, then where they are installed",
         beside_this_one_then_where_they_are_installed},
        {"what is not there cannot be started",
         what_is_not_there_cannot_be_started},
        {NULL, NULL}};
    test_run("program", tests);
    failed_tests |= test_result();
}
