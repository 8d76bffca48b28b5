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
    bool ends;              /* what was read is the last */
    int64_t last_byte;      /* monotonic, when it was read */
    int64_t empty_at;       /* nothing was waiting to be read then */
    bool resting;           /* so it was when the program began to wait */
    struct together recent; /* the keys since a hand may have paused */
};

void input_init(struct input *in, int escape_ms);
void input_clear(struct input *in);

/* The program shall end, and where GONE the terminal hung up: what was sent
 * before comes first, a paste without its end as LOST, then HANGUP. */
void input_end(struct input *in, bool gone);

/* As the operations of a screen (screen.h). */
int input_wait_ms(struct input *in);
bool input_next(struct input *in, struct event *event);
bool input_unfinished(const struct input *in);
void input_together(struct input *in, struct together *out);

#endif
