/* A curl command pasted or typed into the form of an API block. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "ui/draft/editor_private.h"
#include "workflow/edit/curl_find.h"
#include "workflow/edit/curl_line.h"

/* --- what is said --------------------------------------------------------- */

/* What B has and LINE takes away: it is replaced as a whole, so that nothing of
 * one call is left in another. */
static void
add_taken_away(const struct block *b, const struct curl_line *line,
               struct buf *out)
{
    const struct value *headers = block_field(b, "headers"),
                       *auth = block_field(b, "auth");
    const char *kind = value_get_text(auth, "kind"),
               *app = value_get_text(auth, "app");
    if (block_field(b, "url") && !*line->url)
        buf_adds(out, ", url");
    for (size_t i = 0; i < value_size(headers); i++) {
        const char *name = value_key(headers, i, NULL);
        if (!value_get(line->headers, name))
            buf_addf(out, ", headers %.100s", name);
    }
    if (kind && (app || strcmp(kind, line->auth) != 0))
        buf_addf(out, ", auth %s%s%.100s", kind, app ? " " : "",
                 app ? app : "");
    if (block_field(b, "sample") && !line->body)
        buf_adds(out, ", sample");
}

/* What is kept, left out and taken away is said in the form for as long as it
 * is open: the message line shows the next message. */
static void
notice(struct editor *s, const struct curl_line *c, const char *taken_away,
       const char *typed)
{
    struct buf out;
    FREE_NULL(s->notice);
    buf_init_any(&out);
    if (*taken_away)
        buf_addf(&out, "Taken away: %s. ", taken_away + strlen(", "));
    if (c->steps.len || (c->left_out.len && c->kept.len))
        buf_addf(&out, "Kept (check it): %s%s%s%s%s. ",
                 c->steps.len ? "steps " : "", buf_str(&c->steps),
                 c->steps.len && c->kept.len ? "; " : "",
                 c->kept.len ? "value of " : "", buf_str(&c->kept));
    if (c->left_out.len)
        buf_addf(&out, "Left out and stored nowhere: %s. ",
                 buf_str(&c->left_out));
    if (strcmp(c->auth, "none") != 0)
        buf_addf(&out,
                 "The call needs a credential: choose whose in auth (%s "
                 "http), which asks the customer to connect it before the "
                 "version goes live. ",
                 c->auth);
    buf_adds(&out, typed ? typed : "");
    if (out.len)
        s->notice = buf_take(&out);
    else
        buf_clear(&out);
}

static void
say_read(struct app *app, const struct curl_line *c)
{
    struct buf parts;
    buf_init(&parts, 100);
    buf_addf(&parts, "%s%s%s", *c->url ? ", URL" : "",
             value_size(c->headers) ? ", headers" : "",
             c->body ? ", fields of the body" : "");
    char *last = memrchr(buf_str(&parts), ',', parts.len);
    int before = last ? (int)(last - buf_str(&parts)) : 0;
    app_say(app, *c->url ? MESSAGE_INFO : MESSAGE_WARNING,
            "Read method%.*s%s%s of the curl line%s (u undoes it)", before,
            buf_str(&parts), last ? " and " : "", last ? last + 2 : "",
            *c->url ? "" : ", but not its URL: set url");
    buf_clear(&parts);
}

/* --- the edit ------------------------------------------------------------- */

/* Appends to PATCH that FIELD of the block becomes ITEM (taken; NULL: that it
 * has none). */
static enum err
add(struct editor *s, struct value *patch, const char *field,
    struct value *item, struct error *e)
{
    struct value *one = NULL;
    enum err err = edit_set(&one, draft_view_document(&s->draft), s->block,
                            field, item, e);
    while (err == ERR_OK && value_size(one) > 0)
        value_append(patch, value_take_at(one, 0));
    value_free(one);
    return err;
}

/* The credential is named by its kind alone: whose it is, a person says. */
static struct value *
reference_of(const struct curl_line *c)
{
    struct value *auth = value_object();
    value_set_text(auth, "kind", c->auth);
    return auth;
}

static enum err
make_patch(struct editor *s, struct curl_line *c, struct value **out,
           struct error *e)
{
    *out = value_array();
    enum err err = add(s, *out, "method", value_string(c->method), e);
    if (!err)
        err = add(s, *out, "url", *c->url ? value_string(c->url) : NULL, e);
    if (!err)
        err = add(s, *out, "headers", value_copy(c->headers), e);
    if (!err)
        err = add(s, *out, "auth", reference_of(c), e);
    if (!err)
        err = add(s, *out, "sample", c->body ? value_copy(c->body) : NULL, e);
    return err;
}

/* The block has what C says: the form shows it, and what came of it. */
static void
show(struct editor *s, const struct curl_line *c, const char *taken_away)
{
    char *typed = editor_form_set_aside(s, "a curl line was pasted");
    notice(s, c, taken_away, typed);
    editor_form_again(s, !*c->url                  ? "url"
                         : strcmp(c->auth, "none") ? "auth"
                                                   : "mapping");
    say_read(s->view->app, c);
    free(typed);
}

static enum err
take(struct editor *s, const char *text, size_t n, struct error *e)
{
    const struct block *b =
        document_block(draft_view_document(&s->draft), s->block);
    struct curl_line c;
    struct value *patch = NULL;
    struct buf taken_away;
    if (!b || b->kind->id != KIND_api)
        return error_set(e, ERR_REFUSED,
                         "A curl line goes into a Custom JSON API call (not "
                         "inserted, it may hold a secret)");
    buf_init_any(&taken_away);
    enum err err = curl_line_read(&c, text, n, e);
    if (!err) {
        add_taken_away(b, &c, &taken_away);
        err = make_patch(s, &c, &patch, e);
        err = draft_view_apply(&s->draft, err, patch, e);
    }
    if (!err && s->editing)
        show(s, &c, buf_str(&taken_away));
    buf_clear(&taken_away);
    curl_line_clear(&c);
    return err;
}

bool
editor_curl_take(struct editor *s, const char *text, size_t n)
{
    struct error e = {0};
    const char *line = curl_find(text, n);
    if (!line)
        return false;
    /* Not an error of the paste: what is refused would be kept for Ctrl-Y. */
    if (app_paste_is_cut(s->view->app))
        app_say(s->view->app, MESSAGE_ERROR,
                "The end of the curl line has not arrived: nothing of it is "
                "taken (if it does not come, paste the line again)");
    else if (take(s, line, n - (size_t)(line - text), &e) != ERR_OK)
        app_say_error(s->view->app, MESSAGE_ERROR, &e);
    error_clear(&e);
    return true;
}
