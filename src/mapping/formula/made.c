/* JSON that an evaluation reads or makes, kept as tapes until the next one. */
#include <stdlib.h>

#include "base/mem.h"
#include "mapping/formula/arena.h"
#include "mapping/formula/value.h"

struct formula_made {
    struct formula_made *next;
    struct tape tape;
};

void
formula_made_free(struct formula_arena *a)
{
    while (a->made) {
        struct formula_made *m = a->made;
        a->made = m->next;
        tape_clear(&m->tape);
        free(m);
    }
}

/* What reading a text holds at most: a node for each value and key, and for a
 * while a list of keys. */
struct extent {
    size_t nodes, keys;
};

static struct extent
extent_of(struct ftext t)
{
    struct extent x = {.nodes = 1};
    for (size_t i = 0; i < t.n; i++) {
        char c = t.s[i];
        x.nodes += c == ',' || c == ':' || c == '[' || c == '{';
        x.keys += c == ':';
    }
    return x;
}

enum { KEY_BYTES = 32, OPEN_BYTES = 16 * 1024, HEAP_BYTES = 64 };

/* Reads T onto M; what only the reading needs is given back. */
static bool
read_tape(struct formula_arena *a, struct formula_made *m, struct ftext t,
          const char *name, struct fvalue *out)
{
    struct error e = {0};
    enum err err = tape_read(&m->tape, t.s, t.n, &value_limits_event, name, &e);
    free(m->tape.open);
    m->tape.open = NULL;
    m->tape.open_capacity = 0;
    if (err != ERR_OK)
        fvalue_error(a, out, FORMULA_VALUE_ERROR, "%s", e.text);
    return err == ERR_OK;
}

bool
formula_read_json(struct formula_arena *a, struct ftext t, const char *name,
                  struct fvalue *out)
{
    struct extent x = extent_of(t);
    size_t lasting =
        x.nodes * sizeof(struct tape_node) + sizeof *a->made + HEAP_BYTES;
    size_t passing = x.keys * KEY_BYTES + t.n + OPEN_BYTES;
    formula_step(a, t.n / 16 + x.nodes);
    if (!formula_hold(a, lasting + passing))
        formula_exhaust(a, "it reads too much JSON: use shorter texts");
    struct formula_made *m = mem_alloc(sizeof *m);
    tape_init(&m->tape);
    m->tape.nodes = mem_array(x.nodes, sizeof *m->tape.nodes);
    m->tape.capacity = x.nodes;
    m->next = a->made;
    a->made = m;
    bool read = read_tape(a, m, t, name, out);
    if (read)
        fvalue_node(a, out, (struct node_ref){&m->tape, 0});
    bool kept = read && out->kind == F_NODE;
    formula_unhold(a, passing + (kept ? 0 : lasting));
    if (!kept) {
        a->made = m->next;
        tape_clear(&m->tape);
        free(m);
    }
    return read;
}
