/* Bytes in to the key decoder, events out. */
#include "ui/term/input.h"

#include <errno.h>
#include <unistd.h>

#include "base/clock.h"

/* A hand needs longer from one key to the next. */
enum { HAND_MS = 20 };

void
input_init(struct input *in, int escape_ms)
{
    *in = (struct input){.escape_ms = escape_ms};
    key_decoder_init(&in->decoder);
}

void
input_clear(struct input *in)
{
    key_decoder_clear(&in->decoder);
}

static bool
bytes_wait(void)
{
    struct pollfd ready = {STDIN_FILENO, POLLIN, 0};
    return poll(&ready, 1, 0) > 0;
}

int
input_wait_ms(struct input *in)
{
    bool pasting = in->decoder.pasting;
    in->resting = !bytes_wait();
    if (in->ends)
        return 0;
    if (!pasting && !key_decoder_waiting(&in->decoder))
        return -1;
    int64_t gone = clock_monotonic_ms() - in->last_byte;
    int64_t least = pasting          ? PASTE_STALLED_MS
                    : gone < HAND_MS ? HAND_MS
                                     : in->escape_ms;
    return gone < least ? (int)(least - gone) : 0;
}

/* For how long nothing came since the last byte, at least: what waits where
 * the program was busy may have come right after it. */
static int64_t
silence_before(struct input *in, int64_t now, bool waits)
{
    if (!waits || in->resting)
        in->empty_at = now;
    in->resting = false;
    return in->empty_at - in->last_byte;
}

/* Reads what the terminal has sent, as far as it is there. */
static void
read_bytes(struct input *in)
{
    char bytes[4096];
    bool waits = !in->ends && bytes_wait();
    int64_t now = clock_monotonic_ms();
    int64_t silence = silence_before(in, now, waits);
    key_decoder_silence(&in->decoder, silence);
    if (!waits)
        return;
    ssize_t n = read(STDIN_FILENO, bytes, sizeof bytes);
    if (n == 0 || (n < 0 && errno != EINTR && errno != EAGAIN)) {
        in->gone = in->ends = true;
        return;
    }
    if (n < 0)
        return;
    if (silence >= HAND_MS)
        in->recent = (struct together){0};
    in->last_byte = now;
    key_decoder_feed(&in->decoder, bytes, (size_t)n);
}

void
input_end(struct input *in, bool gone)
{
    read_bytes(in);
    in->gone = in->gone || gone;
    in->ends = true;
}

static void
give_paste(const struct input *in, enum event_kind kind, struct event *event)
{
    event->kind = in->decoder.paste_too_big ? EVENT_REFUSED : kind;
    event->text = buf_str(&in->decoder.paste);
    event->n = in->decoder.paste.len;
}

bool
input_next(struct input *in, struct event *event)
{
    *event = (struct event){.kind = EVENT_KEY};
    read_bytes(in);
    bool late =
        in->ends || clock_monotonic_ms() - in->last_byte >= in->escape_ms;
    switch (key_decoder_next(&in->decoder, late, &event->key)) {
    case DECODED_KEY:
        together_add(&in->recent, &event->key);
        return true;
    case DECODED_UNKNOWN:
        event->kind = EVENT_UNKNOWN;
        return true;
    case DECODED_LOST:
        give_paste(in, EVENT_LOST, event);
        return true;
    case DECODED_PASTE:
        give_paste(in, EVENT_PASTE, event);
        return true;
    default:
        break;
    }
    if (in->ends && in->decoder.pasting) { /* its end comes no more */
        key_decoder_silence(&in->decoder, PASTE_STALLED_MS);
        return input_next(in, event);
    }
    event->kind = EVENT_HANGUP;
    return in->ends;
}

bool
input_unfinished(const struct input *in)
{
    return in->decoder.input.len > 0 || in->decoder.pasting;
}

void
input_together(struct input *in, struct together *out)
{
    read_bytes(in);
    *out = in->recent;
    out->before = out->keys;
    key_decoder_ahead(&in->decoder, out);
    out->open = !in->ends && !out->repeats &&
                clock_monotonic_ms() - in->last_byte < HAND_MS;
}
