/* Drafts: making them, whose they are, what may be done to them. */
#include "manager/draft/draft.h"

#include "base/digest.h"
#include "base/mem.h"
#include "manager/exchange/runtime.h"
#include "store/console.h"
#include "tests/unit/manager/fixture.h"

#define RENAME "[{\"op\":\"replace\",\"path\":\"/name\",\"value\":\"%s\"}]"

static enum err
rename_draft(struct manager *m, const char *draft, const char *name)
{
    char patch[200];
    snprintf(patch, sizeof patch, RENAME, name);
    return edit_text(m, draft, -1, patch, NULL);
}

/* The row of version ID; cleared by the next call. */
static const struct version_row *
row_of(struct manager *m, const char *id)
{
    static struct version_list list;
    version_list_clear(&list);
    CHECK_INT(manager_version_show(m, id, NULL, NULL, &list, &e), ERR_OK);
    return &list.rows[0];
}

static void
a_fork_copies_the_live_version(void)
{
    struct buf a;
    struct buf b;
    char id[IDENT_SIZE];
    buf_init(&a, 1 << 20);
    buf_init(&b, 1 << 20);
    fixture_start(2);
    struct manager *m = session_of("eve");
    CHECK_INT(manager_draft_fork(m, "user1", "order-to-cash", NULL, DRAFT_ASK,
                                 id, &e),
              ERR_OK);
    const struct version_row *row = row_of(m, id);
    CHECK_STR(row->label, "v1.1");
    CHECK_STR(row->parent_label, "v1");
    CHECK_STR(row->author, "eve");
    CHECK_STR(row->status, "draft");
    CHECK_STR(row->installation_id, installation_id(1));
    CHECK(row->live_when_made != NULL);
    CHECK(!row->stale);
    CHECK_INT(manager_version_document(m, id, &a, &e), ERR_OK);
    CHECK_INT(manager_version_document(m, "order-to-cash:v1", &b, &e), ERR_OK);
    CHECK_STR(buf_str(&a), buf_str(&b));
    CHECK_STR(row_of(m, fork_for(m, 1))->label, "v1.2");
    CHECK_STR(row_of(m, fork_for(m, 2))->label, "v1.1");
    /* A fork of one's own draft stays on its base. */
    CHECK_INT(manager_draft_fork(m, "user1", "order-to-cash", "v1.1",
                                 DRAFT_ANOTHER, id, &e),
              ERR_OK);
    CHECK_STR(row_of(m, id)->label, "v1.3");
    CHECK_STR(row_of(m, id)->parent_label, "v1.1");
    manager_close(m);
    buf_clear(&a);
    buf_clear(&b);
    fixture_end();
}

static void
what_may_not_be_forked(void)
{
    char id[IDENT_SIZE];
    char foreign[IDENT_SIZE];
    char base[IDENT_SIZE];
    fixture_start(2);
    struct manager *m = session_of("ada");
    snprintf(foreign, sizeof foreign, "%s", fork_for(m, 2));
    CHECK_INT(manager_draft_fork(m, "user1", "order-to-cash", foreign,
                                 DRAFT_ANOTHER, id, &e),
              ERR_REFUSED);
    CHECK_HAS(e.text, "another installation's");
    CHECK_INT(manager_draft_new(m, "order-to-cash", DRAFT_ASK, base, &e),
              ERR_OK);
    CHECK_INT(manager_draft_fork(m, "user1", "order-to-cash", base,
                                 DRAFT_ANOTHER, id, &e),
              ERR_REFUSED);
    CHECK_INT(manager_draft_fork(m, "user1", "initial-sync", NULL,
                                 DRAFT_ANOTHER, id, &e),
              ERR_NOT_FOUND);
    CHECK_HAS(e.text, "order-to-cash");
    CHECK_INT(manager_draft_fork(m, "user1", "order-to-cash",
                                 "order-sync/initial-sync:v1", DRAFT_ANOTHER,
                                 id, &e),
              ERR_INVALID);
    manager_close(m);
    fixture_end();
}

static void
unfinished_work_asks(void)
{
    char first[IDENT_SIZE];
    char second[IDENT_SIZE];
    char id[IDENT_SIZE];
    fixture_start(2);
    struct manager *eve = session_of("eve");
    struct manager *ed = session_of("ed");
    snprintf(first, sizeof first, "%s", fork_for(eve, 1));
    snprintf(second, sizeof second, "%s", fork_for(ed, 1));
    CHECK_INT(manager_draft_fork(eve, "user1", "order-to-cash", NULL, DRAFT_ASK,
                                 id, &e),
              ERR_CHOICE);
    CHECK(manager_candidates(eve)[0] && manager_candidates(eve)[1] &&
          !manager_candidates(eve)[2]);
    CHECK_INT(manager_draft_fork(eve, "user1", "order-to-cash", NULL,
                                 DRAFT_RESUME, id, &e),
              ERR_OK);
    CHECK_STR(id, first);
    CHECK_INT(manager_draft_fork(ed, "user1", "order-to-cash", NULL,
                                 DRAFT_RESUME, id, &e),
              ERR_OK);
    CHECK_STR(id, second);
    CHECK_INT(manager_draft_fork(eve, "user2", "order-to-cash", NULL, DRAFT_ASK,
                                 id, &e),
              ERR_OK);
    manager_close(eve);
    manager_close(ed);
    fixture_end();
}

static void
base_drafts_are_the_admins(void)
{
    char id[IDENT_SIZE];
    char other[IDENT_SIZE];
    fixture_start(1);
    struct manager *ada = session_of("ada");
    struct manager *eve = session_of("eve");
    CHECK_INT(manager_draft_new(eve, "order-to-cash", DRAFT_ASK, id, &e),
              ERR_ROLE);
    CHECK_INT(manager_draft_new(ada, "order-to-cash", DRAFT_ASK, id, &e),
              ERR_OK);
    CHECK_STR(row_of(ada, id)->label, "v2");
    CHECK_INT(manager_draft_new(ada, "order-to-cash", DRAFT_ASK, other, &e),
              ERR_CHOICE);
    CHECK_INT(manager_draft_new(ada, "order-to-cash", DRAFT_RESUME, other, &e),
              ERR_OK);
    CHECK_STR(other, id);
    CHECK_INT(manager_draft_take(eve, id, NULL, &e), ERR_ROLE);
    CHECK_INT(rename_draft(eve, id, "x"), ERR_ROLE);
    CHECK_INT(rename_draft(ada, id, "x"), ERR_OK);
    manager_close(ada);
    manager_close(eve);
    fixture_end();
}

static void
an_empty_workflow_gets_an_empty_draft(void)
{
    char id[IDENT_SIZE];
    fixture_start(1);
    struct manager *ada = session_of("ada");
    run_sql("INSERT INTO workflow SELECT 99,'bbbbbbbbbbbbbbbbbbbbbbbb',n,"
            "'fresh','Fresh one',9,0 FROM integration WHERE key='" CASH "'");
    CHECK_INT(manager_draft_new(ada, "fresh", DRAFT_ASK, id, &e), ERR_OK);
    struct buf out;
    buf_init(&out, 1000);
    CHECK_INT(manager_version_document(ada, id, &out, &e), ERR_OK);
    CHECK_HAS(buf_str(&out), "\"name\":\"Fresh one\"");
    CHECK_STR(row_of(ada, id)->label, "v1");
    buf_clear(&out);
    manager_close(ada);
    fixture_end();
}

static void
a_draft_belongs_to_its_author(void)
{
    char id[IDENT_SIZE];
    fixture_start(1);
    struct manager *eve = session_of("eve");
    struct manager *ed = session_of("ed");
    snprintf(id, sizeof id, "%s", fork_for(eve, 1));
    CHECK_INT(rename_draft(ed, id, "x"), ERR_REFUSED);
    CHECK_HAS(e.text, "take");
    CHECK_INT(manager_draft_ready(ed, id, NULL, &e), ERR_REFUSED);
    CHECK_INT(manager_draft_discard(ed, id, NULL, &e), ERR_REFUSED);
    CHECK_INT(manager_draft_note(ed, id, "x", &e), ERR_REFUSED);
    CHECK_INT(manager_draft_take(ed, id, NULL, &e), ERR_OK);
    CHECK_STR(row_of(ed, id)->author, "ed");
    CHECK_INT(rename_draft(ed, id, "x"), ERR_OK);
    CHECK_INT(rename_draft(eve, id, "y"), ERR_REFUSED);
    long long records = ask_sql("SELECT count(*) FROM audit");
    CHECK_INT(manager_draft_take(ed, id, NULL, &e), ERR_OK);
    CHECK_INT(ask_sql("SELECT count(*) FROM audit"), records);
    manager_close(eve);
    manager_close(ed);
    fixture_end();
}

/* Whoever takes it over gets it back. Sabotage: VERSION_RELEASED in take(). */
static void
a_discarded_draft_of_another_is_got_back(void)
{
    char id[IDENT_SIZE];
    fixture_start(1);
    struct manager *eve = session_of("eve"), *ed = session_of("ed");
    snprintf(id, sizeof id, "%s", fork_for(eve, 1));
    CHECK_INT(manager_draft_discard(eve, id, NULL, &e), ERR_OK);
    CHECK_INT(manager_draft_restore(ed, id, &e), ERR_REFUSED);
    CHECK_HAS(e.text, "take");
    CHECK_INT(manager_draft_take(ed, id, NULL, &e), ERR_OK);
    CHECK_STR(row_of(ed, id)->author, "ed");
    CHECK_INT(row_of(ed, id)->state, VERSION_DISCARDED);
    CHECK_INT(manager_draft_restore(ed, id, &e), ERR_OK);
    CHECK_INT(row_of(ed, id)->state, VERSION_DRAFT);
    CHECK_INT(rename_draft(ed, id, "x"), ERR_OK);
    manager_close(eve);
    manager_close(ed);
    fixture_end();
}

static void
ready_needs_a_valid_draft(void)
{
    char id[IDENT_SIZE];
    fixture_start(1);
    struct manager *m = session_of("eve");
    snprintf(id, sizeof id, "%s", fork_for(m, 1));
    CHECK_INT(manager_draft_ready(m, id, NULL, &e), ERR_OK);
    CHECK_STR(row_of(m, id)->status, "ready");
    CHECK_INT(rename_draft(m, id, "changed"), ERR_OK);
    CHECK_STR(row_of(m, id)->status, "draft");
    CHECK_INT(edit_text(m, id, -1,
                        "[{\"op\":\"remove\",\"path\":\"/trigger\"}]", NULL),
              ERR_OK);
    CHECK_INT(manager_draft_ready(m, id, NULL, &e), ERR_INVALID);
    CHECK_STR(row_of(m, id)->status, "draft");
    manager_close(m);
    fixture_end();
}

/* Who takes a draft over has not said that it is ready. Sabotage: the state in
 * VERSION_SET_AUTHOR, and in record_take(). */
static void
taking_over_ends_ready(void)
{
    char id[IDENT_SIZE];
    fixture_start(1);
    struct manager *eve = session_of("eve"), *ed = session_of("ed");
    snprintf(id, sizeof id, "%s", fork_for(eve, 1));
    CHECK_INT(manager_draft_ready(eve, id, NULL, &e), ERR_OK);
    CHECK_INT(manager_draft_take(eve, id, NULL, &e), ERR_OK);
    CHECK_STR(row_of(ed, id)->status, "ready");
    CHECK_INT(manager_draft_take(ed, id, NULL, &e), ERR_OK);
    CHECK_STR(row_of(ed, id)->status, "draft");
    CHECK_INT(ask_sql("SELECT count(*) FROM audit WHERE action = 'draft.take'"
                      " AND before = '{\"author\":\"eve\",\"state\":\"ready\"}'"
                      " AND after = '{\"author\":\"ed\",\"state\":\"draft\"}'"),
              1);
    CHECK_INT(manager_draft_take(eve, id, NULL, &e), ERR_OK);
    CHECK_INT(ask_sql("SELECT count(*) FROM audit WHERE action = 'draft.take'"
                      " AND after = '{\"author\":\"eve\"}'"),
              1);
    manager_close(eve);
    manager_close(ed);
    fixture_end();
}

/* What is done is what a person was shown, in the same transaction. Sabotage:
 * check_shown() in each of its callers in src/manager/draft/state.c. */
static void
only_what_was_shown_is_done(void)
{
    char id[IDENT_SIZE];
    fixture_start(1);
    struct manager *eve = session_of("eve"), *ed = session_of("ed");
    snprintf(id, sizeof id, "%s", fork_for(eve, 1));
    struct draft_shown edited = draft_shown_of(row_of(ed, id));
    CHECK_INT(rename_draft(eve, id, "changed"), ERR_OK);
    struct draft_shown owned = draft_shown_of(row_of(ed, id));
    CHECK_INT(manager_draft_take(ed, id, &edited, &e), ERR_STALE);
    CHECK_HAS(e.text, "edited since it was shown");
    CHECK_INT(manager_draft_ready(eve, id, &edited, &e), ERR_STALE);
    CHECK_INT(manager_draft_discard(eve, id, &edited, &e), ERR_STALE);
    CHECK_STR(row_of(ed, id)->author, "eve");
    CHECK_STR(row_of(ed, id)->status, "draft");
    CHECK_INT(manager_draft_take(ed, id, &owned, &e), ERR_OK);
    CHECK_INT(manager_draft_take(eve, id, &owned, &e), ERR_STALE);
    CHECK_HAS(e.text, "taken over by ed since it was shown");
    struct draft_shown open = draft_shown_of(row_of(ed, id));
    CHECK_INT(manager_draft_ready(ed, id, &open, &e), ERR_OK);
    CHECK_INT(manager_draft_take(eve, id, &open, &e), ERR_STALE);
    CHECK_HAS(e.text, "draft when it was shown and ready now");
    manager_close(eve);
    manager_close(ed);
    fixture_end();
}

static void
discarded_work_comes_back(void)
{
    char id[IDENT_SIZE];
    struct version_list list;
    fixture_start(1);
    struct manager *m = session_of("eve");
    snprintf(id, sizeof id, "%s", fork_for(m, 1));
    CHECK_INT(rename_draft(m, id, "kept"), ERR_OK);
    const char *hash = row_of(m, id)->hash;
    char before[DIGEST_SIZE];
    snprintf(before, sizeof before, "%s", hash);
    CHECK_INT(manager_draft_discard(m, id, NULL, &e), ERR_OK);
    CHECK_INT(manager_draft_discard(m, id, NULL, &e), ERR_OK);
    CHECK_INT(rename_draft(m, id, "x"), ERR_REFUSED);
    CHECK_HAS(e.text, "restore");
    CHECK_INT(manager_draft_list(m, NULL, NULL, false, &list, &e), ERR_OK);
    CHECK_INT(list.count, 0);
    version_list_clear(&list);
    CHECK_INT(manager_draft_list(m, NULL, NULL, true, &list, &e), ERR_OK);
    CHECK_INT(list.count, 1);
    version_list_clear(&list);
    CHECK_INT(manager_draft_restore(m, id, &e), ERR_OK);
    CHECK_STR(row_of(m, id)->hash, before);
    CHECK_INT(manager_draft_list(m, "eve", "user1", false, &list, &e), ERR_OK);
    CHECK_INT(list.count, 1);
    version_list_clear(&list);
    CHECK_INT(manager_draft_list(m, "ada", NULL, false, &list, &e), ERR_OK);
    CHECK_INT(list.count, 0);
    version_list_clear(&list);
    CHECK_INT(manager_draft_list(m, "nosuch", NULL, false, &list, &e),
              ERR_NOT_FOUND);
    CHECK_HAS(e.text, "person 'nosuch': not found");
    version_list_clear(&list);
    manager_close(m);
    fixture_end();
}

static void
a_released_version_is_final(void)
{
    char id[IDENT_SIZE];
    fixture_start(1);
    struct manager *m = session_of("ada");
    snprintf(id, sizeof id, "%s", row_of(m, "order-to-cash:v1")->id);
    CHECK_INT(rename_draft(m, id, "x"), ERR_REFUSED);
    CHECK_INT(manager_draft_undo(m, id, NULL, true, NULL, &e), ERR_REFUSED);
    CHECK_INT(manager_draft_take(m, id, NULL, &e), ERR_REFUSED);
    CHECK_INT(manager_draft_discard(m, id, NULL, &e), ERR_REFUSED);
    CHECK_INT(manager_draft_restore(m, id, &e), ERR_REFUSED);
    CHECK_INT(manager_draft_note(m, id, "x", &e), ERR_REFUSED);
    CHECK_INT(manager_draft_ready(m, id, NULL, &e), ERR_REFUSED);
    manager_close(m);
    fixture_end();
}

static void
a_tampered_document_is_not_used(void)
{
    char id[IDENT_SIZE];
    fixture_start(1);
    struct buf out;
    buf_init(&out, 1 << 20);
    struct manager *m = session_of("eve");
    snprintf(id, sizeof id, "%s", fork_for(m, 1));
    run_sql_without_triggers("UPDATE document SET body ="
                             " replace(body, 'order', 'ordre')");
    CHECK_INT(manager_version_document(m, "order-to-cash:v1", &out, &e),
              ERR_DAMAGED);
    CHECK_INT(manager_draft_fork(m, "user1", "order-to-cash", NULL,
                                 DRAFT_ANOTHER, id, &e),
              ERR_DAMAGED);
    run_sql("UPDATE draft SET body = replace(body, 'order', 'ordre')");
    CHECK_INT(rename_draft(m, id, "x"), ERR_DAMAGED);
    manager_close(m);
    buf_clear(&out);
    fixture_end();
}

#define OTHERS                                                                 \
    "SELECT * FROM installation t JOIN installed_workflow p ON"                \
    " p.installation=t.n LEFT JOIN version v ON v.installation=t.n LEFT JOIN"  \
    " draft d ON d.version=v.n LEFT JOIN draft_edit x ON x.version=v.n"        \
    " WHERE t.n<>1 ORDER BY 1"

static void
others_are_not_touched(void)
{
    char id[IDENT_SIZE];
    fixture_start(20);
    struct manager *m = session_of("eve");
    for (int i = 2; i < 5; i++)
        CHECK_INT(rename_draft(m, fork_for(m, i), "theirs"), ERR_OK);
    const char *others = digest_sql(OTHERS);
    char before[DIGEST_SIZE];
    snprintf(before, sizeof before, "%s", others);
    const char *released =
        digest_sql("SELECT * FROM version WHERE state=2 ORDER BY n");
    snprintf(id, sizeof id, "%s", fork_for(m, 1));
    CHECK_INT(rename_draft(m, id, "mine"), ERR_OK);
    CHECK_INT(manager_draft_undo(m, id, NULL, false, NULL, &e), ERR_OK);
    CHECK_INT(manager_draft_redo(m, id, NULL, false, NULL, &e), ERR_OK);
    CHECK_INT(manager_draft_note(m, id, "note", &e), ERR_OK);
    CHECK_INT(manager_draft_ready(m, id, NULL, &e), ERR_OK);
    CHECK_INT(manager_draft_discard(m, id, NULL, &e), ERR_OK);
    CHECK_STR(digest_sql("SELECT * FROM version WHERE state=2 ORDER BY n"),
              released);
    CHECK_STR(digest_sql(OTHERS), before);
    manager_close(m);
    fixture_end();
}

static long long
notes(const char *before, const char *after)
{
    char *sql = mem_printf("SELECT count(*) FROM audit WHERE before='%s' AND "
                           "after='%s'",
                           before, after);
    long long n = ask_sql(sql);
    free(sql);
    return n;
}

/* Sabotage: either line of record_note(), and text_equal() in change_note(). */
static void
the_audit_says_how_long_a_note_was(void)
{
    fixture_start(1);
    struct manager *m = session_of("ada");
    const char *id = fork_for(m, 1);
    CHECK_INT(manager_draft_note(m, id, "canary", &e), ERR_OK);
    CHECK_INT(manager_draft_note(m, id, "two", &e), ERR_OK);
    long long records = ask_sql("SELECT count(*) FROM audit");
    CHECK_INT(manager_draft_note(m, id, "two", &e), ERR_OK);
    CHECK_INT(ask_sql("SELECT count(*) FROM audit"), records);
    CHECK_INT(notes("{\"noteCharacters\":0}", "{\"noteCharacters\":6}"), 1);
    CHECK_INT(notes("{\"noteCharacters\":6}", "{\"noteCharacters\":3}"), 1);
    CHECK_INT(ask_sql("SELECT count(*) FROM audit WHERE instr(before || after,"
                      " 'canary')"),
              0);
    manager_close(m);
    fixture_end();
}

/* Sabotage: either line of note_may_hold_secret(). */
static void
a_note_that_may_hold_a_secret_is_refused(void)
{
    char key[IDENT_SIZE];
    fixture_start(1);
    struct manager *m = session_of("ada");
    const char *id = fork_for(m, 1);
    static const char *const notes[] = {
        "Authorization: Bearer sk_live_9aB3kQ7zX1vN5mP8rT2wY4uE6",
        "see curl -d @order.json https://example.com/orders"};
    for (size_t i = 0; i < sizeof notes / sizeof *notes; i++) {
        CHECK_INT(manager_draft_note(m, id, notes[i], &e), ERR_REFUSED);
        CHECK_HAS(e.text, "may hold a secret");
        CHECK_INT(manager_installation_pause(m, installation_id(1), NULL, true,
                                             false, notes[i], key, &e),
                  ERR_REFUSED);
        CHECK_INT(manager_installation_uninstall(m, installation_id(1),
                                                 notes[i], key, &e),
                  ERR_REFUSED);
    }
    CHECK_INT(manager_draft_note(m, id, "", &e), ERR_OK);
    manager_close(m);
    fixture_end();
}

static void
a_moved_live_version_makes_stale(void)
{
    char id[IDENT_SIZE];
    char base[IDENT_SIZE];
    fixture_start(1);
    struct manager *m = session_of("ada");
    snprintf(id, sizeof id, "%s", fork_for(m, 1));
    CHECK_INT(manager_draft_new(m, "order-to-cash", DRAFT_ASK, base, &e),
              ERR_OK);
    CHECK(!row_of(m, id)->stale);
    CHECK(!row_of(m, base)->stale);
    run_sql("INSERT INTO version(n,id,workflow,base_no,author,hash,state,"
            "created_at,created_by,changed_at) SELECT 900,"
            "'cccccccccccccccccccccccc',workflow,2,'ada',hash,2,0,'ada',0 FROM"
            " version v JOIN workflow w ON w.n=v.workflow AND"
            " w.key='order-to-cash' WHERE v.base_no=1 AND v.fork_no=0;"
            "UPDATE installed_workflow SET live=900");
    CHECK(row_of(m, id)->stale);
    CHECK(row_of(m, base)->stale);
    manager_close(m);
    fixture_end();
}

void
test_manager_draft(void)
{
    static const struct test tests[] = {
        {"a fork copies the live version", a_fork_copies_the_live_version},
        {"what may not be forked", what_may_not_be_forked},
        {"unfinished work asks", unfinished_work_asks},
        {"base drafts are the admins'", base_drafts_are_the_admins},
        {"an empty workflow gets an empty draft",
         an_empty_workflow_gets_an_empty_draft},
        {"a draft belongs to its author", a_draft_belongs_to_its_author},
        {"a discarded draft of another is got back",
         a_discarded_draft_of_another_is_got_back},
        {"ready needs a valid draft", ready_needs_a_valid_draft},
        {"taking over ends ready", taking_over_ends_ready},
        {"only what was shown is done", only_what_was_shown_is_done},
        {"discarded work comes back", discarded_work_comes_back},
        {"a released version is final", a_released_version_is_final},
        {"a tampered document is not used", a_tampered_document_is_not_used},
        {"others are not touched", others_are_not_touched},
        {"the audit says how long a note was",
         the_audit_says_how_long_a_note_was},
        {"a note that may hold a secret is refused",
         a_note_that_may_hold_a_secret_is_refused},
        {"a moved live version makes stale", a_moved_live_version_makes_stale},
        {NULL, NULL}};
    struct version_list none = {0};
    version_list_clear(&none);
    RUN_SUITE("draft", tests);
}
