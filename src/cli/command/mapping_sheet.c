/* tailor mapping …: sheets out and in, and the mapping engine alone. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/part.h"
#include "cli/command/block_rows.h"
#include "cli/command/sheet_file.h"
#include "cli/command/sheet_gives.h"
#include "cli/frame/commands.h"
#include "manager/draft/previewing.h"
#include "manager/session/output.h"
#include "mapping/language.h"
#include "mapping/plan/stream.h"
#include "mapping/row/changes.h"
#include "mapping/sheet/sheet.h"

/* The form of what FILE (NULL: it is written) holds. */
static struct sheet_form
form_of(const struct cli *cli, struct sheet_content *file)
{
    return (struct sheet_form){.target = cli_option(cli, "target"),
                               .source = cli_option(cli, "source"),
                               .cells = file && file->workbook ? &file->cells
                                                               : NULL};
}

/* FILE NULL: to standard output. */
static enum err
write_sheet(const struct cli *cli, const char *file, const struct buf *text,
            struct error *e)
{
    struct part out;
    if (!file)
        return file_write_fd(STDOUT_FILENO, "standard output", text->data,
                             text->len, e);
    enum err err = manager_check_output(cli->manager, file, e);
    if (err == ERR_OK)
        err = part_begin(&out, file, e);
    if (err != ERR_OK)
        return err;
    err = file_write_fd(out.fd, file, text->data, text->len, e);
    return part_end(&out, err, e);
}

/* A workbook is asked for, or named by its ending. */
static bool
is_workbook(const struct cli *cli, const char *file)
{
    size_t n = strlen(file);
    return cli_has(cli, "xlsx") ||
           (n > 5 && strcasecmp(file + n - 5, ".xlsx") == 0);
}

enum err
cmd_mapping_export(struct cli *cli, struct error *e)
{
    struct block_rows b;
    struct buf text;
    struct sheet_form form = form_of(cli, NULL);
    const char *file = cli_arg(cli, 2) ? cli_arg(cli, 2) : "-";
    bool to_stdout = strcmp(file, "-") == 0;
    char **gives = NULL;
    buf_init_any(&text);
    enum err err =
        block_rows_read(&b, cli, cli_arg(cli, 0), cli_arg(cli, 1), e);
    size_t count = err == ERR_OK ? b.rows.count : 0;
    if (err == ERR_OK && cli_option(cli, "sample"))
        err = sheet_gives(&gives, count, cli, cli_arg(cli, 0), cli_arg(cli, 1),
                          cli_option(cli, "sample"), e);
    form.gives = gives;
    if (err == ERR_OK && is_workbook(cli, file))
        err = sheet_file_make(cli, sheet_rows(&b.rows, &form), &text, e);
    else if (err == ERR_OK)
        sheet_write(&b.rows, &form, &text);
    if (err == ERR_OK)
        err = write_sheet(cli, to_stdout ? NULL : file, &text, e);
    cli->answered = to_stdout && err == ERR_OK;
    block_rows_clear(&b);
    buf_clear(&text);
    sheet_gives_free(gives, count);
    return err;
}

/* What the row changes beside its source, as a list and in words. */
static void
set_changes(struct value *v, const struct proposal_row *r)
{
    struct value *changes = proposal_changes(r);
    struct buf words;
    buf_init_any(&words);
    row_changes_words(changes, &words);
    value_set_text(v, "also", words.len ? buf_str(&words) : NULL);
    value_set(v, "changes", changes);
    buf_clear(&words);
}

/* How many rows change each member beside the source. */
static struct value *
changed_members(const struct mapping_proposal *p)
{
    struct value *counts = value_object();
    for (size_t i = 0; i < p->count; i++) {
        struct value *changes =
            p->rows[i].problem ? NULL : proposal_changes(&p->rows[i]);
        proposal_count_changes(counts, changes);
        value_free(changes);
    }
    return counts;
}

static struct value *
proposal_json(const struct mapping_proposal *p)
{
    struct value *rows = value_array();
    for (size_t i = 0; i < p->count; i++) {
        const struct proposal_row *r = &p->rows[i];
        const struct mapping_row *any = r->wanted.target ? &r->wanted : &r->now;
        struct value *v = value_object();
        value_set_text(v, "kind",
                       r->problem ? "refused" : proposal_kind_word(r->kind));
        value_set_text(v, "target", any->target);
        value_set_text(v, "now", r->now.target ? r->now.source : NULL);
        value_set_text(v, "wanted", r->wanted.target ? r->wanted.source : NULL);
        value_set_bool(v, "unknown", r->unknown);
        if (r->line > 0)
            value_set_int(v, "line", (int64_t)r->line);
        value_set_text(v, "problem", r->problem);
        value_set_text(v, "loss", r->loss);
        value_set_text(v, "mark", r->unknown ? "?" : NULL);
        set_changes(v, r);
        value_append(rows, v);
    }
    return rows;
}

static void
say_changes(struct cli *cli, const struct mapping_proposal *p)
{
    struct value *counts = changed_members(p);
    struct buf words;
    buf_init_any(&words);
    proposal_counts_words(counts, &words);
    if (words.len)
        cli_say(cli, "also changed: %s", buf_str(&words));
    buf_clear(&words);
    value_free(counts);
}

/* What the table cannot say: whole lines that are no rows, what ? means. */
static void
print_notes(struct cli *cli, const struct mapping_proposal *p)
{
    char *headings = proposal_headings(p);
    if (headings)
        cli_say(cli, "%s", headings);
    free(headings);
    for (size_t i = 0; p->lossy > 0 && i < p->count; i++)
        if (p->rows[i].loss)
            cli_say(cli, "line %zu, %s: %s", p->rows[i].line,
                    p->rows[i].wanted.target, p->rows[i].loss);
    say_changes(cli, p);
    if (p->unknown > 0)
        cli_say(cli, "%zu source%s a field that no sample has (?)", p->unknown,
                p->unknown == 1 ? " names" : "s name");
}

static void
print_proposal(struct cli *cli, const struct mapping_proposal *p,
               const struct sheet_content *file, bool applied)
{
    static const struct cli_column columns[] = {
        {"", "kind"},           {"", "mark"},        {"TARGET", "target"},
        {"NOW", "now"},         {"SHEET", "wanted"}, {"ALSO CHANGED", "also"},
        {"PROBLEM", "problem"}, {NULL, NULL}};
    struct value *more = value_object();
    value_set_bool(more, "applied", applied);
    value_set_int(more, "added", (int64_t)p->counts[PROPOSAL_ADDED]);
    value_set_int(more, "changed", (int64_t)p->counts[PROPOSAL_CHANGED]);
    value_set_int(more, "left", (int64_t)p->counts[PROPOSAL_LEFT]);
    value_set_int(more, "problems", (int64_t)p->problems);
    value_set(more, "changedMembers", changed_members(p));
    struct value *headings = value_array();
    for (size_t i = 0; i < p->heading_count; i++)
        value_append(headings, value_int((int64_t)p->headings[i]));
    value_set(more, "headings", headings);
    value_set(more, "notes",
              file->notes ? value_copy(file->notes) : value_array());
    cli_print_page(cli, proposal_json(p), more, columns, "an empty sheet");
    sheet_file_say(cli, file);
    print_notes(cli, p);
    cli_say(cli, "%zu added, %zu changed, %zu left as they are, %zu refused%s",
            p->counts[PROPOSAL_ADDED], p->counts[PROPOSAL_CHANGED],
            p->counts[PROPOSAL_LEFT], p->problems,
            applied ? "" : " (nothing was changed)");
}

/* Shows what the sheet would do, and does it unless --dry-run. */
static enum err
import_sheet(struct cli *cli, struct editing *ed,
             const struct mapping_proposal *p, const struct sheet_content *file,
             struct error *e)
{
    bool apply = !cli_has(cli, "dry-run") && p->problems == 0;
    enum err err = ERR_OK;
    if (apply)
        err = block_rows_put(ed, cli_arg(cli, 1), &p->result, e);
    if (err == ERR_OK)
        print_proposal(cli, p, file, apply);
    if (err == ERR_OK && p->problems > 0 && !cli_has(cli, "dry-run"))
        err = error_set(e, ERR_INVALID,
                        "%zu rows of the sheet cannot be taken: nothing was "
                        "changed (mend them and import again)",
                        p->problems);
    return err;
}

/* --- samples ------------------------------------------------------------- */

/* What a block has seen as $ and @ while the samples were run: copies, since
 * a sample is gone after its preview. */
struct seen {
    const struct block *block;
    struct scope *scopes;
    struct tape *tapes;
    struct buf *texts;
    size_t count, capacity;
};

static void
see(void *context, const struct block *b, const struct scope *scope)
{
    struct seen *s = context;
    if (b != s->block || !scope->root.tape)
        return;
    if (s->count == s->capacity) {
        s->capacity = s->capacity ? s->capacity * 2 : 16;
        s->tapes = mem_resize(s->tapes, s->capacity, sizeof *s->tapes);
        s->texts = mem_resize(s->texts, s->capacity, sizeof *s->texts);
    }
    struct buf *text = &s->texts[s->count];
    struct tape *tape = &s->tapes[s->count];
    buf_init(text, value_limits_event.bytes);
    tape_init(tape);
    tape_write(scope->root.tape, scope->root.index, text);
    s->count++;
    if (tape_read(tape, buf_str(text), text->len, &value_limits_event, "sample",
                  NULL) != ERR_OK) {
        tape_clear(tape);
        buf_clear(text);
        s->count--;
    }
}

/* Runs the kept samples of the version NAME up to BLOCK. A version without
 * samples has seen nothing, and so has who may not see them. */
static enum err
see_samples(struct seen *s, struct previewing *p, struct cli *cli,
            const char *name, const char *block, struct error *e)
{
    if (manager_may_see_payloads(cli->manager, NULL) != ERR_OK)
        return ERR_OK;
    enum err err = previewing_begin(p, cli->manager, name, e);
    if (err != ERR_OK)
        return err;
    s->block = document_block_find(p->document, block);
    previewer_visit(p->previewer, see, s);
    for (size_t i = 0; err == ERR_OK && i < p->count; i++) {
        struct preview preview;
        err = preview_run(&preview, p->previewer, p->samples[i].value,
                          clock_now_ms(), e);
        preview_clear(&preview);
    }
    s->scopes = mem_array(s->count + 1, sizeof *s->scopes);
    for (size_t i = 0; i < s->count; i++) {
        struct node_ref root = {&s->tapes[i], 0};
        s->scopes[i] = (struct scope){.root = root, .current = root};
    }
    return err;
}

static void
seen_clear(struct seen *s)
{
    for (size_t i = 0; i < s->count; i++) {
        tape_clear(&s->tapes[i]);
        buf_clear(&s->texts[i]);
    }
    free(s->tapes);
    free(s->texts);
    free(s->scopes);
}

/* --- import -------------------------------------------------------------- */

enum err
cmd_mapping_import(struct cli *cli, struct error *e)
{
    const char *name = cli_arg(cli, 0), *block = cli_arg(cli, 1);
    struct editing ed;
    struct block_rows now;
    struct mapping_proposal p;
    struct previewing previewing = {.document = NULL};
    struct seen seen = {.block = NULL};
    struct sheet_content file;
    enum err err = sheet_source_read(&file, cli, cli_arg(cli, 2), e);
    const struct sheet_form form = form_of(cli, &file);
    if (err != ERR_OK) {
        sheet_content_clear(&file);
        return err;
    }
    err = block_rows_read(&now, cli, name, block, e);
    if (err == ERR_OK)
        err = see_samples(&seen, &previewing, cli, name, block, e);
    if (err == ERR_OK)
        err = proposal_read(&p, buf_str(&file.text), file.text.len, &form,
                            &now.rows, document_language(now.document),
                            seen.scopes, seen.count, e);
    if (err == ERR_OK) {
        err = editing_begin(&ed, cli->manager, name, e);
        if (err == ERR_OK)
            err = import_sheet(cli, &ed, &p, &file, e);
        editing_end(&ed);
        proposal_clear(&p);
    }
    seen_clear(&seen);
    previewing_end(&previewing);
    block_rows_clear(&now);
    sheet_content_clear(&file);
    return err;
}

/* --- apply --------------------------------------------------------------- */

/* Says which rows of the sheet FILE cannot be taken: the first ones, because a
 * fault of the whole sheet is the same in each. */
static enum err
refuse_sheet(const char *file, const struct mapping_proposal *p,
             struct error *e)
{
    enum { SHOWN = 50 };
    size_t shown = 0;
    for (size_t i = 0; i < p->count && shown < SHOWN; i++) {
        const struct proposal_row *r = &p->rows[i];
        if (!r->problem)
            continue;
        cli_warn("%s, line %zu, %s: %s", file, r->line,
                 r->wanted.target[0] ? r->wanted.target : "no target",
                 r->problem);
        shown++;
    }
    if (p->problems > shown)
        cli_warn("%s: %zu more rows are wrong", file, p->problems - shown);
    return error_set(e, ERR_INVALID,
                     "%s: %zu of %zu rows are wrong (correct them and try "
                     "again)",
                     file, p->problems, p->count);
}

/* What mapping run works with: the rows of a sheet or of a block, the
 * format that they are written in, and the value tables of the workflow. */
struct applied {
    struct block_rows from; /* no document where it is a sheet */
    unsigned language;
    struct previewer *previewer; /* NULL where it is a sheet */
};

static enum err
sheet_to_apply(struct cli *cli, const char *file, struct applied *out,
               struct error *e)
{
    struct sheet_content read;
    struct mapping_rows none;
    struct mapping_proposal p;
    rows_init(&none);
    enum err err = sheet_file_read(&read, cli, file, e);
    const struct sheet_form form = form_of(cli, &read);
    if (err == ERR_OK)
        err = proposal_read(&p, buf_str(&read.text), read.text.len, &form,
                            &none, out->language, NULL, 0, e);
    if (err == ERR_OK) {
        rows_copy(&out->from.rows, &p.result);
        if (p.problems > 0)
            err = refuse_sheet(file, &p, e);
        sheet_file_say(cli, &read);
        proposal_clear(&p);
    }
    sheet_content_clear(&read);
    return err;
}

static enum err
rows_to_apply(struct cli *cli, struct applied *out, struct error *e)
{
    const char *file = cli_option(cli, "mapping");
    *out = (struct applied){.language = FORMULA_LANGUAGE};
    rows_init(&out->from.rows);
    if (file)
        return sheet_to_apply(cli, file, out, e);
    enum err err =
        block_rows_read(&out->from, cli, cli_arg(cli, 0), cli_arg(cli, 1), e);
    if (err == ERR_OK) {
        out->language = document_language(out->from.document);
        out->previewer = previewer_new(out->from.document);
    }
    return err;
}

static bool
record_failed(void *context, uint64_t record, const struct error *e)
{
    (void)context;
    (void)record;
    cli_warn_error(e);
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
apply_plan(struct cli *cli, const struct applied *a, const struct plan *plan,
           const char *file, struct error *e)
{
    bool from_stdin = strcmp(file, "-") == 0;
    int fd = STDIN_FILENO;
    enum err err = from_stdin ? ERR_OK : file_open(file, &fd, e);
    if (err != ERR_OK)
        return err;
    struct mapping_stream s = {.in = fd,
                               .out = STDOUT_FILENO,
                               .name = from_stdin ? "standard input" : file,
                               .out_name = "standard output",
                               .now_ms = clock_now_ms(),
                               .lookup = a->previewer ? previewer_lookup : NULL,
                               .tables = a->previewer,
                               .failed = record_failed,
                               .progress = !cli->quiet && isatty(STDERR_FILENO)
                                               ? show_progress
                                               : NULL};
    err = mapping_stream_run(&s, plan, e);
    if (s.progress)
        fputc('\n', stderr);
    if (!from_stdin)
        close(fd);
    cli->answered = true;
    if (err == ERR_OK && s.errors > 0)
        err = error_set(e, ERR_INVALID, "%llu of %llu records were not mapped",
                        (unsigned long long)s.errors,
                        (unsigned long long)s.records);
    return err;
}

enum err
cmd_mapping_run(struct cli *cli, struct error *e)
{
    struct applied a;
    struct plan *plan = NULL;
    size_t input = cli_option(cli, "mapping") ? 0 : 2;
    const char *file = cli_arg(cli, input) ? cli_arg(cli, input) : "-";
    enum err err = cli_may_open(cli, file, e);
    if (err != ERR_OK)
        return err;
    if (input == 0 && cli_arg(cli, 1))
        return error_set(e, ERR_USAGE,
                         "%s: one argument too many (--mapping takes the rows "
                         "from its file: only INPUT goes with it)",
                         cli_arg(cli, 1));
    if (input == 2) {
        const struct manager_session session = {.actor = cli->actor,
                                                .read_only = true};
        if (!cli_arg(cli, 1))
            return error_set(e, ERR_USAGE,
                             "say --mapping FILE.csv, or a version and a "
                             "block");
        err = manager_open(&cli->manager, cli->store, &session, e);
        if (err != ERR_OK)
            return err;
    }
    err = rows_to_apply(cli, &a, e);
    if (err == ERR_OK)
        err = plan_compile(&plan, &a.from.rows, a.language, PLAN_FAST, NULL, e);
    if (err == ERR_OK)
        err = apply_plan(cli, &a, plan, file, e);
    plan_free(plan);
    previewer_free(a.previewer);
    block_rows_clear(&a.from);
    return err;
}
