/* What a helper program finds when it starts. */
#ifndef TAILOR_HELPER_START_H
#define TAILOR_HELPER_START_H

/* Its end of the socket pair, and the facts it starts with, a file of JSON
 * (/dev/null where the program needs no facts). */
enum { HELPER_FD = 3, HELPER_FACTS_FD = 4, HELPER_LAST_FD = HELPER_FACTS_FD };

#endif
