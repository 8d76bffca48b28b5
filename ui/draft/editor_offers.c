/* What a field of the form can hold: its completions and its help. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "mapping/time/cron.h"
#include "ui/draft/editor_private.h"
#include "ui/draft/offers.h"
#include "ui/widget/text_area.h"

enum {
    SAMPLES_MOST = 50,
    OFFER_MS = 150, /* after the last key */
    CRON_TIMES = 3  /* that are shown */
};

static const struct editor_item *
focused(const struct editor *s)
{
    return &s->item[s->form.focus];
}

/* --- words ---------------------------------------------------------------- */

static void
offer(struct completions *list, const char *typed, const char *text,
      const char *help)
{
    if (text_starts(text, typed) && strcmp(text, typed) != 0)
        completions_add_help(list, text, help);
}

static void
offer_choices(struct completions *list, const char *typed, const char *words)
{
    for (size_t n; *words; words += n + (words[n] == '|')) {
        n = strcspn(words, "|");
        char *word = mem_strndup(words, n);
        offer(list, typed, word, NULL);
        free(word);
    }
}

/* Each app once, by the connector that a new pin would take. */
static const struct connector *
app_at(const struct connector_set *set, size_t i)
{
    const struct connector *c = set->items[i];
    return connector_set_app(set, connector_app(c)) == c ? c : NULL;
}

static void
offer_apps(const struct connector_set *set, struct completions *list,
           const char *typed)
{
    for (size_t i = 0; i < set->count; i++) {
        const struct connector *c = app_at(set, i);
        if (c)
            offer(list, typed, connector_app(c), connector_name(c));
    }
}

static void
offer_actions(const struct editor *s, const struct block *b,
              struct completions *list, const char *typed)
{
    const struct connector *c = editor_connector(s, b);
    const struct connector_action *a;
    for (size_t i = 0; c && (a = connector_action_at(c, i)); i++)
        offer(list, typed, a->key, a->name);
}

/* A credential by the app that it is for, never by what it holds. */
static void
offer_auth(const struct connector_set *set, struct completions *list,
           const char *typed)
{
    static const char *const kinds[] = {"bearer", "basic", "header"};
    offer(list, typed, "none", "sent without a credential");
    for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
        for (size_t i = 0; i < set->count; i++) {
            const struct connector *c = app_at(set, i);
            const struct value *kind =
                c ? connector_authentication_of(c, kinds[k]) : NULL;
            if (!kind)
                continue;
            char *text = mem_printf("%s %s", kinds[k], connector_app(c));
            offer(list, typed, text, value_get_text(kind, "label"));
            free(text);
        }
    }
}

/* The kinds of record for which other blocks keep a cross reference. */
static void
offer_references(const struct document *d, struct completions *list,
                 const char *typed)
{
    for (size_t i = 0; i < d->count; i++) {
        if (kind_field(d->blocks[i].kind, "reference"))
            offer(list, typed, block_text(&d->blocks[i], "reference"),
                  d->blocks[i].name);
    }
}

/* --- sources -------------------------------------------------------------- */

static void
learn(void *context, const struct block *b, const struct scope *scope)
{
    struct editor *s = context;
    if (text_equal(b->id, s->block) && scope->root.tape)
        fields_add(&s->known.fields, scope->root, NULL);
}

/* Runs the samples through P, the marked one at last, into PREVIEW; collects
 * the fields that the block reads, once for a revision. */
static void
run_samples(struct editor *s, struct previewer *p, struct preview *preview)
{
    size_t count = s->previewing.count, last = s->sample;
    char *of = mem_printf("%lld %s", (long long)draft_view_revision(&s->draft),
                          s->block);
    bool is_known = text_equal(of, s->known.of);
    if (!is_known) {
        editor_offers_forget(s);
        s->known.of = mem_strdup(of);
        previewer_meet(p, learn, s);
    }
    free(of);
    for (size_t i = 0; !is_known && i < count && i < SAMPLES_MOST; i++) {
        struct preview each = {.count = 0};
        preview_run(&each, p, s->previewing.samples[i].value, clock_now_ms(),
                    NULL);
        preview_clear(&each);
    }
    previewer_meet(p, NULL, NULL);
    if (last < count)
        preview_run(preview, p, s->previewing.samples[last].value,
                    clock_now_ms(), NULL);
}

static void
offer_sources(struct editor *s, const char *text, size_t cursor,
              struct completions *list)
{
    const struct document *d = draft_view_document(&s->draft);
    struct previewer *p = previewer_new(d);
    struct preview preview = {.count = 0};
    const struct value *sample = s->sample < s->previewing.count
                                     ? s->previewing.samples[s->sample].value
                                     : NULL;
    run_samples(s, p, &preview);
    const struct offers from = {.document = d,
                                .block = s->block,
                                .fields = &s->known.fields,
                                .preview = &preview,
                                .outputs = value_get(sample, "outputs")};
    offers_source(&from, text, cursor, list);
    preview_clear(&preview);
    previewer_free(p);
}

void
editor_offers_forget(struct editor *s)
{
    fields_clear(&s->known.fields);
    fields_init(&s->known.fields);
    FREE_NULL(s->known.of);
}

/* --- a field -------------------------------------------------------------- */

/* True where TEXT of ITEM is calculated, or may be. */
static bool
is_source(const struct editor_item *item, const char *text)
{
    if (!item->field || (item->member && !*item->member))
        return false;
    switch (item->field->type) {
    case FIELD_CASES:
        return strcmp(item->member, "condition") == 0;
    case FIELD_SOURCE:
    case FIELD_FORMULA:
    case FIELD_SOURCES:
        return true;
    case FIELD_CELL:
    case FIELD_CELLS:
        return *text == '=';
    default:
        return false;
    }
}

static void
offer_words(const struct editor *s, const struct block *b, const char *text,
            struct completions *list)
{
    const struct kind_field *field = focused(s)->field;
    const struct connector_set *set = draft_view_connectors(&s->draft);
    list->from = 0;
    switch (field->type) {
    case FIELD_CHOICE:
        offer_choices(list, text, field->help);
        break;
    case FIELD_APP:
        offer_apps(set, list, text);
        break;
    case FIELD_ACTION:
        offer_actions(s, b, list, text);
        break;
    case FIELD_AUTH:
        offer_auth(set, list, text);
        break;
    default:
        if (strcmp(field->name, "reference") == 0)
            offer_references(draft_view_document(&s->draft), list, text);
    }
}

bool
editor_asks_path(const struct editor *s)
{
    const struct editor_item *item = focused(s);
    return !item->fixed && is_source(item, form_text(&s->form, s->form.focus));
}

void
editor_complete_field(void *ctx, const char *text, size_t cursor,
                      struct completions *list)
{
    struct editor *s = ctx;
    const struct editor_item *item = focused(s);
    const struct block *b =
        document_block(draft_view_document(&s->draft), s->block);
    if (!b || !item->field || item->fixed)
        return;
    if (is_source(item, text))
        offer_sources(s, text, cursor, list);
    else if (!item->member)
        offer_words(s, b, text, list);
}

static void
offers_due(void *ctx)
{
    struct editor *s = ctx;
    if (!s->editing || !editor_tab_completes(s))
        return;
    offers_line(editor_complete_field, s, &s->form.items[s->form.focus].line,
                &s->offers);
    app_changed(s->view->app);
}

void
editor_offers_later(struct editor *s)
{
    buf_reset(&s->offers);
    if (!app_is_thin(s->view->app))
        app_alarm(s->view->app, OFFER_MS, offers_due, s);
}

void
editor_offers_end(struct editor *s)
{
    app_alarm_cancel(s->view->app, offers_due, s);
    buf_reset(&s->offers);
}

/* "method: GET, POST or PUT". */
static void
add_choices(const struct kind_field *field, struct buf *out)
{
    const char *words = field->help;
    buf_addf(out, "%s: ", field->name);
    for (size_t n; *words; words += n + (words[n] == '|')) {
        n = strcspn(words, "|");
        buf_addf(out, "%s%.*s",
                 words == field->help ? ""
                 : words[n]           ? ", "
                                      : " or ",
                 (int)n, words);
    }
}

/* Appends the next times of C in the zone of B. */
static void
add_next_times(const struct block *b, const struct cron *c, struct buf *out)
{
    const char *name = block_text(b, "zone");
    struct zone *zone = zone_load(*name ? name : "UTC");
    int64_t at = clock_now_ms() / 1000;
    for (int i = 0; zone && i < CRON_TIMES; i++) {
        char when[40];
        struct tm date;
        at = cron_next(c, zone, at);
        time_t local = (time_t)(at + (at < 0 ? 0 : zone_offset_at(zone, at)));
        if (at < 0)
            break;
        strftime(when, sizeof when, "%a %e %b %Y %H:%M",
                 gmtime_r(&local, &date));
        buf_addf(out, "%s%s", i ? ", " : ". Next: ", when);
    }
    buf_addf(out, zone && at >= 0 ? " (%s)" : ". No time comes (%s)", name);
    zone_free(zone);
}

/* What the cron expression that is typed means, or what is wrong with it;
 * false where the focused field is none. */
static bool
cron_help(const struct editor *s, struct buf *out)
{
    const struct editor_item *item = focused(s);
    const char *text = form_text(&s->form, s->form.focus);
    const struct block *b =
        document_block(draft_view_document(&s->draft), s->block);
    struct cron cron;
    struct error e = {0};
    if (!b || b->kind->id != KIND_schedule || !item->field ||
        strcmp(item->field->name, "cron") != 0 || !*text || *text == '=')
        return false;
    if (cron_read(&cron, text, &e) == ERR_OK) {
        cron_words(&cron, out);
        add_next_times(b, &cron, out);
    } else
        buf_addf(out, "cron: %s", e.text);
    error_clear(&e);
    return true;
}

/* Where the cursor is in a text of several lines: errors name such places. */
static void
add_place(const struct line_edit *line, struct buf *out)
{
    int row, col;
    if (!line->lines)
        return;
    text_area_place(line, &row, &col);
    buf_addf(out, ". Now at line %d, column %d", row, col);
}

void
editor_field_help(const struct editor *s, struct buf *out)
{
    const struct editor_item *item = focused(s);
    const struct line_edit *line = &s->form.items[s->form.focus].line;
    if (cron_help(s, out))
        return;
    if (is_source(item, line_edit_text(line)))
        offers_function_help(line_edit_text(line), line->cursor, out);
    if (out->len > 0)
        return;
    if (!item->field)
        buf_adds(out, "name: what people call the block");
    else if (editor_item_is_case(item))
        editor_case_help(item, out);
    else if (item->field->type == FIELD_CHOICE)
        add_choices(item->field, out);
    else if (item->member && !*item->member)
        buf_addf(out, "%s: %s; \"name: value\" adds one", item->label,
                 item->field->help);
    else
        buf_addf(out, "%s: %s%s", item->label, item->field->help,
                 item->field->flags & FIELD_REQUIRED ? " (required)" : "");
    add_place(line, out);
}
