# Programs that tailor becomes: the console, and those that it hands commands
# to, each with its part of the table. tailor itself links nothing that reaches
# the network or the terminal.
libexec_PROGRAMS += tailor-console tailor-sync tailor-demo
tailor_console_SOURCES = %D%/console.c
tailor_console_LDADD = libcli.a libcommand.a $(UI_LIBS) libworkbook.a libhelper.a libsandbox.a libremote.a \
	$(MANAGER_LIBS) $(WORKFLOW_LIBS) $(STORE_LIBS) $(VALUE_LIBS)
tailor_sync_SOURCES = %D%/sync.c %D%/program.c
tailor_sync_LDADD = libcli.a libcommand.a libui.a libfetch.a libworkbook.a libhelper.a $(REMOTE_LIBS) $(MANAGER_LIBS) \
	$(WORKFLOW_LIBS) $(STORE_LIBS) $(VALUE_LIBS)
tailor_demo_SOURCES = %D%/demo.c %D%/program.c
tailor_demo_LDADD = libcli.a libcommand.a libui.a libfetch.a libworkbook.a libhelper.a libdemo.a liborders.a \
	$(REMOTE_LIBS) \
	$(MANAGER_LIBS) $(WORKFLOW_LIBS) $(STORE_LIBS) $(VALUE_LIBS)
