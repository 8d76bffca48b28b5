/* Taking a version further: to a newer base, and to another customer. */
#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "manager/draft/editing.h"
#include "manager/draft/fork.h"
#include "manager/draft/previewing.h"
#include "manager/session/audit.h"
#include "tests/unit/manager/release/release.h"
#include "tests/unit/manager/release/world.h"
#include "tests/unit/test.h"
#include "workflow/carry/resolve.h"
#include "workflow/document/conflicts.h"

#define ADD(n, text)                                                           \
    "{\"op\":\"add\",\"path\":\"/blocks/1\",\"value\":{\"id\":"                \
    "\"20000000-0000-4000-8000-00000000000" #n "\"," text "}}"

static struct world w;
static struct error e;

static void
edit(const char *draft, const char *patch)
{
    struct value *v = NULL;
    CHECK_INT(value_read(&v, patch, strlen(patch), &value_limits_document,
                         "patch", &e),
              ERR_OK);
    CHECK_INT(manager_draft_edit(w.m, draft, NULL, v, NULL, &e), ERR_OK);
    value_free(v);
}

static void
release(const char *draft)
{
    struct release_options o = {.note = "test"};
    struct release_plan plan;
    enum err err = manager_release(w.m, &draft, 1, &o, &plan, &e);
    CHECK_INT(err, ERR_OK);
    if (err)
        printf("# %s\n", e.text);
    release_plan_clear(&plan);
    world_settle(&w);
}

/* An own version of user I: another formula, and a block more. */
static void
make_own(size_t i, const char *block)
{
    char id[25];
    CHECK_INT(world_fork(&w, i, "sale", 5, false, id, &e), ERR_OK);
    edit(id, block);
    release(id);
}

/* The next base, with the formula N. */
static void
make_base_with(int n)
{
    char id[25];
    CHECK_INT(manager_draft_new(w.m, "sale", DRAFT_ASK, id, &e), ERR_OK);
    CHECK_INT(world_edit(&w, id, n, &e), ERR_OK);
    release(id);
}

/* Base 2, with another formula than any. */
static void
make_base(void)
{
    make_base_with(7);
}

static enum err
further(struct manager *m, const char *from, const char *carry, bool plan_only,
        const char *asked, struct fork_plan *plan)
{
    struct fork_request r = {.installation = world_installation(0),
                             .workflow = "sale",
                             .from = from,
                             .carry = carry,
                             .choice = DRAFT_ANOTHER,
                             .plan_only = plan_only,
                             .asked = asked};
    return manager_draft_further(m, &r, plan, &e);
}

static char *
text_of(const char *version)
{
    struct buf text;
    buf_init_any(&text);
    CHECK_INT(manager_version_document(w.m, version, &text, &e), ERR_OK);
    return buf_take(&text);
}

static size_t
conflicts_of(const char *draft)
{
    struct document *d = NULL;
    CHECK_INT(manager_document(w.m, draft, &d, &e), ERR_OK);
    size_t n = d ? document_conflicts(d) : 0;
    document_free(d);
    return n;
}

/* --- to a newer base ------------------------------------------------------ */

#define LEVY                                                                   \
    "[" ADD(1, "\"kind\":\"math\",\"name\":\"Levy\",\"formula\":"              \
               "\"=Tax!result\"") "]"

static void
resolve(const char *draft, enum conflict_choice choice)
{
    struct editing ed;
    struct value *patch = NULL;
    CHECK_INT(editing_begin(&ed, w.m, draft, &e), ERR_OK);
    enum err err = conflict_resolve(&patch, ed.now.document, 0, choice, &e);
    CHECK_INT(editing_apply(&ed, err, patch, &e), ERR_OK);
    editing_end(&ed);
}

/* Sabotage: newest_base() in name_plan(). */
static void
a_newer_base_makes_another_plan(void)
{
    struct fork_plan shown, made;
    world_open(&w, 1);
    make_own(0, LEVY);
    make_base();
    CHECK_INT(further(w.m, "v2", "v1.1", true, NULL, &shown), ERR_OK);
    CHECK(!shown.newer);
    make_base_with(9);
    CHECK_INT(further(w.m, "v2", "v1.1", false, shown.hash, &made),
              ERR_CONFLICT);
    CHECK_STR(made.id, "");
    fork_plan_clear(&made);
    fork_plan_clear(&shown);
    CHECK_INT(further(w.m, "v2", "v1.1", true, NULL, &shown), ERR_OK);
    CHECK(shown.newer);
    CHECK_INT(further(w.m, "v2", "v1.1", false, shown.hash, &made), ERR_OK);
    fork_plan_clear(&made);
    fork_plan_clear(&shown);
    world_close(&w);
}

/* Sabotage: check_asked() in make(); plan_only in make(). */
static void
edits_are_carried_as_they_were_shown(void)
{
    struct fork_plan shown, made;
    world_open(&w, 1);
    make_own(0, LEVY);
    make_base();
    struct manager *eve = world_session(&w, "eve", ROLE_AUDITOR);
    int64_t records = world_audit_count(&w);
    CHECK_INT(further(eve, "v2", "v1.1", true, NULL, &shown), ERR_OK);
    CHECK_INT(world_audit_count(&w), records);
    CHECK_STR(shown.id, "");
    CHECK_INT(shown.edits.states[CARRY_CLEAN], 1);
    CHECK_INT(shown.edits.states[CARRY_CONFLICT], 1);
    CHECK_STR(shown.carried, "v1.1");
    CHECK_STR(shown.base, "v1");
    CHECK_STR(shown.from, "v2");
    CHECK_INT(further(eve, "v2", "v1.1", false, NULL, &made), ERR_ROLE);
    fork_plan_clear(&made);
    CHECK_INT(further(w.m, "v2", "v1.1", false, "another", &made),
              ERR_CONFLICT);
    CHECK_STR(made.id, "");
    fork_plan_clear(&made);
    CHECK_INT(world_audit_count(&w), records);
    CHECK_INT(further(w.m, "v2", "v1.1", false, shown.hash, &made), ERR_OK);
    CHECK_INT(conflicts_of(made.id), 1);
    char *text = text_of(made.id);
    CHECK_HAS(text, "\"formula\":\"=1+7\"");
    CHECK_HAS(text, "\"name\":\"Levy\"");
    free(text);
    fork_plan_clear(&shown);
    fork_plan_clear(&made);
    manager_close(eve);
    world_close(&w);
}

static void
a_conflict_is_kept_until_it_is_resolved(void)
{
    struct fork_plan plan;
    struct release_options o = {.note = "test"};
    struct release_plan release_plan;
    char id[25];
    world_open(&w, 1);
    make_own(0, LEVY);
    make_base();
    CHECK_INT(further(w.m, "v2", "v1.1", false, NULL, &plan), ERR_OK);
    snprintf(id, sizeof id, "%s", plan.id);
    const char *draft = id;
    fork_plan_clear(&plan);
    world_crash(&w);
    CHECK_INT(conflicts_of(id), 1);
    CHECK_INT(manager_draft_ready(w.m, id, NULL, &e), ERR_INVALID);
    CHECK_HAS(e.text, "conflict 1, Tax > formula");
    CHECK_INT(manager_release(w.m, &draft, 1, &o, &release_plan, &e),
              ERR_INVALID);
    release_plan_clear(&release_plan);
    resolve(id, CHOOSE_OURS);
    CHECK_INT(conflicts_of(id), 0);
    char *text = text_of(id);
    CHECK_HAS(text, "\"formula\":\"=1+5\"");
    free(text);
    CHECK_INT(manager_draft_undo(w.m, id, NULL, false, NULL, &e), ERR_OK);
    CHECK_INT(conflicts_of(id), 1);
    resolve(id, CHOOSE_THEIRS);
    text = text_of(id);
    CHECK_HAS(text, "\"formula\":\"=1+7\"");
    free(text);
    release(id);
    world_close(&w);
}

/* What the words of a release say, one "label|text" a line. */
static void
take_words(void *ctx, const char *label, enum change_line kind,
           const char *text)
{
    (void)kind;
    buf_addf(ctx, "%s|%s\n", label, text);
}

static void
check_words(const char *draft, const char *const *wanted)
{
    struct release_options o = {.dry_run = true};
    struct release_plan plan;
    struct buf said;
    buf_init(&said, 1 << 16);
    CHECK_INT(manager_release(w.m, &draft, 1, &o, &plan, &e), ERR_OK);
    release_item_say_changes(&plan.items[0],
                             &(struct change_sink){take_words, &said});
    for (; *wanted; wanted++)
        CHECK_HAS(buf_str(&said), *wanted);
    buf_clear(&said);
    release_plan_clear(&plan);
}

/* Carries v1.1 to base 2, resolves the conflict by CHOICE, and expects WANTED
 * of the release of what comes out. */
static void
check_carried(enum conflict_choice choice, const char *const *wanted)
{
    struct fork_plan plan;
    world_open(&w, 1);
    make_own(0, LEVY);
    make_base();
    CHECK_INT(further(w.m, "v2", "v1.1", false, NULL, &plan), ERR_OK);
    resolve(plan.id, choice);
    check_words(plan.id, wanted);
    fork_plan_clear(&plan);
    world_close(&w);
}

/* Live is v1.1 with two edits, base 2 changes what one of them changes.
 * Sabotage: is_of_base() in lines_of(); base_to in say_none(). */
static void
a_release_says_what_its_base_brings(void)
{
    check_carried(CHOOSE_OURS,
                  (const char *[]){
                      "base|v2 instead of v1\n",
                      "changes|none for user-0: v2.1 does the same as v1.1 "
                      "(live), on base v2 instead of v1\n",
                      "own edits|compared with v2 (base):\n|added math block "
                      "Levy\n|Tax > formula: =1+7 -> =1+5\n",
                      NULL});
    check_carried(CHOOSE_THEIRS,
                  (const char *[]){
                      "base|v2 instead of v1\nchanges|compared with v1.1 "
                      "(live):\nfrom base|Tax > formula: =1+5 -> =1+7\n"
                      "own edits|compared with v2 (base):\n|added math block "
                      "Levy\n",
                      NULL});
}

/* Of one base nothing is said of a base. */
static void
a_release_on_the_same_base_compares_with_live(void)
{
    char id[25];
    world_open(&w, 1);
    CHECK_INT(world_fork(&w, 0, "sale", 5, false, id, &e), ERR_OK);
    check_words(id, (const char *[]){"changes|compared with v1 (live):\n|Tax > "
                                     "formula: =1+",
                                     NULL});
    world_close(&w);
}

static void
what_cannot_be_carried_is_refused(void)
{
    struct fork_plan plan;
    char draft[25];
    world_open(&w, 2);
    make_own(0, LEVY);
    make_own(1, LEVY);
    make_base();
    CHECK_INT(further(w.m, "v1.1", "v1.1", false, NULL, &plan), ERR_INVALID);
    CHECK_HAS(e.text, "carried to a base version");
    CHECK_INT(further(w.m, "v2", "v1", false, NULL, &plan), ERR_INVALID);
    CHECK_HAS(e.text, "is not an own version of");
    CHECK_INT(further(w.m, "v2", "user-1/orders/sale:v1.1", false, NULL, &plan),
              ERR_INVALID);
    CHECK_HAS(e.text, "is not an own version of");
    CHECK_INT(world_fork(&w, 0, "sale", 8, false, draft, &e), ERR_OK);
    CHECK_INT(further(w.m, "v2", draft, false, NULL, &plan), ERR_REFUSED);
    CHECK_HAS(e.text, "is not released");
    CHECK_INT(world_fork(&w, 1, "sale", 8, false, draft, &e), ERR_OK);
    CHECK_INT(further(w.m, draft, NULL, false, NULL, &plan), ERR_REFUSED);
    CHECK_HAS(e.text, "is not released");
    world_close(&w);
}

/* --- to another customer -------------------------------------------------- */

#define OTHER "user-1/orders/sale:v1.1"

#define CALL                                                                   \
    "[" ADD(                                                                   \
        2,                                                                     \
        "\"kind\":\"api\",\"name\":\"Call\",\"note\":\"Globex said so\","      \
        "\"url\":\"https://x.example/\",\"headers\":{\"Authorization\":"       \
        "\"Bearer s3cret\",\"X-Sum\":\"=Tax!result\"},"                        \
        "\"sample\":{\"name\":\"Ada of Globex\"},\"mapping\":["                \
        "{\"target\":\"sum\",\"source\":\"Tax!result\","                       \
        "\"note\":\"call with Ada\"},{\"target\":\"user.password\","           \
        "\"source\":\"\\\"hunter2\\\"\"},{\"target\":\"token\","               \
        "\"source\":\"auth.token\"}]") "," ADD(3,                              \
                                               "\"kind\":\"variables\","       \
                                               "\"name\":\"Ask\",\"values\":[" \
                                               "{\"name\":"                    \
                                               "\"region\",\"ask\":{"          \
                                               "\"label\":\"Region\"}}]") "]"

/* Sabotage: document_bare() in fork_other(). */
static void
nothing_of_the_other_customer_comes_with_it(void)
{
    static const char *const secret[] = {"Globex",  "s3cret",    "Ada",
                                         "hunter2", "x.example", "=1+5"};
    struct fork_plan plan, made;
    struct version_list list;
    world_open(&w, 2);
    make_own(1, CALL);
    CHECK_INT(further(w.m, OTHER, NULL, true, NULL, &plan), ERR_OK);
    CHECK_INT(further(w.m, OTHER, NULL, false, plan.hash, &made), ERR_OK);
    char *left = value_to_text(made.left_out);
    char *needs = value_to_text(made.needs);
    CHECK_STR(left, "[\"Tax > formula\",\"Call > note\",\"Call > url\","
                    "\"Call > headers[Authorization]\","
                    "\"Call > mapping[sum] note\","
                    "\"Call > mapping[user.password]\",\"Call > sample\"]");
    CHECK_HAS(needs, "\"label\":\"Region\"");
    CHECK_HAS(made.other, "user-1");
    char *text = text_of(made.id);
    for (size_t i = 0; i < sizeof secret / sizeof *secret; i++)
        CHECK(!strstr(text, secret[i]));
    CHECK_HAS(text, "\"X-Sum\":\"=Tax!result\"");
    CHECK_HAS(text, "\"source\":\"auth.token\"");
    CHECK_INT(manager_version_show(w.m, made.id, NULL, NULL, &list, &e),
              ERR_OK);
    CHECK_STR(list.rows[0].parent_label, "v1");
    CHECK_STR(list.rows[0].note, "");
    CHECK_STR(list.rows[0].username, "user-0");
    version_list_clear(&list);
    fork_plan_clear(&plan);
    fork_plan_clear(&made);
    free(text);
    free(left);
    free(needs);
    world_close(&w);
}

static enum err
with_constants(const char *from, bool all, const char *place, bool plan_only,
               const char *asked, struct fork_plan *plan)
{
    struct value *wanted = value_array();
    if (place)
        value_append(wanted, value_string(place));
    struct fork_request r = {.installation = world_installation(0),
                             .workflow = "sale",
                             .from = from,
                             .constants = all,
                             .wanted = wanted,
                             .choice = DRAFT_ANOTHER,
                             .plan_only = plan_only,
                             .asked = asked};
    enum err err = manager_draft_further(w.m, &r, plan, &e);
    value_free(wanted);
    return err;
}

/* Sabotage: the second part of check_asked(); check_wanted(). */
static void
what_comes_along_was_shown_before(void)
{
    static const char header[] = "Call > headers[Authorization]";
    struct fork_plan plan, made;
    world_open(&w, 2);
    make_own(1, CALL);
    int64_t records = world_audit_count(&w);
    CHECK_INT(further(w.m, OTHER, NULL, false, NULL, &made), ERR_REFUSED);
    CHECK_STR(made.id, "");
    char *along = value_to_text(made.along);
    CHECK_STR(along, "[\"Ask > values[region] asks \\\"Region\\\"\"]");
    free(along);
    fork_plan_clear(&made);
    CHECK_INT(with_constants(OTHER, true, NULL, false, NULL, &made),
              ERR_REFUSED);
    fork_plan_clear(&made);
    CHECK_INT(with_constants(OTHER, false, "Call > method", true, NULL, &made),
              ERR_INVALID);
    fork_plan_clear(&made);
    CHECK_INT(with_constants("v1", true, NULL, true, NULL, &made), ERR_INVALID);
    fork_plan_clear(&made);
    CHECK_INT(world_audit_count(&w), records);
    CHECK_INT(with_constants(OTHER, true, header, true, NULL, &plan), ERR_OK);
    CHECK_INT(with_constants(OTHER, true, NULL, false, plan.hash, &made),
              ERR_CONFLICT);
    fork_plan_clear(&made);
    CHECK_INT(with_constants(OTHER, true, header, false, plan.hash, &made),
              ERR_OK);
    char *text = text_of(made.id);
    CHECK_HAS(text, "Bearer s3cret");
    CHECK_HAS(text, "=1+5");
    CHECK_HAS(text, "x.example");
    CHECK(!strstr(text, "hunter2"));
    free(text);
    fork_plan_clear(&plan);
    fork_plan_clear(&made);
    world_close(&w);
}

#define MAPPED                                                                 \
    "[" ADD(4, "\"kind\":\"map\",\"name\":\"Map\",\"mapping\":["               \
               "{\"target\":\"a\",\"source\":\"\\\"s3cret\\\"\"},"             \
               "{\"target\":\"b\",\"source\":\"=IF(id=\\\"x\\\",1,2)\"},"      \
               "{\"target\":\"c\",\"source\":\"id\",\"note\":\"Ada\","         \
               "\"default\":\"hunter2\"},"                                     \
               "{\"target\":\"d\",\"source\":\"=id&1\"}]") "]"

/* Sabotage: literal_of() in rows_of_document(). */
static void
suggestions_have_no_constants_of_others(void)
{
    struct fork_plan plan;
    struct mapping_rows *rows = NULL;
    size_t count = 0;
    world_open(&w, 2);
    make_own(1, MAPPED);
    CHECK_INT(further(w.m, OTHER, NULL, true, NULL, &plan), ERR_OK);
    char *hash = mem_strdup(plan.hash);
    fork_plan_clear(&plan);
    CHECK_INT(further(w.m, OTHER, NULL, false, hash, &plan), ERR_OK);
    CHECK_INT(manager_other_rows(w.m, plan.id, "Map", &rows, &count, &e),
              ERR_OK);
    CHECK_INT(count, 1);
    struct value *v = count ? rows_value(&rows[0]) : value_null();
    char *text = value_to_text(v);
    CHECK_STR(text, "[{\"target\":\"c\",\"source\":\"id\"},"
                    "{\"target\":\"d\",\"source\":\"=id&1\"}]");
    for (size_t i = 0; i < count; i++)
        rows_clear(&rows[i]);
    free(rows);
    free(text);
    free(hash);
    value_free(v);
    fork_plan_clear(&plan);
    world_close(&w);
}

void
test_release_further(void)
{
    static const struct test tests[] = {
        {"edits are carried as they were shown",
         edits_are_carried_as_they_were_shown},
        {"a newer base makes another plan", a_newer_base_makes_another_plan},
        {"a conflict is kept until it is resolved",
         a_conflict_is_kept_until_it_is_resolved},
        {"a release says what its base brings",
         a_release_says_what_its_base_brings},
        {"a release on the same base compares with live",
         a_release_on_the_same_base_compares_with_live},
        {"what cannot be carried is refused",
         what_cannot_be_carried_is_refused},
        {"nothing of the other customer comes with a version",
         nothing_of_the_other_customer_comes_with_it},
        {"what comes along was shown before",
         what_comes_along_was_shown_before},
        {"suggestions have no constants of others",
         suggestions_have_no_constants_of_others},
        {NULL, NULL},
    };
    test_run("further", tests);
    failed_tests += test_result();
}
