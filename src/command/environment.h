/* The environment a program trusts: an allow-list, everything else is gone. */
#ifndef TAILOR_COMMAND_ENVIRONMENT_H
#define TAILOR_COMMAND_ENVIRONMENT_H

#include <stddef.h>

/* Drops every variable but the COUNT ones named KEPT, before any library reads
 * one: libcurl would obey SSLKEYLOGFILE and https_proxy, ncurses TERMINFO. Call
 * first in main. */
void environment_clean(const char *const *kept, size_t count);

#endif
