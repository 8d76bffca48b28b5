/*
 * The log: one JSON object a line on one descriptor, hostile text made
 * visible. tailord and tailor-standin log to stderr, other programs nowhere.
 * doc/operating.md lists what tailord logs.
 */
#ifndef TAILOR_BASE_LOG_H
#define TAILOR_BASE_LOG_H

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARNING, LOG_ERROR };

/* Sends lines of LEVEL and above to FD (-1: nowhere). Set at start, before
 * threads. */
void log_open(int fd, enum log_level level);

/* Writes one line: time, level, EVENT (a fixed word) and pairs of strings
 * KEY, VALUE, … ended by NULL; a NULL value is left out. Never pass a
 * secret. */
void log_event(enum log_level level, const char *event, ...)
    __attribute__((sentinel));

#endif
