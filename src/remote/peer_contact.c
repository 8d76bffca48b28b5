/* What a contact begins with, and what it changes before anything else is
 * read. */
#include "remote/peer.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "manager/exchange/removed.h"
#include "remote/protocol.h"

void
peer_take_kept(struct peer *p, const struct runtime_row *row)
{
    p->meet |= row->altered && !p->altered;
    p->meet |= row->copy_asked > p->copy_asked;
    p->copy_asked = row->copy_asked;
    p->altered = row->altered;
    if (row->altered) {
        p->at = (struct peer_position){.cursor = 0};
        p->known_held = p->compared = false;
        p->restore[0] = '\0';
        return;
    }
    p->at.receipt_sequence = row->receipt_sequence;
    snprintf(p->at.receipt_head, sizeof p->at.receipt_head, "%s",
             row->receipt_head ? row->receipt_head : "");
    p->known_held = row->held;
    p->compared = row->compared;
    snprintf(p->restore, sizeof p->restore, "%s",
             row->restore ? row->restore : "");
}

static int64_t
pages_of(int64_t entries)
{
    int64_t most = entries < 0 ? BOUNDS_ENTRIES_MOST : entries;
    if (most > BOUNDS_ENTRIES_MOST)
        most = BOUNDS_ENTRIES_MOST;
    return most / PROTOCOL_PAGE_LEAST + 2;
}

void
peer_bounds(struct peer *p, const struct protocol_info *info)
{
    p->protocol = info->protocol;
    p->head_seen = info->feed_head;
    if (info->feed_head > p->head_wanted || p->phase == PEER_CONTACT)
        p->head_wanted = info->feed_head;
    p->said_users = info->users;
    p->said_installations = info->installations;
    p->users = pages_of(info->users);
    p->installations = pages_of(info->installations);
    p->versions = pages_of(info->versions);
}

enum err
peer_take_back(struct peer *p, const struct protocol_info *info, bool *taken,
               struct error *e)
{
    struct taken_back back = {.taken = false};
    enum err err = p->fresh ? manager_runtime_take_back(
                                  p->all->m, p->n, info->runtime_id, &back, e)
                            : ERR_OK;
    *taken = back.taken;
    if (err || !back.taken)
        return err;
    char *text = mem_printf(
        "it was removed from this store before and is reached again, with "
        "installations: %" PRId64 " (publish its integrations again: base "
        "versions that were released meanwhile are not there)",
        back.installations);
    peer_say(p, text);
    free(text);
    p->gone = true;
    p->all->changed = true;
    return ERR_OK;
}
