# cli: the command line of tailor.
