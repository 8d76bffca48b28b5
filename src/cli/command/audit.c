/* tailor audit …: the chain of what was done. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/part.h"
#include "cli/command/rows.h"
#include "cli/frame/commands.h"
#include "manager/session/audit.h"
#include "manager/session/output.h"

enum { LIMIT_MAX = 1000 };

static struct value *
audit_json(const struct audit_row *r)
{
    struct value *v = value_object();
    value_set_int(v, "sequence", r->sequence);
    row_set_time(v, "at", r->entry.at);
    value_set_text(v, "origin", r->entry.origin);
    value_set_text(v, "actor", r->entry.actor);
    value_set_text(v, "session", r->entry.session);
    value_set_text(v, "action", r->entry.action);
    value_set_text(v, "subjectKind", r->entry.subject_kind);
    value_set_text(v, "subjectId", r->entry.subject_id);
    value_set_text(v, "installationId", r->entry.installation);
    row_set_json(v, "before", r->entry.before);
    row_set_json(v, "after", r->entry.after);
    value_set_text(v, "previousHash", r->previous_hash);
    value_set_text(v, "hash", r->hash);
    return v;
}

/* What one line says of R beside its columns: what a restore has undone, and
 * that a session has no end. The caller frees it; NULL: nothing. */
static char *
detail_of(const struct audit_row *r)
{
    struct value *v = NULL;
    char *text = NULL;
    if (r->open)
        return mem_strdup("no end recorded");
    if (strcmp(r->entry.action, reported_words[REPORTED_UNDONE]) == 0 &&
        r->entry.before &&
        value_read(&v, r->entry.before, strlen(r->entry.before),
                   &value_limits_document, "before", NULL) == ERR_OK)
        text = mem_strdup(value_get_text(v, "what"));
    value_free(v);
    return text;
}

/* A row of the list: its members, the name of its subject and the detail. */
static struct value *
list_json(const struct audit_row *r)
{
    struct value *v = audit_json(r);
    char *detail = detail_of(r);
    value_set_text(v, "name", r->name);
    value_set_text(v, "detail", detail);
    free(detail);
    return v;
}

static enum err
read_filter(const struct cli *cli, struct audit_filter *f, struct error *e)
{
    long long limit = 100, after = 0;
    *f = (struct audit_filter){.installation = cli_option(cli, "installation"),
                               .actor = cli_option(cli, "actor"),
                               .action = cli_option(cli, "action"),
                               .newest_first = true,
                               .named = true};
    enum err err = cli_option_time(cli, "since", &f->since, e);
    if (err == ERR_OK)
        err = cli_option_time(cli, "until", &f->until, e);
    if (err == ERR_OK)
        err = cli_option_number(cli, "after", 0, 0, &after, e);
    if (err == ERR_OK)
        err = cli_option_number(cli, "limit", 1, 100, &limit, e);
    f->after = after;
    f->limit = (int)(limit > LIMIT_MAX ? LIMIT_MAX : limit);
    return err;
}

enum err
cmd_audit_list(struct cli *cli, struct error *e)
{
    static const struct cli_column columns[] = {{"SEQUENCE", "sequence"},
                                                {"AT", "at"},
                                                {"ACTOR", "actor"},
                                                {"ACTION", "action"},
                                                {"ABOUT", "subjectKind"},
                                                {"ID", "subjectId"},
                                                {"NAME", "name"},
                                                {"DETAIL", "detail"},
                                                {NULL, NULL}};
    struct audit_filter filter;
    struct audit_list list = {.count = 0};
    enum err err = read_filter(cli, &filter, e);
    if (err != ERR_OK)
        return err;
    struct value *rows = value_array();
    struct value *more = value_object();
    err = audit_list(cli->manager, &filter, &list, e);
    for (size_t i = 0; err == ERR_OK && i < list.count; i++)
        value_append(rows, list_json(&list.rows[i]));
    if (err == ERR_OK && list.more)
        value_set_int(more, "next", list.rows[list.count - 1].sequence);
    int64_t next = list.more ? list.rows[list.count - 1].sequence : 0;
    audit_list_clear(&list);
    if (err == ERR_OK) {
        cli_print_page(cli, rows, more, columns, "no records");
        if (next && !cli->json)
            cli_say(cli, "… older: --after %lld", (long long)next);
    } else {
        value_free(rows);
        value_free(more);
    }
    return err;
}

enum err
cmd_audit_show(struct cli *cli, struct error *e)
{
    struct audit_list list = {.count = 0};
    struct value *v = NULL;
    char *end = NULL;
    errno = 0;
    long long sequence = strtoll(cli_arg(cli, 0), &end, 10);
    if (*end != '\0' || sequence < 1 || errno == ERANGE)
        return error_set(e, ERR_USAGE, "%s: not a sequence number",
                         cli_arg(cli, 0));
    enum err err = audit_show(cli->manager, sequence, &list, e);
    if (err == ERR_OK)
        v = audit_json(&list.rows[0]);
    audit_list_clear(&list);
    if (err == ERR_OK)
        cli_print_object(cli, v, NULL);
    return err;
}

static void
print_verdict(struct cli *cli, const struct audit_verdict *verdict, bool good)
{
    struct value *v = value_object();
    value_set_bool(v, "good", good);
    value_set_int(v, "records", verdict->records);
    value_set_text(v, "head", verdict->head);
    value_set_text(v, "tail", verdict->tail_proven ? "proven" : "not provable");
    if (!good) {
        value_set_int(v, "firstBad", verdict->first_bad);
        value_set_text(v, "reason", verdict->reason);
    }
    cli_print_object(cli, v, NULL);
}

static enum err
verify_file(const char *file, const char *head, struct audit_verdict *verdict,
            struct error *e)
{
    if (strcmp(file, "-") == 0)
        return audit_verify_export(STDIN_FILENO, "standard input", head,
                                   verdict, e);
    int fd;
    enum err err = file_open(file, &fd, e);
    if (err != ERR_OK)
        return err;
    err = audit_verify_export(fd, file, head, verdict, e);
    close(fd);
    return err;
}

static enum err
verify_store(struct cli *cli, const char *head, struct audit_verdict *verdict,
             struct error *e)
{
    const struct manager_session session = {
        .actor = cli->actor, .session = cli->session, .read_only = true};
    enum err err = manager_open(&cli->manager, cli->store, &session, e);
    return err == ERR_OK ? audit_verify(cli->manager, head, verdict, e) : err;
}

/* An export is verified where there is no store. */
enum err
cmd_audit_verify(struct cli *cli, struct error *e)
{
    struct audit_verdict verdict = {.records = 0};
    const char *file = cli_arg(cli, 0);
    const char *head = cli_option(cli, "head");
    enum err err = file ? verify_file(file, head, &verdict, e)
                        : verify_store(cli, head, &verdict, e);
    if (err == ERR_OK || (err == ERR_DAMAGED && verdict.head[0]))
        print_verdict(cli, &verdict, err == ERR_OK);
    return err;
}

enum err
cmd_audit_export(struct cli *cli, struct error *e)
{
    const char *file = cli_arg(cli, 0);
    struct part out = {.fd = STDOUT_FILENO};
    cli->answered = strcmp(file, "-") == 0;
    if (cli->answered)
        return audit_export(cli->manager, out.fd, "standard output", e);
    enum err err = manager_check_output(cli->manager, file, e);
    if (err == ERR_OK)
        err = part_begin(&out, file, e);
    if (err != ERR_OK)
        return err;
    err = part_end(&out, audit_export(cli->manager, out.fd, file, e), e);
    if (err == ERR_OK)
        cli_say(cli, "%s: written", file);
    return err;
}
