/* What tests of questions find, and what another session does meanwhile. */
#include "tests/unit/ui/screen/meanwhile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ident.h"
#include "base/mem.h"
#include "base/text.h"
#include "manager/draft/draft.h"
#include "manager/draft/fork.h"
#include "manager/draft/kept.h"
#include "manager/draft/version.h"
#include "manager/exchange/facts.h"
#include "manager/exchange/runtime.h"
#include "manager/installation/installation.h"
#include "manager/release/release.h"
#include "manager/session/store.h"
#include "tests/unit/test.h"
#include "tests/unit/ui/screen/store.h"
#include "value/value.h"

#define ENTERPRISE "bb0000000000000000000000"

static struct error e;

/* --- what is there -------------------------------------------------------- */

#define ADD_TAX(digits)                                                        \
    "{\"op\":\"add\",\"path\":\"/blocks/0\",\"value\":{\"id\":"                \
    "\"0f0f0f0f-0000-4000-8000-00000000000a\",\"kind\":\"math\",\"name\":"     \
    "\"Tax\",\"formula\":\"=ROUND(total, " digits ")\"}}"
#define ADD_TABLE                                                              \
    "{\"op\":\"add\",\"path\":\"/tables\",\"value\":{\"Codes\":{\"columns\":"  \
    "[\"key\",\"value\"],\"rows\":[[\"UPS\",\"old\"]]}}}"
#define MAP(source)                                                            \
    "{\"op\":\"replace\",\"path\":\"/blocks/0/mapping/0/"                      \
    "source\",\"value\":\"" source "\"}"

static void
edit(struct manager *m, const char *draft, const char *patch)
{
    struct value *v = NULL;
    struct draft_content seen = {.revision = -1}, now;
    CHECK_INT(value_read(&v, patch, strlen(patch), &value_limits_document,
                         "patch", &e),
              ERR_OK);
    if (manager_draft_edit(m, draft, &seen, v, &now, &e) == ERR_OK)
        draft_content_clear(&now);
    else
        test_fail(__FILE__, __LINE__, "edit", e.text, "");
    value_free(v);
}

static void
undo(struct manager *m, const char *draft)
{
    struct draft_content seen = {.revision = -1}, now;
    CHECK_INT(manager_draft_undo(m, draft, &seen, true, &now, &e), ERR_OK);
    draft_content_clear(&now);
}

static void
release(struct manager *m, const char *draft)
{
    const struct release_options options = {
        .note = "as agreed", .replace_awaiting = true, .stale_ok = true};
    struct release_plan plan = {0};
    CHECK_INT(manager_release(m, &draft, 1, &options, &plan, &e), ERR_OK);
    release_plan_clear(&plan);
}

static void
fork_here(struct manager *m, char id[IDENT_SIZE])
{
    CHECK_INT(manager_draft_fork(m, "customer-0", "order-to-cash", NULL,
                                 DRAFT_ANOTHER, id, &e),
              ERR_OK);
}

/* A draft of ACTOR for EnterpriseCo with one edit and a value table. */
static void
make_draft(struct small_store *s, const char *actor)
{
    char id[IDENT_SIZE];
    struct manager *m = small_store_open(s, actor);
    fork_here(m, id);
    edit(m, id, "[" ADD_TABLE "]");
    edit(m, id, "[" ADD_TAX("2") "]");
    manager_close(m);
}

void
with_a_draft(struct small_store *s)
{
    make_draft(s, "alice");
}

/* Of two customers. */
void
with_two_drafts(struct small_store *s)
{
    char id[IDENT_SIZE];
    make_draft(s, "alice");
    struct manager *m = small_store_open(s, "alice");
    CHECK_INT(manager_draft_fork(m, "customer-2", "order-to-cash", NULL,
                                 DRAFT_ANOTHER, id, &e),
              ERR_OK);
    edit(m, id, "[" ADD_TAX("2") "]");
    manager_close(m);
}

static void
add_bob(struct small_store *s)
{
    struct manager *m = small_store_open(s, "alice");
    CHECK_INT(manager_access_add(m, "bob", ROLE_ENGINEER, NULL, PAYLOADS_AS_IS,
                                 NULL, &e),
              ERR_OK);
    manager_close(m);
}

void
with_bobs_draft(struct small_store *s)
{
    add_bob(s);
    make_draft(s, "bob");
}

static void
keep(struct manager *m, const char *draft, const char *text)
{
    const struct kept_text kept = {
        .place = "p", .label = "Tax", .text = text, .why = "it was changed"};
    CHECK_INT(manager_draft_keep(m, draft, &kept, &e), ERR_OK);
}

/* Calls DO with the only open draft of EnterpriseCo, as its author. */
static void
with_the_draft(struct small_store *s, const char *author,
               void (*act)(struct manager *m, const char *draft))
{
    struct manager *m = small_store_open(s, author);
    struct version_list drafts = {0};
    CHECK_INT(manager_draft_list(m, NULL, "customer-0", false, &drafts, &e),
              ERR_OK);
    CHECK_INT(drafts.count, 1);
    if (drafts.count == 1)
        act(m, drafts.rows[0].id);
    version_list_clear(&drafts);
    manager_close(m);
}

static void
keep_first(struct manager *m, const char *draft)
{
    keep(m, draft, "=first");
}

void
with_a_kept_text(struct small_store *s)
{
    with_a_draft(s);
    with_the_draft(s, "alice", keep_first);
}

/* The runtime says, as its fact SEQUENCE, that VERSION is KIND for
 * EnterpriseCo. */
static void
tell(struct manager *m, enum fact_kind kind, const char *version,
     int64_t sequence)
{
    struct small_ids ids;
    small_store_ids(m, &ids);
    struct fact fact = {.sequence = sequence,
                        .at = sequence,
                        .kind = kind,
                        .installation_id = ENTERPRISE,
                        .workflow_id = ids.workflow,
                        .version_id = version};
    const struct fact_page page = {
        .facts = &fact, .count = 1, .cursor = sequence, .head = sequence};
    CHECK_INT(manager_apply_facts(m, ids.runtime, &page, &e), ERR_OK);
}

static void
release_own(struct small_store *s, enum fact_kind kind, int64_t sequence)
{
    char id[IDENT_SIZE];
    struct manager *m = small_store_open(s, "alice");
    fork_here(m, id);
    release(m, id);
    tell(m, kind, id, sequence);
    manager_close(m);
}

void
with_own_versions(struct small_store *s)
{
    release_own(s, FACT_LIVE, 1);
    release_own(s, FACT_LIVE, 2);
}

void
with_a_waiting_version(struct small_store *s)
{
    release_own(s, FACT_AWAITING, 1);
}

/* Base 2 and the own version of EnterpriseCo map a row differently; bob has
 * carried the own one to it. */
void
with_bobs_conflicts(struct small_store *s)
{
    char own[IDENT_SIZE], base[IDENT_SIZE];
    struct fork_plan plan;
    add_bob(s);
    struct manager *m = small_store_open(s, "alice");
    fork_here(m, own);
    edit(m, own, "[" MAP("custom.memo") "]");
    release(m, own);
    CHECK_INT(manager_draft_new(m, "order-to-cash", DRAFT_ANOTHER, base, &e),
              ERR_OK);
    edit(m, base, "[" MAP("orderNumber.x") "]");
    release(m, base);
    manager_close(m);
    m = small_store_open(s, "bob");
    const struct fork_request request = {.installation = "customer-0",
                                         .workflow = "order-to-cash",
                                         .from = base,
                                         .carry = own,
                                         .choice = DRAFT_ANOTHER};
    CHECK_INT(manager_draft_further(m, &request, &plan, &e), ERR_OK);
    fork_plan_clear(&plan);
    manager_close(m);
}

/* Both were asked for before, as by who asks now. */
static void
ask_twice(struct small_store *s, bool first)
{
    struct manager *m = small_store_open(s, "alice");
    for (int i = 0; i < 2; i++)
        CHECK_INT(manager_installation_pause(m, "customer-0", NULL,
                                             i == 0 ? first : !first, false,
                                             NULL, NULL, &e),
                  ERR_OK);
    manager_close(m);
}

void
was_resumed(struct small_store *s)
{
    ask_twice(s, true);
}

void
was_paused(struct small_store *s)
{
    small_store_pause(s);
    ask_twice(s, false);
}

/* --- what another session does -------------------------------------------- */

/* As many edits as before, of the same author, and other content. */
static void
edit_otherwise(struct manager *m, const char *draft)
{
    undo(m, draft);
    edit(m, draft, "[" ADD_TAX("3") "]");
}

void
it_is_edited(struct small_store *s)
{
    with_the_draft(s, "alice", edit_otherwise);
}

void
bob_edits_it(struct small_store *s)
{
    with_the_draft(s, "bob", edit_otherwise);
}

static void
edit_the_note(struct manager *m, const char *draft)
{
    edit(m, draft, "[" MAP("orderNumber.y") "]");
}

void
bob_edits_the_carried(struct small_store *s)
{
    with_the_draft(s, "bob", edit_the_note);
}

static void
keep_another(struct manager *m, const char *draft)
{
    size_t count;
    CHECK_INT(manager_draft_forget(m, draft, NULL, &count, &e), ERR_OK);
    CHECK_INT(count, 1);
    keep(m, draft, "=second");
}

void
another_text_is_kept(struct small_store *s)
{
    with_the_draft(s, "alice", keep_another);
}

void
another_is_released(struct small_store *s)
{
    char id[IDENT_SIZE];
    struct manager *m = small_store_open(s, "alice");
    fork_here(m, id);
    release(m, id);
    manager_close(m);
}

/* --- what it changes and changes back ------------------------------------- */

void
paused_and_resumed(struct small_store *s)
{
    ask_twice(s, true);
}

void
resumed_and_paused(struct small_store *s)
{
    ask_twice(s, false);
}

/* What waits is withdrawn and waits again. */
void
withdrawn_and_back(struct small_store *s)
{
    struct manager *m = small_store_open(s, "alice");
    struct installed_workflow_list list;
    CHECK_INT(manager_installation_workflows(m, "customer-0", &list, &e),
              ERR_OK);
    tell(m, FACT_WITHDRAWN, list.rows[0].awaiting_id, 2);
    tell(m, FACT_AWAITING, list.rows[0].awaiting_id, 3);
    installed_workflow_list_clear(&list);
    manager_close(m);
}

/* Another version goes live, then the one before again. */
void
live_and_back(struct small_store *s)
{
    struct small_ids ids;
    struct installed_workflow_list list;
    char id[IDENT_SIZE];
    struct manager *m = small_store_open(s, "alice");
    small_store_ids(m, &ids);
    CHECK_INT(manager_installation_workflows(m, "customer-0", &list, &e),
              ERR_OK);
    snprintf(id, sizeof id, "%s", list.rows[0].live_id);
    bool base = text_equal(id, ids.version);
    installed_workflow_list_clear(&list);
    manager_close(m);
    if (base)
        release_own(s, FACT_LIVE, 1);
    m = small_store_open(s, "alice");
    if (!base)
        tell(m, FACT_LIVE, ids.version, 3);
    tell(m, FACT_LIVE, id, base ? 2 : 4);
    manager_close(m);
}

static void
discard_and_restore(struct manager *m, const char *draft)
{
    CHECK_INT(manager_draft_discard(m, draft, NULL, &e), ERR_OK);
    CHECK_INT(manager_draft_restore(m, draft, &e), ERR_OK);
}

void
discarded_and_restored(struct small_store *s)
{
    with_the_draft(s, "alice", discard_and_restore);
}

static void
take(struct manager *m, const char *draft)
{
    CHECK_INT(manager_draft_take(m, draft, NULL, &e), ERR_OK);
}

void
taken_and_back(struct small_store *s)
{
    with_the_draft(s, "alice", take);
    with_the_draft(s, "bob", take);
}

static void
keep_again(struct manager *m, const char *draft)
{
    size_t count;
    CHECK_INT(manager_draft_forget(m, draft, NULL, &count, &e), ERR_OK);
    keep(m, draft, "=first");
}

void
kept_again(struct small_store *s)
{
    with_the_draft(s, "alice", keep_again);
}

static void
edit_and_undo(struct manager *m, const char *draft)
{
    edit(m, draft,
         "[{\"op\":\"replace\",\"path\":\"/blocks/0/formula\","
         "\"value\":\"=ROUND(total, 4)\"}]");
    undo(m, draft);
}

void
edited_and_undone(struct small_store *s)
{
    with_the_draft(s, "alice", edit_and_undo);
}
