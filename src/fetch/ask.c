/* The asking side of tailor-fetch: what it starts with, and questions. */
#include "fetch/ask.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "helper/helper.h"

/* Longer than tailor-fetch gives a runtime. */
_Static_assert(FETCH_MOST_MS > FETCH_SECONDS * 1000, "time of an answer");
enum { ANSWER_MAX = 48 << 20, SILENCE_MS = 2000 };

struct fetch {
    struct helper *helper;
    fetch_silence *tell; /* NULL: nobody is told that an answer is late */
    void *context;
};

/* What the process must know, as text. */
static struct value *
start_facts(const struct runtime_list *runtimes, const struct questioner *who)
{
    struct value *v = value_object(), *list = value_array();
    for (size_t i = 0; i < runtimes->count; i++) {
        const struct runtime_row *r = &runtimes->rows[i];
        struct value *one = value_object();
        value_set_text(one, "name", r->name);
        value_set_text(one, "url", r->url);
        value_set_text(one, "environment", r->environment);
        value_set_text(one, "ca", r->ca_file);
        value_set_text(one, "pin", r->pin);
        value_set_text(one, "token", r->read_token_file);
        value_append(list, one);
    }
    value_set_text(v, "version", TAILOR_VERSION);
    value_set_text(v, "actor", who->actor);
    value_set_bool(v, "payloads", who->payloads);
    value_set(v, "runtimes", list);
    return v;
}

/* The facts in memory that has a descriptor, to be read after exec. */
static enum err
keep_facts(const struct runtime_list *runtimes, const struct questioner *who,
           int *fd, struct error *e)
{
    struct value *v = start_facts(runtimes, who);
    char *text = value_to_text(v);
    *fd = memfd_create("runtimes", MFD_CLOEXEC);
    enum err err = *fd < 0
                       ? error_errno(e, ERR_IO, "tailor-fetch")
                       : file_write_fd(*fd, "runtimes", text, strlen(text), e);
    lseek(*fd, 0, SEEK_SET);
    value_free(v);
    free(text);
    return err;
}

enum err
fetch_start(struct fetch **out, const struct runtime_list *runtimes,
            const struct questioner *who, struct error *e)
{
    struct helper *helper = NULL;
    int facts;
    *out = NULL;
    enum err err = keep_facts(runtimes, who, &facts, e);
    if (err == ERR_OK)
        err = helper_start(&helper, "tailor-fetch", facts, e);
    if (facts >= 0)
        close(facts);
    if (err == ERR_OK) {
        *out = mem_alloc(sizeof **out);
        **out = (struct fetch){.helper = helper};
    }
    return err;
}

void
fetch_hand_over(struct fetch *f)
{
    if (f)
        helper_hand_over(f->helper);
}

int
fetch_keep(const struct fetch *f)
{
    return helper_keep(f->helper);
}

struct fetch *
fetch_join(int fd)
{
    struct fetch *f = mem_alloc(sizeof *f);
    *f = (struct fetch){.helper = helper_join("tailor-fetch", fd)};
    return f;
}

void
fetch_end(struct fetch *f)
{
    if (f)
        helper_end(f->helper);
    free(f);
}

/* The body of ANSWER, or its error. */
static enum err
take_answer(struct value *answer, struct value **body, struct error *e)
{
    static const char *const payloads[] = {"input", "output", NULL};
    enum err err = helper_error(answer, e);
    if (err == ERR_OK)
        err = value_refuse_nul(answer, payloads, "answer", e);
    if (err == ERR_OK)
        *body = value_detach(answer, "body");
    return err;
}

void
fetch_tell_silence(struct fetch *f, fetch_silence *tell, void *context)
{
    f->tell = tell;
    f->context = context;
}

/* Tells that RUNTIME is waited for, once it has been silent for a while. */
static void
wait_a_while(struct fetch *f, const char *runtime)
{
    if (f->tell && !helper_answers(f->helper, SILENCE_MS))
        f->tell(f->context, runtime, FETCH_SECONDS);
}

enum err
fetch_send(struct fetch *f, const char *runtime, enum fetch_question question,
           struct value *arguments, bool payloads, struct error *e)
{
    struct value *asked = value_object();
    value_set_text(asked, "question", question_rules[question].word);
    value_set_text(asked, "runtime", runtime);
    value_set_bool(asked, "payloads", payloads);
    value_set(asked, "arguments", arguments ? arguments : value_object());
    enum err err = helper_send(f->helper, asked, e);
    value_free(asked);
    return err;
}

int
fetch_fd(const struct fetch *f)
{
    return helper_fd(f->helper);
}

enum err
fetch_receive(struct fetch *f, bool *whole, struct value **body,
              struct error *e)
{
    struct value *answer = NULL;
    if (body)
        *body = NULL;
    enum err err = helper_receive_part(f->helper, ANSWER_MAX, whole,
                                       body ? &answer : NULL, e);
    if (err == ERR_OK && *whole && body)
        err = take_answer(answer, body, e);
    value_free(answer);
    return err;
}

enum err
fetch_ask(struct fetch *f, const char *runtime, enum fetch_question question,
          struct value *arguments, bool payloads, struct value **body,
          struct error *e)
{
    struct value *answer = NULL;
    *body = NULL;
    enum err err = fetch_send(f, runtime, question, arguments, payloads, e);
    if (err == ERR_OK)
        wait_a_while(f, runtime);
    if (err == ERR_OK)
        err = helper_receive(f->helper, ANSWER_MAX, FETCH_MOST_MS, &answer, e);
    if (err == ERR_OK)
        err = take_answer(answer, body, e);
    value_free(answer);
    return err;
}
