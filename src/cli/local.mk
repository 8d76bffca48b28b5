# cli: the command line of tailor.
noinst_LIBRARIES += libcli.a
libcli_a_SOURCES = \
	%D%/arguments.c \
	%D%/cli.c \
	%D%/cli.h \
	%D%/cmd_access.c \
	%D%/cmd_audit.c \
	%D%/cmd_block.c \
	%D%/cmd_completion.c \
	%D%/cmd_demo.c \
	%D%/cmd_draft.c \
	%D%/cmd_formula.c \
	%D%/cmd_help.c \
	%D%/cmd_installation.c \
	%D%/cmd_integration.c \
	%D%/cmd_mapping.c \
	%D%/cmd_mapping_help.c \
	%D%/cmd_preview.c \
	%D%/cmd_release.c \
	%D%/cmd_request.c \
	%D%/cmd_run.c \
	%D%/cmd_runtime.c \
	%D%/cmd_sample.c \
	%D%/cmd_store.c \
	%D%/cmd_sync.c \
	%D%/cmd_table.c \
	%D%/cmd_version.c \
	%D%/cmd_workflow.c \
	%D%/commands.c \
	%D%/commands.def \
	%D%/commands.h \
	%D%/environment.c \
	%D%/environment.h \
	%D%/options.c \
	%D%/options.h \
	%D%/outcome.c \
	%D%/outcome.h \
	%D%/output.c \
	%D%/plan.c \
	%D%/plan.h \
	%D%/reading.c \
	%D%/reading.h \
	%D%/rows.c \
	%D%/rows.h \
	%D%/sandbox.c \
	%D%/sandbox.h \
	%D%/session.c \
	%D%/session.h

bin_PROGRAMS += tailor
tailor_SOURCES = %D%/main.c
tailor_LDADD = libcli.a libui.a libdemo.a liborders.a libremote.a libmanager.a \
	libstore.a libworkflow.a libmapping.a $(SQLITE_LIBS) $(CURL_LIBS) \
	$(PCRE2_LIBS) $(BID_LIBS) $(NCURSES_LIBS) -lm $(VALUE_LIBS)

# Writes doc/tailor.1: ./man-page-tailor > ../doc/tailor.1
noinst_PROGRAMS += man-page-tailor
man_page_tailor_SOURCES = %D%/man_page.c
man_page_tailor_LDADD = $(BASE_LIBS)
