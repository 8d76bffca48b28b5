/* tailord: options, subcommands, the daemon. */
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
#include "runtime/daemon/config.h"
#include "runtime/daemon/control.h"
#include "runtime/daemon/serve.h"
#include "runtime/daemon/version.h"
#include "store/runtime.h"

#define CONFIG_FILE "/etc/tailord/tailord.json"

struct line {
    struct config config;
    const char *config_file;
    const char *environment;
    bool json, help;
    char **words; /* what is no option */
    int word_count;
};

/* --- what a process must not have ----------------------------------------- */

/* Libraries obey variables (SSLKEYLOGFILE, https_proxy …); only these stay. */
static void
clean_environment(void)
{
    static const char *const kept[] = {"TZ", "CREDENTIALS_DIRECTORY",
                                       "TAILOR_TORTURE_ALLOC"};
    enum { KEPT = sizeof kept / sizeof *kept };
    char *values[KEPT];
    for (int i = 0; i < KEPT; i++)
        values[i] = mem_strdup(getenv(kept[i]));
    clearenv();
    for (int i = 0; i < KEPT; i++) {
        if (values[i])
            setenv(kept[i], values[i], 1);
        free(values[i]);
    }
}

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

static enum err
take_option(struct line *l, const char *name, const char *value,
            struct error *e)
{
    const struct {
        const char *name;
        char **field;
    } texts[] = {{"--state", &l->config.state},
                 {"--listen", &l->config.listen},
                 {"--certificate", &l->config.certificate},
                 {"--key", &l->config.key},
                 {"--public-url", &l->config.public_url},
                 {"--allow-loopback", &l->config.ca_file}};
    if (!value)
        return error_set(e, ERR_USAGE, "%s: its value is missing", name);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (strcmp(name, texts[i].name) == 0) {
            config_set(texts[i].field, value);
            if (texts[i].field == &l->config.ca_file)
                l->config.allow_loopback = l->config.own_ca_only = true;
            return ERR_OK;
        }
    if (strcmp(name, "--environment") != 0)
        return error_set(e, ERR_USAGE, "%s: unknown option", name);
    l->environment = value;
    return ERR_OK;
}

/* The file comes first, so that options win. */
static enum err
read_config(struct line *l, int argc, char **argv, struct error *e)
{
    for (int i = 1; i + 1 < argc; i++)
        if (strcmp(argv[i], "--config") == 0)
            l->config_file = argv[i + 1];
    if (l->config_file)
        return config_read(&l->config, l->config_file, e);
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], "--state") == 0)
            return ERR_OK;
    return access(CONFIG_FILE, F_OK) == 0
               ? config_read(&l->config, CONFIG_FILE, e)
               : ERR_OK;
}

static enum err
parse(struct line *l, int argc, char **argv, struct error *e)
{
    config_init(&l->config);
    l->words = mem_array((size_t)argc + 1, sizeof *l->words);
    enum err code = read_config(l, argc, argv, e);
    for (int i = 1; i < argc && code == ERR_OK; i++) {
        if (strcmp(argv[i], "--json") == 0)
            l->json = true;
        else if (strcmp(argv[i], "--help") == 0)
            l->help = true;
        else if (strcmp(argv[i], "--config") == 0)
            i++;
        else if (strncmp(argv[i], "--", 2) == 0)
            code = take_option(l, argv[i], argv[i + 1], e), i++;
        else
            l->words[l->word_count++] = argv[i];
    }
    if (code == ERR_OK)
        config_finish(&l->config);
    return code;
}

static void
print_usage(FILE *out)
{
    fputs("usage: tailord --config FILE | --state DIR --listen ADDR:PORT "
          "--certificate FILE --key FILE\n"
          "               [--public-url URL] [--allow-loopback CA-FILE]\n"
          "       tailord init --state DIR [--environment E]\n"
          "       tailord --version\n",
          out);
    for (size_t i = 0; i < commands_count; i++)
        fprintf(out, "       tailord %s %s\n           %s\n", commands[i].words,
                commands[i].usage, commands[i].help);
}

/* --- subcommands ---------------------------------------------------------- */

/* On the store itself, where no daemon has it. */
static enum err
run_directly(struct line *l, const struct command *c,
             const struct value *arguments, struct value **out, struct error *e)
{
    char *store = mem_printf("%s/tailord.db", l->config.state);
    struct command_place place = {.store = store};
    bool transaction = !c->outside && !c->stopped;
    enum err code = c->stopped ? ERR_OK
                               : db_open(&place.db, store, &runtime_schema,
                                         DB_EXCLUSIVE, e);
    if (code == ERR_OK && transaction)
        code = db_begin(place.db, e);
    if (code == ERR_OK)
        code = c->run(&place, arguments, out, e);
    if (code == ERR_OK && transaction)
        code = db_commit(place.db, e);
    db_close(place.db);
    free(store);
    return code;
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
    if (l->json) {
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

static enum err
run_command(struct line *l, struct error *e)
{
    int used = 0;
    struct value *out = NULL;
    const struct command *c = command_find(l->words, l->word_count, &used);
    int given = l->word_count - used;
    if (!c)
        return error_set(e, ERR_USAGE,
                         "%s: unknown command (tailord help lists "
                         "them)",
                         l->words[0]);
    if (given < c->least || given > c->most)
        return error_set(e, ERR_USAGE, "usage: tailord %s %s", c->words,
                         c->usage);
    struct value *arguments = value_array(), *options = value_object();
    for (int i = used; i < l->word_count; i++)
        value_append(arguments, value_string(l->words[i]));
    if (l->environment)
        value_set_text(options, "environment", l->environment);
    value_append(arguments, options);
    enum err code = control_ask(l->config.state, c->words, arguments, &out, e);
    if (code == ERR_UNREACHABLE && !c->needs_daemon) {
        error_clear(e);
        code = run_directly(l, c, arguments, &out, e);
    }
    if (code == ERR_OK && out && !value_is(out, VALUE_NULL))
        print_result(l, out);
    value_free(arguments);
    value_free(out);
    return code;
}

static enum err
run_init(struct line *l, struct error *e)
{
    int environment = l->environment ? rt_environment_of_word(l->environment)
                                     : ENVIRONMENT_PRODUCTION;
    if (environment < 0)
        return error_set(e, ERR_USAGE,
                         "environment %s: it is unknown (development or "
                         "production)",
                         l->environment);
    enum err code = serve_init(&l->config, environment, e);
    if (code == ERR_OK)
        printf("made %s: store, certificate (ca.pem), manage.token, "
               "read.token\n",
               l->config.state);
    return code;
}

static enum err
run(struct line *l, struct error *e)
{
    const char *word = l->word_count ? l->words[0] : NULL;
    if (l->help || (word && strcmp(word, "help") == 0)) {
        print_usage(stdout);
        return ERR_OK;
    }
    if (!word)
        return serve(&l->config, e);
    if (strcmp(word, "init") == 0 && l->word_count == 1)
        return run_init(l, e);
    return run_command(l, e);
}

int
main(int argc, char **argv)
{
    struct line line = {0};
    struct error e = {0};
    clean_environment();
    set_limits();
    mem_torture_from_environment();
    if (sodium_init() < 0 || gnutls_global_init() < 0)
        return 1;
    /* Before the configuration: a wrong one hides no version. */
    if (argc == 2 && strcmp(argv[1], "--version") == 0) {
        version_print();
        return 0;
    }
    enum err code = parse(&line, argc, argv, &e);
    log_open(STDERR_FILENO, line.config.log_level);
    if (code == ERR_OK)
        code = run(&line, &e);
    if (code != ERR_OK) {
        char *text = text_visible_dup(e.text);
        fprintf(stderr, "tailord: %s\n", text);
        free(text);
    }
    config_clear(&line.config);
    free(line.words);
    return err_exit_code(code);
}
