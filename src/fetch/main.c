/*
 * tailor-fetch: the only program beside tailor-sync that reaches runtimes.
 * It has the read tokens and CAs that the starting process named, and the
 * network; of those that ask it takes the questions of questions.def alone.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/process.h"
#include "fetch/answer.h"
#include "helper/frame.h"
#include "helper/helper.h"
#include "helper/start.h"
#include "sandbox/sandbox.h"

#define NAME "tailor-fetch"

enum { QUESTION_MAX = 64 << 10 };

/* The TCP port of an https URL. */
static uint16_t
port_of(const char *url)
{
    enum { PORT_OF_HTTPS = 443 };
    const char *host = strstr(url, "://");
    const char *end = host ? host + 3 + strcspn(host + 3, "/?#") : url;
    const char *at = end;
    while (at > url && at[-1] >= '0' && at[-1] <= '9')
        at--;
    bool named = at < end && at > url && at[-1] == ':';
    return named ? (uint16_t)strtoul(at, NULL, 10) : PORT_OF_HTTPS;
}

static void
add_file(struct sandbox *s, const char **files, const char *file)
{
    if (file && *file)
        files[s->file_count++] = file;
}

/* Keeps the files and ports of the runtimes, and the network. */
static enum err
lock(const struct answerer *a, struct error *e)
{
    const struct value *list = value_get(a->facts, "runtimes");
    size_t n = value_size(list);
    const char **files = mem_array(n * 2 + 1, sizeof *files);
    uint16_t *ports = mem_array(n + 1, sizeof *ports);
    struct sandbox s = {.kind = SANDBOX_FETCH, .files = files, .ports = ports};
    for (size_t i = 0; i < n; i++) {
        const struct value *r = value_at(list, i);
        add_file(&s, files, value_get_text(r, "ca"));
        add_file(&s, files, value_get_text(r, "token"));
        ports[s.port_count++] = port_of(value_text_or(value_get(r, "url"), ""));
    }
    enum err err = sandbox_enter(&s, e);
    free(files);
    free(ports);
    return err;
}

/* What could not start (WHY) says so to whoever asks. */
static void
serve(struct answerer *a, const struct error *why)
{
    struct value *asked;
    while (frame_receive(HELPER_FD, NAME, QUESTION_MAX, -1, &asked, NULL) ==
           ERR_OK) {
        struct value *v =
            why->code ? helper_refusal(why) : answerer_answer(a, asked);
        bool sent = frame_send(HELPER_FD, NAME, v, NULL) == ERR_OK;
        value_free(v);
        value_free(asked);
        if (!sent)
            return;
    }
}

int
main(void)
{
    struct answerer a;
    struct error e = {.code = ERR_OK};
    process_hide_memory();
    if (answerer_open(&a, HELPER_FACTS_FD, &e) == ERR_OK)
        lock(&a, &e);
    serve(&a, &e);
    answerer_close(&a);
    _exit(0); /* as sessions do: what runs at exit may want a process */
}
