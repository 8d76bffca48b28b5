/* What became of the blocks of a run. */
#include "ui/screen/run_blocks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "manager/catalogue/redact.h"
#include "ui/canvas/sign.h"
#include "workflow/edit/curl_secrets.h"

enum {
    STEPS_LISTED = 5000, /* that a runtime lists of a run at most */
    WHOLE_MOST = 20      /* elements of a block that are shown whole */
};

static bool
has_state(const struct value *v, const char *state)
{
    return text_equal(value_get_text(v, "state"), state);
}

/* --- secrets -------------------------------------------------------------- */

/* A text that may hold a secret, and the beginning of a cut value, of which
 * nobody can say what its members are. */
static void
redact_text(struct value *object, const char *key)
{
    const char *text = value_get_text(object, key);
    if (text && secret_may_be_in(text))
        value_set_text(object, key, "[redacted]");
}

static void
redact_cut(struct value *v)
{
    if (value_get(v, "cut"))
        value_remove(v, "head");
}

static void
redact_step(struct value *step)
{
    struct value *input = value_get(step, "input");
    redact_text(step, "input");
    redact_text(step, "output");
    redact_text(input, "url");
    redact_text(input, "body");
    redact_cut(input);
    redact_cut(value_get(step, "output"));
}

void
run_redact(struct value *run)
{
    struct buf found;
    struct value *blocks = value_get(run, "blocks");
    struct value *sample = value_object(), *outputs = value_object();
    char key[24];
    buf_init_any(&found);
    struct value *given = value_detach(run, "input");
    value_set(sample, "input", given ? given : value_null());
    value_set(sample, "outputs", outputs);
    for (size_t i = 0; i < value_size(blocks); i++) {
        struct value *step = value_at(blocks, i);
        snprintf(key, sizeof key, "%zu", i);
        redact_step(step);
        value_set(outputs, key, value_copy(step));
    }
    sample_redact(sample, NULL, NULL, 0, &found);
    for (size_t i = 0; i < value_size(blocks); i++) {
        snprintf(key, sizeof key, "%zu", i);
        value_replace_at(blocks, i, value_detach(outputs, key));
    }
    struct value *input = value_detach(sample, "input");
    redact_cut(input);
    value_set(run, "input", input);
    value_free(sample);
    buf_clear(&found);
}

/* --- what became of a block ----------------------------------------------- */

/* How often a block did what. */
struct tally {
    size_t done, aside, failed, unknown, sent;
    const char *message; /* of the first that is not done; NULL: none */
    const struct value *output;
};

/* True where STEP is of BLOCK. */
static bool
is_of(const struct value *step, const struct block *block)
{
    return text_equal(value_get_text(step, "blockId"), block->id);
}

static void
count(struct tally *t, const struct value *step)
{
    const char *message = value_get_text(step, "message");
    if (has_state(step, "done")) { /* pages after the first are no elements */
        t->done += value_int_or(value_get(step, "page"), 0) == 0;
        t->output = value_get(step, "output");
        return;
    }
    if (has_state(step, "setAside"))
        t->aside++;
    else if (has_state(step, "failed"))
        t->failed++;
    else if (has_state(step, "unknown"))
        t->unknown++;
    else
        t->sent++;
    if (!t->message && message && *message)
        t->message = message;
}

static struct tally
tally(const struct value *run, const struct block *block)
{
    const struct value *steps = value_get(run, "blocks");
    struct tally t = {.done = 0};
    for (size_t i = 0; i < value_size(steps); i++) {
        if (is_of(value_at(steps, i), block))
            count(&t, value_at(steps, i));
    }
    return t;
}

/* What RUN itself says of the block that it ended or waits at. */
static enum face_run
ended_here(const struct value *run, const struct tally *t)
{
    if (has_state(run, "failed") || t->failed)
        return FACE_FAILED;
    if (t->unknown)
        return FACE_UNKNOWN;
    return has_state(run, "done") || has_state(run, "cancelled") ? FACE_STOPPED
                                                                 : FACE_WAITING;
}

static enum face_run
became(const struct value *run, const struct block *block,
       const struct tally *t)
{
    if (text_equal(value_get_text(run, "blockId"), block->id))
        return ended_here(run, t);
    return t->failed    ? FACE_FAILED
           : t->unknown ? FACE_UNKNOWN
           : t->aside   ? FACE_ASIDE
           : t->sent    ? FACE_WAITING
           : t->done    ? FACE_DONE
                        : FACE_UNREACHED;
}

/* "ok", "46 ok", "2 set aside, 46 ok: the message". */
static char *
words_of(const struct value *run, const struct block *block,
         const struct tally *t, enum face_run state)
{
    const char *message = t->message;
    struct buf out;
    buf_init_any(&out);
    if (text_equal(value_get_text(run, "blockId"), block->id) && !message)
        message = value_get_text(run, "message");
    if (state == FACE_DONE) {
        if (t->done > 1)
            buf_addf(&out, "%zu ", t->done);
        buf_adds(&out, sign_run_word(state));
        return buf_take(&out);
    }
    if (state == FACE_ASIDE)
        buf_addf(&out, "%zu ", t->aside);
    buf_adds(&out, sign_run_word(state));
    if (state != FACE_UNREACHED && t->done)
        buf_addf(&out, ", %zu ok", t->done);
    if (state != FACE_UNREACHED && message && *message)
        buf_addf(&out, ": %s", message);
    return buf_take(&out);
}

/* A block that holds others, and left no step of its own, was gone through
 * where one inside of it was reached, or one behind it that only a run which
 * went through it can reach. */
static bool
was_passed(const struct outline *o, const struct face *faces, size_t i)
{
    size_t end = i + 1 + outline_block_size(o, i);
    for (size_t k = i + 1; k < o->count; k++) {
        if (faces[k].run == FACE_UNREACHED)
            continue;
        if (k < end ||
            outline_lane_inside(o, o->blocks[i].lane, o->blocks[k].lane))
            return true;
    }
    return false;
}

static void
set_face(struct face *face, char **words, enum face_run state, char *text)
{
    face->run = state;
    face->problem =
        state == FACE_FAILED || state == FACE_UNKNOWN || state == FACE_ASIDE;
    free(*words);
    face->summary = *words = text;
}

void
run_faces(const struct value *run, const struct outline *o, struct face *faces,
          char **words)
{
    const struct document *d = o->document;
    bool cut = value_size(value_get(run, "blocks")) >= STEPS_LISTED;
    for (size_t i = 0; i < d->count; i++) {
        const struct block *b = &d->blocks[i];
        struct tally t = tally(run, b);
        enum face_run state = became(run, b, &t);
        if (i == 0 && state == FACE_UNREACHED) /* it brought the run */
            state = FACE_DONE;
        set_face(&faces[i], &words[i], state, words_of(run, b, &t, state));
    }
    for (size_t i = d->count; i-- > 0;) {
        if (faces[i].run != FACE_UNREACHED)
            continue;
        if (o->blocks[i].lane_count && was_passed(o, faces, i))
            set_face(&faces[i], &words[i], FACE_DONE, mem_strdup("ok"));
        else if (cut)
            set_face(&faces[i], &words[i], FACE_UNREACHED,
                     mem_strdup("not among the first 5,000 steps"));
    }
}

/* --- input and output ----------------------------------------------------- */

/* The first step of BLOCK that is not done, else its first; NULL: none. */
static const struct value *
first_step(const struct value *run, const struct block *block)
{
    const struct value *steps = value_get(run, "blocks"), *first = NULL;
    for (size_t i = 0; i < value_size(steps); i++) {
        const struct value *step = value_at(steps, i);
        if (!is_of(step, block))
            continue;
        if (!has_state(step, "done"))
            return step;
        first = first ? first : step;
    }
    return first;
}

static void
add_line(struct buf *out, const char *title, const struct value *v)
{
    if (!v || value_is(v, VALUE_NULL))
        return;
    char *text = value_to_text(v);
    buf_addf(out, "%s %s\n", title, text);
    free(text);
}

void
run_block_brief(const struct value *run, const struct document *d, size_t index,
                struct buf *out)
{
    const struct value *step = first_step(run, &d->blocks[index]);
    if (index == 0)
        add_line(out, "in ", value_get(run, "input"));
    add_line(out, "in ", value_get(step, "input"));
    add_line(out, "out", value_get(step, "output"));
}

static void
add_whole(struct buf *out, const char *title, const struct value *v)
{
    if (!v || value_is(v, VALUE_NULL))
        return;
    buf_addf(out, "\n%s\n", title);
    value_write_pretty(out, v);
    buf_addc(out, '\n');
}

/* "element 3.1: done, status 200, 2 attempts" */
static void
add_step(struct buf *out, const struct value *step)
{
    const char *place = value_get_text(step, "place");
    const char *message = value_get_text(step, "message");
    int64_t page = value_int_or(value_get(step, "page"), 0);
    int64_t attempts = value_int_or(value_get(step, "attempts"), 0);
    bool aside = has_state(step, "setAside");
    buf_addc(out, '\n');
    if (place && *place)
        buf_addf(out, "element %s: ", place);
    if (page)
        buf_addf(out, "page %lld: ", (long long)page + 1);
    buf_adds(out,
             aside ? "set aside" : value_text_or(value_get(step, "state"), ""));
    if (value_get(step, "status"))
        buf_addf(out, ", status %lld",
                 (long long)value_int_or(value_get(step, "status"), 0));
    if (attempts > 1)
        buf_addf(out, ", %lld attempts", (long long)attempts);
    if (message && *message)
        buf_addf(out, "\n%s", message);
    buf_addc(out, '\n');
    add_whole(out, "in", value_get(step, "input"));
    add_whole(out, "out", value_get(step, "output"));
}

/* Adds steps of BLOCK that are DONE, or those that are not, up to *LEFT; counts
 * the others in *MORE. */
static void
add_steps(struct buf *out, const struct value *run, const struct block *block,
          bool done, size_t *left, size_t *more)
{
    const struct value *steps = value_get(run, "blocks");
    for (size_t i = 0; i < value_size(steps); i++) {
        const struct value *step = value_at(steps, i);
        if (!is_of(step, block) || has_state(step, "done") != done)
            continue;
        if (*left == 0) {
            ++*more;
            continue;
        }
        add_step(out, step);
        --*left;
    }
}

void
run_block_whole(const struct value *run, const struct document *d, size_t index,
                struct buf *out)
{
    const struct block *b = &d->blocks[index];
    size_t left = WHOLE_MOST, more = 0;
    if (index == 0)
        add_whole(out, "in", value_get(run, "input"));
    add_steps(out, run, b, false, &left, &more);
    add_steps(out, run, b, true, &left, &more);
    if (more)
        buf_addf(out, "\n%zu more that are not shown\n", more);
    if (left == WHOLE_MOST && index > 0)
        buf_adds(out, "\nnothing is recorded of this block\n");
}
