/* Compiling what members.def says of rows. */
#include <string.h>

#include "base/text.h"
#include "mapping/plan/tree.h"

static void
read_write(struct plan_compiler *c, size_t i, const struct mapping_row *from)
{
    static const char *const words[] = {[WRITE_ALWAYS] = "always",
                                        [WRITE_IF_PRESENT] = "ifPresent",
                                        [WRITE_CLEAR] = "clear",
                                        [WRITE_ON_CREATE] = "onCreate"};
    struct plan_row *row = &c->plan->rows[i];
    c->member = row_member(ROW_WRITE)->key;
    for (size_t w = 0; w < sizeof words / sizeof *words; w++)
        if (row_is(from, ROW_WRITE, words[w])) {
            row->write = (enum write_policy)w;
            return;
        }
    plan_problem_add(c, i, "\"%.60s\" is an unknown write policy (%s)",
                     from->more[ROW_WRITE], row_member(ROW_WRITE)->form);
}

static void
read_form(struct plan_compiler *c, size_t i, const struct mapping_row *from,
          enum row_member m, struct form **out)
{
    struct error e;
    c->member = row_member(m)->key;
    if (from->more[m] && form_compile(out, from->more[m], &e) != ERR_OK)
        plan_problem_add(c, i, "%s: %s", row_member(m)->key, e.text);
}

static void
read_forms(struct plan_compiler *c, size_t i, const struct mapping_row *from)
{
    struct plan_row *row = &c->plan->rows[i];
    read_form(c, i, from, ROW_READ, &row->read_form);
    read_form(c, i, from, ROW_SEND, &row->send_form);
    const char *why = form_mismatch(row->read_form, row->send_form);
    if (why)
        plan_problem_add(c, i, "%s", why);
}

/* One of these members says where a row's value is looked up. */
static void
read_lookup(struct plan_compiler *c, size_t i, const struct mapping_row *from,
            enum row_member m, enum lookup_kind kind)
{
    struct plan_row *row = &c->plan->rows[i];
    const char *key = row_member(m)->key;
    struct error e;
    c->member = key;
    if (!from->more[m])
        return;
    if (row->lookup.what)
        plan_problem_add(c, i,
                         "%s: its source is looked up in one place (remove one "
                         "of lookup, find and reference)",
                         key);
    else if (row_lookup_read(&row->lookup, kind, from->more[m], &e) != ERR_OK)
        plan_problem_add(c, i, "%s: %s", key, e.text);
    else if (row->lookup.miss == MISS_DEFAULT && !row->fallback)
        plan_problem_add(c, i,
                         "%s: it has no default to send for a key without a "
                         "value (give it one)",
                         key);
}

static void
read_list(struct plan_compiler *c, size_t i, const struct mapping_row *from)
{
    struct plan_row *row = &c->plan->rows[i];
    struct error e;
    c->member = row_member(ROW_LIST)->key;
    if (from->more[ROW_LIST] &&
        row_list_read(&row->list, from->more[ROW_LIST], &e) != ERR_OK)
        plan_problem_add(c, i, "list: %s", e.text);
}

void
plan_members_read(struct plan_compiler *c, size_t i,
                  const struct mapping_row *from)
{
    struct plan_row *row = &c->plan->rows[i];
    read_write(c, i, from);
    read_forms(c, i, from);
    read_lookup(c, i, from, ROW_LOOKUP, LOOKUP_TABLE);
    read_lookup(c, i, from, ROW_FIND, LOOKUP_FIND);
    read_lookup(c, i, from, ROW_REFERENCE, LOOKUP_REFERENCE);
    read_list(c, i, from);
    c->member = row_member(ROW_REST)->key;
    row->keeps = row_is(from, ROW_REST, "keep") || target_is_all(from->target);
    if (!row_is(from, ROW_REST, "drop") && !row_is(from, ROW_REST, "keep"))
        plan_problem_add(c, i, "\"%.60s\" is not one of %s",
                         from->more[ROW_REST], row_member(ROW_REST)->form);
    c->member = row_member(ROW_WRITE)->key;
    if (row->keeps && row->write != WRITE_ALWAYS)
        plan_problem_add(c, i,
                         "a row that others start from has no write policy "
                         "(set it in the rows inside)");
    if (row->write == WRITE_CLEAR && row->fallback)
        plan_problem_add(c, i,
                         "it has a default, so it never clears (remove the "
                         "default or the write policy)");
    if (row->write == WRITE_CLEAR && row->required)
        plan_problem_add(c, i,
                         "it is required, so it never clears (make it optional "
                         "or remove the write policy)");
}

/* True where T is what BASE is and then KEY. */
static bool
is_key_within(const struct target *t, const struct target *base,
              const struct target *key)
{
    if (t->count != base->count + key->count)
        return false;
    for (size_t i = 0; i < t->count; i++) {
        const struct target_step *a = &t->steps[i];
        const struct target_step *b =
            i < base->count ? &base->steps[i] : &key->steps[i - base->count];
        if (a->kind != b->kind || a->name_len != b->name_len ||
            (a->name_len > 0 && memcmp(a->name, b->name, a->name_len) != 0))
            return false;
    }
    return true;
}

/* True where the lines of the row I have the field that they are merged by. */
static bool
has_key(const struct plan *p, size_t i)
{
    const struct plan_row *row = &p->rows[i];
    bool found = row->keeps || row->list.policy != LIST_MERGE;
    for (size_t k = 0; k < p->row_count && !found; k++)
        found = is_key_within(&p->rows[k].target, &row->target, &row->list.key);
    return found;
}

/* A list of the record itself, with rows inside, may have a policy. */
static void
settle_list(struct plan_compiler *c, size_t i)
{
    const struct plan_row *row = &c->plan->rows[i];
    size_t names = 0;
    if (row->list.policy == LIST_AS_IS || row->broken)
        return;
    while (names < row->target.count &&
           row->target.steps[names].kind == TARGET_NAME)
        names++;
    if (!row->declares)
        plan_problem_add(c, i,
                         "a list policy stands in the row of a list, such as "
                         "lines[*], that has rows inside");
    else if (names == 0 || names + 1 != row->target.count)
        plan_problem_add(c, i,
                         "only a list of the record itself has a list policy, "
                         "not one in another list");
    else if (row->list.policy == LIST_MERGE && row->fallback)
        plan_problem_add(c, i,
                         "a list that is merged has no default: it would take "
                         "the place of the lines that are there (remove it)");
    else if (!has_key(c->plan, i))
        plan_problem_add(c, i,
                         "no row fills the field of the lines by which they "
                         "are merged (add one)");
}

void
plan_members_settle(struct plan_compiler *c, size_t i)
{
    struct plan_row *row = &c->plan->rows[i];
    c->member = row_member(ROW_LIST)->key;
    settle_list(c, i);
    c->member = row_member(ROW_WRITE)->key;
    if (row->declares && row->write != WRITE_ALWAYS)
        plan_problem_add(c, i,
                         "a row that says which list is followed has no write "
                         "policy (set it in the rows inside)");
    c->member = row->lookup.what ? NULL
                : row->read_form ? row_member(ROW_READ)->key
                                 : row_member(ROW_SEND)->key;
    bool formed = row->read_form || row->send_form || row->lookup.what;
    if (formed && (row->declares || row->keeps))
        plan_problem_add(c, i,
                         "a list or an object is neither looked up nor written "
                         "as a date or a number (say it in the rows inside)");
    c->member = NULL;
    if (row->read == READ_NOTHING || (row->write == WRITE_ALWAYS && !formed))
        return;
    row->inner = row->read;
    row->read = READ_TREATED;
}

void
plan_expect(struct plan *p, size_t row, enum form_expected expected)
{
    struct plan_row *r = &p->rows[row];
    bool said = r->read_form || r->send_form || r->lookup.what;
    if (expected == EXPECT_ANY || said || r->declares || r->keeps ||
        r->read == READ_NOTHING ||
        !language_has(p->language, CHANGE_AMBIGUOUS_TEXT))
        return;
    r->expected = expected;
    if (r->read != READ_TREATED)
        r->inner = r->read;
    r->read = READ_TREATED;
}
