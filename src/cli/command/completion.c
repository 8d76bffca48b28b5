/* tailor completion: for shells, made of the table of commands. */
#include <stdio.h>
#include <string.h>

#include "cli/frame/commands.h"
#include "cli/frame/options.h"

static const char *const globals =
    "--store --read-only --json --quiet --yes --thin --ascii --tour";

static bool
is_new_noun(size_t i)
{
    return i == 0 || strcmp(commands[i].noun, commands[i - 1].noun) != 0;
}

/* True where an earlier row has the noun of row I. */
static bool
seen_before(size_t i)
{
    for (size_t k = 0; k < i; k++) {
        if (strcmp(commands[k].noun, commands[i].noun) == 0)
            return true;
    }
    return false;
}

static void
add_nouns(struct buf *out)
{
    for (size_t i = 0; i < command_count; i++) {
        if (is_new_noun(i) && !seen_before(i) &&
            cli_shows(&commands[i], NULL, NULL))
            buf_addf(out, "%s ", commands[i].noun);
    }
}

static void
add_verbs(struct buf *out, const char *noun)
{
    for (size_t i = 0; i < command_count; i++) {
        if (cli_shows(&commands[i], noun, NULL))
            buf_addf(out, "%s ", commands[i].verb);
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
add_cases(struct buf *out)
{
    for (size_t i = 0; i < command_count; i++) {
        const struct command *c = &commands[i];
        if (!cli_shows(c, NULL, NULL))
            continue;
        if (!seen_before(i) && *c->verb) {
            buf_addf(out, "    '%s ') words='", c->noun);
            add_verbs(out, c->noun);
            buf_adds(out, "' ;;\n");
        }
        if (*c->verb)
            buf_addf(out, "    '%s %s') words='", c->noun, c->verb);
        else
            buf_addf(out, "    '%s '*) words='", c->noun);
        options_visit(c->usage, add_option, out);
        buf_addf(out, "%s' ;;\n", globals);
    }
}

static void
write_bash(struct buf *out)
{
    buf_adds(out,
             "# bash completion of tailor: source <(tailor completion bash)\n"
             "_tailor() {\n"
             "    local cur=${COMP_WORDS[COMP_CWORD]} noun= verb= words= i\n"
             "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
             "        case ${COMP_WORDS[i]} in\n"
             "        --store) ((i++)) ;;\n"
             "        -*) ;;\n"
             "        *) if [[ -z $noun ]]; then noun=${COMP_WORDS[i]}\n"
             "           elif [[ -z $verb ]]; then verb=${COMP_WORDS[i]}; fi "
             ";;\n"
             "        esac\n"
             "    done\n"
             "    case \"$noun $verb\" in\n"
             "    ' ') words='");
    add_nouns(out);
    buf_addf(out, "%s' ;;\n", globals);
    add_cases(out);
    buf_adds(out, "    esac\n"
                  "    COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
                  "    if [[ ${#COMPREPLY[@]} -eq 0 && $cur != -* ]]; then\n"
                  "        COMPREPLY=($(compgen -f -- \"$cur\"))\n"
                  "    fi\n"
                  "}\n"
                  "complete -o filenames -F _tailor tailor\n");
}

static void
write_zsh(struct buf *out)
{
    buf_adds(out, "#compdef tailor\n"
                  "# zsh completion of tailor: source <(tailor completion "
                  "zsh)\n"
                  "_tailor() {\n"
                  "    local noun= verb= words_now= w i\n"
                  "    for ((i = 2; i < CURRENT; i++)); do\n"
                  "        w=${words[i]}\n"
                  "        if [[ $w == --store ]]; then ((i++))\n"
                  "        elif [[ $w == -* ]]; then :\n"
                  "        elif [[ -z $noun ]]; then noun=$w\n"
                  "        elif [[ -z $verb ]]; then verb=$w; fi\n"
                  "    done\n"
                  "    case \"$noun $verb\" in\n"
                  "    ' ') words_now='");
    add_nouns(out);
    buf_addf(out, "%s' ;;\n", globals);
    struct buf cases;
    buf_init_any(&cases);
    add_cases(&cases);
    for (const char *s = buf_str(&cases); *s; s++) {
        if (strncmp(s, ") words='", 9) == 0) {
            buf_adds(out, ") words_now='");
            s += 8;
        } else {
            buf_addc(out, *s);
        }
    }
    buf_clear(&cases);
    buf_adds(out, "    esac\n"
                  "    compadd -- ${=words_now}\n"
                  "    [[ $PREFIX == -* ]] || _files\n"
                  "}\n"
                  "compdef _tailor tailor\n");
}

/* One line of fish for an option of the command in CONTEXT. */
struct fish {
    struct buf *out;
    const struct command *c;
};

static void
add_fish_option(void *context, const char *name, bool takes_value)
{
    const struct fish *f = context;
    buf_addf(f->out, "complete -c tailor -n '__fish_seen_subcommand_from %s",
             f->c->noun);
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
write_fish(struct buf *out)
{
    buf_adds(out, "# fish completion of tailor: tailor completion fish | "
                  "source\n");
    for (size_t i = 0; i < command_count; i++) {
        const struct command *c = &commands[i];
        if (!cli_shows(c, NULL, NULL))
            continue;
        struct fish f = {out, c};
        if (!seen_before(i))
            buf_addf(out, "complete -c tailor -n __fish_use_subcommand -a %s\n",
                     c->noun);
        if (*c->verb) {
            buf_addf(out,
                     "complete -c tailor -f -n '__fish_seen_subcommand_from "
                     "%s; and not __fish_seen_subcommand_from ",
                     c->noun);
            add_verbs(out, c->noun);
            buf_addf(out, "' -a %s -d ", c->verb);
            add_quoted(out, c->help);
            buf_addc(out, '\n');
        }
        options_visit(c->usage, add_fish_option, &f);
    }
}

enum err
cmd_completion(struct cli *cli, struct error *e)
{
    static const struct {
        const char *shell;
        void (*write)(struct buf *out);
    } shells[] = {
        {"bash", write_bash}, {"zsh", write_zsh}, {"fish", write_fish}};
    struct buf out;
    for (size_t i = 0; i < sizeof shells / sizeof *shells; i++) {
        if (strcmp(cli_arg(cli, 0), shells[i].shell) != 0)
            continue;
        buf_init_any(&out);
        shells[i].write(&out);
        fwrite(buf_str(&out), 1, out.len, stdout);
        buf_clear(&out);
        cli->answered = true;
        return ERR_OK;
    }
    return error_set(e, ERR_USAGE, "%s: no such shell (bash, zsh or fish)",
                     cli_arg(cli, 0));
}
