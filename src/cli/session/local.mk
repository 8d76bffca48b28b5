# Sessions that come in by SSH: what they may run, and the sandbox.
# Changes here need tests/e2e/ssh.py.
libcli_a_SOURCES += \
	%D%/landlock.c %D%/sandbox.c %D%/sandbox.h %D%/sandbox_private.h \
	%D%/seccomp.c %D%/session.c %D%/session.h
