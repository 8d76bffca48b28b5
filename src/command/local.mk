# The commands of a program as a table: parsing, help, completion and page.
# What a command does stands in src/cli and src/runtime/daemon.
noinst_LIBRARIES += libcommand.a
libcommand_a_SOURCES = %D%/command.c %D%/command.h %D%/completion.c \
	%D%/environment.c %D%/environment.h %D%/line.c %D%/line.h %D%/page.c
