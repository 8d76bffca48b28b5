/* tailor preview: what each block would make and send; nothing is sent. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "cli/command/reading.h"
#include "cli/frame/commands.h"
#include "manager/draft/previewing.h"
#include "manager/draft/version.h"
#include "workflow/warn/warn.h"

/* JSON in TEXT as a value, null where there is none. */
static struct value *
json_value(const char *text)
{
    struct value *v = NULL;
    if (!text || value_read(&v, text, strlen(text), &value_limits_event,
                            "preview", NULL) != ERR_OK)
        return value_null();
    return v;
}

/* The word for a row that has a value. */
static const char *
filled_word(const struct mapping_row *row)
{
    if (row_is(row, ROW_WRITE, "onCreate"))
        return "on create";
    if (!row->more[ROW_LIST])
        return "filled";
    return row_is(row, ROW_LIST, "replace") ? "replaces" : "merges";
}

/* The word for what became of a row. */
static const char *
row_word(const struct preview_block *b, size_t i)
{
    const struct plan_row_report *r = &b->report.rows[i];
    if (b->row_unknown[i])
        return "unknown";
    if (r->counts[PLAN_FAILED] > 0)
        return "error";
    if (r->counts[PLAN_FILLED] > 0)
        return filled_word(&b->rows->rows[i]);
    if (r->counts[PLAN_CLEARED] > 0)
        return "clears";
    if (r->counts[PLAN_KEPT] > 0)
        return "skips";
    return r->counts[PLAN_DEFAULTED] > 0 ? "default" : "blank";
}

static struct value *
rows_json(const struct preview_block *b)
{
    struct value *rows = value_array();
    for (size_t i = 0; i < b->report.count; i++) {
        const struct plan_row_report *r = &b->report.rows[i];
        struct value *v = value_object();
        value_set_text(v, "target", b->rows->rows[i].target);
        value_set_text(v, "source", b->rows->rows[i].source);
        value_set_text(v, "status", row_word(b, i));
        value_set(v, "value", json_value(r->value));
        value_set_text(v, "error", r->error);
        value_append(rows, v);
    }
    return rows;
}

static struct value *
block_json(const struct preview_block *b)
{
    struct value *v = value_object();
    value_set_text(v, "blockId", b->block->id);
    value_set_text(v, "block", b->block->name);
    value_set_text(v, "kind", b->block->kind->name);
    value_set_text(v, "status", preview_state_word(b->state));
    value_set_text(v, "to", b->where);
    value_set(v, "value", json_value(b->made));
    value_set_text(v, "reason", b->reason);
    size_t times = 0;
    for (int i = 0; i < PREVIEW_STATES; i++)
        times += b->counts[i];
    value_set_int(v, "times", (int64_t)times);
    value_set_int(v, "failed", (int64_t)b->counts[PREVIEW_FAILED]);
    value_set(v, "rows", rows_json(b));
    return v;
}

/* Where --block is given: true for that block alone. */
static bool
is_wanted(const struct cli *cli, const struct block *b)
{
    const char *name = cli_option(cli, "block");
    return !name || strcmp(b->id, name) == 0 || strcmp(b->name, name) == 0;
}

static void
say_block(struct cli *cli, const struct preview_block *b)
{
    static const struct cli_column columns[] = {
        {"TARGET", "target"}, {"SOURCE", "source"}, {"", "status"},
        {"VALUE", "value"},   {"ERROR", "error"},   {NULL, NULL}};
    size_t failed = b->counts[PREVIEW_FAILED];
    cli_say(cli, "%s (%s): %s%s%s%s%s", b->block->name, b->block->kind->name,
            preview_state_word(b->state), b->where ? " to " : "",
            b->where ? b->where : "", b->reason ? ": " : "",
            b->reason ? b->reason : "");
    if (failed > 0 && b->counts[PREVIEW_SENT] + b->counts[PREVIEW_MADE] > 0)
        cli_say(cli, "failed for %zu elements, was right for %zu", failed,
                b->counts[PREVIEW_SENT] + b->counts[PREVIEW_MADE]);
    if (b->made)
        cli_print_json(cli, json_value(b->made));
    if (b->report.count > 0 && b->state != PREVIEW_SKIPPED)
        cli_print_list(cli, rows_json(b), columns, "no rows");
    cli_say(cli, "%s", "");
}

/* {"lookup","keys","open"} for each place where rows look something up: how
 * many keys, and those that are known only after a run. */
static struct value *
lookups_json(const struct questions *asked, const struct questions *open)
{
    struct value *list = value_array();
    for (size_t i = 0; i < asked->count; i++) {
        const char *what = asked->items[i].what;
        struct value *v = NULL;
        for (size_t k = 0; k < value_size(list) && !v; k++)
            if (strcmp(value_get_text(value_at(list, k), "lookup"), what) == 0)
                v = value_at(list, k);
        if (!v) {
            v = value_object();
            value_set_text(v, "lookup", what);
            value_set(v, "open", value_array());
            value_append(list, v);
        }
        value_set_int(v, "keys", value_int_or(value_get(v, "keys"), 0) + 1);
    }
    for (size_t i = 0; i < open->count; i++)
        for (size_t k = 0; k < value_size(list); k++)
            if (strcmp(value_get_text(value_at(list, k), "lookup"),
                       open->items[i].what) == 0)
                value_append(value_get(value_at(list, k), "open"),
                             value_string_n(open->items[i].key,
                                            open->items[i].key_len));
    return list;
}

/* The same in words. */
static void
say_lookups(struct cli *cli, const struct questions *asked,
            const struct questions *open, size_t samples)
{
    struct value *list = lookups_json(asked, open);
    for (size_t i = 0; i < value_size(list); i++) {
        const struct value *v = value_at(list, i);
        size_t keys = (size_t)value_int_or(value_get(v, "keys"), 0);
        size_t unknown = value_size(value_get(v, "open"));
        cli_say(cli,
                "%s: %zu of %zu keys resolved in the sample%s%s",
                value_get_text(v, "lookup"), keys - unknown, keys,
                samples == 1 ? "" : "s",
                unknown ? ", the others known only after a run" : "");
    }
    value_free(list);
}

/* The warnings that the COUNT samples give, of one block where --block names
 * it. */
static void
find_warnings(const struct cli *cli, const struct previewing *p,
              const struct preview_sample *samples, size_t count,
              struct problem_list *out)
{
    const char *name = cli_option(cli, "block");
    problem_list_init(out);
    warnings_find(out, p->previewer, p->document, &p->connectors,
                  name ? document_block_find(p->document, name) : NULL, samples,
                  count, clock_now_ms());
}

static void
say_warnings(struct cli *cli, const struct problem_list *warnings)
{
    for (size_t i = 0; i < warnings->count; i++) {
        char *sentence = problem_sentence(&warnings->items[i]);
        cli_say(cli, "warning: %s", sentence);
        free(sentence);
    }
}

static void
print_preview(struct cli *cli, const struct preview *p, const char *label,
              const struct problem_list *warnings)
{
    if (!cli->json) {
        cli_say(cli, "sample: %s (nothing is sent)", label);
        for (size_t i = 0; i < p->count; i++) {
            if (is_wanted(cli, p->blocks[i].block))
                say_block(cli, &p->blocks[i]);
        }
        say_lookups(cli, &p->asked, &p->open, 1);
        say_warnings(cli, warnings);
        if (p->truncated)
            cli_warn("only the first %d elements of a list were looked at",
                     PREVIEW_ELEMENTS);
        return;
    }
    struct value *list = value_array(), *v = value_object();
    for (size_t i = 0; i < p->count; i++) {
        if (is_wanted(cli, p->blocks[i].block))
            value_append(list, block_json(&p->blocks[i]));
    }
    value_set_text(v, "sample", label);
    value_set_bool(v, "truncated", p->truncated);
    value_set(v, "lookups", lookups_json(&p->asked, &p->open));
    value_set(v, "warnings", problem_list_value(warnings));
    value_set(v, "data", list);
    cli_print_json(cli, v);
}

/* --- all samples ---------------------------------------------------------- */
static void
tally_json(struct value *v, const struct preview_tally *t)
{
    value_set_int(v, "good", (int64_t)t->good);
    value_set_int(v, "blank", (int64_t)t->blank);
    value_set_int(v, "default", (int64_t)t->defaulted);
    value_set_int(v, "clears", (int64_t)t->cleared);
    value_set_int(v, "skips", (int64_t)t->kept);
    value_set_int(v, "errors", (int64_t)t->errors);
    value_set_int(v, "unknown", (int64_t)t->unknown);
    value_set_int(v, "skipped", (int64_t)t->skipped);
    value_set_int(v, "differs", (int64_t)t->differs);
    value_set_text(v, "firstError", t->first_error);
    value_set_text(v, "error", t->error);
    value_set_text(v, "firstDiffers", t->first_differs);
}

static struct value *
total_json(const struct preview_total *t)
{
    struct value *v = value_object(), *rows = value_array();
    value_set_text(v, "blockId", t->block->id);
    value_set_text(v, "block", t->block->name);
    tally_json(v, &t->tally);
    for (size_t i = 0; i < t->rows->count; i++) {
        struct value *row = value_object();
        value_set_text(row, "target", t->rows->rows[i].target);
        tally_json(row, &t->row_tallies[i]);
        value_append(rows, row);
    }
    value_set(v, "rows", rows);
    return v;
}

/* Blocks and, below each, its rows, for people. */
static struct value *
total_lines(const struct cli *cli, const struct preview_totals *t)
{
    struct value *lines = value_array();
    for (size_t i = 0; i < t->count; i++) {
        struct value *whole = total_json(&t->blocks[i]);
        struct value *rows = value_detach(whole, "rows");
        if (!is_wanted(cli, t->blocks[i].block)) {
            value_free(rows);
            value_free(whole);
            continue;
        }
        value_set_text(whole, "what", t->blocks[i].block->name);
        value_append(lines, whole);
        while (value_size(rows) > 0) {
            struct value *row = value_take_at(rows, 0);
            char *what = mem_printf("  %s", value_get_text(row, "target"));
            value_set_text(row, "what", what);
            free(what);
            value_append(lines, row);
        }
        value_free(rows);
    }
    return lines;
}

static void
print_totals(struct cli *cli, const struct preview_totals *t,
             const struct previewing *p, const struct problem_list *warnings)
{
    static const struct cli_column columns[] = {
        {"BLOCK / TARGET", "what"}, {"GOOD", "good"},
        {"BLANK", "blank"},         {"DEFAULT", "default"},
        {"CLEARS", "clears"},       {"SKIPS", "skips"},
        {"ERRORS", "errors"},       {"UNKNOWN", "unknown"},
        {"SKIPPED", "skipped"},     {"DIFFERS", "differs"},
        {"FIRST ERROR", "error"},   {NULL, NULL}};
    if (!cli->json) {
        cli_print_list(cli, total_lines(cli, t), columns, "no blocks");
        if (p->live)
            cli_say(cli, "%zu of %zu samples differ from live %s", t->differs,
                    t->samples, p->live_label);
        else
            cli_say(cli, "%zu samples, nothing live to compare with",
                    t->samples);
        say_lookups(cli, &t->asked, &t->open, t->samples);
        say_warnings(cli, warnings);
        return;
    }
    struct value *v = value_object(), *list = value_array();
    for (size_t i = 0; i < t->count; i++) {
        if (is_wanted(cli, t->blocks[i].block))
            value_append(list, total_json(&t->blocks[i]));
    }
    value_set_int(v, "samples", (int64_t)t->samples);
    value_set(v, "lookups", lookups_json(&t->asked, &t->open));
    value_set(v, "warnings", problem_list_value(warnings));
    value_set_int(v, "differs", (int64_t)t->differs);
    value_set_text(v, "live", p->live ? p->live_label : NULL);
    value_set(v, "data", list);
    cli_print_json(cli, v);
}

static enum err
preview_totals(struct cli *cli, const struct previewing *p, struct error *e)
{
    struct preview_totals totals = {.count = 0};
    const struct preview_sample *first;
    enum err err = previewing_sample(p, NULL, &first, e);
    if (err == ERR_OK)
        err = preview_all(&totals, p->previewer, p->live_previewer, p->samples,
                          p->count, clock_now_ms(), e);
    if (err == ERR_OK) {
        struct problem_list warnings;
        find_warnings(cli, p, p->samples, p->count, &warnings);
        print_totals(cli, &totals, p, &warnings);
        problem_list_clear(&warnings);
    }
    preview_totals_clear(&totals);
    return err;
}

/* REFUSED where the run NAME is WHOSE and the version is another customer's:
 * what is worked out for one customer goes by what that one sent. A base
 * version is everybody's. */
static enum err
check_whose(struct cli *cli, const char *name, const char *whose,
            struct error *e)
{
    struct version_list list;
    enum err err = manager_version_show(cli->manager, cli_arg(cli, 0), NULL,
                                        NULL, &list, e);
    const char *of = err == ERR_OK ? list.rows[0].installation_id : NULL;
    if (of && strcmp(of, whose) != 0)
        err = error_set(e, ERR_REFUSED,
                        "run %s: is of another customer than %s (what it holds "
                        "is for its own customer alone)",
                        name, list.rows[0].label);
    version_list_clear(&list);
    return err;
}

/* The sample that --sample names: a kept one, else a file with a body or
 * with {"input":…,"outputs":…,"lookups":…}. *OWN is the caller's. */
static enum err
find_sample(struct cli *cli, const struct previewing *p,
            struct preview_sample *out, struct value **own, struct error *e)
{
    const char *name = cli_option(cli, "sample");
    const struct preview_sample *kept = NULL;
    enum err err = previewing_sample(p, name, &kept, e);
    *own = NULL;
    if (err == ERR_OK)
        *out = *kept;
    if (err == ERR_OK || !name)
        return err;
    if (ident_is(name)) {
        char whose[IDENT_SIZE] = "";
        err = reading_sample(cli, name, own, whose, e);
        if (err == ERR_OK)
            err = check_whose(cli, name, whose, e);
        *out = (struct preview_sample){name, *own};
        return err;
    }
    char why[sizeof e->text];
    memcpy(why, e->text, sizeof why);
    if (cli->remote && strcmp(name, "-") != 0)
        return err;
    err = cli_read_json(name, &value_limits_event, own, e);
    if (err == ERR_NOT_FOUND)
        return error_set(e, err, "%s, and no such file", why);
    if (err == ERR_OK)
        *own = sample_value(*own);
    *out = (struct preview_sample){name, *own};
    return err;
}

static enum err
preview_one(struct cli *cli, const struct previewing *p, struct error *e)
{
    struct preview_sample sample = {.label = ""};
    struct preview preview = {.count = 0};
    struct value *own = NULL;
    enum err err = find_sample(cli, p, &sample, &own, e);
    if (err == ERR_OK)
        err = preview_run(&preview, p->previewer, sample.value, clock_now_ms(),
                          e);
    if (err == ERR_OK) {
        struct problem_list warnings;
        find_warnings(cli, p, &sample, 1, &warnings);
        print_preview(cli, &preview, sample.label, &warnings);
        problem_list_clear(&warnings);
    }
    preview_clear(&preview);
    value_free(own);
    return err;
}

enum err
cmd_preview(struct cli *cli, struct error *e)
{
    struct previewing p;
    const char *block = cli_option(cli, "block");
    enum err err = previewing_begin(&p, cli->manager, cli_arg(cli, 0), e);
    if (err == ERR_OK && block && !document_block_find(p.document, block))
        err = error_set(e, ERR_NOT_FOUND,
                        "%s: no such block (see tailor block list %s)", block,
                        cli_arg(cli, 0));
    if (err == ERR_OK)
        err = cli_has(cli, "all") ? preview_totals(cli, &p, e)
                                  : preview_one(cli, &p, e);
    previewing_end(&p);
    return err;
}
