/* What a session leaves for the next one of the same person. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "tests/unit/test.h"
#include "tests/unit/ui/screen/store.h"

/* The screen after SCRIPT of ACTOR on S, whose memory is beside the store; a
 * new string. */
static char *
play(struct small_store *s, const char *actor, const char *script)
{
    const struct visit look = {.actor = actor,
                               .memory = s->folder,
                               .rows = 24,
                               .cols = 80};
    struct buf screen;
    buf_init(&screen, 1 << 20);
    small_store_play(s, &look, script, &screen);
    return buf_take(&screen);
}

static void
check(struct small_store *s, const char *actor, const char *script,
      const char *words, bool there)
{
    char *screen = play(s, actor, script);
    if (there)
        CHECK_HAS(screen, words);
    else
        CHECK(!strstr(screen, words));
    free(screen);
}

static char *
file_of(const struct small_store *s, const char *actor)
{
    return mem_printf("%s/tailor/console-%s.json", s->folder, actor);
}

static void
end(struct small_store *s)
{
    static const char *const actors[] = {"alice", "eve"};
    char *folder = mem_printf("%s/tailor", s->folder);
    for (size_t i = 0; i < 2; i++) {
        char *path = file_of(s, actors[i]);
        unlink(path);
        free(path);
    }
    CHECK_INT(rmdir(folder), 0);
    free(folder);
    small_store_remove(s);
}

static char *
content(const struct small_store *s, const char *actor)
{
    struct buf out;
    struct error e = {0};
    char *path = file_of(s, actor);
    buf_init(&out, 1 << 20);
    file_read(path, &out, &e);
    free(path);
    return buf_take(&out);
}

/* Sabotage: memory_file_take(), memory_file_leave() in session(). */
static void
a_session_goes_on_where_the_last_one_ended(void)
{
    struct small_store s;
    small_store_make(&s, true);
    free(play(&s, "alice",
              ":theme mono\n/\n'globex\nEnter\n/\nCtrl-U\n"
              "'enterprise\nEnter\nF\n"));
    check(&s, "alice", ":last-place\n", "Create cash sale", true);
    check(&s, "alice", "!wait 250", "filtered as last time: enterprise", true);
    check(&s, "alice", ":theme\n", "The theme is mono", true);
    check(&s, "alice", "/\nCtrl-U\nUp\nUp", "/globex", true);
    check(&s, "eve", "!wait 250", "as last time", false);
    end(&s);
}

/* Sabotage: is_harmless() in add_history(). */
static void
nothing_that_was_typed_into_a_draft_is_left(void)
{
    struct small_store s;
    struct stat st;
    small_store_make(&s, true);
    free(play(&s, "alice",
              "Enter\nF\nj\n :\n'rename Secret\nEnter\n :\n"
              "'go-to New\nEnter\n :\n'headers aa,bb\nEnter\n"));
    char *text = content(&s, "alice"), *path = file_of(&s, "alice");
    CHECK_HAS(text, "go-to New");
    CHECK(!strstr(text, "Secret"));
    CHECK(!strstr(text, "aa,bb"));
    CHECK_INT(stat(path, &st), 0);
    CHECK_INT(st.st_mode & 0777, 0600);
    free(text);
    free(path);
    end(&s);
}

/* Sabotage: the check of the mode in read_own(), of the actor in
 * read_memory(). */
static void
a_file_that_cannot_be_believed_is_ignored(void)
{
    static const struct {
        const char *text;
        mode_t mode;
        const char *said;
    } cases[] = {
        {"{\"actor\":\"alice\",\"theme\":\"mono\"}", 0600, NULL},
        {"{\"actor\":\"alice\",\"theme\":\"mono\"}", 0644, "only you can read"},
        {"{\"actor\":\"eve\",\"theme\":\"mono\"}", 0600, "it is not of alice"},
        {"{\"actor\":\"alice\",\"theme\":", 0600, "Ignored "},
        {"{\"actor\":\"alice\",\"theme\":5,\"commands\":{},\"filters\":[1],"
         "\"sort\":[],\"filter\":7,\"screen\":\"release\",\"of\":\"x\"}",
         0600, NULL},
    };
    struct small_store s;
    struct error e = {0};
    small_store_make(&s, true);
    free(play(&s, "alice", "!wait 20"));
    char *path = file_of(&s, "alice");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        CHECK_INT(file_write(path, cases[i].text, strlen(cases[i].text),
                             cases[i].mode, &e),
                  ERR_OK);
        char *screen = play(&s, "alice", ":messages\n");
        CHECK_INT(strstr(screen, "Ignored ") != NULL, cases[i].said != NULL);
        free(screen);
    }
    free(path);
    end(&s);
}

void
test_console_memory(void)
{
    static const struct test tests[] = {
        {"a session goes on where the last one ended",
         a_session_goes_on_where_the_last_one_ended},
        {"nothing that was typed into a draft is left",
         nothing_that_was_typed_into_a_draft_is_left},
        {"a file that cannot be believed is ignored",
         a_file_that_cannot_be_believed_is_ignored},
        {NULL, NULL}};
    test_run("console memory", tests);
    failed_tests += test_failures;
}
