/* What a session may and may not do, whatever is pressed. */
#include <stdlib.h>

#include "base/ident.h"
#include "base/mem.h"
#include "manager/catalogue/sample.h"
#include "manager/draft/draft.h"
#include "manager/exchange/exchange.h"
#include "manager/exchange/runtime.h"
#include "manager/release/release.h"
#include "tests/unit/test.h"
#include "tests/unit/ui/screen/store.h"
#include "value/value.h"

#define DO(name)                                                               \
    "Esc\nEsc\nEsc\nEsc\nEnter\na\n'" name "\nEnter\n!later 300\nTab\n!later 300\nEnter\n!later 1000\n"

/* Every way to change something, on every screen. */
#define ALL_KEYS                                                               \
    "F\nEsc\n:pause\n!later 300\nTab\n!later 300\nEnter\n!later 1000\nEnter\nF\nEsc\n" DO("pause")      \
        DO("resume") DO("withdraw") DO("roll") DO("return")                    \
            DO("versions") "F\nEsc\nEsc\nEsc\nEnter\nj\nEnter\ni\nEsc\ne\nEsc" \
                           "\nJ\nK\n"                                          \
                           "d\nu\nU\np\nR\n!later 300\nEsc\n:mark-ready\n!later "   \
                           "300\nTab\n!later 300\nEnter\n!later 1000\nj\n"                              \
                           "Enter\ne\nEsc\nd\nu\np\nR\n!later "                \
                           "300\nEsc\nEsc\nEsc\n:release-now\n"                \
                           ":discard\n:take\n!paste x\n"

static void
press_all(const char *actor, bool read_only, int64_t *records)
{
    struct small_store s;
    const struct visit look = {
        .actor = actor, .read_only = read_only, .rows = 24, .cols = 80};
    struct buf screen;
    buf_init(&screen, 1 << 20);
    small_store_make(&s, true);
    int64_t before = small_store_records(&s);
    small_store_play(&s, &look, ALL_KEYS, &screen);
    *records = small_store_records(&s) - before;
    if (read_only || *records == 0)
        CHECK_HAS(buf_str(&screen), "READ-ONLY");
    small_store_remove(&s);
    buf_clear(&screen);
}

/* Three lines keep this: act_refusal in ui/app/action.c, operation_begin of
 * the manager, the store's connection. With the first one taken out
 * ("read_only" and the role in act_refusal) it is the second that refuses; the
 * same keys as alice show that they do change something. */
static void
a_read_only_session_changes_nothing(void)
{
    int64_t records = -1;
    press_all("alice", true, &records);
    CHECK_INT(records, 0);
    press_all("eve", false, &records);
    CHECK_INT(records, 0);
    press_all("alice", false, &records);
    CHECK(records > 0);
}

/* Text of others is made visible by cells_text; without text_is_hidden there
 * the escape would reach the terminal. */
static void
hostile_names_are_shown_as_what_they_are(void)
{
    struct small_store s;
    const struct visit look = {.actor = "alice", .rows = 24, .cols = 100};
    struct buf screen;
    buf_init(&screen, 1 << 20);
    small_store_make(&s, true);
    small_store_play(&s, &look, "/\n'evil\nEnter Enter", &screen);
    CHECK_HAS(buf_str(&screen), "EvilU+001B[31mU+202E Ltd");
    CHECK(strchr(buf_str(&screen), '\x1b') == NULL);
    small_store_remove(&s);
    buf_clear(&screen);
}

/* The form is closed by the end of the session: what was typed is kept. */
static void
unsaved_text_is_kept_when_the_session_ends(void)
{
    struct small_store s;
    const struct visit look = {.actor = "alice", .rows = 24, .cols = 80};
    struct buf screen;
    buf_init(&screen, 1 << 20);
    small_store_make(&s, true);
    small_store_play(&s, &look,
                     "/\n'enterprise\nEnter F i\n'math\nEnter Enter\n"
                     "'=total * 2",
                     &screen);
    buf_reset(&screen);
    small_store_play(&s, &look, "/\n'enterprise\nEnter\nF Enter j", &screen);
    CHECK_HAS(buf_str(&screen), "=total * 2");
    small_store_remove(&s);
    buf_clear(&screen);
}

/* Sabotage: the sync_lock_is_held() of notice_text() in console.c. */
static void
old_facts_are_said_without_a_question(void)
{
    struct small_store s;
    struct visit look = {.actor = "eve", .rows = 24, .cols = 80};
    struct buf screen;
    buf_init(&screen, 1 << 20);
    small_store_make(&s, true);
    small_store_play(&s, &look, "j", &screen);
    CHECK(!strstr(buf_str(&screen), "no sync"));
    look.unsynced = true;
    buf_reset(&screen);
    small_store_play(&s, &look, "j", &screen);
    CHECK_HAS(buf_str(&screen), "no sync");
    small_store_remove(&s);
    buf_clear(&screen);
}

/* What must be known is known beside every customer. Sabotage: return in
 * share_room() in draw.c. */
static void
old_facts_are_said_beside_a_customer(void)
{
    struct small_store s;
    struct visit look = {.actor = "alice",
                         .read_only = true,
                         .unsynced = true,
                         .rows = 24,
                         .cols = 80};
    static const char *const ways[] = {"j", "/\n'enterprise\nEnter Enter"};
    small_store_make(&s, true);
    for (size_t i = 0; i < 2; i++) {
        struct buf screen;
        buf_init(&screen, 1 << 20);
        small_store_play(&s, &look, ways[i], &screen);
        buf_truncate(&screen, strcspn(buf_str(&screen), "\n"));
        CHECK_HAS(buf_str(&screen), "PRODUCTION");
        CHECK_HAS(buf_str(&screen), "READ-ONLY");
        CHECK_HAS(buf_str(&screen), "no sync since 00:00");
        CHECK_HAS(buf_str(&screen), i ? "EnterpriseCo" : "Installations");
        buf_clear(&screen);
    }
    small_store_remove(&s);
}

static void
any_size_works(void)
{
    struct small_store s;
    struct visit look = {.actor = "alice", .rows = 24, .cols = 80};
    struct buf screen;
    buf_init(&screen, 1 << 20);
    small_store_make(&s, true);
    small_store_play(&s, &look,
                     "Enter F\n!resize 1 1\nj\n!resize 12 40\n!later 1000\ni\n'math\nEnter\n"
                     "!resize 12 41\n!resize 60 200\n!resize 13 300\nEsc\n"
                     "R\n!resize 12 40\n!resize 24 80",
                     &screen);
    CHECK_HAS(buf_str(&screen), "release");
    small_store_remove(&s);
    buf_clear(&screen);
}

/* --- another session, while a question is open ----------------------------- */

#define RELEASE_FORM                                                           \
    "F i\n'math\nEnter Ctrl-U\n'Tax\nEnter\n'=1 + 1\nEnter\nR\n!later 300\n"        \
    "Tab\nTab"

static void
pauses(struct small_store *s)
{
    struct manager *m = small_store_open(s, "alice");
    struct error e = {0};
    CHECK_INT(manager_installation_pause(m, "customer-0", NULL, true, false,
                                         NULL, NULL, &e),
              ERR_OK);
    manager_close(m);
}

static void
releases(struct small_store *s)
{
    const struct release_options options = {.note = "other"};
    struct manager *m = small_store_open(s, "alice");
    struct release_plan plan = {0};
    struct error e = {0};
    char id[IDENT_SIZE];
    const char *draft = id;
    CHECK_INT(manager_draft_fork(m, "customer-0", "order-to-cash", NULL,
                                 DRAFT_ANOTHER, id, &e),
              ERR_OK);
    CHECK_INT(manager_release(m, &draft, 1, &options, &plan, &e), ERR_OK);
    release_plan_clear(&plan);
    manager_close(m);
}

static void
discards(struct small_store *s)
{
    struct manager *m = small_store_open(s, "alice");
    struct version_list drafts = {0};
    struct error e = {0};
    CHECK_INT(manager_draft_list(m, NULL, "customer-0", false, &drafts, &e),
              ERR_OK);
    for (size_t i = 0; i < drafts.count; i++)
        CHECK_INT(manager_draft_discard(m, drafts.rows[i].id, NULL, &e), ERR_OK);
    version_list_clear(&drafts);
    manager_close(m);
}

/* One result that is expected of the customer, and not marked. */
static void
expects(struct small_store *s)
{
    static const char sample[] = "{\"input\":{\"total\":1}}";
    static const char blocks[] = "{\"Tax\":{\"result\":3}}";
    struct manager *m = small_store_open(s, "alice");
    struct value *input = NULL, *expected = NULL;
    struct error e = {0};
    bool fresh;
    CHECK_INT(value_read(&input, sample, strlen(sample), &value_limits_event,
                         "sample", &e),
              ERR_OK);
    CHECK_INT(value_read(&expected, blocks, strlen(blocks),
                         &value_limits_event, "blocks", &e),
              ERR_OK);
    const struct sample_expected x = {.blocks = expected};
    CHECK_INT(manager_sample_add(m, "order-to-cash", "customer-0", "other",
                                 input, &x, &fresh, &e),
              ERR_OK);
    value_free(input);
    value_free(expected);
    manager_close(m);
}

static void
does_nothing(struct small_store *s)
{
    (void)s;
}

static int64_t
requests(struct small_store *s)
{
    struct manager *m = small_store_open(s, "alice");
    int64_t n = 0;
    CHECK_INT(manager_outbox_count(m, 0, &n, NULL), ERR_OK);
    manager_close(m);
    return n;
}

/* Plays WAY and Enter after it, then MEANWHILE before that acts; returns how
 * many requests the runtimes are sent. OUT receives the last screen. */
static int64_t
requests_of(const char *way, void (*meanwhile)(struct small_store *),
            struct buf *out)
{
    struct small_store s;
    const struct visit look = {
        .actor = "alice", .rows = 24, .cols = 100, .meanwhile = meanwhile};
    char *script = mem_printf("/\n'enterprise\nEnter\n%s\n!later 300\nEnter\n"
                              ":meanwhile\n!later 300",
                              way);
    small_store_make(&s, true);
    int64_t before = requests(&s);
    small_store_play(&s, &look, script, out);
    int64_t sent = requests(&s) - before;
    small_store_remove(&s);
    free(script);
    return sent;
}

/* A question is judged again by what the store has when it is answered, and
 * not by what the screen has read. Sabotage: refresh() in moved_on(), the
 * basis in same_question(), release_is_as_shown(). */
static void
what_another_session_changed_is_asked_again(void)
{
    static const struct {
        const char *way;
        void (*meanwhile)(struct small_store *);
        const char *why; /* NULL: it is done */
        int sent;        /* by this session or by the other one */
    } cases[] = {
        {":pause\n!later 300\nTab", does_nothing, NULL, 1},
        {":pause\n!later 300\nTab", pauses, "changed while", 1},
        {":pause\n!later 300\nTab", releases, "changed while", 1},
        {"*\n:pause\n!later 300\nTab", pauses, "changed while", 1},
        {"Enter\n:pause\n!later 300\nTab", does_nothing, NULL, 1},
        {"Enter\n:pause\n!later 300\nTab", pauses, "changed while", 1},
        {"Enter\n:pause\n!later 300\nTab", releases, "changed while", 1},
        {"F\nEsc\nF\n:discard\n!later 300\nTab", discards, "the row is gone", 0},
        {RELEASE_FORM, does_nothing, NULL, 2},
        {RELEASE_FORM, pauses, "changed while", 1},
        {RELEASE_FORM, expects, "changed while", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct buf screen;
        buf_init(&screen, 1 << 20);
        int64_t sent = requests_of(cases[i].way, cases[i].meanwhile, &screen);
        CHECK_INT(sent, cases[i].sent);
        CHECK_HAS(buf_str(&screen), cases[i].why ? cases[i].why : "queued");
        buf_clear(&screen);
    }
}

/* Many are paused only after their count was typed. Sabotage: q->typed in
 * pause_question(). */
static void
many_are_paused_after_their_count(void)
{
    static const struct {
        const char *typed;
        bool acts;
    } cases[] = {{"", false}, {"'5\n", false}, {"'6\n", true}};
    const struct visit look = {.actor = "alice", .rows = 24, .cols = 100};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct small_store s;
        struct buf screen;
        char *script = mem_printf("*\n:pause\n!later 300\n%sTab\n!later 300\n"
                                  "Enter\n!later 1000",
                                  cases[i].typed);
        buf_init(&screen, 1 << 20);
        small_store_make(&s, true);
        int64_t before = requests(&s);
        small_store_play(&s, &look, script, &screen);
        CHECK_INT(requests(&s) > before, cases[i].acts);
        small_store_remove(&s);
        buf_clear(&screen);
        free(script);
    }
}

void
test_console_sessions(void)
{
    static const struct test tests[] = {
        {"many are paused after their count",
         many_are_paused_after_their_count},
        {"a read-only session changes nothing",
         a_read_only_session_changes_nothing},
        {"hostile names are shown as what they are",
         hostile_names_are_shown_as_what_they_are},
        {"unsaved text is kept when the session ends",
         unsaved_text_is_kept_when_the_session_ends},
        {"old facts are said beside a customer",
         old_facts_are_said_beside_a_customer},
        {"old facts are said without a question",
         old_facts_are_said_without_a_question},
        {"any size works", any_size_works},
        {"what another session changed is asked again",
         what_another_session_changed_is_asked_again},
        {NULL, NULL}};
    test_run("console sessions", tests);
    failed_tests += test_failures;
}
