/* Objects: reading JSON, making objects, their keys. */
#include "mapping/functions/fn.h"
#include "value/escape.h"

void
fn_parsejson(struct evaluator *ev, struct fvalue *args, unsigned count,
             struct fvalue *out)
{
    (void)count;
    formula_read_json(ev->arena, fn_text(&args[0]), "PARSEJSON", out);
}

/* What the scratch buffer holds, read as JSON. */
static void
read_scratch(struct evaluator *ev, const char *name, struct fvalue *out)
{
    size_t n;
    const char *text = formula_scratch_copy(ev->arena, &n);
    formula_step(ev->arena, n / 16);
    formula_read_json(ev->arena, (struct ftext){text, n}, name, out);
}

void
fn_object(struct evaluator *ev, struct fvalue *args, unsigned count,
          struct fvalue *out)
{
    struct ftext *names = formula_alloc(ev->arena, count * sizeof *names);
    const struct fvalue *error;
    bool any = false;
    if (count % 2 != 0) {
        FAIL(ev, out, FORMULA_VALUE_ERROR,
             "OBJECT: each name has a value behind it");
        return;
    }
    for (unsigned i = 0; i < count; i += 2)
        if (!fvalue_to_text(ev->arena, &args[i], &names[i], out))
            return;
    struct buf *b = formula_scratch(ev->arena);
    buf_addc(b, '{');
    for (unsigned i = 0; i < count; i += 2) {
        if (args[i + 1].kind == F_MISSING)
            continue;
        if (any)
            buf_addc(b, ',');
        any = true;
        json_escape(b, names[i].s, names[i].n);
        buf_addc(b, ':');
        if (!fvalue_write(ev->arena, &args[i + 1], b, &error)) {
            *out = *error;
            return;
        }
    }
    buf_addc(b, '}');
    read_scratch(ev, "OBJECT", out);
}

/* --- members ------------------------------------------------------------- */

/* True where V is an object; else *OUT: no value for what is blank, or an
 * error. */
static bool
is_object(struct evaluator *ev, const char *name, const struct fvalue *v,
          struct fvalue *out)
{
    if (v->kind == F_NODE && !fvalue_is_list(v))
        return true;
    if (fvalue_is_blank(v))
        fvalue_missing(out);
    else
        FAIL(ev, out, FORMULA_VALUE_ERROR, "%s: it is not an object", name);
    return false;
}

void
fn_keys(struct evaluator *ev, struct fvalue *args, unsigned count,
        struct fvalue *out)
{
    (void)count;
    struct fvalue list;
    if (!is_object(ev, "KEYS", &args[0], out))
        return;
    const struct tape *t = args[0].tape;
    uint32_t at = args[0].length + 1, n = t->nodes[args[0].length].length;
    struct fvalue *items = fvalue_list(ev->arena, &list, n);
    for (uint32_t i = 0; i < n; i++, at = t->nodes[at + 1].next)
        fvalue_node(ev->arena, &items[i], (struct node_ref){t, at});
    *out = list;
}

void
fn_entries(struct evaluator *ev, struct fvalue *args, unsigned count,
           struct fvalue *out)
{
    (void)count;
    struct fvalue entries;
    if (!is_object(ev, "ENTRIES", &args[0], out))
        return;
    const struct tape *t = args[0].tape;
    uint32_t at = args[0].length + 1, n = t->nodes[args[0].length].length;
    struct buf *b = formula_scratch(ev->arena);
    buf_addc(b, '[');
    for (uint32_t i = 0; i < n; i++, at = t->nodes[at + 1].next) {
        const struct tape_node *key = &t->nodes[at];
        buf_adds(b, i ? ",{\"key\":\"" : "{\"key\":\"");
        buf_add(b, t->text + key->start, key->length);
        buf_adds(b, "\",\"value\":");
        tape_write(t, at + 1, b);
        buf_addc(b, '}');
    }
    buf_addc(b, ']');
    read_scratch(ev, "ENTRIES", &entries);
    if (entries.kind == F_ERROR)
        *out = entries;
    else
        fvalue_to_list(ev->arena, &entries, out);
}
