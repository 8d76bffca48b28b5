/* How a request to a runtime stands, in words. */
#ifndef TAILOR_UI_SCREEN_STANDING_H
#define TAILOR_UI_SCREEN_STANDING_H

#include "base/buf.h"
#include "manager/exchange/exchange.h"

/* Appends what the runtime answered to a release, or where its request is; LIVE
 * is the label of what is live until then. */
void standing_words(const struct outbox_status *status, const char *live,
                    struct buf *out);

#endif
