/* Where a curl command begins. */
#include "workflow/edit/curl_find.h"

#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/text.h"

/* The bytes of the name of curl as any system writes it, also in quotes or at
 * the end of a path in quotes, that the N bytes at TEXT begin with; 0: none. */
static size_t
name_length(const char *text, size_t n)
{
    size_t quoted = n > 0 && (*text == '"' || *text == '\'');
    const char *name = text + quoted;
    n -= quoted;
    size_t end = n >= 8 && strncasecmp(name, "curl.exe", 8) == 0 ? 8
                 : n >= 4 && strncasecmp(name, "curl", 4) == 0   ? 4
                                                                 : n;
    if (quoted && (end == n || name[end] != *text))
        return 0;
    end += end < n && name[end] && strchr("\"'", name[end]);
    bool word = end < n && name[end] &&
                (strchr("\\^`", name[end]) ||
                 text_blank_length(name + end, n - end) > 0);
    return word ? quoted + end : 0;
}

char *
curl_rest(const char *text, size_t *n)
{
    char *plain = mem_array(*n + 1, 1);
    size_t to = 0;
    for (size_t i = name_length(text, *n), blank; i < *n; i += blank) {
        blank = text_blank_length(text + i, *n - i);
        plain[to++] = blank > 1 ? ' ' : text[i];
        blank += blank == 0;
    }
    *n = to;
    return plain;
}

/* True where the N bytes at TEXT have a "-" after a blank. */
static bool
has_option(const char *text, size_t n)
{
    for (size_t i = 0, blank; i < n; i += blank + (blank == 0)) {
        blank = text_blank_length(text + i, n - i);
        if (blank > 0 && i + blank < n && text[i + blank] == '-')
            return true;
    }
    return false;
}

const char *
curl_find(const char *text, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        size_t name = name_length(text + i, n - i);
        if (name > 0 && (memmem(text + i, n - i, "://", 3) ||
                         has_option(text + i + name, n - i - name)))
            return text + i;
    }
    return NULL;
}
