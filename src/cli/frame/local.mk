# The frame of tailor's command line: table of commands, what each needs,
# output, exit codes. A new command is one row of commands.def and one function
# in ../command; ../../command parses it.
libcli_a_SOURCES += \
	%D%/arguments.c %D%/cli.c %D%/cli.h %D%/commands.c %D%/command_table.c %D%/commands.def \
	%D%/demo_commands.def %D%/sync_commands.def \
	%D%/hints.def %D%/old_names.c %D%/old_names.def %D%/old_names.h %D%/commands.h %D%/output.c \
	%D%/words.c %D%/words.def %D%/words.h
