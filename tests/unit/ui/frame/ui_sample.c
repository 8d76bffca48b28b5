/*
 * The sample screens on the real terminal: ui-sample [ROWS [OPTION …]] with
 * the options thin, ascii, auditor, hostile and clock. With the last the clock
 * of the screen stands still, but for 100 ms with each signal SIGRTMIN.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tests/unit/ui/frame/sample.h"
#include "ui/term/term.h"

static void
out_of_memory(const char *sentence)
{
    term_emergency();
    fprintf(stderr, "%s\n", sentence);
}

static volatile sig_atomic_t steps; /* of 100 ms */

static void
step_clock(int signal)
{
    (void)signal;
    steps++;
}

static int64_t
stepped_ms(struct screen *screen)
{
    (void)screen;
    return 1000 + (int64_t)steps * 100;
}

/* Puts the clock that signals move in place of the one of SCREEN. */
static void
stop_clock(struct screen *screen, struct screen_ops *ops)
{
    struct sigaction action = {.sa_handler = step_clock,
                               .sa_flags = SA_RESTART};
    *ops = *screen->ops;
    ops->now_ms = stepped_ms;
    screen->ops = ops;
    sigaction(SIGRTMIN, &action, NULL);
}

int
main(int argc, char **argv)
{
    struct term_options options = {0};
    struct app_facts facts = {
        .environment = "PRODUCTION", .actor = "alice", .role = ROLE_RELEASER};
    struct screen_ops ops;
    struct sample sample;
    struct screen *screen;
    struct error e = {0};
    bool clock = false;
    char arg[32];
    sample_init(&sample, argc > 1 ? strtoll(argv[1], NULL, 10) : 1000);
    for (int i = 2; i < argc; i++) {
        if (strcmp(argv[i], "thin") == 0)
            options.thin = facts.thin = true;
        else if (strcmp(argv[i], "ascii") == 0)
            options.ascii = true;
        else if (strcmp(argv[i], "auditor") == 0)
            facts.role = ROLE_AUDITOR;
        else if (strcmp(argv[i], "clock") == 0)
            clock = true;
        else if (strcmp(argv[i], "hostile") == 0)
            sample.customer = "\x1b[2J\x1b]0;x\a\xe2\x80\xae\xc2\x9b"
                              "c\x1b[c";
    }
    mem_on_exhausted(out_of_memory);
    if (term_open(&options, &screen, &e) != ERR_OK) {
        fprintf(stderr, "ui-sample: %s\n", e.text);
        return err_exit_code(e.code);
    }
    if (clock)
        stop_clock(screen, &ops);
    struct app *app = app_new(screen, &facts);
    app_register(app, &sample_list);
    app_open(app, &sample_list, sample_arg(&sample, arg));
    app_run(app);
    app_free(app);
    printf("done: %s\n", sample.done);
    return 0;
}
