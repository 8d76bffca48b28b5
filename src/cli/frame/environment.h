/* The environment a program trusts: an allow-list, everything else is gone. */
#ifndef TAILOR_CLI_FRAME_ENVIRONMENT_H
#define TAILOR_CLI_FRAME_ENVIRONMENT_H

/* Drops every variable but a few harmless ones (terminal, language, time
 * zone), before any library reads one: libcurl would obey SSLKEYLOGFILE and
 * https_proxy, ncurses TERMINFO. Call first in main. */
void environment_clean(void);

#endif
