# What a process gives up before it serves: files, ports and system calls.
# Changes here need tests/e2e/ssh.py.
noinst_LIBRARIES += libsandbox.a
libsandbox_a_SOURCES = \
	%D%/landlock.c %D%/sandbox.c %D%/sandbox.h %D%/sandbox_private.h \
	%D%/seccomp.c
