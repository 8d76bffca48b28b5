/* The pages of a search: where each begins, what is one, when they end. */
#include "runtime/executor/block/pages.h"

#include <string.h>

#include "base/text.h"

enum { PAGE_SIZE_MAX = 100000, SEEN_MAX = 120 };
#define OFFSET_MAX (INT64_C(1) << 53)

void
pages_ask(const struct pages *p, const struct connector_action *a,
          struct value *input)
{
    const char *offset = value_get_text(a->paging, "offset");
    const char *limit = value_get_text(a->paging, "limit");
    int64_t size = value_int_or(value_get(a->paging, "size"), 100);
    if (!offset || !limit)
        return;
    int64_t asked = value_int_or(value_get(input, limit), 0);
    if (size < 1 || size > PAGE_SIZE_MAX)
        size = PAGE_SIZE_MAX;
    if (asked < 1 || asked > size)
        value_set_int(input, limit, size);
    int64_t from = value_int_or(value_get(input, offset), 0);
    if (from >= 0 && from < OFFSET_MAX)
        value_set_int(input, offset, from + (int64_t)p->items);
}

/* The node of the member that the connector names KEY; 0 where there is
 * none. */
static uint32_t
page_member(const struct connector_action *a, const struct tape *page,
            const char *key)
{
    const char *name = value_get_text(a->paging, key);
    return name ? tape_member(page, 0, name, strlen(name)) : 0;
}

/* How many items there are on all pages, or -1 where the app does not say. */
static int64_t
page_total(const struct connector_action *a, const struct tape *page)
{
    struct buf text;
    uint32_t at = page_member(a, page, "total");
    if (!at || page->nodes[at].type != VALUE_NUMBER)
        return -1;
    buf_init_any(&text);
    tape_write(page, at, &text);
    struct value *v = value_number(buf_str(&text), text.len);
    int64_t total = value_int_or(v, -1);
    value_free(v);
    buf_clear(&text);
    return total;
}

/* The failure of a page: what the connector says of KEY is not so. The page
 * itself tells people what came in place of it. */
static enum err
not_a_page(const struct pages *p, const struct connector_action *a,
           const struct tape *page, const char *key, struct error *e)
{
    struct buf whole, seen;
    bool list = strcmp(key, "items") == 0;
    buf_init(&whole, RUN_OUTPUT_MAX);
    buf_init(&seen, 2000);
    tape_write(page, list ? 0 : page_member(a, page, key), &whole);
    text_visible(&seen, buf_str(&whole),
                 whole.len < SEEN_MAX ? whole.len : SEEN_MAX);
    error_set(e, ERR_INVALID,
              list ? "page %lld: the answer has no list \"%s\" (it is %s%s)"
                   : "page %lld: the member \"%s\" of the answer must be true "
                     "or false (it is %s%s)",
              (long long)p->next + 1, value_get_text(a->paging, key),
              buf_str(&seen), whole.len > SEEN_MAX ? "..." : "");
    buf_clear(&whole);
    buf_clear(&seen);
    return ERR_INVALID;
}

/* An app answers a search with a sign-in page, an error, half an answer: that
 * is not "nothing found", and what came before is not all there is. */
static enum err
check_page(const struct pages *p, const struct connector_action *a,
           const struct tape *page, struct error *e)
{
    uint32_t list = page_member(a, page, "items");
    uint32_t more = page_member(a, page, "more");
    if (!list || page->nodes[list].type != VALUE_ARRAY)
        return not_a_page(p, a, page, "items", e);
    if (more && page->nodes[more].type != VALUE_TRUE &&
        page->nodes[more].type != VALUE_FALSE)
        return not_a_page(p, a, page, "more", e);
    return ERR_OK;
}

/* What stands before the items in what the search gives. */
static void
begin_pages(struct pages *p, const struct connector_action *a)
{
    struct value *name = value_string(value_get_text(a->paging, "items"));
    buf_addc(&p->text, '{');
    value_write(&p->text, name);
    buf_addc(&p->text, ':');
    value_free(name);
}

/* Adds the items of a page; how many. */
static uint32_t
add_items(struct pages *p, const struct tape *page, uint32_t list)
{
    uint32_t n = page->nodes[list].length;
    uint32_t node = list + 1;
    for (uint32_t i = 0; i < n; i++) {
        buf_addc(&p->text, p->items++ ? ',' : '[');
        tape_write(page, node, &p->text);
        node = page->nodes[node].next;
    }
    return n;
}

/* Whether the items of TEXT from AT on are those of the page before. */
static bool
is_repeated(const struct pages *p, size_t at)
{
    size_t before = at - p->last, now = p->text.len - at;
    return p->next > 0 && now == before && now > 1 &&
           memcmp(p->text.data + p->last + 1, p->text.data + at + 1, now - 1) ==
               0;
}

/* A page that is the same as the one before is no other page where the app was
 * not told where it begins, or would go on so for ever. Else the records may be
 * alike: a query may ask for one column. */
static enum err
check_other(const struct pages *p, const struct connector_action *a,
            bool endless, size_t at, struct error *e)
{
    bool told = connector_sends_offset(a);
    if ((told && !endless) || !is_repeated(p, at))
        return ERR_OK;
    return error_set(e, ERR_INVALID,
                     "page %lld is the same as the page before, and the app "
                     "%s (check the paging of the connector)",
                     (long long)p->next + 1,
                     told ? "says that more follow"
                          : "does not get the offset of a page");
}

/* Whether the block itself says at which record the search begins, so that the
 * app's total counts records that were not asked for. */
static bool
begins_later(const struct block *b, const struct connector_action *a)
{
    const char *offset = value_get_text(a->paging, "offset");
    const struct value *rows = block_field(b, "mapping");
    for (size_t i = 0; offset && i < value_size(rows); i++) {
        const char *target = value_get_text(value_at(rows, i), "target");
        if (target && strcmp(target, offset) == 0)
            return true;
    }
    return false;
}

/* An app that says how many there are, and ends before, has others that nobody
 * would see. */
static enum err
check_end(const struct pages *p, const struct block *b,
          const struct connector_action *a, int64_t total, struct error *e)
{
    if (total <= 0 || p->items >= (uint64_t)total || begins_later(b, a))
        return ERR_OK;
    return error_set(e, ERR_INVALID,
                     "the app says that there are %lld in all, and page %lld "
                     "is the last after %llu (check the paging of the "
                     "connector)",
                     (long long)total, (long long)p->next + 1,
                     (unsigned long long)p->items);
}

/* Whether others follow the page, of which COUNT items came. An app that says
 * how many there are in all is asked for no more than those, whatever its flag
 * says. */
static bool
others_follow(const struct pages *p, const struct connector_action *a,
              uint32_t count, int64_t total)
{
    const struct tape *page = &p->page.tape;
    uint32_t flag = page_member(a, page, "more");
    if (count == 0 || (total >= 0 && p->items >= (uint64_t)total))
        return false;
    return flag ? page->nodes[flag].type == VALUE_TRUE : total > 0;
}

enum err
pages_add(struct pages *p, const struct block *b,
          const struct connector_action *a, bool *more, struct error *e)
{
    const struct tape *page = &p->page.tape;
    enum err err = output_complete(&p->page, e);
    if (err == ERR_OK)
        err = check_page(p, a, page, e);
    if (err != ERR_OK)
        return err;
    if (p->next == 0)
        begin_pages(p, a);
    size_t at = p->text.len;
    int64_t total = page_total(a, page);
    uint32_t count = add_items(p, page, page_member(a, page, "items"));
    *more = others_follow(p, a, count, total);
    if (buf_failed(&p->text))
        return error_set(e, ERR_TOO_BIG,
                         "the pages together are longer than 64 MB");
    err = check_other(p, a, *more && total < 0, at, e);
    if (err == ERR_OK && !*more)
        err = check_end(p, b, a, total, e);
    if (err != ERR_OK)
        return err;
    p->last = at;
    p->next++;
    return ERR_OK;
}

void
pages_end(struct pages *p, const struct connector_action *a, struct buf *out)
{
    const char *total = value_get_text(a->paging, "total");
    buf_adds(&p->text, p->items ? "]" : "[]");
    if (total) {
        struct value *name = value_string(total);
        buf_addc(&p->text, ',');
        value_write(&p->text, name);
        buf_addf(&p->text, ":%llu", (unsigned long long)p->items);
        value_free(name);
    }
    buf_addc(&p->text, '}');
    buf_clear(out);
    *out = p->text;
    p->text = (struct buf){.max = RUN_OUTPUT_MAX};
}

void
pages_clear(struct pages *p)
{
    buf_clear(&p->text);
    output_clear(&p->page);
    *p = (struct pages){.text = {.max = RUN_OUTPUT_MAX}};
}
