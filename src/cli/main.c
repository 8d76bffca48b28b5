/* tailor: the console, and the command line over the same operations. */
#include "cli/frame/cli.h"

int
main(int argc, char **argv)
{
    return cli_program(argc, argv);
}
