# tailord as a program: options, configuration, commands, start and stop.
# A new command is one row of commands.def and one function; everything else of
# the runtime is reached from serve.c.
libruntime_a_SOURCES += \
	%D%/command.c %D%/command.h %D%/commands.def %D%/globals.def %D%/config.c %D%/config.h %D%/control.c \
	%D%/control.h %D%/modes.c %D%/modes.h %D%/restore.c %D%/restore.h \
	%D%/restore_since.c %D%/restore_since.h \
	%D%/serve.c %D%/serve.h %D%/user_remove.c %D%/user_remove.h \
	%D%/version.c %D%/version.h %D%/vault_check.c \
	%D%/vault_check.h %D%/vault_rotate.c
