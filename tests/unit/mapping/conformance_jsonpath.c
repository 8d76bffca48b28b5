/*
 * The public compliance suite of RFC 9535, when CONFORMANCE_DIR in the
 * environment says where it is ($CONFORMANCE_DIR/jsonpath/cts.json): values
 * and normalized paths of each case, and the selectors that must be refused.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "mapping/path/path.h"

static const struct value_limits limits = {16u << 20, 256, 4u << 20};

/* The compact text of the nodes (or of their paths) as a JSON array. */
static void
write_nodes(const struct node_list *l, bool paths, struct buf *out)
{
    buf_addc(out, '[');
    for (size_t i = 0; i < l->count; i++) {
        if (i > 0)
            buf_addc(out, ',');
        struct buf path;
        buf_init(&path, 1u << 16);
        if (paths) {
            path_normalized(l->nodes[i], &path);
            struct value *v = value_string_n(buf_str(&path), path.len);
            value_write(out, v);
            value_free(v);
        } else {
            tape_write(l->nodes[i].tape, l->nodes[i].index, out);
        }
        buf_clear(&path);
    }
    buf_addc(out, ']');
}

static bool
same_json(const struct value *wanted, const struct buf *got)
{
    struct value *v = NULL;
    bool same = value_read(&v, buf_str(got), got->len, &limits, "result",
                           NULL) == ERR_OK &&
                value_equal(wanted, v);
    value_free(v);
    return same;
}

/* WANTED where there is one right answer, else one of the list ANY. */
static bool
matches(const struct value *wanted, const struct value *any,
        const struct node_list *l, bool paths)
{
    struct buf got;
    buf_init(&got, 1u << 20);
    write_nodes(l, paths, &got);
    bool found = wanted && same_json(wanted, &got);
    for (size_t i = 0; i < value_size(any); i++)
        found |= same_json(value_at(any, i), &got);
    if (!found)
        printf("# got %s\n", buf_str(&got));
    buf_clear(&got);
    return found;
}

static bool
run_valid(const struct value *test, const struct path *p)
{
    struct buf text;
    struct tape t;
    struct error e = {0};
    struct node_list l;
    buf_init(&text, 16u << 20);
    tape_init(&t);
    node_list_init(&l);
    value_write(&text, value_get(test, "document"));
    bool good = tape_read(&t, buf_str(&text), text.len, &limits, "document",
                          &e) == ERR_OK;
    struct scope scope = {.root = {&t, 0}, .current = {&t, 0}};
    good = good && path_query(p, &scope, &l, &e) == ERR_OK &&
           matches(value_get(test, "result"), value_get(test, "results"), &l,
                   false) &&
           matches(value_get(test, "result_paths"),
                   value_get(test, "results_paths"), &l, true);
    /* The way for single nodes must give what the general one gives. */
    struct node_ref node;
    if (good && path_is_singular(p))
        good = path_find(p, &scope, &node) == (l.count == 1) &&
               (l.count == 0 || node.index == l.nodes[0].index);
    node_list_clear(&l);
    tape_clear(&t);
    buf_clear(&text);
    return good;
}

static bool
run_case(const struct value *test)
{
    size_t n;
    const char *selector = value_text(value_get(test, "selector"), &n);
    struct path *p = NULL;
    struct error e = {0};
    enum err err = path_compile(&p, selector, n, PATH_STRICT, &e);
    bool invalid = value_bool_or(value_get(test, "invalid_selector"), false);
    bool good = invalid ? err == ERR_INVALID && p == NULL
                        : err == ERR_OK && run_valid(test, p);
    if (!good)
        printf("# %s: %s\n", selector, e.text);
    path_free(p);
    return good;
}

int
main(void)
{
    const char *dir = getenv("CONFORMANCE_DIR");
    if (!dir) {
        printf("skip jsonpath compliance suite: CONFORMANCE_DIR is not set\n");
        return 0;
    }
    struct buf file, text;
    struct error e = {0};
    struct value *suite = NULL;
    buf_init(&file, 4096);
    buf_init(&text, 16u << 20);
    buf_addf(&file, "%s/jsonpath/cts.json", dir);
    if (file_read(buf_str(&file), &text, &e) != ERR_OK ||
        value_read(&suite, text.data, text.len, &limits, "cts.json", &e) !=
            ERR_OK) {
        printf("not ok jsonpath compliance suite: %s\n", e.text);
        return 1;
    }
    const struct value *tests = value_get(suite, "tests");
    int failed = 0;
    for (size_t i = 0; i < value_size(tests); i++) {
        const struct value *test = value_at(tests, i);
        bool good = run_case(test);
        printf("%s jsonpath %zu: %s\n", good ? "ok" : "not ok", i,
               value_get_text(test, "name"));
        failed += !good;
    }
    value_free(suite);
    buf_clear(&text);
    buf_clear(&file);
    return failed > 0;
}
