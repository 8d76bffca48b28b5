/* What tailor-fetch finds when it starts. */
#ifndef TAILOR_FETCH_START_H
#define TAILOR_FETCH_START_H

/* Its end of the socket pair, and a file of JSON: version, actor, payloads,
 * runtimes (each name, url, ca, pin, token: the file's name). */
enum { FETCH_FD = 3, FETCH_FACTS_FD = 4, FETCH_LAST_FD = FETCH_FACTS_FD };

#endif
