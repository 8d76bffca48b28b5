/* The vault: nothing opens but what was sealed, under the name it was sealed
 * for. */
#include <sys/stat.h>
#include <unistd.h>

#include "base/ident.h"
#include "base/mem.h"
#include "runtime/outbound/spelling.h"
#include "runtime/outbound/vault.h"
#include "tests/unit/runtime/runtime.h"

static char path[40];
static const struct vault_name own = {"u1", "netsuite", "c1"};

static enum err
unseal(const struct vault *v, const struct vault_name *name, int64_t key_no,
       const struct buf *sealed, struct buf *out)
{
    struct error e;
    buf_reset(out);
    return vault_unseal(v, name, key_no, sealed->data, sealed->len, out, &e);
}

static void
check_every_bit(const struct vault *v, struct buf *sealed)
{
    struct buf out;
    buf_init(&out, 1000);
    for (size_t i = 0; i < sealed->len * 8; i++) {
        sealed->data[i / 8] ^= (char)(1 << i % 8);
        CHECK_INT(unseal(v, &own, 1, sealed, &out), ERR_DAMAGED);
        sealed->data[i / 8] ^= (char)(1 << i % 8);
    }
    sealed->len--;
    CHECK_INT(unseal(v, &own, 1, sealed, &out), ERR_DAMAGED);
    sealed->len = 3;
    CHECK_INT(unseal(v, &own, 1, sealed, &out), ERR_DAMAGED);
    buf_clear(&out);
}

/* The name of a file that does not exist. */
static void
begin(void)
{
    strcpy(path, "/tmp/tailor-vault-XXXXXX");
    int fd = mkstemp(path);
    if (fd >= 0)
        close(fd);
    unlink(path);
}

static void
seals_and_opens(void)
{
    struct vault *v = NULL;
    struct buf one, two, out;
    struct error e = {0};
    /* "u1" + "netsuite" must not be "u1n" + "etsuite": name_text() of
     * vault.c without the lengths fails here. */
    const struct vault_name others[] = {{"u2", "netsuite", "c1"},
                                        {"u1", "netsuitf", "c1"},
                                        {"u1", "netsuite", "c2"},
                                        {"u1n", "etsuite", "c1"}};
    begin();
    CHECK_INT(vault_open(&v, path, &e), ERR_OK);
    CHECK_INT(vault_key_no(v), 0);
    CHECK(access(path, F_OK) != 0);
    CHECK_INT(vault_rotate(v, &e), ERR_OK);
    buf_init(&one, 1000);
    buf_init(&two, 1000);
    buf_init(&out, 1000);
    CHECK_INT(vault_seal(v, &own, "secret", 6, &one, &e), ERR_OK);
    CHECK_INT(vault_seal(v, &own, "secret", 6, &two, &e), ERR_OK);
    CHECK(one.len == two.len && memcmp(one.data, two.data, one.len) != 0);
    CHECK_INT(unseal(v, &own, 1, &one, &out), ERR_OK);
    CHECK_STR(buf_str(&out), "secret");
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        CHECK_INT(unseal(v, &others[i], 1, &one, &out), ERR_DAMAGED);
    CHECK_INT(unseal(v, &own, 0, &one, &out), ERR_DAMAGED);
    CHECK_INT(unseal(v, &own, 2, &one, &out), ERR_DAMAGED);
    check_every_bit(v, &one);
    vault_close(v);
    unlink(path);
    buf_clear(&one);
    buf_clear(&two);
    buf_clear(&out);
}

static void
rotates(void)
{
    struct vault *v = NULL;
    struct buf old, out;
    struct stat st;
    struct error e = {0};
    buf_init(&old, 1000);
    buf_init(&out, 1000);
    begin();
    CHECK_INT(vault_open(&v, path, &e), ERR_OK);
    CHECK_INT(vault_rotate(v, &e), ERR_OK);
    CHECK_INT(vault_seal(v, &own, "old", 3, &old, &e), ERR_OK);
    CHECK_INT(vault_rotate(v, &e), ERR_OK);
    CHECK_INT(vault_key_no(v), 2);
    vault_close(v);
    CHECK_INT(vault_open(&v, path, &e), ERR_OK);
    CHECK_INT(vault_key_no(v), 2);
    CHECK_INT(unseal(v, &own, 1, &old, &out), ERR_OK);
    CHECK_INT(unseal(v, &own, 2, &old, &out), ERR_DAMAGED);
    vault_close(v);
    CHECK(stat(path, &st) == 0 && (st.st_mode & 0777) == 0600);
    chmod(path, 0640);
    v = NULL;
    CHECK_INT(vault_open(&v, path, &e), ERR_REFUSED);
    unlink(path);
    buf_clear(&old);
    buf_clear(&out);
}

/* --- spellings ------------------------------------------------------------ */

/* Spellings of "a/b+c==&<d>'\"%\xC3\xBC". */
static const char *const spellings[] = {
    "a/b+c==&<d>'\"%\xC3\xBC",
    "a%2Fb%2Bc%3D%3D%26%3Cd%3E%27%22%25%C3%BC",
    "a%2fb%2bc%3d%3d%26%3cd%3e%27%22%25%c3%bc",
    "a/b+c==%26%3Cd%3E'%22%25%C3%BC",
    "a%252Fb%252Bc%253D%253D%2526%253Cd%253E%2527%2522%2525%25C3%25BC",
    "a%25252fb+c%3D=&%3Cd%3e'%22%25%c3%BC",
    "a%25252525252525252Fb+c==&<d>'\"%\xC3\xBC",
    "a\\/b+c==\\u0026\\u003cd\\u003E\\u0027\\\"%\\u00fc",
    "a\\\\/b+c==&<d>'\\\\\\\"%\\\\u00FC",
    "a/b+c==&amp;&lt;d&gt;&apos;&quot;%\xC3\xBC",
    "a&#x2F;b&#43;c&#x3D;&#61;&amp;&lt;d&gt;&#39;&#34;%&#252;",
    "&#97;&#x2f;b+c==&amp;amp;&amp;lt;d&#62;&#x27;&#X22;&#37;&#xfc;",
    "%61\\u002Fb&#43;c%3D=&amp;<d%253e'&quot;%25\xC3%BC",
};

static void
hide(struct buf *text, const char *needle)
{
    struct needles *one = needles_new();
    needles_add(one, needle, strlen(needle));
    spelling_hide(text, one, "[-]");
    needles_free(one);
}

/* Sabotage: leave a case out of spelled() of spelling.c. */
static void
a_secret_reads_the_same_in_any_spelling(void)
{
    for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++) {
        struct buf text;
        buf_init(&text, 1000);
        buf_addf(&text, "{\"x\":\"%s\",\"%%41\\n%s%s&amp;\\\\\"}", spellings[i],
                 spellings[i], spellings[i]);
        hide(&text, spellings[0]);
        CHECK_STR(buf_str(&text), "{\"x\":\"[-]\",\"%41\\n[-]&amp;\\\\\"}");
        buf_clear(&text);
    }
}

/* A secret, and what an app makes of it. */
static const struct {
    const char *secret, *echo;
} echoes[] = {
    {"AB\\RcdEf-1", "ab\\rcdef-1"},
    {"AB\\RcdEf-1", "ab\\\\rcdef-1"},
    {"AB\\RcdEf-1", "ab%5Crcdef-1"},
    {"ab\\rcdef-1", "AB\\RCDEF-1"},
    {"ab\\rcdef-1", "AB\\\\RCDEF-1"},
    {"ab\\\\cdef", "ab\\\\\\\\cdef"},
    {"ab%41cd", "ab%41cd"},
    {"ab%41cd", "%61%62%25%34%31%63%64"},
    {"ab%41cd", "ab%2541cd"},
    {"ab%41cd", "ab&#37;&#x34;1cd"},
    {"ab%41cd", "ab%26%2337%3B41cd"},
    {"%41%42", "%25%34%31%25%34%32"},
    {"ab&#65;cd", "ab%26%2365%3Bcd"},
    {"ab&#65;cd", "ab&amp;#65;cd"},
    {"ab&#65;cd", "ab&#38;&#35;65;cd"},
    {"ab&#x41;cd", "ab\\u0026#x41;cd"},
    {"ab&amp;cd", "ab&amp;amp;cd"},
    {"ab&amp;cd", "ab%26amp%3Bcd"},
    {"ab&amp;cd", "ab%26amp%3Bamp%3Bcd"},
    {"ab&AMP;cdef", "ab&amp;amp;cdef"},
    {"deadbeef", "100%deadbeef"},
    {"n0secret", "DOMAIN\\n0secret"},
    {"Pass\xC3\xA9-word", "PASS\xC3\x89-WORD"},
    {"Pass\xC3\xA9-word", "passe\xCC\x81-word"},
    {"Passe\xCC\x81-word", "PASS\xC3\x89-word"},
    {"Pass\xC3\xA9-word", "PASS%C3%89-word"},
    {"Pass\xC3\xA9-word", "pass\\u00c9-w&#111;rd"},
    {"\xD0\x9F\xD0\xB0\xD1\x80\xD0\xBE\xD0\xBB\xD1\x8C",
     "\xD0\xBF\xD0\xB0\xD1\x80\xD0\xBE\xD0\xBB\xD1\x8C"},
};

/* Sabotage: a reading in find_in(), add_readings() or needles_add() of
 * spelling.c. */
static void
a_secret_that_looks_like_a_spelling_is_hidden(void)
{
    for (size_t i = 0; i < sizeof echoes / sizeof *echoes; i++) {
        struct buf text;
        buf_init(&text, 1000);
        buf_addf(&text, "{\"x\":\"%s\", \"\xC3\xBC\",\n\"%s\"}", echoes[i].echo,
                 echoes[i].echo);
        hide(&text, echoes[i].secret);
        const char *at = strstr(buf_str(&text), "[-]");
        CHECK_HAS(buf_str(&text), "[-]\", \"\xC3\xBC\",\n\"");
        CHECK_HAS(at ? at + 3 : "", "[-]\"}");
        buf_clear(&text);
    }
}

/* What two bytes spell is no reason to hide two letters everywhere. */
static void
a_reading_that_is_too_short_is_not_looked_for(void)
{
    struct buf text;
    buf_init(&text, 1000);
    buf_adds(&text, "ABBA %41%42");
    hide(&text, "%41%42");
    CHECK_STR(buf_str(&text), "ABBA [-]");
    buf_clear(&text);
}

/* What is cut off or means nothing is read as it stands, to its last byte. */
static void
what_is_no_spelling_stays(void)
{
    static const char *const texts[] = {
        "%",     "%2",         "%zz",     "%25",        "%252", "\\",  "\\u",
        "\\u00", "\\ud83d\\u", "\\ud83d", "&",          "&#",   "&#x", "&#60",
        "&amp",  "&amp;#",     "&nbsp;",  "&#x110000;", "\\x",  ""};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct buf text;
        char *wanted = mem_printf("%s-[-]", texts[i]);
        char *whole = mem_printf("%s-se%%63ret", texts[i]);
        buf_init(&text, 1000);
        buf_adds(&text, texts[i]);
        hide(&text, "secret");
        CHECK_STR(buf_str(&text), texts[i]);
        buf_reset(&text);
        buf_adds(&text, whole);
        hide(&text, "secret");
        CHECK_STR(buf_str(&text), wanted);
        buf_clear(&text);
        free(wanted);
        free(whole);
    }
}

/* Sabotage: let read_letter() of spelling.c give line ends a meaning, or hide()
 * begin what it keeps behind them. */
static void
line_ends_are_nothing(void)
{
    static const char *const texts[][2] = {
        {"a:\nse\r\nc\\nr&#10;et\nb", "a:\n[-]\nb"},
        {"secret\n\nsecret\nse\ncre", "[-]\nse\ncre"},
        {"\r\nsecret", "\r\n[-]"},
        {"sec ret\n", "sec ret\n"}};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct buf text;
        buf_init(&text, 1000);
        buf_adds(&text, texts[i][0]);
        hide(&text, "secret");
        CHECK_STR(buf_str(&text), texts[i][1]);
        buf_clear(&text);
    }
}

/* From 8 bytes on. Sabotage: fold() of spelling.c, FOLDED_LEAST. */
static void
letters_of_either_case_are_the_same(void)
{
    static const char *const texts[][2] = {
        {"x S3CRETPASS, s3cretpass; S3cr%45tP&#65;ss.", "x [-], [-]; [-]."},
        {"s3cretpas", "s3cretpas"}};
    struct buf text;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        buf_init(&text, 1000);
        buf_adds(&text, texts[i][0]);
        hide(&text, "S3cretPass");
        CHECK_STR(buf_str(&text), texts[i][1]);
        buf_clear(&text);
    }
    buf_init(&text, 1000);
    buf_adds(&text, "Secret SECRET secret");
    hide(&text, "secret");
    CHECK_STR(buf_str(&text), "Secret SECRET [-]");
    buf_clear(&text);
}

void
test_runtime_vault(void)
{
    static const struct test tests[] = {
        {"what is sealed opens under its name only", seals_and_opens},
        {"keys rotate; others may not read them", rotates},
        {"a secret reads the same in any spelling",
         a_secret_reads_the_same_in_any_spelling},
        {"a secret that looks like a spelling is hidden",
         a_secret_that_looks_like_a_spelling_is_hidden},
        {"a reading that is too short is not looked for",
         a_reading_that_is_too_short_is_not_looked_for},
        {"what is no spelling stays", what_is_no_spelling_stays},
        {"line ends do not divide a secret", line_ends_are_nothing},
        {"letters of either case are the same",
         letters_of_either_case_are_the_same},
        {NULL, NULL}};
    test_run("vault", tests);
    failed_tests += test_result();
}
