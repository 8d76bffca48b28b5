/* tailor draft fork, conflicts, resolve: taking a version further. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cli/command/rows.h"
#include "cli/frame/commands.h"
#include "manager/draft/editing.h"
#include "manager/draft/fork.h"
#include "workflow/carry/resolve.h"
#include "workflow/document/conflicts.h"
#include "workflow/validate/material.h"

/* --- forking -------------------------------------------------------------- */

/* WANTED receives the places of --constant and lives as long as R. */
static enum err
read_request(const struct cli *cli, struct fork_request *r,
             struct value *wanted, struct error *e)
{
    const char *place;
    for (size_t i = 0; (place = cli_option_at(cli, "constant", i)); i++)
        value_append(wanted, value_string(place));
    *r = (struct fork_request){.installation = cli_arg(cli, 0),
                               .workflow = cli_arg(cli, 1),
                               .from = cli_option(cli, "from"),
                               .carry = cli_option(cli, "carry"),
                               .constants = cli_has(cli, "constants"),
                               .wanted = wanted,
                               .choice = cli_has(cli, "resume") ? DRAFT_RESUME
                                         : cli_has(cli, "new")  ? DRAFT_ANOTHER
                                                                : DRAFT_ASK,
                               .plan_only = cli_has(cli, "dry-run"),
                               .asked = cli_option(cli, "plan")};
    if (r->carry && !r->from)
        return error_set(e, ERR_USAGE,
                         "--carry: needs the base version to carry to "
                         "(--from, for example --from v4)");
    if (r->choice == DRAFT_RESUME && (r->carry || r->plan_only || r->asked))
        return error_set(e, ERR_USAGE,
                         "--resume: goes on with an open draft, so nothing is "
                         "carried or planned (leave one of them out)");
    return ERR_OK;
}

/* Sets what PLAN says in V. */
static void
set_plan(struct value *v, struct fork_plan *plan)
{
    struct value *states = value_object();
    value_set_text(v, "hash", plan->hash);
    value_set_text(v, "from", plan->from);
    if (*plan->carried) {
        for (size_t i = 0; i < CARRY_STATES; i++)
            value_set_int(states, carry_state_word((enum carry_state)i),
                          (int64_t)plan->edits.states[i]);
        value_set_text(v, "carried", plan->carried);
        value_set_text(v, "base", plan->base);
        value_set(v, "states", value_copy(states));
    }
    if (plan->other) {
        value_set_text(v, "customer", plan->other);
        value_set(v, "needs", value_copy(plan->needs));
        value_set(v, "undescribed", value_copy(plan->custom));
        value_set(v, "leftOut", value_copy(plan->left_out));
        value_set(v, "comesAlong", value_copy(plan->along));
    }
    value_free(states);
}

/* Says "TITLE: a, b" of a list of texts; nothing of an empty one. */
static void
say_list(struct cli *cli, const char *title, const struct value *list)
{
    struct buf text;
    buf_init_any(&text);
    for (size_t i = 0; i < value_size(list); i++)
        buf_addf(&text, "%s%s", i ? ", " : "",
                 value_text_or(value_at(list, i), ""));
    if (text.len)
        cli_say(cli, "%s: %s", title, buf_str(&text));
    buf_clear(&text);
}

/* The same with a line for each. */
static void
say_each(struct cli *cli, const char *title, const struct value *list)
{
    for (size_t i = 0; i < value_size(list); i++)
        cli_say(cli, "%s: %s", title, value_text_or(value_at(list, i), ""));
}

static void
say_other(struct cli *cli, const struct fork_plan *plan)
{
    struct buf needs;
    buf_init_any(&needs);
    need_words(plan->needs, &needs);
    cli_say(cli, "%s of %s", plan->from, plan->other);
    if (needs.len)
        cli_say(cli, "missing here: %s", buf_str(&needs));
    say_list(cli, "not described by the connector, may be missing here",
             plan->custom);
    say_each(cli, "left out", plan->left_out);
    say_each(cli, "comes along", plan->along);
    buf_clear(&needs);
}

static void
say_plan(struct cli *cli, const struct fork_plan *plan)
{
    const size_t *states = plan->edits.states;
    if (*plan->carried)
        cli_say(cli,
                "%s to %s: %zu edits: %zu clean, %zu the same, %zu in "
                "conflict, %zu gone",
                plan->carried, plan->from, plan->edits.count,
                states[CARRY_CLEAN], states[CARRY_SAME], states[CARRY_CONFLICT],
                states[CARRY_GONE]);
    if (plan->language)
        cli_say(cli,
                "%s has another format of formulas than %s: look at what its "
                "formulas give",
                plan->from, plan->carried);
    if (plan->other)
        say_other(cli, plan);
    if (*plan->id && states[CARRY_CONFLICT] + states[CARRY_GONE] > 0)
        cli_say(cli, "tailor draft conflicts %s lists what to decide",
                plan->id);
}

static enum err
print_made(struct cli *cli, struct fork_plan *plan, struct error *e)
{
    struct version_list list;
    struct value *v = NULL;
    enum err err =
        manager_version_show(cli->manager, plan->id, NULL, NULL, &list, e);
    if (err == ERR_OK)
        v = row_version(&list.rows[0]);
    version_list_clear(&list);
    if (err)
        return err;
    if (cli->json && !plan->resumed && (*plan->carried || plan->other)) {
        struct value *more = value_object();
        set_plan(more, plan);
        value_set(more, "edits", carry_edits_value(&plan->edits));
        value_set(v, "plan", more);
    }
    cli_print_object(cli, v, NULL);
    if (!plan->resumed)
        say_plan(cli, plan);
    cli_say(cli, "draft: %s", plan->id); /* what the next command takes */
    return ERR_OK;
}

/* Makes the draft, or the plan; asks where something of another customer comes
 * along that nobody has seen yet. */
static enum err
make(struct cli *cli, const struct fork_request *r, struct fork_plan *plan,
     struct error *e)
{
    enum err err = manager_draft_further(cli->manager, r, plan, e);
    if (err != ERR_REFUSED || r->asked || value_size(plan->along) == 0)
        return err;
    struct fork_plan shown = *plan;
    struct fork_request asked = *r;
    char *question = mem_printf("Take along what is listed of %s", shown.other);
    *plan = (struct fork_plan){.resumed = false};
    error_clear(e);
    for (size_t i = 0; i < value_size(shown.along) && !cli->yes; i++)
        cli_warn("comes along: %s", /* with --json and --quiet too */
                 value_text_or(value_at(shown.along, i), ""));
    asked.asked = shown.hash;
    err = cli_confirm(cli, question, "along", e) ? ERR_OK : e->code;
    if (err == ERR_OK)
        err = manager_draft_further(cli->manager, &asked, plan, e);
    fork_plan_clear(&shown);
    free(question);
    return err;
}

enum err
cmd_draft_fork(struct cli *cli, struct error *e)
{
    static const struct cli_column columns[] = {
        {"STATE", "state"},
        {"EDIT", "text"},
        {"NEW BASE", "newBase"},
        {NULL, NULL}};
    struct fork_request request;
    struct fork_plan plan = {.resumed = false};
    struct value *wanted = value_array();
    enum err err = read_request(cli, &request, wanted, e);
    if (err == ERR_OK)
        err = make(cli, &request, &plan, e);
    if (err == ERR_OK && request.plan_only) {
        struct value *more = value_object();
        set_plan(more, &plan);
        cli_print_page(cli, carry_edits_value(&plan.edits), more, columns,
                       "no edits to carry");
        say_plan(cli, &plan);
        cli_say(cli, "nothing was made (--plan %s makes this)", plan.hash);
    } else if (err == ERR_OK) {
        err = print_made(cli, &plan, e);
    }
    fork_plan_clear(&plan);
    value_free(wanted);
    return err;
}

/* --- conflicts ------------------------------------------------------------ */

static void
set_shown(struct value *v, const char *key, const struct conflict *c,
          const struct value *value)
{
    char *text = conflict_show(c, value);
    value_set_text(v, key, text);
    free(text);
}

static struct value *
row_conflict(const struct document *d, size_t i)
{
    struct conflict c;
    struct value *v = value_object();
    document_conflict(d, i, &c);
    const struct block *b = c.block ? document_block(d, c.block) : NULL;
    char *place = conflict_place(&c, b ? b->name : NULL);
    value_set_int(v, "conflict", (int64_t)i + 1);
    value_set_text(v, "state", c.state == CONFLICT_GONE ? "gone" : "conflict");
    value_set_text(v, "subject", conflict_subject_word(c.subject));
    value_set_text(v, "blockId", c.block);
    value_set_text(v, "field", c.field);
    value_set_text(v, "place", place);
    set_shown(v, "oldBase", &c, c.base);
    set_shown(v, "own", &c, c.ours);
    set_shown(v, "newBase", &c, c.theirs);
    free(place);
    return v;
}

enum err
cmd_draft_conflicts(struct cli *cli, struct error *e)
{
    static const struct cli_column columns[] = {{"CONFLICT", "conflict"},
                                                {"STATE", "state"},
                                                {"PLACE", "place"},
                                                {"OLD BASE", "oldBase"},
                                                {"OWN", "own"},
                                                {"NEW BASE", "newBase"},
                                                {NULL, NULL}};
    struct document *d = NULL;
    struct value *rows = value_array();
    enum err err = manager_document(cli->manager, cli_arg(cli, 0), &d, e);
    for (size_t i = 0; err == ERR_OK && i < document_conflicts(d); i++)
        value_append(rows, row_conflict(d, i));
    document_free(d);
    if (err == ERR_OK)
        cli_print_list(cli, rows, columns, "no conflicts");
    else
        value_free(rows);
    return err;
}

static enum err
read_choice(const struct cli *cli, enum conflict_choice *out, struct error *e)
{
    *out = cli_has(cli, "own")    ? CHOOSE_OURS
           : cli_has(cli, "base") ? CHOOSE_THEIRS
                                  : CHOOSE_NOW;
    if (*out == CHOOSE_NOW && !cli_has(cli, "keep"))
        return error_set(e, ERR_USAGE,
                         "draft resolve: needs --own (what the own version "
                         "had), --base (what the new base has) or --keep (what "
                         "the draft has now)");
    return ERR_OK;
}

/* The conflict that the command names, from 0; SIZE_MAX for all. */
static enum err
read_conflict(const struct cli *cli, const struct document *d, size_t *out,
              struct error *e)
{
    const char *text = cli_arg(cli, 1);
    char *end;
    unsigned long n = strtoul(text, &end, 10);
    *out = SIZE_MAX;
    if (strcmp(text, "all") == 0)
        return ERR_OK;
    if (end == text || *end || n == 0 || n > document_conflicts(d))
        return error_set(e, ERR_NOT_FOUND,
                         "%.40s: not a conflict of this draft (it has %zu; "
                         "all means each of them)",
                         text, document_conflicts(d));
    *out = n - 1;
    return ERR_OK;
}

/* Stages the choice CHOICE of the conflict I. */
static enum err
resolve_one(struct editing *ed, size_t i, enum conflict_choice choice,
            struct error *e)
{
    struct value *patch = NULL;
    enum err made = conflict_resolve(&patch, ed->now.document, i, choice, e);
    return editing_stage(ed, made, patch, e);
}

/* True where ERR is of one conflict alone, so that the others can be resolved
 * all the same. */
static bool
can_be_left(enum err err)
{
    return err == ERR_INVALID || err == ERR_NOT_FOUND;
}

/* The conflict I of D, that could not be resolved for the reason WHY. */
static struct value *
row_left(const struct document *d, size_t i, const struct error *why)
{
    struct value *row = row_conflict(d, i), *v = value_object();
    value_set_int(v, "conflict", (int64_t)i + 1);
    value_set_text(v, "place", value_get_text(row, "place"));
    value_set_text(v, "reason", why->text);
    value_free(row);
    return v;
}

/* Resolves each conflict that can be, again as long as that lets go of others
 * (a name that was taken). *LEFT becomes a list of the others. */
static enum err
resolve_each(struct editing *ed, enum conflict_choice choice, size_t *done,
             struct value **left, struct error *e)
{
    enum err err = ERR_OK;
    size_t before;
    do {
        before = *done;
        value_free(*left);
        *left = value_array();
        for (size_t i = 0;
             err == ERR_OK && i < document_conflicts(ed->now.document);) {
            struct error why = {0};
            enum err one = resolve_one(ed, i, choice, &why);
            if (one == ERR_OK)
                ++*done;
            else if (can_be_left(one))
                value_append(*left, row_left(ed->now.document, i++, &why));
            else
                err = error_set(e, one, "%s", why.text);
            error_clear(&why);
        }
    } while (err == ERR_OK && *done > before && value_size(*left) > 0);
    return err;
}

/* Prints what was done, and names on stderr what is LEFT, which is an error. */
static enum err
print_resolved(struct cli *cli, const struct editing *ed, size_t done,
               const struct value *left, struct error *e)
{
    size_t n = value_size(left);
    struct value *v = row_revision(cli_arg(cli, 0), ed->now.revision);
    value_set_int(v, "resolved", (int64_t)done);
    value_set_int(v, "left", (int64_t)document_conflicts(ed->now.document));
    if (n > 0 && cli->json)
        value_set(v, "leftConflicts", value_copy(left));
    cli_print_object(cli, v, NULL);
    for (size_t i = 0; i < n; i++) {
        const struct value *row = value_at(left, i);
        cli_warn("%s: %s", value_text_or(value_get(row, "place"), "?"),
                 value_text_or(value_get(row, "reason"), ""));
    }
    if (n == 0)
        return ERR_OK;
    return error_set(e, ERR_INVALID,
                     "%zu conflict%s left (make another choice: --own, --base "
                     "or --keep)",
                     n, n == 1 ? " is" : "s are");
}

enum err
cmd_draft_resolve(struct cli *cli, struct error *e)
{
    struct editing ed = {0};
    struct value *left = NULL;
    enum conflict_choice choice = CHOOSE_NOW;
    size_t which = 0, done = 0;
    enum err err = read_choice(cli, &choice, e);
    if (err != ERR_OK)
        return err;
    err = editing_begin(&ed, cli->manager, cli_arg(cli, 0), e);
    if (err == ERR_OK)
        err = read_conflict(cli, ed.now.document, &which, e);
    if (err == ERR_OK && which == SIZE_MAX)
        err = resolve_each(&ed, choice, &done, &left, e);
    else if (err == ERR_OK) {
        err = resolve_one(&ed, which, choice, e);
        done = 1;
    }
    if (err == ERR_OK && done > 0)
        err = editing_store(&ed, e);
    if (err == ERR_OK)
        err = print_resolved(cli, &ed, done, left, e);
    value_free(left);
    editing_end(&ed);
    return err;
}
