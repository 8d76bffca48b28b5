/* A curl command pasted or typed into the form of an API block. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "ui/draft/editor_private.h"
#include "workflow/edit/curl_line.h"

/* What is kept and what is left out is said in the form for as long as it is
 * open: the message line shows the next message. */
static void
notice(struct editor *s, const struct curl_line *c)
{
    struct buf out;
    FREE_NULL(s->notice);
    if (c->left_out.len == 0)
        return;
    buf_init_any(&out);
    if (c->kept.len)
        buf_addf(&out, "Kept: value of %s. ", buf_str(&c->kept));
    buf_addf(&out, "Left out and stored nowhere: %s.", buf_str(&c->left_out));
    if (strcmp(c->auth, "none") != 0)
        buf_addf(&out,
                 " The call needs a credential: choose whose in auth (%s "
                 "http), which asks the customer to connect it before the "
                 "version goes live.",
                 c->auth);
    s->notice = buf_take(&out);
}

/* Appends to PATCH that FIELD of the block becomes ITEM (taken). */
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
    if (!err && *c->url)
        err = add(s, *out, "url", value_string(c->url), e);
    if (!err)
        err = add(s, *out, "headers", value_copy(c->headers), e);
    if (!err)
        err = add(s, *out, "auth", reference_of(c), e);
    if (!err && c->body)
        err = add(s, *out, "sample", value_copy(c->body), e);
    return err;
}

static enum err
take(struct editor *s, const char *text, size_t n, struct error *e)
{
    const struct block *b =
        document_block(draft_view_document(&s->draft), s->block);
    struct curl_line c;
    struct value *patch = NULL;
    if (!b || b->kind->id != KIND_api)
        return error_set(e, ERR_REFUSED,
                         "A curl line goes into a Custom JSON API call (not "
                         "inserted, it may hold a secret)");
    enum err err = curl_line_read(&c, text, n, e);
    if (!err) {
        err = make_patch(s, &c, &patch, e);
        err = draft_view_apply(&s->draft, err, patch, e);
    }
    if (!err && s->editing) {
        notice(s, &c);
        editor_form_again(s, strcmp(c.auth, "none") ? "auth" : "mapping");
        app_say(s->view->app, MESSAGE_INFO,
                "Read method, URL%s of the curl line (u undoes it)",
                c.body ? ", headers and fields of the body" : " and headers");
    }
    curl_line_clear(&c);
    return err;
}

bool
editor_curl_take(struct editor *s, const char *text, size_t n)
{
    struct error e = {0};
    const char *line = curl_line_find(text, n);
    if (!line)
        return false;
    /* Not an error of the paste: what is refused would be kept for Ctrl-Y. */
    if (take(s, line, n - (size_t)(line - text), &e) != ERR_OK)
        app_say_error(s->view->app, MESSAGE_ERROR, &e);
    error_clear(&e);
    return true;
}
