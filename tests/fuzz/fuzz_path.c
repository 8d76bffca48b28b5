/*
 * Fuzzes paths: what compiles is evaluated on a record, every node has a
 * normalized path that finds it again, and both ways of a mapping row agree.
 * An input is a path, and after a line end a record in JSON.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "mapping/path/path.h"
#include "mapping/plan/plan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char usual[] =
    "{\"a\":[{\"b\":1,\"c\":\"x\"},{\"b\":2.50,\"c\":\"xy\"},[],{}],"
    "\"b\":{\"a\":null,\"\\u0001\":[1,[2,[3]]]},\"c\":\"text\"}";

static void
must(bool condition)
{
    if (!condition)
        abort();
}

/* A normalized path finds the node that it was made from. */
static void
check_node(const struct scope *scope, struct node_ref node)
{
    struct buf text;
    struct path *p;
    struct node_ref found;
    buf_init(&text, 1u << 20);
    path_normalized(node, &text);
    if (path_compile(&p, buf_str(&text), text.len, PATH_STRICT, NULL) ==
        ERR_OK) {
        must(path_is_singular(p) && path_find(p, scope, &found));
        must(found.index == node.index);
        path_free(p);
    } else {
        must(text.len > 1000);
    }
    buf_clear(&text);
}

static void
check_query(const struct path *p, const struct scope *scope)
{
    struct node_list l;
    struct node_ref found;
    struct error e;
    node_list_init(&l);
    enum err err = path_query(p, scope, &l, &e);
    if (err == ERR_OK) {
        for (size_t i = 0; i < l.count && i < 20; i++)
            check_node(scope, l.nodes[i]);
        if (path_is_singular(p)) {
            must(path_find(p, scope, &found) == (l.count == 1));
            must(l.count == 0 || found.index == l.nodes[0].index);
        }
    } else {
        must(err == ERR_TOO_BIG);
    }
    node_list_clear(&l);
}

/* The path as the source of a row, inside of a list and not. */
static void
check_rows(const char *text, const struct scope *scope)
{
    struct mapping_rows rows;
    struct plan *plans[2] = {NULL, NULL};
    struct buf out[2];
    rows_init(&rows);
    rows_add(&rows, "x", text);
    rows_add(&rows, "l[*].y", text);
    rows_add(&rows, "l[*].z", "a[*].b");
    for (unsigned i = 0; i < 2; i++) {
        buf_init(&out[i], 1u << 22);
        if (plan_compile(&plans[i], &rows, FORMULA_LANGUAGE, i, NULL, NULL) ==
            ERR_OK)
            plan_run(plans[i], scope, &out[i], NULL, NULL);
    }
    must(!plans[0] == !plans[1]);
    must(strcmp(buf_str(&out[0]), buf_str(&out[1])) == 0);
    for (int i = 0; i < 2; i++) {
        plan_free(plans[i]);
        buf_clear(&out[i]);
    }
    rows_clear(&rows);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    const char *end = memchr(text, '\n', size);
    size_t n = end ? (size_t)(end - text) : size;
    const char *json = end ? end + 1 : usual;
    size_t json_len = end ? size - n - 1 : sizeof usual - 1;
    struct tape t;
    struct path *p;
    struct error e;
    tape_init(&t);
    bool read = tape_read(&t, json, json_len, &value_limits_event, "fuzz",
                          &e) == ERR_OK ||
                tape_read(&t, usual, sizeof usual - 1, &value_limits_event,
                          "fuzz", &e) == ERR_OK;
    must(read);
    struct scope scope = {.root = {&t, 0}, .current = {&t, 0}};
    for (unsigned flags = PATH_STRICT; flags <= PATH_BARE; flags++) {
        if (path_compile(&p, text, n, flags, &e) != ERR_OK)
            continue;
        check_query(p, &scope);
        path_free(p);
    }
    char *copy = strndup(text, n);
    if (copy && n < 2000)
        check_rows(copy, &scope);
    free(copy);
    tape_clear(&t);
    return 0;
}
