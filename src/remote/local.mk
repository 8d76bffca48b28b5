# remote: talking to runtimes: the outbox and the feeds.
