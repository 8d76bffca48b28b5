/*
 * tailor-standin --config FILE --listen ADDR:PORT --certificate FILE --key FILE
 *
 * Prints {"url": "https://…"} when it listens and serves until SIGTERM.
 */
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/log.h"
#include "standin/standin.h"

enum { CONFIG_MAX = 64 << 20, TICK_MS = 1000 };

static volatile sig_atomic_t stopping;

static void
on_signal(int number)
{
    (void)number;
    stopping = 1;
}

static void
handle_signals(void)
{
    struct sigaction act = {.sa_handler = on_signal};
    sigaction(SIGTERM, &act, NULL);
    sigaction(SIGINT, &act, NULL);
    act.sa_handler = SIG_IGN;
    sigaction(SIGPIPE, &act, NULL);
}

static enum err
load(struct standin *s, const char *path, struct error *e)
{
    struct buf text;
    struct value *config = NULL;
    static const struct value_limits limits = {CONFIG_MAX, 16, 10000000};
    buf_init(&text, CONFIG_MAX);
    enum err err = file_read(path, &text, e);
    if (err == ERR_OK)
        err = value_read(&config, buf_str(&text), text.len, &limits, path, e);
    if (err == ERR_OK)
        err = standin_configure(s, config, e);
    value_free(config);
    buf_clear(&text);
    return err;
}

static void
serve(struct standin *s, struct http_server *server)
{
    while (!stopping) {
        struct http_request *request = http_server_next(server, TICK_MS);
        if (!request)
            continue;
        struct http_answer answer;
        http_answer_init(&answer, 200);
        if (standin_handle(s, request, &answer))
            http_request_answer(request, &answer);
    }
}

static int
usage(void)
{
    fputs("tailor-standin: usage: tailor-standin --config FILE --listen "
          "ADDR:PORT --certificate FILE --key FILE\n",
          stderr);
    return 2;
}

int
main(int argc, char **argv)
{
    static const struct option long_options[] = {
        {"config", required_argument, NULL, 'f'},
        {"listen", required_argument, NULL, 'l'},
        {"certificate", required_argument, NULL, 'c'},
        {"key", required_argument, NULL, 'k'},
        {NULL, 0, NULL, 0}};
    struct http_options options = {.max_per_ip = 0};
    struct standin s = {.calls = 0};
    struct http_server *server = NULL;
    const char *config = NULL;
    struct error e;
    for (int c; (c = getopt_long(argc, argv, "", long_options, NULL)) != -1;) {
        switch (c) {
        case 'f':
            config = optarg;
            break;
        case 'l':
            options.listen = optarg;
            break;
        case 'c':
            options.certificate = optarg;
            break;
        case 'k':
            options.key = optarg;
            break;
        default:
            return usage();
        }
    }
    if (!config || !options.listen || !options.certificate || !options.key)
        return usage();
    handle_signals();
    log_open(2, LOG_WARNING);
    enum err err = load(&s, config, &e);
    if (err == ERR_OK)
        err = http_server_start(&server, &options, &e);
    if (err == ERR_OK) {
        printf("{\"url\":\"https://%s\"}\n", http_server_address(server));
        fflush(stdout);
        serve(&s, server);
    } else {
        fprintf(stderr, "tailor-standin: %s\n", e.text);
    }
    standin_clear(&s);
    http_server_free(server);
    return err_exit_code(err);
}
