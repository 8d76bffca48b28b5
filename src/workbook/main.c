/*
 * tailor-sheet: takes workbooks apart and makes them, for a session that asks.
 * It has its end of a socket pair and nothing else, so that a workbook that
 * takes it over gains nothing but the rows that it could have held anyway.
 */
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/base64.h"
#include "base/mem.h"
#include "base/process.h"
#include "helper/frame.h"
#include "helper/helper.h"
#include "helper/start.h"
#include "sandbox/sandbox.h"
#include "workbook/workbook.h"

#define NAME "tailor-sheet"

enum { QUESTION_MAX = 48 << 20, CPU_SECONDS = 20, MEMORY_MAX = 1 << 30 };

/* Limits that end this process, not the session that asks. */
static void
limit(void)
{
    const struct rlimit cpu = {CPU_SECONDS, CPU_SECONDS};
    const struct rlimit memory = {MEMORY_MAX, MEMORY_MAX};
    setrlimit(RLIMIT_CPU, &cpu);
#ifndef __SANITIZE_ADDRESS__ /* which reserves more than there is */
    setrlimit(RLIMIT_AS, &memory);
#else
    (void)memory;
#endif
}

static enum err
read_workbook(const struct value *asked, struct value **answer, struct error *e)
{
    size_t n = 0, got = 0;
    const char *text = value_text(value_get(asked, "workbook"), &n);
    char *bytes = mem_alloc(n + 1);
    enum err err =
        text && base64_decode(bytes, &got, text, n)
            ? workbook_read(answer, bytes, got, value_get_text(asked, "sheet"),
                            e)
            : error_set(e, ERR_INVALID, "no workbook in the question");
    free(bytes);
    return err;
}

static enum err
write_workbook(const struct value *rows, struct value **answer, struct error *e)
{
    struct buf out;
    buf_init_any(&out);
    enum err err = workbook_write(&out, rows, e);
    if (err == ERR_OK) {
        char *text = mem_alloc(base64_length(out.len) + 1);
        base64_encode(text, out.data, out.len);
        *answer = value_object();
        value_set_text(*answer, "workbook", text);
        free(text);
    }
    buf_clear(&out);
    return err;
}

static struct value *
answer_to(const struct value *asked, const struct error *why)
{
    struct error e = *why;
    struct value *answer = NULL;
    const struct value *rows = value_get(asked, "rows");
    enum err err = e.code;
    if (err == ERR_OK)
        err = rows ? write_workbook(rows, &answer, &e)
                   : read_workbook(asked, &answer, &e);
    return err == ERR_OK ? answer : helper_refusal(&e);
}

int
main(void)
{
    const struct sandbox sandbox = {.kind = SANDBOX_SHEET};
    struct error e = {.code = ERR_OK};
    struct value *asked;
    process_hide_memory();
    limit();
    sandbox_enter(&sandbox, &e);
    while (frame_receive(HELPER_FD, NAME, QUESTION_MAX, -1, &asked, NULL) ==
           ERR_OK) {
        struct value *v = answer_to(asked, &e);
        bool sent = frame_send(HELPER_FD, NAME, v, NULL) == ERR_OK;
        value_free(v);
        value_free(asked);
        if (!sent)
            break;
    }
    _exit(0); /* what runs at exit may want what is given up */
}
