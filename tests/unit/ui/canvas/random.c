/* Documents made by chance. */
#include "base/mem.h"
#include "tests/unit/ui/canvas/canvas.h"

enum { BLOCKS_MOST = 40, DEPTH_MOST = 6, CASES_MOST = 12 };

struct maker {
    uint64_t *seed;
    int left; /* blocks that may still be made */
    int made;
};

unsigned
random_below(uint64_t *seed, unsigned below)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(*seed >> 33) % below;
}

static struct value *make_list(struct maker *m, int depth);

static struct value *
make_cases(struct maker *m, int depth)
{
    struct value *cases = value_array();
    unsigned n = 1 + random_below(m->seed, CASES_MOST);
    for (unsigned i = 0; i < n; i++) {
        struct value *one = value_object();
        char *name = mem_printf("case %u", i + 1);
        value_set_text(one, "name", name);
        value_set_text(one, "condition", "=a");
        value_set(one, "blocks", make_list(m, depth));
        value_append(cases, one);
        free(name);
    }
    return cases;
}

static void
fill_block(struct maker *m, struct value *b, const char *kind, int depth)
{
    if (strcmp(kind, "if") == 0) {
        value_set(b, "then", make_list(m, depth + 1));
        value_set(b, "else", make_list(m, depth + 1));
    } else if (strcmp(kind, "iterate") == 0)
        value_set(b, "blocks", make_list(m, depth + 1));
    else if (strcmp(kind, "branch") == 0) {
        value_set(b, "cases", make_cases(m, depth + 1));
        value_set(b, "otherwise", make_list(m, depth + 1));
    } else if (strcmp(kind, "stop") == 0)
        value_set_text(b, "reason", "end");
}

static struct value *
make_block(struct maker *m, int depth)
{
    static const char *const kinds[] = {"math", "math",    "math", "text",
                                        "if",   "iterate", "stop", "branch"};
    unsigned n = depth < DEPTH_MOST ? 8 : 4;
    const char *kind = kinds[random_below(m->seed, n)];
    struct value *b = value_object();
    char *id =
        mem_printf("00000000-0000-4000-8000-%012d", ++m->made);
    char *name = mem_printf("%s number %d", kind, m->made);
    m->left--;
    value_set_text(b, "id", id);
    value_set_text(b, "kind", kind);
    value_set_text(b, "name", name);
    fill_block(m, b, kind, depth);
    free(id);
    free(name);
    return b;
}

static struct value *
make_list(struct maker *m, int depth)
{
    struct value *list = value_array();
    unsigned n = random_below(m->seed, depth == 0 ? 12 : 4);
    for (unsigned i = 0; i < n && m->left > 0; i++)
        value_append(list, make_block(m, depth));
    return list;
}

struct document *
random_document(uint64_t *seed)
{
    struct maker m = {seed, 1 + (int)random_below(seed, BLOCKS_MOST), 0};
    struct value *root = value_object();
    struct document *d = NULL;
    struct error e = {0};
    value_set(root, "format", value_int(1));
    value_set(root, "formulas", value_int(1));
    value_set_text(root, "name", "by chance");
    if (random_below(seed, 4) > 0) {
        struct value *trigger = value_object();
        value_set_text(trigger, "id", "00000000-0000-4000-8000-000000000000");
        value_set_text(trigger, "kind", "event");
        value_set_text(trigger, "name", "New order");
        value_set(root, "trigger", trigger);
    }
    value_set(root, "blocks", make_list(&m, 0));
    if (document_from_value(&d, root, &e) != ERR_OK)
        test_fail(__FILE__, __LINE__, "random document", e.text, "");
    return d;
}
