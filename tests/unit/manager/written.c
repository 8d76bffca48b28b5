/* Who wrote which change of a draft. */
#include "manager/draft/written.h"

#include "base/text.h"
#include "manager/draft/editing.h"
#include "manager/draft/version.h"
#include "tests/unit/manager/fixture.h"
#include "workflow/document/kinds.h"
#include "workflow/edit/edit.h"


static void
add_block(const char *actor, const char *draft, const char *name)
{
    struct manager *m = session_of(actor);
    struct editing ed;
    struct value *patch = NULL;
    CHECK_INT(manager_draft_take(m, draft, NULL, &e), ERR_OK);
    CHECK_INT(editing_begin(&ed, m, draft, &e), ERR_OK);
    struct value *block =
        edit_new_block(ed.now.document, kind_get(KIND_math), name, NULL);
    enum err err =
        edit_insert(&patch, ed.now.document, block,
                    (struct edit_place){.where = PLACE_BEFORE, .ref = CASH_SALE},
                    NULL, &e);
    CHECK_INT(editing_apply(&ed, err, patch, &e), ERR_OK);
    editing_end(&ed);
    manager_close(m);
}

static void
set_formula(const char *actor, const char *draft, const char *block)
{
    struct manager *m = session_of(actor);
    struct editing ed;
    struct value *patch = NULL;
    CHECK_INT(manager_draft_take(m, draft, NULL, &e), ERR_OK);
    CHECK_INT(editing_begin(&ed, m, draft, &e), ERR_OK);
    enum err err = edit_set(&patch, ed.now.document, block, "formula",
                            value_string("=1+1"), &e);
    CHECK_INT(editing_apply(&ed, err, patch, &e), ERR_OK);
    editing_end(&ed);
    manager_close(m);
}

/* Checks the lines of DRAFT, joined by " | ". */
static void
check_written(const char *draft, const char *wanted)
{
    struct manager *m = session_of("eve");
    struct version_list list;
    struct buf text;
    CHECK_INT(manager_version_show(m, draft, NULL, NULL, &list, &e), ERR_OK);
    char **lines = written_lines(m, draft, list.rows[0].parent_id);
    buf_init_any(&text);
    for (size_t i = 0; lines[i]; i++)
        buf_addf(&text, "%s%s", i ? " | " : "", lines[i]);
    CHECK_STR(buf_str(&text), wanted);
    buf_clear(&text);
    text_lines_free(lines);
    version_list_clear(&list);
    manager_close(m);
}

/* A fork by eve, with her row of the tax. */
static void
begin(char id[IDENT_SIZE])
{
    fixture_start(1);
    struct manager *m = session_of("eve");
    snprintf(id, IDENT_SIZE, "%s", fork_for(m, 1));
    manager_close(m);
    map_row("eve", id, "taxTotal", "total");
}

static void
one_author_is_not_told_change_by_change(void)
{
    char id[IDENT_SIZE];
    begin(id);
    check_written(id, "");
    map_row("eve", id, "memo", "=\"x\"");
    check_written(id, "");
    fixture_end();
}

/* Sabotage: s->found[i] in write_down(). */
static void
a_change_is_of_who_made_it_last(void)
{
    char id[IDENT_SIZE];
    begin(id);
    map_row("ed", id, "memo", "=\"x\"");
    check_written(id, "ed: 1 change: Create cash sale > memo: =\"Order \" & "
                      "orderNumber & \", \" & customer.fullName -> =\"x\" | "
                      "eve: 1 change: Create cash sale > taxTotal: blank -> "
                      "total");
    map_row("ed", id, "taxTotal", "=total*2");
    check_written(id, "ed: 2 changes: Create cash sale > taxTotal: blank -> "
                      "=total*2; Create cash sale > memo: =\"Order \" & "
                      "orderNumber & \", \" & customer.fullName -> =\"x\"");
    fixture_end();
}

/* Sabotage: draft_log_author() in walk_back(). */
static void
what_was_undone_is_nobodys(void)
{
    char id[IDENT_SIZE];
    begin(id);
    map_row("ed", id, "taxTotal", "=total*2");
    struct manager *m = session_of("ed");
    CHECK_INT(undo_at(m, id, 2, NULL), ERR_OK);
    manager_close(m);
    map_row("ed", id, "memo", "=\"x\"");
    check_written(id, "ed: 1 change: Create cash sale > memo: =\"Order \" & "
                      "orderNumber & \", \" & customer.fullName -> =\"x\" | "
                      "eve: 1 change: Create cash sale > taxTotal: blank -> "
                      "total");
    fixture_end();
}

/* Sabotage: the first case of is_part(). */
static void
a_new_block_is_of_all_who_edited_it(void)
{
    char id[IDENT_SIZE];
    fixture_start(1);
    struct manager *m = session_of("eve");
    snprintf(id, sizeof id, "%s", fork_for(m, 1));
    manager_close(m);
    add_block("eve", id, "Tax");
    set_formula("ed", id, "Tax");
    check_written(id, "ed: 1 change: added math block Tax | eve: 1 change: "
                      "added math block Tax");
    fixture_end();
}

void
test_manager_written(void)
{
    static const struct test tests[] = {
        {"one author is not told change by change",
         one_author_is_not_told_change_by_change},
        {"a change is of who made it last", a_change_is_of_who_made_it_last},
        {"what was undone is nobody's", what_was_undone_is_nobodys},
        {"a new block is of all who edited it",
         a_new_block_is_of_all_who_edited_it},
        {NULL, NULL}};
    RUN_SUITE("written", tests);
}
