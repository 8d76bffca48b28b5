/* What a version in the store would send that the live one does not. */
#include "manager/draft/sending.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"

enum err
sending_begin(struct sending *s, struct manager *m, const char *name,
              struct error *e)
{
    *s = (struct sending){.next = 0};
    enum err err = previewing_begin(&s->tried, m, name, e);
    if (err == ERR_OK)
        sends_init(&s->sends, s->tried.previewer, s->tried.live_previewer);
    return err;
}

void
sending_end(struct sending *s)
{
    sends_clear(&s->sends);
    previewing_end(&s->tried);
    *s = (struct sending){.next = 0};
}

bool
sending_step(struct sending *s, int64_t ms)
{
    int64_t until = clock_monotonic_ms() + ms;
    bool more = s->next < s->tried.count;
    while (more) {
        const struct preview_sample *sample = &s->tried.samples[s->next++];
        (void)sends_add(&s->sends, sample, clock_now_ms(), NULL);
        more = s->next < s->tried.count;
        if (clock_monotonic_ms() >= until)
            break;
    }
    return more;
}

static char *
cell_line(const struct sends *s, size_t i)
{
    struct buf text;
    buf_init_any(&text);
    sends_say_cell(s, i, &text);
    return buf_take(&text);
}

static char *
sum_line(const struct sending *s)
{
    struct buf text;
    buf_init_any(&text);
    sends_say_sum(&s->sends, &text);
    if (s->next < s->tried.count)
        buf_addf(&text, " (so far; %zu are kept)", s->tried.count);
    return buf_take(&text);
}

char **
sending_lines(const struct sending *s)
{
    char **lines = mem_array(SENDING_SHOWN + 3, sizeof *lines);
    size_t n = 0, count = s->sends.count;
    for (size_t i = 0; i < count && i < SENDING_SHOWN; i++)
        lines[n++] = cell_line(&s->sends, i);
    if (count > SENDING_SHOWN)
        lines[n++] = mem_printf("and %zu more", count - SENDING_SHOWN);
    if (s->sends.samples > 0)
        lines[n++] = sum_line(s);
    return lines;
}
