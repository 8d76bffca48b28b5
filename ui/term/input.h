/*
 * What the terminal sends: bytes read from standard input, and the events that
 * they are. It knows no terminal library.
 */
#ifndef TAILOR_UI_TERM_INPUT_H
#define TAILOR_UI_TERM_INPUT_H

#include "ui/term/screen.h"

struct input {
    struct key_decoder decoder;
    int escape_ms;          /* after Escape, what follows is another key */
    bool gone;              /* the terminal hung up */
    int64_t last_byte;      /* monotonic */
    struct together recent; /* the keys since a hand may have paused */
};

void input_init(struct input *in, int escape_ms);
void input_clear(struct input *in);

/* As the operations of a screen (screen.h). */
int input_wait_ms(const struct input *in);
bool input_next(struct input *in, struct event *event);
bool input_unfinished(const struct input *in);
void input_together(struct input *in, struct together *out);

#endif
