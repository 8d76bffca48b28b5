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

static void
read_lookup(struct plan_compiler *c, size_t i, const struct mapping_row *from)
{
    struct plan_row *row = &c->plan->rows[i];
    struct error e;
    if (!from->more[ROW_LOOKUP])
        return;
    if (row_lookup_read(&row->lookup, from->more[ROW_LOOKUP], &e) != ERR_OK)
        plan_problem_add(c, i, "lookup: %s", e.text);
    else if (row->lookup.miss == MISS_DEFAULT && !row->fallback)
        plan_problem_add(c, i,
                         "lookup: it has no default to send for a key that the "
                         "table lacks (give it one)");
}

void
plan_members_read(struct plan_compiler *c, size_t i,
                  const struct mapping_row *from)
{
    struct plan_row *row = &c->plan->rows[i];
    read_write(c, i, from);
    read_forms(c, i, from);
    read_lookup(c, i, from);
    row->keeps = row_is(from, ROW_REST, "keep") || target_is_all(from->target);
    if (!row_is(from, ROW_REST, "drop") && !row_is(from, ROW_REST, "keep"))
        plan_problem_add(c, i, "\"%.60s\" is not one of %s",
                         from->more[ROW_REST], row_member(ROW_REST)->form);
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

void
plan_members_settle(struct plan_compiler *c, size_t i)
{
    struct plan_row *row = &c->plan->rows[i];
    if (row->declares && row->write != WRITE_ALWAYS)
        plan_problem_add(c, i,
                         "a row that says which list is followed has no write "
                         "policy (set it in the rows inside)");
    bool formed = row->read_form || row->send_form || row->lookup.table;
    if (formed && (row->declares || row->keeps))
        plan_problem_add(c, i,
                         "a list or an object is neither looked up nor written "
                         "as a date or a number (say it in the rows inside)");
    if (row->read == READ_NOTHING || (row->write == WRITE_ALWAYS && !formed))
        return;
    row->inner = row->read;
    row->read = READ_TREATED;
}

void
plan_expect(struct plan *p, size_t row, enum form_expected expected)
{
    struct plan_row *r = &p->rows[row];
    bool said = r->read_form || r->send_form || r->lookup.table;
    if (expected == EXPECT_ANY || said || r->declares || r->keeps ||
        r->read == READ_NOTHING ||
        !language_has(p->language, CHANGE_AMBIGUOUS_TEXT))
        return;
    r->expected = expected;
    if (r->read != READ_TREATED)
        r->inner = r->read;
    r->read = READ_TREATED;
}
