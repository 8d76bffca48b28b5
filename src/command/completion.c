/* Completion for shells, made of a table of commands. */
#include <string.h>

#include "command/line.h"

static void
add_globals(const struct command_table *t, struct buf *out)
{
    for (size_t i = 0; i < t->global_count; i++) {
        if (t->globals[i].name[1] == '-')
            buf_addf(out, "%s ", t->globals[i].name);
    }
}

/* "--store|--state": those that a word follows. */
static void
add_valued(const struct command_table *t, struct buf *out)
{
    const char *before = "";
    for (size_t i = 0; i < t->global_count; i++) {
        if (!t->globals[i].value)
            continue;
        buf_addf(out, "%s%s", before, t->globals[i].name);
        before = "|";
    }
}

/* True where an earlier row has the noun of row I. */
static bool
seen_before(const struct command_table *t, size_t i)
{
    for (size_t k = 0; k < i; k++) {
        if (strcmp(t->rows[k].noun, t->rows[i].noun) == 0)
            return true;
    }
    return false;
}

static void
add_nouns(const struct command_table *t, struct buf *out)
{
    for (size_t i = 0; i < t->count; i++) {
        if (!seen_before(t, i) && command_shows(t, &t->rows[i], NULL, NULL))
            buf_addf(out, "%s ", t->rows[i].noun);
    }
}

static void
add_verbs(const struct command_table *t, struct buf *out, const char *noun)
{
    for (size_t i = 0; i < t->count; i++) {
        if (command_shows(t, &t->rows[i], noun, NULL))
            buf_addf(out, "%s ", t->rows[i].verb);
    }
}

static void
add_option(void *context, const char *name, bool takes_value)
{
    (void)takes_value;
    buf_addf(context, "--%s ", name);
}

/* "noun verb" patterns of the shell's case with their options. */
static void
add_cases(const struct command_table *t, struct buf *out)
{
    for (size_t i = 0; i < t->count; i++) {
        const struct command *c = &t->rows[i];
        if (!command_shows(t, c, NULL, NULL))
            continue;
        if (!seen_before(t, i) && *c->verb) {
            buf_addf(out, "    '%s ') words='", c->noun);
            add_verbs(t, out, c->noun);
            buf_adds(out, "' ;;\n");
        }
        if (*c->verb)
            buf_addf(out, "    '%s %s') words='", c->noun, c->verb);
        else
            buf_addf(out, "    '%s '*) words='", c->noun);
        command_visit_options(c->usage, add_option, out);
        add_globals(t, out);
        buf_adds(out, "' ;;\n");
    }
}

/* What stands in the store. bash splits words at ":" and "=" and keeps their
 * quotes, so the line is read again; a name loses what stands before the
 * cursor's part of its word. */
static void
add_bash_names(const struct command_table *t, struct buf *out)
{
    if (!t->complete)
        return;
    buf_addf(
        out,
        "    if [[ -n $noun && -n $COMP_LINE && $cur != -* &&"
        " $cur != *[\\\"\\'\\\\]* ]]; then\n"
        "        local line=${COMP_LINE:0:COMP_POINT} given=() w\n"
        "        for ((i = 0; i <= COMP_CWORD; i++)); do\n"
        "            [[ $i -eq 0 || $line == [[:space:]]* ]] && given+=(\"\")\n"
        "            line=${line#\"${line%%%%[![:space:]]*}\"}\n"
        "            w=${COMP_WORDS[i]}\n"
        "            [[ $i -eq $COMP_CWORD ]] && w=$line\n"
        "            given[${#given[@]}-1]+=$w\n"
        "            line=${line#\"$w\"}\n"
        "        done\n"
        "        given=(\"${given[@]//[\\\"\\'\\\\]/}\")\n"
        "        local before=${given[${#given[@]}-1]} names=()\n"
        "        [[ $cur == [:=] ]] || before=${before%%\"$cur\"}\n"
        "        while IFS= read -r w; do\n"
        "            printf -v w %%q \"${w#\"$before\"}\"\n"
        "            names+=(\"$w\")\n"
        "        done < <(\"${COMP_WORDS[0]}\" %s -- \"$(printf '%%s\\n' "
        "\"${given[@]:1}\"; echo .)\" 2>/dev/null)\n"
        "        if [[ ${#names[@]} -gt 0 ]]; then\n"
        "            COMPREPLY=(\"${names[@]}\")\n"
        "            compopt +o filenames 2>/dev/null\n"
        "            return\n"
        "        fi\n"
        "    fi\n",
        t->complete);
}

static void
write_bash(const struct command_table *t, struct buf *out)
{
    buf_addf(out,
             "# bash completion of %s: source <(%s completion bash)\n"
             "_%s() {\n"
             "    local cur=${COMP_WORDS[COMP_CWORD]} noun= verb= words= i\n"
             "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
             "        case ${COMP_WORDS[i]} in\n"
             "        ",
             t->program, t->program, t->program);
    add_valued(t, out);
    buf_adds(out,
             ") ((i++))\n"
             /* bash takes --store=FILE for three words */
             "            [[ ${COMP_WORDS[i]} == = ]] && ((i++)) ;;\n"
             "        -*) ;;\n"
             "        *) if [[ -z $noun ]]; then noun=${COMP_WORDS[i]}\n"
             "           elif [[ -z $verb ]]; then verb=${COMP_WORDS[i]}; fi "
             ";;\n"
             "        esac\n"
             "    done\n"
             "    case \"$noun $verb\" in\n"
             "    ' ') words='");
    add_nouns(t, out);
    add_globals(t, out);
    buf_adds(out, "' ;;\n");
    add_cases(t, out);
    buf_adds(out, "    esac\n");
    add_bash_names(t, out);
    buf_addf(out,
             "    COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
             "    if [[ ${#COMPREPLY[@]} -eq 0 && $cur != -* ]]; then\n"
             "        COMPREPLY=($(compgen -f -- \"$cur\"))\n"
             "    fi\n"
             "}\n"
             "complete -o filenames -F _%s %s\n",
             t->program, t->program);
}

static void
write_zsh(const struct command_table *t, struct buf *out)
{
    buf_addf(out,
             "#compdef %s\n"
             "# zsh completion of %s: source <(%s completion zsh)\n"
             "_%s() {\n"
             "    local noun= verb= words_now= w i\n"
             "    for ((i = 2; i < CURRENT; i++)); do\n"
             "        w=${words[i]}\n"
             "        case $w in\n"
             "        ",
             t->program, t->program, t->program, t->program);
    add_valued(t, out);
    buf_adds(out, ") ((i++)) ;;\n"
                  "        -*) ;;\n"
                  "        *) if [[ -z $noun ]]; then noun=$w\n"
                  "           elif [[ -z $verb ]]; then verb=$w; fi ;;\n"
                  "        esac\n"
                  "    done\n"
                  "    case \"$noun $verb\" in\n"
                  "    ' ') words_now='");
    add_nouns(t, out);
    add_globals(t, out);
    buf_adds(out, "' ;;\n");
    struct buf cases;
    buf_init_any(&cases);
    add_cases(t, &cases);
    for (const char *s = buf_str(&cases); *s; s++) {
        if (strncmp(s, ") words='", 9) == 0) {
            buf_adds(out, ") words_now='");
            s += 8;
        } else {
            buf_addc(out, *s);
        }
    }
    buf_clear(&cases);
    buf_adds(out, "    esac\n");
    if (t->complete)
        buf_addf(out,
                 "    local names=(${(f)\"$(${words[1]} %s -- "
                 "\"$(printf '%%s\\n' \"${(@Q)words[2,CURRENT]}\"; echo .)\""
                 " 2>/dev/null)\"})\n"
                 "    if (( $#names )); then compadd -a names; return; fi\n",
                 t->complete);
    buf_addf(out,
             "    compadd -- ${=words_now}\n"
             "    [[ $PREFIX == -* ]] || _files\n"
             "}\n"
             "compdef _%s %s\n",
             t->program, t->program);
}

/* One line of fish for an option of the command in CONTEXT. */
struct fish {
    const struct command_table *t;
    struct buf *out;
    const struct command *c;
};

static void
add_fish_option(void *context, const char *name, bool takes_value)
{
    const struct fish *f = context;
    buf_addf(f->out, "complete -c %s -n '__fish_seen_subcommand_from %s",
             f->t->program, f->c->noun);
    if (*f->c->verb)
        buf_addf(f->out, "; and __fish_seen_subcommand_from %s", f->c->verb);
    buf_addf(f->out, "' -l %s%s\n", name, takes_value ? " -r" : "");
}

/* S in double quotes of fish. */
static void
add_quoted(struct buf *out, const char *s)
{
    buf_addc(out, '"');
    for (; *s; s++) {
        if (strchr("\"$\\", *s))
            buf_addc(out, '\\');
        buf_addc(out, *s);
    }
    buf_addc(out, '"');
}

static void
write_fish(const struct command_table *t, struct buf *out)
{
    buf_addf(out, "# fish completion of %s: %s completion fish | source\n",
             t->program, t->program);
    if (t->complete)
        buf_addf(out,
                 "complete -c %s -n 'not __fish_use_subcommand' -a "
                 "'(%s %s -- (printf \"%%s\\n\" (commandline -opc)[2..-1] "
                 "(commandline -ct) . | string collect) 2>/dev/null)'\n",
                 t->program, t->program, t->complete);
    for (size_t i = 0; i < t->count; i++) {
        const struct command *c = &t->rows[i];
        if (!command_shows(t, c, NULL, NULL))
            continue;
        struct fish f = {t, out, c};
        if (!seen_before(t, i))
            buf_addf(out, "complete -c %s -n __fish_use_subcommand -a %s\n",
                     t->program, c->noun);
        if (*c->verb) {
            buf_addf(out,
                     "complete -c %s -f -n '__fish_seen_subcommand_from %s; "
                     "and not __fish_seen_subcommand_from ",
                     t->program, c->noun);
            add_verbs(t, out, c->noun);
            buf_addf(out, "' -a %s -d ", c->verb);
            add_quoted(out, c->help);
            buf_addc(out, '\n');
        }
        command_visit_options(c->usage, add_fish_option, &f);
    }
}

enum err
command_completion(const struct command_table *t, const char *shell,
                   struct buf *out, struct error *e)
{
    static const struct {
        const char *shell;
        void (*write)(const struct command_table *t, struct buf *out);
    } shells[] = {
        {"bash", write_bash}, {"zsh", write_zsh}, {"fish", write_fish}};
    for (size_t i = 0; i < sizeof shells / sizeof *shells; i++) {
        if (strcmp(shell, shells[i].shell) == 0) {
            shells[i].write(t, out);
            return ERR_OK;
        }
    }
    return error_set(e, ERR_USAGE, "%s: no such shell (bash, zsh or fish)",
                     shell);
}
