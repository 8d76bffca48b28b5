/* tailord: options, commands, the daemon. */
#include <errno.h>
#include <fcntl.h>
#include <gnutls/gnutls.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/process.h"
#include "base/text.h"
#include "command/environment.h"
#include "command/line.h"
#include "runtime/daemon/config.h"
#include "runtime/daemon/control.h"
#include "runtime/daemon/serve.h"
#include "runtime/daemon/version.h"
#include "store/runtime.h"

#define CONFIG_FILE "/etc/tailord/tailord.json"

/* What the command line said. Strings are borrowed from argv. */
struct line {
    struct config config;
    const char *globals[GLOBAL_COUNT]; /* NULL: not given */
    struct command_line given;
};

/* A command that needs no store and no daemon. */
typedef enum err local_function(struct line *l, struct error *e);

/* --- what a process must not have ----------------------------------------- */

/* Libraries obey variables (SSLKEYLOGFILE, https_proxy …); only these stay. */
static const char *const kept[] = {"TZ", "CREDENTIALS_DIRECTORY",
                                   "TAILOR_TORTURE_ALLOC"};

static void
set_limits(void)
{
    struct rlimit files;
    process_hide_memory();
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
}

/* --- options -------------------------------------------------------------- */

static void
take_global(void *context, size_t global, char *value)
{
    struct line *l = context;
    l->globals[global] = value ? value : "";
}

static enum err
read_config(struct line *l, struct error *e)
{
    const char *file = l->globals[GLOBAL_CONFIG];
    if (!file && !l->globals[GLOBAL_STATE] && access(CONFIG_FILE, F_OK) == 0)
        file = CONFIG_FILE;
    return file ? config_read(&l->config, file, e) : ERR_OK;
}

/* The file comes first, so that options win. */
static enum err
make_config(struct line *l, struct error *e)
{
    const struct {
        enum daemon_global global;
        char **field;
    } texts[] = {{GLOBAL_STATE, &l->config.state},
                 {GLOBAL_LISTEN, &l->config.listen},
                 {GLOBAL_CERTIFICATE, &l->config.certificate},
                 {GLOBAL_KEY, &l->config.key},
                 {GLOBAL_PUBLIC_URL, &l->config.public_url},
                 {GLOBAL_ALLOW_LOOPBACK, &l->config.ca_file}};
    enum err err = read_config(l, e);
    if (err != ERR_OK)
        return err;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (l->globals[texts[i].global])
            config_set(texts[i].field, l->globals[texts[i].global]);
    if (l->globals[GLOBAL_ALLOW_LOOPBACK])
        l->config.allow_loopback = l->config.own_ca_only = true;
    config_finish(&l->config);
    log_open(STDERR_FILENO, l->config.log_level);
    return ERR_OK;
}

/* --- commands of this process --------------------------------------------- */

/* With --json there is a value also where there is nothing to tell, but that
 * STATE (NULL: nothing) was made. */
static void
print_done(const char *state)
{
    struct value *v = value_object();
    value_set_text(v, "status", "done");
    value_set_text(v, "state", state);
    char *text = value_to_text(v);
    puts(text);
    free(text);
    value_free(v);
}

static const char synopsis[] =
    "tailord --config FILE | --state DIR --listen ADDR:PORT "
    "--certificate FILE --key FILE\n"
    "    Serve until SIGTERM or SIGINT\n"
    "tailord --version\n"
    "    Print the versions of tailord and its libraries\n";

static void
add_globals(struct buf *out)
{
    static const char *const helps[] = {
#define G(id, name, value, help) help,
#include "runtime/daemon/globals.def"
#undef G
    };
    const struct command_table t = daemon_table();
    buf_adds(out, "\nAnywhere on a line:\n");
    for (size_t i = 0; i < t.global_count; i++)
        buf_addf(out, "    %s%s%s  %s\n", t.globals[i].name,
                 t.globals[i].value ? " " : "",
                 t.globals[i].value ? t.globals[i].value : "", helps[i]);
    buf_adds(out, "    --help, -h  Show the help of a command\n");
}

static enum err
refuse_json(const struct line *l, struct error *e)
{
    return l->globals[GLOBAL_JSON]
               ? error_set(e, ERR_USAGE, "%s: has no JSON (remove --json)",
                           l->given.command->noun)
               : ERR_OK;
}

static enum err
local_help(struct line *l, struct error *e)
{
    if (refuse_json(l, e) != ERR_OK)
        return ERR_USAGE;
    const struct command_table t = daemon_table();
    const char *noun = command_arg(&l->given, 0);
    const char *verb = command_arg(&l->given, 1);
    struct buf out;
    buf_init_any(&out);
    command_usage(&t, &out, noun, verb);
    enum err err =
        out.len ? ERR_OK
                : error_set(e, ERR_NOT_FOUND,
                            "%s%s%s: no such command (tailord help lists all)",
                            noun, verb ? " " : "", verb ? verb : "");
    if (err == ERR_OK) {
        add_globals(&out);
        printf("%s%s", noun ? "" : synopsis, buf_str(&out));
    }
    buf_clear(&out);
    return err;
}

static enum err
local_completion(struct line *l, struct error *e)
{
    if (refuse_json(l, e) != ERR_OK)
        return ERR_USAGE;
    const struct command_table t = daemon_table();
    struct buf out;
    buf_init_any(&out);
    enum err err = command_completion(&t, command_arg(&l->given, 0), &out, e);
    if (err == ERR_OK)
        fputs(buf_str(&out), stdout);
    buf_clear(&out);
    return err;
}

static enum err
local_init(struct line *l, struct error *e)
{
    const char *word = command_option(&l->given, "environment");
    int environment = word ? rt_environment_of_word(word)
                           : ENVIRONMENT_PRODUCTION;
    if (environment < 0)
        return error_set(e, ERR_USAGE,
                         "environment %s: not known (development or "
                         "production)",
                         word);
    enum err err = make_config(l, e);
    if (err == ERR_OK)
        err = serve_init(&l->config, environment, e);
    if (err == ERR_OK && l->globals[GLOBAL_JSON])
        print_done(l->config.state);
    else if (err == ERR_OK)
        printf("made %s: store, certificate (ca.pem), manage.token, "
               "read.token\n",
               l->config.state);
    return err;
}

/* --- commands on the store ------------------------------------------------ */

static enum err
check_made(const struct config *config, struct error *e)
{
    char *store = mem_printf("%s/tailord.db", config->state);
    bool made = access(store, F_OK) == 0 || errno != ENOENT;
    free(store);
    return made ? ERR_OK
                : error_set(e, ERR_NOT_FOUND,
                            "state %s: has no store (make it: tailord init "
                            "--state %s)",
                            config->state, config->state);
}

/* On the store itself, where no daemon has it. */
static enum err
run_directly(struct line *l, const struct command *c,
             const struct value *arguments, struct value **out, struct error *e)
{
    char *store = mem_printf("%s/tailord.db", l->config.state);
    struct command_place place = {.store = store};
    bool stopped = (c->flags & DAEMON_STOPPED) != 0;
    bool transaction = !(c->flags & DAEMON_OUTSIDE) && !stopped;
    enum err err = stopped ? ERR_OK : check_made(&l->config, e);
    if (err == ERR_OK && !stopped)
        err = db_open(&place.db, store, &runtime_schema, DB_EXCLUSIVE, e);
    if (err == ERR_OK && transaction)
        err = db_begin(place.db, e);
    if (err == ERR_OK)
        err = daemon_function_of(c)(&place, arguments, out, e);
    if (err == ERR_OK && transaction)
        err = db_commit(place.db, e);
    db_close(place.db);
    free(store);
    return err;
}

static void
print_visible(const char *s)
{
    char *text = text_visible_dup(s);
    fputs(text, stdout);
    free(text);
}

static void
print_rows(const struct value *rows)
{
    for (size_t i = 0; i < value_size(rows); i++) {
        const struct value *row = value_at(rows, i);
        for (size_t k = 0; k < value_size(row); k++) {
            fputs(k ? "\t" : "", stdout);
            print_visible(value_text_or(value_at(row, k), ""));
        }
        putchar('\n');
    }
}

static void
print_result(const struct line *l, const struct value *v)
{
    if (l->globals[GLOBAL_JSON]) {
        char *text = value_to_text(v);
        puts(text);
        free(text);
    } else if (value_is(v, VALUE_STRING)) {
        print_visible(value_text_or(v, ""));
        putchar('\n');
    } else {
        print_rows(value_get(v, "data"));
    }
}

/* The daemon has a working folder of its own. */
static struct value *
file_value(const char *path)
{
    char *folder = *path && *path != '/' ? getcwd(NULL, 0) : NULL;
    struct buf whole;
    buf_init_any(&whole);
    if (folder)
        buf_addf(&whole, "%s/", folder);
    buf_adds(&whole, path);
    struct value *v = value_string(buf_str(&whole));
    buf_clear(&whole);
    free(folder);
    return v;
}

/* The positional arguments and, last, the options as an object. */
static struct value *
arguments_of(const struct command_line *line)
{
    bool is_file = strcmp(line->command->usage, "FILE") == 0;
    struct value *all = value_array(), *options = value_object();
    for (size_t i = 0; i < line->arg_count; i++)
        value_append(all, is_file ? file_value(line->args[i])
                                  : value_string(line->args[i]));
    for (size_t i = 0; i < line->option_count; i++)
        value_set_text(options, line->option_names[i], line->option_values[i]);
    value_append(all, options);
    return all;
}

/* What was said is on its way, or cannot be. */
static enum err
check_output(struct error *e)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return ERR_OK;
    return error_set(e, ERR_IO,
                     "standard output: it cannot be written (is the disk full, "
                     "or the pipe closed?)");
}

/* In the daemon, or on the store itself where none runs. */
static enum err
ask(struct line *l, const struct command *c, const struct value *arguments,
    struct value **out, struct error *e)
{
    char *words = daemon_command_words(c);
    enum err err = control_ask(l->config.state, words, arguments, out, e);
    if (err == ERR_UNREACHABLE && !(c->flags & DAEMON_NEEDED)) {
        error_clear(e);
        err = run_directly(l, c, arguments, out, e);
    }
    free(words);
    return err;
}

/* A key that nobody has seen is of no use: it is revoked, so that its name is
 * free. E, which says why, gets what became of it. */
static void
revoke_lost(struct line *l, const struct command *c,
            const struct value *arguments, struct error *e)
{
    const struct command *remove = NULL;
    const struct command_table t = daemon_table();
    struct value *out = NULL;
    struct error why;
    for (size_t i = 0; i < t.count; i++)
        if (strcmp(t.rows[i].noun, c->noun) == 0 &&
            strcmp(t.rows[i].verb, "remove") == 0)
            remove = &t.rows[i];
    bool revoked = remove && ask(l, remove, arguments, &out, &why) == ERR_OK;
    char *text = mem_printf("%s; the key that was made %s", e->text,
                            revoked ? "is revoked (make it again)"
                                    : "is valid: remove it");
    error_set(e, ERR_IO, "%s", text);
    value_free(out);
    free(text);
}

static enum err
run_on_store(struct line *l, struct error *e)
{
    const struct command *c = l->given.command;
    struct value *out = NULL;
    enum err err = make_config(l, e);
    if (err != ERR_OK)
        return err;
    struct value *arguments = arguments_of(&l->given);
    err = ask(l, c, arguments, &out, e);
    bool told = out && !value_is(out, VALUE_NULL);
    if (err == ERR_OK && !told && l->globals[GLOBAL_JSON])
        print_done(NULL);
    if (err == ERR_OK && told) {
        print_result(l, out);
        err = check_output(e);
        if (err != ERR_OK && strcmp(c->verb, "add") == 0 &&
            value_is(out, VALUE_STRING))
            revoke_lost(l, c, arguments, e);
    }
    value_free(arguments);
    value_free(out);
    return err;
}

/* What a row of commands.def does here; NULL: it works on the store. */
static local_function *
local_function_of(const struct command *c)
{
    static const struct {
        const char *noun;
        local_function *run;
    } rows[] = {
#define D(noun, verb, function, usage, flags, help)
#define L(noun, verb, function, usage, help) {noun, local_##function},
#include "runtime/daemon/commands.def"
#undef L
#undef D
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strcmp(rows[i].noun, c->noun) == 0)
            return rows[i].run;
    return NULL;
}

static enum err
run_command(struct line *l, int argc, char **argv, struct error *e)
{
    const struct command_table t = daemon_table();
    int used = 0;
    enum err err = command_find(&t, argc, argv, &l->given.command, &used, e);
    if (err == ERR_OK)
        err = command_parse(&t, &l->given, argc - used, argv + used, NULL, NULL,
                            e);
    if (err != ERR_OK)
        return err;
    local_function *local = local_function_of(l->given.command);
    return local ? local(l, e) : run_on_store(l, e);
}

static enum err
run_server(struct line *l, struct error *e)
{
    enum err err = make_config(l, e);
    if (err == ERR_OK)
        err = config_check(&l->config, e);
    if (err == ERR_OK)
        err = check_made(&l->config, e);
    return err == ERR_OK ? serve(&l->config, e) : err;
}

/* ARGV has room for one word more. */
static enum err
run(struct line *l, int argc, char **argv, struct error *e)
{
    const struct command_table t = daemon_table();
    int left = command_take_globals(&t, argc, argv, take_global, l, e);
    if (left < 0)
        return ERR_USAGE;
    left = command_read_help(&t, left, argv);
    return left ? run_command(l, left, argv, e) : run_server(l, e);
}

/* A closed output must stay an error, and not become the store. */
static bool
keep_standard_files(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDONLY) != fd)
            return false;
    return true;
}

int
main(int argc, char **argv)
{
    struct line line = {0};
    struct error e = {0};
    environment_clean(kept, sizeof kept / sizeof *kept);
    set_limits();
    mem_torture_from_environment();
    if (!keep_standard_files())
        return 1;
    if (sodium_init() < 0 || gnutls_global_init() < 0)
        return 1;
    /* Before the configuration: a wrong one hides no version. */
    if (argc == 2 && strcmp(argv[1], "--version") == 0) {
        version_print();
        return check_output(&e) == ERR_OK ? 0 : 1;
    }
    config_init(&line.config);
    log_open(STDERR_FILENO, line.config.log_level);
    enum err err = run(&line, argc - 1, argv + 1, &e);
    if (err == ERR_OK)
        err = check_output(&e);
    if (err != ERR_OK) {
        char *text = text_visible_dup(e.text);
        fprintf(stderr, "tailord: %s\n", text);
        free(text);
    }
    command_line_clear(&line.given);
    config_clear(&line.config);
    return err_exit_code(err);
}
