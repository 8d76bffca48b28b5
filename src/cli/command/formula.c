/* tailor formula … and tailor path …: the mapping engine's parts alone. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "cli/frame/commands.h"
#include "mapping/formula/formula.h"
#include "mapping/path/path.h"
#include "value/tape.h"

enum { OUTPUT_MAX = 64 << 20 };

/* The input of a formula or path: a tape over the text of a file. */
struct input {
    char *text;
    struct tape tape;
};

static void
clear_input(struct input *in)
{
    tape_clear(&in->tape);
    free(in->text);
}

/* Reads FILE (NULL: the value null) onto IN. */
static enum err
read_input(struct input *in, const char *file, struct error *e)
{
    size_t len = 4;
    enum err err = ERR_OK;
    in->text = NULL;
    tape_init(&in->tape);
    if (file)
        err = cli_read_file(file, value_limits_event.bytes, &in->text, &len, e);
    if (err == ERR_OK)
        err = tape_read(&in->tape, file ? in->text : "null", len,
                        &value_limits_event, file ? file : "input", e);
    return err;
}

static struct scope
scope_of(const struct input *in)
{
    struct node_ref root = {&in->tape, 0};
    return (struct scope){
        .root = root, .current = root, .now_ms = clock_now_ms()};
}

static void
print_text(struct cli *cli, const struct buf *text)
{
    struct value *v = NULL;
    if (value_read(&v, buf_str(text), text->len, &value_limits_event, "result",
                   NULL) == ERR_OK)
        cli_print_json(cli, v);
}

static void
note_reference(void *context, const char *block, const char *path)
{
    (void)block;
    (void)path;
    *(bool *)context = true;
}

/* What a command without INPUT reads: standard input, unless a person types
 * there or nothing is NEEDED. */
static const char *
input_file(const struct cli *cli, bool needed)
{
    const char *file = cli_arg(cli, 1);
    return !file && needed && !isatty(STDIN_FILENO) ? "-" : file;
}

enum err
cmd_formula_eval(struct cli *cli, struct error *e)
{
    struct formula *f = NULL;
    struct input in = {.text = NULL};
    struct buf out;
    bool reads = false;
    const char *text = cli_arg(cli, 0);
    buf_init(&out, OUTPUT_MAX);
    tape_init(&in.tape);
    enum err err = formula_compile(&f, text, strlen(text), FORMULA_LANGUAGE, e);
    if (err == ERR_OK) {
        formula_references(f, note_reference, &reads);
        err = read_input(&in, input_file(cli, reads), e);
    }
    if (err == ERR_OK) {
        struct scope scope = scope_of(&in);
        enum formula_outcome outcome = formula_eval(f, &scope, &out, e);
        if (outcome == FORMULA_ERROR)
            err = e->code = ERR_INVALID;
        else if (outcome == FORMULA_MISSING)
            err = error_set(e, ERR_INVALID,
                            "no value: the formula refers to what is not in "
                            "the input");
        else
            print_text(cli, &out);
    }
    formula_free(f);
    clear_input(&in);
    buf_clear(&out);
    return err;
}

enum err
cmd_path_query(struct cli *cli, struct error *e)
{
    struct path *p = NULL;
    struct input in;
    struct node_list nodes;
    const char *text = cli_arg(cli, 0);
    node_list_init(&nodes);
    enum err err = read_input(&in, input_file(cli, true), e);
    if (err == ERR_OK)
        err = path_compile(&p, text, strlen(text), PATH_BARE, e);
    if (err == ERR_OK) {
        struct scope scope = scope_of(&in);
        err = path_query(p, &scope, &nodes, e);
    }
    if (err == ERR_OK) {
        struct value *v = value_array();
        for (size_t i = 0; i < nodes.count; i++)
            value_append(v,
                         tape_value(nodes.nodes[i].tape, nodes.nodes[i].index));
        cli_print_json(cli, v);
    }
    node_list_clear(&nodes);
    path_free(p);
    clear_input(&in);
    return err;
}

enum err
cmd_formula_functions(struct cli *cli, struct error *e)
{
    static const struct cli_column columns[] = {{"FUNCTION", "call"},
                                                {"CATEGORY", "category"},
                                                {"", "help"},
                                                {NULL, NULL}};
    const char *name = cli_arg(cli, 0);
    struct formula_function_help f;
    struct value *rows = value_array();
    for (size_t i = 0; formula_function_at(i, &f); i++) {
        if (name && strcasecmp(name, f.name) != 0 &&
            strcasecmp(name, f.category) != 0)
            continue;
        struct value *v = value_object();
        char *call = mem_printf("%s(%s)", f.name, f.arguments);
        value_set_text(v, "name", f.name);
        value_set_text(v, "call", call);
        value_set_text(v, "category", f.category);
        value_set_text(v, "help", f.help);
        value_set_text(v, "example", f.example);
        value_set_text(v, "result", f.result);
        value_set_text(v, "note", f.note);
        value_append(rows, v);
        free(call);
    }
    if (name && value_size(rows) == 0) {
        value_free(rows);
        return error_set(e, ERR_NOT_FOUND,
                         "%s: no such function or category (tailor formula "
                         "functions lists them)",
                         name);
    }
    cli_print_list(cli, rows, columns, "no functions");
    return ERR_OK;
}
