/* The pages of a search: where each begins, what is one, when they end. */
#include "runtime/executor/block/pages.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "runtime/executor/block/circle.h"
#include "runtime/outbound/url.h"
#include "value/pointer.h"

enum { PAGE_SIZE_MAX = 100000, SEEN_MAX = 120, FOLLOWS_MAX = 8192 };
#define PLACE_MAX (INT64_C(1) << 53)

static bool
is_style(const struct connector_action *a, const char *word)
{
    return strcmp(value_text_or(value_get(a->paging, "style"), ""), word) == 0;
}

/* Whether a page names the one after it, as a cursor or as an address. */
static bool
page_names_next(const struct connector_action *a)
{
    return (is_style(a, "cursor") || is_style(a, "link")) &&
           value_get_text(a->paging, "next");
}

/* How many items a page may have: no more than the mapping asks for. */
static void
ask_for_size(const struct connector_action *a, struct value *input)
{
    const char *limit = value_get_text(a->paging, "limit");
    int64_t size = value_int_or(value_get(a->paging, "size"), 100);
    int64_t asked = limit ? value_int_or(value_get(input, limit), 0) : 0;
    if (size < 1 || size > PAGE_SIZE_MAX)
        size = PAGE_SIZE_MAX;
    if (limit && (asked < 1 || asked > size))
        value_set_int(input, limit, size);
}

/* Puts FROM, or what the mapping begins with, and STEPS more as NAME. */
static void
ask_from(struct value *input, const char *name, int64_t from, int64_t steps)
{
    from = value_int_or(value_get(input, name), from);
    if (from >= 0 && from < PLACE_MAX)
        value_set_int(input, name, from + steps);
}

void
pages_ask(const struct pages *p, const struct connector_action *a,
          struct value *input)
{
    const char *offset = value_get_text(a->paging, "offset");
    const char *page = value_get_text(a->paging, "page");
    const char *cursor = value_get_text(a->paging, "cursor");
    if (!a->paging || (offset && !value_get_text(a->paging, "limit")))
        return;
    ask_for_size(a, input);
    if (is_style(a, "offset") && offset)
        ask_from(input, offset, 0, (int64_t)p->items);
    else if (is_style(a, "page") && page)
        ask_from(input, page, value_int_or(value_get(a->paging, "first"), 1),
                 p->next);
    else if (is_style(a, "cursor") && cursor && p->follows)
        value_set(input, cursor, value_copy(p->follows));
}

/* --- the address of the next page ----------------------------------------- */

/* Appends the address that LINK is, seen from URL; false where it is none. */
static bool
resolve(const struct buf *url, const char *link, struct buf *out)
{
    const char *host = strstr(buf_str(url), "://");
    if (!host)
        return false;
    size_t scheme = (size_t)(host + 3 - buf_str(url));
    size_t path = scheme + strcspn(host + 3, "/?#");
    if (strncasecmp(link, buf_str(url), scheme) == 0) {
        buf_add(out, buf_str(url), scheme);
        buf_adds(out, link + scheme);
    } else if (*link == '/' && link[1] != '/' && link[1] != '\\') {
        buf_add(out, buf_str(url), path);
        buf_adds(out, link);
    } else if (*link == '?') {
        buf_add(out, buf_str(url), path + strcspn(buf_str(url) + path, "?#"));
        buf_adds(out, link);
    }
    return out->len > 0;
}

/* Whether LINK, an address, has what only an address has, and is at the host
 * and port of URL: what the call carries is for no other. */
static bool
is_at_same_site(const struct buf *url, const struct buf *link)
{
    struct buf site, other;
    buf_init_any(&site);
    buf_init_any(&other);
    bool same = outbound_url_site(&site, buf_str(url)) &&
                outbound_url_site(&other, buf_str(link)) &&
                strcmp(buf_str(&site), buf_str(&other)) == 0;
    for (size_t i = 0; i < link->len; i++)
        same = same && (unsigned char)link->data[i] > ' ' &&
               (unsigned char)link->data[i] < 0x7f;
    buf_clear(&site);
    buf_clear(&other);
    return same;
}

enum err
pages_follow(const struct pages *p, const struct connector_action *a,
             struct buf *url, struct error *e)
{
    struct buf link, seen;
    if (!is_style(a, "link") || !p->follows)
        return ERR_OK;
    const char *text = value_text_or(p->follows, "");
    buf_init(&link, url->max);
    buf_init(&seen, 2000);
    bool good = resolve(url, text, &link) && is_at_same_site(url, &link);
    if (good) {
        buf_clear(url);
        *url = link;
        return ERR_OK;
    }
    text_visible(&seen, text, strnlen(text, SEEN_MAX));
    error_set(e, ERR_INVALID,
              "page %lld: the app names %s as its address, which is not an "
              "address of the host of the search",
              (long long)p->next + 1, buf_str(&seen));
    buf_clear(&seen);
    buf_clear(&link);
    return ERR_INVALID;
}

/* --- the answer ----------------------------------------------------------- */

/* The node of the member that the connector names KEY; 0 where there is
 * none. */
static uint32_t
page_member(const struct connector_action *a, const struct tape *page,
            const char *key)
{
    const char *name = value_get_text(a->paging, key);
    return name ? tape_member(page, 0, name, strlen(name)) : 0;
}

/* The failure of a page: its member KEY is not what it must be, WANTED (NULL: a
 * list). The page itself tells people what came in place of it. */
static enum err
not_a_page(const struct pages *p, const struct connector_action *a,
           const char *key, const char *wanted, struct error *e)
{
    struct buf whole, seen;
    const struct tape *page = &p->page.tape;
    buf_init(&whole, RUN_OUTPUT_MAX);
    buf_init(&seen, 2000);
    tape_write(page, wanted ? page_member(a, page, key) : 0, &whole);
    text_visible(&seen, buf_str(&whole),
                 whole.len < SEEN_MAX ? whole.len : SEEN_MAX);
    const char *name = value_get_text(a->paging, key);
    const char *dots = whole.len > SEEN_MAX ? "..." : "";
    if (wanted)
        error_set(e, ERR_INVALID,
                  "page %lld: the member \"%s\" of the answer must be %s (it "
                  "is %s%s)",
                  (long long)p->next + 1, name, wanted, buf_str(&seen), dots);
    else
        error_set(e, ERR_INVALID,
                  "page %lld: the answer has no list \"%s\" (it is %s%s)",
                  (long long)p->next + 1, name, buf_str(&seen), dots);
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
        return not_a_page(p, a, "items", NULL, e);
    if (more && page->nodes[more].type != VALUE_TRUE &&
        page->nodes[more].type != VALUE_FALSE)
        return not_a_page(p, a, "more", "true or false", e);
    return ERR_OK;
}

/* Takes what the page says of how many there are in all, as a number or as its
 * text. Where it says nothing (or a number below 0, as some apps do) the page
 * before has the word. */
static enum err
take_total(struct pages *p, const struct connector_action *a, struct error *e)
{
    const struct tape *page = &p->page.tape;
    uint32_t at = page_member(a, page, "total");
    struct value *v = NULL;
    struct buf text;
    struct error why;
    if (!at || page->nodes[at].type == VALUE_NULL)
        return ERR_OK;
    buf_init(&text, SEEN_MAX);
    if (page->nodes[at].type == VALUE_STRING)
        tape_string(page, at, &text);
    else
        tape_write(page, at, &text);
    bool good = !buf_failed(&text) &&
                value_read(&v, buf_str(&text), text.len, &value_limits_event,
                           "total", &why) == ERR_OK &&
                value_int_or(v, 0) == value_int_or(v, 1);
    if (good && value_int_or(v, 0) >= 0)
        p->total = (struct page_total){true, (uint64_t)value_int_or(v, 0)};
    if (good)
        value_free(v);
    buf_clear(&text);
    return good ? ERR_OK : not_a_page(p, a, "total", "a whole number", e);
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

/* Adds the items of a page, but for those that came already; how many the page
 * has. */
static uint32_t
add_items(struct pages *p, const struct tape *page, uint32_t list)
{
    uint32_t n = page->nodes[list].length;
    uint32_t again = circle_overlap(p, page, list);
    uint32_t node = list + 1;
    size_t at = p->text.len;
    for (uint32_t i = 0; i < n; i++) {
        if (i >= again) {
            buf_addc(&p->text, p->items++ ? ',' : '[');
            tape_write(page, node, &p->text);
        }
        node = page->nodes[node].next;
    }
    circle_note(p, at);
    return n;
}

/* Where the page says that it begins: the member with the name of the parameter
 * that says so to the app. Whether that is elsewhere than the page before. */
static bool
began_elsewhere(struct pages *p, const struct connector_action *a,
                const struct tape *page)
{
    uint32_t at = page_member(a, page, is_style(a, "page") ? "page" : "offset");
    char before[sizeof p->began];
    struct buf text;
    buf_init_any(&text);
    if (at && page->nodes[at].type == VALUE_NUMBER)
        tape_write(page, at, &text);
    memcpy(before, p->began, sizeof before);
    snprintf(p->began, sizeof p->began, "%s", buf_str(&text));
    buf_clear(&text);
    return *before && *p->began && strcmp(before, p->began) != 0;
}

/* Says in E that the newest K pages came before, and WHY that is wrong. */
static enum err
comes_again(const struct pages *p, size_t k, const char *why, struct error *e)
{
    long long page = (long long)p->next + 1;
    if (k == 1)
        return error_set(e, ERR_INVALID,
                         "page %lld is the same as the page before, and the "
                         "app %s (check the paging of the connector)",
                         page, why);
    return error_set(e, ERR_INVALID,
                     "pages %lld to %lld are the same as the %zu pages before, "
                     "and the app %s (check the paging of the connector)",
                     page - (long long)k + 1, page, k, why);
}

/* Pages that are the same as those before are no other pages where the app was
 * not told where they begin, would go on so for ever, or does not show that
 * they are others: by where each begins, or by naming another one after it.
 * Else the records may be alike: a query may ask for one column. */
static enum err
check_other(struct pages *p, const struct connector_action *a, bool endless,
            struct error *e)
{
    bool told = connector_names_page(a);
    bool elsewhere = began_elsewhere(p, a, &p->page.tape) || page_names_next(a);
    size_t k = told && !endless && elsewhere ? 0 : circle_length(p);
    if (k == 0)
        return ERR_OK;
    return comes_again(p, k,
                       !told ? "is not told which page it is asked for"
                       : endless
                           ? "says that more follow"
                           : "does not say where a page begins, so it may "
                             "give the first page each time",
                       e);
}

/* Whether the app says that more follow and nothing says how many. */
static bool
is_endless(const struct pages *p, bool more)
{
    return more && (!p->total.said || p->items > p->total.count);
}

/* What a page names as the one after it, in *OUT: a text or a number that the
 * caller frees, NULL for none. A secret that was hidden in it cannot be sent
 * back. */
static enum err
read_follows(const struct pages *p, const struct connector_action *a,
             const struct tape *page, struct value **out, struct error *e)
{
    const char *next = value_get_text(a->paging, "next");
    size_t at =
        *next == '/' ? pointer_find(page, next) : page_member(a, page, "next");
    struct buf text;
    *out = NULL;
    if (at == 0 || at == SIZE_MAX)
        return ERR_OK;
    enum value_type type = page->nodes[at].type;
    if (type == VALUE_NULL || type == VALUE_FALSE)
        return ERR_OK;
    buf_init(&text, FOLLOWS_MAX);
    if (type == VALUE_STRING)
        tape_string(page, (uint32_t)at, &text);
    else
        tape_write(page, (uint32_t)at, &text);
    bool good = (type == VALUE_STRING || type == VALUE_NUMBER) &&
                !buf_failed(&text) && !memchr(text.data, '\0', text.len) &&
                !strstr(buf_str(&text), "[redacted]");
    if (good && text.len > 0)
        *out = type == VALUE_STRING ? value_string_n(buf_str(&text), text.len)
                                    : value_number(buf_str(&text), text.len);
    buf_clear(&text);
    return good ? ERR_OK
                : error_set(e, ERR_INVALID,
                            "page %lld: \"%s\" of the answer is neither a "
                            "text nor a number that can be sent back",
                            (long long)p->next + 1, next);
}

/* Whether NEXT leads to a page that was there: the one that comes now, or the
 * one kept for this. The kept one is replaced at each power of two, so that a
 * circle is found before it is gone through a third time (R. P. Brent, 1980).
 */
static bool
leads_back(struct pages *p, const struct value *next)
{
    bool back = (p->follows && value_equal(next, p->follows)) ||
                (p->kept && value_equal(next, p->kept));
    if (!back && (p->next & (p->next - 1)) == 0) {
        value_free(p->kept);
        p->kept = value_copy(next);
    }
    return back;
}

/* Takes what the page names as the one after it. An app that names a page that
 * was there goes nowhere: an empty one is the end. */
static enum err
take_follows(struct pages *p, const struct connector_action *a, uint32_t items,
             bool *more, struct error *e)
{
    const struct tape *page = &p->page.tape;
    uint32_t flag = page_member(a, page, "more");
    struct value *next;
    enum err err = read_follows(p, a, page, &next, e);
    bool back = !err && next && leads_back(p, next);
    bool says = flag && page->nodes[flag].type == VALUE_TRUE;
    if (!err && says && !next)
        err = error_set(e, ERR_INVALID,
                        "page %lld: the app says that more follow, but the "
                        "answer has no \"%s\"",
                        (long long)p->next + 1,
                        value_get_text(a->paging, "next"));
    else if (back && (items > 0 || says))
        err = error_set(e, ERR_INVALID,
                        "page %lld: the app names a page as the next one that "
                        "it gave before (check the paging of the connector)",
                        (long long)p->next + 1);
    *more = next && !back;
    value_free(p->follows);
    p->follows = next;
    return err;
}

/* Whether the block itself says where the search begins, so that the app's
 * total counts records that were not asked for. */
static bool
begins_later(const struct block *b, const struct connector_action *a)
{
    const char *place =
        value_get_text(a->paging, value_get_text(a->paging, "style"));
    const struct value *rows = block_field(b, "mapping");
    for (size_t i = 0; place && i < value_size(rows); i++) {
        const char *target = value_get_text(value_at(rows, i), "target");
        if (target && strcmp(target, place) == 0)
            return true;
    }
    return false;
}

/* An app that says how many there are, and ends before, has others that nobody
 * would see. */
static enum err
check_end(const struct pages *p, const struct block *b,
          const struct connector_action *a, struct error *e)
{
    uint64_t count = p->total.count;
    if (!p->total.said || p->items >= count || begins_later(b, a))
        return ERR_OK;
    return error_set(e, ERR_INVALID,
                     "the app says that there are %llu in all, and page %lld "
                     "is the last after %llu (check the paging of the "
                     "connector)",
                     (unsigned long long)count, (long long)p->next + 1,
                     (unsigned long long)p->items);
}

/* Whether others follow the page, of which COUNT items came. An app that says
 * how many there are in all is asked for no more than those, whatever its flag
 * says, unless it gave more than that already; one that says neither is asked
 * until nothing comes. */
static bool
others_follow(const struct pages *p, const struct connector_action *a,
              uint32_t count)
{
    const struct tape *page = &p->page.tape;
    uint32_t flag = page_member(a, page, "more");
    bool says = flag && page->nodes[flag].type == VALUE_TRUE;
    if (p->total.said &&
        (p->items == p->total.count || (p->items > p->total.count && !says)))
        return false;
    if (flag && !says)
        return false;
    if (page_names_next(a))
        return true;
    bool silent = !value_get(a->paging, "more") && connector_names_page(a);
    return count > 0 && (flag || p->total.said || silent);
}

enum err
pages_add(struct pages *p, const struct block *b,
          const struct connector_action *a, bool *more, struct error *e)
{
    const struct tape *page = &p->page.tape;
    enum err err = output_complete(&p->page, e);
    if (err == ERR_OK)
        err = check_page(p, a, page, e);
    if (err == ERR_OK)
        err = take_total(p, a, e);
    if (err != ERR_OK)
        return err;
    if (p->next == 0)
        begin_pages(p, a);
    uint32_t count = add_items(p, page, page_member(a, page, "items"));
    *more = others_follow(p, a, count);
    if (buf_failed(&p->text))
        return error_set(e, ERR_TOO_BIG,
                         "the pages together are longer than 64 MB");
    if (*more && page_names_next(a))
        err = take_follows(p, a, count, more, e);
    if (err == ERR_OK)
        err = check_other(p, a, is_endless(p, *more), e);
    if (err == ERR_OK && !*more)
        err = check_end(p, b, a, e);
    if (err != ERR_OK)
        return err;
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
    buf_clear(&p->marks);
    output_clear(&p->page);
    value_free(p->follows);
    value_free(p->kept);
    *p = (struct pages){.text = {.max = RUN_OUTPUT_MAX},
                        .marks = {.max = RUN_OUTPUT_MAX}};
}
