/* The mapping engine alone: records in, mapped records out. */
#include "mapping/plan/stream.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"

#define READ_SIZE (256u << 10)  /* small enough to stay in the cache */
#define WRITE_SIZE (256u << 10) /* written when there is so much */
#define RECORD_MAX (16u << 20)
#define PROGRESS_EVERY (8u << 20) /* bytes of input */

/* One run of a stream. */
struct flow {
    struct mapping_stream *stream;
    struct plan_runner *runner;
    struct buf in;  /* what was read and not yet mapped */
    struct buf out; /* what was mapped and not yet written */
    size_t done;    /* bytes of IN that are mapped */
    struct tape tape;
    struct value_limits limits;
    uint64_t record; /* line number */
    uint64_t next_progress;
    struct error *e;
    bool skipping; /* within a line that is longer than allowed */
};

static const char *
input_name(const struct flow *f)
{
    return f->stream->name ? f->stream->name : "input";
}

static enum err
flush(struct flow *f)
{
    struct mapping_stream *s = f->stream;
    if (f->out.len == 0)
        return ERR_OK;
    enum err err =
        file_write_fd(s->out, s->out_name ? s->out_name : "output",
                      f->out.data, f->out.len, f->e);
    s->bytes_out += f->out.len;
    buf_reset(&f->out);
    return err;
}

/* The error of a record: told, or the end of the stream. */
static enum err
record_failed(struct flow *f, struct error *e)
{
    struct mapping_stream *s = f->stream;
    s->errors++;
    error_prefix(e, "record %llu", (unsigned long long)f->record);
    if (s->failed && s->failed(s->context, f->record, e))
        return ERR_OK;
    if (f->e)
        *f->e = *e;
    return e->code;
}

static bool
is_blank(const char *line, size_t n)
{
    while (n > 0 && (*line == ' ' || *line == '\t' || *line == '\r'))
        line++, n--;
    return n == 0;
}

/* Reads a line, which is an object. */
static enum err
read_record(struct flow *f, const char *line, size_t n, struct error *e)
{
    enum err err = tape_read(&f->tape, line, n, &f->limits, input_name(f), e);
    bool opened = (*line == '{' || *line == '[') && is_blank(line + 1, n - 1);
    if (err != ERR_OK && opened)
        return error_set(e, err,
                         "the record goes on in the next line (each line is "
                         "one whole record: write it by jq -c .)");
    if (err != ERR_OK || f->tape.nodes[0].type == VALUE_OBJECT)
        return err;
    return error_set(e, ERR_INVALID,
                     f->tape.nodes[0].type == VALUE_ARRAY
                         ? "a record is an object, and this is a list (write "
                           "an element a line, by jq -c '.[]')"
                         : "a record is an object, and this is a single "
                           "value");
}

static enum err
map_line(struct flow *f, const char *line, size_t n)
{
    struct mapping_stream *s = f->stream;
    struct error e;
    f->record++;
    if (n == 0 || ((*line <= ' ') && is_blank(line, n)))
        return ERR_OK;
    s->records++;
    if (read_record(f, line, n, &e) != ERR_OK)
        return record_failed(f, &e);
    struct node_ref root = {&f->tape, 0};
    struct scope scope = {.root = root,
                          .current = root,
                          .now_ms = s->now_ms,
                          .zone = s->zone,
                          .record = RECORD_NEW,
                          .context = s->tables,
                          .lookup = s->lookup};
    size_t before = f->out.len;
    enum err err = plan_run_with(f->runner, &scope, &f->out, NULL, &e);
    if (err == ERR_OK && buf_addc(&f->out, '\n'))
        return f->out.len < WRITE_SIZE ? ERR_OK : flush(f);
    /* A record that finds the buffer too full gets an empty one. */
    if (buf_failed(&f->out) && before > 0) {
        f->out.failed = false;
        buf_truncate(&f->out, before);
        f->record--;
        s->records--;
        err = flush(f);
        return err == ERR_OK ? map_line(f, line, n) : err;
    }
    if (err == ERR_OK)
        error_set(&e, ERR_TOO_BIG, "the output is more than %zu bytes",
                  f->out.max);
    f->out.failed = false;
    buf_truncate(&f->out, before);
    return record_failed(f, &e);
}

static enum err
too_long(struct flow *f)
{
    struct error e;
    f->record++;
    f->stream->records++;
    f->skipping = true;
    f->done = f->in.len;
    error_set(&e, ERR_TOO_BIG, "a record has at most %zu bytes",
              f->limits.bytes);
    return record_failed(f, &e);
}

/* Maps every line that is complete, and the rest too where the input has
 * ENDED. */
static enum err
map_lines(struct flow *f, bool ended)
{
    enum err err = ERR_OK;
    while (err == ERR_OK && f->done < f->in.len) {
        const char *line = f->in.data + f->done;
        size_t left = f->in.len - f->done;
        const char *end = memchr(line, '\n', left);
        if (!end && !ended)
            break;
        size_t n = end ? (size_t)(end - line) : left;
        f->done += n + (end != NULL);
        if (f->skipping)
            f->skipping = end == NULL;
        else
            err = map_line(f, line, n);
    }
    if (err == ERR_OK && f->in.len - f->done > f->limits.bytes)
        err = f->skipping ? ERR_OK : too_long(f);
    if (f->skipping)
        f->done = f->in.len;
    return err;
}

/* Moves what is left to the beginning and reads more; 0 at the end. */
static ssize_t
read_more(struct flow *f)
{
    size_t left = f->in.len - f->done;
    if (left > 0 && f->done > 0)
        memmove(f->in.data, f->in.data + f->done, left);
    f->in.len = left;
    f->done = 0;
    char *room = buf_reserve(&f->in, READ_SIZE);
    ssize_t n;
    do
        n = read(f->stream->in, room, READ_SIZE);
    while (n < 0 && errno == EINTR);
    if (n > 0)
        buf_grew(&f->in, (size_t)n);
    /* A byte order mark is no part of the first record. */
    if (f->stream->bytes_in == 0 && f->in.len >= 3 &&
        memcmp(f->in.data, "\xef\xbb\xbf", 3) == 0)
        f->done = 3;
    return n;
}

static enum err
run(struct flow *f)
{
    struct mapping_stream *s = f->stream;
    enum err err = ERR_OK;
    ssize_t n = 1;
    while (err == ERR_OK && n > 0) {
        n = read_more(f);
        if (n < 0)
            return error_errno(f->e, ERR_IO, input_name(f));
        s->bytes_in += (uint64_t)n;
        err = map_lines(f, n == 0);
        /* Who writes into a pipe slowly sees each record come out. */
        if (err == ERR_OK && n < (ssize_t)READ_SIZE)
            err = flush(f);
        if (s->progress && s->bytes_in >= f->next_progress) {
            s->progress(s->context, s->records, s->bytes_in);
            f->next_progress = s->bytes_in + PROGRESS_EVERY;
        }
    }
    enum err written = flush(f);
    return err == ERR_OK ? written : err;
}

enum err
mapping_stream_run(struct mapping_stream *s, const struct plan *p,
                   struct error *e)
{
    size_t max = s->max_record ? s->max_record : RECORD_MAX;
    struct flow f = {.stream = s, .e = e, .next_progress = PROGRESS_EVERY};
    f.limits = value_limits_event;
    f.limits.bytes = max;
    f.runner = plan_runner_new(p);
    buf_init(&f.in, max + 2 * READ_SIZE);
    buf_init(&f.out, 4 * max + WRITE_SIZE);
    tape_init(&f.tape);
    s->records = s->errors = s->bytes_in = s->bytes_out = 0;
    enum err err = run(&f);
    tape_clear(&f.tape);
    buf_clear(&f.out);
    buf_clear(&f.in);
    plan_runner_free(f.runner);
    return err;
}
