# Sessions that come in by SSH: what they may run, and how they are supervised.
# Changes here need tests/e2e/ssh.py.
libcli_a_SOURCES += %D%/record.c %D%/session.c %D%/session.h
