/*
 * A text that may hold a secret and that nobody has stored with Enter is
 * nowhere afterwards: typed or pasted, in every field of a draft and in the
 * lines of the frame, whatever ends it.
 */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/mem.h"
#include "tests/unit/ui/draft/drafts.h"

#define SECRET "Zq9hunter2"

/* Calls of other programs, and what else may hold one. */
static const char *const calls[] = {"curl https://a.example/c -u bob:" SECRET,
                                    "wget --header=\"X-Api-Key: " SECRET
                                    "\" https://a.example"};
static const char *const others[] = {"Authorization: Bearer " SECRET,
                                     "password=" SECRET};
enum { TEXTS = 2 };

/* A draft with one of each kind of field. */
#define ID(n) "0f0f0f0f-0000-4000-8000-00000000000" n
#define PARTS                                                                  \
    "[{\"op\":\"add\",\"path\":\"/blocks/0\",\"value\":{\"id\":\"" ID(         \
        "a") "\",\"kind\":\"math\",\"name\":\"Tax\",\"formula\":\"=1\"}},"     \
             "{\"op\":\"add\",\"path\":\"/blocks/0\",\"value\":{\"id\":\"" ID( \
                 "b") "\",\"kind\":\"api\",\"name\":\"Call\",\"method\":"      \
                      "\"PUT\","                                               \
                      "\"url\":\"https://a.example/"                           \
                      "orders\",\"headers\":{\"Accept\":"                      \
                      "\"text/csv\"},\"sample\":{\"old\":1}}},"                \
                      "{\"op\":\"add\",\"path\":\"/blocks/"                    \
                      "0\",\"value\":{\"id\":\"" ID(                           \
                          "c") "\",\"kind\":\"stop\",\"name\":\"Halt\"}},"     \
                               "{\"op\":\"add\",\"path\":\"/"                  \
                               "tables\",\"value\":{\"Codes\":{"               \
                               "\"columns\":[\"key\",\"value\"],\"rows\":[["   \
                               "\"UPS\",\"U\"],"                               \
                               "[\"DHL\",\"D\"]]}}}]"

#define MAPPING "j\nj\nj\nj\nEnter\n"
#define TABLE "T\nEnter\n"

/* The fields; where one has NEXT, the NEXT - 1 below it are tried as well. */
static const struct field {
    const char *name, *open; /* from the blocks of the draft */
    int next;
    bool in_draft;
} fields[] = {
    {"stop", "j\ne\n", 1, true},
    {"call", "j\nj\ne\n", 5, true},
    {"math", "j\nj\nj\ne\n", 2, true},
    {"mapping source", MAPPING "j\ne\n", 0, true},
    {"mapping target", MAPPING "j\nh\ne\n", 0, true},
    {"mapping default", MAPPING "j\n:edit-default\n", 0, true},
    {"mapping note", MAPPING "j\n:note\n", 0, true},
    {"new row", MAPPING "i\n", 0, true},
    {"source of a new row", MAPPING "i\n'memo2\nEnter\n", 0, true},
    {"row form", MAPPING "j\nj\nEnter\nUp\n", 12, true},
    {"note of a row form", MAPPING "j\nj\nEnter\nUp\nUp\n", 0, true},
    {"value", TABLE "e\n", 0, true},
    {"key", TABLE "h\ne\n", 0, true},
    {"new key", TABLE "i\n", 0, true},
    {"value of a new key", TABLE "i\n'k\nEnter\n", 0, true},
    {"command line", ":\n", 0, false},
    {"filter", "/\n", 0, false},
    {"action menu", "a\n", 0, false},
    {"palette", "i\n", 0, false},
    {"finder", "o\n", 0, false},
};
enum { FIELDS = sizeof fields / sizeof fields[0] };

/* Fails where the secret is in the store. */
static void
check_store(const char *where)
{
    struct buf bytes;
    buf_init_any(&bytes);
    CHECK_INT(file_read(store_path(), &bytes, &e), ERR_OK);
    if (memmem(bytes.data, bytes.len, SECRET, strlen(SECRET)))
        test_fail(__FILE__, __LINE__, where, "in the store", "nowhere");
    buf_clear(&bytes);
}

/* Opens field AT of F, puts TEXT there and does AFTER. */
static char *
shown_after(const struct field *f, int at, const char *text, bool pasted,
            const char *after)
{
    struct buf script;
    buf_init(&script, 4096);
    buf_addf(&script, "F\nEnter\n%s", f->open);
    for (int i = 0; i < at; i++)
        buf_adds(&script, "Down\n");
    buf_addf(&script, "Ctrl-U\n%s%s\n%s", pasted ? "!paste " : "'", text,
             after);
    char *shown =
        console_shows_at("eve", buf_str(&script), 40, 250, false, false);
    buf_clear(&script);
    return shown;
}

static void
try_text(const struct field *f, int at, const char *text, bool pasted)
{
    char *where = mem_printf("%s %d, %s: %s", f->name, at,
                             pasted ? "pasted" : "typed", text);
    free(shown_after(f, at, text, pasted, ""));
    check_store(where);
    char *shown =
        shown_after(f, at, text, pasted, "Esc\nEsc\n!later 2000\n:messages\n");
    if (strstr(shown, SECRET))
        test_fail(__FILE__, __LINE__, where, shown, "not among the messages");
    free(shown);
    check_store(where);
    free(where);
}

static void
begin(void)
{
    fixture_start(1);
    struct manager *m = session_of("eve");
    CHECK_INT(edit_text(m, fork_for(m, 1), -1, PARTS, NULL), ERR_OK);
    manager_close(m);
}

/* Each of a field's texts, one of the kinds typed and the other pasted. */
static void
try_texts(const struct field *f, int at, int t)
{
    try_text(f, at, calls[t], t == 0);
    try_text(f, at, others[t], t == 1);
}

/* What is typed does get into the fields. */
static void
check_typed(const struct field *f)
{
    char *shown = shown_after(f, 0, "plain words", false, "Esc\n");
    if (f->in_draft && !strstr(shown, "Not saved: plain words"))
        test_fail(__FILE__, __LINE__, f->name, shown, "typed");
    free(shown);
}

/* Sabotage: unfinished_check() in draft_view_store(), draft_view_apply_text();
 * unfinished_is_secret() in unfinished_keep() and unfinished_leave(). */
static void
no_field_keeps_a_secret(void)
{
    begin();
    for (size_t i = 0; i < FIELDS; i++) {
        check_typed(&fields[i]);
        for (int t = 0; t < TEXTS; t++)
            try_texts(&fields[i], 0, t);
        for (int at = 1; at < fields[i].next; at++)
            try_texts(&fields[i], at, at % TEXTS);
    }
    CHECK_INT(ask_sql("SELECT count(*) FROM kept_text WHERE text <> ''"), 0);
    fixture_end();
}

/* Keys at once where no field takes them: neither held nor in the message.
 * Sabotage: secret() in keep(), ui/app/paste.c. */
static void
no_held_paste_is_a_secret(void)
{
    begin();
    char *shown = console_shows_at(
        "eve",
        "!at-once p a s s w o r d = Z q 9 h u n t e r 2 Enter\n!later 1000\n"
        ":messages\n",
        40, 250, false, false);
    CHECK_HAS(shown, "Paste dropped, it may hold a secret");
    CHECK(!strstr(shown, SECRET));
    free(shown);
    shown = console_shows_at("eve",
                             "!at-once p l a i n w o r d s Enter\n"
                             "!later 1000\n:held-paste\n",
                             40, 250, false, false);
    CHECK_HAS(shown, "plainwords");
    free(shown);
    fixture_end();
}

void
test_grids_secrets(void)
{
    static const struct test tests[] = {
        {"no field keeps a secret", no_field_keeps_a_secret},
        {"no held paste is a secret", no_held_paste_is_a_secret},
        {NULL, NULL}};
    test_run("grids secrets", tests);
    failed_tests += test_result();
}
