/* How a request to a runtime stands. */
#include "ui/screen/standing.h"

#include "store/console.h"

void
standing_words(const struct outbox_status *status, const char *live,
               struct buf *out)
{
    const char *outcome = *status->outcome ? status->outcome : "refused";
    const char *more = *status->error ? ": " : "";
    if (status->state == OUTBOX_DONE)
        buf_addf(out, "confirmed by the runtime%s%.400s", more, status->error);
    else if (status->other)
        buf_addf(out, "not released: %.400s", status->error);
    else if (status->state == OUTBOX_REFUSED)
        buf_addf(out,
                 "the runtime answered %s: %.400s (nothing has changed there)",
                 outcome, status->error);
    else if (status->uncertain || status->state == OUTBOX_UNKNOWN)
        buf_addf(out, "unknown, retrying: sent, but not answered yet%s%.300s",
                 more, status->error);
    else
        buf_addf(out, "queued: %s stays live until the runtime answers%s%.300s",
                 live, more, status->error);
}
