/* What a console leaves for the next one of the same person and store. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "tests/unit/test.h"
#include "tests/unit/ui/screen/store.h"

/* The screen after SCRIPT of ACTOR on S; a new string. */
static char *
play(struct small_store *s, const char *actor, const char *script)
{
    const struct visit look = {
        .actor = actor, .remembers = true, .rows = 24, .cols = 80};
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
    return mem_printf("%s.prefs-%s", s->path, actor);
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

/* Sabotage: app_remember() in memory_file_open(), write_memory() in
 * memory_file_close(). */
static void
a_session_goes_on_where_the_last_one_ended(void)
{
    struct small_store s;
    small_store_make(&s, true);
    free(play(&s, "alice",
              " :\n'theme mono\nEnter\n/\n'globex\nEnter\n/\nCtrl-U\n"
              "'enterprise\nEnter\nF\n"));
    check(&s, "alice", ":last-place\n", "Create cash sale", true);
    check(&s, "alice", "!wait 250", "filtered as last time: enterprise", true);
    check(&s, "alice", ":theme\n", "The theme is mono", true);
    check(&s, "alice", " :\nUp", ":theme mono", true);
    check(&s, "eve", "!wait 250", "as last time", false);
    check(&s, "eve", ":last-place\n", "a read-only console keeps none", true);
    char *path = file_of(&s, "eve");
    CHECK(access(path, F_OK) != 0);
    free(path);
    small_store_remove(&s);
}

/* The same person has other rows in another store. */
static void
another_store_begins_with_nothing_of_it(void)
{
    struct small_store one, other;
    small_store_make(&one, true);
    small_store_make(&other, true);
    free(play(&one, "alice", ":theme mono\n/\n'enterprise\nEnter\nF\n"));
    check(&other, "alice", "!wait 250", "as last time", false);
    check(&other, "alice", ":last-place\n", "No place of an earlier", true);
    check(&other, "alice", ":theme\n", "The theme is mono", false);
    check(&one, "alice", ":theme\n", "The theme is mono", true);
    small_store_remove(&one);
    small_store_remove(&other);
}

/* Nobody has looked at what is pasted into the wrong field. Sabotage:
 * filter_pasted in give(), value_remove() in write_memory(). */
static void
a_filter_that_was_pasted_is_not_left(void)
{
    static const struct {
        const char *keys, *word;
        bool left;
    } cases[] = {
        {"/\n!paste hunterZ1\n", "hunterZ1", false},
        {"/\n!paste hunterZ1\nEnter\n/\n'x\nEnter\n", "hunterZ1", false},
        {"/\n'curl -u a:hunterZ1 https://x\nEnter\n", "hunterZ1", false},
        {"/\n'/api-key is hunterZ1\nEnter\n", "hunterZ1", false},
        {"/\n'the token is now hunter\nEnter\n", "hunter", false},
        {"/\n!paste x\nCtrl-U\n'globex\nEnter\n", "globex", true},
        {"/\n'globex\nEnter\nEnter\n/\n!paste x\nEnter\n", "globex", true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct small_store s;
        small_store_make(&s, true);
        free(play(&s, "alice", cases[i].keys));
        char *text = content(&s, "alice");
        if ((strstr(text, cases[i].word) != NULL) != cases[i].left)
            CHECK_STR(text, cases[i].keys);
        free(text);
        small_store_remove(&s);
    }
}

/* What was typed into a draft, or searched for in what customers sent.
 * Sabotage: is_harmless() in add_commands(), ACT_WORDS in is_harmless(),
 * is_own_line() in run_prompt(),
 * is_typed() in add_place(). */
static void
nothing_that_was_typed_into_a_draft_is_left(void)
{
    struct small_store s;
    struct stat st;
    small_store_make(&s, true);
    free(play(&s, "alice",
              "Enter\nF\nj\n :\n'rename Secret\nEnter\n :\n"
              "'go-to Jane Doe\nEnter\n :\n'headers aa,bb\nEnter\n"
              " :\n'audit jane@doe\nEnter\n :\n'audit\nEnter\n"
              " :\n'sort when\nEnter\n :\n'sort secretcolumn\nEnter\n"
              " :\n'theme 4111-1111\nEnter\n"
              " :\n'bind any x secretaction\nEnter\n/\n'jane@doe.example\nEnter\n"
              " :\n'installations\nEnter\n :\n'view jane-doe\nEnter\n"
              " :\n'view failing\nEnter\n :\n'sort customer\nEnter\n"
              " :\n'theme mono\nEnter\n :\n'audit 4111-1111\nEnter\n"));
    char *text = content(&s, "alice"), *path = file_of(&s, "alice");
    CHECK_HAS(text, "sort customer");
    CHECK_HAS(text, "theme mono");
    CHECK_HAS(text, "view failing");
    CHECK(!strstr(text, "Secret"));
    CHECK(!strstr(text, "secret"));
    CHECK(!strstr(text, "Jane"));
    CHECK(!strstr(text, "jane"));
    CHECK(!strstr(text, "4111"));
    CHECK(!strstr(text, "aa,bb"));
    CHECK_INT(stat(path, &st), 0);
    CHECK_INT(st.st_mode & 0777, 0600);
    free(text);
    free(path);
    small_store_remove(&s);
}

/* Lines as long as the console takes: what is kept is small, and is
 * read again. Sabotage: LINE_MOST in is_harmless(). */
static void
however_much_was_typed_the_rest_is_left(void)
{
    struct small_store s;
    struct buf script;
    small_store_make(&s, true);
    buf_init(&script, 4 << 20);
    for (int i = 0; i < 4; i++) {
        buf_addf(&script, " :\n'bind any %d", i);
        for (int k = 0; k < 3900; k++)
            buf_adds(&script, "x");
        buf_adds(&script, "\nEnter\n");
    }
    buf_adds(&script, ":theme mono\n");
    free(play(&s, "alice", buf_str(&script)));
    char *text = content(&s, "alice");
    CHECK(strlen(text) < 10000);
    free(text);
    check(&s, "alice", ":theme\n", "The theme is mono", true);
    buf_clear(&script);
    small_store_remove(&s);
}

/* Keeps what alice's file is now as "first", then as "second". */
static void
keep_file(struct small_store *s)
{
    char *path = file_of(s, "alice");
    char *first = mem_printf("%s/first", s->folder);
    char *second = mem_printf("%s/second", s->folder);
    if (link(path, first) != 0)
        CHECK_INT(link(path, second), 0);
    free(path);
    free(first);
    free(second);
}

/* So a console that is killed has left something. Sabotage: APART_MS in
 * memory_file_screen_left(), .left in session(). */
static void
leaving_a_screen_writes_it_once_a_minute(void)
{
    struct small_store s;
    struct stat seen[3];
    char *paths[3];
    small_store_make(&s, true);
    const struct visit look = {.actor = "alice",
                               .remembers = true,
                               .meanwhile = keep_file,
                               .rows = 24,
                               .cols = 80};
    struct buf screen;
    buf_init(&screen, 1 << 20);
    small_store_play(&s, &look,
                     ":theme mono\nEnter\nEsc\n!wait 20\n:meanwhile\n"
                     "Enter\nEsc\n:theme dark\nEnter\nEsc\n!wait 20\n"
                     ":meanwhile\nj\n",
                     &screen);
    paths[0] = mem_printf("%s/first", s.folder);
    paths[1] = mem_printf("%s/second", s.folder);
    paths[2] = file_of(&s, "alice");
    for (size_t i = 0; i < 3; i++) {
        CHECK_INT(stat(paths[i], &seen[i]), 0);
        free(paths[i]);
    }
    CHECK(seen[0].st_ino == seen[1].st_ino);
    CHECK(seen[0].st_ino != seen[2].st_ino);
    check(&s, "alice", ":theme\n", "The theme is dark", true);
    buf_clear(&screen);
    small_store_remove(&s);
}

struct foreign {
    const char *text;
    mode_t mode;
    bool is_used;
};

/* The file is said, and is after the session as it was. */
static void
check_foreign(struct small_store *s, const char *path, const struct foreign *c)
{
    struct error e = {0};
    struct stat before, after;
    CHECK_INT(file_write(path, c->text, strlen(c->text), c->mode, &e), ERR_OK);
    CHECK_INT(stat(path, &before), 0);
    char *screen = play(s, "alice", ":theme dark\n:messages\n");
    CHECK_INT(strstr(screen, "Nothing is kept") == NULL, c->is_used);
    CHECK_INT(stat(path, &after), 0);
    CHECK_INT(before.st_ino != after.st_ino, c->is_used);
    free(screen);
}

/* Sabotage: the check of the mode in open_own(), of the actor and the format in
 * check_form(), f->foreign in may_write(). */
static void
a_file_that_cannot_be_believed_is_left_alone(void)
{
    static const struct foreign cases[] = {
        {"{\"format\":1,\"actor\":\"alice\",\"theme\":\"mono\"}", 0600, true},
        {"{\"format\":1,\"actor\":\"alice\",\"theme\":\"mono\"}", 0644, false},
        {"{\"format\":1,\"actor\":\"eve\",\"theme\":\"mono\"}", 0600, false},
        {"{\"format\":2,\"actor\":\"alice\",\"theme\":\"mono\"}", 0600, false},
        {"{\"actor\":\"alice\",\"theme\":\"mono\"}", 0600, false},
        {"{\"actor\":\"alice\",\"theme\":", 0600, false},
        {"{\"format\":1,\"actor\":\"alice\",\"theme\":5,\"commands\":{},"
         "\"sort\":[],\"filter\":7,\"screen\":\"release\",\"of\":\"x\"}",
         0600, true},
    };
    struct small_store s;
    small_store_make(&s, true);
    char *path = file_of(&s, "alice");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check_foreign(&s, path, &cases[i]);
    free(path);
    small_store_remove(&s);
}

/* Sabotage: O_NOFOLLOW in open_own(). */
static void
a_link_is_not_followed(void)
{
    static const char text[] =
        "{\"format\":1,\"actor\":\"alice\",\"theme\":\"mono\"}";
    struct small_store s;
    struct error e = {0};
    struct stat st;
    small_store_make(&s, true);
    char *path = file_of(&s, "alice");
    char *target = mem_printf("%s/target", s.folder);
    CHECK_INT(file_write(target, text, strlen(text), 0600, &e), ERR_OK);
    CHECK_INT(symlink(target, path), 0);
    check(&s, "alice", ":messages\n", "Nothing is kept", true);
    CHECK_INT(lstat(path, &st), 0);
    CHECK(S_ISLNK(st.st_mode));
    free(path);
    free(target);
    small_store_remove(&s);
}

/* A fold holds for one person and one workflow. Sabotage: add_folds(),
 * take_folds() in memory_file.c. */
static void
folds_are_kept(void)
{
    struct small_store s;
    small_store_make(&s, true);
    free(play(&s, "alice",
              "/\n'enterprise\nEnter F\nj i\n'if\nEnter Ctrl-U\n'Large?\n"
              "Enter Esc\n:go-to Large\nz\n"));
    char *text = content(&s, "alice");
    CHECK_HAS(text, "\"folded\"");
    CHECK(!strstr(text, "Large"));
    free(text);
    check(&s, "alice", ":last-place\n", "if        0 blocks", true);
    check(&s, "alice", ":last-place\n", "yes", false);
    check(&s, "alice", ":last-place\n:go-to Large\nz\n", "yes", true);
    check(&s, "alice", ":last-place\n", "yes", true);
    small_store_remove(&s);
}

void
test_console_memory(void)
{
    static const struct test tests[] = {
        {"a session goes on where the last one ended",
         a_session_goes_on_where_the_last_one_ended},
        {"a filter that was pasted is not left",
         a_filter_that_was_pasted_is_not_left},
        {"nothing that was typed into a draft is left",
         nothing_that_was_typed_into_a_draft_is_left},
        {"another store begins with nothing of it",
         another_store_begins_with_nothing_of_it},
        {"however much was typed, the rest is left",
         however_much_was_typed_the_rest_is_left},
        {"leaving a screen writes it once a minute",
         leaving_a_screen_writes_it_once_a_minute},
        {"a file that cannot be believed is left alone",
         a_file_that_cannot_be_believed_is_left_alone},
        {"a link is not followed", a_link_is_not_followed},
        {"folds are kept", folds_are_kept},
        {NULL, NULL}};
    test_run("console memory", tests);
    failed_tests += test_failures;
}
