/* What the demo does: script, serve, or the console. */
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/text.h"
#include "demo/demo.h"
#include "demo/install.h"
#include "demo/synthetic.h"

enum { WORDS_MAX = 32, SAID_MAX = 65536 };

__attribute__((format(printf, 2, 0))) static void
print_line(const char *mark, const char *format, va_list ap)
{
    struct buf raw;
    buf_init(&raw, SAID_MAX);
    buf_vaddf(&raw, format, ap);
    char *shown = text_visible_dup(buf_str(&raw));
    printf("%s%s\n", mark, shown);
    fflush(stdout);
    free(shown);
    buf_clear(&raw);
}

void
demo_heading(struct demo_world *w, const char *format, ...)
{
    va_list ap;
    if (w->quiet)
        return;
    va_start(ap, format);
    print_line("\n", format, ap);
    va_end(ap);
}

void
demo_say(struct demo_world *w, const char *format, ...)
{
    va_list ap;
    if (w->quiet)
        return;
    va_start(ap, format);
    print_line("", format, ap);
    va_end(ap);
}

enum err
demo_check(struct demo_world *w, bool ok, struct error *e, const char *format,
           ...)
{
    va_list ap;
    struct buf text;
    buf_init(&text, SAID_MAX);
    va_start(ap, format);
    buf_vaddf(&text, format, ap);
    va_end(ap);
    demo_say(w, "   %s %s", ok ? "checked:" : "NOT TRUE:", buf_str(&text));
    enum err err = ok ? ERR_OK
                      : error_set(e, ERR_FAILED,
                                  "the demo found that this is "
                                  "not so: %.800s",
                                  buf_str(&text));
    buf_clear(&text);
    return err;
}

/* The command as a person would type it. */
static void
say_command(struct demo_world *w, char *const *argv, size_t n)
{
    struct buf line;
    buf_init(&line, SAID_MAX);
    buf_adds(&line, "   $ tailor");
    for (size_t i = 4; i < n; i++) {
        bool quote = strpbrk(argv[i], " *$&()'\"[]{}") || *argv[i] == '\0';
        buf_addf(&line, quote ? " '%s'" : " %s", argv[i]);
    }
    demo_say(w, "%s", buf_str(&line));
    buf_clear(&line);
}

enum err
demo_tailor(struct demo_world *w, struct value **out, struct error *e, ...)
{
    char *argv[WORDS_MAX + 1] = {w->tailor, (char[]){"--store"}, w->store,
                                 (char[]){"--json"}};
    size_t n = 4;
    struct buf text;
    va_list ap;
    va_start(ap, e);
    for (char *word; n < WORDS_MAX && (word = va_arg(ap, char *)) != NULL;)
        argv[n++] = word;
    va_end(ap);
    say_command(w, argv, n);
    buf_init(&text, 64 << 20);
    enum err err = process_run("tailor", argv, w->log, &text, e);
    if (err == ERR_OK && out)
        err = value_read(out, buf_str(&text), text.len, &value_limits_event,
                         "tailor", e);
    buf_clear(&text);
    return err;
}

/* What --serve prints: what a client needs to try the API. */
static void
print_facts(const struct demo_world *w, bool json)
{
    struct value *v = value_object();
    char *installation =
        mem_printf("%s/netsuite-order-to-cash", w->customers[0].username);
    value_set_text(v, "url", w->url);
    value_set_text(v, "ca", w->ca);
    value_set_text(v, "apiKey", w->api_key);
    value_set_text(v, "store", w->store);
    value_set_text(v, "standinUrl", w->standin_url);
    value_set_text(v, "username", w->customers[0].username);
    value_set_text(v, "installation", installation);
    value_set_int(v, "runtimePid", w->runtime.pid);
    value_set_int(v, "syncPid", w->sync.pid);
    if (json) {
        char *text = value_to_text(v);
        printf("%s\n", text);
        free(text);
    } else {
        for (size_t i = 0; i < value_size(v); i++)
            printf("%-14s %s\n", value_key(v, i, NULL),
                   value_text(value_at(v, i), NULL));
        printf("running until Ctrl-C; the console: tailor --store %s\n",
               w->store);
    }
    fflush(stdout);
    free(installation);
    value_free(v);
}

/* Waits for SIGTERM, SIGINT or SIGHUP. */
static void
wait_for_signal(void)
{
    sigset_t set;
    int number = 0;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    sigprocmask(SIG_BLOCK, &set, NULL);
    sigwait(&set, &number);
}

static enum err
make_synthetic(const struct demo_options *options, struct error *e)
{
    struct demo_world w;
    const struct demo_synthetic synthetic = {
        .installations = options->installations ? options->installations : 1000,
        .forks = options->forks,
        .seed = options->seed,
        .progress = !options->quiet && !options->json};
    enum err err = ERR_OK;
    if (!options->dir)
        return error_set(e, ERR_USAGE, "--store-only: say where, with --dir");
    err = demo_world_store(&w, options, e);
    if (err == ERR_OK)
        err = demo_synthetic(&w, &synthetic, e);
    if (err == ERR_OK)
        demo_say(&w, "%s", w.store);
    demo_world_stop(&w);
    return err;
}

/* The console on the demo's store, with the tour through job A. */
static enum err
show_console(struct demo_world *w, const struct demo_options *options,
             struct error *e)
{
    char *argv[9] = {w->tailor, (char[]){"--store"}, w->store,
                     (char[]){"--tour"}};
    char words[][12] = {"--temporary", "--read-only", "--thin", "--ascii"};
    const bool wanted[] = {w->own_dir, options->read_only, options->thin,
                           options->ascii};
    size_t n = 4;
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        if (wanted[i])
            argv[n++] = words[i];
    return process_show("tailor", argv, e);
}

enum err
demo_run(const struct demo_options *options, struct error *e)
{
    struct demo_world w;
    if (options->store_only)
        return make_synthetic(options, e);
    enum err err = demo_world_start(&w, options, e);
    if (err == ERR_OK)
        demo_say(&w, "%u customers install NetSuite order to cash …", w.count);
    if (err == ERR_OK)
        err = demo_install_all(&w, "netsuite-order-to-cash", e);
    if (err == ERR_OK && options->script)
        err = demo_play_tax(&w, e);
    if (err == ERR_OK && options->script)
        err = demo_play_mapping(&w, e);
    if (err == ERR_OK && options->console)
        err = demo_tailor(&w, NULL, e, "sync", NULL);
    if (err == ERR_OK && options->console)
        err = show_console(&w, options, e);
    if (err == ERR_OK && options->serve) {
        print_facts(&w, options->json);
        wait_for_signal();
    }
    demo_world_stop(&w);
    return err;
}
