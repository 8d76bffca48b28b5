/* Pages of a search that come again: by a hash of the items of each. */
#include "runtime/executor/block/circle.h"

#include <string.h>

#include "base/digest.h"

static const char empty[CIRCLE_MARK];

/* The byte before the first item is another one on the first page. */
void
circle_note(struct pages *p, size_t at)
{
    unsigned char hash[DIGEST_BYTES] = {0};
    if (p->text.len > at)
        digest_bytes(hash, p->text.data + at + 1, p->text.len - at - 1);
    buf_add(&p->marks, hash, CIRCLE_MARK);
}

size_t
circle_length(const struct pages *p)
{
    size_t count = p->marks.len / CIRCLE_MARK;
    const char *end = p->marks.data + p->marks.len;
    if (count < 2 || memcmp(end - CIRCLE_MARK, empty, CIRCLE_MARK) == 0)
        return 0;
    for (size_t k = 1; k <= count / 2; k++) {
        size_t n = k * CIRCLE_MARK;
        if (memcmp(end - CIRCLE_MARK, end - CIRCLE_MARK - n, CIRCLE_MARK) ==
                0 &&
            memcmp(end - n, end - 2 * n, n) == 0)
            return k;
    }
    return 0;
}

uint32_t
circle_overlap(const struct pages *p, const struct tape *page, uint32_t list)
{
    uint64_t all = p->items + page->nodes[list].length;
    uint64_t extra =
        p->total.said && all > p->total.count ? all - p->total.count : 0;
    struct buf again;
    uint32_t node = list + 1;
    if (extra == 0 || extra > page->nodes[list].length || extra >= p->items)
        return 0;
    buf_init(&again, p->text.len);
    for (uint64_t i = 0; i < extra; i++) {
        buf_addc(&again, ',');
        tape_write(page, node, &again);
        node = page->nodes[node].next;
    }
    bool same = !buf_failed(&again);
    const char *before = p->text.data + p->text.len - again.len;
    same = same && memcmp(before, again.data, again.len) == 0;
    buf_clear(&again);
    return same ? (uint32_t)extra : 0;
}
