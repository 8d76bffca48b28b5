/*
 * Frames between a session and a helper program: a JSON value with its length
 * before it, on a socket pair. Either side takes the other's for hostile.
 */
#ifndef TAILOR_HELPER_FRAME_H
#define TAILOR_HELPER_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "value/value.h"

/* Sends V; HELPER is the program's name, for the messages. Errors: UNREACHABLE
 * (the other side has ended), TOO_BIG. */
enum err frame_send(int fd, const char *helper, const struct value *v,
                    struct error *e);

/* Receives a frame of at most MAX bytes within TIME_OUT_MS (-1: no limit); the
 * caller owns *OUT. Errors: UNREACHABLE where the other side has ended or the
 * time is over, TOO_BIG, INVALID. */
enum err frame_receive(int fd, const char *helper, size_t max, int time_out_ms,
                       struct value **out, struct error *e);

/* A frame that comes bit by bit. All zero before its first byte. */
struct frame_part {
    uint32_t size; /* of the text, as the length before it says */
    size_t got;    /* bytes, those of the length too */
    char *text;
};

/* Reads what FD has, which can be read, into P. *WHOLE says whether the frame
 * of at most MAX bytes has come; then the caller owns *OUT, and P is empty
 * again. OUT NULL: nobody wants it. Errors: those of frame_receive. */
enum err frame_receive_part(int fd, const char *helper, size_t max,
                            struct frame_part *p, bool *whole,
                            struct value **out, struct error *e);
void frame_part_clear(struct frame_part *p);

/* Waits until FD can be read or the monotonic time UNTIL, in milliseconds (-1:
 * none); where there is one, until this process shall end (base/ending.h), too.
 * Above 0: it can be read; 0: it cannot; below 0: it failed. */
int frame_wait(int fd, int64_t until);

#endif
