/* tailor sample …: recorded inputs to try drafts on, and what is expected. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "cli/command/checked_rows.h"
#include "cli/command/reading.h"
#include "cli/command/rows.h"
#include "cli/frame/commands.h"
#include "manager/catalogue/redact.h"
#include "manager/draft/previewing.h"
#include "manager/release/proof.h"

enum { SAMPLES_SHOWN = 1000 };

/* --- list and show -------------------------------------------------------- */
static struct value *
expected_json(const struct sample_row *r)
{
    if (!r->hash)
        return value_null();
    struct value *v = value_object();
    value_set_text(v, "hash", r->hash);
    value_set_bool(v, "blocking", r->blocking);
    value_set_text(v, "agreedWith", r->agreed_with);
    value_set_text(v, "note", r->note);
    value_set_text(v, "setBy", r->set_by);
    row_set_time(v, "agreedAt", r->agreed_at);
    return v;
}

static struct value *
sample_json(const struct cli *cli, const struct sample_row *r)
{
    struct value *v = value_object();
    value_set_text(v, "sampleId", r->id);
    value_set_text(v, "label", r->label);
    row_set_time(v, "at", r->at);
    row_set_time(v, "expiresAt", r->expires_at);
    value_set_bool(v, "own", r->own);
    if (cli->json) {
        value_set(v, "expected", expected_json(r));
        return v;
    }
    value_set_text(v, "of", r->own ? "installation" : "vendor");
    value_set_text(v, "expected",
                   !r->hash      ? ""
                   : r->blocking ? "yes, blocks"
                                 : "yes");
    value_set_text(v, "agreedWith", r->agreed_with);
    value_set_text(v, "note", r->note);
    return v;
}

enum err
cmd_sample_list(struct cli *cli, struct error *e)
{
    static const struct cli_column columns[] = {{"SAMPLE", "label"},
                                                {"OF", "of"},
                                                {"EXPECTED", "expected"},
                                                {"AGREED WITH", "agreedWith"},
                                                {"AT", "at"},
                                                {"EXPIRES", "expiresAt"},
                                                {"ID", "sampleId"},
                                                {"NOTE", "note"},
                                                {NULL, NULL}};
    struct sample_list list;
    struct value *rows = value_array();
    bool agreed = cli_has(cli, "expected");
    enum err err = manager_sample_list(cli->manager, cli_arg(cli, 0),
                                       cli_option(cli, "installation"),
                                       SAMPLES_SHOWN, &list, e);
    for (size_t i = 0; err == ERR_OK && i < list.count; i++)
        if (!agreed || list.rows[i].hash)
            value_append(rows, sample_json(cli, &list.rows[i]));
    sample_list_clear(&list);
    if (err == ERR_OK)
        cli_print_list(cli, rows, columns, "no samples");
    else
        value_free(rows);
    return err;
}

/* The sample of R with what is expected of it, as sample add reads it. */
static enum err
whole_sample(const struct sample_row *r, struct value **out, struct error *e)
{
    struct value *expected = NULL;
    enum err err = value_read(out, r->body, strlen(r->body),
                              &value_limits_event, r->label, e);
    if (err == ERR_OK && r->expected)
        err = value_read(&expected, r->expected, strlen(r->expected),
                         &value_limits_event, r->label, e);
    if (expected)
        value_set(*out, "expected", expected);
    return err;
}

enum err
cmd_sample_show(struct cli *cli, struct error *e)
{
    struct sample_list list;
    struct value *v = NULL;
    const char *name = cli_arg(cli, 1);
    enum err err = manager_sample_list(cli->manager, cli_arg(cli, 0),
                                       cli_option(cli, "installation"),
                                       SAMPLES_SHOWN, &list, e);
    for (size_t i = 0; err == ERR_OK && !v && i < list.count; i++) {
        const struct sample_row *r = &list.rows[i];
        bool named = strcmp(r->id, name) == 0 || strcmp(r->label, name) == 0;
        if (named && r->body)
            err = whole_sample(r, &v, e);
    }
    sample_list_clear(&list);
    if (err == ERR_OK && !v)
        err = manager_may_see_payloads(cli->manager, e);
    if (err == ERR_OK && !v)
        err = error_set(e, ERR_NOT_FOUND, "%s: no such sample of %s", name,
                        cli_arg(cli, 0));
    if (err == ERR_OK)
        cli_print_json(cli, v);
    else
        value_free(v);
    return err;
}

/* --- add and set ---------------------------------------------------------- */
/* What a command says of a sample. */
struct wish {
    struct sample_expected expected;
    bool any;                      /* something is expected */
    struct value *blocks;          /* owned */
    char installation[IDENT_SIZE]; /* whose it is; "": the vendor's */
    bool vendors;                  /* it is kept as the vendor's already */
};

/* The sample is the installation's that --installation names. */
static enum err
take_named(struct cli *cli, struct wish *w, struct error *e)
{
    const char *name = cli_option(cli, "installation");
    struct installation_list list = {.rows = NULL};
    if (!name)
        return ERR_OK;
    enum err err = manager_installation_show(cli->manager, name, &list, e);
    if (err == ERR_OK)
        memcpy(w->installation, list.rows[0].id, IDENT_SIZE);
    installation_list_clear(&list);
    return err;
}

/* WHAT is of INSTALLATION ("": of none) and goes into the sample, which becomes
 * that customer's: what a customer sent, or the version of a customer gives,
 * never becomes the vendor's or another customer's. */
static enum err
note_customer(struct wish *w, const char *what, const char *name,
              const char *installation, struct error *e)
{
    if (!*installation)
        return ERR_OK;
    if (w->vendors)
        return error_set(e, ERR_REFUSED,
                         "%s %s: is of a customer, and the sample is the "
                         "vendor's (add one for this customer)",
                         what, name);
    if (*w->installation && strcmp(w->installation, installation) != 0)
        return error_set(e, ERR_REFUSED,
                         "%s %s: is of another customer than the sample (what "
                         "it holds is kept for its own customer alone)",
                         what, name);
    memcpy(w->installation, installation, IDENT_SIZE);
    return ERR_OK;
}

static enum err
take_installation(struct cli *cli, const char *name, struct wish *w,
                  struct error *e)
{
    struct version_list list;
    enum err err =
        manager_version_show(cli->manager, name, NULL, NULL, &list, e);
    if (err == ERR_OK && list.rows[0].installation_id)
        err =
            note_customer(w, "version", name, list.rows[0].installation_id, e);
    version_list_clear(&list);
    return err;
}

/* What the version NAME gives with SAMPLE. */
static enum err
take_current(struct cli *cli, const char *name, const struct value *sample,
             struct wish *w, struct error *e)
{
    struct previewing p;
    enum err err = take_installation(cli, name, w, e);
    if (err != ERR_OK)
        return err;
    w->expected.at = clock_now_ms();
    err = previewing_begin(&p, cli->manager, name, e);
    if (err == ERR_OK)
        err = agreed_from_preview(&w->blocks, p.previewer, sample,
                                  w->expected.at, e);
    previewing_end(&p);
    return err;
}

/* Takes the options that say what is expected of SAMPLE. */
static enum err
take_wish(struct cli *cli, const struct value *sample, struct wish *w,
          struct error *e)
{
    const char *file = cli_option(cli, "expect");
    const char *version = cli_option(cli, "expect-current");
    enum err err = ERR_OK;
    if (file || version) {
        value_free(w->blocks);
        w->blocks = NULL;
    }
    if (file)
        err = cli_read_json(file, &value_limits_event, &w->blocks, e);
    else if (version)
        err = take_current(cli, version, sample, w, e);
    w->expected.blocks = w->blocks;
    w->expected.agreed_with = cli_option(cli, "agreed-with");
    w->expected.note = cli_option(cli, "note");
    w->expected.blocking = cli_has(cli, "blocking");
    w->expected.set_blocking =
        w->expected.blocking || cli_has(cli, "no-blocking");
    w->any = w->blocks || w->expected.agreed_with || w->expected.note ||
             w->expected.set_blocking;
    return err;
}

/* The input and the outputs of RUN. */
static enum err
take_run(struct cli *cli, const char *run, struct value **out, struct wish *w,
         struct error *e)
{
    char whose[IDENT_SIZE] = "";
    enum err err = reading_sample(cli, run, out, whose, e);
    return err == ERR_OK ? note_customer(w, "run", run, whose, e) : err;
}

/* The sample of the command: of a run, or of a file with a body,
 * {"input":…,"outputs":…} or the same with "expected", which goes to W. */
static enum err
read_sample(struct cli *cli, struct value **out, struct wish *w,
            struct error *e)
{
    const char *run = cli_option(cli, "run"), *file = cli_arg(cli, 1);
    enum err err;
    if (!run == !file)
        return error_set(e, ERR_USAGE, "sample add: give a file or --run RUN");
    if (run)
        return take_run(cli, run, out, w, e);
    err = cli_read_json(file, &value_limits_event, out, e);
    if (err != ERR_OK)
        return err;
    if (value_get(*out, "input") &&
        value_is(value_get(*out, "expected"), VALUE_OBJECT))
        w->blocks = value_detach(*out, "expected");
    *out = sample_value(*out);
    return ERR_OK;
}

enum { NAMES_MAX = 100 };

/* Redacts SAMPLE and what is expected of it by the names of secrets and of
 * --redact, and says which were found. */
static void
redact(struct cli *cli, struct value *sample, struct value *expected)
{
    const char *names[NAMES_MAX], *name;
    struct buf found;
    size_t n = 0;
    while (n < NAMES_MAX && (name = cli_option_at(cli, "redact", n)))
        names[n++] = name;
    buf_init(&found, 2000);
    sample_redact(sample, expected, names, n, &found);
    if (found.len)
        cli_say(cli, "redacted: %s", buf_str(&found));
    buf_clear(&found);
}

enum err
cmd_sample_add(struct cli *cli, struct error *e)
{
    struct wish w = {.any = false};
    struct value *v = NULL;
    const char *run = cli_option(cli, "run"), *label = cli_option(cli, "label");
    const char *name = label ? label : run ? run : cli_arg(cli, 1);
    bool fresh = false;
    enum err err = take_named(cli, &w, e);
    if (err == ERR_OK)
        err = read_sample(cli, &v, &w, e);
    if (err == ERR_OK) /* before anything is evaluated */
        redact(cli, v, NULL);
    if (err == ERR_OK)
        err = take_wish(cli, v, &w, e);
    if (err == ERR_OK)
        redact(cli, NULL, w.blocks);
    if (err == ERR_OK)
        err = manager_sample_add(cli->manager, cli_arg(cli, 0),
                                 *w.installation ? w.installation : NULL, name,
                                 v, w.any ? &w.expected : NULL, &fresh, e);
    value_free(v);
    value_free(w.blocks);
    if (err == ERR_OK)
        cli_say(cli, "%s: %s%s", name, fresh ? "kept" : "was kept already",
                w.any ? ", with an expected result" : "");
    return err;
}

/* The sample NAME as it is kept, for --expect-current. */
static enum err
kept_sample(struct cli *cli, const char *name, struct value **out,
            struct error *e)
{
    struct sample_list list;
    enum err err = manager_sample_list(cli->manager, cli_arg(cli, 0),
                                       cli_option(cli, "installation"),
                                       SAMPLES_SHOWN, &list, e);
    for (size_t i = 0; err == ERR_OK && !*out && i < list.count; i++) {
        const struct sample_row *r = &list.rows[i];
        if (r->body &&
            (strcmp(r->id, name) == 0 || strcmp(r->label, name) == 0))
            err = value_read(out, r->body, strlen(r->body), &value_limits_event,
                             r->label, e);
    }
    sample_list_clear(&list);
    return err;
}

enum err
cmd_sample_set(struct cli *cli, struct error *e)
{
    struct wish w = {.vendors = !cli_option(cli, "installation")};
    struct value *v = NULL;
    const char *name = cli_arg(cli, 1);
    bool nothing = cli_has(cli, "no-expect");
    enum err err = manager_may_see_payloads(cli->manager, e);
    if (err == ERR_OK)
        err = take_named(cli, &w, e);
    if (err == ERR_OK && cli_option(cli, "expect-current"))
        err = kept_sample(cli, name, &v, e);
    if (err == ERR_OK)
        err = take_wish(cli, v, &w, e);
    if (err == ERR_OK && w.any == nothing)
        err = error_set(e, ERR_USAGE,
                        "sample set: give --no-expect, or what is expected");
    if (err == ERR_OK)
        err = manager_sample_set(cli->manager, cli_arg(cli, 0),
                                 cli_option(cli, "installation"), name,
                                 nothing ? NULL : &w.expected, e);
    value_free(v);
    value_free(w.blocks);
    if (err == ERR_OK)
        cli_say(cli, "%s: %s", name,
                nothing ? "nothing is expected of it" : "expected result kept");
    return err;
}

enum { DAYS_MOST = 3650 };
#define DAY_MS ((int64_t)24 * 60 * 60 * 1000)

enum err
cmd_sample_keep(struct cli *cli, struct error *e)
{
    const char *name = cli_arg(cli, 1);
    long long days = 0;
    enum err err = cli_option_number(cli, "days", 1, 0, &days, e);
    if (err == ERR_OK && (days > 0) == cli_has(cli, "forever"))
        err =
            error_set(e, ERR_USAGE, "sample keep: give --days N or --forever");
    if (err == ERR_OK && days > DAYS_MOST)
        err = error_set(e, ERR_USAGE, "--days: at most %d", DAYS_MOST);
    if (err == ERR_OK)
        err = manager_sample_keep(cli->manager, cli_arg(cli, 0),
                                  cli_option(cli, "installation"), name,
                                  days ? clock_now_ms() + days * DAY_MS : 0, e);
    if (err == ERR_OK && days)
        cli_say(cli, "%s: kept for %lld day%s", name, days,
                days == 1 ? "" : "s");
    else if (err == ERR_OK)
        cli_say(cli, "%s: kept until it is removed", name);
    return err;
}

/* --- remove and check ----------------------------------------------------- */
enum err
cmd_sample_remove(struct cli *cli, struct error *e)
{
    const char *name = cli_arg(cli, 1);
    char id[IDENT_SIZE]; /* another sample may get the label meanwhile */
    enum err err =
        manager_sample_find(cli->manager, cli_arg(cli, 0),
                            cli_option(cli, "installation"), name, id, e);
    if (err == ERR_OK &&
        !cli_confirm(cli,
                     "Remove the sample and what is expected of it (it cannot "
                     "be brought back)",
                     name, e))
        err = e->code;
    if (err == ERR_OK)
        err = manager_sample_remove(cli->manager, cli_arg(cli, 0),
                                    cli_option(cli, "installation"), id, e);
    if (err == ERR_OK)
        cli_say(cli, "%s: removed", name);
    return err;
}

/* Prints what a release recorded. */
static enum err
check_release(struct cli *cli, struct error *e)
{
    struct checked_proof p;
    enum err err = manager_check_proof(cli->manager, cli_arg(cli, 0), &p, e);
    if (err == ERR_OK && cli->json) {
        struct value *v = value_object();
        value_set_bool(v, "recorded", p.recorded);
        value_set_text(v, "set", p.set);
        value_set_text(v, "verdict", p.verdict);
        value_set_int(v, "format", p.format);
        value_set_int(v, "checked", p.checked);
        value_set_int(v, "agreed", p.agreed);
        value_set_int(v, "kept", (int64_t)p.now.count);
        value_set_bool(v, "provable", p.provable);
        value_set(v, "now", checked_json(&p.now));
        cli_print_json(cli, v);
    } else if (err == ERR_OK && !p.recorded) {
        cli_say(cli, "the release checked no expected results");
    } else if (err == ERR_OK) {
        cli_say(cli,
                "released with %lld of %lld as agreed (format %lld, set "
                "%.12s)",
                (long long)p.agreed, (long long)p.checked, (long long)p.format,
                p.set);
        if (p.provable)
            cli_say(cli,
                    "provable: every sample is kept; checked again: %zu "
                    "of %zu as agreed",
                    p.now.agreed, p.now.count);
        else
            cli_say(cli,
                    "no longer provable: %lld of %lld samples were "
                    "changed or removed",
                    (long long)(p.checked - (int64_t)p.now.count),
                    (long long)p.checked);
    }
    checked_proof_clear(&p);
    return err;
}

/* Prints C; FAILED where a sample differs. */
static enum err
print_checked(struct cli *cli, const struct checked *c, struct error *e)
{
    struct buf text;
    enum err err = ERR_OK;
    if (cli->json) {
        struct value *v = checked_json(c);
        if (value_is(v, VALUE_NULL)) {
            value_free(v);
            v = value_object();
            value_set(v, "data", value_array());
        }
        cli_print_json(cli, v);
    } else {
        cli_print_list(cli, checked_lines(c), checked_columns,
                       c->count ? "no differences" : "nothing is expected");
    }
    buf_init(&text, 2000);
    checked_say(c, &text);
    if (c->agreed < c->count)
        err = error_set(e, ERR_FAILED, "expected results: %s", buf_str(&text));
    else if (text.len)
        cli_say(cli, "expected results: %s", buf_str(&text));
    buf_clear(&text);
    return err;
}

enum err
cmd_sample_check(struct cli *cli, struct error *e)
{
    struct checked c;
    if (cli_has(cli, "release"))
        return check_release(cli, e);
    enum err err = manager_check_samples(cli->manager, cli_arg(cli, 0),
                                         cli_option(cli, "sample"), &c, e);
    if (err == ERR_OK && c.verdict == CHECKED_CLOSED)
        err = manager_may_see_payloads(cli->manager, e);
    if (err == ERR_OK)
        err = print_checked(cli, &c, e);
    checked_clear(&c);
    return err;
}
