/* tailor mapping …: the rows of a block, and sheets. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "cli/frame/commands.h"
#include "manager/draft/editing.h"
#include "mapping/plan/stream.h"
#include "mapping/sheet/sheet.h"
#include "workflow/edit/edit.h"

enum { SHEET_MAX = 16 << 20 };

static const struct cli_column row_columns[] = {
    {"TARGET", "target"},     {"SOURCE", "source"}, {"DEFAULT", "default"},
    {"REQUIRED", "required"}, {"NOTE", "note"},     {NULL, NULL}};

/* The rows of BLOCK in the version NAME; clear with rows_clear. */
static enum err
read_rows(struct cli *cli, const char *name, const char *block,
          struct mapping_rows *rows, struct error *e)
{
    struct document *d = NULL;
    rows_init(rows);
    enum err rc = manager_document(cli->manager, name, &d, e);
    const struct block *b = rc == ERR_OK ? document_block_find(d, block) : NULL;
    if (rc == ERR_OK && !b)
        rc = error_set(e, ERR_NOT_FOUND,
                       "%s: no such block (see tailor block list %s)", block,
                       name);
    if (rc == ERR_OK && !kind_field(b->kind, "mapping"))
        rc = error_set(e, ERR_INVALID, "%s: a %s block has no mapping", block,
                       b->kind->name);
    if (rc == ERR_OK)
        rc = rows_read(rows, block_field(b, "mapping"), e);
    document_free(d);
    return rc;
}

enum err
cmd_mapping_show(struct cli *cli, struct error *e)
{
    struct mapping_rows rows;
    enum err rc = read_rows(cli, cli_arg(cli, 0), cli_arg(cli, 1), &rows, e);
    if (rc == ERR_OK)
        cli_print_list(cli, rows_value(&rows), row_columns, "no rows yet");
    rows_clear(&rows);
    return rc;
}

/* Prints the draft and its revision. */
static void
print_revision(struct cli *cli, const struct editing *ed)
{
    struct value *v = value_object();
    value_set_text(v, "versionId", ed->draft);
    value_set_int(v, "revision", ed->revision);
    cli_print_object(cli, v, NULL);
}

/* Puts default, required and note of the options into the row of TARGET. */
static enum err
set_extras(struct cli *cli, struct editing *ed, struct error *e)
{
    const char *fallback = cli_option(cli, "default");
    const struct block *b = document_block_find(ed->document, cli_arg(cli, 1));
    long index = b ? edit_row_index(b, cli_arg(cli, 2)) : -1;
    if (index < 0 || (!fallback && !cli_has(cli, "required") &&
                      !cli_has(cli, "optional") && !cli_has(cli, "note")))
        return ERR_OK;
    struct value *row =
        value_copy(value_at(block_field(b, "mapping"), (size_t)index));
    struct value *patch = NULL, *json = NULL;
    enum err rc = ERR_OK;
    if (fallback)
        rc = value_read(&json, fallback, strlen(fallback),
                        &value_limits_document, "--default", e);
    if (json)
        value_set(row, "default", json);
    if (cli_has(cli, "required"))
        value_set_bool(row, "required", true);
    if (cli_has(cli, "optional"))
        value_remove(row, "required");
    if (cli_has(cli, "note"))
        value_set_text(row, "note", cli_option(cli, "note"));
    if (rc != ERR_OK) {
        value_free(row);
        return rc;
    }
    rc = edit_row_put(&patch, ed->document, cli_arg(cli, 1), row, SIZE_MAX, e);
    return editing_apply(ed, rc, patch, e);
}

enum err
cmd_mapping_set(struct cli *cli, struct error *e)
{
    struct editing ed;
    struct value *patch = NULL;
    enum err rc = editing_begin(&ed, cli->manager, cli_arg(cli, 0), e);
    if (rc == ERR_OK) {
        rc = edit_row_set(&patch, ed.document, cli_arg(cli, 1), cli_arg(cli, 2),
                          cli_arg(cli, 3), e);
        rc = editing_apply(&ed, rc, patch, e);
    }
    if (rc == ERR_OK)
        rc = set_extras(cli, &ed, e);
    if (rc == ERR_OK)
        print_revision(cli, &ed);
    editing_end(&ed);
    return rc;
}

enum err
cmd_mapping_unset(struct cli *cli, struct error *e)
{
    struct editing ed;
    struct value *patch = NULL;
    enum err rc = editing_begin(&ed, cli->manager, cli_arg(cli, 0), e);
    if (rc == ERR_OK) {
        rc = edit_row_unset(
            &patch, ed.document, cli_arg(cli, 1), cli_arg(cli, 2),
            cli_has(cli, "remove") ? EDIT_ROW_REMOVE : EDIT_ROW_BLANK, e);
        rc = editing_apply(&ed, rc, patch, e);
    }
    if (rc == ERR_OK)
        print_revision(cli, &ed);
    editing_end(&ed);
    return rc;
}

/* Makes ROWS the mapping of BLOCK in one change. */
static enum err
put_rows(struct editing *ed, const char *block, const struct mapping_rows *rows,
         struct error *e)
{
    struct value *patch = NULL;
    enum err rc =
        edit_set(&patch, ed->document, block, "mapping", rows_value(rows), e);
    return editing_apply(ed, rc, patch, e);
}

enum err
cmd_mapping_copy(struct cli *cli, struct error *e)
{
    struct editing ed;
    struct mapping_rows rows;
    enum err rc = read_rows(cli, cli_arg(cli, 0), cli_arg(cli, 1), &rows, e);
    if (rc == ERR_OK) {
        rc = editing_begin(&ed, cli->manager, cli_arg(cli, 2), e);
        if (rc == ERR_OK)
            rc = put_rows(&ed, cli_arg(cli, 3), &rows, e);
        if (rc == ERR_OK)
            print_revision(cli, &ed);
        editing_end(&ed);
    }
    rows_clear(&rows);
    return rc;
}

static struct sheet_form
form_of(const struct cli *cli)
{
    return (struct sheet_form){.target = cli_option(cli, "target"),
                               .source = cli_option(cli, "source")};
}

enum err
cmd_mapping_export(struct cli *cli, struct error *e)
{
    struct mapping_rows rows;
    struct buf text;
    struct sheet_form form = form_of(cli);
    const char *file = cli_arg(cli, 2) ? cli_arg(cli, 2) : "-";
    bool to_stdout = strcmp(file, "-") == 0;
    buf_init(&text, SHEET_MAX);
    enum err rc = read_rows(cli, cli_arg(cli, 0), cli_arg(cli, 1), &rows, e);
    if (rc == ERR_OK)
        sheet_write(&rows, &form, &text);
    int fd = STDOUT_FILENO;
    if (rc == ERR_OK && !to_stdout) {
        fd = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        if (fd < 0)
            rc = error_errno(e, ERR_IO, file);
    }
    if (rc == ERR_OK)
        rc = file_write_fd(fd, file, buf_str(&text), text.len, e);
    if (!to_stdout && fd >= 0 && fd != STDOUT_FILENO)
        close(fd);
    cli->answered = to_stdout;
    rows_clear(&rows);
    buf_clear(&text);
    return rc;
}

static struct value *
proposal_json(const struct mapping_proposal *p)
{
    struct value *rows = value_array();
    for (size_t i = 0; i < p->count; i++) {
        const struct proposal_row *r = &p->rows[i];
        const struct mapping_row *any = r->wanted.target ? &r->wanted : &r->now;
        struct value *v = value_object();
        value_set_text(v, "kind", proposal_kind_word(r->kind));
        value_set_text(v, "target", any->target);
        value_set_text(v, "now", r->now.target ? r->now.source : NULL);
        value_set_text(v, "wanted", r->wanted.target ? r->wanted.source : NULL);
        value_set_bool(v, "unknown", r->unknown);
        value_set_text(v, "problem", r->problem);
        value_append(rows, v);
    }
    return rows;
}

static void
print_proposal(struct cli *cli, const struct mapping_proposal *p, bool applied)
{
    static const struct cli_column columns[] = {
        {"", "kind"},        {"TARGET", "target"},   {"NOW", "now"},
        {"SHEET", "wanted"}, {"PROBLEM", "problem"}, {NULL, NULL}};
    struct value *more = value_object();
    value_set_bool(more, "applied", applied);
    value_set_int(more, "added", (int64_t)p->counts[PROPOSAL_ADDED]);
    value_set_int(more, "changed", (int64_t)p->counts[PROPOSAL_CHANGED]);
    value_set_int(more, "left", (int64_t)p->counts[PROPOSAL_LEFT]);
    value_set_int(more, "problems", (int64_t)p->problems);
    cli_print_page(cli, proposal_json(p), more, columns, "an empty sheet");
    cli_say(cli, "%zu added, %zu changed, %zu left as they are, %zu refused%s",
            p->counts[PROPOSAL_ADDED], p->counts[PROPOSAL_CHANGED],
            p->counts[PROPOSAL_LEFT], p->problems,
            applied ? "" : " (nothing was changed)");
}

/* Shows what the sheet would do, and does it unless --dry-run. */
static enum err
import_sheet(struct cli *cli, struct editing *ed,
             const struct mapping_proposal *p, struct error *e)
{
    bool apply = !cli_has(cli, "dry-run") && p->problems == 0;
    enum err rc = ERR_OK;
    if (apply)
        rc = put_rows(ed, cli_arg(cli, 1), &p->result, e);
    if (rc == ERR_OK)
        print_proposal(cli, p, apply);
    if (rc == ERR_OK && p->problems > 0 && !cli_has(cli, "dry-run"))
        rc = error_set(e, ERR_INVALID,
                       "%zu rows of the sheet cannot be taken: nothing was "
                       "changed (mend them and import again)",
                       p->problems);
    return rc;
}

enum err
cmd_mapping_import(struct cli *cli, struct error *e)
{
    struct editing ed;
    struct mapping_rows now;
    struct mapping_proposal p;
    struct sheet_form form = form_of(cli);
    char *text = NULL;
    size_t len = 0;
    enum err rc = cli_read_file(cli_arg(cli, 2), SHEET_MAX, &text, &len, e);
    if (rc != ERR_OK)
        return rc;
    rc = read_rows(cli, cli_arg(cli, 0), cli_arg(cli, 1), &now, e);
    if (rc == ERR_OK)
        rc = proposal_read(&p, text, len, &form, &now, NULL, 0, e);
    if (rc == ERR_OK) {
        rc = editing_begin(&ed, cli->manager, cli_arg(cli, 0), e);
        if (rc == ERR_OK)
            rc = import_sheet(cli, &ed, &p, e);
        editing_end(&ed);
        proposal_clear(&p);
    }
    rows_clear(&now);
    free(text);
    return rc;
}

/* The rows that mapping apply works with: a sheet or a block's. */
static enum err
rows_to_apply(struct cli *cli, struct mapping_rows *rows, struct error *e)
{
    const char *file = cli_option(cli, "mapping");
    struct sheet_form form = form_of(cli);
    struct mapping_rows none;
    struct mapping_proposal p;
    char *text = NULL;
    size_t len = 0;
    if (!file)
        return read_rows(cli, cli_arg(cli, 0), cli_arg(cli, 1), rows, e);
    rows_init(rows);
    rows_init(&none);
    enum err rc = cli_read_file(file, SHEET_MAX, &text, &len, e);
    if (rc == ERR_OK)
        rc = proposal_read(&p, text, len, &form, &none, NULL, 0, e);
    if (rc == ERR_OK) {
        rows_copy(rows, &p.result);
        for (size_t i = 0; i < p.count && rc == ERR_OK; i++) {
            if (p.rows[i].problem)
                rc = error_set(e, ERR_INVALID, "%s: %s", file,
                               p.rows[i].problem);
        }
        proposal_clear(&p);
    }
    free(text);
    return rc;
}

static bool
record_failed(void *context, uint64_t record, const struct error *e)
{
    (void)context;
    (void)record;
    cli_warn("%s", e->text);
    return true;
}

static void
show_progress(void *context, uint64_t records, uint64_t bytes)
{
    (void)context;
    fprintf(stderr, "\rtailor: %llu records, %llu MB",
            (unsigned long long)records, (unsigned long long)(bytes >> 20));
}

static enum err
apply_plan(struct cli *cli, const struct plan *plan, const char *file,
           struct error *e)
{
    bool from_stdin = strcmp(file, "-") == 0;
    int fd = from_stdin ? STDIN_FILENO : open(file, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return error_errno(e, ERR_IO, file);
    struct mapping_stream s = {.in = fd,
                               .out = STDOUT_FILENO,
                               .name = from_stdin ? "standard input" : file,
                               .now_ms = clock_now_ms(),
                               .failed = record_failed,
                               .progress = !cli->quiet && isatty(STDERR_FILENO)
                                               ? show_progress
                                               : NULL};
    enum err rc = mapping_stream_run(&s, plan, e);
    if (s.progress)
        fputc('\n', stderr);
    if (!from_stdin)
        close(fd);
    cli->answered = true;
    if (rc == ERR_OK && s.errors > 0)
        rc = error_set(e, ERR_INVALID, "%llu of %llu records were not mapped",
                       (unsigned long long)s.errors,
                       (unsigned long long)s.records);
    return rc;
}

enum err
cmd_mapping_apply(struct cli *cli, struct error *e)
{
    struct mapping_rows rows;
    struct plan *plan = NULL;
    size_t input = cli_option(cli, "mapping") ? 0 : 2;
    const char *file = cli_arg(cli, input) ? cli_arg(cli, input) : "-";
    enum err rc = cli_may_open(cli, file, e);
    if (rc != ERR_OK)
        return rc;
    if (input == 2) {
        const struct manager_session session = {.actor = cli->actor,
                                                .read_only = true};
        if (!cli_arg(cli, 1))
            return error_set(e, ERR_USAGE,
                             "say --mapping FILE.csv, or a version and a "
                             "block");
        rc = manager_open(&cli->manager, cli->store, &session, e);
        if (rc != ERR_OK)
            return rc;
    }
    rc = rows_to_apply(cli, &rows, e);
    if (rc == ERR_OK)
        rc = plan_compile(&plan, &rows, PLAN_FAST, NULL, e);
    if (rc == ERR_OK)
        rc = apply_plan(cli, plan, file, e);
    plan_free(plan);
    rows_clear(&rows);
    return rc;
}
