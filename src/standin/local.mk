# standin: tailor-standin, a test part: NetSuite and the ISV's API.
