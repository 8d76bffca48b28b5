/* Every message of a session, the last of them on the message line. */
#ifndef TAILOR_UI_APP_MESSAGES_H
#define TAILOR_UI_APP_MESSAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MESSAGES_MOST 1000 /* older ones are forgotten */

enum message_level { MESSAGE_INFO, MESSAGE_WARNING, MESSAGE_ERROR };

struct message {
    enum message_level level;
    int64_t at_ms;
    char *text;
};

struct messages {
    struct message items[MESSAGES_MOST]; /* a ring */
    size_t first, count;
    bool showing; /* the last one is on the message line */
    size_t added; /* since the beginning, also those that are forgotten */
};

/* Adds a message (copies TEXT) and shows it. */
void messages_add(struct messages *m, enum message_level level,
                  const char *text);

/* Puts TEXT (copied) in place of the last message, and shows that. */
void messages_revise(struct messages *m, enum message_level level,
                     const char *text);

/* The last one of the highest level among those that were added after the
 * first ADDED of all, or NULL. */
const struct message *messages_worst(const struct messages *m, size_t added);

/* The I-th from the oldest kept. */
const struct message *messages_get(const struct messages *m, size_t i);

/* The one to show, or NULL. */
const struct message *messages_shown(const struct messages *m);

void messages_clear(struct messages *m);

#endif
