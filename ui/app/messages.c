/* The ring of messages. */
#include "ui/app/messages.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"

void
messages_add(struct messages *m, enum message_level level, const char *text)
{
    size_t at = (m->first + m->count) % MESSAGES_MOST;
    if (m->count == MESSAGES_MOST) {
        free(m->items[m->first].text);
        m->first = (m->first + 1) % MESSAGES_MOST;
    } else
        m->count++;
    m->items[at] = (struct message){level, clock_now_ms(), mem_strdup(text)};
    m->showing = true;
    m->added++;
}

void
messages_revise(struct messages *m, enum message_level level, const char *text)
{
    if (m->count > 0) {
        m->count--;
        m->added--;
        free(m->items[(m->first + m->count) % MESSAGES_MOST].text);
    }
    messages_add(m, level, text);
}

const struct message *
messages_worst(const struct messages *m, size_t added)
{
    const struct message *worst = NULL;
    size_t fresh = m->added - added;
    for (size_t i = fresh < m->count ? m->count - fresh : 0; i < m->count;
         i++) {
        const struct message *here = messages_get(m, i);
        if (!worst || here->level >= worst->level)
            worst = here;
    }
    return worst;
}

const struct message *
messages_get(const struct messages *m, size_t i)
{
    return i < m->count ? &m->items[(m->first + i) % MESSAGES_MOST] : NULL;
}

const struct message *
messages_shown(const struct messages *m)
{
    return m->showing && m->count ? messages_get(m, m->count - 1) : NULL;
}

void
messages_clear(struct messages *m)
{
    for (size_t i = 0; i < m->count; i++)
        free(m->items[(m->first + i) % MESSAGES_MOST].text);
    m->count = m->first = 0;
    m->showing = false;
}
